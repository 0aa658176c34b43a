//! A server out of the system's own packages, where that needs no password.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Notice, probe};

const DEBIAN: Notice = Notice {
    what: "the package `redis-server`",
    version: "of this distribution",
    from: "its archive, through apt-get",
    size: "about 1.1 MB",
    licence: "BSD-3-Clause up to Redis 7.2",
};

const HOMEBREW: Notice = Notice {
    what: "the formula `redis`",
    version: "of today",
    from: "Homebrew",
    size: "about 2 MB",
    licence: "see `brew info redis`",
};

/// Installs a server, or says why it cannot.
pub(super) fn install(announce: &mut dyn FnMut(&Notice)) -> Result<(), String> {
    if let Some(apt) = probe::program(&["apt-get"]) {
        let as_root = as_root()?;
        announce(&DEBIAN);
        return with_apt(&apt, &as_root);
    }
    if let Some(brew) = probe::program(&["brew"]) {
        announce(&HOMEBREW);
        return probe::run(Command::new(brew).args(["install", "redis"]));
    }
    Err("no package manager that is known here: apt-get, brew".to_owned())
}

fn with_apt(apt: &Path, as_root: &[PathBuf]) -> Result<(), String> {
    let call = |arguments: &[&str]| {
        let mut words = as_root.iter().cloned().chain([apt.to_owned()]);
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        probe::run(&mut command)
    };
    let install = ["install", "--yes", "--no-install-recommends", "redis-server"];
    // The lists of a fresh container are empty or old: the second try has new ones.
    call(&install).or_else(|_| call(&["update"]).and_then(|()| call(&install)))
}

/// Returns the words in front of a command that make it run as root: none for root.
fn as_root() -> Result<Vec<PathBuf>, String> {
    let id = Command::new("id").arg("-u").output().map_err(|error| format!("id: {error}"))?;
    if id.stdout.trim_ascii() == b"0" {
        return Ok(Vec::new());
    }
    let sudo = probe::program(&["sudo"]).ok_or("apt-get needs root, and there is no sudo")?;
    let asks_nothing = probe::run(Command::new(&sudo).args(["-n", "true"])).is_ok();
    if !asks_nothing {
        return Err("apt-get needs root, and sudo asks for a password".to_owned());
    }
    Ok(vec![sudo, PathBuf::from("-n")])
}
