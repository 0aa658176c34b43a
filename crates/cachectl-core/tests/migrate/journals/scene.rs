//! A migration that stopped half-way: its files and the keys of its server, to go back to.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
};

use cachectl_core::{
    migrate::{self, Error, options::Pacing, report::ApplyReport},
    vocabulary::{
        control::Control,
        outcome::Outcome,
        progress::{Event, Observer, Phase},
    },
};
use cachectl_testkit::{Batch, Keyspace, Server, Snapshot, Value};
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, rules, swap_prefix};

/// How many keys are in one window.
const PLAIN: usize = 300;
/// Every key of a chain has a window of its own.
const CHAIN: usize = 8;

/// A server with keys, and where they belong.
pub(super) struct Stage {
    pub(super) server: Server,
    pub(super) bench: Bench,
    pub(super) id: String,
    pub(super) before: Snapshot,
    pub(super) after: Snapshot,
}

/// The state of everything at one moment.
pub(super) struct Scene {
    /// By their paths below the directory of the migration.
    pub(super) files: BTreeMap<PathBuf, Vec<u8>>,
    /// Names and values, as `DUMP` gives them.
    keys: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Stage {
    /// Begins a migration of plain keys and of a chain.
    pub(super) fn new() -> Self {
        let server = Server::start();
        let chain = (0..CHAIN).map(|number| format!("c{number}"));
        Keyspace::new(91).keys("old:{}", PLAIN).named(chain).load(&server);
        let before = server.snapshot();
        let links: Vec<String> =
            (0..CHAIN).map(|number| format!("c{number} => c{}", number + 1)).collect();
        let texts: Vec<&str> =
            links.iter().map(String::as_str).chain(["old:{n} => new:{n}"]).collect();
        let after = before.renamed(|key| {
            let number = key.strip_prefix(b"c").and_then(|rest| std::str::from_utf8(rest).ok());
            let number = number.and_then(|number| number.parse::<usize>().ok());
            let linked = number.map(|number| format!("c{}", number + 1).into_bytes());
            linked.or_else(|| swap_prefix(key, "old:", "new:"))
        });
        let bench = Bench::new(&server.url());
        let id = bench.begin(&rules(&texts)).1.id().to_owned();
        Self { server, bench, id, before, after }
    }

    pub(super) fn directory(&self) -> PathBuf {
        self.bench.path("migrations").join(&self.id)
    }

    /// Applies until `handled` keys are done. Returns the files as a kill at that moment leaves
    /// them, and then as stopping does.
    pub(super) fn stop(&self, phase: Phase, handled: u64) -> [Scene; 2] {
        let cancellation = CancellationToken::new();
        let watcher = Watcher {
            at: (phase, handled),
            directory: self.directory(),
            cancellation: cancellation.clone(),
            files: Mutex::default(),
        };
        let migration = self.bench.reopen(Some(&self.id));
        let control = Control::new(&watcher, cancellation);
        let deployment = self.bench.deployment();
        let pacing = Pacing::default();
        let report = if phase == Phase::Apply {
            let work = migrate::apply(&deployment, &migration, pacing, &control);
            self.bench.runtime.block_on(work).unwrap()
        } else {
            let work = migrate::rollback(&deployment, &migration, pacing, &control);
            self.bench.runtime.block_on(work).unwrap()
        };
        assert_eq!(report.outcome, Outcome::Interrupted, "{:?}", report.accounts);
        let killed = watcher.files.into_inner().unwrap();
        assert!(!killed.is_empty(), "it came so far");
        let stopped = read_files(&self.directory());
        let keys = dump(&self.server);
        [Scene { files: killed, keys: keys.clone() }, Scene { files: stopped, keys }]
    }

    /// Makes everything as it was in a scene.
    pub(super) fn restore(&self, scene: &Scene) {
        self.restore_files(scene);
        let mut batch = Batch::new();
        batch.push(&["FLUSHALL"]);
        for (name, value) in &scene.keys {
            batch.push(&[b"RESTORE", &**name, b"0", value]);
        }
        let answers = self.server.pipeline(&batch);
        assert!(!answers.iter().any(|answer| matches!(answer, Value::ServerError(_))));
    }

    /// Makes the files as they were in a scene, and leaves the server alone.
    pub(super) fn restore_files(&self, scene: &Scene) {
        let directory = self.directory();
        fs::remove_dir_all(&directory).unwrap();
        for (path, bytes) in &scene.files {
            let path = directory.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }

    pub(super) fn resume(&self) -> Result<ApplyReport, Error> {
        self.bench.apply(&self.bench.reopen(Some(&self.id)))
    }

    pub(super) fn roll_back(&self) -> Result<ApplyReport, Error> {
        let migration = self.bench.reopen(Some(&self.id));
        let deployment = self.bench.deployment();
        let control = Control::unattended();
        let rolling = migrate::rollback(&deployment, &migration, Pacing::default(), &control);
        self.bench.runtime.block_on(rolling)
    }
}

/// Copies the files once so many keys are done, and stops the work.
struct Watcher {
    at: (Phase, u64),
    directory: PathBuf,
    cancellation: CancellationToken,
    files: Mutex<BTreeMap<PathBuf, Vec<u8>>>,
}

impl Observer for Watcher {
    fn observe(&self, phase: Phase, event: Event<'_>) {
        if let Event::Advanced(handled) = event
            && (phase, handled) == self.at
        {
            *self.files.lock().unwrap() = read_files(&self.directory);
            self.cancellation.cancel();
        }
    }
}

/// Reads all files below a directory.
fn read_files(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = PathBuf::from(path.file_name().unwrap());
        if path.is_dir() {
            let below = read_files(&path).into_iter();
            files.extend(below.map(|(path, bytes)| (name.join(path), bytes)));
        } else {
            files.insert(name, fs::read(&path).unwrap());
        }
    }
    files
}

fn dump(server: &Server) -> Vec<(Vec<u8>, Vec<u8>)> {
    let snapshot = server.snapshot();
    let data = snapshot.entries().keys().map(|(_, name)| name.clone());
    // What the server has seen of the migration is part of its state.
    let names: Vec<Vec<u8>> =
        data.chain(server.markers().into_iter().map(String::into_bytes)).collect();
    let mut batch = Batch::new();
    for name in &names {
        batch.push(&[b"DUMP", &**name]);
    }
    let values = server.pipeline(&batch).into_iter().map(|answer| match answer {
        Value::BulkString(value) => value,
        other => panic!("no value: {other:?}"),
    });
    names.into_iter().zip(values).collect()
}
