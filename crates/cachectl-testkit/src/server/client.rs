//! The kit's own connection to a server.

use std::collections::BTreeMap;
use std::time::Duration;

use redis::{Client, ConnectionAddr, IntoConnectionInfo as _, RedisResult, Value};

use super::process::Mode;
use crate::resp::Batch;

/// The user that the kit adds for itself when the default user may be restricted.
pub(super) const USER: &str = "testkit";
pub(super) const PASSWORD: &str = "testkit";

/// What the kit needs to know to be let in and understood.
#[derive(Clone, Debug, Default)]
pub(super) struct Access {
    pub(super) mode: Mode,
    /// Whether the kit has a user of its own.
    pub(super) own_user: bool,
    /// Commands that go by other names on this server.
    pub(super) renamed: BTreeMap<String, String>,
}

impl Access {
    /// Opens a connection with all rights.
    pub(super) fn connect(&self, address: ConnectionAddr) -> RedisResult<redis::Connection> {
        let target = address.into_connection_info()?;
        let mut login = target.redis_settings().clone().set_skip_set_lib_name();
        if self.own_user {
            login = login.set_username(USER).set_password(PASSWORD);
        }
        let client = Client::open(target.set_redis_settings(login))?;
        let limit = Duration::from_secs(10);
        let connection = client.get_connection_with_timeout(limit)?;
        connection.set_read_timeout(Some(limit))?;
        connection.set_write_timeout(Some(limit))?;
        Ok(connection)
    }
}

/// Sends a batch and reads one answer for each command; errors of the server are answers.
pub(super) fn exchange(
    connection: &mut redis::Connection,
    batch: &Batch,
) -> RedisResult<Vec<Value>> {
    if !batch.is_empty() {
        connection.send_packed_command(batch.bytes())?;
    }
    (0..batch.len()).map(|_| connection.recv_response()).collect()
}
