use std::path::PathBuf;

use cachectl_core::{
    migrate::{
        Error,
        report::{Accounts, ApplyReport, Direction, Listed},
    },
    server,
    values::endpoint::Endpoint,
    vocabulary::outcome::Outcome,
};
use clap::Parser as _;

use super::{Situation, after_renaming, of};
use crate::{cli::Cli, error::CliError};

fn situation(flags: &[&str]) -> Situation {
    let words = ["cachectl"].iter().chain(flags).chain(&["migrate", "list"]);
    let connection = Cli::try_parse_from(words).unwrap().global.connection;
    Situation { flags: connection.again(), user: "ops".to_owned() }
}

fn endpoint() -> Endpoint {
    Endpoint::parse("10.0.0.7", 6379).unwrap()
}

#[test]
fn errors_of_a_migration_come_with_advice() {
    #[track_caller]
    fn case(error: Error, expected: &str) {
        let hints = of(&CliError::from(error), &situation(&["-C", "prod"])).join("\n");
        assert!(hints.contains(expected), "{hints}");
    }
    let lost = || server::Error::TimedOut { endpoint: endpoint(), seconds: 30 };

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
        Error::OtherServer { planned: "a".to_owned(), found: "b".to_owned() },
        "the address that the plan was made for",
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
        "is there room in `/state`",
    );
    let slow = server::Error::TimedOut { endpoint: endpoint(), seconds: 30 };
    case(Error::Server(slow), "a longer `--timeout`");
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
            elapsed: std::time::Duration::ZERO,
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
