//! No text that a user, a file or a server chooses drives the terminal.

use std::fs;

use cachectl_testkit::{
    Cachectl, Server,
    cli::{Invocation, Output},
};

use crate::{cachectl, with};

/// It turns a terminal red and rings its bell, goes back on the line, and says the same to a
/// terminal that reads 8-bit controls.
const EVIL: &str = "\u{1b}[31mX\u{7}\r\u{9b}31m";

/// The same, as a double-quoted string of YAML has it.
const YAML: &str = r"\e[31mX\a\r\x9b31m";

/// Checks that nothing but line ends would be obeyed, and returns everything.
#[track_caller]
fn is_plain(what: &str, run: &Output) -> String {
    let text = [run.stdout_bytes(), run.stderr().as_bytes()].concat();
    let text = String::from_utf8(text).unwrap();
    let obeyed = text.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(obeyed, None, "{what}: {text:?}");
    text
}

/// A server and files that are full of it.
struct Place {
    server: Server,
    cachectl: Cachectl,
}

impl Place {
    fn new() -> Self {
        let server = Server::start();
        server.command(&[
            "MSET",
            &format!("a:{EVIL}"),
            "1",
            "a:2",
            EVIL,
            &format!("c:{EVIL}"),
            "3",
        ]);
        server.command(&["PEXPIRE", "a:2", "10000000"]);
        let cachectl = cachectl().env("USER", EVIL).env("HOSTNAME", EVIL);
        let state = cachectl.directory().join(format!("state{EVIL}"));
        let cachectl = cachectl.env("CACHECTL_STATE_DIR", state);
        let rules = format!(
            "version: 1\nrules:\n- {{ match: 'a:*', to: \"b{YAML}:*\" }}\n\
             - {{ match: \"x{YAML}*\", to: 'y*' }}\n"
        );
        let config = format!("contexts: {{ \"c{YAML}\": {{ url: '{}' }} }}\n", server.url());
        let place = Self { server, cachectl };
        place.write("rules.yaml", &rules);
        place.write(&format!("rules{EVIL}.yaml"), "\u{0}");
        place.write("contexts.yaml", &config);
        place.write("keys.yaml", &format!("\"k{YAML}\": 1\n"));
        place
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.cachectl.directory().join(name), text).unwrap();
    }

    /// Prepares a run in which `@` stands for the text.
    fn run(&self, line: &str) -> Invocation {
        let url = ["--url".to_owned(), self.server.url()];
        let words = line.split(' ').map(|word| word.replace('@', EVIL).replace('+', " "));
        self.cachectl.args(url.into_iter().chain(words))
    }

    /// Prepares a run that names no server.
    fn bare(&self, line: &str) -> Invocation {
        let words = line.split(' ').map(|word| word.replace('@', EVIL).replace('+', " "));
        self.cachectl.args(words)
    }
}

#[test]
fn rules_and_users_and_files_are_escaped_in_every_step_of_a_migration() {
    let place = Place::new();
    let case = |line: &str, code: i32| {
        let run = place.run(line).run();
        let text = is_plain(line, &run);
        assert_eq!(run.code(), Some(code), "{line}: {text}");
        text
    };

    let rules = case("migrate --rules rules.yaml --dry-run", 0);
    assert!(rules.contains(r"b\x1b[31mX\x07\r\u{9b}31m:*"), "{rules}");
    case("migrate --rules rules.yaml --dry-run -v -v", 0);
    case("migrate plan --rules rules.yaml -o plan@", 0);
    case("migrate plan --rules rules.yaml -o plan@", 73);
    case("migrate apply plan@ --yes --backup=kept@.rdb --verify=3", 0);
    case("migrate apply plan@ --yes", 77);
    let list = case("migrate list", 0);
    assert!(list.contains(r"\x1b[31mX\x07\r\u{9b}31m@\x1b[31mX"), "{list}");
    case("migrate status", 0);
    case("migrate status @", 64);
    case("migrate resume", 0);
    case("migrate verify", 0);
    case("migrate rollback --dry-run", 0);
    case("migrate rollback --yes --from-backup", 0);
    case("migrate resume @", 64);
    case("migrate --rule @ --dry-run", 64);
    case("migrate --rule a:@ --dry-run", 64);
    case("migrate --rules rules@.yaml --dry-run", 65);
    case("migrate --rules none@.yaml --dry-run", 65);
    case("migrate --rules rules.yaml --yes --progress json", 0);
}

#[test]
fn names_of_files_and_keys_are_escaped_in_backups_restores_and_comparisons() {
    let place = Place::new();
    let case = |line: &str, code: i32| {
        let run = place.run(line).run();
        let text = is_plain(line, &run);
        assert_eq!(run.code(), Some(code), "{line}: {text}");
    };

    case("backup -o keys@.rdb", 0);
    case("backup -o keys@.rdb", 73);
    case("backup -o nowhere@/keys.rdb", 73);
    case("backup -o one.rdb --match a:@", 77);
    case("backup -o one.rdb --match a:*", 0);
    case("backup inspect keys@.rdb", 0);
    case("backup inspect rules@.yaml", 65);
    case("backup inspect none@.rdb", 65);
    case("restore keys@.rdb --dry-run", 77);
    case("restore keys@.rdb --dry-run --on-conflict replace", 0);
    case("restore keys@.rdb --dry-run --map @", 64);
    case("restore keys@.rdb --yes --map a:*+=>+@:*", 77);
    case("diff keys@.rdb -", 0);
    case("diff one.rdb - --match a:*", 0);
    case("diff none@.rdb -", 64);
    case("migrate --rdb keys@.rdb --rules rules.yaml --dry-run", 0);
    case("migrate --rdb keys@.rdb --rules rules.yaml --output-rdb copy@.rdb", 0);
}

#[test]
fn words_of_the_command_line_and_the_configuration_are_escaped() {
    let place = Place::new();
    let case = |line: &str| {
        drop(is_plain(line, &place.bare(line).run()));
    };

    for line in [
        "@",
        "--@",
        "migrate @",
        "migrate --@",
        "migrate --batch @ --rule x",
        "--url @ migrate list",
        "--url redis://@@127.0.0.1:1 health",
        "--sentinel @ migrate list",
        "--db @ migrate list",
        "--timeout @ migrate list",
        "--user @ --url redis://127.0.0.1:1 health",
        "--password-file @ health",
        "--tls-ca @ health",
        "--state-dir @ migrate list",
        "-C @ migrate list",
        "--config @ migrate list",
        "--config contexts.yaml config show",
        "--config contexts.yaml config check",
        "--config contexts.yaml -C c@ config show",
        "--config contexts.yaml -C c@ migrate --rule nothing:*+=>+x:* --dry-run",
        "--config contexts.yaml -C c@ health",
        "--config contexts.yaml -C d@ health",
        "--config contexts.yaml diff c@ d@",
        "--config keys.yaml config check",
        "--config keys.yaml migrate list",
        "config init @",
        "completions @",
        "health --profile @",
        "health --check @",
        "health --warn @",
        "health --warn @=1",
        "health explain @",
        "health --state @",
        "health --prev @",
        "health -o nagios --@",
        "health --application @",
        "health serve --listen @",
    ] {
        case(line);
    }
    for variable in
        ["URL", "DB", "TIMEOUT", "CONTEXT", "CONFIG", "USERNAME", "TLS", "PRIMARY_NAME", "LOG"]
    {
        let variable = format!("CACHECTL_{variable}");
        let run = place.bare("migrate --rule a:*+=>+b:* --dry-run").env(&variable, EVIL).run();
        drop(is_plain(&variable, &run));
    }
}

/// It begins a line, and gives an order to the CI of GitHub there; what follows gives one to others
/// wherever it stands.
const ORDER: &str = "x\n::error::injected\ny##vso[x]injected\n##[error]injected";

/// Checks that nothing is obeyed, by a terminal or by CI.
#[track_caller]
fn gives_no_orders(what: &str, run: &Output) -> String {
    let text = is_plain(what, run);
    let marks = ["##vso[x]injected", "##[error]injected"];
    let is_order = |line: &&str| {
        line.trim_start().starts_with("::error::injected")
            || marks.iter().any(|mark| line.contains(mark))
    };
    assert_eq!(text.lines().find(is_order), None, "{what}: {text}");
    text
}

/// Returns an RDB file without keys, in which a server says who it is.
fn snapshot(version: &str) -> Vec<u8> {
    let text = |text: &str| {
        let length = u8::try_from(text.len()).unwrap();
        assert!(length < 64, "{text}");
        [&[length], text.as_bytes()].concat()
    };
    let name = |name: &str, value: &str| [vec![0xfa], text(name), text(value)].concat();
    let parts = [name("redis-ver", version), name("ctime", version), name(version, version)];
    [b"REDIS0011".to_vec(), parts.concat(), vec![0xff, 0, 0, 0, 0, 0, 0, 0, 0]].concat()
}

/// The text, and the same as a double-quoted string of YAML has it.
fn texts() -> (String, String) {
    (format!("{EVIL}{ORDER}"), format!("{YAML}{}", ORDER.replace('\n', r"\n")))
}

#[test]
fn no_text_of_a_configuration_gives_orders() {
    let server = Server::start().with_keys("a:*", 3);
    let cachectl = cachectl();
    let (_, yaml) = texts();
    let write = |text: &str| {
        let text = text.replace('@', &format!("\"{yaml}\""));
        fs::write(cachectl.directory().join("cachectl.yaml"), text).unwrap();
    };
    let case = |line: &str| {
        let words = line.split(' ').map(|word| word.replace('+', " "));
        drop(gives_no_orders(line, &cachectl.args(words).run()));
    };

    let context = "master: @, username: @, password_file: @, protected: true, tls: { enabled: false, \
                   ca: @, cert: @ }, health: { application: @ }";
    let url = server.url();
    write(&format!(
        "namespace: @\ndefault_context: @\ncontexts: {{ @: {{ url: '{url}', {context} }} }}\n\
         migrate: {{ exclude: [@] }}\n"
    ));
    for format in ["human", "json", "github", "nagios", "junit", "prometheus"] {
        case(&format!("health -o {format} -v -v"));
        case(&format!("config show -o {format}"));
        case(&format!("config check -o {format}"));
    }
    case("migrate --rule a:*+=>+b:* --dry-run -v -v");
    case("migrate --rule a:*+=>+b:* --yes");
    for field in ["namespace", "default_context", "contexts", "migrate", "health", "x"] {
        write(&format!("{field}: {{ @: @ }}\n"));
        case("config check");
        case("migrate list -v -v");
    }
}

#[test]
fn no_text_of_a_snapshot_gives_orders() {
    let server = Server::start();
    let cachectl = cachectl().server(&server);
    let path = cachectl.directory().join("keys.rdb");
    fs::write(path, snapshot(&format!("7{EVIL}{}", ORDER.split_at(37).0))).unwrap();
    for line in ["backup inspect keys.rdb", "backup inspect keys.rdb -o json", "diff keys.rdb -"] {
        drop(gives_no_orders(line, &cachectl.args(line.split(' ')).run()));
    }
}

#[test]
fn no_text_of_a_migration_gives_orders() {
    let server = Server::start().with_keys("a:*", 3);
    let (text, _) = texts();
    let cachectl = cachectl().server(&server).env("USER", &text).env("HOSTNAME", &text);
    let run = |words: &[&str]| gives_no_orders(&words.join(" "), &cachectl.args(words).run());
    drop(run(&["migrate", "--rule", "a:* => b:*", "--yes", "--backup"]));
    let migrations = fs::read_dir(cachectl.state_directory().join("migrations")).unwrap();
    let directory = migrations.map(|entry| entry.unwrap().path()).find(|path| path.is_dir());
    let directory = directory.unwrap();
    let steps = || {
        for line in [
            "status",
            "status -o json",
            "list",
            "list -o jsonl",
            "verify -v -v",
            "resume",
            "rollback --dry-run",
        ] {
            let words: Vec<&str> = ["migrate"].into_iter().chain(line.split(' ')).collect();
            drop(run(&words));
        }
    };
    steps();
    for name in ["migration.json", "kept.json", "settings.json"] {
        let path = directory.join(name);
        let before = fs::read_to_string(&path).unwrap();
        let document: serde_json::Value = serde_json::from_str(&before).unwrap();
        for field in document.as_object().unwrap().keys() {
            let mut altered = document.clone();
            altered[field] = text.as_str().into();
            fs::write(&path, altered.to_string()).unwrap();
            steps();
        }
        fs::write(&path, before).unwrap();
    }
}

#[test]
fn the_user_in_what_a_server_refuses_is_escaped() {
    let server = Server::start();
    let cachectl = cachectl().server(&server);
    for step in [&["health"][..], &["migrate", "--rule", "a:* => b:*", "--dry-run"]] {
        let login = cachectl.args(["--user", EVIL]).env("CACHECTL_PASSWORD", EVIL);
        let run = with(login, step).run();
        let text = is_plain("--user", &run);
        assert_ne!(run.code(), Some(0), "{text}");
    }
}
