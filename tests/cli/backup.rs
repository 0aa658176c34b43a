//! Backups, and what is in them.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    process::{Command, Stdio},
    time::Duration,
};

use cachectl_testkit::{
    Cachectl, CheckRdb, Cluster, EveryEncoding, Keyspace, Replicated, Server,
    cli::{Invocation, Running},
    locate::Release,
    server::Signal,
    wait,
};
use insta::assert_snapshot;

use crate::{anywhere, cachectl, ends_with, json, with};

/// Returns a server with four keys in two databases, and the binary for it.
fn small() -> (Server, Cachectl) {
    let server = Server::builder().release(Release::Redis70).start();
    server.command(&["SET", "user:1", "one"]);
    server.command(&["HSET", "user:2", "field", "value"]);
    server.command(&["PEXPIRE", "user:2", "10000000"]);
    server.command(&["RPUSH", "queue", "a", "b"]);
    Keyspace::new(1).keys("other:{}", 1).in_db(3).load(&server);
    let cachectl = cachectl().server(&server);
    (server, cachectl)
}

#[test]
fn a_backup_is_an_rdb_file_for_its_owner_that_servers_load() {
    let (server, cachectl) = small();
    let backup = anywhere(cachectl.args(["backup", "-o", "keys.rdb"]));
    let backup = backup.filter(r"\d+ bytes, RDB", "[SIZE], RDB");
    assert_snapshot!(backup.run(), @"
    backed up 4 keys to keys.rdb in [TIME]
      file       [SIZE], RDB version 10
      types      string 2, list 1, hash 1
      databases  db0 3, db3 1
      expiry     none 3, under a day 1
    no point-in-time image: each value is as it was when its turn came
    --- stderr
    hint: `cachectl backup inspect keys.rdb` looks into it, `cachectl --url unix://[TMP]/s restore keys.rdb --dry-run` tries to put it back
    ");
    let path = cachectl.directory().join("keys.rdb");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    CheckRdb::of(Release::Redis70).assert_accepts(&path);
    let loaded = Server::builder().release(Release::Redis70).rdb(&path).start();
    loaded.snapshot().assert_equals(&server.snapshot());
    assert_eq!(loaded.digest(), server.digest());
}

#[test]
fn every_encoding_is_backed_up_and_a_newer_server_starts_from_it() {
    let server = Server::builder().release(Release::Redis70).start();
    EveryEncoding::new(1).load(&server);
    let cachectl = cachectl().server(&server);
    ends_with(0, cachectl.args(["backup", "-o", "keys.rdb"]));
    let path = cachectl.directory().join("keys.rdb");
    CheckRdb::of(Release::Redis70).assert_accepts(&path);
    let newer = Server::builder().release(Release::Valkey91).rdb(&path).start();
    newer.portable_snapshot().assert_equals(&server.portable_snapshot());
}

#[test]
fn the_report_is_the_same_for_programs() {
    let (_server, cachectl) = small();
    let run = cachectl.args(["backup", "-o", "keys.rdb", "--output", "json", "-q"]);
    let run = run.filter(r#""(seconds|bytes)": [\d.]+"#, r#""$1": 0"#).run();
    assert_snapshot!(run, @r#"
    {
      "schema": "cachectl.backup/1",
      "path": "keys.rdb",
      "rdb_version": 10,
      "bytes": 0,
      "scanned": 4,
      "keys": 4,
      "value_bytes": 129,
      "by_type": {
        "string": 2,
        "list": 1,
        "hash": 1
      },
      "by_database": {
        "0": 3,
        "3": 1
      },
      "by_ttl": {
        "none": 3,
        "under_day": 1
      },
      "vanished": 0,
      "repeated": 0,
      "seconds": 0,
      "outcome": "clean"
    }
    "#);
}

#[test]
fn flags_choose_the_keys() {
    #[track_caller]
    fn case(cachectl: &Cachectl, flags: &[&str], expected: u64) {
        let run = with(cachectl.args(flags), &["-o", "f", "--force", "--output", "json", "-q"]);
        let run = run.run().assert_success();
        assert_eq!(json(run.stdout())["keys"], expected, "{flags:?}");
    }

    let (server, cachectl) = small();
    case(&cachectl, &["backup"], 4);
    case(&cachectl, &["backup", "--match", "user:*"], 2);
    case(&cachectl, &["backup", "--match", "user:*", "--match", "queue"], 3);
    case(&cachectl, &["backup", "--type", "hash", "--type", "list"], 2);
    case(&cachectl, &["backup", "--match", "user:*", "--type", "string"], 1);
    case(&cachectl, &["backup", "--db", "3"], 1);
    case(&cachectl, &["--db", "0", "backup"], 3);
    case(&cachectl, &["backup", "--db", "3", "--db", "0"], 4);
    case(&cachectl, &["backup", "--match", "nothing"], 0);
    let third = crate::cachectl().url(server.url_of_db(3));
    case(&third, &["backup"], 1);
    case(&third, &["backup", "--db", "0"], 3);
    case(&cachectl, &["backup", "--rate", "100000", "--batch", "16", "--max-latency", "1s"], 4);
}

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
    assert_snapshot!(backup("-"), @"
    --- stderr
    error: `-` is no file, and the result needs one: it gets its name once it is whole

    hint: give the name of a file, such as `keys.rdb`
    [exit status: 64]
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
    error: invalid value 'hsh' for '--type <TYPE>': `hsh` is none of string, list, set, zset, hash, stream, module

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

    hint: is there room in `/proc`, and may we write there?
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
    assert!(said.contains("hint: is there room in `.`"), "{said}");
    assert_eq!(fs::read(&path).unwrap(), b"precious");
    assert_eq!(files(&cachectl), ["keys.rdb"]);
}

/// Returns the files beside the directories that the kit makes.
fn files(cachectl: &Cachectl) -> Vec<String> {
    let entries = fs::read_dir(cachectl.directory()).unwrap().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    files.map(|file| file.file_name().into_string().unwrap()).collect()
}

/// Starts a backup that takes 20 s, and returns when some of it is done.
fn half_way(cachectl: &Cachectl) -> (Server, Running) {
    let server = Server::start();
    Keyspace::new(1).keys("user:{}", 40_000).load(&server);
    let slow = ["backup", "-o", "keys.rdb", "--force", "--rate", "2000", "--progress", "json"];
    let running = with(cachectl.args(["--url", &server.url()]), &slow).spawn();
    let advanced = r#""phase":"backup","event":"advanced""#;
    wait::until(advanced, || running.stderr_so_far().contains(advanced));
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
fn a_command_that_is_denied_comes_with_the_acl_line_that_allows_it() {
    #[track_caller]
    fn case(cachectl: &Cachectl, url: &str, expected: &str) {
        let run = cachectl.args(["backup", "-o", "f"]).env("REDIS_URL", url).run().assert_code(77);
        assert!(run.stderr().contains(expected), "{run}");
        assert!(!run.stderr().contains("s3cret"), "{run}");
        assert_eq!(files(cachectl), [""; 0]);
    }

    let server = Server::builder()
        .acl_user("undumped on >s3cret ~* +@all -dump")
        .acl_user("blind on >s3cret ~* +@all -scan")
        .acl_user("narrow on >s3cret ~user:* +@all")
        .start()
        .with_keys("a:*", 3);
    let cachectl = cachectl();
    case(&cachectl, &server.url_as("undumped", "s3cret"), "`ACL SETUSER undumped +dump`");
    case(&cachectl, &server.url_as("blind", "s3cret"), "`ACL SETUSER blind +scan`");
    case(&cachectl, &server.url_as("narrow", "s3cret"), "`ACL SETUSER narrow ~PATTERN`");
}

#[test]
fn a_cluster_goes_into_one_file() {
    let cluster = Cluster::start();
    Keyspace::new(1).keys("user:{}", 300).load(&cluster);
    let cachectl = cachectl().url(cluster.url());
    let run = cachectl.args(["backup", "-o", "keys.rdb"]).run().assert_success();
    assert!(run.stdout().starts_with("backed up 300 keys to keys.rdb in "), "{run}");
    let loaded = Server::builder().rdb(cachectl.directory().join("keys.rdb")).start();
    assert_eq!(loaded.digest(), cluster.digest());
    ends_with(0, cachectl.args(["diff", "keys.rdb"]));
    ends_with(0, cachectl.args(["diff", "-", &loaded.url()]));
}

#[test]
fn a_replica_is_backed_up_as_well() {
    let replicated = Replicated::start();
    Keyspace::new(1).keys("user:{}", 50).load(replicated.primary());
    wait::until("the replica has the keys", || replicated.replica().number(&["DBSIZE"]) == 50);
    let cachectl = cachectl().server(replicated.replica());
    let run = cachectl.args(["backup", "-o", "keys.rdb"]).run().assert_success();
    assert!(run.stdout().starts_with("backed up 50 keys to keys.rdb in "), "{run}");
    ends_with(77, cachectl.args(["restore", "keys.rdb", "--on-conflict", "skip", "--yes"]));
    ends_with(0, cachectl.args(["diff", "keys.rdb"]));
}

#[test]
fn a_name_that_ends_in_zst_has_the_file_compressed() {
    let server = Server::start();
    Keyspace::new(1).keys("user:{}", 500).load(&server);
    let cachectl = cachectl().server(&server);
    ends_with(0, cachectl.args(["backup", "-o", "keys.rdb"]));
    ends_with(0, cachectl.args(["backup", "-o", "keys.rdb.zst"]));
    let size = |name: &str| fs::metadata(cachectl.directory().join(name)).unwrap().len();
    assert!(size("keys.rdb.zst") < size("keys.rdb"));
    let inspect = |name: &str| {
        let run = cachectl.args(["backup", "inspect", name, "-o", "json"]).run().assert_success();
        json(run.stdout())["by_encoding"].clone()
    };
    assert_eq!(inspect("keys.rdb.zst"), inspect("keys.rdb"));
    let other = Server::start();
    let restore = crate::cachectl().server(&other);
    let path = cachectl.directory().join("keys.rdb.zst");
    ends_with(0, restore.args(["restore", path.to_str().unwrap(), "--yes"]));
    assert_eq!(other.digest(), server.digest());
}

#[test]
fn what_is_in_a_file_is_shown_without_a_server() {
    let (server, cachectl) = small();
    server.command(&[&b"SET"[..], b"bad\x1b[31m\n", b"1"]);
    ends_with(0, cachectl.args(["backup", "-o", "keys.rdb"]));
    let cachectl = Cachectl::clone(&cachectl).url("redis://127.0.0.1:1");
    let inspect = anywhere(cachectl.args(["backup", "inspect", "keys.rdb"]));
    let inspect = inspect.filter(r"\b(?:0|[1-9]\d*) bytes, RDB", "[SIZE], RDB");
    assert_snapshot!(inspect.run(), @r"
    keys.rdb: 5 keys, 132 bytes of values
      file       [SIZE], RDB version 10
      written    by [SERVER] at [MOMENT]
      expiry     none 4, under a day 1

      type    keys  bytes
      string     3     92
      list       1     17
      hash       1     23

      encoding            keys  bytes
      listpack hash          1     23
      quicklist list (2)     1     17
      string                 3     92

      database  keys  bytes
      0            4     48
      3            1     84

      prefix                keys  bytes
      other:                   1     84
      user:                    2     28
      (no `:` in the name)     2     20

      biggest        type         bytes
      other:0        string  db3     84
      user:2         hash    db0     23
      queue          list    db0     17
      user:1         string  db0      5
      bad\x1b[31m\n  string  db0      3
    ");
}

#[test]
fn flags_choose_what_is_counted() {
    #[track_caller]
    fn case(cachectl: &Cachectl, flags: &[&str], expected: u64) {
        let run = with(cachectl.args(["backup", "inspect", "keys.rdb", "-o", "json"]), flags);
        let report = json(run.run().assert_success().stdout());
        assert_eq!(report["schema"], "cachectl.backup.inspect/1");
        assert_eq!(report["keys"], expected, "{flags:?}");
    }

    let (_server, cachectl) = small();
    ends_with(0, cachectl.args(["backup", "-o", "keys.rdb"]));
    case(&cachectl, &[], 4);
    case(&cachectl, &["--match", "user:*", "--match", "queue"], 3);
    case(&cachectl, &["--type", "hash", "--type", "list"], 2);
    case(&cachectl, &["--match", "user:*", "--type", "hash"], 1);
    case(&cachectl, &["--db", "3"], 1);
    case(&cachectl, &["--db", "3", "--db", "0", "--db", "9"], 4);
    // The global options mean the same before the command.
    let run = cachectl.args(["--db", "3", "-o", "json", "backup", "inspect", "keys.rdb"]).run();
    assert_eq!(json(run.assert_success().stdout())["keys"], 1);
}

#[test]
fn the_snapshot_of_a_server_is_read_as_well() {
    let server = Server::builder().release(Release::Valkey91).start().with_keys("user:*", 50);
    let snapshot = server.save();
    let run = cachectl().args(["backup", "inspect"]).arg(&snapshot).arg("-o").arg("json").run();
    let report = json(run.assert_success().stdout());
    assert_eq!(report["keys"], 50);
    assert_eq!(report["rdb_version"], 80);
}

#[test]
fn a_file_that_is_damaged_or_cut_is_bad_data() {
    let (_server, cachectl) = small();
    ends_with(0, cachectl.args(["backup", "-o", "keys.rdb"]));
    ends_with(0, cachectl.args(["backup", "-o", "keys.rdb.zst"]));
    let path = |name: &str| cachectl.directory().join(name);
    let whole = fs::read(path("keys.rdb")).unwrap();
    let mut damaged = whole.clone();
    let at = whole.windows(5).position(|bytes| bytes == b"value").unwrap();
    damaged[at] ^= 1;
    fs::write(path("damaged"), damaged).unwrap();
    fs::write(path("cut"), &whole[..at + 2]).unwrap();
    fs::write(path("newer"), [b"REDIS0099", &whole[9..]].concat()).unwrap();
    let compressed = fs::read(path("keys.rdb.zst")).unwrap();
    fs::write(path("cut.zst"), &compressed[..compressed.len() / 2]).unwrap();
    let inspect = |name: &str| {
        let run = anywhere(cachectl.args(["backup", "inspect", name]));
        run.filter(r"\b[0-9a-f]{16}\b", "[CRC]").filter(r"at byte [1-9]\d*", "at byte [N]").run()
    };
    assert_snapshot!(inspect("damaged"), @"
    --- stderr
    error: could not read `damaged` as an RDB file
      caused by: the checksum is [CRC] and should be [CRC] at byte [N]

    hint: copy the file again; `redis-check-rdb` gives a second opinion
    [exit status: 65]
    ");
    assert_snapshot!(inspect("cut"), @"
    --- stderr
    error: could not read `cut` as an RDB file
      caused by: the data ends in the middle of a value at byte [N]

    hint: was it copied to its end, and is the server done writing it?
    [exit status: 65]
    ");
    assert_snapshot!(inspect("newer"), @"
    --- stderr
    error: could not read `newer` as an RDB file
      caused by: RDB version 99 is not known at byte 0

    hint: a newer server wrote it: a newer release of cachectl may read it
    [exit status: 65]
    ");
    assert_snapshot!(inspect("cut.zst"), @"
    --- stderr
    error: could not read `cut.zst`
      caused by: incomplete frame

    hint: was it copied to its end, and is the server done writing it?
    [exit status: 65]
    ");
}

#[test]
fn what_is_no_rdb_file_is_bad_data() {
    let cachectl = cachectl();
    fs::write(cachectl.directory().join("text"), "no RDB file at all").unwrap();
    let inspect = |name: &str| anywhere(cachectl.args(["backup", "inspect", name])).run();
    assert_snapshot!(inspect("text"), @"
    --- stderr
    error: could not read `text` as an RDB file
      caused by: this is no RDB file at byte 0

    hint: RDB files begin with `REDIS` or `VALKEY`; unpack what is not compressed by zstd
    [exit status: 65]
    ");
    assert_snapshot!(inspect("nowhere"), @"
    --- stderr
    error: could not read `nowhere`
      caused by: No such file or directory
    [exit status: 65]
    ");
    assert_snapshot!(inspect("."), @"
    --- stderr
    error: could not read `.`
      caused by: Is a directory
    [exit status: 65]
    ");
}
