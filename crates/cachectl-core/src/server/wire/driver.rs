//! The task that writes what it is handed and gives each its answers.

use std::{
    collections::VecDeque,
    fmt, io,
    pin::{Pin, pin},
    sync::{Arc, OnceLock},
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWrite as _},
    sync::{mpsc, oneshot},
};

use super::{Answer, Limits, Malformed, Parser, Stream};

/// Replies come in pieces of what a server writes at once, up to 64 KiB.
///
/// Every reply is one that we asked for, and how large values are that others wrote is not for us
/// to say, so there is no limit to the memory they take.
const LIMITS: Limits = Limits { memory: usize::MAX, read: 64 * 1024 };

/// Why nothing comes over a connection any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::server) enum Broken {
    /// The other side ended it.
    Closed,
    /// The system reports an error, in its words.
    Io(String),
    /// What came is not an answer of a server.
    Malformed,
    /// The server said something unasked, and that is an error.
    Dismissed(String),
    /// It ended before it was said why.
    Unknown,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the connection was closed"),
            Self::Io(words) | Self::Dismissed(words) => f.write_str(words),
            Self::Malformed => f.write_str("what came is not an answer of a server"),
            Self::Unknown => f.write_str("the connection is not there any more"),
        }
    }
}

/// Commands that are sent in one go.
#[derive(Debug)]
pub(in crate::server) struct Request {
    pub(in crate::server) encoded: Vec<u8>,
    pub(in crate::server) commands: usize,
}

/// Where to hand in what is to be sent over one connection.
///
/// Answers come in the order of the requests. The connection ends with its last handle, and with
/// it what nobody waits for any more.
#[derive(Clone)]
pub(in crate::server) struct Link {
    requests: mpsc::UnboundedSender<Ticket>,
    broken: Arc<OnceLock<Broken>>,
}

/// What is to be sent, and who waits for the answers.
struct Ticket {
    request: Request,
    waiter: Waiter,
}

type Waiter = oneshot::Sender<Result<Vec<Answer>, Broken>>;

impl Link {
    /// Begins to drive a connection that is logged in.
    pub(in crate::server) fn start(stream: Box<dyn Stream>) -> Self {
        let (requests, incoming) = mpsc::unbounded_channel();
        let broken = Arc::new(OnceLock::new());
        let driver = Driver {
            stream,
            requests: incoming,
            unwritten: VecDeque::new(),
            written: 0,
            unflushed: false,
            waiting: VecDeque::new(),
            parser: Parser::new(LIMITS),
            broken: Arc::clone(&broken),
        };
        tokio::spawn(driver.run());
        Self { requests, broken }
    }

    /// Hands in commands, which are sent at once. The answers are one for each command, or none.
    pub(in crate::server) fn hand_in(
        &self,
        request: Request,
    ) -> oneshot::Receiver<Result<Vec<Answer>, Broken>> {
        let (waiter, answers) = oneshot::channel();
        if let Err(refused) = self.requests.send(Ticket { request, waiter }) {
            // Whoever waits may have ended first.
            refused.0.waiter.send(Err(self.broken())).ok();
        }
        answers
    }

    /// Returns why it is broken, once it is.
    pub(in crate::server) fn broken(&self) -> Broken {
        self.broken.get().cloned().unwrap_or(Broken::Unknown)
    }
}

/// A request whose answers have not all come.
struct Waiting {
    missing: usize,
    answers: Vec<Answer>,
    waiter: Waiter,
}

struct Driver {
    stream: Box<dyn Stream>,
    requests: mpsc::UnboundedReceiver<Ticket>,
    unwritten: VecDeque<Vec<u8>>,
    /// How much of the first of these is written.
    written: usize,
    /// Whether something that is written may not be sent yet.
    unflushed: bool,
    waiting: VecDeque<Waiting>,
    parser: Parser,
    broken: Arc<OnceLock<Broken>>,
}

impl Driver {
    /// Works until the connection breaks or nobody needs it.
    async fn run(mut self) {
        let Err(broken) = std::future::poll_fn(|context| self.poll(context)).await else {
            return;
        };
        // Nobody else sets it.
        self.broken.set(broken.clone()).ok();
        self.requests.close();
        let unread = std::iter::from_fn(|| self.requests.try_recv().ok());
        let waiting = self.waiting.drain(..).map(|it| it.waiter);
        for waiter in waiting.chain(unread.map(|ticket| ticket.waiter)) {
            // Whoever waited may have given up.
            waiter.send(Err(broken.clone())).ok();
        }
    }

    /// Moves everything on that can be moved on.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        while self.take_requests(context) {
            // What cannot be written now may have to wait until the server has got rid of answers.
            if let Poll::Ready(written) = self.write(context) {
                written?;
            }
            ready!(self.read(context))?;
        }
        Poll::Ready(Ok(()))
    }

    /// Takes over what was handed in. Returns whether anybody is left who could wait for answers.
    fn take_requests(&mut self, context: &mut Context<'_>) -> bool {
        while let Poll::Ready(ticket) = self.requests.poll_recv(context) {
            let Some(Ticket { request, waiter }) = ticket else {
                return false;
            };
            let Request { encoded, commands } = request;
            if commands == 0 {
                waiter.send(Ok(Vec::new())).ok();
                continue;
            }
            self.unwritten.push_back(encoded);
            let answers = Vec::with_capacity(commands);
            self.waiting.push_back(Waiting { missing: commands, answers, waiter });
        }
        true
    }

    /// Writes; is ready when nothing is left.
    fn write(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        while let Some(first) = self.unwritten.front() {
            let rest = first.get(self.written..).unwrap_or_default();
            if rest.is_empty() {
                self.unwritten.pop_front();
                self.written = 0;
                continue;
            }
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, rest));
            match written? {
                0 => return Poll::Ready(Err(Broken::Closed)),
                written => self.written += written,
            }
            self.unflushed = true;
        }
        if self.unflushed {
            ready!(Pin::new(&mut self.stream).poll_flush(context))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Reads once, and hands out the answers that are complete.
    fn read(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        let read = {
            let reading = pin!(self.stream.read_buf(self.parser.room()));
            ready!(reading.poll(context))?
        };
        if read == 0 {
            return Poll::Ready(Err(Broken::Closed));
        }
        while let Some(answer) = self.parser.next()? {
            self.hand_out(answer)?;
        }
        Poll::Ready(Ok(()))
    }

    fn hand_out(&mut self, answer: Answer) -> Result<(), Broken> {
        let Some(first) = self.waiting.front_mut() else {
            return Err(match answer.refusal() {
                Some(refusal) => Broken::Dismissed(refusal.to_string()),
                None => Broken::Malformed,
            });
        };
        first.answers.push(answer);
        first.missing -= 1;
        if first.missing == 0
            && let Some(Waiting { answers, waiter, .. }) = self.waiting.pop_front()
        {
            // Whoever waited may have given up.
            waiter.send(Ok(answers)).ok();
        }
        Ok(())
    }
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof => Self::Closed,
            _ => Self::Io(error.to_string()),
        }
    }
}

impl From<Malformed> for Broken {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}
