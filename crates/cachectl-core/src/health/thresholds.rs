//! When a value is a warning, and when it is critical.

use std::collections::BTreeMap;

use super::{
    catalogue::{self as ids, Check},
    range::Range,
};

/// What the keys of a server are for, which decides what is normal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// Values that can be made again: evicting is normal, missing too often is not.
    #[default]
    Cache,
    /// Values that users lose when they are gone.
    Session,
    /// Work that has to be done: nothing may be evicted.
    Queue,
    /// A cache with the limits that were promised for it: hit ratio above 85 %, answers within
    /// 10 ms, memory below 80 %.
    Seed,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Cache, Self::Session, Self::Queue, Self::Seed];

    /// Returns its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cache => "cache",
            Self::Session => "session",
            Self::Queue => "queue",
            Self::Seed => "seed",
        }
    }
}

/// Two ranges: outside of the first is a warning, outside of the second is critical.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    /// What is no warning.
    pub warning: Option<Range>,
    /// What is not critical.
    pub critical: Option<Range>,
}

/// The limits of every check that has some.
#[derive(Clone, Debug, PartialEq)]
pub struct Thresholds {
    limits: BTreeMap<&'static str, Limits>,
}

const DAY: f64 = 86_400.0;

impl Thresholds {
    /// Returns those of a profile.
    ///
    /// Memory, clients and connections: what most published rules agree on (80 and 90 %, any
    /// refused connection). Fragmentation, swapping and buffers: the rules of `MEMORY DOCTOR`.
    /// Latency: where published rules for the 99th percentile begin to worry; to connect takes a
    /// name server and a handshake besides. The speed of a fork: `LATENCY DOCTOR`, which calls less
    /// than 25 GB a second poor and less than 10 terrible; time for each GiB is the reverse of that.
    /// Clients that block: the higher one of the examples of the common monitoring plugin. Stale
    /// keys: what the expiry cycle of servers before 6.0 put up with. Cluster and sentinels: the
    /// rules that come with the common exporters.
    #[must_use]
    pub fn of(profile: Profile) -> Self {
        let up_to = |warning, critical| Limits {
            warning: Some(Range::up_to(warning)),
            critical: Some(Range::up_to(critical)),
        };
        let at_least = |warning, critical| Limits {
            warning: Some(Range::at_least(warning)),
            critical: Some(Range::at_least(critical)),
        };
        let warn = |warning| Limits { warning: Some(warning), critical: None };
        let mut limits: BTreeMap<&'static str, Limits> = BTreeMap::from([
            (ids::REACH.id, up_to(100.0, 500.0)),
            (ids::LATENCY.id, up_to(10.0, 50.0)),
            (ids::ERRORS.id, up_to(1.0, 5.0)),
            (ids::MEMORY.id, up_to(80.0, 90.0)),
            (ids::HOST_MEMORY.id, up_to(60.0, 80.0)),
            (ids::FRAGMENTATION.id, warn(Range::up_to(1.4))),
            (ids::ALLOCATOR.id, warn(Range::up_to(1.1))),
            (ids::ALLOCATOR_RSS.id, warn(Range::up_to(1.1))),
            (ids::PEAK.id, warn(Range::up_to(1.5))),
            (ids::CLIENT_BUFFERS.id, warn(Range::up_to(200.0 * 1024.0))),
            (ids::REPLICA_BUFFERS.id, warn(Range::up_to(10.0 * 1024.0 * 1024.0))),
            (ids::EXPIRED.id, warn(Range::up_to(25.0))),
            (ids::EVICTABLE.id, warn(Range::at_least(50.0))),
            (ids::LOADING.id, warn(Range::at_least(100.0))),
            (ids::AOF_DELAYED.id, warn(Range::up_to(0.0))),
            (ids::FORK_SPEED.id, up_to(40.0, 100.0)),
            (ids::EVENTS.id, warn(Range::up_to(0.0))),
            (ids::SLOWLOG.id, warn(Range::up_to(0.0))),
            (ids::PFAIL.id, warn(Range::up_to(0.0))),
            (ids::CLUSTER_REPLICAS.id, warn(Range::at_least(1.0))),
            (ids::SENTINEL_REPLICAS.id, warn(Range::at_least(1.0))),
            (ids::SWAPPING.id, warn(Range::at_least(0.9))),
            (ids::REJECTED.id, Limits { warning: None, critical: Some(Range::up_to(0.0)) }),
            (ids::CLIENTS.id, up_to(80.0, 90.0)),
            (ids::LINK.id, Limits { warning: None, critical: Some(Range::up_to(0.0)) }),
            (ids::LAG.id, up_to(10.0, 60.0)),
            (ids::RDB_AGE.id, up_to(DAY, 2.0 * DAY)),
            (ids::FORK.id, up_to(500.0, 2_000.0)),
            (ids::SLOTS.id, Limits { warning: None, critical: Some(Range::up_to(0.0)) }),
            (ids::CERTIFICATE.id, at_least(21.0 * DAY, 7.0 * DAY)),
        ]);
        if profile != Profile::Queue {
            limits.insert(ids::BLOCKED.id, warn(Range::up_to(100.0)));
        }
        match profile {
            Profile::Cache => {
                limits.insert(ids::HIT_RATIO.id, at_least(80.0, 50.0));
            }
            Profile::Seed => {
                limits.insert(ids::HIT_RATIO.id, at_least(85.0, 80.0));
                limits.insert(ids::LATENCY.id, up_to(5.0, 10.0));
            }
            Profile::Session | Profile::Queue => {
                limits.insert(ids::EVICTIONS.id, up_to(0.0, 0.0));
            }
        }
        Self { limits }
    }

    /// Replaces the limits of a check; what is `None` stays as it is.
    pub fn set(&mut self, check: &'static Check, limits: Limits) {
        let entry = self.limits.entry(check.id).or_default();
        entry.warning = limits.warning.or(entry.warning);
        entry.critical = limits.critical.or(entry.critical);
    }

    /// Returns the limits of a check.
    #[must_use]
    pub fn get(&self, check: &Check) -> Limits {
        self.limits.get(check.id).copied().unwrap_or_default()
    }
}
