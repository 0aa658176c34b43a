//! Logs are for us, on stderr; what the operator should know is said by `Output`.

use std::io::{self, Write};

use tracing_subscriber::EnvFilter;

use crate::output::plain::Line;

/// Stderr for logs, in which no text of strangers gives orders. An event is written at once.
struct Departing;

impl Write for Departing {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(buf);
        writeln!(io::stderr(), "{}", Line(text.trim_end_matches('\n')))?;
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Starts logging: by `CACHECTL_LOG` if it is set, else by the number of `-v`.
pub(crate) fn start(verbosity: u8) {
    let by_flags = match verbosity {
        0 => "off",
        1 => "cachectl=info,cachectl_core=info",
        _ => "cachectl=debug,cachectl_core=debug",
    };
    let wanted = std::env::var("CACHECTL_LOG").ok().filter(|wanted| !wanted.is_empty());
    // Its own way of reading repeats what it does not understand, around us.
    let understood = wanted.as_deref().map(EnvFilter::try_new);
    if let Some(Err(_)) = understood {
        let advice = "it is a list such as `cachectl_core=debug`";
        writeln!(io::stderr(), "warning: CACHECTL_LOG is not understood, and not used: {advice}")
            .ok();
    }
    let filter = understood.and_then(Result::ok).unwrap_or_else(|| EnvFilter::new(by_flags));
    // A second subscriber is refused, which only matters where this runs twice in one process.
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| Departing)
        // Colours and what strangers chose could not be told apart any more.
        .with_ansi(false)
        .try_init()
        .ok();
}
