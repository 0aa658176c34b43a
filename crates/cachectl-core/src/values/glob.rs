//! Globs as the server understands them, on bytes.

/// TBD
#[derive(Clone, Debug)]
pub struct Glob;
impl Glob {
    /// TBD
    pub fn matches(&self, _: &[u8]) -> bool { false }
}
