//! Compares what is on the servers with what was planned.
//!
//! Level 0 checks the accounts: every planned key has an ending. Level 1 asks for every renamed
//! key: the old name is absent, the new one is there, with the planned type and expiry. What does
//! not fit is looked at again some times, because a key may expire between two questions. Levels 2
//! and 3 compare [`values`] besides.

mod moves;
mod values;

use std::{
    mem,
    time::{Duration, Instant},
};

use futures_util::{
    StreamExt as _, TryFutureExt as _,
    future::{join, try_join},
    stream::FuturesOrdered,
};
use tokio::time;

use self::{
    moves::Moves,
    values::{Names, Share},
};
use super::{
    Error,
    blocking::blocking,
    ledger::{Ending, Ledger},
    options::Level,
    plan::explain,
    plan_file::{LaneReader, Operation, Window},
    presence,
    recognise::{inspect, recognise, same_keyspace},
    recovery::{Doubt, Operator, Verdict},
    report::{Accounts, Difference, Direction, Listed, Mismatch, Trouble, VerifyReport},
    rollback::{PutBack, look_ahead},
    store::{Course, Migration},
    survey, unclear,
};
use crate::{
    server::{batch::Batch, deployment::Deployment},
    steps::facts::{self, Facts, FactsReader},
    values::key::Key,
    vocabulary::{
        control::Control,
        outcome::Outcome,
        progress::{Event, Phase},
    },
};

/// How many keys are asked for together.
const CHUNK: usize = 512;
/// How many chunks may wait for answers at once.
const DEPTH: usize = 3;
/// How often what does not fit is looked at.
const ROUNDS: u32 = 3;
/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_millis(500);
/// How many keys that do not fit are looked at again.
const SUSPECTS: usize = 10_000;

/// Verifies a migration against the servers; one that is rolled back against its old names.
///
/// # Errors
///
/// Fails if the servers are not those of the plan, or cannot be reached.
pub async fn verify(
    deployment: &Deployment,
    migration: &Migration,
    level: Level,
    control: &Control<'_>,
) -> Result<VerifyReport, Error> {
    let back = migration.course.rollback()?;
    let course = back.as_ref().unwrap_or(&migration.course);
    let mut report = verify_course(deployment, course, level, control).await?;
    // Those of the way forward may have their new names after a rollback, too.
    let unclear = unclear::list(deployment, &migration.course).await?;
    report.mismatches.absorb(unclear.map(|Trouble { from, to, .. }| Mismatch {
        from,
        to,
        difference: Difference::Unclear,
    }));
    report.outcome = outcome(&report, control);
    let share = match level {
        Level::Accounts | Level::Keys => return Ok(report),
        Level::Sample => Share::Sample,
        Level::Values => Share::All,
    };
    let begun = Instant::now();
    let deployment = &deployment.reopen().await?;
    let names = if back.is_some() { Names::Old } else { Names::New };
    let mismatches = &mut report.mismatches;
    let comparing =
        values::compare(deployment, &migration.course, (share, names), control, mismatches);
    report.values = Some(comparing.await?);
    report.outcome = outcome(&report, control);
    report.elapsed += begun.elapsed();
    Ok(report)
}

async fn verify_course(
    deployment: &Deployment,
    course: &Course,
    level: Level,
    control: &Control<'_>,
) -> Result<VerifyReport, Error> {
    let begun = Instant::now();
    let accounts = course.accounts()?;
    let mut report = VerifyReport {
        migration: course.id.clone(),
        level,
        accounts,
        checked: 0,
        expired: 0,
        delayed: 0,
        values: None,
        mismatches: Listed::default(),
        rounds: 0,
        elapsed: Duration::ZERO,
        outcome: Outcome::Clean,
    };
    if level >= Level::Keys {
        // Another server may have taken over since the caller found this one.
        let deployment = &deployment.reopen().await?;
        control.tell(Phase::Verify, Event::Started(Some(accounts.renamed)));
        let markers = still_has(deployment, course).await?;
        report = look_at_all(deployment, course, &markers, (control, report)).await?;
        control.tell(Phase::Verify, Event::Finished);
    }
    report.outcome = outcome(&report, control);
    report.elapsed = begun.elapsed();
    Ok(report)
}

/// Checks that the servers have everything that the journals say they have. Returns how many markers
/// of ours expire on each of them.
///
/// Names alone would not tell: a swap looks the same before and after.
async fn still_has(deployment: &Deployment, course: &Course) -> Result<Vec<u64>, Error> {
    let mut markers = vec![0; deployment.primaries().len()];
    if !course.is_begun()? {
        recognise(deployment, &course.plan)?;
        return Ok(markers);
    }
    same_keyspace(deployment, &course.plan)?;
    if course.direction == Direction::Back {
        look_ahead(deployment, course).await?.check(course)?;
    }
    if course.is_empty() {
        return Ok(markers);
    }
    for lane in 0..course.plan.manifest.lanes.len() {
        let ledger = course.ledger(lane)?;
        let ground = inspect(deployment, course, lane, &ledger, Operator::Silent).await?;
        let unknown = deployment.primaries().iter().any(|node| node.identity.run_id.is_none());
        if unknown && ground.verdict == Verdict::Ask(Doubt::Unmarked) {
            // Nobody can know more than the names tell, and nothing is written here.
            continue;
        }
        if let Some(obstacle) = survey::obstacle(deployment, course, lane, &ground).await {
            return Err(obstacle);
        }
        if ground.has_lost {
            return Err(Error::Undone {
                id: course.id.clone(),
                direction: course.direction,
                has: ground.base.to_string(),
                had: ground.had.to_string(),
            });
        }
        for station in ground.stations.iter().filter(|station| station.shown.moment().is_some()) {
            let (node, count) =
                (deployment.primaries().get(station.primary), markers.get_mut(station.primary));
            if let Some((node, count)) = node.zip(count) {
                *count += u64::from(station.marker.expires(&node.connection).await?);
            }
        }
    }
    Ok(markers)
}

/// Looks at every renamed key.
async fn look_at_all(
    deployment: &Deployment,
    course: &Course,
    markers: &[u64],
    (control, report): (&Control<'_>, VerifyReport),
) -> Result<VerifyReport, Error> {
    let put_back = PutBack::read(course)?;
    let look = async |facts: FactsReader| {
        let (report, suspects) = (report.clone(), Vec::new());
        let moves = Moves::since(&course.plan.manifest.lanes, deployment);
        let verifying = Verifying { deployment, course, control, facts, moves, report, suspects };
        verifying.all(&put_back).await
    };
    let mut looked = None;
    if facts::only_markers_expire(deployment, markers).await? {
        looked = Some(look(FactsReader::NoExpiries).await?);
        if !facts::only_markers_expire(deployment, markers).await? {
            // Some key, which may be one of ours, got an expiry meanwhile.
            looked = None;
        }
    }
    let mut report = if let Some(report) = looked {
        report
    } else {
        let node = deployment.primaries().first().ok_or(Error::SlotsMoved)?;
        look(FactsReader::choose(node).await?).await?
    };
    put_back.verify(deployment, &mut report).await?;
    Ok(report)
}

fn outcome(report: &VerifyReport, control: &Control<'_>) -> Outcome {
    let Accounts { conflicts, unclear, failed, left, .. } = report.accounts;
    if control.is_cancelled() {
        Outcome::Interrupted
    } else if report.mismatches.count > 0 || conflicts > 0 || unclear > 0 {
        Outcome::Findings
    } else if failed > 0 || left > 0 || unchecked(report) {
        Outcome::Incomplete
    } else if report.accounts.is_nothing_done() {
        Outcome::Findings
    } else {
        Outcome::Clean
    }
}

/// Returns whether there are renamed keys that were not looked at, though they should have been.
fn unchecked(report: &VerifyReport) -> bool {
    report.level >= Level::Keys && report.checked < report.accounts.renamed
}

struct Verifying<'a> {
    deployment: &'a Deployment,
    course: &'a Course,
    control: &'a Control<'a>,
    facts: FactsReader,
    moves: Moves,
    report: VerifyReport,
    /// What did not fit the first time.
    suspects: Vec<Suspect>,
}

/// A renamed key that is not as it should be, as far as was seen.
#[derive(Debug)]
struct Suspect {
    from: Vec<u8>,
    to: Vec<u8>,
    operation: Operation,
    difference: Difference,
}

impl Suspect {
    fn pair(&self) -> Pair<'_> {
        Pair { from: &self.from, to: &self.to, operation: &self.operation }
    }

    fn mismatch(&self) -> Mismatch {
        let (from, to) = (Key::from(&*self.from), Key::from(&*self.to));
        Mismatch { from, to, difference: self.difference }
    }
}

/// A renamed key: its names, and what was planned.
#[derive(Clone, Copy, Debug)]
struct Pair<'a> {
    from: &'a [u8],
    to: &'a [u8],
    operation: &'a Operation,
}

/// What was found out about a renamed key.
#[derive(Clone, Copy, Debug)]
enum Finding {
    Good,
    Expired,
    Bad(Difference),
}

/// The operations of a lane, and how they ended.
#[derive(Debug)]
struct Done {
    ledger: Ledger,
    reader: LaneReader,
    /// Room of a window that is not needed any more.
    room: Window,
}

impl Done {
    /// Reads the next window, away from the task that talks to the server.
    async fn next(mut self) -> Result<(Self, Option<(Window, Vec<Ending>)>), Error> {
        blocking(move || {
            let Some(window) = self.reader.window(mem::take(&mut self.room))? else {
                return Ok((self, None));
            };
            let endings = self.ledger.endings(window.first, window.len())?;
            Ok((self, Some((window, endings))))
        })
        .await
    }
}

impl Verifying<'_> {
    async fn all(mut self, put_back: &PutBack) -> Result<VerifyReport, Error> {
        self.report.rounds = 1;
        for lane in 0..self.course.plan.manifest.lanes.len() {
            self.lane(lane, put_back).await?;
        }
        let mut suspects = mem::take(&mut self.suspects);
        while !suspects.is_empty() && self.report.rounds < ROUNDS && !self.control.is_cancelled() {
            time::sleep(PAUSE).await;
            self.report.rounds += 1;
            suspects = self.look_again(suspects).await?;
        }
        for suspect in suspects {
            self.mismatch(&suspect);
        }
        Ok(self.report)
    }

    async fn lane(&mut self, lane: usize, put_back: &PutBack) -> Result<(), Error> {
        let ledger = self.course.ledger(lane)?;
        let reader = self.course.plan.lane(lane)?;
        let (mut done, mut next) = Done { ledger, reader, room: Window::default() }.next().await?;
        while let Some((mut window, endings)) = next.filter(|_| !self.control.is_cancelled()) {
            put_back.excuse(&mut window);
            // The next window is read while this one is looked at.
            let (looked, read) = join(self.window(&window, &endings), done.next()).await;
            looked?;
            self.look_for_gone(&window, &endings).await?;
            (done, next) = read?;
            done.room = window;
        }
        Ok(())
    }

    async fn window(&mut self, window: &Window, endings: &[Ending]) -> Result<(), Error> {
        let renamed =
            window.operations.iter().zip(endings).filter(|(operation, ending)| {
                operation.kind.counts() && **ending == Ending::Renamed
            });
        let pairs: Vec<Pair<'_>> = renamed
            .map(|(operation, _)| Pair {
                from: window.from(operation),
                to: window.to(operation),
                operation,
            })
            .collect();
        let mut chunks = pairs.chunks(CHUNK);
        let mut asked = FuturesOrdered::new();
        loop {
            while asked.len() < DEPTH
                && let Some(chunk) = chunks.next()
            {
                let looking = look(self.deployment, self.facts, chunk);
                asked.push_back(async move { (chunk, looking.await) });
            }
            let Some((chunk, findings)) = asked.next().await else {
                return Ok(());
            };
            for (pair, finding) in chunk.iter().zip(findings?) {
                self.note(pair, finding);
            }
            self.control.tell(Phase::Verify, Event::Advanced(self.report.checked));
        }
    }

    /// Looks for keys that were gone when their turn came, and are there again under the old name.
    async fn look_for_gone(&mut self, window: &Window, endings: &[Ending]) -> Result<(), Error> {
        let gone = window.operations.iter().zip(endings).filter(|(operation, ending)| {
            // An old name that another key got says nothing.
            operation.kind.counts() && **ending == Ending::Vanished && operation.links.none()
        });
        let gone: Vec<&Operation> = gone.map(|(operation, _)| operation).collect();
        for gone in gone.chunks(CHUNK) {
            let names: Vec<&[u8]> = gone.iter().map(|it| window.from(it)).collect();
            if presence::count(self.deployment, &names).await? == 0 {
                continue;
            }
            let present = presence::present(self.deployment, &names).await?;
            for (operation, _) in gone.iter().zip(present).filter(|(_, present)| *present) {
                let (from, to) = (window.from(operation).to_vec(), window.to(operation).to_vec());
                let difference = Difference::NotRenamed;
                self.suspect(Suspect { from, to, operation: **operation, difference });
            }
        }
        Ok(())
    }

    fn note(&mut self, pair: &Pair<'_>, finding: Finding) {
        self.report.checked += 1;
        match finding {
            Finding::Good => {}
            Finding::Expired => self.report.expired += 1,
            Finding::Bad(difference) if self.moves.explain(pair.to, difference) => {
                self.report.delayed += 1;
            }
            Finding::Bad(difference) => {
                let (from, to) = (pair.from.to_vec(), pair.to.to_vec());
                self.suspect(Suspect { from, to, operation: *pair.operation, difference });
            }
        }
    }

    fn suspect(&mut self, suspect: Suspect) {
        // So many are no coincidence, and looking again would not change the verdict.
        if self.suspects.len() < SUSPECTS {
            self.suspects.push(suspect);
        } else {
            self.mismatch(&suspect);
        }
    }

    fn mismatch(&mut self, suspect: &Suspect) {
        // A list without a file cannot fail.
        drop(self.report.mismatches.note(|| suspect.mismatch()));
    }

    async fn look_again(&mut self, suspects: Vec<Suspect>) -> Result<Vec<Suspect>, Error> {
        let mut left = Vec::new();
        let mut findings = Vec::with_capacity(suspects.len());
        let pairs: Vec<Pair<'_>> = suspects.iter().map(Suspect::pair).collect();
        for chunk in pairs.chunks(CHUNK) {
            findings.extend(look(self.deployment, self.facts, chunk).await?);
        }
        for (suspect, finding) in suspects.into_iter().zip(findings) {
            match finding {
                Finding::Good => {}
                Finding::Expired => self.report.expired += 1,
                Finding::Bad(difference) if self.moves.explain(&suspect.to, difference) => {
                    self.report.delayed += 1;
                }
                Finding::Bad(difference) => left.push(Suspect { difference, ..suspect }),
            }
        }
        Ok(left)
    }
}

/// Looks at renamed keys.
async fn look(
    deployment: &Deployment,
    facts: FactsReader,
    pairs: &[Pair<'_>],
) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::with_capacity(pairs.len());
    for same in pairs.chunk_by(|one, other| deployment.route(one.to) == deployment.route(other.to))
    {
        findings.extend(look_at_node(deployment, facts, same).await?);
    }
    Ok(findings)
}

async fn look_at_node(
    deployment: &Deployment,
    facts: FactsReader,
    pairs: &[Pair<'_>],
) -> Result<Vec<Finding>, Error> {
    let route = pairs.first().map_or(0, |pair| deployment.route(pair.to));
    let node = deployment.primaries().get(route).ok_or(Error::SlotsMoved)?;
    let mut batch = Batch::with_capacity(pairs.len() * facts.replies());
    for pair in pairs {
        facts.ask(&mut batch, pair.to);
    }
    // An old name that somebody else got on purpose says nothing.
    let old: Vec<&[u8]> =
        pairs.iter().filter(|pair| !pair.operation.links.reused).map(|pair| pair.from).collect();
    let (replies, old_names) = try_join(
        node.connection.send(batch).map_err(Error::Server),
        presence::count(deployment, &old),
    )
    .await?;
    let back = match old_names {
        0 => vec![false; pairs.len()],
        _ => {
            presence::present(deployment, &pairs.iter().map(|pair| pair.from).collect::<Vec<_>>())
                .await?
        }
    };
    let mut replies = replies.into_iter();
    let mut findings = Vec::with_capacity(pairs.len());
    let mut now = None;
    for (pair, back) in pairs.iter().zip(back) {
        let found = facts.read(&mut replies);
        let found = found.map_err(|refusal| explain(node.connection.refused("TYPE", refusal)))?;
        if found.is_none() && now.is_none() {
            now = Some(node.now().await?);
        }
        let back = back && !pair.operation.links.reused;
        findings.push(judge(facts, pair.operation, back, found, now.unwrap_or_default()));
    }
    Ok(findings)
}

/// Judges what was found under the two names of a renamed key.
///
/// | old name | new name | verdict |
/// |---|---|---|
/// | absent  | as planned | good |
/// | absent  | other type or expiry | that difference |
/// | absent  | absent, its time is over | expired |
/// | absent  | absent | missing |
/// | present | absent | not renamed |
/// | present | present | a writer uses the old name |
///
/// An old name that somebody may have by right counts as absent.
fn judge(
    facts: FactsReader,
    operation: &Operation,
    old_name: bool,
    found: Option<Facts>,
    now: i64,
) -> Finding {
    // Whoever has it may have it by right.
    let old_name = old_name && !operation.links.claimed;
    match (old_name, found) {
        (false, None) if operation.expiry.has_passed(now) => Finding::Expired,
        (false, None) => Finding::Bad(Difference::Missing),
        (true, None) => Finding::Bad(Difference::NotRenamed),
        (true, Some(_)) => Finding::Bad(Difference::OldNameBack),
        (false, Some(found)) if found.key_type != operation.key_type => {
            let (planned, found) = (operation.key_type, found.key_type);
            Finding::Bad(Difference::Type { planned, found })
        }
        (false, Some(found)) if !facts.agree(operation.expiry, found.expiry) => {
            let (planned, found) = (operation.expiry, found.expiry);
            Finding::Bad(Difference::Expiry { planned, found })
        }
        (false, Some(_)) => Finding::Good,
    }
}
