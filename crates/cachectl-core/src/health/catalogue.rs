//! Everything that can be found, and what to do about it.

use serde::Serialize;

/// A question that is asked of a server, and what the answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its name in output, in thresholds and for `explain`; it never changes.
    pub id: &'static str,
    /// What is measured, and in which unit.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do when it is not good.
    pub fix: &'static str,
    /// The unit of the value.
    pub unit: Unit,
    /// What the user has to be allowed, in the words of an ACL rule.
    pub acl: &'static str,
}

/// The unit of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A state that is good or is not: there is no value.
    State,
    /// A count of things.
    Count,
    /// Things in a second.
    PerSecond,
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Bytes.
    Bytes,
    /// Hundredths.
    Percent,
    /// A ratio of two like things.
    Ratio,
}

impl Unit {
    /// Returns how the performance data of a monitoring plugin names it; nothing for a plain number.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::State | Self::Count | Self::PerSecond | Self::Ratio => "",
            Self::Seconds => "s",
            Self::Milliseconds => "ms",
            Self::Bytes => "B",
            Self::Percent => "%",
        }
    }
}

macro_rules! checks {
    ($($name:ident = $id:literal, $unit:ident, $acl:literal, $what:literal, $why:literal, $fix:literal;)*) => {
        $(
            #[doc = $what]
            pub const $name: &Check =
                &Check { id: $id, what: $what, why: $why, fix: $fix, unit: Unit::$unit, acl: $acl };
        )*
        /// All of them, in the order in which they are reported.
        pub const ALL: &[&Check] = &[$($name),*];
    };
}

checks! {
    REACH = "reach", Milliseconds, "+ping",
        "The server answers: the time from name look-up to its first answer.",
        "Nothing else can be known of a server that does not answer.",
        "Look at the stage that failed: the name, the address, TLS, the login, or the server itself.";
    LATENCY = "latency", Milliseconds, "+ping",
        "How long the server takes to answer PING: where more than one is sent, the 99th percentile.",
        "Every command waits behind those before it, so this is what every client waits at least.",
        "Look at SLOWLOG GET and LATENCY DOCTOR, at the CPU of the server, and at the network.";
    WRITE = "write", State, "+set +get +unlink ~cachectl:health:*",
        "Where writing is tried: a key can be written, read back and removed.",
        "A server can answer PING and refuse every write: out of memory, disk or replicas.",
        "The answer names the reason; look at memory, the disk, and `min-replicas-to-write`.";
    LOADING = "loading", Percent, "+info",
        "The server is not loading its data: the share that is loaded.",
        "A server that loads answers every command with LOADING; it needs time, not a restart.",
        "Wait. A start that takes too long wants a smaller data set or faster disks.";
    RESTARTED = "restarted", Seconds, "+info",
        "How long the server has been running, where it was looked at before or a limit is set.",
        "A restart that nobody ordered was a crash, and what was not saved is gone.",
        "Look at the end of its old log, and whether the system killed it for want of memory.";
    MEMORY = "memory", Percent, "+info",
        "Memory in use, as a share of `maxmemory`.",
        "At the limit the server evicts keys, or refuses writes, as its policy says.",
        "Raise `maxmemory`, shorten times to live, or spread the keys over more servers.";
    MEMORY_LIMIT = "memory_limit", Bytes, "+info",
        "The server has a memory limit: `maxmemory`.",
        "Without one it grows until the system kills it, and a cache never evicts.",
        "Set `maxmemory` to at most three quarters of the memory that the server has to itself.";
    HOST_MEMORY = "host_memory", Percent, "+info",
        "Memory in use, as a share of all memory of the host, where there is no limit.",
        "What is left is needed for copy-on-write while a snapshot is saved.",
        "Set `maxmemory`, or give the host more memory.";
    FRAGMENTATION = "fragmentation", Ratio, "+info",
        "Resident memory against memory in use, where the difference is above 10 MB.",
        "Above 1.4 the allocator holds far more memory than the keys need (the rule of MEMORY DOCTOR).",
        "Turn on `activedefrag`, or restart a replica and fail over to it.";
    ALLOCATOR = "allocator_fragmentation", Ratio, "+info",
        "Memory in pages that are in use against memory in use, where the difference is above 10 MB.",
        "Above 1.1 many pages hold a few values each and cannot be given back (the rule of MEMORY DOCTOR).",
        "Turn on `activedefrag`.";
    ALLOCATOR_RSS = "allocator_resident", Ratio, "+info",
        "Memory that the allocator keeps against pages in use, where the difference is above 10 MB.",
        "Above 1.1 it keeps pages that it has no use for (the rule of MEMORY DOCTOR).",
        "Send MEMORY PURGE, or turn on `jemalloc-bg-thread`.";
    PEAK = "memory_peak", Ratio, "+info",
        "The most memory ever in use against memory in use, where what was freed is still resident.",
        "Above 1.5 the process is far larger than its keys need it to be (the rule of MEMORY DOCTOR).",
        "Send MEMORY PURGE; what then stays is given back by a restart.";
    SWAPPING = "swapping", Ratio, "+info",
        "Resident memory is not below memory in use.",
        "What is in use and not resident was swapped out, and every access to it waits for a disk.",
        "Give the host more memory, or turn swap off.";
    EVICTIONS = "evictions", PerSecond, "+info",
        "Keys evicted a second, over the window.",
        "Where keys are not meant to be evicted, each of them is lost data.",
        "Raise `maxmemory` or shorten times to live; for a cache that is meant to evict, allow more.";
    EXPIRED = "expired_stale", Percent, "+info",
        "Keys that have expired and are still there, as a share of those with a time to live.",
        "Their memory is in use, and the server is behind with freeing it.",
        "Spread times to live, so that fewer keys expire at once, or raise `active-expire-effort`.";
    REJECTED = "rejected_connections", PerSecond, "+info",
        "Connections refused a second because of `maxclients`, over the window.",
        "Each is a client that got an error at once.",
        "Raise `maxclients`, or find the clients that do not give connections back.";
    CLIENTS = "clients", Percent, "+info",
        "Connected clients, as a share of `maxclients`.",
        "At the limit new clients are refused, and this check is one of them.",
        "Raise `maxclients`, or make pools smaller.";
    BLOCKED = "blocked_clients", Count, "+info",
        "Clients that wait in a blocking command.",
        "Normal for queues; many more than workers means that nobody pushes.",
        "Look at what they wait for with CLIENT LIST.";
    CLIENT_BUFFERS = "client_buffers", Bytes, "+info",
        "Memory for the buffers of a client, on average over all but replicas.",
        "Clients that read slower than they ask fill the memory of the server (the rule of MEMORY DOCTOR).",
        "Look for large `omem` and `qbuf` in CLIENT LIST; limit them with `client-output-buffer-limit`.";
    REPLICA_BUFFERS = "replica_buffers", Bytes, "+info",
        "Memory for what a replica has not read yet, on average.",
        "A replica that cannot keep up fills the memory of its primary (the rule of MEMORY DOCTOR).",
        "Look at the network and the load of the replica.";
    LINK = "replication_link", Seconds, "+info",
        "The replica is connected to its primary: for how long it is not.",
        "A replica without its primary serves old data and cannot take over without loss.",
        "Look at the logs of both: the network, `masterauth`, or a backlog that is too small.";
    LAG = "replication_lag", Seconds, "+info",
        "Seconds since the slowest replica last confirmed what it has.",
        "What it has not confirmed is lost if it takes over.",
        "Look at its network and disk, and at big values that are written.";
    LAG_BYTES = "replication_bytes", Bytes, "+info",
        "Bytes that the slowest replica has not confirmed: critical beyond the replication backlog.",
        "What is no longer in the backlog means a full synchronisation after the next short break.",
        "Raise `repl-backlog-size`, or find out what is written so fast.";
    REPLICAS = "replicas", Count, "+info",
        "Replicas that are online.",
        "With none there is nothing to fail over to.",
        "Start the replicas that are missing.";
    GOOD_REPLICAS = "good_replicas", State, "+info +config|get",
        "Enough replicas keep up for the server to take writes: `min-replicas-to-write`.",
        "With fewer it refuses every write with NOREPLICAS, and answers PING all the same.",
        "Bring back the replicas that lag or are missing, or ask for fewer.";
    RDB = "rdb", State, "+info",
        "The last snapshot was saved.",
        "While saving fails, the server refuses writes if `stop-writes-on-bgsave-error` is on.",
        "Look at its log: the directory, its rights, and space on the disk.";
    RDB_AGE = "rdb_age", Seconds, "+info +config|get",
        "The age of the last snapshot, where snapshots are saved and something changed since.",
        "That much is lost when the server dies.",
        "Look at `save` and whether snapshots fail.";
    AOF = "aof", State, "+info",
        "The append-only file is written.",
        "What is not written is lost when the server dies, and the server may refuse writes.",
        "Look at the log: space on the disk first.";
    AOF_DELAYED = "aof_delayed", PerSecond, "+info",
        "Writes to the append-only file a second that waited for the disk, over the window.",
        "Everybody waits with them, for as long as the disk takes.",
        "Give the server a disk of its own, or turn `no-appendfsync-on-rewrite` on.";
    DURABILITY = "durability", State, "+info +config|get",
        "Data that must not be lost is written to disk, by snapshots or the append-only file.",
        "Otherwise a restart loses everything, and replicas of the empty server lose it as well.",
        "Turn `appendonly` on, or set `save`.";
    FORK = "fork", Milliseconds, "+info",
        "How long the last fork took, during which nobody was served.",
        "It grows with the data set; on some virtual machines it takes seconds.",
        "Save on replicas, or turn transparent huge pages off.";
    FORK_SPEED = "fork_per_gib", Milliseconds, "+info",
        "How long the last fork took for each GiB in use, where there is at least one.",
        "Above 40 ms the machine is slow at it (LATENCY DOCTOR calls it poor, above 100 ms terrible).",
        "Use huge pages only where the server asks for them, and virtual machines with hardware support.";
    EVENTS = "latency_events", Milliseconds, "+info +config|get +latency|latest",
        "The worst delay of the last five minutes, where `latency-monitor-threshold` has it recorded.",
        "While it lasts nobody is served.",
        "Ask LATENCY DOCTOR about the event that the finding names.";
    SLOWLOG = "slowlog", PerSecond, "+info +slowlog|len +slowlog|get",
        "Commands a second that were slower than `slowlog-log-slower-than`, over the window.",
        "While one of them runs everybody else waits.",
        "Look at them with SLOWLOG GET.";
    HIT_RATIO = "hit_ratio", Percent, "+info",
        "Reads that found their key, over the window.",
        "A cache that misses sends its load to the database behind it.",
        "Look at evictions, times to live, and what is asked for that was never written.";
    CLUSTER = "cluster_state", State, "+info +cluster|info",
        "The cluster serves.",
        "A cluster that is down refuses everything, or the slots that are not served.",
        "Look at CLUSTER NODES: which nodes have failed, and which have no replica.";
    SLOTS = "cluster_slots", Count, "+info +cluster|nodes",
        "Slots that nobody serves.",
        "Keys in them can neither be read nor written.",
        "Assign them, or bring back the primary that had them.";
    PFAIL = "cluster_pfail", Count, "+info +cluster|info",
        "Slots of nodes that this node cannot reach.",
        "If most primaries agree, these nodes have failed, and their slots with them.",
        "Look at CLUSTER NODES for `fail?`, and at the network between the two.";
    CLUSTER_REPLICAS = "cluster_replicas", Count, "+info +cluster|nodes",
        "Replicas of a primary of a cluster that have not failed.",
        "With none its slots are lost when it dies.",
        "Add a replica, or bring back the one that has failed.";
    QUORUM = "sentinel_quorum", State, "+sentinel|ckquorum",
        "Enough sentinels can be reached to agree on a failover.",
        "Without them nobody takes over when the primary dies.",
        "Start the sentinels that are missing.";
    AGREEMENT = "sentinel_agreement", State, "+sentinel|get-master-addr-by-name",
        "All sentinels name the same primary.",
        "Where they do not, clients write to different servers.",
        "Find the sentinel that is cut off, and reset it.";
    SENTINEL_DOWN = "sentinel_primary", State, "+sentinel|master",
        "A sentinel reaches the primary that it watches.",
        "If enough sentinels do not, the primary is down, and a replica has to take over.",
        "Look at the primary, and at the network between the two.";
    SENTINEL_OTHERS = "sentinel_others", Count, "+sentinel|master",
        "Other sentinels that a sentinel knows: a warning if these are fewer than were asked.",
        "Sentinels that do not know each other cannot agree on a failover.",
        "Let all sentinels watch the same primary, and reach each other at the address they announce.";
    SENTINEL_REPLICAS = "sentinel_replicas", Count, "+sentinel|master",
        "Replicas that a sentinel knows.",
        "With none there is nothing to fail over to.",
        "Start a replica; sentinels learn of it from the primary.";
    SENTINEL_ROLE = "sentinel_role", State, "+info",
        "The server that the sentinels call the primary says so itself.",
        "Otherwise clients write to a replica, which refuses it, until the sentinels notice.",
        "Look at the log of the sentinels and at who sent REPLICAOF.";
    EVICTABLE = "evictable", Percent, "+info",
        "Keys with a time to live, as a share of all, where the policy evicts no others.",
        "A server that is full of keys that it may not evict refuses writes.",
        "Give keys a time to live, or use a policy that begins with `allkeys`.";
    POLICY = "policy", State, "+info +config|get",
        "The eviction policy fits what is stored.",
        "A cache that does not evict refuses writes when it is full; a queue that evicts loses jobs.",
        "Set `maxmemory-policy`: `allkeys-lru` or `allkeys-lfu` for a cache, `noeviction` for a queue.";
    DEFAULT_USER = "default_user", State, "+info +acl|getuser",
        "The default user needs a password, or may do nothing.",
        "Otherwise everybody who reaches the port may do everything.",
        "Set `requirepass`, or switch the default user off.";
    PROTECTED = "protected_mode", State, "+info +config|get +acl|getuser",
        "A server without a password listens on loopback only.",
        "With protected mode off it answers to the whole network.",
        "Turn `protected-mode` on, set a password, or `bind` to the addresses that need it.";
    HUGE_PAGES = "huge_pages", State, "+info",
        "On the same machine: transparent huge pages are off for the server.",
        "After a fork each write copies 2 MiB instead of 4 KiB, which takes time and memory.",
        "Set `disable-thp yes`, or write `madvise` to /sys/kernel/mm/transparent_hugepage/enabled.";
    OVERCOMMIT = "overcommit", State, "+info",
        "On the same machine: the system lets the server fork.",
        "Where it counts the memory of the child in full, a large server can neither save nor synchronise.",
        "Set `vm.overcommit_memory = 1` with sysctl.";
    BACKLOG = "backlog", State, "+info +config|get",
        "On the same machine: the system allows as many connections that wait as `tcp-backlog` asks for.",
        "With fewer, connections are lost when many clients connect at once.",
        "Raise `net.core.somaxconn` with sysctl, or lower `tcp-backlog`.";
    CERTIFICATE = "certificate", Seconds, "",
        "How long the certificate of the server is still valid.",
        "After that no client that checks certificates connects any more.",
        "Renew it; a server reads a new one with CONFIG SET tls-cert-file.";
    UNCHECKED = "certificate_check", State, "",
        "The certificate of the server is checked, where it is encrypted.",
        "Where certificates are not checked, anybody in between can pose as the server, and learns the password.",
        "Name the authority of its certificate (`tls.ca`), and leave out what switches checking off.";
    BREAKER = "breaker", State, "",
        "Where the metrics of an application are read: the circuit breaker of the application is closed.",
        "While it is open the application does without the cache, and loads what is behind it.",
        "Look at what the application gets from the server; the breaker closes by itself.";
    ERRORS = "application_errors", Percent, "",
        "Where the metrics of an application are read: requests to the cache that failed, over the window.",
        "Each is a value that was fetched from elsewhere, or not at all.",
        "Look at the errors that the application logs.";
}

/// Those that compare with an earlier look, for which a server has to be looked at twice.
pub const OVER_TIME: &[&Check] =
    &[RESTARTED, EVICTIONS, REJECTED, AOF_DELAYED, SLOWLOG, HIT_RATIO, ERRORS];

/// Returns the check with this name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Check> {
    ALL.iter().find(|check| check.id == id).copied()
}
