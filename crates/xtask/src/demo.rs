//! Shows a migration from end to end on a server of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use cachectl_testkit::locate::{self, Reach};
use cachectl_testkit::{Keyspace, Server};

use crate::cargo;
use crate::failure::Failure;

/// The old names of the keys, how many there are of each, and the rule that renames them.
const NAMES: [(&str, usize, Option<&str>); 5] = [
    ("doc_state_{}", 20_000, Some("doc_state_{id:digits} => doc:state:{id}")),
    ("user_{}_session", 14_000, Some("user_{id:digits}_session => session:user:{id}")),
    ("job_textract_status_{}", 8_000, Some("job_textract_status_{id} => job:textract:status:{id}")),
    ("export_{}_result", 6_000, Some("export_{id}_result => export:{id}:result")),
    // These have their new names already, and no rule is for them.
    ("queue:lock:{}", 2_000, None),
];

/// Rename 50,000 keys on a throw-away server: dry run, migration, rollback
///
/// Fetches a server if there is none, and leaves nothing behind but the build.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: &Args) -> Result<(), Failure> {
    let installation = locate::find(None, Reach::Package, &mut |notice| println!("{notice}"))?;
    println!("building the binary");
    let binary = cargo::release_binary("cachectl")?;
    let server = Server::builder().binary(installation.path()).try_start()?;
    println!("\nstarted a server of its own: {}", installation.path().display());

    load(&server);
    let before = server.digest();
    let demo = Demo { binary, server };
    demo.step("What would happen?", &migrate("--dry-run"))?;
    demo.step("Rename, and verify every key.", &migrate("--yes"))?;
    demo.count_old_names();
    demo.step("Undo it.", &["migrate", "rollback", "--yes"].map(str::to_owned))?;
    let after = demo.server.digest();
    // The server ends here, and its directory goes with it.
    drop(demo);

    println!("SHA-256 of all keys, values and expiries");
    println!("  before the migration  {before}");
    println!("  after the rollback    {after}");
    if before != after {
        return Err(Failure::other("the rollback did not restore what was there before"));
    }
    println!("They are equal. The server has ended, and its files are gone.");
    Ok(())
}

fn load(server: &Server) {
    let described = NAMES
        .iter()
        .fold(Keyspace::new(1), |keyspace, (pattern, count, _)| keyspace.keys(pattern, *count));
    let start = Instant::now();
    let count = described.with_ttl_share(0.3).load(server);
    println!(
        "loaded {count} keys of all six types, three in ten with a TTL, in {:.1?}",
        start.elapsed()
    );
    for (pattern, count, _) in NAMES {
        println!("  {count:>6}  {}", pattern.replace("{}", "<n>"));
    }
    println!();
}

/// Returns the command that renames by all rules.
fn migrate(last: &str) -> Vec<String> {
    let rules = NAMES.iter().filter_map(|(_, _, rule)| *rule);
    let rules = rules.flat_map(|rule| ["--rule", rule]);
    ["migrate"].into_iter().chain(rules).chain([last]).map(str::to_owned).collect()
}

struct Demo {
    binary: PathBuf,
    server: Server,
}

impl Demo {
    /// Prints a command and runs it.
    fn step(&self, title: &str, arguments: &[String]) -> Result<(), Failure> {
        println!("# {title}");
        print!("$ cachectl --url {}", self.server.url());
        for argument in arguments {
            // Every rule gets a line.
            let start = if argument == "--rule" { " \\\n    " } else { " " };
            print!("{start}{}", quoted(argument));
        }
        println!();
        let mut command = Command::new(&self.binary);
        command.arg("--url").arg(self.server.url()).args(arguments);
        // In the server's directory it goes away with the server, however this program ends.
        command.env("CACHECTL_STATE_DIR", self.state_directory());
        let outcome = cargo::run(&mut command);
        println!();
        outcome
    }

    /// Looks for itself, without the binary.
    fn count_old_names(&self) {
        let renamed = NAMES.iter().filter(|(_, _, rule)| rule.is_some());
        let old: Vec<&str> = renamed.filter_map(|(name, _, _)| name.split("{}").next()).collect();
        let snapshot = self.server.snapshot();
        let is_old = |key: &[u8]| old.iter().any(|start| key.starts_with(start.as_bytes()));
        let left = snapshot.entries().keys().filter(|(_, key)| is_old(key)).count();
        println!("The server has {} keys now, {left} of them under an old name.\n", snapshot.len());
    }

    fn state_directory(&self) -> PathBuf {
        Path::new(self.server.directory()).join("state")
    }
}

fn quoted(word: &str) -> String {
    let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "-_=:/.".contains(c));
    if plain { word.to_owned() } else { format!("'{word}'") }
}
