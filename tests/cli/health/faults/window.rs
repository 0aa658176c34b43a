//! What happens between two looks.

use std::thread;

use cachectl_testkit::{Server, wait};

use super::{FORMATS, Patient};

/// Returns how many clients there are that have asked something.
fn asked(server: &Server) -> usize {
    let clients = server.text(&["CLIENT", "LIST"]);
    let asked = clients.lines().filter(|line| !line.contains(" cmd=NULL"));
    asked.filter(|line| !line.contains(" cmd=client")).count()
}

#[track_caller]
fn case(fault: impl FnOnce(&Server)) {
    let server = Server::start();
    let patient = Patient::server(&server).with(&["--window", "4s"]);
    thread::scope(|scope| {
        let looking = scope.spawn(|| patient.is_found(2, "the connection was closed"));
        wait::until("everybody has looked once", || asked(&server) == FORMATS.len());
        fault(&server);
        looking.join().unwrap();
    });
}

#[test]
fn a_server_that_dies_between_two_looks_is_critical() {
    case(Server::kill);
}

#[test]
fn a_server_that_is_started_again_between_two_looks_is_critical() {
    case(Server::restart);
}
