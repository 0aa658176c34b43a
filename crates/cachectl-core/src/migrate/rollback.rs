//! The way back: the inverse of what was done, in reverse order, as a plan of its own.
//!
//! Only what the journal says is ours is moved. Levels run backwards, so that a name is free again
//! before its old key returns; keys that were stashed return last of all.

mod ahead;
mod beyond;
mod inverse;
mod put_back;
mod vanished;

use self::inverse::seal_inverse;
pub use self::vanished::{VanishedReport, restore_vanished};
pub(super) use self::{
    ahead::{Had, look as look_ahead},
    inverse::each_inverse,
    put_back::PutBack,
};
use super::{
    Error,
    apply::{self, overwritten, read, rest, settle},
    ledger::Ledger,
    options::{OnConflict, Pacing},
    preview,
    recognise::same_keyspace,
    recovery::Operator,
    report::{ApplyReport, Listed, Trouble},
    store::{Course, Migration, unclaim},
    unclear,
};
use crate::{
    server::deployment::Deployment,
    steps::presence,
    vocabulary::{control::Control, outcome::Outcome},
};

/// Rolls a migration back, or carries on with rolling it back.
///
/// Once this was begun the migration cannot be applied any further; it can be planned anew.
///
/// # Errors
///
/// As [`super::apply()`].
pub async fn rollback(
    deployment: &Deployment,
    migration: &Migration,
    pacing: Pacing,
    control: &Control<'_>,
) -> Result<ApplyReport, Error> {
    go_back(deployment, migration, (pacing, Operator::Silent), control).await
}

/// As [`rollback`], where the operator says that servers without a marker of this migration are
/// the right ones and have lost everything of it: there is nothing to rename back on them.
///
/// # Errors
///
/// As [`rollback`].
pub async fn rollback_after_loss(
    deployment: &Deployment,
    migration: &Migration,
    pacing: Pacing,
    control: &Control<'_>,
) -> Result<ApplyReport, Error> {
    go_back(deployment, migration, (pacing, Operator::LostEverything), control).await
}

async fn go_back(
    deployment: &Deployment,
    migration: &Migration,
    (pacing, operator): (Pacing, Operator),
    control: &Control<'_>,
) -> Result<ApplyReport, Error> {
    // Another server may have taken over since the caller found this one.
    let deployment = &deployment.reopen().await?;
    let course = &migration.course;
    let mut findings = Listed::default();
    let back = if let Some(back) = begun(deployment, course).await? {
        if back.is_empty() {
            findings.absorb(unclear::list(deployment, course).await?);
            return Ok(told(preview::report(&back, back.accounts()?), findings));
        }
        for lane in 0..course.plan.manifest.lanes.len() {
            let ledger = course.ledger(lane)?;
            beyond::look(deployment, course, (lane, &ledger), &mut findings).await?;
        }
        back
    } else {
        deployment.writable()?;
        same_keyspace(deployment, &course.plan)?;
        if !course.is_begun()? {
            return close_unbegun(deployment, course).await;
        }
        let settled = settle(deployment, course, operator, &mut findings).await;
        if settled.is_err() {
            rest(deployment, course).await;
        }
        let ledgers = settled?;
        drop_overwritten(deployment, course, &ledgers).await?;
        for (lane, ledger) in ledgers.iter().enumerate() {
            beyond::look(deployment, course, (lane, ledger), &mut findings).await?;
        }
        seal_inverse(course, deployment, ledgers).await?
    };
    let report = apply::run(deployment, &back, (pacing, operator), control).await?;
    // They may have their new names still, and nothing moves them.
    findings.absorb(unclear::list(deployment, course).await?);
    Ok(told(report, findings))
}

/// Returns the way back, if it was begun. One that takes back less than the servers have is given up.
async fn begun(deployment: &Deployment, course: &Course) -> Result<Option<Course>, Error> {
    let Some(back) = course.rollback()? else { return Ok(None) };
    same_keyspace(deployment, &back.plan)?;
    match ahead::look(deployment, &back).await? {
        Had::AsPlanned => Ok(Some(back)),
        Had::More(_) => {
            deployment.writable()?;
            course.give_up(&back)?;
            Ok(None)
        }
        part @ Had::MoreInPart(_) => part.check(&back).map(|()| Some(back)),
    }
}

/// Adds what was found of the way forward to the report of the way back.
fn told(mut report: ApplyReport, findings: Listed<Trouble>) -> ApplyReport {
    if findings.count > 0 {
        report.outcome = report.outcome.and(Outcome::Findings);
        report.troubles.absorb(findings);
    }
    report
}

/// Closes a migration of which nothing was ever sent: there is nothing to rename back, whatever
/// became of its servers since.
async fn close_unbegun(deployment: &Deployment, course: &Course) -> Result<ApplyReport, Error> {
    let lanes = 0..course.plan.manifest.lanes.len();
    let ledgers = lanes.map(|lane| course.ledger(lane)).collect::<Result<_, _>>()?;
    let back = seal_inverse(course, deployment, ledgers).await?;
    // What cannot be taken back expires by itself.
    unclaim(deployment, &course.plan, &course.claim()).await;
    Ok(preview::report(&back, back.accounts()?))
}

/// Drops keys that were overwritten and not dropped yet, as the way forward does at its end.
pub(super) async fn drop_overwritten(
    deployment: &Deployment,
    course: &Course,
    ledgers: &[Ledger],
) -> Result<(), Error> {
    if course.plan.manifest.on_conflict != OnConflict::Overwrite {
        return Ok(());
    }
    for ledger in ledgers.iter().filter(|ledger| ledger.was_broken_off()) {
        for entry in ledger.entries() {
            let window = read(&course.plan, entry)?;
            let endings = ledger.endings(window.first, window.len())?;
            let names = overwritten(&course.plan.manifest.nonce, &window, &endings);
            presence::unlink(deployment, &names).await?;
        }
    }
    Ok(())
}
