//! What a run left behind.

use std::fmt;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use super::filters;

/// The end of a run. Its `Display` is the snapshot: stdout, stderr and the status, filtered.
#[derive(Clone, Debug)]
#[must_use = "a run that nobody looks at tests nothing"]
pub struct Output {
    status: ExitStatus,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    filters: Vec<(String, String)>,
}

impl Output {
    pub(super) const fn new(
        status: ExitStatus,
        stdout: Vec<u8>,
        stderr: Vec<u8>,
        filters: Vec<(String, String)>,
    ) -> Self {
        Self { status, stdout, stderr, filters }
    }

    /// Returns the exit code; `None` when a signal ended the process.
    #[must_use]
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// Returns the bytes of standard output.
    #[must_use]
    pub fn stdout_bytes(&self) -> &[u8] {
        &self.stdout
    }

    /// Returns standard output as it is.
    #[track_caller]
    #[must_use]
    pub fn stdout(&self) -> &str {
        str::from_utf8(&self.stdout).unwrap_or_else(|error| panic!("stdout is no text: {error}"))
    }

    /// Returns standard error as it is.
    #[track_caller]
    #[must_use]
    pub fn stderr(&self) -> &str {
        str::from_utf8(&self.stderr).unwrap_or_else(|error| panic!("stderr is no text: {error}"))
    }

    /// Panics with everything that was said unless the exit code is `code`.
    #[track_caller]
    pub fn assert_code(self, code: i32) -> Self {
        assert_eq!(self.code(), Some(code), "{}", self.unfiltered());
        self
    }

    /// Panics with everything that was said unless the exit code is zero.
    #[track_caller]
    pub fn assert_success(self) -> Self {
        self.assert_code(0)
    }

    fn unfiltered(&self) -> String {
        let stdout = String::from_utf8_lossy(&self.stdout);
        let stderr = String::from_utf8_lossy(&self.stderr);
        let mut text = stdout.trim_end().to_owned();
        if !stderr.is_empty() {
            text.push_str("\n--- stderr\n");
            text.push_str(stderr.trim_end());
        }
        let ending = match (self.status.code(), self.status.signal()) {
            (Some(0), _) | (None, None) => String::new(),
            (Some(code), _) => format!("\n[exit status: {code}]"),
            (None, Some(signal)) => format!("\n[signal: {signal}]"),
        };
        text.push_str(&ending);
        text.trim_start_matches('\n').to_owned()
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&filters::apply(&self.unfiltered(), &self.filters))
    }
}
