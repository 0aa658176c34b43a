//! One round: a migration, a mishap in the middle, and what is done about it.

use std::{
    collections::BTreeSet,
    sync::{Condvar, Mutex},
    thread,
};

use cachectl_core::{
    migrate::{
        self, Error,
        options::{OnConflict, Pacing},
        report::{ApplyReport, Direction, PlanReport},
    },
    server::deployment::Deployment,
    vocabulary::{
        control::Control,
        error_kind::ErrorKind,
        outcome::Outcome,
        progress::{Event, Observer, Phase},
    },
};
use tokio_util::sync::CancellationToken;

use super::{
    model::{Model, World, assert_is, world},
    scenario::{Mishap, Point, Scenario, Stage, Way},
    site::Site,
};
use crate::bench::{Bench, rules_on_conflict};

/// How often a part that was broken off is carried on with.
const ATTEMPTS: usize = 4;

/// Plays a round. Panics if it does not end as it should.
pub(super) fn play(scenario: &Scenario) {
    let model = Model::of(scenario);
    let site = Site::build(scenario, model.names().collect());
    let before = world(&site.server().snapshot());
    let bench = Bench::new(&site.proxy.url());
    let rules: Vec<&str> = model.rules.iter().map(String::as_str).collect();
    let (plan, path) = bench.plan(&rules_on_conflict(&rules, scenario.policy)).unwrap();
    assert_eq!(!plan.refusals.is_empty(), model.is_refused(), "{:?}", plan.refusals);
    if model.is_refused() {
        bench.begin_with(&path).unwrap_err();
        assert_is("a refused plan", &world(&site.server().snapshot()), &before, &BTreeSet::new());
        return;
    }
    let id = bench.begin_with(&path).unwrap().id().to_owned();
    let round = Round { scenario, model, site, bench, plan, id, before };
    round.stage(Stage::Forward);
    if scenario.way != Way::Resume {
        round.stage(Stage::Back);
    }
}

/// Returns where the plan says that a key in the way goes.
fn stash_of(plan: &PlanReport, name: &str) -> Vec<u8> {
    let conflicts = &plan.conflicts.list;
    let conflict = conflicts.iter().find(|it| it.target.key.as_bytes() == name.as_bytes());
    conflict.and_then(|it| it.stash.as_ref()).expect("a stash").as_bytes().to_vec()
}

struct Round<'a> {
    scenario: &'a Scenario,
    model: Model,
    site: Site,
    bench: Bench,
    plan: PlanReport,
    id: String,
    before: World,
}

/// How a client ended.
#[derive(Debug)]
enum Ended {
    Killed,
    Done(Result<Box<ApplyReport>, Error>),
}

impl Ended {
    fn is_clean(&self) -> bool {
        self.is(Outcome::Clean)
    }

    fn is(&self, outcome: Outcome) -> bool {
        matches!(self, Self::Done(Ok(report)) if report.outcome == outcome)
    }

    /// Returns whether it was refused because the server was lost before the first key was renamed.
    fn never_began(&self) -> bool {
        matches!(self, Self::Done(Err(Error::Restarted { .. })))
    }

    /// Returns whether there was nothing to roll back, because the client had been killed before the
    /// first key was renamed: then it is nobody's business which data are there now.
    fn had_nothing_to_undo(&self) -> bool {
        matches!(self, Self::Done(Ok(report)) if report.direction == Direction::Back && report.accounts.planned == 0)
    }

    fn is_incomplete(&self) -> bool {
        match self {
            Self::Done(Ok(report)) => report.outcome == Outcome::Incomplete,
            Self::Done(Err(error)) => error.kind() == ErrorKind::Incomplete,
            Self::Killed => false,
        }
    }
}

impl Round<'_> {
    /// Does a part of the migration, with what befalls it, to its end.
    fn stage(&self, stage: Stage) {
        let Scenario { struck, way, mishap, .. } = *self.scenario;
        let strikes_here = struck.stage == stage;
        let ended = self.disturbed(stage);
        // What was broken off on the way there need not be carried on with.
        let next = if strikes_here && stage == Stage::Forward && way == Way::Rollback {
            Stage::Back
        } else {
            stage
        };
        if strikes_here && mishap.is_elsewhere() {
            self.elsewhere(ended, next);
            if next != stage {
                return;
            }
            if self.finish(stage, None) {
                self.check(stage);
            }
        } else if next == stage && self.finish(stage, ended) {
            self.check(stage);
        }
    }

    /// The wrong data have to be recognised, and left alone, by this client or the next.
    fn elsewhere(&self, ended: Option<Ended>, next: Stage) {
        let ended = ended.filter(Ended::is_incomplete);
        let ended = ended.unwrap_or_else(|| self.client(next, None, &Progress::default()));
        if ended.had_nothing_to_undo() || ended.never_began() {
            self.site.assert_untouched();
            self.site.come_back();
            let found = world(&self.site.server().snapshot());
            assert_is("where nothing was renamed", &found, &self.before, &BTreeSet::new());
            return;
        }
        assert!(ended.is_incomplete(), "the wrong data were not recognised: {ended:?}");
        let verified = self.bench.try_verify(&self.bench.reopen(Some(&self.id)));
        let approved = verified.as_ref().is_ok_and(|report| report.outcome == Outcome::Clean);
        assert!(!approved, "the wrong data were found to be as planned: {verified:?}");
        self.site.assert_untouched();
        self.site.come_back();
    }

    /// Carries on until the part is at its end. Returns whether it was ever begun: on a slow machine
    /// a client may be killed and its server lost before the first key is renamed.
    fn finish(&self, stage: Stage, first: Option<Ended>) -> bool {
        let mut ended = first.unwrap_or(Ended::Killed);
        for _ in 0..ATTEMPTS {
            match &ended {
                ended if ended.is_clean() => return true,
                // How many they are is checked later.
                ended if ended.is(Outcome::Findings) && self.may_leave_overwrites(stage) => {
                    return true;
                }
                ended if stage == Stage::Forward && ended.never_began() => {
                    let found = world(&self.site.server().snapshot());
                    assert_is("where nothing was begun", &found, &self.before, &BTreeSet::new());
                    return false;
                }
                Ended::Killed => {}
                Ended::Done(_) => {
                    let allowed = ended.is_incomplete() && self.may_need_the_right_server();
                    assert!(allowed, "{stage:?} ended as {ended:?}");
                    self.site.come_back();
                }
            }
            ended = self.client(stage, None, &Progress::default());
        }
        assert!(ended.is_clean(), "{stage:?} does not end: {ended:?}");
        true
    }

    /// Returns whether the server may have forgotten that there was a migration. Else it has to be
    /// carried on with, whatever it has lost.
    fn may_need_the_right_server(&self) -> bool {
        let Scenario { mishap, kept, .. } = *self.scenario;
        self.site.is_struck()
            && match mishap {
                Mishap::OlderSnapshot => kept == Point { stage: Stage::Forward, share: 0 },
                // Whether it had the marker when it was cut off depends on how fast that was.
                Mishap::LaggingReplica => true,
                _ => false,
            }
    }

    /// Returns whether keys that were to be overwritten may be left, and their keys with them: in a
    /// window of which nobody knows how far it came, a key with its old name may be one that was
    /// written after its rename. A connection that is lost costs nothing.
    fn may_leave_overwrites(&self, stage: Stage) -> bool {
        let Scenario { policy, mishap, struck, .. } = *self.scenario;
        let doubtful = struck.stage == Stage::Forward && mishap != Mishap::CutConnection;
        stage == Stage::Forward && policy == OnConflict::Overwrite && doubtful
    }

    /// Compares the server with the model, and has the migration verified.
    fn check(&self, stage: Stage) {
        let found = world(&self.site.server().snapshot());
        let verified = self.bench.verify(&self.bench.reopen(Some(&self.id)));
        let mismatches: Vec<_> = verified.mismatches.list.iter().take(3).collect();
        let mut outcome = Outcome::Clean;
        if stage == Stage::Back {
            assert_is("after rolling back", &found, &self.before, &self.model.lost());
        } else {
            let left = self.model.not_overwritten(&self.before, &found);
            let left = if self.may_leave_overwrites(stage) { left } else { Vec::new() };
            let stash = |name: &str| stash_of(&self.plan, name);
            let expected = self.model.forward(&self.before, stash, &left);
            assert_is("after renaming", &found, &expected, &BTreeSet::new());
            let conflicts = self.model.conflicts(&left) as u64;
            assert_eq!(verified.accounts.conflicts, conflicts, "left in the way: {left:?}");
            outcome = if conflicts > 0 { Outcome::Findings } else { outcome };
        }
        assert_eq!(verified.outcome, outcome, "{:?} {mismatches:?}", verified.accounts);
    }

    /// Runs a part as the scenario has it. Returns how the client ended, unless it did before the
    /// servers were struck: then it is another client that finds out what was lost.
    fn disturbed(&self, stage: Stage) -> Option<Ended> {
        let Scenario { kept, struck, .. } = *self.scenario;
        let at = |point: Point, share: u64| point == Point { stage, share };
        if at(kept, 0) {
            self.site.keep();
        }
        let (progress, kill) = (Progress::default(), CancellationToken::new());
        let ended = thread::scope(|scope| {
            if kept.stage == stage || struck.stage == stage {
                scope.spawn(|| self.befall(stage, &progress, &kill));
            }
            let ended = self.client(stage, Some(&kill), &progress);
            progress.end();
            ended
        });
        if kept.stage == stage {
            self.site.keep();
        }
        if struck.stage != stage {
            return Some(ended);
        }
        let struck_later = !self.site.is_struck();
        if struck_later {
            self.site.strike();
        }
        (!struck_later && !self.was_at_its_end(&ended)).then_some(ended)
    }

    /// Returns whether a client had asked its last when the servers were struck: it says that all is
    /// well, and verifying, as whoever runs it does next, says that it is not any more.
    fn was_at_its_end(&self, ended: &Ended) -> bool {
        let verify = || self.bench.try_verify(&self.bench.reopen(Some(&self.id)));
        ended.is_clean() && verify().is_err_and(|error| error.kind() == ErrorKind::Incomplete)
    }

    /// Lets things happen when their time has come.
    fn befall(&self, stage: Stage, progress: &Progress, kill: &CancellationToken) {
        let Scenario { kept, struck, survives, .. } = *self.scenario;
        if kept.stage == stage && progress.reaches(kept.share) {
            self.site.keep();
        }
        if struck.stage == stage && progress.reaches(struck.share) {
            if !survives {
                kill.cancel();
                progress.wait_for_end();
            }
            self.site.strike();
        }
    }

    /// Is a client: a runtime of its own, of which nothing is left when it is killed.
    fn client(&self, stage: Stage, kill: Option<&CancellationToken>, progress: &Progress) -> Ended {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let migration = self.bench.reopen(Some(&self.id));
        let Scenario { kept, struck, rate, .. } = *self.scenario;
        let disturbed = kill.is_some() && (kept.stage == stage || struck.stage == stage);
        let rate = disturbed.then_some(rate);
        let pacing = Pacing { rate, ..Pacing::default() };
        let control = Control::new(progress, CancellationToken::new());
        let work = async {
            let deployment = Deployment::open(self.bench.target.clone()).await?;
            match stage {
                Stage::Forward => migrate::apply(&deployment, &migration, pacing, &control).await,
                Stage::Back => migrate::rollback(&deployment, &migration, pacing, &control).await,
            }
        };
        let never = CancellationToken::new();
        let killed = kill.unwrap_or(&never).run_until_cancelled(work);
        runtime
            .block_on(Box::pin(killed))
            .map_or(Ended::Killed, |done| Ended::Done(done.map(Box::new)))
    }
}

/// How far a client has come.
#[derive(Default)]
struct Progress {
    state: Mutex<Reached>,
    changed: Condvar,
}

#[derive(Default)]
struct Reached {
    done: u64,
    total: u64,
    ended: bool,
}

impl Progress {
    /// Waits until so much of a hundred is done; tells whether it ever was, before the end.
    fn reaches(&self, share: u64) -> bool {
        let reached =
            |it: &Reached| it.total > 0 && share < 100 && it.done * 100 >= it.total * share;
        let state = self.state.lock().unwrap();
        let state = self.changed.wait_while(state, |it| !it.ended && !reached(it)).unwrap();
        !state.ended
    }

    fn wait_for_end(&self) {
        drop(self.changed.wait_while(self.state.lock().unwrap(), |it| !it.ended).unwrap());
    }

    fn end(&self) {
        self.change(|state| state.ended = true);
    }

    fn change(&self, change: impl FnOnce(&mut Reached)) {
        change(&mut self.state.lock().unwrap());
        self.changed.notify_all();
    }
}

impl Observer for Progress {
    fn observe(&self, phase: Phase, event: Event<'_>) {
        match (phase, event) {
            (Phase::Apply | Phase::Rollback, Event::Started(Some(total))) => {
                self.change(|state| state.total = total);
            }
            (Phase::Apply | Phase::Rollback, Event::Advanced(done)) => {
                self.change(|state| state.done = done);
            }
            _ => {}
        }
    }
}
