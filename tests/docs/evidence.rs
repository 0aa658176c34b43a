//! The tests that pages name as evidence, looked for among those that there are.

use std::{fs, path::Path};

use crate::page::{Page, files_below, root};

/// The last column of a table whose rows are promises.
const HEADING: &str = "shown by";
/// Pages that make promises.
const PAGES: [&str; 2] = ["docs/architecture.md", "docs/security.md"];
/// Test programs by the names that pages give them, and where they are.
const PROGRAMS: [(&str, &str); 12] = [
    ("cli", "tests/cli"),
    ("docs", "tests/docs"),
    ("limits", "tests/limits"),
    ("diff", "crates/cachectl-core/tests/diff"),
    ("health", "crates/cachectl-core/tests/health"),
    ("migrate", "crates/cachectl-core/tests/migrate"),
    ("probe", "crates/cachectl-core/tests/probe"),
    ("rdb", "crates/cachectl-core/tests/rdb"),
    ("core", "crates/cachectl-core/src"),
    ("bin", "crates/cachectl/src"),
    ("files", "crates/cachectl-rdb/tests/files"),
    ("values", "crates/cachectl-rdb/tests/values"),
];

#[test]
fn every_promise_names_tests_that_there_are() {
    let programs = PROGRAMS.map(|(name, place)| (name, tests(Path::new(place))));
    let mut promises = 0;
    for page in PAGES {
        for (line, evidence) in evidence(&Page::read(Path::new(page)).text) {
            promises += 1;
            let named = named(evidence);
            // What is no test has to be at least a command.
            let commands = evidence.contains("`cargo xtask ");
            assert!(commands || !named.is_empty(), "{page}:{line}: no test is named");
            for (program, test) in named {
                let (_, tests) = programs.iter().find(|(name, _)| *name == program).unwrap();
                let is_there = tests.iter().any(|there| is_meant(&test, there));
                assert!(is_there, "{page}:{line}: there is no test {program} {test}");
            }
        }
    }
    assert!(promises > 50, "only {promises} promises were read");
}

/// Returns the last cells of the rows of tables of promises, with their lines.
fn evidence(page: &str) -> Vec<(usize, &str)> {
    let mut is_table_of_promises = false;
    let mut cells = Vec::new();
    for (number, line) in (1..).zip(page.lines()) {
        let Some(row) = line.strip_prefix('|').and_then(|row| row.strip_suffix('|')) else {
            is_table_of_promises = false;
            continue;
        };
        let last = row.rsplit(" | ").next().unwrap_or(row).trim();
        if last == HEADING {
            is_table_of_promises = true;
        } else if is_table_of_promises && !last.starts_with("---") {
            cells.push((number, last));
        }
    }
    cells
}

/// Returns the tests that a cell names: ``cli escapes::*`, `limits`` are two of two programs, and a
/// path without a program goes with the program before it.
fn named(cell: &str) -> Vec<(&str, String)> {
    let mut program = None;
    let mut named = Vec::new();
    for code in cell.split('`').skip(1).step_by(2) {
        let (first, rest) = code.split_once(' ').unwrap_or((code, ""));
        let known = PROGRAMS.iter().find(|(name, _)| *name == first);
        let path = match (known, program) {
            (Some((name, _)), _) => {
                program = Some(*name);
                rest
            }
            (None, Some(_)) => code,
            (None, None) => continue,
        };
        named.extend(
            program.into_iter().flat_map(|it| spelled_out(path).map(move |path| (it, path))),
        );
    }
    named
}

/// Returns what `a::{b,c}` stands for.
fn spelled_out(path: &str) -> impl Iterator<Item = String> {
    let whole = path.split_once('{').and_then(|(head, rest)| Some((head, rest.strip_suffix('}')?)));
    let (head, alternatives) = whole.unwrap_or(("", path));
    alternatives.split(',').map(move |it| format!("{head}{}", it.trim()))
}

/// Returns whether a test is meant by a path: its own, that of a module, or the beginning of one.
fn is_meant(path: &str, test: &str) -> bool {
    let beginning = path.strip_suffix('*').or_else(|| path.strip_suffix('…'));
    match beginning {
        Some(beginning) => test.starts_with(beginning),
        None => path.is_empty() || test == path || test.starts_with(&format!("{path}::")),
    }
}

/// Returns the paths of all tests below a directory, by the files in which they are.
fn tests(place: &Path) -> Vec<String> {
    let mut tests = Vec::new();
    for path in files_below(place, "rs") {
        let module = module(path.strip_prefix(place).unwrap());
        tests.extend(functions(&path).into_iter().map(|name| format!("{module}{name}")));
    }
    assert!(!tests.is_empty(), "{}: no tests", place.display());
    tests
}

/// Returns the path of the module that a file is, up to the name of a test.
fn module(file: &Path) -> String {
    let parts = file.with_extension("");
    let parts = parts.iter().map(|part| part.to_str().unwrap());
    parts.filter(|part| *part != "main" && *part != "tests").flat_map(|it| [it, "::"]).collect()
}

/// Returns the names of the tests of a file.
fn functions(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(root().join(path)).unwrap();
    let mut is_test = false;
    let mut names = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[") {
            is_test |= line.contains("test]") || line.contains("test(");
        } else if let Some((_, rest)) = line.split_once("fn ") {
            if is_test {
                names.extend(rest.split(['(', '<']).next().map(str::to_owned));
            }
            is_test = false;
        }
    }
    names
}
