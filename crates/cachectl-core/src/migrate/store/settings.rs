//! How a migration is run. It is kept with the migration, so that whoever carries on with it does
//! so at the same pace.

use std::{io, num::NonZeroU32, time::Duration};

use serde::{Deserialize, Serialize};

use super::{Course, Migration};
use crate::{
    migrate::{
        Error,
        options::{BatchSize, Level, Pacing},
    },
    steps::files,
};

pub(super) const FILE: &str = "settings.json";

/// How a migration is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Written", try_from = "Written")]
pub struct RunSettings {
    /// How fast to go.
    pub pacing: Pacing,
    /// How much to verify afterwards.
    pub level: Level,
}

impl Migration {
    /// Writes down how it is run from now on.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written.
    pub fn remember(&self, settings: &RunSettings) -> Result<(), Error> {
        let path = self.course.directory.join(FILE);
        let text = serde_json::to_vec_pretty(settings).map_err(|_| Error::Stopped)?;
        files::write_whole(&path, &text).map_err(Error::file("write", &path))
    }

    /// Returns how it was run last; `None` if an older release began it, or it never ran.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read, or makes no sense.
    pub fn settings(&self) -> Result<Option<RunSettings>, Error> {
        self.course.settings()
    }
}

impl Course {
    /// Returns how the migration was run last.
    pub(super) fn settings(&self) -> Result<Option<RunSettings>, Error> {
        let path = self.directory.join(FILE);
        match files::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::file("read", &path)(error)),
            Ok(text) => {
                serde_json::from_slice(&text).map(Some).map_err(|_| Error::BadSettings { path })
            }
        }
    }
}

/// How settings stand in files and reports.
#[derive(Serialize, Deserialize)]
struct Written {
    /// Keys a second.
    rate: Option<NonZeroU32>,
    /// Commands that travel together.
    batch: u32,
    max_latency_seconds: f64,
    /// The level.
    verify: u8,
}

impl From<RunSettings> for Written {
    fn from(RunSettings { pacing, level }: RunSettings) -> Self {
        Self {
            rate: pacing.rate,
            batch: pacing.batch.get(),
            max_latency_seconds: pacing.max_latency.as_secs_f64(),
            verify: level.into(),
        }
    }
}

impl TryFrom<Written> for RunSettings {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let Written { rate, batch, max_latency_seconds, verify } = written;
        let batch = BatchSize::new(batch).ok_or("not a batch size")?;
        let max_latency = Duration::try_from_secs_f64(max_latency_seconds);
        let max_latency = max_latency.map_err(|_| "not a duration")?;
        let level = match verify {
            0 => Level::Accounts,
            1 => Level::Keys,
            2 => Level::Sample,
            3 => Level::Values,
            _ => return Err("not a level"),
        };
        Ok(Self { pacing: Pacing { rate, batch, max_latency }, level })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_as_they_were_written() {
        #[track_caller]
        fn case(rate: Option<u32>, batch: u32, latency: Duration, level: Level) {
            let rate = rate.and_then(NonZeroU32::new);
            let batch = BatchSize::new(batch).unwrap();
            let pacing = Pacing { rate, batch, max_latency: latency };
            let settings = RunSettings { pacing, level };
            let text = serde_json::to_string(&settings).unwrap();
            assert_eq!(serde_json::from_str::<RunSettings>(&text).unwrap(), settings, "{text}");
        }

        case(None, 128, Duration::from_millis(5), Level::Keys);
        case(Some(2_000), 16, Duration::from_micros(100), Level::Accounts);
        case(Some(u32::MAX), 512, Duration::from_secs(86_400), Level::Values);
        case(Some(1), 512, Duration::from_micros(1_500_001), Level::Sample);
    }

    #[test]
    fn settings_that_make_no_sense_are_refused() {
        for text in [
            r#"{"rate": 0, "batch": 128, "max_latency_seconds": 0.005, "verify": 1}"#,
            r#"{"rate": 5, "batch": 1, "max_latency_seconds": 0.005, "verify": 1}"#,
            r#"{"rate": 5, "batch": 128, "max_latency_seconds": -1, "verify": 1}"#,
            r#"{"rate": 5, "batch": 128, "max_latency_seconds": 0.005, "verify": 4}"#,
        ] {
            assert!(serde_json::from_str::<RunSettings>(text).is_err(), "{text}");
        }
    }
}
