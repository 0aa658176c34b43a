//! Advice about files that cannot be read or written.

use std::{fs, io, os::unix::fs::FileTypeExt as _, path::Path};

use cachectl_core::steps::{rdb_file::FileError, value_writer::WriteError};
use cachectl_rdb::{ErrorKind as Damage, reader::After};

use super::one;
use crate::{output::shell, target_file::Unwritable};

const FORCE: &str = "`--force` replaces it, once the new one is whole; or choose another name";

const UNTIL_UNKNOWN: &str = "`--until-unknown` takes what stands before it";

const CUT: &str = "was it copied to its end, and is the server done writing it?";

/// Returns what can be done about a file that is not written for a reason known beforehand.
pub(super) fn unwritable(error: &Unwritable) -> Vec<String> {
    match error {
        Unwritable::Exists { .. } => one("choose another name, or remove the file first"),
        Unwritable::Forcible { .. } => one(FORCE),
        Unwritable::Directory { .. }
        | Unwritable::Special { .. }
        | Unwritable::Stdout
        | Unwritable::Closed
        | Unwritable::Terminal => one("give the name of a file, such as `keys.rdb`"),
        Unwritable::Compression { .. } => one("a name that ends in `.zst` has it compressed"),
        Unwritable::Format { name } => {
            one(&format!("`--output {name}` prints the report so; `-o ./{name}` is that file"))
        }
        Unwritable::Link { .. } => one("give the name of the file that it leads to"),
        Unwritable::NoDirectory { .. } => one("make it first, or choose another place"),
        Unwritable::Temporary { .. } => {
            one("set TMPDIR to a directory with room for the whole result")
        }
        Unwritable::Unknown { .. } => Vec::new(),
    }
}

/// Returns what can be done about an RDB file that is being written.
pub(super) fn written(error: &WriteError) -> Vec<String> {
    match error {
        WriteError::File(error) => rdb(error),
        WriteError::MixedVersions { .. } => {
            one("back the primaries up one by one: each as `--url` with its own address")
        }
        WriteError::Payload { .. } => Vec::new(),
    }
}

/// Returns what can be done about an RDB file.
pub(super) fn rdb(error: &FileError) -> Vec<String> {
    match error {
        FileError::Exists { .. } => one(FORCE),
        FileError::Use { action: "read", source, .. }
            if source.kind() == io::ErrorKind::UnexpectedEof =>
        {
            one(CUT)
        }
        FileError::Use { action: "read", path, .. } if is_pipe(path) => {
            let path = shell::path(path);
            one(&format!("`-` in its place reads standard input, as in `< {path}`"))
        }
        FileError::Use { action: "read", .. } => Vec::new(),
        FileError::Use { path, .. } => one(&full_or_forbidden(path)),
        FileError::Damaged { source, .. } => damaged(&source.kind),
        FileError::Trailing { what, .. } => one(trailing(&what.what)),
        FileError::NoBase { .. } => one("name the base itself, a file such as `….base.rdb`"),
    }
}

fn is_pipe(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|about| about.file_type().is_fifo())
}

fn damaged(damage: &Damage) -> Vec<String> {
    match damage {
        Damage::NotRdb => {
            one("RDB files begin with `REDIS` or `VALKEY`; unpack what is not compressed by zstd or gzip")
        }
        Damage::UnknownVersion(1..) => {
            one("a newer server wrote it: a newer release of cachectl may read it")
        }
        Damage::Cut(_) => one(CUT),
        Damage::UnknownCode { writer: Some(_), .. } => vec![
            "a newer server wrote it: a newer release of cachectl may read it".to_owned(),
            UNTIL_UNKNOWN.to_owned(),
        ],
        Damage::UnknownCode { writer: None, .. } => vec![
            "either a newer server wrote it, or the file is damaged: `redis-check-rdb` of the server \
             that wrote it tells"
                .to_owned(),
            UNTIL_UNKNOWN.to_owned(),
        ],
        Damage::TooBig(_) => one("either memory is short, or the file was made to take all of it: who wrote it?"),
        Damage::Checksum { .. }
        | Damage::Corrupt(_)
        | Damage::Empty(_)
        | Damage::UnknownVersion(0) => {
            one("copy the file again; `redis-check-rdb` gives a second opinion")
        }
        Damage::Read(_) | Damage::Write(_) | Damage::Module(_) => Vec::new(),
    }
}

/// Returns what can be done about a file that goes on after its end.
fn trailing(what: &After) -> &'static str {
    match what {
        After::Commands { .. } => {
            "a server replays these commands when it starts: let one start from the file, and back \
             that up; `--ignore-trailing` takes what was there before them"
        }
        After::Rdb(_) => {
            "two files were joined: take them apart; `--ignore-trailing` takes the first"
        }
        After::Unknown(_) => "copy the file again; `--ignore-trailing` takes the part before it",
    }
}

/// Returns what can be done where temporary files cannot be kept.
pub(super) fn no_room_for_temporary_files() -> String {
    let directory = std::env::temp_dir();
    format!("check free space in `{}`; TMPDIR chooses another place", directory.display())
}

fn full_or_forbidden(path: &Path) -> String {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = parent.unwrap_or(Path::new("."));
    format!("check free space and permissions in `{}`", directory.display())
}
