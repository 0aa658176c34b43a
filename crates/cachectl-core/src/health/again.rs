//! What is asked of a server that has answered once: more PINGs, its counters after a window, and
//! whether it takes a write.

use std::time::{Duration, Instant};

use tokio::time;

use super::{
    Options,
    sample::{AGAIN, Sample},
    write::WriteProbe,
};
use crate::server::probe::{Answer, Failure, Probe};

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Again {
    /// How long the PINGs took that were answered, in their order, the first exchange's included.
    pub(super) pings: Vec<Duration>,
    /// What the server said after the window.
    pub(super) sample: Option<Sample>,
    /// The write probe, and what the server said to it.
    pub(super) written: Option<(WriteProbe, Vec<Answer>)>,
    /// Why there is less than was asked for.
    pub(super) failure: Option<Failure>,
}

/// A server that has answered once, and until when it is asked more.
#[derive(Debug)]
pub(super) struct Further<'a> {
    pub(super) probe: &'a mut Probe,
    pub(super) first: &'a Sample,
    pub(super) options: &'a Options,
    pub(super) deadline: Instant,
}

impl Further<'_> {
    pub(super) async fn ask(mut self) -> Again {
        let mut again =
            Again { pings: self.first.answered.into_iter().collect(), ..Again::default() };
        let end = Instant::now() + self.options.window.unwrap_or_default();
        let outcome = self.ping(&mut again.pings).await;
        again.failure = outcome.err();
        if again.failure.is_none() {
            wait_until(end).await;
            self.look(&mut again).await;
        }
        again
    }

    /// Sends the PINGs that are left, spread over the window.
    async fn ping(&mut self, pings: &mut Vec<Duration>) -> Result<(), Failure> {
        let count = self.options.pings;
        let pause = self.options.window.unwrap_or_default() / count.max(1);
        for _ in 1..count {
            wait_until(Instant::now() + pause).await;
            let exchange = self.probe.exchange(&[&[b"PING"]], self.deadline).await;
            if let Some(failure) = exchange.failure {
                return Err(failure);
            }
            pings.push(exchange.elapsed);
        }
        Ok(())
    }

    /// Asks for the counters once more if there is a window, and writes if that is wanted.
    async fn look(&mut self, again: &mut Again) {
        let counters = if self.options.window.is_some() { AGAIN } else { &[] };
        let is_replica = self.first.role().is_some_and(|role| role == "replica");
        let write = (self.options.write && !is_replica)
            .then(|| WriteProbe::new(self.first.peers.yes().and_then(|peers| peers.own_slot)));
        let writing = write.as_ref().map(WriteProbe::commands).into_iter().flatten();
        let writing: Vec<_> = writing.collect();
        let commands = counters.iter().copied().chain(writing.iter().map(Vec::as_slice));
        let commands: Vec<_> = commands.collect();
        if commands.is_empty() {
            return;
        }
        let mut exchange = self.probe.exchange(&commands, self.deadline).await;
        let rest = exchange.answers.split_off(counters.len().min(exchange.answers.len()));
        again.sample = self.first.renewed(&exchange.answers);
        drop(writing);
        again.written = write.map(|write| (write, rest));
        again.failure = exchange.failure;
    }
}

/// Waits until a moment, and not at all for one that has passed: a timer takes a millisecond even
/// for that, which is half of the time that a check needs.
async fn wait_until(moment: Instant) {
    if moment > Instant::now() {
        time::sleep_until(moment.into()).await;
    }
}
