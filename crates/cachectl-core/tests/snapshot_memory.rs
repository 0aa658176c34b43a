//! How much memory it takes to plan on a snapshot and to rename in a copy. There is one test in
//! here, because it measures the whole process.

#![cfg(target_os = "linux")]
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a helper of a test fails the test"
)]

use std::{fs, path::Path};

use cachectl_core::{
    migrate::{self, Options, RenamedSnapshot, Snapshot, options::OnConflict},
    steps::rdb_file::{Existing, NewEntry, RdbTarget},
    values::{rule::Rule, rule_set::RuleSet},
    vocabulary::control::Control,
};
use cachectl_rdb::Version;
use tokio::runtime::Runtime;

const MIB: u64 = 1 << 20;

/// Returns the most memory that the process had so far, in bytes, as the kernel counts it.
fn most() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}

fn name(prefix: &str, number: u32) -> Vec<u8> {
    format!("{prefix}:{number:08}:with a name that is not short at all").into_bytes()
}

/// Writes so many keys to rename, of which every tenth has a new name that is taken, and every
/// tenth one that another key leaves.
fn write(path: &Path, keys: u32) {
    let mut target = RdbTarget::create(path, Version::new(10), Existing::Replace).unwrap();
    let mut put = |key: &[u8]| {
        let value = b"\x00\x05value";
        target.entry(NewEntry { db: 0, key, expires_at: None, usage: None, value }).unwrap();
    };
    for number in 0..keys {
        put(&name("old", number));
        if number % 10 == 0 {
            put(&name("new", number));
        }
        if number % 10 == 5 {
            put(&name("old:old", number));
        }
    }
    target.commit().unwrap();
}

/// Renames in a copy, and returns how many keys got a new name and how many were in the way.
fn rename(runtime: &Runtime, directory: &Path) -> (u64, u64) {
    let rules = ["old:old:* => old:*", "old:* => new:*"].map(|rule| Rule::parse(rule).unwrap());
    let options = Options {
        on_conflict: OnConflict::Stash,
        ..Options::new(RuleSet::new(rules.into()).unwrap())
    };
    let source = Snapshot::new(directory.join("snapshot.rdb"));
    let copy = RenamedSnapshot {
        existing: Existing::Replace,
        ..RenamedSnapshot::new(directory.join("copy.rdb"))
    };
    let control = Control::unattended();
    let renaming = migrate::rename_snapshot(&source, &copy, &options, directory, &control);
    let (plan, renamed) = runtime.block_on(renaming).unwrap();
    assert_eq!(plan.links.keys, 2 * plan.links.chains);
    (renamed.renamed, renamed.stashed)
}

#[test]
fn memory_does_not_grow_with_the_keys() {
    let directory = tempfile::tempdir().unwrap();
    let runtime = Runtime::new().unwrap();
    let path = directory.path().join("snapshot.rdb");
    write(&path, 100_000);
    assert_eq!(rename(&runtime, directory.path()), (110_000, 10_000));
    let few = most();

    write(&path, 400_000);
    assert_eq!(rename(&runtime, directory.path()), (440_000, 40_000));

    let more = most() - few;
    assert!(more < 16 * MIB, "{more} bytes more for four times as many keys");
}
