//! The results in the documentation.

use std::fs;

use crate::cargo;
use crate::failure::Failure;

const PAGE: &str = "docs/performance.md";
const END: &str = "<!-- end of the results -->";

/// Replaces the results of `subject` on the page about performance.
pub(super) fn update(subject: &str, results: &str) -> Result<(), Failure> {
    let path = cargo::workspace().join(PAGE);
    let page = fs::read_to_string(&path)
        .map_err(|error| Failure::other(format!("cannot read `{PAGE}`: {error}")))?;
    let replaced = replaced(&page, &begin(subject), results).ok_or_else(|| {
        Failure::other(format!("`{PAGE}` has no place for the results of `{subject}`"))
    })?;
    fs::write(path, replaced)
        .map_err(|error| Failure::other(format!("cannot write `{PAGE}`: {error}")))?;
    eprintln!("wrote {PAGE}");
    Ok(())
}

/// Returns the mark before the results of `subject`.
fn begin(subject: &str) -> String {
    format!("<!-- results: written by `cargo xtask perf {subject} --update-docs` -->")
}

/// Replaces what is between the two marks; `None` when they are not there.
fn replaced(page: &str, begin: &str, results: &str) -> Option<String> {
    let (before, rest) = page.split_once(begin)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{begin}\n\n{}\n\n{END}{after}", results.trim()))
}

#[cfg(test)]
mod tests {
    use super::{END, begin, replaced};

    #[test]
    fn only_what_is_between_the_marks_is_replaced() {
        let (one, other) = (begin("migrate"), begin("rdb"));
        let rest = format!("between\n{other}\nkept\n{END}\nafter\n");
        let page = format!("before\n{one}\nold\n{END}\n{rest}");
        let expected = format!("before\n{one}\n\nnew\n\n{END}\n{rest}");
        assert_eq!(replaced(&page, &one, "new\n"), Some(expected.clone()));
        assert_eq!(replaced(&expected, &one, "new"), Some(expected));
        assert_eq!(replaced("no marks", &one, "new"), None);
    }
}
