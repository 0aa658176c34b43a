//! What all tests ask, and how long they wait.

use std::time::{Duration, Instant};

use cachectl_core::{
    server::{
        probe::{Exchange, Failure, FailureKind, Probe, Stage},
        target::{Target, Topology},
    },
    values::endpoint::{ConnectionUrl, Endpoint},
};

/// Far more than any answer takes, on the busiest machine.
pub(crate) const AMPLE: Duration = Duration::from_secs(20);
/// What a test waits for in vain.
pub(crate) const SHORT: Duration = Duration::from_millis(300);
/// How much later than the deadline the end may come.
const SLACK: Duration = Duration::from_millis(50);

pub(crate) const PING: &[&[u8]] = &[b"PING"];

pub(crate) fn target(url: &str) -> Target {
    Target::from_url(ConnectionUrl::parse(url).unwrap())
}

pub(crate) fn endpoint(target: &Target) -> Endpoint {
    match &target.topology {
        Topology::Server(endpoint) => endpoint.clone(),
        other => panic!("{other:?} is not one server"),
    }
}

pub(crate) async fn open(target: &Target, limit: Duration) -> Result<Probe, Failure> {
    Probe::open(&endpoint(target), target, Instant::now() + limit).await
}

/// Connects and sends all commands.
pub(crate) async fn ask(target: &Target, commands: &[&[&[u8]]]) -> Exchange {
    let mut probe = open(target, AMPLE).await.unwrap();
    probe.exchange(commands, Instant::now() + AMPLE).await
}

pub(crate) async fn ask_url(url: &str, commands: &[&[&[u8]]]) -> Exchange {
    ask(&target(url), commands).await
}

#[track_caller]
pub(crate) fn texts(exchange: &Exchange) -> Vec<&str> {
    exchange.answers.iter().map(|answer| answer.text().unwrap()).collect()
}

/// Returns the codes of all answers, which are errors.
#[track_caller]
pub(crate) fn codes(exchange: &Exchange) -> Vec<&str> {
    exchange.answers.iter().map(|answer| answer.refusal().unwrap().code.as_str()).collect()
}

#[track_caller]
pub(crate) fn failed_as(failure: &Failure) -> (Stage, &FailureKind) {
    assert!(!format!("{failure} {failure:?}").contains("s3cret"), "{failure:?}");
    (failure.stage, &failure.kind)
}

/// Checks that something that would take for ever ends with its deadline.
///
/// On a busy machine everybody is late now and then: once in ten is in time.
pub(crate) async fn ends_in_time(
    mut attempt: impl AsyncFnMut(Instant) -> Option<Failure>,
    stage: Stage,
) {
    let mut late = Duration::MAX;
    for _ in 0..10 {
        let deadline = Instant::now() + SHORT;
        let failure = attempt(deadline).await.unwrap();
        assert!(Instant::now() >= deadline, "it did not wait");
        late = late.min(deadline.elapsed());
        assert_eq!(failed_as(&failure), (stage, &FailureKind::Deadline));
        if late <= SLACK {
            return;
        }
    }
    panic!("it ended {late:?} after its deadline");
}
