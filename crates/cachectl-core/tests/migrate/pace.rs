//! How fast a migration goes, so that nobody else waits.

use std::{thread, time::Duration};

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

#[test]
fn our_own_work_is_not_taken_for_a_slow_server() {
    let server = Server::start();
    let bench = Bench::new(&server.url());
    let deployment = bench.deployment();
    let batch = Pacing::default().batch.get();
    let limits = Limits { rate: None, batch, max_latency: Duration::from_millis(150) };
    let busy = async {
        let throttle = Throttle::start(&deployment, limits).await.unwrap();
        // As long as some fifteen answers that would be too late, were they read in between.
        for _ in 0..15 {
            thread::sleep(Duration::from_millis(200));
            tokio::task::yield_now().await;
        }
        throttle.slowdowns()
    };
    let one_thread = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    assert_eq!(one_thread.block_on(busy), 0);
}
