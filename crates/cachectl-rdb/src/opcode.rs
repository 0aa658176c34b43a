//! The bytes that begin a record of a file. Every other byte in their place is a type byte.

/// A hint of Redis Enterprise, followed by a number.
pub(crate) const ENTERPRISE: [u8; 2] = [107, 121];
/// The field names that many hashes share (Redis 8.10), or a command for replicas (Valkey 9.2).
pub(crate) const TEMPLATE: u8 = 242;
/// Metadata of a key that modules have registered (Redis 8.6), or a slot that was being imported
/// (Valkey 9).
pub(crate) const FAMILY_OWN: u8 = 243;
/// How big a slot of a cluster is.
pub(crate) const SLOT: u8 = 244;
/// A library of functions.
pub(crate) const FUNCTION: u8 = 245;
/// A library of functions as release candidates of Redis 7.0 wrote it.
pub(crate) const FUNCTION_PRE_RELEASE: u8 = 246;
/// What a module keeps beside the keys.
pub(crate) const MODULE_AUX: u8 = 247;
/// The idle time of the key that follows.
pub(crate) const IDLE: u8 = 248;
/// The access frequency of the key that follows.
pub(crate) const FREQUENCY: u8 = 249;
/// An auxiliary field.
pub(crate) const AUX: u8 = 250;
/// How many keys the database has.
pub(crate) const RESIZE: u8 = 251;
/// The expiry of the key that follows, in milliseconds.
pub(crate) const EXPIRES_MS: u8 = 252;
/// The expiry of the key that follows, in seconds.
pub(crate) const EXPIRES_SECONDS: u8 = 253;
/// The database of the keys that follow.
pub(crate) const SELECT: u8 = 254;
/// The end of the file.
pub(crate) const END: u8 = 255;
