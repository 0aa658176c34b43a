//! How long a plan says that it takes.

use std::fs;

use cachectl_testkit::{Cachectl, Server};
use serde_json::Value;

use crate::{cachectl, json, with};

const RULE: [&str; 2] = ["--rule", "a:* => b:*"];
const EXPECTED: &str = "in about 1 min 40 s at no more than 10 a second";

fn place() -> (Server, Cachectl) {
    let server = Server::start().with_keys("a:*", 1_000);
    let cachectl = cachectl().server(&server);
    (server, cachectl)
}

#[test]
fn an_estimate_knows_the_rate() {
    let (_server, cachectl) = place();
    let dry_run = with(cachectl.args(["migrate", "--dry-run", "--rate", "10"]), &RULE);
    let run = dry_run.clone().run().assert_success();
    assert!(run.stdout().starts_with(&format!("would rename 1,000 keys, {EXPECTED} (")), "{run}");
    let plan = json(dry_run.arg("-o").arg("json").run().stdout());
    assert_eq!(plan["estimated_seconds"], Value::from(100.0));
    assert_eq!(plan["rate"], Value::from(10));
    let free = with(cachectl.args(["migrate", "--dry-run", "-o", "json"]), &RULE).run();
    assert_eq!(json(free.stdout())["rate"], Value::Null);
}

#[test]
fn a_run_that_does_not_ask_says_how_long_it_takes() {
    let (server, cachectl) = place();
    let run = with(cachectl.args(["migrate", "--yes", "--rate", "500"]), &RULE).run();
    let run = run.assert_success();
    let expected = "1,000 of 1,000 keys to rename, in about 2 s at no more than 500 a second";
    assert!(run.stderr().contains(expected), "{run}");
    assert_eq!(server.number(&["EXISTS", "b:1"]), 1);
}

#[test]
fn a_plan_on_disk_knows_the_rate_of_its_flag_its_file_and_the_configuration() {
    let (_server, cachectl) = place();
    let rules = "version: 1\nrules: [{ match: 'a:*', to: 'b:*' }]\nrate: 10\n";
    fs::write(cachectl.directory().join("rules.yaml"), rules).unwrap();
    fs::write(cachectl.directory().join("slow.yaml"), "migrate: { rate: 10 }\n").unwrap();
    let case = |words: &[&str], hint: &str| {
        let run = with(cachectl.args(["migrate", "plan"]), words).run().assert_success();
        assert!(run.stdout().contains(EXPECTED), "{run}");
        assert!(run.stderr().contains(hint), "{run}");
    };

    case(&["--rule", "a:* => b:*", "--rate", "10", "-o", "one"], "apply one --rate 10` applies it");
    case(&["--rules", "rules.yaml", "-o", "two"], "apply two --rate 10` applies it");
    case(&["--rule", "a:* => b:*", "--config", "slow.yaml", "-o", "three"], "apply three` applies");
}
