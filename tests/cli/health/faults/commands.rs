//! Commands that the server does not have.

use cachectl_testkit::Server;

use super::{PASSWORD, Patient, READY, USELESS};
use crate::health::well;

fn without(command: &str) -> Server {
    well().deny_command(command).start()
}

fn known(server: &Server) -> Patient {
    Patient::at(server.url_as("default", "secret"))
}

#[test]
fn a_server_without_info_is_unknown_in_part() {
    let server = without("INFO");
    known(&server).is(0, "unknown command", READY);
    known(&server).with(&["--strict"]).is(3, "unknown command", READY);
}

#[test]
fn a_server_without_config_is_unknown_in_part() {
    let server = without("CONFIG");
    known(&server).is(0, "unknown command", READY);
    known(&server).about("protected_mode").is(3, "unknown command", READY);
}

#[test]
fn a_server_without_ping_is_unknown_in_part() {
    let server = without("PING");
    known(&server).is(0, "`+ping`", USELESS);
    known(&server).with(&["--strict"]).is(3, "`+ping`", USELESS);
}

#[test]
fn a_server_without_a_login_is_critical_and_does_not_make_us_show_the_password() {
    let server = Server::builder().deny_command("AUTH").start();
    Patient::at(server.url_as("default", PASSWORD)).is(2, "unknown command", USELESS);
}
