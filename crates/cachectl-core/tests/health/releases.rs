//! The same faults on every release.

use cachectl_core::health::{
    Profile, Status,
    catalogue::{
        AOF, CLIENTS, CLUSTER, CLUSTER_REPLICAS, Check, DEFAULT_USER, DURABILITY, EVENTS,
        EVICTABLE, LOADING, MEMORY, MEMORY_LIMIT, PFAIL, POLICY, PROTECTED, RDB, REACH, REPLICAS,
        SENTINEL_DOWN, SENTINEL_OTHERS, SENTINEL_REPLICAS, SENTINEL_ROLE, SLOTS,
    },
};
use cachectl_testkit::{Cluster, Release, Sentinels, Server};

use super::{finding, findings, look, patient, patient_as, sentinels::watch};

#[test]
fn every_release_is_judged_alike() {
    #[track_caller]
    fn case(url: &str, profile: Profile, expected: &[(&Check, Option<Status>)]) {
        let report = look(url, &patient_as(profile));
        for (check, expected) in expected {
            let found = findings(&report, check).first().map(|finding| finding.status);
            assert_eq!(found, *expected, "{}: {report:#?}", check.id);
        }
    }

    use Status::{Critical, Ok, Warning};
    for release in Release::ALL {
        let fresh = Server::builder().release(release).start();
        case(
            &fresh.url(),
            Profile::Cache,
            &[
                (REACH, Some(Ok)),
                (LOADING, Some(Ok)),
                (MEMORY_LIMIT, Some(Warning)),
                (MEMORY, None),
                (CLIENTS, Some(Ok)),
                (POLICY, Some(Warning)),
                (DEFAULT_USER, Some(Warning)),
                (PROTECTED, Some(Ok)),
                (RDB, Some(Ok)),
                (REPLICAS, Some(Ok)),
                (EVENTS, None),
                (DURABILITY, None),
            ],
        );
        let ill = Server::builder()
            .release(release)
            .aof()
            .config("maxmemory", "1mb")
            .config("maxmemory-policy", "volatile-ttl")
            .config("latency-monitor-threshold", "1")
            .start();
        ill.command(&["SET", "key", "x"]);
        ill.command(&["EVAL", "for i = 1, 5e6 do end", "0"]);
        case(
            &ill.url(),
            Profile::Queue,
            &[
                (EVICTABLE, Some(Warning)),
                (POLICY, Some(Critical)),
                (AOF, Some(Ok)),
                (DURABILITY, Some(Ok)),
                (EVENTS, Some(Warning)),
            ],
        );
    }
}

#[test]
fn clusters_of_every_release_name_what_is_not_served() {
    for release in Release::ALL {
        let cluster = Cluster::start_with(&Server::builder().release(release), 0);
        let node = cluster.primary(1);
        node.command(&["CLUSTER", "DELSLOTS", "5461", "5462", "6000"]);
        let report = look(&node.url(), &patient());
        let slots = finding(&report, SLOTS);
        assert_eq!(slots.status, Status::Critical, "{release}");
        assert_eq!(slots.text, "slots 5461-5462, 6000 are not served", "{release}");
        // A node that does not serve all slots serves none.
        assert!(findings(&report, CLUSTER).iter().any(|it| it.status == Status::Critical));
        assert_eq!(finding(&report, PFAIL).status, Status::Ok, "{release}");
        let alone = findings(&report, CLUSTER_REPLICAS);
        let warned = alone.iter().filter(|it| it.status == Status::Warning);
        assert_eq!(warned.count(), cluster.primaries().len(), "{release}");
    }
}

#[test]
fn sentinels_of_every_release_tell_what_they_see() {
    for release in Release::ALL {
        let sentinels = Sentinels::start_with(&Server::builder().release(release));
        let report = watch(&sentinels);
        let checks = [SENTINEL_DOWN, SENTINEL_OTHERS, SENTINEL_REPLICAS, SENTINEL_ROLE];
        for check in checks {
            assert_eq!(finding(&report, check).status, Status::Ok, "{release}: {report:#?}");
        }
    }
}
