//! What the writer of a file says of itself.

use crate::migrate::report::SnapshotSource;

impl SnapshotSource {
    /// Takes note of an auxiliary field.
    pub(super) fn note(&mut self, name: &[u8], value: &[u8]) {
        let text = String::from_utf8_lossy(value);
        match name {
            // Valkey writes both: what it is, and what it is compatible with.
            b"valkey-ver" => self.written_by = Some(format!("valkey {text}")),
            b"redis-ver" if self.written_by.is_none() => {
                self.written_by = Some(format!("redis {text}"));
            }
            b"ctime" => self.written_at = text.parse().ok(),
            _ => {}
        }
    }
}
