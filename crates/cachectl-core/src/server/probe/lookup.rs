//! Looks up names, a few at a time.
//!
//! A look-up cannot be stopped: it goes on in its thread when nobody waits for it any more. So the
//! number of threads is limited, whoever names how many hosts, and whoever looks up a name that is
//! being looked up already waits for the same answer: a name whose servers are silent takes one of
//! the threads and not all of them.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, ToSocketAddrs as _},
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
    thread,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::failure::FailureKind;

/// How many names are looked up at the same time by this process.
const MOST: usize = 16;
/// How many of those may be names that servers have named: what the configuration names is not to
/// wait until as many names of a server have found nobody who knows them.
const MOST_ANNOUNCED: usize = 12;

/// Who has named a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NamedBy {
    Configuration,
    Server,
}

/// What came of a look-up.
type Found = Result<Vec<IpAddr>, FailureKind>;
/// Looks up one name, and takes as long as it takes.
type Resolver = fn(&str) -> Found;

static POOL: LazyLock<Arc<Pool>> = LazyLock::new(|| Arc::new(Pool::new(system)));

/// Looks up the addresses of a name.
pub(super) async fn addresses(host: &str, by: NamedBy) -> Found {
    POOL.look_up(host, by).await
}

/// The names that are being looked up.
struct Pool {
    slots: Arc<Semaphore>,
    /// Those of them that names of servers may take.
    announced: Arc<Semaphore>,
    under_way: Mutex<HashMap<String, watch::Receiver<Option<Found>>>>,
    resolver: Resolver,
}

impl Pool {
    fn new(resolver: Resolver) -> Self {
        let (slots, announced) = (Semaphore::new(MOST), Semaphore::new(MOST_ANNOUNCED));
        let (slots, announced) = (Arc::new(slots), Arc::new(announced));
        Self { slots, announced, under_way: Mutex::default(), resolver }
    }

    async fn look_up(self: &Arc<Self>, host: &str, by: NamedBy) -> Found {
        let ended = || FailureKind::Io("the look-up has ended without an answer".to_owned());
        let known = self.under_way().get(host).cloned();
        let mut told = if let Some(told) = known {
            told
        } else {
            let announced = match by {
                NamedBy::Configuration => None,
                NamedBy::Server => Some(Arc::clone(&self.announced).acquire_owned().await),
            };
            let announced = announced.transpose().map_err(|_| ended())?;
            let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(|_| ended())?;
            self.begin(host, (slot, announced))?
        };
        let found = told.wait_for(Option::is_some).await.map_err(|_| ended())?;
        found.clone().unwrap_or_else(|| Err(ended()))
    }

    /// Starts a thread, unless somebody has started one for this name meanwhile.
    fn begin(
        self: &Arc<Self>,
        host: &str,
        slot: Slot,
    ) -> Result<watch::Receiver<Option<Found>>, FailureKind> {
        let mut under_way = self.under_way();
        if let Some(told) = under_way.get(host) {
            return Ok(told.clone());
        }
        let (tell, told) = watch::channel(None);
        let looking = Looking { pool: Arc::clone(self), host: host.to_owned(), _slot: slot };
        let work = move || {
            let found = (looking.pool.resolver)(&looking.host);
            // Nobody listens any more once the deadline has passed.
            tell.send(Some(found)).ok();
            drop(looking);
        };
        let thread = thread::Builder::new().name("look-up".to_owned());
        // If there is no thread, the look-up ends here, which takes the lock again.
        under_way.insert(host.to_owned(), told.clone());
        drop(under_way);
        thread.spawn(work).map_err(|error| FailureKind::of(&error))?;
        Ok(told)
    }

    fn under_way(&self) -> MutexGuard<'_, HashMap<String, watch::Receiver<Option<Found>>>> {
        // Nothing that is done under the lock can leave it half done.
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the pool, and one of those for names of servers if it is such a name.
type Slot = (OwnedSemaphorePermit, Option<OwnedSemaphorePermit>);

/// A look-up on its way. It frees its place however it ends.
struct Looking {
    pool: Arc<Pool>,
    host: String,
    _slot: Slot,
}

impl Drop for Looking {
    fn drop(&mut self) {
        self.pool.under_way().remove(&self.host);
    }
}

fn system(host: &str) -> Found {
    let found: io::Result<Vec<_>> = (host, 0).to_socket_addrs().map(Iterator::collect);
    match found {
        Ok(addresses) if addresses.is_empty() => {
            Err(FailureKind::NotFound("the name has no address".to_owned()))
        }
        Ok(addresses) => Ok(addresses.into_iter().map(|address| address.ip()).collect()),
        Err(error) if error.raw_os_error().is_some() => Err(FailureKind::of(&error)),
        // What the resolver finds out is no error of the system.
        Err(error) => Err(FailureKind::NotFound(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use std::{
        net::Ipv4Addr,
        sync::{
            Condvar,
            atomic::{AtomicUsize, Ordering},
        },
    };

    use futures_util::future::join_all;
    use tokio::task;

    use super::*;

    static ASKED: AtomicUsize = AtomicUsize::new(0);
    static OPEN: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());

    /// Answers when the gate is open.
    #[expect(clippy::unnecessary_wraps, reason = "it stands in for one that can fail")]
    fn gated(_: &str) -> Found {
        ASKED.fetch_add(1, Ordering::SeqCst);
        let (open, opened) = &OPEN;
        drop(opened.wait_while(open.lock().unwrap(), |open| !*open).unwrap());
        Ok(vec![Ipv4Addr::LOCALHOST.into()])
    }

    #[tokio::test]
    async fn many_names_wait_for_their_turn_and_one_name_is_looked_up_once() {
        let pool = Arc::new(Pool::new(gated));
        let names: Vec<_> = (0..100).map(|number| format!("node-{number}")).collect();
        // Names of servers leave some of the places to others.
        let announced = join_all(names.iter().map(|name| pool.look_up(name, NamedBy::Server)));
        let begun = async {
            while ASKED.load(Ordering::SeqCst) < MOST_ANNOUNCED {
                task::yield_now().await;
            }
        };
        tokio::select! {
            _ = announced => panic!("the gate is closed"),
            () = begun => {}
        }
        assert_eq!(pool.slots.available_permits(), MOST - MOST_ANNOUNCED);
        let all = || join_all(names.iter().map(|name| pool.look_up(name, NamedBy::Configuration)));
        let begun = async {
            while ASKED.load(Ordering::SeqCst) < MOST {
                task::yield_now().await;
            }
        };
        // Whoever is in a hurry leaves, and those that hang go on.
        tokio::select! {
            _ = all() => panic!("the gate is closed"),
            () = begun => {}
        }
        assert_eq!((pool.slots.available_permits(), pool.under_way().len()), (0, MOST));
        let open = async {
            *OPEN.0.lock().unwrap() = true;
            OPEN.1.notify_all();
        };
        // Those that are under way are waited for, and the others are begun.
        let (found, ()) = tokio::join!(all(), open);
        assert!(found.iter().all(|found| *found == Ok(vec![Ipv4Addr::LOCALHOST.into()])));
        assert_eq!(ASKED.load(Ordering::SeqCst), names.len());
    }
}
