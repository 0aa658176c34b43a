//! What was removed of a migration, as text.

use std::io::{self, Write};

use cachectl_core::migrate::report::{ForgetReport, State};

use crate::output::{
    count::{Bytes, Count},
    render::Render,
};

impl Render for ForgetReport {
    const SCHEMA: &'static str = "cachectl.migrate.forget/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let verb = if self.removed { "removed" } else { "would remove" };
        let (files, bytes) = (Count(self.files, "file"), Bytes(self.bytes));
        writeln!(out, "{verb} {files} of migration {} ({bytes})", self.migration)?;
        match self.state {
            None => writeln!(out, "  it is damaged: nothing tells which names its keys have")?,
            Some(State::Applied) => {
                let keys = Count(self.renamed.unwrap_or_default(), "key");
                writeln!(out, "  {keys} keep their new names")?;
            }
            Some(State::RolledBack) => writeln!(out, "  its keys have their old names")?,
            Some(State::Partial | State::RollingBack) => {
                writeln!(out, "  its keys stay half-way: some have new names, some old ones")?;
            }
        }
        if let Some(path) = &self.backup_lost {
            writeln!(out, "  the values that were kept go as well: {}", path.display())?;
        }
        match &self.backup_left {
            Some(path) => writeln!(out, "  the backup stays: {}", path.display()),
            None => Ok(()),
        }
    }
}
