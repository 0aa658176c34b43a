//! Backups, of servers of every kind.

mod empty;
mod file;
mod inspect;
mod strange;

use std::{fs, os::unix::fs::PermissionsExt as _};

use cachectl_testkit::{
    Cachectl, CheckRdb, Cluster, EveryEncoding, Keyspace, Replicated, Server, locate::Release, wait,
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
    not a snapshot: keys were read one after another
    --- stderr
    hint: `cachectl backup inspect keys.rdb` looks into it, `cachectl --url unix://[TMP]/s restore keys.rdb --on-conflict skip --dry-run` tries to put it back
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
      "unfit": [],
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
    case(&cachectl, &["backup", "--match", "nothing", "--allow-empty"], 0);
    let third = crate::cachectl().url(server.url_of_db(3));
    case(&third, &["backup"], 1);
    case(&third, &["backup", "--db", "0"], 3);
    case(&cachectl, &["backup", "--rate", "100000", "--batch", "16", "--max-latency", "1s"], 4);
}

/// Returns the files beside the directories that the kit makes.
fn files(cachectl: &Cachectl) -> Vec<String> {
    let entries = fs::read_dir(cachectl.directory()).unwrap().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    files.map(|file| file.file_name().into_string().unwrap()).collect()
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
