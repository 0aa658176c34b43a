//! Reads the plan of a lane and writes its journal, away from the task that talks to the server.

use crate::migrate::{
    Error,
    blocking::blocking,
    ledger::{Ledger, Moment},
    plan_file::{LaneReader, Window},
};

/// A window whose intent is on the disk.
#[derive(Debug)]
pub(super) struct Intended {
    pub(super) window: Window,
    /// The moment when a server has taken it.
    pub(super) moment: Moment,
}

/// The plan and the journal of a lane.
#[derive(Debug)]
pub(super) struct Feed {
    pub(super) ledger: Ledger,
    reader: LaneReader,
    /// The most operations of a window.
    most: usize,
    /// Room of a window that is not needed any more.
    room: Window,
    /// The next window, read ahead but not intended because it has to wait for the one before.
    ahead: Option<Window>,
}

impl Feed {
    pub(super) fn new(ledger: Ledger, reader: LaneReader, most: usize) -> Self {
        Self { ledger, reader, most, room: Window::default(), ahead: None }
    }

    /// Returns the next window with its intent on the disk, `None` at the end.
    ///
    /// A window of the next level has to wait until the endings of this one are durable, too: were
    /// they lost, it would be sent again, and a name could be renamed twice.
    pub(super) async fn next(self) -> Result<(Self, Option<Intended>), Error> {
        blocking(move || self.next_blocking()).await
    }

    /// As [`Feed::next`], but only if the window is of the level that is being worked on.
    pub(super) async fn next_of(self, level: u32) -> Result<(Self, Option<Intended>), Error> {
        blocking(move || {
            let mut this = self;
            this.read_ahead()?;
            match &this.ahead {
                Some(window) if window.level == level => this.next_blocking(),
                _ => Ok((this, None)),
            }
        })
        .await
    }

    /// Keeps the room of a window that is dealt with.
    pub(super) fn reuse(&mut self, window: Window) {
        self.room = window;
    }

    fn read_ahead(&mut self) -> Result<(), Error> {
        if self.ahead.is_none() {
            self.ahead = self.reader.bounded_window(std::mem::take(&mut self.room), self.most)?;
        }
        Ok(())
    }

    fn next_blocking(mut self) -> Result<(Self, Option<Intended>), Error> {
        self.read_ahead()?;
        let Some(window) = self.ahead.take() else {
            return Ok((self, None));
        };
        // One sync covers this intent and every ending before it.
        let moment = self.ledger.intend(&window, self.reader.place())?;
        Ok((self, Some(Intended { window, moment })))
    }
}
