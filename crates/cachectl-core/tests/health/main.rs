//! The health check against real servers, well and ill.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::{
    fs,
    time::{Duration, Instant},
};

use cachectl_core::{
    health::{
        self, Finding, Limits, Options, Report, Status, catalogue,
        probes::{self, Question},
    },
    server::target::{Login, Target, Topology},
    values::endpoint::{ConnectionUrl, Endpoint},
};
use cachectl_testkit::{Cluster, Replicated, Sentinels, Server, sentinels::NAME, wait};
use tokio::runtime::Runtime;

fn target(url: &str) -> Target {
    Target::from_url(ConnectionUrl::parse(url).unwrap())
}

fn look(url: &str, options: &Options) -> Report {
    Runtime::new().unwrap().block_on(health::run(&target(url), options))
}

fn ask(url: &str, question: Question) -> probes::Answered {
    let within = Duration::from_millis(900);
    Runtime::new().unwrap().block_on(probes::ask(&target(url), question, within))
}

fn finding<'a>(report: &'a Report, id: &str) -> &'a Finding {
    let findings = report.nodes.iter().flat_map(|node| &node.findings);
    let mut found = findings.filter(|finding| finding.check.id == id);
    found.next().unwrap_or_else(|| panic!("nothing about {id} in {report:#?}"))
}

/// Options by which a slow machine is no finding.
fn patient() -> Options {
    let mut options = Options { deadline: Duration::from_secs(5), ..Options::default() };
    let seconds = |seconds: f64| Some(health::Range::up_to(seconds * 1000.0));
    let limits = Limits { warning: seconds(5.0), critical: seconds(5.0) };
    options.thresholds.set(catalogue::REACH, limits);
    options.thresholds.set(catalogue::LATENCY, limits);
    options
}

#[test]
fn a_cache_that_is_set_up_well_has_no_findings() {
    let server = Server::builder()
        .config("maxmemory", "100mb")
        .config("maxmemory-policy", "allkeys-lru")
        .password("secret")
        .start();
    let report = look(&server.url_as("default", "secret"), &patient());
    assert_eq!(report.status, Status::Ok, "{report:#?}");
    let node = report.nodes.first().unwrap();
    assert_eq!(node.role.as_deref(), Some("primary"));
    assert!(finding(&report, "memory").value.unwrap() < 80.0);
}

#[test]
fn a_cache_without_limits_is_told_so() {
    let server = Server::start();
    let report = look(&server.url(), &patient());
    assert_eq!(report.status, Status::Warning);
    for id in ["memory_limit", "policy", "default_user"] {
        assert_eq!(finding(&report, id).status, Status::Warning, "{id}");
    }
}

#[test]
fn nobody_there_a_wrong_password_and_none_are_critical_and_told_apart() {
    let server = Server::builder().password("secret").start();
    let wrong = look(&server.url_as("default", "wrong"), &patient());
    assert_eq!(wrong.status, Status::Critical);
    assert!(finding(&wrong, "reach").text.contains("WRONGPASS"), "{wrong:#?}");
    let none = look(&server.url(), &patient());
    assert_eq!(none.status, Status::Critical);
    let gone = look("unix:///nobody/is/here.sock", &patient());
    assert_eq!(gone.status, Status::Critical);
    let unknown = look("redis://name.invalid:6379", &patient());
    assert_eq!(finding(&unknown, "reach").status, Status::Critical);
}

#[test]
fn a_server_that_hangs_is_told_within_the_deadline() {
    let server = Server::start();
    server.stop_process();
    let begun = Instant::now();
    let report = look(&server.url(), &Options::default());
    let took = begun.elapsed();
    let live = ask(&server.url(), Question::Live);
    server.continue_process();
    assert_eq!(report.status, Status::Critical);
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert!(!live.yes);
}

#[test]
fn what_is_denied_is_unknown_and_says_what_would_allow_it() {
    let user = "watcher on >secret ~* +@all -config";
    let server = Server::builder().acl_user(user).start();
    let report = look(&server.url_as("watcher", "secret"), &patient());
    let protected = finding(&report, "protected_mode");
    assert_eq!(protected.status, Status::Unknown);
    assert!(protected.text.contains("+config|get"), "{}", protected.text);
}

#[test]
fn a_server_that_lost_its_disk_is_alive_and_its_snapshot_is_critical() {
    let server = Server::builder();
    let server = server.config("save", "3600 1").config("enable-protected-configs", "yes").start();
    server.command(&["SET", "key", "value"]);
    let directory = server.directory().join("gone");
    fs::create_dir(&directory).unwrap();
    server.command(&["CONFIG", "SET", "dir", directory.to_str().unwrap()]);
    fs::remove_dir(&directory).unwrap();
    server.command(&["BGSAVE"]);
    wait::until("the snapshot has failed", || {
        server.info("persistence").get("rdb_last_bgsave_status").is_some_and(|it| it == "err")
    });
    assert!(ask(&server.url(), Question::Live).yes);
    let report = look(&server.url(), &patient());
    assert_eq!(finding(&report, "rdb").status, Status::Critical);
}

#[test]
fn a_replica_without_its_primary_is_alive_and_not_ready() {
    let replicated = Replicated::start();
    let replica = replicated.replica();
    assert!(ask(&replica.url(), Question::Ready).yes);
    let report = look(&replica.url(), &patient());
    assert_eq!(finding(&report, "replication_link").status, Status::Ok);
    replicated.primary().kill();
    wait::until("the replica notices", || {
        replica.info("replication").get("master_link_status").is_some_and(|link| link == "down")
    });
    assert!(ask(&replica.url(), Question::Live).yes);
    assert!(!ask(&replica.url(), Question::Ready).yes);
    let report = look(&replica.url(), &patient());
    assert_eq!(finding(&report, "replication_link").status, Status::Critical);
}

#[test]
fn the_hit_ratio_is_that_of_the_window_and_not_of_the_lifetime() {
    let server = Server::start();
    server.command(&["SET", "there", "x"]);
    let mut hits = cachectl_testkit::Batch::new();
    (0..20_000).for_each(|_| {
        hits.push(&["GET", "there"]);
    });
    server.pipeline(&hits);
    let options = Options { window: Some(Duration::from_millis(800)), ..patient() };
    let url = server.url();
    let report = std::thread::scope(|scope| {
        let looking = scope.spawn(|| look(&url, &options));
        let mut misses = cachectl_testkit::Batch::new();
        (0..1_000).for_each(|_| {
            misses.push(&["GET", "not there"]);
        });
        while !looking.is_finished() {
            server.pipeline(&misses);
        }
        looking.join().unwrap()
    });
    let ratio = finding(&report, "hit_ratio");
    assert_eq!(ratio.status, Status::Critical, "{ratio:?}");
}

#[test]
fn a_cluster_node_tells_whether_all_slots_are_served() {
    let cluster = Cluster::start();
    let report = look(&cluster.primary(0).url(), &patient());
    assert_eq!(finding(&report, "cluster_state").status, Status::Ok);
    assert_eq!(report.nodes.len(), cluster.primaries().len() + cluster.replicas().len());
    cluster.primary(0).command(&["CLUSTER", "DELSLOTS", "0"]);
    let report = look(&cluster.primary(0).url(), &patient());
    assert_eq!(finding(&report, "cluster_slots").status, Status::Critical);
}

#[test]
fn sentinels_without_a_quorum_are_critical_and_their_primary_is_looked_at() {
    let sentinels = Sentinels::start();
    let addresses = sentinels.addresses();
    let endpoints = addresses.iter().map(|address| Endpoint::parse(address, 26_379).unwrap());
    let topology = Topology::Sentinel {
        sentinels: endpoints.collect(),
        primary_name: NAME.to_owned(),
        login: Login::default(),
    };
    let target = Target { topology, ..target("localhost") };
    let runtime = Runtime::new().unwrap();
    let look = || runtime.block_on(health::run(&target, &patient()));
    let report = look();
    let roles: Vec<_> = report.nodes.iter().filter_map(|node| node.role.as_deref()).collect();
    assert_eq!(roles, ["sentinel", "sentinel", "sentinel", "primary"], "{report:#?}");
    assert_eq!(finding(&report, "sentinel_quorum").status, Status::Ok);
    assert_eq!(finding(&report, "sentinel_agreement").status, Status::Ok);
    for sentinel in sentinels.sentinels().iter().skip(1) {
        sentinel.kill();
    }
    wait::until("the one that is left knows that it is alone", || {
        finding(&look(), "sentinel_quorum").status == Status::Critical
    });
    assert_eq!(look().status, Status::Critical);
}
