//! Who is talked to at the same time, and who has to make room.
//!
//! A client that comes is let in. If there are too many, or too many of its network, then another
//! connection goes on which nothing is asked: whoever only waits keeps nobody out. Which one, and
//! when, depends on who comes:
//!
//! | who comes has | who goes | when |
//! |---|---|---|
//! | as many places as a network may | one of the same network | after its grace |
//! | fewer than the network with most, also with this one | one of that network | at once |
//! | as many as others have | one of a network with most | after its grace |
//!
//! Of a network the connections go first that have never asked for anything which they may ask, and
//! of these the oldest. One that is being answered stays.

use std::{
    collections::{BTreeMap, HashMap},
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;

/// How many connections there are at most.
const MOST: usize = 256;
/// How many of them are of one address.
const MOST_OF_ONE: usize = 128;
/// With so many, a connection is closed when it has been answered.
const CROWDED: usize = 64;

/// How long a connection stays in any case on which nothing is asked.
const GRACE: Duration = Duration::from_millis(250);

/// The places that there are.
#[derive(Debug)]
pub(super) struct Seats {
    room: Mutex<Room>,
    grace: Grace,
}

/// How long a connection stays on which nothing is asked, if its own network needs the place.
#[derive(Clone, Copy, Debug)]
enum Grace {
    For(Duration),
    /// Whoever came first stays.
    Always,
}

#[derive(Debug, Default)]
struct Room {
    /// Counts whatever happens: the number of a seat, and since when it is idle.
    moment: u64,
    taken: BTreeMap<u64, Taken>,
}

#[derive(Debug)]
struct Taken {
    address: IpAddr,
    /// Since when nothing is asked; nothing while it is being answered.
    idle: Option<(u64, Instant)>,
    asked: Asked,
    leave: CancellationToken,
}

/// What a connection has asked for so far, of what it may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    Nothing,
    Something,
}

/// The place of one connection, until it goes away.
#[derive(Debug)]
pub(super) struct Seat {
    seats: Arc<Seats>,
    number: u64,
    address: IpAddr,
    leave: CancellationToken,
}

/// A connection is being answered, until this goes away.
#[derive(Debug)]
pub(super) struct Answering<'a>(&'a Seat);

impl Default for Seats {
    fn default() -> Self {
        Self { room: Mutex::default(), grace: Grace::For(Duration::ZERO) }
    }
}

impl Seats {
    /// Returns places for those who need a while to ask.
    pub(super) fn patient() -> Self {
        Self { grace: Grace::For(GRACE), ..Self::default() }
    }

    /// Returns places for those who wait for one of the others.
    pub(super) fn waiting() -> Self {
        Self { grace: Grace::Always, ..Self::default() }
    }

    /// Gives a place to a connection, and takes it from another one if it must; nothing where none
    /// can go yet.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr) -> Option<Seat> {
        let address = network(address);
        let mut room = self.room();
        let own = room.of(address);
        if own >= MOST_OF_ONE {
            room.dismiss(address, self.grace)?;
        } else if room.taken.len() >= MOST {
            let (most, count) = room.most()?;
            // With the place, who comes has no more than who goes.
            let grace = if own + 1 < count { Grace::For(Duration::ZERO) } else { self.grace };
            room.dismiss(most, grace)?;
        }
        let number = room.now();
        let leave = CancellationToken::new();
        let idle = Some((number, Instant::now()));
        let taken = Taken { address, idle, asked: Asked::Nothing, leave: leave.clone() };
        room.taken.insert(number, taken);
        drop(room);
        Some(Seat { seats: Arc::clone(self), number, address, leave })
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        // Nothing that is done under the lock can leave it half done.
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room {
    fn now(&mut self) -> u64 {
        self.moment += 1;
        self.moment
    }

    fn of(&self, address: IpAddr) -> usize {
        self.taken.values().filter(|taken| taken.address == address).count()
    }

    /// Returns the network that has most places, of those that can give one away, and how many.
    fn most(&self) -> Option<(IpAddr, usize)> {
        let mut counts: HashMap<IpAddr, (usize, usize)> = HashMap::new();
        for taken in self.taken.values() {
            let (all, idle) = counts.entry(taken.address).or_default();
            *all += 1;
            *idle += usize::from(taken.idle.is_some());
        }
        let counts = counts.into_iter().filter(|(_, (_, idle))| *idle > 0);
        counts.map(|(address, (all, _))| (address, all)).max_by_key(|(_, all)| *all)
    }

    /// Ends the connection of a network that can best be done without.
    fn dismiss(&mut self, address: IpAddr, grace: Grace) -> Option<()> {
        let Grace::For(grace) = grace else { return None };
        let own = self.taken.iter().filter(|(_, taken)| taken.address == address);
        let over = own.filter_map(|(number, taken)| {
            let (moment, since) = taken.idle?;
            (since.elapsed() >= grace).then_some((taken.asked, moment, *number))
        });
        let (.., number) = over.min()?;
        self.taken.remove(&number)?.leave.cancel();
        Some(())
    }
}

impl Seat {
    /// Returns whose it is.
    pub(super) fn address(&self) -> IpAddr {
        self.address
    }

    /// Waits until the place is needed for somebody else.
    pub(super) async fn lost(&self) {
        self.leave.cancelled().await;
    }

    /// Returns whether nothing has been asked for so far that may be asked.
    pub(super) fn is_silent(&self) -> bool {
        let room = self.seats.room();
        room.taken.get(&self.number).is_some_and(|taken| taken.asked == Asked::Nothing)
    }

    /// Returns whether others may need the place soon.
    pub(super) fn is_scarce(&self) -> bool {
        let room = self.seats.room();
        room.taken.len() >= CROWDED
    }

    /// Keeps the place while something is answered that may be asked.
    pub(super) fn answering(&self) -> Answering<'_> {
        self.mark(|_| None);
        Answering(self)
    }

    fn mark(&self, idle: impl FnOnce(u64) -> Option<u64>) {
        let mut room = self.seats.room();
        let now = room.now();
        if let Some(taken) = room.taken.get_mut(&self.number) {
            taken.idle = idle(now).map(|moment| (moment, Instant::now()));
            taken.asked = Asked::Something;
        }
    }
}

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        self.0.mark(Some);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.room().taken.remove(&self.number);
    }
}

/// Returns what one client has of an address: of the sixth version everybody has 2⁶⁴.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(number: u32) -> IpAddr {
        IpAddr::V4(number.into())
    }

    fn take(seats: &Arc<Seats>, address: IpAddr, count: usize) -> Vec<Seat> {
        (0..count).map(|_| seats.take(address).unwrap()).collect()
    }

    fn have_left(seats: &[Seat]) -> Vec<usize> {
        let left = seats.iter().enumerate().filter(|(_, seat)| seat.leave.is_cancelled());
        left.map(|(index, _)| index).collect()
    }

    #[test]
    fn who_has_waited_longest_makes_room_for_others_of_the_same_address() {
        let seats = Arc::new(Seats::default());
        let waiting = take(&seats, address(1), MOST_OF_ONE);
        drop(waiting[0].answering());
        let answering = waiting[1].answering();
        let more = take(&seats, address(1), 2);
        assert_eq!((have_left(&waiting), have_left(&more)), (vec![2, 3], vec![]));
        assert!(!waiting[0].is_silent() && waiting[4].is_silent());
        drop(answering);
        assert!(more[0].is_scarce());
    }

    #[test]
    fn who_has_most_places_makes_room_for_others() {
        let seats = Arc::new(Seats::default());
        let few = take(&seats, address(1), 3);
        let many = take(&seats, address(2), MOST_OF_ONE);
        let others: Vec<_> = (3..).map(address).take(MOST - MOST_OF_ONE - few.len()).collect();
        let others: Vec<_> = others.into_iter().flat_map(|it| take(&seats, it, 1)).collect();
        assert!(have_left(&many).is_empty());
        let more = take(&seats, address(1_000), 1);
        assert_eq!(have_left(&many), [0]);
        assert!([few, others, more].iter().all(|seats| have_left(seats).is_empty()));
    }

    #[test]
    fn who_is_being_answered_stays_and_places_that_are_left_are_free() {
        let seats = Arc::new(Seats::default());
        let asking = take(&seats, address(1), MOST_OF_ONE);
        let answering: Vec<_> = asking.iter().map(Seat::answering).collect();
        assert!(seats.take(address(1)).is_none());
        assert!(seats.take(address(2)).is_some());
        assert!(have_left(&asking).is_empty());
        drop(answering);
        drop(asking);
        assert_eq!(seats.room().taken.len(), 0);
    }

    #[test]
    fn who_has_just_come_has_time_to_ask_unless_its_network_takes_too_much() {
        let seats = Arc::new(Seats { grace: Grace::For(Duration::MAX), ..Seats::default() });
        let come = take(&seats, address(1), MOST_OF_ONE);
        assert!(seats.take(address(1)).is_none() && have_left(&come).is_empty());
        let others = take(&seats, address(2), MOST - MOST_OF_ONE);
        let newcomers = take(&seats, address(3), 2);
        assert_eq!(have_left(&come).len() + have_left(&others).len(), 2);
        assert!(have_left(&newcomers).is_empty());
    }

    #[test]
    fn many_networks_share_and_none_gains_by_coming_again() {
        let seats = Arc::new(Seats { grace: Grace::For(Duration::MAX), ..Seats::default() });
        let count = u32::try_from(MOST).unwrap();
        let one_each: Vec<_> = (1..=count).flat_map(|it| take(&seats, address(it), 1)).collect();
        assert!(seats.take(address(1)).is_none(), "it has one");
        assert!(seats.take(address(count + 1)).is_none(), "nobody has more than it would have");
        assert!(have_left(&one_each).is_empty());
    }

    #[test]
    fn who_waits_is_displaced_only_by_networks_that_wait_less() {
        let waiting = Arc::new(Seats::waiting());
        let first = take(&waiting, address(1), MOST_OF_ONE);
        assert!(waiting.take(address(1)).is_none());
        let second = take(&waiting, address(2), MOST - MOST_OF_ONE);
        assert!(waiting.take(address(2)).is_none());
        let honest = take(&waiting, address(3), 1);
        assert_eq!(have_left(&first).len() + have_left(&second).len(), 1);
        assert!(have_left(&honest).is_empty());
    }

    #[test]
    fn neighbours_of_one_network_are_one_client() {
        let [one, other, stranger] =
            ["2001:db8::1", "2001:db8::2:0:0:1", "2001:db8:0:1::1"].map(|it| it.parse().unwrap());
        assert_eq!(network(one), network(other));
        assert_ne!(network(one), network(stranger));
        assert_eq!(network("::ffff:10.0.0.1".parse().unwrap()), address(0x0a00_0001));
    }
}
