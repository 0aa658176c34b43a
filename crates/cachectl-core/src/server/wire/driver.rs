//! The task that writes what it is handed and gives each its answers.

use std::{
    collections::VecDeque,
    fmt, io,
    pin::{Pin, pin},
    sync::{Arc, OnceLock},
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWrite as _},
    sync::{mpsc, oneshot},
    time::{self, Sleep},
};

use super::{Answer, Budget, Budgets, Malformed, Outgoing, Parser, Stream};

/// Replies come in pieces of what a server writes at once.
const READ: usize = 64 * 1024;

/// How long answers are waited for that may have come before the connection was lost.
const LAST_ANSWERS: Duration = Duration::from_millis(100);

/// Why nothing comes over a connection any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::server) enum Broken {
    /// The other side ended it.
    Closed,
    /// The system reports an error, in its words.
    Io(String),
    /// What came is not an answer of a server.
    Malformed,
    /// What came is more than there can be to answer.
    TooLarge,
    /// The server sent us away, in its words.
    SentAway(String),
    /// The task that drives it ended without a reason.
    Unknown,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the connection was closed"),
            Self::Io(words) | Self::SentAway(words) => f.write_str(words),
            Self::Malformed => f.write_str("what came is not an answer of a server"),
            Self::TooLarge => f.write_str("the answer is larger than any that we asked for"),
            Self::Unknown => f.write_str("the connection is not there any more"),
        }
    }
}

/// Commands that are sent in one go.
#[derive(Debug)]
pub(in crate::server) struct Request {
    pub(in crate::server) outgoing: Outgoing,
    pub(in crate::server) commands: usize,
    /// How much may be answered to each of them.
    pub(in crate::server) budgets: Budgets,
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
        let mut driver = Driver {
            stream,
            requests: incoming,
            unsent: VecDeque::new(),
            outgoing: Outgoing::default(),
            unflushed: false,
            unwritable: None,
            waiting: VecDeque::new(),
            parser: Parser::new(READ),
            broken: Arc::clone(&broken),
        };
        driver.expect_next();
        tokio::spawn(driver.run());
        Self { requests, broken }
    }

    /// Hands in commands, which are sent at once, unless nobody waits for the answers any more. These
    /// are one for each command, or none.
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
    /// How much may be answered to the commands from the next one on.
    budgets: Box<dyn Iterator<Item = Budget> + Send>,
    missing: usize,
    answers: Vec<Answer>,
    waiter: Waiter,
}

struct Driver {
    stream: Box<dyn Stream>,
    requests: mpsc::UnboundedReceiver<Ticket>,
    unsent: VecDeque<Ticket>,
    /// What is being written.
    outgoing: Outgoing,
    /// Whether something that is written may not be sent yet.
    unflushed: bool,
    /// Why nothing can be written any more, and until when what was answered before is waited for.
    unwritable: Option<(Broken, Pin<Box<Sleep>>)>,
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
        let unsent = self.unsent.drain(..).chain(unread).map(|ticket| ticket.waiter);
        for waiter in self.waiting.drain(..).map(|it| it.waiter).chain(unsent) {
            // Whoever waited may have given up.
            waiter.send(Err(broken.clone())).ok();
        }
    }

    /// Moves everything on that can be moved on.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        while self.take_requests(context) {
            // What cannot be written now may have to wait until the server has got rid of answers.
            if self.unwritable.is_none()
                && let Poll::Ready(Err(broken)) = self.write(context)
            {
                self.unwritable = Some((broken, Box::pin(time::sleep(LAST_ANSWERS))));
            }
            match (self.read(context), &mut self.unwritable) {
                // The other side is gone. Nothing may be there to be read although something is:
                // the system may not have told yet.
                (Poll::Pending, Some((broken, over))) => {
                    ready!(over.as_mut().poll(context));
                    return Poll::Ready(Err(broken.clone()));
                }
                (read, _) => ready!(read)?,
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Takes over what was handed in. Returns whether anybody is left who could wait for answers.
    fn take_requests(&mut self, context: &mut Context<'_>) -> bool {
        while let Poll::Ready(ticket) = self.requests.poll_recv(context) {
            let Some(ticket) = ticket else {
                return false;
            };
            if ticket.request.commands == 0 {
                ticket.waiter.send(Ok(Vec::new())).ok();
            } else {
                self.unsent.push_back(ticket);
            }
        }
        true
    }

    /// Writes; is ready when nothing is left.
    fn write(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        loop {
            let rest = self.outgoing.rest();
            if rest.is_empty() {
                if !self.begin_next() {
                    break;
                }
                continue;
            }
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, rest));
            match written? {
                0 => return Poll::Ready(Err(Broken::Closed)),
                written => self.outgoing.advance(written),
            }
            self.unflushed = true;
        }
        if self.unflushed {
            ready!(Pin::new(&mut self.stream).poll_flush(context))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Takes the next commands to write. Those that nobody waits for any more are never sent:
    /// whoever gave up on them may have done something else since.
    fn begin_next(&mut self) -> bool {
        let Some(ticket) = std::iter::from_fn(|| self.unsent.pop_front())
            .find(|ticket| !ticket.waiter.is_closed())
        else {
            return false;
        };
        let Ticket { request: Request { outgoing, commands, budgets }, waiter } = ticket;
        self.outgoing = outgoing;
        let (budgets, answers) = (Box::new(budgets.into_each()), Vec::with_capacity(commands));
        self.waiting.push_back(Waiting { budgets, missing: commands, answers, waiter });
        if self.waiting.len() == 1 {
            self.expect_next();
        }
        true
    }

    /// Reads once, and hands out the answers that are complete.
    fn read(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        let read = {
            let mut room = self.parser.room();
            let reading = pin!(self.stream.read_buf(&mut room));
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

    /// Sets how much the next answer may take: what is said unasked is a word.
    fn expect_next(&mut self) {
        let next = self.waiting.front_mut().and_then(|first| first.budgets.next());
        self.parser.restart(next.unwrap_or(Budget::Word).bytes());
    }

    fn hand_out(&mut self, answer: Answer) -> Result<(), Broken> {
        let Some(first) = self.waiting.front_mut() else {
            return Err(match answer.refusal() {
                Some(refusal) => Broken::SentAway(refusal.to_string()),
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
        self.expect_next();
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
    fn from(malformed: Malformed) -> Self {
        match malformed {
            Malformed::TooLarge => Self::TooLarge,
            Malformed::Syntax | Malformed::TooDeep => Self::Malformed,
        }
    }
}
