//! JSON: by the schema that is committed, and by the rules of the draft that it follows.

#![expect(clippy::indexing_slicing, reason = "a field that is not there fails the test")]

use std::{collections::BTreeMap, fs, sync::LazyLock};

use jsonschema::Validator;
use serde_json::Value;

use super::{Found, code};
use crate::json;

/// The rules of draft-inadarei-api-health-check-06, written down from its text.
const DRAFT: &str = include_str!("draft-06.schema.json");
const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/schemas");

static VALIDATORS: LazyLock<BTreeMap<String, Validator>> = LazyLock::new(|| {
    let files = fs::read_dir(COMMITTED).unwrap();
    let committed = files.map(|file| {
        let mut schema = json(&fs::read_to_string(file.unwrap().path()).unwrap());
        close(&mut schema);
        let name = schema["properties"]["schema"]["const"].as_str().unwrap().to_owned();
        (name, validator(&schema))
    });
    committed.collect()
});

static OF_DRAFT: LazyLock<Validator> = LazyLock::new(|| validator(&json(DRAFT)));

/// Checks a document against the schema of its name.
#[track_caller]
pub(in super::super) fn validate(document: &Value) {
    let name = document["schema"].as_str().unwrap();
    let validator = VALIDATORS.get(name).unwrap_or_else(|| panic!("there is no schema {name}"));
    assert_valid(validator, document);
}

#[track_caller]
pub(super) fn read(text: &str) -> Found {
    let document = json(text);
    assert_eq!(document["schema"], "cachectl.health/1");
    validate(&document);
    assert_valid(&OF_DRAFT, &document);
    let code_of = |value: &Value| code(value["state"].as_str().unwrap());
    let mut found = Found { code: Some(code_of(&document)), ..Found::default() };
    let entries = document["checks"].as_object().unwrap().values();
    for entry in entries.flat_map(|entries| entries.as_array().unwrap()) {
        match code_of(entry) {
            1 => found.warnings += 1,
            2 => found.failures += 1,
            3 => found.unknown += 1,
            _ => {}
        }
        assert_eq!(entry["status"], status(code_of(entry)), "{entry}");
        assert_eq!(entry.get("observedValue").is_some(), entry.get("observedUnit").is_some());
        found.values += usize::from(entry.get("observedValue").is_some());
    }
    assert_eq!(document["status"], status(code_of(&document)));
    found
}

/// Returns what the draft calls a state.
fn status(code: i32) -> &'static str {
    match code {
        0 => "pass",
        2 => "fail",
        _ => "warn",
    }
}

fn validator(schema: &Value) -> Validator {
    jsonschema::options().should_validate_formats(true).build(schema).unwrap()
}

#[track_caller]
fn assert_valid(validator: &Validator, document: &Value) {
    let faults = validator.iter_errors(document);
    let faults: Vec<_> =
        faults.map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}\n{document:#}");
}

/// Makes a schema refuse fields that it does not describe.
///
/// For readers it is open, because documents grow; for us a field is a fault until it is described.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(close);
            if fields.contains_key("properties") && !fields.contains_key("additionalProperties") {
                fields.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(close),
        _ => {}
    }
}
