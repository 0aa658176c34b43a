//! Servers that run and do not serve.

use std::{io::Write as _, os::unix::net::UnixStream, thread};

use cachectl_testkit::{Keyspace, Server, wait};

use super::{Patient, READY, STARTING, USELESS};

/// Returns whether the server refuses PING with this code.
fn refuses(server: &Server, code: &str) -> bool {
    let refused = server.try_command(&["PING"]);
    refused.is_err_and(|error| error.code() == Some(code))
}

#[test]
fn a_server_that_loads_is_a_warning_and_is_not_ready() {
    let builder = Server::builder().config("enable-debug-command", "yes").config("save", "");
    let builder = builder.config("loading-process-events-interval-bytes", "1024");
    let server = builder.config("key-load-delay", "2000").start();
    Keyspace::new(1).keys("key:{}", 10_000).load(&server);
    let mut loading = server.connect().unwrap();
    thread::scope(|scope| {
        // It ends when the server does.
        scope.spawn(move || loading.send_packed_command(b"*2\r\n$5\r\nDEBUG\r\n$6\r\nRELOAD\r\n"));
        wait::until("the server loads", || refuses(&server, "LOADING"));
        Patient::server(&server).about("loading").about("reach").is(1, "loaded", STARTING);
        assert!(refuses(&server, "LOADING"), "it has loaded too early to tell");
        server.kill();
    });
}

#[test]
fn a_server_that_is_busy_is_critical_and_alive() {
    let server = Server::builder().config("lua-time-limit", "10").start();
    let mut other = UnixStream::connect(server.socket()).unwrap();
    other.write_all(b"*3\r\n$4\r\nEVAL\r\n$17\r\nwhile true do end\r\n$1\r\n0\r\n").unwrap();
    wait::until("the server is busy", || refuses(&server, "BUSY"));
    Patient::server(&server).is(2, "BUSY", USELESS);
    server.command(&["SCRIPT", "KILL"]);
}

#[test]
fn a_server_without_memory_is_critical_and_ready() {
    let server = Server::builder().config("maxmemory", "3mb").start();
    // One after the other: what waits to be read takes memory as well.
    let full = (0..1_000).find_map(|key| {
        let value = "x".repeat(10_000);
        server.try_command(&["SET", &format!("key:{key}"), &value]).err()
    });
    let refused = full.unwrap();
    assert_eq!(refused.code(), Some("OOM"), "{refused}");
    Patient::server(&server).is(2, "of maxmemory in use", READY);
}

#[test]
fn a_server_with_too_many_clients_is_critical_and_alive() {
    let server = Server::builder().config("maxclients", "1").start();
    // The kit's own connection is the one that fits.
    assert_eq!(server.text(&["PING"]), "PONG");
    Patient::server(&server).is(2, "max number of clients reached", USELESS);
    let server = Server::builder().config("maxclients", "1").tcp().start();
    assert_eq!(server.text(&["PING"]), "PONG");
    Patient::server(&server).is(2, "max number of clients reached", USELESS);
}
