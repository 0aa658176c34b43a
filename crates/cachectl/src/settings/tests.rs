use std::path::Path;

use clap::Parser as _;

use cachectl_core::values::trusted_peer::TrustedPeer;

use super::{
    env::Environment,
    file::{File, Files, Found, Origin},
    merge,
    provenance::Sourced,
};
use crate::{cli::Cli, yaml};

const FILE: &str = "\
namespace: docpipe
default_context: local
contexts:
  local: { url: 'redis://127.0.0.1:6379/1' }
  prod:
    url: rediss://cache.internal:6379/2
    username: ops
    password_file: secret
    protected: true
  ha: { sentinels: [s1, 's2:1'], master: front }
  shards: { cluster: ['c1:7000', 'c2'], timeout: 9s }
";

fn found(text: &str) -> Found {
    let path = Path::new("/etc/cachectl.yaml");
    let file: File = yaml::read(path, text, yaml::Values::Private).unwrap();
    Found { path: path.to_owned(), origin: Origin::Flag, file }
}

/// Settings as lines of `name = value (from)`, for comparing.
fn shown<const N: usize>(flags: &[&str], environment: [(&str, &str); N], file: &str) -> String {
    let words = ["cachectl"].iter().chain(flags).chain(&["config", "show"]);
    let flags = Cli::try_parse_from(words).unwrap().global.connection;
    let file = (!file.is_empty()).then(|| found(file));
    let files = Files { in_force: file, own: None };
    let settings = match merge(&flags, &Environment::from(environment), files) {
        Ok(settings) => settings,
        Err(error) => return format!("error: {error}"),
    };
    let connection = &settings.connection;
    let lines = [
        Some(format!("{} ({})", settings.address.value, settings.address.source)),
        connection.primary_name.as_ref().map(|name| format!("{} ({})", name.value, name.source)),
        connection.username.as_ref().map(|name| format!("user {} ({})", name.value, name.source)),
        connection.password.as_ref().map(|one| format!("password {} ({})", one.value, one.source)),
        connection.db.as_ref().map(|db| format!("db {} ({})", db.value, db.source)),
        connection.cluster.as_ref().map(|one| format!("cluster {} ({})", one.value, one.source)),
        connection.tls.as_ref().map(|tls| format!("tls {} ({})", tls.value, tls.source)),
        connection.timeout.as_ref().map(|time| format!("{:?} ({})", time.value, time.source)),
        connection.namespace.as_ref().map(|name| format!("{} ({})", name.value, name.source)),
        connection.trusted_peers.as_ref().map(|one| format!("{:?} ({})", names(one), one.source)),
        settings.protected.as_ref().map(|name| format!("protected by {name}")),
    ];
    let lines = lines.into_iter().flatten().filter(|line| !line.ends_with("(default)"));
    lines.collect::<Vec<_>>().join("\n")
}

fn names(peers: &Sourced<Vec<TrustedPeer>>) -> Vec<String> {
    peers.value.iter().map(ToString::to_string).collect()
}

/// Checks everything that is merged, but for the defaults and the namespace.
#[track_caller]
fn merged<const N: usize>(flags: &[&str], environment: [(&str, &str); N], expected: &[&str]) {
    let shown = shown(flags, environment, FILE);
    let without_namespace = shown.lines().filter(|line| !line.contains("docpipe"));
    assert_eq!(without_namespace.collect::<Vec<_>>(), expected);
}

#[test]
fn the_default_context_is_weaker_than_any_other_address() {
    merged(
        &[],
        [],
        &[
            "redis://127.0.0.1:6379/1 (context local in /etc/cachectl.yaml)",
            "db 1 (context local in /etc/cachectl.yaml)",
            "tls false (context local in /etc/cachectl.yaml)",
        ],
    );
    merged(
        &[],
        [("REDIS_URL", "redis://:pw@cache/3")],
        &[
            "redis://:***@cache:6379/3 (REDIS_URL)",
            "password *** (REDIS_URL)",
            "db 3 (REDIS_URL)",
            "tls false (REDIS_URL)",
        ],
    );
}

#[test]
fn trusted_peers_are_those_of_the_context_that_is_used() {
    #[track_caller]
    fn case<const N: usize>(flags: &[&str], environment: [(&str, &str); N], expected: &str) {
        let file = "contexts: { a: { url: h, trusted_peers: ['10.0.0.0/8', 'x:1'] } }";
        let shown = shown(flags, environment, file);
        assert_eq!(shown.lines().find(|line| line.starts_with('[')).unwrap_or_default(), expected);
    }

    case(&["-C", "a"], [], "[\"10.0.0.0/8\", \"x:1\"] (context a in /etc/cachectl.yaml)");
    let variable = [("CACHECTL_TRUSTED_PEERS", "*.y, [::1]:1")];
    case(&[], variable, "[\"*.y\", \"[::1]:1\"] (CACHECTL_TRUSTED_PEERS)");
    case(&["--trusted-peer", "z"], variable, "[\"z\"] (--trusted-peer)");
    // Those of a context are for its own servers.
    case(&["--url", "other"], [("CACHECTL_CONTEXT", "a")], "");
}

#[test]
fn flags_are_stronger_than_our_variables_and_those_than_shared_ones() {
    merged(
        &[],
        [
            ("REDIS_URL", "redis://:pw@cache/3"),
            ("REDIS_SOCKET_TIMEOUT", "2.5"),
            ("CACHECTL_URL", "h:1"),
        ],
        &["redis://h:1 (CACHECTL_URL)", "tls false (CACHECTL_URL)", "2.5s (REDIS_SOCKET_TIMEOUT)"],
    );
    merged(
        &["--url", "rediss://u@flag", "--db", "7"],
        [("CACHECTL_URL", "h:1"), ("CACHECTL_DB", "5")],
        &["rediss://u@flag:6379 (--url)", "user u (--url)", "db 7 (--db)", "tls true (--url)"],
    );
}

#[test]
fn a_context_is_as_strong_as_what_chooses_it() {
    merged(
        &["-C", "ha"],
        [("CACHECTL_URL", "h:1"), ("REDIS_URL", "redis://:pw@cache/3")],
        &[
            "sentinels s1:26379, s2:1 (context ha in /etc/cachectl.yaml)",
            "front (context ha in /etc/cachectl.yaml)",
        ],
    );
    merged(
        &[],
        [("CACHECTL_CONTEXT", "ha"), ("CACHECTL_URL", "h:1")],
        &["redis://h:1 (CACHECTL_URL)", "tls false (CACHECTL_URL)"],
    );
    merged(
        &[],
        [("CACHECTL_CONTEXT", "shards"), ("REDIS_URL", "h:1")],
        &[
            "cluster c1:7000, c2:6379 (context shards in /etc/cachectl.yaml)",
            "9s (context shards in /etc/cachectl.yaml)",
        ],
    );
}

#[test]
fn shared_variables_can_name_sentinels_and_clusters() {
    merged(
        &[],
        [
            ("REDIS_URL", "redis://:pw@cache/3"),
            ("REDIS_SENTINEL_HOSTS", "s1:1, s2"),
            ("REDIS_SERVICE_NAME", "front"),
        ],
        &["sentinels s1:1, s2:26379 (REDIS_SENTINEL_HOSTS)", "front (REDIS_SERVICE_NAME)"],
    );
    merged(
        &[],
        [("REDIS_URL", "h"), ("REDIS_CLUSTER_ENABLED", "yes")],
        &[
            "redis://h:6379 (REDIS_URL)",
            "cluster true (REDIS_CLUSTER_ENABLED)",
            "tls false (REDIS_URL)",
        ],
    );
    // Not so where somebody stronger names the server.
    merged(
        &["--url", "other"],
        [("REDIS_URL", "h"), ("REDIS_CLUSTER_ENABLED", "yes")],
        &["redis://other:6379 (--url)", "tls false (--url)"],
    );
}

#[test]
fn a_variable_that_is_empty_counts_as_not_set() {
    merged(
        &["--url", "h", "--tls-ca", "ca.pem"],
        [("REDIS_PASSWORD", ""), ("CACHECTL_DB", "")],
        &["redis://h:6379 (--url)", "tls true (--tls-ca)"],
    );
}

#[test]
fn a_password_is_only_for_the_server_it_stands_with() {
    let elsewhere = shown(&["--url", "other"], [("REDIS_URL", "redis://u:pw@cache")], FILE);
    assert!(!elsewhere.contains("password"), "{elsewhere}");
    assert!(!elsewhere.contains("user"), "{elsewhere}");
    let overruled = shown(&[], [("CACHECTL_CONTEXT", "prod"), ("CACHECTL_URL", "other")], FILE);
    assert!(!overruled.contains("password"), "{overruled}");
    let explicit = shown(&["--url", "other"], [("REDIS_PASSWORD", "pw")], FILE);
    assert!(explicit.contains("password *** (REDIS_PASSWORD)"), "{explicit}");
}

#[test]
fn no_flag_is_a_way_around_a_protected_context() {
    let by_name = shown(&["-C", "prod"], [], FILE);
    assert!(by_name.contains("protected by prod"), "{by_name}");
    assert!(by_name.contains("password *** (in /etc/secret)"), "{by_name}");
    let by_address = shown(&["--url", "redis://cache.internal/9"], [], FILE);
    assert!(by_address.contains("protected by prod"), "{by_address}");
    let another = shown(&["--url", "redis://cache.internal:6380"], [], FILE);
    assert!(!another.contains("protected"), "{another}");
}

#[test]
fn nonsense_is_refused_with_the_name_of_who_said_it() {
    #[track_caller]
    fn case<const N: usize>(flags: &[&str], environment: [(&str, &str); N], expected: &str) {
        let shown = shown(flags, environment, FILE);
        assert_eq!(shown, format!("error: {expected}"));
    }

    case(
        &["--url", "http://:s3cret@h"],
        [],
        "`--url` is not usable: unknown scheme `http`; use redis, rediss, valkey, valkeys or unix",
    );
    case(
        &["--url", "h", "-C", "prod"],
        [],
        "`--context` is not usable: another flag names the server already",
    );
    case(
        &[],
        [("REDIS_URL", "redis://:s3cret@h/x")],
        "the environment variable `REDIS_URL` is not usable: the database is not a number from 0 up",
    );
    case(
        &[],
        [("CACHECTL_TIMEOUT", "5")],
        "the environment variable `CACHECTL_TIMEOUT` is not usable: `5` has no unit; write `5s` or \
         `5ms`",
    );
    case(&["-C", "prd"], [], "there is no context `prd` in `/etc/cachectl.yaml`");
}

#[test]
fn nobody_goes_without_the_encryption_that_is_asked_for() {
    #[track_caller]
    fn case<const N: usize>(
        flags: &[&str],
        environment: [(&str, &str); N],
        file: &str,
        expected: &str,
    ) {
        let shown = shown(flags, environment, file);
        assert!(shown.contains(expected), "{shown}");
    }
    let off = ("CACHECTL_TLS", "false");
    let by = |asks: &str| format!("{asks} asks for encryption, and CACHECTL_TLS switches it off");
    let prod = "contexts: { prod: { url: rediss://h } }\ndefault_context: prod\n";
    let authority = "contexts: { prod: { cluster: [h], tls: { ca: a } } }\ndefault_context: prod\n";
    let context = "context prod in /etc/cachectl.yaml";

    case(&[], [("REDIS_URL", "rediss://h"), off], "", &by("REDIS_URL"));
    case(&[], [("CACHECTL_URL", "rediss://h"), off], "", &by("CACHECTL_URL"));
    case(&["--url", "rediss://h"], [off], "", "tls true (--url)");
    case(&[], [off], prod, &by(context));
    case(&[], [off], authority, &by(context));
    case(&["-C", "prod"], [off], prod, "tls true (context prod");
    case(&[], [("REDIS_URL", "redis://h"), off], "", "tls false (CACHECTL_TLS)");
    case(&["--url", "h"], [off], prod, "redis://h:6379 (--url)");
}

#[test]
fn a_variable_switches_no_check_of_a_context_off() {
    #[track_caller]
    fn case(flags: &[&str], own: &str, expected: (bool, bool)) {
        let file = format!("contexts: {{ prod: {{ url: h{own} }} }}\ndefault_context: prod\n");
        let words = ["cachectl"].iter().chain(flags).chain(&["config", "show"]);
        let flags = Cli::try_parse_from(words).unwrap().global.connection;
        let environment = Environment::from([("CACHECTL_TLS_INSECURE", "true")]);
        let settings =
            merge(&flags, &environment, Files { in_force: Some(found(&file)), own: None }).unwrap();
        let is = |it: Option<&Sourced<bool>>| it.is_some_and(|it| it.value);
        let connection = &settings.connection;
        let found = (is(connection.tls_insecure.as_ref()), is(connection.tls.as_ref()));
        assert_eq!(found, expected, "{own}");
    }

    //   flags   the context   (insecure, encrypted)
    case(&[], "", (false, false));
    case(&[], ", tls: { enabled: true }", (false, true));
    case(&[], ", tls: { insecure: true }", (true, true));
    case(&["--tls-insecure"], "", (true, true));
    case(&["--url", "rediss://other"], "", (true, true));
}

#[test]
fn without_a_file_a_context_cannot_be_chosen() {
    let expected = "error: the context `prod` was asked for, and there is no cachectl.yaml";
    assert_eq!(shown(&["-C", "prod"], [], ""), expected);
}

#[test]
fn a_context_is_told_what_it_lacks_and_where() {
    #[track_caller]
    fn case(text: &str, expected: &str) {
        let text = format!("contexts:\n  prod:\n    {text}\n");
        let error =
            yaml::read::<File>(Path::new("c.yaml"), &text, yaml::Values::Private).unwrap_err();
        assert_eq!(error.to_string(), format!("c.yaml:{expected}"));
    }

    case("db: 1", "3:5: contexts.prod: a context needs a url, sentinels or a cluster");
    case(
        "{ url: h, cluster: [a] }",
        "3:5: contexts.prod: a context has one of url, sentinels and cluster, not several",
    );
    case("{ cluster: [] }", "3:5: contexts.prod: a list of servers cannot be empty");
    case(
        "{ url: 'redis://:s3cret@' }",
        "3:12: contexts.prod.url: the URL does not parse: empty host",
    );
    case("{ url: h, pasword_file: x }", "3:15: contexts.prod: unknown key `pasword_file`");
    case("{ url: h, tls: { cafile: x } }", "3:22: contexts.prod.tls: unknown key `cafile`");
    case(
        "{ url: h, timeout: 5 }",
        "3:24: contexts.prod.timeout: `5` has no unit; write `5s` or `5ms`",
    );
    case(
        "{ url: 'rediss://h', tls: { enabled: false } }",
        "3:5: contexts.prod: the url asks for encryption, and `tls.enabled` switches it off",
    );
    case(
        "{ cluster: [a, 'b:x'] }",
        "3:20: contexts.prod.cluster[1]: the port is not a number from 0 to 65535",
    );
}
