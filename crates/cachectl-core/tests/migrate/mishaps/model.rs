//! The model: names in a map, renamed all at once.

use std::collections::{BTreeMap, BTreeSet};

use cachectl_core::migrate::options::OnConflict;
use cachectl_testkit::{Snapshot, digest::Entry};

use super::{
    dice::Dice,
    scenario::{Names, Scenario},
};

/// What keys there are, by name.
pub(super) type World = BTreeMap<Vec<u8>, Entry>;

/// What is to be renamed, and what it becomes.
#[derive(Debug)]
pub(super) struct Model {
    /// The rules, as text.
    pub(super) rules: Vec<String>,
    /// The new name of every key that a rule matches.
    pairs: BTreeMap<String, String>,
    /// Keys that have a new name and keep it.
    blockers: Vec<String>,
    policy: OnConflict,
}

impl Model {
    pub(super) fn of(scenario: &Scenario) -> Self {
        let (mut rules, mut pairs) = (Vec::new(), BTreeMap::new());
        write_rules(&scenario.names, &mut rules);
        write_pairs(&scenario.names, &mut pairs);
        let mut dice = Dice::new(scenario.seed ^ 0x626c_6f63);
        let free = pairs.values().filter(|new| !pairs.contains_key(*new));
        let blockers = free.filter(|_| dice.below(100) < scenario.names.taken).cloned().collect();
        Self { rules, pairs, blockers, policy: scenario.policy }
    }

    /// Returns the names of all keys that there are at the start.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        let bystanders = (0..20).map(|number| format!("bystander:{number}"));
        self.pairs.keys().chain(&self.blockers).cloned().chain(bystanders)
    }

    /// Returns whether the plan has to be refused.
    pub(super) fn is_refused(&self) -> bool {
        self.policy == OnConflict::Abort && !self.blockers.is_empty()
    }

    /// Returns what there is after the way there. `stash` tells where a key in the way goes; those
    /// in `left` are left in the way.
    pub(super) fn forward(
        &self,
        before: &World,
        stash: impl Fn(&str) -> Vec<u8>,
        left: &[String],
    ) -> World {
        let staying = self.staying(left);
        let mut after = World::new();
        for (name, entry) in before {
            let text = String::from_utf8(name.clone()).unwrap();
            let new = match self.pairs.get(&text) {
                Some(new) if !staying.contains(text.as_str()) => new.clone().into_bytes(),
                None if self.blockers.contains(&text) => match self.policy {
                    OnConflict::Stash => stash(&text),
                    OnConflict::Overwrite if !left.contains(&text) => continue,
                    OnConflict::Abort | OnConflict::Skip | OnConflict::Overwrite => name.clone(),
                },
                _ => name.clone(),
            };
            assert!(after.insert(new, entry.clone()).is_none(), "the model gives a name twice");
        }
        after
    }

    /// Returns the keys that the way back may bring back or not: what was overwritten is lost.
    pub(super) fn lost(&self) -> BTreeSet<Vec<u8>> {
        let overwritten = self.policy == OnConflict::Overwrite;
        let blockers = self.blockers.iter().filter(|_| overwritten);
        blockers.map(|name| name.clone().into_bytes()).collect()
    }

    /// Returns the keys that were to be overwritten and are still there.
    pub(super) fn not_overwritten(&self, before: &World, found: &World) -> Vec<String> {
        let overwritten = self.policy == OnConflict::Overwrite;
        let there = |name: &&String| {
            overwritten && found.get(name.as_bytes()) == before.get(name.as_bytes())
        };
        self.blockers.iter().filter(there).cloned().collect()
    }

    /// Returns how many keys keep their old names if those are left in the way.
    pub(super) fn conflicts(&self, left: &[String]) -> usize {
        if left.is_empty() { 0 } else { self.staying(left).len() }
    }

    /// Returns the keys that keep their old names: the new one is that of a key that stays.
    fn staying(&self, left: &[String]) -> BTreeSet<&str> {
        let mut staying = BTreeSet::new();
        let blockers = if self.policy == OnConflict::Skip { &self.blockers[..] } else { left };
        let mut taken: BTreeSet<&str> = blockers.iter().map(String::as_str).collect();
        loop {
            let waits = |(_, new): &(&String, &String)| taken.contains(new.as_str());
            let more: BTreeSet<&str> =
                self.pairs.iter().filter(waits).map(|(old, _)| old.as_str()).collect();
            if more.len() == staying.len() {
                return staying;
            }
            taken.extend(&more);
            staying = more;
        }
    }
}

fn write_rules(names: &Names, rules: &mut Vec<String>) {
    for (number, length) in names.chains.iter().enumerate() {
        rules.extend(
            (0..*length).map(|link| chained(number, link)).map(|(a, b)| format!("{a} => {b}")),
        );
    }
    let cars = 0..names.trains.1;
    rules.extend(cars.map(|car| format!("car{car}:{{n}} => car{}:{{n}}", car + 1)));
    rules.extend(["left:{n} => right:{n}", "right:{n} => left:{n}"].map(str::to_owned));
    let length = names.rings.1;
    rules
        .extend((0..length).map(|at| format!("ring{at}:{{n}} => ring{}:{{n}}", (at + 1) % length)));
    rules.push("flat:{n} => moved:{n}".to_owned());
}

fn write_pairs(names: &Names, pairs: &mut BTreeMap<String, String>) {
    pairs.extend((0..names.flat).map(|n| (format!("flat:{n}"), format!("moved:{n}"))));
    for (number, length) in names.chains.iter().enumerate() {
        pairs.extend((0..*length).map(|link| chained(number, link)));
    }
    let (trains, cars) = names.trains;
    for n in 0..trains {
        pairs.extend((0..cars).map(|car| (format!("car{car}:{n}"), format!("car{}:{n}", car + 1))));
    }
    for n in 0..names.swaps {
        pairs.insert(format!("left:{n}"), format!("right:{n}"));
        pairs.insert(format!("right:{n}"), format!("left:{n}"));
    }
    let (rings, length) = names.rings;
    for n in 0..rings {
        let pair = |at| (format!("ring{at}:{n}"), format!("ring{}:{n}", (at + 1) % length));
        pairs.extend((0..length).map(pair));
    }
}

fn chained(number: usize, link: u64) -> (String, String) {
    (format!("chain{number}:{link}"), format!("chain{number}:{}", link + 1))
}

/// Returns what a server holds, without the markers that a migration leaves on it.
pub(super) fn world(snapshot: &Snapshot) -> World {
    let keys = snapshot.entries().iter().filter(|((_, key), _)| !is_marker(key));
    keys.map(|((_, key), entry)| (key.clone(), entry.clone())).collect()
}

/// Returns whether a key is reserved, and holds no value of somebody else.
fn is_marker(key: &[u8]) -> bool {
    let key = String::from_utf8_lossy(key);
    let purpose = key.strip_prefix("cachectl:{").and_then(|rest| rest.split_once("}:"));
    let others = ["stash:", "aside:", "restore:"];
    purpose.is_some_and(|(_, rest)| !others.iter().any(|other| rest.starts_with(other)))
}

/// Panics with the first differences. Keys that are `lost` may be missing.
pub(super) fn assert_is(what: &str, found: &World, expected: &World, lost: &BTreeSet<Vec<u8>>) {
    let missing = expected.keys().filter(|key| !found.contains_key(*key) && !lost.contains(*key));
    let missing = missing.map(|key| format!("missing {}", key.escape_ascii()));
    let wrong = found.iter().filter_map(|(key, entry)| {
        let origin = || expected.iter().find(|(_, other)| other.value == entry.value);
        match expected.get(key) {
            None => Some(format!(
                "unexpected {}, the value of {}",
                key.escape_ascii(),
                origin().map(|(name, _)| name.escape_ascii().to_string()).unwrap_or_default()
            )),
            Some(same) if same == entry => None,
            Some(_) => Some(format!("{} has another value or expiry", key.escape_ascii())),
        }
    });
    let all: Vec<String> = missing.chain(wrong).collect();
    let first: Vec<&str> = all.iter().take(6).map(String::as_str).collect();
    assert!(all.is_empty(), "{what}: {} differences: {}", all.len(), first.join("; "));
}
