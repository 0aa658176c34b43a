//! Advice: from the data of an error to the flag or the command that helps. Only the binary knows
//! those, so only the binary gives advice.

use std::path::Path;

use cachectl_core::{
    migrate::{
        self,
        report::{ApplyReport, Direction, PlanReport, Refusal},
    },
    server,
    values::endpoint::{DEFAULT_PORT, Endpoint},
    vocabulary::outcome::Outcome,
};

use crate::{confirm::Refused, error::CliError, settings};

/// Returns what can be done about an error.
pub(crate) fn of(error: &CliError) -> Vec<String> {
    match error {
        CliError::Settings(error) => settings(error),
        CliError::Server(error) => server(error).into_iter().collect(),
        CliError::Migrate(error) => migrate(error),
        CliError::NotConfirmed(refused) => confirmation(refused),
        CliError::RulesFile(diagnostic) => diagnostic.advice.iter().cloned().collect(),
        CliError::NoRule => one("for instance `--rule 'doc_state_{id} => doc:state:{id}'`"),
        CliError::MisplacedFlags => {
            one("for instance `cachectl migrate plan --rule 'a:* => b:*' -o rename.plan`")
        }
        CliError::NotInLines => one("use `-o json`"),
        CliError::Exists { .. } => one("choose another name, or remove the file first"),
        CliError::Stdout(_)
        | CliError::Rule(_)
        | CliError::RulesUnreadable { .. }
        | CliError::Json(_)
        | CliError::File { .. }
        | CliError::Runtime(_)
        | CliError::Stopped(_) => Vec::new(),
    }
}

/// Returns what can be done after keys were renamed.
pub(crate) fn after_renaming(report: &ApplyReport) -> Vec<String> {
    let id = &report.migration;
    match (report.outcome, report.direction) {
        (Outcome::Incomplete | Outcome::Interrupted, Direction::Forward) => vec![
            format!(
                "carry on with `{}`",
                command(&format!("migrate resume {id}"))
            ),
            format!(
                "or go back with `{}`",
                command(&format!("migrate rollback {id}"))
            ),
        ],
        (Outcome::Incomplete | Outcome::Interrupted, Direction::Back) => one(&format!(
            "carry on with `{}`",
            command(&format!("migrate rollback {id}"))
        )),
        (Outcome::Clean | Outcome::Findings, Direction::Forward) => one(&format!(
            "`{}` undoes it",
            command(&format!("migrate rollback {id}"))
        )),
        (Outcome::Clean | Outcome::Findings, Direction::Back) => Vec::new(),
    }
}

fn settings(error: &settings::Error) -> Vec<String> {
    use settings::Error;
    match error {
        Error::File(diagnostic) => diagnostic.advice.iter().cloned().collect(),
        Error::UnknownContext { name, known, .. } => one(&unknown_context(name, known)),
        Error::ContextWithoutFile { .. } | Error::NoFile => {
            one("`cachectl config init` writes one to start from")
        }
        Error::NoStateDirectory => one("pass `--state-dir`, or set CACHECTL_STATE_DIR"),
        Error::HalfIdentity => one("give both `--tls-cert` and `--tls-key`"),
        Error::SentinelAndCluster => one("leave out `--cluster` or `--sentinel`"),
        Error::Variable { .. } => one("`cachectl config show` prints every value and its origin"),
        Error::Flag { .. }
        | Error::Unreadable { .. }
        | Error::PasswordFile { .. }
        | Error::EmptyPasswordFile { .. } => Vec::new(),
    }
}

fn unknown_context(name: &str, known: &[String]) -> String {
    match crate::yaml::nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "the file has no contexts".to_owned(),
        None => format!("its contexts are {}", known.join(", ")),
    }
}

fn server(error: &server::Error) -> Option<String> {
    use server::Error;
    match error {
        Error::Connect { endpoint, .. } => Some(unreachable(endpoint)),
        Error::NoSentinel { .. } => Some("check `--sentinel` and the network".to_owned()),
        Error::TimedOut { .. } => {
            Some("a slow server needs a longer `--timeout` or `--connect-timeout`".to_owned())
        }
        Error::Login { source, .. } => Some(login(&source.to_string())),
        Error::IsSentinel { endpoint } => Some(format!(
            "pass it as `--sentinel {endpoint}`, with `--primary-name`"
        )),
        Error::IsReplica { .. } => {
            Some("keys are renamed on the primary: give its address, or the sentinels".to_owned())
        }
        Error::UnknownPrimary { .. } => {
            Some("`--primary-name` is what `SENTINEL MASTERS` calls it".to_owned())
        }
        Error::ClusterDb { .. } => Some("leave out `--db`".to_owned()),
        Error::Refused { source, .. } if source.is_permission() => {
            Some("our user may not run that: `ACL GETUSER` shows what it may".to_owned())
        }
        Error::SlotsUncovered { .. } | Error::Unserved { .. } => {
            Some("`redis-cli --cluster check` shows what the cluster lacks".to_owned())
        }
        Error::Certificate { .. }
        | Error::Settings { .. }
        | Error::Lost { .. }
        | Error::Refused { .. }
        | Error::Unexpected { .. } => None,
    }
}

fn unreachable(endpoint: &Endpoint) -> String {
    match endpoint {
        Endpoint::Tcp {
            port: DEFAULT_PORT, ..
        } => "is the server running there? `--url` or a context names another one; \
             a server with TLS needs rediss://"
            .to_owned(),
        Endpoint::Tcp { .. } => {
            "is the server running there? A server with TLS needs rediss://".to_owned()
        }
        Endpoint::Unix(_) => "is the server running, and is the socket ours to use?".to_owned(),
    }
}

fn login(words: &str) -> String {
    if words.contains("NOAUTH") || words.contains("without any password") {
        return "the password comes from CACHECTL_PASSWORD, REDIS_PASSWORD, `--password-file`, \
                a context or the URL; `cachectl config show` tells which is used"
            .to_owned();
    }
    "is it the right `--user` with the right password? `cachectl config show` tells where both \
     come from"
        .to_owned()
}

fn migrate(error: &migrate::Error) -> Vec<String> {
    use migrate::Error;
    match error {
        Error::Server(error) => server(error).into_iter().collect(),
        Error::Refused(plan) => refusals(&plan.refusals, Some(plan)),
        Error::RefusedBySeal(refusals_) => refusals(refusals_, None),
        Error::NoPermission { acl, .. } => one(&format!("this would allow it: `{acl}`")),
        Error::OtherServer { .. } => one("give the address that the plan was made for"),
        Error::Restarted { .. } | Error::SlotsMoved => {
            one("keys may have changed meanwhile: make the plan again")
        }
        Error::NotAPlan { .. } | Error::Damaged { .. } => one("make the plan again"),
        Error::NoMigration { .. } => {
            one("`--state-dir` says where migrations are kept; there may be another one")
        }
        Error::UnknownMigration { .. } => one("`cachectl migrate list` shows all of them"),
        Error::Locked { id } => one(&format!(
            "`{}` shows how far it is",
            command(&format!("migrate status {id}"))
        )),
        Error::RolledBack { id } => one(&format!(
            "`{}` carries on",
            command(&format!("migrate rollback {id}"))
        )),
        Error::PrimaryLost { id, .. } => one(&format!(
            "carry on with `{}`",
            command(&format!("migrate resume {id}"))
        )),
        Error::File { path, .. } => one(&full_or_forbidden(path)),
        Error::Rule(_) | Error::Rules(_) | Error::JournalDamaged { .. } => Vec::new(),
    }
}

fn full_or_forbidden(path: &Path) -> String {
    let directory = path.parent().unwrap_or(path);
    format!(
        "is there room in `{}`, and is it ours? `--state-dir` chooses another place",
        directory.display()
    )
}

fn refusals(refusals: &[Refusal], plan: Option<&PlanReport>) -> Vec<String> {
    let user = plan.map(|_| "default");
    refusals
        .iter()
        .filter_map(|refusal| one_refusal(refusal, user))
        .collect()
}

fn one_refusal(refusal: &Refusal, _user: Option<&str>) -> Option<String> {
    match refusal {
        Refusal::Conflicts { .. } => Some(
            "`--on-conflict skip` leaves those keys alone, `stash` moves what is in the way aside, \
             `overwrite` loses it"
                .to_owned(),
        ),
        Refusal::Collisions { .. } => {
            Some("keep the names apart: take one more part of the old name over".to_owned())
        }
        Refusal::CrossSlot { .. } => Some(
            "in a cluster a key can only keep its slot: use a hash tag, or a rule that leaves \
             those keys out"
                .to_owned(),
        ),
        Refusal::Permission { .. } => Some(
            "this would allow it: `ACL SETUSER <user> +rename +renamenx ~<old names> ~<new names>`"
                .to_owned(),
        ),
        Refusal::Assertion { .. } => None,
    }
}

fn confirmation(refused: &Refused) -> Vec<String> {
    match refused {
        Refused::Nobody { .. } => {
            one("look first with `--dry-run`, then pass `--yes`; `--expect N` guards it")
        }
        Refused::Protected { .. } => {
            one("pass `--expect N` besides, with the number of keys that a dry run gives")
        }
        Refused::Unexpected { .. } => one("look again with `--dry-run`"),
        Refused::Declined | Refused::WrongName { .. } | Refused::Terminal(_) => Vec::new(),
    }
}

fn one(text: &str) -> Vec<String> {
    vec![text.to_owned()]
}

fn command(rest: &str) -> String {
    format!("cachectl {rest}")
}
