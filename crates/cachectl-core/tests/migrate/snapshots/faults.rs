//! Files that are damaged, and plans that are refused.

use std::fs;

use cachectl_core::{
    migrate::{Error, options::OnConflict, report::Refusal},
    steps::{rdb_file::FileError, value_writer::WriteError},
    vocabulary::error_kind::ErrorKind,
};
use cachectl_testkit::{Keyspace, Server};

use super::Twins;
use crate::bench::{rules, rules_on_conflict};

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
    let whole = fs::read(twins.source.file.name()).unwrap();
    let options = rules(&["old:{n} => young:{n}"]);

    let half = whole.len() / 2;
    fs::write(twins.source.file.name(), &whole[..half]).unwrap();
    let cut = twins.plan(&options).unwrap_err();
    assert!(offset(&cut).is_some_and(|offset| offset <= half as u64), "{cut:?}");
    let cut = twins.rename(&options).unwrap_err();
    assert!(offset(&cut).is_some_and(|offset| offset <= half as u64), "{cut:?}");

    let mut flipped = whole.clone();
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    fs::write(twins.source.file.name(), &flipped).unwrap();
    assert_eq!(offset(&twins.plan(&options).unwrap_err()), Some(whole.len() as u64 - 8));
    assert_eq!(offset(&twins.rename(&options).unwrap_err()), Some(whole.len() as u64 - 8));
    assert!(!twins.bench.path("renamed.rdb").exists());

    fs::write(twins.source.file.name(), b"not an RDB file").unwrap();
    assert_eq!(offset(&twins.plan(&options).unwrap_err()), Some(0));
    fs::remove_file(twins.source.file.name()).unwrap();
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
