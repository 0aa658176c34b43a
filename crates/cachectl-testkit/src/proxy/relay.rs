//! The threads of a proxy.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::thread;

use super::stream::Stream;
use super::{Direction, Faults, Shared, slot};
use crate::random::Random;

/// Accepts connections until the proxy goes away.
pub(super) fn accept(shared: &Arc<Shared>, listener: TcpListener, port: u16) {
    let mut listening = Some(listener);
    loop {
        let accepted = listening.as_ref().and_then(|listener| listener.accept().ok());
        let faults = *shared.faults();
        if faults.closing {
            return;
        }
        if faults.refuse {
            // Only a port on which nobody listens refuses.
            drop((listening.take(), accepted));
            let waited = shared.changed.wait_while(shared.faults(), |it| it.refuse && !it.closing);
            drop(waited.unwrap_or_else(PoisonError::into_inner));
        } else if let Some((client, _)) = accepted {
            connect(shared, client);
        }
        if listening.is_none() {
            listening = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok();
        }
    }
}

fn connect(shared: &Arc<Shared>, client: TcpStream) {
    let ends = Stream::from_tcp(client).ok().zip(Stream::connect(&shared.target()).ok());
    let Some((client, server)) = ends else { return };
    shared.connections.fetch_add(1, Ordering::SeqCst);
    shared.keep(&client);
    shared.keep(&server);
    let (Some(from_client), Some(from_server)) = (client.try_clone(), server.try_clone()) else {
        return;
    };
    for (from, to, direction) in
        [(from_client, server, Direction::ToServer), (from_server, client, Direction::ToClient)]
    {
        let shared = Arc::clone(shared);
        thread::spawn(move || relay(&shared, from, to, direction));
    }
}

/// Passes bytes on until an end closes or a fault cuts.
fn relay(shared: &Shared, mut from: Stream, mut to: Stream, direction: Direction) {
    let mut buffer = vec![0; 16 * 1024];
    let mut random = Random::new(0);
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let Some(faults) = pass(shared) else { break };
        let chunk = buffer.get_mut(..count).unwrap_or_default();
        if *slot(&mut faults.garbage.clone(), direction) {
            chunk.fill_with(|| random.next().to_le_bytes()[0]);
        }
        let (allowed, cut) = shared.count(direction, count);
        let written = to.write_all(chunk.get(..allowed).unwrap_or_default());
        if cut || written.is_err() {
            break;
        }
    }
    from.close();
    to.close();
}

/// Waits until bytes may pass; `None` when the proxy goes away instead.
fn pass(shared: &Shared) -> Option<Faults> {
    let delay = shared.faults().delay;
    if !delay.is_zero() {
        thread::sleep(delay);
    }
    let held = shared.changed.wait_while(shared.faults(), |it| it.black_hole && !it.closing);
    let faults = *held.unwrap_or_else(PoisonError::into_inner);
    (!faults.closing).then_some(faults)
}

impl Shared {
    /// Counts bytes; returns how many of them may pass, and whether the cut comes after them.
    fn count(&self, direction: Direction, bytes: usize) -> (usize, bool) {
        // The lock makes sure that a cut that is set meanwhile counts from before or after.
        let mut faults = self.faults();
        let passed = self.counter(direction).load(Ordering::SeqCst);
        let wanted = u64::try_from(bytes).unwrap_or(u64::MAX);
        let limit = slot(&mut faults.cut_at, direction);
        let left = limit.map_or(u64::MAX, |at| at.saturating_sub(passed));
        let allowed = wanted.min(left);
        let cut = left <= wanted;
        if cut {
            *limit = None;
            self.cuts.fetch_add(1, Ordering::SeqCst);
        }
        self.counter(direction).store(passed + allowed, Ordering::SeqCst);
        drop(faults);
        (usize::try_from(allowed).unwrap_or(bytes), cut)
    }
}
