//! The steps of a comparison.

use std::{path::Path, sync::Arc};

use futures_util::future::try_join;

use super::{
    Error, Options,
    directory::Directory,
    findings::{Findings, Revisit},
    judge::Judge,
    look::Looks,
    merge::merge,
    opened::Opened,
    recorder::{Recorded, Recorder, Workspace, now},
    rounds::Rounds,
    scope::Scope,
    watch::{Watch, blocking},
};
use crate::{
    steps::{
        files,
        fit::{Fit, Unfit},
        name_hash::NameHash,
    },
    vocabulary::listed::Listed,
};

/// A comparison that runs.
pub(super) struct Comparison<'a> {
    options: &'a Options,
    watch: &'a Watch<'a>,
    workspace: Workspace,
    scopes: (Arc<Scope>, Arc<Scope>),
    judge: Judge,
    hash: NameHash,
    revisit: Revisit,
}

/// What looks at the sides again, where that can be done.
type BothLooks = (Option<Looks>, Option<Looks>);

impl<'a> Comparison<'a> {
    pub(super) fn new(
        options: &'a Options,
        workspace: &Path,
        watch: &'a Watch<'a>,
        (a, b): (&Opened, &Opened),
    ) -> Self {
        let facts = a.facts().max(b.facts());
        let live = a.is_live() || b.is_live();
        Self {
            options,
            watch,
            workspace: Workspace::new(workspace),
            scopes: (Arc::clone(&a.scope), Arc::clone(&b.scope)),
            judge: Judge::new(options, facts),
            hash: NameHash::new(),
            revisit: if live && options.rounds > 0 { Revisit::Yes } else { Revisit::No },
        }
    }

    /// Reads both sides at the same time.
    pub(super) async fn read(
        &self,
        a: Opened,
        b: Opened,
    ) -> Result<(Recorded, Recorded, BothLooks), Error> {
        let recorder_a = Recorder::create(&a.scope, self.hash, &self.workspace)?;
        let recorder_b = Recorder::create(&b.scope, self.hash, &self.workspace)?;
        let reading = try_join(a.read(recorder_a, self.watch), b.read(recorder_b, self.watch));
        let ((read_a, looks_a), (read_b, looks_b)) = reading.await?;
        Ok((read_a, read_b, (looks_a, looks_b)))
    }

    /// Puts what was read side by side.
    pub(super) async fn merge(&self, a: Recorded, b: Recorded) -> Result<Findings, Error> {
        let directory = Arc::new(Directory {
            a: Arc::clone(&self.scopes.0),
            b: Arc::clone(&self.scopes.1),
            of_a: a.names,
            of_b: b.names,
        });
        let differences = Listed::in_file(files::unnamed(&self.workspace.path("differences"))?);
        let mut findings = Findings::new(Arc::clone(&directory), differences, self.revisit);
        findings.a.expired = a.expired;
        findings.b.expired = b.expired;
        (findings.a.empty, findings.b.empty) = (a.empty, b.empty);
        let mut fit = a.fit;
        fit.add(&b.fit);
        let (judge, watched) = (self.judge.clone(), self.watch.watched());
        let mut findings = blocking(move || {
            let records = (a.records, b.records);
            merge(records, &directory, (&judge, now()), &mut findings, &watched)?;
            Ok(findings)
        })
        .await?;
        findings.unfit = self.unfit(&fit, &findings);
        Ok(findings)
    }

    /// Returns what fits no key of either side, and which rules fit none of side A.
    fn unfit(&self, fit: &Fit, findings: &Findings) -> Vec<Unfit> {
        let selection = &self.options.selection;
        let unfit = fit.unfit(selection, self.options.rules.as_ref());
        // Which types a key has on both sides is known only now.
        if unfit.is_empty() && findings.is_of_nothing() && !selection.is_everything() {
            return vec![Unfit::Selection];
        }
        unfit
    }

    /// Looks again at what differs; returns how often.
    pub(super) async fn look_again(
        &self,
        (a, b): BothLooks,
        findings: &mut Findings,
    ) -> Result<u32, Error> {
        let mut rounds = Rounds {
            options: self.options,
            watch: self.watch,
            judge: self.judge.clone(),
            hash: self.hash,
            directory: Arc::clone(&findings.directory),
            a,
            b,
        };
        rounds.run(findings).await
    }
}
