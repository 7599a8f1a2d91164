//! A line to another daemon: one connection over TLS that is kept open, signed messages over it, and what the other side says to each.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::uri::Scheme;
use axum::http::{Request, StatusCode, Uri, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use pin::{Fingerprint, WrongPin};
use rustls::ClientConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::ServerName;
use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::lookup::Lookup;
use crate::signed::{HEADER, Kind, Next, Secret};

/// The port that a daemon serves at unless it is told otherwise.
const PORT: u16 = 8443;
/// How long a message and its answer may take, with the connection that it may need: half of what a claim stands before a relay moves, as `relay-engine/tests/two.rs` asks.
const PATIENCE: Duration = Duration::from_millis(1_000);
/// Most bytes of an answer.
const LONGEST: usize = 16 * 1024;
/// How often a message is sent at most: once for nothing over a connection that had ended, once to be told a challenge, once with it.
const TRIES: u32 = 3;

/// Where another daemon serves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    host: String,
    port: u16,
}

impl Place {
    /// Reads `https://HOST[:PORT]`, port 8443 where none stands.
    ///
    /// # Errors
    /// What is wrong with it: a sentence.
    pub fn read(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{}` is no address such as `https://pi-5:8443`", text.escape_debug());
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let authority = uri.authority().ok_or_else(wrong)?;
        let is_plain = uri.path() == "/" && uri.query().is_none() && !authority.as_str().contains('@');
        if uri.scheme() != Some(&Scheme::HTTPS) || !is_plain {
            return Err(wrong());
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        // A port that is no number is none to `Uri`, and is no mistake to be passed over.
        let port = match authority.as_str().strip_prefix(authority.host()) {
            Some("") => PORT,
            _ => authority.port_u16().ok_or_else(wrong)?,
        };
        ServerName::try_from(host).map_err(|_| wrong())?;
        Ok(Self { host: host.to_owned(), port })
    }

    fn authority(&self) -> String {
        let Self { host, port } = self;
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "https://{}", self.authority())
    }
}

/// A message as it is sent: who, to whom, what makes it fresh, and what it is about.
#[derive(Serialize)]
struct Sent<'a, T: Serialize> {
    from: &'a str,
    to: &'a str,
    challenge: &'a str,
    sequence: u64,
    #[serde(flatten)]
    about: &'a T,
}

/// What is read of a refusal.
#[derive(Deserialize)]
struct No {
    detail: String,
    next: Option<Next>,
}

/// The line.
pub struct Line {
    place: Place,
    tls: Arc<ClientConfig>,
    secret: Secret,
    from: String,
    to: String,
    kind: Kind,
    next: Next,
    open: Option<SendRequest<Full<Bytes>>>,
    lookup: Lookup,
}

impl Line {
    /// A line that is not open yet. `from` signs, `to` is the controller at the other end.
    ///
    /// # Errors
    /// TLS cannot be had: a sentence.
    pub fn new(
        place: Place,
        fingerprint: Fingerprint,
        secret: Secret,
        (kind, from, to): (Kind, &str, &str),
    ) -> Result<Self, String> {
        let mut tls = pin::client(fingerprint, &Arc::new(default_provider()))?.with_no_client_auth();
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        let tls = Arc::new(tls);
        let (from, to) = (from.to_owned(), to.to_owned());
        Ok(Self { place, tls, secret, from, to, kind, next: Next::default(), open: None, lookup: Lookup::default() })
    }

    /// Sends a message, and waits until the other side has taken it.
    ///
    /// # Errors
    /// Why it is not known to be taken: a sentence.
    pub async fn say<T: Serialize>(&mut self, path: &str, about: &T) -> Result<(), String> {
        let said = tokio::time::timeout(PATIENCE, self.try_to_say(path, about)).await;
        said.unwrap_or_else(|_| Err(format!("no answer within {} ms", PATIENCE.as_millis())))
    }

    async fn try_to_say<T: Serialize>(&mut self, path: &str, about: &T) -> Result<(), String> {
        let mut failed = String::new();
        for _ in 0..TRIES {
            // A number is used once, whatever becomes of its message.
            self.next.sequence += 1;
            let Next { challenge, sequence } = &self.next;
            let sent = Sent { from: &self.from, to: &self.to, challenge, sequence: *sequence, about };
            let body = serde_json::to_vec(&sent).map_err(|error| error.to_string())?;
            // Taken out: a line that is left in the middle of an answer is of no further use.
            let kept = self.open.take();
            let is_kept = kept.is_some();
            let mut open = match kept {
                Some(open) => open,
                None => self.connect().await?,
            };
            match exchange(&mut open, &self.place, path, self.secret.sign(self.kind, &body), body).await {
                Ok((StatusCode::OK, body)) => {
                    self.open = Some(open);
                    return self.goes_on(serde_json::from_slice(&body).ok());
                }
                Ok((status, body)) => {
                    self.open = Some(open);
                    let no: Option<No> = serde_json::from_slice(&body).ok();
                    let (detail, next) = no.map_or((String::new(), None), |no| (no.detail, no.next));
                    failed = format!("it answers {status}: {detail}");
                    if next.is_none() {
                        return Err(failed);
                    }
                    self.goes_on(next)?;
                }
                // The other side may have closed it just then.
                Err(error) if is_kept => failed = error,
                Err(error) => return Err(error),
            }
        }
        Err(failed)
    }

    fn goes_on(&mut self, next: Option<Next>) -> Result<(), String> {
        let next = next.ok_or_else(|| "its answer is not understood".to_owned())?;
        self.next = Next { challenge: next.challenge, sequence: next.sequence.max(self.next.sequence) };
        Ok(())
    }

    async fn connect(&mut self) -> Result<SendRequest<Full<Bytes>>, String> {
        let addresses = self.lookup.addresses(&self.place.host, self.place.port).await?;
        let stream = TcpStream::connect(addresses.as_slice()).await.map_err(|error| error.to_string())?;
        let _ = stream.set_nodelay(true);
        let name = ServerName::try_from(self.place.host.clone()).map_err(|error| error.to_string())?;
        let stream = TlsConnector::from(self.tls.clone()).connect(name, stream).await;
        let stream = stream.map_err(|error| match WrongPin::of_io(&error) {
            // Without the words of the library around it.
            Some(wrong) => wrong.to_string(),
            None => error.to_string(),
        })?;
        let (open, connection) = handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
        // It ends with the sender, or when the other side closes it.
        tokio::spawn(connection);
        Ok(open)
    }
}

async fn exchange(
    open: &mut SendRequest<Full<Bytes>>,
    place: &Place,
    path: &str,
    signature: String,
    body: Vec<u8>,
) -> Result<(StatusCode, Bytes), String> {
    open.ready().await.map_err(|error| error.to_string())?;
    let request = Request::post(path)
        .header(header::HOST, place.authority())
        .header(header::CONTENT_TYPE, "application/json")
        .header(HEADER, signature)
        .body(Full::new(Bytes::from(body)))
        .map_err(|error| error.to_string())?;
    let (head, body) = open.send_request(request).await.map_err(|error| error.to_string())?.into_parts();
    let body = Limited::new(body, LONGEST).collect().await.map_err(|error| error.to_string())?;
    Ok((head.status, body.to_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_shown_and_nothing_goes_in_the_clear() {
        for (text, shown) in [
            ("https://pi-5:8443", "https://pi-5:8443"),
            ("https://192.168.1.15", "https://192.168.1.15:8443"),
            ("https://pi-5.rack.example/", "https://pi-5.rack.example:8443"),
            ("https://[fe80::1]:9", "https://[fe80::1]:9"),
        ] {
            assert_eq!(Place::read(text).map(|place| place.to_string()).as_deref(), Ok(shown));
        }
        for text in [
            "",
            "pi-5",
            "http://pi-5:8443",
            "https://",
            "https://a:b",
            "https://a:99999",
            "https://u:p@a",
            "https://a/b",
            "https://a?b",
            "https://a b",
            "https://a\r\nb",
            "/a",
        ] {
            assert!(Place::read(text).is_err(), "{text}");
        }
    }
}
