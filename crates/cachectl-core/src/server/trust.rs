//! Whether a password follows to an address that a server has named.
//!
//! Nodes of clusters and sentinels name other servers, and whoever they name gets our password and
//! our commands. One that has been taken over, or that was never ours, must not lead them anywhere:
//! not to another company, not to the machine that we run on, not to a service that is no server.

mod place;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use self::place::Neighbourhood;
pub(super) use self::place::Place;
use crate::values::{
    endpoint::Endpoint,
    trusted_peer::{TrustedPeer, normal},
};

/// Why a password does not follow to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Objection {
    /// Other services listen there.
    #[error("its port is none that Redis is known to use")]
    Port,
    /// Machines that are plugged into the same network, and what clouds tell their machines.
    #[error("its address is link-local")]
    LinkLocal,
    /// Another machine names the one that we run on.
    #[error("it is this machine, and another one names it")]
    Loopback,
    /// It is no address of a single machine.
    #[error("its address is that of no single machine")]
    NoMachine,
    /// A server of a private network names one of the internet.
    #[error("it is public, and who names it is private")]
    Public,
    /// A server of the internet names one of a private network.
    #[error("it is private, and who names it is public")]
    Private,
    /// Two servers of the internet that have nothing in common.
    #[error("it has no domain in common with who names it")]
    Stranger,
}

/// What proves that a server is the one that is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Proof {
    /// Nothing, or a certificate that everybody can have for a name of theirs.
    #[default]
    None,
    /// A certificate of an authority that the configuration names.
    Certificate,
}

/// Decides whether a password follows from one server to another that it names. The first line
/// that fits counts:
///
/// | the address that is named | follows |
/// |---|---|
/// | is a trusted peer | yes |
/// | has a port of other services | no |
/// | has to show a certificate of an authority that the configuration names | yes |
/// | is the host that names it, by its name or its address | yes |
/// | is link-local | no |
/// | is this machine, and named by another one | no |
/// | is no single machine | no |
/// | has the parent domain of who names it | yes |
/// | is private or this machine, and so is who names it | yes |
/// | anything else | no |
///
/// A name with several addresses is as good as the worst of them.
pub(super) fn objection(
    by: &Place<'_>,
    to: &Place<'_>,
    trusted: &[TrustedPeer],
    proof: Proof,
) -> Option<Objection> {
    let is_port = place::is_of_servers(to.port, by.port);
    let is_trusted = |peer: &TrustedPeer| {
        let port = peer.port().map_or(is_port, |port| port == to.port);
        port && peer.is_host(to.host, to.addresses)
    };
    if trusted.iter().any(is_trusted) {
        return None;
    }
    if !is_port {
        return Some(Objection::Port);
    }
    if proof == Proof::Certificate || normal(by.host) == normal(to.host) {
        return None;
    }
    if to.addresses.is_empty() {
        return Some(Objection::NoMachine);
    }
    let mut others = to.addresses.iter().filter(|address| !by.addresses.contains(address));
    others.find_map(|address| stranger(by, to, *address))
}

/// Returns what there is against one address of a host that is another one than who names it.
fn stranger(by: &Place<'_>, to: &Place<'_>, address: IpAddr) -> Option<Objection> {
    let from = by.neighbourhood();
    match (Neighbourhood::of(address), from) {
        (Neighbourhood::Link, _) => Some(Objection::LinkLocal),
        (Neighbourhood::Nowhere, _) => Some(Objection::NoMachine),
        (Neighbourhood::Here, Neighbourhood::Here) => None,
        (Neighbourhood::Here, _) => Some(Objection::Loopback),
        _ if place::are_siblings(by.host, to.host) => None,
        (Neighbourhood::Private, Neighbourhood::Here | Neighbourhood::Private) => None,
        (Neighbourhood::Private, _) => Some(Objection::Private),
        (Neighbourhood::Public, Neighbourhood::Public) => Some(Objection::Stranger),
        (Neighbourhood::Public, _) => Some(Objection::Public),
    }
}

/// Whom a password may follow to, and what is known of those who have named others.
///
/// Copies share what is known.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Servers that it may follow to in any case.
    pub peers: Vec<TrustedPeer>,
    known: Arc<Mutex<Known>>,
}

#[derive(Debug, Default)]
struct Known {
    /// Where the servers are that the configuration names.
    met: BTreeMap<Endpoint, Vec<IpAddr>>,
    /// Whom they have named the last time.
    named: BTreeMap<Endpoint, Vec<Endpoint>>,
    /// Whom too few of them have named.
    doubted: BTreeSet<Endpoint>,
}

/// A server that a password does not follow to, who names it, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{by}` names it; {objection}")]
pub struct Untrusted {
    /// Who names it.
    pub by: Endpoint,
    /// Why it is not trusted.
    pub objection: Objection,
}

impl Untrusted {
    /// Returns what would have to be trusted for the password to follow there; nothing where the
    /// address is none that could be written down.
    #[must_use]
    pub fn allowing(&self, endpoint: &Endpoint) -> Option<TrustedPeer> {
        let text = match (endpoint, self.objection) {
            (Endpoint::Tcp { .. }, Objection::Port) => endpoint.to_string(),
            (Endpoint::Tcp { host, .. }, _) => host.clone(),
            (Endpoint::Unix(_), _) => return None,
        };
        text.parse().ok()
    }
}

impl Trust {
    /// Trusts some servers besides.
    #[must_use]
    pub fn of(peers: Vec<TrustedPeer>) -> Self {
        Self { peers, ..Self::default() }
    }

    /// Takes note of where a server is that the configuration names.
    pub(super) fn meet(&self, endpoint: &Endpoint, addresses: &[IpAddr]) {
        self.known().met.insert(endpoint.clone(), addresses.to_vec());
    }

    /// Takes note of whom a server names.
    pub(crate) fn note(&self, by: &Endpoint, named: impl IntoIterator<Item = Endpoint>) {
        self.known().named.insert(by.clone(), named.into_iter().collect());
    }

    /// Takes note of whether enough of those who are asked name a server. To one that they do not
    /// name no password is given, whatever else speaks for it.
    pub(crate) fn doubt(&self, endpoint: &Endpoint, is_doubted: bool) {
        let doubted = &mut self.known().doubted;
        if is_doubted {
            doubted.insert(endpoint.clone());
        } else {
            doubted.remove(endpoint);
        }
    }

    pub(super) fn is_doubted(&self, endpoint: &Endpoint) -> bool {
        self.known().doubted.contains(endpoint)
    }

    /// Decides whether a password follows to a server that the configuration does not name.
    ///
    /// One of those who name it has to be one that it follows from. Where nobody is known to name
    /// it, it has to follow from each of those that the configuration names, as far as we have met
    /// them.
    pub(super) fn check(
        &self,
        configured: &[&Endpoint],
        to: &Place<'_>,
        proof: Proof,
    ) -> Result<(), Untrusted> {
        let known = self.known();
        let is_met =
            |by: &&&Endpoint| matches!(by, Endpoint::Unix(_)) || known.met.contains_key(**by);
        let names_it = |by: &&&Endpoint| {
            let named = known.named.get(**by);
            named.is_some_and(|named| named.iter().any(|it| to.is(it)))
        };
        let naming: Vec<_> = configured.iter().filter(names_it).copied().collect();
        let is_known = !naming.is_empty();
        let met: Vec<_> = configured.iter().filter(is_met).copied().collect();
        let by = match (is_known, met.is_empty()) {
            (true, _) => naming.as_slice(),
            (false, false) => met.as_slice(),
            (false, true) => configured,
        };
        let mut first = None;
        let mut follows = false;
        for endpoint in by {
            let addresses = known.met.get(*endpoint).map(Vec::as_slice).unwrap_or_default();
            match objection(&Place::of(endpoint, addresses), to, &self.peers, proof) {
                None => follows = true,
                Some(objection) => {
                    first.get_or_insert(Untrusted { by: (*endpoint).clone(), objection });
                }
            }
        }
        match first {
            Some(untrusted) if !(follows && is_known) => Err(untrusted),
            _ => Ok(()),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Nothing that is done under the lock can leave it half done.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
