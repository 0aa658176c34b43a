//! The numbered databases of a deployment.

use std::collections::{BTreeMap, BTreeSet};

use super::selection::Selection;
use crate::{
    server::{Error, deployment::Deployment, identity::Info},
    vocabulary::bug::Bug,
};

/// Returns the databases that a selection means.
///
/// Those that it names; else the one that the connection names, if that is not 0; else all that
/// hold keys.
///
/// # Errors
///
/// Fails if a connection does, or a server does not say which databases hold keys.
pub async fn selected(deployment: &Deployment, selection: &Selection) -> Result<Vec<u64>, Error> {
    if !selection.databases.is_empty() {
        return Ok(selection.databases.iter().copied().collect());
    }
    let connected = u64::try_from(deployment.target().db).unwrap_or_default();
    if connected != 0 || deployment.is_cluster() {
        return Ok(vec![connected]);
    }
    let mut databases = BTreeSet::from([0]);
    for node in deployment.primaries() {
        // Whoever does not say which databases hold keys would have some of them left out.
        let reply = node.connection.demand("INFO", &[b"keyspace"]).await?;
        let keyspace = reply.text().map(Info::parse).unwrap_or_default();
        let numbers =
            keyspace.names().filter_map(|name| name.strip_prefix("db")?.parse::<u64>().ok());
        databases.extend(numbers);
    }
    Ok(databases.into_iter().collect())
}

/// Opens the same deployment with connections to another database.
///
/// # Errors
///
/// Fails if it cannot be reached, or has no such database.
pub async fn open(deployment: &Deployment, database: u64) -> Result<Deployment, Error> {
    let Ok(db) = i64::try_from(database) else {
        let node = deployment.primaries().first();
        let node = node.ok_or(Error::Bug(Bug::Impossible("a deployment has no primary")))?;
        return Err(Error::NoSuchDb { endpoint: node.endpoint().clone(), db: database });
    };
    if deployment.target().db == db {
        return Ok(deployment.clone());
    }
    let mut target = deployment.target().clone();
    target.db = db;
    Deployment::open(target).await
}

/// Opens the same deployment with connections to each of these databases.
///
/// # Errors
///
/// As [`open`].
pub async fn open_all(
    deployment: &Deployment,
    databases: impl IntoIterator<Item = u64>,
) -> Result<BTreeMap<u64, Deployment>, Error> {
    let mut opened = BTreeMap::new();
    for database in databases {
        opened.insert(database, open(deployment, database).await?);
    }
    Ok(opened)
}
