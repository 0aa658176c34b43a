//! A node exporter that does nothing but read files of metrics.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use cachectl_testkit::wait;

use crate::failure::Failure;

/// How long a scrape may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the exporter says if it could read all files.
const GOOD: &str = "node_textfile_scrape_error 0";

/// What every file has.
const ALWAYS: &str = "cachectl_health_overall_status";

/// It runs until this value goes away.
#[derive(Debug)]
pub(super) struct Exporter {
    process: Child,
    port: u16,
}

impl Exporter {
    /// Starts it on a port of its own, and waits until it answers.
    pub(super) fn start(program: &Path, directory: &Path) -> Result<Self, Failure> {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|it| it.local_addr());
        let port = free.map_err(Failure::other)?.port();
        let mut command = Command::new(program);
        command.args(["--collector.disable-defaults", "--collector.textfile"]);
        command.arg(format!("--collector.textfile.directory={}", directory.display()));
        command.arg(format!("--web.listen-address=127.0.0.1:{port}"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().map_err(|error| {
            Failure::other(format!("cannot run `{}`: {error}", program.display()))
        })?;
        let exporter = Self { process, port };
        let answer = wait::poll(PATIENCE, || exporter.scrape().ok());
        answer.ok_or_else(|| Failure::other("the node exporter does not answer"))?;
        Ok(exporter)
    }

    /// Fails unless it can read every file to its end.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let metrics = self.scrape().map_err(Failure::other)?;
        if metrics.lines().any(|line| line == GOOD) && metrics.contains(ALWAYS) {
            return Ok(());
        }
        Err(Failure::other(format!("the node exporter could not read the file:\n{metrics}")))
    }

    fn scrape(&self) -> std::io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        // If it has ended by itself there is nothing to end.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
