//! Makes sure that nothing of a broken connection runs any more.

use std::time::Duration;

use tokio::time;

use crate::server::{Error, connection::Connection};

/// How many turns of the server's event loop are waited for where connections cannot be killed.
/// In each the server reads at least 16 KiB of every connection that has something to say.
const TURNS: u32 = 64;

/// Makes sure that commands which a broken connection left behind in the server's buffers have
/// run, or never will.
///
/// Without this, a process that takes over from a killed one could act on a state that still
/// changes under it. The old connection is killed by its number. Where that is denied, it is
/// given time: a command of ours is answered only after a turn of the server's event loop, and
/// every turn drains some of the old connection.
///
/// # Errors
///
/// Fails if the connection does.
pub(super) async fn raise(connection: &Connection, old_connection_id: i64) -> Result<(), Error> {
    let id = old_connection_id.to_string();
    let reply = connection.ask("CLIENT", &[b"KILL", b"ID", id.as_bytes()]).await?;
    if reply.refusal().is_none_or(|refusal| refusal.detail.starts_with("No such client")) {
        return Ok(());
    }
    for _ in 0..TURNS {
        connection.ask("PING", &[]).await?;
    }
    time::sleep(Duration::from_millis(50)).await;
    Ok(())
}
