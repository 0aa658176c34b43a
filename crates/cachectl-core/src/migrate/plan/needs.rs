//! Checks that our user may use what planning does not need, and the run or its verification does.
//!
//! They would find out after keys were renamed. Every command that may not be asked for in earnest is
//! asked for with a name of ours that nobody has, which does nothing.

use std::io;

use super::{
    draft::{Draft, DraftLane},
    pairs::{Flags, Pair},
    permission::{KEYS, denied},
};
use crate::{
    migrate::{
        Error,
        options::OnConflict,
        plan_file::{Kind, operation::aside_name},
        transaction,
    },
    server::{batch::Batch, deployment::Deployment, error::Refusal, node::Node, reply::Reply},
    steps::facts::FactsReader,
};

/// The names of ours, as an ACL rule allows them.
const OWN_KEYS: &str = "~cachectl:*";

/// What the servers will be asked for.
#[derive(Debug)]
pub(super) struct Needs {
    /// How facts are read on each primary, and one of the pairs that are renamed there.
    lanes: Vec<(FactsReader, Option<Pair>)>,
    /// Whether there are cycles, which are opened by temporary names.
    cycles: bool,
    /// How keys are put out of the way, where there are any.
    exchange: Option<Kind>,
}

impl Needs {
    /// Finds out what a plan will need.
    pub(super) fn of(draft: &Draft, on_conflict: OnConflict) -> Result<Self, Error> {
        let lane = |lane: &DraftLane| Ok((lane.facts, sample(lane, on_conflict)?));
        let lanes = draft.lanes.iter().map(lane).collect::<io::Result<_>>();
        let exchange = match on_conflict {
            OnConflict::Abort | OnConflict::Skip => None,
            OnConflict::Stash => Some(Kind::Stash),
            OnConflict::Overwrite => Some(Kind::Overwrite),
        };
        Ok(Self {
            lanes: lanes.map_err(draft.file_error())?,
            cycles: draft.links.cycles > 0,
            exchange: exchange.filter(|_| draft.conflicts.count > 0),
        })
    }

    /// Asks every primary.
    ///
    /// # Errors
    ///
    /// Fails if a server denies something, or cannot be reached.
    pub(super) async fn check(&self, deployment: &Deployment, nonce: &str) -> Result<(), Error> {
        for (node, (facts, pair)) in deployment.primaries().iter().zip(&self.lanes) {
            let Some(pair) = pair else { continue };
            let mut looking = Batch::of("EXISTS", &[pair.old_name(), pair.new_name()]);
            facts.ask_expiry(&mut looking, pair.new_name());
            demand(node, looking, KEYS).await?;
            if self.exchange.is_some()
                && let Some((_, refusal)) = transaction::denied(&node.connection).await?
            {
                return Err(denied(node.endpoint().clone(), &refusal, KEYS));
            }
            demand(node, self.moves(nonce, pair), OWN_KEYS).await?;
            if self.exchange.is_some() {
                check_memory(node, &aside_name(nonce, pair.old_name())).await?;
            }
        }
        Ok(())
    }

    /// Returns the commands by which names of ours are given and dropped.
    fn moves(&self, nonce: &str, pair: &Pair) -> Batch {
        let mut batch = Batch::default();
        if self.cycles {
            let name = aside_name(nonce, pair.old_name());
            batch.push("RENAMENX", &[&name, &name]);
        }
        if let Some(name) = self.exchange.and_then(|kind| kind.own_name(nonce, pair.new_name())) {
            batch.push("RENAMENX", &[&name, &name]);
            if self.exchange == Some(Kind::Overwrite) {
                batch.push("UNLINK", &[&name]);
            }
        }
        batch
    }
}

/// Returns a pair whose key gets its new name, if there is one.
fn sample(lane: &DraftLane, on_conflict: OnConflict) -> io::Result<Option<Pair>> {
    let mut pairs = lane.pairs.read_all()?;
    let mut pair = None;
    while pairs.next_into(&mut pair)?.is_some() {
        let leaves =
            |pair: &Pair| pair.head.leaves(on_conflict) && !pair.head.flags.has(Flags::CROSS_SLOT);
        if pair.as_ref().is_some_and(leaves) {
            return Ok(pair);
        }
    }
    Ok(None)
}

/// Checks that commands can be queued in a transaction: a server that is out of memory queues none,
/// not even those that it takes otherwise.
async fn check_memory(node: &Node, name: &[u8]) -> Result<(), Error> {
    let mut batch = Batch::with_capacity(3);
    batch.push("MULTI", &[]).push("RENAMENX", &[name, name]).push("DISCARD", &[]);
    let replies = node.connection.send(batch).await?;
    match replies.iter().filter_map(Reply::refusal).find(|refusal| refusal.code == "OOM") {
        Some(refusal) => Err(node.connection.refused("RENAMENX", refusal).into()),
        None => Ok(()),
    }
}

/// Sends commands of which none may be denied.
async fn demand(node: &Node, batch: Batch, keys: &str) -> Result<(), Error> {
    let replies = node.connection.send(batch).await?;
    match replies.iter().filter_map(Reply::refusal).find(Refusal::is_denied) {
        Some(refusal) => Err(denied(node.endpoint().clone(), &refusal, keys)),
        None => Ok(()),
    }
}
