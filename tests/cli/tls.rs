//! Encrypted connections.

use cachectl_testkit::Server;

use crate::{cachectl, ends_with};

const DRY_RUN: [&str; 4] = ["migrate", "--rule", "a:* => b:*", "--dry-run"];

#[test]
fn tls_servers_are_trusted_through_the_authority_that_is_given() {
    let server = Server::builder().tls().start().with_keys("a:*", 3);
    let cachectl = cachectl().server(&server);
    let unknown = cachectl.args(DRY_RUN).run().assert_code(69);
    assert!(unknown.stderr().contains("hint: `--tls-ca` names the authority"), "{unknown}");
    let authority = server.certificates().authority.clone();
    let run = cachectl.args(DRY_RUN).arg("--tls-ca").arg(&authority).run().assert_success();
    assert!(run.stdout().starts_with("would rename 3 keys"), "{run}");
    let run = cachectl.args(DRY_RUN).arg("--tls-insecure").run().assert_success();
    assert!(run.stderr().contains("warning: the certificate of the server is not checked"));
}

#[test]
fn tls_servers_can_ask_for_our_certificate() {
    let server = Server::builder().tls_with_client_certificates().start();
    let files = server.certificates();
    let cachectl = cachectl().server(&server);
    let run = cachectl.args(DRY_RUN).arg("--tls-ca").arg(&files.authority);
    ends_with(69, run.clone());
    let half = run.arg("--tls-cert").arg(&files.client);
    let refused = half.clone().run().assert_code(78);
    assert!(refused.stderr().contains("give both `--tls-cert` and `--tls-key`"), "{refused}");
    ends_with(0, half.arg("--tls-key").arg(&files.client_key));
}
