//! Text that may be a configuration or a rules file.

#![no_main]

use cachectl::fuzzing::{configuration, rules_file};
use cachectl_fuzz::{prepare, within, within_reason};
use libfuzzer_sys::fuzz_target;

/// What a rules file may take: a regex has a limit of its own, whatever its length.
const MEMORY: usize = 64 << 20;

fuzz_target!(
    init: prepare(),
    |input: &[u8]| if let Ok(text) = str::from_utf8(input) {
        within_reason(input.len(), || {
            configuration(text).ok();
        });
        within(MEMORY, || {
            rules_file(text).ok();
        });
    }
);
