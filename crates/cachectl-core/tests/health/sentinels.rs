//! Sentinels, and the primary that they watch.

use std::time::Duration;

use cachectl_core::{
    health::{
        self, Options, Report, Session, Status,
        catalogue::{
            AGREEMENT, CERTIFICATE, QUORUM, REACH, SENTINEL_DOWN, SENTINEL_OTHERS,
            SENTINEL_REPLICAS, SENTINEL_ROLE,
        },
        probes::Question,
    },
    server::target::{Encryption, Login, Target, TlsOptions, Topology},
    values::endpoint::Endpoint,
};
use cachectl_testkit::{Sentinels, Server, sentinels::NAME, wait};
use tokio::runtime::Runtime;

use super::{finding, findings, patient, target};

pub(super) fn watch(sentinels: &Sentinels) -> Report {
    ask(&watched(sentinels))
}

fn watched(sentinels: &Sentinels) -> Target {
    let addresses = sentinels.addresses();
    let endpoints = addresses.iter().map(|address| Endpoint::parse(address, 26_379).unwrap());
    behind(endpoints.collect(), target("localhost"))
}

fn behind(sentinels: Vec<Endpoint>, target: Target) -> Target {
    let (primary_name, login) = (NAME.to_owned(), Login::default());
    let topology = Topology::Sentinel { sentinels, primary_name, login };
    Target { topology, ..target }
}

fn ask(target: &Target) -> Report {
    Runtime::new().unwrap().block_on(health::run(target, &patient()))
}

#[test]
fn sentinels_without_a_quorum_are_critical_and_their_primary_is_looked_at() {
    let sentinels = Sentinels::start();
    let look = || watch(&sentinels);
    let report = look();
    let roles: Vec<_> = report.nodes.iter().filter_map(|node| node.role.as_deref()).collect();
    assert_eq!(roles, ["sentinel", "sentinel", "sentinel", "primary"], "{report:#?}");
    assert_eq!(finding(&report, QUORUM).status, Status::Ok);
    assert_eq!(finding(&report, AGREEMENT).status, Status::Ok);
    for sentinel in sentinels.sentinels().iter().skip(1) {
        sentinel.kill();
    }
    wait::until("the one that is left knows that it is alone", || {
        finding(&look(), QUORUM).status == Status::Critical
    });
    assert_eq!(look().status, Status::Critical);
}

#[test]
fn a_sentinel_that_does_not_reach_the_primary_warns_and_several_are_critical() {
    let sentinels = Sentinels::start();
    let report = watch(&sentinels);
    for check in [SENTINEL_DOWN, SENTINEL_OTHERS, SENTINEL_REPLICAS] {
        let all = findings(&report, check);
        assert!(all.len() == 3 && all.iter().all(|it| it.status == Status::Ok), "{report:#?}");
    }
    // Nobody is left to take over.
    sentinels.servers().replica().kill();
    sentinels.servers().primary().kill();
    let worst = || findings(&watch(&sentinels), SENTINEL_DOWN).iter().map(|it| it.status).max();
    wait::until("enough agree", || worst() == Some(Status::Critical));
}

#[test]
fn a_sentinel_that_has_lost_the_others_warns() {
    let sentinels = Sentinels::start();
    for other in sentinels.sentinels().iter().skip(1) {
        other.kill();
    }
    let replica = sentinels.servers().replica();
    replica.kill();
    wait::until("the primary has lost its replica", || {
        let primary = sentinels.servers().primary().info("replication");
        primary.get("connected_slaves").is_some_and(|count| count == "0")
    });
    let left = &sentinels.sentinels()[0];
    left.command(&["SENTINEL", "RESET", NAME]);
    let report = watch(&sentinels);
    for check in [SENTINEL_OTHERS, SENTINEL_REPLICAS] {
        let found = finding(&report, check);
        assert_eq!((found.status, found.value), (Status::Warning, Some(0.0)), "{report:#?}");
    }
    sentinels.servers().primary().kill();
    wait::until("it alone does not reach the primary", || {
        finding(&watch(&sentinels), SENTINEL_DOWN).status == Status::Warning
    });
}

#[test]
fn a_primary_that_says_it_is_a_replica_is_critical() {
    let sentinels = Sentinels::start();
    assert_eq!(finding(&watch(&sentinels), SENTINEL_ROLE).status, Status::Ok);
    let (primary, replica) = (sentinels.servers().primary(), sentinels.servers().replica());
    primary.command(&["REPLICAOF", "127.0.0.1", &replica.port().to_string()]);
    let report = watch(&sentinels);
    assert_eq!(finding(&report, SENTINEL_ROLE).status, Status::Critical);
    assert_eq!(report.status, Status::Critical);
}

#[test]
fn the_certificate_of_a_sentinel_is_judged_while_it_is_good() {
    // The connection is what matters; that this is no sentinel comes after it.
    let server = Server::builder().tls().start();
    let authorities = Some(server.certificates().authority.clone());
    let options = TlsOptions { authorities, ..TlsOptions::default() };
    let target = Target { encryption: Encryption::Tls(options), ..target(&server.url()) };
    let Topology::Server(endpoint) = &target.topology else { panic!("it is one server") };
    let report = ask(&behind(vec![endpoint.clone()], target.clone()));
    assert_eq!(finding(&report, CERTIFICATE).status, Status::Ok);
    assert_eq!(finding(&report, QUORUM).status, Status::Critical);
}

#[test]
fn a_sentinel_that_hangs_leaves_time_for_the_primary() {
    let sentinels = Sentinels::start();
    let hanging = &sentinels.sentinels()[0];
    hanging.stop_process();
    let options = Options { deadline: Duration::from_secs(2), ..patient() };
    let session = Session::new(watched(&sentinels), options);
    let runtime = Runtime::new().unwrap();
    let report = runtime.block_on(session.look());
    let reached: Vec<_> = findings(&report, REACH).iter().map(|finding| finding.status).collect();
    let (hangs, well) = (Status::Critical, Status::Ok);
    assert_eq!(reached, [hangs, well, well, well], "{report:#?}");
    let ready = runtime.block_on(session.ask(Question::Ready));
    assert!(ready.yes, "{ready:?}");
    hanging.continue_process();
}
