//! The rules of docs/architecture.md that the compiler does not keep.

#![expect(clippy::unwrap_used, reason = "a test may panic anywhere")]

mod source;

use source::Source;

/// The floors of the core, from the ground up. Each uses only those before it.
const FLOORS: [&str; 5] = ["files", "values", "vocabulary", "server", "steps"];
/// What stands on them. None of these uses another.
const OPERATIONS: [&str; 5] = ["backup", "diff", "health", "migrate", "restore"];
const CORE: &str = "crates/cachectl-core/src";
const BINARY: &str = "crates/cachectl/src";
const RDB: &str = "crates/cachectl-rdb/src";

/// Returns how high something of the core stands; all operations stand on the same floor.
fn height(name: &str) -> Option<usize> {
    let floor = FLOORS.iter().position(|floor| *floor == name);
    floor.or_else(|| OPERATIONS.contains(&name).then_some(FLOORS.len()))
}

#[test]
fn every_room_of_the_core_has_a_floor() {
    for source in Source::below(CORE) {
        let room = source.room();
        assert!(room == "lib" || height(room).is_some(), "{}: `{room}` has no floor", source.path);
    }
}

#[test]
fn a_floor_uses_only_the_floors_below_it_and_no_operation_another() {
    let mut uses = 0;
    for source in Source::below(CORE) {
        let Some(here) = height(source.room()) else { continue };
        for (line, used) in source.uses() {
            let Some(there) = height(&used) else { continue };
            uses += 1;
            let is_allowed = used == source.room() || there < here;
            assert!(is_allowed, "{}:{line}: `{}` uses `{used}`", source.path, source.room());
        }
    }
    assert!(uses > 500, "only {uses} uses were found");
}

#[test]
fn what_is_shared_is_used_by_more_than_one() {
    let sources = Source::below(CORE);
    let steps = sources.iter().find(|it| it.path.ends_with("/steps.rs")).unwrap();
    let mut steps_seen = 0;
    for step in steps.modules() {
        steps_seen += 1;
        let operations = OPERATIONS.iter().filter(|operation| {
            let mut of_it = sources.iter().filter(|source| source.room() == **operation);
            of_it.any(|source| source.uses_in("steps").contains(&step))
        });
        let users = operations.count();
        // A step may also stand under another step.
        let is_below = sources.iter().filter(|source| source.room() == "steps").any(|source| {
            let is_itself = source.path.contains(&format!("/steps/{step}"));
            !is_itself && source.text_has(&step)
        });
        assert!(users != 1 || is_below, "steps/{step} is used by one operation: move it there");
        assert!(users + usize::from(is_below) > 0, "steps/{step} is used by nobody");
    }
    assert!(steps_seen > 15, "only {steps_seen} steps were found");
}

#[test]
fn what_clippy_keeps_everywhere_it_keeps_in_the_core() {
    // Its own file replaces that of the workspace, and does not add to it.
    let read = |path: &str| {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        std::fs::read_to_string(root.join(path)).unwrap()
    };
    let core = read("crates/cachectl-core/.clippy.toml");
    for line in read(".clippy.toml").lines() {
        assert!(core.lines().any(|it| it == line), "the core lacks `{line}`");
    }
}

#[test]
fn the_core_does_not_know_the_flags_of_the_command_line() {
    for place in [CORE, RDB] {
        for source in Source::below(place) {
            assert_eq!(source.find("`--"), None, "{}: a flag", source.path);
        }
    }
}

#[test]
fn the_core_knows_neither_terminal_nor_environment_nor_exit() {
    const WORDS: [&str; 12] = [
        "println!",
        "eprintln!",
        "print!",
        "dbg!",
        "std::env",
        "env::var",
        "env::args",
        "process::exit",
        "io::stdin",
        "io::stdout",
        "io::stderr",
        "IsTerminal",
    ];
    for place in [CORE, RDB] {
        for source in Source::below(place) {
            for word in WORDS {
                assert_eq!(source.find(word), None, "{}: `{word}`", source.path);
            }
        }
    }
}

#[test]
fn nobody_speaks_to_servers_through_a_library() {
    for place in [CORE, BINARY, RDB] {
        for source in Source::below(place) {
            assert_eq!(source.find("redis::"), None, "{}", source.path);
        }
    }
}

#[test]
fn only_the_server_floor_opens_connections() {
    for source in Source::below(CORE).into_iter().filter(|it| it.room() != "server") {
        for word in ["TcpStream", "UnixStream", "TlsConnector"] {
            assert_eq!(source.find(word), None, "{}: `{word}`", source.path);
        }
    }
}
