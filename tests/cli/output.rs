//! What is printed where.

use std::{fs, process::Stdio};

use cachectl_testkit::Server;
use insta::assert_snapshot;

use crate::{cachectl, ends_with, json};

#[test]
fn help_is_short_when_asked_so() {
    assert_snapshot!(cachectl().args(["-h"]).run(), @"
    Look after the keys of Redis and Valkey caches, safely

    Usage: cachectl [OPTIONS] <COMMAND>

    Commands:
      migrate      Rename keys in place, safely [alias: migrate-keys]
      backup       Copy keys into an RDB file
      restore      Put the keys of an RDB file back, into any version of server
      diff         Compare two sides key by key: servers, or RDB files
      health       Tell how a server is, within a deadline
      config       Show, check or begin the configuration
      completions  Print completions for a shell
      man          Print the manual page, or write all of them into a directory
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help (see more with '--help')
      -V, --version  Print version

    Server:
          --url <URL>               Address of a server, or of any node of a cluster [default:
                                    `redis://127.0.0.1:[PORT]`]
      -C, --context <NAME>          A context of cachectl.yaml [default: its `default_context`, if it
                                    has one]
          --config <FILE>           The configuration file
          --sentinel <HOST:PORT>    A sentinel that knows the primary (can be repeated) [port: 26379]
          --primary-name <NAME>     What the sentinels call the primary [default: mymaster]
          --cluster                 Insist that the address is a node of a cluster
          --user <NAME>             The ACL user [default: the default user]
          --password-file <FILE>    A file that holds the password
          --db <N>                  The logical database [default: that of the address, else 0]
          --tls                     Encrypt (implied by `rediss://` and by the other --tls options)
          --tls-ca <FILE>           Certificate authorities to trust, in PEM [default: those of the
                                    system]
          --tls-cert <FILE>         Our certificate, in PEM, for servers that ask for one (with
                                    --tls-key)
          --tls-key <FILE>          The private key of our certificate, in PEM
          --tls-insecure            Do not check the certificate of the server: anybody can pose as it
          --trusted-peer <PEER>     A server that others may name, to log in to (can be repeated)
          --state-dir <DIR>         Where migrations are kept [default: cachectl below `$XDG_STATE_HOME`
                                    or ~/.local/state]
          --connect-timeout <TIME>  How long to wait for a connection [default: [TIME]]
          --timeout <TIME>          How long to wait for the replies to one batch [default: [TIME]]

    Output:
      -o, --output <FORMAT>   How to print the result [default: human] [possible values: human, json,
                              jsonl, nagios, prometheus, junit, github]
      -q, --quiet             Print the result and errors only
      -v, --verbose...        Log what happens; twice for more
          --progress <STYLE>  How to show progress, on stderr [default: auto] [possible values: auto,
                              bar, lines, json, none]
      -y, --yes               Do not ask for confirmation
          --color <WHEN>      When to use colours [default: auto] [possible values: auto, always, never]

    Exit codes: 0 good, 1 the answer is bad, 2 critical and 3 unknown (health only), 64 usage, 65 bad
    input data, 69 unreachable, 70 internal, 73 cannot write, 75 incomplete (run again to resume), 77
    refused, 78 configuration, 130/143 interrupted or terminated after draining.
    ");
}

#[test]
fn help_gives_examples() {
    let migrate = cachectl().args(["migrate", "--help"]).run().assert_success();
    let examples = migrate.stdout().split_once("Examples:").unwrap().1;
    assert_snapshot!(examples, @r"
    See what would happen, and change nothing:
      cachectl migrate --rule 'doc_state_{id} => doc:state:{id}' --dry-run
    Do it, after a look at the plan and a question:
      cachectl migrate --rule 'doc_state_{id} => doc:state:{id}'
    The same on the snapshot of last night, without a server:
      cachectl migrate --rule 'doc_state_{id} => doc:state:{id}' --rdb dump.rdb
    Several rules; hash tags are written with a backslash:
      cachectl migrate --rule 'sess_{id:uuid} => web:sess:{id}' --rule 'u:* => \{user:*\}'
    Many rules in a file, gently, from a job without a terminal:
      cachectl -C prod migrate --rules rename.yaml --rate 20000 --yes --expect 48210
    With all values on disk before, and compared with them afterwards:
      cachectl migrate --rules rename.yaml --backup=before.rdb --verify=3
    In steps: plan today, apply tonight what was reviewed:
      cachectl migrate plan --rules rename.yaml -o rename.plan
      cachectl migrate apply rename.plan
    After an interruption, or a change of mind:
      cachectl migrate resume
      cachectl migrate rollback --dry-run
    ");
    assert!(migrate.stdout().lines().all(|line| line.chars().count() <= 100), "{migrate}");
}

#[test]
fn the_version_is_that_of_the_package() {
    let version = cachectl().args(["--version"]).run().assert_success();
    assert_eq!(version.stdout(), concat!("cachectl ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn global_flags_work_before_and_after_the_command() {
    let server = Server::start();
    let url = server.url();
    let list = ["migrate", "list"];
    let before = cachectl().args(["-o", "json", "--url", &url, "-q"]).arg("migrate").arg("list");
    let after = cachectl().args(list).arg("-o").arg("json").arg("--url").arg(&url).arg("-q");
    let between = cachectl().args(["migrate", "-o", "json", "--url", &url, "-q", "list"]);
    for run in [before, after, between] {
        let run = run.run().assert_success();
        let json = json(run.stdout());
        assert_eq!(json["schema"], "cachectl.migrate.list/1");
    }
}

#[test]
fn completions_and_manual_pages_are_written() {
    let cachectl = cachectl();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = cachectl.args(["completions", shell]).run().assert_success();
        assert!(run.stdout().contains("migrate-keys"), "{shell}");
    }
    let page = cachectl.args(["man"]).run().assert_success();
    assert!(page.stdout().starts_with(".ie"), "{page}");
    ends_with(0, cachectl.args(["man", "pages"]));
    let pages = cachectl.directory().join("pages");
    for page in ["cachectl.1", "cachectl-migrate.1", "cachectl-migrate-rollback.1"] {
        assert!(fs::metadata(pages.join(page)).unwrap().len() > 0, "{page}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let server = Server::start().with_keys("a:*", 50);
    let cachectl = cachectl().server(&server);
    let dry_run = cachectl.args(["migrate", "--rule", "a:* => b:*", "--dry-run", "-o", "json"]);
    let mut child = dry_run
        .command()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_full_disk_is_an_output_error() {
    let run = cachectl().args(["completions", "bash"]);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = run.command().stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(73));
    assert_snapshot!(String::from_utf8_lossy(&output.stderr), @"
    error: could not write to stdout
      caused by: No space left on device (os error 28)
    ");
}

#[test]
fn progress_as_json_is_a_document_a_line() {
    let server = Server::start().with_keys("a:*", 50);
    let cachectl = cachectl().server(&server);
    let run = cachectl
        .args(["migrate", "--rule", "a:* => b:*", "--yes", "--progress", "json"])
        .run()
        .assert_success();
    let lines = run.stderr().lines().filter(|line| line.starts_with('{'));
    let lines: Vec<serde_json::Value> =
        lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().all(|line| line["schema"] == "cachectl.progress/1"));
    let began =
        |phase: &str| lines.iter().any(|line| line["phase"] == phase && line["event"] == "started");
    assert!(began("scan") && began("apply") && began("verify"), "{run}");
}

#[test]
fn a_quiet_run_says_nothing_beside_its_result() {
    let server = Server::start().with_keys("a:*", 5);
    let run = cachectl()
        .server(&server)
        .args(["-q", "migrate", "--rule", "a:* => b:*", "--yes"])
        .run()
        .assert_success();
    assert_eq!(run.stderr(), "");
    assert!(run.stdout().starts_with("renamed 5 of 5 keys"), "{run}");
}
