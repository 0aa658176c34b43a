//! No text that leaves the program has a password in it: not one of an address that was not
//! understood, and not one that a server repeats.

use std::{
    fs,
    io::{BufRead, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    thread,
};

use cachectl_testkit::{Server, cli::Output};

use crate::{cachectl, serve::client::Serving, with};

/// What must not be found anywhere.
const SECRET: &str = "Pw7secr3t";

/// Addresses that are none, in which `PW` stands for the secret.
const SHAPES: &[&str] = &[
    // Without a scheme.
    "u:PW@h:6379",
    ":PW@h:6379",
    "PW@h",
    "u:PW@h",
    "u:PW@",
    "@PW",
    "u:PW@h/0",
    "u:PW@h?db=1",
    "u:PW:6379",
    "u:PW:h:6379",
    ":PW",
    "h:PW",
    "h:6379:PW",
    "h/PW",
    "h?PW",
    "h#PW",
    "h PW",
    "PW h",
    "h,u:PW@h",
    "u:PW@h,h",
    "[PW]",
    "[PW]:1",
    "[::1]PW",
    "[::1]:PW",
    "[u:PW@h]:1",
    "//u:PW@h",
    "/u:PW@h",
    "u:12/PW@h",
    "u:PW%40h!",
    "PW!",
    "PW;h",
    "h\\PW",
    "h&PW=1",
    "h=PW",
    "{u:PW@h}",
    "*u:PW@h",
    "&u:PW@h",
    "%u:PW@h",
    "!u:PW@h",
    "|u:PW@h",
    ">u:PW@h",
    "`u:PW@h`",
    "- u:PW@h",
    "u: PW@h",
    "u:PW@h:",
    "u:PW@h: x",
    "'u:PW@h",
    "\"u:PW@h",
    "#u:PW@h",
    "? u:PW@h",
    // With one that is wrong.
    "redis:u:PW@h",
    "redis:/u:PW@h",
    "redis//u:PW@h",
    "rediss:PW@h",
    "http://u:PW@h",
    "redi://u:PW@h",
    "REDIS://u:PW@h",
    "u:PW@redis://h",
    "PW://h",
    "pw://PW@h",
    "://u:PW@h",
    "sentinel://u:PW@h/x",
    " redis://u:PW@h",
    "redis: //u:PW@h",
    // With one that is right.
    "redis://u:PW@",
    "redis://u:PW@:6379",
    "redis://u:PW@h:port",
    "redis://u:PW@h:99999",
    "redis://u:PW@h/x",
    "redis://u:PW@h/0/1",
    "redis://h/PW",
    "redis://u:12/PW@h",
    "redis://u:PW#x@h",
    "redis://u:x#PW@h",
    "redis://u:PW?x@h",
    "redis://u:x?PW@h",
    "redis://h?x=PW",
    "redis://h?PW=x",
    "redis://h:PW",
    "redis://h:PW/0",
    "redis://h#PW",
    "redis://u:PW@h/1?db=2",
    "redis://u:PW@h?db=PW",
    "redis://u:PW@h h",
    "redis://u:PW@[h]",
    "redis://u:PW@[::1",
    "redis://PW!h",
    "redis://u:P/PW@h:1",
    "rediss://u:PW@h:1:2",
    "unix://u:PW@h/a.sock",
    "unix://u:PW@h",
    "unix://PW@",
    "unix:///a.sock?pass=PW&x=1",
    "unix:///a.sock?PW",
    "unix:///a.sock#PW",
];

/// Returns addresses that are none, each with the secret in it.
fn malformed() -> Vec<String> {
    assert!(SHAPES.len() >= 80, "{}", SHAPES.len());
    SHAPES.iter().map(|shape| shape.replace("PW", SECRET)).collect()
}

#[track_caller]
fn is_kept(what: &str, text: &str) {
    assert!(!text.contains(SECRET), "{what}: {text}");
}

/// Checks that a run refuses what it was told, and repeats nothing of it.
#[track_caller]
fn is_refused(what: &str, run: &Output) {
    is_kept(what, run.stdout());
    is_kept(what, run.stderr());
    assert!(matches!(run.code(), Some(64 | 65 | 78)), "{what}: {run}");
}

/// Returns whether nothing but an address looks like this.
fn is_recognised(address: &str) -> bool {
    address.contains('@') || address.contains("://")
}

/// Checks that no file below a directory has it.
fn is_nowhere_below(directory: &Path) {
    for entry in fs::read_dir(directory).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            is_nowhere_below(&path);
        } else {
            is_kept(
                &path.display().to_string(),
                &String::from_utf8_lossy(&fs::read(&path).unwrap()),
            );
        }
    }
}

#[test]
fn malformed_addresses_of_flags_and_variables_are_not_repeated() {
    let cachectl = cachectl();
    let step = ["migrate", "--rule", "a:* => b:*", "--dry-run", "-v", "-v"];
    for address in malformed() {
        let flag = |name: &str| cachectl.args([format!("{name}={address}")]);
        is_refused(&address, &with(flag("--url"), &step).run());
        let variables = ["CACHECTL_URL", "REDIS_URL"];
        for name in variables {
            is_refused(name, &cachectl.args(["config", "show"]).env(name, &address).run());
        }
        // Without these signs it could as well be the name of something.
        if !address.contains(['@', ':']) {
            continue;
        }
        is_kept(&address, cachectl.args(["-C", &address, "health"]).run().stderr());
        is_kept(&address, cachectl.args(["diff", &address, "-"]).run().stderr());
        if !is_recognised(&address) {
            continue;
        }
        is_kept(&address, cachectl.args(["--db", &address, "health"]).run().stderr());
        is_kept(&address, cachectl.args([&address, "health"]).run().stderr());
    }
    is_nowhere_below(cachectl.directory());
}

/// Addresses that no list of hosts can have: of one, a comma makes two.
fn hosts() -> impl Iterator<Item = String> {
    malformed().into_iter().filter(|address| {
        // A host of this name may well exist.
        !address.split(',').all(|host| host.chars().all(|it| it.is_alphanumeric() || it == '.'))
    })
}

#[test]
fn malformed_addresses_of_sentinels_and_clusters_are_not_repeated() {
    let cachectl = cachectl();
    for address in hosts() {
        let flag = cachectl.args([format!("--sentinel={address}"), "health".to_owned()]);
        is_refused(&address, &flag.run());
        for name in ["CACHECTL_SENTINELS", "REDIS_SENTINEL_HOSTS"] {
            is_refused(name, &cachectl.args(["config", "show"]).env(name, &address).run());
        }
    }
    is_nowhere_below(cachectl.directory());
}

/// Ways to write an address into a configuration.
fn configurations(address: &str) -> Vec<String> {
    let quoted = address.replace('\'', "''");
    vec![
        format!("contexts:\n  prod:\n    url: {address}\n"),
        format!("contexts:\n  prod:\n    url: '{quoted}'\n"),
        format!("contexts:\n  prod: {address}\n"),
        format!("contexts:\n  prod: {{ url: {address} }}\n"),
        format!("contexts:\n  prod:\n    sentinels:\n    - {address}\n"),
        format!("contexts:\n  prod:\n    sentinels: ['{quoted}']\n"),
        format!("contexts:\n  prod:\n    sentinels: {address}\n"),
        format!("contexts:\n  prod:\n    cluster: [ h, {address} ]\n"),
        format!("contexts:\n  prod:\n    cluster:\n    - '{quoted}'\n"),
        format!("contexts:\n  prod:\n    {address}\n"),
        format!("contexts:\n  {address}: {{ url: h }}\n"),
    ]
}

/// Places of a configuration where no address belongs, which show what they object to otherwise.
fn misplaced(address: &str) -> Vec<String> {
    let quoted = address.replace('\'', "''");
    let places = [
        format!("contexts: {{ prod: {{ url: h, timeout: '{quoted}' }} }}\n"),
        format!("migrate: {{ on_conflict: '{quoted}' }}\n"),
        format!("health: {{ profile: '{quoted}' }}\n"),
        format!("default_context: '{quoted}'\n"),
    ];
    places.into_iter().filter(|_| is_recognised(address)).collect()
}

#[test]
fn malformed_addresses_of_a_configuration_are_not_repeated() {
    let cachectl = cachectl();
    let path = cachectl.directory().join("cachectl.yaml");
    for address in malformed() {
        for text in configurations(&address).into_iter().chain(misplaced(&address)) {
            fs::write(&path, &text).unwrap();
            let run = cachectl.args(["config", "check"]).run();
            is_kept(&text, run.stderr());
            is_kept(&text, run.stdout());
        }
    }
}

#[test]
fn malformed_addresses_are_not_served() {
    let cachectl = cachectl();
    let path = cachectl.directory().join("cachectl.yaml");
    let server = Server::start();
    let good =
        format!("contexts: {{ prod: {{ url: '{}' }} }}\ndefault_context: prod\n", server.url());
    fs::write(&path, &good).unwrap();
    let serving = Serving::start(&cachectl, &[]);
    assert_eq!(serving.page("/readyz"), "ready\n");
    for address in malformed() {
        let query: Vec<String> = address.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let probe = serving.get(&format!("/probe?target={}", query.concat()), &[]);
        assert_eq!(probe.status, 400, "{probe:?}");
        is_kept(&address, &probe.body);
        let quoted = address.replace('\'', "''");
        fs::write(&path, format!("contexts: {{ prod: {{ url: '{quoted}' }} }}\n")).unwrap();
        for page in ["/healthz", "/probe?target=prod", "/readyz", "/"] {
            is_kept(&address, &serving.get(page, &[]).body);
        }
    }
    is_kept("log", &serving.running.stderr_so_far());
}

/// A peer that repeats the password, and gives orders to terminals and to CI, in everything that
/// it says.
fn gossip() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || talk(stream));
        }
    });
    format!("redis://ops:{SECRET}@{address}")
}

const ORDERS: &str = "\u{1b}[31m\u{9b}31m\u{202e}";

fn talk(stream: TcpStream) -> Option<()> {
    let mut input = BufReader::new(stream.try_clone().ok()?);
    let mut stream = stream;
    let mut line = String::new();
    loop {
        let words = command(&mut input, &mut line)?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let answer = match words.as_slice() {
            ["HELLO" | "AUTH" | "SELECT" | "CLIENT", ..] => "+OK\r\n".to_owned(),
            ["PING", ..] => "+PONG\r\n".to_owned(),
            ["INFO", ..] => {
                let info = format!(
                    "# Server\r\nredis_version:7.0.0-{SECRET}{ORDERS}\r\nredis_mode:standalone\r\n\
                     run_id:{SECRET}\r\nos:{SECRET}\r\nrole:master{SECRET}\r\nloading:0\r\n\
                     maxmemory_policy:{SECRET}{ORDERS}\r\nmaster_replid:{SECRET}\r\n"
                );
                format!("${}\r\n{info}\r\n", info.len())
            }
            _ => format!("-ERR what is {SECRET}? ::error::{SECRET}{ORDERS}\r\n"),
        };
        stream.write_all(answer.as_bytes()).ok()?;
    }
}

/// Reads a command.
fn command(input: &mut impl BufRead, line: &mut String) -> Option<Vec<String>> {
    let mut number = |sign: char| {
        line.clear();
        input.read_line(line).ok().filter(|read| *read > 0)?;
        let number: usize = line.trim_end().strip_prefix(sign)?.parse().ok()?;
        Some(number)
    };
    let count = number('*')?;
    let mut words = Vec::new();
    for _ in 0..count {
        line.clear();
        input.read_line(line).ok()?;
        let length: usize = line.trim_end().strip_prefix('$')?.parse().ok()?;
        let mut word = vec![0; length + 2];
        input.read_exact(&mut word).ok()?;
        word.truncate(length);
        words.push(String::from_utf8_lossy(&word).to_uppercase());
    }
    Some(words)
}

#[test]
fn what_a_server_repeats_is_hidden_and_gives_no_orders() {
    let url = gossip();
    let cachectl = cachectl().env("REDIS_URL", &url);
    let user = cachectl.env("CACHECTL_USER", "ops");
    let case = |line: &str| {
        let run = user.args(line.split(' ').map(|word| word.replace('+', " "))).run();
        for text in [run.stdout(), run.stderr()] {
            is_kept(line, text);
            let obeyed = text.chars().find(|it| it.is_control() && *it != '\n');
            assert_eq!(obeyed, None, "{line}: {text:?}");
            let order = text.lines().find(|line| line.starts_with("::error::"));
            assert_eq!(order, None, "{line}: {text:?}");
        }
        assert!(run.code().is_some(), "{line}: {run}");
    };
    for format in ["human", "json", "nagios", "prometheus", "junit", "github"] {
        case(&format!("health -o {format} -v -v"));
    }
    case("health live -o json --deadline 1ms");
    case("health ready");
    case("migrate --rule a:*+=>+b:* --dry-run");
    case("migrate --rule a:*+=>+b:* --dry-run -o json -v -v");
    case("backup -o keys.rdb");
    case("diff - context:none");
    is_nowhere_below(user.directory());
    let serving = Serving::start(&user, &[]);
    for page in ["/metrics", "/healthz", "/readyz", "/livez", "/startupz", "/"] {
        is_kept(page, &serving.get(page, &[]).body);
    }
    is_kept("log", &serving.running.stderr_so_far());
}

#[test]
fn what_is_no_place_to_listen_is_not_repeated() {
    for text in [
        format!("http://u:{SECRET}@127.0.0.1"),
        format!("redis://u:{SECRET}"),
        format!("redis://127.0.0.1?password={SECRET}"),
    ] {
        let run = cachectl().args(["health", "serve", &text]).run().assert_code(64);
        is_kept(&text, run.stderr());
    }
}

/// Returns all commands with a flag or an argument that takes a value: the words before the value,
/// and those after it.
fn places(command: &clap::Command, path: &[String]) -> Vec<(Vec<String>, Vec<String>)> {
    // What holds everywhere is tried at one place.
    let is_here = |it: &&clap::Arg| !it.is_global_set() || path == ["health"];
    let own = command.get_arguments().filter(|it| it.get_action().takes_values()).filter(is_here);
    let own: Vec<&clap::Arg> = own.collect();
    let harmless = |it: &clap::Arg| {
        let values = it.get_possible_values();
        values.first().map_or("none.rdb".to_owned(), |value| value.get_name().to_owned())
    };
    let mut places = Vec::new();
    for wanted in &own {
        let others = own.iter().filter(|it| it.is_required_set() && it.get_id() != wanted.get_id());
        let (mut before, mut after) = (path.to_vec(), Vec::new());
        for other in others {
            let is_earlier = other.get_index() < wanted.get_index();
            let words = if is_earlier { &mut before } else { &mut after };
            words.extend(other.get_long().map(|name| format!("--{name}")));
            words.push(harmless(other));
        }
        before.extend(wanted.get_long().map(|name| format!("--{name}")));
        places.push((before, after));
    }
    for step in command.get_subcommands() {
        places.extend(places_of(step, path));
    }
    places
}

fn places_of(step: &clap::Command, path: &[String]) -> Vec<(Vec<String>, Vec<String>)> {
    places(step, &[path, &[step.get_name().to_owned()]].concat())
}

#[test]
fn an_address_given_where_something_else_is_meant_is_not_repeated() {
    let mut command = cachectl::command();
    command.build();
    let places = places(&command, &[]);
    assert!(places.len() > 120, "{}", places.len());
    let mut repeated = Vec::new();
    let shapes = [
        "u:PW@h:6379",
        "PW@h",
        "redis://h?password=PW",
        "redis://:PW@h/%zz",
        "h:6379?password=PW",
        "h:6379,Password=PW,ssl=True",
        "redis%3A%2F%2Fu%3APW%40h",
    ];
    for ((before, after), shape) in places.iter().zip(shapes.iter().cycle()) {
        for shape in [*shape, "ops:PW@db.internal"] {
            let value = shape.replace("PW", SECRET);
            let words = [before.as_slice(), &[value], after].concat();
            // A file of that name is one that is meant, and some of these write one.
            let run = cachectl().env("CACHECTL_CONNECT_TIMEOUT", "100ms").args(&words).run();
            let text = format!("{run}");
            // That is a file by then, of that name.
            let is_written = text.contains("wrote ");
            if text.contains(SECRET) && !is_written {
                repeated.push(format!("{} {shape}: {text}", before.join(" ")));
            }
        }
    }
    assert!(repeated.is_empty(), "{}", repeated.join("\n"));
}

#[test]
fn a_password_given_as_the_name_of_its_file_is_not_repeated() {
    let cachectl = cachectl();
    let file = format!("contexts: {{ it: {{ url: h, password_file: {SECRET} }} }}\n");
    fs::write(cachectl.directory().join("it.yaml"), file).unwrap();
    let flag = cachectl.args(["health", "--password-file", SECRET]);
    let variable = cachectl.args(["health"]).env("CACHECTL_PASSWORD_FILE", SECRET);
    let context = cachectl.args(["--config", "it.yaml", "-C", "it", "health"]);
    let monitoring = cachectl.args(["health", "-o", "nagios", "--password-file", SECRET]);
    let users = cachectl.args(["health", "serve", "127.0.0.1:0", "--web-auth-file", SECRET]);
    is_kept("--web-auth-file", &format!("{}", users.run().assert_code(65)));
    let show = cachectl.args(["config", "show"]).env("CACHECTL_PASSWORD_FILE", SECRET);
    is_kept("config show", &format!("{}", show.run().assert_success()));
    for (run, code, by) in [
        (flag, 78, "--password-file"),
        (variable, 78, "CACHECTL_PASSWORD_FILE"),
        (context, 78, "context it in it.yaml"),
        (monitoring, 3, "--password-file"),
    ] {
        let run = run.run().assert_code(code);
        let text = format!("{run}");
        is_kept(by, &text);
        assert!(
            text.contains(&format!("the password file that {by} names does not exist")),
            "{run}"
        );
    }
}

#[test]
fn what_was_understood_is_shown_whatever_it_looks_like() {
    let server = Server::start().with_keys("a:*", 3);
    let cachectl = cachectl().server(&server);
    let run = cachectl.args(["backup", "--out", "eu:prod@1.rdb"]).run().assert_success();
    assert!(run.stdout().contains("backed up 3 keys to eu:prod@1.rdb"), "{run}");
    let file = ["backup", "--out", "eu:prod@2.rdb", "--output", "json"];
    assert!(cachectl.args(file).run().assert_success().stdout().contains("\"eu:prod@2.rdb\""));
    let user = cachectl.args(["health", "acl", "--name", "mon@corp"]).run().assert_success();
    assert!(user.stdout().contains("ACL SETUSER mon@corp "), "{user}");
}
