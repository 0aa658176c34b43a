//! A real Prometheus, which scrapes what we serve.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
};

use cachectl_testkit::{Tool, wait};
use serde_json::Value;
use tempfile::TempDir;

use crate::json;

/// A Prometheus that ends with the test.
pub(super) struct Prometheus {
    child: Child,
    port: u16,
    directory: TempDir,
}

impl Prometheus {
    /// Scrapes contexts through the address of a server of metrics.
    pub(super) fn start(address: &str, contexts: &[String]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        // Somebody else may take it in between, and then the test fails.
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        fs::write(directory.path().join("prometheus.yml"), configuration(address, contexts))
            .unwrap();
        let log = fs::File::create(directory.path().join("log")).unwrap();
        let child = Command::new(Tool::Prometheus.path())
            .arg("--config.file=prometheus.yml")
            .arg("--storage.tsdb.path=data")
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .current_dir(directory.path())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let this = Self { child, port, directory };
        wait::until("Prometheus is ready", || {
            this.get("/-/ready").is_ok_and(|text| text.contains(" 200 "))
        });
        this
    }

    /// Returns how many series an expression gives.
    #[track_caller]
    pub(super) fn query(&self, expression: &str) -> usize {
        let document = self.ask(&format!("/api/v1/query?query={}", encoded(expression)));
        let series = document.pointer("/data/result").and_then(Value::as_array);
        series.unwrap_or_else(|| panic!("{expression}: {document}")).len()
    }

    /// Returns what went wrong with the targets.
    #[track_caller]
    pub(super) fn errors(&self) -> Vec<String> {
        let document = self.ask("/api/v1/targets");
        let targets = document.pointer("/data/activeTargets").and_then(Value::as_array).unwrap();
        let errors = targets.iter().map(|it| it.get("lastError").unwrap().as_str().unwrap());
        errors.filter(|error| !error.is_empty()).map(str::to_owned).collect()
    }

    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.directory.path().join("log")).unwrap()
    }

    #[track_caller]
    fn ask(&self, path: &str) -> Value {
        let text = self.get(path).unwrap();
        json(text.split_once("\r\n\r\n").unwrap().1)
    }

    fn get(&self, path: &str) -> io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        write!(stream, "GET {path} HTTP/1.0\r\nHost: here\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        Ok(text)
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // Both fail only when it is gone already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn configuration(address: &str, contexts: &[String]) -> String {
    let mut text = "global: { scrape_interval: 500ms, scrape_timeout: 500ms }\n".to_owned();
    text.push_str("scrape_configs:\n");
    for context in contexts {
        write!(
            text,
            "  - job_name: {context}\n    metrics_path: /probe\n    params: {{ target: [{context}] \
             }}\n    static_configs: [{{ targets: ['{address}'] }}]\n"
        )
        .unwrap();
    }
    text
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat()
}

/// Gives metrics to `promtool check metrics`, and panics with what it has to say.
#[track_caller]
pub(super) fn check(what: &str, metrics: &str) {
    let mut promtool = Command::new(Tool::Promtool.path())
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    promtool.stdin.take().unwrap().write_all(metrics.as_bytes()).unwrap();
    let output = promtool.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{what}: {said}\n{metrics}");
}

/// Writes a configuration with contexts of these addresses.
pub(super) fn contexts(directory: &Path, contexts: &[(String, String)]) {
    let lines = contexts.iter().map(|(name, settings)| format!("  {name}: {{ {settings} }}"));
    let text = format!("contexts:\n{}\n", lines.collect::<Vec<_>>().join("\n"));
    fs::write(directory.join("cachectl.yaml"), text).unwrap();
}
