//! RDB files out of a server.

use std::path::PathBuf;
use std::time::Duration;

use redis::{RedisResult, Value};

use super::{Server, client, process};
use crate::Batch;

/// How long a save may take, of keys with a hundred megabytes as well.
const LIMIT: Duration = Duration::from_secs(120);

impl Server {
    /// Writes everything that the server holds to its RDB file, and returns the path of that.
    ///
    /// The file is the server's: the next save replaces it, and it goes away with the server.
    #[track_caller]
    #[must_use]
    pub fn save(&self) -> PathBuf {
        match self.try_save() {
            Ok(Value::Okay) => process::rdb_file(self.directory()),
            refused => panic!("cannot save: {refused:?}; the log ends with:\n{}", self.log_tail()),
        }
    }

    fn try_save(&self) -> RedisResult<Value> {
        let mut connection = self.connect()?;
        connection.set_read_timeout(Some(LIMIT))?;
        let mut batch = Batch::new();
        batch.push(&["SAVE"]);
        let batch = batch.renamed(&self.access.renamed);
        let answer = client::exchange(&mut connection, &batch)?.pop();
        answer.unwrap_or_default().extract_error()
    }
}
