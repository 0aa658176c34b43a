//! Where server binaries may be on this machine.

use std::env;
use std::path::{Path, PathBuf};

use super::{Error, Installation, SERVER_BIN, wheel};

const PROGRAMS: [&str; 4] = ["redis-server", "valkey-server", "redict-server", "keydb-server"];

/// Places that hold servers even when a trimmed `PATH` does not name them.
const USUAL_PLACES: [&str; 4] = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/usr/sbin"];

/// Returns the server that the environment names.
pub(super) fn named() -> Result<Option<Installation>, Error> {
    match env::var_os(SERVER_BIN).filter(|value| !value.is_empty()) {
        None => Ok(None),
        Some(value) => super::at(Path::new(&value)).map(Some),
    }
}

/// Returns every binary that could be a server, the preferred ones first.
pub(super) fn installed() -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut directories: Vec<PathBuf> = env::split_paths(&path).collect();
    for place in USUAL_PLACES.map(PathBuf::from) {
        // Whatever is found twice is also started twice.
        if !directories.contains(&place) {
            directories.push(place);
        }
    }
    directories
        .into_iter()
        .flat_map(|directory| PROGRAMS.map(|program| directory.join(program)))
        .chain([wheel::VALKEY_91.unpacked(&servers_directory())])
        .filter(|candidate| candidate.is_file())
}

pub(super) fn servers_directory() -> PathBuf {
    target_directory().join("servers")
}

/// Returns the target directory of the workspace.
#[must_use]
pub fn target_directory() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    if let Some(directory) = env::var_os("CARGO_TARGET_DIR") {
        return workspace.join(directory);
    }
    // Cargo marks the directory, wherever its configuration may have put it.
    let marked = env::current_exe().ok().and_then(|program| {
        let mut above = program.ancestors();
        above.find(|directory| directory.join("CACHEDIR.TAG").is_file()).map(Path::to_owned)
    });
    marked.unwrap_or_else(|| workspace.join("target"))
}
