//! Journals that are missing, cut, swapped or altered.
#![expect(clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod damage;
mod scene;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
    time::{Duration, Instant},
};

use cachectl_core::{
    migrate::{
        self, Error, Operator,
        journal::{Journal, JournalError, Owner},
        options::{Level, Pacing},
        report::Accounts,
    },
    vocabulary::{
        control::Control,
        error_kind::ErrorKind,
        outcome::Outcome,
        progress::{Event, Observer, Phase},
    },
};
use cachectl_testkit::{Cluster, Keyspace, Server, Snapshot};
use tokio_util::sync::CancellationToken;

use self::{
    damage::{Dice, damage},
    scene::{Scene, Stage},
};
use crate::bench::{Bench, rules};

/// How many damages are read in a run of all tests.
const READS: usize = 10_000;
/// How many are resumed from or rolled back.
const RUNS: usize = 300;

/// The records of a journal: where they are, their tags and payloads.
type Records = Vec<(u64, u8, Vec<u8>)>;

/// What a migration does from a scene on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Resume,
    RollBack,
}

/// A scene, and what is read from it while it is whole.
struct Exhibit {
    scene: Scene,
    steps: &'static [Step],
    accounts: (Accounts, Option<Accounts>),
    /// The files that are damaged: those of a journal.
    targets: Vec<PathBuf>,
}

impl Exhibit {
    fn new(stage: &Stage, scene: Scene, steps: &'static [Step]) -> Self {
        stage.restore_files(&scene);
        let accounts = accounts(stage).unwrap();
        let is_target = |path: &&PathBuf| path.to_string_lossy().contains("journal");
        let targets = scene.files.keys().filter(is_target).cloned().collect();
        Self { scene, steps, accounts, targets }
    }

    /// Damages one of the files, and returns its path below the directory of the migration.
    fn damage(&self, stage: &Stage, dice: &mut Dice) -> &Path {
        let target = &self.targets[dice.roll(self.targets.len())];
        let others = self.targets.iter().filter(|path| *path != target);
        let others: Vec<&[u8]> = others.map(|path| &*self.scene.files[path]).collect();
        let damaged = damage(&self.scene.files[target], &others, dice);
        let path = stage.directory().join(target);
        fs::remove_file(&path).unwrap();
        if let Some(bytes) = damaged {
            fs::write(&path, bytes).unwrap();
        }
        target
    }

    /// Makes the damage good.
    fn mend(&self, stage: &Stage, target: &Path) {
        let path = stage.directory().join(target);
        drop(fs::remove_file(&path));
        fs::write(path, &self.scene.files[target]).unwrap();
    }
}

fn accounts(stage: &Stage) -> Result<(Accounts, Option<Accounts>), Error> {
    let status = stage.bench.store().status(Some(&stage.id))?;
    Ok((status.accounts, status.rollback))
}

/// Reads the journal that a file belongs to, for the plan beside it.
fn records(stage: &Stage, target: &Path) -> Result<Records, JournalError> {
    let path = stage.directory().join(target).with_extension("");
    let plan = fs::read(path.with_file_name("plan")).unwrap();
    let owner = Owner { plan: *plan.last_chunk().unwrap(), lane: 0 };
    let mut records = Records::new();
    Journal::read(&path, owner, |offset, tag, payload| {
        records.push((offset, tag, payload.to_vec()));
        Some(())
    })?;
    Ok(records)
}

/// Three moments of a migration: killed in the middle of a window, stopped, and stopped on the way
/// back.
fn exhibits(stage: &Stage) -> [Exhibit; 3] {
    let [killed, stopped] = stage.stop(Phase::Apply, 304);
    let [_, back] = stage.stop(Phase::Rollback, 2);
    let both = &[Step::Resume, Step::RollBack];
    [
        Exhibit::new(stage, killed, both),
        Exhibit::new(stage, stopped, both),
        Exhibit::new(stage, back, &[Step::RollBack]),
    ]
}

/// Reads `count` damaged journals: each gives the records that were written, or is an error.
fn read_damaged(stage: &Stage, exhibit: &Exhibit, count: usize, dice: &mut Dice) {
    stage.restore_files(&exhibit.scene);
    let written: Vec<Records> =
        exhibit.targets.iter().map(|target| records(stage, target).unwrap()).collect();
    let mut errors = 0;
    for number in 0..count {
        let seed = dice.0;
        let target = exhibit.damage(stage, dice);
        let index = exhibit.targets.iter().position(|path| path == target).unwrap();
        let context = format!("damage {number} of {}, seed {seed:#x}", target.display());
        match records(stage, target) {
            Ok(found) => assert!(found == written[index], "{context}"),
            Err(JournalError::File { source, .. }) => panic!("{context}: {source}"),
            Err(_) => errors += 1,
        }
        match accounts(stage) {
            Ok(found) => assert_eq!(found, exhibit.accounts, "{context}"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Data, "{context}: {error}"),
        }
        exhibit.mend(stage, target);
    }
    assert!(errors > count / 3 && errors < count, "{errors} errors in {count}");
}

/// Resumes or rolls back `count` times with a damaged journal: it ends where it should, or it is an
/// error.
fn run_damaged(stage: &Stage, exhibit: &Exhibit, count: usize, dice: &mut Dice) {
    stage.restore(&exhibit.scene);
    let mut errors = 0;
    for number in 0..count {
        let seed = dice.0;
        let target = exhibit.damage(stage, dice).to_owned();
        let step = exhibit.steps[dice.roll(exhibit.steps.len())];
        let context = format!("{step:?} {number} with {}, seed {seed:#x}", target.display());
        let (report, expected) = match step {
            Step::Resume => (stage.resume(), &stage.after),
            Step::RollBack => (stage.roll_back(), &stage.before),
        };
        match report {
            Ok(report) => {
                assert_eq!(report.outcome, Outcome::Clean, "{context}: {:?}", report.accounts);
                assert_state(stage, expected, &context);
                stage.restore(&exhibit.scene);
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Data, "{context}: {error}");
                exhibit.mend(stage, &target);
                errors += 1;
            }
        }
    }
    assert!(errors > count / 3 && errors < count, "{errors} errors in {count}");
    // The errors have changed nothing: the work goes on from where it was.
    assert_eq!(stage.roll_back().unwrap().outcome, Outcome::Clean);
    assert_state(stage, &stage.before, "after all");
}

#[track_caller]
fn assert_state(stage: &Stage, expected: &Snapshot, context: &str) {
    let found = stage.server.snapshot();
    assert!(found.digest() == expected.digest(), "{context}: {} keys", found.len());
}

/// Budgets are as in the other soaks: a number of rounds at least, and then a time.
#[test]
fn soak_journal_damage_is_an_error_or_changes_nothing() {
    let variable = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let mut dice = Dice(variable("CACHECTL_SOAK_SEED").unwrap_or(0x2026_1130));
    let time = Duration::from_secs(variable("CACHECTL_SOAK_SECONDS").unwrap_or_default());
    let begun = Instant::now();
    let stage = Stage::new();
    let exhibits = exhibits(&stage);
    loop {
        for exhibit in &exhibits {
            read_damaged(&stage, exhibit, READS.div_ceil(3), &mut dice);
            run_damaged(&stage, exhibit, RUNS / 3, &mut dice);
        }
        if begun.elapsed() >= time {
            return;
        }
    }
}

/// Makes sure that everybody who needs a journal says that it is damaged.
#[track_caller]
fn every_reader_refuses(stage: &Stage, path: &Path) {
    let bench = &stage.bench;
    let (store, id) = (bench.store(), Some(stage.id.as_str()));
    let control = Control::unattended();
    let deployment = bench.deployment();
    let verify = |level| {
        let migration = bench.reopen(id);
        let verifying = migrate::verify(&deployment, &migration, level, &control);
        bench.runtime.block_on(verifying).map(drop)
    };
    let preview = || {
        let migration = bench.reopen(id);
        let previewing = migrate::preview_rollback(&deployment, &migration, Operator::Silent);
        bench.runtime.block_on(previewing).map(drop)
    };
    let before = stage.server.digest();
    for (reader, result) in [
        ("status", store.status(id).map(drop)),
        ("list", store.list().map(drop)),
        ("the preview", preview()),
        ("verify=0", verify(Level::Accounts)),
        ("verify", verify(Level::Keys)),
        ("resume", stage.resume().map(drop)),
        ("rollback", stage.roll_back().map(drop)),
    ] {
        let error = result.expect_err(reader);
        assert_eq!(error.kind(), ErrorKind::Data, "{reader}: {error}");
        assert!(error.to_string().contains(&*path.to_string_lossy()), "{reader}: {error}");
        assert!(!path.exists(), "{reader} begins nothing anew");
    }
    assert_eq!(stage.server.digest(), before);
}

#[test]
fn a_journal_that_is_missing_is_an_error_for_every_reader() {
    let stage = Stage::new();
    let [_, stopped] = stage.stop(Phase::Apply, 304);
    for name in ["journal-0", "journal-0.synced"] {
        let path = stage.directory().join(name);
        fs::remove_file(&path).unwrap();
        every_reader_refuses(&stage, &path);
        stage.restore_files(&stopped);
    }
    assert_eq!(stage.roll_back().unwrap().outcome, Outcome::Clean);
    assert_state(&stage, &stage.before, "nothing was lost");
}

#[test]
fn a_journal_of_the_way_back_that_is_missing_is_an_error() {
    let stage = Stage::new();
    stage.stop(Phase::Apply, 304);
    let [_, stopped] = stage.stop(Phase::Rollback, 2);
    for name in ["journal-0", "journal-0.synced", "plan"] {
        let path = stage.directory().join("rollback").join(name);
        fs::remove_file(&path).unwrap();
        let before = stage.server.digest();
        for error in [accounts(&stage).unwrap_err(), stage.roll_back().unwrap_err()] {
            assert_eq!(error.kind(), ErrorKind::Data, "{name}: {error}");
            assert!(error.to_string().contains(&*path.to_string_lossy()), "{error}");
        }
        if name == "plan" {
            assert_eq!(stage.resume().unwrap_err().kind(), ErrorKind::Data);
        }
        assert_eq!(stage.server.digest(), before);
        stage.restore_files(&stopped);
    }
    assert_eq!(stage.roll_back().unwrap().outcome, Outcome::Clean);
    assert_state(&stage, &stage.before, "nothing was lost");
}

#[test]
fn journals_of_two_lanes_cannot_be_swapped_or_left_out() {
    let cluster = Cluster::start();
    let names = (0..400).map(|number| format!("old:{{{number}}}"));
    Keyspace::new(92).named(names).load(&cluster);
    let before = cluster.digest();
    let bench = Bench::new(&cluster.url());
    let (_, migration) = bench.begin(&rules(&["old:\\{{n}\\} => new:\\{{n}\\}"]));
    bench.apply(&migration).unwrap();
    let id = migration.id().to_owned();
    drop(migration);
    let directory = bench.path("migrations").join(&id);
    let (first, second) = (directory.join("journal-0"), directory.join("journal-1"));
    let beside = |path: &Path| path.with_extension("synced");
    let spare = directory.join("spare");
    let swap = |one: &Path, other: &Path| {
        fs::rename(one, &spare).unwrap();
        fs::rename(other, one).unwrap();
        fs::rename(&spare, other).unwrap();
    };
    let refused = |named: &str| {
        let error = bench.store().status(Some(&id)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Data, "{error}");
        assert!(error.to_string().contains(named), "{error}");
        let migration = bench.reopen(Some(&id));
        let control = Control::unattended();
        let deployment = bench.deployment();
        let rolling = migrate::rollback(&deployment, &migration, Pacing::default(), &control);
        let error = bench.runtime.block_on(rolling).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Data, "{error}");
    };

    swap(&first, &second);
    refused("journal-0");
    swap(&beside(&first), &beside(&second));
    refused("journal-0");
    swap(&first, &second);
    refused("journal-0.synced");
    swap(&beside(&first), &beside(&second));
    fs::rename(&second, &spare).unwrap();
    refused("journal-1");
    fs::rename(&spare, &second).unwrap();

    bench.rollback(&bench.reopen(Some(&id)));
    assert_eq!(cluster.digest(), before);
}

/// Does something to a file once some keys are renamed.
struct Meddler<F> {
    meddle: Mutex<Option<F>>,
}

impl<F: FnOnce() + Send> Observer for Meddler<F> {
    fn observe(&self, phase: Phase, event: Event<'_>) {
        if let (Phase::Apply, Event::Advanced(_)) = (phase, event)
            && let Some(meddle) = self.meddle.lock().unwrap().take()
        {
            meddle();
        }
    }
}

#[test]
fn a_journal_that_is_removed_or_replaced_during_a_run_stops_it() {
    #[track_caller]
    fn case(keys: usize, meddle: fn(&Path)) {
        let server = Server::start();
        Keyspace::new(93).keys("old:{}", keys).load(&server);
        let bench = Bench::new(&server.url());
        let (_, migration) = bench.begin(&rules(&["old:{n} => new:{n}"]));
        let path = bench.path("migrations").join(migration.id()).join("journal-0");
        let meddler = Meddler { meddle: Mutex::new(Some(|| meddle(&path))) };
        let control = Control::new(&meddler, CancellationToken::new());
        let error = bench.apply_as(&migration, Pacing::default(), &control).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Data, "{error}");
        assert!(error.to_string().contains(&*path.to_string_lossy()), "{error}");
    }
    let removed: fn(&Path) = |path| fs::remove_file(path).unwrap();
    let replaced: fn(&Path) = |path| {
        let bytes = fs::read(path).unwrap();
        fs::remove_file(path).unwrap();
        fs::write(path, bytes).unwrap();
    };
    let emptied: fn(&Path) = |path| fs::write(path, "").unwrap();

    // In the only window, and in the first of several.
    for keys in [300, 40_000] {
        case(keys, removed);
        case(keys, replaced);
        case(keys, emptied);
        case(keys, |path| fs::remove_file(path.with_extension("synced")).unwrap());
    }
}
