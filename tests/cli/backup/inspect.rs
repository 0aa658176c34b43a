//! What is in a file.

use std::fs;

use cachectl_testkit::{Cachectl, Server, locate::Release};
use insta::assert_snapshot;

use super::small;
use crate::{anywhere, cachectl, ends_with, json, with};

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

    hint: RDB files begin with `REDIS` or `VALKEY`; unpack what is not compressed by zstd or gzip
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
      caused by: it is a directory, not an ordinary file
    [exit status: 65]
    ");
}
