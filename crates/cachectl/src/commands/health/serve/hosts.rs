//! By which names it is asked.
//!
//! A page of a stranger can make a browser ask any address for it, by a name of the stranger's that
//! leads there. The header `Host` has that name, and so names that nobody has told us are refused.
//! An address that is written as a number is nobody's name.

use std::{fmt, net::IpAddr, str::FromStr};

use hyper::{Request, header};

/// What a name that leads to the machine itself ends with.
const LOCAL: &str = "localhost";

/// A name that is asked for, or all names below a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// `*`.
    Any,
    /// `*.DOMAIN`.
    Below(String),
    /// This one.
    One(String),
}

/// The names that it is asked by.
#[derive(Clone, Debug, Default)]
pub(super) struct Hosts(Vec<Name>);

impl Hosts {
    /// Takes the name that it listens on, if that is one, and others.
    pub(super) fn of(bound: Option<&str>, others: &[Name]) -> Self {
        let bound = bound.map(|bound| Name::One(normal(bound)));
        Self(bound.into_iter().chain(others.iter().cloned()).collect())
    }

    /// Returns whether a request is for one of them. Browsers always say whom they ask.
    pub(super) fn admit<B>(&self, request: &Request<B>) -> bool {
        let named = request.uri().host().into_iter().map(Some);
        let headers = request.headers().get_all(header::HOST).iter();
        let headers = headers.map(|value| value.to_str().ok().and_then(without_port));
        named.chain(headers).all(|name| name.is_some_and(|name| self.has(name)))
    }

    fn has(&self, host: &str) -> bool {
        let host = normal(host);
        let is_address = host.parse::<IpAddr>().is_ok();
        let is_local =
            host == LOCAL || host.strip_suffix(LOCAL).is_some_and(|it| it.ends_with('.'));
        is_address || is_local || self.0.iter().any(|name| name.is(&host))
    }
}

impl Name {
    fn is(&self, host: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Below(domain) => {
                host.strip_suffix(domain.as_str()).is_some_and(|it| it.ends_with('.'))
            }
            Self::One(name) => name == host,
        }
    }
}

impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "*" {
            return Ok(Self::Any);
        }
        let (below, name) = match text.strip_prefix("*.") {
            Some(domain) => (true, domain),
            None => (false, text),
        };
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        if name.is_empty() || !name.chars().all(is_name) {
            return Err("a host name, without a port, `*.DOMAIN` or `*` is expected".to_owned());
        }
        Ok(if below { Self::Below(normal(name)) } else { Self::One(normal(name)) })
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Below(domain) => write!(f, "*.{domain}"),
            Self::One(name) => f.write_str(name),
        }
    }
}

/// Returns a name as it is compared.
fn normal(host: &str) -> String {
    let inside = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    inside.unwrap_or(host).trim_end_matches('.').to_ascii_lowercase()
}

fn without_port(host: &str) -> Option<&str> {
    match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') || name.ends_with(']') => {
            port.bytes().all(|byte| byte.is_ascii_digit()).then_some(name)
        }
        _ => Some(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_nobody_has_told_us_are_refused() {
        #[track_caller]
        fn case(host: &str, expected: bool) {
            let others: Vec<Name> =
                ["cache-1.internal", "*.monitoring"].map(|it| it.parse().unwrap()).to_vec();
            let hosts = Hosts::of(Some("Bound"), &others);
            let request = Request::get("/").header(header::HOST, host).body(()).unwrap();
            assert_eq!(hosts.admit(&request), expected, "{host}");
        }

        for host in ["localhost", "LOCALHOST:9121", "a.localhost", "127.0.0.1:9121", "10.1.2.3"] {
            case(host, true);
        }
        for host in ["[::1]:9121", "[fd00::1]", "bound:1", "cache-1.internal.", "a.b.monitoring"] {
            case(host, true);
        }
        for host in
            ["", ":9121", "evil", "monitoring", "xmonitoring", "notlocalhost", "localhost.x"]
        {
            case(host, false);
        }
        for host in ["cache-2.internal", "1.2.3.4.evil:80", "bound:x", "a b"] {
            case(host, false);
        }
    }

    #[test]
    fn whom_the_first_line_names_counts_as_well() {
        let hosts = Hosts::of(None, &[]);
        let asked = |uri: &str| hosts.admit(&Request::get(uri).body(()).unwrap());
        assert!(asked("/metrics") && asked("http://127.0.0.1/metrics"));
        assert!(!asked("http://evil/metrics"));
        let any = Hosts::of(None, &["*".parse().unwrap()]);
        assert!(any.admit(&Request::get("http://evil/metrics").body(()).unwrap()));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["", "a:1", "*.", "a/b", "*a b", "http://a"] {
            assert!(text.parse::<Name>().is_err(), "{text}");
        }
        for text in ["*", "*.internal", "a.b"] {
            assert_eq!(text.parse::<Name>().unwrap().to_string(), text);
        }
    }
}
