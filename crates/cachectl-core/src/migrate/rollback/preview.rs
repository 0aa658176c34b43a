//! What rolling back would do.

use std::time::Duration;

use crate::{
    migrate::{
        Error, Migration,
        recognise::recognise,
        report::{Accounts, ApplyReport, Direction, Listed},
    },
    server::deployment::Deployment,
    vocabulary::outcome::Outcome,
};

/// Tells what rolling back would do, by the journal, and refuses what rolling back would refuse.
/// Nothing is written.
///
/// # Errors
///
/// Fails if the servers are not those of the plan or do not take writes, or files are damaged.
pub fn preview_rollback(
    deployment: &Deployment,
    migration: &Migration,
) -> Result<ApplyReport, Error> {
    deployment.writable()?;
    let course = &migration.course;
    let back = course.rollback()?;
    let at_work = back.as_ref().unwrap_or(course);
    recognise(deployment, &at_work.plan, at_work.progress()?)?;
    let accounts = if let Some(back) = &back {
        back.accounts()?
    } else {
        let planned = course.accounts()?.renamed;
        Accounts { planned, ..Accounts::default() }.balanced()
    };
    Ok(ApplyReport {
        migration: course.id.clone(),
        direction: Direction::Back,
        accounts,
        before: accounts,
        troubles: Listed::default(),
        kept: None,
        elapsed: Duration::ZERO,
        handled: 0,
        slowdowns: 0,
        outcome: Outcome::Clean,
    })
}
