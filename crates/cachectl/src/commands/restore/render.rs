//! Restores, as text.

use std::io::{self, Write};

use cachectl_core::{
    restore::{
        Failure, LeftOut, Libraries, OnConflict, Preview, Proof, Refusal, Report, Roads, Sample,
        Share, Taken, Ttl,
    },
    values::plain::plain,
};

use super::Restored;
use crate::output::{
    clip::Name,
    count::{Bytes, Count, Number, Span},
    list::{bullets, counted, listed, listed_in_full, slowdowns},
    render::Render,
    table::{Edge, Table},
    words::{are, counts, databases, expiry as expires, in_database, moment},
};

/// From how many bytes on memory is spoken of: less is what every restore takes.
const MUCH: u64 = 128 << 20;

impl Render for Preview {
    const SCHEMA: &'static str = "cachectl.restore.preview/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let keys = Count(self.restores, "key");
        match (self.refusals.as_slice(), self.restores) {
            ([], 0) if self.libraries.is_empty() => writeln!(out, "nothing to restore")?,
            ([], _) => writeln!(out, "would restore {keys}")?,
            (_, _) => writeln!(out, "refused; would have restored {keys}")?,
        }
        write_preview(self, out)?;
        if !self.refusals.iter().any(|refusal| matches!(refusal, Refusal::Unfit { .. })) {
            bullets("warnings", self.unfit.iter(), out)?;
        }
        bullets("refused", self.refusals.iter(), out)
    }
}

impl Render for Restored {
    const SCHEMA: &'static str = "cachectl.restore/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(report) = &self.restore else {
            return self.preview.human(out);
        };
        write_report(report, out)?;
        origins(&self.preview, out)?;
        if self.preview.on_conflict == OnConflict::Replace {
            taken(&self.preview, out)?;
        }
        failures(report, out)
    }
}

fn write_preview(preview: &Preview, out: &mut dyn Write) -> io::Result<()> {
    origins(preview, out)?;
    details(preview, out)?;
    if preview.rules.is_empty() {
        samples(&preview.unmapped, preview, out)?;
    }
    globs(preview, out)?;
    rules(preview, out)?;
    taken(preview, out)?;
    unsupported(preview, out)?;
    collisions(preview, out)
}

/// Writes from where to where keys go, and how many.
fn origins(preview: &Preview, out: &mut dyn Write) -> io::Result<()> {
    let written = preview.written_at.and_then(moment);
    let written = written.map(|at| format!(", written {at}")).unwrap_or_default();
    let version = preview.rdb_version;
    writeln!(out, "from {}, RDB version {version}{written}", preview.path.display())?;
    for server in &preview.servers {
        let databases = if preview.databases.is_empty() {
            String::new()
        } else {
            format!(", {}", databases(&preview.databases))
        };
        writeln!(out, "to {}, {}{databases}", server.endpoint, server.version)?;
    }
    writeln!(out, "{}", looked_at(preview))
}

fn details(preview: &Preview, out: &mut dyn Write) -> io::Result<()> {
    if preview.restores > 0 {
        writeln!(out, "  types      {}", counts(&preview.by_type, |key_type| key_type))?;
        writeln!(out, "  databases  {}", counts(&preview.by_database, in_database))?;
        writeln!(out, "  method     {}", roads(preview.roads))?;
        writeln!(out, "  expiry     {}", expiry(preview.ttl))?;
    }
    if preview.modules > 0 {
        let values = Count(preview.modules, "value");
        writeln!(out, "  {values} of modules, which only a server with the module takes")?;
    }
    proof(preview, out)?;
    memory(preview, out)?;
    if !preview.libraries.is_empty() {
        let names = preview.libraries.iter().map(|name| Name(name).to_string());
        let names = names.collect::<Vec<_>>().join(", ");
        writeln!(out, "  functions  loaded on every primary: {names}")?;
    }
    left_out(&preview.left_out, out)
}

/// Says so if nothing proves the values.
fn proof(preview: &Preview, out: &mut dyn Write) -> io::Result<()> {
    match preview.proof {
        Proof::Checksum => Ok(()),
        Proof::None => {
            writeln!(out, "  checksum   none: every value is decoded before it is sent")
        }
    }
}

fn memory(preview: &Preview, out: &mut dyn Write) -> io::Result<()> {
    match memory_needed(preview) {
        Some(memory) => writeln!(out, "  memory     {memory}"),
        None => Ok(()),
    }
}

/// Returns how much memory is needed and what for, if that is much.
pub(super) fn memory_needed(preview: &Preview) -> Option<String> {
    let largest = preview.largest.as_ref().filter(|_| preview.memory > MUCH)?;
    let (bytes, memory) = (Bytes(largest.bytes), Bytes(preview.memory));
    Some(format!("up to {memory}: `{}` has {bytes}", Name(&largest.key)))
}

/// Says what the file has that is not restored.
fn left_out(left_out: &LeftOut, out: &mut dyn Write) -> io::Result<()> {
    for what in left_out_parts(left_out) {
        writeln!(out, "  left out   {what}")?;
    }
    Ok(())
}

/// Returns what the file has that is not restored, in words.
pub(super) fn left_out_parts(left_out: &LeftOut) -> Vec<String> {
    let mut parts = Vec::new();
    match left_out.functions {
        0 => {}
        1 => parts.push("1 library of functions".to_owned()),
        libraries => parts.push(format!("{} libraries of functions", Number(libraries))),
    }
    for (module, pieces) in &left_out.modules {
        parts.push(format!("{} of data of the module {}", Count(*pieces, "piece"), plain(module)));
    }
    if left_out.idempotency > 0 {
        let streams = Count(left_out.idempotency, "stream");
        parts.push(format!("what {streams} knew of producers"));
    }
    parts
}

fn looked_at(preview: &Preview) -> String {
    format!(
        "in the file {}: {} to restore{}",
        Count(preview.entries, "key"),
        Number(preview.restores),
        left_alone(preview)
    )
}

/// Returns how many keys of the file are not restored, and why not.
pub(super) fn left_alone(preview: &Preview) -> String {
    let notes = [
        (preview.skipped, "skipped"),
        (preview.unsupported.count, "unsupported"),
        (preview.expired, "expired"),
        (preview.empty, "empty"),
        (preview.excluded, "left out"),
    ];
    let notes = notes.into_iter().filter(|(count, _)| *count > 0);
    let notes = notes.map(|(count, what)| format!(", {} {what}", Number(count)));
    notes.collect::<Vec<_>>().concat()
}

/// Writes what each glob fits.
fn globs(preview: &Preview, out: &mut dyn Write) -> io::Result<()> {
    if preview.globs.is_empty() {
        return Ok(());
    }
    let mut table = Table::new([("glob", Edge::Left), ("matched", Edge::Right)]);
    for glob in &preview.globs {
        table.row([Name(&glob.glob).to_string(), Number(glob.matched).to_string()]);
    }
    writeln!(out)?;
    table.write("     ", out)
}

/// Writes what each rule does, with some of its keys.
fn rules(preview: &Preview, out: &mut dyn Write) -> io::Result<()> {
    if preview.rules.is_empty() {
        return Ok(());
    }
    let mut table = Table::new([
        ("", Edge::Right),
        ("rule", Edge::Left),
        ("matched", Edge::Right),
        ("to restore", Edge::Right),
        ("skipped", Edge::Right),
    ]);
    let mut row = |number: String, rule: String, share: &Share| {
        let [matched, restores, skipped] =
            [share.matched, share.restores, share.skipped].map(|count| Number(count).to_string());
        table.row([number, rule, matched, restores, skipped]);
    };
    for (number, rule) in (1..).zip(&preview.rules) {
        row(Number(number).to_string(), plain(&rule.rule), &rule.share);
    }
    if preview.unmapped.matched > 0 {
        row(String::new(), "(no rule: the name stays)".to_owned(), &preview.unmapped);
    }
    writeln!(out)?;
    table.write("  ", out)?;
    for (number, rule) in (1_u64..).zip(&preview.rules) {
        let title = format!("rule {number}: {}", plain(&rule.rule));
        titled_samples(&title, &rule.share, preview, out)?;
    }
    titled_samples("no rule:", &preview.unmapped, preview, out)
}

fn titled_samples(
    title: &str,
    share: &Share,
    preview: &Preview,
    out: &mut dyn Write,
) -> io::Result<()> {
    if share.samples.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}")?;
    samples(share, preview, out)
}

fn samples(share: &Share, preview: &Preview, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::without_head();
    for Sample { from, to, database, key_type, expiry } in &share.samples {
        let renamed = if from == to { String::new() } else { format!("-> {}", Name(to)) };
        // Where all keys go to one database, it is named once, above.
        let database = match preview.databases.len() {
            0 | 1 => String::new(),
            _ => format!("{}, ", in_database(*database)),
        };
        let facts = format!("{database}{key_type}, {}", expires(*expiry));
        table.row([Name(from).to_string(), renamed, facts]);
    }
    table.write_beside("  samples    ", "             ", out)
}

fn unsupported(preview: &Preview, out: &mut dyn Write) -> io::Result<()> {
    if preview.unsupported.count == 0 {
        return Ok(());
    }
    let keys = Count(preview.unsupported.count, "key");
    writeln!(out, "\nunsupported: {keys} that the server cannot have")?;
    listed_in_full(&preview.unsupported, out, failed)
}

fn failed(failure: &Failure) -> String {
    let database = in_database(failure.database);
    format!("{} in {database}: {}", Name(&failure.key), failure.reason)
}

/// Returns the roads that are taken, those that nobody takes left out.
fn roads(roads: Roads) -> String {
    let all = [
        (roads.as_it_is, "copied unchanged"),
        (roads.retagged, "under another version"),
        (roads.rewritten, "rewritten"),
    ];
    let taken = all.into_iter().filter(|(count, _)| *count > 0);
    let taken = taken.map(|(count, road)| format!("{road} {}", Number(count)));
    taken.collect::<Vec<_>>().join(", ")
}

fn expiry(ttl: Ttl) -> &'static str {
    match ttl {
        Ttl::Keep => "kept: keys expire when they would have",
        Ttl::Drop => "dropped: no key expires",
        Ttl::Shift => "shifted: the time left is that of the moment when the file was written",
    }
}

fn taken(preview: &Preview, out: &mut dyn Write) -> io::Result<()> {
    if preview.taken.count == 0 {
        return Ok(());
    }
    let fate = match preview.on_conflict {
        OnConflict::Abort => "and nothing is restored",
        OnConflict::Skip => "and what is there stays",
        OnConflict::Replace => "and WHAT IS THERE IS LOST",
    };
    writeln!(out, "\nconflicts: {} taken, {fate}", are(preview.taken.count, "name"))?;
    listed_in_full(&preview.taken, out, name)
}

fn collisions(preview: &Preview, out: &mut dyn Write) -> io::Result<()> {
    if preview.collisions.count == 0 {
        return Ok(());
    }
    if preview.refusals.iter().any(|refusal| matches!(refusal, Refusal::Repeated { .. })) {
        let keys = Count(preview.collisions.count, "key");
        writeln!(out, "\nrepeated: {keys} that the file has more than once")?;
        return listed_in_full(&preview.collisions, out, |collision| {
            format!("{} in {}", Name(&collision.from), in_database(collision.database))
        });
    }
    let names = Count(preview.collisions.count, "name");
    writeln!(out, "\ncollisions: {names} that several keys of the file would get")?;
    listed_in_full(&preview.collisions, out, |collision| {
        let database = in_database(collision.database);
        format!("{} in {database} -> {}", Name(&collision.from), Name(&collision.to))
    })
}

fn name(taken: &Taken) -> String {
    format!("{} in {}", Name(&taken.key), in_database(taken.database))
}

fn write_report(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let counts = &report.counts;
    writeln!(
        out,
        "restored {} of {} in {}",
        Number(counts.restored),
        Count(report.selected, "key"),
        Span(report.elapsed)
    )?;
    if counts.restored > 0 {
        writeln!(out, "  method     {}", roads(counts.roads))?;
    }
    counted(&endings(report), out)?;
    libraries(&report.libraries, out)?;
    left_out(&report.left_out, out)?;
    slowdowns(report.slowdowns, out)?;
    if let Some(reason) = &report.stopped {
        writeln!(out, "  stopped: {reason}")?;
    }
    Ok(())
}

fn libraries(libraries: &Libraries, out: &mut dyn Write) -> io::Result<()> {
    if libraries.loaded > 0 {
        writeln!(out, "  functions  libraries loaded: {}", Number(libraries.loaded))?;
    }
    let there = "left out of the libraries of functions, because their names are taken";
    counted(&[(libraries.skipped, there)], out)?;
    for failed in &libraries.failed {
        writeln!(out, "  functions  {} was refused: {}", Name(&failed.name), failed.reason)?;
    }
    Ok(())
}

fn endings(report: &Report) -> [(u64, &'static str); 4] {
    let counts = &report.counts;
    [
        (counts.skipped, "left out, because their names are taken"),
        (counts.expired, "expired before their turn came"),
        (report.left, "not tried yet"),
        (report.unconfirmed, "sent, and it is not known whether they arrived"),
    ]
}

fn in_doubt(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let keys = match report.in_doubt.count {
        0 => return Ok(()),
        1 => "1 key was on its way".to_owned(),
        keys => format!("{} keys were on their way", Number(keys)),
    };
    writeln!(out, "\nin doubt: {keys} when a server was lost")?;
    listed(&report.in_doubt, out, failed)
}

fn failures(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let counts = &report.counts;
    if counts.conflicts.count > 0 {
        let names = Count(counts.conflicts.count, "name");
        writeln!(out, "\nconflicts: {names} taken since they were looked at; what is there stays")?;
        listed(&counts.conflicts, out, name)?;
    }
    if counts.unsupported.count > 0 {
        let keys = Count(counts.unsupported.count, "key");
        writeln!(out, "\nunsupported: {keys} that the server cannot have")?;
        listed(&counts.unsupported, out, failed)?;
    }
    in_doubt(report, out)?;
    if counts.failed.count > 0 {
        let keys = Count(counts.failed.count, "key");
        writeln!(out, "\nfailed: {keys} that the server refused")?;
        listed(&counts.failed, out, failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
