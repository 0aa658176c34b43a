//! Who is talked to at the same time, and who has to make room.
//!
//! A client that comes is let in. If there are too many, or too many of its address, then the
//! connection goes on which nothing has been asked for longest: whoever only waits keeps nobody
//! out. One that is being answered stays, and so does one that has not had the time to ask or to
//! read.

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
#[derive(Debug, Default)]
pub(super) struct Seats {
    room: Mutex<Room>,
    grace: Duration,
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
    leave: CancellationToken,
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

impl Seats {
    /// Returns places for those who need a while to ask.
    pub(super) fn patient() -> Self {
        Self { grace: GRACE, ..Self::default() }
    }

    /// Gives a place to a connection, and takes it from another one if it must; nothing where none
    /// can go yet.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr) -> Option<Seat> {
        let address = network(address);
        let mut room = self.room();
        if room.of(address) >= MOST_OF_ONE {
            room.dismiss(self.grace, |taken| taken == address)?;
        }
        if room.taken.len() >= MOST {
            room.make_room(self.grace)?;
        }
        let number = room.now();
        let leave = CancellationToken::new();
        let idle = Some((number, Instant::now()));
        let taken = Taken { address, idle, leave: leave.clone() };
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

    /// Ends an idle connection of the address that has most of them, and of another one if it has
    /// none.
    fn make_room(&mut self, grace: Duration) -> Option<()> {
        let mut counts: HashMap<IpAddr, usize> = HashMap::new();
        for taken in self.taken.values().filter(|taken| taken.idle.is_some()) {
            *counts.entry(taken.address).or_default() += 1;
        }
        let (most, _) = counts.into_iter().max_by_key(|(_, count)| *count)?;
        self.dismiss(grace, |address| address == most)
    }

    /// Ends the connection that has been idle for longest, among some.
    fn dismiss(&mut self, grace: Duration, is_one: impl Fn(IpAddr) -> bool) -> Option<()> {
        let idle = self.taken.iter().filter(|(_, taken)| is_one(taken.address));
        let idle = idle.filter_map(|(number, taken)| Some((taken.idle?, *number)));
        let ((_, since), number) = idle.min()?;
        if since.elapsed() < grace {
            return None;
        }
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

    /// Returns whether others may need the place soon.
    pub(super) fn is_scarce(&self) -> bool {
        let room = self.seats.room();
        room.taken.len() >= CROWDED
    }

    /// Keeps the place while something is answered.
    pub(super) fn answering(&self) -> Answering<'_> {
        self.mark(|_| None);
        Answering(self)
    }

    fn mark(&self, idle: impl FnOnce(u64) -> Option<u64>) {
        let mut room = self.seats.room();
        let now = room.now();
        if let Some(taken) = room.taken.get_mut(&self.number) {
            taken.idle = idle(now).map(|moment| (moment, Instant::now()));
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
    fn who_has_just_come_has_time_to_ask() {
        let seats = Arc::new(Seats { grace: Duration::MAX, ..Seats::default() });
        let come = take(&seats, address(1), MOST_OF_ONE);
        assert!(seats.take(address(1)).is_none() && seats.take(address(2)).is_some());
        assert!(have_left(&come).is_empty());
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
