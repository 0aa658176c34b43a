//! Encrypted connections.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use cachectl_core::server::{
    probe::{Cause, Certificate, Failure, FailureKind, Probe, Stage, TlsContext},
    target::{CertificateCheck, ClientIdentity, Encryption, Target, TlsOptions},
};
use cachectl_core::{values::endpoint::Endpoint, vocabulary::error_kind::ErrorKind};
use cachectl_testkit::{Server, tls::Validity};

use crate::asking::{AMPLE, PING, SHORT, ask, failed_as, open, target, texts};

/// The first moments of 2021 and of 2100.
const EXPIRED: i64 = 1_609_459_200_000;
const VALID: i64 = 4_102_444_800_000;

fn trusting(server: &Server) -> TlsOptions {
    TlsOptions {
        authorities: Some(server.certificates().authority.clone()),
        ..TlsOptions::default()
    }
}

fn with(server: &Server, options: TlsOptions) -> Target {
    Target { encryption: Encryption::Tls(options), ..target(&server.url()) }
}

async fn certificate_failure(target: &Target) -> (Cause, Option<Certificate>) {
    let failure = open(target, AMPLE).await.unwrap_err();
    assert_eq!(failure.kind(), ErrorKind::Unreachable);
    match failure {
        Failure {
            stage: Stage::Tls, kind: FailureKind::Certificate(cause), certificate, ..
        } => (cause, certificate.map(|certificate| *certificate)),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_good_certificate_is_shown_with_its_date() {
    let server = Server::builder().tls().start();
    let mut probe = open(&with(&server, trusting(&server)), AMPLE).await.unwrap();
    let certificate = probe.certificate().unwrap();
    assert_eq!(certificate.not_after, VALID);
    assert!(certificate.subject.contains("CN=server"), "{certificate:?}");
    assert!(probe.timings().tls > Duration::ZERO);
    let exchange = probe.exchange(&[PING, &[b"INFO"]], Instant::now() + AMPLE).await;
    assert_eq!((exchange.answers.len(), exchange.failure), (2, None));
}

#[tokio::test]
async fn the_certificate_of_an_authority_is_none_of_a_server() {
    let server = Server::builder().tls().start();
    let files = server.certificates();
    let [certificate, key] =
        [&files.authority, &files.authority_key].map(|it| it.to_str().unwrap());
    server.command(&["CONFIG", "SET", "tls-cert-file", certificate, "tls-key-file", key]);
    let (cause, _) = certificate_failure(&with(&server, trusting(&server))).await;
    assert_eq!(cause, Cause::Authority);
}

#[tokio::test]
async fn what_was_read_once_is_good_for_every_connection_and_every_server() {
    let server = Server::builder().tls().start();
    let other = Server::builder().tls_with(Validity::Expired).start();
    let target = with(&server, trusting(&server));
    let tls = TlsContext::of(&target);
    let open = |port| {
        let endpoint = Endpoint::Tcp { host: "127.0.0.1".to_owned(), port };
        let (target, tls) = (&target, &tls);
        async move { Probe::open_with(&endpoint, target, tls, Instant::now() + AMPLE).await }
    };
    for _ in 0..3 {
        // A server that is met again shows its certificate again.
        let mut probe = open(server.port()).await.unwrap();
        assert_eq!(probe.certificate().unwrap().not_after, VALID);
        probe.exchange(&[PING], Instant::now() + AMPLE).await;
        let failure = open(other.port()).await.unwrap_err();
        assert_eq!(failure.certificate.unwrap().not_after, EXPIRED);
    }
}

#[tokio::test]
async fn a_name_is_as_good_as_an_address() {
    let server = Server::builder().tls().start();
    let by_name = target(&format!("rediss://localhost:{}", server.port()));
    let target = Target { encryption: Encryption::Tls(trusting(&server)), ..by_name };
    assert_eq!(texts(&ask(&target, &[PING]).await), ["PONG"]);
}

#[tokio::test]
async fn a_certificate_that_has_run_out_is_refused_and_shown() {
    let server = Server::builder().tls_with(Validity::Expired).start();
    let (cause, certificate) = certificate_failure(&with(&server, trusting(&server))).await;
    assert_eq!(cause, Cause::Expired);
    assert_eq!(certificate.unwrap().not_after, EXPIRED);
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused_and_shown() {
    let server = Server::builder().tls().start();
    // The authorities of two servers have the same name and different keys.
    let other = Server::builder().tls().start();
    for options in [trusting(&other), TlsOptions::default()] {
        let (cause, certificate) = certificate_failure(&with(&server, options)).await;
        assert_eq!(cause, Cause::UnknownIssuer);
        assert_eq!(certificate.unwrap().not_after, VALID);
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused_and_shown() {
    let server = Server::builder().tls().config("bind", "127.0.0.1 127.0.0.2").start();
    let by_other = target(&format!("rediss://127.0.0.2:{}", server.port()));
    let target = Target { encryption: Encryption::Tls(trusting(&server)), ..by_other };
    let (cause, certificate) = certificate_failure(&target).await;
    assert_eq!(cause, Cause::WrongName);
    assert_eq!(certificate.unwrap().not_after, VALID);
}

#[tokio::test]
async fn a_bad_certificate_is_still_shown_where_nothing_is_checked() {
    let server = Server::builder().tls_with(Validity::Expired).start();
    let options = TlsOptions { check: CertificateCheck::Nothing, ..TlsOptions::default() };
    let mut probe = open(&with(&server, options), AMPLE).await.unwrap();
    assert_eq!(probe.certificate().unwrap().not_after, EXPIRED);
    assert_eq!(texts(&probe.exchange(&[PING], Instant::now() + AMPLE).await), ["PONG"]);
}

#[tokio::test]
async fn a_server_that_asks_for_our_certificate_is_told_apart() {
    let server = Server::builder().tls_with_client_certificates().start();
    // The newest version of the protocol lets us in first and says no afterwards.
    let exchange = ask(&with(&server, trusting(&server)), &[PING]).await;
    let failure = exchange.failure.unwrap();
    let ours = matches!(failed_as(&failure).1, FailureKind::Certificate(Cause::Ours(_)));
    assert!(ours && failure.stage == Stage::Tls, "{failure:?}");

    let files = server.certificates();
    let identity =
        ClientIdentity { certificate: files.client.clone(), key: files.client_key.clone() };
    let options = TlsOptions { identity: Some(identity), ..trusting(&server) };
    assert_eq!(texts(&ask(&with(&server, options), &[PING]).await), ["PONG"]);
}

#[tokio::test]
async fn a_server_that_does_not_encrypt_is_not_waited_for_beyond_the_deadline() {
    let server = Server::builder().tcp().start();
    let target = target(&format!("rediss://127.0.0.1:{}", server.port()));
    let failure = open(&target, SHORT).await.unwrap_err();
    // Whether it says anything depends on the random bytes of the first message.
    assert_eq!(failure.stage, Stage::Tls, "{failure:?}");
    assert_eq!(failure.certificate, None);
}

#[tokio::test]
async fn a_server_that_encrypts_does_not_understand_one_that_does_not() {
    let server = Server::builder().tls().start();
    let plain = Target { encryption: Encryption::None, ..target(&server.url()) };
    let exchange = ask(&plain, &[PING]).await;
    assert!(exchange.answers.is_empty());
    let failure = exchange.failure.unwrap();
    let told = matches!(&failure.kind, FailureKind::Protocol(_) | FailureKind::Closed);
    assert!(told, "{failure:?}");
}

#[tokio::test]
async fn files_that_are_not_usable_are_named_before_anybody_is_asked() {
    async fn case(options: TlsOptions, expected: &str) {
        let encryption = Encryption::Tls(options);
        let nobody = Target { encryption, ..target("rediss://name.invalid") };
        let failure = open(&nobody, AMPLE).await.unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::Configuration);
        let FailureKind::Settings(text) = &failure.kind else { panic!("{failure:?}") };
        assert!(text.contains(expected), "{text}");
    }

    let directory = tempfile::tempdir().unwrap();
    let empty = directory.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    let authorities =
        |path: PathBuf| TlsOptions { authorities: Some(path), ..TlsOptions::default() };
    case(authorities("/nowhere.pem".into()), "could not read the certificate file `/nowhere.pem`")
        .await;
    case(authorities(empty.clone()), "there is no certificate in it").await;
    let identity = ClientIdentity { certificate: empty.clone(), key: empty };
    let options = TlsOptions { identity: Some(identity), ..TlsOptions::default() };
    case(options, "empty.pem` is not usable").await;
}
