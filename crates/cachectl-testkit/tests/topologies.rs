//! Several servers that belong together.

use cachectl_testkit::cluster::{SLOTS, slot_of};
use cachectl_testkit::{Cluster, Keyspace, Replicated, Sentinels, Server, Value, locate, wait};

#[test]
fn a_replica_follows_its_primary() {
    let replicated = Replicated::start();
    Keyspace::new(1).keys("k{}", 300).load(replicated.primary());
    replicated.wait_until_in_sync();
    let expected = replicated.primary().snapshot();
    replicated.replica().snapshot().assert_equals(&expected);
    let refused = replicated.replica().try_command(&["SET", "a", "1"]).unwrap_err();
    assert_eq!(refused.code(), Some("READONLY"));
}

#[test]
fn roles_can_be_swapped() {
    let replicated = Replicated::start();
    replicated.swap_roles();
    assert_eq!(replicated.replica().command(&["SET", "a", "1"]), Value::Okay);
    let refused = replicated.primary().try_command(&["SET", "a", "1"]).unwrap_err();
    assert_eq!(refused.code(), Some("READONLY"));
}

#[test]
fn sentinels_elect_a_new_primary_when_the_old_one_dies() {
    let sentinels = Sentinels::start();
    assert_eq!(sentinels.primary().pid(), sentinels.servers().primary().pid());
    assert_eq!(sentinels.addresses().len(), 3);
    sentinels.servers().primary().command(&["SET", "a", "1"]);
    sentinels.servers().wait_until_in_sync();
    sentinels.servers().primary().kill();
    sentinels.wait_for_new_primary();
    assert_eq!(sentinels.primary().text(&["GET", "a"]), "1");
    assert_eq!(sentinels.primary().pid(), sentinels.servers().replica().pid());
}

#[test]
fn sentinels_fail_over_on_demand() {
    let sentinels = Sentinels::start();
    sentinels.fail_over();
    assert_eq!(sentinels.primary().command(&["SET", "a", "1"]), Value::Okay);
}

#[test]
fn a_cluster_serves_all_slots() {
    let cluster = Cluster::start();
    Keyspace::new(1).keys("k{}", 3000).with_ttl_share(0.1).load(&cluster);
    assert_eq!(cluster.snapshot().len(), 3000);
    for primary in cluster.primaries() {
        assert!(primary.number(&["DBSIZE"]) > 500);
    }
    assert_eq!(cluster.primary_of("k0").number(&["EXISTS", "k0"]), 1);
    let owners = (0..SLOTS).map(|slot| cluster.owner(slot));
    assert_eq!(owners.filter(|owner| *owner == 1).count(), 5461);
}

#[test]
fn slots_are_counted_as_the_server_counts_them() {
    let cluster = Cluster::start();
    for name in cachectl_testkit::keyspace::adversarial_names() {
        let slot = cluster.primary(0).number(&[b"CLUSTER".as_slice(), b"KEYSLOT", &name]);
        assert_eq!(
            slot,
            i64::from(slot_of(&name)),
            "{}",
            name[..name.len().min(40)].escape_ascii()
        );
    }
}

#[test]
fn a_slot_moves_with_its_keys() {
    let cluster = Cluster::start();
    Keyspace::new(1)
        .keys("{tag}:{}", 0)
        .named((0..300).map(|n| format!("{{tag}}:{n}")))
        .load(&cluster);
    let before = cluster.digest();
    let slot = slot_of(b"{tag}:0");
    let (from, to) = (cluster.owner(slot), (cluster.owner(slot) + 1) % 3);
    cluster.begin_move(slot, to);
    let asked = cluster.primary(from).try_command(&["GET", "{tag}:new"]).unwrap_err();
    assert_eq!(asked.code(), Some("ASK"));
    cluster.finish_move(slot, to);
    let moved = cluster.primary(from).try_command(&["GET", "{tag}:0"]).unwrap_err();
    assert_eq!(moved.code(), Some("MOVED"));
    assert_eq!(cluster.owner(slot), to);
    assert_eq!(cluster.digest(), before);
}

#[test]
fn a_cluster_can_have_replicas() {
    let cluster = Cluster::start_with(&Server::builder(), 1);
    Keyspace::new(1).keys("k{}", 300).load(&cluster);
    for (primary, replica) in cluster.primaries().iter().zip(cluster.replicas()) {
        let size = primary.number(&["DBSIZE"]);
        wait::until("the replica has all keys", || replica.number(&["DBSIZE"]) == size);
    }
}

#[test]
fn a_killed_cluster_node_comes_back() {
    let cluster = Cluster::start_with(&Server::builder().aof(), 0);
    Keyspace::new(1).keys("k{}", 300).load(&cluster);
    let before = cluster.digest();
    cluster.primary(1).kill();
    wait::until("the others notice", || {
        cluster
            .primary(0)
            .try_command(&["GET", "x"])
            .is_err_and(|it| it.code() == Some("CLUSTERDOWN"))
            || cluster.primary(0).text(&["CLUSTER", "INFO"]).contains("cluster_state:fail")
    });
    cluster.primary(1).restart();
    cluster.wait_until_complete();
    assert_eq!(cluster.digest(), before);
}

#[test]
fn field_ttl_servers_form_every_topology() {
    let valkey = locate::with(locate::Feature::HashFieldTtl).unwrap();
    let builder = Server::builder().binary(valkey.path());
    let cluster = Cluster::start_with(&builder, 0);
    Keyspace::new(1).keys("k{}", 300).load(&cluster);
    assert_eq!(cluster.snapshot().len(), 300);
    let replicated = Replicated::start_with(&builder);
    Keyspace::new(1).keys("k{}", 300).load(replicated.primary());
    replicated.wait_until_in_sync();
    assert_eq!(replicated.primary().digest(), replicated.replica().digest());
}

#[test]
fn a_replica_of_a_cluster_takes_over_in_every_way() {
    #[track_caller]
    fn case(fail_over: fn(&Cluster)) {
        let cluster = Cluster::start_with(&Server::builder(), 1);
        Keyspace::new(1).keys("k{}", 300).load(&cluster);
        wait::until("the replica has all keys", || {
            let size = |server: &Server| server.number(&["DBSIZE"]);
            size(cluster.primary(1)) == size(cluster.replica_of(1))
        });
        let before = cluster.digest();
        let old = cluster.primary(1).pid();
        fail_over(&cluster);
        assert_ne!(cluster.primary(1).pid(), old);
        assert_eq!(cluster.digest(), before);
    }

    case(|cluster| cluster.fail_over(1));
    case(|cluster| cluster.take_over(1));
    case(|cluster| cluster.kill_primary(1));
}

#[test]
fn a_replica_of_a_cluster_that_lags_takes_over_without_what_it_lacks() {
    let cluster = Cluster::start_with(&Server::builder(), 1);
    let primary = cluster.primary_of("{a}:1");
    let number = cluster.owner(slot_of(b"{a}:1"));
    primary.command(&["SET", "{a}:1", "there"]);
    wait::until("the replica has it", || cluster.replica_of(number).number(&["DBSIZE"]) == 1);
    primary.hold_replicas_back();
    primary.command(&["SET", "{a}:2", "lost"]);
    cluster.kill_primary(number);
    let names: Vec<_> = cluster.snapshot().entries().keys().cloned().collect();
    assert_eq!(names, [(0, b"{a}:1".to_vec())]);
    // The old primary comes back as a replica of the new one.
    primary.restart();
    cluster.wait_until_complete();
    assert_eq!(primary.number(&["DBSIZE"]), 1);
}

#[test]
fn keys_of_a_slot_can_be_moved_one_after_the_other() {
    let cluster = Cluster::start();
    Keyspace::new(1).named((0..30).map(|n| format!("{{tag}}:{n}"))).load(&cluster);
    let before = cluster.digest();
    let slot = slot_of(b"{tag}:0");
    let (from, to) = (cluster.owner(slot), (cluster.owner(slot) + 1) % 3);
    cluster.begin_move(slot, to);
    assert_eq!(cluster.move_keys(slot, to, 20), 20);
    assert_eq!(cluster.primary(from).number(&["DBSIZE"]), 10);
    assert_eq!(cluster.primary(to).number(&["DBSIZE"]), 20);
    cluster.finish_move(slot, to);
    assert_eq!(cluster.digest(), before);
}

#[test]
fn a_replica_that_lags_can_be_promoted() {
    let replicated = Replicated::start();
    replicated.primary().command(&["SET", "a", "there"]);
    replicated.wait_until_in_sync();
    replicated.primary().hold_replicas_back();
    replicated.primary().command(&["SET", "b", "lost"]);
    replicated.promote_replica();
    assert_eq!(replicated.replica().command(&["SET", "c", "1"]), Value::Okay);
    assert_eq!(replicated.replica().number(&["EXISTS", "a", "b", "c"]), 2);
}

#[test]
fn a_replica_that_was_held_back_catches_up() {
    let replicated = Replicated::start();
    replicated.primary().hold_replicas_back();
    replicated.primary().command(&["SET", "a", "1"]);
    replicated.primary().let_replicas_follow();
    replicated.wait_until_in_sync();
    assert_eq!(replicated.replica().number(&["EXISTS", "a"]), 1);
    // By SYNC, it could follow without knowing how far.
    let may_sync = replicated.primary().command(&["ACL", "DRYRUN", "default", "SYNC"]);
    assert_ne!(may_sync, Value::Okay);
}
