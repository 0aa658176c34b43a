//! The configuration file: what may stand in `cachectl.yaml`.
//!
//! The sections `keys` and `warm` belong to parts of the project that do not exist yet. Their names
//! are known, and nothing inside them is looked at.

mod context;
mod find;
mod health;

use std::{collections::BTreeMap, num::NonZeroU32, path::Path, time::Duration};

use cachectl_core::migrate::options::{BatchSize, Level, OnConflict};
use serde::{Deserialize, Deserializer, de::IgnoredAny};

pub(crate) use self::{
    context::Context,
    find::{Files, Found, Origin, find},
    health::Health,
};
use super::error::Error;
use crate::{parse, yaml};

/// What a configuration file says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) namespace: Option<String>,
    pub(crate) default_context: Option<String>,
    #[serde(default)]
    pub(crate) contexts: BTreeMap<String, Context>,
    #[serde(default)]
    pub(crate) migrate: Migrate,
    #[serde(default)]
    pub(crate) health: Health,
    #[serde(default, rename = "keys")]
    _keys: IgnoredAny,
    #[serde(default, rename = "warm")]
    _warm: IgnoredAny,
}

/// What `migrate` does unless a rules file or a flag says otherwise.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Migrate {
    #[serde(default, alias = "on-conflict", deserialize_with = "on_conflict")]
    pub(crate) on_conflict: Option<OnConflict>,
    #[serde(default, deserialize_with = "rate")]
    pub(crate) rate: Option<NonZeroU32>,
    #[serde(default, deserialize_with = "batch")]
    pub(crate) batch: Option<BatchSize>,
    #[serde(default, alias = "max-latency", deserialize_with = "duration")]
    pub(crate) max_latency: Option<Duration>,
    #[serde(default, deserialize_with = "level")]
    pub(crate) verify: Option<Level>,
    #[serde(default)]
    pub(crate) exclude: Vec<String>,
}

/// Checks what reading alone does not: that the default context is one of those in the file.
pub(crate) fn check(path: &Path, file: &File) -> Result<(), Error> {
    match &file.default_context {
        Some(name) if !file.contexts.contains_key(name) => Err(Error::UnknownContext {
            name: name.clone(),
            file: path.to_owned(),
            known: file.contexts.keys().cloned().collect(),
        }),
        Some(_) | None => Ok(()),
    }
}

pub(crate) fn on_conflict<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<OnConflict>, D::Error> {
    yaml::scalar(deserializer, parse::on_conflict).map(Some)
}

pub(crate) fn rate<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<NonZeroU32>, D::Error> {
    yaml::scalar(deserializer, parse::rate).map(Some)
}

pub(crate) fn batch<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<BatchSize>, D::Error> {
    yaml::scalar(deserializer, parse::batch).map(Some)
}

pub(crate) fn duration<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    yaml::scalar(deserializer, parse::duration).map(Some)
}

pub(crate) fn level<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Level>, D::Error> {
    yaml::scalar(deserializer, parse::level).map(Some)
}
