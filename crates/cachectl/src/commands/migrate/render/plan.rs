//! A plan, as text.

use std::{
    cmp::Reverse,
    io::{self, Write},
};

use cachectl_core::migrate::{
    options::OnConflict,
    report::{Conflict, Links, PlanReport, RuleReport, Sample, SnapshotSource},
};

use super::words;
use crate::output::{
    self,
    clip::{Name, Rule, in_the_middle},
    count::{Count, Number},
    list::{SHOWN, bullets, listed_in_full, wrapped},
    plain::Line,
    render::Render,
    table::{Edge, Table},
    words::{are, counts, estimate, expiry, in_database, in_databases, moment, ttl_class},
};

/// How many of very many rules are described besides.
const IN_DETAIL: usize = 5;
/// How many of the rules that match the same keys are named.
const OVERLAPS: usize = 3;

impl Render for PlanReport {
    const SCHEMA: &'static str = "cachectl.migrate.plan/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        write(self, out)
    }
}

/// Writes all of it, as something that has not happened.
pub(super) fn write(plan: &PlanReport, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", headline(plan))?;
    servers(plan, out)?;
    writeln!(out, "{}\n", looked_at(plan))?;
    rules_table(plan, "to rename").write("  ", out)?;
    more_rules(plan, out)?;
    let in_detail = if plan.rules.len() > SHOWN { IN_DETAIL } else { SHOWN };
    for (number, rule) in shown(plan).into_iter().take(in_detail) {
        write_rule(number, rule, out)?;
    }
    conflicts(plan, out)?;
    collisions(plan, out)?;
    cross_slot(plan, out)?;
    links(plan.links, out)?;
    warnings(plan, out)?;
    if plan.totals.renames > 0 {
        let caveats = plan.caveats.iter().map(|one| words::caveat(*one));
        bullets("limits of this run", caveats, out)?;
    }
    bullets("refused", plan.refusals.iter(), out)
}

/// Writes what is worth knowing of it once it is applied.
pub(super) fn write_applied(plan: &PlanReport, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    servers(plan, out)?;
    rules_table(plan, "planned").write("  ", out)?;
    more_rules(plan, out)?;
    conflicts(plan, out)?;
    warnings(plan, out)
}

fn headline(plan: &PlanReport) -> String {
    let keys = Count(plan.totals.renames, "key");
    // A file tells nothing about time, and there is no plan that could be applied.
    let (time, number) = match &plan.snapshot {
        Some(_) => (String::new(), String::new()),
        None => {
            (format!(", {}", estimate(plan.estimate, plan.rate)), format!(" (plan {})", plan.plan))
        }
    };
    match (plan.refusals.as_slice(), plan.totals.renames) {
        ([], 0) => format!("nothing to rename{number}"),
        ([], _) => format!("would rename {keys}{time}{number}"),
        (_, _) => format!("refused; would have renamed {keys}{number}"),
    }
}

fn servers(plan: &PlanReport, out: &mut dyn Write) -> io::Result<()> {
    for server in &plan.servers {
        let keys = server.keys.map(|keys| format!(", {}", Count(keys, "key")));
        let keys = keys.unwrap_or_default();
        let place = in_databases([&server.endpoint], [server.database]);
        writeln!(out, "on {place}, {}{keys}", server.version)?;
    }
    plan.snapshot.as_ref().map_or(Ok(()), |snapshot| writeln!(out, "in {}", described(snapshot)))
}

/// Returns what is known of a file.
fn described(snapshot: &SnapshotSource) -> String {
    let written_by = snapshot.written_by.as_ref().map(|writer| format!(", written by {writer}"));
    let written_at = snapshot.written_at.and_then(moment).map(|at| format!(" at {at}"));
    let expired = match snapshot.expired {
        0 => String::new(),
        keys => format!(" and {} expired", Number(keys)),
    };
    format!(
        "{}, RDB version {}{}{}, {} with {}{expired}",
        snapshot.path.display(),
        snapshot.rdb_version,
        written_by.unwrap_or_default(),
        written_at.unwrap_or_default(),
        in_database(snapshot.database),
        Count(snapshot.keys, "key")
    )
}

fn looked_at(plan: &PlanReport) -> String {
    let totals = &plan.totals;
    let notes = [
        (totals.skipped, "skipped"),
        (totals.excluded, "excluded"),
        (totals.ambiguous, "ambiguous"),
        (totals.vanished, "gone meanwhile"),
    ];
    let notes = notes.into_iter().filter(|(count, _)| *count > 0);
    let notes = notes.map(|(count, what)| format!(", {} {what}", Number(count)));
    format!(
        "looked at {}: {} matched{}",
        Count(totals.scanned, "key"),
        Number(totals.matched),
        notes.collect::<String>()
    )
}

fn rules_table(plan: &PlanReport, renames: &str) -> Table<5> {
    let mut table = Table::new([
        ("", Edge::Right),
        ("rule", Edge::Left),
        ("matched", Edge::Right),
        (renames, Edge::Right),
        ("skipped", Edge::Right),
    ]);
    for (number, rule) in shown(plan) {
        table.row([
            Number(number).to_string(),
            rule.rule.clone(),
            Number(rule.matched).to_string(),
            Number(rule.renames).to_string(),
            Number(rule.skipped).to_string(),
        ]);
    }
    table.shrinking([1, 1])
}

/// Returns the rules that people are shown, with their numbers: all, or of many those with the most
/// keys, the first one first.
fn shown(plan: &PlanReport) -> Vec<(u64, &RuleReport)> {
    let mut rules: Vec<_> = (1..).zip(&plan.rules).collect();
    if rules.len() > SHOWN {
        rules.retain(|(_, rule)| rule.matched > 0);
        rules.sort_by_key(|(_, rule)| Reverse(rule.matched));
        rules.truncate(SHOWN);
    }
    rules
}

/// Writes how many rules are not shown.
fn more_rules(plan: &PlanReport, out: &mut dyn Write) -> io::Result<()> {
    let shown = shown(plan);
    let more = plan.rules.len().saturating_sub(shown.len()) as u64;
    if more == 0 {
        return Ok(());
    }
    let keys = |rules: &mut dyn Iterator<Item = &RuleReport>| rules.map(|rule| rule.matched).sum();
    let all: u64 = keys(&mut plan.rules.iter());
    let seen: u64 = keys(&mut shown.iter().map(|(_, rule)| *rule));
    let idle = plan.rules.iter().filter(|rule| rule.matched == 0).count() as u64;
    let idle = match idle {
        0 => String::new(),
        1 => "; 1 matches nothing".to_owned(),
        idle => format!("; {} match nothing", Number(idle)),
    };
    let (rules, keys) = (Count(more, "more rule"), Count(all.saturating_sub(seen), "key"));
    wrapped("  … and ", &format!("{rules} ({keys}){idle}: `-o json` lists all"), out)
}

fn warnings(plan: &PlanReport, out: &mut dyn Write) -> io::Result<()> {
    bullets("warnings", words::warnings(&plan.warnings).into_iter(), out)
}

fn write_rule(number: u64, rule: &RuleReport, out: &mut dyn Write) -> io::Result<()> {
    if rule.samples.is_empty() && rule.overlaps.is_empty() && rule.ambiguous.is_none() {
        return Ok(());
    }
    let room = output::columns().saturating_sub(12);
    let text = Line(&rule.rule).to_string();
    writeln!(out, "\nrule {number}: {}", in_the_middle(&text, room))?;
    if rule.renames > 0 {
        writeln!(out, "  types    {}", counts(&rule.by_type, |key_type| key_type))?;
        writeln!(out, "  expiry   {}", counts(&rule.by_ttl, ttl_class))?;
    }
    for overlap in rule.overlaps.iter().take(OVERLAPS) {
        let (keys, with) = (Count(overlap.keys, "key"), Rule(&overlap.with));
        let example = Name(&overlap.example);
        writeln!(out, "  {keys} would match `{with}` too, for example {example}")?;
    }
    if let Some(more @ 1..) = rule.overlaps.len().checked_sub(OVERLAPS) {
        writeln!(out, "  … and keys of it would match {} too", Count(more as u64, "more rule"))?;
    }
    if let Some(sighting) = &rule.ambiguous {
        let keys = Count(sighting.keys, "key");
        let example = Name(&sighting.example);
        writeln!(out, "  {keys} can be read in several ways, for example {example}")?;
    }
    samples(&rule.samples, out)
}

fn samples(samples: &[Sample], out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::without_head();
    for sample in samples {
        table.row([
            Name(&sample.from).to_string(),
            format!("-> {}", Name(&sample.to)),
            format!("{}, {}", sample.key_type, expiry(sample.expiry)),
        ]);
    }
    table.shrinking([0, 1]).write_beside("  samples  ", "           ", out)
}

fn conflicts(plan: &PlanReport, out: &mut dyn Write) -> io::Result<()> {
    let conflicts = &plan.conflicts;
    if conflicts.count == 0 {
        return Ok(());
    }
    let fate = match plan.on_conflict {
        OnConflict::Abort => "and the plan is refused",
        OnConflict::Skip => "and these keys keep their old names",
        OnConflict::Stash => "and the keys in the way are moved aside",
        OnConflict::Overwrite => "and the KEYS IN THE WAY ARE LOST",
    };
    let names = are(conflicts.count, "new name");
    writeln!(out, "\nconflicts: {names} taken, {fate}")?;
    listed_in_full(conflicts, out, |conflict: &Conflict| {
        let stash = conflict.stash.as_ref().map(|name| format!(", goes to {}", Name(name)));
        format!(
            "{} -> {}{}",
            words::facts(&conflict.source),
            words::facts(&conflict.target),
            stash.unwrap_or_default()
        )
    })
}

fn collisions(plan: &PlanReport, out: &mut dyn Write) -> io::Result<()> {
    if plan.collisions.count == 0 {
        return Ok(());
    }
    let names = Count(plan.collisions.count, "new name");
    writeln!(out, "\ncollisions: {names} that several keys would get, which is always refused")?;
    listed_in_full(&plan.collisions, out, |collision| {
        let [one, other] = &collision.from;
        format!("{} and {} -> {}", Name(one), Name(other), Name(&collision.to))
    })
}

fn cross_slot(plan: &PlanReport, out: &mut dyn Write) -> io::Result<()> {
    if plan.cross_slot.count == 0 {
        return Ok(());
    }
    let keys = Count(plan.cross_slot.count, "key");
    writeln!(out, "\nacross slots: {keys} whose new name belongs to another slot of the cluster")?;
    listed_in_full(&plan.cross_slot, out, |pair| {
        format!("{} -> {}", Name(&pair.from), Name(&pair.to))
    })
}

fn links(links: Links, out: &mut dyn Write) -> io::Result<()> {
    if links.keys == 0 {
        return Ok(());
    }
    writeln!(
        out,
        "\nnew names that are old names of other keys: {} in {} and {}, the longest of {}",
        Count(links.keys, "key"),
        Count(links.chains, "chain"),
        Count(links.cycles, "cycle"),
        Number(links.longest)
    )?;
    writeln!(out, "  they are renamed in an order in which none is in the way of another")
}
