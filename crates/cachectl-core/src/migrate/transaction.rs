//! Finds out whether our user may use transactions.

use crate::server::{Error, batch::Batch, connection::Connection, error::Refusal, reply::Reply};

/// Returns the command of a transaction that is denied, with the server's words.
///
/// # Errors
///
/// Fails if the connection does.
pub(crate) async fn denied(
    connection: &Connection,
) -> Result<Option<(&'static str, Refusal)>, Error> {
    // Outside of a transaction these two do nothing, and are checked all the same. They come first:
    // a transaction that nothing ends would swallow whatever follows.
    let closing = ["DISCARD", "EXEC"];
    let mut batch = Batch::with_capacity(closing.len());
    for command in closing {
        batch.push(command, &[]);
    }
    let replies = connection.send(batch).await?;
    let refusals = replies.iter().map(|reply| reply.refusal().map(reason));
    for (command, refusal) in closing.into_iter().zip(refusals) {
        if let Some(refusal) = refusal.filter(Refusal::is_denied) {
            return Ok(Some((command, refusal)));
        }
    }
    // Together: between the two, what another lane sends over this connection would be queued, and
    // dropped.
    let mut batch = Batch::with_capacity(2);
    batch.push("MULTI", &[]).push("DISCARD", &[]);
    let replies = connection.send(batch).await?;
    Ok(replies.first().and_then(Reply::refusal).map(|refusal| ("MULTI", refusal)))
}

/// Returns the reason why a transaction is off: so a server words that `EXEC` is denied, and that it
/// became a replica meanwhile.
pub(crate) fn reason(refusal: Refusal) -> Refusal {
    let reason = refusal.detail.strip_prefix("Transaction discarded because of: ");
    match reason.and_then(|reason| reason.split_once(' ')) {
        Some((code, detail)) => Refusal { code: code.to_owned(), detail: detail.to_owned() },
        None => refusal,
    }
}
