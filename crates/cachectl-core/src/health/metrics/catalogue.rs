//! Every series there is.

mod plain;

use super::{
    Kind::{Counter, Gauge, Histogram, Info},
    Offer, Series,
    Source::Words,
};

pub use self::plain::PLAIN;

macro_rules! series {
    ($($name:ident = $text:literal, $kind:ident, $words:literal, [$($label:literal),*], $help:literal;)*) => {
        $(
            #[doc = $help]
            pub const $name: &Series = &Series {
                name: $text,
                kind: $kind,
                help: $help,
                source: Words($words),
                labels: &[$($label),*],
                offer: Offer::Always,
            };
        )*
        /// Those that are put together from several things that a server says.
        pub const COMPOSED: &[&Series] = &[$($name),*];
    };
}

/// Returns all of them, by their names.
#[must_use]
pub fn all() -> Vec<&'static Series> {
    let mut all: Vec<_> = PLAIN.iter().chain(COMPOSED.iter().copied()).collect();
    all.sort_by_key(|series| series.name);
    all
}

series! {
    UP = "redis_up", Gauge, "PING or INFO", [],
        "Whether the server answers.";
    INSTANCE = "redis_instance_info", Info, "INFO",
        ["role", "redis_version", "redis_build_id", "redis_mode", "os", "maxmemory_policy",
         "tcp_port", "run_id", "process_id"],
        "What the server is; on Valkey also `valkey_version`.";
    START = "redis_start_time_seconds", Gauge, "INFO uptime_in_seconds", [],
        "When the server was started.";
    FRAGMENTATION = "redis_memory_fragmentation_ratio", Gauge,
        "INFO used_memory_rss, used_memory", [],
        "Resident memory against memory in use.";
    KEYS = "redis_db_keys", Gauge, "INFO keyspace", ["db"],
        "Keys in a database; of empty ones only the first is listed.";
    KEYS_EXPIRING = "redis_db_keys_expiring", Gauge, "INFO keyspace", ["db"],
        "Keys in a database that have a time to live.";
    AVERAGE_TTL = "redis_db_avg_ttl_seconds", Gauge, "INFO keyspace", ["db"],
        "The average time to live in a database, as the server estimates it.";
    COMMANDS = "redis_commands_total", Counter, "INFO commandstats", ["cmd"],
        "Calls of a command.";
    COMMAND_CALLS = "redis_command_calls_total", Counter, "INFO commandstats", ["cmd"],
        "Calls of a command, by the name that old dashboards know.";
    COMMAND_SECONDS = "redis_commands_duration_seconds_total", Counter, "INFO commandstats",
        ["cmd"],
        "Time spent in a command.";
    COMMANDS_REJECTED = "redis_commands_rejected_calls_total", Counter, "INFO commandstats",
        ["cmd"],
        "Calls of a command that were refused before it ran.";
    COMMANDS_FAILED = "redis_commands_failed_calls_total", Counter, "INFO commandstats", ["cmd"],
        "Calls of a command that ended in an error.";
    COMMAND_LATENCY = "redis_command_latency_seconds", Histogram, "LATENCY HISTOGRAM", ["cmd"],
        "How long calls of a command took, from Redis 7.0 on.";
    ERRORS = "redis_errors_total", Counter, "INFO errorstats", ["err"],
        "Errors that were answered, by their first word; `OVERFLOW` where there are too many.";
    SPIKE_LAST = "redis_latency_spike_last", Gauge, "LATENCY LATEST", ["event_name"],
        "When a latency event last happened, in seconds since 1970.";
    SPIKE_SECONDS = "redis_latency_spike_duration_seconds", Gauge, "LATENCY LATEST",
        ["event_name"],
        "How long the last latency event took.";
    SPIKE_LONGEST = "redis_latency_spike_longest_seconds", Gauge, "LATENCY LATEST",
        ["event_name"],
        "How long the longest latency event took.";
    SLOWLOG = "redis_slowlog_length", Gauge, "SLOWLOG LEN", [],
        "Entries in the slow log.";
    LINK_UP = "redis_master_link_up", Gauge, "INFO master_link_status",
        ["master_host", "master_port"],
        "Whether a replica is connected to its primary.";
    LINK_SILENCE = "redis_master_last_io_seconds_ago", Gauge, "INFO master_last_io_seconds_ago",
        ["master_host", "master_port"],
        "Seconds since a replica last heard of its primary; -1 without a connection.";
    LINK_SYNCING = "redis_master_sync_in_progress", Gauge, "INFO master_sync_in_progress",
        ["master_host", "master_port"],
        "Whether a replica is being filled from its primary.";
    REPLICA_OFFSET = "redis_slave_repl_offset", Gauge, "INFO slave_repl_offset",
        ["master_host", "master_port"],
        "Bytes of its primary that a replica has processed.";
    REPLICA = "redis_slave_info", Info, "INFO replication",
        ["master_host", "master_port", "read_only"],
        "The primary of a replica.";
    SEEN_LAG = "redis_connected_slave_lag_seconds", Gauge, "INFO slaveN",
        ["slave_ip", "slave_port", "slave_state"],
        "Seconds since a replica last confirmed what it has, as its primary sees it.";
    SEEN_OFFSET = "redis_connected_slave_offset_bytes", Gauge, "INFO slaveN",
        ["slave_ip", "slave_port", "slave_state"],
        "Bytes that a replica has confirmed, as its primary sees it.";
    CLUSTER_STATE = "redis_cluster_state", Gauge, "CLUSTER INFO cluster_state", [],
        "Whether the cluster serves, as this node sees it.";
    SENTINEL_STATUS = "redis_sentinel_master_status", Gauge, "INFO masterN",
        ["master_name", "master_address", "master_status"],
        "Whether a sentinel takes a primary for well.";
    SENTINEL_REPLICAS = "redis_sentinel_master_slaves", Gauge, "INFO masterN",
        ["master_name", "master_address"],
        "Replicas of a primary that a sentinel knows.";
    SENTINEL_SENTINELS = "redis_sentinel_master_sentinels", Gauge, "INFO masterN",
        ["master_name", "master_address"],
        "Sentinels that watch a primary, as one of them knows.";
    SENTINEL_OK_REPLICAS = "redis_sentinel_master_ok_slaves", Gauge, "SENTINEL REPLICAS",
        ["master_name", "master_address"],
        "Replicas of a primary that a sentinel takes for well.";
    SENTINEL_OK_SENTINELS = "redis_sentinel_master_ok_sentinels", Gauge, "SENTINEL SENTINELS",
        ["master_name", "master_address"],
        "Sentinels of a primary that one of them takes for well, itself included.";
    SENTINEL_QUORUM = "redis_sentinel_master_setting_ckquorum", Gauge, "SENTINEL MASTERS",
        ["master_name", "master_address"],
        "How many sentinels have to agree that a primary is gone.";
}
