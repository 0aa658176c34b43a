//! What is told of real servers, in numbers.

use std::{collections::BTreeSet, slice, time::Duration};

use cachectl_core::{
    health::{
        Options,
        metrics::{Kind, Names, Offer, Sample, Series, Value, catalogue},
        scrape::{Scrape, Scraper},
    },
    server::target::{Login, Target, Topology},
    values::endpoint::Endpoint,
};
use cachectl_testkit::{
    Cluster, Keyspace, Release, Replicated, Sentinels, Server, keyspace::Kind as Type,
    sentinels::NAME,
};
use tokio::runtime::Runtime;

use crate::{patient, target};

fn scrape(url: &str, names: Names) -> Scrape {
    let scraper = Scraper::new(target(url), patient(), names);
    Runtime::new().unwrap().block_on(scraper.scrape())
}

/// Returns the values of a series of the only server.
fn values(scrape: &Scrape, name: &str) -> Vec<f64> {
    let [samples] = scrape.nodes.as_slice() else { panic!("several servers: {scrape:?}") };
    let of_series = samples.iter().filter(|sample| sample.series.name == name);
    let number = |sample: &Sample| match &sample.value {
        Value::Number(number) => *number,
        Value::Distribution(distribution) => distribution.count,
    };
    of_series.map(number).collect()
}

fn names(samples: &[Sample]) -> BTreeSet<&'static str> {
    samples.iter().map(|sample| sample.series.name).collect()
}

#[test]
fn names_keep_to_the_conventions_unless_somebody_asks_for_others() {
    #[track_caller]
    fn case(series: &Series) {
        let Series { name, kind, offer, labels, .. } = *series;
        let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        assert!(name.starts_with("redis_") && name.chars().all(word), "{name}");
        assert!(series.help.ends_with('.') || series.help.ends_with('`'), "{name}");
        assert!(labels.iter().all(|label| label.chars().all(word)), "{name}");
        if offer == Offer::Compat {
            return;
        }
        assert_eq!(name.ends_with("_total"), kind == Kind::Counter, "{name}");
        assert_eq!(name.ends_with("_info"), kind == Kind::Info, "{name}");
        let reserved = ["_count", "_sum", "_bucket", "_created"];
        assert!(reserved.iter().all(|suffix| !name.ends_with(suffix)), "{name}");
        let abbreviated = ["_sec", "_ms", "_usec", "_milliseconds", "_kb", "_mb"];
        assert!(abbreviated.iter().all(|suffix| !name.ends_with(suffix)), "{name}");
    }

    let all = catalogue::all();
    all.iter().copied().for_each(case);
    let names: BTreeSet<_> = all.iter().map(|series| series.name).collect();
    assert_eq!(names.len(), all.len(), "a name stands there twice");
    let clean: Vec<_> = all.iter().filter(|series| series.is_wanted(Names::Clean)).collect();
    let families: BTreeSet<_> = clean.iter().map(|it| it.kind.family(it.name)).collect();
    assert_eq!(families.len(), clean.len(), "two families of OpenMetrics share a name");
}

#[test]
fn numbers_are_those_of_the_server() {
    let server = Server::builder().config("maxmemory", "100mb").start();
    Keyspace::new(1).keys("a:{}", 100).of_kinds(&[Type::Hash]).load(&server);
    for key in ["one", "two", "three"] {
        server.command(&["SET", key, "x", "EX", "1000"]);
        server.command(&["GET", key]);
    }
    server.command(&["GET", "nothing"]);
    server.try_command(&["NONSENSE"]).unwrap_err();
    let scrape = scrape(&server.url(), Names::Clean);
    for (name, expected) in [
        ("redis_up", 1.0),
        ("redis_memory_max_bytes", 104_857_600.0),
        ("redis_config_maxmemory", 104_857_600.0),
        ("redis_config_maxclients", 10_000.0),
        ("redis_db_keys", 103.0),
        ("redis_db_keys_expiring", 3.0),
        ("redis_keyspace_hits_total", 3.0),
        ("redis_keyspace_misses_total", 1.0),
        ("redis_slowlog_length", 0.0),
        ("redis_instance_info", 1.0),
    ] {
        assert_eq!(values(&scrape, name), [expected], "{name}");
    }
    let info = server.info("memory");
    let peak: f64 = info["used_memory_peak"].parse().unwrap();
    assert!(values(&scrape, "redis_memory_used_peak_bytes")[0] <= peak);
    assert!(!values(&scrape, "redis_errors_total").is_empty(), "{scrape:?}");
}

#[test]
fn errors_that_somebody_makes_up_are_told_together() {
    let server = Server::start();
    let script = "return redis.error_reply('KIND' .. ARGV[1] .. ' of error')";
    for kind in 0..200 {
        server.try_command(&["EVAL", script, "0", &kind.to_string()]).unwrap_err();
    }
    let counts = values(&scrape(&server.url(), Names::Clean), "redis_errors_total");
    assert!((1..=128).contains(&counts.len()), "{counts:?}");
}

#[test]
fn no_limit_is_0_and_no_ratio() {
    let scrape = scrape(&Server::start().url(), Names::Clean);
    assert_eq!(values(&scrape, "redis_memory_max_bytes"), [0.0]);
    assert_eq!(values(&scrape, "redis_db_keys"), [0.0]);
    let ratios = scrape.report.nodes[0].findings.iter();
    assert!(ratios.clone().all(|finding| finding.check.id != "memory"), "{scrape:?}");
}

#[test]
fn latencies_are_told_from_7_0_on_and_not_asked_for_before() {
    for (release, has_some) in [(Release::Redis62, false), (Release::Redis70, true)] {
        let server = Server::builder().release(release).start();
        server.command(&["SET", "key", "x"]);
        let scraper = Scraper::new(target(&server.url()), patient(), Names::Clean);
        let scrape = Runtime::new().unwrap().block_on(async {
            scraper.scrape().await;
            scraper.scrape().await
        });
        let counts = values(&scrape, "redis_command_latency_seconds");
        assert_eq!(!counts.is_empty(), has_some, "{release}: {scrape:?}");
        let asked = server.info("commandstats");
        let asked = asked.keys().filter(|name| name.contains("histogram")).count();
        assert_eq!(asked > 0, has_some, "{release}");
    }
}

#[test]
fn buckets_grow_to_the_number_of_calls() {
    let server = Server::start();
    for _ in 0..50 {
        server.command(&["PING"]);
    }
    let scrape = scrape(&server.url(), Names::Clean);
    let mut distributions = 0;
    for sample in &scrape.nodes[0] {
        if let Value::Distribution(distribution) = &sample.value {
            distributions += 1;
            let counts: Vec<_> = distribution.buckets.iter().map(|(_, count)| *count).collect();
            assert!(counts.is_sorted() && counts.len() == 10, "{sample:?}");
            assert!(counts.last().unwrap() <= &distribution.count, "{sample:?}");
            assert!(distribution.sum.is_some(), "{sample:?}");
        }
    }
    assert!(distributions > 0, "{scrape:?}");
}

#[test]
fn primaries_replicas_and_sentinels_tell_what_they_are() {
    let replicated = Replicated::start();
    let primary = scrape(&replicated.primary().url(), Names::Clean);
    assert_eq!(values(&primary, "redis_connected_slaves"), [1.0]);
    assert_eq!(values(&primary, "redis_connected_slave_lag_seconds").len(), 1, "{primary:?}");
    assert!(values(&primary, "redis_master_link_up").is_empty());
    let replica = scrape(&replicated.replica().url(), Names::Clean);
    assert_eq!(values(&replica, "redis_master_link_up"), [1.0]);
    assert_eq!(values(&replica, "redis_slave_info"), [1.0]);
    let sentinels = Sentinels::start();
    let sentinel = scrape(&sentinels.sentinels()[0].url(), Names::Clean);
    assert_eq!(values(&sentinel, "redis_sentinel_masters"), [1.0]);
    assert_eq!(values(&sentinel, "redis_sentinel_master_status"), [1.0]);
    assert_eq!(values(&sentinel, "redis_sentinel_master_setting_ckquorum"), [2.0]);
    assert!(values(&sentinel, "redis_db_keys").is_empty(), "{sentinel:?}");
}

#[test]
fn a_server_that_does_not_tell_its_role_is_no_sentinel() {
    let server = Server::builder().acl_user("low on >pw +ping +slowlog|len").start();
    let scrape = scrape(&server.url_as("low", "pw"), Names::Clean);
    assert_eq!(values(&scrape, "redis_up"), [1.0]);
    assert_eq!(values(&scrape, "redis_slowlog_length"), [0.0], "{scrape:?}");
}

#[test]
fn what_breaks_the_conventions_is_told_on_request() {
    let server = Server::start();
    let [clean, compat] = [Names::Clean, Names::RedisExporter].map(|it| scrape(&server.url(), it));
    let names =
        |scrape: &Scrape| names(slice::from_ref(&scrape.nodes).concat().concat().as_slice());
    let (clean, compat) = (names(&clean), names(&compat));
    assert!(clean.is_subset(&compat));
    let more: Vec<_> = compat.difference(&clean).collect();
    assert!(more.contains(&&"redis_rdb_last_bgsave_duration_sec"), "{more:?}");
}

#[test]
fn a_node_that_hangs_does_not_silence_the_others() {
    let cluster = Cluster::start();
    let options = Options { deadline: Duration::from_secs(2), ..patient() };
    let target = target(&cluster.primary(0).url());
    cluster.primary(1).stop_process();
    let scraper = Scraper::new(target, options, Names::Clean);
    let scrape = Runtime::new().unwrap().block_on(scraper.scrape());
    let has_keys = |samples: &Vec<Sample>| names(samples).contains("redis_db_keys");
    assert_eq!(scrape.nodes.len(), 3);
    assert_eq!(scrape.nodes.iter().filter(|it| has_keys(it)).count(), 2, "{scrape:?}");
    cluster.primary(1).continue_process();
}

#[test]
fn connections_to_sentinels_and_their_primary_stay() {
    let sentinels = Sentinels::start();
    let endpoints = sentinels.addresses();
    let endpoints = endpoints.iter().map(|it| Endpoint::parse(it, 26_379).unwrap()).collect();
    let topology = Topology::Sentinel {
        sentinels: endpoints,
        primary_name: NAME.to_owned(),
        login: Login::default(),
    };
    let target = Target { topology, ..target("localhost") };
    let scraper = Scraper::new(target, patient(), Names::Clean);
    let scrape = Runtime::new().unwrap().block_on(async {
        scraper.scrape().await;
        scraper.scrape().await
    });
    assert_eq!(scrape.nodes.len(), 4);
    assert_eq!(scraper.connections_opened(), 4);
    let well = "redis_sentinel_master_ok_sentinels";
    let well = scrape.nodes.iter().filter(|samples| names(samples).contains(well));
    assert_eq!(well.count(), 3, "{scrape:?}");
}
