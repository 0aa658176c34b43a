//! Where a server is: its name, its addresses, and what they have in common with others.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::values::{endpoint::Endpoint, trusted_peer::normal};

/// Ports that such servers use: those of their documentation, and those that clouds, operators and
/// scripts hand out.
const OF_SERVERS: [(u16, u16); 3] = [(6_370, 6_399), (7_000, 7_999), (10_000, u16::MAX)];
/// Ports among them that others are known by: kubelet, memcached, the web side of `RabbitMQ`,
/// `MongoDB`.
const OF_OTHERS: [u16; 7] = [10_250, 10_255, 11_211, 15_672, 27_017, 27_018, 27_019];
/// So near to the port of who names it, it is of the same kind.
const NEAR: u16 = 100;
/// Below this, a port is of a service that the system knows.
const UNPRIVILEGED: u16 = 1_024;

/// Domains in which strangers are neighbours, because a cloud gives everybody a name there; and how
/// many labels in front of them are still its own, such as `eu-west-1.compute`.
const SHARED: [(&str, usize); 10] = [
    ("aivencloud.com", 1),
    ("amazonaws.com", 2),
    ("azure.com", 2),
    ("azure.net", 3),
    ("bc.googleusercontent.com", 0),
    ("ondigitalocean.com", 2),
    ("redis-cloud.com", 5),
    ("redislabs.com", 5),
    ("upstash.io", 1),
    ("windows.net", 2),
];

/// A server: how it is written, and where it leads.
#[derive(Clone, Copy, Debug)]
pub(in crate::server) struct Place<'a> {
    pub(in crate::server) host: &'a str,
    pub(in crate::server) port: u16,
    pub(in crate::server) addresses: &'a [IpAddr],
}

/// Who can be reached by an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Neighbourhood {
    /// This machine.
    Here,
    /// Those of one network segment.
    Link,
    /// Those of a private network.
    Private,
    /// Everybody.
    Public,
    /// No single machine.
    Nowhere,
}

impl<'a> Place<'a> {
    /// Returns where an endpoint is. A socket is a place on this machine.
    pub(in crate::server) fn of(endpoint: &'a Endpoint, addresses: &'a [IpAddr]) -> Self {
        const HERE: &[IpAddr] = &[IpAddr::V4(Ipv4Addr::LOCALHOST)];
        match endpoint {
            Endpoint::Tcp { host, port } => Self { host, port: *port, addresses },
            Endpoint::Unix(_) => Self { host: "", port: 0, addresses: HERE },
        }
    }

    /// Returns whether it is the place of an endpoint.
    pub(super) fn is(&self, endpoint: &Endpoint) -> bool {
        matches!(endpoint, Endpoint::Tcp { host, port } if host == self.host && *port == self.port)
    }

    /// Returns who can reach it; everybody, if that is so of one of its addresses or nothing is
    /// known.
    pub(super) fn neighbourhood(&self) -> Neighbourhood {
        let mut all = self.addresses.iter().map(|address| Neighbourhood::of(*address));
        let Some(first) = all.next() else { return Neighbourhood::Public };
        all.fold(first, |one, other| match (one, other) {
            (one, other) if one == other => one,
            (Neighbourhood::Here | Neighbourhood::Private, Neighbourhood::Private)
            | (Neighbourhood::Private, Neighbourhood::Here) => Neighbourhood::Private,
            _ => Neighbourhood::Public,
        })
    }
}

impl Neighbourhood {
    pub(super) fn of(address: IpAddr) -> Self {
        match embedded(address) {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => Self::of_v6(address),
        }
    }

    fn of_v4(address: Ipv4Addr) -> Self {
        match address.octets() {
            [127, ..] => Self::Here,
            // The second one is where a cloud tells its machines their passwords.
            [169, 254, ..] | [100, 100, 100, 200] => Self::Link,
            // The third one is that of providers, and of networks laid over others.
            [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => Self::Private,
            [0 | 224..=239 | 255, ..] => Self::Nowhere,
            _ => Self::Public,
        }
    }

    fn of_v6(address: Ipv6Addr) -> Self {
        match address.segments() {
            [0, 0, 0, 0, 0, 0, 0, 1] => Self::Here,
            [0, 0, 0, 0, 0, 0, 0, 0] | [0xff00..=0xffff, ..] => Self::Nowhere,
            // The second one is where a cloud tells its machines their passwords.
            [0xfe80..=0xfebf, ..] | [0xfd00, 0x0ec2, ..] => Self::Link,
            [0xfc00..=0xfdff, ..] => Self::Private,
            _ => Self::Public,
        }
    }
}

/// Returns the address of the fourth version that one of the sixth stands for, if it does.
fn embedded(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => match address.segments() {
            // What a network without the fourth version translates.
            [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
                IpAddr::V4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
            }
            _ => address.into(),
        },
        address @ IpAddr::V4(_) => address,
    }
}

/// Returns whether servers use a port, as far as one can tell who knows that of another.
pub(super) fn is_of_servers(port: u16, known: u16) -> bool {
    let is_near = port >= UNPRIVILEGED && port.abs_diff(known) <= NEAR;
    let is_usual = OF_SERVERS.iter().any(|(first, last)| (*first..=*last).contains(&port));
    port == known || (is_near || is_usual) && !OF_OTHERS.contains(&port)
}

/// Returns whether two names are of one domain that belongs to somebody.
pub(super) fn are_siblings(one: &str, other: &str) -> bool {
    let (one, other) = (normal(one), normal(other));
    let is_address = |host: &str| host.parse::<IpAddr>().is_ok();
    let parents = one.split_once('.').zip(other.split_once('.'));
    let Some(((_, one_parent), (_, other_parent))) = parents else { return false };
    one_parent == other_parent && !is_address(&one) && !is_address(&other) && is_owned(one_parent)
}

/// Returns whether a domain belongs to somebody, rather than to a country or a cloud.
fn is_owned(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let is_country =
        |labels: &[&str]| matches!(labels, [second, top] if top.len() == 2 && second.len() <= 3);
    let is_shared = SHARED.iter().any(|(shared, depth)| {
        let below = domain.strip_suffix(shared).filter(|it| it.is_empty() || it.ends_with('.'));
        below.is_some_and(|below| below.matches('.').count() <= *depth)
    });
    labels.len() >= 2 && !is_country(&labels) && !is_shared
}
