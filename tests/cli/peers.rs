//! Servers that name others: how many, and where a password follows.

mod liar;

use std::fmt::Write as _;

use self::liar::{Liar, array, bulk, is, slots};
use crate::cachectl;

/// More nodes than any cluster has.
const LEGION: usize = 20_000;

/// Returns `CLUSTER NODES` with one node of its own and others by name.
fn nodes(port: u16, others: usize) -> String {
    let mut text = format!(
        "{:040x} 127.0.0.1:{port}@{} myself,master - 0 0 1 connected 0-16383\n",
        0,
        port.wrapping_add(10_000)
    );
    for number in 1..=others {
        writeln!(
            text,
            "{number:040x} node-{number}.cache.invalid:7000@17000 slave {:040x} 0 0 1 connected",
            0
        )
        .unwrap();
    }
    text
}

#[test]
fn a_node_that_lists_twenty_thousand_others_ends_nothing() {
    let liar = Liar::start(|port| {
        let nodes = bulk(&nodes(port, LEGION));
        move |command: &[String]| is(command, &["CLUSTER", "NODES"]).then(|| nodes.clone())
    });
    let cachectl = cachectl().url(liar.url());
    for format in ["human", "json", "prometheus"] {
        let arguments = ["health", "--deadline", "20s", "-o", format];
        let run = cachectl.args(arguments).run().assert_code(2);
        let said = run.stdout();
        assert!(said.len() < 100_000, "{} bytes", said.len());
        if format != "prometheus" {
            assert!(said.contains("it lists 20001 nodes, and at most 1000 are looked at"), "{run}");
        }
    }
}

#[test]
fn a_cluster_of_more_primaries_than_there_can_be_is_refused() {
    let liar = Liar::start(|port| {
        let one = |slot: u16| slots(slot, slot, &format!("node-{slot}.cache.invalid"), 7000);
        let others: Vec<_> = (0..1_000).map(one).collect();
        let rest = slots(1_000, 16_383, "127.0.0.1", port);
        let all = array(&[others, vec![rest]].concat());
        move |command: &[String]| is(command, &["CLUSTER", "SLOTS"]).then(|| all.clone())
    });
    let arguments = ["migrate", "plan", "--out", "p.plan", "--rule", "a{x} => b{x}"];
    let run = cachectl().url(liar.url()).args(arguments).run().assert_code(69);
    assert!(run.stderr().contains("names more than 1000 primaries"), "{run}");
}
