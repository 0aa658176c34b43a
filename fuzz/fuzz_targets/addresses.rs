//! Text that may be an address: what is understood reads the same when it is shown.

#![no_main]

use cachectl_core::values::endpoint::{ConnectionUrl, DEFAULT_PORT, Endpoint};
use cachectl_fuzz::{prepare, within_reason};
use libfuzzer_sys::fuzz_target;

/// What no host has: a text with it may hold a password.
const NOT_OF_HOSTS: &str = "@/?#,";

fuzz_target!(
    init: prepare(),
    |input: &[u8]| within_reason(input.len(), || {
        if let Ok(text) = str::from_utf8(input) {
            examine_endpoint(text);
            examine_url(text);
        }
    })
);

fn examine_endpoint(text: &str) {
    let Ok(endpoint) = Endpoint::parse(text, DEFAULT_PORT) else { return };
    assert_is_an_address(&endpoint);
    assert_eq!(Endpoint::parse(&endpoint.to_string(), 1), Ok(endpoint));
}

fn examine_url(text: &str) {
    let Ok(url) = ConnectionUrl::parse(text) else { return };
    assert_is_an_address(&url.endpoint);
    assert!(url.db.is_none_or(|db| db >= 0), "no server has such a database");
}

fn assert_is_an_address(endpoint: &Endpoint) {
    if let Endpoint::Tcp { host, .. } = endpoint {
        let forbidden = |letter: char| {
            NOT_OF_HOSTS.contains(letter) || letter.is_whitespace() || letter.is_control()
        };
        assert!(!host.is_empty() && !host.contains(forbidden), "`{host:?}` is taken for a host");
    }
}
