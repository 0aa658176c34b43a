//! Plans and applies in one line, with a state directory of its own.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use cachectl_core::{
    migrate::{
        self, Error, Migration, Operator, Options, Store,
        options::{Level, OnConflict, Pacing},
        report::{ApplyReport, PlanReport, VerifyReport},
    },
    server::{deployment::Deployment, target::Target},
    values::{endpoint::ConnectionUrl, rule::Rule, rule_set::RuleSet},
    vocabulary::control::Control,
};
use cachectl_testkit::{Server, wait};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A deployment, and a state directory for migrations of it.
pub(crate) struct Bench {
    pub(crate) runtime: Runtime,
    pub(crate) target: Target,
    directory: TempDir,
}

/// Everything that a whole migration reported.
pub(crate) struct Migrated {
    pub(crate) plan: PlanReport,
    pub(crate) apply: ApplyReport,
    pub(crate) verify: VerifyReport,
}

impl Bench {
    pub(crate) fn new(url: &str) -> Self {
        Self::of(Target::from_url(ConnectionUrl::parse(url).unwrap()))
    }

    pub(crate) fn of(target: Target) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        Self { runtime: runtime.unwrap(), target, directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn store(&self) -> Store {
        Store::new(self.directory.path())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn deployment(&self) -> Deployment {
        self.try_open().unwrap()
    }

    pub(crate) fn try_open(&self) -> Result<Deployment, cachectl_core::server::Error> {
        self.runtime.block_on(Deployment::open(self.target.clone()))
    }

    pub(crate) fn plan(&self, options: &Options) -> Result<(PlanReport, PathBuf), Error> {
        let path = self.store().draft().unwrap();
        let control = Control::unattended();
        let deployment = self.deployment();
        let planning = migrate::plan(&deployment, options, &path, &control);
        self.runtime.block_on(planning).map(|report| (report, path))
    }

    pub(crate) fn begin_with(&self, plan: &Path) -> Result<Migration, Error> {
        let (store, deployment) = (self.store(), self.deployment());
        self.runtime.block_on(store.begin(&deployment, plan, "a test"))
    }

    pub(crate) fn begin(&self, options: &Options) -> (PlanReport, Migration) {
        let (report, path) = self.plan(options).unwrap();
        assert_eq!(report.refusals, []);
        (report, self.begin_with(&path).unwrap())
    }

    /// Opens a migration that was closed.
    ///
    /// A server that another test is just starting has copies of our open files, and of the lock
    /// with them, until it is a program of its own.
    pub(crate) fn reopen(&self, id: Option<&str>) -> Migration {
        let opened = wait::poll(Duration::from_secs(10), || self.store().open(id).ok());
        opened.expect("nobody has the lock any more")
    }

    pub(crate) fn apply(&self, migration: &Migration) -> Result<ApplyReport, Error> {
        self.apply_as(migration, Pacing::default(), &Control::unattended())
    }

    pub(crate) fn apply_as(
        &self,
        migration: &Migration,
        pacing: Pacing,
        control: &Control<'_>,
    ) -> Result<ApplyReport, Error> {
        let deployment = self.deployment();
        self.runtime.block_on(migrate::apply(&deployment, migration, pacing, control))
    }

    pub(crate) fn verify(&self, migration: &Migration) -> VerifyReport {
        self.try_verify(migration).unwrap()
    }

    pub(crate) fn try_verify(&self, migration: &Migration) -> Result<VerifyReport, Error> {
        let deployment = self.deployment();
        let control = Control::unattended();
        let verifying = migrate::verify(&deployment, migration, Level::Keys, &control);
        self.runtime.block_on(verifying)
    }

    pub(crate) fn rollback(&self, migration: &Migration) -> ApplyReport {
        self.try_rollback(migration).unwrap()
    }

    pub(crate) fn try_rollback(&self, migration: &Migration) -> Result<ApplyReport, Error> {
        self.rollback_as(migration, Pacing::default(), &Control::unattended())
    }

    pub(crate) fn rollback_as(
        &self,
        migration: &Migration,
        pacing: Pacing,
        control: &Control<'_>,
    ) -> Result<ApplyReport, Error> {
        let deployment = self.deployment();
        self.runtime.block_on(migrate::rollback(&deployment, migration, pacing, control))
    }

    /// Returns how many keys carrying on would deal with, and rolling back.
    pub(crate) fn previews(&self, migration: &Migration) -> (u64, u64) {
        let (deployment, silent) = (self.deployment(), Operator::Silent);
        let resume = migrate::preview_resume(&deployment, migration, silent);
        let resume = self.runtime.block_on(resume).unwrap();
        let rollback = migrate::preview_rollback(&deployment, migration, silent);
        let rollback = self.runtime.block_on(rollback).unwrap();
        (resume.accounts.left, rollback.accounts.left)
    }

    /// Applies, and says that a server without a marker has lost everything.
    pub(crate) fn apply_after_loss(&self, migration: &Migration) -> ApplyReport {
        self.try_apply_after_loss(migration).unwrap()
    }

    pub(crate) fn try_apply_after_loss(&self, migration: &Migration) -> Result<ApplyReport, Error> {
        let (deployment, control) = (self.deployment(), Control::unattended());
        let pacing = Pacing::default();
        let applying = migrate::apply_after_loss(&deployment, migration, pacing, &control);
        self.runtime.block_on(applying)
    }

    /// Rolls back, and says that a server without a marker has lost everything.
    pub(crate) fn rollback_after_loss(&self, migration: &Migration) -> ApplyReport {
        self.try_rollback_after_loss(migration).unwrap()
    }

    pub(crate) fn try_rollback_after_loss(
        &self,
        migration: &Migration,
    ) -> Result<ApplyReport, Error> {
        let (deployment, control) = (self.deployment(), Control::unattended());
        let pacing = Pacing::default();
        let rolling = migrate::rollback_after_loss(&deployment, migration, pacing, &control);
        self.runtime.block_on(rolling)
    }

    /// Plans, applies and verifies.
    pub(crate) fn migrate(&self, options: &Options) -> (Migrated, Migration) {
        let (plan, migration) = self.begin(options);
        let apply = self.apply(&migration).unwrap();
        let verify = self.verify(&migration);
        (Migrated { plan, apply, verify }, migration)
    }
}

/// Options with these rules.
pub(crate) fn rules(rules: &[&str]) -> Options {
    let rules = rules.iter().map(|rule| Rule::parse(rule).unwrap()).collect();
    Options::new(RuleSet::new(rules).unwrap())
}

/// Options with these rules and this policy.
pub(crate) fn rules_on_conflict(texts: &[&str], on_conflict: OnConflict) -> Options {
    Options { on_conflict, ..rules(texts) }
}

/// What `prefix:OLD => NEW` does to a key.
pub(crate) fn swap_prefix(key: &[u8], old: &str, new: &str) -> Option<Vec<u8>> {
    key.strip_prefix(old.as_bytes()).map(|rest| [new.as_bytes(), rest].concat())
}

/// How often a server was sent a command.
pub(crate) fn calls(server: &Server, command: &str) -> u64 {
    let statistics = server.info("commandstats");
    let numbers = statistics.get(&format!("cmdstat_{command}")).map(String::as_str);
    let calls = numbers.map(|numbers| numbers.strip_prefix("calls=").unwrap().split(','));
    calls.map_or(0, |mut numbers| numbers.next().unwrap().parse().unwrap())
}
