//! Sentinels and clusters.

mod failovers;
mod reshards;

use cachectl_core::{
    migrate::{Error, report::Refusal},
    server::{
        Error as ServerError,
        target::{Login, Target, Topology},
    },
    values::endpoint::{ConnectionUrl, DEFAULT_SENTINEL_PORT, Endpoint},
    vocabulary::outcome::Outcome,
};
use cachectl_testkit::{Cluster, Keyspace, Sentinels, Server, sentinels};

use crate::bench::{Bench, calls, rules, swap_prefix};

/// The way to the primary that sentinels name.
pub(crate) fn sentinel_target(servers: &Sentinels) -> Target {
    target(&servers.addresses(), sentinels::NAME)
}

fn target(addresses: &[String], name: &str) -> Target {
    let parse = |address: &String| Endpoint::parse(address, DEFAULT_SENTINEL_PORT).unwrap();
    Target {
        topology: Topology::Sentinel {
            sentinels: addresses.iter().map(parse).collect(),
            primary_name: name.to_owned(),
            login: Login::default(),
        },
        ..Target::from_url(ConnectionUrl::parse("unused").unwrap())
    }
}

#[test]
fn every_primary_of_a_cluster_migrates_its_own_keys() {
    let cluster = Cluster::start();
    let names = (0..6_000).map(|number| format!("old:{{{number}}}"));
    Keyspace::new(31).named(names).with_ttl_share(0.2).load(&cluster);
    let before = cluster.snapshot();
    let bench = Bench::new(&cluster.url());

    let (migrated, migration) = bench.migrate(&rules(&["prefix:old: => new:"]));

    assert_eq!(migrated.plan.servers.len(), 3);
    assert_eq!(migrated.apply.accounts.renamed, 6_000);
    assert_eq!(migrated.apply.outcome, Outcome::Clean);
    assert_eq!(migrated.verify.outcome, Outcome::Clean, "{:?}", migrated.verify);
    let expected = before.renamed(|key| swap_prefix(key, "old:", "new:"));
    cluster.snapshot().assert_equals(&expected);

    bench.rollback(&migration);
    cluster.snapshot().assert_equals(&before);
}

#[test]
fn names_of_one_slot_are_asked_for_together() {
    let cluster = Cluster::start();
    let names = (0..1_000).map(|number| format!("old:{{{}}}:{number}", number % 6));
    Keyspace::new(31).named(names).load(&cluster);
    Keyspace::new(34).named((0..4_000).map(|number| format!("other:{number}"))).load(&cluster);
    let questions = || cluster.primaries().iter().map(|node| calls(node, "exists")).sum::<u64>();
    let bench = Bench::new(&cluster.url());

    let begun = questions();
    let (_, migration) = bench.begin(&rules(&["prefix:old: => new:"]));
    let planned = questions();
    bench.apply(&migration).unwrap();
    let applied = questions();
    assert_eq!(bench.verify(&migration).outcome, Outcome::Clean);

    // Most other keys are no old ones, so the plan has to ask. A page has keys of a few slots.
    assert!((1..=200).contains(&(planned - begun)), "{}", planned - begun);
    assert!((6..=200).contains(&(questions() - applied)), "{}", questions() - applied);
}

#[test]
fn pairs_across_slots_are_counted_and_refused() {
    let cluster = Cluster::start();
    let names = (0..100).map(|number| format!("old:{number}"));
    Keyspace::new(32).named(names).load(&cluster);
    Keyspace::new(33).named(["old:{a}", "old:{b}"]).load(&cluster);
    let before = cluster.digest();
    let bench = Bench::new(&cluster.url());

    let (report, _) = bench.plan(&rules(&["prefix:old: => new:"])).unwrap();

    let crossing = report.cross_slot.count;
    assert!((98..=100).contains(&crossing), "{crossing}");
    assert_eq!(report.refusals, [Refusal::CrossSlot { pairs: crossing }]);
    assert_eq!(cluster.digest(), before);
}

#[test]
fn slots_that_moved_since_planning_refuse_the_plan() {
    let cluster = Cluster::start();
    Keyspace::new(34).named((0..50).map(|number| format!("old:{{{number}}}"))).load(&cluster);
    let bench = Bench::new(&cluster.url());
    let (_, migration) = bench.begin(&rules(&["prefix:old: => new:"]));
    cluster.move_slot(0, 2);

    let error = bench.apply(&migration).unwrap_err();
    assert!(matches!(error, Error::SlotsMoved), "{error:?}");
}

#[test]
fn a_slot_that_moves_while_applying_is_followed() {
    let cluster = Cluster::start();
    let names = (0..3_000).map(|number| format!("old:{{tag}}:{number}"));
    Keyspace::new(35).named(names).load(&cluster);
    let before = cluster.snapshot();
    let bench = Bench::new(&cluster.url());
    let (_, migration) = bench.begin(&rules(&["prefix:old: => new:"]));
    let slot = cachectl_testkit::cluster::slot_of(b"{tag}");
    let to = (cluster.owner(slot) + 1) % 3;

    // The first attempt begins while the slot is on its way, and asks again until it has arrived.
    let deployment = bench.deployment();
    cluster.begin_move(slot, to);
    let control = cachectl_core::vocabulary::control::Control::unattended();
    let pacing = cachectl_core::migrate::options::Pacing::default();
    let report = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(std::time::Duration::from_millis(500));
            cluster.finish_move(slot, to);
        });
        let applying = cachectl_core::migrate::apply(&deployment, &migration, pacing, &control);
        bench.runtime.block_on(applying).unwrap()
    });

    assert_eq!(report.outcome, Outcome::Clean, "{report:?}");
    let expected = before.renamed(|key| swap_prefix(key, "old:", "new:"));
    cluster.snapshot().assert_equals(&expected);
}

#[test]
fn a_cluster_has_no_other_database() {
    let cluster = Cluster::start();
    let error = Bench::new(&format!("{}/1", cluster.url())).try_open().unwrap_err();
    // Since Valkey 9 a cluster may have others, and has none unless it is told so.
    let known = matches!(error, ServerError::ClusterDb { db: 1 } | ServerError::NoSuchDb { .. });
    assert!(known, "{error:?}");
}

#[test]
fn sentinels_lead_to_the_primary_even_if_one_of_them_is_down() {
    let servers = Sentinels::start();
    Keyspace::new(36).keys("old:{}", 500).load(servers.primary());
    let before = servers.primary().snapshot();
    servers.sentinels()[0].kill();
    let bench = Bench::of(sentinel_target(&servers));

    let (migrated, _) = bench.migrate(&rules(&["prefix:old: => new:"]));

    assert_eq!(migrated.verify.outcome, Outcome::Clean);
    let expected = before.renamed(|key| swap_prefix(key, "old:", "new:"));
    servers.primary().snapshot().assert_equals(&expected);
}

#[test]
fn what_sentinels_cannot_tell_is_said() {
    let servers = Sentinels::start();
    let error = Bench::of(target(&servers.addresses(), "nobody")).try_open().unwrap_err();
    assert!(matches!(error, ServerError::UnknownPrimary { .. }), "{error:?}");

    let sentinel = format!("redis://{}", servers.addresses()[0]);
    let error = Bench::new(&sentinel).try_open().unwrap_err();
    assert!(matches!(error, ServerError::IsSentinel { .. }), "{error:?}");

    let plain = Server::builder().tcp().start();
    let address = [format!("127.0.0.1:{}", plain.port())];
    let error = Bench::of(target(&address, sentinels::NAME)).try_open().unwrap_err();
    assert!(matches!(error, ServerError::NoSentinel { .. }), "{error:?}");
}
