//! The snapshot that an append-only file in several parts begins with.
//!
//! `BACKUP` of Redis 8.10 leaves a base, which is an RDB file, increments, which are commands, and a
//! manifest that lists both. The append-only files of Redis from 7.0 on look the same.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::FileError;
use crate::files;

/// How long a manifest is at most. They have a line or two.
const LONGEST: u64 = 1 << 20;
/// What the name of a base has in it, by which it is told from other files.
const BASE: &str = ".base.";
const MANIFEST: &str = "manifest";

/// A base, and what continues it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Base {
    pub(super) path: PathBuf,
    /// The names of the increments that hold something.
    pub(super) increments: Vec<String>,
}

/// Returns the file that a path leads to: itself, or the base that a directory or a manifest names.
pub(super) fn base(path: &Path) -> Result<Base, FileError> {
    let itself = || Base { path: path.to_owned(), increments: Vec::new() };
    if path.is_dir() {
        let manifest = manifest_in(path).map_err(FileError::using("read", path))?;
        let Some(manifest) = manifest else {
            let error = files::open(path).err();
            let error = error.unwrap_or_else(|| io::ErrorKind::IsADirectory.into());
            return Err(FileError::using("read", path)(error));
        };
        return named_by(&manifest);
    }
    if path.extension().is_some_and(|extension| extension == MANIFEST) {
        return named_by(path);
    }
    let is_base = path.file_name().is_some_and(|name| name.to_string_lossy().contains(BASE));
    let manifest = path.parent().filter(|_| is_base).and_then(|it| manifest_in(it).ok().flatten());
    Ok(match manifest.map(|manifest| named_by(&manifest)) {
        Some(Ok(base)) if base.path.file_name() == path.file_name() => {
            Base { path: path.to_owned(), ..base }
        }
        // What the directory holds besides is not what was asked for.
        _ => itself(),
    })
}

/// Returns the manifest in a directory, if there is exactly one.
fn manifest_in(directory: &Path) -> io::Result<Option<PathBuf>> {
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let mut found = None;
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == MANIFEST)
            && found.replace(path).is_some()
        {
            return Ok(None);
        }
    }
    Ok(found)
}

/// Reads a manifest.
fn named_by(manifest: &Path) -> Result<Base, FileError> {
    let using = FileError::using("read", manifest);
    let text = files::read(manifest, LONGEST).map_err(using)?;
    let text = String::from_utf8_lossy(&text);
    let listed =
        |kind: &str| text.lines().filter_map(|line| file_of(line, kind)).collect::<Vec<_>>();
    let [base] = listed("b")[..] else {
        return Err(FileError::NoBase { path: manifest.to_owned() });
    };
    let beside = |name: &str| manifest.with_file_name(name);
    let holds_something =
        |name: &&str| fs::metadata(beside(name)).map_or(true, |about| about.len() > 0);
    let increments = listed("i").into_iter().filter(holds_something).map(str::to_owned).collect();
    Ok(Base { path: beside(base), increments })
}

/// Returns the name of the file in a line of a manifest, if it is of this type. The names are those
/// of strangers: one that leads elsewhere is none.
fn file_of<'a>(line: &'a str, kind: &str) -> Option<&'a str> {
    let mut words = line.split_whitespace();
    let (mut name, mut is_kind) = (None, false);
    while let (Some(key), Some(value)) = (words.next(), words.next()) {
        match key {
            "file" => name = Some(value),
            "type" => is_kind = value == kind,
            _ => {}
        }
    }
    name.filter(|name| is_kind && !name.contains('/') && !matches!(*name, "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_manifest_names_a_file_beside_it() {
        #[track_caller]
        fn case(line: &str, expected: Option<&str>) {
            assert_eq!(file_of(line, "b"), expected, "{line}");
        }

        case("file a.aof.1.base.rdb seq 1 type b", Some("a.aof.1.base.rdb"));
        case("file a.aof.1.incr.aof seq 1 type i startoffset 0 endoffset 2", None);
        case("file ../../etc/passwd seq 1 type b", None);
        case("file .. seq 1 type b", None);
        case("file", None);
    }

    #[test]
    fn a_directory_and_a_manifest_stand_for_the_base() {
        let directory = tempfile::tempdir().unwrap();
        let inside = |name: &str| directory.path().join(name);
        fs::write(inside("a.1.base.rdb"), "REDIS").unwrap();
        fs::write(inside("a.1.incr.aof"), "*1").unwrap();
        fs::write(inside("a.2.incr.aof"), "").unwrap();
        let lines = "file a.1.base.rdb seq 1 type b\nfile a.1.incr.aof seq 1 type i\nfile \
                     a.2.incr.aof seq 2 type i\n";
        fs::write(inside("a.manifest"), lines).unwrap();
        let increments = vec!["a.1.incr.aof".to_owned()];
        let expected = Base { path: inside("a.1.base.rdb"), increments };
        assert_eq!(base(directory.path()).unwrap(), expected);
        assert_eq!(base(&inside("a.manifest")).unwrap(), expected);
        assert_eq!(base(&inside("a.1.base.rdb")).unwrap(), expected);
        assert_eq!(base(&inside("a.rdb")).unwrap().increments, [""; 0]);
        fs::write(inside("b.manifest"), "nonsense").unwrap();
        assert!(matches!(base(&inside("b.manifest")), Err(FileError::NoBase { .. })));
        assert!(matches!(base(directory.path()), Err(FileError::Use { .. })));
    }
}
