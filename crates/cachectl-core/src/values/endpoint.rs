//! Addresses of servers, and the URLs that people write them as.

use std::{fmt, net::Ipv6Addr, path::PathBuf};

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use serde::{Serialize, Serializer};
use url::Url;

/// The port that a server listens on unless it is told another.
pub const DEFAULT_PORT: u16 = 6379;
/// The port that a sentinel listens on unless it is told another.
pub const DEFAULT_SENTINEL_PORT: u16 = 26_379;

/// Words that people write, and that mean nothing here. Nothing else that was not understood is
/// shown: it may be a part of a password.
const FOREIGN: &[&str] = &[
    "cluster",
    "file",
    "http",
    "https",
    "memcached",
    "protocol",
    "redis-cluster",
    "redis-sentinel",
    "redis-socket",
    "sentinel",
    "socket",
    "ssl",
    "ssl_ca_certs",
    "ssl_cert_reqs",
    "ssl_certfile",
    "ssl_check_hostname",
    "ssl_keyfile",
    "tcp",
    "timeout",
    "tls",
];
/// What no host and no port has, and a URL may: a text with it may hold a password.
const OF_URLS: &str = "@/?#,";

/// The address of one server. It holds no secret.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Endpoint {
    /// A TCP address.
    Tcp {
        /// A name or an address, without brackets.
        host: String,
        /// The port.
        port: u16,
    },
    /// A unix socket.
    Unix(PathBuf),
}

impl Endpoint {
    /// Reads `HOST`, `HOST:PORT` or `[V6]:PORT`.
    ///
    /// # Errors
    ///
    /// Fails if the host is empty, or holds what belongs to a URL, or the port is no port.
    pub fn parse(text: &str, default_port: u16) -> Result<Self, EndpointError> {
        if text.contains(|letter: char| OF_URLS.contains(letter) || letter.is_whitespace()) {
            return Err(EndpointError::NoScheme);
        }
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
                (host, port.parse().map_err(|_| EndpointError::Port)?)
            }
            _ => (text, default_port),
        };
        Self::tcp(host, port)
    }

    /// Takes what a server names as the host and the port of another one; `None` if that can be no
    /// host. It is held to the same rules as what an operator writes.
    #[must_use]
    pub fn announced(host: &str, port: u16) -> Option<Self> {
        Self::tcp(host, port).ok()
    }

    /// Takes a host, which may stand in brackets, if it can be one.
    fn tcp(host: &str, port: u16) -> Result<Self, EndpointError> {
        let inside = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let host = inside.unwrap_or(host);
        if host.is_empty() {
            return Err(EndpointError::NoHost);
        }
        let is_host = match inside {
            Some(address) => is_v6(address),
            None => is_v6(host) || is_name(host),
        };
        if !is_host {
            return Err(EndpointError::Host);
        }
        Ok(Self::Tcp { host: host.to_owned(), port })
    }
}

/// Returns whether a text is an address of the sixth version, perhaps with its zone.
fn is_v6(text: &str) -> bool {
    let (address, zone) = text.split_once('%').unwrap_or((text, "0"));
    address.parse::<Ipv6Addr>().is_ok() && is_name(zone)
}

/// Returns whether a text can be the name of a host, or an address of the fourth version.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|sign| sign.is_alphanumeric() || "-_.".contains(sign))
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "{}", path.display()),
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

impl Serialize for Endpoint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Whether a connection is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// As it is: `redis://` or a unix socket.
    #[default]
    Plain,
    /// By TLS: `rediss://`.
    Tls,
}

/// What a connection URL says. The password shows up nowhere.
#[derive(Clone, Debug)]
pub struct ConnectionUrl {
    /// Where the server is.
    pub endpoint: Endpoint,
    /// Whether to encrypt.
    pub scheme: Scheme,
    /// The ACL user, if the URL names one.
    pub username: Option<String>,
    /// The password, if the URL carries one.
    pub password: Option<SecretString>,
    /// The logical database, if the URL names one.
    pub db: Option<i64>,
}

impl ConnectionUrl {
    /// Reads `redis://`, `rediss://`, `valkey://`, `valkeys://`, `unix://` or a bare `HOST[:PORT]`.
    ///
    /// # Errors
    ///
    /// Fails on an unknown scheme, a missing host, or a database that is not a number. No error
    /// repeats the text, which may hold a password.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let Some((scheme, rest)) = text.split_once("://") else {
            return Ok(Self::bare(Endpoint::parse(text, DEFAULT_PORT)?));
        };
        match scheme {
            "redis" | "valkey" => Self::tcp(text, Scheme::Plain),
            "rediss" | "valkeys" => Self::tcp(text, Scheme::Tls),
            "unix" | "redis+unix" | "valkey+unix" => Self::unix(rest),
            other => Err(EndpointError::Scheme(word(other))),
        }
    }

    fn bare(endpoint: Endpoint) -> Self {
        Self { endpoint, scheme: Scheme::Plain, username: None, password: None, db: None }
    }

    fn tcp(text: &str, scheme: Scheme) -> Result<Self, EndpointError> {
        let url = Url::parse(text).map_err(|error| EndpointError::Url(error.to_string()))?;
        if url.fragment().is_some() {
            return Err(EndpointError::Fragment);
        }
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(EndpointError::NoHost)?;
        let host = percent_decode_str(host).decode_utf8_lossy();
        let db = match url.path().trim_matches('/') {
            "" => None,
            path => Some(parse_db(path)?),
        };
        let this = Self {
            endpoint: Endpoint::tcp(&host, url.port().unwrap_or(DEFAULT_PORT))?,
            scheme,
            username: Some(decode(url.username())).filter(|name| !name.is_empty()),
            password: url.password().map(|password| SecretString::from(decode(password))),
            db,
        };
        this.with_parameters(url.query().unwrap_or_default())
    }

    fn unix(rest: &str) -> Result<Self, EndpointError> {
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        // A login may stand before the path, as it stands before the host of other URLs: taken for
        // a part of the path, a password would be shown with it.
        let first = path.split('/').next().unwrap_or_default();
        let (login, _) = first.rsplit_once('@').unwrap_or(("", first));
        let path = path.strip_prefix(login).unwrap_or(path);
        let path = path.strip_prefix('@').unwrap_or(path);
        if path.is_empty() {
            return Err(EndpointError::NoHost);
        }
        if path.contains('#') {
            return Err(EndpointError::Fragment);
        }
        // Of a login and the name of a host nobody should be shown as a path.
        if !path.starts_with('/') && (!login.is_empty() || path.contains(['@', ':'])) {
            return Err(EndpointError::RelativeSocket);
        }
        let mut this = Self::bare(Endpoint::Unix(PathBuf::from(decode(path))));
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        this.username = Some(decode(user)).filter(|user| !user.is_empty());
        let password = Some(decode(password)).filter(|password| !password.is_empty());
        this.password = password.map(SecretString::from);
        this.with_parameters(query)
    }

    /// Takes what a query says. What it says besides must not be another database: whoever wrote
    /// the URL may have meant either.
    fn with_parameters(mut self, query: &str) -> Result<Self, EndpointError> {
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "db" => {
                    let db = parse_db(&value)?;
                    if self.db.is_some_and(|path| path != db) {
                        return Err(EndpointError::TwoDbs);
                    }
                    self.db = Some(db);
                }
                "user" | "username" => self.username = Some(value.into_owned()),
                "pass" | "password" => self.password = Some(SecretString::from(value.into_owned())),
                other => return Err(EndpointError::Parameter(word(other))),
            }
        }
        Ok(self)
    }
}

/// Writes the URL without its password.
impl fmt::Display for ConnectionUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match (&self.endpoint, self.scheme) {
            (Endpoint::Unix(_), _) => "unix",
            (Endpoint::Tcp { .. }, Scheme::Plain) => "redis",
            (Endpoint::Tcp { .. }, Scheme::Tls) => "rediss",
        };
        write!(f, "{scheme}://")?;
        match (&self.username, &self.password) {
            (user, Some(_)) => write!(f, "{}:***@", user.as_deref().unwrap_or_default())?,
            (Some(user), None) => write!(f, "{user}@")?,
            (None, None) => {}
        }
        write!(f, "{}", self.endpoint)?;
        match (&self.endpoint, self.db) {
            (_, None) => Ok(()),
            (Endpoint::Tcp { .. }, Some(db)) => write!(f, "/{db}"),
            (Endpoint::Unix(_), Some(db)) => write!(f, "?db={db}"),
        }
    }
}

/// Why an address does not parse. None of the messages repeats the whole text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// There is no host or path.
    #[error("the address names no host")]
    NoHost,
    /// There is more than a host and a port in what is no URL.
    #[error(
        "a host has none of `@`, `/`, `?`, `#`, `,` and spaces; a URL begins with `redis://`, \
         `rediss://` or `unix://`"
    )]
    NoScheme,
    /// What stands there is neither a name nor an address.
    #[error("the host is neither a name nor an address; an IPv6 address with a port has brackets")]
    Host,
    /// The port is no number from 0 to 65,535.
    #[error("the port is not a number from 0 to 65535")]
    Port,
    /// The database is no number from 0 up.
    #[error("the database is not a number from 0 up")]
    Db,
    /// Path and query name different databases.
    #[error("the path of the URL names another database than its parameter `db`")]
    TwoDbs,
    /// There is a host, or a path that begins nowhere, behind the login of a unix socket.
    #[error("behind a login, the path of a unix socket begins with `/`")]
    RelativeSocket,
    /// There is a fragment.
    #[error("what follows `#` means nothing in an address; in a password it is written `%23`")]
    Fragment,
    /// The scheme is unknown.
    #[error("unknown scheme `{0}`; use redis, rediss, valkey, valkeys or unix")]
    Scheme(String),
    /// A parameter of the query is unknown.
    #[error("unknown parameter `{0}`; use db, user, username, pass or password")]
    Parameter(String),
    /// The URL does not parse.
    #[error("the URL does not parse: {0}")]
    Url(String),
}

/// Shows a word that others know.
fn word(text: &str) -> String {
    FOREIGN.iter().find(|known| **known == text).map_or("***", |known| *known).to_owned()
}

fn parse_db(text: &str) -> Result<i64, EndpointError> {
    let db = text.parse().ok().filter(|db| *db >= 0);
    db.ok_or(EndpointError::Db)
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn urls_are_shown_without_their_password() {
        #[track_caller]
        fn case(text: &str, shown: &str, password: Option<&str>) {
            let url = ConnectionUrl::parse(text).unwrap();
            assert_eq!(url.to_string(), shown);
            assert!(!format!("{url:?}").contains("s3cr"), "{url:?}");
            let found = url.password.as_ref().map(|password| password.expose_secret().to_owned());
            assert_eq!(found.as_deref(), password);
        }

        case("localhost", "redis://localhost:6379", None);
        case("[::1]:7000", "redis://[::1]:7000", None);
        case("redis://h/3", "redis://h:6379/3", None);
        case("redis://h?db=3", "redis://h:6379/3", None);
        case("redis://h/3/?db=3&password=s3cr", "redis://:***@h:6379/3", Some("s3cr"));
        case("rediss://ops:s3cr%40t@h:1/0", "rediss://ops:***@h:1/0", Some("s3cr@t"));
        case("valkey://:s3cr@[::1]", "redis://:***@[::1]:6379", Some("s3cr"));
        case("unix:///run/a.sock?db=2&pass=s3cr", "unix://:***@/run/a.sock?db=2", Some("s3cr"));
        case("unix://ops:s3cr%40@/a.sock?db=2", "unix://ops:***@/a.sock?db=2", Some("s3cr@"));
        case("unix:///odd@/a.sock", "unix:///odd@/a.sock", None);
    }

    #[test]
    fn nonsense_is_refused_without_repeating_it() {
        #[track_caller]
        fn case(text: &str, expected: &str) {
            let error = ConnectionUrl::parse(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
            assert!(!error.contains("s3cr"), "{error}");
        }

        case("http://h", "unknown scheme `http`");
        case("redis://:s3cr@", "host");
        case("redis://h/x", "the database is not a number");
        case("redis://h/-1", "the database is not a number");
        case("redis://:s3cr@h:99999", "port");
        case("unix://", "no host");
        case("unix://ops:s3cr@run/redis.sock", "begins with `/`");
        case("unix://ops:s3cr@localhost/run/redis.sock", "begins with `/`");
        case("unix://:s3cr@", "no host");
        case("h:port", "the port is not a number");
        case("h:99999", "the port is not a number");
        case("ops:s3cr:6379", "neither a name nor an address");
        case("[s3cr]:1", "neither a name nor an address");
        case("s3cr!", "neither a name nor an address");
        case("redis://ops:12/s3cr@h", "the database is not a number");
        case("redis://s3cr;h", "neither a name nor an address");
        case("unix://ops:s3cr@h/a.sock", "begins with `/`");
        case("unix:///a.sock#s3cr", "`#`");
        case("s3cr://h", "unknown scheme `***`");
        case("redis://h?s3cr=1", "unknown parameter `***`");
        case("redis://h?ssl_cert_reqs=none", "unknown parameter `ssl_cert_reqs`");
        case("unix:///s?protocol=3", "unknown parameter `protocol`");
        case("redis://h/1?db=2", "another database");
        case("redis://h#s3cr", "`#`");
        case("redis://:x#s3cr@h", "host");
        for text in ["ops:s3cr@h:6379", ":s3cr@h", "s3cr@h", "redis:/ops:s3cr@h", "ops:12/s3cr@h"] {
            case(text, "a URL begins with");
        }
    }
}
