//! Reports of tests: as XML, and as a reader of such reports takes them.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use roxmltree::Document;

use super::Found;

#[track_caller]
pub(super) fn read(text: &str) -> Found {
    well_formed(text);
    let report = Report::deserialize_from_str(text).unwrap();
    let suites = &report.test_suites;
    assert!(!suites.is_empty() && report.time.is_some(), "{text}");
    let (tests, failures, errors) = (report.tests, report.failures, report.errors);
    let sum = |count: fn(&TestSuite) -> usize| suites.iter().map(count).sum::<usize>();
    let counted = (sum(|it| it.tests), sum(|it| it.failures), sum(|it| it.errors));
    assert_eq!((tests, failures, errors), counted, "{text}");
    suites.iter().for_each(suite);
    let cases = suites.iter().flat_map(|suite| &suite.test_cases);
    let warned = |case: &&TestCase| {
        case.system_out.as_ref().is_some_and(|it| it.as_str().starts_with("warning: "))
    };
    let warnings = cases.filter(warned).count();
    Found { code: None, warnings, failures, unknown: errors, values: 0 }
}

/// Checks that it is XML, and that its elements are where they belong.
#[track_caller]
fn well_formed(text: &str) {
    let document = Document::parse(text).unwrap_or_else(|fault| panic!("{fault}\n{text}"));
    for element in document.descendants().filter(roxmltree::Node::is_element) {
        let parent = element.parent_element().map(|parent| parent.tag_name().name());
        let expected = match element.tag_name().name() {
            "testsuites" => None,
            "testsuite" => Some("testsuites"),
            "testcase" => Some("testsuite"),
            "failure" | "error" | "system-out" => Some("testcase"),
            other => panic!("there is no element {other}"),
        };
        assert_eq!(parent, expected, "{text}");
    }
}

#[track_caller]
fn suite(suite: &TestSuite) {
    let count = |wanted: Option<NonSuccessKind>| {
        let kinds = suite.test_cases.iter().map(|case| match &case.status {
            TestCaseStatus::Success { .. } => None,
            TestCaseStatus::NonSuccess { kind, message, .. } => {
                assert!(message.is_some(), "{case:?}");
                Some(*kind)
            }
            TestCaseStatus::Skipped { .. } => panic!("nothing is skipped: {case:?}"),
        });
        kinds.filter(|kind| *kind == wanted).count()
    };
    assert_eq!(suite.tests, suite.test_cases.len(), "{suite:?}");
    assert_eq!(suite.failures, count(Some(NonSuccessKind::Failure)), "{suite:?}");
    assert_eq!(suite.errors, count(Some(NonSuccessKind::Error)), "{suite:?}");
    assert!(suite.tests > 0 && suite.timestamp.is_some() && suite.time.is_some(), "{suite:?}");
}
