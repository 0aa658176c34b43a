//! What a lane does when its connection breaks.
//!
//! A server breaks the connection over a value that it does not take, and a value may also end it.
//! In the first case only the key of that value is given up; in the second it is named, and nothing
//! more is sent.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use cachectl_rdb::{ErrorKind, RawValue};

use super::{
    OnConflict,
    lane::{Flow, Lane},
    report::Failure,
    room::Room,
};
use crate::{
    server::{Error, node::Node},
    steps::put::{Item, Put, Road, Settled},
    values::key::Key,
    vocabulary::{bug::Bug, causes::with_causes},
};

/// How long to wait before each attempt to connect again, in milliseconds.
const PAUSES: [u64; 4] = [0, 100, 500, 2000];

/// Why nothing more can be sent.
enum Gone {
    /// The server is not to be reached, or is another one than before; for this reason.
    Server(String),
    /// Something else went wrong.
    Other(Error),
}

impl Lane<'_> {
    /// Connects again, and puts what was on its way once more, one by one.
    pub(super) async fn recover(
        &mut self,
        lost: Error,
        mut doubtful: Vec<Item>,
        room: Arc<Room>,
    ) -> Flow {
        // They keep their room until it is known what became of them.
        let mut rooms = vec![room];
        while let Some((posted, room)) = self.posted.pop_front() {
            let settled = self.putter.settle(posted).await;
            self.shared.note(self.database, settled.done);
            doubtful.extend(settled.doubtful);
            rooms.push(room);
        }
        if let Err(gone) = self.reconnect(&lost).await {
            return self.give_up(gone, &doubtful);
        }
        let mut doubtful = VecDeque::from(doubtful);
        while let Some(mut item) = doubtful.pop_front() {
            if self.shared.control.is_cancelled() {
                self.shared.leave_unconfirmed(doubtful.len() + 1);
                return Flow::Stop;
            }
            let put = match self.alone(&mut item).await {
                Ok(put) => put,
                Err(gone) => {
                    self.shared.leave_unconfirmed(doubtful.len());
                    return self.give_up(gone, &[item]);
                }
            };
            if self.shared.note(self.database, vec![(item, put)]) == Flow::Stop {
                // The server takes nothing more, and had perhaps taken this one the first time.
                self.shared.leave_unconfirmed(doubtful.len() + 1);
                return Flow::Stop;
            }
        }
        Flow::Go
    }

    /// Puts a value of which it is not known whether it is there.
    async fn alone(&mut self, item: &mut Item) -> Result<Put, Gone> {
        let road = self.putter.first_road(item);
        if road != Road::Rewritten {
            match self.as_stored(item, road).await {
                Ok(put) => return Ok(put),
                Err(lost @ Error::Lost { .. }) => self.reconnect(&lost).await?,
                Err(error) => return Err(Gone::Other(error)),
            }
        }
        match self.putter.in_pieces(item).await {
            Ok(put) => self.unless_ours(item, put, Road::Rewritten).await.map_err(Gone::Other),
            Err(lost @ Error::Lost { .. }) => {
                self.reconnect(&lost).await?;
                let bytes = item.value.len();
                let reason = format!("the server closes the connection over its {bytes} bytes");
                Ok(Put::Failed(reason))
            }
            Err(error) => Err(Gone::Other(error)),
        }
    }

    async fn as_stored(&self, item: &mut Item, road: Road) -> Result<Put, Error> {
        // A large value is not copied.
        let value = std::mem::take(&mut item.value);
        let posted = self.putter.post(vec![Item { value, ..item.clone() }]);
        let Settled { done, doubtful, broken } = self.putter.settle(posted).await;
        let (put, doubtful) = (done.into_iter().next(), doubtful.into_iter().next());
        let (back, put) = put.map_or((doubtful, None), |(item, put)| (Some(item), Some(put)));
        item.value = back.map(|back| back.value).unwrap_or_default();
        match (put, broken) {
            (Some(put), _) => self.unless_ours(item, put, road).await,
            (None, Some(error)) => Err(error),
            (None, None) => Err(Error::Bug(Bug::Impossible("a value has no ending"))),
        }
    }

    /// Tells a name that is taken by the value itself, which had arrived, from others.
    ///
    /// Where keys that are there are skipped, either may have been there before. Such a key counts as
    /// skipped: it is there, and stays.
    async fn unless_ours(&self, item: &Item, put: Put, road: Road) -> Result<Put, Error> {
        if put != Put::Taken || self.shared.on_conflict() != OnConflict::Abort {
            return Ok(put);
        }
        match self.putter.has(item).await {
            Ok(true) => Ok(Put::Done(road)),
            Ok(false) | Err(Error::Refused { .. }) => Ok(put),
            Err(error) => Err(error),
        }
    }

    /// Connects to the same server again.
    async fn reconnect(&mut self, lost: &Error) -> Result<(), Gone> {
        let mut failure = None;
        for pause in PAUSES {
            if self.shared.control.is_cancelled() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(pause)).await;
            match Node::open(self.node.endpoint(), &self.target).await {
                Ok(node) if node.identity.continues(&self.node.identity) => {
                    self.putter.go_on_over(node.connection.clone());
                    self.node = node;
                    return Ok(());
                }
                Ok(_) => {
                    let reason = format!("{}, and it was started again", with_causes(lost));
                    return Err(Gone::Server(reason));
                }
                Err(error) => failure = Some(error),
            }
        }
        let reason = with_causes(failure.as_ref().unwrap_or(lost));
        Err(Gone::Server(reason))
    }

    /// Says why nothing more is sent, and which keys may be to blame.
    fn give_up(&self, gone: Gone, doubtful: &[Item]) -> Flow {
        self.shared.leave_unconfirmed(doubtful.len());
        match gone {
            Gone::Server(reason) => {
                self.shared.lose(reason, suspects(doubtful, self.database));
            }
            Gone::Other(error) => self.shared.stop(&error),
        }
        Flow::Stop
    }
}

/// Returns the keys that may have ended a server: those with damaged values, or else all that were
/// on their way.
fn suspects(doubtful: &[Item], database: u64) -> Vec<Failure> {
    let failure = |item: &Item, reason| Failure { key: Key::reported(&item.key), database, reason };
    let damaged = doubtful.iter().filter_map(|item| {
        let value = RawValue::new(&item.value, item.version).and_then(|value| value.decode());
        match value.err() {
            None => None,
            Some(error) if matches!(error.kind, ErrorKind::Module(_)) => None,
            Some(error) => Some(failure(item, format!("its value is damaged: {error}"))),
        }
    });
    let damaged: Vec<Failure> = damaged.collect();
    if !damaged.is_empty() {
        return damaged;
    }
    let on_its_way = || "it was on its way when the server was lost".to_owned();
    doubtful.iter().map(|item| failure(item, on_its_way())).collect()
}
