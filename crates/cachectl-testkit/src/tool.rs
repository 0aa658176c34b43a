//! Programs that others read the output of cachectl with.
//!
//! Whether a format is right is not for us to say: these are what it is made for.

use std::fmt;
use std::path::PathBuf;
use std::process::Command;

use crate::locate::package::{self, Package};
use crate::locate::probe;
use crate::locate::{Notice, Reach};

/// Where plugins are put, which are on no `PATH`.
const CHECK_REDIS: &str = "/usr/lib/nagios/plugins/check_redis";

/// A program that a test gives something to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `promtool`, which checks metrics and asks a Prometheus.
    Promtool,
    /// `prometheus`, which scrapes metrics.
    Prometheus,
    /// `perl` with the module `Monitoring::Plugin::Performance`, which reads performance data.
    MonitoringPlugin,
    /// `node_exporter`, which reads files of metrics.
    NodeExporter,
    /// `check_redis`, the plugin of Debian, whose findings are compared with ours.
    CheckRedis,
}

/// Why a tool is not there.
#[derive(Debug)]
pub struct Missing {
    tool: Tool,
    /// Why it could not be installed, if that was tried.
    attempt: Option<String>,
}

impl Tool {
    /// Those that tests need.
    pub const OF_TESTS: [Self; 3] = [Self::Promtool, Self::Prometheus, Self::MonitoringPlugin];

    /// Returns where it is.
    ///
    /// Panics with what to install when it is not there.
    #[track_caller]
    #[must_use]
    pub fn path(self) -> PathBuf {
        match self.find(Reach::Machine, &mut |_| ()) {
            Ok(path) => path,
            Err(missing) => panic!("{missing}; `cargo xtask test` does that where it can"),
        }
    }

    /// Finds it, and installs it where `reach` goes that far.
    ///
    /// # Errors
    ///
    /// Fails when it is not there, and says what to install.
    pub fn find(self, reach: Reach, announce: &mut dyn FnMut(&Notice)) -> Result<PathBuf, Missing> {
        if let Some(path) = self.on_machine() {
            return Ok(path);
        }
        if reach < Reach::Package {
            return Err(Missing { tool: self, attempt: None });
        }
        let attempt = self.package().install(announce).err();
        self.on_machine().ok_or(Missing { tool: self, attempt })
    }

    fn on_machine(self) -> Option<PathBuf> {
        match self {
            Self::Promtool => probe::program(&["promtool"]),
            Self::Prometheus => probe::program(&["prometheus"]),
            Self::NodeExporter => probe::program(&["prometheus-node-exporter", "node_exporter"]),
            Self::CheckRedis => Some(PathBuf::from(CHECK_REDIS)).filter(|path| path.is_file()),
            Self::MonitoringPlugin => {
                let perl = probe::program(&["perl"])?;
                let uses = ["-MMonitoring::Plugin::Performance", "-e", "1"];
                probe::run(Command::new(&perl).args(uses)).ok().map(|()| perl)
            }
        }
    }

    const fn package(self) -> Package {
        match self {
            Self::Promtool | Self::Prometheus => package::PROMETHEUS,
            Self::MonitoringPlugin => package::MONITORING_PLUGIN,
            Self::NodeExporter => package::NODE_EXPORTER,
            Self::CheckRedis => package::CHECK_REDIS,
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Promtool => "`promtool`",
            Self::Prometheus => "`prometheus`",
            Self::MonitoringPlugin => "`perl` with `Monitoring::Plugin`",
            Self::NodeExporter => "`node_exporter`",
            Self::CheckRedis => "`check_redis`",
        })
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tool, attempt } = self;
        write!(f, "found no {tool}")?;
        if let Some(attempt) = attempt {
            write!(f, "\n  {attempt}")?;
        }
        write!(f, "\n{}", tool.package().remedy())
    }
}

impl std::error::Error for Missing {}

#[cfg(test)]
mod tests {
    use super::{Missing, Tool};

    #[test]
    fn what_is_missing_is_said_with_its_package() {
        let missing = Missing { tool: Tool::CheckRedis, attempt: None };
        assert_eq!(
            missing.to_string(),
            "found no `check_redis`\ninstall the package `nagios-plugins-contrib` (Debian)"
        );
        let attempt = Some("apt-get needs root, and there is no sudo".to_owned());
        let missing = Missing { tool: Tool::MonitoringPlugin, attempt };
        assert_eq!(
            missing.to_string(),
            "found no `perl` with `Monitoring::Plugin`\n  apt-get needs root, and there is no \
             sudo\ninstall the package `libmonitoring-plugin-perl` (Debian) or run `cpanm \
             --notest Monitoring::Plugin`"
        );
    }
}
