//! Writes commands as arrays of bulk strings.

/// Appends one command.
pub(in crate::server) fn command(out: &mut Vec<u8>, words: &[&[u8]]) {
    count(out, words.len());
    for bytes in words {
        word(out, bytes);
    }
}

/// Appends the head of a command of so many words.
pub(in crate::server) fn count(out: &mut Vec<u8>, words: usize) {
    line(out, b'*', words);
}

/// Writes another number of words into the head of the command that begins at `at`.
pub(in crate::server) fn recount(out: &mut Vec<u8>, at: usize, before: usize, after: usize) {
    let (mut old, mut new) = (itoa::Buffer::new(), itoa::Buffer::new());
    let begin = at + 1;
    let end = begin + old.format(before).len();
    out.splice(begin..end, new.format(after).bytes());
}

/// Appends one word of a command.
pub(in crate::server) fn word(out: &mut Vec<u8>, bytes: &[u8]) {
    length(out, bytes.len());
    out.extend_from_slice(bytes);
    end(out);
}

/// Appends how long the word is that follows.
pub(in crate::server) fn length(out: &mut Vec<u8>, bytes: usize) {
    line(out, b'$', bytes);
}

/// Appends what ends a word.
pub(in crate::server) fn end(out: &mut Vec<u8>) {
    out.extend_from_slice(b"\r\n");
}

fn line(out: &mut Vec<u8>, kind: u8, number: usize) {
    out.push(kind);
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    out.extend_from_slice(b"\r\n");
}
