//! Which keys of a file a server does not load.

use cachectl_rdb::{Encoding, Entry, Error, Value};

use crate::values::ttl::Expiry;

/// Returns whether the time of a key is over: its own, or that of all its fields.
pub(super) fn is_over(entry: &Entry<'_>, now: i64) -> Result<bool, Error> {
    let passed = |at: Option<i64>| Expiry::from(at).has_passed(now);
    if passed(entry.expires_at) {
        return Ok(true);
    }
    if !has_field_expiries(entry.value.encoding()) {
        return Ok(false);
    }
    let value = entry.value.decode().map_err(|error| error.within(entry.offset))?;
    Ok(match value {
        Value::Hash(fields) => fields.iter().all(|field| passed(field.expires_at)),
        _ => false,
    })
}

fn has_field_expiries(encoding: Encoding) -> bool {
    matches!(
        encoding,
        Encoding::HashExpiriesPreRelease
            | Encoding::HashListpackExpiriesPreRelease
            | Encoding::HashExpiries
            | Encoding::HashListpackExpiries
            | Encoding::ValkeyHashExpiries
    )
}
