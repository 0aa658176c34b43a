//! Advice about servers that cannot be used.

use cachectl_core::{
    server::Error,
    values::endpoint::{DEFAULT_PORT, Endpoint},
};

/// Returns what can be done about it.
pub(super) fn of(error: &Error) -> Option<String> {
    let advice = match error {
        Error::Connect { endpoint, source } => unreachable(endpoint, &source.to_string()),
        Error::NoSentinel { source, .. } => return of(source),
        Error::TimedOut { .. } => {
            "a slow server or network needs a longer `--timeout` or `--connect-timeout`; a server \
             with TLS needs `rediss://`"
        }
        Error::Login { source, .. } => login(&source.to_string()),
        Error::IsSentinel { endpoint } => {
            return Some(format!("pass it as `--sentinel {endpoint}`, with `--primary-name`"));
        }
        Error::IsReplica { .. } => {
            "keys are renamed on the primary: give its address, or the sentinels"
        }
        Error::UnknownPrimary { .. } => "`--primary-name` is what `SENTINEL MASTERS` calls it",
        Error::ClusterDb { .. } | Error::NoSuchDb { .. } => "leave out `--db`",
        Error::SlotsUncovered { .. } | Error::Unserved { .. } => {
            "`redis-cli --cluster check` shows what the cluster lacks"
        }
        Error::Refused { source, .. } if source.is_permission() => {
            "our user may not do that; `ACL GETUSER` shows what it may"
        }
        Error::Certificate { .. }
        | Error::Settings { .. }
        | Error::Lost { .. }
        | Error::Refused { .. }
        | Error::Unexpected { .. } => return None,
    };
    Some(advice.to_owned())
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
