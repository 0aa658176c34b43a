//! Addresses that a password may follow to, as people write them.

use std::{fmt, net::IpAddr, str::FromStr};

/// Servers that a password may follow to when somebody names them.
///
/// A host, a domain (`*.DOMAIN`), an address or a network (`10.0.0.0/8`). With a port it is for
/// that port, whatever it is; without one it is for those that such servers use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedPeer {
    whom: Whom,
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Whom {
    /// `*`.
    Anybody,
    /// `*.DOMAIN`.
    Below(String),
    /// A host by its name.
    Host(String),
    /// An address, and how many bits of it count.
    Network(IpAddr, u8),
}

/// Why something is no [`TrustedPeer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a host, `*.DOMAIN`, an address or a network is expected, such as `10.0.0.0/8` or `h:7000`"
)]
pub struct NoPeer;

impl TrustedPeer {
    /// Returns the port that it is for, if it is for one.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Returns whether a host is meant, by its name or by all of its addresses.
    #[must_use]
    pub fn is_host(&self, host: &str, addresses: &[IpAddr]) -> bool {
        let host = normal(host);
        match &self.whom {
            Whom::Anybody => true,
            Whom::Below(domain) => {
                host.strip_suffix(domain.as_str()).is_some_and(|it| it.ends_with('.'))
            }
            Whom::Host(name) => *name == host,
            Whom::Network(network, bits) => {
                let inside = |address: &IpAddr| prefix(*address, *bits) == prefix(*network, *bits);
                !addresses.is_empty() && addresses.iter().all(inside)
            }
        }
    }
}

/// Returns a host as it is compared.
pub(crate) fn normal(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

/// Returns the first bits of an address, with what tells the versions apart.
fn prefix(address: IpAddr, bits: u8) -> (bool, u128) {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let left = 32_u32.saturating_sub(bits.into());
            (false, u32::checked_shr(address.to_bits(), left).unwrap_or_default().into())
        }
        IpAddr::V6(address) => {
            let left = 128_u32.saturating_sub(bits.into());
            (true, u128::checked_shr(address.to_bits(), left).unwrap_or_default())
        }
    }
}

impl FromStr for TrustedPeer {
    type Err = NoPeer;

    fn from_str(text: &str) -> Result<Self, NoPeer> {
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
                (host, Some(port.parse().map_err(|_| NoPeer)?))
            }
            _ => (text, None),
        };
        let inside = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        Ok(Self { whom: Whom::parse(inside.unwrap_or(host))?, port })
    }
}

impl Whom {
    fn parse(text: &str) -> Result<Self, NoPeer> {
        if text == "*" {
            return Ok(Self::Anybody);
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::Network(address, if address.is_ipv4() { 32 } else { 128 }));
        }
        if let Some((address, bits)) = text.split_once('/') {
            let address: IpAddr = address.parse().map_err(|_| NoPeer)?;
            let bits: u8 = bits.parse().map_err(|_| NoPeer)?;
            let most = if address.is_ipv4() { 32 } else { 128 };
            return if bits <= most { Ok(Self::Network(address, bits)) } else { Err(NoPeer) };
        }
        let (is_domain, name) = match text.strip_prefix("*.") {
            Some(domain) => (true, domain),
            None => (false, text),
        };
        let is_of_names = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        if name.is_empty() || !name.chars().all(is_of_names) {
            return Err(NoPeer);
        }
        Ok(if is_domain { Self::Below(normal(name)) } else { Self::Host(normal(name)) })
    }
}

impl fmt::Display for TrustedPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let brackets = self.port.is_some();
        match &self.whom {
            Whom::Anybody => f.write_str("*")?,
            Whom::Below(domain) => write!(f, "*.{domain}")?,
            Whom::Host(name) => f.write_str(name)?,
            Whom::Network(address, 32) if address.is_ipv4() => write!(f, "{address}")?,
            Whom::Network(address, 128) if brackets => write!(f, "[{address}]")?,
            Whom::Network(address, 128) => write!(f, "{address}")?,
            Whom::Network(address, bits) if brackets && address.is_ipv6() => {
                write!(f, "[{address}/{bits}]")?;
            }
            Whom::Network(address, bits) => write!(f, "{address}/{bits}")?,
        }
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peers_are_meant_by_name_domain_address_or_network() {
        #[track_caller]
        fn case(peer: &str, host: &str, addresses: &[&str], expected: bool) {
            let peer: TrustedPeer = peer.parse().unwrap();
            let addresses: Vec<_> = addresses.iter().map(|it| it.parse().unwrap()).collect();
            assert_eq!(peer.is_host(host, &addresses), expected);
        }

        case("node", "NODE.", &["192.0.2.1"], true);
        case("node", "other", &["192.0.2.1"], false);
        case("*.cache.example", "a.b.cache.example", &[], true);
        case("*.cache.example", "cache.example", &[], false);
        case("*.cache.example", "evilcache.example", &[], false);
        case("192.0.2.1", "any", &["192.0.2.1"], true);
        case("192.0.2.0/24", "any", &["192.0.2.1", "::ffff:192.0.2.9"], true);
        case("192.0.2.0/24", "any", &["192.0.2.1", "192.0.3.1"], false);
        case("192.0.2.0/24", "any", &[], false);
        case("0.0.0.0/0", "any", &["192.0.2.1"], true);
        case("0.0.0.0/0", "any", &["2001:db8::1"], false);
        case("2001:db8::/32", "any", &["2001:db8:ffff::1"], true);
        case("[2001:db8::1]:7000", "any", &["2001:db8::1"], true);
        case("*", "any", &[], true);
    }

    #[test]
    fn what_is_written_is_shown_again_and_nonsense_is_refused() {
        for text in
            ["*", "*.x.y", "h:7000", "10.0.0.0/8", "192.0.2.1", "[2001:db8::1]:7000", "fd00::/8"]
        {
            assert_eq!(text.parse::<TrustedPeer>().unwrap().to_string(), text);
        }
        for text in ["", ":1", "a b", "10.0.0.0/33", "x/8", "a:port", "*x", "redis://h", "u:p@h"] {
            assert_eq!(text.parse::<TrustedPeer>(), Err(NoPeer), "{text}");
        }
    }
}
