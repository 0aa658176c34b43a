//! Migrations on disk.
//!
//! ```text
//! STATE_DIRECTORY/migrations/ID/
//!     migration.json    who began it, and when
//!     plan              sealed
//!     journal-N         one for every primary
//!     kept.json         which values are kept, and where
//!     backup.rdb        the values, or sample.rdb with some of them
//!     lock              held while a process is at work
//!     rollback/         plan and journals of the way back
//! ```

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{
    Error, Keep, Kept,
    ledger::{Records, journal_path},
    plan_file::{SealedPlan, hex},
    recognise::{Progress, recognise},
    report::{Accounts, Direction, State, StatusReport},
};
use crate::{server::deployment::Deployment, steps::files};

/// The migrations of a state directory.
#[derive(Clone, Debug)]
pub struct Store {
    directory: PathBuf,
}

impl Store {
    /// Uses `STATE_DIRECTORY/migrations`; nothing is created until a migration begins.
    #[must_use]
    pub fn new(state_directory: &Path) -> Self {
        Self { directory: state_directory.join("migrations") }
    }

    /// Returns a path for a plan that is not kept, beside the migrations.
    ///
    /// # Errors
    ///
    /// Fails if the directory cannot be created.
    pub fn draft(&self) -> Result<PathBuf, Error> {
        create_private(&self.directory)?;
        self.sweep();
        Ok(self.directory.join(format!("{DRAFT}{:016x}", rand::random::<u64>())))
    }

    /// Removes drafts that were left behind long ago by processes that were killed.
    fn sweep(&self) {
        let drafts = fs::read_dir(&self.directory).into_iter().flatten().flatten();
        for draft in drafts {
            let is_draft = draft.file_name().to_string_lossy().starts_with(DRAFT);
            let age = draft.metadata().and_then(|about| about.modified());
            let age = age.ok().and_then(|modified| modified.elapsed().ok());
            if is_draft && age.is_some_and(|age| age > DRAFT_AGE) {
                // Whatever cannot be removed is tried again the next time.
                let path = draft.path();
                drop(fs::remove_file(&path).or_else(|_| fs::remove_dir_all(&path)));
            }
        }
    }

    /// Begins a migration with a sealed plan, and takes the lock. A draft of this store becomes
    /// the plan; any other file is copied.
    ///
    /// # Errors
    ///
    /// Fails if the plan is damaged or was refused when it was made, if it was made for other
    /// servers or they were restarted since, or if files cannot be written. Nothing is begun then.
    pub fn begin(
        &self,
        deployment: &Deployment,
        plan: &Path,
        begun_by: &str,
    ) -> Result<Migration, Error> {
        self.begin_keeping(deployment, plan, begun_by, &Keep::Nothing)
    }

    /// Begins a migration that keeps values before it renames their keys.
    ///
    /// # Errors
    ///
    /// As [`Store::begin`], and if there is a file already where the values would go.
    pub fn begin_keeping(
        &self,
        deployment: &Deployment,
        plan: &Path,
        begun_by: &str,
        keep: &Keep,
    ) -> Result<Migration, Error> {
        let sealed = SealedPlan::open(plan)?;
        let seal = hex(&sealed.seal);
        if let Some(about) = self.abouts()?.find(|about| about.plan == seal) {
            return Err(Error::AlreadyBegun { id: about.id });
        }
        recognise(deployment, &sealed, Progress::None)?;
        if let Some(reason) = sealed.manifest.refused.clone() {
            return Err(Error::WasRefused { reason });
        }
        let now = jiff::Timestamp::now();
        let id = format!("{}-{:04x}", now.strftime("%Y%m%dT%H%M%S%3f"), rand::random::<u16>());
        let directory = self.directory.join(&id);
        create_private(&directory)?;
        let own = directory.join("plan");
        if plan.parent() == Some(&self.directory) {
            fs::rename(plan, &own).map_err(Error::file("move", plan))?;
        } else {
            copy(plan, &own)?;
        }
        let about = About {
            id: id.clone(),
            begun_at: now.to_string(),
            begun_by: begun_by.to_owned(),
            plan: seal,
        };
        // Before the migration can be found, so that it is never applied without.
        Kept::begin(&directory, keep)?;
        about.write(&directory)?;
        let lock = take_lock(&directory)?.ok_or_else(|| Error::Locked { id: id.clone() })?;
        let plan = sealed.moved_to(own);
        let course = Course { id, directory, direction: Direction::Forward, plan };
        Ok(Migration { course, _lock: lock })
    }

    /// Opens a migration to work on it, the newest if none is named, and takes its lock. An id may
    /// be shortened as long as only one begins with it.
    ///
    /// # Errors
    ///
    /// Fails if there is no such migration, its plan is damaged, or another process is at work.
    pub fn open(&self, id: Option<&str>) -> Result<Migration, Error> {
        let id = self.find(id)?;
        let directory = self.directory.join(&id);
        let lock = take_lock(&directory)?.ok_or_else(|| Error::Locked { id: id.clone() })?;
        let course = Course::open(&id, &directory, Direction::Forward)?;
        Ok(Migration { course, _lock: lock })
    }

    /// Tells where a migration stands, the newest if none is named, without lock or server.
    ///
    /// # Errors
    ///
    /// Fails if there is no such migration, or its files are damaged.
    pub fn status(&self, id: Option<&str>) -> Result<StatusReport, Error> {
        let id = self.find(id)?;
        let directory = self.directory.join(&id);
        let about = About::read(&directory)?;
        let course = Course::open(&id, &directory, Direction::Forward)?;
        let accounts = course.accounts()?;
        let rollback = course.rollback()?.map(|back| back.accounts()).transpose()?;
        let manifest = &course.plan.manifest;
        Ok(StatusReport {
            migration: id,
            state: state(accounts, rollback),
            begun: about.begun_at,
            begun_by: about.begun_by,
            servers: manifest.lanes.iter().map(|lane| lane.endpoint.clone()).collect(),
            rules: manifest.rules.clone(),
            accounts,
            rollback,
            running: take_lock(&directory)?.is_none(),
        })
    }

    /// Tells where all migrations stand, oldest first.
    ///
    /// # Errors
    ///
    /// Fails if the files of one are damaged.
    pub fn list(&self) -> Result<Vec<StatusReport>, Error> {
        self.ids()?.iter().map(|id| self.status(Some(id))).collect()
    }

    /// Returns all ids, oldest first.
    fn ids(&self) -> Result<Vec<String>, Error> {
        let entries = match fs::read_dir(&self.directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(Error::file("read", &self.directory))?,
        };
        let mut ids = Vec::new();
        for entry in entries {
            let entry = entry.map_err(Error::file("read", &self.directory))?;
            // What has no such file was never begun: a draft, or a copy that was cut off.
            if entry.path().join(ABOUT).exists() {
                ids.extend(entry.file_name().into_string().ok());
            }
        }
        ids.sort();
        Ok(ids)
    }

    fn abouts(&self) -> Result<impl Iterator<Item = About>, Error> {
        // What cannot be read is told by `list`; here it only cannot be the same plan.
        Ok(self.ids()?.into_iter().filter_map(|id| About::read(&self.directory.join(id)).ok()))
    }

    fn find(&self, id: Option<&str>) -> Result<String, Error> {
        let directory = self.directory.clone();
        let mut ids = self.ids()?;
        match id {
            None => ids.pop().ok_or(Error::NoMigration { directory }),
            Some(id) => {
                let mut found = ids.into_iter().filter(|other| other.starts_with(id));
                match (found.next(), found.next()) {
                    (Some(found), None) => Ok(found),
                    _ => Err(Error::UnknownMigration { id: id.to_owned(), directory }),
                }
            }
        }
    }
}

/// A migration that this process works on. The lock is held for as long as it lives.
#[derive(Debug)]
pub struct Migration {
    pub(super) course: Course,
    _lock: File,
}

impl Migration {
    /// Returns its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.course.id
    }

    /// Returns the backup of its keys; `None` if it was broken off before it was whole, and so before
    /// the first key was renamed.
    ///
    /// # Errors
    ///
    /// Fails if none was asked for, or only a sample.
    pub fn backup(&self) -> Result<Option<Kept>, Error> {
        let course = &self.course;
        let kept = Kept::read(&course.directory)?.filter(|kept| !kept.sampled);
        let kept = kept.ok_or_else(|| Error::NoBackup { id: course.id.clone() })?;
        match course.progress()? {
            _ if kept.is_whole() => Ok(Some(kept)),
            Progress::None => Ok(None),
            Progress::Some(_) => Err(Kept::contradicted(&course.directory)),
        }
    }

    /// Returns the rules, as text.
    #[must_use]
    pub fn rules(&self) -> &[String] {
        &self.course.plan.manifest.rules
    }
}

/// One way through a migration, forward or back: a plan and its journals.
#[derive(Debug)]
pub(super) struct Course {
    pub(super) id: String,
    pub(super) directory: PathBuf,
    pub(super) direction: Direction,
    pub(super) plan: SealedPlan,
}

impl Course {
    pub(super) fn open(id: &str, directory: &Path, direction: Direction) -> Result<Self, Error> {
        let plan = SealedPlan::open(&directory.join("plan"))?;
        Ok(Self { id: id.to_owned(), directory: directory.to_owned(), direction, plan })
    }

    /// Returns the way back, if it was begun.
    pub(super) fn rollback(&self) -> Result<Option<Self>, Error> {
        let directory = self.rollback_directory();
        let begun = directory.join("plan").exists();
        begun.then(|| Self::open(&self.id, &directory, Direction::Back)).transpose()
    }

    pub(super) fn rollback_directory(&self) -> PathBuf {
        self.directory.join("rollback")
    }

    /// Returns whether something of it may have been sent to a server. The way back begins where
    /// the way forward ended.
    pub(super) fn progress(&self) -> Result<Progress, Error> {
        let mut begun = self.direction == Direction::Back;
        let mut last = None;
        for lane in 0..self.plan.manifest.lanes.len() {
            let records = Records::read(&journal_path(&self.directory, lane))?;
            begun |= records.is_begun();
            last = last.or(records.session);
        }
        Ok(if begun { Progress::Some(last) } else { Progress::None })
    }

    /// Adds the endings of all lanes up.
    pub(super) fn accounts(&self) -> Result<Accounts, Error> {
        let mut accounts =
            Accounts { planned: self.plan.manifest.planned(), ..Accounts::default() };
        for lane in 0..self.plan.manifest.lanes.len() {
            Records::read(&journal_path(&self.directory, lane))?.add_to(&mut accounts);
        }
        Ok(accounts.balanced())
    }
}

impl Accounts {
    /// Says that what has no ending is left to do.
    pub(super) fn balanced(self) -> Self {
        let ended = self.renamed + self.vanished + self.conflicts + self.failed;
        Self { left: self.planned.saturating_sub(ended), ..self }
    }
}

fn state(forward: Accounts, rollback: Option<Accounts>) -> State {
    match rollback {
        Some(back) if back.left > 0 => State::RollingBack,
        Some(_) => State::RolledBack,
        None if forward.left > 0 => State::Partial,
        None => State::Applied,
    }
}

/// How the names of plans begin that are not kept.
const DRAFT: &str = ".draft-";
/// Nobody plans for so long.
const DRAFT_AGE: Duration = Duration::from_secs(24 * 60 * 60);
const ABOUT: &str = "migration.json";

/// Who began a migration, and when.
#[derive(Debug, Serialize, Deserialize)]
struct About {
    id: String,
    begun_at: String,
    begun_by: String,
    /// The seal of its plan, in hexadecimal.
    plan: String,
}

impl About {
    fn read(directory: &Path) -> Result<Self, Error> {
        let path = directory.join(ABOUT);
        let text = fs::read(&path).map_err(Error::file("read", &path))?;
        serde_json::from_slice(&text).map_err(|_| Error::Damaged { path })
    }

    /// Written last: a directory without it is no migration.
    fn write(&self, directory: &Path) -> Result<(), Error> {
        let path = directory.join(ABOUT);
        let text = serde_json::to_vec_pretty(self).map_err(|_| Error::Stopped)?;
        files::write_whole(&path, &text).map_err(Error::file("write", &path))
    }
}

/// Creates a directory, and those above it, for their owner alone.
pub(super) fn create_private(directory: &Path) -> Result<(), Error> {
    files::create_directory(directory).map_err(Error::file("create", directory))
}

fn copy(plan: &Path, to: &Path) -> Result<(), Error> {
    let copy = || {
        let mut file = files::create(to)?;
        io::copy(&mut File::open(plan)?, &mut file)?;
        file.sync_all()
    };
    copy().map_err(Error::file("copy the plan to", to))
}

/// Takes the lock of a migration; `None` if another process has it.
fn take_lock(directory: &Path) -> Result<Option<File>, Error> {
    let path = directory.join("lock");
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    files::restrict(&mut options);
    let file = options.open(&path).map_err(Error::file("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(Error::file("lock", &path)(source)),
    }
}
