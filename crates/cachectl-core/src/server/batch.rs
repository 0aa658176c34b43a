//! Commands that travel together.

use std::sync::Arc;

use super::wire::{self, Attached, Budget, Budgets, Outgoing, Request};

/// Commands that are sent in one go and answered one by one.
///
/// It is no transaction: other clients' commands may run between them, and one that is refused
/// stops none of the others.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The commands as they are sent.
    encoded: Vec<u8>,
    /// What is sent from where it is, in the middle of that.
    attached: Vec<Attached>,
    commands: usize,
    /// How much may be answered to each of them.
    budgets: Budgets,
    bytes: usize,
    last: Last,
}

/// The last command, which may get more arguments.
#[derive(Clone, Copy, Debug, Default)]
struct Last {
    /// Where it begins.
    at: usize,
    words: usize,
}

/// What a short command without its arguments takes, roughly.
const COMMAND_BYTES: usize = 48;

impl Batch {
    /// Makes an empty batch with room for this many short commands.
    #[must_use]
    pub fn with_capacity(commands: usize) -> Self {
        Self { encoded: Vec::with_capacity(commands * COMMAND_BYTES), ..Self::default() }
    }

    /// Makes a batch of one command.
    #[must_use]
    pub fn of(name: &str, arguments: &[&[u8]]) -> Self {
        let mut batch = Self::default();
        batch.push(name, arguments);
        batch
    }

    /// Appends a command.
    pub fn push(&mut self, name: &str, arguments: &[&[u8]]) -> &mut Self {
        self.last = Last { at: self.encoded.len(), words: 1 + arguments.len() };
        wire::count(&mut self.encoded, self.last.words);
        wire::word(&mut self.encoded, name.as_bytes());
        for argument in arguments {
            self.append(argument);
        }
        self.commands += 1;
        self.budgets.push(Budget::of(name));
        self
    }

    /// Appends an argument to the last command.
    pub fn argument(&mut self, argument: &[u8]) -> &mut Self {
        debug_assert!(self.commands > 0, "an argument belongs to a command");
        self.append(argument);
        self.count_one_more();
        self
    }

    /// Appends an argument to the last command that is not copied. It pays for large ones.
    pub fn attach(&mut self, argument: Arc<Vec<u8>>) -> &mut Self {
        debug_assert!(self.commands > 0, "an argument belongs to a command");
        self.bytes += argument.len();
        wire::length(&mut self.encoded, argument.len());
        self.attached.push(Attached { at: self.encoded.len(), bytes: argument });
        wire::end(&mut self.encoded);
        self.count_one_more();
        self
    }

    fn count_one_more(&mut self) {
        let before = self.encoded.len();
        wire::recount(&mut self.encoded, self.last.at, self.last.words, self.last.words + 1);
        self.last.words += 1;
        // The count may have got another digit, which moves all that stands behind it.
        let moved = self.encoded.len() - before;
        for attached in self.attached.iter_mut().rev().take_while(|it| it.at > self.last.at) {
            attached.at += moved;
        }
    }

    fn append(&mut self, argument: &[u8]) {
        wire::word(&mut self.encoded, argument);
        self.bytes += argument.len();
    }

    /// Returns how many commands there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.commands
    }

    /// Returns whether there is no command.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.commands == 0
    }

    /// Returns how many bytes the arguments have.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn into_request(self) -> Request {
        let Self { encoded, attached, commands, budgets, .. } = self;
        Request { outgoing: Outgoing::new(encoded, attached), commands, budgets }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_command_counts_its_words_however_they_were_appended() {
        #[track_caller]
        fn case(arguments: usize) {
            let words: Vec<Vec<u8>> = (0..arguments).map(|n| n.to_string().into_bytes()).collect();
            let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
            let mut at_once = Batch::of("PING", &[]);
            at_once.push("EXISTS", &words);
            let mut in_turn = Batch::of("PING", &[]);
            in_turn.push("EXISTS", &[]);
            for word in &words {
                in_turn.argument(word);
            }
            assert_eq!(in_turn.encoded, at_once.encoded);
            assert_eq!((in_turn.len(), in_turn.bytes()), (2, at_once.bytes()));
        }

        // Where the count gets another digit.
        [0, 1, 7, 8, 9, 10, 97, 98, 99, 100, 998, 999, 1000].into_iter().for_each(case);
        let mut batch = Batch::of("GET", &[b"a"]);
        batch.argument(b"");
        assert_eq!(batch.encoded, b"*3\r\n$3\r\nGET\r\n$1\r\na\r\n$0\r\n\r\n");
    }

    #[test]
    fn what_is_attached_is_sent_where_it_would_have_been_copied_to() {
        #[track_caller]
        fn case(before: usize, after: usize, value: &[u8]) {
            let (mut copied, mut attached) = (Batch::of("PING", &[]), Batch::of("PING", &[]));
            for batch in [&mut copied, &mut attached] {
                batch.push("EXISTS", &[]);
                for _ in 0..before {
                    batch.argument(b"a");
                }
            }
            copied.argument(value);
            attached.attach(Arc::new(value.to_vec()));
            for batch in [&mut copied, &mut attached] {
                for _ in 0..after {
                    batch.argument(b"b");
                }
                batch.push("PING", &[b"end"]);
            }
            assert_eq!((copied.len(), copied.bytes()), (attached.len(), attached.bytes()));
            let expected = copied.encoded.clone();
            for step in [1, 3, usize::MAX] {
                let mut outgoing = attached.clone().into_request().outgoing;
                let mut sent = Vec::new();
                while !outgoing.rest().is_empty() {
                    let piece = outgoing.rest().len().min(step);
                    sent.extend_from_slice(&outgoing.rest()[..piece]);
                    outgoing.advance(piece);
                }
                assert_eq!(sent, expected, "{before} {after} {step}");
            }
        }

        for (before, after) in [(0, 0), (2, 3), (2, 100), (8, 0), (98, 1)] {
            case(before, after, b"value");
            case(before, after, b"");
        }
    }
}
