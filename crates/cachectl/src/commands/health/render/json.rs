//! `application/health+json`, as draft-inadarei-api-health-check-06 has it, and what it lacks: the
//! draft knows `pass`, `warn` and `fail`, so that `state` tells what is unknown.

use std::collections::BTreeMap;

use cachectl_core::health::{Finding, NodeReport, Range, Report, Status, catalogue::Unit};
use schemars::JsonSchema;
use serde::Serialize;

use super::{super::schemas, plain, word};
use crate::error::CliError;

const SCHEMA: &str = "cachectl.health/1";

/// What `health` prints: `application/health+json`, and more.
#[derive(JsonSchema, Serialize)]
#[schemars(title = SCHEMA)]
pub(in super::super) struct Document<'a> {
    /// The name and version of this document.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// How all is, in the words of the draft; what is unknown is `warn`.
    #[schemars(schema_with = "schemas::statuses")]
    status: &'static str,
    /// How all is: exit 0, 1, 2 or 3.
    #[schemars(schema_with = "schemas::states")]
    state: &'static str,
    /// Always the same.
    description: &'static str,
    /// When it was found out.
    #[schemars(extend("format" = "date-time"))]
    time: &'a str,
    /// How long it took.
    #[schemars(range(min = 0.0))]
    seconds: f64,
    /// The servers.
    nodes: Vec<Node>,
    /// What was found, by check.
    #[schemars(extend("propertyNames" = schemas::check_names()))]
    checks: BTreeMap<String, Vec<Entry<'a>>>,
}

/// A server.
#[derive(JsonSchema, Serialize)]
struct Node {
    /// Where it is.
    endpoint: String,
    /// Its product and version, if it said so.
    version: Option<String>,
    /// `primary`, `replica` or `sentinel`, if it said so.
    role: Option<String>,
    /// How it is.
    #[schemars(schema_with = "schemas::states")]
    state: &'static str,
}

/// A finding, by the field names of the draft.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    /// The address of the server.
    component_id: String,
    /// What it is.
    #[schemars(extend("enum" = [DATASTORE, COMPONENT]))]
    component_type: &'static str,
    /// What was measured; left out where there is no number.
    #[schemars(with = "f64")]
    #[serde(skip_serializing_if = "Option::is_none")]
    observed_value: Option<f64>,
    /// What it was measured in.
    #[schemars(schema_with = "schemas::units")]
    #[serde(skip_serializing_if = "Option::is_none")]
    observed_unit: Option<Unit>,
    /// How good it is, in the words of the draft.
    #[schemars(schema_with = "schemas::statuses")]
    status: &'static str,
    /// How good it is.
    #[schemars(schema_with = "schemas::states")]
    state: &'static str,
    /// When it was found out.
    #[schemars(extend("format" = "date-time"))]
    time: &'a str,
    /// What there is to say. The draft wants none of it with `pass`.
    #[schemars(with = "String")]
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    /// What is no warning.
    #[schemars(with = "Option<schemas::RangeText>")]
    warning: Option<Range>,
    /// What is not critical.
    #[schemars(with = "Option<schemas::RangeText>")]
    critical: Option<Range>,
}

const DATASTORE: &str = "datastore";
/// An application that uses them.
const COMPONENT: &str = "component";

/// Returns a document for one report.
pub(super) fn text(report: &Report) -> Result<String, CliError> {
    let text = serde_json::to_string_pretty(&document(report)).map_err(CliError::Json)?;
    Ok(text + "\n")
}

/// Returns a document on a line of its own, for one report of several.
pub(super) fn line(report: &Report) -> Result<String, CliError> {
    let text = serde_json::to_string(&document(report)).map_err(CliError::Json)?;
    Ok(text + "\n")
}

fn document(report: &Report) -> Document<'_> {
    let mut checks: BTreeMap<String, Vec<Entry<'_>>> = BTreeMap::new();
    for node in &report.nodes {
        for finding in &node.findings {
            let entry = entry(report, node, finding);
            checks.entry(format!("redis:{}", finding.check.id)).or_default().push(entry);
        }
    }
    Document {
        schema: SCHEMA,
        status: status(report.status),
        state: word(report.status),
        description: "health of Redis and Valkey servers",
        time: &report.time,
        seconds: report.elapsed.as_secs_f64(),
        nodes: report.nodes.iter().map(described).collect(),
        checks,
    }
}

/// Returns the word of the draft. Who does not know the server is well had better look.
pub(in super::super) fn status(status: Status) -> &'static str {
    match status {
        Status::Ok => "pass",
        Status::Warning | Status::Unknown => "warn",
        Status::Critical => "fail",
    }
}

fn described(node: &NodeReport) -> Node {
    Node {
        endpoint: plain(&node.endpoint),
        version: node.version.as_ref().map(plain),
        role: node.role.as_ref().map(plain),
        state: word(node.status),
    }
}

fn entry<'a>(report: &'a Report, node: &NodeReport, finding: &Finding) -> Entry<'a> {
    let value = finding.value.filter(|value| value.is_finite());
    Entry {
        component_id: plain(&node.endpoint),
        component_type: if node.is_application() { COMPONENT } else { DATASTORE },
        observed_value: value,
        observed_unit: value.map(|_| finding.check.unit),
        status: status(finding.status),
        state: word(finding.status),
        time: &report.time,
        output: (finding.status != Status::Ok).then(|| plain(&finding.text)),
        warning: finding.warning,
        critical: finding.critical,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::example, *};

    #[test]
    fn the_document_has_the_shape_of_the_draft() {
        let mut report = example::mixed();
        report.nodes[0]
            .findings
            .retain(|finding| matches!(finding.status, Status::Ok | Status::Critical));
        insta::assert_snapshot!(text(&report).unwrap(), @r#"
        {
          "schema": "cachectl.health/1",
          "status": "fail",
          "state": "critical",
          "description": "health of Redis and Valkey servers",
          "time": "2026-11-20T10:00:00Z",
          "seconds": 0.00425,
          "nodes": [
            {
              "endpoint": "cache:6379",
              "version": "redis 7.0.15",
              "role": "primary",
              "state": "critical"
            }
          ],
          "checks": {
            "redis:memory": [
              {
                "componentId": "cache:6379",
                "componentType": "datastore",
                "observedValue": 95.0,
                "observedUnit": "percent",
                "status": "fail",
                "state": "critical",
                "time": "2026-11-20T10:00:00Z",
                "output": "95 % of maxmemory",
                "warning": "80",
                "critical": "90"
              }
            ],
            "redis:reach": [
              {
                "componentId": "cache:6379",
                "componentType": "datastore",
                "observedValue": 0.412345,
                "observedUnit": "milliseconds",
                "status": "pass",
                "state": "ok",
                "time": "2026-11-20T10:00:00Z",
                "warning": "80",
                "critical": "90"
              }
            ]
          }
        }
        "#);
    }

    #[test]
    fn the_findings_of_several_servers_stand_together() {
        let text = text(&example::many(3)).unwrap();
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["checks"]["redis:memory"].as_array().unwrap().len(), 3);
        assert_eq!(document["checks"]["redis:policy"][0]["state"], "unknown");
        assert_eq!(document["checks"]["redis:policy"][0]["status"], "warn");
        assert_eq!(document["nodes"][2]["endpoint"], "/run/a'b=c|\"<\\n2");
    }

    #[test]
    fn what_is_no_number_is_no_value() {
        let mut report = example::mixed();
        report.nodes[0].findings[0].value = Some(f64::NAN);
        let document: serde_json::Value = serde_json::from_str(&text(&report).unwrap()).unwrap();
        assert_eq!(document["checks"]["redis:reach"][0].get("observedValue"), None);
    }
}
