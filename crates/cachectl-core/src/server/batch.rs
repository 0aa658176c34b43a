//! Commands that travel together.

use redis::{Cmd, Pipeline};

/// Commands that are sent in one go and answered one by one.
///
/// It is no transaction: other clients' commands may run between them, and one that is refused
/// stops none of the others.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pipeline: Pipeline,
    bytes: usize,
}

impl Batch {
    /// Makes an empty batch with room for this many commands.
    #[must_use]
    pub fn with_capacity(commands: usize) -> Self {
        Self { pipeline: Pipeline::with_capacity(commands), bytes: 0 }
    }

    /// Makes a batch of one command.
    #[must_use]
    pub fn of(name: &str, arguments: &[&[u8]]) -> Self {
        let mut batch = Self::with_capacity(1);
        batch.push(name, arguments);
        batch
    }

    /// Appends a command.
    pub fn push(&mut self, name: &str, arguments: &[&[u8]]) -> &mut Self {
        let bytes: usize = arguments.iter().map(|argument| argument.len()).sum();
        // Made to measure: growing it argument by argument shows in profiles.
        let mut command = Cmd::with_capacity(1 + arguments.len(), name.len() + bytes);
        command.arg(name);
        for argument in arguments {
            command.arg(argument);
        }
        self.pipeline.add_command(command);
        self.bytes += bytes;
        self
    }

    /// Appends an argument to the last command.
    pub fn argument(&mut self, argument: &[u8]) -> &mut Self {
        self.pipeline.arg(argument);
        self.bytes += argument.len();
        self
    }

    /// Returns how many commands there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pipeline.len()
    }

    /// Returns whether there is no command.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pipeline.is_empty()
    }

    /// Returns how many bytes the arguments have.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }
}
