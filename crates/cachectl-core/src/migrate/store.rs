//! Migrations on disk.
//!
//! ```text
//! STATE_DIRECTORY/migrations/ID/
//!     migration.json    who began it, and when
//!     plan              sealed
//!     journal-N         one for every primary
//!     journal-N.synced  how much of it is on disk
//!     kept.json         which values are kept, and where
//!     backup.rdb        the values, or sample.rdb with some of them
//!     settings.json     how it is run: its pace, and how much is verified
//!     lock              held while a process is at work
//!     rollback/         plan and journals of the way back
//!     rollback-until-N/ the same of one that was given up after step N
//! STATE_DIRECTORY/migrations/lock
//!                       held while a migration is begun
//! ```

mod about;
mod choose;
mod claims;
mod course;
mod evidence;
mod forget;
mod lock;
mod settings;
mod survey;

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use self::{
    about::{ABOUT, About},
    claims::claim_all,
    lock::is_running,
    survey::describe,
};
pub use self::{
    choose::{Newest, Step},
    lock::Turn,
    settings::RunSettings,
    survey::{Survey, Unreadable},
};
pub(super) use self::{claims::unclaim, course::Course};
use super::{
    Error, Keep, Kept,
    marker::Claim,
    options::Level,
    plan_file::{SealedPlan, hex},
    recognise::recognise,
    report::{Direction, StatusReport},
};
use crate::{
    migrate::journal::Journal,
    server::deployment::Deployment,
    steps::{files, rdb_file::RdbSource},
};

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
        self.create()?;
        self.sweep();
        Ok(self.directory.join(format!("{DRAFT}{:016x}", rand::random::<u64>())))
    }

    /// Creates the directory, for us alone. One that exists has to be ours.
    fn create(&self) -> Result<(), Error> {
        self.check()?;
        create_private(&self.directory)
    }

    /// Makes sure that nobody else has had their hands on the directory.
    fn check(&self) -> Result<(), Error> {
        if let Some(base) = self.directory.parent() {
            files::check_base(base).map_err(Error::unusable(base))?;
        }
        files::check_directory(&self.directory).map_err(Error::unusable(&self.directory))
    }

    /// Returns the directory of a migration, in which everything is ours.
    fn place(&self, id: &str) -> Result<PathBuf, Error> {
        let directory = self.directory.join(id);
        files::check_tree(&directory).map_err(Error::unusable(&directory))?;
        Ok(directory)
    }

    /// Removes drafts, and migrations that were never begun, that were left behind long ago by processes that were killed.
    fn sweep(&self) {
        let drafts = fs::read_dir(&self.directory).into_iter().flatten().flatten();
        for draft in drafts {
            let is_draft = is_leftover(&draft.path());
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
    pub async fn begin(
        &self,
        deployment: &Deployment,
        plan: &Path,
        begun_by: &str,
    ) -> Result<Migration, Error> {
        self.begin_keeping(deployment, plan, begun_by, &Keep::Nothing).await
    }

    /// Begins a migration that keeps values before it renames their keys.
    ///
    /// # Errors
    ///
    /// As [`Store::begin`], and if there is a file already where the values would go.
    pub async fn begin_keeping(
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
        recognise(deployment, &sealed)?;
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
        // Before the migration can be found, so that it is never applied without.
        Kept::begin(&directory, keep)?;
        let sealed = sealed.moved_to(own);
        let claim = Claim { id: id.clone(), by: begun_by.to_owned() };
        let about = About {
            id: id.clone(),
            begun_at: now.to_string(),
            begun_by: begun_by.to_owned(),
            plan: seal,
        };
        let claimed = claim_all(deployment, &sealed, &claim).await;
        let lock = match claimed.and_then(|()| record(&directory, &sealed, &about)) {
            Ok(lock) => lock,
            Err(error) => {
                // Nothing was begun. What cannot be taken back expires by itself, and the plan can
                // be made again.
                unclaim(deployment, &sealed, &claim).await;
                drop(fs::remove_dir_all(&directory));
                return Err(error);
            }
        };
        let course = Course { id, directory, direction: Direction::Forward, plan: sealed };
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
        let directory = self.place(&id)?;
        let lock = lock::take(&directory)?.ok_or_else(|| Error::Locked { id: id.clone() })?;
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
        let directory = self.place(&id)?;
        let course = Course::open(&id, &directory, Direction::Forward)?;
        let about = About::read(&directory)?;
        let back = course.rollback()?;
        describe(about, &course, back.as_ref(), is_running(&directory)?)
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
        self.check()?;
        let entries = match fs::read_dir(&self.directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(Error::file("read", &self.directory))?,
        };
        let mut ids = Vec::new();
        for entry in entries {
            let entry = entry.map_err(Error::file("read", &self.directory))?;
            let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_directory && was_begun(&entry.path()) {
                ids.extend(entry.file_name().into_string().ok());
            }
        }
        ids.sort();
        Ok(ids)
    }

    fn abouts(&self) -> Result<impl Iterator<Item = About>, Error> {
        // What cannot be read is told by `list`; here it only cannot be the same plan.
        Ok(self.ids()?.into_iter().filter_map(|id| About::read(&self.place(&id).ok()?).ok()))
    }

    fn find(&self, id: Option<&str>) -> Result<String, Error> {
        let directory = self.directory.clone();
        let mut ids = self.ids()?;
        match id {
            None => ids.pop().ok_or(Error::NoMigration { directory }),
            Some(id) => {
                let given = id.to_owned();
                ids.retain(|other| other.starts_with(id));
                match ids.as_slice() {
                    [found] => Ok(found.clone()),
                    [] => Err(Error::UnknownMigration { id: given, directory }),
                    _ => Err(Error::AmbiguousMigration { id: given, candidates: ids }),
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

    /// Tells where it stands. It does not count as running, because it is we who have its lock.
    ///
    /// # Errors
    ///
    /// Fails if its files are damaged.
    pub fn status(&self) -> Result<StatusReport, Error> {
        let about = About::read(&self.course.directory)?;
        let back = self.course.rollback()?;
        describe(about, &self.course, back.as_ref(), false)
    }

    /// Returns the backup of its keys; `None` if it was broken off before it was whole, and so before
    /// the first key was renamed.
    ///
    /// # Errors
    ///
    /// Fails if none was asked for, only a sample, or its file cannot be read.
    pub fn backup(&self) -> Result<Option<Kept>, Error> {
        let course = &self.course;
        let kept = Kept::read(&course.directory)?.filter(|kept| !kept.sampled);
        let kept = kept.ok_or_else(|| Error::NoBackup { id: course.id.clone() })?;
        if kept.is_whole() {
            drop(RdbSource::open(&kept.path)?);
            Ok(Some(kept))
        } else if course.is_begun()? {
            Err(Kept::contradicted(&course.directory))
        } else {
            Ok(None)
        }
    }

    /// Checks that the values were kept, or will be before the first key is renamed, that a level
    /// compares with.
    ///
    /// # Errors
    ///
    /// Fails if that was not asked for when the migration began, or if files are damaged.
    pub fn check_level(&self, level: Level) -> Result<(), Error> {
        let course = &self.course;
        let kept = match level {
            Level::Accounts | Level::Keys => return Ok(()),
            Level::Sample => Kept::read(&course.directory)?,
            Level::Values => Kept::read(&course.directory)?.filter(|kept| !kept.sampled),
        };
        kept.map(drop).ok_or_else(|| Error::NothingKept { id: course.id.clone() })
    }

    /// Returns the rules, as text.
    #[must_use]
    pub fn rules(&self) -> &[String] {
        &self.course.plan.manifest.rules
    }
}

/// Writes down that a migration is begun, and takes its lock.
fn record(directory: &Path, plan: &SealedPlan, about: &About) -> Result<File, Error> {
    Course::create_journals(directory, plan.seal, plan.manifest.lanes.len())?;
    about.write(directory)?;
    sync_name(directory)?;
    lock::take(directory)?.ok_or_else(|| Error::Locked { id: about.id.clone() })
}

/// How the names of plans begin that are not kept.
const DRAFT: &str = ".draft-";
/// Nobody plans for so long.
const DRAFT_AGE: Duration = Duration::from_secs(24 * 60 * 60);
/// Returns whether it is a draft, or the directory of a migration whose process was killed before it
/// began.
fn is_leftover(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_id = || name.starts_with(|first: char| first.is_ascii_digit()) && path.is_dir();
    name.starts_with(DRAFT) || is_id() && !was_begun(path)
}

/// Returns whether a directory is that of a migration. Without its description it is a damaged one, if
/// anything of it ever ran.
fn was_begun(directory: &Path) -> bool {
    directory.join(ABOUT).exists()
        || directory.join(settings::FILE).exists()
        || Journal::was_used(&directory.join("journal-0"))
}

/// Creates a directory, and those above it, for their owner alone.
pub(super) fn create_private(directory: &Path) -> Result<(), Error> {
    files::create_directory(directory).map_err(Error::file("create", directory))
}

/// Waits until the name of a file or a directory is on disk.
pub(super) fn sync_name(path: &Path) -> Result<(), Error> {
    files::sync_directory_of(path).map_err(Error::file("write", path))
}

fn copy(plan: &Path, to: &Path) -> Result<(), Error> {
    let copy = || {
        let mut file = files::create(to)?;
        io::copy(&mut crate::files::open(plan)?, &mut file)?;
        file.sync_all()
    };
    copy().map_err(Error::file("copy the plan to", to))
}
