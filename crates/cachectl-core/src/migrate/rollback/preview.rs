//! What rolling back would do.

use std::time::Duration;

use crate::{
    migrate::{
        Error, Migration,
        recognise::{inspect, recognise_course},
        recovery::Operator,
        report::{Accounts, ApplyReport, Direction, Listed},
        survey,
    },
    server::deployment::Deployment,
    vocabulary::outcome::Outcome,
};

/// Tells what rolling back would do, by the journal, and refuses what rolling back would refuse.
/// Nothing is written.
///
/// # Errors
///
/// Fails if the servers are not those of the plan, have not the data that it worked on, or do not
/// take writes, or if files are damaged.
pub async fn preview_rollback(
    deployment: &Deployment,
    migration: &Migration,
    operator: Operator,
) -> Result<ApplyReport, Error> {
    deployment.writable()?;
    let course = &migration.course;
    let back = course.rollback()?;
    let at_work = back.as_ref().unwrap_or(course);
    recognise_course(deployment, at_work)?;
    for lane in 0..at_work.plan.manifest.lanes.len() {
        let ledger = at_work.ledger(lane)?;
        let ground = inspect(deployment, at_work, lane, &ledger, operator).await?;
        if let Some(obstacle) = survey::obstacle(deployment, at_work, lane, &ground).await {
            return Err(obstacle);
        }
    }
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
