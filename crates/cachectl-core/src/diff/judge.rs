//! Whether two contents are equal, and if not, in which way.

use std::time::Duration;

use super::{
    Expiries, Kind, Options,
    record::{Content, Form},
};
use crate::{
    steps::{facts::FactsReader, selection::Selection},
    values::ttl::Expiry,
};

/// What makes a difference.
#[derive(Clone, Debug)]
pub(super) struct Judge {
    selection: Selection,
    expiries: Expiries,
    /// How expiries were read, on the side that knows them less well.
    facts: FactsReader,
}

impl Judge {
    pub(super) fn new(options: &Options, facts: FactsReader) -> Self {
        Self { selection: options.selection.clone(), expiries: options.expiries, facts }
    }

    /// Returns whether what the two sides have under a name is meant: a type of either is.
    pub(super) fn takes(&self, a: Option<&Content>, b: Option<&Content>) -> bool {
        let takes = |content: &Content| self.selection.takes_type(content.key_type);
        a.is_none_or(|content| content.form != Form::Outside)
            && (a.is_some_and(takes) || b.is_some_and(takes))
    }

    /// Returns in which way what the two sides have under a name differs.
    ///
    /// | A | B | verdict |
    /// |---|---|---|
    /// | nothing | nothing | equal |
    /// | a key | nothing | missing |
    /// | nothing | a key | extra |
    /// | a type | another | type |
    /// | a value | another | value |
    /// | bytes or a value | other bytes | undecodable |
    /// | an expiry | one too far from it | expiry |
    pub(super) fn verdict(&self, a: Option<&Content>, b: Option<&Content>) -> Option<Kind> {
        let (one, other) = match (a, b) {
            (None, None) => return None,
            (Some(_), None) => return Some(Kind::Missing),
            (None, Some(_)) => return Some(Kind::Extra),
            (Some(one), Some(other)) => (one, other),
        };
        if one.key_type != other.key_type {
            Some(Kind::Type)
        } else if (one.form, one.digest) != (other.form, other.digest) {
            let bytes = one.form == Form::Bytes || other.form == Form::Bytes;
            Some(if bytes { Kind::Undecodable } else { Kind::Value })
        } else {
            (!self.agree(one.expiry, other.expiry)).then_some(Kind::Expiry)
        }
    }

    fn agree(&self, one: Expiry, other: Expiry) -> bool {
        match self.expiries {
            Expiries::Ignored => true,
            Expiries::Within(tolerance) => {
                self.facts.agree(one, other) || within(tolerance, one, other)
            }
        }
    }

    /// Returns whether a side has changed from one look to the next.
    pub(super) fn has_changed(before: Option<&Content>, now: Option<&Content>) -> bool {
        // The blur of a reading is no change, whichever way it was read.
        let agree = |one, other| FactsReader::Relative.agree(one, other);
        match (before, now) {
            (None, None) => false,
            (Some(one), Some(other)) => {
                (one.key_type, one.digest) != (other.key_type, other.digest)
                    || !agree(one.expiry, other.expiry)
            }
            _ => true,
        }
    }
}

fn within(tolerance: Duration, one: Expiry, other: Expiry) -> bool {
    match (one, other) {
        (Expiry::At(one), Expiry::At(other)) => {
            u128::from(one.abs_diff(other)) <= tolerance.as_millis()
        }
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::key_type::KeyType;

    const NOW: i64 = 1_000_000;

    fn content(key_type: KeyType, form: Form, digest: u64, expiry: Expiry) -> Content {
        Content { key_type, form, digest: [digest; 4], expiry }
    }

    #[test]
    fn the_gravest_way_to_differ_is_the_verdict() {
        #[track_caller]
        fn case(a: Option<Content>, b: Option<Content>, expected: Option<Kind>) {
            let judge = Judge::new(&Options::default(), FactsReader::Exact);
            assert_eq!(judge.verdict(a.as_ref(), b.as_ref()), expected);
        }

        let value = |digest, expiry| Some(content(KeyType::Hash, Form::Decoded, digest, expiry));
        let bytes = |digest| Some(content(KeyType::Hash, Form::Bytes, digest, Expiry::Never));
        let list = Some(content(KeyType::List, Form::Decoded, 1, Expiry::Never));
        let plain = value(1, Expiry::Never);
        case(None, None, None);
        case(plain, None, Some(Kind::Missing));
        case(None, plain, Some(Kind::Extra));
        case(plain, plain, None);
        case(plain, list, Some(Kind::Type));
        case(plain, value(2, Expiry::At(NOW)), Some(Kind::Value));
        case(plain, value(1, Expiry::At(NOW)), Some(Kind::Expiry));
        case(bytes(1), bytes(1), None);
        case(bytes(1), bytes(2), Some(Kind::Undecodable));
        case(plain, bytes(1), Some(Kind::Undecodable));
    }

    #[test]
    fn expiries_may_be_as_far_apart_as_the_options_and_the_reading_say() {
        #[track_caller]
        fn case(expiries: Expiries, facts: FactsReader, apart: i64, agree: bool) {
            let judge = Judge::new(&Options { expiries, ..Options::default() }, facts);
            assert_eq!(judge.agree(Expiry::At(NOW), Expiry::At(NOW + apart)), agree);
            assert_eq!(judge.agree(Expiry::At(NOW + apart), Expiry::At(NOW)), agree);
            let never = judge.agree(Expiry::At(NOW), Expiry::Never);
            assert_eq!(never, expiries == Expiries::Ignored);
        }

        let within = |ms| Expiries::Within(Duration::from_millis(ms));
        case(within(0), FactsReader::Exact, 0, true);
        case(within(0), FactsReader::Exact, 1, false);
        case(within(0), FactsReader::Relative, 10, true);
        case(within(0), FactsReader::Relative, 11, false);
        case(within(100), FactsReader::Exact, 100, true);
        case(within(100), FactsReader::Relative, 101, false);
        case(Expiries::Ignored, FactsReader::Exact, i64::MAX - NOW, true);
    }
}
