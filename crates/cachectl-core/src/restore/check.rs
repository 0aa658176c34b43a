//! Finds out what a restore would do.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet, btree_map::Entry},
    path::Path,
    time::{Duration, Instant},
};

use cachectl_rdb::{Dialect, Record};
use tokio::sync::mpsc;

use super::{
    Error, OnConflict, Options,
    pick::{Picked, Picker},
    report::{Collision, Preview, Refusal, ServerReport, Taken},
};
use crate::{
    server::deployment::Deployment,
    steps::{
        blocking, databases, dialect, files,
        name_hash::NameHash,
        presence,
        put::{Roads, first_road},
        rdb_file::RdbSource,
        sorter::Sorter,
    },
    values::{key::Key, key_type::KeyType},
    vocabulary::{
        bug::Bug,
        control::Control,
        listed::Listed,
        outcome::Outcome,
        progress::{Event, Phase},
    },
};

/// How many names are asked for together.
const CHUNK: usize = 4096;
/// How many chunks may wait to be asked for.
const WAITING: usize = 2;

/// Finds out what a restore would do, and writes nothing to a server.
///
/// `workspace` is a directory for temporary files, which lose their names at once.
///
/// # Errors
///
/// Fails if the file cannot be read or is damaged, a server cannot be reached or denies `EXISTS`,
/// or the operator stops it.
pub async fn check(
    deployment: &Deployment,
    options: &Options,
    workspace: &Path,
    control: &Control<'_>,
) -> Result<Preview, Error> {
    let begun = Instant::now();
    let stopped = || Error::Stopped;
    let prepared = async {
        Ok::<_, Error>((Picker::start(options, deployment).await?, servers(deployment).await?))
    };
    let prepared = control.unless_cancelled(prepared).await.ok_or_else(stopped)?;
    let (picker, (servers, dialect)) = prepared?;
    control.tell(Phase::Check, Event::Started(None));
    let (sender, receiver) = mpsc::channel(WAITING);
    let reading = Reading::new(options, picker, dialect, workspace)?;
    let reading = blocking::begin(move || reading.all(&sender));
    let asking = ask(deployment, receiver, workspace, control);
    let taken = control.unless_cancelled(asking).await.unwrap_or_else(|| Err(stopped()));
    let read = reading.end().await?;
    let taken = taken?;
    let mut preview = Preview { servers, taken, ..read? };
    control.tell(Phase::Check, Event::Finished);
    preview.refusals = refusals(&preview);
    if !preview.refusals.is_empty() {
        preview.outcome = Outcome::Findings;
    }
    preview.elapsed = begun.elapsed();
    Ok(preview)
}

fn refusals(preview: &Preview) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if preview.collisions.count > 0 {
        refusals.push(Refusal::Collisions { names: preview.collisions.count });
    }
    if preview.taken.count > 0 && preview.on_conflict == OnConflict::Abort {
        refusals.push(Refusal::Conflicts { keys: preview.taken.count });
    }
    refusals
}

/// Tells which servers keys would go to, and what the most modest of them understands.
async fn servers(deployment: &Deployment) -> Result<(Vec<ServerReport>, Dialect), Error> {
    let mut servers = Vec::new();
    let mut modest: Option<Dialect> = None;
    for node in deployment.primaries() {
        let dialect = dialect::of(node).await?;
        servers.push(ServerReport {
            endpoint: node.endpoint().clone(),
            version: node.identity.to_string(),
            rdb_version: dialect.version().number(),
        });
        let less = modest.is_none_or(|modest| dialect.version() < modest.version());
        modest = if less { Some(dialect) } else { modest };
    }
    Ok((servers, modest.ok_or(Bug::Impossible("a deployment has no primary"))?))
}

/// Names that keys would get, all of one database.
#[derive(Debug)]
struct Names {
    database: u64,
    names: Vec<Vec<u8>>,
}

/// Asks which names are taken.
async fn ask(
    deployment: &Deployment,
    mut receiver: mpsc::Receiver<Names>,
    workspace: &Path,
    control: &Control<'_>,
) -> Result<Listed<Taken>, Error> {
    let temporary = |source| Error::Temporary { source };
    let mut taken = Listed::in_file(files::unnamed(&workspace.join("taken")).map_err(temporary)?);
    let mut opened = BTreeMap::new();
    let mut checked = 0;
    while let Some(Names { database, names }) = receiver.recv().await {
        let deployment = match opened.entry(database) {
            Entry::Occupied(opened) => opened.into_mut(),
            Entry::Vacant(free) => free.insert(databases::open(deployment, database).await?),
        };
        let names: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
        // Few names are taken, as a rule, and to count is cheaper than to ask one by one.
        if presence::count(deployment, &names).await? > 0 {
            let present = presence::present(deployment, &names).await?;
            for (name, _) in names.iter().zip(present).filter(|(_, present)| *present) {
                let entry = || Taken { key: Key::from(*name), database };
                taken.note(entry).map_err(temporary)?;
            }
        }
        checked += names.len() as u64;
        control.tell(Phase::Check, Event::Advanced(checked));
    }
    Ok(taken)
}

/// Reads the file, on a thread that may block.
struct Reading {
    options: Options,
    picker: Picker,
    dialect: Dialect,
    preview: Preview,
    waiting: Names,
    /// Hashes of the new names, if several entries may get the same.
    hashes: Option<Sorter<2>>,
    hash: NameHash,
}

impl Reading {
    fn new(
        options: &Options,
        picker: Picker,
        dialect: Dialect,
        workspace: &Path,
    ) -> Result<Self, Error> {
        let file = files::unnamed(&workspace.join("collisions"));
        let collisions = Listed::in_file(file.map_err(|source| Error::Temporary { source })?);
        let hashes = picker.may_collide().then(|| Sorter::new(&workspace.join("names")));
        Ok(Self {
            preview: empty(options, collisions),
            options: options.clone(),
            picker,
            dialect,
            waiting: Names { database: 0, names: Vec::new() },
            hashes,
            hash: NameHash::new(),
        })
    }

    fn all(mut self, sender: &mpsc::Sender<Names>) -> Result<Preview, Error> {
        let mut source = RdbSource::open(&self.options.path)?;
        self.preview.rdb_version = source.version().number();
        let mut name = Vec::new();
        while let Some(record) = source.record()? {
            if sender.is_closed() {
                return Err(Error::Stopped);
            }
            match record {
                Record::Aux { name, value } => self.picker.about(name, value),
                Record::Function(_) => self.preview.functions += 1,
                Record::Resize { .. } | Record::ModuleAux { .. } => {}
                Record::Entry(entry) => {
                    let picked = self.picker.pick(&entry, &mut name)?;
                    self.note(&entry, picked, &name, sender)?;
                }
            }
        }
        self.send(sender)?;
        self.preview.written_at = self.picker.written_at();
        self.collisions()?;
        Ok(self.preview)
    }

    fn note(
        &mut self,
        entry: &cachectl_rdb::Entry<'_>,
        picked: Picked,
        name: &[u8],
        sender: &mpsc::Sender<Names>,
    ) -> Result<(), Error> {
        let preview = &mut self.preview;
        preview.entries += 1;
        let database = match picked {
            Picked::Excluded => {
                preview.excluded += 1;
                return Ok(());
            }
            Picked::Expired => {
                preview.expired += 1;
                return Ok(());
            }
            Picked::Taken { database, .. } => database,
        };
        let key_type = KeyType::from(entry.value.value_type());
        preview.selected += 1;
        preview.modules += u64::from(key_type == KeyType::Module);
        *preview.by_type.entry(key_type).or_default() += 1;
        *preview.by_database.entry(database).or_default() += 1;
        preview.roads.count(first_road(self.dialect, entry.value));
        if let Some(hashes) = &mut self.hashes {
            let hash = self.hash.of(database, name);
            hashes.push(hash).map_err(|source| Error::Temporary { source })?;
        }
        if self.waiting.database != database || self.waiting.names.len() >= CHUNK {
            self.send(sender)?;
            self.waiting.database = database;
        }
        self.waiting.names.push(name.to_vec());
        Ok(())
    }

    fn send(&mut self, sender: &mpsc::Sender<Names>) -> Result<(), Error> {
        let database = self.waiting.database;
        let empty = Names { database, names: Vec::with_capacity(CHUNK) };
        let names = std::mem::replace(&mut self.waiting, empty);
        if names.names.is_empty() {
            return Ok(());
        }
        // Nobody listens any more only if asking failed, which is told where it is waited for.
        sender.blocking_send(names).map_err(|_| Error::Stopped)
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
        let mut source = RdbSource::open(&self.options.path)?;
        let mut name = Vec::new();
        let mut names = HashSet::new();
        while let Some(record) = source.record()? {
            let Record::Entry(entry) = record else { continue };
            let Picked::Taken { database, .. } = self.picker.pick(&entry, &mut name)? else {
                continue;
            };
            let hash = self.hash.of(database, &name);
            if repeated.contains(&hash) && names.insert(hash) {
                let (to, from) = (Key::from(&*name), Key::from(entry.key));
                let collision = || Collision { to, from, database: entry.db };
                let noted = self.preview.collisions.note(collision);
                noted.map_err(|source| Error::Temporary { source })?;
            }
        }
        Ok(())
    }
}

fn empty(options: &Options, collisions: Listed<Collision>) -> Preview {
    Preview {
        path: options.path.clone(),
        rdb_version: 0,
        written_at: None,
        servers: Vec::new(),
        entries: 0,
        selected: 0,
        excluded: 0,
        expired: 0,
        by_type: BTreeMap::new(),
        by_database: BTreeMap::new(),
        roads: Roads::default(),
        modules: 0,
        on_conflict: options.on_conflict,
        ttl: options.ttl,
        taken: Listed::default(),
        collisions,
        functions: 0,
        refusals: Vec::new(),
        elapsed: Duration::ZERO,
        outcome: Outcome::Clean,
    }
}
