use cachectl_testkit::tls::{Certificates, Validity};
use proptest::prelude::*;
use rustls::{
    CertificateError, RootCertStore,
    client::verify_server_cert_signed_by_trust_anchor,
    crypto::ring,
    pki_types::{CertificateDer, UnixTime, pem::PemObject as _},
    server::ParsedCertificate,
};

use super::*;

fn server_certificate(validity: Validity) -> CertificateDer<'static> {
    let directory = tempfile::tempdir().unwrap();
    let files = Certificates::generate(directory.path(), validity).unwrap();
    CertificateDer::from_pem_file(&files.server).unwrap()
}

/// Asks the TLS library whether a certificate is good at the end of all times; it says since when
/// it is not.
fn expiry_by_the_tls_library(der: &CertificateDer<'_>) -> u64 {
    let verdict = verify_server_cert_signed_by_trust_anchor(
        &ParsedCertificate::try_from(der).unwrap(),
        &RootCertStore::empty(),
        &[],
        UnixTime::since_unix_epoch(std::time::Duration::from_secs(u64::MAX)),
        ring::default_provider().signature_verification_algorithms.all,
    );
    match verdict {
        Err(rustls::Error::InvalidCertificate(CertificateError::ExpiredContext {
            not_after,
            ..
        })) => not_after.as_secs(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_date_is_the_one_that_the_tls_library_reads() {
    for validity in [Validity::Valid, Validity::Expired] {
        let der = server_certificate(validity);
        let certificate = Certificate::read(&der).unwrap();
        let expected = i64::try_from(expiry_by_the_tls_library(&der)).unwrap() * 1000;
        assert_eq!(certificate.not_after, expected);
        assert!(certificate.subject.contains("CN=server"), "{}", certificate.subject);
    }
}

#[test]
fn a_certificate_that_is_cut_or_changed_is_read_without_harm() {
    let der = server_certificate(Validity::Valid).to_vec();
    for cut in 0..der.len() {
        assert_eq!(Certificate::read(&der[..cut]), None);
    }
    for place in 0..der.len() {
        for value in [0, 0x7f, 0x80, 0x84, 0xff] {
            let mut changed = der.clone();
            changed[place] = value;
            // Whatever comes out of it is right as long as it comes out.
            drop(Certificate::read(&changed));
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        drop(Certificate::read(&bytes));
    }
}

#[test]
fn dates_are_read_in_both_formats() {
    #[track_caller]
    fn case(tag: u8, text: &str, expected: Option<&str>) {
        let expected = expected.map(|text| text.parse::<Timestamp>().unwrap().as_millisecond());
        assert_eq!(time((tag, text.as_bytes())), expected, "{text}");
    }

    case(UTC_TIME, "491231235959Z", Some("2049-12-31T23:59:59Z"));
    case(UTC_TIME, "500101000000Z", Some("1950-01-01T00:00:00Z"));
    case(GENERALIZED_TIME, "20500101000000Z", Some("2050-01-01T00:00:00Z"));
    case(UTC_TIME, "491331235959Z", None);
    case(UTC_TIME, "491231235959", None);
    case(UTC_TIME, "é91231235959Z", None);
    case(GENERALIZED_TIME, "2050Z", None);
    case(SET, "20500101000000Z", None);
    let never = time((GENERALIZED_TIME, b"99991231235959Z")).unwrap();
    assert!(never > "9999-01-01T00:00:00Z".parse::<Timestamp>().unwrap().as_millisecond());
}

#[test]
fn names_are_shown_in_short_and_escaped() {
    let attribute = |id: &[u8], tag: u8, value: &[u8]| {
        let element = |tag: u8, content: &[u8]| {
            [&[tag, u8::try_from(content.len()).unwrap()], content].concat()
        };
        let pair = [element(OBJECT_ID, id), element(tag, value)].concat();
        element(SET, &element(SEQUENCE, &pair))
    };
    let content = [
        attribute(&[0x55, 0x04, 0x0a], 0x0c, "Büro".as_bytes()),
        attribute(&[0x2a, 0x03], 0x0c, b"left out"),
        attribute(&[0x55, 0x04, 0x0b], BMP_STRING, &[0x00, 0x41, 0x00, 0x1b]),
        attribute(&[0x55, 0x04, 0x03], 0x13, b"cache\x1b[2J"),
    ];
    assert_eq!(name(&content.concat()), "O=Büro, OU=A\\u{1b}, CN=cache\\u{1b}[2J");
}
