//! Advice about servers that cannot be used.

use cachectl_core::{
    server::{Error, error::Refusal},
    values::endpoint::{DEFAULT_PORT, Endpoint},
};

use super::{BUG, Situation};

/// Returns what can be done about it.
pub(super) fn of(error: &Error, situation: &Situation) -> Option<String> {
    let advice = match error {
        Error::Connect { endpoint, source } => unreachable(endpoint, &source.to_string()),
        Error::NoSentinel { source, .. } => return of(source, situation),
        Error::TimedOut { .. } => {
            "a slow server or network needs a longer `--timeout` or `--connect-timeout`; a server \
             with TLS needs `rediss://`"
        }
        Error::Login { source, .. } => login(&source.to_string()),
        Error::IsSentinel { endpoint } => {
            return Some(format!("pass it as `--sentinel {endpoint}`, with `--primary-name`"));
        }
        Error::IsReplica { .. } => "writes go to the primary: give its address, or the sentinels",
        Error::UnknownPrimary { .. } => "`--primary-name` is what `SENTINEL MASTERS` calls it",
        Error::ClusterDb { .. } | Error::NoSuchDb { .. } => "leave out `--db`",
        Error::SlotsUncovered { .. } | Error::Unserved { .. } => {
            "`redis-cli --cluster check` shows what the cluster lacks"
        }
        Error::Refused { source, command, .. } if source.is_permission() => {
            return Some(allowing(source, command, &situation.user));
        }
        Error::Refused { source, command, .. } if source.is_unknown_command() => {
            return Some(format!(
                "the server is too old for `{command}`, or has it under another name \
                 (`rename-command`)"
            ));
        }
        Error::Bug(_) => BUG,
        Error::Settings { .. }
        | Error::Lost { .. }
        | Error::Refused { .. }
        | Error::NeverEnds { .. }
        | Error::Unexpected { .. } => return None,
    };
    Some(advice.to_owned())
}

/// Returns the line that allows what was refused.
fn allowing(refusal: &Refusal, command: &str, user: &str) -> String {
    let command = command.to_lowercase().replace(' ', "|");
    let words = format!("{} {}", refusal.code, refusal.detail);
    let named = allowing_by_words(&words, user);
    named.unwrap_or_else(|| format!("this allows it: `ACL SETUSER {user} +{command}`"))
}

/// Returns the line that allows what a server refused in these words, if they tell.
///
/// The server names the command itself, which can be another one of the same batch.
pub(super) fn allowing_by_words(words: &str, user: &str) -> Option<String> {
    if !words.contains("NOPERM") {
        return None;
    }
    let named = words.split_once("run the '").and_then(|(_, rest)| rest.split_once('\''));
    if let Some((command, _)) = named {
        return Some(format!("this allows it: `ACL SETUSER {user} +{command}`"));
    }
    words.contains("key").then(|| {
        format!(
            "this allows the keys, with a pattern that fits them: `ACL SETUSER {user} ~PATTERN`"
        )
    })
}

fn unreachable(endpoint: &Endpoint, words: &str) -> &'static str {
    if words.contains("SELECT is not allowed in cluster mode") {
        return "a cluster has only database 0: leave out `--db`";
    }
    if words.contains("DB index is out of range") {
        return "the server has no such database: leave out `--db`, or choose another";
    }
    if words.contains("certificate") {
        return "`--tls-ca` names the authority of the server's certificate";
    }
    match endpoint {
        Endpoint::Tcp { port: DEFAULT_PORT, .. } => {
            "is a server running there? `--url` or a context names another one, and a server with \
             TLS needs `rediss://`"
        }
        Endpoint::Tcp { .. } => "is a server running there? One with TLS needs `rediss://`",
        Endpoint::Unix(_) => "is a server running, and may we use its socket?",
    }
}

fn login(words: &str) -> &'static str {
    if words.contains("NOAUTH") || words.contains("without any password") {
        "the password comes from CACHECTL_PASSWORD, REDIS_PASSWORD, `--password-file`, a context \
         or the URL; `cachectl config show` tells which is used"
    } else {
        "is it the right `--user` with the right password? `cachectl config show` tells where \
         both come from"
    }
}
