//! How much a server may answer, by what it was asked for.
//!
//! A peer that is no server, or means ill, could otherwise fill our memory with the answer to a
//! `PING`.

/// How much memory the answer to one command may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server) enum Budget {
    /// A status, a number, a type or an error.
    Word,
    /// What a server says of itself.
    Report,
    /// Keys.
    Keys,
    /// A value, which is as large as others made it.
    Value,
}

impl Budget {
    /// Returns what the answer to a command may take.
    pub(in crate::server) fn of(command: &str) -> Self {
        match command {
            "DUMP" | "GET" => Self::Value,
            "SCAN" | "RANDOMKEY" => Self::Keys,
            "CLIENT" | "CLUSTER" | "FUNCTION" | "HELLO" | "INFO" | "MODULE" | "SENTINEL"
            | "XINFO" | "XRANGE" => Self::Report,
            _ => Self::Word,
        }
    }

    /// Returns how many bytes that are.
    pub(in crate::server) const fn bytes(self) -> usize {
        match self {
            // No line is longer than half of that.
            Self::Word => 128 << 10,
            // `CLUSTER NODES` of a thousand nodes has some 200 KB.
            Self::Report => 16 << 20,
            // A key has at most 512 MiB, and hardly ever more than some hundred bytes.
            Self::Keys => (512 + 64) << 20,
            Self::Value => usize::MAX,
        }
    }
}

/// The budgets of many commands, most of which are the same as the one before.
#[derive(Clone, Debug, Default)]
pub(in crate::server) struct Budgets(Vec<(Budget, usize)>);

impl Budgets {
    /// Appends one more command.
    pub(in crate::server) fn push(&mut self, budget: Budget) {
        match self.0.last_mut() {
            Some((last, count)) if *last == budget => *count += 1,
            _ => self.0.push((budget, 1)),
        }
    }

    /// Returns each of them.
    pub(in crate::server) fn into_each(self) -> impl Iterator<Item = Budget> + Send + 'static {
        self.0.into_iter().flat_map(|(budget, count)| std::iter::repeat_n(budget, count))
    }
}
