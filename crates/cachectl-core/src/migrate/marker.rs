//! Markers: keys of ours that tell how much of a migration a server has seen.
//!
//! Names cannot tell a completed swap from an untouched one, nor our keys from those of another
//! server behind the same address. So each lane keeps a key on every server that it works on, and
//! moves it on behind the last command of each step. Snapshots, cut logs and lagging replicas are
//! all prefixes of one history, so the marker says how long a prefix.
//!
//! A marker is a stream with one entry, which says whose it is, and one consumer group, whose last
//! delivered id is the moment: `1-57` after step 57 of the way forward, `2-3` after step 3 of the way back.
//! `XGROUP SETID` is a single small command that never creates a key, and that servers take when
//! they are out of memory (from 7.0 on).

use std::time::Duration;

use super::{Error, ledger::Moment, plan::explain, report::Direction};
use crate::{
    migrate::transaction,
    server::{batch::Batch, connection::Connection, error::Refusal, node::Node, reply::Reply},
    steps::facts,
    values::{reserved::marker_name, slot::Slot},
};

/// How long a marker outlives the last session of its migration.
pub(super) const LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);
const GROUP: &[u8] = b"cachectl";
/// The id of the only entry: the smallest there is.
const ENTRY: &[u8] = b"0-1";

/// Which marker: of which migration and lane, in which slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) slot: u16,
    name: Vec<u8>,
}

/// Whose a marker is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Claim {
    /// The migration.
    pub(super) id: String,
    /// Who began it.
    pub(super) by: String,
}

/// What a server shows of a marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// It is there.
    At(Moment, Claim),
    /// It is not there.
    Absent,
    /// Its slot is on its way to another server.
    Moving,
    /// The server does not show it, in these words.
    Denied(String),
}

impl Shown {
    pub(super) fn moment(&self) -> Option<Moment> {
        match self {
            Self::At(moment, _) => Some(*moment),
            Self::Absent | Self::Moving | Self::Denied(_) => None,
        }
    }

    pub(super) fn claim(&self) -> Option<&Claim> {
        match self {
            Self::At(_, claim) => Some(claim),
            Self::Absent | Self::Moving | Self::Denied(_) => None,
        }
    }
}

/// What became of a marker that was to be created or moved on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Set {
    Done,
    /// There is one already.
    Exists,
    /// There is none.
    Absent,
    /// Its slot is on its way to another server.
    Moving,
    Refused(Refusal),
}

impl Marker {
    pub(super) fn new(nonce: &str, lane: usize, slot: u16) -> Self {
        let place = Slot::new(slot).unwrap_or_else(|| Slot::of(b""));
        Self { slot, name: marker_name(place, nonce, lane) }
    }

    pub(super) async fn read(&self, node: &Node) -> Result<Shown, Error> {
        let mut batch = Batch::with_capacity(2);
        push_reading(&mut batch, &self.name);
        let mut replies = node.connection.send(batch).await?.into_iter();
        let (groups, entries) = (replies.next(), replies.next());
        for reply in groups.iter().chain(&entries) {
            match reply.refusal().map(Attempted::from) {
                None => {}
                Some(Attempted::NoSuchKey) => return Ok(Shown::Absent),
                Some(Attempted::Elsewhere) => return Ok(Shown::Moving),
                Some(Attempted::Temporary(refusal)) => {
                    return Err(node.connection.refused("XINFO", refusal).into());
                }
                Some(Attempted::Refused(refusal)) => {
                    return Ok(Shown::Denied(refusal.to_string()));
                }
            }
        }
        let claim = entries.and_then(claim).ok_or_else(|| unexpected(&node.connection))?;
        Ok(Shown::At(groups.and_then(moment).unwrap_or(Moment::BEGIN), claim))
    }

    /// Returns whose it is, as far as the server shows.
    pub(super) async fn claim(&self, node: &Node) -> Result<Claim, Error> {
        Ok(match self.read(node).await? {
            Shown::At(_, claim) => claim,
            _ => Claim { id: "?".to_owned(), by: "somebody".to_owned() },
        })
    }

    /// Returns why the server would not let our user create it, move it on, read it and let it rest;
    /// `None` if it would. Nothing of that is done.
    ///
    /// A marker that cannot be read is none, and one that cannot rest would stay for ever.
    pub(super) async fn obstacle(&self, connection: &Connection) -> Result<Option<Refusal>, Error> {
        if let Some((_, refusal)) = transaction::denied(connection).await? {
            return Ok(Some(refusal));
        }
        // Nobody has this name: should the transaction not open after all, there is nothing that
        // these commands could change.
        let name = [&self.name, &b":none"[..]].concat();
        // Together: other lanes may use this connection, and what they send in between would be
        // queued, and dropped.
        let mut batch = Batch::with_capacity(8);
        batch.push("MULTI", &[]);
        batch.push("XADD", &[&name, b"NOMKSTREAM", ENTRY, b"id", b"", b"by", b""]);
        batch.push("XGROUP", &[b"CREATE", &name, GROUP, b"1-0"]);
        batch.push("XGROUP", &[b"SETID", &name, GROUP, b"1-0"]);
        push_reading(&mut batch, &name);
        batch.push("PEXPIRE", &[&name, b"1"]);
        batch.push("DISCARD", &[]);
        let replies = connection.send(batch).await?;
        let mut refusals = replies.iter().filter_map(Reply::refusal);
        // A full server queues nothing that takes memory.
        Ok(refusals.find(|refusal| refusal.is_denied() || refusal.code == "OOM"))
    }

    /// Creates it, all of it or nothing, where it can be used for all that it is for.
    pub(super) async fn create(
        &self,
        connection: &Connection,
        at: Moment,
        claim: &Claim,
    ) -> Result<Set, Error> {
        if let Some(refusal) = self.obstacle(connection).await? {
            return Ok(Set::Refused(refusal));
        }
        // Together: other lanes may use this connection, and what they send in between would be
        // queued.
        let mut batch = Batch::with_capacity(4);
        batch.push("MULTI", &[]);
        let (id, by) = (claim.id.as_bytes(), claim.by.as_bytes());
        batch.push("XADD", &[&self.name, ENTRY, b"id", id, b"by", by]);
        batch.push("XGROUP", &[b"CREATE", &self.name, GROUP, stream_id(at).as_bytes()]);
        batch.push("EXEC", &[]);
        let mut replies = connection.send(batch).await?;
        if let Some(refusal) = replies.first().and_then(Reply::refusal) {
            // What ran outside of a transaction may be there in part.
            connection.ask("UNLINK", &[&self.name]).await?;
            return Ok(Set::Refused(refusal));
        }
        let done = replies.pop().ok_or_else(|| unexpected(connection))?;
        let off = done.refusal().map(transaction::reason);
        let queued = replies.iter().find_map(Reply::refusal).or(off);
        let done = done.into_elements().unwrap_or_default();
        match queued.or_else(|| done.first().and_then(Reply::refusal)).map(Attempted::from) {
            None if done.is_empty() => Err(unexpected(connection)),
            None => Ok(Set::Done),
            Some(Attempted::Elsewhere) => Ok(Set::Moving),
            Some(Attempted::Temporary(refusal)) => Err(connection.refused("XADD", refusal).into()),
            Some(Attempted::Refused(refusal)) if refusal.detail.contains("top item") => {
                Ok(Set::Exists)
            }
            Some(Attempted::Refused(refusal)) => Ok(Set::Refused(refusal)),
            Some(Attempted::NoSuchKey) => Ok(Set::Absent),
        }
    }

    /// Moves it on to a moment. Never creates it.
    pub(super) async fn move_on(&self, connection: &Connection, to: Moment) -> Result<Set, Error> {
        let id = stream_id(to);
        let arguments = [&b"SETID"[..], &self.name, GROUP, id.as_bytes()];
        let reply = connection.ask("XGROUP", &arguments).await?;
        Ok(match reply.refusal().map(Attempted::from) {
            None => Set::Done,
            Some(Attempted::NoSuchKey) => Set::Absent,
            Some(Attempted::Elsewhere) => Set::Moving,
            Some(Attempted::Temporary(refusal)) => {
                return Err(connection.refused("XGROUP", refusal).into());
            }
            Some(Attempted::Refused(refusal)) => Set::Refused(refusal),
        })
    }

    /// Lets it live while work goes on.
    ///
    /// Where nothing else expires it has no expiry until [`Self::rest`]. A single one makes a server
    /// look for the expiry of each key that it touches, and a rename then takes a fifth longer.
    pub(super) async fn hold(&self, node: &Node, database: i64) -> Result<(), Error> {
        // Where this is denied it has an expiry, and costs what it costs.
        drop(node.connection.ask("PERSIST", &[&self.name]).await?);
        match facts::count_expiring(node, database).await? {
            Some(0) => Ok(()),
            _ => self.rest(&node.connection).await,
        }
    }

    /// Lets it live for its full time from now on. It stays as it is where that is refused.
    pub(super) async fn rest(&self, connection: &Connection) -> Result<(), Error> {
        let lifetime = LIFETIME.as_millis().to_string();
        let reply = connection.ask("PEXPIRE", &[&self.name, lifetime.as_bytes()]).await?;
        if let Some(refusal) = reply.refusal() {
            tracing::warn!(%refusal, "a marker keeps the expiry that it has");
        }
        Ok(())
    }

    /// Returns whether it has an expiry.
    pub(super) async fn expires(&self, connection: &Connection) -> Result<bool, Error> {
        let left = connection.ask("PTTL", &[&self.name]).await?;
        Ok(left.integer().and_then(Result::ok).is_some_and(|left| left >= 0))
    }

    pub(super) async fn remove(&self, connection: &Connection) -> Result<(), Error> {
        connection.demand("UNLINK", &[&self.name]).await.map(drop).map_err(explain)
    }
}

/// How a command on a marker failed.
enum Attempted {
    NoSuchKey,
    Elsewhere,
    /// The same may be accepted later, or on another connection.
    Temporary(Refusal),
    Refused(Refusal),
}

impl From<Refusal> for Attempted {
    fn from(refusal: Refusal) -> Self {
        let missing = refusal.is_no_such_key()
            || refusal.code == "NOGROUP"
            || refusal.detail.contains("requires the key to exist");
        match refusal {
            _ if missing => Self::NoSuchKey,
            refusal if refusal.is_elsewhere() => Self::Elsewhere,
            refusal if refusal.is_transient() => Self::Temporary(refusal),
            refusal => Self::Refused(refusal),
        }
    }
}

/// Appends the commands that show a marker.
fn push_reading(batch: &mut Batch, name: &[u8]) {
    batch.push("XINFO", &[b"GROUPS", name]);
    batch.push("XRANGE", &[name, b"-", b"+", b"COUNT", b"1"]);
}

fn unexpected(connection: &Connection) -> Error {
    connection.unexpected("XINFO").into()
}

fn stream_id(moment: Moment) -> String {
    let direction = match moment.direction {
        Direction::Forward => 1,
        Direction::Back => 2,
    };
    format!("{direction}-{}", moment.step)
}

fn parse_id(id: &str) -> Option<Moment> {
    let (direction, step) = id.split_once('-')?;
    let direction = match direction {
        "1" => Direction::Forward,
        "2" => Direction::Back,
        _ => return None,
    };
    Some(Moment { direction, step: step.parse().ok()? })
}

fn moment(groups: Reply) -> Option<Moment> {
    let groups = groups.into_elements()?;
    let ours = |group: &&Reply| group.field("name").is_some_and(|name| name.bytes() == Some(GROUP));
    parse_id(groups.iter().find(ours)?.field("last-delivered-id")?.text()?)
}

fn claim(entries: Reply) -> Option<Claim> {
    let entry = entries.into_elements()?.into_iter().next()?;
    let fields = entry.into_elements()?.into_iter().nth(1)?;
    let field = |name| fields.field(name).and_then(|value| value.text().map(str::to_owned));
    Some(Claim { id: field("id")?, by: field("by").unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_ids_of_streams() {
        for direction in [Direction::Forward, Direction::Back] {
            for step in [0, 1, u64::MAX] {
                let moment = Moment { direction, step };
                assert_eq!(parse_id(&stream_id(moment)), Some(moment));
            }
        }
        assert_eq!(parse_id("0-0"), None);
        assert_eq!(parse_id("1"), None);
    }
}
