//! How much is answered at the same time.
//!
//! Probes are not counted: each is worth a look that all share, and somebody who restarts a server
//! because its probe was not answered has been told a lie. Everything else has a limit below the
//! number of connections, so that there is always a place for a probe.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// How many requests other than probes are answered at the same time.
const MOST: usize = 128;
/// How many of them are of one address: a Prometheus that scrapes all contexts through us asks for
/// many at once.
const MOST_OF_ONE: usize = 96;

/// What is being answered, by the addresses of those who asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Capacity(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// A request that is being answered, until this goes away.
#[derive(Debug)]
pub(super) struct Share {
    capacity: Capacity,
    address: IpAddr,
}

impl Capacity {
    /// Takes a share of it; nothing where there is none left.
    pub(super) fn share(&self, address: IpAddr) -> Option<Share> {
        let mut shares = self.shares();
        if shares.values().sum::<usize>() >= MOST {
            return None;
        }
        let own = shares.entry(address).or_default();
        if *own >= MOST_OF_ONE {
            return None;
        }
        *own += 1;
        drop(shares);
        Some(Share { capacity: self.clone(), address })
    }

    fn shares(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        // Nothing that is done under the lock can leave it half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut shares = self.capacity.shares();
        if let Some(own) = shares.get_mut(&self.address) {
            *own = own.saturating_sub(1);
        }
        shares.retain(|_, own| *own > 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_part_of_it_and_gives_it_back() {
        let capacity = Capacity::default();
        let address = |number: u32| IpAddr::V4(number.into());
        let take =
            |number| std::iter::from_fn(|| capacity.share(address(number))).collect::<Vec<_>>();
        let (first, second) = (take(1), take(2));
        assert_eq!((first.len(), second.len()), (MOST_OF_ONE, MOST - MOST_OF_ONE));
        assert!(capacity.share(address(3)).is_none());
        drop(first);
        assert!(capacity.share(address(3)).is_some());
        drop(second);
        assert!(capacity.shares().is_empty());
    }
}
