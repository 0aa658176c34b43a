//! Values that protect their users: a type makes the safe way the only way.

pub mod endpoint;
pub mod glob;
pub mod key;
pub mod key_type;
pub mod plain;
pub mod reserved;
pub mod rule;
pub mod rule_set;
pub mod slot;
pub mod template;
pub mod trusted_peer;
pub mod ttl;
