//! A side that is servers, while it is read.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::future::{try_join, try_join_all};
use tokio::sync::mpsc;

use super::{
    Error,
    recorder::{Batch, Recorded, Recorder},
    scope::Scope,
    watch::{Watch, blocking},
};
use crate::{
    server::{self, deployment::Deployment, node::Node},
    steps::{
        databases, facts::FactsReader, pacing::Pacing, scan::Scan, throttle::Throttle,
        value_scan::ValueScan,
    },
    vocabulary::progress::Phase,
};

/// How many batches may wait to be written down.
const WAITING: usize = 4;

/// The servers of a side, with connections to every database that is read.
#[derive(Debug)]
pub(super) struct Servers {
    pub(super) scope: Arc<Scope>,
    pub(super) pacing: Pacing,
    pub(super) deployment: Deployment,
    pub(super) databases: BTreeMap<u64, Deployment>,
    /// How expiries are read from them.
    pub(super) facts: FactsReader,
    /// How many keys there are, if all of them tell.
    pub(super) total: Option<u64>,
}

impl Servers {
    /// Opens the databases of a deployment that are meant.
    pub(super) async fn open(
        deployment: &Deployment,
        scope: &Arc<Scope>,
        pacing: Pacing,
    ) -> Result<Self, Error> {
        let mut servers = Self {
            scope: Arc::clone(scope),
            pacing,
            deployment: deployment.clone(),
            databases: BTreeMap::new(),
            facts: FactsReader::Exact,
            total: None,
        };
        servers.prepare().await.map_err(servers.error())?;
        Ok(servers)
    }

    async fn prepare(&mut self) -> Result<(), server::Error> {
        let selected = databases::selected(&self.deployment, &self.scope.selection).await?;
        self.databases = databases::open_all(&self.deployment, selected).await?;
        let mut total = Some(0);
        for node in self.databases.values().flat_map(Deployment::primaries) {
            total = total.zip(node.key_count().await?).map(|(total, keys)| total + keys);
        }
        self.total = total;
        for node in self.deployment.primaries() {
            self.facts = self.facts.max(FactsReader::choose(node).await?);
        }
        Ok(())
    }

    /// Reads every key that is meant, with its value.
    pub(super) async fn read(
        &self,
        recorder: Recorder,
        watch: &Watch<'_>,
    ) -> Result<Recorded, Error> {
        let (sender, receiver) = mpsc::channel(WAITING);
        let recording = blocking(move || recorder.record_all(receiver));
        let reading = async move {
            let reading = Reading { servers: self, watch, sender };
            Ok(reading.all().await)
        };
        let (written, read) = try_join(recording, reading).await?;
        read?;
        Ok(written)
    }

    pub(super) fn error(&self) -> impl Fn(server::Error) -> Error + use<> {
        let side = self.scope.side;
        move |source| Error::Server { side, source }
    }
}

struct Reading<'a> {
    servers: &'a Servers,
    watch: &'a Watch<'a>,
    sender: mpsc::Sender<Batch>,
}

impl Reading<'_> {
    async fn all(&self) -> Result<(), Error> {
        let failed = self.servers.error();
        let scope = &self.servers.scope;
        for (database, deployment) in &self.servers.databases {
            let limits = self.servers.pacing.limits();
            let throttle = Throttle::start(deployment, limits).await.map_err(&failed)?;
            let nodes = deployment.primaries().iter();
            try_join_all(nodes.map(|node| self.node(node, *database, &throttle))).await?;
            if !deployment.is_unmoved().await.map_err(&failed)? {
                return Err(Error::SlotsMoved { side: scope.side });
            }
        }
        Ok(())
    }

    async fn node(&self, node: &Node, database: u64, throttle: &Throttle) -> Result<(), Error> {
        self.values(node, database, throttle).await?;
        if self.servers.scope.needs_outside() {
            self.names(node, database).await?;
        }
        Ok(())
    }

    async fn values(&self, node: &Node, database: u64, throttle: &Throttle) -> Result<(), Error> {
        let (failed, watched) = (self.servers.error(), self.watch.watched());
        let selection = &self.servers.scope.selection;
        let mut scan = ValueScan::start(node, selection, throttle).await.map_err(&failed)?;
        let mut told = 0;
        let control = self.watch.control;
        while let Some(fetched) =
            control.unless_cancelled(scan.values()).await.ok_or(Error::Stopped)?.map_err(&failed)?
        {
            watched.read(scan.scanned - told);
            told = scan.scanned;
            throttle.tell_changes(Phase::Compare, control);
            self.send(Batch::Values { database, fetched }).await?;
        }
        Ok(())
    }

    /// Reads the names that are not meant.
    async fn names(&self, node: &Node, database: u64) -> Result<(), Error> {
        let failed = self.servers.error();
        let selection = &self.servers.scope.selection;
        let mut scan = Scan::start(node, None);
        let control = self.watch.control;
        while let Some(mut keys) =
            control.unless_cancelled(scan.page()).await.ok_or(Error::Stopped)?.map_err(&failed)?
        {
            keys.retain(|key| !selection.takes_key(key));
            self.send(Batch::Outside { database, keys }).await?;
        }
        Ok(())
    }

    async fn send(&self, batch: Batch) -> Result<(), Error> {
        if self.watch.control.is_cancelled() {
            return Err(Error::Stopped);
        }
        // The recorder is gone only if it failed, and its error is the one that is told.
        self.sender.send(batch).await.map_err(|_| Error::Stopped)
    }
}
