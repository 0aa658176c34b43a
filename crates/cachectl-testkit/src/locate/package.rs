//! Programs out of the system's own packages, where that needs no password.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Notice, probe};

/// A package, where Debian has it and where others do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Package {
    /// What Debian calls it.
    debian: &'static str,
    debian_notice: Notice,
    /// What is run where there is no Debian; nothing for what only Debian has.
    elsewhere: &'static [&'static str],
    elsewhere_notice: Notice,
}

/// A server.
pub(super) const SERVER: Package = Package {
    debian: "redis-server",
    debian_notice: Notice {
        what: "the package `redis-server`",
        version: "of this distribution",
        from: "its archive, through apt-get",
        size: "about 1.1 MB",
        licence: "BSD-3-Clause up to Redis 7.2",
    },
    elsewhere: &["brew", "install", "redis"],
    elsewhere_notice: Notice {
        what: "the formula `redis`",
        version: "of today",
        from: "Homebrew",
        size: "about 2 MB",
        licence: "see `brew info redis`",
    },
};

/// Prometheus, and `promtool` with it.
pub(crate) const PROMETHEUS: Package = Package {
    debian: "prometheus",
    debian_notice: Notice {
        what: "the package `prometheus`",
        version: "of this distribution",
        from: "its archive, through apt-get",
        size: "about 20 MB",
        licence: "Apache-2.0",
    },
    elsewhere: &["brew", "install", "prometheus"],
    elsewhere_notice: Notice {
        what: "the formula `prometheus`",
        version: "of today",
        from: "Homebrew",
        size: "about 100 MB",
        licence: "Apache-2.0",
    },
};

/// The Perl module that monitoring plugins are written with.
pub(crate) const MONITORING_PLUGIN: Package = Package {
    debian: "libmonitoring-plugin-perl",
    debian_notice: Notice {
        what: "the package `libmonitoring-plugin-perl`",
        version: "of this distribution",
        from: "its archive, through apt-get",
        size: "about 0.4 MB",
        licence: "Perl's",
    },
    elsewhere: &["cpanm", "--notest", "Monitoring::Plugin"],
    elsewhere_notice: Notice {
        what: "the module `Monitoring::Plugin`",
        version: "of today",
        from: "CPAN",
        size: "about 0.4 MB",
        licence: "Perl's",
    },
};

/// What reads files of metrics.
pub(crate) const NODE_EXPORTER: Package = Package {
    debian: "prometheus-node-exporter",
    debian_notice: Notice {
        what: "the package `prometheus-node-exporter`",
        version: "of this distribution",
        from: "its archive, through apt-get",
        size: "about 5 MB",
        licence: "Apache-2.0",
    },
    elsewhere: &["brew", "install", "node_exporter"],
    elsewhere_notice: Notice {
        what: "the formula `node_exporter`",
        version: "of today",
        from: "Homebrew",
        size: "about 7 MB",
        licence: "Apache-2.0",
    },
};

/// Plugins of many authors, `check_redis` among them.
pub(crate) const CHECK_REDIS: Package = Package {
    debian: "nagios-plugins-contrib",
    debian_notice: CHECK_REDIS_NOTICE,
    elsewhere: &[],
    elsewhere_notice: CHECK_REDIS_NOTICE,
};

const CHECK_REDIS_NOTICE: Notice = Notice {
    what: "the package `nagios-plugins-contrib`",
    version: "of this distribution",
    from: "its archive, through apt-get",
    size: "about 0.5 MB",
    licence: "GPL-2.0 and others",
};

impl Package {
    /// Returns what somebody has to do who installs it by hand.
    pub(crate) fn remedy(&self) -> String {
        let Self { debian, elsewhere, .. } = self;
        if elsewhere.is_empty() {
            return format!("install the package `{debian}` (Debian)");
        }
        format!("install the package `{debian}` (Debian) or run `{}`", elsewhere.join(" "))
    }

    /// Installs it, or says why it cannot.
    pub(crate) fn install(&self, announce: &mut dyn FnMut(&Notice)) -> Result<(), String> {
        if let Some(apt) = probe::program(&["apt-get"]) {
            let as_root = as_root()?;
            announce(&self.debian_notice);
            return with_apt(&apt, &as_root, self.debian);
        }
        let (name, arguments) = self.elsewhere.split_first().ok_or("only Debian has it")?;
        let Some(program) = probe::program(&[name]) else {
            return Err(format!("no package manager that is known here: apt-get, {name}"));
        };
        announce(&self.elsewhere_notice);
        probe::run(Command::new(program).args(arguments))
    }
}

fn with_apt(apt: &Path, as_root: &[PathBuf], package: &str) -> Result<(), String> {
    let call = |arguments: &[&str]| {
        let mut words = as_root.iter().cloned().chain([apt.to_owned()]);
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        probe::run(&mut command)
    };
    let install = ["install", "--yes", "--no-install-recommends", package];
    // The lists of a fresh container are empty or old: the second try has new ones.
    call(&install).or_else(|_| call(&["update"]).and_then(|()| call(&install)))
}

/// Returns the words in front of a command that make it run as root: none for root.
fn as_root() -> Result<Vec<PathBuf>, String> {
    let id = Command::new("id").arg("-u").output().map_err(|error| format!("id: {error}"))?;
    if id.stdout.trim_ascii() == b"0" {
        return Ok(Vec::new());
    }
    let sudo = probe::program(&["sudo"]).ok_or("apt-get needs root, and there is no sudo")?;
    let asks_nothing = probe::run(Command::new(&sudo).args(["-n", "true"])).is_ok();
    if !asks_nothing {
        return Err("apt-get needs root, and sudo asks for a password".to_owned());
    }
    Ok(vec![sudo, PathBuf::from("-n")])
}
