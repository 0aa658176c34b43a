//! Enumerates the keys of one primary.

use tokio::task;

use crate::{
    server::{
        Error,
        batch::Batch,
        connection::{Connection, Posted},
        node::Node,
        reply::Reply,
    },
    values::reserved::is_marker,
};

/// How many keys a page holds, roughly.
///
/// A server does nothing else while it collects a page: with pages of 1,000 keys, one in a hundred
/// answers to other clients took twice as long as while keys are only renamed. Measured on a
/// server with one core to itself: planning is no faster with larger pages, as long as each is
/// asked for at once, and a tenth slower with pages of 100.
const PAGE: &[u8] = b"400";

/// A scan of one primary, a page at a time.
///
/// The next page is asked for while the caller works on the one before. The end is cursor 0 and
/// nothing else: a broken connection is an error, never an early end. A cursor means nothing to
/// another process, so a scan is never carried on after a restart or a failover.
#[derive(Debug)]
pub struct Scan {
    connection: Connection,
    pattern: Option<Vec<u8>>,
    next: Option<Posted>,
    course: Course,
    /// After how many pages the server is asked whether it has so many keys.
    allowed: u64,
}

/// How many pages without keys are nothing strange: a server of which most keys were deleted goes
/// through a table that is still large, of 400 million places then.
const EMPTY_PAGES: u64 = 1_000_000;

impl Scan {
    /// Begins a scan for keys that match `pattern`, a glob, or for all keys.
    #[must_use]
    pub fn start(node: &Node, pattern: Option<Vec<u8>>) -> Self {
        let mut scan = Self {
            connection: node.connection.clone(),
            pattern,
            next: None,
            course: Course::default(),
            allowed: EMPTY_PAGES,
        };
        scan.ask(b"0");
        scan
    }

    /// Leaves only keys that match `pattern`, from the next page on that is not asked for yet.
    pub fn narrow(&mut self, pattern: Option<Vec<u8>>) {
        self.pattern = pattern;
    }

    /// Returns the next page, `None` after the last. A key may come more than once.
    ///
    /// Markers of migrations are left out: they say something of this server, and are nobody's data.
    ///
    /// # Errors
    ///
    /// Fails if the connection breaks, `SCAN` is refused, a cursor comes for a second time, or there
    /// are more pages than the server has keys: then there would never be an end.
    pub async fn page(&mut self) -> Result<Option<Vec<Vec<u8>>>, Error> {
        let Some(next) = self.next.take() else {
            return Ok(None);
        };
        let connection = self.connection.clone();
        let unexpected = || connection.unexpected("SCAN");
        let reply = next.replies().await?.pop().ok_or_else(unexpected)?;
        if let Some(refusal) = reply.refusal() {
            return Err(connection.refused("SCAN", refusal));
        }
        let mut parts = reply.into_elements().ok_or_else(unexpected)?;
        let keys = parts.pop().and_then(Reply::into_elements).ok_or_else(unexpected)?;
        let cursor = parts.pop().and_then(Reply::into_bytes).ok_or_else(unexpected)?;
        if cursor != b"0" {
            if self.course.has_seen(&cursor) || self.has_more_pages_than_keys().await? {
                return Err(connection.never_ends("SCAN"));
            }
            self.ask(&cursor);
            // It has to be on its way before the caller asks about this page: a server answers
            // when it is through with all that it has read, and until then the page after the next
            // could not be asked for.
            task::yield_now().await;
        }
        let keys = keys.into_iter().map(|key| key.into_bytes().ok_or_else(unexpected));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        Ok(Some(keys.into_iter().filter(|key| !is_marker(key)).collect()))
    }

    /// Returns whether there are so many pages that they cannot come from the keys that there are.
    async fn has_more_pages_than_keys(&mut self) -> Result<bool, Error> {
        if self.course.pages < self.allowed {
            return Ok(false);
        }
        let size = self.connection.demand("DBSIZE", &[]).await?;
        let keys = size.integer().and_then(Result::ok).and_then(|keys| u64::try_from(keys).ok());
        let keys = keys.ok_or_else(|| self.connection.unexpected("DBSIZE"))?;
        self.allowed = EMPTY_PAGES.saturating_add(keys);
        Ok(self.course.pages >= self.allowed)
    }

    fn ask(&mut self, cursor: &[u8]) {
        let mut batch = Batch::of("SCAN", &[cursor, b"COUNT", PAGE]);
        if let Some(pattern) = &self.pattern {
            batch.argument(b"MATCH").argument(pattern);
        }
        self.next = Some(self.connection.post(batch));
    }
}

/// Notices when cursors go round in a circle, whatever its length, and remembers one of them.
///
/// The one that is remembered changes after 1, 2, 4, 8 and so on pages, so it is on the circle
/// before long, and is remembered for longer than once around (R. P. Brent, "An improved Monte
/// Carlo factorization algorithm", 1980).
#[derive(Debug)]
struct Course {
    remembered: Vec<u8>,
    pages: u64,
    /// After how many pages another one is remembered.
    until: u64,
}

impl Default for Course {
    fn default() -> Self {
        Self { remembered: Vec::new(), pages: 0, until: 1 }
    }
}

impl Course {
    fn has_seen(&mut self, cursor: &[u8]) -> bool {
        if self.remembered == cursor {
            return true;
        }
        self.pages += 1;
        if self.pages == self.until {
            self.remembered = cursor.to_vec();
            self.until *= 2;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::Course;

    /// Returns after how many cursors a circle is noticed that begins after some of them.
    fn noticed(before: u64, length: u64) -> Option<u64> {
        let mut course = Course::default();
        let cursor =
            |page: u64| if page < before { page } else { before + (page - before) % length };
        (0..10_000).find(|page| course.has_seen((1 + cursor(*page)).to_string().as_bytes()))
    }

    #[test]
    fn circles_are_noticed_soon_and_nothing_else_is() {
        for (before, length) in [(0, 1), (0, 2), (5, 1), (7, 3), (100, 50), (1_000, 700)] {
            let page = noticed(before, length).unwrap();
            assert!(page >= before + length - 1 && page <= 4 * (before + length), "{page}");
        }
        assert_eq!(noticed(10_000, 1), None);
    }
}
