//! Asks which names are taken, and decides what becomes of each key.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    path::Path,
    sync::Arc,
};

use tokio::sync::mpsc;
use xxhash_rust::xxh3::xxh3_64;

use super::{Chunk, Selected};
use crate::{
    restore::{
        Error, OnConflict, Options,
        pick::LARGE_NAME,
        report::{Failure, Preview, Sample, Share, Taken},
    },
    server::deployment::Deployment,
    steps::{
        databases,
        drawn::{Drawn, SAMPLES},
        files, presence,
        put::{Foreseen, Road, Roads},
    },
    values::{key::Key, key_type::KeyType},
    vocabulary::{
        control::Control,
        listed::Listed,
        progress::{Event, Phase},
    },
};

/// Asks which names are taken.
pub(super) struct Asking<'a> {
    deployment: &'a Deployment,
    on_conflict: OnConflict,
    opened: BTreeMap<u64, Deployment>,
    asked: Asked,
}

/// What becomes of the keys.
pub(super) struct Asked {
    taken: Listed<Taken>,
    unsupported: Listed<Failure>,
    rules: Vec<Tally>,
    unmapped: Tally,
    databases: BTreeSet<u64>,
    by_type: BTreeMap<KeyType, u64>,
    by_database: BTreeMap<u64, u64>,
    roads: Roads,
}

/// What becomes of the keys of one rule.
struct Tally {
    restores: u64,
    skipped: u64,
    samples: Drawn<Sample>,
}

impl Default for Tally {
    fn default() -> Self {
        Self { restores: 0, skipped: 0, samples: Drawn::of(SAMPLES) }
    }
}

impl Tally {
    fn fill(self, share: &mut Share) {
        share.restores = self.restores;
        share.skipped = self.skipped;
        share.samples = self.samples.into_vec();
    }
}

/// What becomes of a key.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    /// It is restored, and its name is free.
    Restored(Road),
    /// It is restored, or would be if its name were not taken, which refuses everything.
    Conflicting(Road),
    /// It is left out, because its name is taken.
    Skipped,
    /// The server cannot have it.
    Unsupported(String),
}

/// Decides what becomes of a key, as a run would.
///
/// | supported | the name is | policy | fate |
/// |---|---|---|---|
/// | yes | free | any | restored |
/// | yes | taken | skip | skipped |
/// | yes | taken | abort, replace | conflicting |
/// | no | any | any | unsupported |
/// | no, unless the name is taken | taken | skip | skipped |
/// | no, unless the name is taken | otherwise | otherwise | unsupported |
fn fate(foreseen: Foreseen, is_taken: bool, on_conflict: OnConflict) -> Fate {
    let skips = is_taken && on_conflict == OnConflict::Skip;
    match foreseen {
        Foreseen::Road(_) | Foreseen::UnsupportedUnlessTaken(_) if skips => Fate::Skipped,
        Foreseen::Road(road) if is_taken => Fate::Conflicting(road),
        Foreseen::Road(road) => Fate::Restored(road),
        Foreseen::Unsupported(reason) | Foreseen::UnsupportedUnlessTaken(reason) => {
            Fate::Unsupported(reason)
        }
    }
}

impl<'a> Asking<'a> {
    pub(super) fn new(
        deployment: &'a Deployment,
        options: &Options,
        workspace: &Path,
    ) -> Result<Self, Error> {
        let file = |name: &str| {
            let file = files::unnamed(&workspace.join(name));
            file.map_err(|source| Error::Temporary { source })
        };
        let rules = options.rules.as_ref().map_or(0, |rules| rules.rules().len());
        let asked = Asked {
            taken: Listed::in_file(file("taken")?),
            unsupported: Listed::in_file(file("unsupported")?),
            rules: std::iter::repeat_with(Tally::default).take(rules).collect(),
            unmapped: Tally::default(),
            databases: BTreeSet::new(),
            by_type: BTreeMap::new(),
            by_database: BTreeMap::new(),
            roads: Roads::default(),
        };
        Ok(Self { deployment, on_conflict: options.on_conflict, opened: BTreeMap::new(), asked })
    }

    pub(super) async fn all(
        mut self,
        mut receiver: mpsc::Receiver<Chunk>,
        control: &Control<'_>,
    ) -> Result<Asked, Error> {
        let mut checked = 0;
        while let Some(Chunk { database, mut keys, room }) = receiver.recv().await {
            checked += keys.len() as u64;
            let taken = self.taken(database, &mut keys).await?;
            drop(room);
            self.asked.databases.insert(database);
            for (key, is_taken) in keys.into_iter().zip(taken) {
                let noted = self.asked.note(database, key, is_taken, self.on_conflict);
                noted.map_err(|source| Error::Temporary { source })?;
            }
            control.tell(Phase::Check, Event::Advanced(checked));
        }
        Ok(self.asked)
    }

    /// Returns which of the names are taken.
    async fn taken(&mut self, database: u64, keys: &mut [Selected]) -> Result<Vec<bool>, Error> {
        let deployment = match self.opened.entry(database) {
            Entry::Occupied(opened) => opened.into_mut(),
            Entry::Vacant(free) => free.insert(databases::open(self.deployment, database).await?),
        };
        if let [Selected { to, .. }] = keys
            && to.len() > LARGE_NAME
        {
            let name = Arc::new(std::mem::take(to));
            *to = Key::reported(&name).into_bytes();
            return Ok(vec![presence::is_taken(deployment, name).await?]);
        }
        let names: Vec<&[u8]> = keys.iter().map(|key| key.to.as_slice()).collect();
        // Few names are taken, as a rule, and to count is cheaper than to ask one by one.
        match presence::count(deployment, &names).await? {
            0 => Ok(vec![false; names.len()]),
            _ => Ok(presence::present(deployment, &names).await?),
        }
    }
}

impl Asked {
    fn note(
        &mut self,
        database: u64,
        key: Selected,
        is_taken: bool,
        on_conflict: OnConflict,
    ) -> std::io::Result<()> {
        let Selected { from, to, rule, key_type, expiry, foreseen } = key;
        let rule = rule.and_then(|rule| self.rules.get_mut(usize::from(rule)));
        let tally = rule.unwrap_or(&mut self.unmapped);
        let taken = || Taken { key: Key::reported(&to), database };
        let road = match fate(foreseen, is_taken, on_conflict) {
            Fate::Unsupported(reason) => {
                let failure = || Failure { key: Key::reported(&to), database, reason };
                return self.unsupported.note(failure);
            }
            Fate::Skipped => {
                tally.skipped += 1;
                return self.taken.note(taken);
            }
            Fate::Conflicting(road) => {
                self.taken.note(taken)?;
                road
            }
            Fate::Restored(road) => road,
        };
        tally.restores += 1;
        self.roads.count(road);
        *self.by_type.entry(key_type).or_default() += 1;
        *self.by_database.entry(database).or_default() += 1;
        let hash = xxh3_64(from.as_ref().map_or(to.as_slice(), Key::as_bytes));
        tally.samples.offer(hash, || {
            let to = Key::reported(&to);
            let from = from.unwrap_or_else(|| to.clone());
            Sample { from, to, database, key_type, expiry }
        });
        Ok(())
    }

    /// Adds it to what the file told.
    pub(super) fn fill(self, preview: &mut Preview) {
        self.unmapped.fill(&mut preview.unmapped);
        for (rule, tally) in preview.rules.iter_mut().zip(self.rules) {
            tally.fill(&mut rule.share);
        }
        let shares = preview.rules.iter().map(|rule| &rule.share);
        let shares = || shares.clone().chain([&preview.unmapped]);
        preview.restores = shares().map(|share| share.restores).sum();
        preview.skipped = shares().map(|share| share.skipped).sum();
        preview.taken = self.taken;
        preview.unsupported = self.unsupported;
        preview.databases = self.databases;
        preview.by_type = self.by_type;
        preview.by_database = self.by_database;
        preview.roads = self.roads;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_becomes_what_a_run_would_make_of_it() {
        #[track_caller]
        fn case(foreseen: &Foreseen, is_taken: bool, on_conflict: OnConflict, expected: &Fate) {
            assert_eq!(&fate(foreseen.clone(), is_taken, on_conflict), expected);
        }

        let road = Foreseen::Road(Road::AsItIs);
        let no = Foreseen::Unsupported("no".to_owned());
        let unless_taken = Foreseen::UnsupportedUnlessTaken("no".to_owned());
        let restored = Fate::Restored(Road::AsItIs);
        let conflicting = Fate::Conflicting(Road::AsItIs);
        let unsupported = Fate::Unsupported("no".to_owned());
        for policy in [OnConflict::Abort, OnConflict::Skip, OnConflict::Replace] {
            case(&road, false, policy, &restored);
            case(&no, false, policy, &unsupported);
            case(&no, true, policy, &unsupported);
            case(&unless_taken, false, policy, &unsupported);
        }
        case(&road, true, OnConflict::Skip, &Fate::Skipped);
        case(&road, true, OnConflict::Abort, &conflicting);
        case(&road, true, OnConflict::Replace, &conflicting);
        case(&unless_taken, true, OnConflict::Skip, &Fate::Skipped);
        case(&unless_taken, true, OnConflict::Abort, &unsupported);
        case(&unless_taken, true, OnConflict::Replace, &unsupported);
    }
}
