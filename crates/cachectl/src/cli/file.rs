//! Flags about an RDB file that is read.

use std::{
    io,
    path::{Path, PathBuf},
};

use cachectl_core::steps::rdb_file::{
    FileError, IfTrailing, IfUnknown, RdbFile, RdbSource, Strictness,
};
use clap::Args;

use crate::signals::while_reading;

/// What stands for standard input in place of a file.
const STDIN: &str = "-";

/// How strictly an RDB file is read.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "File")]
pub(crate) struct FileArgs {
    /// Take the RDB file alone, although something follows its end: commands of an AOF, another file
    #[arg(long)]
    pub(crate) ignore_trailing: bool,
    /// Take what stands before something that is not known, and leave out the rest of the file
    #[arg(long)]
    pub(crate) until_unknown: bool,
}

impl FileArgs {
    pub(crate) fn strictness(self) -> Strictness {
        let trailing =
            if self.ignore_trailing { IfTrailing::Ignore } else { IfTrailing::default() };
        let unknown = if self.until_unknown { IfUnknown::Stop } else { IfUnknown::default() };
        Strictness { trailing, unknown }
    }

    /// Returns the file that is meant, which can be read several times. `-` is standard input, which
    /// is kept in a temporary file.
    pub(crate) fn file(self, path: &Path) -> Result<RdbFile, FileError> {
        let file = if is_stdin(path) {
            let keep =
                || RdbFile::kept(io::stdin().lock(), PathBuf::from(STDIN), &std::env::temp_dir());
            while_reading(keep)?
        } else {
            // What is shown and agreed to is what is read afterwards, whoever has its name then.
            RdbFile::at(path).pinned()?
        };
        Ok(file.read_as(self.strictness()))
    }

    /// Opens the file that is meant, to be read once.
    pub(crate) fn open(self, path: &Path) -> Result<RdbSource, FileError> {
        if is_stdin(path) {
            return while_reading(|| RdbSource::of_stream(io::stdin(), path, self.strictness()));
        }
        RdbFile::at(path).read_as(self.strictness()).open()
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == STDIN
}
