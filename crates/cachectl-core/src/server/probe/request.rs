//! Writes commands, and keeps the password in them out of everything that is shown.

use secrecy::{ExposeSecret as _, SecretString};

use crate::server::{
    error::Refusal,
    target::Login,
    wire::{self, Answer},
};

/// How much is shown of what a peer says that is no server.
const LONGEST_EXCERPT: usize = 64;
/// How far it is looked through for the password.
const LONGEST_LOOK: usize = 4096;
/// What is shown instead of a password.
const MASK: &str = "***";

/// What is said before the first command.
#[derive(Default)]
pub(super) struct Greeting {
    pub(super) login: Option<Vec<u8>>,
    pub(super) selection: Option<Vec<u8>>,
}

impl Greeting {
    pub(super) fn of(login: &Login, db: i64) -> Self {
        let command = |words: &[&[u8]]| {
            let mut command = Vec::new();
            wire::command(&mut command, words);
            command
        };
        let Login { username, password } = login;
        let password = password.as_ref().map(|it| it.expose_secret().as_bytes());
        let login = match (username, password) {
            // Some need none, and without the name we would be the default user.
            (Some(username), password) => {
                Some(command(&[b"AUTH", username.as_bytes(), password.unwrap_or_default()]))
            }
            (None, Some(password)) => Some(command(&[b"AUTH", password])),
            (None, None) => None,
        };
        let selection = (db != 0).then(|| command(&[b"SELECT", db.to_string().as_bytes()]));
        Self { login, selection }
    }
}

/// What must not be shown.
pub(super) struct Secret(Option<SecretString>);

impl Secret {
    pub(super) fn of(login: &Login) -> Self {
        let secret = login.password.clone();
        Self(secret.filter(|password| !password.expose_secret().is_empty()))
    }

    /// Takes the password out of what the server says about the login.
    ///
    /// A server on which `AUTH` has another name repeats the arguments, cut somewhere. A peer that
    /// is no server may repeat anything in any shape.
    pub(super) fn mask_answer(&self, answer: Answer) -> Answer {
        match answer {
            // Some have this for a password.
            Answer::Simple(text) if text == "OK" => Answer::Simple(text),
            Answer::Simple(text) => Answer::Simple(self.mask(&text).into()),
            Answer::Error(Refusal { code, detail }) => {
                let kept = detail.split(", with args").next().unwrap_or_default();
                Answer::Error(Refusal { code: self.mask(&code), detail: self.mask(kept) })
            }
            Answer::Bulk(bytes) => {
                Answer::Bulk(self.mask(&String::from_utf8_lossy(&bytes)).into_bytes())
            }
            Answer::Array(elements) => {
                let masked = elements.into_iter().map(|element| self.mask_answer(element));
                Answer::Array(masked.collect())
            }
            Answer::Integer(_) | Answer::Nil => answer,
        }
    }

    /// Shows the beginning of some bytes, escaped.
    pub(super) fn excerpt(&self, bytes: &[u8]) -> String {
        let bytes = bytes.get(..LONGEST_LOOK).unwrap_or(bytes);
        // Cut before, a password at the end would not be recognised.
        let masked = self.mask(&String::from_utf8_lossy(bytes));
        let shown: String = masked.chars().take(LONGEST_EXCERPT).collect();
        shown.escape_default().to_string()
    }

    fn mask(&self, text: &str) -> String {
        match &self.0 {
            Some(password) => text.replace(password.expose_secret(), MASK),
            None => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(password: &str) -> Secret {
        Secret::of(&Login { username: None, password: Some(password.into()) })
    }

    #[test]
    fn what_is_said_about_the_login_does_not_repeat_the_password() {
        #[track_caller]
        fn case(answer: Answer, expected: &Answer) {
            assert_eq!(secret("s3cret").mask_answer(answer), *expected);
        }
        let error = |detail: &str| {
            Answer::Error(Refusal { code: "ERR".to_owned(), detail: detail.to_owned() })
        };

        case(Answer::Simple("OK".into()), &Answer::Simple("OK".into()));
        case(
            error("unknown command 'AUTH', with args beginning with: 's3cre"),
            &error("unknown command 'AUTH'"),
        );
        case(error("what is s3cret?"), &error("what is ***?"));
        let echo = |word: &[u8]| Answer::Array(vec![Answer::Bulk(word.to_vec()), Answer::Nil]);
        case(echo(b"s3cret"), &echo(b"***"));
    }

    #[test]
    fn excerpts_are_cut_and_escaped_and_have_no_password_in_them() {
        let long = [&b"[2J"[..], &[b'x'; 57], b"s3cret and more"].concat();
        let shown = secret("s3cret").excerpt(&long);
        assert_eq!(shown, format!("\\u{{1b}}[2J{}***", "x".repeat(57)));
        assert_eq!(secret("").excerpt(b"abc"), "abc");
    }
}
