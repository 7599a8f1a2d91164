//! A relay daemon at the other end of a network: where it is, by which certificate it is known, and requests to it.

pub mod address;
mod answer;
pub mod own;

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use ring::rand::{SecureRandom as _, SystemRandom};
use rustls::client::Resumption;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use address::Address;
pub use answer::Answer;
use own::{Own, Shown};
use pin::{Fingerprint, WrongPin};

/// Longest wait for a connection, and for any byte of an answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a change whose answer was lost is sent.
const TRIES: u32 = 4;
/// Between two of them.
const PAUSE: Duration = Duration::from_secs(1);

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NoAnswer {
    /// Nothing was asked: a sentence.
    Unsent(String),
    /// It was asked, and nobody knows what came of it: a sentence.
    Lost(String),
}

impl NoAnswer {
    /// The sentence.
    pub fn words(self) -> String {
        match self {
            Self::Unsent(words) | Self::Lost(words) => words,
        }
    }
}

/// A daemon, and the token that it is asked with.
pub struct Remote {
    address: Address,
    tls: Option<(Arc<ClientConfig>, Arc<Shown>)>,
    token: String,
}

impl Remote {
    /// One at an address; over TLS it has to show the certificate with this fingerprint before it is told anything, and is shown `own` if it asks.
    ///
    /// # Errors
    /// No fingerprint where there is TLS, one or `own` where there is none, `own` with another key, or a token that is no token.
    pub fn new(
        address: Address,
        fingerprint: Option<Fingerprint>,
        own: Option<Own>,
        token: &str,
    ) -> Result<Self, String> {
        let tls = match (address.is_secure, fingerprint) {
            (true, Some(fingerprint)) => Some(client(fingerprint, own)?),
            (false, None) if own.is_some() => {
                return Err(format!("`{address}` is not asked over TLS: there is nobody to show a certificate to"));
            }
            (false, None) => None,
            (true, None) => {
                return Err(format!(
                    "`{address}` needs a fingerprint; `wireloom-relayd certificate` on the controller prints it"
                ));
            }
            (false, Some(_)) => return Err(format!("`{address}` has no certificate that a fingerprint could be of")),
        };
        let token = token.trim();
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("the token is one word of ASCII letters, as `wireloom-relayd user token` prints it".to_owned());
        }
        Ok(Self { address, tls, token: token.to_owned() })
    }

    /// Looks at something.
    ///
    /// # Errors
    /// [`NoAnswer`].
    pub fn get(&self, path: &str) -> Result<Answer, NoAnswer> {
        self.send("GET", path, "", None)
    }

    /// Asks for something that changes nothing.
    ///
    /// # Errors
    /// [`NoAnswer`].
    pub fn ask(&self, path: &str, body: &str) -> Result<Answer, NoAnswer> {
        self.send("POST", path, body, None)
    }

    /// Asks for a change, once: an answer that was lost is asked for again under the same `Idempotency-Key`.
    ///
    /// # Errors
    /// [`NoAnswer`]; `Lost` if any try was.
    pub fn change(&self, path: &str, body: &str) -> Result<Answer, NoAnswer> {
        let key = key()?;
        let mut lost = None;
        for tried in 1.. {
            let sent = self.send("POST", path, body, Some(&key));
            match sent {
                Ok(answer) if tried == TRIES || !answer.is_still_running() => return Ok(answer),
                Ok(_) => {}
                Err(NoAnswer::Unsent(words)) if lost.is_none() => return Err(NoAnswer::Unsent(words)),
                Err(no) => lost = Some(no.words()),
            }
            if tried == TRIES {
                break;
            }
            thread::sleep(PAUSE);
        }
        Err(NoAnswer::Lost(lost.unwrap_or_default()))
    }

    fn send(&self, verb: &str, path: &str, body: &str, key: Option<&str>) -> Result<Answer, NoAnswer> {
        let unsent = |error: io::Error| NoAnswer::Unsent(self.about(&error));
        let stream = self.address.connect(PATIENCE).map_err(unsent)?;
        let mut text = format!(
            "{verb} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nUser-Agent: wireloom\r\nConnection: close\r\n",
            self.address.authority(),
            self.token
        );
        if let Some(key) = key {
            text += &format!("Idempotency-Key: {key}\r\n");
        }
        if verb != "GET" {
            text += &format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
        }
        text += &format!("\r\n{body}");
        let lost = |error: io::Error| NoAnswer::Lost(self.about(&error));
        let Some((tls, shown)) = &self.tls else { return exchange(stream, &text).map_err(lost) };
        let stream = shaken(self.address.host.clone(), stream, tls.clone()).map_err(unsent)?;
        exchange(stream, &text).inspect(|_| shown.taken()).map_err(lost)
    }

    fn about(&self, error: &io::Error) -> String {
        let is_late = matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock);
        let why = self.tls.as_ref().filter(|_| !is_late).and_then(|(_, shown)| shown.why());
        match (WrongPin::of_io(error), why) {
            (Some(WrongPin { expected, shown }), _) => format!(
                "`{}`: another certificate; nothing was sent\n  expected {expected}\n  shown    {shown}",
                self.address
            ),
            (None, Some(why)) => format!("`{}`: {why} ({error})", self.address),
            (None, None) => format!("`{}`: {error}", self.address),
        }
    }
}

/// What a connection needs that takes this certificate and no other, and shows one's own where it is asked for.
fn client(expected: Fingerprint, own: Option<Own>) -> Result<(Arc<ClientConfig>, Arc<Shown>), String> {
    let provider = Arc::new(default_provider());
    let shown = Arc::new(Shown::new(own, &provider)?);
    let mut config = pin::client(expected, &provider)?.with_client_cert_resolver(shown.clone());
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // A connection that goes on from an earlier one would not ask again.
    config.resumption = Resumption::disabled();
    Ok((Arc::new(config), shown))
}

/// A TLS connection after its handshake: from here on the certificate is the one that was named.
fn shaken(
    host: String,
    mut stream: TcpStream,
    tls: Arc<ClientConfig>,
) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
    let name = ServerName::try_from(host).map_err(io::Error::other)?;
    let mut connection = ClientConnection::new(tls, name).map_err(io::Error::other)?;
    while connection.is_handshaking() {
        if connection.complete_io(&mut stream)? == (0, 0) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(StreamOwned::new(connection, stream))
}

fn exchange(mut stream: impl Read + Write, text: &str) -> io::Result<Answer> {
    stream.write_all(text.as_bytes())?;
    stream.flush()?;
    answer::read(stream)
}

/// What nobody else's request bears.
fn key() -> Result<String, NoAnswer> {
    let mut bytes = [0; 16];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| NoAnswer::Unsent("the system gives no random numbers".to_owned()))?;
    Ok(bytes.map(|byte| format!("{byte:02x}")).concat())
}
