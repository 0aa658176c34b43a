//! What the documents look like, as JSON Schema, for those who check what they read.
//!
//! Documents only grow: a field that is not described is no fault, and one that is described as
//! required stays.

use cachectl_core::health::{
    Status,
    catalogue::{self, Unit},
    probes::Question,
};
use schemars::{
    JsonSchema, Schema, SchemaGenerator,
    generate::{Contract, SchemaSettings},
    json_schema,
};
use serde::Serialize;

use super::render::{self, HealthDocument};

/// How a check is named. New ones come with new releases, so that they are no list.
const ID: &str = "^[a-z][a-z0-9_]*$";

/// Returns the schemas of all documents, by the names of their files.
pub(crate) fn all() -> Vec<(&'static str, String)> {
    vec![
        ("cachectl.health.schema.json", text::<HealthDocument<'_>>()),
        ("cachectl.health.probe.schema.json", text::<ProbeDocument>()),
        ("cachectl.health.explain.schema.json", text::<ExplainDocument>()),
        ("cachectl.health.acl.schema.json", text::<AclDocument>()),
    ]
}

fn text<T: JsonSchema>() -> String {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.contract = Contract::Serialize;
        settings.inline_subschemas = true;
    });
    let schema = settings.into_generator().into_root_schema_for::<T>();
    // The alternate form is the one with line breaks.
    format!("{:#}\n", schema.as_value())
}

/// What `health live`, `ready` and `startup` print.
#[derive(JsonSchema)]
#[schemars(title = "cachectl.health.probe/1")]
#[expect(dead_code, reason = "the core has the values; this describes them")]
struct ProbeDocument {
    /// The name and version of this document.
    #[schemars(extend("const" = "cachectl.health.probe/1"))]
    schema: String,
    /// What was asked.
    #[schemars(schema_with = "questions")]
    question: String,
    /// The address of the server that was asked.
    endpoint: Option<String>,
    /// The answer: exit 0 if it is true, else 1.
    yes: bool,
    /// What the server said, or why it is no.
    text: String,
    /// How long it took.
    #[schemars(range(min = 0.0))]
    seconds: f64,
}

/// What `health explain` prints.
#[derive(JsonSchema)]
#[schemars(title = "cachectl.health.explain/1")]
#[expect(dead_code, reason = "the core has the values; this describes them")]
struct ExplainDocument {
    /// The name and version of this document.
    #[schemars(extend("const" = "cachectl.health.explain/1"))]
    schema: String,
    /// The checks.
    checks: Vec<Explained>,
}

/// A check.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "the core has the values; this describes them")]
struct Explained {
    /// Its name.
    #[schemars(regex(pattern = ID))]
    id: String,
    /// What is measured.
    what: String,
    /// Why it matters.
    why: String,
    /// What to do when it is not good.
    fix: String,
    /// What the value is measured in; `state` if there is no value.
    #[schemars(schema_with = "units_and_state")]
    unit: String,
    /// What the user has to be allowed, in the words of an ACL rule.
    acl: String,
    /// Its limits, by profile.
    limits: Vec<Limited>,
}

/// The limits of a profile.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "the core has the values; this describes them")]
struct Limited {
    /// What the keys are for.
    profile: String,
    /// What is no warning.
    warning: Option<RangeText>,
    /// What is not critical.
    critical: Option<RangeText>,
}

/// What `health acl` prints.
#[derive(JsonSchema)]
#[schemars(title = "cachectl.health.acl/1")]
#[expect(dead_code, reason = "the core has the values; this describes them")]
struct AclDocument {
    /// The name and version of this document.
    #[schemars(extend("const" = "cachectl.health.acl/1"))]
    schema: String,
    /// The name of the user.
    user: String,
    /// What it may do.
    rules: Vec<String>,
    /// The whole command.
    line: String,
}

/// A range in the notation of monitoring plugins.
pub(super) struct RangeText;

impl JsonSchema for RangeText {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Range".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let number = r"-?[0-9]+(\.[0-9]+)?";
        let pattern = format!("^@?(({number}|~):)?({number})?$");
        json_schema!({ "type": "string", "minLength": 1, "pattern": pattern })
    }
}

/// Returns the states of a server or a finding.
pub(super) fn states(_: &mut SchemaGenerator) -> Schema {
    one_of(EVERY_STATUS.map(render::word))
}

/// Returns the words that the draft has for a status.
pub(super) fn statuses(_: &mut SchemaGenerator) -> Schema {
    one_of(EVERY_STATUS.map(render::status_of_the_draft))
}

/// Returns the units of values that are numbers.
pub(super) fn units(_: &mut SchemaGenerator) -> Schema {
    one_of(used_units().filter(|unit| *unit != Unit::State))
}

fn units_and_state(_: &mut SchemaGenerator) -> Schema {
    one_of(used_units())
}

fn questions(_: &mut SchemaGenerator) -> Schema {
    one_of([Question::Live, Question::Ready, Question::ReadyForReads, Question::Startup])
}

/// Describes findings by check.
pub(super) fn check_names() -> serde_json::Value {
    let id = ID.trim_start_matches('^');
    serde_json::json!({ "pattern": format!("^redis:{id}") })
}

const EVERY_STATUS: [Status; 4] = [Status::Ok, Status::Warning, Status::Unknown, Status::Critical];

fn used_units() -> impl Iterator<Item = Unit> {
    catalogue::ALL.iter().map(|check| check.unit)
}

/// Describes text that is one of some words, as they are written, in the order of the alphabet.
fn one_of(words: impl IntoIterator<Item = impl Serialize>) -> Schema {
    let words = words.into_iter().filter_map(|it| serde_json::to_value(it).ok());
    let mut words: Vec<_> = words.filter_map(|it| it.as_str().map(str::to_owned)).collect();
    words.sort();
    words.dedup();
    json_schema!({ "type": "string", "enum": words })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_have_the_names_of_their_documents() {
        for (file, text) in all() {
            let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
            let name = format!("{}/1", file.strip_suffix(".schema.json").unwrap());
            assert_eq!(schema["title"], name);
            assert_eq!(schema["properties"]["schema"]["const"], name);
        }
    }
}
