//! What the targets have in common: the versions of the format, and a limit on memory that follows
//! from the size of the input.

use std::alloc::System;
use std::panic;
use std::path::PathBuf;
use std::sync::OnceLock;

use cachectl_rdb::Version;
use cap::Cap;
use tempfile::TempDir;

/// Every version that is known.
pub const VERSIONS: [u16; 17] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 80, 81];

/// What every input may take: buffers of fixed size.
const FREE: usize = 2 << 20;

/// What each byte of the input may take. A compressed string can be 88 times as long as the input,
/// and an element of one byte becomes a value with a pointer, a length and a room.
const PER_BYTE: usize = 4_000;

/// The library's own limits would not show in the memory of the process: room that is asked for
/// and never touched takes none. So it is the allocator that says no, and that ends the process.
#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Lets panics be reported with as much memory as that takes.
pub fn prepare() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |what| {
        lift();
        report(what);
    }));
}

/// Examines an input, with no more memory than its size can justify.
///
/// # Panics
///
/// Panics if the limit cannot be set, which is no finding.
pub fn within_reason(size: usize, examine: impl FnOnce()) {
    within(FREE + PER_BYTE * size, examine);
}

/// Examines an input with so many bytes of memory.
///
/// # Panics
///
/// Panics if the limit cannot be set, which is no finding.
pub fn within(bytes: usize, examine: impl FnOnce()) {
    let limit = ALLOCATOR.allocated() + bytes;
    assert!(ALLOCATOR.set_limit(limit).is_ok(), "the limit is below what is in use");
    examine();
    lift();
}

fn lift() {
    assert!(ALLOCATOR.set_limit(usize::MAX).is_ok(), "there is always less than everything");
}

/// Returns a directory for the files of an input.
///
/// # Panics
///
/// Panics if it cannot be created, which is no finding.
#[must_use]
pub fn directory() -> PathBuf {
    static DIRECTORY: OnceLock<TempDir> = OnceLock::new();
    let created = || match tempfile::tempdir() {
        Ok(directory) => directory,
        Err(error) => panic!("no directory for the input: {error}"),
    };
    DIRECTORY.get_or_init(created).path().to_owned()
}

/// Returns the version that a byte of the input chooses.
#[must_use]
pub fn chosen_version(choice: u8) -> Version {
    let chosen = VERSIONS.into_iter().cycle().nth(usize::from(choice));
    Version::new(chosen.unwrap_or_default())
}
