//! A peer that speaks the protocol and says what a test makes it say.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// What it answers to a command; nothing is an unknown command.
type Words = dyn Fn(&[String]) -> Option<String> + Send + Sync;

/// A peer that answers as a node of a cluster does, but for what a test makes it say.
pub(super) struct Liar {
    port: u16,
    closing: Arc<AtomicBool>,
}

impl Liar {
    /// Starts one that asks `words` first. They are told the port.
    pub(super) fn start<W>(words: impl FnOnce(u16) -> W) -> Self
    where
        W: Fn(&[String]) -> Option<String> + Send + Sync + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let closing = Arc::new(AtomicBool::new(false));
        let closes = Arc::clone(&closing);
        let words: Arc<Words> = Arc::new(words(port));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if closes.load(Ordering::SeqCst) {
                    return;
                }
                let words = Arc::clone(&words);
                thread::spawn(move || talk(&client, &*words));
            }
        });
        Self { port, closing }
    }

    pub(super) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

impl Drop for Liar {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::SeqCst);
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok();
    }
}

/// Answers until the client is gone.
fn talk(client: &TcpStream, words: &Words) {
    let mut hears = BufReader::new(client);
    let mut says = client;
    while let Some(command) = command(&mut hears) {
        let answer = words(&command).or_else(|| usual(&command));
        let answer = answer.unwrap_or_else(|| "-ERR unknown command\r\n".to_owned());
        if says.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// Reads a command: an array of strings.
fn command(hears: &mut BufReader<&TcpStream>) -> Option<Vec<String>> {
    let count = number(hears)?;
    let mut command = Vec::new();
    for _ in 0..count {
        let length = number(hears)?;
        let mut word = vec![0; length + 2];
        hears.read_exact(&mut word).ok()?;
        word.truncate(length);
        command.push(String::from_utf8_lossy(&word).into_owned());
    }
    Some(command)
}

/// Reads a line with a length in it.
fn number(hears: &mut BufReader<&TcpStream>) -> Option<usize> {
    let mut line = String::new();
    hears.read_line(&mut line).ok()?;
    line.trim_end().get(1..)?.parse().ok()
}

fn usual(command: &[String]) -> Option<String> {
    let words: Vec<_> = command.iter().map(|word| word.to_uppercase()).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["PING", ..] => Some("+PONG\r\n".to_owned()),
        ["AUTH" | "SELECT" | "CLIENT", ..] => Some("+OK\r\n".to_owned()),
        ["INFO", ..] => Some(bulk(
            "# Server\r\nredis_version:7.0.15\r\nredis_mode:cluster\r\nrun_id:\
             aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\nrole:master\r\ncluster_enabled:1\r\n",
        )),
        ["CLUSTER", "INFO"] => Some(bulk("cluster_state:ok\r\ncluster_slots_pfail:0\r\n")),
        _ => None,
    }
}

/// Writes a string.
pub(super) fn bulk(text: &str) -> String {
    format!("${}\r\n{text}\r\n", text.len())
}

/// Writes a range of `CLUSTER SLOTS`.
pub(super) fn slots(first: u16, last: u16, host: &str, port: u16) -> String {
    format!(
        "*3\r\n:{first}\r\n:{last}\r\n*3\r\n{}:{port}\r\n{}",
        bulk(host),
        bulk(&format!("{first:040x}"))
    )
}

/// Writes an array.
pub(super) fn array(elements: &[String]) -> String {
    format!("*{}\r\n{}", elements.len(), elements.concat())
}

/// Returns whether a command begins so.
pub(super) fn is(command: &[String], words: &[&str]) -> bool {
    words.len() <= command.len()
        && words.iter().zip(command).all(|(word, said)| word.eq_ignore_ascii_case(said))
}
