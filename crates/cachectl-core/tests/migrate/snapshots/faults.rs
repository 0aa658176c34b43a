//! Files that are damaged, refused or over their time.

use std::fs;

use cachectl_core::{
    migrate::{Error, Snapshot as Source, options::OnConflict, report::Refusal},
    steps::{
        rdb_file::{Existing, FileError, RdbTarget},
        value_writer::WriteError,
    },
    vocabulary::error_kind::ErrorKind,
};
use cachectl_rdb::Version;
use cachectl_testkit::{Keyspace, Server};

use super::{Twins, plan, rename};
use crate::bench::{Bench, rules, rules_on_conflict};

fn server() -> Server {
    let server = Server::start();
    Keyspace::new(71).keys("old:{}", 500).keys("new:{}", 5).load(&server);
    server
}

/// Returns where the file is damaged that it could not be read because of.
#[track_caller]
fn offset(error: &Error) -> Option<u64> {
    assert_eq!(error.kind(), ErrorKind::Data);
    match error {
        Error::Keep(WriteError::File(FileError::Damaged { source, .. })) => Some(source.offset),
        _ => None,
    }
}

#[test]
fn a_damaged_file_is_refused_with_the_place_of_the_damage() {
    let twins = Twins::of(&server());
    let whole = fs::read(&twins.source.path).unwrap();
    let options = rules(&["old:{n} => young:{n}"]);

    let half = whole.len() / 2;
    fs::write(&twins.source.path, &whole[..half]).unwrap();
    let cut = twins.plan(&options).unwrap_err();
    assert!(offset(&cut).is_some_and(|offset| offset <= half as u64), "{cut:?}");
    let cut = twins.rename(&options).unwrap_err();
    assert!(offset(&cut).is_some_and(|offset| offset <= half as u64), "{cut:?}");

    let mut flipped = whole.clone();
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    fs::write(&twins.source.path, &flipped).unwrap();
    assert_eq!(offset(&twins.plan(&options).unwrap_err()), Some(whole.len() as u64 - 8));
    assert_eq!(offset(&twins.rename(&options).unwrap_err()), Some(whole.len() as u64 - 8));
    assert!(!twins.bench.path("renamed.rdb").exists());

    fs::write(&twins.source.path, b"not an RDB file").unwrap();
    assert_eq!(offset(&twins.plan(&options).unwrap_err()), Some(0));
    fs::remove_file(&twins.source.path).unwrap();
    let missing = twins.plan(&options).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Data);
    assert!(missing.to_string().starts_with("could not read `"), "{missing}");
}

#[test]
fn a_refused_plan_writes_nothing_and_neither_does_one_over_a_file_that_is_to_be_kept() {
    let twins = Twins::of(&server());
    let taken = rules(&["old:{n} => new:{n}"]);
    match twins.rename(&taken).unwrap_err() {
        Error::Refused(report) => assert_eq!(report.refusals, [Refusal::Conflicts { keys: 5 }]),
        other => panic!("{other:?}"),
    }
    let copy = twins.bench.path("renamed.rdb");
    assert!(!copy.exists());

    fs::write(&copy, "precious").unwrap();
    let skip = rules_on_conflict(&["old:{n} => new:{n}"], OnConflict::Skip);
    let exists = twins.rename(&skip).unwrap_err();
    assert_eq!(exists.kind(), ErrorKind::Refused);
    assert!(exists.to_string().ends_with("is there already"), "{exists}");
    assert_eq!(fs::read(&copy).unwrap(), b"precious");
}

/// Writes a file of strings with their databases and expiries.
fn write(bench: &Bench, entries: &[(u64, &str, Option<i64>)]) -> Source {
    let path = bench.path("made.rdb");
    let mut target = RdbTarget::create(&path, Version::new(10), Existing::Replace).unwrap();
    for (db, name, expires_at) in entries {
        let value = b"\x00\x01v";
        target.writer.entry(*db, name.as_bytes(), *expires_at, None, value).unwrap();
    }
    target.commit().unwrap();
    Source::new(path)
}

#[test]
fn keys_over_their_time_are_not_there_and_are_in_nobodys_way() {
    let server = Server::start();
    let bench = Bench::new(&server.url());
    let (over, later) = (Some(1_000), Some(4_000_000_000_000));
    let source = write(
        &bench,
        &[
            (0, "old:1", None),
            (0, "new:1", over),
            (0, "old:2", over),
            (0, "old:3", later),
            (0, "new:3", None),
            (1, "old:1", over),
        ],
    );
    let options = rules_on_conflict(&["old:{n} => new:{n}"], OnConflict::Stash);
    let copy = bench.path("copy.rdb");

    let (report, renamed) = rename(&bench, &source, &copy, &options).unwrap();

    assert_eq!((report.totals.scanned, report.totals.renames, report.conflicts.count), (2, 2, 1));
    let about = report.snapshot.unwrap();
    assert_eq!((about.keys, about.expired), (3, 2));
    assert_eq!((renamed.keys, renamed.expired, renamed.stashed), (4, 2, 1));
    let loaded = Server::builder().rdb(&copy).start();
    assert_eq!(loaded.number(&["DBSIZE"]), 3);
    assert_eq!(loaded.number(&["EXISTS", "new:1", "new:3"]), 2);
    assert_eq!(loaded.number(&["PEXPIRETIME", "new:3"]), 4_000_000_000_000);
}

#[test]
fn a_file_that_holds_a_key_twice_is_refused_as_servers_refuse_it() {
    let server = Server::start();
    let bench = Bench::new(&server.url());
    let twice = [(0, "old:1", None), (0, "a", None), (0, "old:1", None), (1, "a", None)];
    let source = write(&bench, &twice);

    let refused = plan(&bench, &source, &rules(&["old:{n} => new:{n}"])).unwrap_err();

    assert!(matches!(refused, Error::SnapshotRepeats { keys: 1, .. }), "{refused:?}");
    assert_eq!(refused.kind(), ErrorKind::Data);
}
