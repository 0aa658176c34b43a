//! Reads the file.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    path::Path,
    sync::Arc,
    time::Duration,
};

use cachectl_rdb::{Entry, Record};
use tokio::sync::mpsc;

use super::{CHUNK, CHUNK_BYTES, Chunk, Selected, Targets, memory};
use crate::{
    restore::{
        Error, Functions, Options, functions,
        pick::{LARGE_NAME, Picked, Picker, name_of},
        report::{Collision, GlobReport, Largest, LeftOut, Preview, RuleReport, Share},
        room::Meter,
    },
    steps::{
        files,
        fit::Fit,
        name_hash::NameHash,
        put::{Foreseen, Proof, Road, Roads},
        rdb_file::{Ending, RdbSource},
        sorter::Sorter,
    },
    values::{key::Key, key_type::KeyType, rule_set::RuleSet},
    vocabulary::{listed::Listed, outcome::Outcome},
};

/// Reads the file, on a thread that may block.
pub(super) struct Reading {
    options: Options,
    picker: Picker,
    targets: Targets,
    preview: Preview,
    fit: Fit,
    /// Keys that no rule matches.
    unmapped: u64,
    waiting: Chunk,
    /// The room that large names take, which are asked for alone.
    meter: Arc<Meter>,
    /// How many bytes of names wait.
    waiting_bytes: usize,
    /// Hashes of the new names: several entries may get the same, and a file may have a key twice.
    hashes: Option<Sorter<2>>,
    hash: NameHash,
}

impl Reading {
    pub(super) fn new(
        options: &Options,
        picker: Picker,
        targets: Targets,
        workspace: &Path,
    ) -> Result<Self, Error> {
        let file = files::unnamed(&workspace.join("collisions"));
        let collisions = Listed::in_file(file.map_err(|source| Error::Temporary { source })?);
        let hashes = Some(Sorter::new(&workspace.join("names")));
        Ok(Self {
            preview: empty(options, collisions),
            fit: Fit::new(&options.selection, options.rules.as_ref()),
            unmapped: 0,
            options: options.clone(),
            picker,
            targets,
            waiting: Chunk { database: 0, keys: Vec::new(), room: None },
            meter: Meter::new(),
            waiting_bytes: 0,
            hashes,
            hash: NameHash::new(),
        })
    }

    /// Reads all of it; what depends on the servers is left empty.
    pub(super) fn all(mut self, sender: &mpsc::Sender<Chunk>) -> Result<Preview, Error> {
        let mut source = self.options.file.open()?;
        source.keep_empties();
        self.preview.rdb_version = source.version().number();
        let mut name = Vec::new();
        while let Some(record) = source.record()? {
            if sender.is_closed() {
                return Err(Error::Stopped);
            }
            match record {
                Record::Aux { name, value } => self.picker.about(name, value),
                Record::Function(code) => self.function(code),
                Record::ModuleAux { module, .. } => {
                    *self.preview.left_out.modules.entry(module).or_default() += 1;
                }
                Record::Resize { .. } => {}
                Record::Entry(entry) => {
                    self.preview.entries += 1;
                    let picked = self.picker.pick(&entry, &mut name)?;
                    let Some((database, selected)) = self.note(&entry, picked, &name)? else {
                        continue;
                    };
                    // It is empty if it is large, or has no bytes.
                    if selected.to.is_empty() {
                        let to = take_name(selected.rule, &mut source, &mut name);
                        self.ask_alone(database, Selected { to, ..selected }, sender)?;
                    } else {
                        self.ask(database, selected, sender)?;
                    }
                }
            }
        }
        self.preview.ending = source.ending().cloned().unwrap_or_default();
        self.preview.ending.empty = self.preview.empty;
        self.send(sender)?;
        self.preview.proof = self.preview.ending.proof.into();
        self.preview.written_at = self.picker.written_at();
        self.collisions()?;
        self.matches();
        Ok(self.preview)
    }

    fn function(&mut self, code: &[u8]) {
        self.preview.functions += 1;
        match self.options.functions {
            Functions::LeaveOut => self.preview.left_out.functions += 1,
            Functions::Load => {
                let name = functions::name(code).unwrap_or_default();
                self.preview.libraries.push(Key::from(name));
            }
        }
    }

    /// Takes note of an entry, and returns what is to be asked for: without its name if that is
    /// large.
    fn note(
        &mut self,
        entry: &Entry<'_>,
        picked: Picked,
        name: &[u8],
    ) -> Result<Option<(u64, Selected)>, Error> {
        let (database, expiry, rule) = match picked {
            Picked::Excluded => {
                self.preview.excluded += 1;
                return Ok(None);
            }
            Picked::Expired { rule } => {
                self.preview.expired += 1;
                self.count(entry, rule);
                return Ok(None);
            }
            Picked::Empty { rule } => {
                self.preview.empty += 1;
                self.count(entry, rule);
                return Ok(None);
            }
            Picked::Taken { database, expiry, rule } => (database, expiry, rule),
        };
        self.count(entry, rule);
        let name = name_of(rule, entry.key, name);
        let key_type = KeyType::from(entry.value.value_type());
        self.preview.selected += 1;
        self.preview.modules += u64::from(key_type == KeyType::Module);
        if let Some(hashes) = &mut self.hashes {
            let hash = self.hash.of(database, name);
            hashes.push(hash).map_err(|source| Error::Temporary { source })?;
        }
        let foreseen = self.targets.foresee(name, entry.value)?;
        self.weigh(entry, &foreseen, (database, name));
        let to = if is_large(name) { Vec::new() } else { name.to_vec() };
        let from = rule.map(|_| Key::reported(entry.key));
        Ok(Some((database, Selected { from, to, rule, key_type, expiry, foreseen })))
    }

    /// Has a name asked for, together with others.
    fn ask(
        &mut self,
        database: u64,
        selected: Selected,
        sender: &mpsc::Sender<Chunk>,
    ) -> Result<(), Error> {
        let is_full = self.waiting.keys.len() >= CHUNK || self.waiting_bytes >= CHUNK_BYTES;
        if self.waiting.database != database || is_full {
            self.send(sender)?;
            self.waiting.database = database;
        }
        let from = selected.from.as_ref().map_or(0, |from| from.as_bytes().len());
        self.waiting_bytes += from + selected.to.len();
        self.waiting.keys.push(selected);
        Ok(())
    }

    /// Has a large name asked for, and waits until it was: what is read meanwhile would be in memory
    /// beside it.
    fn ask_alone(
        &mut self,
        database: u64,
        selected: Selected,
        sender: &mpsc::Sender<Chunk>,
    ) -> Result<(), Error> {
        self.send(sender)?;
        let room = Some(self.meter.room(selected.to.len()));
        let chunk = Chunk { database, keys: vec![selected], room };
        sender.blocking_send(chunk).map_err(|_| Error::Stopped)?;
        self.meter.wait();
        Ok(())
    }

    /// Takes note of what it takes to restore a value.
    fn weigh(&mut self, entry: &Entry<'_>, foreseen: &Foreseen, (database, name): (u64, &[u8])) {
        let Foreseen::Road(road) = foreseen else { return };
        let bytes = entry.bytes;
        if self.preview.largest.as_ref().is_none_or(|largest| largest.bytes < bytes) {
            self.preview.largest = Some(Largest { key: Key::reported(name), database, bytes });
        }
        let memory = memory::of(entry.value, *road);
        self.preview.memory = self.preview.memory.max(memory);
        let loses = *road == Road::Rewritten && entry.producers > 0;
        self.preview.left_out.idempotency += u64::from(loses);
    }

    /// Counts what a selected key fits.
    fn count(&mut self, entry: &Entry<'_>, rule: Option<u16>) {
        self.fit.key(&self.options.selection, entry.db, entry.key);
        match rule {
            Some(rule) => self.fit.rule(rule),
            None => self.unmapped += 1,
        }
    }

    fn send(&mut self, sender: &mpsc::Sender<Chunk>) -> Result<(), Error> {
        let database = self.waiting.database;
        let empty = Chunk { database, keys: Vec::with_capacity(CHUNK), room: None };
        let chunk = std::mem::replace(&mut self.waiting, empty);
        self.waiting_bytes = 0;
        if chunk.keys.is_empty() {
            return Ok(());
        }
        // Nobody listens any more only if asking failed, which is told where it is waited for.
        sender.blocking_send(chunk).map_err(|_| Error::Stopped)
    }

    /// Tells what the globs and the rules fit.
    fn matches(&mut self) {
        let Options { selection, rules, .. } = &self.options;
        let preview = &mut self.preview;
        let matched = selection.patterns.iter().zip(self.fit.globs());
        preview.globs = matched
            .map(|(glob, matched)| GlobReport {
                glob: Key::from(glob.as_bytes()),
                matched: *matched,
            })
            .collect();
        let matched = rules.iter().flat_map(RuleSet::rules).zip(self.fit.rules());
        preview.rules = matched
            .map(|(rule, matched)| RuleReport {
                rule: rule.to_string(),
                share: Share { matched: *matched, ..Share::default() },
            })
            .collect();
        preview.unmapped.matched = self.unmapped;
        preview.unfit = self.fit.unfit(selection, rules.as_ref());
    }

    /// Finds names that several entries would get, and reads the file once more to name them.
    fn collisions(&mut self) -> Result<(), Error> {
        let temporary = |source| Error::Temporary { source };
        let Some(hashes) = self.hashes.take() else {
            return Ok(());
        };
        let mut hashes = hashes.finish().map_err(temporary)?;
        let (mut last, mut repeated) = (None, BTreeSet::new());
        while let Some(hash) = hashes.entry().map_err(temporary)? {
            // So many are enough to see what is wrong with the rules.
            if last == Some(hash) && repeated.len() < CHUNK {
                repeated.insert(hash);
            }
            last = Some(hash);
        }
        if repeated.is_empty() { Ok(()) } else { self.name_collisions(&repeated) }
    }

    fn name_collisions(&mut self, repeated: &BTreeSet<[u64; 2]>) -> Result<(), Error> {
        let mut source = self.options.file.open()?;
        source.keep_empties();
        let mut name = Vec::new();
        let mut names = HashSet::new();
        while let Some(record) = source.record()? {
            let Record::Entry(entry) = record else { continue };
            let picked = self.picker.pick(&entry, &mut name)?;
            let Picked::Taken { database, rule, .. } = picked else { continue };
            let name = name_of(rule, entry.key, &name);
            let hash = self.hash.of(database, name);
            if repeated.contains(&hash) && names.insert(hash) {
                let (to, from) = (Key::reported(name), Key::reported(entry.key));
                let collision = || Collision { to, from, database: entry.db };
                let noted = self.preview.collisions.note(collision);
                noted.map_err(|source| Error::Temporary { source })?;
            }
        }
        Ok(())
    }
}

fn is_large(name: &[u8]) -> bool {
    name.len() > LARGE_NAME
}

/// Takes the name of the last entry, which is not copied.
fn take_name(rule: Option<u16>, source: &mut RdbSource, written: &mut Vec<u8>) -> Vec<u8> {
    match rule {
        None => source.take_key(),
        Some(_) => std::mem::take(written),
    }
}

fn empty(options: &Options, collisions: Listed<Collision>) -> Preview {
    Preview {
        path: options.file.name().to_owned(),
        rdb_version: 0,
        proof: Proof::None,
        ending: Ending::default(),
        written_at: None,
        servers: Vec::new(),
        entries: 0,
        selected: 0,
        excluded: 0,
        expired: 0,
        empty: 0,
        restores: 0,
        skipped: 0,
        unsupported: Listed::default(),
        globs: Vec::new(),
        rules: Vec::new(),
        unmapped: Share::default(),
        unfit: Vec::new(),
        databases: BTreeSet::new(),
        by_type: BTreeMap::new(),
        by_database: BTreeMap::new(),
        roads: Roads::default(),
        largest: None,
        memory: memory::BASE,
        modules: 0,
        on_conflict: options.on_conflict,
        ttl: options.ttl,
        taken: Listed::default(),
        collisions,
        functions: 0,
        libraries: Vec::new(),
        libraries_taken: Vec::new(),
        left_out: LeftOut::default(),
        refusals: Vec::new(),
        elapsed: Duration::ZERO,
        outcome: Outcome::Clean,
    }
}
