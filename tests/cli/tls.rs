//! Encrypted connections.

use std::{net::TcpListener, path::Path, process::Command};

use cachectl_testkit::{Server, cli::Invocation, tls::Validity};

use crate::{cachectl, ends_with, serve::client::Serving, with};

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
fn that_nothing_is_checked_is_said_once_whatever_is_wanted() {
    const WARNING: &str = "warning: the certificate of the server is not checked";
    let server = Server::builder().tls().start().with_keys("a:*", 3);
    let cachectl = cachectl();
    let config = format!(
        "contexts:\n  prod: {{ url: '{}' }}\n  lax: {{ url: '{}', tls: {{ insecure: true }} }}\n",
        server.url(),
        server.url()
    );
    std::fs::write(cachectl.directory().join("cachectl.yaml"), config).unwrap();
    let said = |words: &[&str]| {
        let run = with(cachectl.args(words), &["-q"]).run();
        (run.code(), run.stderr().matches(WARNING).count())
    };
    let url = server.url();
    for words in [
        &["--url", &url, "--tls-insecure", "migrate", "--rule", "a:* => b:*", "--dry-run"][..],
        &["-C", "lax", "backup", "-o", "keys.rdb"],
        &["-C", "lax", "health", "ready"],
        &["-C", "lax", "config", "show"],
        &["diff", "context:lax", "context:lax"],
    ] {
        assert_eq!(said(words), (Some(0), 1), "{words:?}");
    }
    // A variable is for the servers that variables name.
    let run = cachectl.args(["-C", "prod", "health", "ready"]).env("CACHECTL_TLS_INSECURE", "yes");
    let run = run.run();
    assert_ne!(run.code(), Some(0), "{run}");
    assert!(run.stderr().contains("does not count for the context `prod`"), "{run}");
    let lax = cachectl.args(["-C", "lax", "health", "-o", "json"]).run();
    assert!(lax.stdout().contains("certificate_check"), "{lax}");
    let downgrade = cachectl.args(["health"]).env("REDIS_URL", &url).env("CACHECTL_TLS", "false");
    let downgrade = downgrade.run().assert_code(78);
    assert!(downgrade.stderr().contains("REDIS_URL asks for encryption"), "{downgrade}");
}

#[test]
fn that_nothing_is_checked_is_served_as_a_metric_and_a_finding() {
    const METRIC: &str = "cachectl_health_status{check=\"certificate_check\"} 1\n";
    let server = Server::builder().tls().start();
    let cachectl = cachectl();
    let config = format!(
        "contexts:\n  own: {{ url: '{url}', tls: {{ insecure: true }} }}\n  other: {{ url: '{url}', \
         tls: {{ ca: '{}' }} }}\ndefault_context: own\n",
        server.certificates().authority.display(),
        url = server.url()
    );
    std::fs::write(cachectl.directory().join("cachectl.yaml"), config).unwrap();
    let serving = Serving::start(&cachectl, &[]);
    for page in ["/metrics", "/probe?target=own"] {
        let text = serving.page(page);
        assert!(text.contains(METRIC), "{page}: {text}");
    }
    assert!(serving.page("/healthz").contains("the certificate is not checked"));
    let checked = serving.page("/probe?target=other");
    assert!(!checked.contains("certificate_check"), "{checked}");
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

/// Runs a command that cannot connect, and returns what is advised.
#[track_caller]
fn advice(invocation: Invocation) -> String {
    let run = invocation.run().assert_code(69);
    let hints = run.stderr().lines().filter(|line| line.starts_with("hint: "));
    hints.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_advised_fits_what_is_wrong_with_a_connection() {
    let certain = Server::builder().tls().config("bind", "127.0.0.1 127.0.0.2").start();
    let strict = Server::builder().tls_with_client_certificates().start();
    let expired = Server::builder().tls_with(Validity::Expired).start();
    let plain = Server::builder().tcp().start();
    let case = |url: &str, authority: Option<&Path>, expected: &str| {
        let mut run = cachectl().url(url).args(DRY_RUN).arg("--connect-timeout").arg("2s");
        if let Some(path) = authority {
            run = run.arg("--tls-ca").arg(path);
        }
        assert_eq!(advice(run), format!("hint: {expected}"), "{url}");
    };
    let authority = |server: &Server| Some(server.certificates().authority.clone());
    let at =
        |scheme: &str, host: &str, server: &Server| format!("{scheme}://{host}:{}", server.port());

    let url = at("rediss", "127.0.0.1", &expired);
    case(&url, authority(&expired).as_deref(), "renew the certificate of the server");
    let url = at("rediss", "127.0.0.2", &certain);
    case(&url, authority(&certain).as_deref(), "connect by a name that is in the certificate");
    let url = at("rediss", "127.0.0.1", &certain);
    case(&url, None, "`--tls-ca` names the authority of the server's certificate");
    let url = at("rediss", "127.0.0.1", &strict);
    let ours = "`--tls-cert` and `--tls-key` name a certificate that it accepts";
    case(&url, authority(&strict).as_deref(), ours);
    let unencrypted = "maybe this port does not encrypt: then it takes `redis://`, and no option of \
                       TLS";
    case(&at("rediss", "127.0.0.1", &plain), None, unencrypted);
    let encrypted = "is it Redis that listens there? A server with TLS needs `rediss://`";
    case(&at("redis", "127.0.0.1", &certain), None, encrypted);
}

#[test]
fn whoever_waits_in_vain_says_for_what_and_how_long() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let case = |scheme: &str, expected: &str| {
        let cachectl = cachectl().url(format!("{scheme}://{address}"));
        let run = cachectl.args(DRY_RUN).arg("--connect-timeout").arg("100ms").run();
        assert!(run.stderr().contains(expected), "{run}");
    };
    case("redis", "did not answer within 100 ms");
    case("rediss", "caused by: it did not agree on encryption within 100 ms");
    case("rediss", "hint: maybe this port does not encrypt");
}

#[test]
fn a_certificate_that_is_made_as_advised_is_one_for_a_server() {
    let server = Server::builder().tls().start();
    let files = server.certificates();
    let cachectl = cachectl().server(&server);
    let [authority, key] = [&files.authority, &files.authority_key].map(|it| it.to_str().unwrap());
    server.command(&["CONFIG", "SET", "tls-cert-file", authority, "tls-key-file", key]);
    let advised = advice(cachectl.args(DRY_RUN).arg("--tls-ca").arg(authority));
    let line = advised.split('`').find(|part| part.starts_with("openssl ")).unwrap();
    let line = line.replace("DNS:HOST", "IP:127.0.0.1").replace("HOST", "cache");
    let mut openssl = Command::new("/bin/sh");
    openssl.arg("-c").arg(line).current_dir(cachectl.directory());
    assert!(openssl.output().unwrap().status.success());
    let [certificate, key] =
        ["server.crt", "server.key"].map(|name| cachectl.directory().join(name));
    let [path, key] = [&certificate, &key].map(|path| path.to_str().unwrap());
    server.command(&["CONFIG", "SET", "tls-cert-file", path, "tls-key-file", key]);
    ends_with(0, cachectl.args(DRY_RUN).arg("--tls-ca").arg(&certificate));
}

#[test]
fn a_server_that_sends_us_away_runs() {
    let server = Server::builder().config("maxclients", "1").start();
    // The kit's own connection is the one that fits.
    assert_eq!(server.text(&["PING"]), "PONG");
    let advised = advice(cachectl().server(&server).args(DRY_RUN));
    assert!(advised.starts_with("hint: the server runs: close clients"), "{advised}");
}

#[test]
fn advice_about_sentinels_is_about_sentinels() {
    let server = Server::builder().tcp().start();
    let case = |address: &str, expected: &str| {
        let run = cachectl().args(["--sentinel", address]);
        assert_eq!(advice(with(run, &DRY_RUN)), format!("hint: {expected}"));
    };
    case("127.0.0.1:1", "is a sentinel running there? `--sentinel` takes its address and port");
    let address = format!("127.0.0.1:{}", server.port());
    let none = format!("`{address}` is no sentinel: a data server is passed as `--url {address}`");
    case(&address, &none);
}
