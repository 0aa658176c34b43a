//! Renames that put the key in the way elsewhere first: both moves in one transaction.
//!
//! The key in the way gets a name of ours, which is there only if the transaction ran. So it tells
//! for certain what became of an operation whose answer nobody saw. Nothing is watched: should the
//! old key be gone, the key in the way gets its name back.

use std::collections::VecDeque;

use futures_util::{StreamExt as _, stream::FuturesOrdered};

use super::{BATCH_BYTES, Ending, Round};
use crate::{
    migrate::{Error, apply::doubt::put_back, transaction},
    server::{batch::Batch, connection::Connection, error::Refusal, node::Node, reply::Reply},
};

/// The commands of one exchange: `MULTI`, two renames, `EXEC`.
const COMMANDS: usize = 4;

/// How an exchange came out.
enum Exchanged {
    Ended(Ending),
    /// The key in the way was moved, and there was nothing to rename.
    HalfWay,
    Refused(Refusal),
}

impl<'a> Round<'a> {
    /// Deals with operations that put a key elsewhere first.
    pub(super) async fn exchanges(&mut self, open: Vec<usize>) -> Result<(), Error> {
        if let Some(first) = open.first() {
            self.check_transactions(*first).await?;
        }
        let throttle = self.shared.throttle;
        let mut open = VecDeque::from(open);
        let mut sent = FuturesOrdered::new();
        loop {
            while sent.len() < throttle.depth() {
                let Some((node, batch, indices)) = self.exchange_batch(&mut open) else {
                    break;
                };
                throttle.admit(indices.len()).await;
                indices.last().into_iter().for_each(|last| self.executed.sent.note(*last));
                sent.push_back(async move { (indices, node, node.connection.send(batch).await) });
            }
            let Some((indices, node, replies)) = sent.next().await else {
                return Ok(());
            };
            self.exchanged(&node.connection, &indices, replies?).await?;
            self.shared.advance(indices.len());
        }
    }

    /// Checks that transactions are allowed: without one, half of an exchange could be done.
    async fn check_transactions(&self, first: usize) -> Result<(), Error> {
        let route = self.deployment.route(self.to(first));
        if let Some(node) = self.deployment.primaries().get(route)
            && let Some((command, refusal)) = transaction::denied(&node.connection).await?
        {
            return Err(node.connection.refused(command, refusal).into());
        }
        Ok(())
    }

    fn exchange_batch(&self, open: &mut VecDeque<usize>) -> Option<(&'a Node, Batch, Vec<usize>)> {
        let first = *open.front().filter(|_| !self.shared.control.is_cancelled())?;
        let route = self.deployment.route(self.to(first));
        let node = self.deployment.primaries().get(route)?;
        let most = self.shared.throttle.batch();
        let mut batch = Batch::with_capacity(most);
        let mut indices = Vec::new();
        while let Some(index) = open.front().copied() {
            let (from, to) = (self.from(index), self.to(index));
            let full = batch.len() + COMMANDS > most.max(COMMANDS) || batch.bytes() >= BATCH_BYTES;
            if full || self.deployment.route(to) != route {
                break;
            }
            let own = self.own(index);
            batch.push("MULTI", &[]);
            batch.push("RENAMENX", &[to, &own]).push("RENAMENX", &[from, to]);
            batch.push("EXEC", &[]);
            indices.push(index);
            open.pop_front();
        }
        Some((node, batch, indices))
    }

    async fn exchanged(
        &mut self,
        connection: &Connection,
        indices: &[usize],
        replies: Vec<Reply>,
    ) -> Result<(), Error> {
        let mut refusals = Vec::new();
        let mut replies = replies.into_iter();
        for index in indices {
            let replies: Vec<Reply> = replies.by_ref().take(COMMANDS).collect();
            match outcome(replies).ok_or_else(|| connection.unexpected("EXEC"))? {
                Exchanged::Ended(ending) => self.executed.settle(*index, ending),
                Exchanged::HalfWay => {
                    let nonce = &self.shared.course.plan.manifest.nonce;
                    let settled = put_back(self.deployment, nonce, self.window, *index).await?;
                    self.executed.take(settled);
                }
                Exchanged::Refused(refusal) => refusals.push((*index, refusal)),
            }
        }
        self.refused(connection, refusals, indices.len())
    }

    fn own(&self, index: usize) -> Vec<u8> {
        let nonce = &self.shared.course.plan.manifest.nonce;
        let operation = self.window.operations.get(index);
        operation.and_then(|it| self.window.own_name(nonce, it)).unwrap_or_default()
    }
}

/// Reads the replies of one exchange; `None` if they have no such shape.
///
/// | to our name | to the new name | outcome |
/// |---|---|---|
/// | any   | moved | renamed |
/// | moved | no such key | half-way |
/// | any other | no such key | vanished |
/// | any   | taken | name taken |
fn outcome(replies: Vec<Reply>) -> Option<Exchanged> {
    let mut replies = replies.into_iter();
    let queued: Vec<Reply> = replies.by_ref().take(COMMANDS - 1).collect();
    let done = replies.next()?;
    // The reason comes first; that the transaction is off follows from it.
    if let Some(refusal) = queued.iter().find_map(Reply::refusal).or_else(|| done.refusal()) {
        return Some(Exchanged::Refused(transaction::reason(refusal)));
    }
    let mut done = done.into_elements()?.into_iter();
    let aside = done.next()?.integer()?;
    Some(match done.next()?.integer()? {
        Ok(0) => Exchanged::Ended(Ending::NameTaken),
        Ok(1) => Exchanged::Ended(Ending::Renamed),
        Ok(_) => return None,
        Err(refusal) if !refusal.is_no_such_key() => Exchanged::Refused(refusal),
        Err(_) if aside == Ok(1) => Exchanged::HalfWay,
        Err(_) => Exchanged::Ended(Ending::Vanished),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::probe::Answer;

    fn replies(done: Answer) -> Vec<Reply> {
        let queued = ["OK", "QUEUED", "QUEUED"].map(|word| Answer::Simple(word.into()));
        queued.into_iter().chain([done]).map(Reply::from).collect()
    }

    /// The server became a replica while the commands were queued.
    #[test]
    fn a_transaction_that_is_off_tells_the_reason() {
        let words = "Transaction discarded because of: READONLY You can't write against a replica.";
        let off = Refusal { code: "EXECABORT".to_owned(), detail: words.to_owned() };
        let Some(Exchanged::Refused(refusal)) = outcome(replies(Answer::Error(off))) else {
            panic!("it is refused");
        };
        assert_eq!(refusal.code, "READONLY");
        assert!(refusal.is_transient(), "another server has taken over");
    }

    #[test]
    fn the_replies_of_a_transaction_tell_how_it_came_out() {
        let no_such_key =
            || Answer::Error(Refusal { code: "ERR".to_owned(), detail: "no such key".to_owned() });
        let of = |aside, renamed| outcome(replies(Answer::Array(vec![aside, renamed])));
        let [one, zero] = [1, 0].map(|number| move || Answer::Integer(number));

        assert!(matches!(of(one(), one()), Some(Exchanged::Ended(Ending::Renamed))));
        assert!(matches!(of(no_such_key(), one()), Some(Exchanged::Ended(Ending::Renamed))));
        assert!(matches!(of(one(), no_such_key()), Some(Exchanged::HalfWay)));
        assert!(matches!(of(zero(), no_such_key()), Some(Exchanged::Ended(Ending::Vanished))));
        assert!(matches!(of(zero(), zero()), Some(Exchanged::Ended(Ending::NameTaken))));
        assert!(outcome(replies(Answer::Nil)).is_none());
    }
}
