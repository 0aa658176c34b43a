//! Where migrations stand, as text.

use std::io::{self, Write};

use cachectl_core::migrate::{
    RunSettings,
    report::{Accounts, State, StatusReport},
};
use jiff::Timestamp;

use super::super::status::{List, Status};
use crate::output::{
    clip::Rule,
    count::{Count, Number, Span},
    list::SHOWN,
    plain::Line,
    render::Render,
    table::{Edge, Table},
    words::in_databases,
};

impl Render for Status {
    const SCHEMA: &'static str = "cachectl.migrate.status/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self { report, .. } = self;
        writeln!(out, "migration {}: {}", Line(&report.migration), state(report))?;
        let begun_by = Line(&report.begun_by);
        writeln!(out, "  begun    {} by {begun_by}", Line(moment(&report.begun)))?;
        writeln!(out, "  servers  {}", in_databases(&report.servers, [report.database]))?;
        for rule in report.rules.iter().take(SHOWN) {
            writeln!(out, "  rule     {}", Rule(rule))?;
        }
        if let Some(more @ 1..) = report.rules.len().checked_sub(SHOWN) {
            let rules = Count(more as u64, "more rule");
            writeln!(out, "           … and {rules}: `-o json` lists all")?;
        }
        if let Some(settings) = &report.settings {
            writeln!(out, "  pace     {}", pace(settings))?;
        }
        writeln!(out, "  keys     {}", accounts(&report.accounts, "renamed"))?;
        match &report.rollback {
            Some(back) => writeln!(out, "  back     {}", accounts(back, "renamed back")),
            None => Ok(()),
        }
    }
}

impl Render for List {
    const SCHEMA: &'static str = "cachectl.migrate.list/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.migrations.is_empty() {
            return writeln!(out, "no migrations");
        }
        let mut table = Table::new([
            ("migration", Edge::Left),
            ("begun", Edge::Left),
            ("state", Edge::Left),
            ("renamed", Edge::Right),
            ("planned", Edge::Right),
            ("by", Edge::Left),
            ("db", Edge::Right),
            ("server", Edge::Left),
        ]);
        for report in &self.migrations {
            table.row([
                report.migration.clone(),
                moment(&report.begun),
                state(report),
                Number(report.accounts.renamed).to_string(),
                Number(report.accounts.planned).to_string(),
                report.begun_by.clone(),
                Number(report.database).to_string(),
                server(report),
            ]);
        }
        table.write("", out)
    }
}

/// Returns the first server, and how many there are besides.
fn server(report: &StatusReport) -> String {
    match report.servers.as_slice() {
        [] => String::new(),
        [server] => server.clone(),
        [server, others @ ..] => format!("{server} and {} more", Number(others.len() as u64)),
    }
}

/// Returns a moment without the fractions of its second.
fn moment(text: &str) -> String {
    let parsed = text.parse::<Timestamp>();
    parsed.map_or_else(|_| text.to_owned(), |at| at.strftime("%Y-%m-%d %H:%M:%SZ").to_string())
}

fn pace(settings: &RunSettings) -> String {
    let RunSettings { pacing, level } = settings;
    let rate = match pacing.rate {
        Some(rate) => format!("at most {}/s", Count(u64::from(rate.get()), "key")),
        None => "no limit".to_owned(),
    };
    let (batch, latency) = (pacing.batch.get(), Span(pacing.max_latency));
    let level = u8::from(*level);
    format!("{rate}, batches of {batch}, latency up to {latency}; verify level {level}")
}

fn state(report: &StatusReport) -> String {
    let state = match report.state {
        State::Partial => "half-way",
        State::Applied => "applied",
        State::RollingBack => "half-way back",
        State::RolledBack => "rolled back",
    };
    if report.running { format!("{state}, running") } else { state.to_owned() }
}

fn accounts(accounts: &Accounts, done: &str) -> String {
    let parts = [
        (accounts.vanished, "gone meanwhile"),
        (accounts.conflicts, "in conflict"),
        (accounts.failed, "refused"),
        (accounts.unclear, "unclear"),
        (accounts.left, "left"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts = parts.map(|(count, what)| format!(", {} {what}", Number(count)));
    format!(
        "{} planned, {} {done}{}",
        Count(accounts.planned, "key"),
        Number(accounts.renamed),
        parts.collect::<String>()
    )
}
