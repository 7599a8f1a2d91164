//! Whoever is slow, keeps places, speaks without TLS, or writes more than words: the listeners' bounds, on a clock that the test winds.

#[path = "box/mod.rs"]
mod r#box;
mod door;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use r#box::runtime;
use door::{House, open, reply};
use pin::Fingerprint;
use relay_config::Power;
use relayd::audit::verify;
use relayd::http::dispatch::router;
use relayd::http::serve;
use relayd::tls::{self, Identity};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::{Instant, pause, sleep};
use tokio_rustls::TlsConnector;

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

fn head(house: &House) -> String {
    format!(
        "POST /api/v1/outlets/pi-1/off HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: 1000\r\n\r\n",
        house.tokens[3]
    )
}

/// A byte a second, as long as the other end takes them; what it said, and after how many seconds it hung up.
async fn trickle(stream: TcpStream, text: &str) -> (String, u64) {
    let begun = Instant::now();
    let (mut from, mut to) = stream.into_split();
    let text = text.to_owned();
    let writer = tokio::spawn(async move {
        for byte in text.bytes().cycle() {
            if to.write_all(&[byte]).await.is_err() {
                return;
            }
            sleep(Duration::from_secs(1)).await;
        }
    });
    let mut said = Vec::new();
    let _ = from.read_to_end(&mut said).await;
    writer.abort();
    (String::from_utf8_lossy(&said).into_owned(), begun.elapsed().as_secs())
}

#[test]
fn a_body_that_trickles_in_is_given_up_and_switches_nothing() {
    runtime().block_on(async {
        let house = open(1).await;
        let mut stream = TcpStream::connect(house.address).await.unwrap();
        pause();
        stream.write_all(head(&house).as_bytes()).await.unwrap();
        let (said, seconds) = trickle(stream, " ").await;
        assert_eq!((reply(&said).status, reply(&said).rule().as_str()), (408, "too-slow"));
        assert!(seconds < 60, "{seconds} s");
        assert_eq!(house.handle.snapshot().outlets[0].commanded, Power::On);
    });
}

#[test]
fn a_head_that_trickles_in_is_hung_up_on() {
    runtime().block_on(async {
        let house = open(1).await;
        let stream = TcpStream::connect(house.address).await.unwrap();
        pause();
        let (said, seconds) = trickle(stream, "GET /healthz?").await;
        assert!(!said.starts_with("HTTP/1.1 200") && seconds < 60, "{seconds} s: {said}");
    });
}

#[test]
fn with_every_place_taken_those_inside_are_answered_and_those_outside_wait_for_who_says_nothing() {
    runtime().block_on(async {
        let house = open(1).await;
        let mut all = Vec::new();
        for _ in 0..300 {
            all.push(TcpStream::connect(house.address).await.unwrap());
        }
        let mut inside = all.remove(0);
        // Its answer is there before the clock is wound: a place is a place.
        inside.write_all(HEALTH.as_bytes()).await.unwrap();
        let mut said = String::new();
        inside.read_to_string(&mut said).await.unwrap();
        assert_eq!(reply(&said).status, 200);
        pause();
        let begun = Instant::now();
        assert_eq!(reply(&house.raw(HEALTH.as_bytes()).await).status, 200, "the one that came last");
        let waited = begun.elapsed().as_secs();
        assert!((1..60).contains(&waited), "{waited} s behind {} that say nothing", all.len());
        assert!(serve::MOST_CONNECTIONS < all.len());
        for mut silent in all.into_iter().take(serve::MOST_CONNECTIONS - 1) {
            let mut bytes = Vec::new();
            let _ = silent.read_to_end(&mut bytes).await;
            assert!(!bytes.starts_with(b"HTTP/1.1 200"));
        }
    });
}

#[test]
fn over_tls_the_pinned_certificate_is_spoken_with_and_nobody_else_holds_a_place() {
    runtime().block_on(async {
        let house = open(1).await;
        let (path, names) = (house.folder.path().join("tls.pem"), ["localhost".to_owned()]);
        let identity = Identity::load_or_make(&path, &names).unwrap().0;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(serve::tls(listener, tls::server(identity, None).unwrap(), router(&house.api)));
        let speak = async |trusted: &[u8]| {
            let mut roots = RootCertStore::empty();
            roots.add(CertificateDer::from_pem_slice(trusted).unwrap()).unwrap();
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
            let config = builder.with_root_certificates(roots).with_no_client_auth();
            let stream = TcpStream::connect(address).await.unwrap();
            let name = ServerName::try_from("localhost").unwrap();
            let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
            // The host's name is not looked at: the certificate says who is spoken with.
            let text = "GET /healthz HTTP/1.1\r\nhost: box.example\r\nconnection: close\r\n\r\n";
            stream.write_all(text.as_bytes()).await?;
            let mut said = Vec::new();
            let _ = stream.read_to_end(&mut said).await;
            std::io::Result::Ok(reply(&String::from_utf8_lossy(&said)).status)
        };
        let own = std::fs::read(&path).unwrap();
        assert_eq!(speak(&own).await.unwrap(), 200);
        let other = house.folder.path().join("other.pem");
        Identity::load_or_make(&other, &names).unwrap();
        assert!(speak(&std::fs::read(other).unwrap()).await.is_err(), "another box under the same name");
        let mut plain = TcpStream::connect(address).await.unwrap();
        plain.write_all(HEALTH.as_bytes()).await.unwrap();
        let mut said = Vec::new();
        let _ = plain.read_to_end(&mut said).await;
        assert!(!said.starts_with(b"HTTP"), "passwords in the clear are not answered");
        let mut silent = TcpStream::connect(address).await.unwrap();
        pause();
        let begun = Instant::now();
        silent.read_to_end(&mut said).await.unwrap();
        assert!(begun.elapsed().as_secs() < 60, "no handshake, no place");
    });
}

/// An answer that never ends, and says when nobody sends it any longer.
struct Endless(Option<oneshot::Sender<()>>);

impl futures_core::Stream for Endless {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(Some(Ok(Bytes::from_static(&[b'a'; 4096]))))
    }
}

impl Drop for Endless {
    fn drop(&mut self) {
        let _ = self.0.take().map(|gone| gone.send(()));
    }
}

/// Asks for an answer without end and reads none of it; after how many seconds it is sent no longer.
async fn unread(address: SocketAddr, ask: impl AsyncFnOnce(TcpStream), gone: oneshot::Receiver<()>) -> u64 {
    let stream = TcpStream::connect(address).await.expect("a listener");
    let begun = Instant::now();
    ask(stream).await;
    gone.await.expect("whoever sends says when they end");
    begun.elapsed().as_secs()
}

#[test]
fn who_asks_and_reads_nothing_is_hung_up_on_and_holds_no_place() {
    runtime().block_on(async {
        let endless = || {
            let (sender, gone) = oneshot::channel();
            let once = Arc::new(Mutex::new(Some(sender)));
            let answer = move || async move { Body::from_stream(Endless(once.lock().unwrap().take())) };
            (Router::new().route("/healthz", get(answer)), gone)
        };
        let folder = tempfile::tempdir().unwrap();
        let identity = Identity::load_or_make(&folder.path().join("tls.pem"), &["localhost".to_owned()]).unwrap().0;
        let pinned = Fingerprint::read(&identity.fingerprint()).unwrap();
        let listeners =
            [TcpListener::bind("127.0.0.1:0").await.unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap()];
        let [plain, tls] = listeners.each_ref().map(|listener| listener.local_addr().unwrap());
        let [first, second] = listeners;
        pause();
        let (router, gone) = endless();
        tokio::spawn(serve::plain(first, router));
        // The connection stays open until the answer is given up.
        let mut held = None;
        let ask = async |mut stream: TcpStream| {
            stream.write_all(HEALTH.as_bytes()).await.unwrap();
            held = Some(stream);
        };
        let seconds = unread(plain, ask, gone).await;
        assert!((30..60).contains(&seconds), "{seconds} s without TLS");
        let (router, gone) = endless();
        tokio::spawn(serve::tls(second, tls::server(identity, None).unwrap(), router));
        let mut held = None;
        let ask = async |stream: TcpStream| {
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let config = pin::client(pinned, &provider).unwrap().with_no_client_auth();
            let name = ServerName::try_from("localhost").unwrap();
            let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
            stream.write_all(HEALTH.as_bytes()).await.unwrap();
            stream.flush().await.unwrap();
            held = Some(stream);
        };
        let seconds = unread(tls, ask, gone).await;
        assert!((30..60).contains(&seconds), "{seconds} s over TLS");
    });
}

#[test]
fn what_a_caller_writes_stays_one_line_of_the_log_and_one_header() {
    runtime().block_on(async {
        let house = open(1).await;
        let reason = "a\r\n{\"seq\":9}\u{1b}[2J\u{2028}\u{202e}b";
        let body = serde_json::json!({ "reason": reason }).to_string();
        let bearer = format!("Bearer {}", house.tokens[3]);
        let headers = [("authorization", bearer.as_str()), ("idempotency-key", "k\u{1}")];
        let answer = house.send("POST", "/api/v1/outlets/pi-1/off", &headers, &body).await;
        assert_eq!(answer.status, 400, "{answer:?}");
        let answer = house.by(3, "POST", "/api/v1/outlets/pi-1/off", &body).await;
        assert_eq!(answer.status, 202, "{answer:?}");
        let log = house.folder.path().join("audit.jsonl");
        let text = std::fs::read_to_string(&log).unwrap();
        let mut kept = 0;
        for line in text.lines() {
            assert!(!line.chars().any(char::is_control), "{line:?}");
            let record: serde_json::Value = serde_json::from_str(line).unwrap();
            kept += usize::from(record.to_string().contains("seq\\\":9"));
        }
        assert!(0 < kept, "{text}");
        verify(&[log], "").unwrap().unwrap();
    });
}

#[test]
fn of_two_with_one_key_at_once_one_acts_and_another_account_has_keys_of_its_own() {
    runtime().block_on(async {
        let house = open(2).await;
        let send = |token: usize| {
            let bearer = format!("Bearer {}", house.tokens[token]);
            let house = &house;
            async move {
                let headers = [("authorization", bearer.as_str()), ("idempotency-key", "same")];
                house.send("POST", "/api/v1/outlets/pi-1/cycle", &headers, r#"{"reason":"twice"}"#).await
            }
        };
        let (one, two) = tokio::join!(send(2), send(2));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert!(matches!(statuses, [202, 202 | 409]), "{one:?} {two:?}");
        assert_eq!(house.handle.snapshot().operations.len(), 1, "{one:?} {two:?}");
        let other = send(3).await;
        assert_ne!(other.body, send(2).await.body, "nobody is given another's answer");
    });
}
