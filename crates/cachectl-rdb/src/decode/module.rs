//! Values of modules, which nobody but the module can read.

use super::cursor::Cursor;
use crate::reader::module_name;
use crate::{Error, ErrorKind};

/// Returns the error that says which module the value belongs to.
pub(super) fn refuse(cursor: &mut Cursor<'_>) -> Error {
    match cursor.length() {
        Ok(id) => Error::new(1, ErrorKind::Module(module_name(id))),
        Err(error) => error,
    }
}
