//! How fast a migration goes, so that nobody else waits.

use std::time::Duration;

use cachectl_core::{
    migrate::options::Pacing,
    steps::throttle::{Limits, Throttle},
};
use cachectl_testkit::{Proxy, Server, wait};

use crate::bench::Bench;

#[test]
fn batches_shrink_while_a_server_answers_slowly_and_grow_back_when_it_is_quick_again() {
    let server = Server::start();
    let proxy = Proxy::start(&server);
    let bench = Bench::new(&proxy.url());
    let deployment = bench.deployment();
    let batch = Pacing::default().batch.get();
    // So much that a busy machine is not taken for a slow server.
    let limits = Limits { rate: None, batch, max_latency: Duration::from_millis(150) };
    let throttle = bench.runtime.block_on(Throttle::start(&deployment, limits)).unwrap();
    let pace = || (throttle.batch(), throttle.depth());
    let at_full_speed = pace();

    proxy.delay(Duration::from_millis(100));
    wait::until("the throttle is at its slowest", || pace() == (16, 1));
    proxy.heal();
    wait::until("the throttle is at full speed again", || pace() == at_full_speed);

    assert!(throttle.slowdowns() >= 3, "{}", throttle.slowdowns());
}
