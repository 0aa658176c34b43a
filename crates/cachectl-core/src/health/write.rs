//! The write probe: a key of our own is written, read back and removed.
//!
//! PING succeeds on a server that refuses every write, so that only writing shows whether it can.

use rand::RngExt as _;

use super::{catalogue::WRITE, judge::Judge, report::Status};
use crate::{
    server::{error::Refusal, probe::Answer},
    values::slot::Slot,
};

/// What the names of our keys begin with, for ACL rules and for who finds one.
const PREFIX: &str = "cachectl:health:";
/// The key expires by itself after so many milliseconds if it could not be removed.
const LIFETIME: &[u8] = b"10000";

/// A key that nobody else has, and what is written there.
#[derive(Debug)]
pub(super) struct WriteProbe {
    key: Vec<u8>,
    value: Vec<u8>,
}

impl WriteProbe {
    /// Makes up a key, in this slot if it matters.
    pub(super) fn new(slot: Option<Slot>) -> Self {
        let random = || format!("{:016x}", rand::rng().random::<u64>());
        let tag = slot.map(|slot| format!("{{{}}}:", slot.tag())).unwrap_or_default();
        let key = format!("{PREFIX}{tag}{}", random());
        Self { key: key.into_bytes(), value: random().into_bytes() }
    }

    /// Returns the commands, which are to be sent in this order.
    pub(super) fn commands(&self) -> [Vec<&[u8]>; 3] {
        [
            vec![b"SET", &self.key, &self.value, b"PX", LIFETIME, b"NX"],
            vec![b"GET", &self.key],
            vec![b"UNLINK", &self.key],
        ]
    }

    /// Judges the answers.
    pub(super) fn judge(&self, answers: &[Answer], judge: &mut Judge<'_>) {
        let [set, get, unlink] = answers else {
            return judge.state(WRITE, Status::Critical, "it did not answer a write in time");
        };
        if let Some(refusal) = set.refusal().or(get.refusal()) {
            return refused(refusal, judge);
        }
        let (status, text) = if get.bytes() != Some(&self.value) {
            (Status::Critical, "what was read back is not what was written".to_owned())
        } else if let Some(refusal) = unlink.refusal() {
            let text = format!("the key that was written could not be removed: {refusal}");
            (Status::Warning, text)
        } else {
            (Status::Ok, "a key was written, read back and removed".to_owned())
        };
        judge.state(WRITE, status, text);
    }
}

fn refused(refusal: &Refusal, judge: &mut Judge<'_>) {
    match refusal.code.as_str() {
        // Replicas are not written to, nor slots that are elsewhere or on their way.
        "READONLY" | "MOVED" | "ASK" => judge.state(WRITE, Status::Unknown, refusal.to_string()),
        _ if refusal.is_denied() => judge.denied(WRITE, refusal),
        _ => judge.state(WRITE, Status::Critical, refusal.to_string()),
    }
}
