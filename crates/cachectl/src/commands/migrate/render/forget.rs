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
            State::Applied => {
                writeln!(out, "  {} keep their new names", Count(self.renamed, "key"))?;
            }
            State::RolledBack => writeln!(out, "  its keys have their old names")?,
            State::Partial | State::RollingBack => {
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
