//! Servers that come back with less than they had.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Server, process};

/// Everything that a server held at a moment.
#[derive(Clone, Debug)]
pub struct Moment(PathBuf);

impl Server {
    /// Keeps what the server holds now, to bring it back with that later.
    #[track_caller]
    #[must_use]
    pub fn moment(&self) -> Moment {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let saved = self.save();
        let name = format!("moment-{}.rdb", NEXT.fetch_add(1, Ordering::Relaxed));
        let path = self.directory().join(name);
        copy(&saved, &path);
        Moment(path)
    }

    /// Ends the server as a power cut would, and starts it with what it held at a moment.
    ///
    /// Not for servers with an append-only file, which is what they would load.
    #[track_caller]
    pub fn crash_back_to(&self, moment: &Moment) {
        self.kill();
        let append_only = self.append_only_files().iter().any(|it| it.exists());
        assert!(!append_only, "a server loads its append-only file instead");
        copy(&moment.0, &process::rdb_file(self.directory()));
        self.restart();
    }

    /// Ends the server as a power cut would, and starts it without any data, on the same address:
    /// as a container does that has no volume.
    #[track_caller]
    pub fn restart_empty(&self) {
        self.kill();
        // What is not there need not be removed.
        fs::remove_file(process::rdb_file(self.directory())).ok();
        let [file, directory] = self.append_only_files();
        fs::remove_file(file).ok();
        fs::remove_dir_all(directory).ok();
        self.restart();
        assert_eq!(self.number(&["DBSIZE"]), 0, "the server has found data of somebody");
    }

    /// Returns where append-only files are: one file, and from 7.0 on a directory of them.
    fn append_only_files(&self) -> [PathBuf; 2] {
        ["appendonly.aof", "appendonlydir"].map(|name| self.directory().join(name))
    }
}

#[track_caller]
fn copy(from: &Path, to: &Path) {
    if let Err(error) = fs::copy(from, to) {
        panic!("cannot copy {} to {}: {error}", from.display(), to.display());
    }
}
