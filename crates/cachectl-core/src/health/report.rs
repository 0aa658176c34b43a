//! What was found.

use std::time::Duration;

use serde::Serialize;

use super::{
    application,
    catalogue::Check,
    history::{Counters, History},
    judge::{Judge, cut},
    range::Range,
    sample::Sample,
};
use crate::{values::endpoint::Endpoint, vocabulary::seconds::seconds};

/// How good something is; the order is that of gravity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// As it should be.
    Ok,
    /// It could not be found out.
    Unknown,
    /// It should be looked at.
    Warning,
    /// It has to be looked at now.
    Critical,
}

/// The answer to one question about one server.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The question.
    #[serde(serialize_with = "id")]
    pub check: &'static Check,
    /// How good it is.
    pub status: Status,
    /// What was measured, in the unit of the check.
    pub value: Option<f64>,
    /// When that is a warning, in the notation of monitoring plugins.
    pub warning: Option<Range>,
    /// When that is critical.
    pub critical: Option<Range>,
    /// What there is to say about it.
    pub text: String,
}

/// How long the name of a version may be, in bytes.
const LONGEST: usize = 200;

/// A server, and what was found about it.
#[derive(Clone, Debug, Serialize)]
pub struct NodeReport {
    /// Where it is.
    pub endpoint: Endpoint,
    /// Its product and version, if it said so.
    pub version: Option<String>,
    /// `primary`, `replica` or `sentinel`, if it said so.
    pub role: Option<String>,
    /// The gravest of its findings.
    pub status: Status,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What its counters are now.
    #[serde(skip)]
    pub counters: Counters,
}

impl NodeReport {
    /// Makes a report of what was judged.
    pub(super) fn of(endpoint: &Endpoint, sample: Option<&Sample>, judge: Judge<'_>) -> Self {
        let status = judge.findings.iter().map(|finding| finding.status).max();
        Self {
            endpoint: endpoint.clone(),
            version: sample.and_then(Sample::version).map(|version| cut(version, LONGEST)),
            role: sample.and_then(Sample::role),
            status: status.unwrap_or(Status::Unknown),
            findings: judge.findings,
            counters: sample.map(Counters::of).unwrap_or_default(),
        }
    }
}

/// What was found about a deployment.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The gravest of all findings.
    pub status: Status,
    /// When it was looked at, as RFC 3339 in UTC.
    pub time: String,
    /// The servers.
    pub nodes: Vec<NodeReport>,
    /// How long it took.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub elapsed: Duration,
}

impl NodeReport {
    /// Returns whether this is no server, but an application that uses them.
    #[must_use]
    pub fn is_application(&self) -> bool {
        self.role.as_deref() == Some(application::ROLE)
    }
}

impl Report {
    /// Returns the counters, for a later look.
    #[must_use]
    pub fn history(&self) -> History {
        let counted = self.nodes.iter().filter(|node| !node.counters.values.is_empty());
        History(counted.map(|node| (node.endpoint.to_string(), node.counters.clone())).collect())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn id<S: serde::Serializer>(check: &&'static Check, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(check.id)
}
