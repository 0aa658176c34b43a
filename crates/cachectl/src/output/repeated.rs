//! Words of the command line that may hold a login, which are not repeated.
//!
//! An address is also given where a file, a name or a number is meant. Nothing there understands
//! it, and the error would quote it with the password in it. Results are not concerned: they hold
//! what was understood, such as the name of a file that was written.

use std::{borrow::Cow, ffi::OsString, path::Path, sync::OnceLock};

use cachectl_core::values::endpoint::ConnectionUrl;

use super::departure;
use crate::yaml::may_be_address;

/// What stands for such a word.
const MASK: &str = "***";

/// The words of this process, the longest first: one may hold another one.
static WORDS: OnceLock<Vec<String>> = OnceLock::new();

/// Takes note of the command line, once.
pub(crate) fn remember(arguments: impl Iterator<Item = OsString>) {
    WORDS.get_or_init(|| of(arguments));
}

/// Returns the words that are not to be repeated.
fn of(arguments: impl Iterator<Item = OsString>) -> Vec<String> {
    let mut before = String::new();
    let mut words = Vec::new();
    for word in arguments {
        let word = word.to_string_lossy().into_owned();
        let is_flag = |flag: &&str| before == **flag || word.starts_with(&format!("{flag}="));
        if !PATTERNS.iter().any(is_flag) {
            let doubtful = parts(&word).into_iter().filter(|word| is_doubtful(word));
            words.extend(doubtful.flat_map(|word| departure::spellings(&word)));
        }
        before = word;
    }
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

/// Whose values are patterns of key names, which hold such signs, or addresses, of which the password
/// is known.
const PATTERNS: [&str; 3] = ["--match", "--exclude", "--url"];

/// Returns a word, the value in it if it is a flag, and the parts if it is a list.
fn parts(word: &str) -> Vec<String> {
    let long = word.split_once('=').filter(|_| word.starts_with('-')).map(|(_, value)| value);
    let short = word.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
    let short = short.and_then(|rest| rest.get(1..));
    let parts = word.split(',').filter(|part| *part != word);
    [word].into_iter().chain(long).chain(short).chain(parts).map(str::to_owned).collect()
}

/// Returns whether a word may hold a login: unless it is a rule, the way to something that is
/// there, or an address without a password.
fn is_doubtful(word: &str) -> bool {
    let is_rule = word.contains("=>");
    looks_like_address(word)
        && !is_rule
        && !is_understood(word)
        && !leads_somewhere(Path::new(word))
}

fn looks_like_address(word: &str) -> bool {
    let small = word.to_ascii_lowercase();
    may_be_address(word) || ["%40", "password="].iter().any(|sign| small.contains(sign))
}

/// Returns whether a word is an address without a password, and without a user who may be one.
fn is_understood(word: &str) -> bool {
    let url = ConnectionUrl::parse(word);
    let is_bare = |url: ConnectionUrl| url.password.is_none() && url.username.is_none();
    let of_web = || {
        let url = url::Url::parse(word).ok().filter(|url| url.scheme().starts_with("http"));
        url.is_some_and(|url| url.username().is_empty() && url.password().is_none())
    };
    url.map_or_else(|_| of_web(), is_bare)
}

/// Returns whether a path exists, or at least the directory that it names.
fn leads_somewhere(path: &Path) -> bool {
    let root = Path::new("/");
    let directory = path.parent().filter(|it| !it.as_os_str().is_empty() && *it != root);
    path.symlink_metadata().is_ok() || directory.is_some_and(Path::is_dir)
}

/// Returns a text in which none of those words stands.
pub(crate) fn hidden(text: &str) -> Cow<'_, str> {
    WORDS.get().map_or(Cow::Borrowed(text), |words| without(text, words))
}

fn without<'t>(text: &'t str, words: &[String]) -> Cow<'t, str> {
    words.iter().fold(Cow::Borrowed(text), |text, word| {
        if text.contains(word.as_str()) { Cow::Owned(text.replace(word, MASK)) } else { text }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_hold_a_login_is_not_repeated_and_rules_and_paths_are() {
        #[track_caller]
        fn case(line: &str, text: &str, expected: &str) {
            let words = of(line.split('|').map(OsString::from));
            assert_eq!(without(text, &words), expected, "{line}");
        }

        case("restore|u:pw@h", "no file `u:pw@h`", "no file `***`");
        case("restore|u:p\"w@h", r#"no file "u:p\"w@h""#, "no file \"***\"");
        case("restore|u:p'w@h", r"restore 'u:p'\''w@h'", "restore ***");
        case("restore|pw@h|u:pw@h", "`u:pw@h` and `pw@h`", "`***` and `***`");
        case("--rules=u:pw@h", "no file `u:pw@h`", "no file `***`");
        case("-Cu:pw@h", "no context `u:pw@h`", "no context `***`");
        case("--check|ping,u:pw@h", "no check `u:pw@h`", "no check `***`");
        case("--rule|a:*@b => c", "`a:*@b => c`", "`a:*@b => c`");
        case("restore|keys.rdb", "no file `keys.rdb`", "no file `keys.rdb`");
        case("--match|u:*@h", "`u:*@h`", "`u:*@h`");
        case("--url|redis://ops@h:1/2", "redis://ops@h:1/2", "redis://ops@h:1/2");
        case("inspect|redis://pw@h:1/2", "redis://pw@h:1/2", "***");
        case("inspect|h:1?password=pw", "h:1?password=pw", "***");
        case("--url|redis://h:1/2", "redis://h:1/2", "redis://h:1/2");
        case("--application|http://h:1/m", "http://h:1/m", "http://h:1/m");
        case("--application|http://u:pw@h", "http://u:pw@h", "***");
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a@b").display().to_string();
        case(&path, &path, &path);
        case("/u:pw@h", "/u:pw@h", "***");
    }
}
