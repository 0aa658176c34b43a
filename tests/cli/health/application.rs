//! What an application exports about its cache.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{Ipv4Addr, TcpListener},
    sync::{Arc, Mutex},
    thread,
};

use super::{as_user, good, patiently};
use crate::json;

/// An application that exports metrics, until the test process ends.
struct Exporter {
    url: String,
    metrics: Arc<Mutex<String>>,
}

impl Exporter {
    fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let url = format!("http://{}/metrics", listener.local_addr().unwrap());
        let metrics = Arc::<Mutex<String>>::default();
        let shared = Arc::clone(&metrics);
        thread::spawn(move || {
            for client in listener.incoming() {
                let mut client = client.unwrap();
                let mut lines = BufReader::new(client.try_clone().unwrap()).lines();
                while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
                let body = shared.lock().unwrap().clone();
                let status = if body.is_empty() { "503 Not Yet" } else { "200 OK" };
                let length = body.len();
                write!(client, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}").ok();
            }
        });
        Self { url, metrics }
    }

    fn say(&self, state: &str, requests: u32, failed: u32) {
        *self.metrics.lock().unwrap() = format!(
            "# TYPE cachectl_breaker_state gauge\n\
             cachectl_breaker_state{{breaker=\"docs\",state=\"{state}\"}} 1\n\
             cachectl_breaker_state{{breaker=\"docs\",state=\"other\"}} 0\n\
             cachectl_requests_total{{op=\"get\"}} {requests}\n\
             cachectl_requests_total{{op=\"set\"}} 0\n\
             cachectl_request_errors_total {failed}\n"
        );
    }
}

#[test]
fn an_open_breaker_is_critical_although_the_server_is_well() {
    let (server, exporter) = (good(), Exporter::start());
    let cachectl = as_user(&server, "default", "secret");
    let run = || patiently(&cachectl, &["--application", &exporter.url]);
    for (word, code) in [("closed", 0), ("half_open", 1), ("open", 2)] {
        exporter.say(word, 0, 0);
        let run = run().assert_code(code);
        let shown = format!("the breaker `docs` is {}", word.replace('_', "-"));
        assert!(run.stdout().contains(&shown), "{run}");
    }
    *exporter.metrics.lock().unwrap() = String::new();
    let run = run().assert_code(3);
    assert!(run.stdout().contains("could not be read: the answer was 503"), "{run}");
}

#[test]
fn how_many_requests_fail_is_told_since_the_run_before() {
    let (server, exporter) = (good(), Exporter::start());
    let cachectl = as_user(&server, "default", "secret");
    let flags = ["--application", &exporter.url, "--state", "state.json", "-o", "json"];
    exporter.say("closed", 1_000, 10);
    drop(patiently(&cachectl, &flags).assert_code(0));
    exporter.say("closed", 2_000, 30);
    let run = patiently(&cachectl, &flags).assert_code(1);
    let document = json(run.stdout());
    let errors = &document["checks"]["redis:application_errors"][0];
    assert_eq!(
        (&errors["observedValue"], &errors["componentType"]),
        (&2.0.into(), &"component".into())
    );
}
