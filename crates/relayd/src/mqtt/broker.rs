//! The broker: where it is, what its certificate is known by, and the handshake with it.

use std::path::Path;
use std::sync::Arc;

use pin::{Fingerprint, WrongPin};
use rumqttc::{Connect, ConnectReturnCode, LastWill, Login, Packet, QoS};
use rustls::ClientConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::link::{Link, PATIENCE, Stream};
use super::words::{Names, OFFLINE};
use crate::edge::lookup::Lookup;
use crate::edge::webhook::trust;
use crate::settings::Mqtt;
use crate::signed::private_text;

/// The broker may take this connection for lost when it hears nothing for one and a half times so long, seconds.
pub const KEEP_ALIVE: u16 = 30;

/// A broker, with everything that was read for it.
pub struct Broker {
    host: String,
    port: u16,
    tls: Option<Arc<ClientConfig>>,
    login: Option<Login>,
    lookup: Lookup,
    known_by: String,
}

impl Broker {
    /// That of settings without a fault; its files are read. Nobody is spoken with.
    ///
    /// # Errors
    /// A file cannot be used: a sentence.
    pub fn open(settings: &Mqtt) -> Result<Self, String> {
        let (tls, known_by) = match (&settings.fingerprint, &settings.ca) {
            (Some(text), _) => {
                let fingerprint = Fingerprint::read(text)?;
                let tls = pin::client(fingerprint, &Arc::new(default_provider()))?.with_no_client_auth();
                (Some(Arc::new(tls)), format!("over TLS, sha256 Fingerprint={fingerprint}"))
            }
            (None, Some(file)) => {
                let tls = trust(file).map_err(|error| format!("`{}`: {error}", file.display()))?;
                (Some(tls), format!("over TLS, vouched for by `{}`", file.display()))
            }
            (None, None) => (None, "without TLS, on this machine alone".to_owned()),
        };
        let password = settings.password_file.as_deref().map(password).transpose()?.unwrap_or_default();
        let login = settings.user.as_ref().map(|user| Login { username: user.clone(), password });
        let host = settings.broker.clone().ok_or("`[mqtt]` has no `broker`")?;
        Ok(Self { host, port: settings.port(), tls, login, lookup: Lookup::default(), known_by })
    }

    /// What its certificate is known by, in words.
    pub fn known_by(&self) -> &str {
        &self.known_by
    }

    /// A connection on which it has said yes, and that announces its own end by the last will.
    ///
    /// # Errors
    /// Why there is none: a sentence.
    pub async fn connect(&mut self, names: &Names) -> Result<Link, String> {
        let found = timeout(PATIENCE, self.try_to_connect(names)).await;
        found.unwrap_or_else(|_| Err(format!("no answer within {} s", PATIENCE.as_secs())))
    }

    async fn try_to_connect(&mut self, names: &Names) -> Result<Link, String> {
        let mut addresses = self.lookup.addresses(&self.host, self.port).await?;
        if self.tls.is_none() {
            addresses.retain(|address| address.ip().is_loopback());
        }
        if addresses.is_empty() {
            return Err(format!("`{}` leads to no address that may be spoken with", self.host));
        }
        let stream = TcpStream::connect(addresses.as_slice()).await.map_err(|error| error.to_string())?;
        let _ = stream.set_nodelay(true);
        let stream: Box<dyn Stream> = match &self.tls {
            None => Box::new(stream),
            Some(tls) => {
                let name = ServerName::try_from(self.host.clone()).map_err(|error| error.to_string())?;
                let stream = TlsConnector::from(tls.clone()).connect(name, stream).await;
                Box::new(stream.map_err(|error| match WrongPin::of_io(&error) {
                    Some(wrong) => wrong.to_string(),
                    None => error.to_string(),
                })?)
            }
        };
        let mut link = Link::new(stream);
        // The name is always the same, so that what is left of an earlier connection ends with this one, and its last will comes before it.
        let mut hello = Connect::new(names.id());
        hello.keep_alive = KEEP_ALIVE;
        // Nothing is kept for this daemon while it is away.
        hello.clean_session = true;
        hello.last_will = Some(LastWill::new(names.status(), OFFLINE, QoS::AtLeastOnce, true));
        hello.login.clone_from(&self.login);
        link.put(&Packet::Connect(hello))?;
        link.flush().await?;
        match link.next().await? {
            Packet::ConnAck(answer) if answer.code == ConnectReturnCode::Success => Ok(link),
            Packet::ConnAck(answer) => Err(format!("it refuses: {:?}", answer.code)),
            _ => Err("it answers with something else than a yes or no".to_owned()),
        }
    }
}

impl std::fmt::Display for Broker {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { host, port, .. } = self;
        if host.contains(':') { write!(out, "[{host}]:{port}") } else { write!(out, "{host}:{port}") }
    }
}

/// The one line of a file that its owner alone may read.
fn password(path: &Path) -> Result<String, String> {
    let text = private_text(path)?;
    let password = text.trim_end_matches(['\n', '\r']);
    if password.is_empty() || password.contains(['\n', '\r']) {
        return Err(format!("`{}`: a password is one line", path.display()));
    }
    Ok(password.to_owned())
}
