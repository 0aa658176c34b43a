//! Values said in ordinary commands, and read back.

use cachectl_core::{
    server::{connection::Connection, reply::Reply},
    steps::put::rewrite::Vocabulary,
};
use cachectl_rdb::{Dialect, Digest, Payload, Value};
use cachectl_testkit::{Server, keyspace::EveryEncoding, locate::Release};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use crate::bench::Bench;

/// Builds a value up under a name, and returns the digest of what came of it.
async fn say(connection: &Connection, dialect: Dialect, value: &Value<'_>) -> Digest {
    connection.demand("DEL", &[b"copy"]).await.unwrap();
    for batch in Vocabulary::of(dialect).say(value, b"copy") {
        let replies = connection.send(batch).await.unwrap();
        let refusal = replies.iter().find_map(Reply::refusal);
        assert_eq!(refusal, None, "{value:?}");
    }
    let dump = connection.demand("DUMP", &[b"copy"]).await.unwrap().into_bytes().unwrap();
    Payload::parse(&dump).unwrap().value().digest().unwrap()
}

fn dialect(release: Release) -> Dialect {
    let (product, major, minor) = match release {
        Release::Redis62 => ("redis", 6, 2),
        Release::Redis70 => ("redis", 7, 0),
        Release::Valkey81 => ("valkey", 8, 1),
        Release::Valkey91 => ("valkey", 9, 1),
    };
    Dialect::of_server(product, major, minor).unwrap()
}

#[test]
fn every_type_in_every_encoding_can_be_said_in_commands() {
    for release in Release::ALL {
        let server = Server::builder().release(release).start();
        let specimens = EveryEncoding::new(23).load(&server);
        let bench = Bench::new();
        for database in 0..=specimens.iter().map(|specimen| specimen.db).max().unwrap() {
            let deployment = bench.open(&server.url_of_db(database));
            let connection = &deployment.primaries().first().unwrap().connection;
            for specimen in specimens.iter().filter(|specimen| specimen.db == database) {
                bench.runtime.block_on(async {
                    let key = &specimen.key;
                    let dump = connection.demand("DUMP", &[key]).await.unwrap();
                    let dump = dump.into_bytes().unwrap();
                    let value = Payload::parse(&dump).unwrap().value().decode().unwrap();
                    let digest = say(connection, dialect(release), &value).await;
                    let shown = key.escape_ascii();
                    assert_eq!(digest, Digest::of(&value), "{release}: `{shown}`");
                });
            }
        }
    }
}

/// Commands that make a value of any type under the name `key`, of elements that strangers chose.
fn commands() -> impl Strategy<Value = Vec<Vec<Vec<u8>>>> {
    let bytes = || {
        prop_oneof![
            any::<i64>().prop_map(|number| number.to_string().into_bytes()),
            prop::collection::vec(any::<u8>(), 0..12),
            (any::<u8>(), 1_usize..300).prop_map(|(byte, count)| vec![byte; count]),
        ]
    };
    let elements = move || prop::collection::vec(bytes(), 1..60);
    let command = |name: &str, rest: Vec<Vec<u8>>| -> Vec<Vec<u8>> {
        [name.as_bytes().to_vec(), b"key".to_vec()].into_iter().chain(rest).collect()
    };
    let pairs = move || prop::collection::vec((bytes(), bytes()), 1..40);
    let score = prop_oneof![
        any::<f64>().prop_filter("a number", |score| !score.is_nan()),
        Just(f64::INFINITY),
        (-1_000_i32..1_000).prop_map(f64::from),
    ];
    let scored = prop::collection::vec((score, bytes()), 1..60);
    prop_oneof![
        bytes().prop_map(move |value| vec![command("SET", vec![value])]),
        elements().prop_map(move |elements| vec![command("RPUSH", elements)]),
        elements().prop_map(move |elements| vec![command("SADD", elements)]),
        pairs().prop_map(move |pairs| {
            vec![command(
                "HSET",
                pairs.into_iter().flat_map(|(name, value)| [name, value]).collect(),
            )]
        }),
        scored.prop_map(move |members| {
            let members = members.into_iter();
            let flat =
                members.flat_map(|(score, member)| [format!("{score}").into_bytes(), member]);
            vec![command("ZADD", flat.collect())]
        }),
        (prop::collection::vec(pairs(), 1..20), 0_usize..20)
            .prop_map(move |(entries, read)| { stream(entries, read) }),
    ]
}

/// A stream with a group that has read some of the entries, of which the first is deleted.
fn stream(entries: Vec<Vec<(Vec<u8>, Vec<u8>)>>, read: usize) -> Vec<Vec<Vec<u8>>> {
    let text = |words: &[&str]| words.iter().map(|word| word.as_bytes().to_vec()).collect();
    let mut commands: Vec<Vec<Vec<u8>>> = Vec::new();
    for (number, pairs) in (1..).zip(entries) {
        let mut add: Vec<Vec<u8>> = text(&["XADD", "key", &format!("{number}-7")]);
        add.extend(pairs.into_iter().flat_map(|(name, value)| [name, value]));
        commands.push(add);
    }
    commands.push(text(&["XGROUP", "CREATE", "key", "group", "0"]));
    if read > 0 {
        let count = read.to_string();
        let read =
            ["XREADGROUP", "GROUP", "group", "consumer", "COUNT", &count, "STREAMS", "key", ">"];
        commands.push(text(&read));
        commands.push(text(&["XDEL", "key", "1-7"]));
    }
    commands
}

#[test]
fn arbitrary_values_come_back_from_commands_as_they_were() {
    for release in Release::ALL {
        let server = Server::builder().release(release).start();
        let bench = Bench::new();
        let deployment = bench.open(&server.url());
        let connection = &deployment.primaries().first().unwrap().connection;
        let config = Config { cases: 64, failure_persistence: None, ..Config::default() };
        let checked = TestRunner::new(config).run(&commands(), |commands| {
            server.command(&["DEL", "key"]);
            for command in &commands {
                server.command(command);
            }
            bench.runtime.block_on(async {
                let dump = connection.demand("DUMP", &[b"key"]).await.unwrap();
                let dump = dump.into_bytes().unwrap();
                let value = Payload::parse(&dump).unwrap().value().decode().unwrap();
                let digest = say(connection, dialect(release), &value).await;
                prop_assert_eq!(digest, Digest::of(&value));
                Ok(())
            })
        });
        checked.unwrap();
    }
}
