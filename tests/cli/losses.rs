//! Servers that have not the data of a migration any more, as operators meet them.

use cachectl_testkit::{Cachectl, Server};
use insta::assert_snapshot;

use crate::{anywhere, cachectl};

/// A migration of a swap, and a server that was restored from before it.
fn restored() -> (Server, Cachectl) {
    let server = Server::builder().config("save", "").start();
    server.command(&["MSET", "L_0", "l", "R_0", "r"]);
    server.command(&["SAVE"]);
    let cachectl = cachectl().server(&server);
    let swap = ["--rule", "L_{x} => R_{x}", "--rule", "R_{x} => L_{x}", "--yes"];
    let migrate = cachectl.args([&["migrate"][..], &swap].concat());
    drop(migrate.run().assert_success());
    assert_eq!(server.text(&["GET", "L_0"]), "r");
    server.kill();
    server.restart();
    (server, cachectl)
}

#[test]
fn a_server_restored_from_before_is_shown_and_the_hints_are_commands_that_work() {
    let (server, cachectl) = restored();
    let run = anywhere(cachectl.args(["migrate", "resume"]))
        .filter(r"run id [0-9a-f]{8}", "run id [RUN]")
        .filter(r"since \S+Z", "since [MOMENT]")
        .run();
    assert_snapshot!(run, @"
    --- stderr
    error: this is not the data that migration `[ID]` worked on, as far as can be seen: the process is another one and its data have no marker of this migration: it is another server, or it was emptied or restored from before the migration
      expected: [TMP]/s ([SERVER], run id [RUN])
      answers:  [TMP]/s ([SERVER], run id [RUN]), database 0
      it holds 2 keys; its process runs since [MOMENT]
      of 3 planned pairs looked at: 1 under the old name alone, 1 under the new one alone, 1 under both, 0 under neither
      of 3 keys found, 3 with the type and the expiry that were planned
      nothing was written to it

    hint: if it is the wrong server: reach the right one, and `cachectl --url unix://[TMP]/s migrate resume [ID]` carries on
    hint: if it is the right one, and has nothing of the migration (emptied, or restored from before): `cachectl --url unix://[TMP]/s migrate resume [ID] --server-lost-everything` starts over, `cachectl --url unix://[TMP]/s migrate rollback [ID] --server-lost-everything` closes the migration
    [exit status: 75]
    ");
    for command in [&["verify"][..], &["rollback", "--yes"], &["rollback", "--dry-run"]] {
        let run = cachectl.args([&["migrate"], command].concat()).run();
        assert_eq!(run.code(), Some(75), "{run}");
    }
    assert_eq!(server.text(&["GET", "L_0"]), "l", "nothing was swapped");
    assert_eq!(server.markers(), Vec::<String>::new());

    let over = ["migrate", "resume", "--server-lost-everything", "--yes"];
    drop(cachectl.args(over).run().assert_success());
    assert_eq!(server.text(&["GET", "L_0"]), "r");
    drop(cachectl.args(["migrate", "rollback", "--yes"]).run().assert_success());
    assert_eq!(server.text(&["GET", "L_0"]), "l");
}

#[test]
fn a_migration_is_closed_where_the_server_lost_everything() {
    let (server, cachectl) = restored();
    let unasked = cachectl.args(["migrate", "resume", "--server-lost-everything"]).run();
    assert_eq!(unasked.code(), Some(77), "nobody has agreed to that: {unasked}");
    let close = ["migrate", "rollback", "--server-lost-everything", "--yes"];
    drop(cachectl.args(close).run().assert_success());
    assert_eq!(server.text(&["GET", "L_0"]), "l");
    let status = cachectl.args(["migrate", "status"]).run().assert_success();
    assert!(status.stdout().contains(": rolled back"), "{status}");
}

#[test]
fn a_plan_that_was_begun_elsewhere_is_refused() {
    let server = Server::start().with_keys("a:*", 10);
    let here = cachectl().server(&server);
    drop(here.args(["migrate", "plan", "--rule", "a:* => b:*", "-o", "p"]).run().assert_success());
    let plan = here.directory().join("p");
    drop(here.args(["migrate", "apply", "--yes"]).arg(&plan).run().assert_success());
    let there = cachectl().server(&server);
    let run = there.args(["migrate", "apply", "--yes"]).arg(&plan).run();
    assert_eq!(run.code(), Some(77), "{run}");
    assert!(run.stderr().contains("this plan was begun before, as migration "), "{run}");
}
