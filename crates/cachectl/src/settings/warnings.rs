//! Settings that work, and that their owner should know about.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use super::{
    Settings,
    layer::{Address, Password},
    provenance::{Source, Sourced},
};

/// Where orchestrators put secrets, readable by everyone in a container of one user.
const MOUNTED: [&str; 2] = ["/run/secrets", "/var/run/secrets"];

impl Settings {
    /// Returns what is careless about the settings.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let connection = &self.connection;
        let files = [&connection.password, &connection.sentinel_password];
        let files = files.into_iter().flatten().filter_map(password_file);
        let exposed = files.filter(|path| is_exposed(path)).map(|path| {
            format!(
                "the password file `{}` is readable by every user of this machine",
                path.display()
            )
        });
        let checks = [self.password_in_arguments(), self.password_in_file(), self.no_check()];
        checks.into_iter().flatten().chain(exposed).collect()
    }

    fn password_in_arguments(&self) -> Option<String> {
        let holds = holds_password(&self.address.value);
        (holds && self.address.source == Source::Flag("--url")).then(|| {
            "the password in the URL shows up in the list of processes; \
             REDIS_URL, REDIS_PASSWORD or `--password-file` keep it out"
                .to_owned()
        })
    }

    fn password_in_file(&self) -> Option<String> {
        let Source::Context { file, .. } = &self.address.source else {
            return None;
        };
        (holds_password(&self.address.value) && is_exposed(file)).then(|| {
            format!(
                "`{}` holds a password and is readable by every user of this machine",
                file.display()
            )
        })
    }

    fn no_check(&self) -> Option<String> {
        let on = |value: &Option<Sourced<bool>>| value.as_ref().is_some_and(|value| value.value);
        (on(&self.connection.tls) && on(&self.connection.tls_insecure)).then(|| {
            "the certificate of the server is not checked, so anybody can pose as it".to_owned()
        })
    }
}

fn holds_password(address: &Address) -> bool {
    matches!(address, Address::Url(url) if url.password.is_some())
}

fn password_file(password: &Sourced<Password>) -> Option<&Path> {
    match &password.value {
        Password::Text(_) => None,
        Password::File(path) => Some(path),
    }
}

fn is_exposed(path: &Path) -> bool {
    if MOUNTED.iter().any(|mount| path.starts_with(mount)) {
        return false;
    }
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o004 != 0)
}
