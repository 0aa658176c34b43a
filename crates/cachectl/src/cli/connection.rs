//! Flags about servers.

use std::{convert::Infallible, path::PathBuf, time::Duration};

use cachectl_core::values::{
    endpoint::{ConnectionUrl, Endpoint, EndpointError},
    trusted_peer::TrustedPeer,
};
use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    output::shell,
    parse,
    settings::{
        Error,
        layer::{Address, Layer, Password},
        provenance::{Source, Sourced},
    },
};

/// Where the servers are, and as whom to speak to them.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct ConnectionArgs {
    /// Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]
    ///
    /// `redis://[USER[:PASSWORD]@]HOST[:PORT][/DB]`, `rediss://` for TLS, `unix://PATH[?db=N]`, or
    /// a bare `HOST[:PORT]`. A password on the command line is visible to every user of the machine.
    #[arg(long, global = true, value_name = "URL", value_parser = hidden, help_heading = "Server")]
    pub(crate) url: Option<SecretString>,
    /// A context of cachectl.yaml [default: its `default_context`, if it has one]
    #[arg(short = 'C', long, global = true, value_name = "NAME")]
    pub(crate) context: Option<String>,
    /// The configuration file
    ///
    /// Without it: ./cachectl.yaml, then cachectl/cachectl.yaml below `$XDG_CONFIG_HOME`, then
    /// below ~/.config.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// A sentinel that knows the primary (can be repeated) [port: 26379]
    #[arg(
        long = "sentinel",
        global = true,
        value_name = "HOST:PORT",
        value_parser = parse::sentinel
    )]
    pub(crate) sentinels: Vec<Endpoint>,
    /// What the sentinels call the primary [default: mymaster]
    #[arg(long, alias = "master", global = true, value_name = "NAME")]
    pub(crate) primary_name: Option<String>,
    /// Insist that the address is a node of a cluster
    ///
    /// A cluster is recognised without it; with it, anything else is refused.
    #[arg(long, global = true)]
    pub(crate) cluster: bool,
    /// The ACL user [default: the default user]
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// A file that holds the password
    ///
    /// There is no flag for the password itself: flags are visible to every user of the machine.
    /// It can also come from `CACHECTL_PASSWORD`, `REDIS_PASSWORD` or the URL.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// The logical database [default: that of the address, else 0]
    #[arg(long, global = true, value_name = "N", value_parser = parse::database)]
    pub(crate) db: Option<i64>,
    /// Encrypt (implied by `rediss://` and by the other --tls options)
    #[arg(long, global = true)]
    pub(crate) tls: bool,
    /// Certificate authorities to trust, in PEM [default: those of the system]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) tls_ca: Option<PathBuf>,
    /// Our certificate, in PEM, for servers that ask for one (with --tls-key)
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The private key of our certificate, in PEM
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Do not check the certificate of the server: anybody can pose as it
    #[arg(long, global = true)]
    pub(crate) tls_insecure: bool,
    /// A server that others may name, to log in to (can be repeated)
    ///
    /// A host, `*.DOMAIN`, an address or a network such as `10.0.0.0/8`, and `:PORT` where the port
    /// is an unusual one. Nodes of clusters and sentinels name other servers, and most are trusted
    /// without this: those of the same host, of the same private networks, of the same domain.
    #[arg(long = "trusted-peer", global = true, value_name = "PEER")]
    pub(crate) trusted_peers: Vec<TrustedPeer>,
    /// Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) state_dir: Option<PathBuf>,
    /// How long to wait for a connection [default: 5s]
    #[arg(long, global = true, value_name = "TIME", value_parser = parse::duration)]
    pub(crate) connect_timeout: Option<Duration>,
    /// How long to wait for the replies to one batch [default: 30s]
    #[arg(long, global = true, value_name = "TIME", value_parser = parse::duration)]
    pub(crate) timeout: Option<Duration>,
}

impl ConnectionArgs {
    /// Returns what the flags say.
    pub(crate) fn layer(&self) -> Result<Layer, Error> {
        let flag = |name| Source::Flag(name);
        let on = |is_on: bool, name| is_on.then(|| flag(name).gives(true));
        let path = |path: &Option<PathBuf>, name| path.clone().map(|path| flag(name).gives(path));
        let layer = Layer {
            address: self.address()?,
            primary_name: self.primary_name.clone().map(|name| flag("--primary-name").gives(name)),
            cluster: on(self.cluster, "--cluster"),
            username: self.user.clone().map(|name| flag("--user").gives(name)),
            password: (self.password_file.clone())
                .map(|path| flag("--password-file").gives(Password::File(path))),
            db: self.db.map(|db| flag("--db").gives(db)),
            tls: on(self.tls, "--tls"),
            tls_ca: path(&self.tls_ca, "--tls-ca"),
            tls_cert: path(&self.tls_cert, "--tls-cert"),
            tls_key: path(&self.tls_key, "--tls-key"),
            tls_insecure: on(self.tls_insecure, "--tls-insecure"),
            connect_timeout: self.connect_timeout.map(|time| flag("--connect-timeout").gives(time)),
            timeout: self.timeout.map(|time| flag("--timeout").gives(time)),
            trusted_peers: (!self.trusted_peers.is_empty())
                .then(|| flag("--trusted-peer").gives(self.trusted_peers.clone())),
            state_directory: path(&self.state_dir, "--state-dir"),
            ..Layer::default()
        };
        Ok(layer.with_tls_implied())
    }

    /// Returns the address, of which there may be only one. Clap cannot check that for global
    /// flags, some of which stand before the command and some after it.
    fn address(&self) -> Result<Option<Sourced<Address>>, Error> {
        let unusable = |name, reason: String| Error::Flag { name, reason };
        let several = |name| unusable(name, "another flag names the server already".to_owned());
        let url = |text: &SecretString| {
            ConnectionUrl::parse(text.expose_secret())
                .map_err(|error: EndpointError| unusable("--url", error.to_string()))
        };
        match (&self.url, self.sentinels.as_slice(), &self.context) {
            (None, [], _) => Ok(None),
            (Some(text), [], None) => {
                Ok(Some(Source::Flag("--url").gives(Address::Url(url(text)?))))
            }
            (None, sentinels, None) => {
                let address = Address::Sentinels(sentinels.to_vec());
                Ok(Some(Source::Flag("--sentinel").gives(address)))
            }
            (Some(_), _, None) => Err(several("--sentinel")),
            (_, _, Some(_)) => Err(several("--context")),
        }
    }

    /// Returns the flags that lead to the same servers and the same state, ready for a shell. A
    /// password that was part of a URL is not.
    pub(crate) fn again(&self) -> String {
        let url = self.url.as_ref().map(|text| {
            let url = ConnectionUrl::parse(text.expose_secret());
            url.map_or_else(|_| "…".to_owned(), |url| url.to_string())
        });
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let values = [
            ("--url", url),
            ("--context", self.context.clone()),
            ("--config", path(&self.config)),
            ("--primary-name", self.primary_name.clone()),
            ("--user", self.user.clone()),
            ("--password-file", path(&self.password_file)),
            ("--db", self.db.map(|db| db.to_string())),
            ("--tls-ca", path(&self.tls_ca)),
            ("--tls-cert", path(&self.tls_cert)),
            ("--tls-key", path(&self.tls_key)),
            ("--state-dir", path(&self.state_dir)),
        ];
        let sentinels = self.sentinels.iter().map(|host| ("--sentinel", Some(host.to_string())));
        let peers = self.trusted_peers.iter().map(|it| ("--trusted-peer", Some(it.to_string())));
        let switches = [
            (self.cluster, " --cluster"),
            (self.tls, " --tls"),
            (self.tls_insecure, " --tls-insecure"),
        ];
        let mut text = String::new();
        for (name, value) in values.into_iter().chain(sentinels).chain(peers) {
            if let Some(value) = value {
                // What begins with a dash would be taken for a flag.
                let between = if value.starts_with('-') { "=" } else { " " };
                text.extend([" ", name, between, &shell::quoted(&value)]);
            }
        }
        text.extend(switches.into_iter().filter(|(is_on, _)| *is_on).map(|(_, name)| name));
        text
    }
}

/// Takes text that may hold a password. Whether it is a URL is found out later, because clap
/// repeats what it refuses.
#[expect(clippy::unnecessary_wraps, reason = "the shape that clap asks for")]
pub(crate) fn hidden(text: &str) -> Result<SecretString, Infallible> {
    Ok(SecretString::from(text))
}
