//! When keys expire, to the millisecond, on servers of every age.

use redis::Value;

use crate::Server;
use crate::resp::{self, Batch};

/// The future of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expiry {
    /// It has none: it is not there.
    Gone,
    Never,
    /// In milliseconds since 1970.
    At(i64),
}

impl Expiry {
    /// Reads an answer of `PEXPIRETIME` or `PTTL`, which adds up from `start`.
    fn from_answer(answer: &Value, start: i64) -> Self {
        match resp::integer(answer) {
            None | Some(-2) => Self::Gone,
            Some(-1) => Self::Never,
            Some(number) => Self::At(start + number),
        }
    }
}

#[track_caller]
pub(super) fn read(server: &Server, keys: &[Vec<u8>], absolute: bool) -> Vec<Expiry> {
    if absolute {
        return asked(server, keys);
    }
    let measured = measured(server, keys).into_iter().zip(keys);
    measured.map(|(found, key)| found.unwrap_or_else(|| measured_alone(server, key))).collect()
}

#[track_caller]
fn asked(server: &Server, keys: &[Vec<u8>]) -> Vec<Expiry> {
    let mut batch = Batch::new();
    for key in keys {
        batch.push(&[b"PEXPIRETIME", key.as_slice()]);
    }
    server.pipeline(&batch).iter().map(|answer| Expiry::from_answer(answer, 0)).collect()
}

/// Adds what is left to the time of day; `None` where the millisecond changed in between.
#[track_caller]
fn measured(server: &Server, keys: &[Vec<u8>]) -> Vec<Option<Expiry>> {
    let mut batch = Batch::new();
    for key in keys {
        batch.push(&["TIME"]).push(&[b"PTTL", key.as_slice()]).push(&["TIME"]);
    }
    let answers = server.pipeline(&batch);
    let found = answers.chunks(3).map(|answers| {
        let [before, left, after] = answers else {
            return None;
        };
        let now = milliseconds(before)?;
        let expiry = Expiry::from_answer(left, now);
        let certain = !matches!(expiry, Expiry::At(_)) || milliseconds(after)? == now;
        certain.then_some(expiry)
    });
    found.collect()
}

#[track_caller]
fn measured_alone(server: &Server, key: &[u8]) -> Expiry {
    let key = [key.to_vec()];
    loop {
        if let Some(expiry) = measured(server, &key).pop().flatten() {
            return expiry;
        }
    }
}

fn milliseconds(time: &Value) -> Option<i64> {
    let parts = resp::elements(time.clone());
    let [seconds, microseconds] = parts.as_slice() else {
        return None;
    };
    Some(resp::integer(seconds)? * 1000 + resp::integer(microseconds)? / 1000)
}

#[cfg(test)]
mod tests {
    use super::{Expiry, read};
    use crate::{Batch, Server};

    /// Servers before 7.0 have no other way, so this must hold on every server.
    #[test]
    fn what_is_measured_is_exact() {
        let server = Server::start();
        let moments: Vec<i64> = (4_000_000_000_000..4_000_000_000_500).collect();
        let mut batch = Batch::new();
        for moment in &moments {
            let (key, moment) = (format!("key:{moment}"), moment.to_string());
            batch.push(&["SET", &key, "x"]).push(&["PEXPIREAT", &key, &moment]);
        }
        batch.push(&["SET", "lasting", "x"]);
        server.pipeline(&batch);

        let mut keys: Vec<Vec<u8>> = moments.iter().map(|it| format!("key:{it}").into()).collect();
        keys.extend([b"lasting".to_vec(), b"absent".to_vec()]);
        let mut expected: Vec<Expiry> = moments.into_iter().map(Expiry::At).collect();
        expected.extend([Expiry::Never, Expiry::Gone]);
        assert_eq!(read(&server, &keys, false), expected);
    }
}
