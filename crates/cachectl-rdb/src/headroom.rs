//! Whether there is memory for something large, before it is made.
//!
//! Most of what takes memory cannot be told that there is none: the program ends on the spot. So
//! whoever is about to take much of it asks first, and leaves some for everything else.

use std::collections::TryReserveError;

/// What is left for everything else.
const ELSE: usize = 32 << 20;

/// From how many bytes on something is large enough to ask for that.
const LARGE: usize = 64 << 20;

/// Returns whether there is memory for so many bytes, and some more for everything else.
///
/// It is not kept: what others take meanwhile is gone. Memory that the system promises without having
/// it counts as there.
#[must_use]
pub fn is_there(bytes: usize) -> bool {
    ask(bytes).is_ok()
}

/// Fails unless there is memory for so many bytes, as [`is_there`] has it.
pub(crate) fn ask(bytes: usize) -> Result<(), TryReserveError> {
    let mut room = Vec::<u8>::new();
    let result = room.try_reserve_exact(bytes.saturating_add(ELSE));
    // Nobody uses it, which is no reason not to ask for it.
    std::hint::black_box(&room);
    result
}

/// Makes room for exactly so many bytes more; where the whole is large, only if that leaves memory
/// for everything else.
pub(crate) fn reserve(vec: &mut Vec<u8>, more: usize) -> Result<(), TryReserveError> {
    vec.try_reserve_exact(more)?;
    if vec.capacity() >= LARGE { ask(0) } else { Ok(()) }
}
