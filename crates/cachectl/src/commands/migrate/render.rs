//! The reports of a migration, as text.

mod apply;
mod copy;
pub(crate) mod evidence;
mod forget;
mod plan;
mod status;
mod verify;
mod words;

use std::io::{self, Write};

use cachectl_core::migrate::report::{ApplyReport, Direction};

use super::{
    apply::Applied,
    preview::{Preview, ResumePreview},
    resume::Resumed,
    rollback::RolledBack,
    snapshot::Renamed,
    whole::Whole,
};
use crate::output::{
    count::{Count, Number},
    render::Render,
};

impl Render for Whole {
    const SCHEMA: &'static str = "cachectl.migrate/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(apply) = &self.apply else {
            return plan::write(&self.plan, out);
        };
        apply::write(apply, &self.beside, out)?;
        if let Some(report) = &self.verify {
            verify::write(report, out)?;
        }
        plan::write_applied(&self.plan, out)
    }
}

impl Render for Applied {
    const SCHEMA: &'static str = "cachectl.migrate.apply/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(apply) = &self.apply else {
            return writeln!(out, "nothing to rename (plan {})", self.plan.id());
        };
        apply::write(apply, &self.beside, out)?;
        self.verify.as_ref().map_or(Ok(()), |report| verify::write(report, out))?;
        apply::write_stashes(&self.plan, out)
    }
}

impl Render for Resumed {
    const SCHEMA: &'static str = "cachectl.migrate.resume/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        apply::write(&self.apply, &self.beside, out)?;
        self.verify.as_ref().map_or(Ok(()), |report| verify::write(report, out))
    }
}

impl Render for RolledBack {
    const SCHEMA: &'static str = "cachectl.migrate.rollback/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        apply::write(&self.rollback, &[], out)?;
        self.from_backup.as_ref().map_or(Ok(()), |report| apply::write_vanished(report, out))
    }
}

impl Render for Preview {
    const SCHEMA: &'static str = "cachectl.migrate.rollback/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let ApplyReport { migration, direction, accounts, .. } = &self.preview;
        match direction {
            Direction::Forward => {
                let (left, planned) = (Number(accounts.left), Count(accounts.planned, "key"));
                writeln!(out, "would rename {left} of {planned} of migration {migration}")
            }
            Direction::Back => {
                let keys = Count(accounts.left, "key");
                writeln!(out, "would give {keys} of migration {migration} the old name back")
            }
        }
    }
}

impl Render for ResumePreview {
    const SCHEMA: &'static str = "cachectl.migrate.resume/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        self.0.human(out)
    }
}

impl Render for Renamed {
    const SCHEMA: &'static str = "cachectl.migrate.snapshot/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(rename) = &self.rename else {
            return plan::write(&self.plan, out);
        };
        copy::write(rename, out)?;
        plan::write_applied(&self.plan, out)
    }
}

#[cfg(test)]
mod tests;
