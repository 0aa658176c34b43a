//! Durations in reports.

use std::time::Duration;

use serde::Serializer;

/// Writes a duration as seconds, to the millisecond.
pub(crate) fn seconds<S: Serializer>(
    duration: &Duration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((duration.as_secs_f64() * 1000.0).round() / 1000.0)
}
