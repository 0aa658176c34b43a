//! Who we are to the server.

use cachectl_testkit::Server;

use super::{PASSWORD, Patient, READY, USELESS};
use crate::health::well;

fn server() -> Server {
    let server = well().acl_user(&format!("off off >{PASSWORD} ~* +@all"));
    let server = server.acl_user(&format!("deaf on >{PASSWORD} ~* +@all -ping"));
    server.acl_user(&format!("blind on >{PASSWORD} ~* +@all -info")).start()
}

#[test]
fn whoever_is_not_let_in_is_told_so() {
    let server = server();
    let user = |name: &str| Patient::at(server.url_as(name, PASSWORD));
    user("default").is(2, "WRONGPASS", USELESS);
    user("nobody").is(2, "WRONGPASS", USELESS);
    user("off").is(2, "WRONGPASS", USELESS);
    Patient::server(&server).is(2, "NOAUTH", USELESS);
}

#[test]
fn a_database_that_does_not_exist_is_critical() {
    let server = Server::start();
    Patient::at(server.url_of_db(99)).is(2, "DB index is out of range", USELESS);
}

#[test]
fn what_a_user_may_not_ask_is_unknown_and_comes_with_the_rule_that_allows_it() {
    let server = server();
    let user = |name: &str| Patient::at(server.url_as(name, PASSWORD));
    user("deaf").is(0, "`+ping`", USELESS);
    user("deaf").with(&["--strict"]).is(3, "`+ping`", USELESS);
    user("blind").is(0, "`+info`", READY);
    user("blind").with(&["--strict"]).is(3, "`+info`", READY);
}
