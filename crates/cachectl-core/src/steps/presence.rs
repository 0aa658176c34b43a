//! Asks which names are taken.

use std::sync::Arc;

use futures_util::future::try_join_all;

use crate::{
    server::{Error, batch::Batch, deployment::Deployment, node::Node},
    values::slot::Slot,
};

/// How many names one `EXISTS` asks for. It answers how many of them are taken, almost always
/// none, and saves a command for every key.
const GROUP: usize = 128;
/// How many commands travel together.
const BATCH: usize = 256;

/// Tells of every name whether it is taken.
pub(crate) async fn present(deployment: &Deployment, names: &[&[u8]]) -> Result<Vec<bool>, Error> {
    let mut present = vec![false; names.len()];
    let mut by_node: Vec<Vec<usize>> = vec![Vec::new(); deployment.primaries().len()];
    for (index, name) in names.iter().enumerate() {
        if let Some(indices) = by_node.get_mut(deployment.route(name)) {
            indices.push(index);
        }
    }
    let asked = deployment.primaries().iter().zip(&by_node).map(|(node, indices)| async move {
        let mut taken = Vec::new();
        for indices in indices.chunks(BATCH) {
            let mut batch = Batch::with_capacity(indices.len());
            for name in indices.iter().filter_map(|index| names.get(*index)) {
                batch.push("EXISTS", &[name]);
            }
            let counts = counts(node, batch).await?;
            let found = indices.iter().zip(counts).filter(|(_, count)| *count > 0);
            taken.extend(found.map(|(index, _)| *index));
        }
        Ok::<_, Error>(taken)
    });
    for index in try_join_all(asked).await?.into_iter().flatten() {
        if let Some(present) = present.get_mut(index) {
            *present = true;
        }
    }
    Ok(present)
}

/// Tells of a large name whether it is taken, without copying it.
pub(crate) async fn is_taken(deployment: &Deployment, name: Arc<Vec<u8>>) -> Result<bool, Error> {
    let Some(node) = deployment.primaries().get(deployment.route(&name)) else {
        return Ok(false);
    };
    let mut batch = Batch::of("EXISTS", &[]);
    batch.attach(name);
    Ok(counts(node, batch).await?.into_iter().any(|count| count > 0))
}

/// Counts how many of the names are taken, by as few commands as there may be.
pub(crate) async fn count(deployment: &Deployment, names: &[&[u8]]) -> Result<usize, Error> {
    let mut batches = vec![Batch::default(); deployment.primaries().len()];
    for group in groups(deployment, names.iter().copied().zip(0..)) {
        let route = group.first().map_or(0, |(name, _)| deployment.route(name));
        if let Some(batch) = batches.get_mut(route) {
            ask(batch, group.iter().map(|(name, _)| *name));
        }
    }
    let asked = deployment.primaries().iter().zip(batches);
    let counts = try_join_all(asked.map(|(node, batch)| counts(node, batch))).await?;
    Ok(counts.into_iter().flatten().sum())
}

/// Groups names, each with a number of the caller's, so that one `EXISTS` may ask for those of a
/// group: in a cluster they have to be in one slot.
pub(crate) fn groups<'n>(
    deployment: &Deployment,
    names: impl Iterator<Item = (&'n [u8], usize)>,
) -> Vec<Vec<(&'n [u8], usize)>> {
    let mut names: Vec<(&[u8], usize)> = names.collect();
    if !deployment.is_cluster() {
        return names.chunks(GROUP).map(<[_]>::to_vec).collect();
    }
    names.sort_by_cached_key(|(name, _)| Slot::of(name).number());
    let slots = names.chunk_by(|(one, _), (other, _)| Slot::of(one) == Slot::of(other));
    slots.flat_map(|slot| slot.chunks(GROUP)).map(<[_]>::to_vec).collect()
}

/// Appends the command that asks how many names of a group are taken.
pub(crate) fn ask<'n>(batch: &mut Batch, names: impl Iterator<Item = &'n [u8]>) {
    batch.push("EXISTS", &[]);
    for name in names {
        batch.argument(name);
    }
}

/// Drops keys, without making the server wait for their memory.
pub(crate) async fn unlink(deployment: &Deployment, names: &[Vec<u8>]) -> Result<(), Error> {
    for names in names.chunks(BATCH) {
        let mut batches = vec![Batch::default(); deployment.primaries().len()];
        for name in names {
            if let Some(batch) = batches.get_mut(deployment.route(name)) {
                batch.push("UNLINK", &[name]);
            }
        }
        for (node, batch) in deployment.primaries().iter().zip(batches) {
            for reply in node.connection.send(batch).await? {
                if let Some(refusal) = reply.refusal() {
                    return Err(node.connection.refused("UNLINK", refusal));
                }
            }
        }
    }
    Ok(())
}

async fn counts(node: &Node, batch: Batch) -> Result<Vec<usize>, Error> {
    let replies = node.connection.send(batch).await?;
    let counts = replies.into_iter().map(|reply| {
        let count = reply.integer().ok_or_else(|| node.connection.unexpected("EXISTS"))?;
        let count = count.map_err(|refusal| node.connection.refused("EXISTS", refusal))?;
        Ok(usize::try_from(count).unwrap_or_default())
    });
    counts.collect()
}
