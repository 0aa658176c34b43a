//! A server of probes and metrics, and a client of it that does only what it is told.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use cachectl_testkit::{Cachectl, cli::Running, wait};

/// `cachectl health serve` on a port of its own.
#[derive(Debug)]
pub(crate) struct Serving {
    pub(crate) running: Running,
    pub(crate) address: String,
}

/// What it answers.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// What Prometheus sends, as far as it matters.
pub(crate) const OF_PROMETHEUS: &str = "Accept: application/openmetrics-text;version=1.0.0,\
    application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

impl Serving {
    /// Starts it, with a deadline that a slow machine keeps.
    #[track_caller]
    pub(crate) fn start(cachectl: &Cachectl, arguments: &[&str]) -> Self {
        let patiently = ["health", "serve", "127.0.0.1:0", "--deadline", "20s", "--max-age", "0"];
        Self::start_with(cachectl, &[&patiently, arguments].concat())
    }

    /// Starts it as told.
    #[track_caller]
    pub(crate) fn start_with(cachectl: &Cachectl, arguments: &[&str]) -> Self {
        let mut running = cachectl.args(arguments).spawn();
        let mut address = None;
        wait::until("it listens", || {
            let said = running.stderr_so_far();
            let line = ["listening on http://", "listening on https://"]
                .into_iter()
                .find_map(|words| said.split_once(words)?.1.split_once('\n'));
            address = line.map(|(address, _)| address.to_owned());
            assert!(!running.has_ended(), "{said}");
            address.is_some()
        });
        Self { running, address: address.unwrap() }
    }

    /// Asks for a page, and expects it to be there.
    #[track_caller]
    pub(crate) fn page(&self, path: &str) -> String {
        let answer = self.get(path, &[]);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    /// Asks for a page.
    #[track_caller]
    pub(crate) fn get(&self, path: &str, headers: &[&str]) -> Answer {
        self.send(&request("GET", path, headers))
    }

    /// Says something, and reads what comes back.
    #[track_caller]
    pub(crate) fn send(&self, request: &str) -> Answer {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Answer { status: status.unwrap_or(0), head: head.to_owned(), body: body.to_owned() }
    }

    #[track_caller]
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }
}

pub(crate) fn request(method: &str, path: &str, headers: &[&str]) -> String {
    let fixed = [&*format!("{method} {path} HTTP/1.1"), "Host: localhost", "Connection: close"];
    let lines = fixed.iter().chain(headers).copied();
    lines.chain(["", ""]).collect::<Vec<_>>().join("\r\n")
}

/// Returns the value of a series, by its name and labels as they are written.
pub(crate) fn value(metrics: &str, series: &str) -> Option<f64> {
    let line = metrics.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map(|value| value.parse().unwrap())
}
