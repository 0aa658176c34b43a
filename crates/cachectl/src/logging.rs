//! Logs are for us, on stderr; what the operator should know is said by `Output`.

use std::io;

use tracing_subscriber::EnvFilter;

/// Starts logging: by `CACHECTL_LOG` if it is set, else by the number of `-v`.
pub(crate) fn start(verbosity: u8) {
    let by_flags = match verbosity {
        0 => "off",
        1 => "cachectl=info,cachectl_core=info",
        _ => "cachectl=debug,cachectl_core=debug",
    };
    let wanted = std::env::var("CACHECTL_LOG").ok().filter(|wanted| !wanted.is_empty());
    let filter = EnvFilter::new(wanted.as_deref().unwrap_or(by_flags));
    // A second subscriber is refused, which only matters where this runs twice in one process.
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(console::colors_enabled_stderr())
        .try_init()
        .ok();
}
