//! Memory for what clients and replicas have not read yet.

use super::{Known, bytes::bytes};
use crate::health::{
    catalogue::{CLIENT_BUFFERS, REPLICA_BUFFERS},
    judge::Judge,
};

pub(super) fn judge(known: &Known<'_>, judge: &mut Judge<'_>) {
    let now = known.now;
    let each = |memory: &str, count: &str| {
        let count = now.number(count).filter(|count| *count > 0.0)?;
        Some(now.number(memory)? / count)
    };
    // Neither number has replicas in it.
    if let Some(each) = each("mem_clients_normal", "connected_clients") {
        judge.value(CLIENT_BUFFERS, each, format!("{} for each client", bytes(each)));
    }
    if let Some(each) = each("mem_clients_slaves", "connected_slaves") {
        judge.value(REPLICA_BUFFERS, each, format!("{} for each replica", bytes(each)));
    }
}
