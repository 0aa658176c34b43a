//! Asking before anything destructive.

mod terminal;

use std::io::{self, IsTerminal as _};

use self::terminal::Answer;
use crate::{
    output::count::Count,
    signals::{Signal, Signals},
};

/// What has to be agreed to before keys are changed.
#[derive(Clone, Debug)]
pub(crate) struct Consent {
    /// What was agreed to beforehand, on the command line.
    pub(crate) given: Given,
    /// How many keys the operator expects.
    pub(crate) expected: Option<u64>,
    /// The protected context, whose name has to be typed.
    pub(crate) protected: Option<String>,
    /// What interrupts a question.
    pub(crate) signals: Signals,
}

/// What was agreed to beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// Everything: `--yes`.
    Yes,
    /// Nothing, and there is somebody to ask.
    Ask,
    /// Nothing, and there is nobody to ask.
    Nobody,
}

impl Given {
    /// Finds out from `--yes` and from whether stdin and stderr are a terminal.
    pub(crate) fn find(yes: bool) -> Self {
        match yes {
            true => Self::Yes,
            false if io::stdin().is_terminal() && io::stderr().is_terminal() => Self::Ask,
            false => Self::Nobody,
        }
    }
}

/// Why a guard said no.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    #[error("`{command}` asks before it writes, and there is no terminal to ask on")]
    Nobody { command: &'static str },
    #[error("the context `{context}` is protected, and `--yes` alone is not enough for it")]
    Protected { context: String },
    #[error("{} expected, and there {}", Count(*.expected, "key"), are(*.found))]
    Unexpected { expected: u64, found: u64 },
    #[error("not confirmed, so nothing was changed")]
    Declined,
    #[error("`{typed}` is not the name of the context, so nothing was changed")]
    WrongName { typed: String, context: String },
    #[error("stopped before anything was changed")]
    Interrupted(Signal),
    #[error("could not ask for confirmation")]
    Terminal(#[from] io::Error),
}

fn are(found: u64) -> String {
    let verb = if found == 1 { "is" } else { "are" };
    format!("{verb} {}", Count(found, "key"))
}

impl Consent {
    /// Takes it that everything was agreed to earlier, which a protected context does not.
    pub(crate) fn already_given(self) -> Self {
        let given = if self.protected.is_none() { Given::Yes } else { self.given };
        Self { given, ..self }
    }

    /// Returns whether there will be a question.
    pub(crate) fn will_ask(&self) -> bool {
        self.given == Given::Ask
    }

    /// Compares the keys with what was expected.
    pub(crate) fn compare(expected: Option<u64>, found: u64) -> Result<(), Refused> {
        match expected {
            Some(expected) if expected != found => Err(Refused::Unexpected { expected, found }),
            Some(_) | None => Ok(()),
        }
    }

    /// Refuses what is bound to be refused later, before a server is bothered.
    pub(crate) fn check_early(&self, command: &'static str) -> Result<(), Refused> {
        match (self.given, &self.protected) {
            (Given::Nobody, _) => Err(Refused::Nobody { command }),
            (Given::Yes, Some(context)) if self.expected.is_none() => {
                Err(Refused::Protected { context: context.clone() })
            }
            (Given::Yes | Given::Ask, _) => Ok(()),
        }
    }

    /// Compares the keys with what was expected, and asks `question` if nobody agreed yet.
    pub(crate) async fn obtain(&self, question: &str, keys: u64) -> Result<(), Refused> {
        Self::compare(self.expected, keys)?;
        match (self.given, &self.protected) {
            (Given::Yes | Given::Nobody, _) => Ok(()),
            (Given::Ask, Some(context)) => {
                let prompt =
                    format!("{question} The context is protected: type its name, `{context}`:");
                is_name(&terminal::ask(&prompt, &self.signals).await?, context)
            }
            (Given::Ask, None) => {
                is_yes(&terminal::ask(&format!("{question} [y/N]"), &self.signals).await?)
            }
        }
    }
}

/// Takes a clear yes for one. Everything else is a no, the end of the input as well.
fn is_yes(answer: &Answer) -> Result<(), Refused> {
    let Answer::Line(line) = answer else {
        return Err(Refused::Declined);
    };
    match line.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Refused::Declined),
    }
}

fn is_name(answer: &Answer, context: &str) -> Result<(), Refused> {
    let Answer::Line(line) = answer else {
        return Err(Refused::Declined);
    };
    match line.trim() {
        "" => Err(Refused::Declined),
        typed if typed == context => Ok(()),
        typed => Err(Refused::WrongName { typed: typed.to_owned(), context: context.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consent_is_as_strict_as_the_context() {
        #[track_caller]
        fn case(given: Given, expected: Option<u64>, protected: Option<&str>, refusal: &str) {
            let protected = protected.map(str::to_owned);
            let consent = Consent { given, expected, protected, signals: Signals::default() };
            let result = consent.check_early("migrate").map_err(|refused| refused.to_string());
            assert!(result.err().unwrap_or_default().contains(refusal), "{consent:?}");
            let goes_on = consent.check_early("migrate").is_ok();
            assert_eq!(goes_on, refusal.is_empty(), "{consent:?}");
        }

        //   given          --expect  protected     refused because
        case(Given::Yes, None, None, "");
        case(Given::Yes, Some(5), None, "");
        case(Given::Yes, None, Some("prod"), "is protected");
        case(Given::Yes, Some(5), Some("prod"), "");
        case(Given::Ask, None, Some("prod"), "");
        case(Given::Ask, None, None, "");
        case(Given::Nobody, None, None, "no terminal");
        case(Given::Nobody, Some(5), Some("prod"), "no terminal");
    }

    #[tokio::test]
    async fn an_expectation_holds_even_with_yes() {
        let signals = Signals::default();
        let consent = Consent { given: Given::Yes, expected: Some(5), protected: None, signals };
        assert!(consent.obtain("rename?", 5).await.is_ok());
        let refused = consent.obtain("rename?", 1).await.unwrap_err();
        assert_eq!(refused.to_string(), "5 keys expected, and there is 1 key");
    }

    #[test]
    fn only_a_clear_yes_is_one() {
        #[track_caller]
        fn case(answer: &Answer, is_agreed: bool) {
            assert_eq!(is_yes(answer).is_ok(), is_agreed, "{answer:?}");
        }
        let line = |text: &str| Answer::Line(text.to_owned());

        case(&line("y\n"), true);
        case(&line(" YES \n"), true);
        case(&line("\n"), false);
        case(&line("n\n"), false);
        case(&line("yn\n"), false);
        case(&line("\u{1b}y\n"), false);
        case(&line("yes please\n"), false);
        case(&Answer::End, false);
    }

    #[test]
    fn a_protected_context_wants_its_exact_name() {
        #[track_caller]
        fn case(answer: &Answer, refusal: &str) {
            let result = is_name(answer, "prod").map_err(|refused| refused.to_string());
            assert_eq!(result.err().unwrap_or_default(), refusal, "{answer:?}");
        }
        let declined = "not confirmed, so nothing was changed";

        case(&Answer::Line("prod\n".to_owned()), "");
        case(&Answer::Line("\n".to_owned()), declined);
        case(&Answer::End, declined);
        case(
            &Answer::Line("PROD\n".to_owned()),
            "`PROD` is not the name of the context, so nothing was changed",
        );
    }
}
