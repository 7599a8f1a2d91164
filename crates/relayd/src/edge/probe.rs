//! Looks at nodes: does it answer a ping, a connection, a request. Each look has an end, and only so many are under way at once.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use relay_config::{Outlet, Probe, RelayConfig};
use rustix::net::{AddressFamily, SocketFlags, SocketType, ipproto, socket_with};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tracing::warn;

use crate::control::Handle;

/// Longest look; shorter where the probe looks more often.
pub const LONGEST: Duration = Duration::from_secs(5);
/// Looks under way at once.
const AT_ONCE: usize = 16;

/// Looks at every watched node of the config in force, for ever; follows reloads.
pub async fn run(handle: Handle, addresses: BTreeMap<String, String>) {
    let addresses = Arc::new(addresses);
    let mut state = handle.watch();
    loop {
        let config = state.borrow_and_update().config.clone();
        let mut looks = JoinSet::new();
        let at_once = Arc::new(Semaphore::new(AT_ONCE));
        for (outlet, probe) in watched(&config) {
            let address = addresses.get(&outlet.name).unwrap_or(&outlet.slug).clone();
            let (handle, name, at_once) = (handle.clone(), outlet.name.clone(), at_once.clone());
            looks.spawn(again_and_again(handle, name, address, probe.clone(), at_once));
        }
        // A config is another one when the pointer is.
        while state.changed().await.is_ok() {
            if !Arc::ptr_eq(&state.borrow_and_update().config, &config) {
                break;
            }
        }
        if state.has_changed().is_err() {
            return;
        }
    }
}

fn watched(config: &RelayConfig) -> impl Iterator<Item = (&Outlet, &Probe)> {
    let watched = config.outlets.iter().filter(|outlet| outlet.watch);
    watched.filter_map(|outlet| outlet.probe.as_ref().map(|probe| (outlet, probe)))
}

async fn again_and_again(handle: Handle, name: String, address: String, probe: Probe, at_once: Arc<Semaphore>) {
    let every = Duration::from_millis(probe.every_ms.max(1));
    let mut next = Instant::now();
    loop {
        tokio::time::sleep_until(next).await;
        let Ok(_permit) = at_once.acquire().await else { return };
        let alive = look(&address, &probe, every.min(LONGEST)).await;
        if let Err(error) = &alive
            && error.kind() == io::ErrorKind::PermissionDenied
        {
            warn!(node = name, "this account may not ping: `net.ipv4.ping_group_range` leaves its group out");
        }
        handle.probed(name.clone(), alive.is_ok());
        // Looks that were held up are not made up for.
        next = (next + every).max(Instant::now());
    }
}

/// One look: `Ok` where the node answered in time.
///
/// # Errors
/// Why it counts as silent.
pub async fn look(address: &str, probe: &Probe, patience: Duration) -> io::Result<()> {
    let late = |_| io::Error::from(io::ErrorKind::TimedOut);
    timeout(patience, answer(address, probe)).await.map_err(late)?
}

async fn answer(address: &str, probe: &Probe) -> io::Result<()> {
    if let Some(port) = probe.tcp {
        return TcpStream::connect((address, port)).await.map(drop);
    }
    if let Some(path) = &probe.http {
        return http(address, path).await;
    }
    let mut found = tokio::net::lookup_host((address, 0)).await?;
    let found = found.next().ok_or_else(|| io::Error::other("the name has no address"))?;
    ping(found.ip()).await
}

/// Any answer below 500 is one of a server that works.
async fn http(address: &str, path: &str) -> io::Result<()> {
    let (host, port) = match address.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') => (host, port.parse().unwrap_or(80)),
        _ => (address, 80),
    };
    let mut stream = TcpStream::connect((host, port)).await?;
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nUser-Agent: wireloom-relayd\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut head = [0; 12];
    stream.read_exact(&mut head).await?;
    match head.strip_prefix(b"HTTP/1.") {
        Some([_, b' ', b'1'..=b'4', ..]) => Ok(()),
        _ => Err(io::Error::other(format!("it answers `{}`", head.escape_ascii()))),
    }
}

/// An echo request by a socket that needs no privilege; the kernel numbers it and passes on only its own replies.
async fn ping(address: IpAddr) -> io::Result<()> {
    let (family, protocol, kind) = match address {
        IpAddr::V4(_) => (AddressFamily::INET, ipproto::ICMP, 8),
        IpAddr::V6(_) => (AddressFamily::INET6, ipproto::ICMPV6, 128),
    };
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = tokio::net::UdpSocket::from_std(UdpSocket::from(socket_with(
        family,
        SocketType::DGRAM,
        flags,
        Some(protocol),
    )?))?;
    socket.connect(SocketAddr::new(address, 0)).await?;
    let mut request = *b"\0\0\0\0\0\0\0\x01wireloom";
    request[0] = kind;
    if address.is_ipv4() {
        let sum = checksum(&request);
        request[2..4].copy_from_slice(&sum.to_be_bytes());
    }
    socket.send(&request).await?;
    let mut reply = [0; 64];
    loop {
        let length = socket.recv(&mut reply).await?;
        // Echo reply: 0, or 129 of IPv6; the kernel sets its own identifier in bytes 4 and 5.
        if 16 <= length && matches!(reply[0], 0 | 129) && reply[8..16] == request[8..16] {
            return Ok(());
        }
    }
}

/// RFC 1071. The kernel sets the identifier and sums again; some want a sum that fits before.
fn checksum(bytes: &[u8]) -> u16 {
    let words = bytes.chunks(2).map(|pair| u32::from(pair[0]) << 8 | pair.get(1).map_or(0, |&low| u32::from(low)));
    let sum: u32 = words.sum();
    let folded = (sum & 0xffff) + (sum >> 16);
    !u16::try_from((folded & 0xffff) + (folded >> 16)).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    fn probe(text: &str) -> Probe {
        toml::from_str(&format!("{text}\nevery-ms = 1000\nfails = 3")).unwrap()
    }

    fn run<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
    }

    #[test]
    fn what_listens_is_alive_and_what_does_not_is_silent() {
        run(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let port = listener.local_addr().unwrap().port();
            let tcp = probe(&format!("tcp = {port}"));
            assert!(look("127.0.0.1", &tcp, LONGEST).await.is_ok());
            drop(listener);
            assert!(look("127.0.0.1", &tcp, LONGEST).await.is_err());
        });
    }

    #[test]
    fn a_server_that_takes_a_connection_and_says_nothing_is_silent_in_time() {
        run(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap().to_string();
            let hung = look(&address, &probe("http = \"/\""), Duration::from_millis(50)).await;
            assert_eq!(hung.unwrap_err().kind(), io::ErrorKind::TimedOut);
        });
    }

    #[test]
    fn a_server_that_answers_is_alive_unless_it_says_that_it_is_not() {
        run(async {
            for (line, alive) in [
                ("HTTP/1.1 200 OK", true),
                ("HTTP/1.0 404 No", true),
                ("HTTP/1.1 503 No", false),
                ("SSH-2.0-x yyyyyyy", false),
            ] {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let address = listener.local_addr().unwrap().to_string();
                let server = tokio::spawn(async move {
                    let (mut stream, _) = listener.accept().await.unwrap();
                    let mut request = [0; 512];
                    let length = stream.read(&mut request).await.unwrap();
                    stream.write_all(format!("{line}\r\n\r\n").as_bytes()).await.unwrap();
                    String::from_utf8_lossy(&request[..length]).into_owned()
                });
                let looked = look(&address, &probe("http = \"/health\""), LONGEST).await;
                assert_eq!(looked.is_ok(), alive, "{line}");
                assert!(server.await.unwrap().starts_with("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n"));
            }
        });
    }

    #[test]
    fn this_machine_answers_its_own_ping() {
        run(async {
            match look("127.0.0.1", &probe("ping = true"), LONGEST).await {
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                    use std::io::Write as _;
                    let _ = writeln!(io::stderr(), "LEFT OUT: this account may not ping");
                }
                looked => looked.unwrap(),
            }
        });
    }

    #[test]
    fn an_echo_request_has_the_sum_that_the_rfc_gives_it() {
        assert_eq!(checksum(&[0x08, 0, 0, 0, 0, 1, 0, 1]), 0xf7fd);
        assert_eq!(checksum(&[0xff, 0xff, 0xff]), !0xff00);
    }
}
