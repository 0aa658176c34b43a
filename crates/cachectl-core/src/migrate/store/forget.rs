//! Removes what is kept of a migration.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    DRAFT, Migration, Store,
    evidence::{Evidence, Kinship, kinship},
    lock,
};
use crate::{
    migrate::{
        Error, Kept,
        recognise::{inspect, other_server},
        recovery::Operator,
        report::{ForgetReport, State},
        survey,
    },
    server::deployment::Deployment,
};

impl Migration {
    /// Tells what forgetting it would remove, and refuses what forgetting it would refuse.
    ///
    /// # Errors
    ///
    /// Fails if `deployment` is another one than that of the migration, if it is half-way and the
    /// servers have not the data that it worked on, or if files cannot be read.
    pub async fn preview_forget(
        &self,
        deployment: Option<&Deployment>,
    ) -> Result<ForgetReport, Error> {
        let status = self.status()?;
        if let Some(deployment) = deployment {
            self.check_servers(deployment)?;
            if status.state.is_half_way() {
                self.check_data(deployment).await?;
            }
        }
        let directory = &self.course.directory;
        let (files, bytes) = sizes(directory).map_err(Error::file("read", directory))?;
        let (backup_lost, backup_left) = backups(directory, Kept::read(directory)?);
        Ok(ForgetReport {
            migration: status.migration,
            state: Some(status.state),
            renamed: Some(status.accounts.renamed),
            files,
            bytes,
            backup_lost,
            backup_left,
            removed: false,
        })
    }

    /// Removes its files. `deployment` is where it was at work; without one, only files go.
    ///
    /// It cannot be resumed, rolled back or verified any more. A backup that was written to another
    /// directory stays.
    ///
    /// # Errors
    ///
    /// Fails if the deployment is another one, or files cannot be removed.
    pub async fn forget(self, deployment: Option<&Deployment>) -> Result<ForgetReport, Error> {
        let report = self.preview_forget(deployment).await?;
        if let Some(deployment) = deployment {
            self.remove_markers(deployment).await?;
        }
        remove(&self.course.directory)?;
        Ok(ForgetReport { removed: true, ..report })
    }

    /// Removes what the servers know of it.
    async fn remove_markers(&self, deployment: &Deployment) -> Result<(), Error> {
        let back = self.course.rollback()?;
        let course = back.as_ref().unwrap_or(&self.course);
        for lane in 0..course.plan.manifest.lanes.len() {
            let ledger = course.ledger(lane)?;
            let ground = inspect(deployment, course, lane, &ledger, Operator::Silent).await?;
            let primaries = deployment.primaries();
            let stations = ground.stations.into_iter();
            let here = stations.filter_map(|it| Some((primaries.get(it.primary)?, it.marker)));
            // Those that a reshard left behind as well.
            for (node, marker) in here.chain(course.markers(lane, deployment)?) {
                let shown = marker.read(node).await?;
                if shown.claim().is_some_and(|claim| claim.id == course.id) {
                    marker.remove(&node.connection).await?;
                }
            }
        }
        Ok(())
    }

    /// Makes sure that its servers have the data that it worked on: those that have may come back, and
    /// nothing would tell which of their keys have which names.
    async fn check_data(&self, deployment: &Deployment) -> Result<(), Error> {
        let back = self.course.rollback()?;
        let course = back.as_ref().unwrap_or(&self.course);
        for lane in 0..course.plan.manifest.lanes.len() {
            let ledger = course.ledger(lane)?;
            let ground = inspect(deployment, course, lane, &ledger, Operator::Silent).await?;
            let obstacle = survey::obstacle(deployment, course, lane, &ground).await;
            if let Some(error @ Error::OtherData(_)) = obstacle {
                return Err(error);
            }
        }
        Ok(())
    }

    /// Makes sure that these are its servers.
    fn check_servers(&self, deployment: &Deployment) -> Result<(), Error> {
        let back = self.course.rollback()?;
        let evidence = Evidence::of_courses(&self.course, back.as_ref())?;
        match kinship(&evidence, &Evidence::of(deployment)) {
            Kinship::Same | Kinship::Address => Ok(()),
            Kinship::Another => Err(other_server(deployment, &self.course.plan)),
        }
    }
}

impl Store {
    /// Tells what [`Store::forget_damaged`] would remove.
    ///
    /// # Errors
    ///
    /// Fails if there is no such migration, or its directory cannot be read.
    pub fn preview_forget_damaged(&self, id: &str) -> Result<ForgetReport, Error> {
        let id = self.find(Some(id))?;
        let directory = self.place(&id)?;
        let (files, bytes) = sizes(&directory).map_err(Error::file("read", &directory))?;
        let (backup_lost, backup_left) = backups(&directory, Kept::read(&directory).ok().flatten());
        Ok(ForgetReport {
            migration: id,
            state: None,
            renamed: None,
            files,
            bytes,
            backup_lost,
            backup_left,
            removed: false,
        })
    }

    /// Removes the files of a migration that cannot be read any more. No server is asked.
    ///
    /// # Errors
    ///
    /// As [`Store::preview_forget_damaged`], and if another process is at work on it, or its files
    /// cannot be removed.
    pub fn forget_damaged(&self, id: &str) -> Result<ForgetReport, Error> {
        let report = self.preview_forget_damaged(id)?;
        let directory = self.place(&report.migration)?;
        let _lock = lock::take(&directory)?
            .ok_or_else(|| Error::Locked { id: report.migration.clone() })?;
        remove(&directory)?;
        Ok(ForgetReport { removed: true, ..report })
    }
}

impl ForgetReport {
    /// Returns whether keys would be left half-way, for all one knows, with nothing that could carry
    /// on or go back.
    #[must_use]
    pub fn is_half_way(&self) -> bool {
        self.state.is_none_or(State::is_half_way)
    }
}

/// Returns the file of kept values if it goes with the directory, and if it stays.
fn backups(directory: &Path, kept: Option<Kept>) -> (Option<PathBuf>, Option<PathBuf>) {
    match kept.map(|kept| kept.path).filter(|path| path.exists()) {
        Some(path) if path.starts_with(directory) => (Some(path), None),
        path => (None, path),
    }
}

/// Removes the directory of a migration.
fn remove(directory: &Path) -> Result<(), Error> {
    let away = directory.with_file_name(format!("{DRAFT}{:016x}", rand::random::<u64>()));
    // Under this name it is no migration any more, and what a crash leaves of it is swept.
    fs::rename(directory, &away).map_err(Error::file("remove", directory))?;
    fs::remove_dir_all(&away).map_err(Error::file("remove", &away))
}

/// Returns how many files there are below a directory, and their bytes.
fn sizes(directory: &Path) -> io::Result<(u64, u64)> {
    let mut sum = (0, 0);
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let about = entry.metadata()?;
        let (files, bytes) = if about.is_dir() { sizes(&entry.path())? } else { (1, about.len()) };
        sum = (sum.0 + files, sum.1 + bytes);
    }
    Ok(sum)
}
