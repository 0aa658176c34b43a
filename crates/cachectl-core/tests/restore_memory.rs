//! How much memory a restore takes. There is one test in here, because it measures the whole process.

#![cfg(target_os = "linux")]
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a helper of a test fails the test"
)]

use std::{fs, path::Path};

use cachectl_core::{
    restore,
    server::{deployment::Deployment, target::Target},
    steps::rdb_file::{Existing, NewEntry, RdbTarget},
    values::endpoint::ConnectionUrl,
    vocabulary::control::Control,
};
use cachectl_rdb::Version;
use cachectl_testkit::Server;
use tokio::runtime::Runtime;

const MIB: usize = 1 << 20;
const LARGE: usize = 96 * MIB;

/// Returns the most memory that the process had so far, in bytes, as the kernel counts it.
fn most() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}

/// Returns a string of so many bytes, as it is stored.
fn string(bytes: usize) -> Vec<u8> {
    let mut value = vec![0, 0x80];
    value.extend_from_slice(&u32::try_from(bytes).unwrap().to_be_bytes());
    value.resize(6 + bytes, b'x');
    value
}

/// Writes many small values, some that are not small, and so many large ones.
fn write(path: &Path, large: usize) {
    let mut target = RdbTarget::create(path, Version::new(9), Existing::Replace).unwrap();
    let mut put = |key: &str, value: &[u8]| {
        let key = key.as_bytes();
        target.entry(NewEntry { db: 0, key, expires_at: None, usage: None, value }).unwrap();
    };
    for number in 0..50_000 {
        put(&format!("small:{number}"), b"\x00\x05value");
    }
    let middle = string(3 * MIB);
    for number in 0..40 {
        put(&format!("middle:{number}"), &middle);
    }
    drop(middle);
    let value = string(if large == 0 { 1 } else { LARGE });
    for number in 0..large {
        put(&format!("large:{number}"), &value);
    }
    target.commit().unwrap();
}

fn restore(runtime: &Runtime, server: &Server, path: &Path) -> restore::Preview {
    let target = Target::from_url(ConnectionUrl::parse(&server.url()).unwrap());
    let (options, control) = (restore::Options::new(path), Control::unattended());
    let workspace = path.parent().unwrap();
    runtime.block_on(async {
        let deployment = Deployment::open(target).await.unwrap();
        let preview = restore::check(&deployment, &options, workspace, &control).await.unwrap();
        let report = restore::run(&deployment, &options, &preview, &control).await.unwrap();
        assert_eq!(report.counts.restored, preview.entries);
        preview
    })
}

#[test]
fn a_restore_takes_little_more_than_its_largest_value() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("values.rdb");
    let runtime = Runtime::new().unwrap();
    write(&path, 0);
    restore(&runtime, &Server::start(), &path);
    let without = most();
    assert!(without < 64 << 20, "{without} bytes for values that are not large");

    // Writing has a large value in memory once, as restoring has.
    write(&path, 3);
    let preview = restore(&runtime, &Server::start(), &path);
    assert_eq!(preview.largest.unwrap().bytes, LARGE as u64 + 6);
    assert_eq!(preview.memory, (64 * MIB + LARGE) as u64 + 6);
    let with = most();
    assert!(with < preview.memory, "{with} bytes, and {} were told", preview.memory);
}
