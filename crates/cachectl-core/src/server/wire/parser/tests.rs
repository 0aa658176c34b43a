use proptest::prelude::*;

use super::*;

const LIMIT: usize = 8 * 1024 * 1024;
const READ: usize = 16 * 1024;

fn parser() -> Parser {
    let mut parser = Parser::new(READ);
    parser.restart(LIMIT);
    parser
}

/// Reads as many answers as there are, from bytes that arrive in pieces of this size at most.
fn read(bytes: &[u8], piece: usize) -> Result<Vec<Answer>, Malformed> {
    let mut parser = parser();
    let mut answers = Vec::new();
    for mut piece in bytes.chunks(piece) {
        while !piece.is_empty() {
            piece = feed(&mut parser, piece);
            while let Some(answer) = parser.next()? {
                answers.push(answer);
            }
        }
    }
    Ok(answers)
}

/// Has bytes arrive, and returns those that there was no room for.
fn feed<'a>(parser: &mut Parser, bytes: &'a [u8]) -> &'a [u8] {
    let mut room = parser.room();
    let (now, later) = bytes.split_at(bytes.len().min(room.remaining_mut()));
    room.put_slice(now);
    later
}

fn encode(answer: &Answer, out: &mut Vec<u8>) {
    match answer {
        Answer::Simple(text) => out.extend(format!("+{text}\r\n").as_bytes()),
        Answer::Error(Refusal { code, detail }) => {
            out.extend(format!("-{code} {detail}\r\n").as_bytes());
        }
        Answer::Integer(number) => out.extend(format!(":{number}\r\n").as_bytes()),
        Answer::Bulk(bytes) => {
            out.extend(format!("${}\r\n", bytes.len()).as_bytes());
            out.extend(bytes);
            out.extend(b"\r\n");
        }
        Answer::Nil => out.extend(b"$-1\r\n"),
        Answer::Array(elements) => {
            out.extend(format!("*{}\r\n", elements.len()).as_bytes());
            for element in elements {
                encode(element, out);
            }
        }
    }
}

fn any_answer() -> impl Strategy<Value = Answer> {
    let refusal = |(code, detail)| Answer::Error(Refusal { code, detail });
    let leaf = prop_oneof![
        "[^\r\n]{0,20}".prop_map(|text| Answer::Simple(text.into())),
        ("[A-Z]{1,10}", "[^\r\n]{0,20}").prop_map(refusal),
        any::<i64>().prop_map(Answer::Integer),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(Answer::Bulk),
        Just(Answer::Nil),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop::collection::vec(inner, 0..6).prop_map(Answer::Array)
    })
}

/// Bytes that look like answers now and then, so that more than the first byte is tried.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::sample::select(vec!["*", "$", ":", "+", "-", "\r\n", "-1", "3", "0", "\n", "x"])
            .prop_map(|text| text.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn every_answer_is_read_whatever_pieces_it_comes_in(
        answers in prop::collection::vec(any_answer(), 1..5),
    ) {
        let mut bytes = Vec::new();
        for answer in &answers {
            encode(answer, &mut bytes);
        }
        for piece in [1, 2, 3, 7, bytes.len()] {
            prop_assert_eq!(read(&bytes, piece), Ok(answers.clone()));
        }
    }

    #[test]
    fn an_answer_that_is_cut_is_never_read(answer in any_answer()) {
        let mut bytes = Vec::new();
        encode(&answer, &mut bytes);
        for cut in 1..bytes.len() {
            let mut parser = parser();
            feed(&mut parser, &bytes[..cut]);
            prop_assert_eq!(parser.next(), Ok(None));
            prop_assert!(parser.is_amid());
        }
    }

    #[test]
    fn any_bytes_are_read_alike_whatever_pieces_they_come_in(bytes in any_bytes()) {
        let whole = read(&bytes, bytes.len().max(1));
        let single = read(&bytes, 1);
        // An error that comes early hides the answers before it, so only the verdict is alike.
        prop_assert_eq!(whole.is_err(), single.is_err());
        if whole.is_ok() {
            prop_assert_eq!(whole, single);
        }
    }
}

#[test]
fn what_is_no_answer_is_noticed_at_once() {
    #[track_caller]
    fn case(bytes: &[u8], expected: Malformed) {
        assert_eq!(read(bytes, bytes.len()), Err(expected), "{}", bytes.escape_ascii());
    }

    case(b"H", Malformed::Syntax);
    case(b"\x15\x03\x01", Malformed::Syntax);
    case(b"%1\r\n", Malformed::Syntax);
    case(b"+OK\n", Malformed::Syntax);
    case(b":12a\r\n", Malformed::Syntax);
    case(b":\r\n", Malformed::Syntax);
    case(b"$-2\r\n", Malformed::Syntax);
    case(b"*-2\r\n", Malformed::Syntax);
    case(b"$3\r\nabcd", Malformed::Syntax);
    case(b"$3\r\nabc\rx", Malformed::Syntax);
    case(b"*2\r\n+a\r\nx", Malformed::Syntax);
    case(b"$8388609\r\n", Malformed::TooLarge);
    case(b"*99999999999\r\n", Malformed::TooLarge);
    case(b"$99999999999999999999\r\n", Malformed::Syntax);
}

#[test]
fn what_is_announced_takes_no_memory() {
    let mut parser = parser();
    feed(&mut parser, b"*8000000\r\n*8000000\r\n$8000000\r\nabc");
    assert_eq!(parser.next(), Ok(None));
    let room = parser.room().get_ref().capacity();
    assert!(room <= 2 * READ, "{room}");
    let room: usize = parser.open.iter().map(|open| open.elements.capacity()).sum();
    assert!(room < 16, "{room}");
}

#[test]
fn there_is_an_end_to_what_is_taken() {
    assert_eq!(read(&vec![b'+'; LONGEST_LINE + 1], READ), Err(Malformed::TooLarge));
    assert_eq!(read(&b"*1\r\n".repeat(DEEPEST + 1), READ), Err(Malformed::TooDeep));
    let many = b"*-1\r\n".repeat(LIMIT / size_of::<Answer>());
    assert_eq!(read(&many, READ), Err(Malformed::TooLarge));
    let large = [&b"$8000000\r\n"[..], &vec![0; 8_000_000], b"\r\n"].concat();
    assert_eq!(read(&large, READ).unwrap().len(), 1);
    assert_eq!(read(&large.repeat(2), READ), Err(Malformed::TooLarge));
}

#[test]
fn every_exchange_has_the_limit_to_itself() {
    let large = [&b"$5000000\r\n"[..], &vec![0; 5_000_000], b"\r\n"].concat();
    let mut parser = parser();
    for limit in [LIMIT, LIMIT, 5_000_000] {
        parser.restart(limit);
        let (mut rest, mut found) = (&large[..], Ok(None));
        while !rest.is_empty() && found == Ok(None) {
            rest = feed(&mut parser, rest);
            found = parser.next();
        }
        assert_eq!(
            found.map(|it| it.is_some()),
            if limit == LIMIT { Ok(true) } else { Err(Malformed::TooLarge) }
        );
    }
}

#[test]
fn large_strings_are_read_like_small_ones() {
    #[track_caller]
    fn case(size: usize) {
        let answers = vec![
            Answer::Array(vec![Answer::Bulk(vec![b'a'; size]), Answer::Bulk(vec![b'\r'; size])]),
            Answer::Bulk(vec![b'\n'; size]),
            Answer::Integer(7),
        ];
        let mut bytes = Vec::new();
        for answer in &answers {
            encode(answer, &mut bytes);
        }
        for piece in [1, 1_000, READ, bytes.len()] {
            assert_eq!(read(&bytes, piece), Ok(answers.clone()), "{size} in pieces of {piece}");
        }
        let wrong = bytes.iter().rposition(|byte| *byte == b'\n').unwrap() - b":7\r\n".len();
        bytes[wrong] = b'x';
        assert_eq!(read(&bytes, READ), Err(Malformed::Syntax), "{size}");
    }

    [LARGE - 1, LARGE, LARGE + 1, 3 * LARGE].into_iter().for_each(case);
}

#[test]
fn both_ways_to_say_nothing_mean_the_same() {
    let expected = vec![Answer::Nil, Answer::Nil, Answer::Array(vec![]), Answer::Bulk(vec![])];
    assert_eq!(read(b"$-1\r\n*-1\r\n*0\r\n$0\r\n\r\n", 1), Ok(expected));
}
