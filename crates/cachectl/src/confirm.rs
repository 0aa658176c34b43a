//! Asking before anything destructive.

use std::io::{self, IsTerminal as _};

use dialoguer::{Confirm, Input};

use crate::output::count::Count;

/// What has to be agreed to before keys are changed.
#[derive(Clone, Debug)]
pub(crate) struct Consent {
    /// What was agreed to beforehand, on the command line.
    pub(crate) given: Given,
    /// How many keys the operator expects.
    pub(crate) expected: Option<u64>,
    /// The protected context, whose name has to be typed.
    pub(crate) protected: Option<String>,
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
    #[error("could not ask for confirmation")]
    Terminal(#[from] dialoguer::Error),
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
    pub(crate) fn obtain(&self, question: &str, keys: u64) -> Result<(), Refused> {
        if let Some(expected) = self.expected.filter(|expected| *expected != keys) {
            return Err(Refused::Unexpected { expected, found: keys });
        }
        match (self.given, &self.protected) {
            (Given::Yes | Given::Nobody, _) => Ok(()),
            (Given::Ask, Some(context)) => ask_for_name(question, context),
            (Given::Ask, None) => ask(question),
        }
    }
}

fn ask(question: &str) -> Result<(), Refused> {
    let answer = Confirm::new()
        .with_prompt(question)
        .default(false)
        .wait_for_newline(true)
        .interact_opt()?;
    if answer == Some(true) { Ok(()) } else { Err(Refused::Declined) }
}

fn ask_for_name(question: &str, context: &str) -> Result<(), Refused> {
    let prompt = format!("{question} The context is protected: type its name, `{context}`");
    let typed: String = Input::new().with_prompt(prompt).allow_empty(true).interact_text()?;
    match typed.trim() {
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
            let consent = Consent { given, expected, protected: protected.map(str::to_owned) };
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

    #[test]
    fn an_expectation_holds_even_with_yes() {
        let consent = Consent { given: Given::Yes, expected: Some(5), protected: None };
        assert!(consent.obtain("rename?", 5).is_ok());
        let refused = consent.obtain("rename?", 1).unwrap_err();
        assert_eq!(refused.to_string(), "5 keys expected, and there is 1 key");
    }
}
