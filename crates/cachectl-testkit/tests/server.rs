//! Servers, as the tests of other crates use them.

use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cachectl_testkit::{Batch, Feature, Keyspace, Server, Value, wait};

fn runs(pid: u32) -> bool {
    let mut shell = Command::new("/bin/sh");
    let kill = shell.args(["-c", &format!("kill -0 {pid}")]).stderr(Stdio::null());
    kill.status().is_ok_and(|status| status.success())
}

#[test]
fn a_server_answers_and_ends_with_its_value() {
    let server = Server::start();
    assert_eq!(server.command(&["SET", "a", "1"]), Value::Okay);
    assert_eq!(server.text(&["GET", "a"]), "1");
    let (pid, directory) = (server.pid(), server.directory().to_owned());
    assert!(runs(pid));
    drop(server);
    assert!(!runs(pid));
    assert!(!directory.exists());
}

#[test]
fn an_append_only_file_survives_a_kill() {
    let server = Server::builder().aof().start();
    server.command(&["SET", "a", "1"]);
    let (run_id, socket) = (server.run_id(), server.socket().to_owned());
    server.kill();
    assert!(server.try_command(&["PING"]).is_err());
    server.restart();
    assert_eq!(server.text(&["GET", "a"]), "1");
    assert_ne!(server.run_id(), run_id);
    assert_eq!(server.socket(), socket);
}

#[test]
fn a_server_on_a_port_comes_back_on_the_same_port() {
    let server = Server::builder().tcp().config("maxmemory", "100mb").start();
    let url = server.url();
    server.shutdown();
    server.restart();
    assert_eq!(server.url(), url);
    assert_eq!(server.text(&["PING"]), "PONG");
    assert_eq!(server.info("memory")["maxmemory"], (100 * 1024 * 1024).to_string());
}

#[test]
fn a_stopped_process_answers_when_it_goes_on() {
    let server = Server::start();
    let connection = server.connect().expect("connects");
    connection.set_read_timeout(Some(Duration::from_millis(100))).expect("a timeout");
    let mut connection = connection;
    server.stop_process();
    assert!(redis::cmd("PING").query::<String>(&mut connection).is_err());
    server.continue_process();
    assert_eq!(server.text(&["PING"]), "PONG");
}

#[test]
fn users_have_the_rights_that_they_were_given() {
    let server = Server::builder().acl_user("ops on >secret ~* +@all -@dangerous").start();
    let mut ops =
        redis::Client::open(server.url_as("ops", "secret")).unwrap().get_connection().unwrap();
    redis::cmd("SET").arg("a").arg("1").query::<()>(&mut ops).unwrap();
    let refused = redis::cmd("FLUSHALL").query::<()>(&mut ops).unwrap_err();
    assert_eq!(refused.code(), Some("NOPERM"));
    let wrong = redis::Client::open(server.url_as("ops", "wrong")).unwrap().get_connection();
    assert!(wrong.is_err());
}

#[test]
fn the_default_user_can_have_a_password() {
    let server = Server::builder().password("sesame").start();
    let mut stranger = redis::Client::open(server.url()).unwrap().get_connection().unwrap();
    let refused = redis::cmd("GET").arg("a").query::<()>(&mut stranger).unwrap_err();
    assert_eq!(refused.code(), Some("NOAUTH"));
    assert!(
        redis::Client::open(server.url_as("default", "sesame")).unwrap().get_connection().is_ok()
    );
}

#[test]
fn denied_commands_are_unknown_to_others_and_still_serve_the_kit() {
    let server = Server::builder().deny_command("INFO").deny_command("TYPE").start();
    let mut stranger = server.connect().unwrap();
    let refused = redis::cmd("INFO").query::<()>(&mut stranger).unwrap_err();
    assert!(refused.to_string().contains("unknown command"), "{refused}");
    Keyspace::new(3).keys("k{}", 60).load(&server);
    assert_eq!(server.snapshot().len(), 60);
}

#[test]
fn a_pipeline_answers_command_by_command() {
    let server = Server::start();
    let mut batch = Batch::new();
    batch.push(&["SET", "a", "1"]).push(&["LPUSH", "a", "x"]).push(&["GET", "a"]);
    let answers = server.pipeline(&batch);
    assert!(matches!(
        answers.as_slice(),
        [Value::Okay, Value::ServerError(_), Value::BulkString(_)]
    ));
}

#[test]
fn a_wrong_configuration_fails_with_the_log() {
    let error =
        Server::builder().config("no-such-directive", "1").try_start().unwrap_err().to_string();
    assert!(error.contains("ended at once") && error.contains("no-such-directive"), "{error}");
}

#[test]
fn a_database_is_named_in_the_url() {
    let server = Server::start();
    server.command(&["SELECT", "3"]);
    server.command(&["SET", "a", "1"]);
    let mut client = redis::Client::open(server.url_of_db(3)).unwrap().get_connection().unwrap();
    assert_eq!(redis::cmd("GET").arg("a").query::<String>(&mut client).unwrap(), "1");
}

#[test]
fn servers_start_in_many_threads_at_once() {
    std::thread::scope(|scope| {
        for number in 0..8 {
            scope.spawn(move || {
                let server = Server::builder().tcp().start();
                server.command(&["SET", "number", &number.to_string()]);
                assert_eq!(server.number(&["GET", "number"]), number);
            });
        }
    });
}

#[test]
fn field_ttl_servers_let_fields_expire() {
    let server = Server::builder().feature(Feature::HashFieldTtl).start();
    server.command(&["HSET", "h", "a", "1", "b", "2"]);
    let before = server.digest();
    server.command(&["HEXPIRE", "h", "1000", "FIELDS", "1", "a"]);
    assert_ne!(server.digest(), before, "the expiry of a field is part of the value");
}

/// Runs itself once more, in a process that is killed while it has a server.
#[test]
fn a_server_does_not_outlive_a_killed_test_process() {
    const ROLE: &str = "TESTKIT_ORPHAN_ROLE";
    if std::env::var_os(ROLE).is_some() {
        let server = Server::start();
        println!("\npid={} dir={}", server.pid(), server.directory().display());
        wait::until("the parent kills this process", || false);
    }
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "--nocapture", "a_server_does_not_outlive_a_killed_test_process"]);
    let mut child = child.env(ROLE, "1").stdout(Stdio::piped()).process_group(0).spawn().unwrap();
    let lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    let line = lines.map_while(Result::ok).find(|line| line.starts_with("pid=")).unwrap();
    let (pid, directory) = line.trim_start_matches("pid=").split_once(" dir=").unwrap();
    let pid: u32 = pid.parse().unwrap();
    assert!(runs(pid));
    child.kill().unwrap();
    child.wait().unwrap();
    let killed_at = Instant::now();
    wait::until("the server is gone", || !runs(pid));
    wait::until("its directory is gone", || !std::path::Path::new(directory).exists());
    assert!(killed_at.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_server_comes_back_with_what_it_held_at_a_moment() {
    let server = Server::start();
    let empty = server.moment();
    server.command(&["SET", "a", "1"]);
    let first = server.moment();
    server.command(&["SET", "b", "1"]);
    let run_id = server.run_id();
    server.crash_back_to(&first);
    assert_ne!(server.run_id(), run_id);
    assert_eq!(server.number(&["EXISTS", "a", "b"]), 1);
    server.crash_back_to(&empty);
    assert_eq!(server.number(&["DBSIZE"]), 0);
    server.crash_back_to(&first);
    assert_eq!(server.number(&["DBSIZE"]), 1);
}

#[test]
fn a_server_can_come_back_empty() {
    for server in [Server::start(), Server::builder().aof().start()] {
        server.command(&["SET", "a", "1"]);
        drop(server.save());
        server.restart_empty();
        assert_eq!(server.number(&["DBSIZE"]), 0);
    }
}
