use std::ops::Range;

use proptest::collection::vec;
use proptest::prelude::*;

use super::shape::{Piece, Spans};
use super::*;
use crate::values::glob::byte_set::ByteSet;

const UUID: &str = "6f1c1d4e-0c36-4a53-9d2b-0B3F2F1F8A77";

fn template(text: &str) -> Template {
    Template::parse(text).unwrap()
}

#[test]
fn keys_are_read_as_the_template_says() {
    #[track_caller]
    fn case(text: &str, key: &str, expected: Option<&[(&str, &str)]>) {
        let template = template(text);
        let captures = template.captures(key.as_bytes());
        let read = captures.map(|captures| {
            let text = |bytes| std::str::from_utf8(bytes).unwrap();
            captures.iter().map(|(name, value)| (name, text(value))).collect::<Vec<_>>()
        });
        assert_eq!(read.as_deref(), expected, "{text} on {key}");
        assert_eq!(template.matches(key.as_bytes()), expected.is_some(), "{text} on {key}");
    }

    case("doc:state:{id}", "doc:state:42", Some(&[("id", "42")]));
    case("doc:state:{id}", "doc:state:", None);
    case("doc:state:{id}", "xdoc:state:42", None);
    case("export:{id}:result", "export:a:b:result", Some(&[("id", "a:b")]));
    case("export:{id}:result", "export:result", None);
    case("aba", "aba", Some(&[]));
    case("aba", "abaa", None);
    case("aba{x}aba", "aba", None);
    case("aba{x}aba", "ababa", None);
    case("user:*", "user:", Some(&[("*", "")]));
    case("user:*:{id}", "user::7", Some(&[("*", ""), ("id", "7")]));
    case("{x}:{y}", "a:b:c", Some(&[("x", "a"), ("y", "b:c")]));
    case("{x}:{y}:z", "a:b:c:z", Some(&[("x", "a"), ("y", "b:c")]));
    case("{x:segment}:{y:segment}", "a:b:c", None);
    case("{x}:{y:digits}", "a:1:2", Some(&[("x", "a:1"), ("y", "2")]));
    case("{x:digits}", "12a", None);
    case("{x:hex}", "fF0", Some(&[("x", "fF0")]));
    case("{x:hex}", "fg", None);
    case("{x:word}", "a_Z9", Some(&[("x", "a_Z9")]));
    case("{x:word}", "ä", None);
    case("{x:rest}", "a:b", Some(&[("x", "a:b")]));
    case("{x:uuid}", UUID, Some(&[("x", UUID)]));
    case("{x:uuid}", &UUID.replace('-', "0"), None);
    case("{x:uuid}", &UUID[1..], None);
    case("{y}{x:uuid}", &format!("{UUID}{UUID}"), Some(&[("y", UUID), ("x", UUID)]));
    case(r"\{{id}\}\*\\", r"{7}*\", Some(&[("id", "7")]));
    case(r"a\ \n\x41\:", "a \nA:", Some(&[]));
    case("ключ:{id}", "ключ:é", Some(&[("id", "é")]));
}

#[track_caller]
fn refused(text: &str, at: usize, expected: &str) {
    let error = Template::parse(text).unwrap_err();
    let found = (error.at, error.fault.to_string());
    assert_eq!(found, (at, expected.to_owned()), "{text}");
}

#[test]
fn what_is_not_written_as_a_template_is_refused_with_its_place() {
    let unclosed = r"`{` has no `}`; `\{` stands for the sign itself";
    refused("", 0, "the template is empty");
    refused("a{b", 1, unclosed);
    refused("a{b{c}", 1, unclosed);
    refused("ab}", 2, r"`}` has no `{`; `\}` stands for the sign itself");

    let escape = r"`\` stands before a sign, a space, `n`, `r`, `t`, or `x` and two hex digits";
    refused(r"a\d", 1, escape);
    refused(r"ab\", 2, escape);
    refused(r"\x4é", 0, escape);
}

#[test]
fn captures_that_cannot_be_meant_are_refused_with_their_place() {
    let name = "is no name for a capture: letters, digits and `_`, no digit first";
    refused("{}", 1, &format!("`` {name}"));
    refused("{1}", 1, &format!("`1` {name}"));
    refused("{a b:hex}", 1, &format!("`a b` {name}"));

    let classes = "there are digits, hex, uuid, word, segment, rest";
    refused("x{id:digit}", 5, "class `digit` is unknown, the nearest is `digits`");
    refused("{id:UUID}", 4, "class `UUID` is unknown, the nearest is `uuid`");
    refused("{id:number}", 4, &format!("class `number` is unknown, {classes}"));

    let cut = "so a key could be cut anywhere";
    refused("{a}{b}", 3, &format!("nothing separates `a` from `b`, {cut}"));
    refused("{a:digits}*", 10, &format!("nothing separates `a` from `*`, {cut}"));
    refused("**", 1, &format!("nothing separates `*` from `*`, {cut}"));
    refused("{a}:{a}", 4, "`a` is captured twice");
    refused("{a:rest}:x", 0, "`a` is the rest of the key, and something stands behind it");
}

#[test]
fn an_error_counts_columns_from_one() {
    let error = Template::parse("x{id:digit}").unwrap_err();
    assert_eq!(error.to_string(), "class `digit` is unknown, the nearest is `digits` (column 6)");
}

#[test]
fn keys_are_made_from_values_that_fit() {
    let template = template("job:{type:word}:{id:digits}");
    assert_eq!(template.names().collect::<Vec<_>>(), ["type", "id"]);
    assert_eq!(template.literal_prefix(), b"job:");
    assert_eq!(template.glob().as_bytes(), b"job:*:*");
    assert_eq!(template.format(&[("id", "7"), ("type", "ocr")]).unwrap(), b"job:ocr:7");

    let missing = template.format(&[("id", "7")]).unwrap_err();
    assert_eq!(missing.to_string(), "`type` has no value");
    let unfit = template.format(&[("id", "7\n"), ("type", "ocr")]).unwrap_err();
    assert_eq!(unfit.to_string(), r"`id` cannot be `7\n`, it is of class `digits`");
}

#[test]
fn captures_of_one_template_fill_another() {
    let (old, new) = (template("*_{id}_*"), template("v2:*:*:{id}"));
    let captures = old.captures(b"a_7_b").unwrap();
    assert_eq!(new.expand(&captures).unwrap(), b"v2:a:b:7");
}

/// All ways to read a text, those with shorter slots first.
fn readings(pieces: &[Piece], text: &[u8], at: usize) -> Vec<Vec<Range<usize>>> {
    let Some((piece, rest)) = pieces.split_first() else {
        return if at == text.len() { vec![Vec::new()] } else { Vec::new() };
    };
    let mut found = Vec::new();
    for end in (at..=text.len()).filter(|&end| piece.accepts(&text[at..end])) {
        for mut tail in readings(rest, text, end) {
            if !matches!(piece, Piece::Literal(_)) {
                tail.insert(0, at..end);
            }
            found.push(tail);
        }
    }
    found
}

fn any_piece() -> impl Strategy<Value = Piece> {
    let set = || {
        prop_oneof![
            Just(ByteSet::ALL),
            Just(ByteSet::only(b'1')),
            Just(ByteSet::of(|byte| byte != b':')),
            Just(ByteSet::of(|byte| byte.is_ascii_alphanumeric())),
        ]
    };
    prop_oneof![
        vec(prop::sample::select(&b"a:1"[..]), 1..3).prop_map(Piece::Literal),
        vec(set(), 1..3).prop_map(Piece::Each),
        set().prop_map(Piece::ZeroOrMore),
        set().prop_map(Piece::OneOrMore),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn the_shortest_of_all_readings_is_found(
        pieces in vec(any_piece(), 0..6),
        text in vec(prop::sample::select(&b"a:1"[..]), 0..9),
    ) {
        let all = readings(&pieces, &text, 0);
        let expected = all.first().map(|first| Spans { slots: first.clone(), several: all.len() > 1 });
        let shape = Shape::new(pieces);
        prop_assert_eq!(shape.matches(&text), expected.is_some());
        prop_assert!(expected.is_none() || Glob::new(shape.glob()).matches(&text) || text.is_empty());
        prop_assert_eq!(shape.read(&text), expected);
    }

    #[test]
    fn a_key_is_made_again_from_its_captures(
        key in vec(prop::sample::select(&b"a:1\xff"[..]), 0..9),
    ) {
        for text in ["{x}:{y}", "*:{x:digits}:*", "{x:segment}:*", "a{x:word}", "*a*"] {
            let template = template(text);
            if let Some(captures) = template.captures(&key) {
                prop_assert_eq!(template.expand(&captures).unwrap(), key.clone());
            }
        }
    }
}
