//! The servers of a round, and what befalls them.

use std::{collections::BTreeSet, sync::Mutex};

use cachectl_testkit::{Keyspace, Proxy, Replicated, Server, server::Moment};

use super::{
    model::{World, assert_is, world},
    scenario::{Mishap, Scenario},
};

/// The servers of a round, reached through one address.
pub(super) struct Site {
    mishap: Mishap,
    servers: Servers,
    /// Where the address may lead instead.
    other: Option<(Server, World)>,
    pub(super) proxy: Proxy,
    state: Mutex<State>,
}

enum Servers {
    Alone(Box<Server>),
    Replicated(Box<Replicated>),
}

#[derive(Default)]
struct State {
    /// What the server will come back with.
    kept: Option<Moment>,
    /// What it held when it was struck.
    latest: Option<Moment>,
    is_kept: bool,
    is_struck: bool,
    promoted: bool,
}

impl Site {
    pub(super) fn build(scenario: &Scenario, names: Vec<String>) -> Self {
        let servers = match scenario.mishap {
            Mishap::LaggingReplica => Servers::Replicated(Box::new(Replicated::start())),
            _ => Servers::Alone(Box::new(Server::start())),
        };
        let other = (scenario.mishap == Mishap::OtherData).then(|| {
            // Other values under the same names, and under some of the new ones.
            let other = Server::start();
            let new = (0..30).map(|number| format!("moved:{number}"));
            let names: BTreeSet<String> = names.iter().cloned().chain(new).collect();
            Keyspace::new(scenario.seed + 1).named(names).load(&other);
            let held = world(&other.snapshot());
            (other, held)
        });
        let primary = servers.primary();
        Keyspace::new(scenario.seed).named(names).with_ttl_share(0.3).load(primary);
        if let Servers::Replicated(replicated) = &servers {
            replicated.wait_until_in_sync();
        }
        let proxy = Proxy::start(primary);
        Self { mishap: scenario.mishap, servers, other, proxy, state: Mutex::default() }
    }

    /// Returns the server that has the right data now.
    pub(super) fn server(&self) -> &Server {
        match &self.servers {
            Servers::Replicated(servers) if self.state.lock().unwrap().promoted => {
                servers.replica()
            }
            servers => servers.primary(),
        }
    }

    pub(super) fn is_struck(&self) -> bool {
        self.state.lock().unwrap().is_struck
    }

    /// From here on the server, or the replica that will follow it, will have forgotten everything.
    pub(super) fn keep(&self) {
        let mut state = self.state.lock().unwrap();
        if state.is_kept {
            return;
        }
        state.is_kept = true;
        match self.mishap {
            Mishap::OlderSnapshot => state.kept = Some(self.servers.primary().moment()),
            Mishap::LaggingReplica => self.servers.primary().hold_replicas_back(),
            _ => {}
        }
    }

    /// Does what befalls the servers.
    pub(super) fn strike(&self) {
        self.keep();
        let mut state = self.state.lock().unwrap();
        if state.is_struck {
            return;
        }
        state.is_struck = true;
        let primary = self.servers.primary();
        match (self.mishap, &self.servers) {
            (Mishap::KilledClient, _) => {}
            (Mishap::CutConnection, _) => self.proxy.cut(),
            (Mishap::OlderSnapshot, _) => {
                state.latest = Some(primary.moment());
                primary.crash_back_to(state.kept.as_ref().unwrap());
            }
            (Mishap::NoData, _) => {
                state.latest = Some(primary.moment());
                primary.restart_empty();
            }
            (Mishap::OtherData, _) => {
                let (other, _) = self.other.as_ref().unwrap();
                self.lead_to(other);
            }
            (Mishap::LaggingReplica, Servers::Replicated(servers)) => {
                servers.promote_replica();
                self.lead_to(servers.replica());
                state.promoted = true;
            }
            (Mishap::LaggingReplica, Servers::Alone(_)) => unreachable!("it has a replica"),
        }
    }

    /// Panics unless the wrong data are as they were.
    pub(super) fn assert_untouched(&self) {
        let expected = World::new();
        let (server, expected) = match &self.other {
            Some((other, held)) => (other, held),
            None => (self.servers.primary(), &expected),
        };
        let found = world(&server.snapshot());
        assert_is("data of others", &found, expected, &BTreeSet::new());
    }

    /// Brings the right data back.
    pub(super) fn come_back(&self) {
        let mut state = self.state.lock().unwrap();
        match (&self.servers, &state.latest) {
            (Servers::Alone(server), Some(latest)) => server.crash_back_to(latest),
            (servers, _) => {
                self.lead_to(servers.primary());
                state.promoted = false;
            }
        }
    }

    fn lead_to(&self, server: &Server) {
        self.proxy.point_to(server);
        self.proxy.cut();
    }
}

impl Servers {
    fn primary(&self) -> &Server {
        match self {
            Self::Alone(server) => server,
            Self::Replicated(servers) => servers.primary(),
        }
    }
}
