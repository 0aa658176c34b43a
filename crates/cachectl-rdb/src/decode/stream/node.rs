//! Nodes of streams: an identifier, and a listpack of entries whose own are relative to it.
//!
//! The listpack begins with the numbers of live and deleted entries and with the names of fields
//! that most entries share. Each entry is flags, the two differences of the identifier, its fields
//! (or only their values, in the order of the shared names), and how many elements that were.

use std::vec;

use crate::Error;
use crate::decode::cursor::Cursor;
use crate::decode::packed::{Blob, Item, Packing};
use crate::value::{Bytes, StreamEntry, StreamId};

/// The name and the value of a field.
type Pair<'a> = (Bytes<'a>, Bytes<'a>);

/// As how many elements an entry counts that is kept.
const ELEMENTS_OF_ENTRY: usize = 4;

/// The flags of an entry.
const DELETED: i64 = 1;
const SHARED_FIELDS: i64 = 2;

/// What the copies of shared names may take in any stream, and for each byte of a stream.
const ROOM: usize = 16 << 20;
const ROOM_FOR_BYTE: usize = 64;

/// The entries of the nodes that were read.
pub(super) struct Nodes<'a> {
    pub(super) entries: Vec<StreamEntry<'a>>,
    /// The identifier of the last entry, deleted or not.
    last: Option<StreamId>,
    /// What the copies of shared names may still take. A name that is unpacked once is copied for
    /// each entry, so that a few bytes could ask for any amount of memory.
    room: usize,
}

impl<'a> Nodes<'a> {
    /// Begins a stream that takes so many bytes at most.
    pub(super) fn new(size: usize) -> Self {
        let room = size.saturating_mul(ROOM_FOR_BYTE).saturating_add(ROOM);
        Self { entries: Vec::new(), last: None, room }
    }

    /// Reads a node.
    pub(super) fn read(&mut self, cursor: &mut Cursor<'a>) -> Result<(), Error> {
        let base = identifier(cursor)?;
        let blob = cursor.blob()?;
        let mut node = Node { items: blob.items(Packing::Listpack)?.into_iter(), blob: &blob };
        let stated = (node.number()?, node.number()?);
        let shared = node.shared_fields()?;
        let (mut live, mut deleted) = (0, 0);
        while node.items.len() > 0 {
            let (flags, id) = (node.flags()?, node.id(base)?);
            if id < base || self.last.is_some_and(|last| id <= last) {
                return Err(blob.corrupt("the entries of a stream are not in order"));
            }
            self.last = Some(id);
            let fields = match flags & SHARED_FIELDS {
                0 => node.fields()?,
                _ => node.values(&shared, &mut self.room)?,
            };
            node.end(flags, fields.len())?;
            if flags & DELETED == 0 {
                live += 1;
                if self.entries.len() == self.entries.capacity() {
                    cursor.room_for(self.entries.len().saturating_mul(2 * ELEMENTS_OF_ENTRY))?;
                }
                self.entries.push(StreamEntry { id, fields });
            } else {
                deleted += 1;
            }
        }
        if stated != (live, deleted) {
            return Err(blob.corrupt("a node of a stream has other entries than it says"));
        }
        Ok(())
    }
}

/// Reads the identifier that a node is stored under.
fn identifier(cursor: &mut Cursor<'_>) -> Result<StreamId, Error> {
    let begin = *cursor;
    let bytes = cursor.string()?;
    let mut inside = Cursor::inside(&bytes, 0);
    let id = inside.full_id().ok().filter(|_| inside.left() == 0);
    id.ok_or_else(|| begin.corrupt("the identifier of a node of a stream has another size"))
}

/// What is left of a node.
struct Node<'a, 'b> {
    items: vec::IntoIter<Item<'a>>,
    blob: &'b Blob<'a>,
}

impl<'a> Node<'a, '_> {
    fn item(&mut self) -> Result<Item<'a>, Error> {
        let item = self.items.next();
        item.ok_or_else(|| self.blob.corrupt("a node of a stream ends in the middle of an entry"))
    }

    fn number(&mut self) -> Result<i64, Error> {
        let number = self.item()?.integer();
        number.ok_or_else(|| self.blob.corrupt("a number in a node of a stream is none"))
    }

    fn bytes(&mut self) -> Result<Bytes<'a>, Error> {
        self.item().map(Item::into_bytes)
    }

    /// Reads how many fields there are, of which each takes at least `least` elements.
    fn count(&mut self, least: usize) -> Result<usize, Error> {
        let count = usize::try_from(self.number()?).ok();
        let most = self.items.len() / least;
        count
            .filter(|count| *count <= most)
            .ok_or_else(|| self.blob.corrupt("an entry of a stream has an impossible size"))
    }

    fn shared_fields(&mut self) -> Result<Vec<Bytes<'a>>, Error> {
        let count = self.count(1)?;
        let names = (0..count).map(|_| self.bytes()).collect::<Result<_, _>>()?;
        if self.number()? != 0 {
            return Err(self.blob.corrupt("the first entry of a node of a stream does not end"));
        }
        Ok(names)
    }

    fn flags(&mut self) -> Result<i64, Error> {
        let flags = self.number()?;
        if flags & !(DELETED | SHARED_FIELDS) != 0 {
            return Err(self.blob.corrupt("an entry of a stream has unknown flags"));
        }
        Ok(flags)
    }

    /// Reads how an identifier differs from that of the node, in 64 bits without regard to signs.
    fn id(&mut self, base: StreamId) -> Result<StreamId, Error> {
        Ok(StreamId {
            ms: base.ms.wrapping_add_signed(self.number()?),
            sequence: base.sequence.wrapping_add_signed(self.number()?),
        })
    }

    fn fields(&mut self) -> Result<Vec<Pair<'a>>, Error> {
        let count = self.count(2)?;
        (0..count).map(|_| Ok((self.bytes()?, self.bytes()?))).collect()
    }

    /// Reads the values of fields whose names are shared.
    fn values(&mut self, names: &[Bytes<'a>], room: &mut usize) -> Result<Vec<Pair<'a>>, Error> {
        if names.len() > self.items.len() {
            return Err(self.blob.corrupt("an entry of a stream has an impossible size"));
        }
        let copied = match self.blob {
            Blob::Stored(_) => 0,
            Blob::Unpacked { .. } => names.iter().map(|name| name.len()).sum(),
        };
        *room = room.checked_sub(copied).ok_or_else(|| {
            self.blob.corrupt("the names of the fields of a stream unpack to too much")
        })?;
        names.iter().map(|name| Ok((name.clone(), self.bytes()?))).collect()
    }

    /// Reads the number of elements at the end of an entry.
    fn end(&mut self, flags: i64, fields: usize) -> Result<(), Error> {
        // Flags and identifier; the number of fields and their names unless these are shared.
        let elements = match flags & SHARED_FIELDS {
            0 => fields.saturating_mul(2).saturating_add(4),
            _ => fields.saturating_add(3),
        };
        if usize::try_from(self.number()?).ok() != Some(elements) {
            return Err(self.blob.corrupt("an entry of a stream has another size than it says"));
        }
        Ok(())
    }
}
