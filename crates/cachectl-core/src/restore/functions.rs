//! Libraries of functions: which of them servers have, and loading them.

use tokio::sync::mpsc;

use super::{
    Error, Functions, OnConflict, Options,
    report::{Libraries, LibraryFailure, Preview},
};
use crate::{
    server::{self, deployment::Deployment, node::Node},
    steps::blocking,
    values::key::Key,
    vocabulary::control::Control,
};

/// What a server says of a library of that name when it is to be loaded.
const EXISTS: &str = "already exists";

/// Returns the name that the first line of a library's code gives it: `#!lua name=mylib`.
pub(super) fn name(code: &[u8]) -> Option<&[u8]> {
    let line = code.split(|byte| *byte == b'\n').next()?;
    let mut words = line.strip_prefix(b"#!")?.split(u8::is_ascii_whitespace);
    words.find_map(|word| word.strip_prefix(b"name="))
}

/// Which of the libraries of a file servers have, or that one of them has no functions at all.
#[derive(Debug)]
pub(super) enum Looked {
    Taken(Vec<Key>),
    /// The server, which is too old.
    NoFunctions(Box<Node>),
}

/// Asks every primary which of these libraries it has.
pub(super) async fn look(deployment: &Deployment, names: &[Key]) -> Result<Looked, server::Error> {
    let mut taken = Vec::new();
    for node in deployment.primaries() {
        for name in names {
            let arguments: [&[u8]; 3] = [b"LIST", b"LIBRARYNAME", name.as_bytes()];
            let reply = node.connection.ask("FUNCTION", &arguments).await?;
            match reply.refusal() {
                Some(refusal) if refusal.is_unknown_command() => {
                    return Ok(Looked::NoFunctions(Box::new(node.clone())));
                }
                Some(refusal) => return Err(node.connection.refused("FUNCTION LIST", refusal)),
                None => {}
            }
            let is_there = reply.into_elements().is_some_and(|found| !found.is_empty());
            if is_there && !taken.contains(name) {
                taken.push(name.clone());
            }
        }
    }
    Ok(Looked::Taken(taken))
}

/// Loads the libraries of the file on every primary, if that is wanted.
pub(super) async fn load(
    deployment: &Deployment,
    options: &Options,
    preview: &Preview,
    control: &Control<'_>,
) -> Result<Libraries, Error> {
    let mut libraries = Libraries::default();
    if options.functions == Functions::LeaveOut || preview.functions == 0 {
        return Ok(libraries);
    }
    let (sender, mut receiver) = mpsc::channel(1);
    let (file, most) = (options.file.clone(), preview.functions);
    let reading = blocking::begin(move || {
        let mut source = file.open()?;
        let mut found = 0;
        while found < most
            && let Some(record) = source.record()?
        {
            let cachectl_rdb::Record::Function(code) = record else { continue };
            found += 1;
            if sender.blocking_send(code.to_vec()).is_err() {
                break;
            }
        }
        Ok::<_, Error>(())
    });
    while let Some(code) = receiver.recv().await {
        if control.is_cancelled() {
            break;
        }
        load_one(deployment, &code, options.on_conflict, &mut libraries).await?;
    }
    drop(receiver);
    reading.end().await??;
    Ok(libraries)
}

async fn load_one(
    deployment: &Deployment,
    code: &[u8],
    on_conflict: OnConflict,
    libraries: &mut Libraries,
) -> Result<(), Error> {
    let mut refused = None;
    for node in deployment.primaries() {
        let reply = match on_conflict {
            OnConflict::Abort | OnConflict::Skip => {
                node.connection.ask("FUNCTION", &[b"LOAD", code]).await?
            }
            OnConflict::Replace => {
                node.connection.ask("FUNCTION", &[b"LOAD", b"REPLACE", code]).await?
            }
        };
        refused = refused.or(reply.refusal());
    }
    match refused {
        None => libraries.loaded += 1,
        Some(refusal)
            if on_conflict == OnConflict::Skip
                && refusal.detail.starts_with("Library")
                && refusal.detail.contains(EXISTS) =>
        {
            libraries.skipped += 1;
        }
        Some(refusal) => libraries.failed.push(LibraryFailure {
            name: Key::from(name(code).unwrap_or_default()),
            reason: refusal.to_string(),
        }),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_named_in_its_first_line() {
        #[track_caller]
        fn case(code: &str, expected: Option<&str>) {
            assert_eq!(name(code.as_bytes()), expected.map(str::as_bytes));
        }

        case("#!lua name=mylib\nredis.register_function('f', f)", Some("mylib"));
        case("#!lua  name=a_1 \r\n", Some("a_1"));
        case("#!lua\nname=later", None);
        case("name=x", None);
        case("", None);
    }
}
