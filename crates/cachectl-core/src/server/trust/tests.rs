use super::*;
use crate::{
    server::target::{CertificateCheck, Encryption, Target, TlsOptions},
    values::endpoint::ConnectionUrl,
};

fn addresses(text: &str) -> Vec<IpAddr> {
    text.split(' ').filter(|it| !it.is_empty()).map(|it| it.parse().unwrap()).collect()
}

/// Decides about `HOST:PORT=ADDRESS ADDRESS`, where addresses stand for themselves.
fn decide(by: &str, to: &str, trusted: &[&str], proof: Proof) -> Option<Objection> {
    let read = |text: &str| {
        let (endpoint, found) = text.split_once('=').unwrap_or((text, ""));
        let endpoint = Endpoint::parse(endpoint, 6379).unwrap();
        let Endpoint::Tcp { host, .. } = &endpoint else { unreachable!() };
        let own = host.parse::<IpAddr>().into_iter();
        let found = own.chain(addresses(found)).collect::<Vec<_>>();
        (endpoint, found)
    };
    let (by, to) = (read(by), read(to));
    let trusted: Vec<_> = trusted.iter().map(|it| it.parse().unwrap()).collect();
    objection(&Place::of(&by.0, &by.1), &Place::of(&to.0, &to.1), &trusted, proof)
}

#[track_caller]
fn follows(by: &str, to: &str) {
    assert_eq!(decide(by, to, &[], Proof::None), None, "{by} to {to}");
}

#[track_caller]
fn stays(by: &str, to: &str, objection: Objection) {
    assert_eq!(decide(by, to, &[], Proof::None), Some(objection), "{by} to {to}");
    // The line that allows it.
    assert_eq!(decide(by, to, &["*", &format!("*:{}", port(to))], Proof::None), None);
}

fn port(text: &str) -> u16 {
    let endpoint = text.split('=').next().unwrap();
    match Endpoint::parse(endpoint, 6379).unwrap() {
        Endpoint::Tcp { port, .. } => port,
        Endpoint::Unix(_) => 0,
    }
}

#[test]
fn passwords_follow_where_real_clusters_live() {
    // The same host, by name or by address.
    follows("127.0.0.1:7000", "127.0.0.1:7005");
    follows("198.51.100.7:6379", "198.51.100.7:6380");
    follows("cache.example:6379=198.51.100.7", "198.51.100.7:13001");
    follows("cache.example:6379=198.51.100.7", "cache.example:6380=203.0.113.9");
    follows("[fe80::1]:6379", "[fe80::1]:6380");
    // Private to private, and from the machine itself.
    follows("10.0.0.1:6379", "192.168.7.9:6379");
    follows("cache:6379=10.0.0.1", "172.16.0.1:7000");
    follows("redis.ns.svc.cluster.local:6379=10.96.0.1", "redis-0.redis.ns.svc:6379=10.1.0.9");
    follows("127.0.0.1:6379", "10.0.0.1:6379");
    follows("[fd00::1]:6379", "10.0.0.1:6379");
    follows("100.64.0.1:6379", "[fd12::1]:6379");
    // The same parent domain.
    follows(
        "clustercfg.foo.abc123.use1.cache.amazonaws.com:6379=10.0.0.1",
        "foo-0001-001.foo.abc123.use1.cache.amazonaws.com:6379=10.0.0.2",
    );
    follows("a.cache.example:6379=198.51.100.1", "b.cache.example:6379=203.0.113.1");
    // Ports near the known one.
    follows("10.0.0.1:9001", "10.0.0.2:9002");
}

#[test]
fn passwords_do_not_follow_a_lie() {
    use Objection::{LinkLocal, Loopback, NoMachine, Port, Private, Public, Stranger};
    stays("10.0.0.1:6379", "203.0.113.1:6379", Public);
    stays("127.0.0.1:6379", "203.0.113.1:6379", Public);
    stays("cache:6379=10.0.0.1", "evil.example:6379=10.0.0.2 203.0.113.1", Public);
    stays("203.0.113.1:6379", "10.0.0.1:6379", Private);
    stays("203.0.113.1:6379", "198.51.100.1:6379", Stranger);
    stays("10.0.0.1:6379", "127.0.0.1:6379", Loopback);
    stays("203.0.113.1:6379", "localhost:6379=127.0.0.1", Loopback);
    stays("10.0.0.1:6379", "[::1]:6379", Loopback);
    stays("10.0.0.1:6379", "[::ffff:127.0.0.1]:6379", Loopback);
    stays("10.0.0.1:6379", "169.254.169.254:6379", LinkLocal);
    stays("127.0.0.1:6379", "[fe80::1]:6379", LinkLocal);
    stays("10.0.0.1:6379", "[fd00:ec2::254]:6379", LinkLocal);
    stays("10.0.0.1:6379", "100.100.100.200:6379", LinkLocal);
    stays("10.0.0.1:6379", "0.0.0.0:6379", NoMachine);
    stays("10.0.0.1:6379", "[::]:6379", NoMachine);
    stays("10.0.0.1:6379", "224.0.0.1:6379", NoMachine);
    stays("10.0.0.1:6379", "[64:ff9b::cb00:7101]:6379", Public);
    for port in [22, 25, 80, 443, 3306, 5432, 8080, 9200, 11_211, 10_250, 27_017] {
        stays("127.0.0.1:6379", &format!("127.0.0.1:{port}"), Port);
    }
    // What only looks like one domain.
    stays("a.co.uk:6379=198.51.100.1", "b.co.uk:6379=203.0.113.1", Stranger);
    stays("a.com:6379=198.51.100.1", "b.com:6379=203.0.113.1", Stranger);
    stays(
        "ec2-1.eu-west-1.compute.amazonaws.com:6379=198.51.100.1",
        "ec2-2.eu-west-1.compute.amazonaws.com:6379=203.0.113.1",
        Stranger,
    );
    stays(
        "ours.redis.cache.windows.net:6380=198.51.100.1",
        "evil.redis.cache.windows.net:6380=203.0.113.1",
        Stranger,
    );
    // A domain of our own leads to no other machine than it says.
    stays("a.cache.example:6379=198.51.100.1", "b.cache.example:6379=127.0.0.1", Loopback);
}

#[test]
fn certificates_and_lines_of_the_configuration_allow_more() {
    let (by, to) = ("10.0.0.1:6379", "203.0.113.1:6380");
    assert_eq!(decide(by, to, &[], Proof::Certificate), None);
    for line in ["203.0.113.1", "203.0.113.0/24", "203.0.113.1:6380", "*"] {
        assert_eq!(decide(by, to, &[line], Proof::None), None, "{line}");
    }
    for line in ["203.0.113.2", "203.0.113.1:6379", "10.0.0.0/8"] {
        assert_eq!(decide(by, to, &[line], Proof::None), Some(Objection::Public), "{line}");
    }
    // A port of others has to be named.
    let to = "203.0.113.1:80";
    assert_eq!(decide(by, to, &["203.0.113.1"], Proof::Certificate), Some(Objection::Port));
    assert_eq!(decide(by, to, &["203.0.113.1:80"], Proof::None), None);
}

#[test]
fn who_names_an_address_has_to_be_one_that_it_follows_from() {
    let [private, public, named] = ["10.0.0.1", "203.0.113.1", "10.0.0.9"]
        .map(|host| Endpoint::Tcp { host: host.to_owned(), port: 6379 });
    let trust = Trust::default();
    trust.meet(&private, &addresses("10.0.0.1"));
    trust.meet(&public, &addresses("203.0.113.1"));
    let found = addresses("10.0.0.9");
    let check = || trust.check(&[&private, &public], &Place::of(&named, &found), Proof::None);
    let untrusted = Untrusted { by: public.clone(), objection: Objection::Private };
    // Nobody is known to name it.
    assert_eq!(check(), Err(untrusted.clone()));
    trust.note(&public, [named.clone()]);
    assert_eq!(check(), Err(untrusted));
    trust.note(&private, [named.clone()]);
    assert_eq!(check(), Ok(()));
    // Where the one who names it is, is not known.
    assert!(Trust::default().check(&[&private], &Place::of(&named, &found), Proof::None).is_err());
}

#[test]
fn an_authority_of_the_configuration_proves_who_somebody_is_and_others_do_not() {
    let url = ConnectionUrl::parse("rediss://10.0.0.1").unwrap();
    let named = Endpoint::Tcp { host: "203.0.113.1".to_owned(), port: 6379 };
    let admits = |options: TlsOptions| {
        let encryption = Encryption::Tls(options);
        let target = Target { encryption, ..Target::from_url(url.clone()) };
        target.admit(&url.endpoint, &addresses("10.0.0.1")).unwrap();
        target.trust.note(&url.endpoint, [named.clone()]);
        target.admit(&named, &addresses("203.0.113.1")).is_ok()
    };
    let authorities = Some("authority.pem".into());
    let check = CertificateCheck::Nothing;
    assert!(!admits(TlsOptions::default()), "everybody has a certificate of those of the system");
    assert!(admits(TlsOptions { authorities: authorities.clone(), ..TlsOptions::default() }));
    assert!(!admits(TlsOptions { authorities, check, ..TlsOptions::default() }));
}
