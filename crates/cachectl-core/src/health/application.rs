//! What an application says of its cache: whether the circuit breaker is closed, and how many
//! requests fail.
//!
//! A server can be well while the application has given it up. Applications export it as metrics,
//! in the text format of Prometheus:
//!
//! | metric | is |
//! |---|---|
//! | `cachectl_breaker_state{breaker,state}` | 1 for the state that holds, of `closed`, `half_open` and `open` |
//! | `cachectl_requests_total` | requests to the cache |
//! | `cachectl_request_errors_total` | those that failed |

mod exposition;

use std::{
    fmt,
    str::FromStr,
    time::{Duration, Instant},
};

use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::{Request, StatusCode, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use tokio::time;
use tokio_util::task::AbortOnDropHandle;
use url::Url;

use self::exposition::Sample;
use super::{
    catalogue::{BREAKER, ERRORS},
    history::Counters,
    judge::Judge,
    report::{NodeReport, Status},
};
use crate::{
    server::probe::{self, FailureKind},
    values::endpoint::Endpoint,
};

/// What its report calls it.
pub(super) const ROLE: &str = "application";
/// Longer answers are not read.
const LIMIT: usize = 16 * 1024 * 1024;
/// Fewer requests say nothing about how many fail.
const ENOUGH: f64 = 100.0;
const REQUESTS: &str = "cachectl_requests_total";
const FAILED: &str = "cachectl_request_errors_total";

/// Where an application exports metrics: an `http` URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    host: String,
    port: u16,
    path: String,
}

/// Why a text is no address of metrics.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("metrics are read from an address such as http://127.0.0.1:9000/metrics")]
pub struct NotHttp;

impl FromStr for Application {
    type Err = NotHttp;

    fn from_str(text: &str) -> Result<Self, NotHttp> {
        let url = Url::parse(text).map_err(|_| NotHttp)?;
        let has_login = !url.username().is_empty() || url.password().is_some();
        let host = url.host_str().filter(|_| url.scheme() == "http" && !has_login);
        let host = host.ok_or(NotHttp)?.trim_matches(['[', ']']).to_owned();
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let path = format!("{}{query}", url.path());
        Ok(Self { host, port: url.port_or_known_default().unwrap_or(80), path })
    }
}

impl fmt::Display for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}{}", self.endpoint(), self.path)
    }
}

/// Why there are no metrics.
#[derive(Debug, thiserror::Error)]
enum Unread {
    #[error("there was no answer in time")]
    Deadline,
    #[error("{0}")]
    Connection(#[from] FailureKind),
    #[error("{0}")]
    Http(#[from] hyper::Error),
    #[error("the answer was {0}")]
    Status(StatusCode),
    #[error("the answer was cut off, or is longer than 16 MiB")]
    Body,
}

impl Application {
    pub(super) fn endpoint(&self) -> Endpoint {
        Endpoint::Tcp { host: self.host.clone(), port: self.port }
    }

    /// Asks for the metrics, and once more after the window.
    pub(super) async fn look(
        &self,
        mut judge: Judge<'_>,
        (deadline, window): (Instant, Option<Duration>),
        counted: Option<Counters>,
    ) -> NodeReport {
        let mut counters = Counters::default();
        match self.ask(deadline, window, counted).await {
            Ok((samples, before, now)) => {
                breaker(&samples, &mut judge);
                errors(before.as_ref(), &now, &mut judge);
                counters = now;
            }
            Err(error) => {
                let text = format!("the metrics of the application could not be read: {error}");
                judge.state(BREAKER, Status::Unknown, text);
            }
        }
        let report = NodeReport::of(&self.endpoint(), None, judge);
        NodeReport { role: Some(ROLE.to_owned()), counters, ..report }
    }

    async fn ask(
        &self,
        deadline: Instant,
        window: Option<Duration>,
        counted: Option<Counters>,
    ) -> Result<(Vec<Sample>, Option<Counters>, Counters), Unread> {
        let samples = self.read(deadline).await?;
        let Some(window) = window else {
            let now = count(&samples);
            return Ok((samples, counted, now));
        };
        let before = count(&samples);
        time::sleep(window).await;
        let samples = self.read(deadline + window).await?;
        let now = count(&samples);
        Ok((samples, Some(before), now))
    }

    async fn read(&self, deadline: Instant) -> Result<Vec<Sample>, Unread> {
        let fetched = time::timeout_at(deadline.into(), self.fetch()).await;
        Ok(exposition::samples(&fetched.map_err(|_| Unread::Deadline)??))
    }

    async fn fetch(&self) -> Result<String, Unread> {
        let stream = probe::dial(&self.host, self.port).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // It moves the bytes, and ends with this future.
        let _moving = AbortOnDropHandle::new(tokio::spawn(connection));
        let request = Request::get(&self.path)
            .header(header::HOST, self.endpoint().to_string())
            .header(header::ACCEPT, "text/plain")
            .body(Empty::<Bytes>::new())
            .map_err(|_| Unread::Body)?;
        let response = sender.send_request(request).await?;
        let status = response.status();
        let body = Limited::new(response.into_body(), LIMIT).collect().await;
        if !status.is_success() {
            return Err(Unread::Status(status));
        }
        let body = body.map_err(|_| Unread::Body)?.to_bytes();
        Ok(String::from_utf8_lossy(&body).into_owned())
    }
}

fn count(samples: &[Sample]) -> Counters {
    let values = [REQUESTS, FAILED].into_iter().filter_map(|name| {
        let series = samples.iter().filter(|sample| sample.name == name);
        let sum = series.map(|sample| sample.value).reduce(|sum, value| sum + value);
        sum.filter(|sum| sum.is_finite()).map(|sum| (name.to_owned(), sum))
    });
    Counters::counted_now(values.collect())
}

/// Judges the breaker that is worst.
fn breaker(samples: &[Sample], judge: &mut Judge<'_>) {
    let breakers = samples.iter().filter(|sample| sample.name == "cachectl_breaker_state");
    let holding = breakers.filter(|sample| sample.value > 0.0);
    let worst = holding
        .filter_map(|sample| {
            let word = sample.label("state")?;
            let status = match word {
                "closed" => Status::Ok,
                "half_open" => Status::Warning,
                "open" => Status::Critical,
                _ => Status::Unknown,
            };
            Some((status, word, sample.label("breaker")))
        })
        .max_by_key(|(status, _, _)| *status);
    let Some((status, word, name)) = worst else {
        let text = "the application exports no `cachectl_breaker_state`";
        return judge.state(BREAKER, Status::Unknown, text);
    };
    let which = name.map(|name| format!(" `{name}`")).unwrap_or_default();
    judge.state(BREAKER, status, format!("the breaker{which} is {}", word.replace('_', "-")));
}

/// Judges the share of requests that failed since the earlier look.
fn errors(before: Option<&Counters>, now: &Counters, judge: &mut Judge<'_>) {
    let Some(before) = before else { return };
    let grown = |name: &str| now.grown_since(before, name);
    let Some((requests, failed)) = grown(REQUESTS).zip(grown(FAILED)) else { return };
    if requests < ENOUGH {
        let text = format!("{requests} requests are too few to judge by");
        return judge.state(ERRORS, Status::Ok, text);
    }
    let share = 100.0 * failed / requests;
    judge.value(ERRORS, share, format!("{share:.2} % of {requests} requests failed"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_http_without_a_login() {
        #[track_caller]
        fn case(text: &str, expected: &str) {
            let read = text.parse::<Application>();
            assert_eq!(read.map_or_else(|_| "no".to_owned(), |it| it.to_string()), expected);
        }

        case("http://127.0.0.1:9000/metrics", "http://127.0.0.1:9000/metrics");
        case("http://app/m?x=1", "http://app:80/m?x=1");
        case("http://[::1]:9000", "http://[::1]:9000/");
        case("https://app/metrics", "no");
        case("http://me:pw@app/metrics", "no");
        case("app:9000", "no");
    }

    #[test]
    fn what_is_no_number_is_not_counted() {
        let samples =
            exposition::samples(&format!("{REQUESTS} 200\n{REQUESTS} 1\n{FAILED} +Inf\n"));
        let counted = count(&samples);
        assert_eq!((counted.get(REQUESTS), counted.get(FAILED)), (Some(201.0), None));
    }
}
