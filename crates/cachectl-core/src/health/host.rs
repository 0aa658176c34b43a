//! The machine that a server runs on, where that is ours.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    catalogue::{BACKLOG, HUGE_PAGES, OVERCOMMIT},
    judge::Judge,
    report::Status,
    sample::Sample,
};
use crate::values::endpoint::Endpoint;

/// Judges the settings of the system, if the server runs on this machine and we see its process.
pub(super) fn judge(endpoint: &Endpoint, now: &Sample, judge: &mut Judge<'_>) {
    let Some(process) = now.get("process_id").filter(|_| is_local(endpoint)) else { return };
    let host = Host { root: PathBuf::from("/") };
    if !host.runs_server(process) {
        return;
    }
    if let Some((status, text)) = host.huge_pages(process) {
        judge.state(HUGE_PAGES, status, text);
    }
    let resident = now.number("used_memory_rss").unwrap_or_default();
    if let Some((status, text)) = host.overcommit(resident) {
        judge.state(OVERCOMMIT, status, text);
    }
    let wanted = now.setting("tcp-backlog").and_then(|wanted| wanted.parse().ok());
    // Behind a unix socket the network may be another one.
    if let Some(wanted) = wanted.filter(|_| matches!(endpoint, Endpoint::Tcp { .. }))
        && let Some((status, text)) = host.backlog(wanted)
    {
        judge.state(BACKLOG, status, text);
    }
}

/// Returns whether an address is one of this machine, by itself; no name is looked up.
fn is_local(endpoint: &Endpoint) -> bool {
    match endpoint {
        Endpoint::Unix(_) => true,
        Endpoint::Tcp { host, .. } => {
            host == "localhost"
                || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
    }
}

/// The files in which a system tells about itself.
struct Host {
    root: PathBuf,
}

type Judgement = (Status, String);

impl Host {
    #[expect(clippy::disallowed_methods, reason = "what the system says of itself is no file")]
    fn read(&self, path: impl AsRef<Path>) -> Option<String> {
        fs::read_to_string(self.root.join(path)).ok()
    }

    fn number(&self, path: &str) -> Option<f64> {
        self.read(path)?.trim().parse().ok()
    }

    /// Returns a line of a file that has a name and a colon in front of each.
    fn field(&self, path: &str, name: &str) -> Option<f64> {
        let text = self.read(path)?;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        value.split_whitespace().next()?.parse().ok()
    }

    /// Returns whether this process is a server. In a container the number is that of another
    /// process, or of none.
    fn runs_server(&self, process: &str) -> bool {
        // It is the server that says so, and it may say anything.
        let is_number = !process.is_empty() && process.bytes().all(|byte| byte.is_ascii_digit());
        let name = is_number.then(|| self.read(format!("proc/{process}/comm"))).flatten();
        name.is_some_and(|name| name.starts_with("redis-") || name.starts_with("valkey-"))
    }

    /// A server that asks for it has none, whatever the system says.
    fn huge_pages(&self, process: &str) -> Option<Judgement> {
        let system = self.read("sys/kernel/mm/transparent_hugepage/enabled")?;
        let chosen = system.split_once('[')?.1.split_once(']')?.0;
        let allowed = self.field(&format!("proc/{process}/status"), "THP_enabled") != Some(0.0);
        Some(match (chosen, allowed) {
            ("always", true) => {
                (Status::Warning, "the server may get transparent huge pages".to_owned())
            }
            ("always", false) => (Status::Ok, "the server gets no huge pages".to_owned()),
            _ => (Status::Ok, format!("transparent huge pages are `{}`", chosen.escape_debug())),
        })
    }

    /// A fork needs as much again as the server has. By default the system grants that unless it
    /// has not so much in all; where it counts strictly, unless too much is promised already.
    fn overcommit(&self, resident: f64) -> Option<Judgement> {
        let mode = self.number("proc/sys/vm/overcommit_memory")?;
        let kibibytes = |name| Some(self.field("proc/meminfo", name)? * 1024.0);
        let text = format!("`vm.overcommit_memory` is {mode}");
        let room = if mode < 1.0 {
            kibibytes("MemTotal")? - resident
        } else if mode > 1.0 {
            kibibytes("CommitLimit")? - kibibytes("Committed_AS")?
        } else {
            f64::INFINITY
        };
        Some(if resident > room {
            (Status::Warning, format!("{text}, and there is no room for a fork of the server"))
        } else {
            (Status::Ok, text)
        })
    }

    fn backlog(&self, wanted: f64) -> Option<Judgement> {
        let allowed = self.number("proc/sys/net/core/somaxconn")?;
        let text = format!("`net.core.somaxconn` is {allowed}, and `tcp-backlog` {wanted}");
        Some((if allowed < wanted { Status::Warning } else { Status::Ok }, text))
    }
}

#[cfg(test)]
mod tests;
