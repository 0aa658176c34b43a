//! What is found out once for all who ask at the same time.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

/// An answer that is given more than once.
#[derive(Debug)]
pub(super) struct Shared<T>(Mutex<Option<(Instant, T)>>);

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Shared<T> {
    /// Returns an answer that is not older than that, or came while this one was asked for.
    pub(super) async fn get(&self, max_age: Duration, find: impl Future<Output = T>) -> T {
        let asked = Instant::now();
        let mut last = self.0.lock().await;
        if let Some((found, answer)) = &*last
            && (*found >= asked || found.elapsed() < max_age)
        {
            return answer.clone();
        }
        let answer = find.await;
        *last = Some((Instant::now(), answer.clone()));
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::{join, runtime::Runtime, task::yield_now};

    use super::*;

    #[test]
    fn who_asks_at_the_same_time_gets_the_same_answer() {
        let (shared, count) = (Shared::default(), AtomicU32::new(0));
        let find = || async {
            yield_now().await;
            count.fetch_add(1, Ordering::Relaxed)
        };
        Runtime::new().unwrap().block_on(async {
            let both =
                join!(shared.get(Duration::ZERO, find()), shared.get(Duration::ZERO, find()));
            assert_eq!(both, (0, 0));
            assert_eq!(shared.get(Duration::ZERO, find()).await, 1);
            assert_eq!(shared.get(Duration::MAX, find()).await, 1);
        });
    }
}
