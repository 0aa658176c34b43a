//! Encryption.

use std::path::Path;

use cachectl_testkit::{Server, tls::Validity};
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};

use super::{DEAD, Patient, READY, STARTING, USUAL};

fn trusting(url: impl Into<String>, server: &Server) -> Patient {
    Patient::at(url).by(&["--tls-ca", path(&server.certificates().authority)])
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_server_that_does_not_encrypt_is_critical_for_whoever_does() {
    let server = Server::builder().tcp().start();
    // Whether it says anything depends on the random bytes of the first message.
    let patient = Patient::at(format!("rediss://127.0.0.1:{}", server.port())).within(USUAL);
    patient.is(2, "could not agree on encryption", DEAD);
}

#[test]
fn a_server_that_encrypts_is_critical_for_whoever_does_not() {
    let server = Server::builder().tls().start();
    let patient = Patient::at(format!("redis://127.0.0.1:{}", server.port()));
    patient.is(2, "did not get all answers", DEAD);
}

#[test]
fn an_unknown_authority_is_critical() {
    let server = Server::builder().tls().start();
    let other = Server::builder().tls().start();
    Patient::server(&server).is(2, "signed by nobody we trust", STARTING);
    trusting(server.url(), &other).is(2, "signed by nobody we trust", STARTING);
}

#[test]
fn a_certificate_for_another_name_is_critical() {
    let server = Server::builder().tls().config("bind", "127.0.0.1 127.0.0.2").start();
    let patient = trusting(format!("rediss://127.0.0.2:{}", server.port()), &server);
    patient.is(2, "is for another name", STARTING);
}

#[test]
fn a_certificate_that_has_run_out_is_critical() {
    let server = Server::builder().tls_with(Validity::Expired).start();
    trusting(server.url(), &server).is(2, "has expired", STARTING);
    // Whoever does not check it gets in, and is told all the same.
    let careless = Patient::server(&server).by(&["--tls-insecure"]).about("certificate");
    careless.is(2, "it has run out", READY);
}

#[test]
fn a_certificate_that_runs_out_soon_is_a_warning_and_then_critical() {
    #[track_caller]
    fn case(days: i64, code: i32) {
        let day = Timestamp::now().to_zoned(TimeZone::UTC).date() + days.days();
        let (year, month, day) = (day.year().into(), day.month(), day.day());
        let (month, day) = (month.unsigned_abs(), day.unsigned_abs());
        let server = Server::builder().tls_with(Validity::Until { year, month, day }).start();
        trusting(server.url(), &server).about("certificate").is(code, "valid for", READY);
    }

    case(30, 0);
    case(14, 1);
    case(3, 2);
}

#[test]
fn a_server_that_misses_our_certificate_is_critical() {
    let server = Server::builder().tls_with_client_certificates().start();
    let patient = trusting(server.url(), &server);
    patient.is(2, "does not accept our certificate", STARTING);
    let files = server.certificates();
    let (ours, key) = (path(&files.client), path(&files.client_key));
    let known = patient.by(&["--tls-cert", ours, "--tls-key", key]).about("loading");
    known.is(0, "all data is loaded", READY);
}
