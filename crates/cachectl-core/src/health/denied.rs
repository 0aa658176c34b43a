//! What a server does not answer, so that it is not asked again with every look.
//!
//! Each refusal would be an error in the server's own statistics, and one about permissions a line
//! in the log of its ACL.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use crate::server::{error::Refusal, probe::Answer};

/// How long a refusal is believed: somebody may have added the rule that was missing.
const BELIEVED: Duration = Duration::from_secs(60);

/// The commands that were refused on a connection.
#[derive(Debug, Default)]
pub(super) struct Denied(BTreeMap<Vec<u8>, (Refusal, Instant)>);

impl Denied {
    /// Returns the commands that are worth asking.
    pub(super) fn without_refused<'a>(&self, commands: &[&'a [&'a [u8]]]) -> Vec<&'a [&'a [u8]]> {
        let refused = |command: &&[&[u8]]| self.0.contains_key(&command.join(&b' '));
        commands.iter().copied().filter(|command| !refused(command)).collect()
    }

    /// Puts the refusals that are known between the answers that came, and takes note of new ones.
    pub(super) fn complete(&mut self, commands: &[&[&[u8]]], answers: Vec<Answer>) -> Vec<Answer> {
        let mut came = answers.into_iter();
        let answer = |command: &&[&[u8]]| {
            let command = command.join(&b' ');
            if let Some((refusal, _)) = self.0.get(&command) {
                return Some(Answer::Error(refusal.clone()));
            }
            let answer = came.next()?;
            if let Some(refusal) = answer.refusal().filter(|refusal| lasts(&command, refusal)) {
                self.0.insert(command, (refusal.clone(), Instant::now()));
            }
            Some(answer)
        };
        // What comes after an answer that is missing is missing as well.
        let answers = commands.iter().map_while(answer).collect();
        self.0.retain(|_, (_, since)| since.elapsed() < BELIEVED);
        answers
    }
}

/// Whether the same would be said again: that it is forbidden, unknown, or not for such a server.
/// Whether it is alive is asked each time.
fn lasts(command: &[u8], refusal: &Refusal) -> bool {
    let unknown = ["unknown command", "unknown subcommand", "Unknown subcommand"];
    let unknown = unknown.iter().any(|words| refusal.detail.starts_with(words));
    let elsewhere = refusal.detail.contains("cluster support disabled");
    command != b"PING" && (refusal.is_permission() || unknown || elsewhere)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: &str) -> Answer {
        Answer::Error(Refusal { code: code.to_owned(), detail: String::new() })
    }

    #[test]
    fn what_was_refused_is_not_asked_again_and_is_answered_in_its_place() {
        let commands: [&[&[u8]]; 4] = [&[b"PING"], &[b"CONFIG", b"GET"], &[b"INFO"], &[b"ACL"]];
        let mut denied = Denied::default();
        assert_eq!(denied.without_refused(&commands).len(), 4);
        let number = Answer::Integer;
        // A sentinel that does not know a primary by this name yet says `ERR` as well.
        let answers = vec![refusal("NOPERM"), refusal("NOPERM"), number(3), refusal("ERR")];
        assert_eq!(denied.complete(&commands, answers.clone()), answers);
        let asked = denied.without_refused(&commands);
        assert_eq!(asked, [commands[0], commands[2], commands[3]]);
        let completed = denied.complete(&commands, vec![number(1), number(3)]);
        assert_eq!(completed, [number(1), refusal("NOPERM"), number(3)]);
    }
}
