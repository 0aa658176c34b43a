//! Numbers of bytes, as findings write them.

/// Writes mebibytes, however few.
pub(super) fn mebibytes(bytes: f64) -> String {
    format!("{:.1} MiB", bytes / 1024.0 / 1024.0)
}

/// Writes bytes below one kibibyte, and kibibytes below one mebibyte.
pub(super) fn bytes(bytes: f64) -> String {
    match bytes / 1024.0 {
        kibibytes if kibibytes >= 1024.0 => mebibytes(bytes),
        kibibytes if kibibytes >= 1.0 => format!("{kibibytes:.1} KiB"),
        _ => format!("{bytes:.0} bytes"),
    }
}
