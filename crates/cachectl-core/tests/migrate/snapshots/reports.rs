//! The report on a snapshot is the one on the server that has loaded it.

use cachectl_core::{
    backup,
    migrate::{
        Options, Slots, Snapshot as Source,
        options::{Assertions, OnConflict, Selection},
    },
    values::{glob::Glob, key_type::KeyType},
    vocabulary::control::Control,
};
use cachectl_testkit::{Cluster, EveryEncoding, Keyspace, Release, Server};

use super::{Twins, comparable, plan};
use crate::bench::{Bench, rules, rules_on_conflict};

const POLICIES: [OnConflict; 4] =
    [OnConflict::Abort, OnConflict::Skip, OnConflict::Stash, OnConflict::Overwrite];

/// Keys of all types with all that can go wrong with their names.
fn crowded() -> Server {
    let server = Server::start();
    Keyspace::new(41).keys("old:{}", 3_000).with_ttl_share(0.3).load(&server);
    Keyspace::new(42).keys("new:{}", 40).with_ttl_share(0.5).load(&server);
    Keyspace::new(43).keys("user:{}", 500).keys("user:v2:{}", 200).load(&server);
    Keyspace::new(44).named((0..60).map(|n| format!("k{n}"))).load(&server);
    Keyspace::new(45).named((0..60).map(|n| format!("pair:{n}:{}", n + 1))).load(&server);
    Keyspace::new(46).keys("a:{}", 30).keys("b:{}", 20).load(&server);
    Keyspace::new(47).named([&b"bin:\xff\x00\n"[..], b"bin:", b"bin:\xfe{", b""]).load(&server);
    Keyspace::new(48).keys("cachectl:{7}:stash:01234567:{}", 5).load(&server);
    server.command(&["SELECT", "3"]);
    server.command(&["MSET", "old:in another", "1", "new:in another", "2"]);
    server.command(&["SELECT", "0"]);
    server
}

#[test]
fn reports_are_the_same_for_every_kind_of_rule_and_policy() {
    let twins = Twins::of(&crowded());
    let chain: Vec<String> = (0..59).map(|n| format!("k{n} => k{}", n + 1)).collect();
    let cycle: Vec<String> = (0..60).map(|n| format!("k{n} => k{}", (n + 1) % 60)).collect();
    let joined = |rules: &[String]| rules.join("\n");
    let sets = [
        "old:{n} => new:{n}",
        "prefix:old: => fresh:",
        "user:* => user:v2:*",
        "pair:{a}:{b} => pair:{b}:{a}",
        "a:{n} => b:{n}\nb:{n} => a:{n}",
        "a:{n} => all:{n}\nb:{n} => all:{n}",
        "a:{n} => old:{n}\nb:{n} => old:{n}",
        "regex:^(old|new):(\\d+)$ => $2:$1",
        "glob:old:[12]* => old:*",
        "user:{a}:{b} => u:{b}:{a}\nuser:* => u:*",
        "{a}:{b:digits} => {b}:{a}",
        "bin:* => bin2:*",
        "* => x*",
        "none:* => nothing:*",
        "prefix:cachectl: => ours:",
        "a:{n} => b:{n}\nk1 => k2\nold:1* => new:1*",
        &joined(&chain),
        &joined(&chain[..58]),
        &joined(&cycle),
    ];
    for set in sets {
        let texts: Vec<&str> = set.lines().collect();
        for policy in POLICIES {
            twins.assert_same_report(&rules_on_conflict(&texts, policy));
        }
    }
}

#[test]
fn reports_are_the_same_with_a_selection_and_with_assertions() {
    let twins = Twins::of(&crowded());
    let chain: Vec<String> = (0..59).map(|n| format!("k{n} => k{}", n + 1)).collect();
    let chain: Vec<&str> = chain.iter().map(String::as_str).collect();
    let selections = [
        Selection { types: [KeyType::Hash].into(), ..Selection::default() },
        Selection { exclude: vec![Glob::new("*5*"), Glob::new("k1?")], ..Selection::default() },
        Selection {
            types: [KeyType::String, KeyType::Stream, KeyType::Module].into(),
            exclude: vec![Glob::new("old:1*")],
        },
    ];
    let assertions = Assertions { matched: Some(100..=200), conflicts: Some(0..=0) };
    for selection in selections {
        for policy in POLICIES {
            for texts in [&["old:{n} => new:{n}"][..], &["user:* => user:v2:*"], &chain] {
                twins.assert_same_report(&Options {
                    selection: selection.clone(),
                    assertions: assertions.clone(),
                    ..rules_on_conflict(texts, policy)
                });
            }
        }
    }
}

#[test]
fn every_encoding_and_database_is_read_as_the_server_does() {
    for release in [Release::Redis70, Release::Valkey81, Release::Valkey91] {
        let server = Server::builder().release(release).start();
        EveryEncoding::new(4).load(&server);
        let bench = Bench::new(&server.url());
        let file = server.save();
        for db in [0, 3, 9, 5] {
            let bench = Bench::new(&server.url_of_db(u32::try_from(db).unwrap()));
            let (live, _) = bench.plan(&rules(&["* => x:*"])).unwrap();
            let source = Source { db, ..Source::new(&file) };
            let read = plan(&bench, &source, &rules(&["* => x:*"])).unwrap();
            assert_eq!(comparable(&read), comparable(&live), "{release:?}, database {db}");
            let about = read.snapshot.unwrap();
            assert_eq!(about.rdb_version, release.rdb_version());
            assert_eq!(Some(about.keys), live.servers[0].keys);
            assert_eq!(about.written_by, Some(live.servers[0].version.clone()));
            assert!(about.written_at.is_some());
        }
        drop(bench);
    }
}

#[test]
fn a_compressed_backup_of_a_cluster_is_planned_as_the_cluster_is() {
    let cluster = Cluster::start();
    let names = (0..300).flat_map(|n| [format!("old:{{{n}}}"), format!("across:{n}")]);
    Keyspace::new(51).named(names).with_ttl_share(0.2).load(&cluster);
    Keyspace::new(52).named((0..30).map(|n| format!("new:{{{n}}}"))).load(&cluster);
    let bench = Bench::new(&cluster.url());
    let file = bench.path("cluster.rdb.zst");
    let (deployment, control) = (bench.deployment(), Control::unattended());
    let everything = backup::Options::new(&file);
    bench.runtime.block_on(backup::run(&deployment, &everything, &control)).unwrap();
    let source = Source { slots: Slots::Same, ..Source::new(&file) };

    for policy in POLICIES {
        for texts in [&["old:* => new:*"][..], &["old:* => new:*", "across:* => accross:*"]] {
            let options = rules_on_conflict(texts, policy);
            let (live, _) = bench.plan(&options).unwrap();
            let read = plan(&bench, &source, &options).unwrap();
            assert_eq!(comparable(&read), comparable(&live), "{texts:?} {policy:?}");
        }
    }
}
