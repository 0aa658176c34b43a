//! Finds out what became of operations that may have been taken, and whose answers nobody saw.

use crate::{
    migrate::{
        Error,
        ledger::Ending,
        plan::explain,
        plan_file::{Kind, Operation, Window},
        presence,
        recovery::{self, Names, Next},
        report::TroubleReason,
    },
    server::{batch::Batch, deployment::Deployment},
    steps::facts::FactsReader,
    values::key::Key,
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

/// Which operations of a window with names of ours were sent. They are sent in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// Another process may have sent any of them.
    Unknown,
    /// Only those with a smaller index.
    Below(usize),
}

impl Sent {
    /// Takes note that an operation is sent.
    pub(super) fn note(&mut self, index: usize) {
        if let Self::Below(below) = self {
            *below = (*below).max(index + 1);
        }
    }

    fn may_include(self, index: usize) -> bool {
        match self {
            Self::Unknown => true,
            Self::Below(below) => index < below,
        }
    }
}

/// Settles the operations that were taken, and those that there is nothing to do for. Returns the
/// others, in their order.
pub(super) async fn settle(
    deployment: &Deployment,
    nonce: &str,
    (window, sent): (&Window, Sent),
    indices: &[usize],
    mut settled: impl FnMut(Settled),
) -> Result<Vec<usize>, Error> {
    let mut left = Vec::new();
    // In pieces, so that what was found out stays known if the connection breaks again.
    for indices in indices.chunks(CHUNK) {
        let decided = decide(deployment, nonce, (window, sent), indices).await?;
        for index in decided.half_way {
            settled(put_back(deployment, nonce, window, index).await?);
        }
        decided.settled.into_iter().for_each(&mut settled);
        left.extend(decided.left);
    }
    Ok(left)
}

/// Returns the endings of a window that may have been taken, as [`settle`] would find them. Nothing is
/// written.
pub(in crate::migrate) async fn foresee(
    deployment: &Deployment,
    nonce: &str,
    window: &Window,
    mut endings: Vec<Ending>,
) -> Result<Vec<Ending>, Error> {
    let open = (0..).zip(&endings).filter(|(_, ending)| ending.is_unsettled());
    let open: Vec<usize> = open.map(|(index, _)| index).collect();
    for indices in open.chunks(CHUNK) {
        let decided = decide(deployment, nonce, (window, Sent::Unknown), indices).await?;
        let gone = decided.half_way.into_iter().map(|index| (index, Ending::Vanished));
        let settled = decided.settled.into_iter().map(|it| (it.index, it.ending));
        for (index, ending) in gone.chain(settled) {
            if let Some(slot) = endings.get_mut(index) {
                *slot = ending;
            }
        }
    }
    Ok(endings)
}

/// What is to be done with operations that may have been taken, by index.
#[derive(Debug, Default)]
struct Decided {
    /// They were not taken.
    left: Vec<usize>,
    /// The key in the way was moved, and there was nothing to rename.
    half_way: Vec<usize>,
    settled: Vec<Settled>,
}

/// Decides by what is under the names. Nothing is written.
async fn decide(
    deployment: &Deployment,
    nonce: &str,
    (window, sent): (&Window, Sent),
    indices: &[usize],
) -> Result<Decided, Error> {
    let mut decided = Decided::default();
    let vanished = |index| Settled { index, ending: Ending::Vanished, trouble: None };
    let (mut unclear, mut renamed) = (Vec::new(), Vec::new());
    for (index, names) in look(deployment, nonce, window, indices).await? {
        let Some(operation) = window.operations.get(index) else { continue };
        match recovery::operation(operation.kind, names) {
            Next::Send => decided.left.push(index),
            Next::Settle(Ending::Renamed) if operation.kind == Kind::Rename => renamed.push(index),
            Next::Settle(ending) => {
                decided.settled.push(Settled { index, ending, trouble: None });
            }
            Next::PutBack => decided.half_way.push(index),
            Next::Unclear if sent.may_include(index) => unclear.push(index),
            Next::Unclear => decided.settled.push(vanished(index)),
        }
    }
    for (indices, if_in_time) in [(unclear, Ending::Unclear), (renamed, Ending::Renamed)] {
        for (index, likeness) in compare(deployment, window, indices).await? {
            let ending = match likeness {
                Likeness::Other => Ending::Vanished,
                Likeness::Late => Ending::Unclear,
                Likeness::InTime => if_in_time,
            };
            let trouble = (ending == Ending::Unclear).then_some(TroubleReason::Unclear);
            decided.settled.push(Settled { index, ending, trouble });
        }
    }
    Ok(decided)
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

/// Gives a key that was in the way its name back, where there was nothing to rename. If somebody else
/// has the name by now, that is to be told.
pub(super) async fn put_back(
    deployment: &Deployment,
    nonce: &str,
    window: &Window,
    index: usize,
) -> Result<Settled, Error> {
    let vanished = Settled { index, ending: Ending::Vanished, trouble: None };
    let Some(operation) = window.operations.get(index) else { return Ok(vanished) };
    let to = window.to(operation);
    let node = deployment.primaries().get(deployment.route(to));
    let (Some(node), Some(own)) = (node, window.own_name(nonce, operation)) else {
        return Ok(vanished);
    };
    match node.connection.ask("RENAMENX", &[&own, to]).await?.integer() {
        Some(Ok(0)) => {
            let trouble = Some(TroubleReason::SetAside { name: Key::from(&*own) });
            Ok(Settled { index, ending: Ending::Unclear, trouble })
        }
        // Somebody has deleted it.
        Some(Err(refusal)) if refusal.is_no_such_key() => Ok(vanished),
        Some(Err(refusal)) => Err(node.connection.refused("RENAMENX", refusal).into()),
        Some(Ok(_)) => Ok(vanished),
        None => Err(node.connection.unexpected("RENAMENX").into()),
    }
}

/// How much the key under a new name is like the one that was to get it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Likeness {
    /// It has another type: it is another key.
    Other,
    /// It has the same type, and the time of the one that was to be renamed is over: that one is
    /// gone, or a client has given it another expiry since.
    Late,
    /// It has the same type, and the time of the one that was to be renamed is not over.
    InTime,
}

/// Compares the keys under the new names with those that were to get them, of operations that may have
/// been taken, whose old names are absent and whose new names are not.
///
/// Only another type is certain. Clients change expiries, two keys may expire together, and a
/// transaction that ran may have found nothing to rename.
async fn compare(
    deployment: &Deployment,
    window: &Window,
    indices: Vec<usize>,
) -> Result<Vec<(usize, Likeness)>, Error> {
    let mut told = Vec::with_capacity(indices.len());
    let operations = indices.into_iter();
    let mut operations: Vec<(usize, &Operation)> =
        operations.filter_map(|index| Some((index, window.operations.get(index)?))).collect();
    let route = |(_, operation): &(usize, &Operation)| deployment.route(window.to(operation));
    operations.sort_by_key(route);
    let facts = FactsReader::NoExpiries;
    for there in operations.chunk_by(|one, other| route(one) == route(other)) {
        let node = there.first().and_then(|first| deployment.primaries().get(route(first)));
        let node = node.ok_or(Error::SlotsMoved)?;
        let now = node.now().await?;
        let mut batch = Batch::with_capacity(there.len());
        for (_, operation) in there {
            facts.ask(&mut batch, window.to(operation));
        }
        let mut replies = node.connection.send(batch).await?.into_iter();
        for (index, operation) in there {
            let found = facts.read(&mut replies);
            let found =
                found.map_err(|refusal| explain(node.connection.refused("TYPE", refusal)))?;
            let is_other = found.is_none_or(|found| found.key_type != operation.key_type);
            let likeness = match operation.expiry.has_passed(now) {
                _ if is_other => Likeness::Other,
                true => Likeness::Late,
                false => Likeness::InTime,
            };
            told.push((*index, likeness));
        }
    }
    Ok(told)
}
