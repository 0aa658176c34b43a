//! `health serve`: probes and metrics over HTTP.

mod auth;
mod capacity;
mod certificates;
mod hosts;
mod http;
mod listen;
mod patience;
mod reloaded;
mod routes;
mod seats;
mod secrets;
mod shared;
mod stamps;
mod targets;
mod telling;

use std::{path::PathBuf, sync::Arc, time::Duration};

use cachectl_core::health::metrics::Names;
use clap::ValueEnum;

pub(crate) use self::telling::reference;
use self::{
    auth::Guests,
    capacity::Capacity,
    certificates::{Certificates, Files},
    hosts::{Hosts, Name},
    listen::Address,
    routes::Serving,
    targets::{Manner, Targets},
};
use super::options::{CheckArgs, DeadlineArgs};
use crate::{
    app::App, cli::GlobalArgs, error::CliError, exit::Ending, output::say, parse,
    settings::Settings, signals::Signals,
};

/// Answer probes and serve metrics over HTTP
///
/// `/metrics` is for Prometheus, by the names that dashboards for `redis_exporter` use; `/probe`
/// with `?target=NAME` is the same for a context of cachectl.yaml, and for nothing else. `/livez`,
/// `/readyz` (also with `?for=reads`) and `/startupz` answer what `health live`, `ready` and
/// `startup` do, with 200 or 503; `/healthz` is the report of `health -o json`, with 503 if it is
/// critical.
///
/// Each server is asked over one connection that stays, and files with passwords and certificates
/// are read again when they change. How fast counters grow is told from the look before. Ends with
/// Ctrl-C or SIGTERM, after what is being answered.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Where to listen: `HOST:PORT`, or `:PORT` for all interfaces
    ///
    /// Port 0 takes one that is free; which one is printed.
    #[arg(value_name = "ADDR", value_parser = listen::parse)]
    address: Address,
    #[command(flatten)]
    deadline: DeadlineArgs,
    #[command(flatten)]
    checks: CheckArgs,
    /// Also serve series whose names break the conventions of Prometheus
    ///
    /// Some old dashboards ask for them. `OpenMetrics` has no place for them, and is then not
    /// spoken.
    #[arg(long, value_name = "PROGRAM")]
    compat: Option<Compat>,
    /// How old an answer may be that is given once more [default: 250ms]
    ///
    /// Requests at the same time share one look at the servers in any case, also with 0.
    #[arg(long, value_name = "TIME", value_parser = age)]
    max_age: Option<Duration>,
    /// Ask for a user and a password, which stand as `USER:PASSWORD` in this file
    ///
    /// One line for each user. It is yours or root's, and nobody else may be able to read it. It is
    /// read again when it changes; what cannot be used then changes nothing. Without
    /// `--web-tls-cert`, whoever listens to the network reads the password.
    #[arg(long, value_name = "FILE")]
    web_auth_file: Option<PathBuf>,
    /// Also answer to this name: a host, `*.DOMAIN`, or `*` for any (can be repeated)
    ///
    /// It answers to addresses, to `localhost`, and to the name that it listens on. Other names are
    /// refused: a page of a stranger could make a browser read what is here.
    #[arg(long = "web-host", value_name = "NAME")]
    web_hosts: Vec<Name>,
    /// Answer over TLS, with this certificate and those of its authorities, in PEM
    ///
    /// It is read again when it changes, and so is its key.
    #[arg(long, value_name = "FILE", requires = "web_tls_key")]
    web_tls_cert: Option<PathBuf>,
    /// The private key of that certificate, in PEM
    ///
    /// It is yours or root's, and nobody else may be able to read it.
    #[arg(long, value_name = "FILE", requires = "web_tls_cert")]
    web_tls_key: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  Metrics and probes of one server:
    cachectl --url redis://cache:6379 health serve :9121
  Of all contexts of a file, for this machine only; scrape /probe?target=NAME:
    cachectl --config /etc/cachectl.yaml health serve 127.0.0.1:9121
  For a dashboard that asks for every name of redis_exporter:
    cachectl health serve :9121 --compat redis-exporter";

/// Whose names are served although they break the conventions.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Compat {
    RedisExporter,
}

/// How old an answer may be unless somebody says otherwise.
const MAX_AGE: Duration = Duration::from_millis(250);

/// Reads an age, which unlike other durations may be none.
fn age(text: &str) -> Result<Duration, String> {
    let is_zero = |text: &str| text.trim_end_matches(['m', 's']) == "0";
    if is_zero(text) {
        return Ok(Duration::ZERO);
    }
    parse::duration(text).map_err(|error| error.to_string())
}

pub(super) async fn run(
    args: &Args,
    global: &GlobalArgs,
    signals: &Signals,
) -> Result<Ending, CliError> {
    let app = App::new(global, signals)?;
    let serving = args.serving(global, app.settings)?;
    let listener = args
        .address
        .bind()
        .await
        .map_err(|source| CliError::Listen { address: args.address.to_string(), source })?;
    // It tells services to read their files again. Here that is done whenever they change.
    app.signals.outlive_the_terminal();
    if let Ok(address) = listener.local_addr() {
        if !address.ip().to_canonical().is_loopback() && serving.guests.is_none() {
            app.output.warn("everybody who can reach this port is answered; `--web-auth-file` asks for a password");
        }
        // Said last: whoever waits for this line has been warned by then.
        let scheme = if serving.certificates.is_some() { "https" } else { "http" };
        say(format_args!("listening on {scheme}://{address}"));
    }
    let stopping = app.signals.cancellation();
    http::serve(listener, Arc::new(serving), stopping).await;
    Ok(Ending::Stopped(app.signals.stopped().await))
}

impl Args {
    /// Reads what requests are answered from.
    fn serving(&self, global: &GlobalArgs, settings: Settings) -> Result<Serving, CliError> {
        let manner = Manner {
            deadline: self.deadline.clone(),
            checks: self.checks.clone(),
            names: match self.compat {
                Some(Compat::RedisExporter) => Names::RedisExporter,
                None => Names::Clean,
            },
            max_age: self.max_age.unwrap_or(MAX_AGE),
        };
        let files = self.web_tls_cert.clone().zip(self.web_tls_key.clone());
        let files = files.map(|(certificate, key)| Files { certificate, key });
        Ok(Serving {
            guests: self.web_auth_file.clone().map(Guests::of).transpose()?,
            hosts: Hosts::of(self.address.host(), &self.web_hosts),
            certificates: files.map(Certificates::of).transpose()?,
            capacity: Capacity::default(),
            targets: Targets::open(&global.connection, settings, manner)?,
        })
    }
}
