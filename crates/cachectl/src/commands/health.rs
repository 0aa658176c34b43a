//! The health check: for people, for monitoring, and for Kubernetes.

mod acl;
mod earlier;
mod explain;
mod options;
pub(crate) mod plugin;
mod probe;
mod render;
mod schemas;
mod select;
mod serve;
mod watch;

use std::path::PathBuf;

use cachectl_core::{
    files::{self, Readers},
    health::{self, Report, Session, probes::Question},
};
use clap::Subcommand;

use self::{
    earlier::EarlierArgs,
    options::{CheckArgs, DeadlineArgs},
    render::Detail,
    watch::WatchArgs,
};
use crate::{
    app::App,
    cli::{Format, GlobalArgs, Mentioned},
    error::CliError,
    exit::Ending,
    output::{
        self, Reader,
        departure::{self, Form},
        repeated,
    },
    signals::Signals,
};

pub(crate) use self::{
    explain::reference, schemas::all as schemas, serve::reference as metrics_reference,
};

/// Tell how a server is, within a deadline
///
/// One connection, at most two exchanges over it, and no second attempt; everything from name
/// look-up to the last byte fits into `--deadline`. What the server does not let us ask is unknown,
/// and comes with the ACL rule that allows it; on its own it does not change the exit code.
///
/// Exit codes are those of monitoring plugins: 0 all is good, 1 warning, 2 critical, 3 unknown.
/// `live`, `ready` and `startup` are for Kubernetes and know 0 and 1. How fast counters grow is
/// only known with `--window`, `--state` or `--prev`, and while watching.
#[derive(Debug, clap::Args)]
#[command(
    after_help = EXAMPLES,
    subcommand_value_name = "STEP",
    subcommand_help_heading = "Steps"
)]
pub(crate) struct Args {
    #[command(flatten)]
    deadline: DeadlineArgs,
    #[command(flatten)]
    checks: CheckArgs,
    #[command(flatten)]
    earlier: EarlierArgs,
    #[command(flatten)]
    watch: WatchArgs,
    /// Write the metrics into this file as well, for the textfile collector of `node_exporter`
    ///
    /// The file is replaced in one step. With `-o prometheus` nothing is printed besides.
    #[arg(long, value_name = "FILE.prom")]
    textfile: Option<PathBuf>,
    #[command(subcommand)]
    step: Option<Step>,
}

const EXAMPLES: &str = "\
Examples:
  Everything, with reasons and remedies for what is not good:
    cachectl health -v
  As a plugin of Nagios, Icinga or Naemon, with limits of our own:
    cachectl health -o nagios --window 1s --warn memory=70 --crit memory=85
  The same without waiting, from run to run:
    cachectl health -o nagios --state /var/lib/nagios/redis.json
  Again and again, until Ctrl-C:
    cachectl health --watch
  Whether it also takes writes, and how fast 20 PINGs are answered:
    cachectl health --write --pings 20
  From cron, for the textfile collector of node_exporter:
    cachectl health -o prometheus --textfile /var/lib/node_exporter/redis.prom
  As a step of a workflow on GitHub:
    cachectl health -o github --profile queue
  As a readiness probe of Kubernetes:
    cachectl health ready --deadline 800ms
  What a finding means, and the user that may ask for all of them:
    cachectl health explain memory
    cachectl health acl";

const EXAMPLE: &str = "cachectl health ready --deadline 500ms";

/// What else can be asked.
#[derive(Debug, Subcommand)]
enum Step {
    /// Exit 0 if the server is alive, which any answer shows
    ///
    /// Also that it is loading, busy, without its primary, cannot save, or does not know us: to
    /// restart such a server would cure nothing and can lose data.
    Live(DeadlineArgs),
    /// Exit 0 if clients may be sent to it
    ///
    /// It answers PING, has loaded its data, is a primary or connected to one, and its cluster
    /// serves if it is in one.
    Ready(probe::ReadyArgs),
    /// Exit 0 if it has started, which is when its data is loaded
    Startup(DeadlineArgs),
    Serve(Mentioned<serve::Args>),
    Explain(explain::Args),
    Acl(acl::Args),
}

/// Looks at the servers, or does the step that was asked for.
pub(crate) async fn run(
    args: Args,
    global: &GlobalArgs,
    signals: &Signals,
) -> Result<Ending, CliError> {
    match dispatch(&args, global, signals).await {
        // Monitoring takes any other exit code for a broken plugin, and reads stdout only.
        Err(error) if args.is_plugin(global) && !matches!(error, CliError::Stopped(_)) => {
            output::write(&render::unable(&error), Form::Text)?;
            Ok(Ending::Judged(health::Status::Unknown))
        }
        result => result,
    }
}

async fn dispatch(args: &Args, global: &GlobalArgs, signals: &Signals) -> Result<Ending, CliError> {
    let Some(step) = &args.step else {
        return check(args, global, signals).await;
    };
    if !args.is_bare() {
        return Err(CliError::MisplacedFlags { example: EXAMPLE });
    }
    let ask = |question, deadline| probe::run(question, deadline, global, signals);
    let outcome = match step {
        Step::Live(deadline) => ask(Question::Live, deadline).await,
        Step::Ready(args) => ask(args.question(), &args.deadline).await,
        Step::Startup(deadline) => ask(Question::Startup, deadline).await,
        Step::Serve(Mentioned(args)) => return serve::run(args, global, signals).await,
        Step::Explain(args) => explain::run(args, global),
        Step::Acl(args) => acl::run(args, global),
    };
    outcome.map(Ending::Finished)
}

impl Args {
    fn is_plugin(&self, global: &GlobalArgs) -> bool {
        self.step.is_none() && global.console.format() == Format::Nagios
    }

    fn is_bare(&self) -> bool {
        let once = self.watch.is_empty() && self.earlier.is_empty() && self.textfile.is_none();
        once && self.deadline.is_empty() && self.checks.is_empty()
    }
}

async fn check(args: &Args, global: &GlobalArgs, signals: &Signals) -> Result<Ending, CliError> {
    let format = global.console.format();
    args.watch.allow(format, args.textfile.is_some())?;
    let app = App::new(global, signals)?;
    let target = app.settings.target()?;
    let earlier = args.earlier.read(&target.topology)?;
    let options = options::resolve(&args.deadline, &args.checks, &app.settings.health);
    let session = Session::new(target, options);
    session.remember(earlier.clone());
    let looking = Looking { args, global, app: &app, session: &session };
    if let Some(interval) = args.watch.interval() {
        return watch::run(&looking, interval).await;
    }
    let report = looking.look().await?;
    args.earlier.write(earlier, report.history())?;
    let report = select::judge(report, &args.checks.selection());
    looking.print(&report)?;
    Ok(Ending::Judged(report.status))
}

/// Looking at a deployment, once or again and again.
struct Looking<'a> {
    args: &'a Args,
    global: &'a GlobalArgs,
    app: &'a App,
    session: &'a Session,
}

impl Looking<'_> {
    async fn look(&self) -> Result<Report, CliError> {
        tokio::select! {
            report = self.session.look() => Ok(report),
            signal = self.app.signals.stopped() => Err(CliError::Stopped(signal)),
        }
    }

    fn print(&self, report: &Report) -> Result<Reader, CliError> {
        self.print_fitting(report, |text| text)
    }

    fn print_fitting(
        &self,
        report: &Report,
        fit: impl FnOnce(Vec<u8>) -> Vec<u8>,
    ) -> Result<Reader, CliError> {
        let console = &self.global.console;
        let format = console.format();
        if let Some(path) = &self.args.textfile {
            let text = render::text(report, Format::Prometheus, Detail::Brief)?;
            let text = String::from_utf8_lossy(&text);
            let text = departure::of(&text, Form::Metrics);
            files::replace(path, text.as_bytes(), Readers::Everybody)
                .map_err(|source| CliError::File { path: path.clone(), source })?;
            if format == Format::Prometheus {
                return Ok(Reader::There);
            }
        }
        let detail = if console.verbose > 0 { Detail::Reasons } else { Detail::Brief };
        // Findings quote what could not be used, such as the name of a file of certificates.
        let text = fit(render::text(report, format, detail)?);
        let text = repeated::hidden(&String::from_utf8_lossy(&text)).into_owned();
        output::write_on(text.as_bytes(), form(format))
    }
}

/// Returns how the text of a format is written down.
fn form(format: Format) -> Form {
    match format {
        Format::Human | Format::Nagios | Format::Github => Form::Text,
        Format::Json | Format::Jsonl => Form::Json,
        Format::Prometheus => Form::Metrics,
        Format::Junit => Form::Markup,
    }
}
