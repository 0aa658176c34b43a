//! Choosing ports.

use std::net::{Ipv4Addr, TcpListener};
use std::process;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the ports that systems hand out by themselves, so that no connection of somebody else
/// takes the port of a server that is about to be started again; and low enough that the bus of a
/// cluster node, 10,000 ports higher, is below them as well.
const LOWEST: u16 = 12_000;
const COUNT: u16 = 10_000;

/// Returns a port of 127.0.0.1 that nobody listens on.
///
/// Another process may take it before the caller does: whoever binds it has to be ready to retry.
pub(crate) fn free() -> Option<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Processes that run at the same time begin at different places.
    let start = u16::try_from(process::id().wrapping_mul(7919) % u32::from(COUNT)).ok()?;
    (0..COUNT).find_map(|_| {
        let offset = start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT;
        let port = LOWEST + offset;
        let usable = is_free(port) && is_free(port + 10_000);
        usable.then_some(port)
    })
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}
