//! Settings that turn a small mishap into a big one.

use super::Known;
use crate::health::{
    catalogue::{DEFAULT_USER, EVICTABLE, POLICY, PROTECTED},
    judge::Judge,
    report::Status,
    thresholds::Profile,
};
use crate::server::identity::{Info, part};

pub(super) fn judge(known: &Known<'_>, judge: &mut Judge<'_>) {
    policy(known, judge);
    evictable(known, judge);
    default_user(known, judge);
    protected_mode(known, judge);
}

fn policy(known: &Known<'_>, judge: &mut Judge<'_>) {
    let now = known.now;
    let Some(policy) = now.get("maxmemory_policy").or_else(|| now.setting("maxmemory-policy"))
    else {
        judge.unsaid(POLICY, &now.config);
        return;
    };
    let evicts = policy != "noeviction";
    let (status, text) = match (known.profile, evicts) {
        (Profile::Cache | Profile::Seed, false) => {
            (Status::Warning, format!("`{policy}` makes a full cache refuse writes"))
        }
        (Profile::Queue, true) => {
            (Status::Critical, format!("`{policy}` makes a full server lose work"))
        }
        (Profile::Session, true) if policy.starts_with("allkeys") => {
            (Status::Warning, format!("`{policy}` makes a full server forget sessions"))
        }
        _ => (Status::Ok, format!("the policy is `{policy}`")),
    };
    judge.state(POLICY, status, text);
}

/// A full server whose policy may evict keys with a time to live alone needs some.
fn evictable(known: &Known<'_>, judge: &mut Judge<'_>) {
    let now = known.now;
    let is_limited = now.number("maxmemory").is_some_and(|limit| limit > 0.0);
    let is_volatile = now.get("maxmemory_policy").is_some_and(|name| name.starts_with("volatile"));
    let (keys, expiring) = now.info.yes().map(keys).unwrap_or_default();
    if is_limited && is_volatile && keys > 0.0 {
        let share = 100.0 * expiring / keys;
        let text = format!("{share:.1} % of {keys} keys have a time to live and can be evicted");
        judge.value(EVICTABLE, share, text);
    }
}

/// Returns how many keys there are in all databases, and how many of them have a time to live:
/// `db0:keys=3,expires=1,avg_ttl=0`.
fn keys(info: &Info) -> (f64, f64) {
    let is_db = |name: &&str| {
        let number = name.strip_prefix("db");
        number.is_some_and(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let lines: Vec<_> = info.names().filter(is_db).filter_map(|name| info.get(name)).collect();
    let sum = |name: &str| {
        let values = lines.iter().filter_map(|line| part(line, name)?.parse::<f64>().ok());
        values.sum()
    };
    (sum("keys"), sum("expires"))
}

fn default_user(known: &Known<'_>, judge: &mut Judge<'_>) {
    let Some(flags) = known.now.default_user.yes() else {
        judge.unsaid(DEFAULT_USER, &known.now.default_user);
        return;
    };
    let has = |flag: &str| flags.iter().any(|found| found == flag);
    let (status, text) = match (has("on"), has("nopass")) {
        (true, true) => (Status::Warning, "the default user needs no password"),
        (true, false) => (Status::Ok, "the default user needs a password"),
        (false, _) => (Status::Ok, "the default user is off"),
    };
    judge.state(DEFAULT_USER, status, text);
}

fn protected_mode(known: &Known<'_>, judge: &mut Judge<'_>) {
    let now = known.now;
    let Some(protected) = now.setting("protected-mode") else {
        judge.unsaid(PROTECTED, &now.config);
        return;
    };
    let open =
        now.default_user.yes().is_some_and(|flags| flags.iter().any(|flag| flag == "nopass"));
    let everywhere = now.setting("bind").is_none_or(|bind| {
        bind.split_whitespace().any(|address| {
            matches!(address.trim_start_matches('-'), "*" | "0.0.0.0" | "::" | "::*")
        }) || bind.is_empty()
    });
    if protected == "no" && open && everywhere {
        let text = "it answers to the whole network without a password";
        judge.state(PROTECTED, Status::Critical, text);
    } else {
        judge.state(PROTECTED, Status::Ok, format!("protected mode is `{protected}`"));
    }
}
