//! The documentation, taken at its word: its commands are run, its links are followed.
//!
//! What is run is said in docs/contributing.md. Every page gets a server and a home of its own.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic anywhere")]

mod evidence;
mod page;
mod permissions;
mod prepare;
mod shell;

use std::{collections::BTreeSet, path::Path, thread};

use page::{Page, root};
use shell::Shell;

/// A page whose commands are run.
struct Guide {
    path: &'static str,
    /// How many commands it has at least: a page that loses its commands must not pass.
    commands: usize,
    /// Makes what the page starts from.
    prepare: fn(&Shell),
}

const GUIDES: [Guide; 14] = [
    Guide { path: "README.md", commands: 3, prepare: prepare::sessions },
    Guide { path: "docs/configuration.md", commands: 4, prepare: prepare::nothing },
    Guide { path: "docs/exit-codes.md", commands: 6, prepare: prepare::rivals },
    Guide { path: "docs/guides/backup.md", commands: 10, prepare: prepare::sessions },
    Guide { path: "docs/guides/ci.md", commands: 3, prepare: prepare::bounded },
    Guide { path: "docs/guides/diff.md", commands: 5, prepare: prepare::changed },
    Guide { path: "docs/guides/health.md", commands: 11, prepare: prepare::bounded },
    Guide { path: "docs/guides/kubernetes.md", commands: 3, prepare: prepare::nothing },
    Guide { path: "docs/guides/migrate.md", commands: 19, prepare: prepare::conflicts },
    Guide { path: "docs/guides/nagios.md", commands: 2, prepare: prepare::bounded },
    Guide { path: "docs/guides/prometheus.md", commands: 4, prepare: prepare::bounded },
    Guide { path: JSON, commands: 13, prepare: prepare::occupant },
    Guide { path: "docs/runbooks/keys-are-lost-or-wrong.md", commands: 9, prepare: prepare::lost },
    Guide {
        path: "docs/runbooks/migration-stopped-half-way.md",
        commands: 10,
        prepare: prepare::half_way,
    },
];

/// Where every field of every document is described.
const JSON: &str = "docs/json-output.md";

#[test]
fn every_command_does_what_its_page_says() {
    let outputs = thread::scope(|scope| {
        let following = GUIDES.each_ref().map(|guide| scope.spawn(|| guide.follow()));
        following.map(|guide| guide.join().expect("what the page says is what happens"))
    });
    let json = Page::read(Path::new(JSON)).text;
    let fields = shell::fields(&outputs.concat());
    let unknown = fields.iter().filter(|field| !json.contains(&format!("`{field}`")));
    assert!(fields.len() > 50, "only these were printed: {fields:?}");
    assert_eq!(unknown.collect::<Vec<_>>(), [""; 0], "fields that {JSON} does not describe");
}

impl Guide {
    /// Runs its commands in order, and returns what they printed.
    fn follow(&self) -> Vec<String> {
        let shell = Shell::start();
        (self.prepare)(&shell);
        let printed = shell.follow(&Page::read(Path::new(self.path)));
        assert!(printed.len() >= self.commands, "{}: only {} commands", self.path, printed.len());
        printed
    }
}

#[test]
fn no_page_has_commands_that_nobody_runs() {
    let with_commands = Page::all().into_iter().filter(|page| !page.steps().is_empty());
    let pages: BTreeSet<_> = with_commands.map(|page| page.path).collect();
    assert_eq!(pages, GUIDES.iter().map(|guide| guide.path.into()).collect());
}

#[test]
fn every_link_leads_somewhere() {
    let mut followed = 0;
    for page in Page::all() {
        for (line, link) in page.links() {
            if link.contains("://") {
                continue;
            }
            followed += 1;
            let place = format!("{}:{line}: {link}", page.path.display());
            let (file, anchor) = link.split_once('#').map_or((link, None), |(f, a)| (f, Some(a)));
            let target = match file {
                "" => page.path.clone(),
                file => page.path.parent().unwrap().join(file),
            };
            assert!(root().join(&target).exists(), "{place}: there is no such file");
            let anchors = || Page::read(&target).anchors();
            assert!(anchor.is_none_or(|it| anchors().iter().any(|there| there == it)), "{place}");
        }
    }
    assert!(followed > 50, "only {followed} links were followed");
}

#[test]
fn no_line_of_prose_is_wider_than_100_columns() {
    for page in Page::all() {
        for (line, text) in page.prose() {
            // The rows of a table cannot be wrapped.
            let fits = text.chars().count() <= 100 || text.starts_with('|');
            assert!(fits, "{}:{line}: {text}", page.path.display());
        }
    }
}
