//! How long what is sent to a server may be.

use cachectl_rdb::{RawValue, payload};

use crate::server::{Error, batch::Batch, node::Node, reply::Reply};

/// The longest argument that is sent: servers break the connection over one of more than 512 MiB,
/// unless they are told otherwise.
const LONGEST: usize = 500 << 20;
/// The longest string that a server keeps unless it is told otherwise.
const LONGEST_STRING: usize = 512 << 20;
/// What a server reads beside an argument, and what we leave it besides.
const SLACK: usize = 64 << 10;
/// What every server takes: the least that its limits can be set to is twice that.
const SMALL: usize = 512 << 10;

/// How long what is sent to a server may be, in bytes. It breaks the connection over more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest argument of a command.
    pub argument: usize,
    /// The longest string, however many commands build it up.
    pub string: usize,
}

impl Limits {
    /// Asks a server. One that does not tell is taken to have the usual limits.
    pub(super) async fn of(node: &Node) -> Result<Self, Error> {
        let mut batch = Batch::of("CONFIG", &[b"GET", b"proto-max-bulk-len"]);
        batch.push("CONFIG", &[b"GET", b"client-query-buffer-limit"]);
        let mut replies = node.connection.send(batch).await?.into_iter().map(setting);
        let (word, buffer) = (replies.next().flatten(), replies.next().flatten());
        let string = word.unwrap_or(LONGEST_STRING);
        let buffer = buffer.unwrap_or(usize::MAX).saturating_sub(SLACK);
        Ok(Self { argument: string.min(buffer).min(LONGEST), string })
    }

    /// Returns limits that no server has below.
    pub(super) const fn small(self) -> Self {
        let argument = if self.argument < SMALL { self.argument } else { SMALL };
        Self { argument, string: self.string }
    }

    /// Returns whether a value can be sent in one argument.
    pub(super) fn fit(self, value: RawValue<'_>) -> bool {
        value.as_bytes().len().saturating_add(payload::FOOTER_BYTES) <= self.argument
    }
}

/// Returns the number that `CONFIG GET` answered: a name and a value, if it is not denied.
fn setting(reply: Reply) -> Option<usize> {
    let value = reply.into_elements()?.into_iter().nth(1)?;
    let number: usize = value.text()?.parse().ok()?;
    // Zero would be no limit.
    (number > 0).then_some(number)
}
