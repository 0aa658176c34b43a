//! A result, as text for people and as JSON for programs.

use std::io::{self, Write};

use serde::Serialize;

/// Something that can be printed as a result.
pub(crate) trait Render: Serialize {
    /// The name and the version of its JSON.
    const SCHEMA: &'static str;

    /// Writes it as text, in at most 100 columns where that can be helped.
    fn human(&self, out: &mut dyn Write) -> io::Result<()>;
}

/// A result with the name of its schema.
#[derive(Serialize)]
pub(crate) struct Document<'a, R> {
    schema: &'static str,
    #[serde(flatten)]
    result: &'a R,
}

impl<'a, R: Render> Document<'a, R> {
    pub(crate) fn of(result: &'a R) -> Self {
        Self { schema: R::SCHEMA, result }
    }
}
