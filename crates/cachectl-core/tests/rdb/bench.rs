//! Backs up and restores in one line, with a directory of its own.

use std::path::PathBuf;

use cachectl_core::{
    backup, restore,
    server::{deployment::Deployment, target::Target},
    values::endpoint::ConnectionUrl,
    vocabulary::control::Control,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A place for files, and a runtime.
pub(crate) struct Bench {
    pub(crate) runtime: Runtime,
    directory: TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        Self { runtime: runtime.unwrap(), directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn open(&self, url: &str) -> Deployment {
        let target = Target::from_url(ConnectionUrl::parse(url).unwrap());
        self.runtime.block_on(Deployment::open(target)).unwrap()
    }

    pub(crate) fn backup(&self, url: &str, options: &backup::Options) -> backup::Report {
        self.try_backup(url, options).unwrap()
    }

    pub(crate) fn try_backup(
        &self,
        url: &str,
        options: &backup::Options,
    ) -> Result<backup::Report, backup::Error> {
        let deployment = self.open(url);
        self.runtime.block_on(backup::run(&deployment, options, &Control::unattended()))
    }

    pub(crate) fn check(&self, url: &str, options: &restore::Options) -> restore::Preview {
        self.try_check(url, options).unwrap()
    }

    pub(crate) fn try_check(
        &self,
        url: &str,
        options: &restore::Options,
    ) -> Result<restore::Preview, restore::Error> {
        let deployment = self.open(url);
        let control = Control::unattended();
        let workspace = tempfile::tempdir_in(self.directory.path()).unwrap();
        let checking = restore::check(&deployment, options, workspace.path(), &control);
        self.runtime.block_on(checking)
    }

    pub(crate) fn restore(&self, url: &str, options: &restore::Options) -> restore::Report {
        let preview = self.check(url, options);
        self.try_run(url, options, &preview).unwrap()
    }

    pub(crate) fn try_run(
        &self,
        url: &str,
        options: &restore::Options,
        preview: &restore::Preview,
    ) -> Result<restore::Report, restore::Error> {
        let deployment = self.open(url);
        let control = Control::unattended();
        self.runtime.block_on(restore::run(&deployment, options, preview, &control))
    }
}
