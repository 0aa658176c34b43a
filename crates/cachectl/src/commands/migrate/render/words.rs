//! Words for what reports count.

use std::{
    collections::BTreeMap,
    fmt::Display,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use cachectl_core::{
    migrate::report::{Caveat, Difference, KeyFacts, TroubleReason, Warning},
    values::ttl::{Expiry, TtlClass},
};

use crate::output::{
    clip::Name,
    count::{Count, Number, Span},
};

/// How many entries of a list are printed for people.
pub(super) const SHOWN: usize = 20;

/// Returns when a key expires, as seen from now.
pub(super) fn expiry(expiry: Expiry) -> String {
    let Expiry::At(at) = expiry else {
        return "no expiry".to_owned();
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let at = Duration::from_millis(u64::try_from(at).unwrap_or_default());
    match at.checked_sub(now) {
        Some(left) if left.as_millis() > 0 => format!("expires in {}", Span(left)),
        Some(_) | None => "expired".to_owned(),
    }
}

/// Returns a key with its type and its expiry.
pub(super) fn facts(facts: &KeyFacts) -> String {
    format!("{} ({}, {})", Name(&facts.key), facts.key_type, expiry(facts.expiry))
}

/// Returns a word for a class of expiry times.
pub(super) fn ttl_class(class: TtlClass) -> &'static str {
    match class {
        TtlClass::None => "none",
        TtlClass::UnderMinute => "under a minute",
        TtlClass::UnderHour => "under an hour",
        TtlClass::UnderDay => "under a day",
        TtlClass::DayOrMore => "a day or more",
    }
}

/// Returns what is counted, by what it is counted by.
pub(super) fn counts<K: Copy, D: Display>(
    counts: &BTreeMap<K, u64>,
    word: impl Fn(K) -> D,
) -> String {
    let parts = counts.iter().map(|(key, count)| format!("{} {}", word(*key), Number(*count)));
    parts.collect::<Vec<_>>().join(", ")
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
        Difference::Type { planned, found } => {
            format!("it is a {found}, and was a {planned} when it was planned")
        }
        Difference::Expiry { planned, found } => {
            format!("{} now, {} when it was planned", expiry(found), expiry(planned))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_is_seen_from_now() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let in_an_hour = i64::try_from((now + Duration::from_secs(3_630)).as_millis()).unwrap();
        assert_eq!(expiry(Expiry::At(in_an_hour)), "expires in 1 h 0 min");
        assert_eq!(expiry(Expiry::At(1)), "expired");
        assert_eq!(expiry(Expiry::Never), "no expiry");
    }
}
