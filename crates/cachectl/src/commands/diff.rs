//! Comparing two sides, each of them servers or an RDB file.

mod render;
mod side;

use std::time::Duration;

use cachectl_core::{
    diff::{self, Expiries, Options, Report},
    vocabulary::outcome::Outcome,
};
use secrecy::SecretString;

pub(crate) use self::side::BadSide;
use self::side::Side;
use crate::{
    app::App,
    cli::{EmptyArgs, FileArgs, GlobalArgs, KeyArgs, MapArgs, PaceArgs, hidden},
    error::CliError,
    hints, parse,
    signals::Signals,
};

/// Compare two sides key by key: servers, or RDB files
///
/// A side is one of: a file that exists, compressed by zstd or not; a URL, as for `--url`;
/// `context:NAME`, as for `--context`, or the name alone where no file has it; `-`, the server
/// that every other command would speak to. User, password file, TLS and timeouts from flags and
/// variables hold for every server.
///
/// Values are compared by what they mean: two encodings of the same value are equal, so are the
/// same values in different versions. Keys that are over their time count as absent. Servers go on
/// being written to, so what differs is looked at again, up to --rounds times, before it is
/// reported. A glob or a database that fits no key of either side is refused, and so is a rule that
/// fits none of side A. Exit 1 if keys differ.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// One side: a file, a URL, `context:NAME` or `-`
    // Sides may hold passwords.
    #[arg(value_name = "A", value_parser = hidden)]
    a: SecretString,
    /// The other side [default: `-`, the server that every other command would speak to]
    #[arg(value_name = "B", value_parser = hidden)]
    b: Option<SecretString>,
    #[command(flatten)]
    keys: KeyArgs,
    #[command(flatten)]
    map: MapArgs,
    /// Do not compare expiry times
    #[arg(long, help_heading = "Comparison")]
    ignore_ttl: bool,
    /// Let expiry times be this far apart [default: none, they are equal to the millisecond]
    #[arg(
        long,
        value_name = "TIME",
        value_parser = parse::duration,
        conflicts_with = "ignore_ttl",
        help_heading = "Comparison"
    )]
    ttl_tolerance: Option<Duration>,
    /// Look again at what differs, up to this many times, a second apart [default: 3]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(..=1000),
        help_heading = "Comparison"
    )]
    rounds: Option<u32>,
    #[command(flatten)]
    empty: EmptyArgs,
    #[command(flatten)]
    reading: FileArgs,
    #[command(flatten)]
    pace: PaceArgs,
}

const EXAMPLES: &str = "\
Examples:
  What was lost or changed since the snapshot of last night:
    cachectl diff dump.rdb
  The old server and the new one, by their contexts:
    cachectl diff context:old context:new --ttl-tolerance 5s
  Some keys of two servers, by URL:
    cachectl diff redis://old:6379 redis://new:6379/2 --match 'user:*' --type hash
  A backup from before a migration with the server after it:
    cachectl diff before.rdb - --rules rename.yaml
  Two files, for a program:
    cachectl diff monday.rdb tuesday.rdb -o json | jq .by_kind";

/// Reads both sides and compares them.
pub(crate) async fn run(
    args: Args,
    global: &GlobalArgs,
    signals: &Signals,
) -> Result<Outcome, CliError> {
    global.console.refuse_lines()?;
    let app = App::new(global, signals)?;
    let (a, b) = side::both((&args.a, args.b.as_ref()), &global.connection, args.reading, &app)?;
    let options = args.options()?;
    let (one, other) = (a.open(&app).await?, b.open(&app).await?);
    let workspace = std::env::temp_dir();
    let control = app.control();
    let comparing = Box::pin(diff::run(&one, &other, &options, &workspace, &control));
    let report = match comparing.await {
        // Nothing was changed, and nothing could have been left behind.
        Err(diff::Error::Stopped) if app.signals.received().is_some() => return Err(app.stopped()),
        Err(error @ diff::Error::Server { side: diff::Name::A, .. }) => {
            return Err(a.advised(error.into()));
        }
        Err(error @ diff::Error::Server { side: diff::Name::B, .. }) => {
            return Err(b.advised(error.into()));
        }
        report => report?,
    };
    app.output.emit(&report)?;
    for part in &report.unfit {
        app.output.warn(part);
    }
    if args.takes_everything() {
        app.advise(&advice(&report, &b, &args.keys));
    }
    Ok(report.outcome)
}

impl Args {
    /// Returns whether all keys are compared, each with that of its own name.
    fn takes_everything(&self) -> bool {
        self.keys.is_empty() && self.map.is_empty()
    }

    fn options(&self) -> Result<Options, CliError> {
        let usual = Options::default();
        let expiries = match (self.ignore_ttl, self.ttl_tolerance) {
            (true, _) => Expiries::Ignored,
            (false, Some(tolerance)) => Expiries::Within(tolerance),
            (false, None) => usual.expiries,
        };
        Ok(Options {
            selection: self.keys.selection(),
            rules: self.map.rules()?,
            if_unfit: self.empty.if_unfit(),
            expiries,
            rounds: self.rounds.unwrap_or(usual.rounds),
            pause: usual.pause,
            pacing: self.pace.pacing(),
        })
    }
}

fn advice(report: &Report, b: &Side, keys: &KeyArgs) -> Vec<String> {
    match (&report.a.source, b) {
        (diff::Source::File(file), Side::Server(servers)) => {
            let database = keys.database_to_name(&servers.settings);
            hints::after_comparing(report, file, (&servers.situation, database))
        }
        _ => Vec::new(),
    }
}
