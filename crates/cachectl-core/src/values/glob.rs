//! Globs as the server understands them, on bytes.

/// TBD
#[derive(Clone, Debug)]
pub struct Glob;
