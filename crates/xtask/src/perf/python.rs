//! A Python that has redis-py.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cachectl_testkit::locate::target_directory;
use serde::Serialize;

/// Scans and renames in pipelines, and prints how many keys it has renamed.
pub(super) const RENAME: &str = include_str!("python/rename.py");

/// Scans and dumps in pipelines into a file, and prints how many keys it has written.
pub(super) const BACKUP: &str = include_str!("python/backup.py");

/// Prints what a [`Python`] is to know about itself.
const VERSIONS: &str = r#"
import platform, redis
try:
    import hiredis
    parser = "hiredis " + hiredis.__version__
except ImportError:
    parser = "its own parser"
print(platform.python_version(), redis.__version__, parser, sep="\n")
"#;

/// An interpreter that can run the scripts.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Python {
    #[serde(skip)]
    pub(super) program: PathBuf,
    pub(super) version: String,
    pub(super) redis_py: String,
    /// What parses the replies, which decides how fast redis-py is.
    pub(super) parser: String,
}

/// Finds Python with redis-py on `PATH`, or makes an environment with it in the target directory.
///
/// # Errors
///
/// Fails with the reason when there is none and none can be made.
pub(super) fn find() -> Result<Python, String> {
    let environment = target_directory().join("perf-python");
    let made = environment.join("bin").join("python");
    let known = ["python3".into(), "python".into(), made.clone()];
    if let Some(python) = known.iter().find_map(|program| Python::probe(program)) {
        return Ok(python);
    }
    eprintln!("installing redis-py into {}", environment.display());
    let mut venv = Command::new("python3");
    run(venv.args(["-m", "venv", "--clear"]).arg(&environment))?;
    let mut pip = Command::new(&made);
    run(pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--retries", "1", "redis"]))?;
    Python::probe(&made).ok_or_else(|| "the installed redis-py does not work".to_owned())
}

impl Python {
    fn probe(program: &Path) -> Option<Self> {
        let mut python = Command::new(program);
        python.args(["-c", VERSIONS]).stdin(Stdio::null()).stderr(Stdio::null());
        let output = python.output().ok().filter(|output| output.status.success())?;
        let said = String::from_utf8(output.stdout).ok()?;
        let mut lines = said.lines().map(str::to_owned);
        Some(Self {
            program: program.to_owned(),
            version: lines.next()?,
            redis_py: lines.next()?,
            parser: lines.next()?,
        })
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output();
    match output.map_err(|error| error.to_string())? {
        output if output.status.success() => Ok(()),
        output => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            Err(said.trim().lines().next_back().unwrap_or("no reason given").to_owned())
        }
    }
}
