//! A page of the documentation, as far as tests look into it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// What is generated has its own check, and pages of manual are no Markdown.
const GENERATED: [&str; 2] = ["docs/man", "docs/reference"];

/// A page, by its path below the root of the repository.
pub(crate) struct Page {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// Something that a page asks its reader to do.
pub(crate) enum Step {
    /// Keep a file: a block of code whose first line names one after the language.
    Write { name: String, text: String },
    /// Run a command: a line of a `console` block that begins with `$ `.
    Run(Command),
}

/// A command, and what the page says that it prints.
pub(crate) struct Command {
    /// The line of the page.
    pub(crate) line: usize,
    pub(crate) text: String,
    pub(crate) printed: Vec<String>,
}

impl Page {
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(root().join(path));
        let text = text.unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
        Self { path: path.to_owned(), text }
    }

    /// Returns README.md and everything below docs that people wrote.
    pub(crate) fn all() -> Vec<Self> {
        let mut paths = vec![PathBuf::from("README.md")];
        paths.extend(files_below(Path::new("docs"), "md"));
        paths.retain(|path| !GENERATED.iter().any(|place| path.starts_with(place)));
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    /// Returns what is to be done, in order.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for block in self.blocks() {
            match block.info.split_whitespace().collect::<Vec<_>>().as_slice() {
                ["console"] => steps.extend(block.commands().into_iter().map(Step::Run)),
                [_, name] => {
                    let text = block.lines.iter().flat_map(|(_, line)| [line, "\n"]).collect();
                    steps.push(Step::Write { name: (*name).to_owned(), text });
                }
                _ => {}
            }
        }
        steps
    }

    /// Returns the lines outside blocks of code, with their numbers.
    pub(crate) fn prose(&self) -> Vec<(usize, &str)> {
        let mut is_code = false;
        let numbered = (1..).zip(self.text.lines());
        let prose = numbered.filter(|(_, line)| {
            let is_fence = line.trim_start().starts_with("```");
            is_code ^= is_fence;
            !is_code && !is_fence
        });
        prose.collect()
    }

    /// Returns the anchors of the headings, as forges make them.
    pub(crate) fn anchors(&self) -> Vec<String> {
        let mut times = BTreeMap::new();
        let headings = self.prose().into_iter().filter(|(_, line)| line.starts_with('#'));
        let headings = headings.map(|(_, line)| line.trim_start_matches('#').trim());
        let anchors = headings.map(|heading| {
            let anchor: String = heading
                .to_lowercase()
                .chars()
                .filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter))
                .map(|letter| if letter == ' ' { '-' } else { letter })
                .collect();
            let before = times.entry(anchor.clone()).or_insert(0);
            *before += 1;
            if *before == 1 { anchor } else { format!("{anchor}-{}", *before - 1) }
        });
        anchors.collect()
    }

    /// Returns where its links lead, with their lines.
    pub(crate) fn links(&self) -> Vec<(usize, &str)> {
        let links = self.prose().into_iter().flat_map(|(number, line)| {
            let targets = line.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
            targets.map(move |(target, _)| (number, target))
        });
        links.collect()
    }

    fn blocks(&self) -> Vec<Block<'_>> {
        let mut blocks = Vec::new();
        let mut open: Option<Block<'_>> = None;
        for (number, line) in (1..).zip(self.text.lines()) {
            let place = format!("{}:{number}", self.path.display());
            match (line.strip_prefix("```"), open.take()) {
                (Some(_), Some(block)) => blocks.push(block),
                (Some(info), None) => open = Some(Block { info, lines: Vec::new() }),
                (None, Some(mut block)) => {
                    block.lines.push((number, line));
                    open = Some(block);
                }
                (None, None) => {
                    let is_hidden = line.trim_start().starts_with("```console");
                    assert!(!is_hidden, "{place}: a block that is indented is not run");
                }
            }
        }
        assert!(open.is_none(), "{}: the last block does not end", self.path.display());
        blocks
    }
}

/// A block of code.
struct Block<'p> {
    /// What stands behind the first fence.
    info: &'p str,
    lines: Vec<(usize, &'p str)>,
}

impl Block<'_> {
    fn commands(&self) -> Vec<Command> {
        let mut commands: Vec<Command> = Vec::new();
        for (line, text) in &self.lines {
            if let Some(command) = text.strip_prefix("$ ") {
                let (line, text) = (*line, command.to_owned());
                commands.push(Command { line, text, printed: Vec::new() });
                continue;
            }
            let command = commands.last_mut();
            let command = command.unwrap_or_else(|| panic!("line {line} belongs to no command"));
            match text.strip_prefix("> ").filter(|_| command.text.ends_with('\\')) {
                Some(more) => command.text.extend(["\n", more]),
                None => command.printed.push((*text).to_owned()),
            }
        }
        commands
    }
}

/// Returns the files below a directory that end so, by their paths below the root.
pub(crate) fn files_below(place: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut directories = vec![place.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(root().join(&directory)).unwrap() {
            let path = directory.join(entry.unwrap().file_name());
            if root().join(&path).is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|it| it == extension) {
                files.push(path);
            }
        }
    }
    files
}

/// Returns the root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
