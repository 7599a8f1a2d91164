//! Listeners: TLS, and plain HTTP on loopback alone. Every connection is bounded in number, in time and in bytes.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::net::sockopt;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tower_service::Service as _;

use super::caller::Peer;
use super::moving::{Moving, TAKES_NOTHING};

/// Connections at once over the network; a further one waits until one ends.
pub const MOST_CONNECTIONS: usize = 256;
/// How long a handshake may take, and a request's head.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);
/// No connection lives longer: streams are begun again by whoever listens.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// Most bytes of a head, and of what is read ahead.
const MOST_HEAD: usize = 16 * 1024;
/// Most headers.
const MOST_HEADERS: usize = 64;
/// How long to wait when the kernel has no more descriptors.
const OUT_OF_FILES: Duration = Duration::from_millis(100);

/// Serves HTTPS.
///
/// # Errors
/// None ends it: it runs until it is dropped.
pub async fn tls(listener: TcpListener, config: Arc<ServerConfig>, router: Router) -> io::Result<()> {
    let (acceptor, places) = (TlsAcceptor::from(config), Arc::new(Semaphore::new(MOST_CONNECTIONS)));
    loop {
        let permit = place(&places).await;
        let (stream, from) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                pause(&error).await;
                continue;
            }
        };
        let (acceptor, router) = (acceptor.clone(), router.clone());
        tokio::spawn(async move {
            let Ok(Ok(stream)) = tokio::time::timeout(HEAD_PATIENCE, acceptor.accept(taken(stream))).await else {
                return;
            };
            speak(stream, Peer::Tls(from), router, permit).await;
        });
    }
}

/// Serves HTTP without TLS.
///
/// # Errors
/// `PermissionDenied` where the listener is not on loopback: passwords would cross a network in the clear.
pub async fn plain(listener: TcpListener, router: Router) -> io::Result<()> {
    is_loopback(listener.local_addr()?)?;
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let permit = place(&places).await;
        match listener.accept().await {
            Ok((stream, from)) => {
                tokio::spawn(speak(taken(stream), Peer::Loopback(from), router.clone(), permit));
            }
            Err(error) => pause(&error).await,
        }
    }
}

/// # Errors
/// `PermissionDenied` off loopback.
pub fn is_loopback(address: SocketAddr) -> io::Result<()> {
    if address.ip().is_loopback() {
        return Ok(());
    }
    let words = format!("{address} is not on loopback: without TLS, passwords would cross the network in the clear");
    Err(io::Error::new(io::ErrorKind::PermissionDenied, words))
}

/// A connection as it is spoken over: whoever takes nothing is given up, and so is whoever is gone, which the kernel sees by what is never confirmed to it.
fn taken(stream: TcpStream) -> Moving<TcpStream> {
    let _ = stream.set_nodelay(true);
    let _ = sockopt::set_tcp_user_timeout(&stream, u32::try_from(TAKES_NOTHING.as_millis()).unwrap_or(u32::MAX));
    Moving::new(stream)
}

async fn place(places: &Arc<Semaphore>) -> OwnedSemaphorePermit {
    places.clone().acquire_owned().await.expect("nobody closes it")
}

/// A connection that broke before it was taken is nothing; without descriptors, others have to end first.
async fn pause(error: &io::Error) {
    if !matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) {
        tokio::time::sleep(OUT_OF_FILES).await;
    }
}

async fn speak(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: Peer,
    router: Router,
    permit: OwnedSemaphorePermit,
) {
    let service = service_fn(move |request: Request<Incoming>| {
        let mut router = router.clone();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        async move { router.call(request).await }
    });
    let mut server = http1::Builder::new();
    server
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .max_headers(MOST_HEADERS)
        .max_buf_size(MOST_HEAD)
        .half_close(false)
        .keep_alive(true);
    let _ = tokio::time::timeout(LONGEST, server.serve_connection(TokioIo::new(stream), service)).await;
    drop(permit);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_tls_only_loopback_is_served() {
        assert!(is_loopback("127.0.0.1:80".parse().unwrap()).is_ok());
        assert!(is_loopback("[::1]:80".parse().unwrap()).is_ok());
        for far in ["0.0.0.0:80", "192.168.1.5:80", "[::]:80", "[fe80::1]:80"] {
            let error = is_loopback(far.parse().unwrap()).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{far}");
        }
    }
}
