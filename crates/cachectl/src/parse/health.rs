//! Reads what health checks are told.

use cachectl_core::health::{
    Profile, Range, Status,
    catalogue::{self, Check, Unit},
};

use super::Invalid;
use crate::yaml::nearest;

/// Reads the name of a check.
pub(crate) fn check(text: &str) -> Result<&'static Check, Invalid> {
    let id = text.trim();
    catalogue::find(id).ok_or_else(|| {
        let advice = match nearest(id, catalogue::ALL.iter().map(|check| check.id)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`cachectl health explain` lists them".to_owned(),
        };
        Invalid(format!("there is no check `{}`; {advice}", id.escape_debug()))
    })
}

/// Reads the name of a check that measures something, which a limit can be set for.
pub(crate) fn measured(text: &str) -> Result<&'static Check, Invalid> {
    match check(text)? {
        Check { unit: Unit::State, id, .. } => {
            Err(Invalid(format!("`{id}` is good or is not, and has no value to set a limit for")))
        }
        check => Ok(check),
    }
}

/// Reads a range in the notation of monitoring plugins.
pub(crate) fn alarm(text: &str) -> Result<Range, Invalid> {
    text.parse().map_err(|error: <Range as std::str::FromStr>::Err| Invalid(error.to_string()))
}

/// Reads a limit, such as `memory=80`.
pub(crate) fn limit(text: &str) -> Result<(&'static Check, Range), Invalid> {
    let parts = text.split_once('=');
    let (id, written) = parts
        .ok_or_else(|| Invalid("a limit is a check and a range, as `memory=80`".to_owned()))?;
    Ok((measured(id)?, alarm(written)?))
}

/// Reads how many PINGs to send.
pub(crate) fn pings(text: &str) -> Result<u32, Invalid> {
    let count = text.trim().parse().ok().filter(|count| (1..=10_000).contains(count));
    count.ok_or_else(|| Invalid(format!("`{}` is not from 1 to 10000", text.escape_debug())))
}

/// Reads how bad it is that nobody answers.
pub(crate) fn silence(text: &str) -> Result<Status, Invalid> {
    match text.trim() {
        "critical" => Ok(Status::Critical),
        "warning" => Ok(Status::Warning),
        "unknown" => Ok(Status::Unknown),
        other => {
            let other = other.escape_debug();
            Err(Invalid(format!("unknown status `{other}`; use critical, warning or unknown")))
        }
    }
}

/// Reads the name of a profile.
pub(crate) fn profile(text: &str) -> Result<Profile, Invalid> {
    let name = text.trim();
    let profile = Profile::ALL.into_iter().find(|profile| profile.name() == name);
    profile.ok_or_else(|| {
        let names = Profile::ALL.map(Profile::name).join(", ");
        Invalid(format!("unknown profile `{}`; use {names}", name.escape_debug()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_check_that_has_a_value_and_a_range() {
        #[track_caller]
        fn case(text: &str, expected: &str) {
            let read = limit(text).map(|(check, range)| format!("{} {range}", check.id));
            assert_eq!(read.unwrap_or_else(|error| error.to_string()), expected);
        }

        case("memory=80", "memory 80");
        case("hit_ratio=80:", "hit_ratio 80:");
        case("memory", "a limit is a check and a range, as `memory=80`");
        case("memori=80", "there is no check `memori`; did you mean `memory`?");
        case("xyz=80", "there is no check `xyz`; `cachectl health explain` lists them");
        case("rdb=1", "`rdb` is good or is not, and has no value to set a limit for");
        case("memory=a", "`a` is not a range: its ends are numbers");
    }
}
