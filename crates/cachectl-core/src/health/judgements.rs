//! What can be said of any server: whether it answers, how fast, and behind which certificate.

use std::time::Duration;

use super::{
    catalogue::{CERTIFICATE, CLUSTER, LATENCY, REACH, UNCHECKED},
    judge::Judge,
    report::Status,
    sample::{Said, Sample},
};
use crate::{
    server::{
        probe::{Certificate, Failure, FailureKind},
        target::{CertificateCheck, Encryption, Target, TlsOptions},
    },
    vocabulary::causes::with_causes,
};

/// Judges a server that there is no connection to.
pub(super) fn unreachable(failure: &Failure, judge: &mut Judge<'_>) {
    // What we were told wrong says nothing about the server.
    let ours = matches!(failure.kind, FailureKind::Settings(_));
    let status = if ours { Status::Unknown } else { Status::Critical };
    let allowing = match &failure.kind {
        FailureKind::Untrusted(untrusted) => untrusted.allowing(&failure.endpoint),
        _ => None,
    };
    let text = with_causes(failure);
    let text = match allowing {
        Some(peer) => format!("{text}; `trusted_peers: [\"{peer}\"]` allows it"),
        None => text,
    };
    judge.state(REACH, status, text);
    // One that has run out is why there is no connection.
    if let Some(found) = &failure.certificate {
        certificate(found, judge);
    }
}

/// Says so if we take any certificate for that of the server.
pub(super) fn unchecked(target: &Target, judge: &mut Judge<'_>) {
    if let Encryption::Tls(TlsOptions { check: CertificateCheck::Nothing, .. }) = target.encryption
    {
        let text = "the certificate is not checked, so anybody can pose as the server";
        judge.state(UNCHECKED, Status::Warning, text);
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
        // Everybody may log in; only the choice of a database can be forbidden.
        let rule = "the ACL rule that allows it is `+select`";
        let text = if refusal.is_permission() {
            format!("{refusal}; {rule}")
        } else {
            refusal.to_string()
        };
        judge.state(REACH, Status::Critical, text);
        return;
    }
    match (&sample.ping, &sample.failure) {
        (Said::Yes(()), None) => {
            let millis = sample.latency.unwrap_or_default().as_secs_f64() * 1000.0;
            judge.value(REACH, millis, format!("answered in {millis:.1} ms"));
        }
        (Said::No(refusal), _) if refusal.is_denied() => judge.denied(REACH, refusal),
        (Said::No(refusal), _) => {
            // It needs time and nobody's help.
            let loads = refusal.code == "LOADING";
            let status = if loads { Status::Warning } else { Status::Critical };
            judge.state(REACH, status, refusal.to_string());
        }
        // Of a server that breaks off, what it has not said may be what is wrong.
        (Said::Yes(()) | Said::Nothing, Some(failure)) => {
            judge.state(REACH, Status::Critical, with_causes(failure));
        }
        (Said::Nothing, None) => {
            judge.state(REACH, Status::Critical, "its answer to PING is not PONG");
        }
    }
}

/// Judges how long PING takes to be answered.
///
/// The 99th percentile by the nearest rank: of fewer than a hundred, the longest.
pub(super) fn latency(pings: &[Duration], judge: &mut Judge<'_>) {
    let mut sorted = pings.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * 99).div_ceil(100);
    let Some(slow) = rank.checked_sub(1).and_then(|index| sorted.get(index)) else { return };
    let millis = slow.as_secs_f64() * 1000.0;
    let text = match pings.len() {
        1 => format!("PING took {millis:.1} ms"),
        count => format!("99 % of {count} PINGs took at most {millis:.1} ms"),
    };
    judge.value(LATENCY, millis, text);
}

/// Judges a server that was said to be a node of a cluster, and may be none.
pub(super) fn membership(sample: &Sample, judge: &mut Judge<'_>) {
    if sample.get("cluster_enabled") == Some("0") {
        judge.state(CLUSTER, Status::Critical, "it is said to be in a cluster, and is in none");
    }
}
