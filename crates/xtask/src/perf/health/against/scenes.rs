//! Servers in the states that plugins are asked about.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use cachectl_testkit::server::Builder;
use cachectl_testkit::{Replicated, Server, wait};

use super::{Case, Comparison, Expected, State};
use crate::failure::Failure;
use Expected::{Both, Differ};

/// How long a state may take to come about.
const PATIENCE: Duration = Duration::from_secs(30);

/// Goes through all of them.
pub(super) fn all(comparison: &mut Comparison) -> Result<(), Failure> {
    for scene in [healthy, clients, full, persistence, logins, traffic, replication, unreachable] {
        scene(comparison)?;
    }
    Ok(())
}

impl Comparison {
    fn builder(&self) -> Builder {
        Server::builder().binary(&self.server).tcp()
    }

    /// Asks about a server several times.
    fn ask_all(
        &mut self,
        port: u16,
        cases: &[(&'static str, &str, &str, Expected)],
    ) -> Result<(), Failure> {
        cases.iter().try_for_each(|(what, theirs, ours, expected)| {
            self.ask(Case { what, port, theirs, ours, expected: *expected })
        })
    }
}

/// Waits until a server says this of itself.
fn until(server: &Server, field: &str, good: impl Fn(&str) -> bool) -> Result<(), Failure> {
    let says = || server.info("everything").get(field).filter(|value| good(value)).map(drop);
    let said = wait::poll(PATIENCE, says);
    said.ok_or_else(|| Failure::other(format!("`{field}` did not become what it should be")))
}

fn healthy(comparison: &mut Comparison) -> Result<(), Failure> {
    let server = comparison.builder().try_start()?;
    comparison.ask_all(
        server.port(),
        &[
            ("it answers", "", "--check reach", Both(State::Ok)),
            (
                "it answers in time",
                "-T 5,10",
                "--check reach --warn reach=5000 --crit reach=10000",
                Both(State::Ok),
            ),
            (
                "it answers late",
                "-T 0.0000001,10",
                "--check reach --warn reach=0.0001 --crit reach=10000",
                Both(State::Warning),
            ),
            (
                "it answers far too late",
                "-T 0.0000001,0.0000002",
                "--check reach --warn reach=0.0001 --crit reach=0.0002",
                Both(State::Critical),
            ),
            (
                "no replica of two",
                "-a connected_slaves -w <2 -c <1",
                "--check replicas --warn replicas=2: --crit replicas=1:",
                Both(State::Critical),
            ),
            (
                "fragmented, but small",
                "-a mem_fragmentation_ratio -w 1.4 -c ~",
                "--check fragmentation --check clients",
                Differ(State::Warning, State::Ok),
            ),
        ],
    )
}

fn clients(comparison: &mut Comparison) -> Result<(), Failure> {
    let server = comparison.builder().config("maxclients", "100").try_start()?;
    comparison.ask_all(
        server.port(),
        &[
            (
                "few clients",
                "-a connected_clients -w 50 -c 60",
                "--check clients --warn clients=50 --crit clients=60",
                Both(State::Ok),
            ),
            (
                "many clients",
                "-a connected_clients -w 0 -c 60",
                "--check clients --warn clients=0 --crit clients=60",
                Both(State::Warning),
            ),
            (
                "too many clients",
                "-a connected_clients -w 0 -c 1",
                "--check clients --warn clients=0 --crit clients=1",
                Both(State::Critical),
            ),
        ],
    )?;
    let mut blocked = server.connect().map_err(Failure::other)?;
    let waiting = thread::spawn(move || redis::cmd("BLPOP").arg("q").arg(0).exec(&mut blocked));
    until(&server, "blocked_clients", |count| count == "1")?;
    comparison.ask_all(
        server.port(),
        &[(
            "a client that waits",
            "-a blocked_clients -w 0 -c 5",
            "--check blocked_clients --warn blocked_clients=0 --crit blocked_clients=5",
            Both(State::Warning),
        )],
    )?;
    server.command(&["CONFIG", "SET", "maxclients", "1"]);
    let case = ("no room for a client", "", "--check reach", Both(State::Critical));
    comparison.ask_all(server.port(), &[case])?;
    drop(server);
    // The server is gone, and with it whatever the client waited for.
    waiting.join().map_err(|_| Failure::other("a client panicked"))?.ok();
    Ok(())
}

fn full(comparison: &mut Comparison) -> Result<(), Failure> {
    let builder = comparison.builder().config("maxmemory", "100mb");
    let server = builder.config("maxmemory-policy", "allkeys-lru").try_start()?;
    // A third of it. What is resident the server looks up from time to time.
    server.command(&["SETRANGE", "large", "33554432", "x"]);
    let large = |bytes: &str| bytes.parse().is_ok_and(|bytes: u32| bytes > 33_554_432);
    until(&server, "used_memory_rss", large)?;
    comparison.ask_all(
        server.port(),
        &[
            ("enough memory", "-m 80,90 -M 100M", "--check memory", Both(State::Ok)),
            (
                "much memory in use",
                "-m 20,90 -M 100M",
                "--check memory --warn memory=20 --crit memory=90",
                Both(State::Warning),
            ),
            (
                "too much memory in use",
                "-m 10,20 -M 100M",
                "--check memory --warn memory=10 --crit memory=20",
                Both(State::Critical),
            ),
        ],
    )
}

fn persistence(comparison: &mut Comparison) -> Result<(), Failure> {
    let server = comparison.builder().try_start()?;
    let status = "-a rdb_last_bgsave_status -w ~ -c !ok";
    comparison
        .ask_all(server.port(), &[("saving works", status, "--check rdb", Both(State::Ok))])?;
    // A snapshot cannot take the place of a directory.
    fs::create_dir(server.directory().join("dump.rdb")).map_err(Failure::other)?;
    server.command(&["BGSAVE"]);
    until(&server, "rdb_last_bgsave_status", |status| status == "err")?;
    comparison.ask_all(
        server.port(),
        &[("saving fails", status, "--check rdb", Both(State::Critical))],
    )?;
    server.command(&["CONFIG", "SET", "save", "3600 1"]);
    comparison.ask_all(
        server.port(),
        &[("saving fails, and PING does", status, "--check rdb", Both(State::Critical))],
    )
}

fn logins(comparison: &mut Comparison) -> Result<(), Failure> {
    let server = comparison.builder().password("secret").try_start()?;
    let place = comparison.place.path().to_owned();
    let write = |name: &str, password| fs::write(place.join(name), password);
    write("right", "secret\n").and_then(|()| write("wrong", "guess\n")).map_err(Failure::other)?;
    let reach = "--check reach";
    comparison.ask_all(
        server.port(),
        &[
            (
                "the password is right",
                "-C right",
                "--password-file right --check reach",
                Both(State::Ok),
            ),
            ("there is no password", "", reach, Both(State::Critical)),
            (
                "the password is wrong",
                "-C wrong",
                "--password-file wrong",
                Differ(State::None(Some(255)), State::Critical),
            ),
        ],
    )
}

/// Reads and writes while the plugins look.
fn traffic(comparison: &mut Comparison) -> Result<(), Failure> {
    let builder = comparison.builder().config("maxmemory", "4mb");
    let server = builder.config("maxmemory-policy", "allkeys-lru").try_start()?;
    let port = server.port();
    let ratio = "--check hit_ratio --window 500ms --warn hit_ratio=80: --crit hit_ratio=50:";
    server.command(&["SET", "here", "x"]);
    busy(&server, &["GET", "here"], || {
        let case = ("reads find their keys", "-R <80,<50", ratio, Both(State::Ok));
        comparison.ask_all(port, &[case])
    })?;
    server.command(&["CONFIG", "RESETSTAT"]);
    busy(&server, &["GET", "nowhere"], || {
        let case = ("reads miss their keys", "-R <80,<50", ratio, Both(State::Critical));
        comparison.ask_all(port, &[case])
    })?;
    let value = "x".repeat(100);
    let ours = "--check evictions --window 500ms --warn evictions=0";
    // It does not take notice of what it is told about its last run.
    let (rate, expected) = (RATE, Differ(State::Unknown, State::Warning));
    busy(&server, &["EVAL", FILL, "0", &value], || {
        until(&server, "evicted_keys", |count| count != "0")?;
        comparison.ask_all(port, &[("keys are evicted", rate, ours, expected)])
    })
}

/// How `check_redis` is asked for a rate.
const RATE: &str = "-a &evicted_keys -w 0 -c 1000000000 -f -P evicted_keys=0c -E 1700000000";

/// Writes keys that were not there before.
const FILL: &str = "for i = 1, 100 do redis.call('SET', redis.call('INCR', 'n'), ARGV[1]) end";

/// Has a client send a command all the time while something is done.
fn busy(
    server: &Server,
    command: &[&str],
    work: impl FnOnce() -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut client = server.connect().map_err(Failure::other)?;
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let sending = scope.spawn(|| {
            let mut sent = Ok(());
            while sent.is_ok() && !over.load(Ordering::Relaxed) {
                sent = redis::Cmd::new().arg(command).exec(&mut client);
            }
            sent
        });
        let done = work();
        over.store(true, Ordering::Relaxed);
        let sent = sending.join().map_err(|_| Failure::other("a client panicked"))?;
        done.and(sent.map_err(Failure::other))
    })
}

fn replication(comparison: &mut Comparison) -> Result<(), Failure> {
    let replicated = Replicated::start_with(&comparison.builder());
    let (primary, replica) = (replicated.primary(), replicated.replica());
    until(primary, "slave0", |said| said.contains("state=online"))?;
    comparison.ask_all(
        primary.port(),
        &[(
            "one replica of two",
            "-a connected_slaves -w <2 -c <1",
            "--check replicas --warn replicas=2: --crit replicas=1:",
            Both(State::Warning),
        )],
    )?;
    let link = "-a master_link_status -w ~ -c !up";
    comparison.ask_all(
        replica.port(),
        &[
            ("a replica that is linked", link, "--check replication_link", Both(State::Ok)),
            (
                "a replica that keeps up",
                "-r 30,60",
                "--check replication_lag --warn replication_lag=30 --crit replication_lag=60",
                Both(State::Ok),
            ),
        ],
    )?;
    primary.kill();
    let seconds = |value: &str| value.parse().is_ok_and(|seconds: f64| seconds >= 2.0);
    until(replica, "master_link_down_since_seconds", seconds)?;
    comparison.ask_all(
        replica.port(),
        &[
            (
                "a replica without its primary",
                link,
                "--check replication_link",
                Both(State::Critical),
            ),
            (
                "… for a while",
                "-r 0,1",
                "--check replication_link --crit replication_link=1",
                Both(State::Critical),
            ),
        ],
    )
}

fn unreachable(comparison: &mut Comparison) -> Result<(), Failure> {
    let server = comparison.builder().try_start()?;
    server.stop_process();
    let hangs = ("it hangs", "-t 2", "--deadline 2s", Differ(State::Unknown, State::Critical));
    let asked = comparison.ask_all(server.port(), &[hangs]);
    server.continue_process();
    asked?;
    server.kill();
    let down = ("nobody listens", "", "--check reach", Both(State::Critical));
    comparison.ask_all(server.port(), &[down])
}
