//! A side that is open, and was not read yet.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    Error, Side,
    file::{self, failed},
    look::Looks,
    recorder::{Recorded, Recorder},
    report::{SideReport, Source},
    scope::Scope,
    servers::Servers,
    watch::{Watch, blocking},
};
use crate::{
    server::{deployment::Deployment, node::Node},
    steps::{facts::FactsReader, pacing::Pacing, rdb_file::RdbSource},
};

/// A side that is open, and was not read yet.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) scope: Arc<Scope>,
    pub(super) report: SideReport,
    input: Input,
}

#[derive(Debug)]
enum Input {
    Servers(Box<Servers>),
    File(Box<RdbSource>),
}

impl Opened {
    pub(super) async fn open(side: &Side, scope: Scope, pacing: Pacing) -> Result<Self, Error> {
        let scope = Arc::new(scope);
        let (source, databases, version, input) = match side {
            Side::Server(deployment) => {
                let endpoints = deployment.primaries().iter().map(Node::endpoint).cloned();
                let servers = Servers::open(deployment, &scope, pacing).await?;
                let source = Source::Servers(endpoints.collect());
                let databases = servers.databases.keys().copied().collect();
                (source, databases, versions(deployment), Input::Servers(Box::new(servers)))
            }
            Side::File(file) => {
                let (opening, scope) = (file.clone(), Arc::clone(&scope));
                let source =
                    blocking(move || opening.open().map_err(|source| failed(&scope, source)))
                        .await?;
                let version = format!("RDB {}", source.version());
                (
                    Source::File(file.name().to_owned()),
                    Vec::new(),
                    version,
                    Input::File(Box::new(source)),
                )
            }
        };
        let report = SideReport { source, databases, version, keys: 0, expired: 0, empty: 0 };
        Ok(Self { scope, report, input })
    }

    /// Returns how many keys there are, if that is known.
    pub(super) fn total(&self) -> Option<u64> {
        match &self.input {
            Input::Servers(servers) => servers.total,
            Input::File(_) => None,
        }
    }

    /// Returns how expiries are read.
    pub(super) fn facts(&self) -> FactsReader {
        match &self.input {
            Input::Servers(servers) => servers.facts,
            Input::File(_) => FactsReader::Exact,
        }
    }

    /// Returns whether it can be looked at again.
    pub(super) fn is_live(&self) -> bool {
        matches!(self.input, Input::Servers(_))
    }

    /// Reads it, and returns what to look at again with, if that can be done.
    pub(super) async fn read(
        self,
        recorder: Recorder,
        watch: &Watch<'_>,
    ) -> Result<(Recorded, Option<Looks>), Error> {
        match self.input {
            Input::Servers(servers) => {
                let read = servers.read(recorder, watch).await?;
                Ok((read, Some(Looks::new(*servers))))
            }
            Input::File(source) => {
                let (scope, watched) = (self.scope, watch.watched());
                let reading = move || file::read(*source, &scope, recorder, &watched);
                Ok((blocking(reading).await?, None))
            }
        }
    }
}

/// Returns what the servers call themselves, each version once.
fn versions(deployment: &Deployment) -> String {
    let nodes = deployment.primaries().iter();
    let versions: BTreeSet<String> = nodes.map(|node| node.identity.to_string()).collect();
    versions.into_iter().collect::<Vec<_>>().join(", ")
}
