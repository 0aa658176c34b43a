//! The servers that the tests run against.

use cachectl_rdb::{Payload, RawValue, Version, payload};
use cachectl_testkit::server::Builder;
use cachectl_testkit::{Batch, Release, Server, Value as Answer};

use crate::answers::Reply as _;

/// Starts one server of every release, and the one that would be used anyway if it is another.
pub(crate) fn all() -> Vec<Server> {
    started(Server::builder)
}

/// Starts the same servers, which look closely at what they are given to restore.
pub(crate) fn sanitising() -> Vec<Server> {
    started(|| Server::builder().config("sanitize-dump-payload", "yes"))
}

fn started(builder: fn() -> Builder) -> Vec<Server> {
    let mut servers: Vec<Server> =
        Release::ALL.map(|release| builder().release(release).start()).into();
    let usual = builder().start();
    if Release::of(usual.installation()).is_none() {
        servers.push(usual);
    }
    servers
}

/// Names a server in the message of a failing test.
pub(crate) fn name(server: &Server) -> String {
    let installation = server.installation();
    format!("{} {:?}", installation.flavour(), installation.version())
}

/// Changes settings.
#[track_caller]
pub(crate) fn configure(server: &Server, settings: &[(&str, &str)]) {
    for (name, value) in settings {
        let answer = server.command(&["CONFIG", "SET", name, value]);
        assert_eq!(answer, Answer::Okay, "{name} {value}");
    }
}

/// Runs commands written as texts with spaces between the words.
#[track_caller]
pub(crate) fn run(server: &Server, commands: &[&str]) {
    let mut batch = Batch::new();
    for command in commands {
        batch.push(&command.split(' ').collect::<Vec<_>>());
    }
    for (command, answer) in commands.iter().zip(server.pipeline(&batch)) {
        assert!(!matches!(answer, Answer::ServerError(_)), "{command}: {answer:?}");
    }
}

/// Returns what `DUMP` answers.
#[track_caller]
pub(crate) fn dump(server: &Server, key: impl AsRef<[u8]>) -> Vec<u8> {
    server.command(&[b"DUMP", key.as_ref()]).bytes()
}

/// Stores a value as it is, and returns what the server answers.
pub(crate) fn restore(server: &Server, key: &str, payload: &[u8]) -> Answer {
    server.command(&[b"RESTORE".as_slice(), key.as_bytes(), b"0", payload, b"REPLACE"])
}

/// Makes a payload of a type byte and what follows it.
pub(crate) fn sealed(version: Version, value: &[u8]) -> Vec<u8> {
    let mut payload = value.to_vec();
    payload::seal(&mut payload, version);
    payload
}

/// Returns the version of the format that the server writes.
pub(crate) fn version(server: &Server) -> Version {
    let key = "version of the format";
    run(server, &["SELECT 0"]);
    server.command(&["SET", key, ""]);
    let payload = dump(server, key);
    server.command(&["DEL", key]);
    Payload::parse(&payload).unwrap().version()
}

/// Returns the value in a payload.
#[track_caller]
pub(crate) fn value(payload: &[u8]) -> RawValue<'_> {
    Payload::parse(payload).unwrap().value()
}
