//! Writes the files that follow from the code, and finds those that no longer do.

mod cli;
mod completions;
mod man;
mod schemas;
mod tables;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cargo;
use crate::failure::Failure;

/// Write completions, man pages and references from the code
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write nothing, and fail if a file is not up to date
    #[arg(long)]
    check: bool,
}

/// Files by their names below the place of their generator.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Something that writes either a file or everything in a directory.
struct Generator {
    /// Below the root of the workspace. In a directory every file is the generator's.
    place: &'static str,
    /// Returns a file by the empty name, or those of the directory.
    generate: fn() -> io::Result<Files>,
}

const GENERATORS: [Generator; 8] = [
    Generator { place: "completions", generate: completions::generate },
    Generator { place: "docs/man", generate: man::generate },
    Generator { place: "docs/reference/cli.md", generate: cli::generate },
    Generator { place: "docs/reference/exit-codes.md", generate: tables::exit_codes },
    Generator { place: "docs/reference/health-checks.md", generate: tables::health_checks },
    Generator { place: "docs/reference/metrics.md", generate: tables::metrics },
    Generator { place: "docs/reference/schemas", generate: schemas::generate },
    Generator { place: "docs/reference/environment.md", generate: tables::environment },
];

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let root = cargo::workspace();
    let mut stale = Vec::new();
    for generator in GENERATORS {
        let changes = changes(&root, &generator).map_err(Failure::other)?;
        if !args.check {
            changes.iter().try_for_each(|it| it.apply(&root)).map_err(Failure::other)?;
        }
        stale.extend(changes);
    }
    for change in &stale {
        println!("{}", change.described(args.check));
    }
    if args.check && !stale.is_empty() {
        let count = stale.len();
        return Err(Failure::other(format!("{count} not up to date; run `cargo xtask generate`")));
    }
    Ok(())
}

/// How a file differs from what the code says.
struct Change {
    path: PathBuf,
    /// What it should be; `None` when it should not be.
    wanted: Option<Vec<u8>>,
}

impl Change {
    fn apply(&self, root: &Path) -> io::Result<()> {
        let path = root.join(&self.path);
        let Some(contents) = &self.wanted else {
            return fs::remove_file(path);
        };
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, contents)
    }

    fn described(&self, check: bool) -> String {
        let path = self.path.display();
        match (&self.wanted, check) {
            (Some(_), true) => format!("stale: {path}"),
            (None, true) => format!("superfluous: {path}"),
            (Some(_), false) => format!("wrote {path}"),
            (None, false) => format!("removed {path}"),
        }
    }
}

fn changes(root: &Path, generator: &Generator) -> io::Result<Vec<Change>> {
    let place = Path::new(generator.place);
    let wanted = (generator.generate)()?;
    let mut changes = Vec::new();
    for superfluous in present(&root.join(place))? {
        if !wanted.contains_key(&superfluous) {
            changes.push(Change { path: place.join(superfluous), wanted: None });
        }
    }
    for (name, contents) in wanted {
        let path = if name.as_os_str().is_empty() { place.to_owned() } else { place.join(name) };
        if fs::read(root.join(&path)).ok().as_ref() != Some(&contents) {
            changes.push(Change { path, wanted: Some(contents) });
        }
    }
    Ok(changes)
}

/// Returns the names of the files in a directory; none for anything that is no directory.
fn present(place: &Path) -> io::Result<Vec<PathBuf>> {
    if !place.is_dir() {
        return Ok(Vec::new());
    }
    let names = fs::read_dir(place)?.map(|entry| Ok(PathBuf::from(entry?.file_name())));
    names.collect()
}
