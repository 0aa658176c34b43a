//! A peer that speaks the protocol and says what a test makes it say.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// What it answers to a command; nothing is an unknown command.
type Words = dyn Fn(&[String]) -> Option<String> + Send + Sync;

/// A peer that answers as a node of a cluster does, but for what a test makes it say.
pub(crate) struct Liar {
    port: u16,
    closing: Arc<AtomicBool>,
    log: Arc<Mutex<Vec<Vec<String>>>>,
}

impl Liar {
    /// Starts one that asks `words` first. They are told the port.
    pub(crate) fn start<W>(words: impl FnOnce(u16) -> W) -> Self
    where
        W: Fn(&[String]) -> Option<String> + Send + Sync + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let closing = Arc::new(AtomicBool::new(false));
        let log = Arc::default();
        let (closes, kept) = (Arc::clone(&closing), Arc::clone(&log));
        let words: Arc<Words> = Arc::new(words(port));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if closes.load(Ordering::SeqCst) {
                    return;
                }
                let (words, log) = (Arc::clone(&words), Arc::clone(&kept));
                thread::spawn(move || talk(&client, &*words, &log));
            }
        });
        Self { port, closing, log }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Returns every command so far.
    pub(crate) fn heard(&self) -> Vec<Vec<String>> {
        self.log.lock().unwrap().clone()
    }
}

impl Drop for Liar {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::SeqCst);
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok();
    }
}

/// Answers until the client is gone.
fn talk(client: &TcpStream, words: &Words, log: &Mutex<Vec<Vec<String>>>) {
    let mut input = BufReader::new(client);
    let mut output = client;
    while let Some(command) = command(&mut input) {
        let answer = words(&command).or_else(|| usual(&command));
        let answer = answer.unwrap_or_else(|| "-ERR unknown command\r\n".to_owned());
        log.lock().unwrap().push(command);
        if output.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// Reads a command: an array of strings.
fn command(input: &mut BufReader<&TcpStream>) -> Option<Vec<String>> {
    let count = number(input)?;
    let mut command = Vec::new();
    for _ in 0..count {
        let length = number(input)?;
        let mut word = vec![0; length + 2];
        input.read_exact(&mut word).ok()?;
        word.truncate(length);
        command.push(String::from_utf8_lossy(&word).into_owned());
    }
    Some(command)
}

/// Reads a line with a length in it.
fn number(input: &mut BufReader<&TcpStream>) -> Option<usize> {
    let mut line = String::new();
    input.read_line(&mut line).ok()?;
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
pub(crate) fn bulk(text: &str) -> String {
    format!("${}\r\n{text}\r\n", text.len())
}

/// Writes a range of `CLUSTER SLOTS`.
pub(crate) fn slots(first: u16, last: u16, host: &str, port: u16) -> String {
    format!(
        "*3\r\n:{first}\r\n:{last}\r\n*3\r\n{}:{port}\r\n{}",
        bulk(host),
        bulk(&format!("{first:040x}"))
    )
}

/// Writes an array.
pub(crate) fn array(elements: &[String]) -> String {
    format!("*{}\r\n{}", elements.len(), elements.concat())
}

/// Returns whether a command begins so.
pub(crate) fn is(command: &[String], words: &[&str]) -> bool {
    words.len() <= command.len()
        && words.iter().zip(command).all(|(word, said)| word.eq_ignore_ascii_case(said))
}
