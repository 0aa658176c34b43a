//! What the latency monitor of a server has recorded.

use crate::server::probe::Answer;

/// The latest delay of one kind.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spike {
    /// What took so long. Modules have events of their own, so that this may be any bytes.
    pub(super) event: Vec<u8>,
    /// When it was, in seconds of the server's clock.
    pub(super) at: f64,
    pub(super) millis: f64,
}

impl Spike {
    /// Reads the answer of `LATENCY LATEST`: arrays of the event, the time, how long it took, and
    /// the longest ever. Newer servers say more behind that.
    pub(super) fn read_all(answer: &Answer) -> Option<Vec<Self>> {
        Some(answer.elements()?.iter().filter_map(Self::read).collect())
    }

    fn read(answer: &Answer) -> Option<Self> {
        let [event, at, millis, ..] = answer.elements()? else { return None };
        let event = match event {
            Answer::Bulk(bytes) => bytes.clone(),
            other => other.text()?.as_bytes().to_vec(),
        };
        let number = |answer: &Answer| i32::try_from(answer.integer()?).ok().map(f64::from);
        #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit")]
        let at = at.integer()? as f64;
        Some(Self { event, at, millis: number(millis)? })
    }
}
