//! A broker of the tests' own on loopback: it keeps what is to be kept, passes on the rest, and sends exactly the bytes that it is told to send.
#![allow(dead_code, missing_docs, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use relayd::mqtt::{Bridge, Pace, Seen};
use relayd::settings::{Mqtt, Settings};
use rumqttc::{ConnAck, Connect, ConnectReturnCode, Packet, Publish, QoS, SubAck, SubscribeReasonCode};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::door::House;

/// Longest that a test waits for anything; what takes so long fails it.
const PATIENCE: Duration = Duration::from_secs(60);

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// What listens.
pub struct Broker {
    listener: TcpListener,
    tls: Option<tokio_rustls::TlsAcceptor>,
    /// What is kept, by topic.
    pub kept: BTreeMap<String, String>,
}

/// A daemon that has said hello.
pub struct Guest {
    stream: Box<dyn Stream>,
    read: BytesMut,
    pub hello: Connect,
    /// What it listens to.
    pub asked: Vec<(String, QoS)>,
}

impl Broker {
    pub async fn open() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").await.unwrap(), tls: None, kept: BTreeMap::new() }
    }

    /// The same over TLS.
    pub async fn open_with(config: Arc<rustls::ServerConfig>) -> Self {
        Self { tls: Some(config.into()), ..Self::open().await }
    }

    pub fn port(&self) -> u16 {
        self.listener.local_addr().unwrap().port()
    }

    /// The beginning of settings that lead here.
    pub fn settings(&self) -> String {
        format!("[mqtt]\nbroker = \"127.0.0.1\"\nport = {}\n", self.port())
    }

    /// The next one who comes, before a word was said. Nothing where the handshake fails.
    async fn arrival(&self) -> Option<Box<dyn Stream>> {
        let (stream, _) =
            tokio::time::timeout(PATIENCE, self.listener.accept()).await.expect("somebody comes").unwrap();
        match &self.tls {
            None => Some(Box::new(stream)),
            Some(tls) => tls.accept(stream).await.ok().map(|stream| Box::new(stream) as Box<dyn Stream>),
        }
    }

    /// The next one, who is let in.
    pub async fn welcome(&self) -> Guest {
        let mut guest = self.knock().await.expect("it says hello");
        guest.send(&Packet::ConnAck(ConnAck::new(ConnectReturnCode::Success, false))).await;
        guest
    }

    /// The next one, who is answered with these bytes.
    pub async fn answer(&self, bytes: &[u8]) -> Guest {
        let mut guest = self.knock().await.expect("it says hello");
        guest.raw(bytes).await;
        guest
    }

    /// The next one, who is not answered; nothing where no hello comes.
    pub async fn knock(&self) -> Option<Guest> {
        let stream = self.arrival().await?;
        let hello = Connect::new("");
        let mut guest = Guest { stream, read: BytesMut::new(), hello, asked: Vec::new() };
        match guest.next().await {
            Some(Packet::Connect(hello)) => guest.hello = hello,
            _ => return None,
        }
        Some(guest)
    }
}

impl Guest {
    pub async fn raw(&mut self, bytes: &[u8]) {
        // Whoever hung up is seen by what does not come.
        let _ = self.stream.write_all(bytes).await;
        let _ = self.stream.flush().await;
    }

    pub async fn send(&mut self, packet: &Packet) {
        let mut bytes = BytesMut::new();
        packet.write(&mut bytes, usize::MAX).unwrap();
        self.raw(&bytes).await;
    }

    /// A message to whoever listens.
    pub async fn tell(&mut self, topic: &str, payload: impl Into<Vec<u8>>) {
        self.send(&Packet::Publish(Publish::new(topic, QoS::AtMostOnce, payload))).await;
    }

    /// What it sends next; nothing where it hung up.
    pub async fn next(&mut self) -> Option<Packet> {
        loop {
            match Packet::read(&mut self.read, usize::MAX) {
                Ok(packet) => return Some(packet),
                Err(rumqttc::Error::InsufficientBytes(_)) => {}
                Err(error) => panic!("{error}"),
            }
            let read = tokio::time::timeout(PATIENCE, self.stream.read_buf(&mut self.read)).await;
            if !matches!(read.expect("it says something, or hangs up"), Ok(1..)) {
                return None;
            }
        }
    }

    /// Its next message, as topic, text and whether it is to be kept; pings and wishes are answered on the way. Nothing where it hung up.
    pub async fn message(&mut self) -> Option<(String, String, bool)> {
        loop {
            match self.next().await? {
                Packet::Publish(own) => {
                    assert_eq!(own.qos, QoS::AtMostOnce, "{}", own.topic);
                    return Some((own.topic, String::from_utf8(own.payload.to_vec()).unwrap(), own.retain));
                }
                Packet::Subscribe(own) => {
                    self.asked.extend(own.filters.iter().map(|filter| (filter.path.clone(), filter.qos)));
                    let codes = own.filters.iter().map(|filter| SubscribeReasonCode::Success(filter.qos)).collect();
                    self.send(&Packet::SubAck(SubAck::new(own.pkid, codes))).await;
                }
                Packet::PingReq => self.send(&Packet::PingResp).await,
                packet => panic!("{packet:?}"),
            }
        }
    }

    /// Keeps what it sends until a topic says this.
    pub async fn until(
        &mut self,
        kept: &mut BTreeMap<String, String>,
        topic: &str,
        fits: impl Fn(&str) -> bool,
    ) -> String {
        loop {
            let (own, text, is_kept) = self.message().await.expect("it is still there");
            let found = own == topic && fits(&text);
            if is_kept {
                kept.insert(own, text.clone());
            }
            if found {
                return text;
            }
        }
    }

    /// What it answers about an outlet.
    pub async fn answer(&mut self, outlet: &str) -> Value {
        let topic = format!("wireloom/host/{outlet}/answer");
        let text = self.until(&mut BTreeMap::new(), &topic, |_| true).await;
        serde_json::from_str(&text).unwrap()
    }

    /// Reads until it hangs up.
    pub async fn leaves(&mut self) {
        while self.next().await.is_some() {}
    }
}

/// What the settings' text says of the broker.
pub fn settings(text: &str) -> Mqtt {
    Settings::read(text).unwrap().mqtt.unwrap()
}

/// As soon as can be, so that no test waits for a pause to end.
pub const SOON: Pace =
    Pace { first: Duration::from_millis(1), most: Duration::from_millis(8), gap: Duration::from_millis(1) };

/// Lets the daemon of a house speak with a broker, and answers with what is counted.
pub fn begin(house: &House, text: &str) -> Arc<Seen> {
    let accounts = house.folder.path().join("accounts.toml");
    let config = house.handle.state().config;
    let bridge = Bridge::open(&settings(text), &config, Path::new(&accounts), SOON).unwrap();
    let seen = bridge.seen();
    tokio::spawn(bridge.run(house.handle.clone()));
    seen
}
