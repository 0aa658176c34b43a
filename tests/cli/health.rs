//! The health check, as monitoring, CI and Kubernetes call it.

mod application;
mod faults;
mod formats;
mod rates;
mod topologies;
mod writes;

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use cachectl_testkit::{
    Cachectl, Cluster, Keyspace, Sentinels, Server, cli::Output, server::Builder, wait,
};
use insta::assert_snapshot;

use self::formats::{FORMATS, read, validate};
use crate::{cachectl, ends_with, json};

/// A server in which there is nothing to find.
fn good() -> Server {
    let server = well();
    let server = server.acl_user("watcher on >secret ~* +@all -config");
    server.acl_user("low on >secret +ping").start()
}

/// Describes one without users.
fn well() -> Builder {
    let server = Server::builder().config("maxmemory", "100mb").password("secret");
    server.config("maxmemory-policy", "allkeys-lru")
}

fn as_user(server: &Server, user: &str, password: &str) -> Cachectl {
    cachectl().url(server.url_as(user, password))
}

/// Runs the check so that a slow machine is no finding.
fn patiently(cachectl: &Cachectl, arguments: &[&str]) -> Output {
    let patience: Vec<_> = ["health", "--deadline", "20s"].into_iter().chain(patience()).collect();
    cachectl.args(patience.iter().chain(arguments)).run()
}

/// Returns limits by which a slow machine is no finding.
fn patience() -> impl Iterator<Item = &'static str> {
    let limits = ["reach=20000", "latency=20000"].into_iter();
    limits.flat_map(|limit| ["--warn", limit, "--crit", limit])
}

#[test]
fn a_good_server_exits_0_and_is_so_in_every_format() {
    let server = good();
    let cachectl = as_user(&server, "default", "secret");
    for format in FORMATS {
        let run = patiently(&cachectl, &["-o", format]).assert_code(0);
        let found = read(format, run.stdout());
        assert!(found.is_good(), "{format}: {run}");
        found.assert_code(0);
    }
}

#[test]
fn what_should_be_looked_at_exits_1_and_is_so_in_every_format() {
    let server = Server::start();
    let cachectl = cachectl().server(&server);
    for format in FORMATS {
        let run = patiently(&cachectl, &["-o", format]).assert_code(1);
        let found = read(format, run.stdout());
        assert_eq!((found.warnings, found.failures, found.unknown), (3, 0, 0), "{format}: {run}");
        found.assert_code(1);
    }
}

#[test]
fn a_server_that_does_not_let_us_in_exits_2_and_is_so_in_every_format() {
    let server = good();
    let nobody = cachectl().url("unix:///nobody/is/here.sock");
    let strangers = [as_user(&server, "default", "wrong"), cachectl().server(&server), nobody];
    for cachectl in strangers {
        for format in FORMATS {
            let run = patiently(&cachectl, &["-o", format]).assert_code(2);
            let found = read(format, run.stdout());
            assert_eq!((found.failures, found.values), (1, 0), "{format}: {run}");
        }
    }
}

#[test]
fn every_node_of_a_cluster_is_in_every_format() {
    let cluster = Cluster::start();
    let cachectl = cachectl().url(cluster.primary(0).url());
    for format in FORMATS {
        let arguments = ["-o", format, "--check", "cluster_state", "--check", "default_user"];
        let run = patiently(&cachectl, &arguments).assert_code(1);
        let found = read(format, run.stdout());
        assert!(found.warnings > 2 && found.failures == 0, "{format}: {run}");
    }
}

#[test]
fn sentinels_are_looked_at_with_their_primary() {
    let sentinels = Sentinels::start();
    let flags = sentinels.addresses().into_iter().flat_map(|it| ["--sentinel".to_owned(), it]);
    let flags: Vec<String> = flags.collect();
    let only = ["--check", "sentinel_quorum", "--check", "loading"];
    let flags: Vec<&str> = flags.iter().map(String::as_str).chain(only).collect();
    let run = patiently(&cachectl(), &flags).assert_code(0);
    assert!(run.stdout().contains(", sentinel: ok"), "{run}");
    assert!(run.stdout().contains("all data is loaded"), "{run}");
}

#[test]
fn why_a_server_does_not_let_us_in_is_told() {
    #[track_caller]
    fn case(cachectl: &Cachectl, expected: &str) {
        let run = patiently(cachectl, &["--check", "memory", "--skip", "reach"]).assert_code(2);
        assert!(run.stdout().contains(expected), "{run}");
    }

    let server = good();
    case(&as_user(&server, "default", "wrong"), "WRONGPASS");
    case(&cachectl().server(&server), "NOAUTH");
    case(&cachectl().url("127.0.0.1:1"), "refused");
}

#[test]
fn how_bad_silence_is_can_be_said() {
    let nobody = cachectl().url("127.0.0.1:1");
    for (word, code) in [("critical", 2), ("warning", 1), ("unknown", 3)] {
        let run = patiently(&nobody, &["--unreachable", word]).assert_code(code);
        assert!(run.stdout().contains(&format!("  {word}")), "{run}");
    }
    ends_with(64, nobody.args(["health", "--unreachable", "fine"]));
}

#[test]
fn a_server_that_hangs_does_not_hang_the_check() {
    let server = good();
    let cachectl = as_user(&server, "default", "secret");
    server.stop_process();
    let begun = Instant::now();
    let runs = [&["health", "-o", "nagios"][..], &["health", "live"], &["health", "ready"]];
    let codes = runs.map(|arguments| cachectl.args(arguments).run().code());
    let took = begun.elapsed();
    server.continue_process();
    assert_eq!(codes, [Some(2), Some(1), Some(1)]);
    // Three deadlines of 900 ms, and what a busy machine adds.
    assert!(took > Duration::from_millis(2_700) && took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn a_server_that_loads_is_alive_and_neither_ready_nor_started() {
    let builder = Server::builder().config("enable-debug-command", "yes").config("save", "");
    let builder = builder.config("loading-process-events-interval-bytes", "1024");
    let server = builder.config("key-load-delay", "600").start();
    Keyspace::new(1).keys("key:{}", 5_000).load(&server);
    let cachectl = cachectl().server(&server);
    let ask = |step| cachectl.args(["health", step, "--deadline", "20s"]);
    let loads = || ask("live").run().assert_code(0).stdout().contains("LOADING");
    thread::scope(|scope| {
        scope.spawn(|| server.command(&["DEBUG", "RELOAD"]));
        wait::until("the server loads", loads);
        ends_with(1, ask("ready"));
        ends_with(1, ask("startup"));
        assert!(loads(), "it has loaded too early to tell");
    });
    for step in ["live", "ready", "startup"] {
        ends_with(0, ask(step));
    }
}

#[test]
fn an_answer_to_kubernetes_says_why() {
    let server = good();
    let stranger = cachectl().server(&server);
    let live = stranger.args(["health", "live", "--deadline", "20s"]).run();
    assert_snapshot!(live, @"[TMP]/s is alive, after [TIME]: the server says `NOAUTH Authentication required.`");
    let ready = stranger.args(["health", "ready", "--deadline", "20s", "-o", "json"]).run();
    let document = json(ready.assert_code(1).stdout());
    validate(&document);
    assert_eq!(document["schema"], "cachectl.health.probe/1");
    assert_eq!(document["yes"], false);
}

#[test]
fn what_is_denied_is_unknown_and_comes_with_the_rule_that_allows_it() {
    let server = good();
    let cachectl = as_user(&server, "watcher", "secret");
    let run = patiently(&cachectl, &[]).assert_code(0);
    let denied = run.stdout().lines().find(|line| line.contains("protected_mode")).unwrap();
    assert!(denied.contains("unknown") && denied.contains("`+config|get`"), "{run}");
    let strict = patiently(&cachectl, &["--strict", "-o", "nagios"]).assert_code(3);
    assert!(strict.stdout().starts_with("REDIS UNKNOWN - "), "{strict}");
    // Without INFO a server does not look well either.
    let low = as_user(&server, "low", "secret");
    let run = patiently(&low, &[]).assert_code(0);
    assert!(run.stdout().contains("`+info`"), "{run}");
    drop(patiently(&low, &["--strict"]).assert_code(3));
    // Nothing else is known.
    drop(patiently(&cachectl, &["--check", "protected_mode"]).assert_code(3));
}

#[test]
fn the_user_of_acl_may_ask_for_everything_and_nothing_else() {
    let server = Server::builder().password("secret").start();
    let line = cachectl().args(["health", "acl"]).run().assert_success();
    let line = line.stdout().trim_end().replace("PASSWORD", "pw");
    server.command(&line.split(' ').collect::<Vec<_>>());
    let run = patiently(&as_user(&server, "health", "pw"), &["--window", "100ms", "-o", "json"]);
    let found = read("json", run.stdout());
    assert_eq!(found.unknown, 0, "{run}");
    let refused = as_user(&server, "health", "pw").args(["backup", "-o", "keys.rdb"]).run();
    assert!(refused.stderr().contains("NOPERM"), "{refused}");
}

#[test]
fn the_user_of_acl_is_a_document_as_well() {
    for more in [&[][..], &["--for-sentinels"], &["--check", "memory", "--name", "ops"]] {
        let arguments = ["health", "acl", "-o", "json"].iter().chain(more);
        validate(&json(cachectl().args(arguments).run().assert_success().stdout()));
    }
}

#[test]
fn limits_come_from_the_profile_then_the_file_then_flags() {
    let server = good();
    let cachectl = as_user(&server, "default", "secret");
    let only = ["--check", "clients"];
    let with = |more: &[&str]| patiently(&cachectl, &[&only, more].concat()).code();
    assert_eq!(with(&[]), Some(0));
    assert_eq!(with(&["--warn", "clients=0"]), Some(1));
    assert_eq!(with(&["--warn", "clients=0", "--crit", "clients=~:0"]), Some(2));
    assert_eq!(with(&["--warn", "clients=@50:60"]), Some(0));
    let file = "health:\n  thresholds:\n    clients: { warn: 0, crit: '@0:100' }\n";
    fs::write(cachectl.directory().join("cachectl.yaml"), file).unwrap();
    assert_eq!(with(&[]), Some(2));
    assert_eq!(with(&["--crit", "clients=90"]), Some(1));
    assert_eq!(with(&["--crit", "clients=90", "--warn", "clients=90"]), Some(0));
    assert_eq!(with(&["--skip", "clients"]), Some(3));
}

#[test]
fn the_profile_of_the_file_holds_unless_a_flag_names_another() {
    let server = good();
    let cachectl = as_user(&server, "default", "secret");
    fs::write(cachectl.directory().join("cachectl.yaml"), "health: { profile: queue }\n").unwrap();
    // A queue that evicts loses jobs.
    let run = patiently(&cachectl, &["--check", "policy", "-v"]).assert_code(2);
    assert!(run.stdout().contains("why: ") && run.stdout().contains("fix: "), "{run}");
    drop(patiently(&cachectl, &["--check", "policy", "--profile", "cache"]).assert_code(0));
}

#[test]
fn metrics_are_written_into_a_file_which_then_has_them_alone() {
    let server = good();
    let cachectl = as_user(&server, "default", "secret");
    let path = cachectl.directory().join("redis.prom");
    fs::write(&path, "old").unwrap();
    let run = patiently(&cachectl, &["-o", "prometheus", "--textfile", "redis.prom"]);
    assert_eq!(run.assert_code(0).stdout(), "");
    assert!(read("prometheus", &fs::read_to_string(&path).unwrap()).is_good());
    let run = patiently(&cachectl, &["--textfile", "redis.prom"]).assert_code(0);
    assert!(read("human", run.stdout()).is_good());
    drop(patiently(&cachectl, &["--textfile", "none/redis.prom"]).assert_code(73));
}

#[test]
fn monitoring_gets_an_answer_even_if_the_configuration_is_wrong() {
    let run = cachectl().args(["-C", "nowhere", "health", "-o", "nagios"]).run();
    assert_snapshot!(run, @"
    REDIS UNKNOWN - the context `nowhere` was asked for, and there is no cachectl.yaml
    [exit status: 3]
    ");
    ends_with(78, cachectl().args(["-C", "nowhere", "health"]));
}

#[test]
fn monitoring_gets_an_answer_even_if_the_command_line_is_wrong() {
    let run = cachectl().args(["health", "-o", "nagios", "--warn", "nothing=5"]).run();
    let said = run.clone().assert_code(3);
    let words = "REDIS UNKNOWN - invalid value 'nothing=5' for '--warn <ID=RANGE>'";
    assert!(said.stdout().starts_with(words), "{said}");
    ends_with(64, cachectl().args(["health", "--warn", "nothing=5"]));
}

#[test]
fn a_certificate_file_that_is_not_there_says_nothing_about_the_server() {
    let cachectl = cachectl().url("rediss://127.0.0.1:1");
    let run = cachectl.args(["--tls-ca", "none.pem", "health"]).run().assert_code(3);
    assert!(run.stdout().contains("could not read the certificate file `none.pem`"), "{run}");
}

#[test]
fn a_password_file_without_an_end_is_refused() {
    let run = cachectl().args(["--password-file", "/dev/zero", "health"]).run().assert_code(78);
    assert!(run.stderr().contains("it is a device, not an ordinary file"), "{run}");
    let cachectl = cachectl();
    fs::write(cachectl.directory().join("long"), vec![b'x'; 65_537]).unwrap();
    let run = cachectl.args(["--password-file", "long", "health"]).run().assert_code(78);
    assert!(run.stderr().contains("it is longer than 64 KiB"), "{run}");
}

#[test]
fn formats_of_the_check_are_its_own() {
    for format in ["nagios", "prometheus", "junit", "github"] {
        ends_with(64, cachectl().args(["health", "explain", "-o", format]));
        ends_with(64, cachectl().args(["migrate", "list", "-o", format]));
    }
    assert_snapshot!(cachectl().args(["health", "-o", "jsonl"]).run(), @"
    --- stderr
    error: `-o jsonl` is for lists; this result is one document

    hint: use `-o json`
    [exit status: 64]
    ");
    assert_snapshot!(cachectl().args(["health", "--strict", "live"]).run(), @"
    --- stderr
    error: flags stand after the name of the step that they are for

    hint: for instance `cachectl health ready --deadline [TIME]`
    [exit status: 64]
    ");
}

#[test]
fn a_check_is_explained_and_one_that_does_not_exist_is_not() {
    assert_snapshot!(cachectl().args(["health", "explain", "memory"]).run(), @"
    memory, in per cent

    what    Memory in use, as a share of `maxmemory`.
    why     At the limit the server evicts keys, or refuses writes, as its policy says.
    fix     Raise `maxmemory`, shorten times to live, or spread the keys over more servers.
    limits  warning 80, critical 90
    needs   +info
    ");
    assert_snapshot!(cachectl().args(["health", "explain", "memori"]).run(), @"
    --- stderr
    error: invalid value 'memori' for '[ID]': there is no check `memori`; did you mean `memory`?

    For more information, try '--help'.
    [exit status: 64]
    ");
    let all = cachectl().args(["health", "explain", "-o", "json"]).run().assert_success();
    let all = json(all.stdout());
    validate(&all);
    assert!(all["checks"].as_array().unwrap().len() > 20);
}
