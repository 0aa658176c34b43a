//! Reads keys of servers once more.

use std::{
    collections::{BTreeMap, VecDeque, btree_map},
    sync::Arc,
};

use super::{
    Error,
    names::Place,
    record::Content,
    recorder::{now, payload},
    scope::Scope,
    servers::Servers,
    watch::blocking,
};
use crate::{
    server::{self, deployment::Deployment, node::Node},
    steps::{
        databases,
        throttle::Throttle,
        value_fetch::{Fetched, ValueFetch},
    },
};

/// Reads keys of servers once more.
#[derive(Debug)]
pub(super) struct Looks {
    pub(super) servers: Servers,
    /// The databases that were looked at; `None` if there is none of the number.
    databases: BTreeMap<u64, Option<Database>>,
}

/// A database with its pace.
#[derive(Debug)]
struct Database {
    deployment: Deployment,
    throttle: Throttle,
}

/// Keys that are asked for, each with its place in the answer.
type Asked = VecDeque<(usize, Vec<u8>)>;

impl Looks {
    pub(super) fn new(servers: Servers) -> Self {
        Self { servers, databases: BTreeMap::new() }
    }

    /// Returns what there is at these places, in their order.
    pub(super) async fn contents(
        &mut self,
        places: Vec<Option<Place>>,
    ) -> Result<Vec<Option<Content>>, Error> {
        let mut contents = vec![None; places.len()];
        let mut by_database: BTreeMap<u64, Asked> = BTreeMap::new();
        for (index, place) in places.into_iter().enumerate() {
            if let Some(Place { database, key }) = place {
                by_database.entry(database).or_default().push_back((index, key));
            }
        }
        let (failed, scope) = (self.servers.error(), Arc::clone(&self.servers.scope));
        for (database, asked) in by_database {
            let Some(database) = self.database(database).await.map_err(&failed)? else {
                continue;
            };
            for (node, asked) in database.by_node(asked) {
                let fetch = ValueFetch::start(node, &database.throttle).await.map_err(&failed)?;
                look(fetch, asked, &scope, &mut contents).await?;
            }
        }
        Ok(contents)
    }

    async fn database(&mut self, number: u64) -> Result<Option<&Database>, server::Error> {
        match self.databases.entry(number) {
            btree_map::Entry::Occupied(known) => Ok(known.into_mut().as_ref()),
            btree_map::Entry::Vacant(unknown) => {
                let deployment = match self.servers.databases.get(&number) {
                    Some(deployment) => Ok(deployment.clone()),
                    None => databases::open(&self.servers.deployment, number).await,
                };
                let database = match deployment {
                    Err(server::Error::NoSuchDb { .. } | server::Error::ClusterDb { .. }) => None,
                    deployment => {
                        let deployment = deployment?;
                        let limits = self.servers.pacing.limits();
                        let throttle = Throttle::start(&deployment, limits).await?;
                        Some(Database { deployment, throttle })
                    }
                };
                Ok(unknown.insert(database).as_ref())
            }
        }
    }
}

impl Database {
    fn by_node(&self, asked: Asked) -> Vec<(&Node, Asked)> {
        let nodes = self.deployment.primaries().iter();
        let mut by_node: Vec<(&Node, Asked)> = nodes.map(|node| (node, Asked::new())).collect();
        for (index, key) in asked {
            if let Some((_, asked)) = by_node.get_mut(self.deployment.route(&key)) {
                asked.push_back((index, key));
            }
        }
        by_node.retain(|(_, asked)| !asked.is_empty());
        by_node
    }
}

/// Reads keys of one server.
async fn look(
    mut fetch: ValueFetch<'_>,
    mut asked: Asked,
    scope: &Arc<Scope>,
    contents: &mut [Option<Content>],
) -> Result<(), Error> {
    let side = scope.side;
    let mut places = VecDeque::new();
    loop {
        let room = fetch.room();
        if room > 0 && !asked.is_empty() {
            let (indices, keys): (Vec<_>, Vec<_>) = asked.drain(..room.min(asked.len())).unzip();
            places.extend(indices);
            fetch.ask(keys).await;
            continue;
        }
        let answers = fetch.answers().await;
        let Some(fetched) = answers.map_err(|source| Error::Server { side, source })? else {
            return Ok(());
        };
        for content in digest(scope, fetched).await? {
            let place = places.pop_front().and_then(|index| contents.get_mut(index));
            if let Some(place) = place {
                *place = content;
            }
        }
    }
}

async fn digest(scope: &Arc<Scope>, fetched: Vec<Fetched>) -> Result<Vec<Option<Content>>, Error> {
    let scope = Arc::clone(scope);
    blocking(move || {
        let contents = fetched.into_iter().map(|Fetched { key, stored }| {
            let Some(stored) = stored else {
                return Ok(None);
            };
            let value = payload(&scope, &key, &stored)?.value();
            Ok(Content::of(value, stored.expiry, &scope.selection, now()))
        });
        contents.collect()
    })
    .await
}
