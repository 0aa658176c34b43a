//! Work on threads that may block, such as reading and writing files.

use tokio::task::{self, JoinHandle};

use crate::vocabulary::bug::Bug;

/// Work that was begun on a thread that may block.
#[derive(Debug)]
pub(crate) struct Working<T>(JoinHandle<T>);

/// Begins some work on a thread that may block.
pub(crate) fn begin<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Working<T> {
    Working(task::spawn_blocking(work))
}

/// Does some work on a thread that may block.
///
/// # Errors
///
/// As the work, and with a [`Bug`] if it panics.
pub(crate) async fn blocking<T, E>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Bug> + Send + 'static,
{
    begin(work).end().await?
}

impl<T> Working<T> {
    /// Waits for the end of the work.
    ///
    /// # Errors
    ///
    /// Fails if the work panicked.
    pub(crate) async fn end(self) -> Result<T, Bug> {
        Ok(self.0.await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{backup, diff, migrate, restore, vocabulary::error_kind::ErrorKind};

    #[tokio::test]
    async fn a_panic_is_a_bug_with_its_message() {
        #[track_caller]
        fn case(ended: Result<(), Bug>, expected: &str) {
            assert_eq!(ended.unwrap_err().to_string(), expected);
        }

        let literal = begin(|| panic!("out of range"));
        case(literal.end().await, "internal error: a worker panicked: out of range");
        let number = 7;
        let formatted = begin(move || panic!("no lane {number}"));
        case(formatted.end().await, "internal error: a worker panicked: no lane 7");
        let odd = begin(|| std::panic::panic_any(7));
        case(odd.end().await, "internal error: a worker panicked: it gave no message");
    }

    #[tokio::test]
    async fn a_panic_of_a_worker_is_an_internal_error_of_every_operation() {
        async fn kind_of<E>(kind: impl Fn(&E) -> ErrorKind) -> ErrorKind
        where
            E: From<Bug> + std::fmt::Debug + Send + 'static,
        {
            kind(&blocking(|| -> Result<(), E> { panic!("a worker's") }).await.unwrap_err())
        }

        assert_eq!(kind_of(migrate::Error::kind).await, ErrorKind::Internal);
        assert_eq!(kind_of(backup::Error::kind).await, ErrorKind::Internal);
        assert_eq!(kind_of(restore::Error::kind).await, ErrorKind::Internal);
        assert_eq!(kind_of(diff::Error::kind).await, ErrorKind::Internal);
    }

    #[tokio::test]
    async fn what_work_returns_is_what_comes_back() {
        assert_eq!(blocking(|| Ok::<_, backup::Error>(7)).await.unwrap(), 7);
        let stopped = blocking(|| Err::<(), _>(backup::Error::Stopped)).await.unwrap_err();
        assert!(matches!(stopped, backup::Error::Stopped), "{stopped:?}");
    }
}
