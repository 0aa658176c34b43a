//! The binary is killed again and again, and never loses or doubles a value.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use cachectl_testkit::{Cachectl, Keyspace, Server, Snapshot};

use crate::cachectl;

/// How many times the binary is killed in a run of all tests.
const KILLS: u32 = 60;
/// How many keys are not part of a chain or a swap.
const PLAIN: usize = 20_000;
const CHAIN: usize = 300;
const SWAPS: usize = 100;

/// Numbers that look random, the same in every run that begins with the same seed.
struct Dice(u64);

impl Dice {
    /// Returns a number below `limit`.
    fn roll(&mut self, limit: u64) -> u64 {
        // Xorshift, by Marsaglia: good enough to pick moments.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// How long the test goes on: for a number of kills, or for a time.
struct Budget {
    begun: Instant,
    time: Option<Duration>,
}

impl Budget {
    fn new() -> Self {
        let seconds = std::env::var("CACHECTL_SOAK_SECONDS").ok();
        let seconds = seconds.and_then(|seconds| seconds.parse().ok());
        Self { begun: Instant::now(), time: seconds.map(Duration::from_secs) }
    }

    fn is_spent(&self, kills: u32) -> bool {
        let late = self.time.is_none_or(|time| self.begun.elapsed() > time);
        late && kills >= KILLS
    }
}

/// New names by old names, for keys in chains and swaps; the others get a prefix.
fn special_names() -> BTreeMap<String, String> {
    let chain = (0..CHAIN).map(|n| (format!("chain:{n}"), format!("chain:{}", n + 1)));
    let there = (0..SWAPS).map(|n| (format!("left:{n}"), format!("right:{n}")));
    let back = (0..SWAPS).map(|n| (format!("right:{n}"), format!("left:{n}")));
    chain.chain(there).chain(back).collect()
}

/// The rules, as a file.
fn rules() -> String {
    let special = special_names().into_iter().filter(|(from, _)| from.starts_with("chain"));
    let chain = special.map(|(from, to)| format!("  - {{ match: '{from}', to: '{to}' }}\n"));
    let others = [
        "  - { match: 'left:{n}', to: 'right:{n}' }\n",
        "  - { match: 'right:{n}', to: 'left:{n}' }\n",
        "  - { prefix: 'old:', to: 'new:' }\n",
    ];
    let head = "version: 1\nrules:\n".to_owned();
    [head].into_iter().chain(chain).chain(others.map(str::to_owned)).collect()
}

fn renamed(before: &Snapshot) -> Snapshot {
    let special = special_names();
    before.renamed(|key| {
        let key = std::str::from_utf8(key).ok()?;
        let plain = || key.strip_prefix("old:").map(|rest| format!("new:{rest}"));
        special.get(key).cloned().or_else(plain).map(String::into_bytes)
    })
}

/// One migration that is killed until it is through, and then rolled back the same way.
struct Victim<'a> {
    server: &'a Server,
    cachectl: &'a Cachectl,
    dice: Dice,
    kills: u32,
}

impl Victim<'_> {
    /// Runs a step to its end, killing it at random moments on the way.
    fn run(&mut self, first: &[&str], again: &[&str]) {
        let mut arguments = first;
        for attempt in 0.. {
            // Longer from time to time, or a slow machine would never get past the plan.
            let life = Duration::from_millis(self.dice.roll(250) + 15 * attempt);
            let mut running = self.cachectl.args(arguments).spawn();
            let begun = Instant::now();
            while begun.elapsed() < life && !running.has_ended() {
                std::thread::sleep(Duration::from_millis(1));
            }
            if running.has_ended() {
                let output = running.wait(Duration::from_secs(60));
                assert_eq!(output.code(), Some(0), "{output}");
                return;
            }
            let output = running.kill();
            // A report is the last thing that it does: it was faster than we were.
            if output.stdout().contains("renamed") {
                return;
            }
            assert_eq!(output.stdout(), "", "nothing is reported before the end");
            self.nothing_is_lost();
            // Before the first state is on disk there is nothing to carry on with, and a kill
            // proves nothing.
            let begun = self.has_begun();
            self.kills += u32::from(begun);
            arguments = if begun { again } else { first };
        }
    }

    fn has_begun(&self) -> bool {
        let status = self.cachectl.args(["migrate", "status", "-o", "json"]).run();
        status.code() == Some(0)
    }

    /// Counts, because reading everything after every kill would take longer than the migration.
    fn nothing_is_lost(&self) {
        let keys = self.server.data_size();
        let expected = i64::try_from(PLAIN + CHAIN + 2 * SWAPS).unwrap();
        assert_eq!(keys, expected, "after kill {}", self.kills);
    }
}

#[test]
fn soak_migrate_survives_kills_at_any_moment() {
    let seed = std::env::var("CACHECTL_SOAK_SEED").ok().and_then(|seed| seed.parse().ok());
    let mut dice = Dice(seed.unwrap_or(0x2026_1120));
    let budget = Budget::new();
    let mut kills = 0;
    while !budget.is_spent(kills) {
        let server = Server::start();
        let names = special_names().into_keys();
        Keyspace::new(dice.roll(1_000))
            .keys("old:{}", PLAIN)
            .named(names)
            .with_ttl_share(0.2)
            .load(&server);
        let before = server.snapshot();
        let home = cachectl().server(&server);
        std::fs::write(home.directory().join("rules.yaml"), rules()).unwrap();
        let seed = dice.roll(u64::MAX).max(1);
        let mut victim = Victim { server: &server, cachectl: &home, dice: Dice(seed), kills };

        victim.run(
            &["migrate", "--rules", "rules.yaml", "--rate", "40000", "--yes", "-q"],
            &["migrate", "resume", "--rate", "40000", "--yes", "-q"],
        );
        server.snapshot().assert_equals(&renamed(&before));
        let back = ["migrate", "rollback", "--rate", "40000", "--yes", "-q"];
        victim.run(&back, &back);
        server.snapshot().assert_equals(&before);
        kills = victim.kills;
    }
}
