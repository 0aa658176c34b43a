//! `config show`: every value and where it came from.

use std::io::{self, Write};

use cachectl_core::vocabulary::outcome::Outcome;
use serde::Serialize;

use crate::{
    cli::GlobalArgs,
    error::CliError,
    output::{
        Output,
        count::Span,
        render::Render,
        table::{Edge, Table},
    },
    settings::{Chosen, Settings, VARIABLES, env::Environment, provenance::Sourced},
};

/// Print every setting and where it came from, secrets masked
///
/// From strong to weak: flags, `CACHECTL_*` variables, the `REDIS_*` and `CACHE_*` variables that
/// applications use, the context of cachectl.yaml, defaults. A context that `--context` or
/// `CACHECTL_CONTEXT` chooses is as strong as what chose it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// Every setting.
#[derive(Debug, Serialize)]
struct Shown {
    /// The configuration file, if one was found.
    file: Option<String>,
    /// The context that was chosen.
    context: Option<Context>,
    /// The protected context that these servers belong to.
    protected: Option<String>,
    values: Vec<Value>,
    /// Variables that are set and that later parts of cachectl will read.
    without_meaning: Vec<&'static str>,
    /// Variables that are set, begin with `CACHECTL_`, and mean nothing.
    unknown: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Context {
    name: String,
    from: String,
    /// Whether it is used, or something stronger names other servers.
    used: bool,
}

/// One setting.
#[derive(Debug, Serialize)]
struct Value {
    name: &'static str,
    #[serde(rename = "value")]
    text: String,
    /// One of `flag`, `environment`, `context`, `file`, `default`.
    source: &'static str,
    from: String,
}

pub(super) fn run(_: &Args, global: &GlobalArgs) -> Result<Outcome, CliError> {
    let settings = Settings::resolve(&global.connection)?;
    let output = Output::new(&global.console);
    for warning in settings.warnings() {
        output.warn(warning);
    }
    output.emit(&Shown::new(&settings, &Environment::of_process()))?;
    Ok(Outcome::Clean)
}

impl Shown {
    fn new(settings: &Settings, environment: &Environment) -> Self {
        let later = VARIABLES.iter().filter(|variable| {
            variable.role.is_for_later() && environment.get(variable.name).is_some()
        });
        Self {
            file: settings
                .file
                .as_ref()
                .map(|path| path.display().to_string()),
            context: settings.context.as_ref().map(Context::new),
            protected: settings.protected.clone(),
            values: values(settings),
            without_meaning: later.map(|variable| variable.name).collect(),
            unknown: environment
                .unknown()
                .into_iter()
                .map(str::to_owned)
                .collect(),
        }
    }
}

impl Context {
    fn new(chosen: &Chosen) -> Self {
        Self {
            name: chosen.name.value.clone(),
            from: chosen.name.source.to_string(),
            used: !chosen.overruled,
        }
    }
}

fn values(settings: &Settings) -> Vec<Value> {
    let connection = &settings.connection;
    let values = [
        value("address", Some(&settings.address), ToString::to_string),
        value(
            "primary_name",
            connection.primary_name.as_ref(),
            Clone::clone,
        ),
        value("cluster", connection.cluster.as_ref(), ToString::to_string),
        value("user", connection.username.as_ref(), Clone::clone),
        value(
            "password",
            connection.password.as_ref(),
            ToString::to_string,
        ),
        value(
            "sentinel_user",
            connection.sentinel_username.as_ref(),
            Clone::clone,
        ),
        value(
            "sentinel_password",
            connection.sentinel_password.as_ref(),
            ToString::to_string,
        ),
        value("db", connection.db.as_ref(), ToString::to_string),
        value("tls", connection.tls.as_ref(), ToString::to_string),
        value("tls_ca", connection.tls_ca.as_ref(), |path| {
            path.display().to_string()
        }),
        value("tls_cert", connection.tls_cert.as_ref(), |path| {
            path.display().to_string()
        }),
        value("tls_key", connection.tls_key.as_ref(), |path| {
            path.display().to_string()
        }),
        value(
            "tls_insecure",
            connection.tls_insecure.as_ref(),
            ToString::to_string,
        ),
        value(
            "connect_timeout",
            connection.connect_timeout.as_ref(),
            |time| Span(*time).to_string(),
        ),
        value("timeout", connection.timeout.as_ref(), |time| {
            Span(*time).to_string()
        }),
        value("namespace", connection.namespace.as_ref(), Clone::clone),
        value("state_dir", connection.state_directory.as_ref(), |path| {
            path.display().to_string()
        }),
    ];
    values.into_iter().flatten().collect()
}

fn value<T>(
    name: &'static str,
    sourced: Option<&Sourced<T>>,
    show: impl Fn(&T) -> String,
) -> Option<Value> {
    let Sourced { value, source } = sourced?;
    Some(Value {
        name,
        text: show(value),
        source: source.kind(),
        from: source.to_string(),
    })
}

impl Render for Shown {
    const SCHEMA: &'static str = "cachectl.config.show/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "file     {}", self.file.as_deref().unwrap_or("none"))?;
        match &self.context {
            None => writeln!(out, "context  none")?,
            Some(Context {
                name,
                from,
                used: true,
            }) => {
                writeln!(out, "context  {name} (by {from})")?;
            }
            Some(Context {
                name,
                from,
                used: false,
            }) => writeln!(
                out,
                "context  none: {name} (by {from}) is not used, something stronger names the server"
            )?,
        }
        if let Some(context) = &self.protected {
            writeln!(
                out,
                "         {context} is protected: its name has to be typed before anything destructive"
            )?;
        }
        writeln!(out)?;
        let mut table = Table::new([
            ("setting", Edge::Left),
            ("value", Edge::Left),
            ("from", Edge::Left),
        ]);
        for value in &self.values {
            table.row([
                value.name.to_owned(),
                value.text.clone(),
                value.from.clone(),
            ]);
        }
        table.write("", out)?;
        if !self.without_meaning.is_empty() {
            let names = self.without_meaning.join(", ");
            writeln!(out, "\nset, and without a meaning to this release: {names}")?;
        }
        if !self.unknown.is_empty() {
            writeln!(out, "\nset, and unknown: {}", self.unknown.join(", "))?;
        }
        Ok(())
    }
}
