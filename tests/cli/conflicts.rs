//! Names that are taken, and what is done about it.

use cachectl_testkit::{Cachectl, Server, cli::Output};
use insta::assert_snapshot;

use crate::{anywhere, cachectl, ends_with, with};

const RULE: &str = "doc_state_{id} => doc:state:{id}";

/// Returns a server with a key to rename and one in the way, and a run with a policy for that.
fn in_the_way() -> (Server, Cachectl) {
    let server = Server::start();
    server.command(&["SET", "doc_state_1", "one"]);
    server.command(&["RPUSH", "doc:state:1", "in the way"]);
    server.command(&["RPUSH", "other", "left alone"]);
    let cachectl = cachectl().server(&server);
    (server, cachectl)
}

fn migrate_with(cachectl: &Cachectl, policy: &str) -> Output {
    let run = cachectl.args(["migrate", "--yes", "--rule", RULE, "--on-conflict", policy]);
    anywhere(run).run()
}

#[test]
fn names_that_are_taken_refuse_the_plan() {
    let (server, cachectl) = in_the_way();
    let before = server.digest();
    assert_snapshot!(migrate_with(&cachectl, "abort"), @"
    refused; would have renamed 1 key (plan [PLAN])
    on [TMP]/s database 0, [SERVER], 3 keys
    looked at 1 key: 1 matched

         rule                              matched  to rename  skipped
      1  doc_state_{id} => doc:state:{id}        1          1        0

    rule 1: doc_state_{id} => doc:state:{id}
      types    string 1
      expiry   none 1
      samples  doc_state_1  -> doc:state:1  string, no expiry

    conflicts: 1 new name is taken, and the plan is refused
      doc_state_1 (string, no expiry) -> doc:state:1 (list, no expiry)

    limits of this run:
      - all keys at once: while it runs, some have their old names and some the new ones
      - writers that still use an old name: they create it again, beside the new one
      - that the last renames survive a crash of the server or a failover: `resume` finds out

    refused:
      - 1 new name is taken
    --- stderr
    error: the plan is refused: 1 new name is taken

    hint: `--on-conflict skip` leaves those keys alone, `stash` moves what is in the way aside, `overwrite` loses it
    [exit status: 77]
    ");
    assert_eq!(server.digest(), before);
}

#[test]
fn names_that_are_taken_can_be_skipped() {
    let (server, cachectl) = in_the_way();
    let before = server.digest();
    assert_snapshot!(migrate_with(&cachectl, "skip"), @"
    nothing to rename (plan [PLAN])
    on [TMP]/s database 0, [SERVER], 3 keys
    looked at 1 key: 1 matched, 1 skipped

         rule                              matched  to rename  skipped
      1  doc_state_{id} => doc:state:{id}        1          0        1

    conflicts: 1 new name is taken, and these keys keep their old names
      doc_state_1 (string, no expiry) -> doc:state:1 (list, no expiry)
    ");
    assert_eq!(server.digest(), before);
}

#[test]
fn keys_in_the_way_can_be_moved_aside_and_come_back() {
    let (server, cachectl) = in_the_way();
    let before = server.digest();
    assert_snapshot!(migrate_with(&cachectl, "stash"), @"
    renamed 1 of 1 key in [TIME] (migration [ID])
    verified 1 key in [TIME]: all as planned

    on [TMP]/s database 0, [SERVER], 3 keys
         rule                              matched  planned  skipped
      1  doc_state_{id} => doc:state:{id}        1        1        0

    conflicts: 1 new name is taken, and the keys in the way are moved aside
      doc_state_1 (string, no expiry) -> doc:state:1 (list, no expiry), goes to [STASH]:doc:state:1
    --- stderr
    plan [PLAN]: 1 of 1 key to rename, in [ESTIMATE]
    hint: `cachectl --url unix://[TMP]/s migrate rollback [ID]` undoes it
    ");
    ends_with(0, cachectl.args(["migrate", "rollback", "--yes"]));
    assert_eq!(server.digest(), before);
}

#[test]
fn keys_in_the_way_can_be_overwritten_which_is_said_loudly() {
    let (server, cachectl) = in_the_way();
    assert_snapshot!(migrate_with(&cachectl, "overwrite"), @"
    renamed 1 of 1 key in [TIME] (migration [ID])
    verified 1 key in [TIME]: all as planned

    on [TMP]/s database 0, [SERVER], 3 keys
         rule                              matched  planned  skipped
      1  doc_state_{id} => doc:state:{id}        1        1        0

    conflicts: 1 new name is taken, and the KEYS IN THE WAY ARE LOST
      doc_state_1 (string, no expiry) -> doc:state:1 (list, no expiry)

    warnings:
      - 1 key WILL BE LOST, because the policy is to overwrite
    --- stderr
    plan [PLAN]: 1 of 1 key to rename, in [ESTIMATE]
    hint: `cachectl --url unix://[TMP]/s migrate rollback [ID]` undoes it
    ");
    assert_eq!(server.text(&["GET", "doc:state:1"]), "one");
}

#[test]
fn two_keys_for_one_name_are_refused_under_every_policy() {
    let server = Server::start();
    server.command(&["MSET", "a:1", "one", "b:1", "other"]);
    let cachectl = cachectl().server(&server);
    for policy in ["abort", "skip", "stash", "overwrite"] {
        let rules = ["--rule", "a:* => c:*", "--rule", "b:* => c:*"];
        let run = cachectl.args(["migrate", "--yes", "--on-conflict", policy]);
        let run = with(run, &rules).run().assert_code(77);
        assert!(run.stdout().contains("collisions: 1 new name"), "{run}");
    }
}
