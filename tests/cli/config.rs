//! Settings: where they come from, and what is said when they are wrong.

use std::{fs, os::unix::fs::PermissionsExt as _};

use insta::assert_snapshot;

use crate::{anywhere, cachectl, ends_with, json};

const FILE: &str = "\
default_context: local
contexts:
  local:
    url: redis://:s3cret@127.0.0.1:1/0
  prod:
    url: rediss://cache.internal:6379/2
    username: ops
    password_file: secret
    protected: true
  ha: { sentinels: ['s1:26379', s2], master: front }
keys:
  whatever: { belongs: to later releases }
";

#[test]
fn show_prints_each_value_and_where_it_came_from() {
    let cachectl = cachectl();
    fs::write(cachectl.directory().join("cachectl.yaml"), FILE).unwrap();
    fs::set_permissions(
        cachectl.directory().join("cachectl.yaml"),
        fs::Permissions::from_mode(0o600),
    )
    .unwrap();
    let show = cachectl
        .args(["config", "show", "--db", "3"])
        .env("REDIS_SOCKET_TIMEOUT", "2.5")
        .env("REDIS_MAX_CONNECTIONS", "20")
        .env("CACHECTL_PASWORD", "x")
        .env("CACHECTL_STATE_DIR", "state");
    assert_snapshot!(show.run(), @"
    file     cachectl.yaml (in the working directory)
    context  local (by cachectl.yaml)

    setting              value                       from
    address              redis://:***@127.0.0.1:[PORT]/0  context local in cachectl.yaml
    primary_name         mymaster                    default
    password             ***                         context local in cachectl.yaml
    db                   3                           --db
    tls                  false                       context local in cachectl.yaml
    tls_insecure         false                       default
    connect_timeout      [TIME]                         default
    timeout              [TIME]                       REDIS_SOCKET_TIMEOUT
    state_dir            state                       CACHECTL_STATE_DIR
    migrate.on_conflict  abort                       default
    migrate.rate         unlimited                   default
    migrate.batch        128                         default
    migrate.max_latency  [TIME]                        default
    migrate.verify       1                           default
    migrate.exclude      nothing                     default
    health.profile       cache                       default
    health.deadline      [TIME]                      default
    health.window        none                        default
    health.pings         1                           default
    health.application   none                        default
    health.thresholds    those of the profile        default

    set, and without a meaning to this release: REDIS_MAX_CONNECTIONS

    set, and unknown: CACHECTL_PASWORD
    ");
}

#[test]
fn show_says_which_context_is_not_used_and_which_one_protects() {
    let cachectl = cachectl();
    fs::write(cachectl.directory().join("cachectl.yaml"), FILE).unwrap();
    let overruled = cachectl.args(["config", "show"]).env("REDIS_URL", "redis://:s3cret@h/1");
    let shown = overruled.run().assert_success();
    assert!(shown.stdout().contains("context  none: local (by cachectl.yaml) is not used"));
    assert!(!shown.stdout().contains("s3cret"));
    let protected = cachectl.args(["-C", "prod", "config", "show"]).run().assert_success();
    assert!(protected.stdout().contains("prod is protected"), "{protected}");
}

#[test]
fn show_as_json_has_the_same_values() {
    let shown = cachectl().args(["config", "show", "-o", "json"]).env("CACHECTL_DB", "4").run();
    let json = json(shown.stdout());
    assert_eq!(json["schema"], "cachectl.config.show/1");
    let values = json["values"].as_array().unwrap();
    let db = values.iter().find(|value| value["name"] == "db").unwrap();
    assert_eq!(db["value"], "4");
    assert_eq!(db["source"], "environment");
    assert_eq!(db["from"], "CACHECTL_DB");
}

#[test]
fn check_accepts_a_good_file_and_places_the_mistake_in_a_bad_one() {
    let cachectl = cachectl();
    let path = cachectl.directory().join("mine.yaml");
    fs::write(&path, FILE).unwrap();
    assert_snapshot!(cachectl.args(["config", "check", "mine.yaml"]).run(), @"mine.yaml: good, 3 contexts, protected: prod");
    fs::write(&path, FILE.replace("protected", "protectd")).unwrap();
    assert_snapshot!(cachectl.args(["config", "check", "mine.yaml"]).run(), @"
    --- stderr
    error: mine.yaml:9:5: contexts.prod: unknown key `protectd`

    hint: did you mean `protected`?
    [exit status: 78]
    ");
    fs::write(&path, "default_context: prd\ncontexts: { prod: { url: h } }\n").unwrap();
    assert_snapshot!(cachectl.args(["config", "check", "mine.yaml"]).run(), @"
    --- stderr
    error: there is no context `prd` in `mine.yaml`

    hint: did you mean `prod`?
    [exit status: 78]
    ");
    assert_snapshot!(cachectl.args(["config", "check"]).run(), @"
    --- stderr
    error: there is no cachectl.yaml, neither here nor in the usual places

    hint: `cachectl config init` writes one to start from
    [exit status: 78]
    ");
}

#[test]
fn a_bad_file_stops_a_command_before_it_begins() {
    let cachectl = cachectl();
    let path = cachectl.directory().join("cachectl.yaml");
    fs::write(&path, "migrate:\n  exclude: [*:lock]\n").unwrap();
    let run = cachectl.args(["migrate", "--rule", "a:* => b:*", "--dry-run"]).run();
    assert_snapshot!(run, @"
    --- stderr
    error: cachectl.yaml:2:14: did not find expected alphabetic or numeric character, while scanning an alias

    hint: YAML gives some characters a meaning of their own; quote the value: '[*:lock]'
    [exit status: 78]
    ");
}

#[test]
fn init_writes_a_file_for_its_owner_only_and_never_over_another() {
    let cachectl = cachectl();
    assert_snapshot!(cachectl.args(["config", "init"]).run(), @"wrote cachectl.yaml");
    let path = cachectl.directory().join("cachectl.yaml");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    ends_with(0, cachectl.args(["config", "check"]));
    fs::write(&path, "namespace: mine\n").unwrap();
    assert_snapshot!(cachectl.args(["config", "init"]).run(), @"
    --- stderr
    error: `cachectl.yaml` is there already

    hint: choose another name, or remove the file first
    [exit status: 73]
    ");
    assert_eq!(fs::read_to_string(&path).unwrap(), "namespace: mine\n");
}

#[test]
fn a_file_is_found_in_the_usual_places() {
    let cachectl = cachectl();
    let home = cachectl.directory().join("home/.config/cachectl");
    fs::create_dir_all(&home).unwrap();
    fs::write(home.join("cachectl.yaml"), "namespace: from-home\n").unwrap();
    let shown = cachectl.args(["config", "show"]).run().assert_success();
    assert!(shown.stdout().contains("from-home"), "{shown}");
    fs::write(cachectl.directory().join("cachectl.yaml"), "namespace: from-here\n").unwrap();
    let shown = cachectl.args(["config", "show"]).run().assert_success();
    assert!(shown.stdout().contains("from-here"), "{shown}");
    fs::write(cachectl.directory().join("other.yaml"), "namespace: asked-for\n").unwrap();
    let by_variable = cachectl.args(["config", "show"]).env("CACHECTL_CONFIG", "other.yaml").run();
    assert!(by_variable.stdout().contains("asked-for"), "{by_variable}");
    let missing = anywhere(cachectl.args(["--config", "nowhere.yaml", "config", "show"])).run();
    assert_snapshot!(missing, @"
    --- stderr
    error: could not read `nowhere.yaml`
      caused by: No such file or directory
    [exit status: 78]
    ");
}

#[test]
fn careless_secrets_are_warned_of_and_never_printed() {
    let cachectl = cachectl();
    fs::write(cachectl.directory().join("pw"), "s3cret\n").unwrap();
    fs::set_permissions(cachectl.directory().join("pw"), fs::Permissions::from_mode(0o644))
        .unwrap();
    let run =
        cachectl.args(["config", "show", "--url", "redis://:s3cret@h", "--sentinel", "s"]).run();
    assert_snapshot!(run, @"
    --- stderr
    error: `--sentinel` is not usable: another flag names the server already
    [exit status: 64]
    ");
    let run = cachectl.args(["config", "show", "--url", "redis://:s3cret@h"]).run();
    assert!(run.stderr().contains("the password in the URL shows up"), "{run}");
    assert!(!format!("{run}").contains("s3cret"), "{run}");
    let run = cachectl.args(["config", "show", "--password-file", "pw", "--tls-insecure"]).run();
    assert!(run.stderr().contains("`pw` is readable by every user"), "{run}");
    assert!(run.stderr().contains("the certificate of the server is not checked"), "{run}");
    let quiet = cachectl.args(["config", "show", "--password-file", "pw", "-q"]).run();
    assert_eq!(quiet.stderr(), "");
}
