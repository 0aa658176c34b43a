//! Backups, as text.

use std::{
    collections::BTreeMap,
    fmt::Display,
    io::{self, Write},
};

use crate::output::{
    clip::Name,
    count::{Bytes, Count, Number, Span},
    list::counted,
    render::Render,
    table::{Edge, Table},
    words::{counts, in_database, moment, ttl_class},
};
use cachectl_core::{
    backup::{
        Report,
        inspect::{Contents, Share},
    },
    steps::rdb_file::{Ending, Proof},
};

impl Render for Report {
    const SCHEMA: &'static str = "cachectl.backup/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let kept = &self.counts;
        writeln!(
            out,
            "backed up {} to {} in {}",
            Count(kept.keys, "key"),
            self.path.display(),
            Span(self.elapsed)
        )?;
        writeln!(out, "  file       {}, RDB version {}", Bytes(self.bytes), self.rdb_version)?;
        if kept.keys > 0 {
            writeln!(out, "  types      {}", counts(&kept.by_type, |key_type| key_type))?;
            writeln!(out, "  databases  {}", counts(&kept.by_database, in_database))?;
            writeln!(out, "  expiry     {}", counts(&kept.by_ttl, ttl_class))?;
        }
        let notes = [
            (kept.vanished, "gone before they could be read: expired, evicted or deleted"),
            (kept.repeated, "returned twice by the scan; the first reading is in the file"),
        ];
        counted(&notes, out)?;
        writeln!(out, "not a snapshot: keys were read one after another")
    }
}

impl Render for Contents {
    const SCHEMA: &'static str = "cachectl.backup.inspect/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "{}: {}, {} of values",
            self.path.display(),
            Count(self.keys, "key"),
            Bytes(self.value_bytes)
        )?;
        writeln!(out, "  file       {}, RDB version {}", Bytes(self.bytes), self.rdb_version)?;
        ending(&self.ending, out)?;
        if let Some(origin) = origin(&self.about) {
            writeln!(out, "  written    {origin}")?;
        }
        if self.keys > 0 {
            writeln!(out, "  expiry     {}", counts(&self.by_ttl, ttl_class))?;
        }
        if self.expired > 0 {
            writeln!(out, "  expired    {}, which a server drops", Count(self.expired, "key"))?;
        }
        if self.repeated > 0 {
            let keys = Count(self.repeated, "key");
            writeln!(out, "  repeated   {keys} whose name an earlier one has")?;
        }
        if self.remembering_streams > 0 {
            let streams = Count(self.remembering_streams, "stream");
            writeln!(out, "  producers  {streams} with what producers have sent (idempotency)")?;
        }
        if self.functions > 0 {
            let libraries = Number(self.functions);
            writeln!(out, "  functions  libraries: {libraries}, which are not restored")?;
        }
        if !self.module_data.is_empty() {
            let modules = counts_of(&self.module_data, Bytes);
            writeln!(out, "  modules    {modules} beside the keys, which are not restored")?;
        }
        shares("type", self.by_type.iter(), out)?;
        shares("encoding", self.by_encoding.iter(), out)?;
        shares("database", self.by_database.iter(), out)?;
        prefixes(self, out)?;
        biggest(self, out)
    }
}

/// Tells what is known of the file as a whole, as far as it is not as it should be.
fn ending(ending: &Ending, out: &mut dyn Write) -> io::Result<()> {
    let Ending { proof, trailing, unread, increments, empty } = ending;
    if let Some(unread) = unread {
        writeln!(out, "  cut off    {unread}: the rest was not read")?;
    } else if *proof == Proof::None {
        writeln!(out, "  checksum   no checksum: not proven whole")?;
    }
    if let Some(trailing) = trailing {
        writeln!(out, "  ignored    {trailing}")?;
    }
    if !increments.is_empty() {
        writeln!(out, "  increments not replayed: {}", increments.join(", "))?;
    }
    if *empty > 0 {
        writeln!(
            out,
            "  empty      {} without elements, which servers drop",
            Count(*empty, "key")
        )?;
    }
    Ok(())
}

fn counts_of<D: Display>(by: &BTreeMap<String, u64>, word: impl Fn(u64) -> D) -> String {
    let parts = by.iter().map(|(name, number)| format!("{name} {}", word(*number)));
    parts.collect::<Vec<_>>().join(", ")
}

/// Returns who wrote a file, and when, as far as the file tells.
fn origin(about: &BTreeMap<String, String>) -> Option<String> {
    let writer = [("redis-ver", "redis"), ("valkey-ver", "valkey")];
    let writer = writer
        .iter()
        .find_map(|(field, product)| about.get(*field).map(|version| (product, version)));
    let writer = writer.map(|(product, version)| format!("by {product} {version}"));
    let at = about.get("ctime").and_then(|seconds| seconds.parse().ok());
    let at = at.and_then(moment).map(|at| format!("at {at}"));
    let parts: Vec<String> = [writer, at].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn shares<'a, K: Display + 'a>(
    title: &str,
    shares: impl Iterator<Item = (&'a K, &'a Share)>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut rows = Rows::new(title);
    shares.for_each(|(name, share)| rows.add(name, *share));
    rows.write(out)
}

fn prefixes(contents: &Contents, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = Rows::new("prefix");
    for prefix in &contents.prefixes {
        match prefix.prefix.as_bytes() {
            [] => rows.add(&"(no `:` in the name)", prefix.share),
            _ => rows.add(&Name(&prefix.prefix), prefix.share),
        }
    }
    if contents.other_prefixes.keys > 0 {
        rows.add(&"(all others)", contents.other_prefixes);
    }
    rows.write(out)
}

fn biggest(contents: &Contents, out: &mut dyn Write) -> io::Result<()> {
    const SHOWN: usize = 10;
    if contents.biggest.is_empty() {
        return Ok(());
    }
    let mut table = Table::new([
        ("biggest", Edge::Left),
        ("type", Edge::Left),
        ("", Edge::Left),
        ("bytes", Edge::Right),
    ]);
    for big in contents.biggest.iter().take(SHOWN) {
        table.row([
            Name(&big.key).to_string(),
            big.key_type.to_string(),
            in_database(big.database),
            Number(big.bytes).to_string(),
        ]);
    }
    writeln!(out)?;
    table.write("  ", out)
}

/// A table of keys and bytes.
struct Rows {
    table: Table<3>,
    is_empty: bool,
}

impl Rows {
    fn new(title: &str) -> Self {
        let head = [(title, Edge::Left), ("keys", Edge::Right), ("bytes", Edge::Right)];
        Self { table: Table::new(head), is_empty: true }
    }

    fn add(&mut self, name: &dyn Display, share: Share) {
        self.is_empty = false;
        self.table.row([
            name.to_string(),
            Number(share.keys).to_string(),
            Number(share.bytes).to_string(),
        ]);
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.is_empty {
            return Ok(());
        }
        writeln!(out)?;
        self.table.write("  ", out)
    }
}
