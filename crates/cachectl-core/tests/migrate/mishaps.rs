//! What servers lose, and what clients miss, against a model that renames in a map.
//!
//! A round is a random migration and a random mishap. However it goes, it has to end in exactly
//! what the model says, or stop as incomplete and end there once the right server is back.
//!
//! `CACHECTL_LOSS_SEED=N` runs one round alone. `cargo xtask soak migrate` runs many.

mod dice;
mod model;
mod round;
mod scenario;
mod site;

use std::{
    panic::{self, AssertUnwindSafe},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use self::scenario::Scenario;

/// How many rounds there are in a run of all tests, and how many at least in a long run.
const ROUNDS: u64 = 40;
const SOAK_ROUNDS: u64 = 300;
/// How many rounds go on at once. They wait most of the time.
const AT_ONCE: usize = 4;

/// Which rounds are run.
struct Budget {
    first: u64,
    rounds: u64,
    deadline: Option<Instant>,
}

impl Budget {
    fn from_environment() -> Self {
        let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
        let time = number("CACHECTL_SOAK_SECONDS").map(Duration::from_secs);
        let budget = |first, rounds| Self {
            first,
            rounds,
            deadline: time.map(|time| Instant::now() + time),
        };
        match (number("CACHECTL_LOSS_SEED"), time) {
            (Some(seed), _) => Self { deadline: None, ..budget(seed, 1) },
            (None, None) => budget(1, ROUNDS),
            // A long run goes where the short one does not.
            (None, Some(_)) => budget(number("CACHECTL_SOAK_SEED").unwrap_or(1_001), SOAK_ROUNDS),
        }
    }

    fn is_spent(&self, rounds: u64) -> bool {
        let late = self.deadline.is_none_or(|deadline| Instant::now() > deadline);
        late && rounds >= self.rounds
    }
}

#[test]
fn soak_migrate_ends_as_the_model_says_whatever_was_lost() {
    let budget = Budget::from_environment();
    let (next, failures) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let round = next.fetch_add(1, Ordering::Relaxed);
                    if budget.is_spent(round) {
                        break;
                    }
                    let scenario = Scenario::of(budget.first + round);
                    if let Err(why) = play(&scenario) {
                        failures.lock().unwrap().push((scenario, why));
                    }
                }
            });
        }
    });

    let failures = failures.into_inner().unwrap();
    for (scenario, why) in &failures {
        eprintln!("CACHECTL_LOSS_SEED={}: {why}\n  in {scenario:?}\n", scenario.seed);
    }
    let mut seeds: Vec<u64> = failures.iter().map(|(scenario, _)| scenario.seed).collect();
    seeds.sort_unstable();
    let rounds = next.into_inner() - AT_ONCE as u64;
    assert!(seeds.is_empty(), "{} of {rounds} rounds failed, seeds {seeds:?}", seeds.len());
}

/// Plays a round; tells why it failed.
fn play(scenario: &Scenario) -> Result<(), String> {
    let played = panic::catch_unwind(AssertUnwindSafe(|| round::play(scenario)));
    played.map_err(|payload| {
        let text = payload.downcast_ref::<String>().cloned();
        text.or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
    })
}

/// The scenarios have to be worth something: all mishaps, ways and policies are among them.
#[test]
fn forty_rounds_have_every_mishap_way_and_policy() {
    let scenarios: Vec<Scenario> = (1..=ROUNDS).map(Scenario::of).collect();
    let all = format!("{scenarios:?}");
    for word in [
        "KilledClient",
        "CutConnection",
        "OlderSnapshot",
        "LaggingReplica",
        "OtherData",
        "NoData",
        "Resume",
        "Rollback",
        "ResumeThenRollback",
        "Abort",
        "Skip",
        "Stash",
        "Overwrite",
        "survives: true",
        "survives: false",
    ] {
        assert!(all.contains(word), "no round has {word}");
    }
}
