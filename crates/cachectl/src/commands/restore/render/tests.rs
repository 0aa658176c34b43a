use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::Duration,
};

use cachectl_core::{
    restore::{
        Collision, Counts, GlobReport, Largest, RuleReport, ServerReport, Unfit, UnfitParts,
    },
    steps::rdb_file::{Ending, Proof as FileProof},
    values::{endpoint::Endpoint, key::Key, key_type::KeyType, ttl::Expiry},
    vocabulary::{listed::Listed, outcome::Outcome},
};
use insta::assert_snapshot;

use super::*;

fn text(result: &impl Render) -> String {
    let mut text = Vec::new();
    result.human(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn taken(count: u64) -> Listed<Taken> {
    Listed::of(count, vec![Taken { key: Key::from("user:1"), database: 0 }])
}

fn failure(reason: &str) -> Listed<Failure> {
    let failure = Failure { key: Key::from("a\nb"), database: 3, reason: reason.to_owned() };
    Listed::of(1, vec![failure])
}

fn unfit() -> Vec<Unfit> {
    vec![Unfit::Rule("\x1b[2J => x".to_owned())]
}

fn share(from: &str, to: &str) -> Share {
    let (key_type, expiry) = (KeyType::String, Expiry::Never);
    let (from, to) = (Key::from(from), Key::from(to));
    let sample = Sample { from, to, database: 0, key_type, expiry };
    Share { matched: 800, restores: 745, skipped: 50, samples: vec![sample] }
}

/// A preview in which everything is to be said.
fn preview() -> Preview {
    Preview {
        path: PathBuf::from("dump.rdb"),
        ending: Ending { proof: FileProof::None, ..Ending::default() },
        rdb_version: 12,
        proof: Proof::None,
        written_at: Some(1_795_167_170),
        servers: vec![ServerReport {
            endpoint: Endpoint::parse("10.0.0.7", 6379).unwrap(),
            version: "valkey 9.1.2".to_owned(),
            rdb_version: 80,
        }],
        entries: 2_000,
        selected: 1_500,
        excluded: 400,
        expired: 100,
        empty: 0,
        restores: 1_390,
        skipped: 100,
        unsupported: Listed::of(10, failure("a value of the module `graph`").list),
        globs: vec![GlobReport { glob: Key::from("user:*"), matched: 1_600 }],
        rules: vec![
            RuleReport { rule: "user:* => u:*".to_owned(), share: share("user:1", "u:1") },
            RuleReport { rule: "\x1b[2J => x".to_owned(), share: Share::default() },
        ],
        unmapped: Share { samples: Vec::new(), ..share("a", "a") },
        unfit: unfit(),
        databases: BTreeSet::from([0, 3]),
        by_type: BTreeMap::from([(KeyType::String, 1_000), (KeyType::Module, 500)]),
        by_database: BTreeMap::from([(0, 1_400), (3, 100)]),
        roads: Roads { as_it_is: 0, retagged: 1_490, rewritten: 10 },
        largest: Some(Largest { key: Key::from("big\n"), database: 0, bytes: 300 << 20 }),
        memory: 364 << 20,
        modules: 500,
        on_conflict: OnConflict::Abort,
        ttl: Ttl::Shift,
        taken: taken(30),
        collisions: Listed::of(
            1,
            vec![Collision { to: Key::from("one"), from: Key::from("two"), database: 3 }],
        ),
        functions: 2,
        libraries: Vec::new(),
        libraries_taken: Vec::new(),
        left_out: left_out(),
        refusals: vec![
            Refusal::Unfit { parts: UnfitParts(unfit()) },
            Refusal::Collisions { names: 1 },
            Refusal::Conflicts { keys: 30 },
        ],
        elapsed: Duration::from_millis(20),
        outcome: Outcome::Clean,
    }
}

fn left_out() -> LeftOut {
    let modules = BTreeMap::from([("ReJSON-RL".to_owned(), 3)]);
    LeftOut { functions: 2, modules, idempotency: 1 }
}

fn report() -> Report {
    Report {
        path: PathBuf::from("dump.rdb"),
        selected: 1_500,
        counts: Counts {
            restored: 1_000,
            roads: Roads { as_it_is: 0, retagged: 990, rewritten: 10 },
            skipped: 100,
            conflicts: taken(1),
            expired: 2,
            unsupported: failure("a value of the module `graph`"),
            failed: failure("the server says `NOPERM no`"),
        },
        left: 390,
        unconfirmed: 5,
        stopped: Some("the server says `OOM full`".to_owned()),
        in_doubt: failure("its value is damaged: a score is not a number at byte 4"),
        libraries: Libraries::default(),
        left_out: left_out(),
        slowdowns: 1,
        elapsed: Duration::from_millis(1_234),
        outcome: Outcome::Incomplete,
    }
}

#[test]
fn a_preview_says_all_that_stands_in_the_way() {
    assert_snapshot!(text(&preview()), @r"
    refused; would have restored 1,390 keys
    from dump.rdb, RDB version 12, written 2026-11-20 09:32:50Z
    to 10.0.0.7:6379, valkey 9.1.2, db0 and db3
    in the file 2,000 keys: 1,390 to restore, 100 skipped, 10 unsupported, 100 expired, 400 left out
      types      string 1,000, module 500
      databases  db0 1,400, db3 100
      method     under another version 1,490, rewritten 10
      expiry     shifted: the time left is that of the moment when the file was written
      500 values of modules, which only a server with the module takes
      checksum   none: every value is decoded before it is sent
      memory     up to 364.0 MiB: `big\n` has 300.0 MiB
      left out   2 libraries of functions
      left out   3 pieces of data of the module ReJSON-RL
      left out   what 1 stream knew of producers

         glob    matched
         user:*    1,600

         rule                       matched  to restore  skipped
      1  user:* => u:*                  800         745       50
      2  \u{1b}[2J => x                   0           0        0
         (no rule: the name stays)      800         745       50

    rule 1: user:* => u:*
      samples    user:1  -> u:1  db0, string, no expiry

    conflicts: 30 names are taken, and nothing is restored
      user:1 in db0
      … and 10 more: `-o json` lists them

    unsupported: 10 keys that the server cannot have
      a\nb in db3: a value of the module `graph`

    collisions: 1 name that several keys of the file would get
      two in db3 -> one

    refused:
      - no key fits the rule `\u{1b}[2J => x`
      - two keys of the file would get one name
      - 30 names are taken
    ");
    let ready = Preview { refusals: Vec::new(), restores: 0, ..preview() };
    assert!(text(&ready).starts_with("nothing to restore\n"));
    assert!(text(&ready).ends_with("warnings:\n  - no key fits the rule `\\u{1b}[2J => x`\n"));
}

#[test]
fn a_restore_says_what_became_of_every_key() {
    let restored = Restored { preview: preview(), restore: Some(report()) };
    assert_snapshot!(text(&restored), @r"
    restored 1,000 of 1,500 keys in 1.2 s
      method     under another version 990, rewritten 10
      100 left out, because their names are taken
      2 expired before their turn came
      390 not tried yet
      5 sent, and it is not known whether they arrived
      left out   2 libraries of functions
      left out   3 pieces of data of the module ReJSON-RL
      left out   what 1 stream knew of producers
      slowed down 1 time, to keep the server quick
      stopped: the server says `OOM full`
    from dump.rdb, RDB version 12, written 2026-11-20 09:32:50Z
    to 10.0.0.7:6379, valkey 9.1.2, db0 and db3
    in the file 2,000 keys: 1,390 to restore, 100 skipped, 10 unsupported, 100 expired, 400 left out

    conflicts: 1 name taken since they were looked at; what is there stays
      user:1 in db0

    unsupported: 1 key that the server cannot have
      a\nb in db3: a value of the module `graph`

    in doubt: 1 key was on its way when a server was lost
      a\nb in db3: its value is damaged: a score is not a number at byte 4

    failed: 1 key that the server refused
      a\nb in db3: the server says `NOPERM no`
    ");
}
