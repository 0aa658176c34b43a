//! What is asked for, and what is answered.

use std::{fmt::Write as _, sync::Arc, time::Duration};

use cachectl_core::health::{
    Status,
    probes::{Answered, Question},
};
use hyper::{Method, Request, Response, StatusCode, body::Incoming, header};
use tokio::time;
use url::form_urlencoded;

use super::{
    super::{
        render::{self, Detail, exposition::Dialect, plain},
        select,
    },
    auth::Guests,
    capacity::Capacity,
    certificates::Certificates,
    hosts::Hosts,
    reloaded::Reading,
    seats::Seat,
    targets::{Scraped, Target, Targets},
    telling,
};
use crate::{
    cli::Format,
    output::departure::{self, Form},
    settings,
};

/// What requests are answered from.
#[derive(Debug)]
pub(super) struct Serving {
    pub(super) targets: Targets,
    pub(super) guests: Option<Guests>,
    pub(super) hosts: Hosts,
    pub(super) certificates: Option<Certificates>,
    pub(super) capacity: Capacity,
}

/// How long Prometheus waits for an answer, in seconds.
const SCRAPE_TIMEOUT: &str = "x-prometheus-scrape-timeout-seconds";
/// What of that the way there and back may take.
const ON_THE_WAY: f64 = 0.1;
const TEXT: &str = "text/plain; charset=utf-8";
/// What Kubernetes asks for.
const PROBES: [&str; 4] = ["/healthz", "/livez", "/readyz", "/startupz"];
const HEALTH: &str = "application/health+json";

/// An answer: its status, what kind of text it is, and the text.
type Answer = (StatusCode, &'static str, String);

/// Answers one request, whatever it is.
pub(super) async fn answer(
    request: &Request<Incoming>,
    serving: Arc<Serving>,
    seat: &Seat,
) -> Response<String> {
    let answer = match serving.refusal(request) {
        Some(refusal) => refusal,
        None => serving.take(request, seat).await,
    };
    let mut response = respond(answer);
    if seat.is_scarce() || response.status() == StatusCode::TOO_MANY_REQUESTS {
        let close = header::HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

fn respond((status, kind, text): Answer) -> Response<String> {
    let form = match kind {
        TEXT => Form::Text,
        HEALTH => Form::Json,
        _ => Form::Metrics,
    };
    let mut response = Response::new(departure::of(&text, form).into_owned());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    // What is true now is of no use to anybody later.
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    if status == StatusCode::UNAUTHORIZED {
        let realm = header::HeaderValue::from_static("Basic realm=\"cachectl\"");
        headers.insert(header::WWW_AUTHENTICATE, realm);
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        headers.insert(header::RETRY_AFTER, header::HeaderValue::from_static("1"));
    }
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(header::ALLOW, header::HeaderValue::from_static("GET, HEAD"));
    }
    response
}

impl Serving {
    fn admits(&self, request: &Request<Incoming>) -> bool {
        let given = text(request, header::AUTHORIZATION.as_str());
        self.guests.as_ref().is_none_or(|guests| guests.admit(given))
    }

    /// Returns why a request is not looked into, which takes nothing from anybody else.
    fn refusal(&self, request: &Request<Incoming>) -> Option<Answer> {
        let (status, text) = if !self.hosts.admit(request) {
            let text = "no page of this name is here; `--web-host` adds a name\n";
            (StatusCode::MISDIRECTED_REQUEST, text)
        } else if !self.admits(request) {
            (StatusCode::UNAUTHORIZED, "a user and a password are asked for\n")
        } else if request.method() != Method::GET && request.method() != Method::HEAD {
            (StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD are answered\n")
        } else {
            return None;
        };
        Some((status, TEXT, text.to_owned()))
    }

    /// Answers a request, if there is room for it. There always is for a probe.
    async fn take(&self, request: &Request<Incoming>, seat: &Seat) -> Answer {
        let _answering = seat.answering();
        let is_probe = PROBES.contains(&request.uri().path());
        let share = if is_probe { None } else { self.capacity.share(seat.address()) };
        if !is_probe && share.is_none() {
            let text = "too many requests are being answered\n".to_owned();
            return (StatusCode::TOO_MANY_REQUESTS, TEXT, text);
        }
        self.route(request).await.unwrap_or_else(|refusal| refusal)
    }

    async fn route(&self, request: &Request<Incoming>) -> Result<Answer, Answer> {
        let own = || Arc::clone(&self.targets.own);
        refuse_misplaced(request)?;
        match request.uri().path() {
            "/" => Ok((StatusCode::OK, TEXT, self.contents())),
            "/metrics" => self.metrics(own(), request).await,
            "/probe" => self.metrics(self.named(request)?, request).await,
            "/healthz" => self.health(own()).await,
            "/livez" => self.probe(own(), Question::Live).await,
            "/readyz" => self.probe(own(), readiness(request)).await,
            "/startupz" => self.probe(own(), Question::Startup).await,
            _ => Err((StatusCode::NOT_FOUND, TEXT, self.contents())),
        }
    }

    /// Returns the context that a request names. An address is no name, whatever it looks like.
    fn named(&self, request: &Request<Incoming>) -> Result<Arc<Target>, Answer> {
        let bad = |text: String| (StatusCode::BAD_REQUEST, TEXT, text);
        let query = request.uri().query().unwrap_or_default();
        let mut targets =
            form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "target");
        let (Some((_, name)), None) = (targets.next(), targets.next()) else {
            return Err(bad("one `target` is asked for, which names a context\n".to_owned()));
        };
        // The name is not repeated: it may be an address, and hold a password.
        let unknown = || bad("there is no context of this name\n".to_owned());
        self.targets.find(&name).ok_or_else(unknown)
    }

    /// Returns what there is, for people.
    fn contents(&self) -> String {
        let mut text = "\
cachectl health serve

/metrics            metrics of the server
/probe?target=NAME  metrics of a context
/healthz            everything that was found, as JSON
/livez              whether the server is alive
/readyz             whether clients may be sent to it
/readyz?for=reads   whether clients may be sent to it that only read
/startupz           whether it has started
"
        .to_owned();
        // Names tell strangers what there is.
        let names = self.guests.as_ref().map(|_| self.targets.names());
        for name in names.unwrap_or_default() {
            let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
            // Writing to a string cannot fail.
            let _ = write!(text, "\n/probe?target={name}");
        }
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text
    }
}

/// Refuses a name where it would change nothing: the answer would be about another server.
fn refuse_misplaced(request: &Request<Incoming>) -> Result<(), Answer> {
    let query = request.uri().query().unwrap_or_default();
    let named = form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "target");
    if named && request.uri().path() != "/probe" {
        let text = "only `/probe` is about a `target`\n".to_owned();
        return Err((StatusCode::BAD_REQUEST, TEXT, text));
    }
    Ok(())
}

impl Serving {
    async fn metrics(
        &self,
        target: Arc<Target>,
        request: &Request<Incoming>,
    ) -> Result<Answer, Answer> {
        let dialect = match telling::dialect(target.names()) {
            Some(only) => only,
            None => Dialect::accepted(text(request, header::ACCEPT.as_str())),
        };
        let about = telling::About { scrapes: target.count(), readings: self.readings() };
        let scraped = match allowed(request) {
            Some(allowed) => time::timeout(allowed, self.scrape(&target)).await.ok().transpose()?,
            None => Some(self.scrape(&target).await?),
        };
        let text = telling::text(scraped.as_deref(), &target.selection(), &about, dialect);
        Ok((StatusCode::OK, dialect.content_type(), self.discreet(&target, text)))
    }

    async fn health(&self, target: Arc<Target>) -> Result<Answer, Answer> {
        let scraped = self.scrape(&target).await?;
        let report = select::judge(scraped.scrape.report.clone(), &target.selection());
        let status = match report.status {
            Status::Critical => StatusCode::SERVICE_UNAVAILABLE,
            Status::Ok | Status::Warning | Status::Unknown => StatusCode::OK,
        };
        let text = render::text(&report, Format::Json, Detail::Brief);
        let text = text.ok().and_then(|text| String::from_utf8(text).ok());
        let text = text.ok_or_else(|| failed("the report could not be written"))?;
        Ok((status, HEALTH, self.discreet(&target, text)))
    }

    async fn probe(&self, target: Arc<Target>, question: Question) -> Result<Answer, Answer> {
        let asked = Arc::clone(&target);
        // To the end, even if nobody waits for it any more: half an exchange would spoil the
        // connection.
        let asking = tokio::spawn(async move { asked.ask(question).await });
        let Answered { yes, text, .. } = self.finished(asking.await)?;
        let status = if yes { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        Ok((status, TEXT, self.discreet(&target, format!("{}\n", plain(&text)))))
    }

    async fn scrape(&self, target: &Arc<Target>) -> Result<Arc<Scraped>, Answer> {
        let target = Arc::clone(target);
        let scraping = tokio::spawn(async move { target.scrape().await });
        self.finished(scraping.await)
    }

    fn finished<T>(
        &self,
        ended: Result<Result<T, settings::Error>, tokio::task::JoinError>,
    ) -> Result<T, Answer> {
        match ended {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) if self.guests.is_some() => Err(failed(&error.to_string())),
            Ok(Err(error)) => {
                // It may name files.
                tracing::warn!(%error, "the settings are not usable");
                Err(failed("the settings are not usable; the log has more about it"))
            }
            Err(_) => Err(failed("something has gone wrong")),
        }
    }

    /// Returns what came of reading the files that decide who is let in.
    fn readings(&self) -> Vec<(&'static str, Reading)> {
        let users = self.guests.as_ref().map(Guests::reading);
        let certificate = self.certificates.as_ref().map(Certificates::reading);
        users.into_iter().chain(certificate).collect()
    }

    /// Takes the names of our files out of what is said to everybody.
    fn discreet(&self, target: &Target, text: String) -> String {
        if self.guests.is_some() {
            return text;
        }
        let files = target.files().into_iter().map(|file| file.display().to_string());
        files
            .filter(|file| text.contains(file))
            .fold(text.clone(), |text, file| text.replace(&file, "(a file)"))
    }
}

fn failed(text: &str) -> Answer {
    (StatusCode::INTERNAL_SERVER_ERROR, TEXT, format!("{}\n", plain(&text)))
}

/// Returns for what clients it has to be ready: for all, or for those that `?for=reads` names.
fn readiness(request: &Request<Incoming>) -> Question {
    let query = request.uri().query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let for_reads = pairs.any(|(name, value)| name == "for" && value == "reads");
    if for_reads { Question::ReadyForReads } else { Question::Ready }
}

/// Returns how long an answer may take to be of use.
fn allowed(request: &Request<Incoming>) -> Option<Duration> {
    let seconds: f64 = text(request, SCRAPE_TIMEOUT).parse().ok()?;
    let sooner = seconds * (1.0 - ON_THE_WAY);
    Duration::try_from_secs_f64(sooner).ok().filter(|allowed| !allowed.is_zero())
}

/// Returns a header, and nothing where there is none.
fn text<'r>(request: &'r Request<Incoming>, name: &str) -> &'r str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
