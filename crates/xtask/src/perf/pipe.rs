//! Sending commands as fast as a server takes them: one thread writes, one counts the replies.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::thread;

use crate::failure::Failure;

/// As much as `redis-cli --pipe` reads and writes at a time.
const CHUNK: usize = 16 * 1024;

/// Send a file of commands, for measurements where there is no redis-cli
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The server's socket
    socket: PathBuf,
    /// The commands, as they go over the wire
    file: PathBuf,
    /// How many there are
    count: u32,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let mut file = File::open(&args.file).map_err(Failure::other)?;
    let copied = send(&args.socket, args.count, |out| io::copy(&mut file, out).map(|_| ()));
    copied.map_err(Failure::other)
}

/// Writes a file of commands that are sent later.
pub(super) fn write_file<W>(path: &Path, write: W) -> io::Result<()>
where
    W: FnOnce(&mut dyn Write) -> io::Result<()>,
{
    let mut out = BufWriter::new(File::create(path)?);
    write(&mut out)?;
    out.flush()?;
    // What is not on the disk yet would go there during the first measurement.
    out.get_ref().sync_all()
}

/// Has `write` write `count` commands, and waits until the server has answered all of them.
///
/// An error that the server answers is an error.
pub(super) fn send<W>(socket: &Path, count: u32, write: W) -> io::Result<()>
where
    W: FnOnce(&mut dyn Write) -> io::Result<()>,
{
    let stream = UnixStream::connect(socket)?;
    let replies = stream.try_clone()?;
    thread::scope(|scope| {
        let counting = scope.spawn(move || count_replies(replies, count));
        let mut out = BufWriter::with_capacity(CHUNK, &stream);
        let written = write(&mut out).and_then(|()| out.flush());
        if written.is_err() {
            // Nobody would answer what was not sent.
            stream.shutdown(Shutdown::Both).ok();
        }
        let counted = counting.join().map_err(|_| io::Error::other("counting replies failed"))?;
        written.and(counted)
    })
}

/// Reads `count` replies of one line, or of one string.
fn count_replies(mut replies: impl Read, count: u32) -> io::Result<()> {
    let mut chunk = [0; CHUNK];
    let mut line = Line::default();
    // What is left of a string, with the end of its line.
    let mut string = 0;
    let mut left = count;
    while left > 0 {
        let length = replies.read(&mut chunk)?;
        if length == 0 {
            return Err(io::Error::other(format!("the server left {left} commands unanswered")));
        }
        let mut rest = chunk.get(..length).unwrap_or_default();
        while let Some((&byte, more)) = rest.split_first() {
            if string > 0 {
                let skipped = string.min(rest.len());
                rest = rest.get(skipped..).unwrap_or_default();
                string -= skipped;
                left -= u32::from(string == 0);
                continue;
            }
            rest = more;
            if byte == b'\n' {
                string = std::mem::take(&mut line).string()?;
                left -= u32::from(string == 0);
            } else {
                line.add(byte);
            }
        }
    }
    Ok(())
}

/// A line that is being read: its first byte and the number behind that.
#[derive(Clone, Copy, Debug, Default)]
struct Line {
    kind: Option<u8>,
    number: Option<usize>,
}

impl Line {
    fn add(&mut self, byte: u8) {
        if self.kind.is_none() {
            self.kind = Some(byte);
        } else if byte.is_ascii_digit() {
            let digit = usize::from(byte - b'0');
            self.number = Some(self.number.unwrap_or(0).saturating_mul(10).saturating_add(digit));
        } else if byte == b'-' {
            // A string that is not there has the length -1.
            self.kind = Some(b'_');
        }
    }

    /// Returns how many bytes of a string follow, with the end of its line.
    fn string(self) -> io::Result<usize> {
        match self.kind {
            Some(b'-') => Err(io::Error::other("the server answered with an error")),
            Some(b'$') => Ok(self.number.unwrap_or(0).saturating_add(2)),
            _ => Ok(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use cachectl_testkit::Server;

    use super::{Args, run, send};

    #[test]
    fn errors_of_the_server_are_errors() {
        let server = Server::start();
        let outcome = send(server.socket(), 2, |out| out.write_all(b"PING\r\nNONSENSE\r\n"));
        assert_eq!(outcome.unwrap_err().to_string(), "the server answered with an error");
    }

    #[test]
    fn strings_are_one_reply_whatever_is_in_them() {
        let server = Server::start();
        let value = "-ERR\r\n$5\r\n:1\r\n".repeat(5_000);
        server.command(&["SET", "a", &value]);
        server.command(&["SET", "empty", ""]);
        let ask = b"GET a\r\nGET empty\r\nGET none\r\nDUMP a\r\nPTTL none\r\n";
        send(server.socket(), 5, |out| out.write_all(ask)).unwrap();
        let outcome =
            send(server.socket(), 6, |out| out.write_all(&[ask, &b"QUIT\r\n"[..]].concat()));
        outcome.unwrap();
    }

    #[test]
    fn missing_commands_do_not_hang() {
        let server = Server::start();
        let outcome = send(server.socket(), 2, |out| out.write_all(b"PING\r\nQUIT\r\n"));
        outcome.unwrap();
        let outcome = send(server.socket(), 3, |out| out.write_all(b"PING\r\nQUIT\r\n"));
        assert_eq!(outcome.unwrap_err().to_string(), "the server left 1 commands unanswered");
    }

    #[test]
    fn a_file_of_commands_is_sent() {
        let server = Server::start();
        let file = server.directory().join("commands");
        fs::write(&file, "SET a 1\r\nSET b 2\r\n").unwrap();
        run(&Args { socket: server.socket().to_owned(), file, count: 2 }).unwrap();
        assert_eq!(server.text(&["GET", "b"]), "2");
    }
}
