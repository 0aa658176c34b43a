//! How a sentinel sees the primary that it watches.

use super::{
    catalogue::{SENTINEL_DOWN, SENTINEL_OTHERS, SENTINEL_REPLICAS},
    judge::Judge,
    range::Range,
    report::Status,
    thresholds::Limits,
};
use crate::server::probe::Answer;

/// What a sentinel has to be told to be judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    /// How many sentinels are asked.
    pub(super) asked: usize,
}

impl View {
    /// Judges the answer of `SENTINEL MASTER`.
    pub(super) fn judge(self, answer: Option<&Answer>, judge: &mut Judge<'_>) {
        let answer = match answer {
            Some(Answer::Error(refusal)) if refusal.is_permission() => {
                return judge.denied(SENTINEL_DOWN, refusal);
            }
            // That it knows no such primary is said where the quorum is.
            None | Some(Answer::Error(_)) => return,
            Some(answer) => answer,
        };
        let field = |name: &str| answer.value(name).and_then(Answer::text);
        let count = |name: &str| field(name).and_then(|count| count.parse::<f64>().ok());
        if let Some(words) = field("flags") {
            flags(words, judge);
        }
        if let Some(others) = count("num-other-sentinels") {
            let expected = u32::try_from(self.asked.saturating_sub(1)).map_or(0.0, f64::from);
            let usual = Limits { warning: Some(Range::at_least(expected)), critical: None };
            let text = format!("it knows {}", several(others, "other sentinel"));
            judge.value_within(SENTINEL_OTHERS, others, usual, text);
        }
        if let Some(replicas) = count("num-slaves") {
            let text = format!("it knows {}", several(replicas, "replica"));
            judge.value(SENTINEL_REPLICAS, replicas, text);
        }
    }
}

fn several(count: f64, what: &str) -> String {
    let plural = if count.total_cmp(&1.0).is_eq() { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// Down is what one sentinel thinks, or what enough of them agree about.
fn flags(flags: &str, judge: &mut Judge<'_>) {
    let has = |flag: &str| flags.split(',').any(|found| found == flag);
    let (status, text) = if has("o_down") {
        (Status::Critical, "enough sentinels agree that the primary is down")
    } else if has("s_down") {
        (Status::Warning, "it does not reach the primary")
    } else {
        (Status::Ok, "it reaches the primary")
    };
    judge.state(SENTINEL_DOWN, status, text);
}
