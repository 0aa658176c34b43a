//! Words for what reports count.

use cachectl_core::migrate::report::{Caveat, Difference, KeyFacts, TroubleReason, Warning};

use crate::output::{clip::Name, count::Count, words::expiry};

/// Returns a key with its type and its expiry.
pub(super) fn facts(facts: &KeyFacts) -> String {
    format!("{} ({}, {})", Name(&facts.key), facts.key_type, expiry(facts.expiry))
}

/// Returns what looks like a mistake.
pub(super) fn warning(warning: &Warning) -> String {
    match warning {
        Warning::NoMatch { rule } => format!("`{rule}` matches no key"),
        Warning::Repeatable { rule, matched_by } if rule == matched_by => {
            format!("`{rule}` matches its own new names, so a second run would rename them again")
        }
        Warning::Repeatable { rule, matched_by } => format!(
            "the new names of `{rule}` match `{matched_by}`, so a second run would rename them again"
        ),
        Warning::Overwrites { keys } => {
            format!("{} WILL BE LOST, because the policy is to overwrite", Count(*keys, "key"))
        }
    }
}

/// Returns what cannot be promised.
pub(super) fn caveat(caveat: Caveat) -> &'static str {
    match caveat {
        Caveat::NotAtomic => {
            "all keys at once: while it runs, some have their old names and some the new ones"
        }
        Caveat::Writers => {
            "writers that still use an old name: they create it again, beside the new one"
        }
        Caveat::Durability => {
            "that the last renames survive a crash of the server or a failover: `resume` finds out"
        }
        Caveat::IdleTime => {
            "idle times: before Redis 7.2, a renamed key looks recently used to the eviction"
        }
        Caveat::ExpiryPrecision => {
            "expiry to the millisecond: before Redis 7.0, it is compared to a few milliseconds"
        }
        Caveat::NoInfo => {
            "that every restart and eviction is noticed: `INFO` is denied to our user"
        }
    }
}

/// Returns why a key could not be renamed.
pub(super) fn trouble(reason: &TroubleReason) -> String {
    match reason {
        TroubleReason::NameTaken => "the new name was taken after the plan was made".to_owned(),
        TroubleReason::Refused(words) => words.clone(),
    }
}

/// Returns what is wrong with a renamed key.
pub(super) fn difference(difference: Difference) -> String {
    match difference {
        Difference::Missing => "neither name is there: deleted or evicted since".to_owned(),
        Difference::NotRenamed => "it has its old name".to_owned(),
        Difference::OldNameBack => "the old name is there again: a writer still uses it".to_owned(),
        Difference::PutBackMissing => {
            "it was put back from the backup, and is not there: deleted or evicted since".to_owned()
        }
        Difference::Type { planned, found } => {
            format!("it is a {found}, and was a {planned} when it was planned")
        }
        Difference::Value { certain: true } => {
            "it has another value, and nobody has used it since: it is damaged".to_owned()
        }
        Difference::Value { certain: false } => {
            "it has another value; the server does not tell whether a client wrote it".to_owned()
        }
        Difference::Expiry { planned, found } => {
            format!("{} now, {} when it was planned", expiry(found), expiry(planned))
        }
    }
}
