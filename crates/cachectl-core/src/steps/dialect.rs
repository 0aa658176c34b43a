//! Which version of the RDB format a server speaks.

use cachectl_rdb::{Dialect, Payload, Version};

use crate::server::{Error, deployment::Deployment, node::Node};

/// What is assumed of a server that is not known and has no key to show: what every server since
/// Redis 5 reads.
const OLDEST: Version = Version::new(9);

/// Returns the version that can hold what every primary writes: the newest of theirs.
///
/// # Errors
///
/// Fails if a connection does.
pub async fn common_version(deployment: &Deployment) -> Result<Version, Error> {
    let mut newest = None;
    for node in deployment.primaries() {
        newest = newest.max(Some(of(node).await?.version()));
    }
    Ok(newest.unwrap_or(OLDEST))
}

/// Returns what a server understands: by its name and version, or else by what it writes itself.
///
/// # Errors
///
/// Fails if the connection does.
pub async fn of(node: &Node) -> Result<Dialect, Error> {
    let identity = &node.identity;
    let known = Dialect::of_server(&identity.product, identity.version.0, identity.version.1);
    if let Some(dialect) = known {
        return Ok(dialect);
    }
    let key = node.connection.ask("RANDOMKEY", &[]).await?.into_bytes();
    let Some(key) = key else {
        return Ok(Dialect::of_version(OLDEST));
    };
    let payload = node.connection.ask("DUMP", &[&key]).await?.into_bytes().unwrap_or_default();
    let version = Payload::parse(&payload).map_or(OLDEST, |payload| payload.version());
    Ok(Dialect::of_version(version))
}
