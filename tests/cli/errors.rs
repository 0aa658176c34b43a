//! What is said when something is wrong, and the code that goes with it.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

use cachectl_testkit::{Replicated, Sentinels, Server};
use insta::assert_snapshot;

use crate::{anywhere, cachectl, ends_with, with};

const DRY_RUN: [&str; 4] = ["migrate", "--rule", "a:* => b:*", "--dry-run"];

#[test]
fn rules_that_make_no_sense_are_refused() {
    let cachectl = cachectl();
    assert_snapshot!(cachectl.args(["migrate"]).run(), @"
    --- stderr
    error: there is no rule: `--rule` or `--rules` names what to rename

    hint: for instance `--rule 'doc_state_{id} => doc:state:{id}'`
    [exit status: 64]
    ");
    assert_snapshot!(cachectl.args(["migrate", "--rule", "a:{id => b"]).run(), @r"
    --- stderr
    error: the rule does not parse: `{` has no `}`; `\{` stands for the sign itself (left side, column 3)
      a:{id => b
        ^
    [exit status: 64]
    ");
    assert_snapshot!(cachectl.args(["migrate", "--rule", "a:{x} => b:{y}"]).run(), @"
    --- stderr
    error: the rule does not parse: `{y}` is captured nowhere (right side, column 12)
      a:{x} => b:{y}
                 ^
    [exit status: 64]
    ");
    assert_snapshot!(
        cachectl.args(["migrate", "--rule", "a:* => b:*", "--rule", "a:* => c:*"]).run(), @"
    --- stderr
    error: the rules do not go together: rule 2 `a:* => c:*` never matches, rule 1 has the same left side
    [exit status: 64]
    "
    );
}

#[test]
fn flags_that_make_no_sense_are_refused() {
    let cachectl = cachectl();
    assert_snapshot!(cachectl.args(["migrate", "--rule", "a:* => b:*", "status"]).run(), @"
    --- stderr
    error: flags stand after the name of the step that they are for

    hint: for instance `cachectl migrate plan --rule 'a:* => b:*' -o rename.plan`
    [exit status: 64]
    ");
    assert_snapshot!(
        cachectl.args(["migrate", "--rule", "a:* => b:*", "--batch", "1000"]).run(), @"
    --- stderr
    error: invalid value '1000' for '--batch <N>': a batch is a number from 16 to 512

    For more information, try '--help'.
    [exit status: 64]
    "
    );
    assert_snapshot!(
        cachectl.args(["migrate", "--rule", "a:* => b:*", "--on-conflict", "maybe"]).run(), @"
    --- stderr
    error: invalid value 'maybe' for '--on-conflict <POLICY>': unknown policy `maybe`; use abort, skip, stash or overwrite

    For more information, try '--help'.
    [exit status: 64]
    "
    );
    assert_snapshot!(cachectl.args(["migrate", "--rule", "a:* => b:*", "-o", "jsonl"]).run(), @"
    --- stderr
    error: `-o jsonl` is for lists; this result is one document

    hint: use `-o json`
    [exit status: 64]
    ");
    assert_snapshot!(cachectl.args(["migrate", "statsu"]).run(), @"
    --- stderr
    error: unrecognized subcommand 'statsu'

      tip: a similar subcommand exists: 'status'

    Usage: cachectl migrate [OPTIONS] [STEP]

    For more information, try '--help'.
    [exit status: 64]
    ");
}

#[test]
fn there_is_no_flag_for_a_password() {
    let run = cachectl().args(["--password", "s3cret", "migrate", "list"]).run().assert_code(64);
    assert!(run.stderr().contains("--password-file"), "{run}");
    assert!(!run.stderr().contains("s3cret"), "{run}");
}

#[test]
fn a_url_that_is_refused_is_not_repeated() {
    let run = cachectl().args(["--url", "http://:s3cret@h", "migrate", "list"]).run();
    assert_snapshot!(run, @"
    --- stderr
    error: `--url` is not usable: unknown scheme `http`; use redis, rediss, valkey, valkeys or unix
    [exit status: 64]
    ");
}

#[test]
fn a_rules_file_that_is_wrong_is_bad_data() {
    let cachectl = cachectl();
    let path = cachectl.directory().join("rules.yaml");
    let dry_run =
        || anywhere(cachectl.args(["migrate", "--rules", "rules.yaml", "--dry-run"])).run();
    assert_snapshot!(dry_run(), @"
    --- stderr
    error: could not read the rules file `rules.yaml`
      caused by: No such file or directory
    [exit status: 65]
    ");
    fs::write(&path, "version: 1\nrules:\n  - mach: 'a:*'\n    to: 'b:*'\n").unwrap();
    assert_snapshot!(dry_run(), @"
    --- stderr
    error: rules.yaml:3:5: rules[0]: unknown key `mach`

    hint: did you mean `match`?
    [exit status: 65]
    ");
    fs::write(&path, "version: 1\nrules:\n  - match: *:a\n    to: '*:b'\n").unwrap();
    assert_snapshot!(dry_run(), @"
    --- stderr
    error: rules.yaml:3:13: did not find expected alphabetic or numeric character, while scanning an alias

    hint: YAML gives some characters a meaning of their own; quote the value: '*:a'
    [exit status: 65]
    ");
    fs::write(&path, "version: 1\nrules: []\n").unwrap();
    assert_snapshot!(dry_run(), @"
    --- stderr
    error: rules.yaml: there is no rule
    [exit status: 65]
    ");
}

#[test]
fn a_server_that_does_not_answer_is_unreachable() {
    let cachectl = cachectl();
    assert_snapshot!(anywhere(cachectl.args(DRY_RUN).env("REDIS_URL", "redis://127.0.0.1:1")).run(), @"
    --- stderr
    error: could not connect to `127.0.0.1:[PORT]`
      caused by: the connection was refused

    hint: is a server running there?
    [exit status: 69]
    ");
    assert_snapshot!(anywhere(cachectl.args(DRY_RUN).env("REDIS_URL", "unix:///nowhere.sock")).run(), @"
    --- stderr
    error: could not connect to `/nowhere.sock`
      caused by: No such file or directory

    hint: is a server running, and may we use its socket?
    [exit status: 69]
    ");
}

#[test]
fn a_login_that_is_refused_says_what_may_be_wrong() {
    let server = Server::builder().password("right").start();
    let cachectl = cachectl().env("REDIS_URL", server.url());
    assert_snapshot!(anywhere(cachectl.args(DRY_RUN)).run(), @"
    --- stderr
    error: `[TMP]/s` refused the login
      caused by: the server says `NOAUTH …`

    hint: the password comes from CACHECTL_PASSWORD, REDIS_PASSWORD, `--password-file`, a context or the URL; `cachectl config show` tells which is used
    [exit status: 77]
    ");
    assert_snapshot!(cachectl.args(DRY_RUN).env("REDIS_PASSWORD", "wrong").run(), @"
    --- stderr
    error: `[TMP]/s` refused the login
      caused by: the server says `WRONGPASS invalid username-password pair or user is disabled.`

    hint: is it the right `--user` with the right password? `cachectl config show` tells where both come from
    [exit status: 77]
    ");
    ends_with(0, cachectl.args(DRY_RUN).env("REDIS_PASSWORD", "right"));
    fs::write(cachectl.directory().join("pw"), "right\n").unwrap();
    let private = fs::Permissions::from_mode(0o600);
    fs::set_permissions(cachectl.directory().join("pw"), private).unwrap();
    ends_with(0, cachectl.args(DRY_RUN).arg("--password-file").arg("pw"));
    fs::write(cachectl.directory().join("pw"), "\n").unwrap();
    assert_snapshot!(cachectl.args(DRY_RUN).arg("--password-file").arg("pw").run(), @"
    --- stderr
    error: the password file `pw` is empty
    [exit status: 78]
    ");
}

#[test]
fn a_user_who_may_not_rename_is_told_the_acl_line_that_allows_it() {
    let server = Server::builder()
        .acl_user("scanner on >pw ~* +@all -rename -renamenx")
        .acl_user("blind on >pw ~* +@all -scan")
        .start()
        .with_keys("a:*", 3);
    let cachectl = cachectl();
    let as_user = |user| cachectl.args(DRY_RUN).env("REDIS_URL", server.url_as(user, "pw")).run();
    let renaming = as_user("scanner").assert_code(77);
    assert!(renaming.stderr().contains("ACL SETUSER scanner +rename"), "{renaming}");
    let scanning = as_user("blind").assert_code(77);
    assert!(scanning.stderr().contains("ACL SETUSER blind +scan"), "{scanning}");
}

#[test]
fn what_verifying_would_be_denied_is_found_out_before_anything_is_renamed() {
    let denied = "app on >pw ~* +@all -exists";
    let server = Server::builder().acl_user(denied).start().with_keys("a:*", 3);
    let before = server.digest();
    let cachectl = cachectl().url(server.url_as("app", "pw"));
    for how in ["--dry-run", "--yes"] {
        let run = cachectl.args(["migrate", "--rule", "a:* => b:*", how]).run().assert_code(77);
        assert!(run.stderr().contains("'exists'"), "{run}");
        assert!(run.stderr().contains("hint: this allows it: `ACL SETUSER app +scan"), "{run}");
        assert_eq!(server.digest(), before, "{how}");
    }
}

#[test]
fn a_replica_and_a_sentinel_are_told_apart_from_a_primary() {
    let replicated = Replicated::start();
    let run = cachectl().server(replicated.replica()).args(DRY_RUN).run().assert_code(77);
    assert!(run.stderr().contains("is a replica and takes no writes"), "{run}");
    assert!(run.stderr().contains("hint: writes go to the primary"), "{run}");

    let sentinels = Sentinels::start();
    let address = sentinels.addresses().swap_remove(0);
    let run = cachectl().url(&address).args(DRY_RUN).run().assert_code(78);
    assert!(run.stderr().contains("hint: pass it as `--sentinel 127.0.0.1:"), "{run}");
    let through = cachectl().args(DRY_RUN).arg("--sentinel").arg(&address).run();
    assert_eq!(through.code(), Some(0), "{through}");
    let unknown = cachectl().args(DRY_RUN).arg("--sentinel").arg(&address).arg("--master").arg("x");
    assert_snapshot!(unknown.run(), @"
    --- stderr
    error: no sentinel knows a primary named `x`

    hint: `--primary-name` is what `SENTINEL MASTERS` calls it
    [exit status: 78]
    ");
}

#[test]
fn an_unknown_migration_is_named() {
    let cachectl = cachectl();
    assert_snapshot!(cachectl.args(["migrate", "resume"]).run(), @"
    --- stderr
    error: there is no migration in `[TMP]/state/migrations`

    hint: `--state-dir` says where migrations are kept, and there may be another place
    [exit status: 64]
    ");
    assert_snapshot!(cachectl.args(["migrate", "status", "2020"]).run(), @"
    --- stderr
    error: there is no migration `2020` in `[TMP]/state/migrations`

    hint: `cachectl migrate list` shows all of them
    [exit status: 64]
    ");
}

#[test]
fn a_plan_that_is_damaged_or_not_a_plan_is_bad_data() {
    let server = Server::start().with_keys("a:*", 100);
    let cachectl = cachectl().server(&server);
    let path = cachectl.directory().join("p");
    let apply = || anywhere(cachectl.args(["migrate", "apply", "p", "--yes"])).run();
    assert_snapshot!(apply(), @"
    --- stderr
    error: could not read the plan `p`
      caused by: No such file or directory
    [exit status: 65]
    ");
    fs::write(&path, "not a plan").unwrap();
    assert_snapshot!(apply(), @"
    --- stderr
    error: `p` is not a plan of this version of cachectl

    hint: make the plan again
    [exit status: 65]
    ");
    fs::remove_file(&path).unwrap();
    ends_with(0, cachectl.args(["migrate", "plan", "--rule", "a:* => b:*", "-o", "p"]));
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, &bytes).unwrap();
    assert_snapshot!(apply(), @"
    --- stderr
    error: the plan `p` was cut short or altered after it was sealed

    hint: make the plan again
    [exit status: 65]
    ");
    assert_eq!(server.text(&["EXISTS", "a:0"]), "1");
}

#[test]
fn a_plan_for_another_server_or_an_earlier_life_of_it_is_refused() {
    let server = Server::builder().aof().start().with_keys("a:*", 10);
    let cachectl = cachectl();
    let at = |server: &Server, arguments: &[&str]| {
        let run = cachectl.args(["--url", &server.url(), "migrate"]);
        with(anywhere(run), arguments)
    };
    ends_with(0, at(&server, &["plan", "--rule", "a:* => b:*", "-o", "p"]));
    let other = Server::start().with_keys("a:*", 10);
    let run = at(&other, &["apply", "p", "--yes"]).run().assert_code(77);
    assert!(run.stderr().contains("hint: give the address and the database that"), "{run}");
    server.restart();
    assert_snapshot!(at(&server, &["apply", "p", "--yes"]).run(), @"
    --- stderr
    error: `[TMP]/s` was restarted since the plan was made

    hint: keys may have changed meanwhile: make the plan again
    [exit status: 77]
    ");
    assert_eq!(server.number(&["EXISTS", "a:0", "b:0"]), 1);
}

#[test]
fn without_a_place_for_state_nothing_begins() {
    let run = cachectl().args(DRY_RUN).env("HOME", "").env("XDG_STATE_HOME", "");
    assert_snapshot!(run.env("CACHECTL_STATE_DIR", "").run(), @"
    --- stderr
    error: there is no directory for state: neither XDG_STATE_HOME nor HOME is set

    hint: pass `--state-dir`, or set CACHECTL_STATE_DIR
    [exit status: 78]
    ");
}

#[test]
fn an_address_that_is_not_understood_is_not_repeated() {
    let malformed =
        ["ops:s3cret@h:6379", ":s3cret@h", "s3cret@h:1", "redis:/ops:s3cret@h", "ops:12/s3cret@h"];
    let commands = [&DRY_RUN[..], &["config", "show"], &["health"]];
    for (text, command) in malformed.iter().flat_map(|text| commands.map(|it| (*text, it))) {
        let flag = |name: &'static str| [&[name, text], command].concat();
        let hosts = format!("h1,{text}");
        for run in [
            cachectl().env("REDIS_URL", text).args(command).run(),
            cachectl().args(flag("--url")).run(),
            cachectl().args(flag("--sentinel")).run(),
            cachectl().env("REDIS_SENTINEL_HOSTS", &hosts).args(command).run(),
        ] {
            assert!(!run.stdout().contains("s3cret"), "{run}");
            assert!(!run.stderr().contains("s3cret"), "{run}");
        }
    }
}

#[test]
fn no_rule_may_give_a_name_like_those_of_ours() {
    let server = Server::start();
    server.command(&["MSET", "a:1", "1", "c:1", "1"]);
    let rule = r"a:{x} => cachectl:\{9\}:marker:{x}:";
    let cachectl = cachectl().server(&server);
    let run = cachectl.args(["migrate", "--yes", "--rule", rule]).run().assert_code(64);
    assert!(run.stderr().contains("belong to cachectl itself"), "{run}");
    assert_eq!(server.number(&["EXISTS", "a:1"]), 1);
}

#[test]
fn what_the_system_does_not_give_is_an_error_with_what_to_look_at() {
    let server = Server::start();
    let cachectl = cachectl().server(&server);
    let few = |files: &str, arguments: &[&str]| {
        let command = cachectl.args(arguments).command();
        let mut limited = Command::new("prlimit");
        limited.arg(format!("--nofile={files}")).arg(command.get_program());
        limited.args(command.get_args()).current_dir(cachectl.directory());
        for (name, value) in command.get_envs() {
            limited.env(name, value.unwrap_or_default());
        }
        limited.output().unwrap()
    };
    for arguments in [&["health", "live"][..], &["backup", "-o", "k.rdb", "--allow-empty"]] {
        let run = few("6:6", arguments);
        let stderr = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(70), "{stderr}");
        assert!(stderr.contains("only 6 files may be open at the same time"), "{stderr}");
        assert!(stderr.contains("ulimit -a"), "{stderr}");
        // What may be had is taken.
        assert!(few("6:64", arguments).status.success());
    }
}

#[test]
fn a_standard_output_that_is_closed_gets_no_backup() {
    let server = Server::start().with_keys("a:*", 3);
    let cachectl = cachectl();
    let command = cachectl.args(["--url", &server.url(), "backup", "-o", "-"]).command();
    let shell = |redirection: &str| {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("\"$@\" {redirection}"), "sh"]).arg(command.get_program());
        shell.args(command.get_args()).output().unwrap()
    };
    let run = shell(">&-");
    let stderr = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(73), "{stderr}");
    assert!(
        stderr.contains("`-` is standard output, which is closed, or the null device"),
        "{stderr}"
    );
    assert_eq!(shell(">/dev/null").status.code(), Some(0));
    assert_eq!(shell(">/dev/full").status.code(), Some(73));
}

#[test]
fn no_flag_of_an_alias_is_taken_for_one_that_there_is_not() {
    let cachectl = cachectl();
    for flag in ["--undefined=x", "--rulez=x"] {
        let run = cachectl.args(["migrate-keys", flag]).run().assert_code(64);
        assert!(run.stderr().contains("unexpected argument"), "{run}");
    }
    let run = cachectl.args(["migrate-keys", "list"]).run().assert_success();
    assert_eq!(run.stdout(), "no migrations\n");
}

#[test]
fn help_is_shown_as_it_is_and_an_error_to_write_it_is_one() {
    let run = cachectl().args(["--help"]).run().assert_success();
    assert!(run.stdout().contains("redis://[USER[:PASSWORD]@]HOST"), "{run}");
    let command = cachectl().args(["--help"]).command();
    let full = Command::new("sh")
        .args(["-c", "\"$@\" >/dev/full", "sh"])
        .arg(command.get_program())
        .arg("--help")
        .output()
        .unwrap();
    assert_eq!(full.status.code(), Some(73));
}

#[test]
fn no_argument_that_is_not_understood_gives_orders() {
    for mark in ["b##vso[task.setvariable variable=PATH]x", "##[error]x", "x\n::error::y"] {
        for line in
            [&["backup", "inspect", "a.rdb", mark][..], &["health", "--check", mark], &[mark]]
        {
            let run = cachectl().args(line).run().assert_code(64);
            let text = format!("{run}");
            assert!(!text.contains("##[") && !text.contains("##vso["), "{text}");
            assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
        }
    }
}
