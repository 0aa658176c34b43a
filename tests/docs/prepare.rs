//! What pages start from.

use cachectl_testkit::{Keyspace, keyspace::Kind, wait};

use crate::shell::Shell;

/// Only an empty server.
pub(crate) fn nothing(_: &Shell) {}

/// A cache with a limit that does not evict, and a check that takes a busy machine for normal.
pub(crate) fn bounded(shell: &Shell) {
    shell.server.command(&["CONFIG", "SET", "maxmemory", "100mb"]);
    let patience = "health: { deadline: 20s, thresholds: { reach: { warn: 20000, crit: 20000 }, \
                    latency: { warn: 20000, crit: 20000 } } }";
    drop(shell.line(&format!("echo '{patience}' > cachectl.yaml")).run().assert_success());
}

/// Keys of all six types, three in ten with a TTL, under old names.
fn documents(shell: &Shell) {
    Keyspace::new(1).keys("doc_state_{}", 1_000).with_ttl_share(0.3).load(&shell.server);
}

/// Documents, and sessions of users.
pub(crate) fn sessions(shell: &Shell) {
    documents(shell);
    let sessions = Keyspace::new(3).keys("user_{}_session", 200).of_kinds(&[Kind::Hash]);
    sessions.with_ttl_share(1.0).load(&shell.server);
}

/// Documents, and two keys that one rule each would give the same name.
pub(crate) fn rivals(shell: &Shell) {
    documents(shell);
    shell.server.command(&["MSET", "a:1", "one", "b:1", "other"]);
}

/// Documents, exports, and sessions, of which the new names of two are taken.
pub(crate) fn conflicts(shell: &Shell) {
    documents(shell);
    let keys = Keyspace::new(2).keys("user_{}_session", 20).keys("export_{}_result", 200);
    keys.of_kinds(&[Kind::Hash]).load(&shell.server);
    shell.server.command(&["RPUSH", "session:user:7", "a list"]);
    shell.server.command(&["RPUSH", "session:user:8", "another"]);
}

/// Documents, of which the new name of one is taken.
pub(crate) fn occupant(shell: &Shell) {
    documents(shell);
    shell.server.command(&["SET", "doc:state:7", "in the way", "PXAT", "4000000000000"]);
}

/// A migration of documents that was killed when some were renamed and others were not.
pub(crate) fn half_way(shell: &Shell) {
    documents(shell);
    let rule = "doc_state_{id} => doc:state:{id}";
    let migrate = format!("exec cachectl migrate --rule '{rule}' --yes --rate 200 --batch 16");
    let running = shell.line(&migrate).spawn();
    let any = |prefix: &[u8]| {
        let snapshot = shell.server.snapshot();
        snapshot.entries().keys().any(|(_, key)| key.starts_with(prefix))
    };
    wait::until("keys are renamed", || any(b"doc:state:"));
    drop(running.kill());
    assert!(any(b"doc_state_"), "every key was renamed");
}

/// Documents and a backup of them, of which some were changed since.
pub(crate) fn changed(shell: &Shell) {
    documents(shell);
    backup(shell, "before.rdb");
    shell.server.command(&["DEL", "doc_state_1", "doc_state_2"]);
    shell.server.command(&["SET", "doc_state_0", "other", "KEEPTTL"]);
    shell.server.command(&["PEXPIREAT", "doc_state_3", "4000000000000"]);
    shell.server.command(&["SET", "doc_state_new", "1"]);
}

/// Documents and a backup of them, of which every tenth or so was lost since, and two are wrong.
pub(crate) fn lost(shell: &Shell) {
    documents(shell);
    backup(shell, "nightly.rdb");
    for number in 100..201 {
        shell.server.command(&["DEL", &format!("doc_state_{number}")]);
    }
    for name in ["doc_state_6", "doc_state_12"] {
        shell.server.command(&["DEL", name]);
        shell.server.command(&["SET", name, "wrong"]);
    }
}

fn backup(shell: &Shell, name: &str) {
    drop(shell.line(&format!("cachectl backup -q -o {name}")).run().assert_success());
}
