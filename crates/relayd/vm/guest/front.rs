//! What people meet of the daemon that runs: the local command, and its pages' address.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use pin::Fingerprint;
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, Stream};

use crate::bench::Bench;
use crate::daemon::verb;

/// Where the daemon serves if nothing says where.
const PLACE: &str = "127.0.0.1:8443";

/// `ctl status` tells every outlet as it is.
pub fn command(bench: &Bench, folder: &str) -> Result<String, String> {
    let (words, code) = verb(&["ctl", "status"], folder);
    let told = |name: &str| words.lines().any(|line| line.starts_with(name) && line.contains(" on, "));
    match bench.outlets.iter().find(|outlet| !told(&outlet.name)) {
        None if code == 0 => Ok(format!("{} outlets, all on", bench.outlets.len())),
        _ => Err(format!("{words}; it ends in {code}")),
    }
}

/// The address over TLS, spoken with by the fingerprint that the program prints, answers that the process lives; without a word of who asks nothing is switched.
pub fn network(folder: &str) -> Result<String, String> {
    let (printed, _) = verb(&["certificate"], folder);
    let fingerprint = printed.lines().find_map(|line| Fingerprint::read(line).ok()).ok_or(printed)?;
    let alive = ask(fingerprint, "GET /healthz")?;
    let switched = ask(fingerprint, "POST /api/v1/outlets/low-nc-up/off")?;
    let expected = alive.starts_with("HTTP/1.1 200 ") && switched.starts_with("HTTP/1.1 401 ");
    if expected { Ok("200, and 401 to somebody who says no name".to_owned()) } else { Err(alive + &switched) }
}

fn ask(fingerprint: Fingerprint, what: &str) -> Result<String, String> {
    let words = |error: std::io::Error| format!("{what}: {error}");
    let config = pin::client(fingerprint, &Arc::new(rustls::crypto::ring::default_provider()))?;
    let name = ServerName::try_from("localhost").expect("a name");
    let mut tls = ClientConnection::new(Arc::new(config.with_no_client_auth()), name).map_err(|e| e.to_string())?;
    let mut tcp = TcpStream::connect(PLACE).map_err(words)?;
    let mut stream = Stream::new(&mut tls, &mut tcp);
    let text = format!("{what} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    stream.write_all(text.as_bytes()).map_err(words)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(words)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
