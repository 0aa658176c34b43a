//! The servers that may be asked about, which only the configuration names.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use cachectl_core::{
    health::{
        Finding, NodeReport, Options, Session,
        catalogue::REACH,
        metrics::Names,
        probes::{Answered, Question},
        scrape::{Scrape, Scraper},
    },
    server::target::{Encryption, Target as Servers},
};

use super::{
    super::{
        options::{self, CheckArgs, DeadlineArgs},
        select::{self, Selection},
    },
    shared::Shared,
    stamps::Stamps,
};
use crate::{
    cli::ConnectionArgs,
    settings::{self, Settings, layer::Password, provenance::Sourced},
};

/// How often a server is connected to anew, only to see that it lets us in.
const KNOCKING: Duration = Duration::from_secs(60);

/// How servers are looked at.
#[derive(Clone, Debug)]
pub(super) struct Manner {
    pub(super) deadline: DeadlineArgs,
    pub(super) checks: CheckArgs,
    pub(super) names: Names,
    pub(super) max_age: Duration,
}

/// The servers of the command line, and those of the contexts.
#[derive(Debug)]
pub(super) struct Targets {
    /// What is asked about where nobody names a context.
    pub(super) own: Arc<Target>,
    flags: ConnectionArgs,
    manner: Manner,
    contexts: Mutex<Contexts>,
}

/// The contexts of the file, as of the last time that it was read.
#[derive(Debug)]
struct Contexts {
    stamps: Stamps,
    names: Vec<String>,
    opened: BTreeMap<String, Arc<Target>>,
}

/// One deployment, and what is known of it.
#[derive(Debug)]
pub(super) struct Target {
    flags: ConnectionArgs,
    resolve: Resolve,
    manner: Manner,
    current: Mutex<Option<Current>>,
    scraped: Shared<Arc<Scraped>>,
    answered: [Shared<Answered>; 4],
    knocked: Mutex<Knocked>,
    pub(super) scrapes: AtomicU64,
    dropped: AtomicU64,
}

/// What is used until a file changes.
#[derive(Clone, Debug)]
struct Current {
    stamps: Stamps,
    scraper: Arc<Scraper>,
    /// Probes have connections of their own, so that none waits for a scrape.
    probes: Arc<Session>,
    /// How many connections were opened by those before.
    connections: u64,
}

/// How flags, and what else counts, become settings.
type Resolve = fn(&ConnectionArgs) -> Result<Settings, settings::Error>;

/// What came of a look at the servers.
#[derive(Debug)]
pub(super) struct Scraped {
    pub(super) scrape: Scrape,
    pub(super) took: Duration,
    /// How many connections were opened so far.
    pub(super) connections: u64,
    pub(super) knocked: Knocked,
    /// How many series were left out so far.
    pub(super) dropped: u64,
}

/// What came of connecting anew, and how often that was done.
#[derive(Clone, Debug, Default)]
pub(super) struct Knocked {
    pub(super) times: u64,
    pub(super) last: Option<Knock>,
}

/// What came of connecting anew.
#[derive(Clone, Copy, Debug)]
pub(super) struct Knock {
    at: Instant,
    /// Whether every server has answered more than that it does not want to.
    pub(super) let_in: bool,
    pub(super) took: Duration,
}

impl Targets {
    /// Takes over what is settled, and connects to nothing yet.
    pub(super) fn open(
        flags: &ConnectionArgs,
        settings: Settings,
        manner: Manner,
    ) -> Result<Self, settings::Error> {
        let own = Target::new(flags.clone(), Settings::resolve, manner.clone());
        *lock(&own.current) = Some(Current::of(&settings, &manner, 0)?);
        let stamps = Stamps::of(settings.file.clone());
        let contexts = Contexts { stamps, names: settings.contexts, opened: BTreeMap::new() };
        let contexts = Mutex::new(contexts);
        Ok(Self { own: Arc::new(own), flags: flags.clone(), manner, contexts })
    }

    /// Returns the names that may be asked about.
    pub(super) fn names(&self) -> Vec<String> {
        self.contexts().names.clone()
    }

    /// Returns the servers of a context; nothing where no context is named so.
    pub(super) fn find(&self, name: &str) -> Option<Arc<Target>> {
        let mut contexts = self.contexts();
        if !contexts.names.iter().any(|known| known == name) {
            return None;
        }
        let new = || {
            let ConnectionArgs { config, connect_timeout, timeout, .. } = self.flags.clone();
            let context = Some(name.to_owned());
            // Other flags are about the servers that they name, and so are variables.
            let flags = ConnectionArgs {
                context,
                config,
                connect_timeout,
                timeout,
                ..ConnectionArgs::default()
            };
            Arc::new(Target::new(flags, Settings::resolve_context, self.manner.clone()))
        };
        Some(Arc::clone(contexts.opened.entry(name.to_owned()).or_insert_with(new)))
    }

    /// Returns the contexts, read again if the file has changed.
    fn contexts(&self) -> MutexGuard<'_, Contexts> {
        let mut contexts = lock(&self.contexts);
        let now = contexts.stamps.again();
        if now != contexts.stamps {
            contexts.stamps = now;
            match Settings::resolve(&self.flags) {
                Ok(settings) => {
                    contexts.names = settings.contexts;
                    let Contexts { names, opened, .. } = &mut *contexts;
                    opened.retain(|name, _| names.contains(name));
                }
                Err(error) => tracing::warn!(%error, "the contexts stay as they were"),
            }
        }
        contexts
    }
}

impl Target {
    fn new(flags: ConnectionArgs, resolve: Resolve, manner: Manner) -> Self {
        Self {
            flags,
            resolve,
            manner,
            current: Mutex::default(),
            scraped: Shared::default(),
            answered: Default::default(),
            knocked: Mutex::default(),
            scrapes: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
        }
    }

    /// Returns which findings count.
    pub(super) fn selection(&self) -> Selection {
        self.manner.checks.selection()
    }

    /// Returns the files that it depends on.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let current = lock(&self.current);
        current.iter().flat_map(|current| current.stamps.paths().cloned()).collect()
    }

    /// Returns which names are served.
    pub(super) fn names(&self) -> Names {
        self.manner.names
    }

    /// Looks at the servers, or returns what was found just now.
    pub(super) async fn scrape(&self) -> Result<Arc<Scraped>, settings::Error> {
        let current = self.current()?;
        let find = async {
            let begun = Instant::now();
            let (scrape, knocked) = tokio::join!(current.scraper.scrape(), self.knock());
            let report = select::judge(scrape.report.clone(), &self.selection());
            tracing::info!(status = ?report.status, elapsed = ?scrape.report.elapsed, "looked");
            let connections = current.connections + current.scraper.connections_opened();
            let left_out = scrape.left_out;
            let dropped = self.dropped.fetch_add(left_out, Ordering::Relaxed) + left_out;
            Arc::new(Scraped { scrape, took: begun.elapsed(), connections, knocked, dropped })
        };
        Ok(self.scraped.get(self.manner.max_age, find).await)
    }

    /// Asks a question of Kubernetes.
    pub(super) async fn ask(&self, question: Question) -> Result<Answered, settings::Error> {
        let probes = self.current()?.probes;
        let [live, ready, for_reads, startup] = &self.answered;
        let shared = match question {
            Question::Live => live,
            Question::Ready => ready,
            Question::ReadyForReads => for_reads,
            Question::Startup => startup,
        };
        Ok(shared.get(self.manner.max_age, probes.ask(question)).await)
    }

    /// Connects anew, if that was not done lately: over a connection that stays, nobody notices
    /// that no others are let in.
    async fn knock(&self) -> Knocked {
        let known = lock(&self.knocked).clone();
        if known.last.as_ref().is_some_and(|knock| knock.at.elapsed() < KNOCKING) {
            return known;
        }
        let Ok((servers, options)) = self.resolved() else { return known };
        // The application has been asked already, and one answer of each server is enough.
        let (window, application) = (None, None);
        let options = Options { window, application, pings: 1, write: false, ..options };
        let report = Session::new(servers, options).look().await;
        let last = Knock {
            at: Instant::now(),
            let_in: report.nodes.iter().all(has_spoken),
            took: report.elapsed,
        };
        let knocked = Knocked { times: known.times + 1, last: Some(last) };
        *lock(&self.knocked) = knocked.clone();
        knocked
    }

    /// Returns what to ask with, made anew if a file has changed.
    fn current(&self) -> Result<Current, settings::Error> {
        let mut current = lock(&self.current);
        if let Some(current) = current.as_ref()
            && current.stamps.again() == current.stamps
        {
            return Ok(current.clone());
        }
        let connections =
            current.as_ref().map_or(0, |it| it.connections + it.scraper.connections_opened());
        let made = (self.resolve)(&self.flags)
            .and_then(|settings| Current::of(&settings, &self.manner, connections));
        match (made, current.as_ref()) {
            (Ok(made), _) => Ok(current.insert(made).clone()),
            (Err(error), Some(known)) => {
                tracing::warn!(%error, "the settings stay as they were");
                // Until the files change once more, there is nothing to be read again.
                let known = Current { stamps: known.stamps.again(), ..known.clone() };
                Ok(current.insert(known).clone())
            }
            (Err(error), None) => Err(error),
        }
    }

    fn resolved(&self) -> Result<(Servers, Options), settings::Error> {
        let settings = (self.resolve)(&self.flags)?;
        Ok((settings.target()?, options_of(&settings, &self.manner)))
    }

    /// Counts a scrape, and returns how many there were.
    pub(super) fn count(&self) -> u64 {
        self.scrapes.fetch_add(1, Ordering::Relaxed) + 1
    }
}

impl Current {
    fn of(settings: &Settings, manner: &Manner, connections: u64) -> Result<Self, settings::Error> {
        let options = options_of(settings, manner);
        let passwords = [&settings.connection.password, &settings.connection.sentinel_password];
        let passwords = passwords.into_iter().flatten().filter_map(password_file);
        // Files are looked at before they are read: what changes in between is read once more.
        let stamps = Stamps::of(settings.file.iter().cloned().chain(passwords));
        let servers = settings.target()?;
        let stamps = stamps.and(Stamps::of(certificates(&servers)));
        let probes = Arc::new(Session::new(servers.clone(), options.clone()));
        let scraper = Arc::new(Scraper::new(servers, options, manner.names));
        Ok(Self { stamps, scraper, probes, connections })
    }
}

/// Whether a server has answered `PING`, or `INFO`, which it does while it loads or cannot save.
fn has_spoken(node: &NodeReport) -> bool {
    let reached = |finding: &Finding| finding.check.id == REACH.id && finding.value.is_some();
    node.version.is_some() || node.findings.iter().any(reached)
}

fn options_of(settings: &Settings, manner: &Manner) -> Options {
    let options = options::resolve(&manner.deadline, &manner.checks, &settings.health);
    // The window of the file is for those who look once.
    Options { window: manner.checks.window(), ..options }
}

fn password_file(password: &Sourced<Password>) -> Option<PathBuf> {
    match &password.value {
        Password::File(path) => Some(path.clone()),
        Password::Text(_) => None,
    }
}

fn certificates(servers: &Servers) -> Vec<PathBuf> {
    let Encryption::Tls(options) = &servers.encryption else { return Vec::new() };
    let identity = options.identity.iter().flat_map(|it| [&it.certificate, &it.key]);
    identity.chain(&options.authorities).cloned().collect()
}

/// Nothing that is done under these locks can leave it half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
