//! Temporary files in a directory that others use as well.

use std::fs;

use cachectl_core::{backup, restore, vocabulary::control::Control};
use cachectl_testkit::{Keyspace, Server};

use crate::bench::Bench;

#[test]
fn restores_do_not_get_in_each_others_way_nor_do_files_of_others() {
    let bench = Bench::new();
    let source = Server::start();
    Keyspace::new(1).keys("user:{}", 300).load(&source);
    let path = bench.path("backup.rdb");
    bench.backup(&source.url(), &backup::Options::new(&path));
    let workspace = bench.path("shared");
    fs::create_dir(&workspace).unwrap();
    let names = ["taken", "unsupported", "collisions", "names"];
    for name in names {
        fs::write(workspace.join(name), "of a stranger").unwrap();
    }
    let server = Server::start();
    let deployment = bench.open(&server.url());
    let rules = cachectl_core::values::rule::Rule::parse("user:* => u:*").unwrap();
    let rules = cachectl_core::values::rule_set::RuleSet::new(vec![rules]).ok();
    let options = restore::Options { rules, ..restore::Options::new(path) };
    let control = Control::unattended();
    bench.runtime.block_on(async {
        let check = || restore::check(&deployment, &options, &workspace, &control);
        let checks = futures_util::future::join_all((0..8).map(|_| check())).await;
        for preview in checks {
            assert_eq!(preview.unwrap().restores, 300);
        }
    });
    for name in names {
        assert_eq!(fs::read(workspace.join(name)).unwrap(), b"of a stranger");
    }
    assert_eq!(fs::read_dir(&workspace).unwrap().count(), names.len());
}
