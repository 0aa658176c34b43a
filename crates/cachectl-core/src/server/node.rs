//! One data server of a deployment.

use super::{
    connection::Connection,
    error::Error,
    identity::{Identity, Info},
    target::Target,
};
use crate::values::endpoint::Endpoint;

/// Adds up how many keys nodes hold; `None` if none of them tells.
pub(crate) async fn key_count<'a>(
    nodes: impl IntoIterator<Item = &'a Node>,
) -> Result<Option<u64>, Error> {
    let mut total = None;
    for node in nodes {
        total = node.key_count().await?.map(|keys| keys + total.unwrap_or(0)).or(total);
    }
    Ok(total)
}

/// One data server of a deployment, and a connection to it.
#[derive(Clone, Debug)]
pub struct Node {
    /// The connection that bulk work goes over.
    pub connection: Connection,
    /// Who the server is.
    pub identity: Identity,
    /// What the cluster calls it, which outlives a restart; `None` outside a cluster.
    pub cluster_id: Option<String>,
}

impl Node {
    /// Connects to a server and asks who it is.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be reached or refuses the login.
    pub async fn open(endpoint: &Endpoint, target: &Target) -> Result<Self, Error> {
        let connection = Connection::open(endpoint, target).await?;
        let identity = Identity::ask(&connection).await?;
        Ok(Self { connection, identity, cluster_id: None })
    }

    /// Returns where it is.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        self.connection.endpoint()
    }

    /// Returns how many keys the database of the connection holds.
    ///
    /// # Errors
    ///
    /// Fails if the connection does. A server that does not tell has `None`.
    pub async fn key_count(&self) -> Result<Option<u64>, Error> {
        let reply = self.connection.ask("DBSIZE", &[]).await?;
        Ok(reply.integer().and_then(Result::ok).and_then(|count| u64::try_from(count).ok()))
    }

    /// Returns the server's clock, as a Unix time in milliseconds.
    ///
    /// # Errors
    ///
    /// Fails if the connection does, or the server does not tell its time.
    pub async fn now(&self) -> Result<i64, Error> {
        let reply = self.connection.demand("TIME", &[]).await?;
        reply.into_time().ok_or_else(|| self.connection.unexpected("TIME"))
    }

    /// Asks for a section of `INFO`; `None` if it is denied or renamed.
    ///
    /// # Errors
    ///
    /// Fails if the connection does.
    pub async fn info(&self, section: &str) -> Result<Option<Info>, Error> {
        Info::ask(&self.connection, section).await
    }
}
