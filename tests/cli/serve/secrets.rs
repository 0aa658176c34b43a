//! Files of which it depends who is let in: whose they are, and what becomes of changes.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, chown, symlink},
    path::Path,
    time::Duration,
};

use cachectl_testkit::{
    Cachectl, Server,
    tls::{Certificates, Validity},
    wait,
};
use insta::assert_snapshot;

use super::{
    client::{Serving, value},
    crowd::ask_over_tls,
};
use crate::cachectl;

const ADA: &str = "Authorization: Basic YWRhOm9uZQ==";
const BOB: &str = "Authorization: Basic Ym9iOnR3bw==";
/// How long a refusal may take: whoever listens instead is ended then.
const LIMIT: Duration = Duration::from_secs(30);
/// Some user who is neither root nor the one who runs this.
const STRANGER: u32 = 65_534;

fn write(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).unwrap();
    set(path, mode);
}

fn set(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Gives something to another user. Needs root, as which CI runs.
fn give_away(path: &Path) {
    chown(path, Some(STRANGER), None).unwrap();
}

/// Puts in place the files that a server over TLS with users needs.
fn scene() -> (Server, Cachectl) {
    let server = Server::start();
    let cachectl = cachectl().server(&server);
    let here = cachectl.directory().to_owned();
    let made = Certificates::generate(&here, Validity::Valid).unwrap();
    fs::copy(&made.server, here.join("web.crt")).unwrap();
    fs::copy(&made.server_key, here.join("web.key")).unwrap();
    write(&here.join("users"), "ada:one\n", 0o600);
    (server, cachectl)
}

const TLS: [&str; 4] = ["--web-tls-cert", "web.crt", "--web-tls-key", "web.key"];
const USERS: [&str; 2] = ["--web-auth-file", "users"];

#[test]
fn secrets_that_others_have_their_hands_on_are_refused() {
    #[track_caller]
    fn case(name: &str, spoil: impl Fn(&Path), expected: &str) {
        let (_server, cachectl) = scene();
        spoil(&cachectl.directory().join(name));
        let arguments = [&["health", "serve", "127.0.0.1:0"], &TLS[..], &USERS].concat();
        let run = cachectl.args(arguments).limit(LIMIT).run().assert_code(78);
        assert!(run.stderr().contains(expected), "{name}: {run}");
        assert!(run.stderr().contains("hint: "), "{name}: {run}");
    }

    let in_open_directory = |path: &Path| {
        let place = path.with_file_name("place");
        fs::create_dir(&place).unwrap();
        fs::rename(path, place.join("file")).unwrap();
        symlink(place.join("file"), path).unwrap();
        set(&place, 0o777);
    };
    for (name, what) in [("users", "file of users"), ("web.key", "private key")] {
        case(name, give_away, &format!("the {what} `{name}` is not to be trusted"));
        case(name, |path| set(path, 0o644), &format!("others can read the {what} `{name}`"));
        case(name, |path| set(path, 0o602), "can be written to by other users");
        case(name, in_open_directory, "can be written to by other users");
    }
}

#[test]
fn a_change_of_the_web_key_counts_only_if_it_can_be_trusted() {
    let (_server, cachectl) = scene();
    let here = cachectl.directory().to_owned();
    let place = here.join("new");
    fs::create_dir(&place).unwrap();
    let new = Certificates::generate(&place, Validity::Valid).unwrap();
    let serving = Serving::start(&cachectl, &TLS);
    let is_answered = |authority: &Path| ask_over_tls(&serving, authority).is_ok();
    let old = here.join("ca.crt");
    assert!(is_answered(&old), "{:?}", fs::read_dir(&here).unwrap().collect::<Vec<_>>());
    fs::copy(&new.server_key, here.join("web.key")).unwrap();
    give_away(&here.join("web.key"));
    fs::copy(&new.server, here.join("web.crt")).unwrap();
    assert!(is_answered(&old) && !is_answered(&new.authority));
    chown(here.join("web.key"), Some(0), None).unwrap();
    assert!(is_answered(&new.authority) && !is_answered(&old));
}

#[test]
fn a_user_without_a_password_is_refused() {
    let (_server, cachectl) = scene();
    write(&cachectl.directory().join("users"), "ada:one\nbob:\n", 0o600);
    let arguments = ["health", "serve", "127.0.0.1:0", "--web-auth-file", "users"];
    let run = cachectl.args(arguments).limit(LIMIT).run();
    assert_snapshot!(run, @"
    --- stderr
    error: line 2 of the file of users `users` has no password

    hint: write a password behind the colon, or take the line out of the file
    [exit status: 78]
    ");
}

#[test]
fn a_change_of_the_users_counts_only_if_it_can_be_trusted() {
    let (_server, cachectl) = scene();
    let users = cachectl.directory().join("users");
    let serving = Serving::start(&cachectl, &[&["-v"], &USERS[..]].concat());
    let is_in = |who: &str| serving.get("/livez", &[who]).status == 200;
    let is_good = |who: &str| {
        value(&serving.get("/metrics", &[who]).body, r#"cachectl_web_file_good{file="users"}"#)
    };
    assert!(is_in(ADA) && !is_in(BOB));
    assert_eq!(is_good(ADA), Some(1.0));
    let bad = |spoil: &dyn Fn()| {
        spoil();
        for _ in 0..3 {
            assert!(is_in(ADA) && !is_in(BOB));
        }
        assert_eq!(is_good(ADA), Some(0.0));
        // What is put right counts again.
        fs::remove_file(&users).unwrap();
        write(&users, "ada:one\n", 0o600);
        assert!(is_in(ADA) && !is_in(BOB));
        assert_eq!(is_good(ADA), Some(1.0));
    };
    bad(&|| {
        write(&users, "bob:two\n", 0o600);
        give_away(&users);
    });
    bad(&|| write(&users, "bob:two\nada:one\n", 0o666));
    bad(&|| write(&users, "bob:two\nada:\n", 0o600));
    // A look at the same text, which alone could not tell.
    bad(&|| set(&users, 0o644));
    wait::until("each of them is in the log once", || {
        serving.running.stderr_so_far().matches("all stays as it was").count() == 4
    });
    write(&users, "bob:two\n", 0o600);
    assert!(is_in(BOB) && !is_in(ADA));
    fs::remove_file(&users).unwrap();
    assert!(!is_in(BOB) && !is_in(ADA));
}
