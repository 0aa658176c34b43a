//! Settings that work, and that their owner should know about.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use super::{
    Settings,
    env::Environment,
    layer::{Address, Password},
    provenance::{Source, Sourced},
};

use crate::parse;

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
        let checks = [
            self.password_in_arguments(),
            self.password_in_file(),
            self.not_for_context(),
            self.unknown_protection(),
        ];
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

    fn unknown_protection(&self) -> Option<String> {
        let error = self.unread.as_ref()?;
        Some(format!("what the user's own configuration protects is not known: {error}"))
    }

    /// Returns what has to be said even to those who want to hear nothing.
    pub(crate) fn alarm(&self) -> Option<&'static str> {
        let on = |value: &Option<Sourced<bool>>| value.as_ref().is_some_and(|value| value.value);
        (on(&self.connection.tls) && on(&self.connection.tls_insecure))
            .then_some("the certificate of the server is not checked, so anybody can pose as it")
    }

    fn not_for_context(&self) -> Option<String> {
        let name = "CACHECTL_TLS_INSECURE";
        let Source::Context { name: context, .. } = &self.address.source else { return None };
        let is_set = Environment::of_process()
            .get(name)
            .is_some_and(|text| parse::boolean(text).is_ok_and(|is_on| is_on));
        let is_on = self.connection.tls_insecure.as_ref().is_some_and(|it| it.value);
        (is_set && !is_on).then(|| {
            format!(
                "{name} does not count for the context `{context}`, whose certificates are \
                 checked unless it has `tls: {{insecure: true}}` itself"
            )
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
