//! Finds out how much of a lane its servers have seen.

use super::is_process;
use crate::{
    migrate::{
        Error,
        ledger::{Counters, Ledger, Moment, Reach, Session},
        marker::{LIFETIME, Marker, Shown},
        plan_file::Lane,
        recovery::{
            self, Absence, Doubt, Mark, Operator, Order, Process, Situation, Verdict, Written,
        },
        report::Direction,
        store::Course,
    },
    server::{
        deployment::Deployment,
        identity::{Identity, Info, part},
        node::Node,
    },
};

/// What is known of the servers of a lane, and how to go on with it.
#[derive(Debug)]
pub(in crate::migrate) struct Ground {
    pub(in crate::migrate) stations: Vec<Station>,
    pub(in crate::migrate) verdict: Verdict,
    /// The moment to go on from.
    pub(in crate::migrate) base: Moment,
    /// Which windows after it may have been taken.
    pub(in crate::migrate) reach: Reach,
    /// The last moment that a server was seen to have come to.
    pub(in crate::migrate) had: Moment,
    /// Whether what is there has lost something of that.
    pub(in crate::migrate) has_lost: bool,
    /// Who did the work last.
    pub(in crate::migrate) last: Option<Session>,
}

/// A server that a lane works on, and its marker there.
#[derive(Clone, Debug)]
pub(in crate::migrate) struct Station {
    /// The index of the primary.
    pub(in crate::migrate) primary: usize,
    pub(in crate::migrate) marker: Marker,
    pub(in crate::migrate) shown: Shown,
    verdict: Verdict,
}

impl Ground {
    /// Returns whether a server of the lane is taken for one that has nothing of it.
    pub(in crate::migrate) fn starts_over(&self) -> bool {
        self.stations.iter().any(|station| station.verdict == Verdict::StartOver)
    }

    /// Returns the server that the verdict is about.
    pub(in crate::migrate) fn decisive(&self) -> Option<&Station> {
        let decisive = self.stations.iter().find(|station| station.verdict == self.verdict);
        decisive.or(self.stations.first())
    }
}

/// Asks the servers of a lane what they have seen of it, and decides how to go on. Writes nothing.
pub(in crate::migrate) async fn inspect(
    deployment: &Deployment,
    course: &Course,
    lane: usize,
    ledger: &Ledger,
    operator: Operator,
) -> Result<Ground, Error> {
    let forward = course.forward_ledger(lane)?;
    let last = ledger.session().or(forward.as_ref().and_then(Ledger::session)).cloned();
    let journals = Journals { ledger, forward: forward.as_ref(), last };
    let planned = course.plan.manifest.lanes.get(lane).ok_or(Error::SlotsMoved)?;
    let looking = Looking { deployment, course, planned, journals: &journals, operator };
    let mut stations = Vec::new();
    for (primary, slot) in places(deployment, planned, journals.last.as_ref()) {
        let marker = Marker::new(&course.plan.manifest.nonce, lane, slot);
        stations.push(looking.at(primary, marker).await?);
    }
    let (verdict, base, reach) = journals.combine(&stations, looking.order());
    let had = journals.settled();
    let has_lost = verdict == Verdict::Continue && !journals.leads_through(base, had);
    Ok(Ground { stations, verdict, base, reach, had, has_lost, last: journals.last })
}

/// Returns the servers of a lane, each with the slot that its marker is in: the one that it was in,
/// where that is still served there.
fn places(deployment: &Deployment, planned: &Lane, last: Option<&Session>) -> Vec<(usize, u16)> {
    let marked = last.map(|session| session.markers.as_slice()).unwrap_or_default();
    if !deployment.is_cluster() {
        return vec![(0, marked.first().copied().unwrap_or_default())];
    }
    let of_lane = |slot: u16| planned.slots.iter().any(|(from, to)| (*from..=*to).contains(&slot));
    let served = |index: usize| {
        let slots = deployment.slots(index);
        let here = |slot: &u16| slots.iter().any(|(from, to)| (*from..=*to).contains(slot));
        let known = marked.iter().copied().find(here);
        known
            .or_else(|| slots.iter().flat_map(|(from, to)| *from..=*to).find(|slot| of_lane(*slot)))
    };
    (0..deployment.primaries().len()).filter_map(|index| Some((index, served(index)?))).collect()
}

/// The journals that know something of a lane.
struct Journals<'a> {
    ledger: &'a Ledger,
    /// On the way back, that of the way forward.
    forward: Option<&'a Ledger>,
    last: Option<Session>,
}

impl Journals<'_> {
    fn knows(&self, moment: Moment) -> bool {
        match (moment.direction, self.forward) {
            (Direction::Forward, Some(forward)) => forward.knows(moment),
            _ => self.ledger.knows(moment),
        }
    }

    /// Returns the last moment that a server was seen to have come to.
    fn settled(&self) -> Moment {
        match (self.ledger.session(), self.forward) {
            (None, Some(forward)) => forward.settled(),
            _ => self.ledger.settled(),
        }
    }

    /// Returns whether whoever has come to `to` has been at `through`.
    fn leads_through(&self, to: Moment, through: Moment) -> bool {
        match (to.direction, self.forward) {
            (Direction::Forward, Some(forward)) => forward.leads_through(to, through),
            _ => self.ledger.leads_through(to, through),
        }
    }

    /// Decides for all servers of the lane together.
    fn combine(&self, stations: &[Station], order: Order) -> (Verdict, Moment, Reach) {
        let stops = |verdict: &Verdict| {
            matches!(verdict, Verdict::Ask(_) | Verdict::BegunElsewhere | Verdict::JournalBehind)
        };
        let verdicts = || stations.iter().map(|station| station.verdict);
        let settled = self.settled();
        if let Some(stop) = verdicts().find(stops) {
            return (stop, settled, Reach::Next);
        }
        // Names of a free lane tell of every operation by itself what became of it.
        let reach = match order {
            Order::Free => Reach::AllBeyond,
            Order::Bound => Reach::Next,
        };
        let told = stations.iter().filter_map(|station| match station.verdict {
            Verdict::Continue => station.shown.moment(),
            Verdict::StartOver => Some(Moment::BEGIN),
            _ => None,
        });
        let told: Vec<Moment> = told.collect();
        let starts_over = verdicts().any(|verdict| verdict == Verdict::StartOver);
        let first = verdicts().next().unwrap_or(Verdict::Ask(Doubt::NoMarker));
        let Some(base) = told.first().copied() else {
            return (first, settled, reach);
        };
        let agree = told.iter().all(|moment| *moment == base);
        let all_lost = verdicts().all(|verdict| verdict == Verdict::StartOver);
        match self.common(&told) {
            _ if all_lost => (Verdict::StartOver, Moment::BEGIN, reach),
            _ if agree && !starts_over => (Verdict::Continue, base, reach),
            Some(common) if order == Order::Free => (Verdict::Continue, common, reach),
            _ => (Verdict::Ask(Doubt::Split), base, reach),
        }
    }

    /// Returns the last moment at which whoever has come to each of these has been; `None` if there
    /// is none in one direction.
    fn common(&self, moments: &[Moment]) -> Option<Moment> {
        let direction = moments.first()?.direction;
        let ledger = match (direction, self.forward) {
            (Direction::Forward, Some(forward)) => forward,
            _ => self.ledger,
        };
        let one_way = moments.iter().all(|moment| moment.direction == direction);
        one_way.then(|| ledger.common(moments))?
    }
}

struct Looking<'a> {
    deployment: &'a Deployment,
    course: &'a Course,
    planned: &'a Lane,
    journals: &'a Journals<'a>,
    operator: Operator,
}

impl Looking<'_> {
    async fn at(&self, primary: usize, marker: Marker) -> Result<Station, Error> {
        let node = self.deployment.primaries().get(primary).ok_or(Error::SlotsMoved)?;
        let shown = marker.read(node).await?;
        let process = self.process(node, marker.slot);
        let absence = match (&shown, process, &self.journals.last) {
            (Shown::Absent, Process::Same, Some(last)) => {
                absence(last, &node.identity, counters(node).await?, now())
            }
            (Shown::Absent, _, Some(last)) if is_over(last, now()) => Absence::Expired,
            _ => Absence::Unknown,
        };
        let verdict = recovery::lane(Situation {
            journal: self.written(),
            marker: self.mark(&shown),
            process,
            absence,
            order: self.order(),
            operator: self.operator,
        });
        Ok(Station { primary, marker, shown, verdict })
    }

    fn written(&self) -> Written {
        match &self.journals.last {
            None => Written::Nothing,
            Some(session) if session.markers.is_empty() => Written::Unmarked,
            Some(_) => Written::Marked,
        }
    }

    fn mark(&self, shown: &Shown) -> Mark {
        match shown {
            Shown::At(_, claim) if claim.id != self.course.id => Mark::OfAnother,
            Shown::At(moment, _) if self.journals.knows(*moment) => Mark::Known,
            Shown::At(..) => Mark::Beyond,
            Shown::Absent => Mark::Absent,
            Shown::Moving => Mark::Moving,
            Shown::Denied(_) => Mark::Denied,
        }
    }

    /// Whether the names of this lane tell what was done.
    fn order(&self) -> Order {
        if self.planned.bound == 0 { Order::Free } else { Order::Bound }
    }

    fn process(&self, node: &Node, slot: u16) -> Process {
        let last = self.journals.last.as_ref();
        let planned = &self.planned.identity;
        let then = last.map_or(planned, |last| &last.identity);
        if is_process(&node.identity, then) {
            return Process::Same;
        }
        if self.course.plan.manifest.cluster {
            return self.process_in_cluster(node, then, slot);
        }
        let address = node.endpoint().to_string();
        let known =
            last.is_some_and(|last| last.endpoint == address) || self.planned.endpoint == address;
        let descends = node.identity.descends_from(then) || node.identity.descends_from(planned);
        if known || descends { Process::Heir } else { Process::Stranger }
    }

    /// In a cluster, a server may have got slots of a lane from the one that did the work, which is
    /// still there. What it has is what that one had: unless it held a marker before, or was restarted
    /// since the plan was made.
    fn process_in_cluster(&self, node: &Node, then: &Identity, slot: u16) -> Process {
        let lanes = &self.course.plan.manifest.lanes;
        let primaries = self.deployment.primaries();
        let worked_is_alive = primaries.iter().any(|node| is_process(&node.identity, then));
        let last = self.journals.last.as_ref();
        let held_marker = last.is_some_and(|last| last.markers.contains(&slot));
        let planned = lanes.iter().find(|lane| lane.cluster_id == node.cluster_id);
        let restarted = planned.is_some_and(|lane| !is_process(&node.identity, &lane.identity));
        let descends = node.identity.descends_from(then);
        if worked_is_alive && !held_marker && !restarted && !descends {
            return Process::Newcomer;
        }
        let known = |node: &Node| {
            lanes.iter().any(|lane| {
                lane.cluster_id == node.cluster_id || node.identity.descends_from(&lane.identity)
            })
        };
        if primaries.iter().any(known) { Process::Heir } else { Process::Stranger }
    }
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// Asks a server for what explains that a marker is gone.
pub(in crate::migrate) async fn counters(node: &Node) -> Result<Counters, Error> {
    let commands = node.info("commandstats").await?;
    let calls = |name: &str| {
        let info: &Info = commands.as_ref()?;
        let field = info.get(&format!("cmdstat_{name}"));
        Some(field.and_then(|field| part(field, "calls")?.parse().ok()).unwrap_or(0))
    };
    let sum = |one: Option<u64>, other: Option<u64>| Some(one? + other?);
    Ok(Counters {
        flushes: sum(calls("flushall"), calls("flushdb")),
        swaps: calls("swapdb"),
        evicted: node.info("stats").await?.and_then(|info| info.number("evicted_keys")),
    })
}

/// Returns whether a marker of a session is over its time.
fn is_over(session: &Session, now: i64) -> bool {
    let lifetime = i64::try_from(LIFETIME.as_secs()).unwrap_or(i64::MAX);
    now - session.begun > lifetime
}

/// Returns why a marker is missing in the process that had it.
fn absence(then: &Session, identity: &Identity, now: Counters, time: i64) -> Absence {
    let grown = |then: Option<u64>, now: Option<u64>| Some((then?, now?));
    let (histories, before) = (&identity.histories, &then.identity.histories);
    if !histories.is_empty() && !before.is_empty() && !identity.descends_by_history(&then.identity)
    {
        return Absence::Replaced;
    }
    let flushes = grown(then.counters.flushes, now.flushes);
    let swaps = grown(then.counters.swaps, now.swaps);
    match (flushes, swaps) {
        (Some((then, now)), _) if now > then => Absence::Flushed,
        (_, Some((then, now))) if now > then => Absence::Swapped,
        // Counters that were set back tell nothing.
        (Some((flushes, f)), Some((swaps, s))) if f >= flushes && s >= swaps => {
            match grown(then.counters.evicted, now.evicted) {
                Some((then, now)) if now > then => Absence::Evicted,
                _ if is_over(then, time) => Absence::Expired,
                _ => Absence::Deleted,
            }
        }
        _ => Absence::Unknown,
    }
}
