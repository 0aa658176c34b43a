//! How much of a file may be on its way at once.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// How many bytes of values may be on their way, to all servers together. A larger value goes alone.
const BYTES: usize = 16 << 20;

/// Bytes that may be on their way, and are not.
#[derive(Debug)]
pub(super) struct Meter {
    free: Mutex<usize>,
    given_back: Condvar,
}

/// Room for some bytes, which is given back when it goes away.
#[derive(Debug)]
pub(super) struct Room {
    meter: Arc<Meter>,
    bytes: usize,
}

impl Meter {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { free: Mutex::new(BYTES), given_back: Condvar::new() })
    }

    /// Waits until there is room for so many bytes, or until nothing else is on its way if there
    /// never is so much; on the calling thread.
    pub(super) fn room(self: &Arc<Self>, bytes: usize) -> Room {
        let bytes = bytes.min(BYTES);
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let too_little = |free: &mut usize| *free < bytes;
        let waited = self.given_back.wait_while(free, too_little);
        *waited.unwrap_or_else(PoisonError::into_inner) -= bytes;
        Room { meter: Arc::clone(self), bytes }
    }

    /// Waits until nothing is on its way.
    pub(super) fn wait(self: &Arc<Self>) {
        drop(self.room(BYTES));
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        *self.meter.free.lock().unwrap_or_else(PoisonError::into_inner) += self.bytes;
        self.meter.given_back.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        thread,
    };

    use super::*;

    #[test]
    fn no_more_is_on_its_way_than_there_is_room_for_and_a_large_value_goes_alone() {
        let meter = Meter::new();
        let (here, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for size in [BYTES / 3, BYTES / 2, BYTES, 5 * BYTES, 1, BYTES / 2] {
                let (meter, here, most) = (&meter, &here, &most);
                scope.spawn(move || {
                    for _ in 0..100 {
                        let room = meter.room(size);
                        let now = here.fetch_add(room.bytes, Ordering::SeqCst) + room.bytes;
                        most.fetch_max(now, Ordering::SeqCst);
                        thread::yield_now();
                        here.fetch_sub(room.bytes, Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(most.load(Ordering::SeqCst) <= BYTES);
        meter.wait();
        assert_eq!(*meter.free.lock().unwrap(), BYTES);
    }
}
