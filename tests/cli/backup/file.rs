//! The file that a backup goes to.

use std::{
    fs,
    process::{Command, Stdio},
    time::Duration,
};

use cachectl_testkit::{
    Cachectl, CheckRdb, Keyspace, Server,
    cli::{Invocation, Running},
    locate::Release,
    server::Signal,
    wait,
};
use insta::assert_snapshot;

use super::{files, small};
use crate::{anywhere, cachectl, ends_with, has_advanced, with};

#[test]
fn a_file_that_is_there_stays_unless_it_is_to_be_replaced() {
    let (server, cachectl) = small();
    let path = cachectl.directory().join("keys.rdb");
    fs::write(&path, "precious").unwrap();
    assert_snapshot!(cachectl.args(["backup", "-o", "keys.rdb"]).run(), @"
    --- stderr
    error: `keys.rdb` is there already

    hint: `--force` replaces it, once the new one is whole; or choose another name
    [exit status: 73]
    ");
    assert_eq!(fs::read(&path).unwrap(), b"precious");
    ends_with(0, cachectl.args(["backup", "-o", "keys.rdb", "--force"]));
    CheckRdb::of(Release::Redis70).assert_accepts(&path);
    assert_eq!(server.number(&["DBSIZE"]), 3);
}

#[test]
fn what_cannot_be_written_is_told_before_the_first_connection() {
    let cachectl = cachectl().url("redis://127.0.0.1:1");
    fs::create_dir(cachectl.directory().join("directory")).unwrap();
    let backup = |file: &str| cachectl.args(["backup", "--force", "-o", file]).run();
    assert_snapshot!(backup("directory"), @"
    --- stderr
    error: `directory` is a directory, not a file

    hint: give the name of a file, such as `keys.rdb`
    [exit status: 73]
    ");
    assert_snapshot!(backup("nowhere/keys.rdb"), @"
    --- stderr
    error: there is no directory `nowhere`

    hint: make it first, or choose another place
    [exit status: 73]
    ");
    assert_snapshot!(backup("/dev/null"), @"
    --- stderr
    error: `/dev/null` is no ordinary file, and would be replaced by one

    hint: give the name of a file, such as `keys.rdb`
    [exit status: 73]
    ");
    assert_snapshot!(backup("keys.rdb.gz"), @"
    --- stderr
    error: `keys.rdb.gz` would not be compressed, whatever its name says

    hint: a name that ends in `.zst` has it compressed
    [exit status: 64]
    ");
    assert_snapshot!(backup("json"), @"
    --- stderr
    error: `-o json` names the file here, and `json` is a format

    hint: `--output json` prints the report so; `-o ./json` is that file
    [exit status: 64]
    ");
}

#[test]
fn flags_that_make_no_sense_are_refused() {
    let cachectl = cachectl().url("redis://127.0.0.1:1");
    assert_snapshot!(cachectl.args(["backup"]).run(), @"
    --- stderr
    error: the following required arguments were not provided:
      --out <FILE.rdb>

    Usage: cachectl backup --out <FILE.rdb>

    For more information, try '--help'.
    [exit status: 64]
    ");
    assert_snapshot!(cachectl.args(["backup", "--force", "inspect", "keys.rdb"]).run(), @"
    --- stderr
    error: flags stand after the name of the step that they are for

    hint: for instance `cachectl backup inspect keys.rdb --match 'user:*'`
    [exit status: 64]
    ");
    assert_snapshot!(cachectl.args(["backup", "-o", "f", "--output", "jsonl"]).run(), @"
    --- stderr
    error: `-o jsonl` is for lists; this result is one document

    hint: use `-o json`
    [exit status: 64]
    ");
    assert_snapshot!(cachectl.args(["backup", "-o", "f", "--type", "hsh"]).run(), @"
    --- stderr
    error: invalid value 'hsh' for '--type <TYPE>': unknown type `hsh`; use string, list, set, zset, hash, stream, module or array

    For more information, try '--help'.
    [exit status: 64]
    ");
}

#[test]
fn a_directory_that_takes_no_files_is_an_output_error() {
    let (_server, cachectl) = small();
    assert_snapshot!(anywhere(cachectl.args(["backup", "-o", "/proc/keys.rdb"])).run(), @"
    --- stderr
    error: could not create `/proc/keys.rdb`
      caused by: No such file or directory

    hint: check free space and permissions in `/proc`
    [exit status: 73]
    ");
}

/// Lets no file grow beyond 4 KiB, as on a full disk.
fn on_a_small_disk(invocation: &Invocation) -> Command {
    let inner = invocation.command();
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg("trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"");
    shell.arg(inner.get_program()).args(inner.get_args());
    shell.current_dir(inner.get_current_dir().unwrap());
    shell.env_clear();
    shell.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.stdin(Stdio::null());
    shell
}

#[test]
fn a_full_disk_leaves_no_file_and_the_old_one_as_it_was() {
    let server = Server::start();
    Keyspace::new(1).keys("user:{}", 2_000).load(&server);
    let cachectl = cachectl().server(&server);
    let path = cachectl.directory().join("keys.rdb");
    fs::write(&path, "precious").unwrap();
    let backup = cachectl.args(["backup", "-o", "keys.rdb", "--force"]);
    let output = on_a_small_disk(&backup).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(73), "{said}");
    assert!(said.contains("error: could not write `keys.rdb`"), "{said}");
    assert!(said.contains("hint: check free space and permissions in `.`"), "{said}");
    assert_eq!(fs::read(&path).unwrap(), b"precious");
    assert_eq!(files(&cachectl), ["keys.rdb"]);
}

/// Starts a backup that takes 20 s, and returns when some of it is done.
fn half_way(cachectl: &Cachectl) -> (Server, Running) {
    let server = Server::start();
    Keyspace::new(1).keys("user:{}", 40_000).load(&server);
    let slow = ["backup", "-o", "keys.rdb", "--force", "--rate", "2000", "--progress", "json"];
    let running = with(cachectl.args(["--url", &server.url()]), &slow).spawn();
    has_advanced(&running, "backup");
    (server, running)
}

#[test]
fn an_interrupted_backup_leaves_no_file_and_the_old_one_as_it_was() {
    let cachectl = cachectl();
    let (server, running) = half_way(&cachectl);
    assert_eq!(files(&cachectl).len(), 1, "it is written beside its place");
    running.signal(Signal::Interrupt);
    let run = running.wait(Duration::from_secs(30)).assert_code(130);
    assert!(run.stderr().contains("hint: no file is left"), "{run}");
    assert_eq!(run.stdout(), "");
    assert_eq!(files(&cachectl), [""; 0]);
    drop(server);
    fs::write(cachectl.directory().join("keys.rdb"), "precious").unwrap();
    let (_server, running) = half_way(&cachectl);
    running.signal(Signal::Terminate);
    drop(running.wait(Duration::from_secs(30)).assert_code(143));
    assert_eq!(files(&cachectl), ["keys.rdb"]);
    assert_eq!(fs::read(cachectl.directory().join("keys.rdb")).unwrap(), b"precious");
}

#[test]
fn a_terminal_that_is_closed_leaves_no_file_and_nohup_is_heeded() {
    let cachectl = cachectl();
    let (server, running) = half_way(&cachectl);
    // The shell says so, and then the system.
    running.signal(Signal::Hangup);
    running.signal(Signal::Hangup);
    drop(running.wait(Duration::from_secs(30)).assert_code(129));
    assert_eq!(files(&cachectl), [""; 0]);
    drop(server);
    let server = Server::start().with_keys("a:*", 3_000);
    let backup = cachectl.args(["--url", &server.url(), "backup", "-o", "k.rdb", "--rate", "1000"]);
    let mut nohup = Command::new("nohup");
    let command = backup.command();
    nohup.arg(command.get_program()).args(command.get_args()).current_dir(cachectl.directory());
    let mut running = nohup.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    wait::until("it is being written", || files(&cachectl).len() == 1);
    let pid = running.id().to_string();
    assert!(Command::new("kill").args(["-HUP", &pid]).status().unwrap().success());
    assert!(running.wait().unwrap().success());
    assert_eq!(files(&cachectl), ["k.rdb"]);
}

#[test]
fn a_file_that_may_not_become_so_long_is_an_error_and_leaves_nothing() {
    let server = Server::start();
    Keyspace::new(1).keys("user:{}", 20_000).load(&server);
    let cachectl = cachectl();
    let command = cachectl.args(["--url", &server.url(), "backup", "-o", "k.rdb"]).command();
    let mut limited = Command::new("prlimit");
    limited.arg("--fsize=65536").arg(command.get_program()).args(command.get_args());
    let run = limited.current_dir(cachectl.directory()).output().unwrap();
    let stderr = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(73), "{stderr}");
    assert!(stderr.contains("File too large"), "{stderr}");
    assert_eq!(files(&cachectl), [""; 0]);
}
