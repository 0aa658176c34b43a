//! Probes and metrics over HTTP.

pub(crate) mod client;
mod crowd;
mod floods;
mod prometheus;
mod scraped;
mod secrets;

use std::{
    fs,
    io::{ErrorKind, Read as _, Write as _},
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    thread,
    time::{Duration, Instant},
};

use cachectl_testkit::{Keyspace, Server, server::Signal, wait};
use insta::assert_snapshot;

use self::{
    client::{Serving, request, value},
    prometheus::{check, contexts},
};
use crate::{anywhere, cachectl, json};

/// How long a request may take on a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn probes_answer_as_kubernetes_asks() {
    let server = Server::builder().tcp().start();
    let serving = Serving::start(&cachectl().server(&server), &[]);
    for (path, text) in
        [("/livez", "PONG\n"), ("/readyz", "ready\n"), ("/startupz", "its data is loaded\n")]
    {
        assert_eq!(serving.page(path), text);
    }
    server.kill();
    for path in ["/livez", "/readyz", "/startupz"] {
        let answer = serving.get(path, &[]);
        assert!(answer.status == 503 && answer.body.contains("refused"), "{path}: {answer:?}");
    }
    server.restart();
    assert_eq!(serving.page("/readyz"), "ready\n");
}

#[test]
fn the_report_is_a_document_with_the_status_of_the_servers() {
    let server = Server::start();
    // How fast a slow machine is, is no matter.
    let serving = Serving::start(&cachectl().server(&server), &["--check", "memory_limit"]);
    let warned = serving.get("/healthz", &[]);
    assert_eq!(warned.status, 200, "{warned:?}");
    assert!(warned.head.contains("content-type: application/health+json"), "{warned:?}");
    assert_eq!(json(&warned.body)["status"], "warn");
    server.kill();
    let failed = serving.get("/healthz", &[]);
    assert_eq!((failed.status, json(&failed.body)["status"].as_str()), (503, Some("fail")));
}

#[test]
fn a_server_that_is_gone_is_down_and_says_nothing_else() {
    let server = Server::start();
    let serving = Serving::start(&cachectl().server(&server), &[]);
    let up = serving.page("/metrics");
    assert_eq!(value(&up, "redis_up"), Some(1.0), "{up}");
    server.kill();
    let down = serving.page("/metrics");
    check("down", &down);
    assert_eq!(value(&down, "redis_up"), Some(0.0), "{down}");
    let others = down.lines().filter(|line| line.starts_with("redis_"));
    assert_eq!(others.collect::<Vec<_>>(), ["redis_up 0"]);
    assert_eq!(value(&down, "cachectl_health_status{check=\"reach\"}"), Some(2.0), "{down}");
    server.restart();
    assert_eq!(value(&serving.page("/metrics"), "redis_up"), Some(1.0));
}

#[test]
fn an_answer_comes_before_prometheus_stops_waiting() {
    let server = Server::start();
    let serving = Serving::start(&cachectl().server(&server), &[]);
    server.stop_process();
    let begun = Instant::now();
    let answer = serving.get("/metrics", &["X-Prometheus-Scrape-Timeout-Seconds: 0.5"]);
    let took = begun.elapsed();
    server.continue_process();
    assert_eq!(value(&answer.body, "redis_up"), Some(0.0), "{answer:?}");
    // The deadline of the servers is 20 seconds.
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn that_nothing_can_be_saved_is_told_while_it_is_so() {
    let server = Server::builder().config("save", "3600 1");
    let server = server.config("enable-protected-configs", "yes").start();
    server.command(&["SET", "key", "value"]);
    server.lose_directory();
    let serving = Serving::start(&cachectl().server(&server), &[]);
    let status = "redis_rdb_last_bgsave_status";
    assert_eq!(value(&serving.page("/metrics"), status), Some(1.0));
    server.fail_to_save();
    let metrics = serving.page("/metrics");
    assert_eq!(value(&metrics, status), Some(0.0), "{metrics}");
    assert_eq!(value(&metrics, "redis_up"), Some(1.0), "{metrics}");
    for (path, status) in [("/livez", 200), ("/readyz", 503), ("/readyz?for=reads", 200)] {
        assert_eq!(serving.get(path, &[]).status, status, "{path}");
    }
}

#[test]
fn only_names_of_contexts_are_asked_about() {
    let (server, stranger) = (Server::start(), TcpListener::bind("127.0.0.1:0").unwrap());
    let cachectl = cachectl();
    let context = ("cache".to_owned(), format!("url: '{}'", server.url()));
    contexts(cachectl.directory(), &[context]);
    let serving = Serving::start(&cachectl, &[]);
    assert_eq!(value(&serving.page("/probe?target=cache"), "redis_up"), Some(1.0));
    let address = stranger.local_addr().unwrap().to_string();
    let encoded = address.replace(':', "%3A");
    for target in [
        format!("?target={address}"),
        format!("?target=redis://{address}"),
        format!("?target={encoded}"),
        format!("?target=cache&target={address}"),
        format!("?target=cache,{address}"),
        "?target=".to_owned(),
        "?name=cache".to_owned(),
        String::new(),
    ] {
        let answer = serving.get(&format!("/probe{target}"), &[]);
        assert_eq!(answer.status, 400, "{target}: {answer:?}");
    }
    stranger.set_nonblocking(true).unwrap();
    assert_eq!(stranger.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn a_hangup_is_not_the_end() {
    let server = Server::start();
    let serving = Serving::start(&cachectl().server(&server), &[]);
    for _ in 0..3 {
        serving.running.signal(Signal::Hangup);
        assert_eq!(serving.page("/readyz"), "ready\n");
    }
}

#[test]
fn the_password_of_the_environment_is_not_for_contexts() {
    let server = Server::builder().password("secret").start();
    let stranger = TcpListener::bind("127.0.0.1:0").unwrap();
    let cachectl = cachectl().url(server.url()).env("CACHECTL_PASSWORD", "secret");
    let url = format!("url: 'redis://{}'", stranger.local_addr().unwrap());
    contexts(cachectl.directory(), &[("other".to_owned(), url)]);
    let serving = Serving::start(&cachectl, &[]);
    assert_eq!(value(&serving.page("/metrics"), "redis_up"), Some(1.0));
    let hearing = thread::spawn(move || {
        let (mut client, _) = stranger.accept().unwrap();
        let mut heard = [0; 4096];
        let count = client.read(&mut heard).unwrap();
        String::from_utf8_lossy(&heard[..count]).into_owned()
    });
    assert_eq!(value(&serving.page("/probe?target=other"), "redis_up"), Some(0.0));
    let heard = hearing.join().unwrap();
    assert!(heard.contains("PING") && !heard.contains("secret"), "{heard}");
}

#[test]
fn tls_servers_are_trusted_by_the_authority_of_their_context() {
    let server = Server::builder().tls().start();
    let cachectl = cachectl();
    let authority = cachectl.directory().join("authority.pem");
    fs::write(&authority, "").unwrap();
    let settings = format!("url: '{}', tls: {{ ca: authority.pem }}", server.url());
    contexts(cachectl.directory(), &[("cache".to_owned(), settings)]);
    let serving = Serving::start(&cachectl, &[]);
    assert_eq!(value(&serving.page("/probe?target=cache"), "redis_up"), Some(0.0));
    fs::copy(&server.certificates().authority, &authority).unwrap();
    let metrics = serving.page("/probe?target=cache");
    assert_eq!(value(&metrics, "redis_up"), Some(1.0), "{metrics}");
    assert!(value(&metrics, "cachectl_health_certificate_seconds").is_some(), "{metrics}");
}

#[test]
fn who_is_not_let_in_any_more_is_told_although_the_connection_stays() {
    let server = Server::builder().password("secret").tcp().start();
    server.command(&["CONFIG", "SET", "maxclients", "2"]);
    // One connection is that of the kit, so that one is left.
    let serving = Serving::start(&cachectl().url(server.url_as("default", "secret")), &[]);
    let metrics = serving.page("/metrics");
    let let_in = ["redis_up", "cachectl_connect_probe_success"].map(|name| value(&metrics, name));
    // Whichever came second was sent away.
    assert!(let_in.contains(&Some(0.0)) && let_in.contains(&Some(1.0)), "{metrics}");
}

#[test]
fn contexts_and_passwords_are_read_again_when_they_change() {
    let server = Server::builder().password("first").tcp().start();
    let cachectl = cachectl();
    let context = |name: &str| {
        let url = format!("url: '127.0.0.1:{}', password_file: {name}.txt", server.port());
        (name.to_owned(), url)
    };
    let password = |name: &str, text: &str| {
        fs::write(cachectl.directory().join(name), text).unwrap();
    };
    password("one.txt", "first");
    contexts(cachectl.directory(), &[context("one")]);
    let serving = Serving::start(&cachectl, &[]);
    assert_eq!(value(&serving.page("/probe?target=one"), "redis_up"), Some(1.0));
    server.command(&["ACL", "SETUSER", "default", "resetpass", ">second one"]);
    server.command(&["CLIENT", "KILL", "USER", "default"]);
    assert_eq!(value(&serving.page("/probe?target=one"), "redis_up"), Some(0.0));
    password("one.txt", "second one\n");
    assert_eq!(value(&serving.page("/probe?target=one"), "redis_up"), Some(1.0));
    assert_eq!(serving.get("/probe?target=two", &[]).status, 400);
    password("two.txt", "second one");
    contexts(cachectl.directory(), &[context("one"), context("two")]);
    assert_eq!(value(&serving.page("/probe?target=two"), "redis_up"), Some(1.0));
    assert!(!serving.page("/").contains("target=two"));
    for path in ["/metrics", "/healthz", "/livez", "/readyz", "/startupz"] {
        assert_eq!(serving.get(&format!("{path}?target=two"), &[]).status, 400, "{path}");
    }
}

#[test]
fn connections_stay_and_asking_leaves_no_errors_behind() {
    let server = Server::builder().acl_user("default off").acl_user(
        "watcher on nopass +ping +info +config|get +slowlog|len +slowlog|get +acl|getuser \
         +latency|latest",
    );
    let server = server.start();
    let serving = Serving::start(&cachectl().url(server.url_as("watcher", "any")), &[]);
    let seen = || {
        let stats = server.info("stats");
        let errors: u64 = stats["total_error_replies"].parse().unwrap();
        (stats["total_connections_received"].clone(), errors)
    };
    // The first finds out what the server does not answer.
    serving.page("/metrics");
    let before = seen();
    for _ in 0..5 {
        serving.page("/metrics");
    }
    let metrics = serving.page("/metrics");
    assert_eq!(seen(), before);
    assert_eq!(value(&metrics, "cachectl_connections_opened_total"), Some(1.0), "{metrics}");
    assert_eq!(value(&metrics, "cachectl_connect_probes_total"), Some(1.0), "{metrics}");
    assert_eq!(value(&metrics, "cachectl_scrapes_total"), Some(7.0), "{metrics}");
    assert!(!metrics.contains("redis_command_latency"), "{metrics}");
}

#[test]
fn requests_at_the_same_time_share_a_look() {
    let server = Server::start();
    let arguments = ["health", "serve", "127.0.0.1:0", "--deadline", "20s", "--max-age", "5m"];
    let serving = Serving::start_with(&cachectl().server(&server), &arguments);
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| serving.page("/metrics"));
        }
    });
    // One look asks for the newest slow command once, and so does the one that connects anew.
    assert!(server.info("commandstats")["cmdstat_slowlog|get"].starts_with("calls=2,"));
}

#[test]
fn clients_that_do_not_go_on_hold_up_nobody() {
    let server = Server::start();
    let serving = Serving::start(&cachectl().server(&server), &[]);
    // More than are talked to at once.
    let mut slow: Vec<_> = (0..200).map(|_| serving.connect()).collect();
    for stream in &mut slow {
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: ").unwrap();
    }
    let begun = Instant::now();
    assert_eq!(serving.page("/livez"), "PONG\n");
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    let long = format!("X-Long: {}", "x".repeat(100_000));
    assert_eq!(serving.send("garbage\r\n\r\n").status, 400);
    let mut stream = serving.connect();
    // It may close before everything is said.
    stream.write_all(request("GET", "/livez", &[&long]).as_bytes()).ok();
    let mut text = Vec::new();
    stream.read_to_end(&mut text).ok();
    assert!(!String::from_utf8_lossy(&text).contains(" 200 "), "{text:?}");
    assert_eq!(serving.send(&request("POST", "/metrics", &[])).status, 405);
    assert_eq!(serving.get("/nowhere", &[]).status, 404);
}

/// As many as a single process is to serve, each with connections of its own.
#[cfg(target_os = "linux")]
#[test]
fn three_hundred_contexts_fit_into_60_megabytes() {
    let servers: Vec<_> = (0..3).map(|_| Server::start()).collect();
    let cachectl = cachectl();
    let all = servers.iter().cycle().take(300).enumerate();
    let all = all.map(|(number, it)| (format!("cache-{number}"), format!("url: '{}'", it.url())));
    contexts(cachectl.directory(), &all.collect::<Vec<_>>());
    let serving = Serving::start(&cachectl, &[]);
    for _ in 0..2 {
        for number in 0..300 {
            let metrics = serving.page(&format!("/probe?target=cache-{number}"));
            assert_eq!(value(&metrics, "redis_up"), Some(1.0), "{metrics}");
        }
    }
    let status = fs::read_to_string(format!("/proc/{}/status", serving.running.pid())).unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let kilobytes: u64 = resident.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(kilobytes < 60_000, "{kilobytes} kB");
    println!("{kilobytes} kB");
}

#[test]
fn users_are_asked_for_their_password() {
    let server = Server::start();
    let cachectl = cachectl().server(&server);
    let path = cachectl.directory().join("users");
    fs::write(&path, "ada:one\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let open = cachectl.args(["health", "serve", ":0", "--web-auth-file", "users"]).run();
    assert_snapshot!(open, @"
    --- stderr
    error: others can read the file of users `users`

    hint: `chmod 600 users`
    [exit status: 78]
    ");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let serving = Serving::start(&cachectl, &["--web-auth-file", "users"]);
    let refused = serving.get("/metrics", &[]);
    assert!(
        refused.status == 401 && refused.head.contains("www-authenticate: Basic"),
        "{refused:?}"
    );
    assert_eq!(serving.get("/metrics", &["Authorization: Basic YWRhOm9uZQ=="]).status, 200);
    assert_eq!(serving.get("/livez", &["Authorization: Basic YWRhOm9uZR=="]).status, 401);
}

#[test]
fn signals_end_it_as_they_end_everything() {
    let server = Server::start();
    for (signal, code) in [(Signal::Interrupt, 130), (Signal::Terminate, 143)] {
        let serving = Serving::start(&cachectl().server(&server), &[]);
        serving.page("/metrics");
        let idle = serving.connect();
        serving.running.signal(signal);
        drop(serving.running.wait(PATIENCE).assert_code(code));
        drop(idle);
    }
}

#[test]
fn what_was_asked_is_answered_before_the_end() {
    let server = Server::start();
    let serving = Serving::start(&cachectl().server(&server), &[]);
    serving.page("/metrics");
    server.stop_process();
    let mut stream = serving.connect();
    stream.write_all(request("GET", "/livez", &[]).as_bytes()).unwrap();
    let mut first = [0; 1];
    stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    assert!(stream.read(&mut first).is_err(), "it was answered without the server");
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    serving.running.signal(Signal::Terminate);
    wait::until("it stops", || serving.running.stderr_so_far().contains("stopping"));
    server.continue_process();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert!(text.contains("PONG"), "{text}");
    drop(serving.running.wait(PATIENCE).assert_code(143));
}

#[test]
fn a_port_that_is_taken_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let run = anywhere(cachectl().args(["health", "serve", &address])).run();
    assert_snapshot!(run, @"
    --- stderr
    error: could not listen on `127.0.0.1:[PORT]`
      caused by: Address already in use

    hint: somebody else listens there; give another port
    [exit status: 73]
    ");
    assert_snapshot!(cachectl().args(["health", "serve", "::1:9121"]).run(), @"
    --- stderr
    error: invalid value '::1:9121' for '<ADDR>': an address with colons stands in brackets: `[::1]:9121`

    For more information, try '--help'.
    [exit status: 64]
    ");
}

#[test]
fn names_that_break_conventions_are_for_those_who_ask() {
    let server = Server::start();
    Keyspace::new(1).keys("key:{}", 10).load(&server);
    let cachectl = cachectl().server(&server);
    let clean = Serving::start(&cachectl, &[]).page("/metrics");
    let serving = Serving::start(&cachectl, &["--compat", "redis-exporter"]);
    let compat = serving.get("/metrics", &[client::OF_PROMETHEUS]);
    assert!(compat.head.contains("content-type: text/plain; version=0.0.4"), "{compat:?}");
    for name in ["redis_rdb_last_bgsave_duration_sec", "redis_total_reads_processed"] {
        assert!(value(&clean, name).is_none() && value(&compat.body, name).is_some(), "{name}");
    }
    assert_eq!(value(&compat.body, "redis_db_keys{db=\"db0\"}"), Some(10.0));
}
