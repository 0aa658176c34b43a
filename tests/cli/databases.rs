//! The database stands wherever the address of a server does.

use cachectl_testkit::{Cachectl, Server};
use serde_json::Value;

use crate::{cachectl, ends_with, json};

fn place() -> (Server, Cachectl) {
    let server = Server::start();
    server.command(&["MSET", "a:1", "1", "a:2", "2"]);
    server.command(&["SWAPDB", "0", "5"]);
    let cachectl = cachectl().server(&server);
    (server, cachectl)
}

#[test]
fn reports_of_migrations_name_the_database() {
    let (server, cachectl) = place();
    let address = server.url().trim_start_matches("unix://").to_owned();
    let place = format!("{address} database 5");
    let says = |words: &[&str], what: &str| {
        let run = cachectl.args(words).run().assert_success();
        assert!(run.stdout().contains(what), "{words:?}: {run}");
    };
    let has = |words: &[&str], pointer: &str| {
        let run = cachectl.args(words).arg("-o").arg("json").run().assert_success();
        assert_eq!(json(run.stdout()).pointer(pointer), Some(&Value::from(5)), "{words:?}: {run}");
    };
    let rule = ["migrate", "--rule", "a:* => b:*", "--db", "5"];
    let dry: Vec<&str> = rule.iter().copied().chain(["--dry-run"]).collect();
    says(&dry, &format!("on {place}, "));
    has(&dry, "/servers/0/database");
    let yes: Vec<&str> = rule.iter().copied().chain(["--yes"]).collect();
    says(&yes, &format!("on {place}, "));
    says(&["migrate", "status"], &format!("servers  {place}\n"));
    has(&["migrate", "status"], "/database");
    says(&["migrate", "list"], &format!("  5  {address}\n"));
    has(&["migrate", "list"], "/migrations/0/database");
}

#[test]
fn a_plan_for_another_database_says_so() {
    let (server, cachectl) = place();
    let address = server.url().trim_start_matches("unix://").to_owned();
    let plan = ["migrate", "plan", "--rule", "a:* => b:*", "-o", "p", "--db", "5"];
    ends_with(0, cachectl.args(plan));
    let run = cachectl.args(["migrate", "apply", "p", "--yes"]).run().assert_code(77);
    let error =
        format!("the plan was made for {address} database 5, not for {address} database 0\n");
    assert!(run.stderr().contains(&error), "{run}");
    assert!(run.stderr().contains("hint: `--db 5` chooses the database"), "{run}");
    ends_with(0, cachectl.args(["migrate", "apply", "p", "--yes", "--db", "5"]));
}

#[test]
fn a_comparison_names_the_databases_that_it_read() {
    let (server, cachectl) = place();
    let address = server.url().trim_start_matches("unix://").to_owned();
    ends_with(0, cachectl.args(["backup", "-o", "f.rdb"]));
    let run = cachectl.args(["diff", "f.rdb", "-", "--db", "5"]).run().assert_success();
    assert!(run.stdout().contains(&format!("B  {address} database 5, ")), "{run}");
    let run = cachectl.args(["diff", "f.rdb", "-", "-o", "json"]).run().assert_success();
    assert_eq!(json(run.stdout())["b"]["databases"], Value::from(vec![0, 5]), "{run}");
}

#[test]
fn a_database_in_the_query_of_a_url_is_the_one_that_is_worked_on() {
    let server = Server::builder().tcp().start();
    server.command(&["SET", "a:1", "0"]);
    server.command(&["SWAPDB", "0", "3"]);
    let url = |query: &str| format!("redis://127.0.0.1:{}{query}", server.port());
    let migrate = |query: &str| {
        let rename = ["migrate", "--rule", "a:{id} => b:{id}", "--yes"];
        cachectl().env("REDIS_URL", url(query)).args(rename)
    };
    let refused = migrate("/1?db=3").run().assert_code(78);
    assert!(refused.stderr().contains("another database"), "{refused}");
    let refused = migrate("/?protocol=3").run().assert_code(78);
    assert!(refused.stderr().contains("`protocol`"), "{refused}");
    ends_with(0, migrate("?db=3"));
    server.command(&["SWAPDB", "0", "3"]);
    assert_eq!(server.number(&["EXISTS", "b:1"]), 1);
}
