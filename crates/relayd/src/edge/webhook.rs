//! A notice as one HTTP request, over TLS but to this machine, with an end to every step.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// Longest wait of one step: to connect, to write, to read.
const PATIENCE: Duration = Duration::from_secs(10);
/// Where systems keep the certificates that they trust.
pub const SYSTEM: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Where a webhook listens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    secure: bool,
    host: String,
    port: u16,
    path: String,
}

impl Address {
    /// Reads `https://HOST[:PORT]/PATH`; `http` only to this machine.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<Self, String> {
        let refuse = |why: &str| format!("webhook `{}`: {why}", text.escape_debug());
        if text.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
            return Err(refuse("it has a blank or a control character in it"));
        }
        let (secure, rest) = match text.split_once("://") {
            Some(("https", rest)) => (true, rest),
            Some(("http", rest)) => (false, rest),
            _ => return Err(refuse("it begins neither with `https://` nor with `http://`")),
        };
        let at = rest.find('/').unwrap_or(rest.len());
        let (place, path) = rest.split_at(at);
        if place.contains('@') {
            return Err(refuse("a name and password in it would stand in logs"));
        }
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                (host, port.parse().map_err(|_| refuse("its port is no number"))?)
            }
            _ => (place, if secure { 443 } else { 80 }),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() {
            return Err(refuse("it names no host"));
        }
        if !secure && !matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1") {
            return Err(refuse("without TLS only this machine is told"));
        }
        let path = if path.is_empty() { "/".to_owned() } else { path.to_owned() };
        Ok(Self { secure, host, port, path })
    }

    /// Posts a JSON text. `Ok` with any answer of 2xx.
    ///
    /// # Errors
    /// Whatever was in the way; the answer's first line where it was another one.
    pub fn post(&self, json: &str, trust: Option<&Arc<ClientConfig>>) -> io::Result<()> {
        let mut addresses = (self.host.as_str(), self.port).to_socket_addrs()?;
        let address = addresses.next().ok_or_else(|| io::Error::other("the name has no address"))?;
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        if !self.secure {
            return self.exchange(stream, json);
        }
        let trust = trust.ok_or_else(|| io::Error::other("no certificate is trusted"))?;
        let name = ServerName::try_from(self.host.clone()).map_err(io::Error::other)?;
        let connection = ClientConnection::new(trust.clone(), name).map_err(io::Error::other)?;
        self.exchange(StreamOwned::new(connection, stream), json)
    }

    fn exchange(&self, mut stream: impl Read + Write, json: &str) -> io::Result<()> {
        let Self { host, path, .. } = self;
        let length = json.len();
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nUser-Agent: wireloom-relayd\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{json}"
        )?;
        stream.flush()?;
        let mut head = [0; 12];
        stream.read_exact(&mut head)?;
        match head.strip_prefix(b"HTTP/1.") {
            Some([_, b' ', b'2', ..]) => Ok(()),
            _ => Err(io::Error::other(format!("it answers `{}`", head.escape_ascii()))),
        }
    }
}

/// What vouches for a webhook: the certificates of a file.
///
/// # Errors
/// The file cannot be read, or holds none.
pub fn trust(file: &Path) -> io::Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    let all: Result<Vec<CertificateDer<'static>>, _> =
        CertificateDer::pem_file_iter(file).map_err(io::Error::other)?.collect();
    roots.add_parsable_certificates(all.map_err(io::Error::other)?);
    if roots.is_empty() {
        return Err(io::Error::other(format!("`{}` holds no certificate", file.display())));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(Arc::new(builder.map_err(io::Error::other)?.with_root_certificates(roots).with_no_client_auth()))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn addresses_are_read_and_nothing_secret_goes_in_the_clear() {
        let address = Address::read("https://example.org:8443/a?b").unwrap();
        assert_eq!((address.host.as_str(), address.port, address.path.as_str()), ("example.org", 8443, "/a?b"));
        assert_eq!(Address::read("http://[::1]:8080").unwrap().host, "::1");
        for text in
            ["http://example.org/", "example.org", "https://", "https://a:b/", "https://a@b/", "https://a/\r\nX: y"]
        {
            assert!(Address::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_notice_arrives_whole_and_an_error_is_told() {
        for (answer, fine) in [("HTTP/1.1 204 No Content", true), ("HTTP/1.1 500 No", false)] {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = Address::read(&format!("http://{}/hook", listener.local_addr().unwrap())).unwrap();
            let server = std::thread::spawn(move || {
                loop {
                    let (mut stream, _) = listener.accept().unwrap();
                    let (mut text, mut bytes) = (String::new(), [0; 512]);
                    // Whoever only looks whether somebody listens here says nothing: the probes' tests are beside this one.
                    while let Ok(length @ 1..) = stream.read(&mut bytes) {
                        text += std::str::from_utf8(&bytes[..length]).unwrap();
                        if text.ends_with("{\"a\":1}") {
                            write!(stream, "{answer}\r\n\r\n").unwrap();
                            return text;
                        }
                    }
                }
            });
            assert_eq!(address.post("{\"a\":1}", None).is_ok(), fine);
            assert!(server.join().unwrap().contains("\r\nContent-Length: 7\r\n"));
        }
    }
}
