//! What carrying on or rolling back would do.

use cachectl_testkit::{Keyspace, Server};
use insta::assert_snapshot;

use crate::{anywhere, beside::newest, cachectl, ends_with, has_advanced, json, with};

#[test]
fn carrying_on_is_shown_before_it_is_done() {
    let server = Server::start();
    Keyspace::new(1).keys("user:{}", 5_000).load(&server);
    let cachectl = cachectl().server(&server);
    let slow = ["migrate", "--rule", "user:* => person:*", "--yes", "--rate", "1000"];
    let running = with(cachectl.args(slow), &["--progress", "json"]).spawn();
    has_advanced(&running, "apply");
    drop(running.kill());
    let before = server.digest();
    let preview = |more: &[&str]| with(cachectl.args(["migrate", "resume", "--dry-run"]), more);

    let shown = json(preview(&["-o", "json"]).run().assert_success().stdout());
    let left = shown.pointer("/preview/accounts/left").unwrap();
    let named = |pattern: &str| {
        server.number(&["EVAL", &format!("return #redis.call('KEYS', '{pattern}')"), "0"])
    };
    assert_eq!(left.as_i64(), Some(named("user:*")), "the window in doubt is looked at");
    ends_with(77, preview(&["--expect", "1"]));
    ends_with(0, preview(&["--expect", &left.to_string()]));
    assert_eq!(server.digest(), before);

    ends_with(0, cachectl.args(["migrate", "resume", "--rate", "100000"]));
    assert_snapshot!(anywhere(preview(&[])).run(), @"would rename 0 of 5,000 keys of migration [ID]");
    ends_with(0, cachectl.args(["migrate", "rollback", "--yes"]));
    assert_snapshot!(anywhere(preview(&[&newest(&cachectl)])).run(), @"
    --- stderr
    error: migration `[ID]` is rolled back, or being rolled back

    hint: `cachectl --url unix://[TMP]/s migrate rollback [ID]` carries on with that; renaming again takes a new plan
    [exit status: 77]
    ");
}
