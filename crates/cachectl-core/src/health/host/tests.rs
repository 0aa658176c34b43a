use super::*;

const MEMINFO: &str = "MemTotal:       16000000 kB\nMemFree:         1000000 kB\n\
                       CommitLimit:     8000000 kB\nCommitted_AS:    6000000 kB\n";

/// A directory with the files of a system in it.
fn host(files: &[(&str, &str)]) -> (tempfile::TempDir, Host) {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let root = directory.path().to_owned();
    (directory, Host { root })
}

#[test]
fn only_a_process_that_is_a_server_is_one() {
    let files = [("proc/7/comm", "redis-server\n"), ("proc/8/comm", "valkey-server\n")];
    let (_directory, host) = host(&[&files[..], &[("proc/1/comm", "systemd\n")]].concat());
    let found = ["7", "8", "1", "9", "", "self", "../proc/7"].map(|it| host.runs_server(it));
    assert_eq!(found, [true, true, false, false, false, false, false]);
}

#[test]
fn huge_pages_are_judged_by_the_system_and_what_the_server_asked_for() {
    #[track_caller]
    fn case(system: &str, status: &str, expected: Status) {
        let (_directory, host) = host(&[
            ("sys/kernel/mm/transparent_hugepage/enabled", system),
            ("proc/7/status", status),
        ]);
        assert_eq!(host.huge_pages("7").unwrap().0, expected, "{system} {status}");
    }

    let (on, off) = ("Name:\tredis-server\nTHP_enabled:\t1\n", "THP_enabled:\t0\n");
    case("[always] madvise never\n", on, Status::Warning);
    // Systems that are older than the field do not have it.
    case("[always] madvise never\n", "Name:\tredis-server\n", Status::Warning);
    case("[always] madvise never\n", off, Status::Ok);
    case("always [madvise] never\n", on, Status::Ok);
    case("always madvise [never]\n", on, Status::Ok);
    let (_directory, nothing) = host(&[]);
    assert_eq!(nothing.huge_pages("7"), None);
}

#[test]
fn overcommit_matters_to_servers_that_are_too_large_for_a_fork() {
    #[track_caller]
    fn case(mode: &str, gigabytes: f64, expected: Status) {
        let files = [("proc/sys/vm/overcommit_memory", mode), ("proc/meminfo", MEMINFO)];
        let (_directory, host) = host(&files);
        let found = host.overcommit(gigabytes * 1e9).unwrap().0;
        assert_eq!(found, expected, "{mode} {gigabytes}");
    }

    case("0\n", 1.0, Status::Ok);
    case("0\n", 9.0, Status::Warning);
    case("1\n", 9.0, Status::Ok);
    case("2\n", 1.0, Status::Ok);
    case("2\n", 3.0, Status::Warning);
}

#[test]
fn a_backlog_that_the_system_cuts_short_is_a_warning() {
    let (_directory, host) = host(&[("proc/sys/net/core/somaxconn", "128\n")]);
    assert_eq!(host.backlog(511.0).unwrap().0, Status::Warning);
    assert_eq!(host.backlog(128.0).unwrap().0, Status::Ok);
}
