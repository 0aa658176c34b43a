//! Certificates for one test: an authority, a server and a client.

use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType, date_time_ymd,
};

/// Where the files of a TLS server are. All of them are PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are what they are called")]
pub struct Certificates {
    pub authority: PathBuf,
    pub authority_key: PathBuf,
    pub server: PathBuf,
    pub server_key: PathBuf,
    pub client: PathBuf,
    pub client_key: PathBuf,
}

/// How long the certificate of the server is good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validity {
    /// For decades to come.
    #[default]
    Valid,
    /// It ran out in 2021.
    Expired,
    /// Until the beginning of a day.
    #[expect(missing_docs, reason = "the fields are what they are called")]
    Until { year: i32, month: u8, day: u8 },
}

impl Certificates {
    /// Makes an authority of its own and certificates signed by it, in `directory`.
    ///
    /// The server's is for 127.0.0.1 and localhost, the client's for the user `client`.
    ///
    /// # Errors
    ///
    /// Fails when the files cannot be written.
    pub fn generate(directory: &Path, validity: Validity) -> io::Result<Self> {
        let files = Self {
            authority: directory.join("ca.crt"),
            authority_key: directory.join("ca.key"),
            server: directory.join("server.crt"),
            server_key: directory.join("server.key"),
            client: directory.join("client.crt"),
            client_key: directory.join("client.key"),
        };
        let (authority, issuer) = authority().map_err(io::Error::other)?;
        fs::write(&files.authority, authority)?;
        fs::write(&files.authority_key, issuer.key().serialize_pem())?;

        let mut server = leaf("server", ExtendedKeyUsagePurpose::ServerAuth);
        let address = SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let name = "localhost".try_into().map_err(io::Error::other)?;
        server.subject_alt_names = vec![address, SanType::DnsName(name)];
        match validity {
            Validity::Valid => {}
            Validity::Expired => server.not_after = date_time_ymd(2021, 1, 1),
            Validity::Until { year, month, day } => {
                server.not_after = date_time_ymd(year, month, day);
            }
        }
        write_signed(&server, &issuer, [&files.server, &files.server_key])?;

        let client = leaf("client", ExtendedKeyUsagePurpose::ClientAuth);
        write_signed(&client, &issuer, [&files.client, &files.client_key])?;
        Ok(files)
    }
}

fn authority() -> Result<(String, Issuer<'static, KeyPair>), rcgen::Error> {
    let mut params = long_lived("cachectl test authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    Ok((certificate.pem(), Issuer::new(params, key)))
}

fn leaf(name: &str, purpose: ExtendedKeyUsagePurpose) -> CertificateParams {
    let mut params = long_lived(name);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![purpose];
    params.use_authority_key_identifier_extension = true;
    params
}

fn long_lived(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2100, 1, 1);
    params
}

fn write_signed(
    params: &CertificateParams,
    issuer: &Issuer<'_, KeyPair>,
    [certificate, key]: [&Path; 2],
) -> io::Result<()> {
    let pair = KeyPair::generate().map_err(io::Error::other)?;
    let signed = params.signed_by(&pair, issuer).map_err(io::Error::other)?;
    fs::write(certificate, signed.pem())?;
    fs::write(key, pair.serialize_pem())?;
    fs::set_permissions(key, fs::Permissions::from_mode(0o600))
}
