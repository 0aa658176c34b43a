//! A plan that may say anything, and is sealed: whoever can write to it can seal it.

#![no_main]

use std::fs;

use cachectl_core::migrate::fuzzing::{read_plan, seal};
use cachectl_fuzz::{directory, prepare, within_reason};
use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: prepare(),
    |body: &[u8]| within_reason(body.len(), || {
        let path = directory().join("plan");
        assert!(fs::write(&path, seal(body)).is_ok(), "the plan cannot be written");
        if let Ok(operations) = read_plan(&path) {
            assert!(operations <= (body.len() + 1).pow(2), "there are more than were written");
        }
    })
);
