//! A random migration and a random mishap.

use std::num::NonZeroU32;

use cachectl_core::migrate::options::OnConflict;

use super::dice::Dice;

/// A migration and what befalls it.
#[derive(Clone, Debug)]
pub(super) struct Scenario {
    pub(super) seed: u64,
    pub(super) names: Names,
    pub(super) policy: OnConflict,
    /// Keys a second, in the part that is disturbed.
    pub(super) rate: NonZeroU32,
    pub(super) mishap: Mishap,
    /// Whether the client lives through it.
    pub(super) survives: bool,
    /// The last moment of which the server keeps anything, where it loses something.
    pub(super) kept: Point,
    /// When it happens.
    pub(super) struck: Point,
    pub(super) way: Way,
}

/// How many keys there are of each kind.
#[derive(Clone, Debug)]
pub(super) struct Names {
    /// Keys whose names are nobody else's.
    pub(super) flat: u64,
    /// Chains of their own rules, by length.
    pub(super) chains: Vec<u64>,
    /// Chains of the same rules: how many, and how long.
    pub(super) trains: (u64, u64),
    /// Pairs that swap their names.
    pub(super) swaps: u64,
    /// Cycles: how many, and how long.
    pub(super) rings: (u64, u64),
    /// Of a hundred new names that are no old ones, how many are taken.
    pub(super) taken: u64,
}

/// What befalls a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mishap {
    KilledClient,
    CutConnection,
    /// The server comes back with what it held at an earlier moment.
    OlderSnapshot,
    /// A replica is promoted that has missed something, and has the address from then on.
    LaggingReplica,
    /// The address leads to other data, and later back.
    OtherData,
    /// The server comes back empty, and later with its data.
    NoData,
}

impl Mishap {
    /// Returns whether the right data are out of reach until they are brought back.
    pub(super) fn is_elsewhere(self) -> bool {
        matches!(self, Self::OtherData | Self::NoData)
    }
}

/// What is done in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Resume,
    Rollback,
    ResumeThenRollback,
}

/// A part of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Forward,
    Back,
}

/// A moment of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Point {
    pub(super) stage: Stage,
    /// How much of the stage is done, of a hundred: 0 is before it begins, 100 after its end.
    pub(super) share: u64,
}

impl Scenario {
    pub(super) fn of(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let policy = dice.pick(&[
            OnConflict::Abort,
            OnConflict::Skip,
            OnConflict::Stash,
            OnConflict::Overwrite,
        ]);
        let names = Names::of(&mut dice, policy);
        let mishap = dice.pick(&[
            Mishap::KilledClient,
            Mishap::CutConnection,
            Mishap::OlderSnapshot,
            Mishap::OlderSnapshot,
            Mishap::LaggingReplica,
            Mishap::OtherData,
            Mishap::NoData,
        ]);
        let survives = match mishap {
            Mishap::KilledClient => false,
            Mishap::CutConnection => true,
            _ => dice.once_in(2),
        };
        let way = dice.pick(&[Way::Resume, Way::Rollback, Way::ResumeThenRollback]);
        let struck = Point::of(&mut dice, way, mishap);
        let rate = names.count() * dice.between(70, 200) / 100;
        Self {
            seed,
            policy,
            rate: u32::try_from(rate).ok().and_then(NonZeroU32::new).unwrap(),
            names,
            mishap,
            survives,
            kept: struck.earlier(&mut dice),
            struck,
            way,
        }
    }
}

impl Names {
    fn of(dice: &mut Dice, policy: OnConflict) -> Self {
        let taken = match policy {
            // A refused plan is soon told.
            OnConflict::Abort => dice.pick(&[0, 0, 0, 5]),
            OnConflict::Skip | OnConflict::Stash | OnConflict::Overwrite => {
                dice.pick(&[0, 10, 30, 60, 100])
            }
        };
        Self {
            flat: dice.between(50, 600),
            chains: (0..dice.below(4)).map(|_| dice.between(2, 8)).collect(),
            trains: (dice.pick(&[0, 10, 60]), dice.between(2, 4)),
            swaps: dice.pick(&[0, 1, 20, 60]),
            rings: (dice.pick(&[0, 1, 20]), dice.between(3, 5)),
            taken,
        }
    }

    fn count(&self) -> u64 {
        let chains: u64 = self.chains.iter().sum();
        self.flat
            + chains
            + self.trains.0 * self.trains.1
            + 2 * self.swaps
            + self.rings.0 * self.rings.1
    }
}

impl Point {
    fn of(dice: &mut Dice, way: Way, mishap: Mishap) -> Self {
        let stage = match way {
            Way::Resume => Stage::Forward,
            Way::Rollback | Way::ResumeThenRollback => dice.pick(&[Stage::Forward, Stage::Back]),
        };
        // After the end there is no client left to kill, and no connection to cut.
        let after = matches!(mishap, Mishap::KilledClient | Mishap::CutConnection);
        let share = if !after && dice.once_in(5) { 100 } else { dice.between(3, 95) };
        Self { stage, share }
    }

    /// Returns a moment that is no later.
    fn earlier(self, dice: &mut Dice) -> Self {
        let stage = match self.stage {
            Stage::Back => dice.pick(&[Stage::Forward, Stage::Back, Stage::Back]),
            Stage::Forward => Stage::Forward,
        };
        let latest = if stage == self.stage { self.share } else { 100 };
        let share = if dice.once_in(6) { 0 } else { dice.between(1, latest) };
        Self { stage, share }
    }
}
