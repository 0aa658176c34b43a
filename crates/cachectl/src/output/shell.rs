//! Words for a shell.

use std::{fmt::Write as _, os::unix::ffi::OsStrExt as _, path::Path};

/// Quotes a word for a shell, if it has to be.
pub(crate) fn quoted(word: &str) -> String {
    of_bytes(word.as_bytes())
}

/// Quotes a path, so that no command takes it for a flag.
pub(crate) fn path(path: &Path) -> String {
    let bytes = path.as_os_str().as_bytes();
    let here: &[u8] = if bytes.starts_with(b"-") { b"./" } else { b"" };
    of_bytes(&[here, bytes].concat())
}

fn of_bytes(word: &[u8]) -> String {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_=:/.,@%+".contains(byte);
    match std::str::from_utf8(word) {
        Ok(text) if !word.is_empty() && word.iter().all(is_plain) => text.to_owned(),
        Ok(text) if !text.chars().any(super::plain::is_obeyed) => {
            format!("'{}'", text.replace('\'', r"'\''"))
        }
        // Nothing else of a shell stands for signs that cannot be shown.
        Ok(_) | Err(_) => {
            let mut out = String::from("$'");
            for byte in word {
                match byte {
                    b'\'' | b'\\' => out.extend(['\\', char::from(*byte)]),
                    b' '..=b'~' => out.push(char::from(*byte)),
                    // Writing to a string cannot fail.
                    _ => drop(write!(out, "\\x{byte:02x}")),
                }
            }
            out + "'"
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{ffi::OsStr, process::Command};

    use super::*;

    #[test]
    fn words_are_quoted_only_if_a_shell_would_take_them_apart() {
        assert_eq!(quoted("redis://h:1/0"), "redis://h:1/0");
        assert_eq!(quoted("my file"), "'my file'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted("é"), "'é'");
        assert_eq!(quoted(""), "''");
        assert_eq!(path(Path::new("-rf")), "./-rf");
        assert_eq!(path(Path::new("a\nb'")), r"$'a\x0ab\''");
    }

    #[test]
    fn a_shell_reads_the_same_word() {
        for word in [&b"my file"[..], b"it's", b"a\nb", b"\x1b[31m\\", b"\xff\xfe'", b"$(x)`y`"] {
            let line = format!("printf %s {}", path(Path::new(OsStr::from_bytes(word))));
            let run = Command::new("bash").args(["-c", &line]).output().unwrap();
            assert_eq!(run.stdout, word, "{line}");
        }
    }
}
