//! Reads each format back, with what it is made for and as strictly as that.

mod document;
mod junit;
mod metrics;
mod perfdata;
mod plugin;

pub(super) use self::document::validate;

/// The formats of `cachectl health`.
pub(super) const FORMATS: [&str; 6] = ["human", "json", "nagios", "prometheus", "junit", "github"];

/// What a report says, as far as its format has it.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The state of everything, as its exit code.
    pub(super) code: Option<i32>,
    pub(super) warnings: usize,
    pub(super) failures: usize,
    pub(super) unknown: usize,
    /// How many values it gives, where that is told; without the duration.
    pub(super) values: usize,
}

impl Found {
    pub(super) fn is_good(&self) -> bool {
        self.warnings + self.failures + self.unknown == 0
    }

    /// Panics if the report does not say what the exit code says.
    #[track_caller]
    pub(super) fn assert_code(&self, code: i32) {
        if let Some(said) = self.code {
            assert_eq!(said, code, "{self:?}");
        }
        let counts = (self.failures, self.warnings);
        assert_eq!(code == 2, self.failures > 0, "{code} with {counts:?}");
        assert!(code != 0 || self.warnings == 0, "{code} with {counts:?}");
        assert!(code != 1 || self.warnings > 0, "{code} with {counts:?}");
        assert!(code != 3 || self.unknown > 0, "{code} with {counts:?}");
    }
}

/// Reads a report, and panics if it is not what its format asks for.
#[track_caller]
pub(super) fn read(format: &str, text: &str) -> Found {
    match format {
        "human" => human(text),
        "json" => document::read(text),
        "nagios" => plugin::read(text),
        "prometheus" => metrics::read(text),
        "junit" => junit::read(text),
        "github" => github(text),
        other => panic!("there is no format {other}"),
    }
}

/// Returns the exit code for the word for a state.
#[track_caller]
fn code(state: &str) -> i32 {
    match state {
        "ok" => 0,
        "warning" => 1,
        "critical" => 2,
        "unknown" => 3,
        other => panic!("there is no state {other}"),
    }
}

fn lines_with(text: &str, start: &str) -> usize {
    text.lines().filter(|line| line.starts_with(start)).count()
}

/// Returns the state in the last line, which says how many findings there are of each.
#[track_caller]
fn last_line(text: &str) -> i32 {
    let (state, counts) = text.lines().last().unwrap().split_once(": ").unwrap();
    assert!(counts.starts_with(|c: char| c.is_ascii_digit()), "{counts}");
    code(state)
}

#[track_caller]
fn human(text: &str) -> Found {
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
    Found {
        code: Some(last_line(text)),
        warnings: lines_with(text, "  warning "),
        failures: lines_with(text, "  critical "),
        unknown: lines_with(text, "  unknown "),
        values: 0,
    }
}

/// Reads workflow commands as a runner does: what stands between the pairs of colons are
/// properties, and a per cent sign begins an escape.
#[track_caller]
fn github(text: &str) -> Found {
    for line in text.lines().filter(|line| line.starts_with("::")) {
        let (command, message) = line.trim_start_matches(':').split_once("::").unwrap();
        let (_, title) = command.split_once(" title=").unwrap();
        assert!(!title.contains([',', ':']) && !message.is_empty(), "{line}");
        for escape in line.split('%').skip(1) {
            let known = ["25", "0D", "0A", "3A", "2C"];
            assert!(known.iter().any(|code| escape.starts_with(code)), "{line}");
        }
    }
    Found {
        code: Some(last_line(text)),
        warnings: lines_with(text, "::warning title="),
        failures: lines_with(text, "::error title="),
        unknown: lines_with(text, "::notice title="),
        values: 0,
    }
}
