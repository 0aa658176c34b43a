//! What a place is believed: files and directories that others may have had their hands on.

mod configuration;
mod outputs;
mod pipes;
mod protected;
mod secrets;
mod state;

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown},
    path::Path,
};

/// A user who is not the one that runs the tests.
const STRANGER: u32 = 65_534;

/// Gives something to another user, which only root can do. CI runs as root.
#[track_caller]
fn give_away(path: &Path) {
    let given = chown(path, Some(STRANGER), Some(STRANGER));
    assert!(
        given.is_ok(),
        "this test gives files to other users, and has to run as root: {given:?}"
    );
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o777
}
