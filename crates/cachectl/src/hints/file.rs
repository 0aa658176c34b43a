//! Advice about files that cannot be read or written.

use std::{io, path::Path};

use cachectl_core::steps::{rdb_file::FileError, value_writer::WriteError};
use cachectl_rdb::ErrorKind as Damage;

use super::one;
use crate::target_file::Unwritable;

const FORCE: &str = "`--force` replaces it, once the new one is whole; or choose another name";

const CUT: &str = "was it copied to its end, and is the server done writing it?";

/// Returns what can be done about a file that is not written for a reason known beforehand.
pub(super) fn unwritable(error: &Unwritable) -> Vec<String> {
    match error {
        Unwritable::Exists { .. } => one("choose another name, or remove the file first"),
        Unwritable::Forcible { .. } => one(FORCE),
        Unwritable::Directory { .. } | Unwritable::Special { .. } | Unwritable::Stdout => {
            one("give the name of a file, such as `keys.rdb`")
        }
        Unwritable::Compression { .. } => one("a name that ends in `.zst` has it compressed"),
        Unwritable::Format { name } => {
            one(&format!("`--output {name}` prints the report so; `-o ./{name}` is that file"))
        }
        Unwritable::Link { .. } => one("give the name of the file that it leads to"),
        Unwritable::NoDirectory { .. } => one("make it first, or choose another place"),
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
        FileError::Use { action: "read", .. } => Vec::new(),
        FileError::Use { path, .. } => one(&full_or_forbidden(path)),
        FileError::Damaged { source, .. } => damaged(&source.kind),
    }
}

fn damaged(damage: &Damage) -> Vec<String> {
    match damage {
        Damage::NotRdb => {
            one("RDB files begin with `REDIS` or `VALKEY`; unpack what is not compressed by zstd")
        }
        Damage::UnknownVersion(_) => {
            one("a newer server wrote it: a newer release of cachectl may read it")
        }
        Damage::Cut(_) => one(CUT),
        Damage::Checksum { .. }
        | Damage::UnknownCode(_)
        | Damage::Corrupt(_)
        | Damage::Empty(_) => one("copy the file again; `redis-check-rdb` gives a second opinion"),
        Damage::Read(_) | Damage::Write(_) | Damage::Module(_) => Vec::new(),
    }
}

/// Returns what can be done where temporary files cannot be kept.
pub(super) fn no_room_for_temporary_files() -> String {
    let directory = std::env::temp_dir();
    format!("is there room in `{}`? TMPDIR chooses another place", directory.display())
}

fn full_or_forbidden(path: &Path) -> String {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = parent.unwrap_or(Path::new("."));
    format!("is there room in `{}`, and may we write there?", directory.display())
}
