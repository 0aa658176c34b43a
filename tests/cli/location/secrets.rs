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
