//! The last place that text passes before it leaves the program: the terminal, a pipe, a file that
//! others read, or an answer over HTTP.
//!
//! What servers, files and the command line say is chosen by strangers, and so is whether a
//! password is repeated in it. No report has to think of either.

use std::{
    borrow::Cow,
    fmt::Write as _,
    sync::{PoisonError, RwLock},
};

use secrecy::{ExposeSecret as _, SecretString};

use super::shell;

/// What stands for a secret.
const MASK: &str = "***";
/// No shorter secret is looked for. It would be found in words and numbers that have nothing to do
/// with it, and reports would show what it is by what they leave out.
const SHORTEST: usize = 6;
/// From so many bytes on even a plain word is looked for.
const LONG: usize = 16;

/// The secrets of this process, in every way that they may be written.
static SECRETS: RwLock<Vec<String>> = RwLock::new(Vec::new());

/// How text is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Lines for people, or for programs that read lines.
    Text,
    /// JSON, one document or one a line. Names stay as they are.
    Json,
    /// Metrics. Only what stands between quotes is of strangers.
    Metrics,
    /// XML.
    Markup,
}

/// Takes note of a secret, which from now on leaves the program no more.
pub(crate) fn keep(secret: &SecretString) {
    let secret = secret.expose_secret();
    if !is_distinct(secret) {
        return;
    }
    let mut known = SECRETS.write().unwrap_or_else(PoisonError::into_inner);
    for written in spellings(secret) {
        if !known.contains(&written) {
            known.push(written);
        }
    }
    // The longest first: it may hold another one.
    known.sort_by_key(|written| std::cmp::Reverse(written.len()));
}

/// Returns whether a text would not be found where it is not meant.
fn is_distinct(secret: &str) -> bool {
    let kinds: [fn(char) -> bool; 4] = [
        |it| it.is_ascii_lowercase(),
        |it| it.is_ascii_uppercase(),
        |it| it.is_ascii_digit(),
        |it| !it.is_ascii_alphanumeric(),
    ];
    let mixed = kinds.iter().filter(|kind| secret.contains(**kind)).count() > 1;
    secret.len() >= LONG || secret.len() >= SHORTEST && mixed
}

/// Returns the ways in which a text is written in JSON, in metrics, in URLs and by ourselves.
pub(super) fn spellings(secret: &str) -> Vec<String> {
    let json = serde_json::to_string(secret).unwrap_or_default();
    let json = json.get(1..json.len().saturating_sub(1)).unwrap_or_default().to_owned();
    let encoded = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>();
    let mut spellings = vec![
        secret.to_owned(),
        secret.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;"),
        secret.escape_default().to_string(),
        secret.as_bytes().escape_ascii().to_string(),
        encoded.replace('+', "%20"),
        encoded,
        shell::quoted(secret),
        json,
    ];
    spellings.retain(|written| !written.is_empty());
    spellings.sort_unstable();
    spellings.dedup();
    spellings
}

/// Returns a text as it may leave.
pub(crate) fn of(text: &str, form: Form) -> Cow<'_, str> {
    let hidden = match form {
        Form::Text | Form::Markup => hidden(text),
        Form::Json => between_quotes(text, Names::Kept),
        Form::Metrics => between_quotes(text, Names::None),
    };
    let quiet = without_marks(
        hidden,
        match form {
            Form::Text => "\\#",
            Form::Json => "\\u0023",
            Form::Markup => "&#35;",
            Form::Metrics => "\u{fffd}",
        },
    );
    if !quiet.chars().any(is_obeyed) {
        return quiet;
    }
    match form {
        Form::Json => Cow::Owned(escaped(&quiet, |sign, out| {
            let mut units = [0; 2];
            for unit in sign.encode_utf16(&mut units) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        })),
        Form::Markup | Form::Metrics => {
            Cow::Owned(escaped(&quiet, |_, out| out.push(char::REPLACEMENT_CHARACTER)))
        }
        Form::Text => Cow::Owned(escaped(&quiet, |sign, out| match u8::try_from(sign) {
            Ok(byte) if byte.is_ascii() => out.push_str(&byte.escape_ascii().to_string()),
            Ok(_) | Err(_) => out.extend(sign.escape_unicode()),
        })),
    }
}

/// Returns a text for people, in which no line gives orders to a program that runs us: those of CI
/// take lines that begin with `::` for commands, and marks such as `##[` anywhere.
pub(crate) fn without_orders(text: &str) -> Cow<'_, str> {
    let is_order = |line: &str| line.trim_start().starts_with("::");
    let text = without_marks(Cow::Borrowed(text), "\\#");
    if !text.lines().any(is_order) {
        return text;
    }
    let line = |line: &str| {
        if is_order(line) { format!("\\{}", line.trim_start()) } else { line.to_owned() }
    };
    Cow::Owned(text.split_inclusive('\n').map(line).collect())
}

/// Takes the marks out of a text by which CI systems know commands wherever they stand in a line:
/// `##[`, `##vso[`, `##teamcity[`. `instead` takes the place of the second sign.
fn without_marks<'t>(text: Cow<'t, str>, instead: &str) -> Cow<'t, str> {
    let is_mark = |after: &str| {
        after.trim_start_matches(|it: char| it.is_ascii_alphanumeric()).starts_with('[')
    };
    let mut out = String::new();
    let mut rest = text.as_ref();
    let mut done = 0;
    while let Some(at) = rest.find("##") {
        let (before, after) = (rest.get(..=at), rest.get(at + 1..).unwrap_or_default());
        out.push_str(before.unwrap_or_default());
        rest = after;
        if let Some(behind) = after.strip_prefix('#').filter(|after| is_mark(after)) {
            out.push_str(instead);
            rest = behind;
            done += 1;
        }
    }
    if done == 0 {
        return text;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Returns a text without secrets.
pub(crate) fn hidden(text: &str) -> Cow<'_, str> {
    let text = without_logins(text);
    let known = SECRETS.read().unwrap_or_else(PoisonError::into_inner);
    known.iter().fold(text, |text, secret| {
        if text.contains(secret.as_str()) { Cow::Owned(text.replace(secret, MASK)) } else { text }
    })
}

/// Takes the logins out of URLs, also of those that nobody understood. Ours show no password.
fn without_logins(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        let end = after.find(|sign: char| sign.is_whitespace() || "\"'`<>".contains(sign));
        let (address, behind) = after.split_at(end.unwrap_or(after.len()));
        out.extend([before, "://"]);
        match address.rsplit_once('@') {
            Some((login, host)) if !is_harmless(login) => {
                out.extend([MASK, "@"]);
                push_without_query(host, &mut out);
            }
            Some(_) | None => push_without_query(address, &mut out),
        }
        rest = behind;
    }
    if out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Appends an address, and hides the password of its query.
fn push_without_query(address: &str, out: &mut String) {
    let (mut rest, name) = (address, "password=");
    while let Some(at) = rest.find(name) {
        let (before, after) = rest.split_at(at + name.len());
        out.extend([before, MASK]);
        rest = after.find(['&', '#']).and_then(|end| after.get(end..)).unwrap_or_default();
    }
    out.push_str(rest);
}

/// Returns whether a login has no password, or one that is masked already.
fn is_harmless(login: &str) -> bool {
    match login.split_once(':') {
        Some((_, password)) => password == MASK,
        None => true,
    }
}

/// Whether there are names among what stands between quotes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    Kept,
    None,
}

/// Hides secrets in what stands between quotes, in which a backslash protects the next sign.
fn between_quotes(text: &str, names: Names) -> Cow<'_, str> {
    if hidden(text) == text {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('"') {
        let (inside, behind) = after.split_at(end_of_quoted(after));
        let is_name = names == Names::Kept && behind.trim_start_matches('"').starts_with(':');
        out.extend([before, "\""]);
        out.push_str(&if is_name { Cow::Borrowed(inside) } else { hidden(inside) });
        let closing = behind.strip_prefix('"');
        out.push_str(if closing.is_some() { "\"" } else { "" });
        rest = closing.unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Returns where the quote is that ends a text.
fn end_of_quoted(text: &str) -> usize {
    let mut is_protected = false;
    let is_end = |(_, sign): &(usize, char)| {
        let is_end = *sign == '"' && !is_protected;
        is_protected = *sign == '\\' && !is_protected;
        is_end
    };
    text.char_indices().find(is_end).map_or(text.len(), |(at, _)| at)
}

fn escaped(text: &str, escape: impl Fn(char, &mut String)) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        if is_obeyed(sign) { escape(sign, &mut out) } else { out.push(sign) }
    }
    out
}

/// Returns whether a terminal would do something else with a character than show it.
fn is_obeyed(sign: char) -> bool {
    !matches!(sign, '\n' | '\t') && super::plain::is_obeyed(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep_text(secret: &str) {
        keep(&SecretString::from(secret));
    }

    #[test]
    fn what_is_known_is_hidden_however_it_is_written() {
        keep_text("s3cr \"et\"/é");
        for written in [
            "s3cr \"et\"/é",
            "s3cr \\\"et\\\"/é",
            "s3cr%20%22et%22%2F%C3%A9",
            "s3cr+%22et%22%2F%C3%A9",
            "s3cr \\\"et\\\"/\\xc3\\xa9",
        ] {
            assert_eq!(of(&format!("a {written} b"), Form::Text), "a *** b");
        }
        assert_eq!(of("{\"a\": \"s3cr \\\"et\\\"/é\"}", Form::Json), "{\"a\": \"***\"}");
    }

    #[test]
    fn names_and_numbers_of_programs_stay_as_they_are() {
        keep_text("status2");
        keep_text("short");
        keep_text("123456");
        let text = "{\"status2\": \"of status2\", \"short\": 123456}";
        assert_eq!(of(text, Form::Json), "{\"status2\": \"of ***\", \"short\": 123456}");
        let text = "status2{a=\"status2\\\"\"} 123456\n";
        assert_eq!(of(text, Form::Metrics), "status2{a=\"***\\\"\"} 123456\n");
    }

    #[test]
    fn logins_of_urls_are_hidden() {
        #[track_caller]
        fn case(text: &str, expected: &str) {
            assert_eq!(of(text, Form::Text), expected);
        }

        case("`redis://u:pw@h:1/0`, rediss://:x@h", "`redis://***@h:1/0`, rediss://***@h");
        case("redis://u:p@w/@h", "redis://***@h");
        case("redis://ops:***@h:1", "redis://ops:***@h:1");
        case("redis://ops@h:1 me@h", "redis://ops@h:1 me@h");
        case("http://h:1/", "http://h:1/");
        case("redis://h?password=pw&db=1 x", "redis://h?password=***&db=1 x");
        case("redis://u:p@h?user=a&password=pw", "redis://***@h?user=a&password=***");
    }

    #[test]
    fn nothing_is_obeyed() {
        let evil = "\u{1b}[2J\u{9b}31m\u{202e}\r\n\t";
        let text = "\\x1b[2J\\u{9b}31m\\u{202e}\\r\n\t";
        assert_eq!(of(evil, Form::Text), text);
        assert_eq!(of("\"\u{9b}\u{202e}\"", Form::Json), "\"\\u009b\\u202e\"");
        assert_eq!(of("a=\"\u{9b}\"", Form::Metrics), "a=\"\u{fffd}\"");
    }

    #[test]
    fn no_line_gives_orders() {
        assert_eq!(without_orders("a ::b\n ::error::x\n##[c]\n"), "a ::b\n\\::error::x\n#\\#[c]\n");
    }

    #[test]
    fn no_mark_in_the_middle_of_a_line_gives_orders() {
        #[track_caller]
        fn case(form: Form, expected: &str) {
            let text = "a ##[error]b ###vso[task]c ## d ##e ##teamcity";
            assert_eq!(of(text, form), format!("{expected} ## d ##e ##teamcity"));
        }

        case(Form::Text, "a #\\#[error]b ##\\#vso[task]c");
        case(Form::Json, "a #\\u0023[error]b ##\\u0023vso[task]c");
        case(Form::Markup, "a #&#35;[error]b ##&#35;vso[task]c");
        case(Form::Metrics, "a #\u{fffd}[error]b ##\u{fffd}vso[task]c");
    }
}
