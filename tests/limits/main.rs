//! The worst that a file can hold, read by the binary under a memory limit of 1 GiB. Each run ends
//! with an exit code and says why; none is ended by a signal.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may panic anywhere")]

use std::{
    fs,
    os::unix::process::ExitStatusExt as _,
    process::{Command, Output},
};

use cachectl_testkit::{Cachectl, Server};

/// What a run may have of address space, in KiB.
const LIMIT: u32 = 1 << 20;

/// The binary in a home of its own, and a server that is there.
struct Place {
    cachectl: Cachectl,
    server: Server,
}

impl Place {
    fn new() -> Self {
        let cachectl = Cachectl::new(env!("CARGO_BIN_EXE_cachectl"));
        let server = Server::start().with_keys("a:*", 3);
        let place = Self { cachectl, server };
        // What is tested is that the limits are ours, not that there is no room for the program.
        let harmless = place.run("config show");
        assert_eq!(harmless.status.code(), Some(0), "{}", stderr(&harmless));
        place
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.cachectl.directory().join(name), text).unwrap();
    }

    /// Runs a line under the limit, in which `@` stands for the address of the server.
    fn run(&self, line: &str) -> Output {
        let words = line.split(' ').map(|word| word.replace('@', &self.server.url()));
        self.run_words(words)
    }

    fn run_words(&self, words: impl IntoIterator<Item = String>) -> Output {
        let run = self.cachectl.args(words).command();
        let mut limited = Command::new("/bin/sh");
        limited.arg("-c").arg(format!("ulimit -v {LIMIT} && exec \"$0\" \"$@\""));
        limited.arg(run.get_program()).args(run.get_args());
        limited.env_clear();
        for (name, value) in run.get_envs() {
            value.map(|value| limited.env(name, value));
        }
        limited.current_dir(self.cachectl.directory()).output().unwrap()
    }

    /// Checks how a run ends, and what it says.
    #[track_caller]
    fn ends(&self, line: &str, code: i32, expected: &str) {
        is(&self.run(line), line, code, expected);
    }
}

#[track_caller]
fn is(run: &Output, line: &str, code: i32, expected: &str) {
    let said = stderr(run);
    assert_eq!(run.status.signal(), None, "{line}: {said}");
    assert_eq!(run.status.code(), Some(code), "{line}: {said}");
    assert!(said.contains(expected), "{line}: {said}");
    // What is wrong is said, not shown.
    assert!(said.len() < 4_096, "{line}: {} bytes", said.len());
}

fn stderr(run: &Output) -> String {
    String::from_utf8_lossy(&run.stderr).into_owned()
}

/// Writes YAML that stands for more than it seems to.
fn write_yaml(place: &Place) {
    place.write("nested.yaml", "[".repeat(100_000));
    place.write("mappings.yaml", "{a: ".repeat(100_000));
    place.write("dashes.yaml", "- ".repeat(100_000));
    let text = "x".repeat(280_000);
    let aliases = "*a, ".repeat(30_000);
    place.write("aliases.yaml", format!("a: &a {text}\nb: [{aliases}]\n"));
    let list = "1, ".repeat(100_000);
    place.write("lists.yaml", format!("a: &a [{list}]\nb: [{aliases}]\n"));
    let level = |level: usize| {
        let below = format!("*a{}, ", level - 1).repeat(9);
        format!("a{level}: &a{level} [{below}]\n")
    };
    let levels: Vec<String> = (1..12).map(level).collect();
    place.write("bomb.yaml", format!("a0: &a0 [{}]\n{}", "x, ".repeat(9), levels.concat()));
    place.write("long.yaml", format!("# {}\n", "x".repeat(8 << 20)));
}

#[test]
fn no_yaml_takes_more_than_it_may() {
    let place = Place::new();
    write_yaml(&place);
    for (name, expected) in [
        ("nested", "nested in more than 128 levels"),
        ("mappings", "nested in more than 128 levels"),
        ("dashes", "nested in more than 128 levels"),
        ("aliases", "aliases stand for more than"),
        ("lists", "aliases stand for more than"),
        ("bomb", "repetition limit exceeded"),
        ("long", "could not read"),
    ] {
        place.ends(&format!("--config {name}.yaml config show"), 78, expected);
        place.ends(&format!("--config {name}.yaml config check"), 78, expected);
        place.ends(&format!("--url @ migrate --dry-run --rules {name}.yaml"), 65, expected);
    }
}

#[test]
fn no_device_is_read_to_its_end() {
    let place = Place::new();
    let refused = "it is a device";
    place.ends("--config /dev/zero config show", 78, refused);
    place.ends("--url @ migrate --dry-run --rules /dev/zero", 65, refused);
    place.ends("--url @ --password-file /dev/zero health", 78, refused);
    let server = Server::builder().tls().start();
    let url = server.url();
    let authority = server.certificates().authority.display().to_string();
    let rule = "migrate --dry-run --rule a:*=>b:*";
    place.ends(&format!("--url {url} --tls-ca /dev/zero {rule}"), 64, "does not parse");
    let case = |flags: &str| {
        place.ends(&format!("--url {url} {flags} backup -o keys.rdb"), 78, refused);
    };
    case("--tls-ca /dev/zero");
    case(&format!("--tls-ca {authority} --tls-cert /dev/zero --tls-key /dev/zero"));
}

#[test]
fn rules_are_compiled_in_what_their_length_allows() {
    let place = Place::new();
    let rule = |old: String, new: &str| {
        let words = ["--url", &place.server.url(), "migrate", "--dry-run", "--rule"];
        let rule = format!("{old} => {new}");
        place.run_words(words.into_iter().map(str::to_owned).chain([rule]))
    };
    let long = |length: usize| format!("a{{x}}{}", "a".repeat(length));
    is(&rule(long(80_000), "{x}b{x}"), "80 KB", 64, "more than 65536 bytes");
    is(&rule(long(65_000), "{x}b{x}"), "64 KB", 0, "");
    let stars = "*a".repeat(30_000);
    is(&rule(format!("glob:{stars}"), &stars.replace('a', "b")), "stars", 64, "side");
    let captures: Vec<String> = (0..6_000).map(|number| format!("{{x{number}}}")).collect();
    let turned: Vec<&str> = captures.iter().rev().map(String::as_str).collect();
    is(&rule(captures.join(":"), "{x1}"), "one capture", 64, "is captured and not used");
    is(&rule(captures.join(":"), &turned.concat()), "captures", 64, "more than 65536 bytes");
    let (half, turned) = (&captures[..3_000], &turned[3_000..]);
    is(&rule(half.join(":"), &turned.join("/")), "captures", 0, "");
    let nested = format!("regex:{}a{}", "(?:".repeat(10_000), ")".repeat(10_000));
    is(&rule(nested, "b"), "nested", 64, "does not parse");
    is(&rule("regex:((\\w{1000}){1000}){1000}".to_owned(), "b$1$2$3"), "counted", 64, "limit");
    let classes = format!("regex:(?u){}", "\\w".repeat(30_000));
    is(&rule(classes, "b"), "classes", 64, "limit");
}

#[test]
fn rules_files_are_compiled_in_what_their_length_allows() {
    let place = Place::new();
    let file = |name: &str, rules: String| {
        place.write(name, format!("version: 1\nrules:\n{rules}"));
        place.run(&format!("--url @ migrate --dry-run --rules {name}"))
    };
    // As many as there may be, each as plain as it gets.
    let many = (0..60_000).map(|number| format!("- {{prefix: 'k{number}:', to: 'n{number}:'}}\n"));
    is(&file("many.yaml", many.collect()), "many", 0, "");
    // Small texts of large programs.
    let large = (0..20_000).map(|it| format!("- {{regex: 'k{it}(\\w{{99}}){{9}}', to: n$1}}\n"));
    is(&file("large.yaml", large.collect()), "large", 65, "regexes");
    let alias = "- &r {regex: '(?u)(\\w{20})', to: n$1}\n".to_owned() + &"- *r\n".repeat(100_000);
    is(&file("alias.yaml", alias), "alias", 65, "regexes");
}

#[test]
fn what_is_kept_of_a_migration_is_read_within_bounds() {
    let place = Place::new();
    is(&place.run("--url @ migrate --rule a:*=>b:* --yes"), "no rule", 64, "does not parse");
    let words = ["--url", &place.server.url(), "migrate", "--yes", "--rule", "a:* => b:*"];
    let done = place.run_words(words.map(str::to_owned));
    assert_eq!(done.status.code(), Some(0), "{}", stderr(&done));
    let migrations = place.cachectl.state_directory().join("migrations");
    let entries = fs::read_dir(&migrations).unwrap().map(|entry| entry.unwrap().path());
    let directory = entries.into_iter().find(|path| path.is_dir()).unwrap();
    for name in ["settings.json", "kept.json", "migration.json"] {
        let path = directory.join(name);
        let before = fs::read(&path).ok();
        // It takes no room on the disk, and all memory that there is.
        fs::File::create(&path).unwrap().set_len(4 << 30).unwrap();
        let run = place.run("--url @ migrate resume");
        assert_eq!(run.status.signal(), None, "{name}: {}", stderr(&run));
        assert!(run.status.code().is_some_and(|code| code != 0), "{name}: {}", stderr(&run));
        assert!(stderr(&run).contains(name), "{name}: {}", stderr(&run));
        match before {
            Some(before) => fs::write(&path, before).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
    }
}
