//! What breaks on the way.

mod followed;
mod obstacles;
mod outages;

use std::{
    sync::{Mutex, mpsc},
    thread,
    time::Duration,
};

use cachectl_core::vocabulary::progress::{Event, Observer, Phase};
use cachectl_testkit::{Server, Snapshot};

use crate::bench::swap_prefix;

pub(crate) const RULE: &[&str] = &["old:{n} => new:{n}"];

pub(crate) fn renamed(before: &Snapshot) -> Snapshot {
    before.renamed(|key| swap_prefix(key, "old:", "new:"))
}

fn count(server: &Server, prefix: &str) -> u64 {
    let snapshot = server.snapshot();
    let names = snapshot.entries().keys().filter(|(_, key)| key.starts_with(prefix.as_bytes()));
    names.count() as u64
}

/// Says once, over a channel, that so many keys were renamed, there or back.
struct Milestone {
    at: u64,
    reached: Mutex<Option<mpsc::Sender<()>>>,
}

impl Observer for Milestone {
    fn observe(&self, phase: Phase, event: Event<'_>) {
        if let (Phase::Apply | Phase::Rollback, Event::Advanced(done)) = (phase, event)
            && done >= self.at
            && let Some(reached) = self.reached.lock().unwrap().take()
        {
            reached.send(()).unwrap();
        }
    }
}

/// Runs `work` while another thread does `fault` once `at` keys were renamed.
pub(crate) fn with_fault<T>(
    at: u64,
    fault: impl FnOnce() + Send,
    work: impl FnOnce(&dyn Observer) -> T,
) -> T {
    let (sender, receiver) = mpsc::channel();
    let milestone = Milestone { at, reached: Mutex::new(Some(sender)) };
    thread::scope(|scope| {
        scope.spawn(move || {
            receiver.recv_timeout(Duration::from_secs(60)).expect("the milestone is reached");
            fault();
        });
        work(&milestone)
    })
}
