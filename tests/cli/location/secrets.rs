//! Secrets that a configuration file names which nobody has named.

use std::{fs, io, net::TcpListener, os::unix::fs::symlink};

use cachectl_testkit::{Cachectl, Server};
use insta::assert_snapshot;

use super::set_mode;
use crate::{cachectl, ends_with};

/// Writes the file of the working directory with one context, and a password inside and outside.
fn scene(address: &str, key: &str, value: &str) -> Cachectl {
    let cachectl = cachectl();
    let inside = |name: &str| cachectl.directory().join(name);
    fs::create_dir_all(inside("home/.aws")).unwrap();
    fs::write(inside("home/.aws/credentials"), "outside").unwrap();
    set_mode(&inside("home/.aws/credentials"), 0o600);
    fs::create_dir_all(inside("project/secrets")).unwrap();
    fs::write(inside("project/secrets/redis"), "inside\n").unwrap();
    symlink("secrets/redis", inside("project/link")).unwrap();
    symlink(inside("home/.aws/credentials"), inside("project/away")).unwrap();
    symlink(inside("home/.aws"), inside("project/aws")).unwrap();
    let value = value.replace("HOME", &inside("home").display().to_string());
    let context = format!("url: '{address}', {key}: '{value}'");
    let context =
        context.replace("tls.key: ", "tls: { cert: c.pem, key: ").replace("pem'", "pem' }");
    let text = format!("default_context: it\ncontexts: {{ it: {{ {context} }} }}\n");
    fs::write(inside("project/cachectl.yaml"), text).unwrap();
    cachectl
}

/// Runs a command in the directory of the project.
#[track_caller]
fn run(cachectl: &Cachectl, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = cachectl.args(arguments).command();
    let run = command.current_dir(cachectl.directory().join("project")).output().unwrap();
    (run.status.code(), String::from_utf8_lossy(&run.stderr).into_owned())
}

#[test]
fn no_secret_elsewhere_is_sent_anywhere() {
    #[track_caller]
    fn case(key: &str, value: &str) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = format!("redis://{}", listener.local_addr().unwrap());
        let cachectl = scene(&address, key, value);
        for command in [&["backup", "-o", "keys.rdb"][..], &["health"]] {
            let (code, stderr) = run(&cachectl, command);
            assert_eq!(code, Some(78), "{stderr}");
            assert!(stderr.contains("is not below the directory of `cachectl.yaml`"), "{stderr}");
        }
        let nobody = listener.accept().unwrap_err();
        assert_eq!(nobody.kind(), io::ErrorKind::WouldBlock, "nothing was sent");
    }

    for key in ["password_file", "tls.key"] {
        let name =
            |name: &str| if key == "tls.key" { format!("{name}.pem") } else { name.to_owned() };
        for value in ["~/.aws/credentials", "../home/.aws/credentials", "HOME/.aws/credentials"] {
            if key == "password_file" {
                case(key, value);
            }
        }
        case(key, &name("../home/x"));
        case(key, &name("~/x"));
    }
    case("password_file", "away");
    case("password_file", "aws/credentials");
}

#[test]
fn a_secret_beside_the_file_is_good_and_one_elsewhere_if_the_file_is_named() {
    let server = Server::builder().password("inside").start();
    for value in ["secrets/redis", "./secrets/redis", "link"] {
        let cachectl =
            scene(&format!("unix://{}", server.socket().display()), "password_file", value);
        let (code, stderr) = run(&cachectl, &["backup", "-o", "keys.rdb"]);
        assert_eq!(code, Some(0), "{value}: {stderr}");
    }
    let server = Server::builder().password("outside").start();
    let cachectl = scene(&format!("unix://{}", server.socket().display()), "password_file", "away");
    let backup = ["backup", "-o", "keys.rdb"];
    let (code, stderr) = run(&cachectl, &backup);
    assert_eq!(code, Some(78));
    assert_snapshot!(stderr, @"
    error: `away` is not below the directory of `cachectl.yaml`, which nobody has named

    hint: `--config cachectl.yaml` trusts the file with that; without, its secrets are beside it
    ");
    let named = [&backup[..], &["--config", "cachectl.yaml"]].concat();
    assert_eq!(run(&cachectl, &named).0, Some(0));
    ends_with(0, cachectl.args(["--config", "project/cachectl.yaml", "backup", "-o", "k.rdb"]));
}

#[test]
fn no_password_of_the_environment_is_lent_to_servers_that_nobody_has_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let sentinel =
        format!("default_context: it\ncontexts: {{ it: {{ sentinels: ['{address}'] }} }}\n");
    let server =
        format!("default_context: it\ncontexts: {{ it: {{ url: 'redis://{address}' }} }}\n");
    let case = |text: &str, variable: &str, value: &str, more: &[&str]| {
        let cachectl = scene("redis://127.0.0.1:1", "username", "ops");
        fs::write(cachectl.directory().join("project/cachectl.yaml"), text).unwrap();
        for command in [&["backup", "-o", "keys.rdb"][..], &["health"]] {
            let run = cachectl.args([command, more].concat()).env(variable, value);
            let run = run.command().current_dir(cachectl.directory().join("project")).output();
            let run = run.unwrap();
            let stderr = String::from_utf8_lossy(&run.stderr);
            assert_eq!(run.status.code(), Some(78), "{variable}: {stderr}");
            let said = format!("the password in {variable} is not given to the servers");
            assert!(stderr.contains(&said), "{stderr}");
            assert!(stderr.contains("hint: `--config cachectl.yaml` trusts"), "{stderr}");
        }
    };
    for (variable, value) in [
        ("CACHECTL_PASSWORD", "correct horse"),
        ("CACHECTL_PASSWORD_FILE", "secrets/redis"),
        ("REDIS_PASSWORD", "correct horse"),
    ] {
        case(&server, variable, value, &[]);
        case(&server, variable, value, &["-C", "it"]);
    }
    case(&sentinel, "CACHECTL_SENTINEL_PASSWORD", "correct horse", &[]);
    let nobody = listener.accept().unwrap_err();
    assert_eq!(nobody.kind(), io::ErrorKind::WouldBlock, "nothing was sent");
}

#[test]
fn a_password_of_the_environment_is_for_servers_of_files_that_were_named_and_for_flags() {
    let server = Server::builder().password("correct-horse").start();
    let url = format!("unix://{}", server.socket().display());
    let cachectl = scene(&url, "db", "0");
    let text = format!("default_context: it\ncontexts: {{ it: {{ url: '{url}' }} }}\n");
    fs::write(cachectl.directory().join("project/cachectl.yaml"), text).unwrap();
    let case = |arguments: &[&str]| {
        let run = cachectl.args(
            [&["backup", "-o", "keys.rdb", "--force", "--allow-empty"][..], arguments].concat(),
        );
        let mut run = run.env("CACHECTL_PASSWORD", "correct-horse").command();
        let run = run.current_dir(cachectl.directory().join("project")).output().unwrap();
        assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    };
    case(&["--config", "cachectl.yaml"]);
    case(&["--url", &url]);
}
