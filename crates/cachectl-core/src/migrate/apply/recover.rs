//! Takes a lane up: finds out how much of it its servers have, and makes the journal agree.
//!
//! Three things may have happened since the journal was written last.
//!
//! * **This program ended or lost its connection.** The window that has an intent and no ending
//!   may be done, in part or in whole. Its operations share no name, so each can be looked at alone
//!   by what is under its names, and sent if it was not done. Before that, the old connection is
//!   fenced off.
//! * **The server was restarted, or another one took over.** What it has now is the result of a
//!   prefix of the steps, and its marker says of which. Everything after it is done once more, in
//!   order.
//! * **Another server answers.** It has no marker of ours, and nothing is written to it.
//!
//! See [`recovery`](crate::migrate::recovery) for the tables.

use super::doubt::{self, Sent, Settled};
use crate::{
    migrate::{
        Error, fence,
        ledger::{Connected, Ending, Entry, Ledger, Moment, Reach, Session},
        marker::{Claim, Set},
        plan_file::{Kind, SealedPlan, Window},
        presence,
        recognise::{Ground, Station, counters, inspect},
        recovery::{Doubt, Operator, Verdict},
        report::{Direction, Listed, Trouble},
        store::Course,
        survey,
    },
    server::{connection::Connection, deployment::Deployment, node::Node},
};

/// The markers that a lane moves on after each step; none where servers allow none.
#[derive(Clone, Debug, Default)]
pub(super) struct Markers(Vec<(usize, crate::migrate::marker::Marker)>);

/// Gives the markers of a course their expiries, now that it is at rest.
///
/// Where that fails, whoever takes the course up again sees to it.
pub(in crate::migrate) async fn rest(deployment: &Deployment, course: &Course) {
    for lane in 0..course.plan.manifest.lanes.len() {
        let markers = course.markers(lane, deployment);
        for (node, marker) in markers.into_iter().flatten() {
            if let Err(error) = marker.rest(&node.connection).await {
                tracing::warn!(%error, "a marker stays without an expiry");
            }
        }
    }
}

impl Markers {
    /// Tells all servers of the lane that a step was taken.
    pub(super) async fn move_on(
        &self,
        deployment: &Deployment,
        course: &Course,
        to: Moment,
    ) -> Result<(), Error> {
        for (primary, marker) in &self.0 {
            let node = deployment.primaries().get(*primary).ok_or(Error::SlotsMoved)?;
            match marker.move_on(&node.connection, to).await? {
                Set::Done => {}
                // Looked into when the lane is taken up again.
                Set::Absent | Set::Exists | Set::Moving => {
                    let (id, direction) = (course.id.clone(), course.direction);
                    return Err(Error::MarkerGone { id, direction });
                }
                Set::Refused(refusal) => {
                    return Err(node.connection.refused("XGROUP", refusal).into());
                }
            }
        }
        Ok(())
    }
}

/// Makes a journal agree with the servers of its lane, and writes down that we work from now on.
///
/// # Errors
///
/// Fails with the evidence where only the operator can know what a server is. Nothing was written
/// to it then.
pub(super) async fn take_over(
    deployment: &Deployment,
    course: &Course,
    lane: usize,
    ledger: &mut Ledger,
    operator: Operator,
) -> Result<Markers, Error> {
    let node = node_of(deployment, course, lane)?;
    // From 7.2 on, renaming then leaves the idle time of a key as it is. Elsewhere it is refused.
    node.connection.ask("CLIENT", &[b"NO-TOUCH", b"ON"]).await?;
    fence_off(deployment, ledger).await?;
    let ground = inspect(deployment, course, lane, ledger, operator).await?;
    survey::check(deployment, course, lane, &ground).await?;
    let (base, reach) = match ground.verdict {
        Verdict::Begin if course.direction == Direction::Forward => (Moment::BEGIN, Reach::Next),
        Verdict::WalkBack => {
            let base = walked_back(deployment, course, (lane, ledger), &ground).await?;
            (base, Reach::Next)
        }
        _ => (ground.base, ground.reach),
    };
    let markers = set_markers(deployment, course, &ground, base).await?;
    let session = Session {
        endpoint: node.endpoint().to_string(),
        identity: node.identity.clone(),
        base,
        markers: markers.0.iter().map(|(_, marker)| marker.slot).collect(),
        connections: connections(deployment, &ground),
        begun: jiff::Timestamp::now().as_second(),
        counters: counters(node).await?,
    };
    if !goes_on(ledger, &session) {
        ledger.begin_session(&session, reach)?;
    }
    Ok(markers)
}

/// Returns whether a session goes on that has nothing to find out.
fn goes_on(ledger: &Ledger, session: &Session) -> bool {
    ledger.session().is_some_and(|last| {
        last.identity == session.identity
            && last.endpoint == session.endpoint
            && last.markers == session.markers
            && last.connections == session.connections
            && ledger.settled() == session.base
    })
}

/// Makes sure that nothing of the last connections runs any more.
async fn fence_off(deployment: &Deployment, ledger: &Ledger) -> Result<(), Error> {
    let Some(before) = ledger.session() else {
        return Ok(());
    };
    for Connected { run_id, id } in &before.connections {
        let same = |node: &&Node| match run_id {
            Some(_) => node.identity.run_id == *run_id,
            None => node.endpoint().to_string() == before.endpoint,
        };
        if let Some(node) = deployment.primaries().iter().find(same)
            && node.identity.connection_id != *id
        {
            fence::raise(&node.connection, *id).await?;
        }
    }
    Ok(())
}

/// Returns our connections to the servers of a lane.
fn connections(deployment: &Deployment, ground: &Ground) -> Vec<Connected> {
    let nodes = ground.stations.iter().filter_map(|it| deployment.primaries().get(it.primary));
    let connected = nodes.map(|node| Connected {
        run_id: node.identity.run_id.clone(),
        id: node.identity.connection_id,
    });
    connected.collect()
}

/// Sees to it that every server of the lane has its marker, at the moment to go on from.
async fn set_markers(
    deployment: &Deployment,
    course: &Course,
    ground: &Ground,
    base: Moment,
) -> Result<Markers, Error> {
    let mut markers = Markers::default();
    let claim = course.claim();
    for station in &ground.stations {
        let node = deployment.primaries().get(station.primary).ok_or(Error::SlotsMoved)?;
        match set_marker(&node.connection, station, ground.verdict, base, &claim).await? {
            Marked::Yes => {
                station.marker.hold(node, deployment.target().db).await?;
                markers.0.push((station.primary, station.marker.clone()));
            }
            Marked::No => return Ok(Markers::default()),
        }
    }
    Ok(markers)
}

/// Whether a server holds a marker.
enum Marked {
    Yes,
    /// It allows none.
    No,
}

async fn set_marker(
    connection: &Connection,
    station: &Station,
    verdict: Verdict,
    base: Moment,
    claim: &Claim,
) -> Result<Marked, Error> {
    let marker = &station.marker;
    let there = station.shown.moment();
    if matches!(verdict, Verdict::ByNames | Verdict::WalkBack) {
        return Ok(Marked::No);
    }
    let set = match there {
        Some(moment) if moment == base => Set::Exists,
        Some(_) => marker.move_on(connection, base).await?,
        None => marker.create(connection, base, claim).await?,
    };
    match set {
        Set::Done | Set::Exists if set == Set::Done || there.is_some() => Ok(Marked::Yes),
        Set::Done | Set::Exists | Set::Absent | Set::Moving => {
            Err(Error::MarkerGone { id: claim.id.clone(), direction: base.direction })
        }
        // Before the first step nothing depends on it. Later, it would have to be known.
        Set::Refused(_) if matches!(verdict, Verdict::Begin | Verdict::StartOver) => Ok(Marked::No),
        Set::Refused(refusal) => Err(connection.refused("XADD", refusal).into()),
    }
}

/// Returns the primary that a lane belongs to: the one that serves its slots now.
pub(super) fn node_of<'a>(
    deployment: &'a Deployment,
    course: &Course,
    lane: usize,
) -> Result<&'a Node, Error> {
    let planned = course.plan.manifest.lanes.get(lane);
    let first = planned.and_then(|lane| lane.slots.first()).map(|(first, _)| *first);
    let nodes = deployment.primaries().iter().enumerate();
    let serves = |index: usize| match first {
        None => true,
        Some(slot) => {
            deployment.slots(index).iter().any(|(from, to)| (*from..=*to).contains(&slot))
        }
    };
    let mut serving = nodes.filter(|(index, _)| serves(*index)).map(|(_, node)| node);
    serving.next().ok_or(Error::SlotsMoved)
}

/// Returns the moment that a server without a marker has come to, as far as names tell.
///
/// # Errors
///
/// Fails with the evidence where they tell nothing.
pub(in crate::migrate) async fn walked_back(
    deployment: &Deployment,
    course: &Course,
    (lane, ledger): (usize, &Ledger),
    ground: &Ground,
) -> Result<Moment, Error> {
    match walk_back(deployment, course, ledger, ground.base).await? {
        Some(base) => Ok(base),
        None => Err(survey::doubtful(deployment, course, lane, ground, Doubt::Unmarked).await),
    }
}

/// Walks the journal back to the last window that holds, and returns the moment before the window
/// after it; `None` if none holds: it may be another server.
///
/// Only for lanes without a marker whose names tell what was done.
async fn walk_back(
    deployment: &Deployment,
    course: &Course,
    ledger: &Ledger,
    settled: Moment,
) -> Result<Option<Moment>, Error> {
    let mut base = settled;
    let mut ended = ledger.entries().iter().rev().filter(|entry| entry.tally.is_some()).peekable();
    if ended.peek().is_none() {
        return Ok(Some(base));
    }
    for entry in ended {
        let window = read(&course.plan, entry)?;
        let endings = ledger.endings(window.first, window.len())?;
        let evidence = evidence(deployment, &window, &endings).await?;
        if evidence.contains(&Evidence::Undone) {
            base = ledger.before(window.first).unwrap_or(base);
        }
        if evidence.contains(&Evidence::Holds) {
            return Ok(Some(base));
        }
    }
    Ok(None)
}

/// What the server's state says about an operation that once ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Evidence {
    /// The key has its new name.
    Holds,
    /// The key has its old name.
    Undone,
    /// It cannot be told: the key is gone, or there are two.
    None,
}

async fn evidence(
    deployment: &Deployment,
    window: &Window,
    endings: &[Ending],
) -> Result<Vec<Evidence>, Error> {
    let names = |of: fn(&Window, usize) -> Option<&[u8]>| -> Vec<&[u8]> {
        (0..window.len()).map(|index| of(window, index).unwrap_or_default()).collect()
    };
    let from = names(|window, index| Some(window.from(window.operations.get(index)?)));
    let to = names(|window, index| Some(window.to(window.operations.get(index)?)));
    let from = presence::present(deployment, &from).await?;
    let to = presence::present(deployment, &to).await?;
    let told =
        endings.iter().zip(from.into_iter().zip(to)).map(|(ending, names)| match (ending, names) {
            (Ending::Renamed, (false, true)) => Evidence::Holds,
            (Ending::Renamed, (true, false)) => Evidence::Undone,
            _ => Evidence::None,
        });
    Ok(told.collect())
}

/// Reads a window that has an intent.
pub(in crate::migrate) fn read(plan: &SealedPlan, entry: &Entry) -> Result<Window, Error> {
    let mut reader = plan.lane_from(entry.place)?;
    let window = reader.bounded_window(Window::default(), entry.count as usize)?;
    Ok(window.unwrap_or_default())
}

/// Gives every window that may have been taken an ending, without renaming anything: what is not
/// done is left open. Afterwards the journal and the markers say what is ours, and nothing of it
/// changes any more.
pub(in crate::migrate) async fn settle(
    deployment: &Deployment,
    course: &Course,
    operator: Operator,
    unclear: &mut Listed<Trouble>,
) -> Result<Vec<Ledger>, Error> {
    let mut ledgers = Vec::new();
    for lane in 0..course.plan.manifest.lanes.len() {
        let mut ledger = course.ledger(lane)?;
        settle_lane(deployment, course, (lane, &mut ledger), operator, unclear).await?;
        ledgers.push(ledger);
    }
    Ok(ledgers)
}

/// As [`settle`], for one lane.
pub(super) async fn settle_lane(
    deployment: &Deployment,
    course: &Course,
    (lane, ledger): (usize, &mut Ledger),
    operator: Operator,
    unclear: &mut Listed<Trouble>,
) -> Result<(), Error> {
    let markers = take_over(deployment, course, lane, ledger, operator).await?;
    for entry in ledger.entries().to_vec() {
        if !ledger.is_in_doubt(entry.first()) {
            continue;
        }
        let window = read(&course.plan, &entry)?;
        let mut endings = ledger.endings(window.first, window.len())?;
        let open = (0..).zip(&endings).filter(|(_, ending)| ending.is_unsettled());
        let open: Vec<usize> = open.map(|(index, _)| index).collect();
        let nonce = &course.plan.manifest.nonce;
        let sent = (&window, Sent::Unknown);
        doubt::settle(deployment, nonce, sent, &open, |Settled { index, ending, trouble }| {
            if let Some(slot) = endings.get_mut(index) {
                *slot = ending;
            }
            // What is unclear is in the journal, and is listed at the end.
            let trouble = trouble.filter(|reason| !reason.is_unclear());
            if let Some((operation, reason)) = window.operations.get(index).zip(trouble) {
                // A list without a file cannot fail.
                drop(unclear.note(|| Trouble::of(&window, operation, reason)));
            }
        })
        .await?;
        let moment = ledger.intend_again(&window)?;
        markers.move_on(deployment, course, moment).await?;
        ledger.end(moment, &window, &endings)?;
    }
    ledger.sync()
}

/// Returns the names of ours that hold overwritten keys.
pub(in crate::migrate) fn overwritten(
    nonce: &str,
    window: &Window,
    endings: &[Ending],
) -> Vec<Vec<u8>> {
    let renamed = window.operations.iter().zip(endings).filter(|(operation, ending)| {
        operation.kind == Kind::Overwrite && **ending == Ending::Renamed
    });
    renamed.filter_map(|(operation, _)| window.own_name(nonce, operation)).collect()
}
