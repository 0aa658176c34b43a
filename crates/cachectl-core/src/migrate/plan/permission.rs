//! Finds out what our user may do, without doing it.

use std::collections::HashSet;

use crate::{
    migrate::{
        Error,
        marker::Marker,
        report::{Pair, PlanReport, Refusal, Sample},
        transaction,
    },
    server::{self, Error as ServerError, batch::Batch, deployment::Deployment, error, node::Node},
    values::{endpoint::Endpoint, key::Key},
};

/// The commands that a migration needs, as an ACL rule allows them.
pub(in crate::migrate) const NEEDED: &str = "+scan +type +pexpiretime +pttl +time +exists +dbsize \
     +renamenx +unlink +multi +exec +discard +ping +select +cluster|slots +xadd +xgroup +xinfo \
     +xrange +pexpire +persist ~cachectl:*";
/// What else it needs: the keys themselves, as an ACL rule allows them.
pub(super) const KEYS: &str = "~PATTERN";

/// Returns a value that the server may have refused.
pub(super) fn accepted<T>(
    node: &Node,
    command: &str,
    value: Result<T, error::Refusal>,
) -> Result<T, Error> {
    value.map_err(|refusal| explain(node.connection.refused(command, refusal)))
}

/// Turns a denial into an error that names the permissions which are needed.
pub(in crate::migrate) fn explain(error: ServerError) -> Error {
    match error {
        server::Error::Refused { endpoint, source, .. } if source.is_denied() => {
            denied(endpoint, &source, KEYS)
        }
        other => Error::Server(other),
    }
}

/// Returns the error for a denial, with the permissions that are needed: `keys`, if that is what is
/// denied.
pub(super) fn denied(endpoint: Endpoint, refusal: &error::Refusal, keys: &str) -> Error {
    let acl = if refusal.is_about_key_patterns() { keys } else { NEEDED };
    Error::NoPermission { endpoint, refusal: refusal.to_string(), acl: acl.to_owned() }
}

/// Asks whether every primary allows a marker.
pub(super) async fn allows_markers(deployment: &Deployment, nonce: &str) -> Result<bool, Error> {
    for (lane, node) in deployment.primaries().iter().enumerate() {
        let slot = deployment.slots(lane).first().map_or(0, |(first, _)| *first);
        if Marker::new(nonce, lane, slot).obstacle(&node.connection).await?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// How many renames are queued in one transaction.
const QUEUED: usize = 128;

/// Asks whether the first sample of every rule may be renamed.
///
/// A command that is queued in a transaction is checked against the ACL, the role and the slots,
/// and a transaction that is discarded does nothing. Where transactions are denied nothing is asked.
pub(super) async fn probe(
    deployment: &Deployment,
    report: &PlanReport,
) -> Result<Option<Refusal>, Error> {
    let cross_slot: HashSet<&Key> = report.cross_slot.list.iter().map(|pair| &pair.from).collect();
    let samples = report.rules.iter().filter_map(|rule| rule.samples.first());
    let samples: Vec<&Sample> = samples.filter(|it| !cross_slot.contains(&it.from)).collect();
    for samples in samples.chunks(QUEUED) {
        for (route, node) in deployment.primaries().iter().enumerate() {
            let here = |it: &&&Sample| deployment.route(it.from.as_bytes()) == route;
            let samples: Vec<&Sample> = samples.iter().filter(here).copied().collect();
            if samples.is_empty() {
                continue;
            }
            match queue(node, &samples).await? {
                Queued::Unknown => return Ok(None),
                Queued::All => {}
                Queued::Refused(refusal) => return Ok(Some(refusal)),
            }
        }
    }
    Ok(None)
}

/// What became of renames that were queued.
enum Queued {
    All,
    Refused(Refusal),
    /// Transactions are denied.
    Unknown,
}

/// Queues the renames of samples in a transaction, and discards it.
async fn queue(node: &Node, samples: &[&Sample]) -> Result<Queued, Error> {
    // This one is not carried out.
    let denied = transaction::denied(&node.connection).await?.filter(|(it, _)| *it != "EXEC");
    // Only after the transaction is known to be open: outside of one, the next commands would
    // rename.
    if denied.is_some() || node.connection.ask("MULTI", &[]).await?.refusal().is_some() {
        return Ok(Queued::Unknown);
    }
    let mut batch = Batch::with_capacity(samples.len() + 1);
    for sample in samples {
        batch.push("RENAMENX", &[sample.from.as_bytes(), sample.to.as_bytes()]);
    }
    batch.push("DISCARD", &[]);
    let replies = node.connection.send(batch).await?;
    // A full server queues nothing, but it renames.
    let mut refused = samples.iter().zip(&replies).filter_map(|(sample, reply)| {
        let refusal = reply.refusal().filter(|refusal| refusal.code != "OOM")?;
        let pair = Pair { from: sample.from.clone(), to: sample.to.clone() };
        Some(Refusal::Permission { refusal: refusal.to_string(), pair })
    });
    Ok(refused.next().map_or(Queued::All, Queued::Refused))
}
