//! What `health` is told.

use std::{collections::BTreeMap, time::Duration};

use cachectl_core::health::{Application, Limits, Profile, Range, Thresholds, catalogue};
use serde::{Deserialize, Deserializer};

use super::duration;
use crate::{parse, yaml};

/// How `health` looks, and what it takes for normal, unless a flag says otherwise.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Health {
    #[serde(default, deserialize_with = "profile")]
    pub(crate) profile: Option<Profile>,
    #[serde(default, deserialize_with = "duration")]
    pub(crate) deadline: Option<Duration>,
    #[serde(default, deserialize_with = "duration")]
    pub(crate) window: Option<Duration>,
    #[serde(default, deserialize_with = "pings")]
    pub(crate) pings: Option<u32>,
    #[serde(default, deserialize_with = "application")]
    pub(crate) application: Option<Application>,
    #[serde(default)]
    pub(crate) thresholds: BTreeMap<Measured, Written>,
}

/// The name of a check that has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Measured(&'static str);

/// The limits of a check as they are written down.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    #[serde(default, alias = "warning", deserialize_with = "range")]
    warn: Option<Range>,
    #[serde(default, alias = "critical", deserialize_with = "range")]
    crit: Option<Range>,
}

impl Health {
    /// Returns this, and what `weaker` says where this says nothing.
    pub(crate) fn over(self, weaker: Self) -> Self {
        let mut thresholds = weaker.thresholds;
        for (check, written) in self.thresholds {
            let entry = thresholds.entry(check).or_default();
            entry.warn = written.warn.or(entry.warn);
            entry.crit = written.crit.or(entry.crit);
        }
        Self {
            profile: self.profile.or(weaker.profile),
            deadline: self.deadline.or(weaker.deadline),
            window: self.window.or(weaker.window),
            pings: self.pings.or(weaker.pings),
            application: self.application.or(weaker.application),
            thresholds,
        }
    }

    /// Puts its limits over others.
    pub(crate) fn limit(&self, thresholds: &mut Thresholds) {
        for (Measured(id), Written { warn, crit }) in &self.thresholds {
            if let Some(check) = catalogue::find(id) {
                thresholds.set(check, Limits { warning: *warn, critical: *crit });
            }
        }
    }

    /// Returns the names of the checks that it has limits for.
    pub(crate) fn limited(&self) -> Vec<&'static str> {
        self.thresholds.keys().map(|Measured(id)| *id).collect()
    }
}

impl<'de> Deserialize<'de> for Measured {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        yaml::scalar(deserializer, |text| parse::measured(text).map(|check| Self(check.id)))
    }
}

fn profile<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Profile>, D::Error> {
    yaml::scalar(deserializer, parse::profile).map(Some)
}

fn pings<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    yaml::scalar(deserializer, parse::pings).map(Some)
}

fn application<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Application>, D::Error> {
    yaml::scalar(deserializer, str::parse).map(Some)
}

fn range<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Range>, D::Error> {
    yaml::scalar(deserializer, parse::alarm).map(Some)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::settings::file::File;

    fn read(text: &str) -> Result<Health, String> {
        let file = yaml::read::<File>(Path::new("x.yaml"), text, yaml::Values::Private);
        file.map(|file| file.health).map_err(|error| error.to_string())
    }

    #[test]
    fn limits_of_the_file_replace_those_of_the_profile() {
        let text = "health: { profile: queue, deadline: 500ms, thresholds: { memory: { warn: 70, \
                    crit: '@1:2' }, hit_ratio: { crit: '10:' } } }";
        let health = read(text).unwrap();
        assert_eq!(health.profile, Some(Profile::Queue));
        assert_eq!(health.deadline, Some(Duration::from_millis(500)));
        let mut thresholds = Thresholds::of(Profile::Cache);
        health.limit(&mut thresholds);
        let written = |check| {
            let Limits { warning, critical } = thresholds.get(check);
            [warning, critical].map(|range| range.map(|range| range.to_string()))
        };
        assert_eq!(written(catalogue::MEMORY), ["70", "@1:2"].map(|it| Some(it.to_owned())));
        assert_eq!(written(catalogue::HIT_RATIO), ["80:", "10:"].map(|it| Some(it.to_owned())));
    }

    #[test]
    fn what_a_context_says_is_stronger_value_by_value() {
        let weak =
            "health: { profile: queue, pings: 9, thresholds: { memory: { warn: 1, crit: 2 } } }";
        let strong =
            "health: { profile: seed, thresholds: { memory: { crit: 3 }, fork: { warn: 4 } } }";
        let merged = read(strong).unwrap().over(read(weak).unwrap());
        assert_eq!((merged.profile, merged.pings), (Some(Profile::Seed), Some(9)));
        let mut thresholds = Thresholds::of(Profile::Cache);
        merged.limit(&mut thresholds);
        let both = Limits { warning: Some(Range::up_to(1.0)), critical: Some(Range::up_to(3.0)) };
        assert_eq!(thresholds.get(catalogue::MEMORY), both);
        assert_eq!(merged.limited(), ["fork", "memory"]);
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_its_place() {
        #[track_caller]
        fn case(text: &str, expected: &str) {
            assert_eq!(read(text).unwrap_err(), expected);
        }

        case("health:\n  profil: cache\n", "x.yaml:2:3: health: unknown key `profil`");
        case(
            "health:\n  profile: cash\n",
            "x.yaml:2:12: health.profile: unknown profile `cash`; use cache, session, queue, seed",
        );
        case(
            "health:\n  thresholds:\n    memori: { warn: 5 }\n",
            "x.yaml:3:5: health.thresholds: there is no check `memori`; did you mean `memory`?",
        );
        case(
            "health:\n  thresholds:\n    memory: { warn: 5:1 }\n",
            "x.yaml:3:21: health.thresholds.memory.warn: `5:1` is not a range: it begins after its end",
        );
    }
}
