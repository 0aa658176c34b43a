//! Advice: from the data of an error to the flag or the command that helps. Only the binary knows
//! those, so only the binary gives advice.

mod backup;
mod diff;
mod file;
mod migrate;
mod restore;
mod server;
mod unfit;

use std::{io, num::NonZeroU32, path::Path};

use cachectl_core::{
    backup::inspect::Contents,
    files::Distrust,
    migrate::report::{ApplyReport, Direction},
    values::endpoint::Scheme,
    vocabulary::outcome::Outcome,
};

use crate::{
    cli::ConnectionArgs,
    confirm::Refused,
    error::CliError,
    output::shell,
    settings::{self, Settings, provenance::Source},
};

/// How a URL shows that it has a password.
pub(crate) const MASKED: &str = ":***@";

/// What makes a command work whose URL has a password that is not shown.
pub(crate) const PASSWORD: &str =
    "`***` stands for the password: put it there, or leave it out and set CACHECTL_PASSWORD";

/// What advice depends on besides the error.
#[derive(Clone, Debug)]
pub(crate) struct Situation {
    /// The flags that a command needs to reach the same servers and the same state.
    flags: String,
    /// Our ACL user.
    user: String,
    /// Whether we encrypt.
    scheme: Scheme,
}

impl Situation {
    pub(crate) fn of(flags: &ConnectionArgs) -> Self {
        let connection = Settings::resolve(flags).ok().map(|settings| settings.connection);
        let (user, db, tls) = connection.map(|it| (it.username, it.db, it.tls)).unwrap_or_default();
        // A variable may have been set for this one run alone.
        let db = db.filter(|db| matches!(db.source, Source::Variable(_)));
        let flags = ConnectionArgs { db: flags.db.or(db.map(|db| db.value)), ..flags.clone() };
        Self {
            flags: flags.again(),
            user: user.map_or_else(|| "default".to_owned(), |user| user.value),
            scheme: if tls.is_some_and(|tls| tls.value) { Scheme::Tls } else { Scheme::Plain },
        }
    }

    /// Returns a command for the same servers, ready to be run.
    fn command(&self, rest: &str) -> String {
        format!("`cachectl{} {rest}`", self.flags)
    }
}

/// Returns what can be done about an error.
pub(crate) fn of(error: &CliError, situation: &Situation) -> Vec<String> {
    match error {
        CliError::Settings(error) => settings(error),
        CliError::Server(error) => server::of(error, situation).into_iter().collect(),
        CliError::Migrate(error) => migrate::of(error, situation),
        CliError::Backup(error) => backup::of(error, situation),
        CliError::Restore(error) => restore::of(error, situation),
        CliError::Diff(error) => diff::of(error, situation),
        CliError::Elsewhere(error, situation) => of(error, situation),
        CliError::Unknown { id, .. } => migrate::unknown(id, situation),
        CliError::Unforgotten(error) => migrate::unforgotten(of(error, situation)),
        CliError::Side(error) => diff::side(error),
        CliError::Selects { .. } => one("take `select` out of the file, or give it a file without"),
        CliError::WhichDatabase { named } => one(&format!(
            "`--into-db {named}` puts all keys there, `--db {named}` takes only those that were there"
        )),
        CliError::NotConfirmed(refused) => confirmation(refused),
        CliError::RulesFile(diagnostic) => diagnostic.advice.iter().cloned().collect(),
        CliError::NoRule => one("for instance `--rule 'doc_state_{id} => doc:state:{id}'`"),
        CliError::NoBackup => {
            one("add `--backup`, or take `--verify=2`, which keeps and compares a sample")
        }
        CliError::MisplacedFlags { example } => one(&format!("for instance `{example}`")),
        CliError::NotWatched => one("use `-o jsonl`, or `-o prometheus` with `--textfile FILE`"),
        CliError::NotInLines | CliError::OnlyForHealth => one("use `-o json`"),
        CliError::Unwritable(error) => file::unwritable(error),
        CliError::Listen { source, .. } => listening(source),
        CliError::ForeignState { .. } => one("name a file that is kept for this alone"),
        CliError::Exposed { path, .. } => one(&format!("`chmod 600 {}`", shell::path(path))),
        CliError::Distrusted { path, source, .. } => one(&distrusted(path, source)),
        CliError::EmptyPassword { .. } => {
            one("write a password behind the colon, or take the line out of the file")
        }
        CliError::NoUsers { .. } => one("a line of it is `USER:PASSWORD`"),
        CliError::WebCertificate { .. } => {
            one("`--web-tls-cert` and `--web-tls-key` name a certificate and its own key, in PEM")
        }
        CliError::Runtime(_) => one("`ulimit -a` shows what this shell gives to its programs"),
        CliError::Json(_) => bug(),
        CliError::Stdout(_)
        | CliError::Rule(_)
        | CliError::Rules(_)
        | CliError::Unreadable { .. }
        | CliError::NoSecret { .. }
        | CliError::File { .. }
        | CliError::Stopped(_) => Vec::new(),
    }
}

/// Returns what can be done with a backup of this database, if the address names it.
pub(crate) fn after_backup(path: &Path, database: Option<i64>, situation: &Situation) -> String {
    let path = shell::path(path);
    let restore = format!("restore {path}{} --on-conflict skip --dry-run", only(database));
    let restore = situation.command(&restore);
    format!("`cachectl backup inspect {path}` looks into it, {restore} tries to put it back")
}

/// Returns what can be done about a file that was looked into.
pub(crate) fn after_inspecting(contents: &Contents) -> Vec<String> {
    if contents.repeated > 0 {
        return one("a server refuses a file with a key in it twice, and so does `restore`");
    }
    if !contents.ending.increments.is_empty() {
        return one(
            "start a server on the whole directory and back that up, to have what came after the \
             base as well",
        );
    }
    Vec::new()
}

/// Returns the flag that names a database.
fn only(database: Option<i64>) -> String {
    database.map(|number| format!(" --db {number}")).unwrap_or_default()
}

pub(crate) use self::{diff::after_comparing, migrate::half_way, restore::after_restoring};

/// Returns what can be done with a plan that was written to a file.
pub(crate) fn after_planning(
    plan: &Path,
    rate: Option<NonZeroU32>,
    situation: &Situation,
) -> String {
    let plan = shell::path(plan);
    let rate = rate.map(|rate| format!(" --rate {rate}")).unwrap_or_default();
    format!("{} applies it", situation.command(&format!("migrate apply {plan}{rate}")))
}

/// Returns what can be done after keys were renamed.
pub(crate) fn after_renaming(report: &ApplyReport, situation: &Situation) -> Vec<String> {
    let id = &report.migration;
    match (report.outcome, report.direction) {
        (Outcome::Incomplete | Outcome::Interrupted, direction) => {
            going_on(id, direction, situation)
        }
        (Outcome::Clean | Outcome::Findings, Direction::Forward)
            if report.accounts.is_nothing_done() =>
        {
            Vec::new()
        }
        (Outcome::Clean | Outcome::Findings, Direction::Forward) => {
            one(&format!("{} undoes it", situation.command(&format!("migrate rollback {id}"))))
        }
        (Outcome::Clean | Outcome::Findings, Direction::Back) => Vec::new(),
    }
}

/// Returns what can be done if not all keys are put back that a rollback was to put back.
pub(crate) fn putting_back(id: &str, situation: &Situation) -> Vec<String> {
    let again = situation.command(&format!("migrate rollback {id} --from-backup"));
    vec![format!("{again} carries on")]
}

/// Returns what can be done with a migration that stops on its way.
pub(crate) fn going_on(id: &str, direction: Direction, situation: &Situation) -> Vec<String> {
    let rollback = situation.command(&format!("migrate rollback {id}"));
    match direction {
        Direction::Forward => {
            let resume = situation.command(&format!("migrate resume {id}"));
            vec![format!("{resume} carries on"), format!("{rollback} goes back")]
        }
        Direction::Back => vec![format!("{rollback} carries on")],
    }
}

fn listening(error: &io::Error) -> Vec<String> {
    match error.kind() {
        io::ErrorKind::AddrInUse => one("somebody else listens there; give another port"),
        io::ErrorKind::PermissionDenied => one("ports from 1024 on need no special rights"),
        _ => Vec::new(),
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
        Error::Downgrade { .. } => one(
            "if that is meant, write `redis://` and leave out what asks for TLS; else take the other away",
        ),
        Error::HalfIdentity => one("give both `--tls-cert` and `--tls-key`"),
        Error::SentinelAndCluster => one("leave out `--cluster` or `--sentinel`"),
        Error::Untrusted { path, source, .. } => untrusted(path, source),
        Error::Unprotecting(error) => {
            let whose =
                "that file is yours: put it right, or say with HOME whose settings are meant";
            [settings(error), one(whose)].concat()
        }
        Error::Shadows { name, .. } => one(&format!(
            "`--config FILE` says which of the two files is meant; or give `{name}` another name here"
        )),
        Error::Outside { file, .. } => one(&format!(
            "{} trusts the file with that; without, its secrets are beside it",
            naming(file)
        )),
        Error::NoPasswordFile { .. } => one(
            "it is the name of a file with the password; in a configuration, names start at its directory",
        ),
        Error::Lent { file, variable } => one(&format!(
            "{} trusts the file with that; without, unset {variable}, or put the password into a file beside it, as `password_file`",
            naming(file)
        )),
        Error::Variable { .. } => one("unset it, or give it a value that makes sense"),
        Error::Flag { .. }
        | Error::Unreadable { .. }
        | Error::PasswordFile { .. }
        | Error::EmptyPasswordFile { .. } => Vec::new(),
    }
}

/// Returns what can be done about a secret that others have their hands on.
fn distrusted(secret: &Path, reason: &Distrust) -> String {
    match reason {
        Distrust::Readable { path } => format!("`chmod 600 {}`", shell::path(path)),
        Distrust::Writable { path } if path == secret => {
            format!("look at what it says, then `chmod 600 {}`", shell::path(path))
        }
        Distrust::Writable { path } => format!(
            "look at what the file says, then `chmod go-w {}`, or put it elsewhere",
            shell::path(path)
        ),
        Distrust::Foreign { .. } | Distrust::Link { .. } => {
            format!("look at what it says, then keep a copy of your own: {}", own_copy(secret))
        }
    }
}

/// Returns the command that makes a copy which belongs to who runs it.
fn own_copy(path: &Path) -> String {
    let quoted = shell::path(path);
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    format!("`install -m 600 {quoted} ~/{}`", shell::quoted(&name))
}

/// Returns what can be done about a configuration file that others have their hands on.
fn untrusted(path: &Path, reason: &Distrust) -> Vec<String> {
    let used =
        format!("{} uses it all the same, `--config /dev/null` goes without a file", naming(path));
    match reason {
        Distrust::Writable { path: writable } if writable == path => {
            let path = shell::path(path);
            vec![format!("look at what it says, then `chmod go-w {path}`"), used]
        }
        _ => vec![used],
    }
}

/// Returns the flag that names a configuration file.
fn naming(path: &Path) -> String {
    format!("`--config {}`", shell::path(path))
}

fn unknown_context(name: &str, known: &[String]) -> String {
    match crate::yaml::nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "the file has no contexts".to_owned(),
        None => format!("its contexts are {}", known.join(", ")),
    }
}

fn confirmation(refused: &Refused) -> Vec<String> {
    match refused {
        // No key is changed, so that there is no number of keys to expect.
        Refused::Nobody { command: "migrate forget" } => {
            one("look first with `--dry-run`, then pass `--yes`")
        }
        Refused::Nobody { .. } => {
            one("look first with `--dry-run`, then pass `--yes`; `--expect N` guards it")
        }
        Refused::Protected { .. } => {
            one("pass `--expect N` besides, with the number of keys that a dry run gives")
        }
        Refused::Unexpected { .. } => one("look again with `--dry-run`"),
        Refused::Declined
        | Refused::WrongName { .. }
        | Refused::Interrupted(_)
        | Refused::Terminal(_) => Vec::new(),
    }
}

/// What can be done about a bug of ours.
pub(crate) const BUG: &str =
    "this is a bug of cachectl: please report it, with everything that was printed";

fn bug() -> Vec<String> {
    one(BUG)
}

fn one(text: &str) -> Vec<String> {
    vec![text.to_owned()]
}

#[cfg(test)]
mod tests;
