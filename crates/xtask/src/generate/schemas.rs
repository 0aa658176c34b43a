//! JSON schemas of documents.

use std::io;
use std::path::PathBuf;

use serde_json::Value;

use super::Files;

pub(super) fn generate() -> io::Result<Files> {
    cachectl::health_schemas().into_iter().map(file).collect()
}

/// Without a title something is wrong with the schema.
fn file((name, text): (&'static str, String)) -> io::Result<(PathBuf, Vec<u8>)> {
    let schema: Value = serde_json::from_str(&text)?;
    if schema.get("title").is_none() {
        return Err(io::Error::other(format!("the schema `{name}` has no title")));
    }
    Ok((PathBuf::from(name), text.into_bytes()))
}
