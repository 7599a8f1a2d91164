//! One request of HTTP/1.1 a connection, and its answer: heads are bounded in size and time, bodies are never read.

use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Most bytes of a head.
const LONGEST_HEAD: usize = 16 << 10;
/// Most lines of a head.
const MOST_LINES: usize = 64;
/// How long a head may take to come, all of it.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a reader may let a piece of an answer wait.
const WRITE: Duration = Duration::from_secs(20);
/// Most bytes of a refused request that are still taken, so that the refusal arrives before the connection closes.
const DREGS: usize = 64 << 10;

/// What is asked.
#[derive(PartialEq, Eq, Debug)]
pub struct Request {
    /// Only the head of the answer is wanted.
    pub head_only: bool,
    /// The path, decoded, with its first `/`; without the query.
    pub path: String,
    /// What follows the `?`.
    pub query: String,
    /// Name of the machine that the asker meant, with its port.
    pub host: Option<String>,
    /// The last event that the asker saw.
    pub last_event: Option<String>,
}

/// Status and reason of an answer.
pub type Status = (u16, &'static str);
/// What was asked for comes.
pub const OK: Status = (200, "OK");
/// No HTTP.
pub const BAD_REQUEST: Status = (400, "Bad Request");
/// Asked by another name than this machine's own.
pub const FORBIDDEN: Status = (403, "Forbidden");
/// Nothing stands there.
pub const NOT_FOUND: Status = (404, "Not Found");
/// Neither GET nor HEAD.
pub const NOT_ALLOWED: Status = (405, "Method Not Allowed");
/// The head did not come in time.
pub const TIMEOUT: Status = (408, "Request Timeout");
/// The head is larger than any browser's.
pub const TOO_LARGE: Status = (431, "Request Header Fields Too Large");
/// All places are taken.
pub const BUSY: Status = (503, "Service Unavailable");

/// Reads a request; `Err(None)` if the asker went away.
pub fn read(mut stream: &TcpStream) -> Result<Request, Option<Status>> {
    let until = Instant::now() + PATIENCE;
    let mut bytes = vec![0; LONGEST_HEAD];
    let mut have = 0;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Some(TIMEOUT));
        }
        stream.set_read_timeout(Some(left)).map_err(|_| None)?;
        match stream.read(&mut bytes[have..]) {
            Ok(0) => return Err(None),
            Ok(more) => have += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                return Err(Some(TIMEOUT));
            }
            Err(_) => return Err(None),
        }
        match parse(&bytes[..have]) {
            Ok(Some(request)) => return Ok(request),
            Ok(None) if have < LONGEST_HEAD => {}
            Ok(None) => return Err(Some(TOO_LARGE)),
            Err(status) => return Err(Some(status)),
        }
    }
}

/// The request in these bytes; `None` while its head is not whole.
fn parse(bytes: &[u8]) -> Result<Option<Request>, Status> {
    let mut lines = [httparse::EMPTY_HEADER; MOST_LINES];
    let mut head = httparse::Request::new(&mut lines);
    match head.parse(bytes) {
        Ok(httparse::Status::Complete(_)) => {}
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(TOO_LARGE),
        Err(_) => return Err(BAD_REQUEST),
    }
    let head_only = match head.method {
        Some("GET") => false,
        Some("HEAD") => true,
        _ => return Err(NOT_ALLOWED),
    };
    let target = head.path.filter(|target| target.starts_with('/')).ok_or(BAD_REQUEST)?;
    let target = target.split('#').next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let said = |name: &str| {
        let line = head.headers.iter().find(|line| line.name.eq_ignore_ascii_case(name))?;
        Some(String::from_utf8_lossy(line.value).trim().to_owned())
    };
    Ok(Some(Request {
        head_only,
        path: decoded(path).ok_or(BAD_REQUEST)?,
        query: query.to_owned(),
        host: said("host"),
        last_event: said("last-event-id"),
    }))
}

/// A path with its `%2F` and the like as the characters that they mean; `None` if they mean none.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Whether a name can only mean this machine: what a page of the web has this address called is none of those.
pub fn is_here(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Writes an answer that is known whole.
pub fn write(mut stream: &TcpStream, status: Status, kind: &str, body: &[u8], head_only: bool) -> io::Result<()> {
    stream.set_write_timeout(Some(WRITE))?;
    let allow = if status == NOT_ALLOWED { "Allow: GET, HEAD\r\n" } else { "" };
    let mut answer = head(status, kind, &format!("Content-Length: {}\r\n{allow}", body.len())).into_bytes();
    if !head_only {
        answer.extend_from_slice(body);
    }
    stream.write_all(&answer)
}

/// Writes the head of an answer that goes on until either side leaves.
pub fn write_open(mut stream: &TcpStream, kind: &str) -> io::Result<()> {
    stream.set_write_timeout(Some(WRITE))?;
    stream.write_all(head(OK, kind, "").as_bytes())
}

fn head((code, reason): Status, kind: &str, more: &str) -> String {
    format!(
        "HTTP/1.1 {code} {reason}\r\nContent-Type: {kind}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\
         Connection: close\r\n{more}\r\n"
    )
}

/// Writes why there is no answer, then takes a little of what was not read.
pub fn write_refusal(mut stream: &TcpStream, status: Status) -> io::Result<()> {
    write(stream, status, "text/plain; charset=utf-8", format!("{} {}\n", status.0, status.1).as_bytes(), false)?;
    stream.shutdown(Shutdown::Write)?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    let mut dregs = vec![0; DREGS];
    let mut left = DREGS;
    while left > 0 {
        match stream.read(&mut dregs[..left])? {
            0 => break,
            taken => left -= taken,
        }
    }
    Ok(())
}

/// Says that all places are taken, without waiting for the question.
pub fn refuse(stream: &TcpStream) {
    let _ = write(stream, BUSY, "text/plain; charset=utf-8", b"503 Service Unavailable\n", false);
}

/// A bounded number of places.
pub struct Places {
    taken: Arc<AtomicUsize>,
    most: usize,
}

/// A place that is free again when this is dropped.
pub struct Place(Arc<AtomicUsize>);

impl Places {
    /// So many.
    pub fn new(most: usize) -> Self {
        Self { taken: Arc::default(), most }
    }

    /// One, if one is free.
    pub fn take(&self) -> Option<Place> {
        let free = |taken: usize| (taken < self.most).then_some(taken + 1);
        self.taken.fetch_update(Ordering::AcqRel, Ordering::Acquire, free).ok()?;
        Some(Place(Arc::clone(&self.taken)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::{BAD_REQUEST, NOT_ALLOWED, Places, TOO_LARGE, decoded, is_here, parse};

    #[test]
    fn a_head_is_read_when_it_is_whole_and_refused_when_it_is_none() {
        let whole = b"HEAD /steps/a%20b.html?x=1#y HTTP/1.1\r\nhost: localhost:1\r\nLast-Event-ID: 7\r\n\r\n";
        let request = parse(whole).expect("it is HTTP").expect("it is whole");
        assert!(request.head_only);
        assert_eq!((request.path.as_str(), request.query.as_str()), ("/steps/a b.html", "x=1"));
        assert_eq!((request.host.as_deref(), request.last_event.as_deref()), (Some("localhost:1"), Some("7")));
        for end in 0..whole.len() {
            assert_eq!(parse(&whole[..end]), Ok(None), "{end} bytes");
        }
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(100));
        for (bytes, status) in [
            ("POST / HTTP/1.1\r\n\r\n", NOT_ALLOWED),
            ("GET http://elsewhere/ HTTP/1.1\r\n\r\n", BAD_REQUEST),
            ("GET /%zz HTTP/1.1\r\n\r\n", BAD_REQUEST),
            ("GET /%ff HTTP/1.1\r\n\r\n", BAD_REQUEST),
            ("\u{0}\u{1}\r\n\r\n", BAD_REQUEST),
            (&many, TOO_LARGE),
        ] {
            assert_eq!(parse(bytes.as_bytes()), Err(status), "{bytes:?}");
        }
    }

    #[test]
    fn only_names_of_this_machine_mean_it() {
        for host in ["localhost", "LocalHost:4747", "127.0.0.1:1", "127.8.8.8", "[::1]:80", "[::1]"] {
            assert!(is_here(host), "{host}");
        }
        for host in ["", "example.org", "localhost.example.org", "192.168.0.1:4747", "[::2]", "127.0.0.1.example.org"] {
            assert!(!is_here(host), "{host}");
        }
    }

    #[test]
    fn a_place_is_free_again_when_it_is_left() {
        let places = Places::new(1);
        let place = places.take();
        assert!(place.is_some() && places.take().is_none());
        drop(place);
        assert!(places.take().is_some());
        assert_eq!(decoded("/%2e%2E/%00").as_deref(), Some("/../\0"));
        assert_eq!(decoded("/%"), None);
    }
}
