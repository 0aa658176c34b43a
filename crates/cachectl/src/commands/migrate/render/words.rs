//! Words for what reports count.

use cachectl_core::migrate::report::{
    Caveat, Difference, Direction, KeyFacts, TroubleReason, Warning,
};

use crate::output::{
    clip::{Name, Rule},
    count::{Count, Number},
    words::{expiry, lag},
};

/// Returns a key with its type and its expiry.
pub(super) fn facts(facts: &KeyFacts) -> String {
    format!("{} ({}, {})", Name(&facts.key), facts.key_type, expiry(facts.expiry))
}

/// How many warnings of one kind are told one by one.
const ONE_BY_ONE: usize = 3;

/// Returns what looks like a mistake. Many mistakes of one kind are one line with some examples.
pub(super) fn warnings(warnings: &[Warning]) -> Vec<String> {
    let mut idle = Vec::new();
    let mut repeatable = Vec::new();
    let mut others = Vec::new();
    for warning in warnings {
        match warning {
            Warning::NoMatch { rule } => idle.push((warning, rule.as_str())),
            Warning::Repeatable { rule, .. } => repeatable.push((warning, rule.as_str())),
            Warning::Overwrites { .. } => others.push(self::warning(warning)),
        }
    }
    let idle = summed_up(&idle, |count| format!("{count} rules match no key"));
    let repeatable = summed_up(&repeatable, |count| {
        format!(
            "the new names of {count} rules match a rule, so a second run would rename them again"
        )
    });
    idle.into_iter().chain(repeatable).chain(others).collect()
}

fn summed_up(warnings: &[(&Warning, &str)], sum: impl Fn(Number) -> String) -> Vec<String> {
    if warnings.len() <= ONE_BY_ONE {
        return warnings.iter().map(|(one, _)| warning(one)).collect();
    }
    let mut rules: Vec<&str> = warnings.iter().map(|(_, rule)| *rule).collect();
    rules.dedup();
    let examples = rules.iter().take(ONE_BY_ONE).map(|rule| format!("`{}`", Rule(rule)));
    let examples = examples.collect::<Vec<_>>().join(", ");
    vec![format!("{}: {examples}, …", sum(Number(rules.len() as u64)))]
}

fn warning(warning: &Warning) -> String {
    match warning {
        Warning::NoMatch { rule } => format!("`{}` matches no key", Rule(rule)),
        Warning::Repeatable { rule, matched_by } if rule == matched_by => format!(
            "`{}` matches its own new names, so a second run would rename them again",
            Rule(rule)
        ),
        Warning::Repeatable { rule, matched_by } => format!(
            "the new names of `{}` match `{}`, so a second run would rename them again",
            Rule(rule),
            Rule(matched_by)
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
        Caveat::NoMarker => {
            "recovery by evidence: no marker (`cachectl:*`) can be set on the server, for want of \
             permission or memory, so a restart or a failover stops chains, cycles, `stash` and \
             `overwrite` half-way"
        }
        Caveat::NoInfo => {
            "that every restart and eviction is noticed: `INFO` is denied to our user"
        }
    }
}

/// Returns why a key could not be renamed.
pub(super) fn trouble(direction: Direction, reason: &TroubleReason) -> String {
    match (reason, direction) {
        (TroubleReason::NameTaken, Direction::Forward) => {
            "the target name came into use after planning".to_owned()
        }
        (TroubleReason::NameTaken, Direction::Back) => {
            "its original name is in use again".to_owned()
        }
        (TroubleReason::Unrecorded, _) => {
            "it has its new name, and the journal knows nothing of that".to_owned()
        }
        (TroubleReason::Unclear, _) => {
            "an answer was lost, and nothing tells whether the key under \
             the new name is this one or the one that was in its way: it is left alone"
                .to_owned()
        }
        (TroubleReason::SetAside { name }, _) => format!(
            "it was gone, and the new name was written just then: what was in its way is `{}` now",
            Name(name)
        ),
        (TroubleReason::Refused(words), _) => words.clone(),
    }
}

/// Returns what is wrong with a renamed key.
pub(super) fn difference(difference: Difference) -> String {
    match difference {
        Difference::Missing => "neither name is there: deleted or evicted since".to_owned(),
        Difference::NotRenamed => "it has its old name".to_owned(),
        Difference::OldNameBack => "the old name is there again: a writer still uses it".to_owned(),
        Difference::Unclear => {
            "an answer was lost, and nothing tells whether the key under the new \
             name is this one or the one that was in its way"
                .to_owned()
        }
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
        Difference::Expiry { planned, found } => match lag(planned, found) {
            Some(lag) => format!("{}, {lag} than planned", expiry(found)),
            None => format!("{} now, {} when it was planned", expiry(found), expiry(planned)),
        },
    }
}
