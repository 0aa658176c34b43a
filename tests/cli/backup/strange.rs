//! Files that are not as they should be, or not where they usually are.

mod bombs;

use std::{
    fs,
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
    thread,
};

use cachectl_testkit::{Batch, Cachectl, Server, locate::Release, wait};
use flate2::{Compression, write::GzEncoder};
use insta::assert_snapshot;

use crate::{anywhere, cachectl, json, with};

/// A file with the key `a`, which is 1, and no checksum; and what may come in front of that key.
fn file(version: &str, before: &[u8]) -> Vec<u8> {
    [version.as_bytes(), before, b"\x00\x01a\x011\xff\x00\x00\x00\x00\x00\x00\x00\x00"].concat()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn place(cachectl: &Cachectl, name: &str, bytes: &[u8]) {
    fs::write(cachectl.directory().join(name), bytes).unwrap();
}

/// Returns what `inspect` says of a file, as JSON.
#[track_caller]
fn inspected(cachectl: &Cachectl, name: &str, flags: &[&str]) -> serde_json::Value {
    let run = with(cachectl.args(["backup", "inspect", name, "-o", "json"]), flags).run();
    json(run.assert_success().stdout())
}

/// An append-only file that begins with a snapshot: ten keys, then five more, and one deleted.
fn append_only() -> (Server, PathBuf) {
    let builder = Server::builder().release(Release::Redis62).config("appendonly", "yes");
    let server = builder.config("aof-use-rdb-preamble", "yes").start();
    let path = server.directory().join("appendonly.aof");
    let set = |numbers: std::ops::Range<u32>| {
        let mut batch = Batch::new();
        for number in numbers {
            batch.push(&["SET", &format!("key:{number}"), "value"]);
        }
        server.pipeline(&batch);
    };
    set(0..10);
    server.command(&["BGREWRITEAOF"]);
    wait::until("the file is rewritten", || {
        let info = format!("{:?}", server.command(&["INFO", "persistence"]));
        info.contains("aof_rewrite_in_progress:0")
            && info.contains("aof_rewrite_scheduled:0")
            && fs::read(&path).is_ok_and(|bytes| bytes.starts_with(b"REDIS"))
    });
    set(10..15);
    server.command(&["DEL", "key:0"]);
    (server, path)
}

#[test]
fn commands_behind_a_snapshot_are_named_and_refused() {
    let (_server, path) = append_only();
    let target = Server::builder().release(Release::Redis70).start();
    let cachectl = cachectl().server(&target);
    fs::copy(path, cachectl.directory().join("appendonly.aof")).unwrap();
    let inspect = anywhere(cachectl.args(["backup", "inspect", "appendonly.aof"]));
    assert_snapshot!(inspect.filter(r"at byte \d+", "at byte [N]").run(), @"
    --- stderr
    error: `appendonly.aof` does not end where the RDB file in it does: AOF commands follow its end at byte [N]: SET, DEL

    hint: a server replays these commands when it starts: let one start from the file, and back that up; `--ignore-trailing` takes what was there before them
    [exit status: 65]
    ");
    let others: [&[&str]; 3] = [
        &["restore", "appendonly.aof", "--yes"],
        &["diff", "appendonly.aof"],
        &["migrate", "--rule", "key:* => k:*", "--rdb", "appendonly.aof"],
    ];
    for command in others {
        let run = cachectl.args(command).run().assert_code(65);
        assert!(run.stderr().contains("SET, DEL"), "{command:?}: {}", run.stderr());
    }
    assert_eq!(target.number(&["DBSIZE"]), 0);
    let report = inspected(&cachectl, "appendonly.aof", &["--ignore-trailing"]);
    assert_eq!(report["keys"], 10);
    let trailing = report["trailing"].as_str().unwrap();
    assert!(trailing.starts_with("AOF commands follow"), "{trailing}");
    let restore = ["restore", "appendonly.aof", "--yes", "--ignore-trailing"];
    drop(cachectl.args(restore).run().assert_success());
    assert_eq!(target.number(&["DBSIZE"]), 10);
}

#[test]
fn whatever_else_follows_a_file_is_refused_as_well() {
    let cachectl = cachectl();
    let one = file("REDIS0011", b"");
    let joined = "another RDB file (version 11) follows its end at byte 23";
    let cases: [(&str, Vec<u8>, &str); 7] = [
        ("joined", [&one[..], &one].concat(), joined),
        ("joined.zst", [zstd(&one), zstd(&one)].concat(), joined),
        ("joined.gz", [gzip(&one), gzip(&one)].concat(), joined),
        ("behind", [&one[..], b"and so on"].concat(), "follow its end at byte 23: `and so on`"),
        ("zeros", [&one[..], &[0; 9]].concat(), "follow its end at byte 23"),
        ("behind.zst", [&zstd(&one)[..], b"and so on"].concat(), "follow its end at byte 23"),
        ("behind.gz", [&gzip(&one)[..], b"and so on"].concat(), "follow its end at byte 23"),
    ];
    for (name, bytes, expected) in cases {
        place(&cachectl, name, &bytes);
        let run = cachectl.args(["backup", "inspect", name]).run().assert_code(65);
        assert!(run.stderr().contains(expected), "{name}: {}", run.stderr());
        assert_eq!(inspected(&cachectl, name, &["--ignore-trailing"])["keys"], 1, "{name}");
    }
}

#[test]
fn a_file_without_a_checksum_is_not_proven_whole() {
    let cachectl = cachectl();
    place(&cachectl, "bare.rdb", &file("REDIS0011", b""));
    let run = cachectl.args(["backup", "inspect", "bare.rdb"]).run().assert_success();
    assert!(run.stdout().contains("  checksum   no checksum: not proven whole\n"));
    assert_eq!(inspected(&cachectl, "bare.rdb", &[])["proof"], "none");
    let server = Server::builder().release(Release::Redis70).start();
    fs::copy(server.save(), cachectl.directory().join("saved.rdb")).unwrap();
    assert_eq!(inspected(&cachectl, "saved.rdb", &[])["proof"], "checksum");
}

/// A score that is not a number, which ends Redis 6.2.
#[test]
fn values_that_nothing_vouches_for_are_checked_before_they_are_sent() {
    let target = Server::builder().release(Release::Redis62).start();
    let cachectl = cachectl().server(&target);
    let score = b"\xfe\x00\x05\x01k\x01\x01m\x00\x00\x00\x00\x00\x00\xf8\x7f";
    place(&cachectl, "score.rdb", &file("REDIS0009", score));
    let run = cachectl.args(["restore", "score.rdb", "--yes"]).run().assert_code(1);
    assert!(run.stdout().contains("k in db0: a score is not a number at byte 4"), "{run}");
    // The server is there, with what is sound.
    assert_eq!(target.number(&["DBSIZE"]), 1);
}

#[test]
fn what_a_newer_server_wrote_is_named_and_what_stands_before_it_can_be_had() {
    let target = Server::builder().release(Release::Redis70).start();
    let cachectl = cachectl().server(&target);
    let unknown = b"\x00\x01b\x012\x21\x01c\x01\x02\x03";
    place(&cachectl, "newer.rdb", &file("REDIS0015", unknown));
    let run = anywhere(cachectl.args(["backup", "inspect", "newer.rdb"])).run();
    assert_snapshot!(run, @"
    --- stderr
    error: could not read `newer.rdb` as an RDB file
      caused by: the code 33 stands for a rate limiter (GCRA) of Redis 8.8 or later, which is not read here at byte 14

    hint: a newer server wrote it: a newer release of cachectl may read it
    hint: `--until-unknown` takes what stands before it
    [exit status: 65]
    ");
    let inspect = ["backup", "inspect", "newer.rdb", "--until-unknown", "-o", "json"];
    let report = json(cachectl.args(inspect).run().assert_code(1).stdout());
    assert_eq!((&report["keys"], &report["proof"]), (&1.into(), &"none".into()));
    assert!(report["unread"].as_str().unwrap().contains("rate limiter"), "{report}");
    drop(cachectl.args(["restore", "newer.rdb", "--yes"]).run().assert_code(65));
    let restore = ["restore", "newer.rdb", "--yes", "--until-unknown"];
    drop(cachectl.args(restore).run().assert_success());
    assert_eq!(target.number(&["DBSIZE"]), 1);
}

#[test]
fn a_version_that_never_was_is_not_that_of_a_newer_server() {
    let cachectl = cachectl();
    place(&cachectl, "zero.rdb", &file("REDIS0000", b""));
    let run = cachectl.args(["backup", "inspect", "zero.rdb"]).run().assert_code(65);
    assert!(run.stderr().contains("no server has ever written RDB version 0"));
    assert!(!run.stderr().contains("newer"), "{}", run.stderr());
}

#[test]
fn a_key_that_is_there_twice_is_counted_and_refused() {
    let target = Server::builder().release(Release::Redis70).start();
    let cachectl = cachectl().server(&target);
    place(&cachectl, "twice.rdb", &file("REDIS0011", b"\xfe\x00\x00\x01a\x010"));
    let inspect = ["backup", "inspect", "twice.rdb", "-o", "json"];
    let report = json(cachectl.args(inspect).run().assert_code(1).stdout());
    assert_eq!((&report["keys"], &report["repeated"]), (&2.into(), &1.into()));
    let preview = ["restore", "twice.rdb", "--dry-run", "-o", "json"];
    let preview = json(cachectl.args(preview).run().assert_code(77).stdout());
    assert_eq!(preview["collisions"]["count"], 1, "{preview}");
    drop(cachectl.args(["restore", "twice.rdb", "--yes"]).run().assert_code(77));
    assert_eq!(target.number(&["DBSIZE"]), 0);
}

#[test]
fn collections_without_elements_are_dropped_and_counted() {
    let target = Server::builder().release(Release::Redis70).start();
    let cachectl = cachectl().server(&target);
    let empties = b"\x02\x03set\x00\x01\x04list\x00\x04\x04hash\x00";
    place(&cachectl, "empty.rdb", &file("REDIS0009", empties));
    let report = inspected(&cachectl, "empty.rdb", &[]);
    assert_eq!((&report["keys"], &report["empty"]), (&1.into(), &3.into()));
    drop(cachectl.args(["restore", "empty.rdb", "--yes"]).run().assert_success());
    drop(cachectl.args(["diff", "empty.rdb"]).run().assert_success());
}

#[test]
fn standard_input_and_gzip_are_read() {
    let target = Server::builder().release(Release::Redis70).start();
    let cachectl = cachectl().server(&target);
    for bytes in [file("REDIS0011", b""), gzip(&file("REDIS0011", b""))] {
        let inspect = ["backup", "inspect", "-", "-o", "json"];
        let run = cachectl.args(inspect).stdin(bytes.clone()).run().assert_success();
        let report = json(run.stdout());
        assert_eq!((&report["keys"], &report["path"]), (&1.into(), &"-".into()));
        assert_eq!(report["bytes"], bytes.len());
        target.command(&["FLUSHALL"]);
        drop(cachectl.args(["restore", "-", "--yes"]).stdin(bytes).run().assert_success());
        assert_eq!(target.number(&["DBSIZE"]), 1);
    }
}

#[test]
fn a_fifo_is_no_file_and_nobody_waits_for_it() {
    let cachectl = cachectl();
    let fifo = cachectl.directory().join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    assert_snapshot!(anywhere(cachectl.args(["backup", "inspect", "fifo"])).run(), @"
    --- stderr
    error: could not read `fifo`
      caused by: it is a pipe, not an ordinary file

    hint: `-` in its place reads standard input, as in `< fifo`
    [exit status: 65]
    ");
    // As the advice has it.
    let writer = thread::spawn(move || fs::write(fifo, file("REDIS0011", b"")).unwrap());
    let shell = Command::new("sh")
        .args(["-c", r#"exec "$0" backup inspect - < fifo"#])
        .arg(env!("CARGO_BIN_EXE_cachectl"))
        .current_dir(cachectl.directory())
        .output();
    writer.join().unwrap();
    let output = shell.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_backup_can_go_to_standard_output() {
    let server = Server::builder().release(Release::Redis70).start().with_keys("user:{}", 20);
    let cachectl = cachectl().server(&server);
    let run = cachectl.args(["backup", "-o", "-"]).run().assert_success();
    assert!(run.stderr().contains("backed up 20 keys to -"), "{}", run.stderr());
    place(&cachectl, "piped.rdb", run.stdout_bytes());
    let loaded = Server::builder().release(Release::Redis70);
    let loaded = loaded.rdb(cachectl.directory().join("piped.rdb")).start();
    loaded.snapshot().assert_equals(&server.snapshot());
}

/// What `BACKUP` of Redis 8.10 leaves: a base, an increment, and a manifest that names both.
#[test]
fn the_base_of_a_backup_is_read_and_its_increments_are_named() {
    let cachectl = cachectl();
    let directory = cachectl.directory().join("backupdir");
    fs::create_dir(&directory).unwrap();
    let base = file("REDIS0015", b"\xfa\x08aof-base\xc0\x01");
    fs::write(directory.join("appendonly.aof.1.base.rdb"), base).unwrap();
    fs::write(directory.join("appendonly.aof.1.incr.aof"), "*1\r\n$4\r\nPING\r\n").unwrap();
    let manifest = "file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.1.incr.aof seq \
                    1 type i startoffset 0 endoffset 2\n";
    fs::write(directory.join("appendonly.aof.manifest"), manifest).unwrap();
    let ways = ["backupdir", "backupdir/appendonly.aof.manifest"];
    for way in ways.into_iter().chain(["backupdir/appendonly.aof.1.base.rdb"]) {
        let report = inspected(&cachectl, way, &[]);
        assert_eq!(report["keys"], 1, "{way}");
        assert_eq!(report["increments"], serde_json::json!(["appendonly.aof.1.incr.aof"]));
    }
    let run = cachectl.args(["backup", "inspect", "backupdir"]).run().assert_success();
    assert!(run.stdout().contains("increments not replayed: appendonly.aof.1.incr.aof"));
}

/// Runs the binary with a gibibyte of memory, on a file that would like to have more.
#[track_caller]
fn with_a_gibibyte(cachectl: &Cachectl, command: &[&str]) {
    let inner = cachectl.args(command).command();
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"ulimit -v 1048576; exec "$0" "$@""#]);
    shell.arg(inner.get_program()).args(inner.get_args());
    shell.current_dir(inner.get_current_dir().unwrap()).stdin(Stdio::null()).env_clear();
    shell.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = shell.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    // A signal has no code.
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 1 | 65)), "{command:?}: {:?} {stderr}", output.status);
}

#[test]
fn small_files_that_unpack_to_gigabytes_end_with_a_code() {
    let target = Server::start();
    let cachectl = cachectl().server(&target);
    for bomb in bombs::ALL {
        bomb.write(&cachectl.directory().join(bomb.name));
        with_a_gibibyte(&cachectl, &["backup", "inspect", bomb.name]);
        with_a_gibibyte(&cachectl, &["restore", bomb.name, "--dry-run"]);
        fs::remove_file(cachectl.directory().join(bomb.name)).unwrap();
    }
}
