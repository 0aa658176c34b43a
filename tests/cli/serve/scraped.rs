//! What those who read metrics make of ours.

use std::{fs, process::Command};

use cachectl_testkit::{Cluster, Release, Replicated, Sentinels, Server, Tool, wait};

use super::{
    client::{OF_PROMETHEUS, Serving},
    prometheus::{Prometheus, check, contexts},
};
use crate::cachectl;

/// A server of every kind, and what reaches it.
struct Everything {
    replicated: Replicated,
    contexts: Vec<(String, String)>,
    /// What has to live as long.
    _others: (Cluster, Sentinels, Vec<Server>),
}

impl Everything {
    fn start() -> Self {
        let (replicated, cluster, sentinels) =
            (Replicated::start(), Cluster::start(), Sentinels::start());
        let one = sentinels.sentinels().first().unwrap();
        let addresses = sentinels.addresses().join(", ");
        let url = |server: &Server| format!("url: '{}'", server.url());
        let mut contexts = vec![
            ("primary".to_owned(), url(replicated.primary())),
            ("replica".to_owned(), url(replicated.replica())),
            ("cluster".to_owned(), url(cluster.primary(0))),
            ("sentinels".to_owned(), format!("sentinels: [{addresses}]")),
            ("sentinel".to_owned(), url(one)),
        ];
        let mut releases = Vec::new();
        for release in Release::ALL {
            let server = Server::builder().release(release).start();
            let name = release.to_string().to_lowercase().replace([' ', '.'], "-");
            contexts.push((name, url(&server)));
            releases.push(server);
        }
        Self { replicated, contexts, _others: (cluster, sentinels, releases) }
    }

    fn serve(&self) -> Serving {
        let cachectl = cachectl();
        contexts(cachectl.directory(), &self.contexts);
        Serving::start(&cachectl, &[])
    }

    fn names(&self) -> Vec<String> {
        self.contexts.iter().map(|(name, _)| name.clone()).collect()
    }
}

#[test]
fn promtool_has_nothing_to_say_about_any_kind_of_server() {
    let everything = Everything::start();
    let serving = everything.serve();
    for name in everything.names() {
        let path = format!("/probe?target={name}");
        // The second one has rates, and knows what the server does not answer.
        for _ in 0..2 {
            let metrics = serving.page(&path);
            check(&name, &metrics);
            assert!(metrics.contains("redis_up"), "{name}: {metrics}");
            let several = ["cluster", "sentinels"].contains(&name.as_str());
            assert_eq!(metrics.contains("node=\""), several, "{name}: {metrics}");
        }
        let open = serving.get(&path, &[OF_PROMETHEUS]);
        assert!(open.head.contains("application/openmetrics-text; version=1.0.0"), "{open:?}");
        assert!(open.body.ends_with("\n# EOF\n"), "{open:?}");
        let families = open.body.lines().filter(|line| line.starts_with("# TYPE "));
        let mut families: Vec<_> = families.map(|line| line.split(' ').nth(2).unwrap()).collect();
        let count = families.len();
        families.dedup();
        assert_eq!(families.len(), count, "{name}: a family stands there twice");
    }
}

/// What the panels of dashboard 763, the mixin, and the usual collections of alerts compute, by the
/// 29 series that they are made of.
const EXPRESSIONS: [&str; 36] = [
    "redis_up == 1",
    "redis_up{job=\"primary\"} * redis_uptime_in_seconds",
    "max(max_over_time(redis_uptime_in_seconds[1m]))",
    "sum by (job) (redis_connected_clients)",
    "redis_connected_clients / redis_config_maxclients < 0.9",
    "redis_blocked_clients >= 0",
    "redis_memory_used_bytes / redis_memory_max_bytes * 100",
    "redis_memory_used_bytes / redis_total_system_memory_bytes < 0.9",
    "sum(redis_memory_max_bytes) >= 0",
    "redis_memory_used_rss_bytes / redis_memory_used_bytes",
    "redis_memory_fragmentation_ratio > 0",
    "sum by (cmd) (rate(redis_commands_total[30s]))",
    "topk(5, irate(redis_command_calls_total[30s]))",
    "sum by (cmd) (irate(redis_commands_duration_seconds_total[30s])) \
     / sum by (cmd) (irate(redis_commands_total[30s]))",
    "rate(redis_commands_processed_total[30s]) > 0",
    "sum by (db) (redis_db_keys)",
    "sum(redis_db_keys) - sum(redis_db_keys_expiring)",
    "sum by (db) (redis_db_keys_expiring)",
    "irate(redis_keyspace_hits_total[30s]) + irate(redis_keyspace_misses_total[30s])",
    "rate(redis_keyspace_hits_total{job=\"primary\"}[30s]) \
     / (rate(redis_keyspace_hits_total[30s]) + rate(redis_keyspace_misses_total[30s]))",
    "sum(rate(redis_expired_keys_total[30s]))",
    "sum(rate(redis_evicted_keys_total[30s]))",
    "rate(redis_net_input_bytes_total[30s]) > 0",
    "rate(redis_net_output_bytes_total[30s]) > 0",
    "increase(redis_rejected_connections_total[30s]) == 0",
    "redis_connected_slaves{job=\"primary\"} == 1",
    "count without (instance, job) (redis_connected_slaves) > 0",
    "delta(redis_connected_slaves[30s]) == 0",
    "time() - redis_rdb_last_save_timestamp_seconds >= 0",
    "redis_rdb_last_bgsave_status == 1",
    "redis_master_last_io_seconds_ago{job=\"replica\"} >= 0",
    "count(redis_instance_info{role=\"master\"}) > count(redis_instance_info{role=\"slave\"})",
    "redis_instance_info{redis_mode=\"sentinel\"}",
    "redis_cluster_state{job=\"cluster\"} == 1",
    "redis_cluster_slots_fail + redis_cluster_slots_pfail == 0",
    "histogram_quantile(0.99, sum by (le, cmd) (rate(redis_command_latency_seconds_bucket[30s])))",
];

#[test]
fn a_prometheus_scrapes_all_of_them_and_has_data_for_what_dashboards_ask() {
    let everything = Everything::start();
    let serving = everything.serve();
    let prometheus = Prometheus::start(&serving.address, &everything.names());
    let primary = everything.replicated.primary();
    let jobs = everything.contexts.len();
    wait::until("Prometheus has scraped everything ten times", || {
        primary.command(&["SET", "key", "value", "EX", "1000"]);
        primary.command(&["GET", "key"]);
        primary.command(&["GET", "no key"]);
        prometheus.query("sum_over_time(up[5m]) >= 10") == jobs
    });
    wait::until("every target answers", || prometheus.errors().is_empty());
    for expression in EXPRESSIONS {
        assert!(prometheus.query(expression) > 0, "nothing for `{expression}`");
    }
    let log = prometheus.log();
    let trouble = ["level=warn", "level=error", "out of order", "uplicate"];
    let trouble = log.lines().filter(|line| trouble.iter().any(|it| line.contains(it)));
    assert_eq!(trouble.collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn promtool_takes_the_rules_of_the_guide() {
    let guide = include_str!("../../../docs/guides/prometheus.md");
    let (_, rules) = guide.split_once("```yaml alerts.yml\n").unwrap();
    let (rules, _) = rules.split_once("```").unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("alerts.yml");
    fs::write(&path, rules).unwrap();
    let output = Command::new(Tool::Promtool.path()).args(["check", "rules"]).arg(path).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{output:?}");
}
