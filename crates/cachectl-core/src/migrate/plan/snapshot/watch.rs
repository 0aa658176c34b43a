//! Lets work on a thread that may block be watched and stopped.

use tokio::sync::mpsc;

use crate::{
    migrate::Error,
    steps::blocking,
    vocabulary::{
        control::Control,
        progress::{Event, Phase},
    },
};

/// How many events may wait to be told.
const WAITING: usize = 4;

/// The end of the work.
#[derive(Debug)]
pub(super) struct Teller(mpsc::Sender<(Phase, Event<'static>)>);

impl Teller {
    /// Tells the observer about an event.
    ///
    /// # Errors
    ///
    /// Fails once the operator wants to stop.
    pub(super) fn tell(&self, phase: Phase, event: Event<'static>) -> Result<(), Error> {
        self.0.blocking_send((phase, event)).map_err(|_| Error::Stopped)
    }
}

/// Does the work on a thread that may block, and tells what it tells.
pub(super) async fn watched<T: Send + 'static>(
    control: &Control<'_>,
    work: impl FnOnce(&Teller) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (sender, mut receiver) = mpsc::channel(WAITING);
    let working = blocking::begin(move || work(&Teller(sender)));
    loop {
        tokio::select! {
            biased;
            () = control.cancelled() => break,
            told = receiver.recv() => match told {
                Some((phase, event)) => control.tell(phase, event),
                None => break,
            },
        }
    }
    // Whoever tells something now learns that nobody listens.
    drop(receiver);
    working.end().await?
}
