//! What carrying on or rolling back would do.

use std::time::Duration;

use super::{
    Error, Migration,
    apply::{foresee, read, walked_back},
    ledger::{Ledger, Reach, Tally},
    recognise::{Ground, inspect, recognise_course, same_keyspace},
    recovery::{Operator, Verdict},
    report::{Accounts, ApplyReport, Direction, Listed},
    rollback::{Had, look_ahead},
    store::Course,
    survey,
};
use crate::{server::deployment::Deployment, vocabulary::outcome::Outcome};

/// Tells what carrying on would do, and refuses what carrying on would refuse. Nothing is written.
///
/// `accounts.left` are the keys that would be dealt with: what the journal leaves open, what could not
/// be renamed, and what the servers have lost since, as far as their markers tell.
///
/// # Errors
///
/// As [`preview_rollback`], and if it is rolled back.
pub async fn preview_resume(
    deployment: &Deployment,
    migration: &Migration,
    operator: Operator,
) -> Result<ApplyReport, Error> {
    deployment.writable()?;
    let course = &migration.course;
    if course.rollback()?.is_some() {
        return Err(Error::RolledBack { id: course.id.clone() });
    }
    recognise_course(deployment, course)?;
    let accounts = accounts_here(deployment, course, operator).await?;
    Ok(report(course, tried_again(accounts)))
}

/// Tells what rolling back would do, and refuses what rolling back would refuse. Nothing is written.
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
    let mut back = course.rollback()?;
    same_keyspace(deployment, &course.plan)?;
    if let Some(begun) = &back {
        match look_ahead(deployment, begun).await? {
            Had::AsPlanned => {}
            // It would be planned anew.
            Had::More(_) => back = None,
            part @ Had::MoreInPart(_) => part.check(begun)?,
        }
    }
    let at_work = back.as_ref().unwrap_or(course);
    if !at_work.is_begun()? || back.as_ref().is_some_and(Course::is_empty) {
        return Ok(ApplyReport {
            direction: Direction::Back,
            ..report(course, Accounts::default())
        });
    }
    let accounts = accounts_here(deployment, at_work, operator).await?;
    let accounts = match &back {
        Some(_) => tried_again(accounts),
        None => Accounts { planned: accounts.renamed, ..Accounts::default() }.balanced(),
    };
    Ok(ApplyReport { direction: Direction::Back, ..report(course, accounts) })
}

/// Says that what could not be renamed is left to do.
fn tried_again(accounts: Accounts) -> Accounts {
    let Accounts { left, conflicts, failed, .. } = accounts;
    Accounts { left: left + conflicts + failed, conflicts: 0, failed: 0, ..accounts }
}

/// Adds up what these servers have of a course.
async fn accounts_here(
    deployment: &Deployment,
    course: &Course,
    operator: Operator,
) -> Result<Accounts, Error> {
    let mut accounts = Accounts { planned: course.plan.manifest.planned(), ..Accounts::default() };
    for lane in 0..course.plan.manifest.lanes.len() {
        let ledger = course.ledger(lane)?;
        let ground = inspect(deployment, course, lane, &ledger, operator).await?;
        survey::check(deployment, course, lane, &ground).await?;
        add_here(deployment, course, (lane, ledger, &ground), &mut accounts).await?;
    }
    Ok(accounts.balanced())
}

/// Adds what the servers of a lane have of it: what their markers tell, and what is under the names of
/// the windows that are in doubt.
async fn add_here(
    deployment: &Deployment,
    course: &Course,
    (lane, ledger, ground): (usize, Ledger, &Ground),
    accounts: &mut Accounts,
) -> Result<(), Error> {
    let ledger = match ground.verdict {
        Verdict::Continue | Verdict::StartOver => ledger.reaching(ground.base, ground.reach)?,
        Verdict::WalkBack => {
            let base = walked_back(deployment, course, (lane, &ledger), ground).await?;
            ledger.reaching(base, Reach::Next)?
        }
        _ => ledger,
    };
    for entry in ledger.entries() {
        let tally = if ledger.is_in_doubt(entry.first()) {
            let window = read(&course.plan, entry)?;
            let endings = ledger.endings(window.first, window.len())?;
            let nonce = &course.plan.manifest.nonce;
            Some(Tally::of(&window, &foresee(deployment, nonce, &window, endings).await?))
        } else {
            entry.tally
        };
        if let Some(tally) = tally {
            tally.add_to(accounts);
        }
    }
    Ok(())
}

/// Returns the report of a step that does nothing.
pub(super) fn report(course: &Course, accounts: Accounts) -> ApplyReport {
    ApplyReport {
        migration: course.id.clone(),
        direction: course.direction,
        accounts,
        before: accounts,
        troubles: Listed::default(),
        kept: None,
        elapsed: Duration::ZERO,
        handled: 0,
        slowdowns: 0,
        outcome: Outcome::Clean,
    }
}
