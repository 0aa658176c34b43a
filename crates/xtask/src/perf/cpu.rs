//! CPU time, from `/proc`.

use std::fs;
use std::time::Duration;

/// The unit of times in `/proc`, which Linux keeps the same for all programs on all machines.
const TICK: Duration = Duration::from_millis(10);

/// CPU time that was used until some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Used {
    /// By this process.
    own: Duration,
    /// By all children of this process that have ended, and theirs.
    children: Duration,
    /// By everything on the machine, and what others on its host took from it.
    machine: Duration,
}

impl Used {
    /// Returns what was used until now; `None` where there is no `/proc`.
    pub(super) fn now() -> Option<Self> {
        let (own, children) = processes(&fs::read_to_string("/proc/self/stat").ok()?)?;
        let machine = machine(&fs::read_to_string("/proc/stat").ok()?)?;
        Some(Self { own, children, machine })
    }

    /// Returns what children that ended since `before` have used.
    pub(super) fn children_since(self, before: Self) -> Duration {
        self.children.saturating_sub(before.children)
    }

    /// Returns what was used since `before` by neither this process nor its ended children.
    pub(super) fn others_since(self, before: Self) -> Duration {
        let ours = self.children_since(before) + self.own.saturating_sub(before.own);
        self.machine.saturating_sub(before.machine).saturating_sub(ours)
    }
}

/// Reads the times of a process and of its children, in user and kernel mode.
fn processes(stat: &str) -> Option<(Duration, Duration)> {
    /// Where the times are behind the name, which may have spaces and parentheses in it.
    const TIMES: usize = 11;
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(TIMES);
    let mut ticks = || fields.next()?.parse::<u32>().ok();
    Some((TICK * (ticks()? + ticks()?), TICK * (ticks()? + ticks()?)))
}

/// Reads the time that no CPU was idle in.
fn machine(stat: &str) -> Option<Duration> {
    /// Idle, and waiting for a disk.
    const IDLE: [usize; 2] = [3, 4];
    /// Up to "stolen"; what follows is contained in what comes before.
    const KINDS: usize = 8;
    let fields = stat.lines().next()?.strip_prefix("cpu ")?.split_whitespace().take(KINDS);
    let busy = fields.enumerate().filter(|(index, _)| !IDLE.contains(index));
    let seconds = busy.map(|(_, ticks)| Some(ticks.parse::<u32>().ok()? * TICK));
    seconds.sum()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Used, machine, processes};

    #[test]
    fn the_times_of_linux_are_found() {
        let stat = "17 (a )b (c) S 1 17 17 0 -1 4194560 1 2 3 4 50 60 70 80 20 0 1 0 5";
        let (own, children) = (Duration::from_millis(1_100), Duration::from_millis(1_500));
        assert_eq!(processes(stat), Some((own, children)));
        let stat = "cpu  10 20 30 1000 2000 40 50 60 7000 8000\ncpu0 1 2 3\n";
        assert_eq!(machine(stat), Some(Duration::from_millis(2_100)));
    }

    #[test]
    fn others_are_all_but_us() {
        let used = |own, children, machine| Used {
            own: Duration::from_secs(own),
            children: Duration::from_secs(children),
            machine: Duration::from_secs(machine),
        };
        let (before, after) = (used(1, 10, 100), used(3, 15, 120));
        assert_eq!(after.children_since(before), Duration::from_secs(5));
        assert_eq!(after.others_since(before), Duration::from_secs(13));
    }
}
