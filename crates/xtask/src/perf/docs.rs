//! The results in the documentation.

use std::fs;

use crate::cargo;
use crate::failure::Failure;

const PAGE: &str = "docs/performance.md";
const BEGIN: &str = "<!-- results: written by `cargo xtask perf migrate --update-docs` -->";
const END: &str = "<!-- end of the results -->";

/// Replaces the results on the page about performance.
pub(super) fn update(results: &str) -> Result<(), Failure> {
    let path = cargo::workspace().join(PAGE);
    let page = fs::read_to_string(&path)
        .map_err(|error| Failure::other(format!("cannot read `{PAGE}`: {error}")))?;
    let replaced = replaced(&page, results)
        .ok_or_else(|| Failure::other(format!("`{PAGE}` has no place for results")))?;
    fs::write(path, replaced)
        .map_err(|error| Failure::other(format!("cannot write `{PAGE}`: {error}")))?;
    eprintln!("wrote {PAGE}");
    Ok(())
}

/// Replaces what is between the two marks; `None` when they are not there.
fn replaced(page: &str, results: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{}\n\n{END}{after}", results.trim()))
}

#[cfg(test)]
mod tests {
    use super::{BEGIN, END, replaced};

    #[test]
    fn only_what_is_between_the_marks_is_replaced() {
        let page = format!("before\n{BEGIN}\nold\n{END}\nafter\n");
        let expected = format!("before\n{BEGIN}\n\nnew\n\n{END}\nafter\n");
        assert_eq!(replaced(&page, "new\n"), Some(expected.clone()));
        assert_eq!(replaced(&expected, "new"), Some(expected));
        assert_eq!(replaced("no marks", "new"), None);
    }
}
