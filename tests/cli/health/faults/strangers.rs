//! What answers, and is no server, or only half of one.

use std::{io::Write as _, thread, time::Duration};

use cachectl_testkit::Server;

use super::{DEAD, PASSWORD, Patient, READY, STARTING, USUAL, impostor::Impostor};

fn patient(impostor: &Impostor) -> Patient {
    Patient::at(impostor.url())
}

#[test]
fn whoever_speaks_another_protocol_is_critical_and_shown() {
    #[track_caller]
    fn case(words: &'static [u8], shown: &str) {
        patient(&Impostor::saying(words)).is(2, shown, DEAD);
    }

    case(b"HTTP/1.1 400 Bad Request\r\n\r\n", "this is no answer of a server: `HTTP/1.1 400");
    case(b"SSH-2.0-x\x1b[2J\r\n", "`SSH-2.0-x");
    case(b"\x15\x03\x03\0\x02\x02F\xff\xfe", "this is no answer of a server");
}

#[test]
fn answers_without_end_are_critical() {
    patient(&Impostor::saying(b"$99999999\r\n")).is(2, "more than 8 MiB", DEAD);
    let deep = b"*1\r\n".repeat(10_000);
    patient(&Impostor::saying(deep)).is(2, "arrays in arrays without end", DEAD);
}

#[test]
fn whoever_hangs_up_is_critical() {
    patient(&Impostor::start(drop)).is(2, "the connection was closed", DEAD);
    patient(&Impostor::hanging_up(b"+PO")).is(2, "the connection was closed", DEAD);
}

#[test]
fn whoever_hangs_up_in_the_middle_is_critical_and_not_ready() {
    let impostor = Impostor::hanging_up(b"+PONG\r\n$1000\r\n# Server\r\n");
    patient(&impostor).is(2, "the connection was closed", STARTING);
}

#[test]
fn whoever_says_nothing_is_critical() {
    patient(&Impostor::saying(b"")).that_hangs().is(2, "the deadline passed", DEAD);
}

#[test]
fn whoever_falls_silent_is_critical_and_not_ready() {
    let silent = Impostor::saying(b"+PONG\r\n$1000\r\n# Server\r\n");
    patient(&silent).within(USUAL).is(2, "the deadline passed", STARTING);
}

#[test]
fn whoever_is_slower_than_the_deadline_is_critical() {
    let slow = Impostor::start(|mut client| {
        client.set_nodelay(true).unwrap();
        for byte in b"+PONG\r\n" {
            // Slowness is what is to be found out.
            thread::sleep(USUAL / 3);
            if client.write_all(&[*byte]).is_err() {
                return;
            }
        }
        thread::sleep(Duration::from_secs(1));
    });
    patient(&slow).that_hangs().is(2, "the deadline passed", DEAD);
}

#[test]
fn one_byte_at_a_time_is_no_fault() {
    let server = Server::start();
    let impostor = Impostor::dripping(server.socket().to_owned());
    patient(&impostor).about("loading").is(0, "all data is loaded", READY);
}

#[test]
fn whoever_repeats_what_we_say_is_critical_and_does_not_make_us_show_the_password() {
    let impostor = Impostor::echoing();
    let url = impostor.url().replace("redis://", &format!("redis://ops:{PASSWORD}@"));
    Patient::at(url).is(2, "is not PONG", STARTING);
}
