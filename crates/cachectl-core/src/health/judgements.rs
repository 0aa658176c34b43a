//! What can be said of any server: whether it answers, how fast, and behind which certificate.

use super::{
    catalogue::{CERTIFICATE, CLUSTER, REACH, SLOTS},
    judge::Judge,
    report::Status,
    sample::{Said, Sample},
};
use crate::{
    server::probe::{Certificate, Failure},
    vocabulary::causes::with_causes,
};

/// Judges a server that there is no connection to.
pub(super) fn unreachable(failure: &Failure, judge: &mut Judge<'_>) {
    judge.state(REACH, Status::Critical, with_causes(failure));
    // One that has run out is why there is no connection.
    if let Some(found) = &failure.certificate {
        certificate(found, judge);
    }
}

/// Judges how long a certificate is still valid.
pub(super) fn certificate(certificate: &Certificate, judge: &mut Judge<'_>) {
    let left = certificate.not_after.saturating_sub(jiff::Timestamp::now().as_millisecond());
    #[expect(clippy::cast_precision_loss, reason = "seconds need no more precision")]
    let left = left as f64 / 1000.0;
    let days = left / 86_400.0;
    let text =
        if left < 0.0 { "it has run out".to_owned() } else { format!("valid for {days:.1} days") };
    judge.value(CERTIFICATE, left, text);
}

/// Judges whether and how fast the server answered.
pub(super) fn reach(sample: &Sample, judge: &mut Judge<'_>) {
    if let Some(refusal) = &sample.login {
        judge.state(REACH, Status::Critical, refusal.to_string());
        return;
    }
    match (&sample.ping, &sample.failure) {
        (Said::Yes(()), _) => {
            let millis = sample.latency.unwrap_or_default().as_secs_f64() * 1000.0;
            judge.value(REACH, millis, format!("answered in {millis:.1} ms"));
        }
        (Said::No(refusal), _) => {
            judge.state(REACH, Status::Critical, refusal.to_string());
        }
        (Said::Nothing, Some(failure)) => {
            judge.state(REACH, Status::Critical, with_causes(failure));
        }
        (Said::Nothing, None) => {
            judge.state(REACH, Status::Critical, "it answered nothing");
        }
    }
}

/// Judges whether the cluster of a node serves, and all of its slots.
pub(super) fn cluster(sample: &Sample, judge: &mut Judge<'_>) {
    if sample.get("cluster_enabled") != Some("1") {
        return;
    }
    let Some(info) = sample.cluster.yes() else {
        judge.unsaid(CLUSTER, &sample.cluster);
        return;
    };
    match info.get("cluster_state") {
        Some("ok") => judge.state(CLUSTER, Status::Ok, "the cluster serves"),
        state => {
            let state = state.unwrap_or("not known");
            judge.state(CLUSTER, Status::Critical, format!("the state of the cluster is {state}"));
        }
    }
    if let Some(served) = info.number("cluster_slots_ok") {
        #[expect(clippy::cast_precision_loss, reason = "there are 16,384 slots")]
        let missing = 16_384_u64.saturating_sub(served) as f64;
        judge.value(SLOTS, missing, format!("{missing} slots are not served"));
    }
}
