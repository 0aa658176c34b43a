//! Series that are one field of what a server says.

use super::super::{
    Kind::{self, Counter, Gauge},
    Offer, Series,
    Source::{self, Cluster, Field, Micros, Setting, State},
};

const fn series(name: &'static str, kind: Kind, source: Source, help: &'static str) -> Series {
    Series { name, kind, help, source, labels: &[], offer: Offer::Always }
}

const fn compat(name: &'static str, field: &'static str, help: &'static str) -> Series {
    let (kind, source) = (Kind::Unknown, Field(field));
    Series { name, kind, help, source, labels: &[], offer: Offer::Compat }
}

macro_rules! fields {
    (
        $($name:literal = $kind:ident, $source:ident $field:literal, $help:literal;)*
        compat: $($broken:literal = $raw:literal, $what:literal;)*
    ) => {
        /// Those that keep to the conventions, and then those that do not.
        pub const PLAIN: &[Series] = &[
            $(series($name, $kind, $source($field), $help),)*
            $(compat($broken, $raw, $what),)*
        ];
    };
}

fields! {
    "redis_uptime_in_seconds" = Gauge, Field "uptime_in_seconds", "How long the server has run.";
    "redis_process_id" = Gauge, Field "process_id", "The number of the process.";
    "redis_connected_clients" = Gauge, Field "connected_clients",
        "Connected clients, replicas aside.";
    "redis_blocked_clients" = Gauge, Field "blocked_clients",
        "Clients that wait in a blocking command.";
    "redis_tracking_clients" = Gauge, Field "tracking_clients",
        "Clients that are told what changes.";
    "redis_clients_in_timeout_table" = Gauge, Field "clients_in_timeout_table",
        "Clients that wait with a timeout.";
    "redis_pubsub_clients" = Gauge, Field "pubsub_clients",
        "Clients that are subscribed to something.";
    "redis_cluster_connections" = Gauge, Field "cluster_connections",
        "Connections of the cluster bus.";
    "redis_client_recent_max_input_buffer_bytes" = Gauge, Field "client_recent_max_input_buffer",
        "The largest input buffer of a client of late.";
    "redis_client_recent_max_output_buffer_bytes" = Gauge, Field "client_recent_max_output_buffer",
        "The largest output buffer of a client of late.";
    "redis_memory_used_bytes" = Gauge, Field "used_memory", "Memory in use.";
    "redis_memory_used_rss_bytes" = Gauge, Field "used_memory_rss", "Resident memory.";
    "redis_memory_used_peak_bytes" = Gauge, Field "used_memory_peak",
        "The most memory that was in use.";
    "redis_memory_used_overhead_bytes" = Gauge, Field "used_memory_overhead",
        "Memory in use for other things than keys and values.";
    "redis_memory_used_startup_bytes" = Gauge, Field "used_memory_startup",
        "Memory in use before the first key.";
    "redis_memory_used_dataset_bytes" = Gauge, Field "used_memory_dataset",
        "Memory in use for keys and values.";
    "redis_memory_used_lua_bytes" = Gauge, Field "used_memory_lua",
        "Memory in use by scripts that run.";
    "redis_memory_used_scripts_bytes" = Gauge, Field "used_memory_scripts",
        "Memory in use for scripts that are kept.";
    "redis_memory_max_bytes" = Gauge, Field "maxmemory", "The limit `maxmemory`; 0 is none.";
    "redis_total_system_memory_bytes" = Gauge, Field "total_system_memory",
        "All memory of the host.";
    "redis_mem_fragmentation_ratio" = Gauge, Field "mem_fragmentation_ratio",
        "Resident memory against memory in use, as the server computes it.";
    "redis_mem_fragmentation_bytes" = Gauge, Field "mem_fragmentation_bytes",
        "Resident memory that is not in use.";
    "redis_mem_clients_normal" = Gauge, Field "mem_clients_normal", "Memory of clients, in bytes.";
    "redis_mem_clients_slaves" = Gauge, Field "mem_clients_slaves",
        "Memory of connections to replicas, in bytes.";
    "redis_mem_not_counted_for_eviction_bytes" = Gauge, Field "mem_not_counted_for_evict",
        "Memory that evicting does not look at.";
    "redis_allocator_active_bytes" = Gauge, Field "allocator_active",
        "Memory in pages that the allocator has in use.";
    "redis_allocator_allocated_bytes" = Gauge, Field "allocator_allocated",
        "Memory that the allocator has given out.";
    "redis_allocator_resident_bytes" = Gauge, Field "allocator_resident",
        "Memory of the allocator that is resident.";
    "redis_allocator_frag_bytes" = Gauge, Field "allocator_frag_bytes",
        "Memory between what the allocator has given out.";
    "redis_allocator_frag_ratio" = Gauge, Field "allocator_frag_ratio",
        "Memory in pages in use against memory given out.";
    "redis_allocator_rss_bytes" = Gauge, Field "allocator_rss_bytes",
        "Resident memory of the allocator that is not in use.";
    "redis_allocator_rss_ratio" = Gauge, Field "allocator_rss_ratio",
        "Resident memory of the allocator against memory in use.";
    "redis_lazyfree_pending_objects" = Gauge, Field "lazyfree_pending_objects",
        "Values that wait to be freed.";
    "redis_active_defrag_running" = Gauge, Field "active_defrag_running",
        "The effort of defragmentation that runs, in per cent.";
    "redis_defrag_hits" = Gauge, Field "active_defrag_hits",
        "Values that defragmentation has moved.";
    "redis_defrag_misses" = Gauge, Field "active_defrag_misses",
        "Values that defragmentation has left alone.";
    "redis_defrag_key_hits" = Gauge, Field "active_defrag_key_hits",
        "Keys of which defragmentation has moved something.";
    "redis_defrag_key_misses" = Gauge, Field "active_defrag_key_misses",
        "Keys that defragmentation has left alone.";
    "redis_number_of_cached_scripts" = Gauge, Field "number_of_cached_scripts",
        "Scripts that are kept.";
    "redis_loading_dump_file" = Gauge, Field "loading", "Whether the server loads its data.";
    "redis_rdb_changes_since_last_save" = Gauge, Field "rdb_changes_since_last_save",
        "Changes that the last snapshot does not have.";
    "redis_rdb_bgsave_in_progress" = Gauge, Field "rdb_bgsave_in_progress",
        "Whether a snapshot is being saved.";
    "redis_rdb_last_save_timestamp_seconds" = Gauge, Field "rdb_last_save_time",
        "When the last snapshot was saved.";
    "redis_rdb_last_bgsave_status" = Gauge, State "rdb_last_bgsave_status",
        "Whether the last snapshot could be saved.";
    "redis_rdb_last_bgsave_duration_seconds" = Gauge, Field "rdb_last_bgsave_time_sec",
        "How long the last snapshot took; -1 if there was none.";
    "redis_rdb_current_bgsave_duration_seconds" = Gauge, Field "rdb_current_bgsave_time_sec",
        "For how long a snapshot is being saved; -1 if there is none.";
    "redis_rdb_last_cow_size_bytes" = Gauge, Field "rdb_last_cow_size",
        "Memory that was copied while the last snapshot was saved.";
    "redis_aof_enabled" = Gauge, Field "aof_enabled", "Whether there is an append-only file.";
    "redis_aof_rewrite_in_progress" = Gauge, Field "aof_rewrite_in_progress",
        "Whether the append-only file is being rewritten.";
    "redis_aof_rewrite_scheduled" = Gauge, Field "aof_rewrite_scheduled",
        "Whether the append-only file will be rewritten soon.";
    "redis_aof_last_rewrite_duration_seconds" = Gauge, Field "aof_last_rewrite_time_sec",
        "How long the last rewriting took; -1 if there was none.";
    "redis_aof_current_rewrite_duration_seconds" = Gauge, Field "aof_current_rewrite_time_sec",
        "For how long the append-only file is being rewritten; -1 if it is not.";
    "redis_aof_last_bgrewrite_status" = Gauge, State "aof_last_bgrewrite_status",
        "Whether the last rewriting went well.";
    "redis_aof_last_write_status" = Gauge, State "aof_last_write_status",
        "Whether the append-only file could be written.";
    "redis_aof_last_cow_size_bytes" = Gauge, Field "aof_last_cow_size",
        "Memory that was copied during the last rewriting.";
    "redis_aof_current_size_bytes" = Gauge, Field "aof_current_size",
        "The size of the append-only file.";
    "redis_aof_base_size_bytes" = Gauge, Field "aof_base_size",
        "The size of the append-only file after it was last rewritten.";
    "redis_aof_pending_rewrite" = Gauge, Field "aof_pending_rewrite",
        "Whether rewriting waits for a snapshot.";
    "redis_aof_buffer_length" = Gauge, Field "aof_buffer_length",
        "Bytes that wait to be written to the append-only file.";
    "redis_aof_pending_bio_fsync" = Gauge, Field "aof_pending_bio_fsync",
        "Flushes of the append-only file that wait.";
    "redis_aof_delayed_fsync" = Gauge, Field "aof_delayed_fsync",
        "Flushes of the append-only file that came late.";
    "redis_module_fork_in_progress" = Gauge, Field "module_fork_in_progress",
        "Whether a module has forked.";
    "redis_module_fork_last_cow_size" = Gauge, Field "module_fork_last_cow_size",
        "Bytes that were copied while a module had last forked.";
    "redis_connections_received_total" = Counter, Field "total_connections_received",
        "Connections that were accepted.";
    "redis_commands_processed_total" = Counter, Field "total_commands_processed",
        "Commands that were run.";
    "redis_rejected_connections_total" = Counter, Field "rejected_connections",
        "Connections that were refused because of `maxclients`.";
    "redis_net_input_bytes_total" = Counter, Field "total_net_input_bytes",
        "Bytes that were received.";
    "redis_net_output_bytes_total" = Counter, Field "total_net_output_bytes",
        "Bytes that were sent.";
    "redis_keyspace_hits_total" = Counter, Field "keyspace_hits", "Reads that found their key.";
    "redis_keyspace_misses_total" = Counter, Field "keyspace_misses",
        "Reads that did not find their key.";
    "redis_expired_keys_total" = Counter, Field "expired_keys", "Keys that have run out.";
    "redis_evicted_keys_total" = Counter, Field "evicted_keys",
        "Keys that were evicted because of `maxmemory`.";
    "redis_expired_stale_percentage" = Gauge, Field "expired_stale_perc",
        "Keys that have run out and are still there, in per cent, by the server's estimate.";
    "redis_expired_time_cap_reached_total" = Counter, Field "expired_time_cap_reached_count",
        "How often removing keys that have run out was cut short.";
    "redis_cpu_sys_seconds_total" = Counter, Field "used_cpu_sys", "Processor time in the kernel.";
    "redis_cpu_user_seconds_total" = Counter, Field "used_cpu_user",
        "Processor time outside the kernel.";
    "redis_cpu_sys_children_seconds_total" = Counter, Field "used_cpu_sys_children",
        "Processor time of children in the kernel.";
    "redis_cpu_user_children_seconds_total" = Counter, Field "used_cpu_user_children",
        "Processor time of children outside the kernel.";
    "redis_cpu_sys_main_thread_seconds_total" = Counter, Field "used_cpu_sys_main_thread",
        "Processor time of the main thread in the kernel.";
    "redis_cpu_user_main_thread_seconds_total" = Counter, Field "used_cpu_user_main_thread",
        "Processor time of the main thread outside the kernel.";
    "redis_error_replies_total" = Counter, Field "total_error_replies",
        "Errors that were answered.";
    "redis_unexpected_error_replies_total" = Counter, Field "unexpected_error_replies",
        "Errors that were answered to the primary or by the append-only file.";
    "redis_dump_payload_sanitizations_total" = Counter, Field "dump_payload_sanitizations",
        "Payloads of RESTORE that were checked in depth.";
    "redis_reads_processed_total" = Counter, Field "total_reads_processed", "Reads from sockets.";
    "redis_writes_processed_total" = Counter, Field "total_writes_processed", "Writes to sockets.";
    "redis_io_threaded_reads_processed_total" = Counter, Field "io_threaded_reads_processed",
        "Reads from sockets by I/O threads.";
    "redis_io_threaded_writes_processed_total" = Counter, Field "io_threaded_writes_processed",
        "Writes to sockets by I/O threads.";
    "redis_io_threads_active" = Gauge, Field "io_threads_active",
        "Whether I/O threads are at work.";
    "redis_pubsub_channels" = Gauge, Field "pubsub_channels", "Channels with subscribers.";
    "redis_pubsub_patterns" = Gauge, Field "pubsub_patterns", "Patterns with subscribers.";
    "redis_latest_fork_seconds" = Gauge, Micros "latest_fork_usec", "How long the last fork took.";
    "redis_migrate_cached_sockets" = Gauge, Field "migrate_cached_sockets",
        "Connections that MIGRATE keeps open.";
    "redis_slave_expires_tracked_keys" = Gauge, Field "slave_expires_tracked_keys",
        "Keys with a time to live that were written to a replica.";
    "redis_tracking_total_keys" = Gauge, Field "tracking_total_keys",
        "Keys that clients are told about.";
    "redis_tracking_total_items" = Gauge, Field "tracking_total_items",
        "Pairs of a key and a client that is told about it.";
    "redis_tracking_total_prefixes" = Gauge, Field "tracking_total_prefixes",
        "Prefixes of keys that clients are told about.";
    "redis_connected_slaves" = Gauge, Field "connected_slaves", "Connected replicas.";
    "redis_master_repl_offset" = Gauge, Field "master_repl_offset",
        "Bytes that were sent to replicas, since the history began.";
    "redis_second_repl_offset" = Gauge, Field "second_repl_offset",
        "Up to which byte the history before this one is accepted; -1 without one.";
    "redis_replication_backlog_bytes" = Gauge, Field "repl_backlog_size",
        "The size of the replication backlog.";
    "redis_repl_backlog_is_active" = Gauge, Field "repl_backlog_active",
        "Whether there is a replication backlog.";
    "redis_repl_backlog_first_byte_offset" = Gauge, Field "repl_backlog_first_byte_offset",
        "The first byte in the replication backlog.";
    "redis_repl_backlog_history_bytes" = Gauge, Field "repl_backlog_histlen",
        "Bytes in the replication backlog.";
    "redis_replica_resyncs_full" = Gauge, Field "sync_full",
        "Replicas that had to be filled from the start.";
    "redis_replica_partial_resync_accepted" = Gauge, Field "sync_partial_ok",
        "Replicas that could go on where they were.";
    "redis_replica_partial_resync_denied" = Gauge, Field "sync_partial_err",
        "Replicas that could not go on where they were.";
    "redis_slave_priority" = Gauge, Field "slave_priority",
        "The priority of a replica in a failover.";
    "redis_cluster_enabled" = Gauge, Field "cluster_enabled",
        "Whether the server is a node of a cluster.";
    "redis_config_maxclients" = Gauge, Setting "maxclients", "The setting `maxclients`.";
    "redis_config_maxmemory" = Gauge, Setting "maxmemory",
        "The setting `maxmemory`; 0 is no limit.";
    "redis_config_io_threads" = Gauge, Setting "io-threads", "The setting `io-threads`.";
    "redis_cluster_slots_assigned" = Gauge, Cluster "cluster_slots_assigned",
        "Slots that are assigned to a node.";
    "redis_cluster_slots_ok" = Gauge, Cluster "cluster_slots_ok", "Slots whose node is well.";
    "redis_cluster_slots_pfail" = Gauge, Cluster "cluster_slots_pfail",
        "Slots whose node may have failed.";
    "redis_cluster_slots_fail" = Gauge, Cluster "cluster_slots_fail",
        "Slots whose node has failed.";
    "redis_cluster_known_nodes" = Gauge, Cluster "cluster_known_nodes",
        "Nodes that this node knows.";
    "redis_cluster_size" = Gauge, Cluster "cluster_size", "Primaries that serve slots.";
    "redis_cluster_current_epoch" = Gauge, Cluster "cluster_current_epoch",
        "The epoch of the cluster.";
    "redis_cluster_my_epoch" = Gauge, Cluster "cluster_my_epoch", "The epoch of this node.";
    "redis_cluster_messages_sent_total" = Counter, Cluster "cluster_stats_messages_sent",
        "Messages that were sent over the cluster bus.";
    "redis_cluster_messages_received_total" = Counter, Cluster "cluster_stats_messages_received",
        "Messages that were received over the cluster bus.";
    "redis_sentinel_masters" = Gauge, Field "sentinel_masters",
        "Primaries that a sentinel watches.";
    "redis_sentinel_tilt" = Gauge, Field "sentinel_tilt",
        "Whether a sentinel only watches, because its clock has jumped.";
    "redis_sentinel_running_scripts" = Gauge, Field "sentinel_running_scripts",
        "Scripts that a sentinel runs.";
    "redis_sentinel_scripts_queue_length" = Gauge, Field "sentinel_scripts_queue_length",
        "Scripts that wait for a sentinel to run them.";
    "redis_sentinel_simulate_failure_flags" = Gauge, Field "sentinel_simulate_failure_flags",
        "Failures that a sentinel simulates.";
    compat:
    "redis_rdb_last_bgsave_duration_sec" = "rdb_last_bgsave_time_sec",
        "How long the last snapshot took; -1 if there was none.";
    "redis_rdb_current_bgsave_duration_sec" = "rdb_current_bgsave_time_sec",
        "For how long a snapshot is being saved; -1 if there is none.";
    "redis_aof_last_rewrite_duration_sec" = "aof_last_rewrite_time_sec",
        "How long the last rewriting took; -1 if there was none.";
    "redis_aof_current_rewrite_duration_sec" = "aof_current_rewrite_time_sec",
        "For how long the append-only file is being rewritten; -1 if it is not.";
    "redis_latest_fork_usec" = "latest_fork_usec", "How long the last fork took, in microseconds.";
    "redis_dump_payload_sanitizations" = "dump_payload_sanitizations",
        "Payloads of RESTORE that were checked in depth.";
    "redis_io_threaded_reads_processed" = "io_threaded_reads_processed",
        "Reads from sockets by I/O threads.";
    "redis_io_threaded_writes_processed" = "io_threaded_writes_processed",
        "Writes to sockets by I/O threads.";
    "redis_total_error_replies" = "total_error_replies", "Errors that were answered.";
    "redis_total_reads_processed" = "total_reads_processed", "Reads from sockets.";
    "redis_total_writes_processed" = "total_writes_processed", "Writes to sockets.";
    "redis_unexpected_error_replies" = "unexpected_error_replies",
        "Errors that were answered to the primary or by the append-only file.";
    "redis_migrate_cached_sockets_total" = "migrate_cached_sockets",
        "Connections that MIGRATE keeps open.";
}
