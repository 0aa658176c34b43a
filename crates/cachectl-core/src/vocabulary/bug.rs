//! A bug of ours.

use std::any::Any;

use tokio::task::JoinError;

/// A bug of ours: something happened that cannot happen.
///
/// It is neither a failure of a server nor the wish of an operator, and must not look like one.
#[derive(Debug, thiserror::Error)]
pub enum Bug {
    /// A worker panicked, with this message.
    #[error("internal error: a worker panicked: {0}")]
    Panic(String),
    /// Plain data could not be written as JSON.
    #[error("internal error: could not write {what} as JSON")]
    Json {
        /// What was written.
        what: &'static str,
        /// Why it could not be.
        source: serde_json::Error,
    },
    /// A state that no code should lead to.
    #[error("internal error: {0}")]
    Impossible(&'static str),
}

impl Bug {
    /// Returns what turns a failure to write `what` as JSON into a bug.
    pub(crate) fn json(what: &'static str) -> impl FnOnce(serde_json::Error) -> Self {
        move |source| Self::Json { what, source }
    }
}

impl From<JoinError> for Bug {
    /// Tells what a task that did not reach its end shows.
    fn from(error: JoinError) -> Self {
        match error.try_into_panic() {
            Ok(payload) => Self::Panic(message(payload.as_ref())),
            // Nothing of ours cancels such work; it is dropped when the whole program ends.
            Err(_) => Self::Impossible("a worker was dropped before its end"),
        }
    }
}

/// Returns the text of a panic, which is a string wherever `panic!` or an assertion made it.
fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "it gave no message".to_owned())
}
