//! A primary and its replica under the eyes of three sentinels.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::replicated::{Replicated, start_all};
use crate::resp;
use crate::server::Builder;
use crate::{Server, wait};

/// The name under which the sentinels know the primary.
pub const NAME: &str = "mymaster";

/// Three sentinels, a primary and a replica.
#[derive(Debug)]
pub struct Sentinels {
    sentinels: Vec<Server>,
    servers: Replicated,
}

impl Sentinels {
    /// Starts all and waits until every sentinel knows the others and the replica.
    #[track_caller]
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&Server::builder())
    }

    /// Starts the primary and the replica as described, under three sentinels of the same release.
    #[track_caller]
    #[must_use]
    pub fn start_with(builder: &Builder) -> Self {
        let servers = Replicated::start_with(builder);
        let port = servers.primary().port();
        let sentinel = builder
            .same_binary()
            .sentinel()
            .line(&format!("sentinel monitor {NAME} 127.0.0.1 {port} 2"))
            .line(&format!("sentinel down-after-milliseconds {NAME} 1000"))
            .line(&format!("sentinel failover-timeout {NAME} 5000"));
        let sentinels = start_all(vec![sentinel; 3]);
        for sentinel in &sentinels {
            hurry(sentinel);
        }
        let started = Self { sentinels, servers };
        wait::until("the sentinels know each other and the replica", || {
            started.sentinels.iter().all(|sentinel| {
                let known = described(sentinel);
                let is = |field: &str, expected| known.get(field).is_some_and(|it| it == expected);
                is("num-other-sentinels", "2") && is("num-slaves", "1") && is("flags", "master")
            })
        });
        started
    }

    /// Returns the sentinels.
    #[must_use]
    pub fn sentinels(&self) -> &[Server] {
        &self.sentinels
    }

    /// Returns the addresses of the sentinels, as `host:port`.
    #[must_use]
    pub fn addresses(&self) -> Vec<String> {
        self.sentinels.iter().map(|sentinel| format!("127.0.0.1:{}", sentinel.port())).collect()
    }

    /// Returns the primary and the replica, in the roles in which they were started.
    #[must_use]
    pub const fn servers(&self) -> &Replicated {
        &self.servers
    }

    /// Returns the server that most sentinels call the primary now.
    #[track_caller]
    #[must_use]
    pub fn primary(&self) -> &Server {
        let replica = self.servers.replica();
        let votes = self.sentinels.iter().filter(|it| named_port(it) == Some(replica.port()));
        if votes.count() >= 2 { replica } else { self.servers.primary() }
    }

    /// Has the sentinels make the replica the primary, and waits until they have.
    #[track_caller]
    pub fn fail_over(&self) {
        // A sentinel that gives a failover up, because what it knows of the replica is a moment
        // too old, does not try again by itself. One that is at it refuses a second order.
        let ordered = |sentinel: &Server| {
            drop(sentinel.try_command(&["SENTINEL", "FAILOVER", NAME]));
            wait::poll(Duration::from_secs(10), || self.agree_on_replica().then_some(())).is_some()
        };
        let done = self.sentinels.iter().cycle().take(6).any(ordered);
        assert!(done, "the sentinels made no new primary");
    }

    /// Waits until every sentinel that runs names the replica of the beginning as the primary.
    #[track_caller]
    pub fn wait_for_new_primary(&self) {
        let agreed = || self.agree_on_replica().then_some(());
        let done = wait::poll(Duration::from_secs(60), agreed);
        assert!(done.is_some(), "the sentinels elected no new primary");
    }

    /// Returns whether every sentinel names the replica of the beginning, and it is a primary.
    fn agree_on_replica(&self) -> bool {
        let replica = self.servers.replica();
        let all = self.sentinels.iter().all(|it| named_port(it) == Some(replica.port()));
        all && replica.info("replication").get("role").is_some_and(|role| role == "master")
    }
}

/// Makes a sentinel look and tell several times a second; sentinels before 7.0 take their time.
fn hurry(sentinel: &Server) {
    let periods = ["INFO-PERIOD", "PING-PERIOD", "ASK-PERIOD", "PUBLISH-PERIOD"];
    let mut command = vec!["SENTINEL", "DEBUG"];
    command.extend(periods.iter().flat_map(|period| [*period, "200"]));
    sentinel.command(&command);
}

fn described(sentinel: &Server) -> BTreeMap<String, String> {
    let answer = sentinel.command(&["SENTINEL", "MASTER", NAME]);
    let mut texts = resp::elements(answer).into_iter().filter_map(resp::text);
    let pairs = std::iter::from_fn(|| Some((texts.next()?, texts.next()?)));
    pairs.collect()
}

/// Returns the port that a sentinel gives for the primary.
fn named_port(sentinel: &Server) -> Option<u16> {
    let answer = sentinel.try_command(&["SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME]).ok()?;
    resp::integer(resp::elements(answer).get(1)?).and_then(|port| u16::try_from(port).ok())
}
