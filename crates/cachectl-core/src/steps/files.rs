//! Files that are for their owner alone.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

/// Makes new files readable by their owner alone.
pub(crate) fn restrict(options: &mut OpenOptions) {
    options.mode(0o600);
}

/// Creates a file to write to, which must not exist.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    restrict(&mut options);
    options.open(path)
}

/// Creates a file to write and to read back, and takes its name away, so that nothing is left
/// behind by a crash.
pub(crate) fn unnamed(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    restrict(&mut options);
    let file = options.open(path)?;
    fs::remove_file(path)?;
    Ok(file)
}
