//! How much a server has been written to.

use std::collections::{BTreeMap, BTreeSet};

use redis::Value;

use crate::Server;
use crate::resp;

/// What a server has counted of writes. A client that only reads leaves it as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteCounters {
    /// Changes since the last save, as the server counts them.
    pub changes: u64,
    /// How often each writing command was called.
    pub calls: BTreeMap<String, u64>,
}

#[track_caller]
pub(crate) fn write_counters(server: &Server) -> WriteCounters {
    let writing = writing_commands(server);
    let statistics = server.info("commandstats");
    let calls = statistics.iter().filter_map(|(name, numbers)| {
        let name = name.strip_prefix("cmdstat_")?;
        let calls = numbers.strip_prefix("calls=")?.split(',').next()?.parse().ok()?;
        writing.contains(name).then(|| (name.to_owned(), calls))
    });
    let changes = server.info("persistence").remove("rdb_changes_since_last_save");
    let changes = changes.and_then(|number| number.parse().ok());
    WriteCounters {
        changes: changes.unwrap_or_else(|| panic!("the server does not count changes")),
        calls: calls.collect(),
    }
}

/// Returns the commands that the server itself calls writing, subcommands as `xgroup|create`.
#[track_caller]
fn writing_commands(server: &Server) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(server.command(&["COMMAND"]), &mut found);
    found
}

fn collect(commands: Value, found: &mut BTreeSet<String>) {
    for command in resp::elements(commands) {
        let mut parts = resp::elements(command).into_iter();
        let (name, flags) = (parts.next().and_then(resp::text), parts.nth(1));
        let flags = flags.map(resp::elements).unwrap_or_default();
        if flags.into_iter().filter_map(resp::text).any(|flag| flag == "write") {
            found.extend(name.map(|name| name.to_lowercase()));
        }
        // Name, arity, flags, three positions, categories, tips, key specifications, subcommands.
        collect(parts.nth(6).unwrap_or_default(), found);
    }
}
