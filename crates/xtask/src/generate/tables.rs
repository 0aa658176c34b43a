//! References that the binary keeps as tables.

use std::io;
use std::path::PathBuf;

use super::Files;

const WRITTEN: &str = "<!-- Written by `cargo xtask generate`; changes belong into the code. -->\n";

pub(super) fn exit_codes() -> io::Result<Files> {
    page("Exit codes", "Every command ends with one of these.", &cachectl::exit::table())
}

pub(super) fn environment() -> io::Result<Files> {
    let introduction =
        "Variables that cachectl reads. A flag of the command line wins over each of them.";
    page("Environment variables", introduction, &cachectl::environment_table())
}

pub(super) fn health_checks() -> io::Result<Files> {
    let introduction = "\
What `cachectl health` can find, as `cachectl health explain ID` prints it. Limits are ranges of
monitoring plugins: `80` allows 0 to 80, `80:` at least 80. The [guide](../guides/health.md) says
how to set others.";
    page("Health checks", introduction, &cachectl::health_checks())
}

pub(super) fn metrics() -> io::Result<Files> {
    let introduction = "\
What `cachectl health serve` has on `/metrics` and `/probe`. Where there are several servers, each
series has a label `node` besides. What a server does not say is no series. The
[guide](../guides/prometheus.md) says how to collect them, and what to alert on.";
    page("Metrics", introduction, &cachectl::metrics())
}

/// A page with a table in it. Without a row something is wrong with the table.
fn page(title: &str, introduction: &str, table: &str) -> io::Result<Files> {
    if table.lines().count() < 3 {
        return Err(io::Error::other(format!("the table of `{title}` is empty")));
    }
    let text = format!("{WRITTEN}\n# {title}\n\n{introduction}\n\n{}\n", table.trim_end());
    Ok(Files::from([(PathBuf::new(), text.into_bytes())]))
}
