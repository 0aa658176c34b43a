//! `config show`: every value and where it came from.

mod values;

use std::io::{self, Write};

use cachectl_core::vocabulary::outcome::Outcome;
use serde::Serialize;

use self::values::Value;
use crate::{
    app,
    cli::GlobalArgs,
    error::CliError,
    output::{
        Output,
        render::Render,
        table::{Edge, Table},
    },
    settings::{Chosen, Settings, VARIABLES, env::Environment, file::Origin},
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
    /// How it was found: `flag`, `environment`, `working_directory` or `own`.
    file_from: Option<&'static str>,
    #[serde(skip)]
    origin: Option<Origin>,
    /// The context that was chosen.
    context: Option<Context>,
    /// The protected context that these servers belong to.
    protected: Option<String>,
    /// The contexts that the user's own file protects, where another file is used.
    protected_by_own_file: Vec<String>,
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

pub(super) fn run(_: &Args, global: &GlobalArgs) -> Result<Outcome, CliError> {
    let settings = Settings::resolve(&global.connection)?;
    let output = Output::new(&global.console);
    for warning in settings.warnings() {
        output.warn(warning);
    }
    app::alarm(&settings);
    output.emit(&Shown::new(&settings, &Environment::of_process()))?;
    Ok(Outcome::Clean)
}

impl Shown {
    fn new(settings: &Settings, environment: &Environment) -> Self {
        let later = VARIABLES.iter().filter(|variable| {
            variable.role.is_for_later() && environment.get(variable.name).is_some()
        });
        let is_elsewhere = settings.origin != Some(Origin::Own);
        let guards = settings.guards.iter();
        let own = guards.filter(|guard| is_elsewhere && guard.origin.is_own());
        Self {
            file: settings.file.as_ref().map(|path| path.display().to_string()),
            file_from: settings.origin.map(Origin::kind),
            origin: settings.origin,
            context: settings.context.as_ref().map(Context::new),
            protected: settings.protected.clone(),
            protected_by_own_file: own.map(|guard| guard.name.clone()).collect(),
            values: values::of(settings),
            without_meaning: later.map(|variable| variable.name).collect(),
            unknown: environment.unknown().into_iter().map(str::to_owned).collect(),
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

impl Render for Shown {
    const SCHEMA: &'static str = "cachectl.config.show/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        match self.file.as_ref().zip(self.origin) {
            Some((file, origin)) => writeln!(out, "file     {file} ({origin})")?,
            None => writeln!(out, "file     none")?,
        }
        if !self.protected_by_own_file.is_empty() {
            let names = self.protected_by_own_file.join(", ");
            writeln!(out, "         besides, the user's own file protects: {names}")?;
        }
        match &self.context {
            None => writeln!(out, "context  none")?,
            Some(Context { name, from, used: true }) => {
                writeln!(out, "context  {name} (by {from})")?;
            }
            Some(Context { name, from, used: false }) => writeln!(
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
        let mut table =
            Table::new([("setting", Edge::Left), ("value", Edge::Left), ("from", Edge::Left)]);
        for value in &self.values {
            table.row([value.name.to_owned(), value.text.clone(), value.from.clone()]);
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
