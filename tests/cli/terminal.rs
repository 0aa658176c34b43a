//! What an operator sees and types on a terminal.

use std::{fs, process::Command};

use cachectl_testkit::{Cachectl, Keyspace, Server, cli::Invocation};
use rexpect::{
    process::WaitStatus,
    session::{PtySession, spawn_command},
};

use crate::{cachectl, ends_with, with};

/// Runs the binary on a terminal of its own. The home it runs in has to outlive the session.
fn on_a_terminal(invocation: &Invocation) -> PtySession {
    spawn_command(invocation.command(), Some(30_000)).unwrap()
}

/// Runs the binary on a terminal of its own that is so many columns wide.
fn on_a_terminal_of(columns: u16, invocation: &Invocation) -> PtySession {
    let prepared = invocation.command();
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg(format!("stty cols {columns} rows 24 && exec \"$0\" \"$@\""));
    shell.arg(prepared.get_program()).args(prepared.get_args()).env_clear();
    shell.envs(prepared.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(directory) = prepared.get_current_dir() {
        shell.current_dir(directory);
    }
    spawn_command(shell, Some(30_000)).unwrap()
}

/// Waits for the end, and returns the exit code.
fn exit_code(mut session: PtySession) -> i32 {
    session.exp_eof().unwrap();
    match session.process().wait().unwrap() {
        WaitStatus::Exited(_, code) => code,
        other => panic!("it ended otherwise: {other:?}"),
    }
}

const MIGRATE: [&str; 3] = ["migrate", "--rule", "a:* => b:*"];

#[test]
fn the_plan_is_shown_and_yes_is_not_the_default() {
    let server = Server::start().with_keys("a:*", 10);
    let before = server.digest();
    let cachectl = cachectl().server(&server);
    let mut session = on_a_terminal(&cachectl.args(MIGRATE));
    session.exp_string("would rename 10 keys").unwrap();
    session.exp_string("rename 10 keys on").unwrap();
    session.exp_string("[y/N]").unwrap();
    session.send_line("").unwrap();
    session.exp_string("not confirmed, so nothing was changed").unwrap();
    assert_eq!(exit_code(session), 77);
    assert_eq!(server.digest(), before);
}

#[test]
fn yes_renames_the_keys() {
    let server = Server::start().with_keys("a:*", 10);
    let cachectl = cachectl().server(&server);
    let mut session = on_a_terminal(&cachectl.args(MIGRATE));
    session.exp_string("[y/N]").unwrap();
    session.send_line("y").unwrap();
    session.exp_string("renamed 10 of 10 keys").unwrap();
    session.exp_string("verified 10 keys").unwrap();
    assert_eq!(exit_code(session), 0);
    assert_eq!(server.number(&["EXISTS", "a:0", "b:0"]), 1);
}

#[test]
fn a_rollback_that_asks_does_not_take_itself_for_another_process() {
    let server = Server::start().with_keys("a:*", 10);
    let cachectl = cachectl().server(&server);
    drop(with(cachectl.args(MIGRATE), &["--yes"]).run().assert_success());
    let mut session = on_a_terminal(&cachectl.args(["migrate", "rollback"]));
    let shown = session.exp_string("the old name back?").unwrap();
    assert!(shown.contains(": applied"), "{shown}");
    assert!(!shown.contains("running"), "{shown}");
    session.send_control('c').unwrap();
    assert_eq!(exit_code(session), 130);
}

#[test]
fn ctrl_c_instead_of_an_answer_changes_nothing() {
    let server = Server::start().with_keys("a:*", 10);
    let before = server.digest();
    let cachectl = cachectl().server(&server);
    let mut session = on_a_terminal(&cachectl.args(MIGRATE));
    session.exp_string("[y/N]").unwrap();
    session.send_control('c').unwrap();
    let rest = session.exp_eof().unwrap();
    assert!(rest.contains("stopped before anything was changed"), "{rest}");
    assert!(!rest.contains("safe point"), "{rest}");
    assert_eq!(exit_code(session), 130);
    assert_eq!(server.digest(), before);
}

/// Types a line.
fn send(session: &mut PtySession, line: &str) {
    session.send_line(line).unwrap();
}

/// Answers the question of a command, and returns what is on the screen after that.
fn answered(invocation: &Invocation, answer: impl FnOnce(&mut PtySession)) -> (String, i32) {
    let mut session = on_a_terminal(invocation);
    session.exp_string("[y/N]").unwrap();
    answer(&mut session);
    let rest = session.exp_eof().unwrap();
    (rest, exit_code(session))
}

#[test]
fn only_a_line_that_says_yes_is_a_yes() {
    let server = Server::start().with_keys("a:*", 10);
    let before = server.digest();
    let cachectl = cachectl().server(&server);
    let case = |answer: &dyn Fn(&mut PtySession)| {
        let (rest, code) = answered(&cachectl.args(MIGRATE), answer);
        assert!(rest.contains("not confirmed, so nothing was changed"), "{rest}");
        assert!(!rest.contains("[y/N]") && !rest.contains("[Y/n]"), "shown again: {rest}");
        assert_eq!(code, 77);
        assert_eq!(server.digest(), before);
    };

    case(&|session| session.send_control('d').unwrap());
    case(&|session| {
        session.send("y").unwrap();
        session.send_control('d').unwrap();
    });
    case(&|session| send(session, "\u{1b}"));
    case(&|session| send(session, "n"));
    case(&|session| send(session, "yn"));
    // A terminal takes back what is erased before Enter.
    let (rest, code) = answered(&cachectl.args(MIGRATE), |session| {
        session.send_line("no\u{7f}\u{7f}yes").unwrap();
    });
    assert!(rest.contains("renamed 10 of 10 keys"), "{rest}");
    assert_eq!(code, 0);
}

#[test]
fn what_was_typed_before_the_question_does_not_answer_it() {
    let server = Server::start().with_keys("a:*", 10);
    let file = server.save();
    let other = Server::start();
    let cachectl = cachectl();
    let plan = cachectl.directory().join("rename.plan");
    for (name, protected) in [("free", false), ("prod", true)] {
        let url = server.url();
        let config =
            format!("contexts: {{ {name}: {{ url: '{url}', protected: {protected} }} }}\n");
        fs::write(cachectl.directory().join(name), config).unwrap();
    }
    let on = |name: &str, words: &[&str]| {
        let config = cachectl.directory().join(name);
        with(cachectl.args(["-C", name, "--config"]).arg(config), words)
    };
    ends_with(0, on("free", &["migrate", "plan", "--rule", "a:* => b:*", "-o"]).arg(&plan));
    ends_with(0, on("free", &["migrate", "--rule", "a:* => c:*", "--yes"]));
    let before = server.digest();
    let case = |invocation: &Invocation, typed: &str, prompt: &str| {
        let mut session = on_a_terminal(invocation);
        session.send_line(typed).unwrap();
        session.exp_string(prompt).unwrap();
        session.send_line("").unwrap();
        session.exp_string("not confirmed, so nothing was changed").unwrap();
        assert_eq!(exit_code(session), 77);
        assert_eq!(server.digest(), before);
        assert_eq!(other.number(&["DBSIZE"]), 0);
    };

    case(&on("free", &["migrate", "--rule", "c:* => d:*"]), "yes", "[y/N]");
    case(&on("free", &["migrate", "apply"]).arg(&plan), "yes", "[y/N]");
    case(&on("free", &["migrate", "rollback"]), "yes", "[y/N]");
    case(&on("prod", &["migrate", "rollback"]), "prod", "type its name, `prod`");
    case(&on("prod", &["migrate", "resume"]), "prod", "type its name, `prod`");
    let url = other.url();
    case(&cachectl.args(["--url", &url, "restore"]).arg(&file), "yes", "[y/N]");
}

#[test]
fn a_prompt_says_where_keys_are_and_takes_no_notice_of_its_own_lock() {
    let server = Server::start().with_keys("a:*", 1_000);
    server.command(&["SWAPDB", "0", "5"]);
    let address = server.url().trim_start_matches("unix://").to_owned();
    let cachectl = cachectl().server(&server);
    let mut plan = cachectl.args(["migrate", "plan", "--rule", "a:* => b:*", "-o", "p"]);
    plan = with(plan, &["--db", "5"]);
    ends_with(0, plan);
    let apply = cachectl.args(["migrate", "apply", "p", "--db", "5", "--rate", "500"]);
    let mut session = on_a_terminal(&apply);
    session.exp_string("1,000 keys to rename, in about 2 s at no more than 500 a").unwrap();
    session.exp_string(&format!("on {address} database 5 by this plan? [y/N]")).unwrap();
    session.send_line("yes").unwrap();
    session.exp_string("renamed 1,000 of 1,000 keys").unwrap();
    assert_eq!(exit_code(session), 0);

    let mut session = on_a_terminal(&cachectl.args(["migrate", "rollback", "--db", "5"]));
    let shown = session.exp_string("[y/N]").unwrap();
    assert!(shown.contains(": applied\r\n"), "{shown}");
    assert!(shown.contains(&format!("servers  {address} database 5")), "{shown}");
    assert!(shown.contains(&format!("give 1,000 keys on {address} database 5")), "{shown}");
    session.send_line("").unwrap();
    assert_eq!(exit_code(session), 77);
}

#[test]
fn a_protected_context_has_its_name_typed() {
    let server = Server::start().with_keys("a:*", 10);
    let cachectl = cachectl();
    let config = format!("contexts: {{ prod: {{ url: '{}', protected: true }} }}\n", server.url());
    fs::write(cachectl.directory().join("cachectl.yaml"), config).unwrap();
    let migrate = cachectl.args(["-C", "prod"]);
    let migrate = with(migrate, &MIGRATE);

    let mut session = on_a_terminal(&migrate);
    session.exp_string("type its name, `prod`").unwrap();
    session.send_line("y").unwrap();
    session.exp_string("is not the name of the context").unwrap();
    assert_eq!(exit_code(session), 77);
    assert_eq!(server.number(&["EXISTS", "a:0", "b:0"]), 1);

    let mut session = on_a_terminal(&migrate);
    session.exp_string("type its name, `prod`").unwrap();
    session.send_line("prod").unwrap();
    session.exp_string("renamed 10 of 10 keys").unwrap();
    assert_eq!(exit_code(session), 0);
}

#[test]
fn a_bar_shows_how_far_it_is_and_ctrl_c_drains() {
    let server = Server::start();
    Keyspace::new(1).keys("a:*", 20_000).load(&server);
    let cachectl = cachectl().server(&server).env("TERM", "xterm-256color");
    let migrate = cachectl.args(MIGRATE).arg("--yes").arg("--rate").arg("2000");
    let mut session = on_a_terminal(&migrate);
    session.exp_string("renaming [").unwrap();
    session.exp_string("of 20,000 keys").unwrap();
    session.exp_string("left").unwrap();
    session.send_control('c').unwrap();
    session.exp_string("stopping at the next safe point").unwrap();
    session.exp_string("not tried yet").unwrap();
    session.exp_string("carries on").unwrap();
    assert_eq!(exit_code(session), 130);
}

/// Returns a server with so many keys that renaming them takes 10 s, and how that is begun.
fn slow_migration() -> (Server, Cachectl, Invocation) {
    let server = Server::start();
    Keyspace::new(1).keys("a:*", 20_000).load(&server);
    let cachectl = cachectl().server(&server).env("TERM", "xterm-256color");
    let migrate = cachectl.args(MIGRATE).arg("--yes").arg("--rate").arg("2000");
    (server, cachectl, migrate)
}

#[test]
fn a_bar_fits_the_terminal_and_removes_nothing_but_itself() {
    #[track_caller]
    fn case(columns: u16, shape: &str) {
        let (_server, _home, migrate) = slow_migration();
        let mut session = on_a_terminal_of(columns, &migrate);
        let mut screen = String::new();
        let mut wait = |session: &mut PtySession, text: &str| {
            screen += &session.exp_string(text).unwrap();
            screen += text;
        };
        wait(&mut session, shape);
        wait(&mut session, " of 20,000 keys");
        session.send_control('c').unwrap();
        wait(&mut session, "stopping at the next safe point; once more");
        screen += &session.exp_eof().unwrap();
        assert_eq!(exit_code(session), 130);
        // Whoever never goes up a line removes none that has ended.
        assert!(!screen.contains("\u{1b}[1A"), "{columns}: {screen:?}");
        let plain = console::strip_ansi_codes(&screen).into_owned();
        let lines = plain.split(['\r', '\n']).filter(|line| line.starts_with("renaming "));
        let widest = lines.map(str::len).max().unwrap();
        assert!(widest < usize::from(columns), "{columns}: {screen:?}");
    }

    case(40, "renaming ");
    case(60, "renaming ");
    case(80, "renaming [");
    case(200, "renaming [");
}

#[test]
fn whoever_stops_a_migration_at_once_is_told_how_it_goes_on() {
    let (server, cachectl, migrate) = slow_migration();
    let mut session = on_a_terminal_of(60, &migrate);
    session.exp_string("renaming ").unwrap();
    session.exp_string(" of 20,000 keys").unwrap();
    // It would come to a safe point of its own otherwise.
    server.stop_process();
    session.send_control('c').unwrap();
    session.exp_string("once more stops at once").unwrap();
    session.send_control('c').unwrap();
    session.exp_string("stopped at once: migration `").unwrap();
    let rest = session.exp_eof().unwrap();
    assert!(rest.contains("` is half-way"), "{rest}");
    let hints = ["resume", "rollback"].map(|step| format!("migrate {step} "));
    assert!(hints.iter().all(|hint| rest.contains(hint)), "{rest}");
    assert_eq!(exit_code(session), 130);
    server.continue_process();
    ends_with(0, cachectl.args(["migrate", "resume"]));
}

#[test]
fn a_restore_is_shown_and_asked_about() {
    let server = Server::start().with_keys("a:*", 10);
    let file = server.save();
    let other = Server::start();
    let cachectl = cachectl().server(&other);
    let restore = cachectl.args(["restore"]).arg(&file);
    let mut session = on_a_terminal(&restore);
    session.exp_string("would restore 10 keys").unwrap();
    session.exp_string("restore 10 keys to").unwrap();
    session.exp_string("[y/N]").unwrap();
    session.send_line("").unwrap();
    session.exp_string("not confirmed, so nothing was changed").unwrap();
    assert_eq!(exit_code(session), 77);
    assert_eq!(other.number(&["DBSIZE"]), 0);

    let mut session = on_a_terminal(&restore);
    session.exp_string("[y/N]").unwrap();
    session.send_line("y").unwrap();
    session.exp_string("restored 10 of 10 keys").unwrap();
    assert_eq!(exit_code(session), 0);
    assert_eq!(other.digest(), server.digest());
}

#[test]
fn what_is_restored_is_what_was_shown_whoever_has_its_name_then() {
    let shown = Server::start().with_keys("a:*", 10);
    let file = shown.save();
    let later = Server::start().with_keys("b:*", 20);
    let other = Server::start();
    let cachectl = cachectl().server(&other);
    let mut session = on_a_terminal(&cachectl.args(["restore"]).arg(&file));
    session.exp_string("restore 10 keys to").unwrap();
    session.exp_string("[y/N]").unwrap();
    fs::rename(later.save(), &file).unwrap();
    session.send_line("y").unwrap();
    session.exp_string("restored 10 of 10 keys").unwrap();
    assert_eq!(exit_code(session), 0);
    assert_eq!(other.digest(), shown.digest());
}
