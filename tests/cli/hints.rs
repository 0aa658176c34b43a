//! Commands that hints advise: each of them works as it is printed.

use std::{
    path::Path,
    process::{Command, Output},
    time::Duration,
};

use cachectl_testkit::{Cachectl, Keyspace, Server, cli::Invocation, server::Signal};

use crate::{cachectl, has_advanced, in_database};

/// A server whose keys are in database 5, and how it is reached.
struct Place {
    server: Server,
    cachectl: Cachectl,
}

impl Place {
    fn new() -> Self {
        let server = Server::start();
        Keyspace::new(1).keys("old:*", 4_000).load(&server);
        server.command(&["SWAPDB", "0", "5"]);
        Self { server, cachectl: cachectl() }
    }

    /// Prepares a run with everything that leads to the keys and to the migrations.
    fn run(&self, words: &[&str]) -> Invocation {
        let url = self.server.url();
        let flags = ["--url", &url, "--db", "5", "--state-dir", "my state"];
        self.cachectl.args(flags.iter().chain(words))
    }

    /// Runs it to its end, and returns the commands that were advised.
    #[track_caller]
    fn advised(&self, code: i32, words: &[&str]) -> Vec<String> {
        let run = self.run(words).run().assert_code(code);
        commands(run.stderr())
    }

    /// Runs a command as a shell does, with nothing added but the answer to its question.
    fn shell(&self, command: &str) -> Output {
        let prepared = self.cachectl.args(["--version"]).command();
        let binary = Path::new(prepared.get_program());
        let path = format!("{}:/usr/bin:/bin", binary.parent().unwrap().display());
        let mut shell = Command::new("/bin/sh");
        shell.arg("-c").arg(command).current_dir(self.cachectl.directory()).env_clear();
        shell.envs(prepared.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.env("PATH", path).output().unwrap()
    }

    #[track_caller]
    fn works(&self, command: &str) -> Vec<String> {
        let run = self.shell(&format!("{command} --yes"));
        let stderr = String::from_utf8(run.stderr).unwrap();
        assert!(run.status.success(), "{command}\n{stderr}");
        commands(&stderr)
    }
}

/// Returns the commands that hints have in backticks.
fn commands(stderr: &str) -> Vec<String> {
    let hints = stderr.lines().filter(|line| line.starts_with("hint: "));
    let quoted = hints.flat_map(|hint| hint.split('`').skip(1).step_by(2));
    quoted.filter(|text| text.starts_with("cachectl ")).map(str::to_owned).collect()
}

/// Returns the only command of those that do something.
#[track_caller]
fn only(commands: &[String], what: &str) -> String {
    let mut found = commands.iter().filter(|command| command.contains(what));
    let (first, second) = (found.next(), found.next());
    assert!(first.is_some() && second.is_none(), "{what}: {commands:?}");
    first.unwrap().clone()
}

#[test]
fn every_command_that_is_advised_on_the_way_works_as_it_is_printed() {
    let place = Place::new();
    let migrate = ["migrate", "--rule", "old:* => new:*", "--yes", "--rate", "1000"];
    let running = place.run(&migrate).arg("--progress").arg("json").spawn();
    has_advanced(&running, "apply");
    running.signal(Signal::Interrupt);
    let stopped = running.wait(Duration::from_secs(30)).assert_code(130);
    let advised = commands(stopped.stderr());
    let (resume, rollback) = (only(&advised, "resume"), only(&advised, "rollback"));
    let unknown = place.advised(64, &["migrate", "status", "nonsense"]);
    place.works(&only(&unknown, "migrate list"));
    let again = place.works(&resume);
    assert_eq!(only(&again, "rollback"), rollback);
    place.works(&rollback);
    let id = rollback.rsplit(' ').next().unwrap();
    let over = place.advised(77, &["migrate", "resume", id]);
    place.works(&only(&over, "rollback"));
    assert_eq!(place.server.number(&["DBSIZE"]), 0, "database 0 is not touched");
}

#[test]
fn every_command_that_is_advised_after_planning_works_as_it_is_printed() {
    let place = Place::new();
    let plan = ["migrate", "plan", "--rule", "old:* => new:*", "-o", "my plan", "--rate", "9000"];
    let advised = place.advised(0, &plan);
    let apply = only(&advised, "migrate apply");
    assert!(apply.ends_with("--rate 9000"), "{apply}");
    place.works(&apply);
    let twice = place.advised(77, &["migrate", "apply", "my plan", "--yes"]);
    place.works(&only(&twice, "migrate status"));
}

#[test]
fn every_command_that_is_advised_about_backups_works_as_it_is_printed() {
    let place = Place::new();
    let advised = place.advised(0, &["backup", "-o", "my keys.rdb"]);
    place.works(&only(&advised, "backup inspect"));
    let restore = only(&advised, "restore");
    let taken = place.shell(&restore);
    assert_eq!(
        taken.status.code(),
        Some(0),
        "all names are taken, and what is there stays: {taken:?}"
    );
    assert_eq!(in_database(&place.server, 5, &["DEL", "old:7"]), 1);
    let advised = place.advised(1, &["diff", "my keys.rdb", "-"]);
    place.works(&only(&advised, "restore"));
    place.server.command(&["FLUSHALL"]);
    place.works(&restore);
}

#[test]
fn a_database_that_a_variable_names_is_part_of_the_command() {
    let place = Place::new();
    let url = place.server.url();
    let plan = ["--url", &url, "migrate", "plan", "--rule", "old:* => new:*", "-o", "p"];
    let run = place.cachectl.args(plan).env("CACHECTL_DB", "5").run().assert_success();
    let apply = only(&commands(run.stderr()), "migrate apply");
    place.works(&apply);
    assert_eq!(in_database(&place.server, 5, &["EXISTS", "new:1"]), 1);
}

#[test]
fn a_password_that_is_not_shown_is_spoken_of() {
    let server = Server::builder().password("s3cret").start();
    server.command(&["SET", "old:1", "1"]);
    let url = server.url_as("default", "s3cret");
    let plan = ["--url", &url, "migrate", "plan", "--rule", "old:* => new:*", "-o", "p"];
    let run = cachectl().args(plan).run().assert_success();
    assert!(!run.stderr().contains("s3cret"), "{run}");
    assert!(run.stderr().contains("hint: `***` stands for the password"), "{run}");
}
