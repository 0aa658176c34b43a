use super::*;
use crate::{
    migrate::report::Direction,
    server::identity::{Mode, Role, Version},
};

/// Fields of records, in the order in which they are written.
#[derive(Clone, Default)]
struct Payload(Vec<u8>);

impl Payload {
    fn u8(mut self, number: u8) -> Self {
        self.0.push(number);
        self
    }

    fn u32(mut self, number: u32) -> Self {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }

    fn u64(mut self, number: u64) -> Self {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }

    /// Appends what an ending says before its runs.
    fn ending(self, step: u64, first: u64) -> Self {
        self.u64(step).u64(first).u32(2).u32(0).u32(0).u32(0).u32(0).u32(1)
    }
}

fn intent(first: u64, after: u64) -> Payload {
    Payload::default().u64(16).u64(first).u32(0).u64(99).u64(after).u32(0)
}

fn session(base: Moment) -> Session {
    let identity = Identity {
        product: "redis".to_owned(),
        version: Version(7, 0, 15),
        mode: Mode::Standalone,
        role: Role::Primary,
        run_id: None,
        histories: Vec::new(),
        connection_id: 7,
    };
    Session {
        endpoint: "127.0.0.1:6379".to_owned(),
        identity,
        base,
        markers: vec![0],
        connections: Vec::new(),
        begun: 1,
        counters: Counters::default(),
    }
}

#[test]
fn a_record_that_does_not_parse_or_does_not_fit_is_none_of_ours() {
    #[track_caller]
    fn case(expected: Option<()>, tag: u8, payload: &Payload) {
        let mut records = Records::new(Way::FORWARD);
        assert_eq!(records.replay(INTENT, &intent(0, 3).0), Some(()));
        let replay = |payload: &[u8]| records.clone().replay(tag, payload);
        assert_eq!(replay(&payload.0), expected);
        // Neither is anything that is longer or shorter.
        assert_eq!(replay(&payload.clone().u8(0).0), None);
        let shorter = payload.0.split_last().map(|(_, shorter)| shorter).unwrap_or_default();
        assert_eq!(replay(shorter), None);
    }
    let session = |base| Payload(serde_json::to_vec(&session(base)).unwrap());

    case(Some(()), INTENT, &intent(3, 5));
    case(None, INTENT, &intent(4, 5));
    case(None, INTENT, &intent(0, 3));
    case(None, INTENT, &intent(3, 2));
    let ending = Payload::default().ending(1, 0);
    case(Some(()), ENDING, &ending.clone().u8(1).u32(2).u8(0).u32(1));
    case(None, ENDING, &ending.clone().u8(1).u32(2));
    case(None, ENDING, &ending.clone().u8(1).u32(4));
    case(None, ENDING, &ending.clone().u8(6).u32(3));
    // No such window, no such step.
    case(None, ENDING, &Payload::default().ending(1, 1).u8(1).u32(3));
    case(None, ENDING, &Payload::default().ending(2, 0).u8(1).u32(3));
    case(Some(()), AGAIN, &Payload::default().u64(0));
    case(None, AGAIN, &Payload::default().u64(1));
    case(Some(()), BARRIER, &Payload::default().u64(3).u32(1));
    case(Some(()), SESSION, &session(Moment::BEGIN));
    case(Some(()), SESSION, &session(Moment { direction: Direction::Forward, step: 1 }));
    case(None, SESSION, &session(Moment { direction: Direction::Forward, step: 2 }));
    case(None, SESSION, &session(Moment { direction: Direction::Back, step: 0 }));
    case(None, SESSION, &Payload(b"{}".to_vec()));
    for tag in [0, 5, 7, 0xfe] {
        case(None, tag, &Payload::default());
    }
}

/// The client was killed after it had moved the marker on, and before it wrote the ending down.
#[test]
fn a_window_that_a_server_has_taken_and_that_has_no_ending_is_in_doubt() {
    for reach in [Reach::Next, Reach::AllBeyond] {
        let directory = tempfile::tempdir().unwrap();
        let owner = Owner { plan: [7; 32], lane: 0 };
        Ledger::create(directory.path(), owner).unwrap();
        let mut ledger = Ledger::open(directory.path(), Way::FORWARD, owner).unwrap();
        ledger.begin_session(&session(Moment::BEGIN), Reach::Next).unwrap();
        let after = Place { offset: 99, next: 3, level: None };
        let taken = ledger.intend(&Window::default(), after).unwrap();

        ledger.begin_session(&session(taken), reach).unwrap();

        assert!(ledger.is_in_doubt(0), "{reach:?}");
        assert_eq!(ledger.settled(), Moment::BEGIN, "nobody has seen how it ended");
    }
}
