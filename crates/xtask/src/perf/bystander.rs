//! What the server and everything else on the machine did while something was measured.

use std::thread;
use std::time::Instant;

use cachectl_testkit::Server;

use super::cpu::Used;
use super::report::Run;
use crate::failure::Failure;

/// What was going on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    /// The server's CPU time in seconds.
    pub(super) server_cpu: f64,
    /// Which part of all CPUs neither the server nor we have used, from 0 to 1. The higher it is,
    /// the less a measurement says.
    pub(super) others: Option<f64>,
}

/// How much of all CPUs others may use before a measurement is repeated.
const TOLERANCE: f64 = 0.1;
/// Measures again if others disturbed, and returns the figures that were disturbed less.
///
/// What counts is what others have used, which `measure` returns first, and never the figures.
/// A machine that is busy all the time stays so, and is not waited for.
pub(super) fn undisturbed<T>(
    mut measure: impl FnMut() -> Result<(Option<f64>, T), Failure>,
) -> Result<T, Failure> {
    let (others, figures) = measure()?;
    if others.is_none_or(|others| others <= TOLERANCE) {
        return Ok(figures);
    }
    let (others_again, figures_again) = measure()?;
    Ok(if others_again < others { figures_again } else { figures })
}

/// Has a contender run undisturbed, and tells which run it is and how long it takes.
pub(super) fn measure(
    what: &str,
    mut run: impl FnMut() -> Result<Run, Failure>,
) -> Result<Run, Failure> {
    eprint!("{what}: ");
    undisturbed(|| {
        let run = run()?;
        eprint!("{:.2} s ", run.wall);
        Ok((run.others, run))
    })
    .inspect(|_| eprintln!())
}

/// Measures the load while `work` is done.
pub(super) fn watch<T>(
    server: &Server,
    work: impl FnOnce() -> Result<T, Failure>,
) -> Result<(T, Load), Failure> {
    let before = (server_cpu(server), Used::now(), Instant::now());
    let done = work()?;
    let wall = before.2.elapsed().as_secs_f64();
    let used = before.1.zip(Used::now());
    let server_cpu = server_cpu(server) - before.0;
    let cores = thread::available_parallelism().ok().and_then(|it| u32::try_from(it.get()).ok());
    let others = used.zip(cores).map(|((before, after), cores)| {
        let seconds = after.others_since(before).as_secs_f64() - server_cpu;
        (seconds / (wall * f64::from(cores))).max(0.0)
    });
    Ok((done, Load { server_cpu, others }))
}

fn server_cpu(server: &Server) -> f64 {
    let used = server.info("cpu");
    let seconds = |mode: &str| used.get(mode).and_then(|it| it.parse::<f64>().ok());
    ["used_cpu_user", "used_cpu_sys"].into_iter().filter_map(seconds).sum()
}

#[cfg(test)]
mod tests {
    use super::undisturbed;

    #[test]
    fn the_less_disturbed_figures_are_taken() {
        #[track_caller]
        fn case(others: &[f64], expected: usize, attempts: usize) {
            let mut runs = others.iter().enumerate();
            let taken = undisturbed(|| {
                let (index, others) = runs.next().unwrap();
                Ok((Some(*others), index))
            });
            assert_eq!((taken.unwrap(), others.len() - runs.len()), (expected, attempts));
        }

        case(&[0.05, 0.0], 0, 1);
        case(&[0.5, 0.05, 0.0], 1, 2);
        case(&[0.5, 0.6, 0.0], 0, 2);
    }

    #[test]
    fn what_nobody_knows_is_not_waited_for() {
        assert_eq!(undisturbed(|| Ok((None, 7))).unwrap(), 7);
    }
}
