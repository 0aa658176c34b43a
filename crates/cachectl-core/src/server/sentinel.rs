//! Asking sentinels where the primary is.

use super::{
    connection::Connection,
    error::Error,
    target::{Login, Target},
};
use crate::values::endpoint::Endpoint;

/// Returns the address of the primary, from the first sentinel that knows it.
pub(super) async fn primary(
    sentinels: &[Endpoint],
    name: &str,
    login: &Login,
    target: &Target,
) -> Result<Endpoint, Error> {
    let mut failure = None;
    let mut answered = false;
    for sentinel in sentinels {
        match ask(sentinel, name, login, target).await {
            Ok(Some(endpoint)) => return Ok(endpoint),
            Ok(None) => answered = true,
            Err(error) => failure = Some(error),
        }
    }
    match failure {
        Some(source) if !answered => {
            Err(Error::NoSentinel { count: sentinels.len(), source: Box::new(source) })
        }
        _ => Err(Error::UnknownPrimary { name: name.to_owned() }),
    }
}

async fn ask(
    sentinel: &Endpoint,
    name: &str,
    login: &Login,
    target: &Target,
) -> Result<Option<Endpoint>, Error> {
    let connection = Connection::open_as(sentinel, target, login, 0).await?;
    let reply =
        connection.demand("SENTINEL", &[b"get-master-addr-by-name", name.as_bytes()]).await?;
    if reply.is_nil() {
        return Ok(None);
    }
    let unexpected = || connection.unexpected("SENTINEL");
    let parts = reply.into_elements().ok_or_else(unexpected)?;
    let text = |index: usize| parts.get(index).and_then(|part| part.text());
    let host = text(0).ok_or_else(unexpected)?.to_owned();
    let port = text(1).and_then(|port| port.parse().ok()).ok_or_else(unexpected)?;
    Ok(Some(Endpoint::Tcp { host, port }))
}
