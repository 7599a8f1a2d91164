//! Where a daemon is: `https://pi-5:8443`, or `http://127.0.0.1:8080` on this machine alone.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::time::Duration;

/// The port that a daemon serves at unless it is told otherwise.
const PORT: u16 = 8443;

/// A host and a port.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// Over TLS; without it a token would cross the network in the clear, so that is for loopback alone.
    pub is_secure: bool,
    /// A name or an address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl Address {
    /// Reads one: a scheme, which is `https` where none stands, a host, and a port, which is 8443 where none stands.
    ///
    /// # Errors
    /// What is wrong with it: a sentence.
    pub fn read(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no address such as `https://pi-5:8443`");
        let (is_secure, rest) = match text.split_once("://") {
            Some(("https", rest)) => (true, rest),
            Some(("http", rest)) => (false, rest),
            Some(_) => return Err(wrong()),
            None => (true, text),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.strip_prefix('[') {
            Some(rest) => rest.split_once(']').ok_or_else(wrong)?,
            None => rest.find(':').map_or((rest, ""), |at| rest.split_at(at)),
        };
        let port = match port {
            "" => PORT,
            port => port.strip_prefix(':').and_then(|port| port.parse().ok()).ok_or_else(wrong)?,
        };
        let is_six = rest.starts_with('[');
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        let is_host = if is_six { host.parse::<IpAddr>().is_ok() } else { host.bytes().all(is_letter) };
        if host.is_empty() || !is_host {
            return Err(wrong());
        }
        let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if !is_secure && !is_here {
            return Err(format!("`{text}`: without TLS the token would cross the network in the clear"));
        }
        Ok(Self { is_secure, host: host.to_owned(), port })
    }

    /// Host and port as they stand in a request.
    pub fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Connects to the first of its addresses that answers.
    ///
    /// # Errors
    /// Why the last one does not; without TLS also an address that is not on loopback, whatever the name promised.
    pub fn connect(&self, patience: Duration) -> io::Result<TcpStream> {
        let mut failed = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for place in (self.host.as_str(), self.port).to_socket_addrs()? {
            match self.connect_to(place, patience) {
                Ok(stream) => return Ok(stream),
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    fn connect_to(&self, place: SocketAddr, patience: Duration) -> io::Result<TcpStream> {
        if !self.is_secure && !place.ip().is_loopback() {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "without TLS, only loopback is asked"));
        }
        let stream = TcpStream::connect_timeout(&place, patience)?;
        stream.set_read_timeout(Some(patience))?;
        stream.set_write_timeout(Some(patience))?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}://{}", if self.is_secure { "https" } else { "http" }, self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_shown() {
        for (text, shown) in [
            ("https://pi-5:8443", "https://pi-5:8443"),
            ("https://pi-5/", "https://pi-5:8443"),
            ("pi-5.rack.example:1", "https://pi-5.rack.example:1"),
            ("192.168.1.15", "https://192.168.1.15:8443"),
            ("https://[fe80::1]:9", "https://[fe80::1]:9"),
            ("[::1]", "https://[::1]:8443"),
            ("http://127.0.0.1:80", "http://127.0.0.1:80"),
            ("http://[::1]", "http://[::1]:8443"),
            ("http://localhost:1", "http://localhost:1"),
        ] {
            assert_eq!(Address::read(text).expect(text).to_string(), shown);
        }
    }

    #[test]
    fn what_is_no_address_or_would_send_a_token_in_the_clear_is_refused() {
        for text in [
            "",
            "https://",
            "ftp://a",
            "https://a/b",
            "https://a:b@c",
            "https://a:99999",
            "https://a b",
            "https://a\r\nb",
            "https://[::1",
            "https://[::1]x",
            "https://::1",
            "https://[a]",
        ] {
            let words = Address::read(text).expect_err(text);
            assert!(words.contains("is no address"), "{words}");
        }
        for text in ["http://pi-5", "http://192.168.1.15", "http://localhost.example", "http://[fe80::1]:80"] {
            let words = Address::read(text).expect_err(text);
            assert!(words.contains("in the clear"), "{words}");
        }
    }
}
