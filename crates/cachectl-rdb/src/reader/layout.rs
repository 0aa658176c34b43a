//! How values are laid out, as far as it takes to find their end.

use crate::Encoding;

/// A part of a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// So many numbers in the form of a length.
    Lengths(u8),
    /// A string: a length and as many bytes, an integer, or compressed bytes.
    Text,
    /// So many bytes.
    Bytes(u64),
    /// A score written out, with its length in one byte.
    Score,
    /// A length, and as many times these parts. They are never empty, so that a length alone
    /// cannot keep the reader busy after the end of the data.
    Each(&'static [Part]),
    /// The same for the producers that a stream remembers.
    Producers(&'static [Part]),
    /// The elements of an array.
    Elements,
    /// The names of fields that hashes share.
    SharedNames,
    /// The same, and as many strings.
    SharedNamesAndValues,
    /// The identifier of a module, and parts that say what they are.
    Module,
}

use Part::{
    Bytes, Each, Elements, Lengths, Module, Producers, Score, SharedNames, SharedNamesAndValues,
    Text,
};

const DOUBLE: Part = Bytes(8);
const MILLISECONDS: Part = Bytes(8);
const STREAM_ID: Part = Bytes(16);

/// Listpacks by their first identifier.
const ENTRIES: Part = Each(&[Text, Text]);

/// Entries that a group or a consumer has pending.
const PENDING: Part = Each(&[STREAM_ID, MILLISECONDS, Lengths(1)]);
const OWNED: Part = Each(&[STREAM_ID]);

const CONSUMERS: Part = Each(&[Text, MILLISECONDS, OWNED]);
const CONSUMERS_ACTIVE: Part = Each(&[Text, MILLISECONDS, MILLISECONDS, OWNED]);

/// What a producer has sent: identifiers of its own, and those of the entries.
const PRODUCERS: Part = Producers(&[Text, Each(&[Text, Lengths(2)])]);

/// The count and the last identifier.
const COUNTS_1: Part = Lengths(3);

/// The same, the first identifier, the biggest deleted one, and how many were ever added.
const COUNTS_2: Part = Lengths(8);

const GROUPS_1: Part = Each(&[Text, Lengths(2), PENDING, CONSUMERS]);
const GROUPS_2: Part = Each(&[Text, Lengths(3), PENDING, CONSUMERS]);
const GROUPS_3: Part = Each(&[Text, Lengths(3), PENDING, CONSUMERS_ACTIVE]);

/// With the entries at the end that consumers have given back.
const GROUPS_5: Part = Each(&[Text, Lengths(3), PENDING, CONSUMERS_ACTIVE, OWNED]);

/// Returns the parts of a value that is stored like this.
///
/// `None` is for the one encoding whose end only its module could find.
pub(super) fn of(encoding: Encoding) -> Option<&'static [Part]> {
    Some(match encoding {
        Encoding::String
        | Encoding::HashZipmap
        | Encoding::ListZiplist
        | Encoding::SetIntset
        | Encoding::SortedSetZiplist
        | Encoding::HashZiplist
        | Encoding::HashListpack
        | Encoding::SortedSetListpack
        | Encoding::SetListpack
        | Encoding::HashListpackExpiriesPreRelease => &[Text],
        Encoding::List | Encoding::Set | Encoding::ListQuicklist => &[Each(&[Text])],
        Encoding::SortedSetText => &[Each(&[Text, Score])],
        Encoding::SortedSet => &[Each(&[Text, DOUBLE])],
        Encoding::Hash => &[Each(&[Text, Text])],
        Encoding::ListQuicklist2 => &[Each(&[Lengths(1), Text])],
        Encoding::HashExpiriesPreRelease => &[Each(&[Lengths(1), Text, Text])],
        Encoding::HashExpiries => &[MILLISECONDS, Each(&[Lengths(1), Text, Text])],
        Encoding::HashListpackExpiries => &[MILLISECONDS, Text],
        Encoding::ValkeyHashExpiries => &[Each(&[Text, Text, MILLISECONDS])],
        Encoding::Stream1 => &[ENTRIES, COUNTS_1, GROUPS_1],
        Encoding::Stream2 => &[ENTRIES, COUNTS_2, GROUPS_2],
        Encoding::Stream3 => &[ENTRIES, COUNTS_2, GROUPS_3],
        Encoding::Stream4 => &[ENTRIES, COUNTS_2, GROUPS_3, Lengths(2), PRODUCERS, Lengths(2)],
        Encoding::Stream5 => &[ENTRIES, COUNTS_2, GROUPS_5, Lengths(2), PRODUCERS, Lengths(2)],
        Encoding::Array => &[Elements],
        Encoding::TemplateListpack => &[SharedNames, Text],
        Encoding::TemplateStrings => &[SharedNamesAndValues],
        Encoding::Module => &[Module],
        Encoding::ModulePreRelease => return None,
    })
}
