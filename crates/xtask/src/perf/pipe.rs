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

/// Reads `count` replies of one line each.
fn count_replies(mut replies: impl Read, count: u32) -> io::Result<()> {
    let mut chunk = [0; CHUNK];
    let mut previous = b'\n';
    let mut left = count;
    while left > 0 {
        let length = replies.read(&mut chunk)?;
        if length == 0 {
            return Err(io::Error::other(format!("the server left {left} commands unanswered")));
        }
        for &byte in chunk.iter().take(length) {
            if previous == b'\n' && byte == b'-' {
                return Err(io::Error::other("the server answered with an error"));
            }
            left -= u32::from(byte == b'\n');
            previous = byte;
        }
    }
    Ok(())
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
