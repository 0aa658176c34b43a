//! Configuration files that nobody has named.

use std::{fs, os::unix::fs::symlink, path::PathBuf};

use cachectl_testkit::{Cachectl, Server};
use insta::assert_snapshot;

use super::{give_away, set_mode};
use crate::{anywhere, cachectl, ends_with, json};

const FILE: &str = "\
default_context: prod
contexts:
  prod: { url: 'redis://127.0.0.1:1' }
";

/// Writes the file of the working directory.
fn here(cachectl: &Cachectl) -> PathBuf {
    let path = cachectl.directory().join("cachectl.yaml");
    fs::write(&path, FILE).unwrap();
    set_mode(&path, 0o644);
    path
}

/// Writes the user's own file.
fn own(cachectl: &Cachectl, text: &str) -> PathBuf {
    let directory = cachectl.directory().join("home/.config/cachectl");
    fs::create_dir_all(&directory).unwrap();
    let path = directory.join("cachectl.yaml");
    fs::write(&path, text).unwrap();
    set_mode(&path, 0o600);
    path
}

#[test]
fn the_file_of_a_stranger_is_used_only_if_it_is_named() {
    let cachectl = cachectl();
    give_away(&here(&cachectl));
    let server = Server::start();
    let commands: [&[&str]; 4] = [
        &["config", "show"],
        &["config", "check"],
        &["health"],
        &["backup", "--url", &server.url(), "-o", "keys.rdb"],
    ];
    for command in commands {
        let run = cachectl.args(command).run().assert_code(78);
        assert!(run.stderr().contains("belongs to user 65534"), "{run}");
        assert_eq!(run.stdout(), "", "{command:?}");
    }
    assert_snapshot!(cachectl.args(["config", "check"]).run(), @"
    --- stderr
    error: the configuration `cachectl.yaml` (in the working directory) is not used
      caused by: `cachectl.yaml` belongs to user 65534, and not to user 0, who runs this

    hint: `--config cachectl.yaml` uses it all the same, `--config /dev/null` goes without a file
    [exit status: 78]
    ");
    ends_with(0, cachectl.args(["--config", "cachectl.yaml", "config", "check"]));
    ends_with(0, cachectl.args(["config", "check", "cachectl.yaml"]));
    ends_with(0, cachectl.args(["config", "check"]).env("CACHECTL_CONFIG", "cachectl.yaml"));
    ends_with(0, cachectl.args(["--config", "/dev/null", "config", "show"]));
}

#[test]
fn a_file_that_others_can_write_to_is_refused_with_what_to_do() {
    #[track_caller]
    fn case(file: u32, directory: u32, is_used: bool) {
        let cachectl = cachectl();
        set_mode(&here(&cachectl), file);
        set_mode(cachectl.directory(), directory);
        let run = cachectl.args(["config", "show"]).run();
        set_mode(cachectl.directory(), 0o700);
        let run = run.assert_code(if is_used { 0 } else { 78 });
        assert_eq!(run.stderr().contains("can be written to by other users"), !is_used, "{run}");
    }

    //   file   directory
    case(0o644, 0o755, true);
    case(0o600, 0o700, true);
    case(0o666, 0o755, false);
    case(0o646, 0o755, false);
    case(0o644, 0o777, false);
    case(0o644, 0o1777, false);
    let cachectl = cachectl();
    set_mode(&here(&cachectl), 0o666);
    assert_snapshot!(cachectl.args(["health"]).run(), @"
    --- stderr
    error: the configuration `cachectl.yaml` (in the working directory) is not used
      caused by: `cachectl.yaml` can be written to by other users

    hint: look at what it says, then `chmod go-w cachectl.yaml`
    hint: `--config cachectl.yaml` uses it all the same, `--config /dev/null` goes without a file
    [exit status: 78]
    ");
}

#[test]
fn a_directory_of_a_stranger_is_not_believed_nor_a_link_into_one() {
    let cachectl = cachectl();
    let path = here(&cachectl);
    let theirs = cachectl.directory().join("theirs");
    fs::create_dir(&theirs).unwrap();
    fs::rename(&path, theirs.join("real.yaml")).unwrap();
    symlink("theirs/real.yaml", &path).unwrap();
    ends_with(0, cachectl.args(["config", "check"]));
    give_away(&theirs);
    let run = cachectl.args(["config", "check"]).run().assert_code(78);
    assert!(run.stderr().contains("/theirs` belongs to user 65534"), "{run}");
    let own = own(&cachectl, FILE);
    fs::remove_file(&path).unwrap();
    ends_with(0, cachectl.args(["config", "check"]));
    set_mode(&own, 0o666);
    let run = cachectl.args(["config", "check"]).run().assert_code(78);
    assert!(run.stderr().contains("(the user's own) is not used"), "{run}");
}

#[test]
fn which_file_is_in_force_is_said() {
    let cachectl = cachectl();
    let show = || cachectl.args(["config", "show"]);
    let first = |run: cachectl_testkit::cli::Invocation| {
        let run = anywhere(run).run().assert_success();
        run.stdout().lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(first(show()), "file     none");
    let own = own(&cachectl, FILE);
    assert_eq!(first(show()), format!("file     {} (the user's own)", own.display()));
    here(&cachectl);
    assert_eq!(first(show()), "file     cachectl.yaml (in the working directory)");
    let named = || show().arg("--config").arg("cachectl.yaml");
    assert_eq!(first(named()), "file     cachectl.yaml (by --config)");
    let variable = show().env("CACHECTL_CONFIG", "cachectl.yaml");
    assert_eq!(first(variable), "file     cachectl.yaml (by CACHECTL_CONFIG)");
    let shown = show().arg("-o").arg("json").run().assert_success();
    assert_eq!(json(shown.stdout())["file_from"], "working_directory");
    let health = cachectl.args(["health", "-v"]).run();
    assert!(health.stderr().contains("configuration file=cachectl.yaml"), "{health}");
    assert!(health.stderr().contains("in the working directory"), "{health}");
}

#[test]
fn a_context_here_does_not_stand_in_for_a_protected_one_of_the_user() {
    let server = Server::start();
    let cachectl = cachectl();
    fs::write(
        cachectl.directory().join("cachectl.yaml"),
        format!("contexts: {{ prod: {{ url: '{}' }}, dev: {{ url: h }} }}\n", server.url()),
    )
    .unwrap();
    let unprotected = "contexts: { prod: { url: 'redis://127.0.0.1:1' } }\n";
    own(&cachectl, unprotected);
    ends_with(0, cachectl.args(["-C", "prod", "config", "show"]));
    own(&cachectl, &unprotected.replace(" } }", ", protected: true } }"));
    let run = cachectl.args(["-C", "prod", "backup", "-o", "keys.rdb"]);
    assert_snapshot!(run.env("CACHECTL_PASSWORD", "s3cret").run(), @"
    --- stderr
    error: the context `prod` of `cachectl.yaml` has the name of a protected one in `[TMP]/home/.config/cachectl/cachectl.yaml`

    hint: `--config FILE` says which of the two files is meant; or give `prod` another name here
    [exit status: 78]
    ");
    ends_with(78, cachectl.args(["config", "show"]).env("CACHECTL_CONTEXT", "prod"));
    // Others are as good as ever, and so is the file once it is named.
    ends_with(0, cachectl.args(["-C", "dev", "config", "show"]));
    ends_with(0, cachectl.args(["--config", "cachectl.yaml", "-C", "prod", "config", "show"]));
}
