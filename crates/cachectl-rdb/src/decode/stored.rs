//! Listpacks of others, for the reader of files: element by element, never all of them at once.

use super::cursor::Cursor;
use super::listpack::Walk;
use super::packed::Blob;
use super::template;
use crate::Error;
use crate::value::Bytes;

/// A string that is a listpack, unpacked.
#[derive(Debug)]
pub(crate) struct StoredListpack<'a>(Blob<'a>);

/// The elements of one.
#[derive(Debug)]
pub(crate) struct Elements<'a>(Walk<'a>);

impl<'a> StoredListpack<'a> {
    /// Takes the string as it is stored. What it unpacks to is for the caller to bound.
    pub(crate) fn of(stored: &'a [u8]) -> Result<Self, Error> {
        Cursor::new(stored, 0).blob().map(Self)
    }

    /// Begins with its first element.
    pub(crate) fn elements(&self) -> Result<Elements<'_>, Error> {
        Walk::new(self.0.cursor()).map(Elements)
    }

    /// Returns how many elements it has.
    pub(crate) fn count(&self) -> Result<u64, Error> {
        let (mut elements, mut count) = (self.elements()?.0, 0_u64);
        while elements.next()?.is_some() {
            count = count.saturating_add(1);
        }
        Ok(count)
    }

    /// Begins with the number that such a listpack has in front of the values of a hash.
    pub(crate) fn numbered(&self) -> Result<(u64, Elements<'_>), Error> {
        let mut elements = self.elements()?;
        let number = template::number(elements.0.next()?.as_ref());
        let unnumbered = || self.0.corrupt(template::UNNUMBERED);
        Ok((number.ok_or_else(unnumbered)?, elements))
    }
}

impl<'a> Elements<'a> {
    /// Returns the next element as a server answers it; `None` after the last one, if the whole
    /// listpack is sound.
    pub(crate) fn next(&mut self) -> Result<Option<Bytes<'a>>, Error> {
        Ok(self.0.next()?.map(super::packed::Item::into_bytes))
    }
}
