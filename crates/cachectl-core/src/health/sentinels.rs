//! Sentinels: whether enough of them can agree, and on what.

use std::time::Instant;

use futures_util::future::join_all;

use super::{
    Session,
    catalogue::{AGREEMENT, QUORUM, SENTINEL_ROLE},
    connections::Asked,
    halfway,
    judge::Judge,
    judgements,
    report::{Finding, NodeReport, Status},
    sample::Sample,
    sentinel_view::View,
};
use crate::{
    server::{
        probe::Answer,
        sentinel::majority,
        target::{Login, Target, Topology},
    },
    values::endpoint::Endpoint,
};

/// What their reports call them.
pub(super) const ROLE: &str = "sentinel";

/// What the sentinels of a primary said.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) reports: Vec<NodeReport>,
    /// The primary that most of them name.
    pub(super) primary: Option<Endpoint>,
}

/// The sentinels of a primary, and how they are asked.
#[derive(Debug)]
pub(super) struct Sentinels<'a> {
    session: &'a Session,
    endpoints: &'a [Endpoint],
    primary_name: &'a str,
    login: &'a Login,
    deadline: Instant,
}

/// What one sentinel said.
struct Said<'a> {
    endpoint: &'a Endpoint,
    judge: Judge<'a>,
    sample: Option<Sample>,
    primary: Option<Endpoint>,
}

impl<'a> Sentinels<'a> {
    /// Returns those that are to be asked, if there are any.
    ///
    /// They have half of the time: the primary is asked after them, even if one of them hangs.
    pub(super) fn of(session: &'a Session, deadline: Instant) -> Option<Self> {
        let deadline = halfway(deadline);
        match &session.target.topology {
            Topology::Sentinel { sentinels: endpoints, primary_name, login } => {
                Some(Self { session, endpoints, primary_name, login, deadline })
            }
            Topology::Server(_) | Topology::Cluster(_) => None,
        }
    }

    /// Asks all of them at once.
    pub(super) async fn look(&self) -> Watched {
        // The login and the database of the target are those of the data servers.
        let target = &self.session.target;
        let target = Target { login: self.login.clone(), db: 0, ..target.clone() };
        let asked = self.endpoints.iter().map(|endpoint| self.ask(endpoint, &target));
        let mut all = join_all(asked).await;
        let named = || {
            let answers = all.iter().filter(|said| said.sample.is_some());
            answers.map(|said| said.primary.as_ref())
        };
        let primary = majority(named(), named().count()).cloned();
        if let Some(primary) = &primary {
            // Those who do not answer may be kept from it by the one who does.
            let is_certain = majority(named(), self.endpoints.len()).is_some();
            self.session.target.trust.doubt(primary, !is_certain);
        }
        for said in &mut all {
            said.agree(primary.as_ref());
        }
        Watched { reports: all.into_iter().map(Said::report).collect(), primary }
    }

    async fn ask(&self, endpoint: &'a Endpoint, target: &Target) -> Said<'a> {
        let mut judge = Judge::new(&self.session.options.thresholds);
        judgements::unchecked(target, &mut judge);
        let mut said = Said { endpoint, judge, sample: None, primary: None };
        let name = self.primary_name.as_bytes();
        let questions: [&[&[u8]]; 5] = [
            &[b"PING"],
            &[b"INFO"],
            &[b"SENTINEL", b"CKQUORUM", name],
            &[b"SENTINEL", b"GET-MASTER-ADDR-BY-NAME", name],
            &[b"SENTINEL", b"MASTER", name],
        ];
        let connections = &self.session.connections;
        let asked = connections.ask(endpoint, target, &questions, self.deadline).await;
        let Asked { connection, exchange, connecting } = match asked {
            Ok(asked) => asked,
            Err(failure) => {
                judgements::unreachable(&failure, &mut said.judge);
                return said;
            }
        };
        if let Some(found) = connection.probe.certificate() {
            judgements::certificate(found, &mut said.judge);
        }
        let answers = &exchange.answers;
        let sample = Sample::read(&exchange, connecting);
        connections.keep(endpoint, connection);
        judgements::reach(&sample, &mut said.judge);
        said.sample = Some(sample);
        said.quorum(answers.get(2));
        said.primary = answers.get(3).and_then(address);
        target.trust.note(endpoint, said.primary.clone());
        View { asked: self.endpoints.len() }.judge(answers.get(4), &mut said.judge);
        said
    }
}

impl Said<'_> {
    fn quorum(&mut self, answer: Option<&Answer>) {
        match answer {
            None => self.judge.state(QUORUM, Status::Unknown, "it did not say"),
            Some(Answer::Error(refusal)) if refusal.is_permission() => {
                self.judge.denied(QUORUM, refusal);
            }
            // That it does not know the primary, or the command, because it is no sentinel.
            Some(Answer::Error(refusal)) => {
                self.judge.state(QUORUM, Status::Critical, refusal.to_string());
            }
            Some(answer) => {
                let text = answer.text().unwrap_or("enough sentinels can be reached");
                self.judge.state(QUORUM, Status::Ok, text.escape_debug().to_string());
            }
        }
    }

    fn agree(&mut self, most: Option<&Endpoint>) {
        match (&self.primary, most) {
            (Some(own), Some(most)) if own == most => {
                self.judge.state(AGREEMENT, Status::Ok, format!("the primary is {own}"));
            }
            (Some(own), Some(most)) => {
                let text = format!("it names {own}, and others name {most}");
                self.judge.state(AGREEMENT, Status::Critical, text);
            }
            (Some(own), None) => {
                let text = format!("it names {own}, and most of the others do not");
                self.judge.state(AGREEMENT, Status::Critical, text);
            }
            (None, _) => self.judge.state(AGREEMENT, Status::Unknown, "it names no primary"),
        }
    }

    fn report(self) -> NodeReport {
        let report = NodeReport::of(self.endpoint, self.sample.as_ref(), self.judge);
        NodeReport { role: Some(ROLE.to_owned()), ..report }
    }
}

/// Holds what the server that the sentinels name says of itself against that.
pub(super) fn check_role(primary: &mut NodeReport) {
    let (status, text) = match primary.role.as_deref() {
        Some("primary") => (Status::Ok, "it says that it is the primary"),
        Some(_) => (Status::Critical, "it says that it is a replica"),
        None => return,
    };
    let (warning, critical) = (None, None);
    let (check, text) = (SENTINEL_ROLE, text.to_owned());
    primary.findings.push(Finding { check, status, value: None, warning, critical, text });
    primary.status = primary.status.max(status);
}

/// Reads the answer of `GET-MASTER-ADDR-BY-NAME`.
fn address(answer: &Answer) -> Option<Endpoint> {
    let [host, port] = answer.elements()? else { return None };
    Endpoint::announced(host.text()?, port.text()?.parse().ok()?)
}
