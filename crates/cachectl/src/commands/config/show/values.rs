//! Settings as rows of name, value and origin.

use std::time::Duration;

use cachectl_core::{
    health,
    migrate::options::{Level, OnConflict, Pacing},
};
use serde::Serialize;

use crate::{
    output::count::Span,
    settings::{
        Settings,
        layer::Password,
        provenance::{Source, Sourced},
    },
};

/// One setting.
#[derive(Debug, Serialize)]
pub(super) struct Value {
    pub(super) name: &'static str,
    #[serde(rename = "value")]
    pub(super) text: String,
    /// One of `flag`, `environment`, `context`, `file`, `default`.
    source: &'static str,
    pub(super) from: String,
}

/// Returns every setting that somebody said something about, or that has a default.
pub(super) fn of(settings: &Settings) -> Vec<Value> {
    let connection = &settings.connection;
    let values = [
        value("address", Some(&settings.address), ToString::to_string),
        value("primary_name", connection.primary_name.as_ref(), Clone::clone),
        value("cluster", connection.cluster.as_ref(), ToString::to_string),
        value("user", connection.username.as_ref(), Clone::clone),
        password("password", connection.password.as_ref()),
        value("sentinel_user", connection.sentinel_username.as_ref(), Clone::clone),
        password("sentinel_password", connection.sentinel_password.as_ref()),
        value("db", connection.db.as_ref(), ToString::to_string),
        value("tls", connection.tls.as_ref(), ToString::to_string),
        value("tls_ca", connection.tls_ca.as_ref(), |path| path.display().to_string()),
        value("tls_cert", connection.tls_cert.as_ref(), |path| path.display().to_string()),
        value("tls_key", connection.tls_key.as_ref(), |path| path.display().to_string()),
        value("tls_insecure", connection.tls_insecure.as_ref(), ToString::to_string),
        value("connect_timeout", connection.connect_timeout.as_ref(), |time| {
            Span(*time).to_string()
        }),
        value("timeout", connection.timeout.as_ref(), |time| Span(*time).to_string()),
        value("trusted_peers", connection.trusted_peers.as_ref(), |peers| {
            peers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }),
        value("namespace", connection.namespace.as_ref(), Clone::clone),
        value("state_dir", connection.state_directory.as_ref(), |path| path.display().to_string()),
    ];
    let values = values.into_iter().flatten();
    values.chain(migrate_values(settings)).chain(health_values(settings)).collect()
}

/// Returns where a password is. What a flag or a variable gives for the name of its file may be the
/// password itself, where there is no such file.
fn password(name: &'static str, password: Option<&Sourced<Password>>) -> Option<Value> {
    let is_named = |it: &Sourced<Password>| {
        matches!(it.source, Source::Flag(_) | Source::Variable(_))
            && matches!(&it.value, Password::File(path) if !path.exists())
    };
    match password {
        Some(it) if is_named(it) => {
            value(name, password, |_| "*** (in a file that does not exist)".to_owned())
        }
        _ => value(name, password, ToString::to_string),
    }
}

/// Returns what holds for `migrate` unless a flag or a rules file says otherwise.
fn migrate_values(settings: &Settings) -> Vec<Value> {
    let migrate = &settings.migrate;
    let pacing = Pacing::default();
    let row = |name, written, standard| row(settings, name, written, standard);
    let policy = |policy: OnConflict| json_name(&policy);
    let level = |level: Level| u8::from(level).to_string();
    let rows = [
        row("migrate.on_conflict", migrate.on_conflict.map(policy), policy(OnConflict::default())),
        row("migrate.rate", migrate.rate.map(|rate| rate.to_string()), "unlimited".to_owned()),
        row(
            "migrate.batch",
            migrate.batch.map(|batch| batch.get().to_string()),
            pacing.batch.get().to_string(),
        ),
        row(
            "migrate.max_latency",
            migrate.max_latency.map(|limit| Span(limit).to_string()),
            Span(pacing.max_latency).to_string(),
        ),
        row("migrate.verify", migrate.verify.map(level), level(Level::default())),
        row(
            "migrate.exclude",
            (!migrate.exclude.is_empty()).then(|| migrate.exclude.join(", ")),
            "nothing".to_owned(),
        ),
    ];
    rows.into_iter().flatten().collect()
}

/// Returns what holds for `health` unless a flag says otherwise.
fn health_values(settings: &Settings) -> Vec<Value> {
    let file = &settings.health;
    let standard = health::Options::default();
    let span = |time: Duration| Span(time).to_string();
    let limited = file.limited();
    let rows = [
        row(
            settings,
            "health.profile",
            file.profile.map(|profile| profile.name().to_owned()),
            standard.profile.name().to_owned(),
        ),
        row(settings, "health.deadline", file.deadline.map(span), span(standard.deadline)),
        row(settings, "health.window", file.window.map(span), "none".to_owned()),
        row(
            settings,
            "health.pings",
            file.pings.map(|count| count.to_string()),
            standard.pings.to_string(),
        ),
        row(
            settings,
            "health.application",
            file.application.as_ref().map(ToString::to_string),
            "none".to_owned(),
        ),
        row(
            settings,
            "health.thresholds",
            (!limited.is_empty()).then(|| limited.join(", ")),
            "those of the profile".to_owned(),
        ),
    ];
    rows.into_iter().flatten().collect()
}

/// Returns what the file says outside its contexts, or what holds without it.
fn row(
    settings: &Settings,
    name: &'static str,
    written: Option<String>,
    standard: String,
) -> Option<Value> {
    let source = match (&settings.file, &written) {
        (Some(path), Some(_)) => Source::File(path.clone()),
        (_, _) => Source::Default,
    };
    value(name, Some(&source.gives(written.unwrap_or(standard))), Clone::clone)
}

/// Returns the name that something has in JSON.
fn json_name(value: &impl Serialize) -> String {
    let json = serde_json::to_value(value);
    json.ok().and_then(|json| json.as_str().map(str::to_owned)).unwrap_or_default()
}

fn value<T>(
    name: &'static str,
    sourced: Option<&Sourced<T>>,
    show: impl Fn(&T) -> String,
) -> Option<Value> {
    let Sourced { value, source } = sourced?;
    Some(Value { name, text: show(value), source: source.kind(), from: source.to_string() })
}
