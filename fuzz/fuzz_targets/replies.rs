//! Bytes of a peer that may be no server: they mean the same in whatever pieces they arrive.

#![no_main]

use cachectl_core::server::fuzzing::{info, replies};
use cachectl_fuzz::{prepare, within_reason};
use libfuzzer_sys::fuzz_target;

/// What all replies together may take.
const LIMIT: usize = 256 << 10;

fuzz_target!(
    init: prepare(),
    |input: &[u8]| within_reason(input.len(), || {
        let whole = replies(input, input.len(), LIMIT);
        for piece in [1, 7] {
            let pieces = replies(input, piece, LIMIT);
            if !whole.is_too_large && !pieces.is_too_large {
                assert_eq!(pieces.replies, whole.replies);
                // What is malformed may show before the last byte that makes it so has arrived.
                assert!(pieces.is_malformed || !whole.is_malformed);
            }
        }
        for text in whole.replies.iter().filter_map(|reply| reply.text()) {
            assert!(info(text) <= text.lines().count(), "there are more fields than lines");
        }
    })
);
