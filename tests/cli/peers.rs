//! Servers that name others: how many, and where a password follows.

pub(crate) mod liar;

use std::{
    fmt::Write as _,
    fs,
    io::{BufReader, Read as _, Write as _},
    net::{Ipv4Addr, TcpListener},
    os::unix::net::UnixStream,
};

use cachectl_testkit::Server;

use self::liar::{Liar, array, bulk, is, slots};
use crate::cachectl;

/// More nodes than any cluster has.
const LEGION: usize = 20_000;

/// Returns `CLUSTER NODES` with one node of its own and others by name.
fn nodes(port: u16, others: usize) -> String {
    let mut text = format!(
        "{:040x} 127.0.0.1:{port}@{} myself,master - 0 0 1 connected 0-16383\n",
        0,
        port.wrapping_add(10_000)
    );
    for number in 1..=others {
        writeln!(
            text,
            "{number:040x} node-{number}.cache.invalid:7000@17000 slave {:040x} 0 0 1 connected",
            0
        )
        .unwrap();
    }
    text
}

#[test]
fn a_node_that_lists_twenty_thousand_others_ends_nothing() {
    let liar = Liar::start(|port| {
        let nodes = bulk(&nodes(port, LEGION));
        move |command: &[String]| is(command, &["CLUSTER", "NODES"]).then(|| nodes.clone())
    });
    let cachectl = cachectl().url(liar.url());
    for format in ["human", "json", "prometheus"] {
        let arguments = ["health", "--deadline", "20s", "-o", format];
        let run = cachectl.args(arguments).run().assert_code(2);
        let said = run.stdout();
        assert!(said.len() < 100_000, "{} bytes", said.len());
        if format != "prometheus" {
            assert!(said.contains("it lists 20001 nodes, and at most 1000 are looked at"), "{run}");
        }
    }
}

#[test]
fn words_of_a_server_that_never_end_are_cut() {
    let long = "x".repeat(1_000_000);
    let info = bulk(&format!("redis_version:{long}\r\nrole:master\r\ncluster_enabled:1\r\n"));
    let (state, refusal) = (bulk(&format!("cluster_state:{long}\r\n")), format!("-ERR {long}\r\n"));
    let liar = Liar::start(move |_| {
        move |command: &[String]| match () {
            () if is(command, &["INFO"]) => Some(info.clone()),
            () if is(command, &["CLUSTER", "INFO"]) => Some(state.clone()),
            () => Some(refusal.clone()),
        }
    });
    for format in ["human", "json", "prometheus", "nagios", "junit", "github"] {
        let run = cachectl().url(liar.url()).args(["health", "-v", "-o", format]).run();
        let (code, length) = (run.code(), run.stdout().len() + run.stderr().len());
        assert!(code == Some(2) || code == Some(1), "{format}: {code:?}");
        assert!((1..100_000).contains(&length), "{format}: {length} bytes");
    }
}

#[test]
fn a_cluster_of_more_primaries_than_there_can_be_is_refused() {
    let liar = Liar::start(|port| {
        let one = |slot: u16| slots(slot, slot, &format!("node-{slot}.cache.invalid"), 7000);
        let others: Vec<_> = (0..1_000).map(one).collect();
        let rest = slots(1_000, 16_383, "127.0.0.1", port);
        let all = array(&[others, vec![rest]].concat());
        move |command: &[String]| is(command, &["CLUSTER", "SLOTS"]).then(|| all.clone())
    });
    let arguments = ["migrate", "plan", "--out", "p.plan", "--rule", "a{x} => b{x}"];
    let run = cachectl().url(liar.url()).args(arguments).run().assert_code(69);
    assert!(run.stderr().contains("names more than 1000 primaries"), "{run}");
}

/// Binds a port that no such server uses, and is near to none that one of them has.
fn port_of_others() -> TcpListener {
    let listener =
        (8_000..9_900).find_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok());
    let listener = listener.unwrap();
    listener.set_nonblocking(true).unwrap();
    listener
}

/// A node that names itself, and another one for half of the slots.
fn naming(host: &str, port: u16) -> Liar {
    let host = host.to_owned();
    Liar::start(move |own| {
        let halves = [slots(0, 8_191, "127.0.0.1", own), slots(8_192, 16_383, &host, port)];
        let nodes = nodes(own, 0)
            + &format!("{:040x} {host}:{port}@1 master - 0 0 1 connected 8192-16383\n", 1);
        move |command: &[String]| match () {
            () if is(command, &["CLUSTER", "SLOTS"]) => Some(array(&halves)),
            () if is(command, &["CLUSTER", "NODES"]) => Some(bulk(&nodes)),
            () => None,
        }
    })
}

#[test]
fn passwords_do_not_follow_where_a_node_must_not_lead() {
    let others = port_of_others();
    let port = others.local_addr().unwrap().port();
    let liar = naming("127.0.0.1", port);
    let cachectl = cachectl().url(liar.url()).env("CACHECTL_PASSWORD", "s3cret");
    let commands: [&[&str]; 3] = [
        &["migrate", "plan", "--out", "p.plan", "--rule", "a{x} => b{x}"],
        &["backup", "--out", "b.rdb"],
        &["health", "--deadline", "20s"],
    ];
    for command in commands {
        let run = cachectl.args(command).run();
        let said = run.stdout().to_owned() + run.stderr();
        assert!(said.contains(&format!("will not log in to `127.0.0.1:{port}`")), "{said}");
        assert!(said.contains(&format!("`{}` names it", liar.address())), "{said}");
        let line = format!("`trusted_peers: [\"127.0.0.1:{port}\"]`");
        assert!(said.contains(&line), "{said}");
        let refused = if command[0] == "health" { 2 } else { 77 };
        assert_eq!(run.code(), Some(refused), "{run}");
    }
    assert!(others.accept().is_err(), "somebody has connected");
}

#[test]
fn a_line_of_the_configuration_lets_passwords_follow() {
    let others = port_of_others();
    let port = others.local_addr().unwrap().port();
    let liar = naming("127.0.0.1", port);
    let cachectl = cachectl();
    let line = format!("url: '{}', trusted_peers: ['127.0.0.1:{port}']", liar.url());
    fs::write(
        cachectl.directory().join("cachectl.yaml"),
        format!("contexts: {{ trusting: {{ {line} }} }}\n"),
    )
    .unwrap();
    let peer = format!("127.0.0.1:{port}");
    let by_variable = cachectl.clone().url(liar.url()).env("CACHECTL_TRUSTED_PEERS", &peer);
    let by_flag = cachectl.clone().url(liar.url());
    let runs = [
        cachectl.args(["-C", "trusting", "health", "--deadline", "1s"]).run(),
        by_variable.args(["health", "--deadline", "1s"]).run(),
        by_flag.args(["--trusted-peer", &peer, "health", "--deadline", "1s"]).run(),
    ];
    for run in runs {
        assert!(!format!("{run}").contains("will not log in"), "{run}");
        assert!(others.accept().is_ok(), "nobody has connected: {run}");
    }
}

/// A sentinel that names a primary.
fn sentinel(port: u16) -> Liar {
    let answer = array(&[bulk("127.0.0.1"), bulk(&port.to_string())]);
    Liar::start(move |_| {
        move |command: &[String]| is(command, &["SENTINEL"]).then(|| answer.clone())
    })
}

#[test]
fn a_sentinel_alone_leads_nobody_astray() {
    let server = Server::builder().password("s3cret").tcp().start();
    server.command(&["SET", "key", "value"]);
    let thief = Liar::start(|_| |_: &[String]| None);
    let thief_port = thief.address().rsplit_once(':').unwrap().1.parse().unwrap();
    let watching = [sentinel(thief_port), sentinel(server.port()), sentinel(server.port())];
    let addresses = watching.each_ref().map(Liar::address);
    let cachectl = cachectl().env("CACHECTL_PASSWORD", "s3cret");
    let through = |addresses: &[&String], command: &[&str]| {
        let flags = addresses.iter().flat_map(|it| ["--sentinel", it.as_str()]);
        cachectl.args(flags.chain(command.iter().copied())).run()
    };
    let [rogue, first, second] = &addresses;
    // Nobody listens there.
    let silent = ["127.0.0.1:1".to_owned(), "127.0.0.1:2".to_owned()];
    let run = through(&[rogue, first, second], &["backup", "--out", "b.rdb"]).assert_success();
    assert!(format!("{run}").contains("1 key"), "{run}");
    let run = through(&[rogue, first, second], &["health", "ready", "--deadline", "20s"]);
    assert!(run.assert_success().stdout().contains(&server.port().to_string()));
    // Those that do not answer count.
    let run =
        through(&[rogue, &silent[0], &silent[1]], &["backup", "--out", "c.rdb"]).assert_code(69);
    assert!(run.stderr().contains("1 of 3 sentinels answer, and no address is named"), "{run}");
    assert!(run.stderr().contains("name only those that are there"), "{run}");
    // Health looks at the one that is named, and gives it no password.
    let lone = [first, &silent[0], &silent[1]];
    let run = through(&lone, &["health", "live", "--deadline", "20s"]).assert_success();
    assert!(run.stdout().contains("NOAUTH"), "{run}");
    let run = through(&lone, &["health", "ready", "--deadline", "20s"]).assert_code(1);
    assert!(run.stdout().contains("NOAUTH"), "{run}");
    // One that is given twice has one vote.
    let run = through(&[rogue, rogue, first], &["backup", "--out", "c.rdb"]).assert_code(69);
    assert!(run.stderr().contains("2 of 2 sentinels answer, and no address is named"), "{run}");
    // Where they do not agree, nobody is right.
    let run = through(&[rogue, first], &["backup", "--out", "c.rdb"]).assert_code(69);
    assert!(run.stderr().contains("no address is named by most of all"), "{run}");
    let run = through(&[rogue, first], &["health", "ready", "--deadline", "20s"]);
    assert!(run.assert_code(1).stdout().contains("no primary is named by most of the sentinels"));
    assert_eq!(thief.heard(), [[""; 0]; 0]);
}

/// Has a server answer, over a connection of its own.
fn forwarded(server: &Server, command: &[String]) -> String {
    let stream = UnixStream::connect(server.socket()).unwrap();
    let words: Vec<String> = command.iter().map(|word| bulk(word)).collect();
    let end = bulk("the end");
    let asked = array(&words) + &array(&[bulk("ECHO"), end.clone()]);
    (&stream).write_all(asked.as_bytes()).unwrap();
    let mut stream = BufReader::new(stream);
    let mut answer = Vec::new();
    while !answer.ends_with(end.as_bytes()) {
        let mut part = [0];
        stream.read_exact(&mut part).unwrap();
        answer.extend(part);
    }
    answer.truncate(answer.len() - end.len());
    String::from_utf8(answer).unwrap()
}

#[test]
fn only_a_server_that_says_so_has_restored_a_key() {
    let source = Server::start().with_keys("k:*", 10);
    let file = source.save();
    for answer in [":0\r\n", "$-1\r\n", "*0\r\n", "+QUEUED\r\n", "$2\r\nno\r\n"] {
        let server = Server::start();
        let liar = Liar::start(move |_| {
            move |command: &[String]| {
                let is_restore = is(command, &["RESTORE"]);
                Some(if is_restore { answer.to_owned() } else { forwarded(&server, command) })
            }
        });
        let run = cachectl().url(liar.url()).args(["restore", "--yes"]).arg(&file).run();
        assert!(run.code().is_some_and(|code| code > 1), "{answer:?}: {run}");
        assert!(run.stdout().contains("answered `RESTORE` with something unexpected"), "{run}");
    }
}
