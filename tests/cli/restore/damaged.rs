//! Restores of damaged values.

use std::{fs, fs::File};

use cachectl_rdb::{Version, Writer};
use cachectl_testkit::{Server, locate::Release};
use insta::assert_snapshot;

use crate::{anywhere, cachectl, json};

/// A sorted set with a score that is not a number: Redis 6.2 crashes over it. There is no checksum.
const NOT_A_NUMBER: &[u8] =
    b"REDIS0009\xfe\x00\x05\x01k\x01\x01m\x00\x00\x00\x00\x00\x00\xf8\x7f\xff\0\0\0\0\0\0\0\0";

#[test]
fn a_damaged_value_of_a_file_without_a_checksum_is_named_and_not_sent() {
    let server = Server::builder().release(Release::Redis62).start();
    let cachectl = cachectl().server(&server);
    fs::write(cachectl.directory().join("damaged.rdb"), NOT_A_NUMBER).unwrap();
    let run = anywhere(cachectl.args(["restore", "damaged.rdb", "--dry-run"]));
    assert_snapshot!(run.run(), @"
    nothing to restore
    from damaged.rdb, RDB version 9
    to [TMP]/s, [SERVER], db0
    in the file 1 key: 0 to restore, 1 unsupported
      checksum   none: every value is decoded before it is sent

    unsupported: 1 key that the server cannot have
      k in db0: a score is not a number at byte 4
    [exit status: 1]
    ");
    let run = cachectl.args(["restore", "damaged.rdb", "--yes"]).run().assert_code(1);
    assert!(run.stdout().contains("k in db0: a score is not a number"), "{run}");
    assert_eq!(server.text(&["PING"]), "PONG");
}

#[test]
fn a_value_that_ended_the_server_is_named_and_not_advised_to_be_sent_again() {
    let server = Server::builder().release(Release::Redis62).start();
    let cachectl = cachectl().server(&server);
    let path = cachectl.directory().join("made.rdb");
    let mut writer = Writer::new(File::create(path).unwrap(), Version::new(9)).unwrap();
    let value = [&[5, 1, 1, b'm'][..], &f64::NAN.to_le_bytes()].concat();
    writer.entry(0, b"bad:score", None, None, &value).unwrap();
    writer.entry(0, b"text", None, None, b"\x00\x01x").unwrap();
    writer.finish().unwrap();
    let run = cachectl.args(["restore", "made.rdb", "--yes"]).run().assert_code(75);
    let stdout = "in doubt: 1 key was on its way when a server was lost\n  bad:score in db0: its \
                  value is damaged: a score is not a number";
    assert!(run.stdout().contains(stdout), "{run}");
    let hint = "hint: the value of `bad:score` may have ended the server: the same command with \
                `--check-values --on-conflict skip` leaves damaged values out and carries on";
    assert!(run.stderr().contains(hint), "{run}");
    // As advised, once there is a server again.
    let server = Server::builder().release(Release::Redis62).start();
    let advised = ["restore", "made.rdb", "--yes", "--check-values", "--on-conflict", "skip"];
    let run = cachectl.server(&server).args(advised).run().assert_code(1);
    assert!(run.stdout().contains("restored 1 of 2 keys"), "{run}");
    assert_eq!(server.text(&["GET", "text"]), "x");
}

#[test]
fn every_format_says_what_was_left_out() {
    let source = Server::builder().release(Release::Redis70).start();
    source.command(&[
        "FUNCTION",
        "LOAD",
        "#!lua name=mylib\nredis.register_function('f', function() return 1 end)",
    ]);
    source.command(&["SET", "text", "x"]);
    let file = source.save();
    let server = Server::builder().release(Release::Redis70).start();
    let cachectl = cachectl().server(&server);
    let run = cachectl.args(["restore", "--yes", "-q"]).arg(&file).run().assert_success();
    assert!(run.stdout().contains("\n  left out   1 library of functions\n"), "{run}");
    let again = ["restore", "--yes", "-q", "--on-conflict", "replace", "-o", "json"];
    let run = cachectl.args(again).arg(&file).run().assert_success();
    assert_eq!(json(run.stdout())["restore"]["left_out"]["functions"], 1, "{run}");
    let loading = ["restore", "--yes", "-q", "--on-conflict", "skip", "--functions"];
    let run = cachectl.args(loading).arg(&file).run().assert_success();
    assert!(run.stdout().contains("\n  functions  libraries loaded: 1\n"), "{run}");
    let refused = ["restore", "--dry-run", "--functions", "--match", "text"];
    let run = cachectl.args(refused).arg(&file).run().assert_code(77);
    assert!(run.stdout().contains("  - 1 library of functions is there already\n"), "{run}");
}

#[test]
fn a_key_that_a_file_has_twice_is_refused() {
    const TWICE: &[u8] = b"REDIS0011\xfe\x00\x00\x01k\x01\x31\x00\x01k\x01\x32\xff\0\0\0\0\0\0\0\0";
    let server = Server::start();
    let cachectl = cachectl().server(&server);
    fs::write(cachectl.directory().join("twice.rdb"), TWICE).unwrap();
    let run = cachectl.args(["restore", "twice.rdb", "--dry-run"]).run().assert_code(77);
    let repeated = "repeated: 1 key that the file has more than once\n  k in db0\n\nrefused:\n  - \
                    the file has 1 key more than once\n";
    assert!(run.stdout().ends_with(repeated), "{run}");
    assert!(run.stderr().contains("`--match` selects keys that it has once"), "{run}");
}
