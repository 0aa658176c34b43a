//! Sentinels.

use cachectl_testkit::{Sentinels, Server, sentinels::NAME, wait};

use super::{Patient, READY};
use crate::cachectl;

fn patient(sentinels: &Sentinels) -> Patient {
    let addresses = sentinels.addresses();
    let flags: Vec<_> = addresses.iter().flat_map(|address| ["--sentinel", address]).collect();
    Patient::reached_by(cachectl()).by(&flags)
}

#[test]
fn sentinels_that_know_nobody_disagree_or_are_too_few_are_critical() {
    let sentinels = Sentinels::start();
    let patient = patient(&sentinels);
    patient.clone().about("sentinel_quorum").is(0, "usable Sentinels", READY);
    let stranger = patient.clone().by(&["--primary-name", "nobody"]);
    stranger.is(2, "No such master with that name", [1, 1, 1]);

    let other = Server::builder().tcp().start();
    let [.., astray] = sentinels.sentinels() else { unreachable!() };
    astray.command(&["SENTINEL", "REMOVE", NAME]);
    let port = other.port().to_string();
    astray.command(&["SENTINEL", "MONITOR", NAME, "127.0.0.1", &port, "1"]);
    let words = format!("it names 127.0.0.1:{port}, and others name");
    patient.clone().about("sentinel_agreement").is(2, &words, READY);

    for gone in sentinels.sentinels().iter().skip(1) {
        gone.kill();
    }
    let [left, ..] = sentinels.sentinels() else { unreachable!() };
    wait::until("the one that is left knows that it is alone", || {
        left.try_command(&["SENTINEL", "CKQUORUM", NAME]).is_err()
    });
    patient.clone().is(2, "NOQUORUM", READY);
    patient.is_found(2, "the connection was refused");
}
