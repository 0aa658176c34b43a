//! The classes of failure, which decide exit codes.

/// What a caller may branch on when an operation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request makes no sense: flags that contradict each other, a rule that does not parse.
    Usage,
    /// A file that was read is damaged or means something else.
    Data,
    /// A server does not answer.
    Unreachable,
    /// A bug of ours.
    Internal,
    /// A result cannot be written.
    Output,
    /// The work stopped half-way and can be resumed.
    Incomplete,
    /// The operator stopped it before it had done anything that could be reported.
    Interrupted,
    /// A guard said no: authentication, permission, protection, conflicts, a lock.
    Refused,
    /// The configuration is wrong.
    Configuration,
}
