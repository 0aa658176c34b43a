//! A primary with a replica.

use std::thread;

use crate::Server;
use crate::server::Builder;
use crate::wait;

/// Two servers, the second of which follows the first.
#[derive(Debug)]
pub struct Replicated {
    primary: Server,
    replica: Server,
}

impl Replicated {
    /// Starts both and waits until they are linked.
    #[track_caller]
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&Server::builder())
    }

    /// Starts both as described and waits until they are linked.
    #[track_caller]
    #[must_use]
    pub fn start_with(builder: &Builder) -> Self {
        // Waiting for more replicas, or for the next ping, would only make tests slow.
        let quick = builder.clone().tcp().preset("repl-diskless-sync-delay", "0");
        let quick = quick.preset("repl-ping-replica-period", "1");
        let primary = quick.clone().start();
        let following = quick.config("replicaof", &format!("127.0.0.1 {}", primary.port()));
        let replicated = Self { primary, replica: following.start() };
        replicated.wait_until_linked();
        replicated
    }

    /// Returns the server that was started as the primary.
    #[must_use]
    pub const fn primary(&self) -> &Server {
        &self.primary
    }

    /// Returns the server that was started as the replica.
    #[must_use]
    pub const fn replica(&self) -> &Server {
        &self.replica
    }

    #[track_caller]
    fn wait_until_linked(&self) {
        wait::until("the replica is linked to its primary", || {
            self.replica.info("replication").get("master_link_status").is_some_and(|it| it == "up")
        });
    }

    /// Waits until the replica has everything that the primary has.
    #[track_caller]
    pub fn wait_until_in_sync(&self) {
        wait::until("the replica has caught up", || {
            let offset = |server: &Server| server.info("replication").remove("master_repl_offset");
            offset(&self.primary) == offset(&self.replica)
        });
    }

    /// Makes the replica a primary by hand, as an operator does whose primary is lost. What it does
    /// not have is lost as well.
    #[track_caller]
    pub fn promote_replica(&self) {
        self.replica.command(&["REPLICAOF", "NO", "ONE"]);
        wait::until("the replica is a primary", || {
            self.replica.info("replication").get("role").is_some_and(|it| it == "master")
        });
    }

    /// Makes the replica a primary, and the primary its replica, as a failover does.
    #[track_caller]
    pub fn swap_roles(&self) {
        self.replica.command(&["REPLICAOF", "NO", "ONE"]);
        self.primary.command(&["REPLICAOF", "127.0.0.1", &self.replica.port().to_string()]);
        wait::until("the old primary is a replica", || {
            self.primary.info("replication").get("master_link_status").is_some_and(|it| it == "up")
        });
    }
}

/// Starts servers at the same time.
#[track_caller]
pub(crate) fn start_all(builders: Vec<Builder>) -> Vec<Server> {
    thread::scope(|scope| {
        let started: Vec<_> =
            builders.into_iter().map(|it| scope.spawn(|| it.try_start())).collect();
        let joined = started.into_iter().map(thread::ScopedJoinHandle::join);
        let server = |outcome| match outcome {
            Ok(Ok(server)) => server,
            Ok(Err(error)) => panic!("{error}"),
            Err(panicked) => std::panic::resume_unwind(panicked),
        };
        joined.map(server).collect()
    })
}
