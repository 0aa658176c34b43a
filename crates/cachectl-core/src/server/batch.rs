//! Commands that travel together.

use super::wire::{self, Budget, Budgets, Request};

/// Commands that are sent in one go and answered one by one.
///
/// It is no transaction: other clients' commands may run between them, and one that is refused
/// stops none of the others.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The commands as they are sent.
    encoded: Vec<u8>,
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
        wire::recount(&mut self.encoded, self.last.at, self.last.words, self.last.words + 1);
        self.last.words += 1;
        self
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
        let Self { encoded, commands, budgets, .. } = self;
        Request { encoded, commands, budgets }
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
}
