//! Compares in one line, with a directory of its own.

use std::{
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};

use cachectl_core::{
    diff::{self, Difference, Error, Kind, Options, Report, Side},
    server::{deployment::Deployment, target::Target},
    values::{
        endpoint::ConnectionUrl, glob::Glob, key::Key, key_type::KeyType, rule::Rule,
        rule_set::RuleSet,
    },
    vocabulary::control::Control,
};
use cachectl_rdb::{Version, Writer};
use cachectl_testkit::Server;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A place for files, and a runtime.
pub(crate) struct Bench {
    pub(crate) runtime: Runtime,
    directory: TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        Self { runtime: runtime.unwrap(), directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn open(&self, url: &str) -> Deployment {
        let target = Target::from_url(ConnectionUrl::parse(url).unwrap());
        self.runtime.block_on(Deployment::open(target)).unwrap()
    }

    pub(crate) fn server(&self, server: &Server) -> Side {
        Side::from(self.open(&server.url()))
    }

    /// Writes a file with these keys, of database 0 and version 11.
    pub(crate) fn file(&self, name: &str, entries: &[Entry<'_>]) -> Side {
        let path = self.path(name);
        let mut writer = Writer::new(File::create(&path).unwrap(), Version::new(11)).unwrap();
        for (key, expires_at, value) in entries {
            writer.entry(0, key, *expires_at, None, value).unwrap();
        }
        writer.finish().unwrap();
        Side::from(path)
    }

    #[track_caller]
    pub(crate) fn diff(&self, a: &Side, b: &Side, options: &Options) -> Report {
        self.try_diff((a, b), options, &Control::unattended()).unwrap()
    }

    /// Compares, and leaves nothing behind.
    #[track_caller]
    pub(crate) fn try_diff(
        &self,
        (a, b): (&Side, &Side),
        options: &Options,
        control: &Control<'_>,
    ) -> Result<Report, Error> {
        let workspace = tempfile::tempdir_in(self.directory.path()).unwrap();
        let comparing = diff::run(a, b, options, workspace.path(), control);
        let report = self.runtime.block_on(comparing);
        assert_eq!(files(workspace.path()), 0);
        report
    }
}

/// A key of a file: its name, its expiry, and its value with the type byte.
pub(crate) type Entry<'a> = (&'a [u8], Option<i64>, &'a [u8]);

fn files(directory: &Path) -> usize {
    std::fs::read_dir(directory).unwrap().count()
}

/// Options that do not look again.
pub(crate) fn once() -> Options {
    Options { rounds: 0, ..Options::default() }
}

/// Options that look again without waiting.
pub(crate) fn at_once() -> Options {
    Options { pause: Duration::ZERO, ..Options::default() }
}

/// Options that look once, with these rules.
pub(crate) fn rules(texts: &[&str]) -> Options {
    let rules = texts.iter().map(|text| Rule::parse(text).unwrap()).collect();
    Options { rules: Some(RuleSet::new(rules).unwrap()), ..once() }
}

/// The same options for these keys only.
pub(crate) fn matching(pattern: &str, mut options: Options) -> Options {
    options.selection.patterns.push(Glob::new(pattern));
    options
}

/// The same options for keys of this type only.
pub(crate) fn of_type(key_type: KeyType, mut options: Options) -> Options {
    options.selection.types.insert(key_type);
    options
}

/// What was found, in the order of names.
pub(crate) fn found(report: &Report) -> Vec<(Kind, Key)> {
    let pair = |difference: &Difference| (difference.kind, difference.key.clone());
    let mut found: Vec<_> = report.differences.list.iter().map(pair).collect();
    assert_eq!(found.len() as u64, report.differences.count);
    assert_eq!(report.by_kind.values().sum::<u64>(), report.differences.count);
    found.sort_by(|(_, one), (_, other)| one.cmp(other));
    found
}

/// A difference as a test writes it.
pub(crate) fn key(kind: Kind, name: &str) -> (Kind, Key) {
    (kind, Key::from(name))
}

/// The one difference there is.
#[track_caller]
pub(crate) fn only(report: &Report) -> &Difference {
    assert_eq!(report.differences.count, 1, "{report:?}");
    report.differences.list.first().unwrap()
}
