use std::{path::PathBuf, time::Duration};

use cachectl_core::{
    backup, diff,
    migrate::{
        Error,
        journal::JournalError,
        report::{Accounts, ApplyReport, Direction, Listed},
    },
    restore,
    server::{self, error::Waiting},
    values::endpoint::{Endpoint, Scheme},
    vocabulary::{bug::Bug, outcome::Outcome},
};
use clap::Parser as _;

use super::{Situation, after_renaming, bug, of};
use crate::{cli::Cli, error::CliError, exit};

fn situation(flags: &[&str]) -> Situation {
    let words = ["cachectl"].iter().chain(flags).chain(&["migrate", "list"]);
    let connection = Cli::try_parse_from(words).unwrap().global.connection;
    Situation { flags: connection.again(), user: "ops".to_owned(), scheme: Scheme::Plain }
}

fn endpoint() -> Endpoint {
    Endpoint::parse("10.0.0.7", 6379).unwrap()
}

fn late(stage: Waiting) -> server::Error {
    server::Error::TimedOut { endpoint: endpoint(), limit: Duration::from_secs(30), stage }
}

#[test]
fn errors_of_a_migration_come_with_advice() {
    #[track_caller]
    fn case(error: Error, expected: &str) {
        let hints = of(&CliError::from(error), &situation(&["-C", "prod"])).join("\n");
        assert!(hints.contains(expected), "{hints}");
    }
    let lost = || late(Waiting::Answering);

    case(
        Error::NoPermission {
            endpoint: endpoint(),
            refusal: "NOPERM".to_owned(),
            acl: "+scan".to_owned(),
        },
        "`ACL SETUSER ops +scan`",
    );
    case(Error::Restarted { endpoint: endpoint() }, "make the plan again");
    case(Error::SlotsMoved, "make the plan again");
    case(
        Error::OtherServer {
            planned: "a:1 database 0".to_owned(),
            found: "b:1 database 0".to_owned(),
        },
        "give the address and the database that the plan was made for",
    );
    case(
        Error::OtherServer {
            planned: "a:1 database 5".to_owned(),
            found: "a:1 database 0".to_owned(),
        },
        "`--db 5` chooses the database that the plan was made for",
    );
    case(
        Error::PrimaryLost {
            id: "ID".to_owned(),
            direction: Direction::Forward,
            handled: 1,
            planned: 2,
            source: lost(),
        },
        "`cachectl --context prod migrate resume ID` carries on",
    );
    case(
        Error::Locked { id: "ID".to_owned() },
        "`cachectl --context prod migrate status ID` shows how far it is",
    );
    case(
        Error::Journal(JournalError::Missing { path: "journal-0".into() }),
        "put the directory of the migration back from a copy",
    );
    case(
        Error::Journal(JournalError::Unknown { path: "journal-0".into(), offset: 64 }),
        "use the one that the migration was begun with",
    );
    case(
        Error::RolledBack { id: "ID".to_owned() },
        "`cachectl --context prod migrate rollback ID` carries on with that",
    );
}

#[test]
fn what_is_in_the_way_outside_is_named() {
    #[track_caller]
    fn case(error: Error, expected: &str) {
        let hints = of(&CliError::from(error), &situation(&[])).join("\n");
        assert!(hints.contains(expected), "{hints}");
    }

    case(
        Error::File {
            action: "write",
            path: PathBuf::from("/state/journal"),
            source: std::io::Error::other("full"),
        },
        "check free space and permissions in `/state`",
    );
    case(Error::Server(late(Waiting::Answering)), "a longer `--timeout`");
    case(Error::Server(late(Waiting::Connecting)), "a server with TLS needs `rediss://`");
}

#[test]
fn a_command_that_is_advised_leads_to_the_same_servers() {
    #[track_caller]
    fn case(flags: &[&str], expected: &str) {
        assert_eq!(situation(flags).command("migrate resume ID"), expected);
    }

    case(&[], "`cachectl migrate resume ID`");
    case(&["-o", "json", "--tls", "-y"], "`cachectl --tls migrate resume ID`");
    case(
        &["--url", "redis://u:s3cret@h/1"],
        "`cachectl --url 'redis://u:***@h:6379/1' migrate resume ID`",
    );
    case(
        &["--sentinel", "a", "--sentinel", "b:1", "--state-dir", "my state"],
        "`cachectl --state-dir 'my state' --sentinel a:26379 --sentinel b:1 migrate resume ID`",
    );
}

#[test]
fn what_comes_next_depends_on_how_it_ended() {
    #[track_caller]
    fn case(outcome: Outcome, direction: Direction, expected: &[&str]) {
        let report = ApplyReport {
            migration: "ID".to_owned(),
            direction,
            accounts: Accounts::default(),
            before: Accounts::default(),
            troubles: Listed::default(),
            kept: None,
            elapsed: Duration::ZERO,
            handled: 0,
            slowdowns: 0,
            outcome,
        };
        assert_eq!(after_renaming(&report, &situation(&[])), expected);
    }
    const RESUME: &str = "`cachectl migrate resume ID` carries on";
    const ROLLBACK: &str = "`cachectl migrate rollback ID` ";

    case(Outcome::Clean, Direction::Forward, &[&format!("{ROLLBACK}undoes it")]);
    case(Outcome::Findings, Direction::Forward, &[&format!("{ROLLBACK}undoes it")]);
    case(Outcome::Interrupted, Direction::Forward, &[RESUME, &format!("{ROLLBACK}goes back")]);
    case(Outcome::Incomplete, Direction::Forward, &[RESUME, &format!("{ROLLBACK}goes back")]);
    case(Outcome::Interrupted, Direction::Back, &[&format!("{ROLLBACK}carries on")]);
    case(Outcome::Clean, Direction::Back, &[]);
}

#[test]
fn a_denied_command_comes_with_the_line_that_allows_it_whatever_it_is() {
    #[track_caller]
    fn case(words: &str, expected: Option<&str>) {
        let line = super::server::allowing_by_words(words, "ops");
        assert_eq!(line.as_deref(), expected, "{words}");
    }
    const DUMP: Option<&str> = Some("this allows it: `ACL SETUSER ops +dump`");

    case("NOPERM this user has no permissions to run the 'dump' command or its subcommand", DUMP);
    case("NOPERM User ops has no permissions to run the 'dump' command", DUMP);
    case(
        "NOPERM User ops has no permissions to run the 'config|get' command",
        Some("this allows it: `ACL SETUSER ops +config|get`"),
    );
    case(
        "NOPERM No permissions to access a key",
        Some("this allows the keys, with a pattern that fits them: `ACL SETUSER ops ~PATTERN`"),
    );
    case("OOM command not allowed when used memory > 'maxmemory'.", None);
}

#[test]
fn a_bug_of_ours_is_never_taken_for_a_stop() {
    #[track_caller]
    fn case(error: impl Into<CliError>) {
        let error = error.into();
        assert_eq!(exit::code(error.ending()).number(), 70, "{error:?}");
        assert!(error.to_string().starts_with("internal error: "), "{error}");
        assert_eq!(of(&error, &situation(&[])), bug(), "{error:?}");
    }
    let panic = || Bug::Panic("out of range".to_owned());

    case(Error::from(panic()));
    case(backup::Error::from(panic()));
    case(restore::Error::from(panic()));
    case(diff::Error::from(panic()));
    case(server::Error::Bug(panic()));
    case(Error::from(Bug::Impossible("a deployment has no primary")));
}
