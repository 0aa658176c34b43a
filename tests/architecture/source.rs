//! Source files, as far as the rules look into them.

use std::{fs, path::Path};

/// A source file without its comments and its unit tests.
pub(crate) struct Source {
    /// Below the root of the repository.
    pub(crate) path: String,
    place: &'static str,
    text: String,
}

impl Source {
    /// Reads all files of a directory but those that hold nothing but tests.
    pub(crate) fn below(place: &'static str) -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut sources = Vec::new();
        let mut directories = vec![root.join(place)];
        while let Some(directory) = directories.pop() {
            for entry in fs::read_dir(&directory).unwrap() {
                let path = entry.unwrap().path();
                let is_test = path.file_stem().is_some_and(|name| name == "tests");
                if path.is_dir() {
                    directories.push(path);
                } else if path.extension().is_some_and(|it| it == "rs") && !is_test {
                    let text = without_tests(&fs::read_to_string(&path).unwrap());
                    let path = path.strip_prefix(&root).unwrap().display().to_string();
                    sources.push(Self { path, place, text });
                }
            }
        }
        assert!(sources.len() > 10, "{place}: only {} files", sources.len());
        sources
    }

    /// Returns the module right below the crate that it belongs to.
    pub(crate) fn room(&self) -> &str {
        let inside = self.path.strip_prefix(self.place).unwrap().trim_start_matches('/');
        inside.split(['/', '.']).next().unwrap()
    }

    /// Returns the modules that it declares.
    pub(crate) fn modules(&self) -> Vec<String> {
        let names =
            self.text.lines().filter_map(|line| line.split_once("mod ")?.1.strip_suffix(';'));
        names.map(str::to_owned).collect()
    }

    /// Returns whether a path begins with or goes through a module of this name.
    pub(crate) fn text_has(&self, module: &str) -> bool {
        let is_named = |line: &str| {
            has_word(line, &format!("{module}::")) || has_word(line, &format!("{module},"))
        };
        self.text.lines().any(is_named)
    }

    /// Returns the line in which a word stands first.
    pub(crate) fn find(&self, word: &str) -> Option<usize> {
        (1..).zip(self.text.lines()).find(|(_, line)| has_word(line, word)).map(|(line, _)| line)
    }

    /// Returns which modules of a room of the crate it names, by paths that begin with `crate`.
    pub(crate) fn uses_in(&self, room: &str) -> Vec<String> {
        let mut uses = Vec::new();
        for (at, _) in self.text.match_indices(&format!("{room}::")) {
            uses.extend(heads(&self.text[at + room.len() + 2..]));
        }
        uses
    }

    /// Returns the modules right below the crate that it names, with their lines.
    pub(crate) fn uses(&self) -> Vec<(usize, String)> {
        let mut uses = Vec::new();
        for (at, _) in self.text.match_indices("crate::") {
            let line = 1 + self.text[..at].matches('\n').count();
            let rest = &self.text[at + "crate::".len()..];
            uses.extend(heads(rest).into_iter().map(|head| (line, head)));
        }
        uses
    }
}

/// Returns whether a line has a word that is not the end of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|before| before.is_alphanumeric() || before == '_')
    })
}

/// Returns the first parts of the paths that follow `crate::`: one, or those of a list in braces.
fn heads(rest: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect()
    };
    let Some(list) = rest.strip_prefix('{') else { return vec![name(rest)] };
    let mut heads = Vec::new();
    let (mut depth, mut is_head) = (0, true);
    for (at, sign) in list.char_indices() {
        match sign {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => is_head = true,
            _ if is_head && !sign.is_whitespace() => {
                heads.push(name(&list[at..]));
                is_head = false;
            }
            _ => {}
        }
    }
    heads
}

/// Takes comments away, and the unit tests at the end.
fn without_tests(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let lines =
        code.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line });
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn paths_are_found_in_lists_and_alone() {
    assert_eq!(heads("a::b;"), ["a"]);
    assert_eq!(heads("{\n    a::{b, c::{d}},\n    e,\n    f::g,\n};"), ["a", "e", "f"]);
    assert!(has_word("a println!(", "println!") && !has_word("eprintln!(", "println!"));
}
