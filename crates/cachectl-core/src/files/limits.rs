//! How long files may be that are read whole, in bytes.

/// Configurations are a few kilobytes.
pub const CONFIGURATION: u64 = 1 << 20;
/// As many rules as a set may have, of 64 bytes each.
pub const RULES: u64 = 4 << 20;
/// The authorities of a whole system take a quarter of a megabyte.
pub const CERTIFICATES: u64 = 4 << 20;
/// Passwords, and lists of users.
pub const SECRETS: u64 = 64 << 10;
/// What is written down about a migration besides its plan and its journals.
pub const NOTES: u64 = 1 << 20;
