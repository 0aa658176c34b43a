//! Where to listen.

use std::{fmt, io};

use tokio::net::TcpListener;

/// A port, of one interface or of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// A name or an address, without brackets.
    host: Option<String>,
    port: u16,
}

/// Reads `HOST:PORT`, `[V6]:PORT`, `:PORT` or a bare port.
pub(super) fn parse(text: &str) -> Result<Address, String> {
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    // It may be half of a URL, with a password in it: it is not repeated.
    let port = port.parse().map_err(|_| "what stands in place of the port is none".to_owned())?;
    let inside = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    if inside.is_none() && host.contains(':') {
        return Err("an address with colons stands in brackets: `[::1]:9121`".to_owned());
    }
    let host = inside.unwrap_or(host);
    Ok(Address { host: (!host.is_empty()).then(|| host.to_owned()), port })
}

impl Address {
    /// Returns the name or the address of the interface, if it is one of several.
    pub(super) fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// Starts to listen.
    pub(super) async fn bind(&self) -> io::Result<TcpListener> {
        let Some(host) = &self.host else {
            return match TcpListener::bind(("::", self.port)).await {
                // There are machines without the sixth version.
                Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
                    TcpListener::bind(("0.0.0.0", self.port)).await
                }
                bound => bound,
            };
        };
        TcpListener::bind((host.as_str(), self.port)).await
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Some(host) if host.contains(':') => write!(f, "[{host}]:{}", self.port),
            Some(host) => write!(f, "{host}:{}", self.port),
            None => write!(f, ":{}", self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_shown_alike() {
        #[track_caller]
        fn case(text: &str, host: Option<&str>, shown: &str) {
            let address = parse(text).unwrap();
            assert_eq!((address.host.as_deref(), address.to_string().as_str()), (host, shown));
        }

        case(":9121", None, ":9121");
        case("9121", None, ":9121");
        case("127.0.0.1:0", Some("127.0.0.1"), "127.0.0.1:0");
        case("localhost:9121", Some("localhost"), "localhost:9121");
        case("[::1]:9121", Some("::1"), "[::1]:9121");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "host", "host:", "::1:9121", "host:99999", ":http"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
