//! Text that may be a configuration or a rules file.

#![no_main]

use cachectl::fuzzing::{configuration, rules_file};
use cachectl_fuzz::{prepare, within_reason};
use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: prepare(),
    |input: &[u8]| within_reason(input.len(), || {
        if let Ok(text) = str::from_utf8(input) {
            configuration(text).ok();
            rules_file(text).ok();
        }
    })
);
