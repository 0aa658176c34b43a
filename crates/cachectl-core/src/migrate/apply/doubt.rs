//! Finds out what became of operations that may have been taken, and whose answers nobody saw.

use std::collections::BTreeMap;

use crate::{
    migrate::{
        Error,
        ledger::Ending,
        plan::explain,
        plan_file::Window,
        presence,
        recovery::{self, Names, Next, Turn},
        report::TroubleReason,
    },
    server::{batch::Batch, deployment::Deployment},
    steps::facts::FactsReader,
    values::{key::Key, ttl::Expiry},
};

/// How many operations are looked at together.
const CHUNK: usize = 1_024;

/// An operation of a window, and how it has ended.
#[derive(Debug)]
pub(super) struct Settled {
    pub(super) index: usize,
    pub(super) ending: Ending,
    /// What somebody has to know of it.
    pub(super) trouble: Option<TroubleReason>,
}

/// Settles the operations that were taken, and those that there is nothing to do for. Returns the
/// others, in their order.
pub(super) async fn settle(
    deployment: &Deployment,
    nonce: &str,
    window: &Window,
    indices: &[usize],
    mut settled: impl FnMut(Settled),
) -> Result<Vec<usize>, Error> {
    let (mut left, mut unclear) = (Vec::new(), Vec::new());
    let mut turns: BTreeMap<usize, Turn> = BTreeMap::new();
    // In pieces, so that what was found out stays known if the connection breaks again.
    for indices in indices.chunks(CHUNK) {
        for (index, names) in look(deployment, nonce, window, indices).await? {
            let Some(operation) = window.operations.get(index) else { continue };
            let route = deployment.route(window.to(operation));
            if operation.kind.has_own_name() {
                turns.entry(route).or_default().note(index, names);
            }
            match recovery::operation(operation.kind, names) {
                Next::Send => left.push(index),
                Next::Settle(ending) => settled(Settled { index, ending, trouble: None }),
                Next::PutBack => {
                    let trouble = put_back(deployment, nonce, window, index).await?;
                    settled(Settled { index, ending: Ending::Vanished, trouble });
                }
                Next::Unclear => unclear.push((index, route)),
            }
        }
    }
    for (index, route) in unclear {
        let came_to = turns.get(&route).and_then(|turn| turn.came_to(index));
        settled(clear_up(deployment, window, index, came_to).await?);
    }
    Ok(left)
}

/// Looks at what is under the names of operations.
async fn look(
    deployment: &Deployment,
    nonce: &str,
    window: &Window,
    indices: &[usize],
) -> Result<Vec<(usize, Names)>, Error> {
    let operations: Vec<_> =
        indices.iter().filter_map(|index| Some((*index, window.operations.get(*index)?))).collect();
    let from: Vec<&[u8]> = operations.iter().map(|(_, it)| window.from(it)).collect();
    let to: Vec<&[u8]> = operations.iter().map(|(_, it)| window.to(it)).collect();
    let own: Vec<Option<Vec<u8>>> =
        operations.iter().map(|(_, it)| window.own_name(nonce, it)).collect();
    let from = presence::present(deployment, &from).await?;
    let to = presence::present(deployment, &to).await?;
    let taken: Vec<&[u8]> = own.iter().flatten().map(Vec::as_slice).collect();
    let mut taken = presence::present(deployment, &taken).await?.into_iter();
    let names = from.into_iter().zip(to).zip(own).map(|((old, new), own)| {
        let own = own.is_some() && taken.next().unwrap_or_default();
        Names { old, new, own }
    });
    Ok(operations.into_iter().map(|(index, _)| index).zip(names).collect())
}

/// Gives a key that was in the way its name back, where there was nothing to rename. Returns what is
/// to be told if somebody else has the name by now.
pub(super) async fn put_back(
    deployment: &Deployment,
    nonce: &str,
    window: &Window,
    index: usize,
) -> Result<Option<TroubleReason>, Error> {
    let Some(operation) = window.operations.get(index) else { return Ok(None) };
    let to = window.to(operation);
    let node = deployment.primaries().get(deployment.route(to));
    let (Some(node), Some(own)) = (node, window.own_name(nonce, operation)) else {
        return Ok(None);
    };
    match node.connection.ask("RENAMENX", &[&own, to]).await?.integer() {
        Some(Ok(0)) => Ok(Some(TroubleReason::SetAside { name: Key::from(&*own) })),
        // Somebody has deleted it.
        Some(Err(refusal)) if refusal.is_no_such_key() => Ok(None),
        Some(Err(refusal)) => Err(node.connection.refused("RENAMENX", refusal).into()),
        Some(Ok(_)) => Ok(None),
        None => Err(node.connection.unexpected("RENAMENX").into()),
    }
}

/// Settles an operation of which names do not tell whether it was taken: its old name is absent, and
/// the key under its new name is its own, or the one that was in the way.
///
/// | the key under the new name | taken | not taken | not known |
/// |---|---|---|---|
/// | is not as it was planned | gone | gone | gone |
/// | is, and expires          | renamed | gone | renamed: no other key expires at that millisecond |
/// | is, and does not expire  | renamed | gone | named, and left alone as if it were gone |
async fn clear_up(
    deployment: &Deployment,
    window: &Window,
    index: usize,
    came_to: Option<bool>,
) -> Result<Settled, Error> {
    let settled = |ending, trouble| Settled { index, ending, trouble };
    let vanished = settled(Ending::Vanished, None);
    let Some(operation) = window.operations.get(index) else { return Ok(vanished) };
    let to = window.to(operation);
    let node = deployment.primaries().get(deployment.route(to)).ok_or(Error::SlotsMoved)?;
    let reader = FactsReader::choose(node).await?;
    let mut batch = Batch::with_capacity(reader.replies());
    reader.ask(&mut batch, to);
    let found = reader.read(&mut node.connection.send(&batch).await?.into_iter());
    let found = found.map_err(|refusal| explain(node.connection.refused("TYPE", refusal)))?;
    let as_planned = found.is_some_and(|found| {
        found.key_type == operation.key_type && reader.agree(operation.expiry, found.expiry)
    });
    let expires = operation.expiry != Expiry::Never;
    Ok(match (as_planned, came_to) {
        (false, _) | (true, Some(false)) => vanished,
        (true, Some(true)) => settled(Ending::Renamed, None),
        (true, None) if expires => settled(Ending::Renamed, None),
        (true, None) => settled(Ending::Vanished, Some(TroubleReason::Unclear)),
    })
}
