//! The server's own judgement of an RDB file.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::locate::{self, Installation, Release};

/// What every server calls its checker; Valkey goes by this name as well as by its own.
const NAME: &str = "redis-check-rdb";

/// The `redis-check-rdb` of a release.
#[derive(Clone, Debug)]
pub struct CheckRdb {
    program: PathBuf,
}

/// What the checker made of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Whether it has found nothing wrong.
    pub accepted: bool,
    /// Everything it has said.
    pub output: String,
}

impl CheckRdb {
    /// Finds the checker of a release, fetching the release if it is not there.
    #[track_caller]
    #[must_use]
    pub fn of(release: Release) -> Self {
        match locate::release(release) {
            Ok(found) => Self::beside(&found),
            Err(error) => panic!("{error}"),
        }
    }

    /// Finds the checker that comes with a server: a file beside it, or else the server itself,
    /// which is the checker when it is called by that name.
    #[must_use]
    pub fn beside(server: &Installation) -> Self {
        let path = fs::canonicalize(server.path()).unwrap_or_else(|_| server.path().to_owned());
        let file = path.with_file_name(NAME);
        Self { program: if file.is_file() { file } else { path } }
    }

    /// Has a file checked.
    ///
    /// Panics when the checker does not run.
    #[track_caller]
    #[must_use]
    pub fn check(&self, file: &Path) -> Checked {
        let mut checker = Command::new(&self.program);
        let run = checker.arg0(NAME).arg(file).stdin(Stdio::null()).output();
        let output = match run {
            Ok(output) => output,
            Err(error) => panic!("`{}` does not run: {error}", self.program.display()),
        };
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        Checked { accepted: output.status.success() && said.contains("RDB looks OK"), output: said }
    }

    /// Has a file checked, and panics with what the checker says if it finds something wrong.
    #[track_caller]
    pub fn assert_accepts(&self, file: &Path) {
        let Checked { accepted, output } = self.check(file);
        assert!(accepted, "`{}` refuses `{}`:\n{output}", self.program.display(), file.display());
    }
}
