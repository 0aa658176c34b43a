//! `live`, `ready` and `startup` where there are several servers, and a context for each.

use std::fs;

use cachectl_testkit::{Cachectl, Cluster, Sentinels, Server, cli::Output, wait};

use super::{good, patiently};
use crate::cachectl;

fn with_file(text: &str) -> Cachectl {
    let cachectl = cachectl();
    fs::write(cachectl.directory().join("cachectl.yaml"), text).unwrap();
    cachectl
}

fn ready(cachectl: &Cachectl) -> Output {
    cachectl.args(["-C", "all", "health", "ready", "--deadline", "20s"]).run()
}

#[test]
fn behind_sentinel_the_primary_is_asked() {
    let sentinels = Sentinels::start();
    let addresses = sentinels.addresses().join(", ");
    let cachectl = with_file(&format!("contexts: {{ all: {{ sentinels: [{addresses}] }} }}\n"));
    let run = ready(&cachectl).assert_code(0);
    let primary = format!("127.0.0.1:{} is ready", sentinels.primary().port());
    assert!(run.stdout().starts_with(&primary), "{run}");
}

#[test]
fn a_cluster_is_ready_if_a_node_that_is_named_says_so_and_all_slots_are_served() {
    let cluster = Cluster::start();
    let node = cluster.primary(1);
    let address = format!("127.0.0.1:{}", node.port());
    let text = format!("contexts: {{ all: {{ cluster: ['127.0.0.1:1', '{address}'] }} }}\n");
    let cachectl = with_file(&text);
    let run = ready(&cachectl).assert_code(0);
    assert!(run.stdout().starts_with(&format!("{address} is ready")), "{run}");
    let slot = (0..16_384).find(|slot| cluster.owner(*slot) == 1).unwrap();
    node.command(&["CLUSTER", "DELSLOTS", &slot.to_string()]);
    wait::until("the node notices", || ready(&cachectl).code() == Some(1));
    assert!(ready(&cachectl).stdout().contains("its cluster is down"));
}

#[test]
fn a_context_has_a_profile_and_limits_of_its_own() {
    let (strict, lax): (Server, Server) = (good(), good());
    let text = format!(
        "health: {{ profile: queue }}
contexts:
  strict: {{ url: '{}' }}
  lax: {{ url: '{}', health: {{ profile: cache }} }}
",
        strict.url_as("default", "secret"),
        lax.url_as("default", "secret")
    );
    let cachectl = with_file(&text);
    let policy = |context: &str| patiently(&cachectl, &["-C", context, "--check", "policy"]).code();
    assert_eq!((policy("strict"), policy("lax")), (Some(2), Some(0)));
}

#[test]
fn a_server_that_is_said_to_be_in_a_cluster_and_is_in_none_is_critical() {
    let server = good();
    let cachectl = super::as_user(&server, "default", "secret");
    let run = patiently(&cachectl, &["--cluster"]).assert_code(2);
    assert!(run.stdout().contains("it is said to be in a cluster, and is in none"), "{run}");
    drop(patiently(&cachectl, &[]).assert_code(0));
}
