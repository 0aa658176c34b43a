//! Servers that have lost their disk. Nobody may be made to kill them: what they have in memory is
//! all that is left.

use cachectl_testkit::{Server, wait};

use super::{Patient, USELESS};
use crate::cachectl;

#[test]
fn a_server_that_cannot_save_is_critical_and_alive() {
    let builder = Server::builder().config("save", "3600 1");
    let server = builder.config("enable-protected-configs", "yes").start();
    server.command(&["SET", "key", "value"]);
    server.lose_directory();
    server.fail_to_save();
    Patient::server(&server).about("rdb").is(2, "the last snapshot could not be saved", USELESS);
    Patient::server(&server).is(2, "MISCONF", USELESS);
    // It is not silent.
    let lenient = ["health", "--unreachable", "warning", "--deadline", "20s"];
    drop(cachectl().server(&server).args(lenient).run().assert_code(2));
    // It can still be read.
    let readers = ["health", "ready", "--for-reads", "--deadline", "20s"];
    let run = cachectl().server(&server).args(readers).run().assert_code(0);
    assert!(run.stdout().contains("MISCONF"), "{run}");
}

/// A device that is always full.
#[cfg(target_os = "linux")]
#[test]
fn a_server_that_cannot_append_is_critical_and_alive() {
    let server = Server::builder().config("appendonly", "yes").start();
    let next = server.directory().join("appendonlydir/appendonly.aof.2.incr.aof");
    std::os::unix::fs::symlink("/dev/full", next).unwrap();
    server.command(&["BGREWRITEAOF"]);
    wait::until("the append-only file could not be written", || {
        server.command(&["SET", "key", "value"]);
        server.info("persistence").get("aof_last_write_status").is_some_and(|it| it == "err")
    });
    let words = "the append-only file could not be written";
    Patient::server(&server).about("aof").is(2, words, USELESS);
}
