//! Looks at what of a plan is on a server, for an operator who has to decide what the server is.

use super::{
    Error,
    blocking::blocking,
    ledger::{Moment, Session},
    marker::Claim,
    plan::explain,
    plan_file::{Kind, Operation, Window},
    presence,
    recognise::Ground,
    recovery::{Doubt, Verdict},
    report::{Direction, Evidence, ServerSeen, Survey},
    store::Course,
};
use crate::{
    server::{batch::Batch, deployment::Deployment, identity::Identity, node::Node},
    steps::facts::FactsReader,
};

/// About how many pairs are looked at.
const PAIRS: u64 = 10_000;
/// How many are asked for together.
const CHUNK: usize = 512;

/// Returns why a lane cannot go on, if it cannot: with the evidence, where only the operator can
/// know what a server is.
pub(super) async fn obstacle(
    deployment: &Deployment,
    course: &Course,
    lane: usize,
    ground: &Ground,
) -> Option<Error> {
    match ground.verdict {
        Verdict::Ask(doubt) => Some(doubtful(deployment, course, lane, ground, doubt).await),
        Verdict::BegunElsewhere => {
            let claim = ground.stations.iter().find_map(|station| station.shown.claim().cloned());
            let Claim { id, by } = claim.unwrap_or_default();
            Some(Error::BegunElsewhere { id, by })
        }
        Verdict::JournalBehind => {
            let has = ground.stations.iter().filter_map(|station| station.shown.moment()).max();
            Some(Error::JournalBehind {
                path: course.journal_path(lane),
                has: has.unwrap_or(Moment::BEGIN).to_string(),
            })
        }
        Verdict::Begin
        | Verdict::Continue
        | Verdict::Renew
        | Verdict::ByNames
        | Verdict::WalkBack
        | Verdict::StartOver => None,
    }
}

/// Checks that a lane can go on, as its servers and the operator say.
///
/// # Errors
///
/// Fails as [`obstacle`] says, and if a server shows keys that only this migration can have named,
/// though the operator says that it has nothing of it.
pub(super) async fn check(
    deployment: &Deployment,
    course: &Course,
    lane: usize,
    ground: &Ground,
) -> Result<(), Error> {
    if let Some(obstacle) = obstacle(deployment, course, lane, ground).await {
        return Err(obstacle);
    }
    if !ground.starts_over() {
        return Ok(());
    }
    match doubtful(deployment, course, lane, ground, Doubt::Contradicted).await {
        Error::OtherData(evidence) if evidence.survey.ours == 0 => Ok(()),
        error => Err(error),
    }
}

/// Returns the error that shows the operator what can be seen on the server of a lane.
pub(super) async fn doubtful(
    deployment: &Deployment,
    course: &Course,
    lane: usize,
    ground: &Ground,
    doubt: Doubt,
) -> Error {
    match evidence(deployment, course, lane, ground, doubt).await {
        Ok(evidence) => Error::OtherData(Box::new(evidence)),
        Err(error) => error,
    }
}

async fn evidence(
    deployment: &Deployment,
    course: &Course,
    lane: usize,
    ground: &Ground,
    doubt: Doubt,
) -> Result<Evidence, Error> {
    let station = ground.decisive().ok_or(Error::SlotsMoved)?;
    let node = deployment.primaries().get(station.primary).ok_or(Error::SlotsMoved)?;
    let planned = course.plan.manifest.lanes.get(lane).ok_or(Error::SlotsMoved)?;
    let expected = match &ground.last {
        Some(Session { endpoint, identity, .. }) => seen(endpoint.clone(), identity),
        None => seen(planned.endpoint.clone(), &planned.identity),
    };
    let uptime = node.info("server").await?.and_then(|info| info.number("uptime_in_seconds"));
    let uptime = uptime.and_then(|seconds| i64::try_from(seconds).ok());
    let since = uptime.and_then(|seconds| {
        jiff::Timestamp::from_second(jiff::Timestamp::now().as_second() - seconds).ok()
    });
    Ok(Evidence {
        migration: course.id.clone(),
        direction: course.direction,
        doubt,
        expected,
        found: seen(node.endpoint().to_string(), &node.identity),
        database: deployment.target().db,
        keys: node.key_count().await?,
        running_since: since.map(|since| since.to_string()),
        survey: survey(deployment, node, course, lane).await?,
    })
}

fn seen(endpoint: String, identity: &Identity) -> ServerSeen {
    ServerSeen { endpoint, version: identity.to_string(), run_id: identity.run_id.clone() }
}

/// A pair of names, and what was planned.
struct Pair {
    from: Vec<u8>,
    to: Vec<u8>,
    operation: Operation,
}

async fn survey(
    deployment: &Deployment,
    node: &Node,
    course: &Course,
    lane: usize,
) -> Result<Survey, Error> {
    // On the way back too: its own names say nothing of a server that has nothing of either way.
    let forward = match course.direction {
        Direction::Forward => None,
        Direction::Back => Some(course.forward()?),
    };
    let course = forward.as_ref().unwrap_or(course);
    let of = course.plan.manifest.lanes.get(lane).map_or(0, |lane| lane.operations);
    let mut reader = course.plan.lane(lane)?;
    let pairs = blocking(move || {
        let mut pairs = Vec::new();
        let mut room = Window::default();
        while let Some(window) = reader.window(room)? {
            pairs.extend(sample(&window, of.div_ceil(PAIRS).max(1)));
            room = window;
        }
        Ok(pairs)
    })
    .await?;
    let facts = FactsReader::choose(node).await?;
    let mut survey = Survey { of, ..Survey::default() };
    for chunk in pairs.chunks(CHUNK) {
        look(deployment, facts, chunk, &mut survey).await?;
    }
    Ok(survey)
}

fn sample(window: &Window, step: u64) -> impl Iterator<Item = Pair> + '_ {
    let numbered = (window.first..).zip(&window.operations);
    numbered.filter(move |(number, _)| number % step == 0).map(|(_, operation)| Pair {
        from: window.from(operation).to_vec(),
        to: window.to(operation).to_vec(),
        operation: *operation,
    })
}

async fn look(
    deployment: &Deployment,
    facts: FactsReader,
    pairs: &[Pair],
    survey: &mut Survey,
) -> Result<(), Error> {
    let from: Vec<&[u8]> = pairs.iter().map(|pair| pair.from.as_slice()).collect();
    let to: Vec<&[u8]> = pairs.iter().map(|pair| pair.to.as_slice()).collect();
    let from = presence::present(deployment, &from).await?;
    let to = presence::present(deployment, &to).await?;
    let mut there: Vec<Vec<There<'_>>> = vec![Vec::new(); deployment.primaries().len()];
    for ((pair, from), to) in pairs.iter().zip(from).zip(to) {
        survey.looked += 1;
        let (count, name) = match (from, to) {
            (true, false) => (&mut survey.old_names, &pair.from),
            (false, true) => (&mut survey.new_names, &pair.to),
            (true, true) => (&mut survey.both, &pair.to),
            (false, false) => {
                survey.neither += 1;
                continue;
            }
        };
        *count += 1;
        // A temporary name is nobody else's. A new name is ours if nothing but us takes the old one.
        let moved = (from, to) == (false, true) && !pair.operation.links.reused;
        let ours = match pair.operation.kind {
            Kind::Aside => to,
            Kind::Rename | Kind::Stash | Kind::Overwrite => moved,
            Kind::Return | Kind::Unstash => false,
        };
        if let Some(there) = there.get_mut(deployment.route(name)) {
            there.push(There { name, pair, ours });
        }
    }
    for (node, there) in deployment.primaries().iter().zip(there) {
        look_closer(node, facts, &there, survey).await?;
    }
    Ok(())
}

/// A key of a pair that is there.
#[derive(Clone, Copy)]
struct There<'a> {
    name: &'a [u8],
    pair: &'a Pair,
    /// Whether only the migration gives that name.
    ours: bool,
}

/// Counts the keys that have the type and the expiry that were planned.
async fn look_closer(
    node: &Node,
    facts: FactsReader,
    there: &[There<'_>],
    survey: &mut Survey,
) -> Result<(), Error> {
    let mut batch = Batch::with_capacity(there.len() * facts.replies());
    for There { name, .. } in there {
        facts.ask(&mut batch, name);
    }
    let mut replies = node.connection.send(batch).await?.into_iter();
    for There { pair: Pair { operation, .. }, ours, .. } in there {
        let found = facts.read(&mut replies);
        let found = found.map_err(|refusal| explain(node.connection.refused("TYPE", refusal)))?;
        let as_planned = found.is_some_and(|found| {
            found.key_type == operation.key_type && facts.agree(operation.expiry, found.expiry)
        });
        survey.as_planned += u64::from(as_planned);
        survey.ours += u64::from(as_planned && *ours);
    }
    Ok(())
}
