//! Asking sentinels where the primary is.

use std::collections::HashMap;

use futures_util::future::join_all;

use super::{
    connection::Connection,
    error::Error,
    target::{Login, Target},
};
use crate::values::endpoint::Endpoint;

/// Returns the address of the primary that most of the sentinels name. Those that do not answer
/// count as well: whoever has one of three could keep the others from answering.
///
/// All of them are asked at the same time: one that hangs costs no more than the limit.
pub(super) async fn primary(
    sentinels: &[Endpoint],
    name: &str,
    login: &Login,
    target: &Target,
) -> Result<Endpoint, Error> {
    let asked = sentinels.iter().map(|sentinel| ask(sentinel, name, login, target));
    let (mut named, mut failure) = (Vec::new(), None);
    for (sentinel, answer) in sentinels.iter().zip(join_all(asked).await) {
        match answer {
            Ok(endpoint) => {
                target.trust.note(sentinel, endpoint.clone());
                named.push(endpoint);
            }
            Err(error) => failure = Some(error),
        }
    }
    if let Some(endpoint) = majority(named.iter().map(Option::as_ref), sentinels.len()) {
        return Ok(endpoint.clone());
    }
    match failure {
        Some(source) if named.is_empty() => {
            Err(Error::NoSentinel { count: sentinels.len(), source: Box::new(source) })
        }
        _ if named.iter().all(Option::is_none) => {
            Err(Error::UnknownPrimary { name: name.to_owned() })
        }
        _ => Err(Error::NoMajority { answers: named.len(), count: sentinels.len() }),
    }
}

/// Returns what more than half of `count` sentinels name, whether or not they answer.
pub(crate) fn majority<'a>(
    named: impl IntoIterator<Item = Option<&'a Endpoint>>,
    count: usize,
) -> Option<&'a Endpoint> {
    let mut counts: HashMap<&Endpoint, usize> = HashMap::new();
    for endpoint in named.into_iter().flatten() {
        *counts.entry(endpoint).or_default() += 1;
    }
    counts.into_iter().find(|(_, named)| named * 2 > count).map(|(endpoint, _)| endpoint)
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
    let host = text(0).ok_or_else(unexpected)?;
    let port = text(1).and_then(|port| port.parse().ok()).ok_or_else(unexpected)?;
    Endpoint::announced(host, port).map(Some).ok_or_else(unexpected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_most_of_all_say_is_believed() {
        let [one, other] = [1, 2].map(|port| Endpoint::Tcp { host: "h".to_owned(), port });
        let (one, other) = (Some(&one), Some(&other));
        assert_eq!(majority([one], 1), one);
        assert_eq!(majority([one, other, one], 3), one);
        assert_eq!(majority([one, None], 2), None);
        assert_eq!(majority([one, other], 2), None);
        assert_eq!(majority([other, None, None], 3), None);
        assert_eq!(majority([], 0), None);
        // The others do not answer.
        assert_eq!(majority([one], 2), None);
        assert_eq!(majority([one], 3), None);
        assert_eq!(majority([one, one], 3), one);
    }
}
