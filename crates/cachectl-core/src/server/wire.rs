//! The protocol: commands out, answers in, over one connection.

mod answer;
mod budget;
mod driver;
mod encode;
mod outgoing;
mod parser;

use tokio::io::{AsyncRead, AsyncWrite};

pub use self::answer::Answer;
pub(super) use self::{
    budget::{Budget, Budgets},
    driver::{Broken, Link, Request},
    encode::{command, count, end, length, recount, word},
    outgoing::{Attached, Outgoing},
    parser::{Malformed, Parser},
};

/// Bytes in both directions, encrypted or not.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}
