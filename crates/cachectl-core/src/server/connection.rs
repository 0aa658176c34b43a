//! One connection, with the options that bulk work needs.

use std::{fmt, fs, io, path::Path, time::Duration};

use redis::{
    AsyncConnectionConfig, Client, ClientTlsConfig, ConnectionAddr, ConnectionInfo,
    IntoConnectionInfo as _, RedisConnectionInfo, RedisError, TlsCertificates,
    aio::MultiplexedConnection,
    io::tcp::{TcpSettings, socket2::TcpKeepalive},
};
use secrecy::ExposeSecret as _;
use tokio::{task::JoinHandle, time};

use super::{
    batch::Batch,
    error::{Cause, Error, Refusal},
    reply::Reply,
    target::{CertificateCheck, Encryption, Login, Target, Timeouts, TlsOptions},
};
use crate::values::endpoint::Endpoint;

/// A connection to one server, shared by everything that is sent over it.
///
/// Batches are answered in the order they were handed in. When it breaks it stays broken: whoever
/// sent the lost batch has to find out from the server's state what became of it, so nothing here
/// sends anything a second time.
#[derive(Clone)]
pub struct Connection {
    endpoint: Endpoint,
    inner: MultiplexedConnection,
    timeouts: Timeouts,
}

impl Connection {
    /// Connects and logs in.
    ///
    /// # Errors
    ///
    /// Fails if nobody answers in time, the certificate or the login is refused, or a certificate
    /// file cannot be read.
    pub async fn open(endpoint: &Endpoint, target: &Target) -> Result<Self, Error> {
        Self::open_as(endpoint, target, &target.login, target.db).await
    }

    /// Connects as somebody else than the target says, to another database.
    pub(super) async fn open_as(
        endpoint: &Endpoint,
        target: &Target,
        login: &Login,
        db: i64,
    ) -> Result<Self, Error> {
        let client = client(endpoint, &target.encryption, login, db)?;
        let timeouts = target.timeouts;
        // The library's own limits are off: they do not cover name look-up and reconnecting, and
        // half a second is too short for a big reply. Ours stand around every call.
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(None)
            .set_response_timeout(None)
            .set_pipeline_buffer_size(16);
        let connecting = client.get_multiplexed_async_connection_with_config(&config);
        let inner = time::timeout(timeouts.connect, connecting)
            .await
            .map_err(|_| Error::TimedOut {
                endpoint: endpoint.clone(),
                seconds: timeouts.connect.as_secs(),
            })?
            .map_err(|error| connect_error(endpoint, db, &error))?;
        Ok(Self { endpoint: endpoint.clone(), inner, timeouts })
    }

    /// Returns where it leads.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Sends a batch and returns one reply for each of its commands, refusals among them.
    ///
    /// # Errors
    ///
    /// Fails if the connection breaks or the replies take too long. Some, all or none of the
    /// commands may have run then.
    pub async fn send(&self, batch: &Batch) -> Result<Vec<Reply>, Error> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let mut inner = self.inner.clone();
        let sending = inner.send_packed_commands(batch.pipeline(), 0, batch.len());
        let values = time::timeout(self.timeouts.response, sending)
            .await
            .map_err(|_| Error::TimedOut {
                endpoint: self.endpoint.clone(),
                seconds: self.timeouts.response.as_secs(),
            })?
            .map_err(|error| Error::Lost {
                endpoint: self.endpoint.clone(),
                source: Cause(error.to_string()),
            })?;
        Ok(values.into_iter().map(Reply::new).collect())
    }

    /// Sends a batch at once, and lets the caller wait for the replies when it wants to.
    #[must_use]
    pub fn post(&self, batch: Batch) -> Posted {
        let connection = self.clone();
        let sending = tokio::spawn(async move { connection.send(&batch).await });
        Posted { sending }
    }

    /// Sends one command and returns its reply, which may be a refusal.
    ///
    /// # Errors
    ///
    /// As [`Connection::send`].
    pub async fn ask(&self, name: &str, arguments: &[&[u8]]) -> Result<Reply, Error> {
        let replies = self.send(&Batch::of(name, arguments)).await?;
        replies.into_iter().next().ok_or_else(|| self.unexpected(name))
    }

    /// Sends one command that has to be accepted.
    ///
    /// # Errors
    ///
    /// As [`Connection::send`], and if the server refuses the command.
    pub async fn demand(&self, name: &str, arguments: &[&[u8]]) -> Result<Reply, Error> {
        let reply = self.ask(name, arguments).await?;
        match reply.refusal() {
            Some(source) => Err(self.refused(name, source)),
            None => Ok(reply),
        }
    }

    /// Checks that the server knows a command, which takes arguments, by sending none.
    ///
    /// What a server says of a command that was renamed away repeats its arguments, and where
    /// those are no text the client library takes the reply for a broken connection.
    ///
    /// # Errors
    ///
    /// As [`Connection::send`], and if the server does not know the command.
    pub async fn require(&self, name: &str) -> Result<(), Error> {
        match self.ask(name, &[]).await?.refusal() {
            Some(source) if source.is_unknown_command() => Err(self.refused(name, source)),
            _ => Ok(()),
        }
    }

    /// Returns the error for a command that the server refused.
    #[must_use]
    pub fn refused(&self, command: &str, source: Refusal) -> Error {
        Error::Refused { endpoint: self.endpoint.clone(), command: command.to_owned(), source }
    }

    /// Returns the error for a reply of the wrong shape.
    #[must_use]
    pub fn unexpected(&self, command: &str) -> Error {
        Error::Unexpected { endpoint: self.endpoint.clone(), command: command.to_owned() }
    }
}

/// A batch that is on its way.
#[derive(Debug)]
pub struct Posted {
    sending: JoinHandle<Result<Vec<Reply>, Error>>,
}

impl Posted {
    /// Waits for the replies.
    ///
    /// # Errors
    ///
    /// As [`Connection::send`].
    pub async fn replies(self) -> Result<Vec<Reply>, Error> {
        self.sending.await.map_err(|error| Error::Bug(error.into()))?
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

fn client(
    endpoint: &Endpoint,
    encryption: &Encryption,
    login: &Login,
    db: i64,
) -> Result<Client, Error> {
    let address = match (endpoint, encryption) {
        (Endpoint::Unix(path), _) => ConnectionAddr::Unix(path.clone()),
        (Endpoint::Tcp { host, port }, Encryption::None) => {
            ConnectionAddr::Tcp(host.clone(), *port)
        }
        (Endpoint::Tcp { host, port }, Encryption::Tls(options)) => ConnectionAddr::TcpTls {
            host: host.clone(),
            port: *port,
            insecure: options.check == CertificateCheck::Nothing,
            tls_params: None,
        },
    };
    let mut settings = RedisConnectionInfo::default()
        .set_db(db)
        .set_lib_name("cachectl", env!("CARGO_PKG_VERSION"));
    if let Some(username) = &login.username {
        settings = settings.set_username(username);
    }
    if let Some(password) = &login.password {
        settings = settings.set_password(password.expose_secret());
    }
    let unusable = |error: RedisError| Error::Settings { source: Cause(error.to_string()) };
    let connection = address
        .into_connection_info()
        .map_err(unusable)?
        .set_tcp_settings(tcp_settings())
        .set_redis_settings(settings);
    match (endpoint, encryption) {
        (Endpoint::Tcp { .. }, Encryption::Tls(options)) => {
            Client::build_with_tls(connection, certificates(options)?).map_err(unusable)
        }
        _ => Client::open::<ConnectionInfo>(connection).map_err(unusable),
    }
}

/// How long a peer may be silent before it is asked for a sign of life.
const KEEPALIVE: Duration = Duration::from_secs(30);

fn tcp_settings() -> TcpSettings {
    let keepalive = TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE / 3);
    let settings = TcpSettings::default().set_nodelay(true).set_keepalive(keepalive);
    // What was sent and not acknowledged for so long is taken for lost.
    #[cfg(target_os = "linux")]
    let settings = settings.set_user_timeout(KEEPALIVE);
    settings
}

fn certificates(options: &TlsOptions) -> Result<TlsCertificates, Error> {
    let root_cert = options.authorities.as_deref().map(read).transpose()?;
    let client_tls = options
        .identity
        .as_ref()
        .map(|identity| {
            Ok(ClientTlsConfig {
                client_cert: read(&identity.certificate)?,
                client_key: read(&identity.key)?,
            })
        })
        .transpose()?;
    Ok(TlsCertificates { client_tls, root_cert })
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|source: io::Error| Error::Certificate {
        path: path.display().to_string(),
        source,
    })
}

fn connect_error(endpoint: &Endpoint, db: i64, error: &RedisError) -> Error {
    let endpoint = endpoint.clone();
    let source = Cause(error.to_string());
    // What a node of a cluster says to another database than 0, before it can be asked who it is.
    if error.detail().is_some_and(|detail| detail.contains("SELECT is not allowed in cluster mode"))
    {
        return Error::ClusterDb { db };
    }
    if let Some(detail) = error.detail().filter(|detail| detail.contains("'select' command")) {
        let source = Refusal { code: "NOPERM".to_owned(), detail: detail.to_owned() };
        return Error::Refused { endpoint, command: "SELECT".to_owned(), source };
    }
    if error.detail().is_some_and(|detail| detail.contains("DB index is out of range")) {
        return Error::NoSuchDb { endpoint, db };
    }
    let refused_login = error.kind() == redis::ErrorKind::AuthenticationFailed
        || matches!(error.code(), Some("WRONGPASS" | "NOAUTH" | "NOPERM"));
    if refused_login {
        Error::Login { endpoint, source }
    } else {
        Error::Connect { endpoint, source }
    }
}
