//! Advice about servers that cannot be used.

use cachectl_core::{
    server::{
        Error,
        error::{Refusal, Waiting},
    },
    values::endpoint::{DEFAULT_PORT, Endpoint, Scheme},
};

use super::{BUG, Situation};
use crate::output::shell;

/// What the words of a failed connection have in them, and what helps then. The first that fits
/// counts.
const CAUSES: [(&str, &str); 8] = [
    (
        "max number of clients reached",
        "the server runs: close clients that are not needed, or raise its `maxclients`",
    ),
    (
        "DENIED Redis is running in protected mode",
        "the server runs: set a password for it (`requirepass`), or connect from its own host",
    ),
    ("accept our certificate", "`--tls-cert` and `--tls-key` name a certificate that it accepts"),
    ("certificate has expired", "renew the certificate of the server"),
    ("certificate is for another name", "connect by a name that is in the certificate"),
    ("signed by nobody we trust", "`--tls-ca` names the authority of the server's certificate"),
    (
        "certificate of an authority",
        "this makes one for a server: `openssl req -x509 -newkey rsa:2048 -nodes -keyout \
         server.key -out server.crt -subj /CN=HOST -addext subjectAltName=DNS:HOST -addext \
         basicConstraints=critical,CA:FALSE`; `--tls-ca server.crt` trusts it",
    ),
    (
        "certificate is not good",
        "`openssl s_client -showcerts -connect HOST:PORT` shows what the server has",
    ),
];

/// What somebody says who does not encrypt as we do, or is no server at all.
const MISUNDERSTANDINGS: [&str; 3] =
    ["this is no answer of a server", "the connection was closed", "did not agree on encryption"];

/// Returns what can be done about it.
pub(super) fn of(error: &Error, situation: &Situation) -> Option<String> {
    let advice = match error {
        Error::Connect { endpoint, source } => {
            let words = source.to_string();
            known(&words).unwrap_or_else(|| unreachable(endpoint, &words, situation.scheme))
        }
        Error::NoSentinel { source, .. } => return no_sentinel(source, situation),
        Error::TimedOut { stage: Waiting::Connecting, .. } => connecting_late(situation.scheme),
        Error::TimedOut { stage: Waiting::Answering, .. } => {
            "a slow server or network needs a longer `--timeout`"
        }
        Error::System { .. } => "the system is short of threads or files: `ulimit -a` shows limits",
        Error::Login { source, .. } => login(&source.to_string()),
        Error::IsSentinel { endpoint } => {
            return Some(format!("pass it as `--sentinel {endpoint}`, with `--primary-name`"));
        }
        Error::Untrusted { endpoint, source } => {
            return source.allowing(endpoint).map(|peer| {
                let quoted = shell::quoted(&peer.to_string());
                format!(
                    "if it is one of yours, `trusted_peers: [\"{peer}\"]` in the context allows \
                     it, or `--trusted-peer {quoted}`"
                )
            });
        }
        Error::NoMajority { answers, count } if answers * 2 <= *count => {
            "one alone may be wrong: see to the others, or name only those that are there"
        }
        Error::NoMajority { .. } => "after a failover they agree before long: try again",
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
        Error::Refused { source, .. } if source.code == "OOM" => {
            "make room on the server, or raise its `maxmemory`; without keys in the way, or with \
             `--on-conflict skip`, renaming needs none"
        }
        Error::Bug(_) => BUG,
        Error::Settings { .. }
        | Error::Lost { .. }
        | Error::Refused { .. }
        | Error::NeverEnds { .. }
        | Error::TooManyNodes { .. }
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

/// Returns what helps with a cause that its words tell.
fn known(words: &str) -> Option<&'static str> {
    CAUSES.iter().find(|(part, _)| words.contains(part)).map(|(_, advice)| *advice)
}

fn unreachable(endpoint: &Endpoint, words: &str, scheme: Scheme) -> &'static str {
    let misunderstood = MISUNDERSTANDINGS.iter().any(|part| words.contains(part));
    match (endpoint, scheme) {
        (Endpoint::Unix(_), _) => "is a server running, and may we use its socket?",
        (Endpoint::Tcp { .. }, Scheme::Tls) if misunderstood => {
            "maybe this port does not encrypt: then it takes `redis://`, and no option of TLS"
        }
        (Endpoint::Tcp { .. }, Scheme::Plain) if misunderstood => {
            "is it Redis that listens there? A server with TLS needs `rediss://`"
        }
        (Endpoint::Tcp { port: DEFAULT_PORT, .. }, _) => {
            "is a server running there? `--url` or a context names another one"
        }
        (Endpoint::Tcp { .. }, _) => "is a server running there?",
    }
}

/// Returns what helps if the last of the sentinels that were asked did not answer as one.
fn no_sentinel(error: &Error, situation: &Situation) -> Option<String> {
    match error {
        Error::Refused { endpoint, source, .. } if source.is_unknown_command() => Some(format!(
            "`{endpoint}` is no sentinel: a data server is passed as `--url {endpoint}`"
        )),
        Error::Connect { source, .. } if known(&source.to_string()).is_none() => {
            Some("is a sentinel running there? `--sentinel` takes its address and port".to_owned())
        }
        error => of(error, situation),
    }
}

fn connecting_late(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Plain => {
            "a slow server or network needs a longer `--connect-timeout`; a server with TLS needs \
             `rediss://`"
        }
        Scheme::Tls => "a slow server or network needs a longer `--connect-timeout`",
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

#[cfg(test)]
mod tests {
    use cachectl_core::server::probe::{Cause, FailureKind};

    use super::*;

    #[test]
    fn the_words_of_a_cause_tell_what_helps() {
        #[track_caller]
        fn case(words: &dyn ToString, expected: &str) {
            let advice = known(&words.to_string()).unwrap_or("nothing");
            assert!(advice.contains(expected), "{advice}");
        }

        case(&Cause::Expired, "renew");
        case(&Cause::WrongName, "a name that is in the certificate");
        case(&Cause::UnknownIssuer, "`--tls-ca` names");
        case(&Cause::Authority, "basicConstraints=critical,CA:FALSE");
        case(&Cause::Other("BadEncoding".to_owned()), "shows what the server has");
        case(&Cause::Ours("received fatal alert: CertificateExpired".to_owned()), "`--tls-cert`");
        case(&"the server says `ERR max number of clients reached`", "`maxclients`");
        case(
            &"the server says `DENIED Redis is running in protected mode because protected mode is \
             enabled`",
            "`requirepass`",
        );
        case(&FailureKind::Refused, "nothing");
    }

    #[test]
    fn encryption_is_only_spoken_of_where_somebody_answered() {
        #[track_caller]
        fn case(kind: &FailureKind, scheme: Scheme, expected: &str) {
            let endpoint = Endpoint::Tcp { host: "h".to_owned(), port: 7000 };
            let advice = unreachable(&endpoint, &kind.to_string(), scheme);
            assert!(advice.contains(expected), "{advice}");
            let is_about_encryption = advice.contains("redis://") || advice.contains("rediss://");
            assert_eq!(is_about_encryption, *kind != FailureKind::Refused, "{advice}");
        }

        let garbage = FailureKind::Protocol("\\x15\\x03".to_owned());
        case(&FailureKind::Refused, Scheme::Plain, "is a server running there?");
        case(&FailureKind::Refused, Scheme::Tls, "is a server running there?");
        case(&FailureKind::Closed, Scheme::Plain, "needs `rediss://`");
        case(&FailureKind::Closed, Scheme::Tls, "takes `redis://`");
        case(&garbage, Scheme::Plain, "needs `rediss://`");
        case(&garbage, Scheme::Tls, "takes `redis://`");
    }
}
