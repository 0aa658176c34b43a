//! Protected contexts under other addresses than those that are written down.

use std::{fs, io, net::TcpListener, time::Duration};

use cachectl_testkit::{Cachectl, Proxy, Sentinels, Server, server::Signal};
use insta::assert_snapshot;

use super::set_mode;
use crate::{anywhere, cachectl, ends_with, has_advanced, with};

const MIGRATE: [&str; 4] = ["migrate", "--rule", "user:* => u:*", "--yes"];

/// Writes the user's own file, with one protected context.
fn protect(cachectl: &Cachectl, context: &str) {
    let directory = cachectl.directory().join("home/.config/cachectl");
    fs::create_dir_all(&directory).unwrap();
    let text = format!("contexts: {{ prod: {{ {context}, protected: true }} }}\n");
    fs::write(directory.join("cachectl.yaml"), text).unwrap();
}

/// Runs a migration that has to be refused for the sake of the context.
#[track_caller]
fn refused(cachectl: &Cachectl, server: &Server, url: &str) {
    let before = server.digest();
    for (name, value) in [("TZ", "UTC"), ("CACHECTL_CONFIG", "/dev/null")] {
        let run = with(cachectl.args(["--url", url]), &MIGRATE).env(name, value).run();
        assert!(run.assert_code(77).stderr().contains("the context `prod` is protected"), "{url}");
    }
    assert_eq!(server.digest(), before);
}

#[test]
fn another_spelling_of_the_address_is_protected() {
    let server = Server::builder().tcp().start().with_keys("user:*", 5);
    let cachectl = cachectl();
    protect(&cachectl, &format!("url: 'redis://127.0.0.1:{}'", server.port()));
    for host in ["localhost", "127.0.0.1", "127.1", "0.0.0.0"] {
        refused(&cachectl, &server, &format!("redis://{host}:{}", server.port()));
    }
    let socket = Server::start().with_keys("user:*", 5);
    protect(&cachectl, &format!("url: 'unix://{}'", socket.socket().display()));
    let link = cachectl.directory().join("link.sock");
    std::os::unix::fs::symlink(socket.socket(), &link).unwrap();
    refused(&cachectl, &socket, &format!("unix://{}", link.display()));
}

#[test]
fn another_way_to_the_same_server_is_protected() {
    let server = Server::builder().tcp().password("pw").start().with_keys("user:*", 200);
    let cachectl = cachectl().env("CACHECTL_PASSWORD", "pw");
    let secret = cachectl.directory().join("secret");
    fs::write(&secret, "pw").unwrap();
    let tunnel = Proxy::start(&server);
    let (port, secret) = (server.port(), secret.display().to_string());
    protect(&cachectl, &format!("url: 'redis://127.0.0.1:{port}', password_file: '{secret}'"));
    refused(&cachectl, &server, &tunnel.url());
    let migrate = with(cachectl.args(["--url", &tunnel.url()]), &MIGRATE);
    assert_snapshot!(anywhere(migrate).run(), @"
    --- stderr
    by another address, these are servers of the protected context `prod`
    error: the context `prod` is protected, and `--yes` alone is not enough for it

    hint: pass `--expect N` besides, with the number of keys that a dry run gives
    [exit status: 77]
    ");
    // Looking is free.
    let dry = with(cachectl.args(["--url", &tunnel.url()]), &MIGRATE).arg("--dry-run");
    ends_with(0, dry);
    let through = |step: &[&str]| with(cachectl.args(["--url", &tunnel.url()]), step);
    let refused = |step: &[&str]| {
        let run = through(step).run().assert_code(77);
        assert!(run.stderr().contains("the context `prod` is protected"), "{step:?}: {run}");
    };
    ends_with(0, through(&["migrate", "plan", "--rule", "user:* => u:*", "-o", "it.plan"]));
    refused(&["migrate", "apply", "it.plan", "--yes"]);
    // Whoever says how many keys there are may go on, and is stopped half-way here.
    let slow =
        ["migrate", "apply", "it.plan", "--yes", "--expect=200", "--rate=20", "--progress=json"];
    let running = through(&slow).spawn();
    has_advanced(&running, "apply");
    running.signal(Signal::Interrupt);
    drop(running.wait(Duration::from_secs(30)).assert_code(130));
    refused(&["migrate", "resume", "--yes"]);
    refused(&["migrate", "rollback", "--yes"]);
    ends_with(0, cachectl.args(["--url", &tunnel.url(), "backup", "-o", "keys.rdb"]));
    let restore = ["restore", "keys.rdb", "--on-conflict", "replace", "--yes"];
    let run = with(cachectl.args(["--url", &tunnel.url()]), &restore).run().assert_code(77);
    assert!(run.stderr().contains("the context `prod` is protected"), "{run}");
}

#[test]
fn the_primary_of_protected_sentinels_is_protected() {
    let sentinels = Sentinels::start();
    sentinels.primary().command(&["SET", "user:1", "x"]);
    let cachectl = cachectl();
    let addresses = sentinels.addresses().join("', '");
    protect(&cachectl, &format!("sentinels: ['{addresses}']"));
    refused(&cachectl, sentinels.primary(), &sentinels.primary().url());
}

#[test]
fn another_server_is_not_protected() {
    let prod = Server::builder().tcp().start();
    let server = Server::builder().tcp().start().with_keys("user:*", 5);
    let cachectl = cachectl().server(&server);
    protect(&cachectl, &format!("url: 'redis://127.0.0.1:{}'", prod.port()));
    let run = cachectl.args(MIGRATE).run().assert_success();
    assert!(!run.stderr().contains("prod"), "{run}");
}

#[test]
fn that_nobody_knows_is_said() {
    let server = Server::start().with_keys("user:*", 5);
    let cachectl = cachectl().server(&server);
    // A port that was free a moment ago, on which nobody listens.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    protect(&cachectl, &format!("url: 'redis://127.0.0.1:{port}'"));
    let run = cachectl.args(MIGRATE).run().assert_success();
    let said = "whether these are servers of the protected context `prod` is not known: ";
    assert!(run.stderr().contains(said), "{run}");
}

#[test]
fn a_file_that_cannot_be_read_protects_as_far_as_one_knows() {
    let server = Server::start().with_keys("user:*", 5);
    let cachectl = cachectl().server(&server);
    protect(&cachectl, "url: 'redis://h', protectd: true");
    let before = server.digest();
    let run = cachectl.args(MIGRATE).env("CACHECTL_CONFIG", "/dev/null").run().assert_code(78);
    assert!(run.stderr().contains("could not find out what is protected"), "{run}");
    assert_eq!(server.digest(), before);
    // Looking is free, with a warning.
    let run = cachectl.args(["backup", "-o", "keys.rdb"]).env("CACHECTL_CONFIG", "/dev/null").run();
    assert!(run.assert_success().stderr().contains("the user's own configuration protects"));
}

#[test]
fn nobody_is_asked_by_the_word_of_a_file_that_others_may_have_written() {
    let server = Server::start().with_keys("user:*", 5);
    let cachectl = cachectl().server(&server);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let (address, secret) = (listener.local_addr().unwrap(), cachectl.directory().join("secret"));
    fs::write(&secret, "of the operator").unwrap();
    set_mode(&secret, 0o600);
    let secret = secret.display();
    protect(&cachectl, &format!("url: 'redis://x@{address}', password_file: '{secret}'"));
    set_mode(&cachectl.directory().join("home/.config/cachectl/cachectl.yaml"), 0o666);
    let run = cachectl.args(MIGRATE).env("CACHECTL_CONFIG", "/dev/null").run().assert_code(78);
    assert!(run.stderr().contains("could not find out what is protected"), "{run}");
    assert!(run.stderr().contains("hint: look at what it says, then `chmod go-w "), "{run}");
    assert_eq!(listener.accept().unwrap_err().kind(), io::ErrorKind::WouldBlock);
}
