//! Settings that turn a small mishap into a big one.

use super::Known;
use crate::health::{
    catalogue::{DEFAULT_USER, POLICY, PROTECTED},
    judge::Judge,
    report::Status,
    thresholds::Profile,
};

pub(super) fn judge(known: &Known<'_>, judge: &mut Judge<'_>) {
    policy(known, judge);
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
