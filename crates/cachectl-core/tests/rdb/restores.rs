//! Where a file can be restored to, and what is in the way.

use std::collections::BTreeSet;

use cachectl_core::{
    backup, restore,
    restore::{OnConflict, Ttl},
    values::{rule::Rule, rule_set::RuleSet},
    vocabulary::outcome::Outcome,
};
use cachectl_testkit::{Cluster, Server, Snapshot, keyspace::EveryEncoding, locate::Release};

use crate::bench::Bench;

/// Returns the keys that a server cannot have, by the report.
fn lost(report: &restore::Report) -> BTreeSet<(u32, Vec<u8>)> {
    let lost = report.counts.unsupported.list.iter();
    lost.map(|lost| (u32::try_from(lost.database).unwrap(), lost.key.as_bytes().to_vec())).collect()
}

fn assert_holds(server: &Server, expected: &Snapshot, lost: &BTreeSet<(u32, Vec<u8>)>) {
    let found = server.portable_snapshot();
    for (name, entry) in expected.entries() {
        let shown = name.1.escape_ascii();
        match found.entries().get(name) {
            None => assert!(lost.contains(name), "`{shown}` is missing"),
            Some(found) => assert_eq!(found, entry, "`{shown}`"),
        }
    }
    assert_eq!(found.len() + lost.len(), expected.len());
}

#[test]
fn every_release_takes_the_backup_of_every_other() {
    for from in Release::ALL {
        let bench = Bench::new();
        let source = Server::builder().release(from).start();
        EveryEncoding::new(11).load(&source);
        let expected = source.portable_snapshot();
        let path = bench.path("backup.rdb");
        bench.backup(&source.url(), &backup::Options::new(&path));
        for to in Release::ALL {
            let server = Server::builder().release(to).start();
            let report = bench.restore(&server.url(), &restore::Options::new(&path));
            let lost = lost(&report);
            println!("{from} -> {to}: {:?}, {} unsupported", report.counts.roads, lost.len());
            assert_eq!(report.left + report.counts.failed.count, 0, "{from} -> {to}: {report:?}");
            assert_eq!(report.counts.ended(), expected.len() as u64);
            assert_holds(&server, &expected, &lost);
        }
    }
}
