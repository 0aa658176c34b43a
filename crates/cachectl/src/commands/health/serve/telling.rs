//! Metrics of servers, and about asking them.

use cachectl_core::health::metrics::{Kind, Names, Series, Source, catalogue};

use super::{
    super::{
        render::{
            exposition::{self, Dialect, Exposition},
            prometheus,
        },
        select::{self, Selection},
    },
    reloaded::Reading,
    targets::{Knock, Knocked, Scraped},
};

/// A metric about ourselves.
type Own = (&'static str, Kind, &'static str);

const BUILD: Own = ("cachectl_build_info", Kind::Info, "The version of cachectl.");
const SCRAPES: Own = ("cachectl_scrapes_total", Kind::Counter, "Requests for these metrics.");
const TOOK: Own = (
    "cachectl_scrape_duration_seconds",
    Kind::Gauge,
    "How long it took to ask the servers, all exchanges together.",
);
const CONNECTIONS: Own = (
    "cachectl_connections_opened_total",
    Kind::Counter,
    "Connections that were opened to ask the servers; connect probes aside.",
);
const KNOCKS: Own = (
    "cachectl_connect_probes_total",
    Kind::Counter,
    "How often the server was connected to anew, which is done once a minute.",
);
const LET_IN: Own = (
    "cachectl_connect_probe_success",
    Kind::Gauge,
    "Whether all servers have answered over the last new connections.",
);
const KNOCK_TOOK: Own = (
    "cachectl_connect_probe_duration_seconds",
    Kind::Gauge,
    "How long connecting anew and asking took.",
);
const DROPPED: Own = (
    "cachectl_series_dropped_total",
    Kind::Counter,
    "Series that were left out, because a server made too many of one family.",
);
const FILES: Own = (
    "cachectl_web_file_good",
    Kind::Gauge,
    "Whether what is used of the users or the certificate is what their files hold now.",
);
const OWN: [Own; 9] =
    [FILES, BUILD, SCRAPES, TOOK, CONNECTIONS, KNOCKS, LET_IN, KNOCK_TOOK, DROPPED];

/// What there is to tell about ourselves.
#[derive(Debug)]
pub(super) struct About {
    /// How often these metrics were asked for.
    pub(super) scrapes: u64,
    /// Files that decide who is let in, by what they hold.
    pub(super) readings: Vec<(&'static str, Reading)>,
}

/// Returns the only format that there is for some names.
pub(super) fn dialect(names: Names) -> Option<Dialect> {
    match names {
        Names::Clean => None,
        // In the other one, names that differ in `_total` alone are one.
        Names::RedisExporter => Some(Dialect::Classic),
    }
}

/// Returns everything that is known, and what can be said where no answer came in time.
pub(super) fn text(
    scraped: Option<&Scraped>,
    selection: &Selection,
    about: &About,
    dialect: Dialect,
) -> String {
    let mut exposition = Exposition::default();
    if let Some(scraped) = scraped {
        tell(scraped, selection, &mut exposition);
    } else {
        let Series { name, kind, help, .. } = catalogue::UP;
        exposition.add((name, *kind, help), &[], 0.0);
    }
    exposition.add(BUILD, &[("version", env!("CARGO_PKG_VERSION"))], 1.0);
    exposition.add(SCRAPES, &[], number(about.scrapes));
    for (file, reading) in &about.readings {
        let is_good = *reading == Reading::Good;
        exposition.add(FILES, &[("file", file)], f64::from(u8::from(is_good)));
    }
    exposition.text(dialect)
}

fn tell(scraped: &Scraped, selection: &Selection, exposition: &mut Exposition) {
    let Scraped { scrape, took, connections, knocked, dropped } = scraped;
    // A server that is alone needs no label to be told apart.
    let servers = scrape.nodes.iter().filter(|samples| !samples.is_empty()).count();
    let label = (servers > 1).then_some("node");
    for (node, samples) in scrape.report.nodes.iter().zip(&scrape.nodes) {
        let endpoint = node.endpoint.to_string();
        let label = label.map(|label| (label, endpoint.as_str()));
        for sample in samples {
            exposition.add_sample(sample, label.as_slice());
        }
    }
    prometheus::add(exposition, &select::judge(scrape.report.clone(), selection), label);
    exposition.add(TOOK, &[], took.as_secs_f64());
    exposition.add(CONNECTIONS, &[], number(*connections));
    exposition.add(DROPPED, &[], number(*dropped));
    let Knocked { times, last } = knocked;
    exposition.add(KNOCKS, &[], number(*times));
    if let Some(Knock { let_in, took, .. }) = last {
        exposition.add(LET_IN, &[], f64::from(u8::from(*let_in)));
        exposition.add(KNOCK_TOOK, &[], took.as_secs_f64());
    }
}

#[expect(clippy::cast_precision_loss, reason = "it is a count")]
fn number(count: u64) -> f64 {
    count as f64
}

/// Returns the reference of all metrics as Markdown.
pub(crate) fn reference() -> String {
    let servers = catalogue::all();
    let (clean, compat): (Vec<&Series>, Vec<&Series>) =
        servers.into_iter().partition(|series| series.is_wanted(Names::Clean));
    let rows = |series: &[&Series]| series.iter().map(|it| described(it)).collect::<String>();
    let own = OWN.iter().map(|(name, kind, help)| row(name, *kind, help, "", "cachectl"));
    let found = prometheus::described_series();
    let found = found.iter().map(|(name, kind, help)| row(name, *kind, help, "", "checks"));
    format!(
        "## What servers say\n\n{HEAD}{}\n## What was found\n\n{HEAD}{}\n## About \
         cachectl\n\n{HEAD}{}\n## Only with `--compat redis-exporter`\n\n{HEAD}{}",
        rows(&clean),
        found.collect::<String>(),
        own.collect::<String>(),
        rows(&compat),
    )
}

const HEAD: &str = "| name | type | what it tells | from |\n|---|---|---|---|\n";

fn described(series: &Series) -> String {
    let source = match series.source {
        Source::Field(field) | Source::Micros(field) | Source::State(field) => {
            format!("INFO {field}")
        }
        Source::Cluster(field) => format!("CLUSTER INFO {field}"),
        Source::Setting(name) => format!("CONFIG GET {name}"),
        Source::Words(words) => words.to_owned(),
    };
    let labels = series.labels.join(", ");
    row(series.name, series.kind, series.help, &labels, &source)
}

fn row(name: &str, kind: Kind, help: &str, labels: &str, source: &str) -> String {
    let labels = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
    let kind = exposition::word(kind, Dialect::OpenMetrics);
    format!("| `{name}{labels}` | {kind} | {help} | {source} |\n")
}
