//! Servers that speak TLS.

#![expect(clippy::unwrap_used, reason = "a test may panic anywhere")]

use cachectl_testkit::Server;
use cachectl_testkit::tls::Validity;
use redis::{Client, ClientTlsConfig, RedisResult, TlsCertificates};
use rustls::crypto::ring;

fn ping(server: &Server, with_certificate: bool) -> RedisResult<String> {
    // Another test of this process may have installed it.
    ring::default_provider().install_default().ok();
    let files = server.certificates();
    let read = |path| std::fs::read(path).unwrap();
    let client_tls = with_certificate.then(|| ClientTlsConfig {
        client_cert: read(&files.client),
        client_key: read(&files.client_key),
    });
    let root_cert = Some(read(&files.authority));
    let client = Client::build_with_tls(server.url(), TlsCertificates { client_tls, root_cert })?;
    redis::cmd("PING").query(&mut client.get_connection()?)
}

#[test]
fn tls_servers_are_trusted_through_their_authority() {
    let server = Server::builder().tls().start();
    assert!(server.url().starts_with("rediss://127.0.0.1:"));
    assert_eq!(ping(&server, false).unwrap(), "PONG");
    assert_eq!(server.text(&["PING"]), "PONG");
}

#[test]
fn tls_servers_of_another_authority_are_not_trusted() {
    ring::default_provider().install_default().ok();
    let server = Server::builder().tls().start();
    assert!(Client::open(server.url()).unwrap().get_connection().is_err());
}

#[test]
fn tls_servers_can_ask_for_a_certificate() {
    let server = Server::builder().tls_with_client_certificates().start();
    assert!(ping(&server, false).is_err());
    assert_eq!(ping(&server, true).unwrap(), "PONG");
}

#[test]
fn tls_certificates_can_have_run_out() {
    let server = Server::builder().tls_with(Validity::Expired).start();
    let error = ping(&server, false).unwrap_err().to_string();
    assert!(error.to_lowercase().contains("expired"), "{error}");
    assert_eq!(server.text(&["PING"]), "PONG");
}
