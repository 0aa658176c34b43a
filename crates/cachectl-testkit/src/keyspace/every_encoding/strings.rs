//! Strings, and what is made of them.

use super::stage::{Stage, call, numbers, words};

/// Where the lengths of strings take another form, in files and in packed lists.
const LENGTHS: [usize; 6] = [63, 64, 255, 4096, 16_383, 16_384];

#[track_caller]
pub(super) fn add(stage: &mut Stage<'_>) {
    for number in numbers() {
        let name = format!("string:{}", number.escape_ascii());
        stage.put(&name, encoding(&number), &[call("SET", [number])]);
    }
    stage.put("string:empty", None, &[call("SET", [""])]);
    stage.put("string:text", None, &[call("SET", ["some text"])]);
    for length in LENGTHS {
        let value = stage.bytes(length);
        let encoding = (length > 200).then_some("raw");
        stage.put(&format!("string:bytes:{length}"), encoding, &[call("SET", [value])]);
        let value = b"abc".repeat(length);
        stage.put(&format!("string:repeated:{length}"), Some("raw"), &[call("SET", [value])]);
    }
    stage.put("string:all-bytes", Some("raw"), &[call("SET", [(0..=255).collect::<Vec<u8>>()])]);
    stage.put("string:appended", Some("raw"), &[words("SET a"), words("APPEND b")]);
    stage.put("string:bitmap", Some("raw"), &[words("SETBIT 70001 1"), words("SETBIT 7 1")]);
    add_counters(stage);
}

fn encoding(number: &[u8]) -> Option<&'static str> {
    let text = str::from_utf8(number).ok()?;
    let integer = text.parse::<i64>().is_ok_and(|parsed| parsed.to_string() == text);
    // Whether a short string is embedded depends on the length of its key as well, in Valkey.
    integer.then_some("int")
}

#[track_caller]
fn add_counters(stage: &mut Stage<'_>) {
    let elements = |count| (0..count).map(|number| format!("element {number}"));
    stage.put("hll:sparse", None, &[call("PFADD", elements(10))]);
    stage.put("hll:counted", None, &[call("PFADD", elements(10)), words("PFCOUNT")]);
    stage.set("hll-sparse-max-bytes", "0");
    stage.put("hll:dense", Some("raw"), &[call("PFADD", elements(200))]);
    stage.unset();
}
