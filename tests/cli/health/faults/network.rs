//! The way to the server.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    os::unix::fs::PermissionsExt as _,
    time::Duration,
};

use cachectl_testkit::{Proxy, Server};
use tokio::{
    net::{TcpSocket, UnixSocket, UnixStream},
    runtime::Runtime,
};

use super::{DEAD, PASSWORD, Patient, READY};

#[test]
fn a_port_that_nobody_listens_on_is_critical() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let patient = Patient::at(format!("redis://:{PASSWORD}@127.0.0.1:{port}"));
    patient.is(2, "the connection was refused", DEAD);
}

#[test]
fn a_socket_that_does_not_exist_is_critical() {
    let patient = Patient::at(format!("unix:///nobody/is/here.sock?pass={PASSWORD}"));
    patient.is(2, "No such file or directory", DEAD);
}

#[test]
fn a_socket_that_its_server_has_left_is_critical() {
    let server = Server::start();
    server.kill();
    Patient::server(&server).is(2, "the connection was refused", DEAD);
}

#[test]
fn a_socket_that_we_may_not_use_is_critical_unless_nothing_is_forbidden_to_us() {
    let server = Server::start();
    fs::set_permissions(server.socket(), fs::Permissions::from_mode(0o000)).unwrap();
    let patient = Patient::server(&server).about("loading");
    match std::os::unix::net::UnixStream::connect(server.socket()) {
        Ok(_) => patient.is(0, "all data is loaded", READY),
        Err(_) => patient.is(2, "Permission denied", DEAD),
    }
}

#[test]
fn a_name_that_does_not_exist_is_critical() {
    let patient = Patient::at(format!("redis://ops:{PASSWORD}@name.invalid:6379"));
    patient.is(2, "could not look up the address of `name.invalid:6379`", DEAD);
}

#[test]
fn a_way_on_which_everything_is_lost_is_critical() {
    let server = Server::builder().tcp().start();
    let proxy = Proxy::start(&server);
    proxy.black_hole();
    Patient::at(proxy.url()).that_hangs().is(2, "the deadline passed", DEAD);
}

#[test]
fn a_port_that_lets_nobody_in_is_critical() {
    let runtime = Runtime::new().unwrap();
    let _entered = runtime.enter();
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let knock = || TcpStream::connect_timeout(&address, Duration::from_millis(300)).ok();
    let waiting: Vec<_> = std::iter::from_fn(knock).collect();
    assert!(!waiting.is_empty());
    let patient = Patient::at(format!("redis://{address}")).that_hangs();
    patient.is(2, &format!("could not connect to `{address}`: the deadline passed"), DEAD);
}

#[test]
fn a_socket_with_too_many_waiting_is_critical() {
    let runtime = Runtime::new().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("s");
    let socket = UnixSocket::new_stream().unwrap();
    socket.bind(&path).unwrap();
    let _entered = runtime.enter();
    let _listener = socket.listen(1).unwrap();
    let mut waiting = Vec::new();
    while let Ok(client) = runtime.block_on(UnixStream::connect(&path)) {
        waiting.push(client);
    }
    let patient = Patient::at(format!("unix://{}", path.display())).that_hangs();
    patient.is(2, "the deadline passed", DEAD);
}

#[test]
fn a_server_that_is_frozen_is_critical() {
    for builder in [Server::builder(), Server::builder().tcp()] {
        let server = builder.start();
        server.stop_process();
        Patient::server(&server).that_hangs().is(2, "the deadline passed", DEAD);
        server.continue_process();
    }
}
