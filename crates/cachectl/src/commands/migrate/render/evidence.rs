//! What can be seen on a server that may not have the data of a migration.

use cachectl_core::migrate::report::Evidence;

use crate::output::count::{Count, Number};

/// Returns what the operator needs to know to decide what the server is, line by line.
pub(crate) fn lines(evidence: &Evidence) -> Vec<String> {
    let Evidence { expected, found, database, keys, running_since, survey, .. } = evidence;
    let mut lines = vec![
        format!("  expected: {expected}"),
        format!("  answers:  {found}, database {database}"),
    ];
    let keys =
        keys.map_or("an unknown number of keys".to_owned(), |keys| Count(keys, "key").to_string());
    lines.push(match running_since {
        Some(since) => format!("  it holds {keys}; its process runs since {since}"),
        None => format!("  it holds {keys}"),
    });
    lines.push(format!(
        "  of {} looked at: {} under the old name alone, {} under the new one alone, {} under both, \
         {} under neither",
        Count(survey.looked, "planned pair"),
        Number(survey.old_names),
        Number(survey.new_names),
        Number(survey.both),
        Number(survey.neither),
    ));
    lines.push(format!(
        "  of {} found, {} with the type and the expiry that were planned",
        Count(survey.found(), "key"),
        Number(survey.as_planned),
    ));
    if survey.ours > 0 {
        let keys = Count(survey.ours, "key");
        lines.push(format!("  {keys} under names that only this migration gives"));
    }
    lines.push("  nothing was written to it".to_owned());
    lines
}
