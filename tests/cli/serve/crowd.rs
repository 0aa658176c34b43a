//! Clients that are many, and clients that are strangers.

use std::{
    fmt::Write as _,
    fs,
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use cachectl_testkit::{Server, tls::Certificates, tls::Validity, wait};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use super::{
    client::{Serving, request, value},
    prometheus::contexts,
};
use crate::{
    cachectl,
    peers::liar::{Liar, bulk, is},
};

/// How long a test may take on a slow machine; what hangs fails then.
pub(super) const LIMIT: Duration = Duration::from_secs(240);

/// Clients that keep their connections and ask for something now and then.
struct Crowd {
    stop: Arc<AtomicBool>,
    asking: Option<JoinHandle<()>>,
}

impl Crowd {
    fn start(address: &str, count: usize, path: &str) -> Self {
        let (stop, there) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let asked = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let (stops, all, address) = (Arc::clone(&stop), Arc::clone(&there), address.to_owned());
        let asking = move || {
            let mut clients: Vec<Option<TcpStream>> = (0..count).map(|_| None).collect();
            while !stops.load(Ordering::SeqCst) {
                for client in &mut clients {
                    ask(client, &address, &asked);
                }
                all.store(true, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(500));
            }
        };
        let asking = Some(thread::spawn(asking));
        wait::until("all of them are there", || there.load(Ordering::SeqCst));
        Self { stop, asking }
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(asking) = self.asking.take() {
            asking.join().ok();
        }
    }
}

/// Asks once more, over a new connection if the old one is gone.
fn ask(client: &mut Option<TcpStream>, address: &str, asked: &str) {
    let mut is_there = client.as_ref().is_some_and(is_open);
    if is_there {
        is_there = client.as_mut().is_some_and(|it| it.write_all(asked.as_bytes()).is_ok());
    }
    if !is_there && let Ok(mut new) = TcpStream::connect(address) {
        new.set_nonblocking(true).unwrap();
        new.write_all(asked.as_bytes()).ok();
        *client = Some(new);
    }
}

/// Reads what has come, and returns whether there is more to come.
pub(super) fn is_open(mut client: &TcpStream) -> bool {
    let mut answer = [0; 4096];
    loop {
        match client.read(&mut answer) {
            Ok(0) => return false,
            Ok(_) => {}
            Err(error) => return error.kind() == ErrorKind::WouldBlock,
        }
    }
}

#[test]
fn two_hundred_clients_that_stay_keep_no_probe_waiting() {
    wait::within(LIMIT, || {
        let server = Server::start();
        let serving = Serving::start(&cachectl().server(&server), &[]);
        for path in ["/livez", "/metrics", "/nowhere"] {
            let crowd = Crowd::start(&serving.address, 200, path);
            for _ in 0..10 {
                assert_eq!(serving.page("/livez"), "PONG\n");
            }
            drop(crowd);
        }
    });
}

#[test]
fn who_has_no_password_takes_no_place_from_those_who_have() {
    wait::within(LIMIT, || {
        let server = Server::start();
        let cachectl = cachectl().server(&server);
        users(&cachectl.directory().join("users"));
        let serving = Serving::start(&cachectl, &["--web-auth-file", "users"]);
        let crowd = Crowd::start(&serving.address, 200, "/metrics");
        for _ in 0..10 {
            let answer = serving.get("/metrics", &["Authorization: Basic YWRhOm9uZQ=="]);
            assert_eq!(answer.status, 200, "{answer:?}");
        }
        drop(crowd);
    });
}

/// Writes a file with one user.
fn users(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(path, "ada:one\n").unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn names_that_nobody_has_given_it_are_refused() {
    wait::within(LIMIT, || {
        let server = Server::start();
        let more = ["--web-host", "cache-1.internal", "--web-host", "*.monitoring"];
        let serving = Serving::start(&cachectl().server(&server), &more);
        let by = |host: &str| {
            let asked = request("GET", "/livez", &[]);
            serving.send(&asked.replace("Host: localhost", &format!("Host: {host}"))).status
        };
        for host in
            ["localhost:9121", "10.1.2.3:9121", "[::1]", "cache-1.internal", "a.monitoring:80"]
        {
            assert_eq!(by(host), 200, "{host}");
        }
        for host in ["evil.example", "127.0.0.1.evil.example", "cache-2.internal"] {
            assert_eq!(by(host), 421, "{host}");
        }
    });
}

#[test]
fn strangers_are_told_neither_files_nor_contexts() {
    wait::within(LIMIT, || {
        let server = Server::builder().tls().start();
        let cachectl =
            cachectl().url(server.url()).env("CACHECTL_TLS_CA", "/nowhere/secret-ca.pem");
        let secret = format!("url: '{}', password_file: secret-word.txt", server.url());
        contexts(cachectl.directory(), &[("secret-context".to_owned(), secret)]);
        users(&cachectl.directory().join("users"));
        let open = Serving::start(&cachectl, &[]);
        let paths =
            ["/", "/nowhere", "/probe?target=secret-context", "/readyz", "/healthz", "/metrics"];
        for path in paths {
            let answer = open.get(path, &[]);
            let named = answer.body.replace("`secret-context`", "").contains("secret");
            assert!(!named, "{path}: {answer:?}");
        }
        assert_eq!(open.get("/probe?target=secret-context", &[]).status, 500);
        let closed = Serving::start(&cachectl, &["--web-auth-file", "users"]);
        let known = |path: &str| closed.get(path, &["Authorization: Basic YWRhOm9uZQ=="]).body;
        assert!(known("/").contains("/probe?target=secret-context"));
        assert!(known("/probe?target=secret-context").contains("context secret-context in"));
        assert!(known("/readyz").contains("secret-ca.pem"));
    });
}

#[test]
fn whoever_is_open_to_everybody_is_warned() {
    wait::within(LIMIT, || {
        let server = Server::start();
        let cachectl = cachectl().server(&server);
        users(&cachectl.directory().join("users"));
        let warned = |arguments: &[&str]| {
            let arguments = [&["health", "serve"], arguments].concat();
            let serving = Serving::start_with(&cachectl, &arguments);
            serving.running.stderr_so_far().contains("warning: everybody who can reach this port")
        };
        assert!(warned(&["0.0.0.0:0"]) && warned(&[":0"]));
        assert!(!warned(&["127.0.0.1:0"]) && !warned(&["0.0.0.0:0", "--web-auth-file", "users"]));
    });
}

/// Asks over TLS, and trusts one authority.
pub(super) fn ask_over_tls(serving: &Serving, authority: &Path) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider);
    let config = config.with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let name = "localhost".try_into().unwrap();
    let session = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(session, serving.connect());
    stream.write_all(request("GET", "/livez", &[]).as_bytes())?;
    let mut text = String::new();
    match stream.read_to_string(&mut text) {
        // It may close without a word of farewell.
        Err(error) if error.kind() != ErrorKind::UnexpectedEof => Err(error),
        _ => Ok(text),
    }
}

#[test]
fn tls_web_certificates_are_read_again_when_they_change() {
    wait::within(LIMIT, || {
        let server = Server::start();
        let cachectl = cachectl().server(&server);
        let made = ["old", "new"].map(|name| {
            let directory = cachectl.directory().join(name);
            fs::create_dir(&directory).unwrap();
            Certificates::generate(&directory, Validity::Valid).unwrap()
        });
        let [old, new] = &made;
        let renew = |from: &Certificates| {
            fs::copy(&from.server, cachectl.directory().join("web.crt")).unwrap();
            fs::copy(&from.server_key, cachectl.directory().join("web.key")).unwrap();
        };
        renew(old);
        let files = ["--web-tls-cert", "web.crt", "--web-tls-key", "web.key"];
        let serving = Serving::start(&cachectl, &files);
        assert!(ask_over_tls(&serving, &old.authority).unwrap().ends_with("PONG\n"));
        assert!(ask_over_tls(&serving, &new.authority).is_err());
        // Half of a change makes no sense, and changes nothing.
        fs::copy(&new.server, cachectl.directory().join("web.crt")).unwrap();
        assert!(ask_over_tls(&serving, &old.authority).unwrap().ends_with("PONG\n"));
        renew(new);
        assert!(ask_over_tls(&serving, &new.authority).unwrap().ends_with("PONG\n"));
        let mut plain = serving.connect();
        plain.write_all(request("GET", "/livez", &[]).as_bytes()).unwrap();
        let mut text = Vec::new();
        plain.read_to_end(&mut text).ok();
        assert!(!String::from_utf8_lossy(&text).contains("PONG"), "{text:?}");
    });
}

#[test]
fn a_web_certificate_needs_its_own_key() {
    wait::within(LIMIT, || {
        let cachectl = cachectl();
        let made = Certificates::generate(cachectl.directory(), Validity::Valid).unwrap();
        let [certificate, key] = [&made.server, &made.client_key].map(|it| it.to_str().unwrap());
        let files = ["health", "serve", ":0", "--web-tls-cert", certificate];
        let half = cachectl.args(files).run().assert_code(64);
        assert!(half.stderr().contains("--web-tls-key"), "{half}");
        let files = [&files[..], &["--web-tls-key", key]].concat();
        let run = cachectl.args(files).run().assert_code(78);
        assert!(run.stderr().contains("is not usable"), "{run}");
    });
}

#[test]
fn a_server_that_makes_up_commands_makes_no_series_of_them() {
    wait::within(LIMIT, || {
        let liar = Liar::start(|_| {
            let mut info =
                "redis_version:7.0.15\r\nredis_mode:standalone\r\nrole:master\r\n".to_owned();
            for number in 0..50_000 {
                write!(info, "cmdstat_made_up_{number}:calls=1,usec=1,usec_per_call=1.00\r\n")
                    .unwrap();
            }
            let info = bulk(&info);
            move |command: &[String]| is(command, &["INFO"]).then(|| info.clone())
        });
        let serving = Serving::start(&cachectl().url(liar.url()), &[]);
        let metrics = serving.page("/metrics");
        let made_up = metrics.lines().filter(|line| line.starts_with("redis_commands_total{"));
        assert_eq!(made_up.count(), 1_000);
        assert!(value(&metrics, "cachectl_series_dropped_total") >= Some(49_000.0), "{metrics}");
        assert!(metrics.len() < 1_000_000, "{} bytes", metrics.len());
    });
}
