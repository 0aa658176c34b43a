//! RDB files out of a server, and a server that cannot write them.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use redis::{RedisResult, Value};

use super::{Server, client, process};
use crate::{Batch, wait};

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

    /// Takes away the directory that the server saves to.
    ///
    /// Its configuration has to let that be set: `enable-protected-configs yes`.
    #[track_caller]
    pub fn lose_directory(&self) {
        let directory = self.directory().join("gone");
        let refused = |error| panic!("cannot use {}: {error}", directory.display());
        fs::create_dir(&directory).unwrap_or_else(refused);
        self.command(&["CONFIG", "SET", "dir", &directory.to_string_lossy()]);
        fs::remove_dir(&directory).unwrap_or_else(refused);
    }

    /// Has the server save, and waits until it has found that it cannot.
    #[track_caller]
    pub fn fail_to_save(&self) {
        self.command(&["BGSAVE"]);
        wait::until("the snapshot has failed", || {
            self.info("persistence").get("rdb_last_bgsave_status").is_some_and(|it| it == "err")
        });
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
