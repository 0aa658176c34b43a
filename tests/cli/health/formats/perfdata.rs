//! Performance data, as Perl's `Monitoring::Plugin` reads it.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{LazyLock, Mutex, PoisonError},
};

use cachectl_testkit::Tool;

/// What was read about one value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) label: String,
    pub(super) value: f64,
    pub(super) unit: String,
    /// Limits and bounds, as they are written.
    pub(super) fields: [String; 4],
    /// What the limits make of the value: 0, 1 or 2, if somebody has judged it.
    pub(super) code: Option<i32>,
}

/// A reader that reads many lines: it takes longer to start than to read. It ends with its input,
/// which is when the test does.
struct Reader {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

static READER: LazyLock<Mutex<Reader>> = LazyLock::new(|| Mutex::new(Reader::start()));

/// Has a line of performance data read.
#[track_caller]
pub(super) fn read(data: &str) -> Vec<Entry> {
    READER.lock().unwrap_or_else(PoisonError::into_inner).read(data)
}

impl Reader {
    #[track_caller]
    fn start() -> Self {
        let mut perl = Command::new(Tool::MonitoringPlugin.path());
        perl.args(["-e", include_str!("perfdata.pl")]);
        let mut process = perl.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let input = process.stdin.take().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Self { process, input, output }
    }

    #[track_caller]
    fn read(&mut self, data: &str) -> Vec<Entry> {
        assert!(!data.contains('\n'), "{data:?}");
        writeln!(self.input, "{data}").unwrap();
        let mut entries = Vec::new();
        loop {
            let mut line = String::new();
            self.output.read_line(&mut line).unwrap();
            assert!(!line.is_empty(), "perl has ended: {:?}", self.process.wait());
            match line.trim_end_matches('\n') {
                "" => return entries,
                line => entries.push(Entry::of(line)),
            }
        }
    }
}

impl Entry {
    #[track_caller]
    fn of(line: &str) -> Self {
        let fields: Vec<_> = line.split('\t').collect();
        let [label, value, unit, warning, critical, min, max, code] = fields[..] else {
            panic!("{line}");
        };
        Self {
            label: label.to_owned(),
            value: value.parse().unwrap(),
            unit: unit.to_owned(),
            fields: [warning, critical, min, max].map(str::to_owned),
            code: Some(code.parse().unwrap()),
        }
    }
}
