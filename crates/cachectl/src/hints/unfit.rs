//! Advice about globs, databases and rules that fit no key.

use cachectl_core::steps::fit::{Unfit, UnfitParts};

use super::one;

/// Returns what can be done about it.
pub(super) fn unfit(parts: &UnfitParts) -> Vec<String> {
    let look = match parts.0.first() {
        Some(Unfit::Rule(_)) => "is the left side of the rule written as the names are?",
        Some(Unfit::Glob(_)) => "a glob fits a whole name: `user:*`, not `user:`",
        Some(Unfit::Database(_)) => "is it the number of the right database?",
        Some(Unfit::Selection) | None => "each flag that selects narrows what the others select",
    };
    one(&format!("{look}; `--allow-empty` goes on without"))
}
