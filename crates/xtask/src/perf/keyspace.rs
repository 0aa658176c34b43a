//! The keys that are renamed, and the commands about them.

use std::io::{self, Write};

use cachectl_testkit::{Server, Value};

use super::pipe;

/// What the old and the new names begin with; a number follows.
pub(super) const OLD: &str = "doc_state_";
pub(super) const NEW: &str = "doc:state:";

/// The rule for cachectl that leads from one to the other.
pub(super) const RULE: &str = "doc_state_{id} => doc:state:{id}";

const VALUE: [u8; 100] = [b'x'; 100];

/// Makes `count` string keys the only keys of the server, under their old names.
pub(super) fn load(server: &Server, count: u32) -> io::Result<()> {
    server.try_command(&["FLUSHALL"]).map_err(io::Error::other)?;
    pipe::send(server.socket(), count, |out| {
        for number in 0..count {
            let name = format!("{OLD}{number}");
            write_command(out, &[b"SET", name.as_bytes(), &VALUE])?;
        }
        Ok(())
    })
}

/// Writes the commands that give all keys their new names.
pub(super) fn write_renames(out: &mut dyn Write, count: u32) -> io::Result<()> {
    for number in 0..count {
        let (old, new) = (format!("{OLD}{number}"), format!("{NEW}{number}"));
        write_command(out, &[b"RENAMENX", old.as_bytes(), new.as_bytes()])?;
    }
    Ok(())
}

/// Writes a command as it goes over the wire.
pub(super) fn write_command(out: &mut dyn Write, words: &[&[u8]]) -> io::Result<()> {
    write!(out, "*{}\r\n", words.len())?;
    for word in words {
        write!(out, "${}\r\n", word.len())?;
        out.write_all(word)?;
        out.write_all(b"\r\n")?;
    }
    Ok(())
}

/// Checks that every key went to its new name; the names themselves by sample.
pub(super) fn check(server: &Server, count: u32) -> Result<(), String> {
    for number in sample(server, count)? {
        let exists =
            |start: &str| integer(server, &["EXISTS".to_owned(), format!("{start}{number}")]);
        if (exists(OLD)?, exists(NEW)?) != (0, 1) {
            return Err(format!("`{OLD}{number}` was not renamed"));
        }
    }
    Ok(())
}

/// Checks how many keys there are, and returns the numbers of a sample of them.
pub(super) fn sample(server: &Server, count: u32) -> Result<impl Iterator<Item = u32>, String> {
    // Migrations leave a marker, which is no key of theirs.
    let size = server.data_size();
    if size != i64::from(count) {
        return Err(format!("there are {size} keys where {count} should be"));
    }
    let step = usize::try_from(count / 100).unwrap_or_default().max(1);
    Ok((0..count).step_by(step))
}

/// Returns the number that the server answers.
pub(super) fn integer(server: &Server, command: &[String]) -> Result<i64, String> {
    match server.try_command(command).map_err(|error| error.to_string())? {
        Value::Int(number) => Ok(number),
        other => Err(format!("the server answered {other:?} to {command:?}")),
    }
}

#[cfg(test)]
mod tests {
    use cachectl_testkit::Server;

    use super::{check, load, write_renames};
    use crate::perf::pipe;

    #[test]
    fn what_is_loaded_is_checked_after_renaming() {
        let server = Server::start();
        load(&server, 1_000).unwrap();
        assert_eq!(server.number(&["STRLEN", "doc_state_999"]), 100);
        assert_eq!(check(&server, 1_000).unwrap_err(), "`doc_state_0` was not renamed");

        pipe::send(server.socket(), 1_000, |out| write_renames(out, 1_000)).unwrap();
        check(&server, 1_000).unwrap();

        load(&server, 10).unwrap();
        assert_eq!(server.number(&["DBSIZE"]), 10);
    }
}
