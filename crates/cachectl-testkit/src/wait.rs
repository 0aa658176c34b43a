//! Waiting for something to become true, with a bound and a growing pause between two looks.

use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// Looks again and again until `look` answers something, and returns that.
///
/// Returns `None` when `limit` has passed. `look` is called at least once, and once more at the end.
pub fn poll<T>(limit: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + limit;
    let mut pause = FIRST_PAUSE;
    loop {
        let last_look = Instant::now() >= deadline;
        if let Some(found) = look() {
            return Some(found);
        }
        if last_look {
            return None;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Waits until `condition` holds; panics with `what` when it does not within 30 seconds.
#[track_caller]
pub fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let limit = Duration::from_secs(30);
    let held = poll(limit, || condition().then_some(()));
    assert!(held.is_some(), "waited {limit:?} in vain until {what}");
}

/// Does something in a thread of its own and returns what came of it; panics when that takes longer
/// than `limit`, so that what hangs fails.
///
/// # Panics
///
/// As `work` does, and when it is not done in time.
#[track_caller]
pub fn within<T: Send + 'static>(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, ending) = mpsc::channel();
    let working = thread::spawn(move || {
        let result = panic::catch_unwind(AssertUnwindSafe(work));
        done.send(result).ok();
    });
    let result = ending.recv_timeout(limit);
    let Ok(result) = result else { panic!("not done within {limit:?}") };
    working.join().ok();
    result.unwrap_or_else(|cause| panic::resume_unwind(cause))
}
