//! A connection to a broker: packets of MQTT 3.1.1 in and out, each bounded in size and in time.

use std::time::Duration;

use bytes::BytesMut;
use rumqttc::{Error, Packet, Publish, QoS};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

/// Most bytes of a packet that is read. A command has fewer than a hundred; with a longer packet the connection ends before it is kept.
pub const MOST: usize = 16 * 1024;
/// How long the broker may take to accept what is written.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// What packets go over.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// The connection.
pub struct Link {
    stream: Box<dyn Stream>,
    read: BytesMut,
    write: BytesMut,
}

impl Link {
    /// One over a stream.
    pub fn new(stream: Box<dyn Stream>) -> Self {
        Self { stream, read: BytesMut::new(), write: BytesMut::new() }
    }

    /// The next packet. May be dropped at any moment: nothing is lost by it.
    ///
    /// # Errors
    /// The connection ended, or what came is no packet or too long: a sentence.
    pub async fn next(&mut self) -> Result<Packet, String> {
        loop {
            match Packet::read(&mut self.read, MOST) {
                Ok(packet) => return Ok(packet),
                Err(Error::InsufficientBytes(_)) => {}
                Err(Error::PayloadSizeLimitExceeded(bytes)) => {
                    return Err(format!("it sends a packet of {bytes} bytes, and may send {MOST}"));
                }
                Err(error) => return Err(format!("what it sends is not understood: {error}")),
            }
            match self.stream.read_buf(&mut self.read).await {
                Ok(0) => return Err("it closed the connection".to_owned()),
                Ok(_) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    /// Puts a packet to those that go with the next [`Link::flush`].
    ///
    /// # Errors
    /// It is longer than MQTT allows: a sentence.
    pub fn put(&mut self, packet: &Packet) -> Result<(), String> {
        packet.write(&mut self.write, usize::MAX).map(|_| ()).map_err(|error| error.to_string())
    }

    /// Puts a message, which the broker keeps for whoever comes later.
    ///
    /// # Errors
    /// As [`Link::put`].
    pub fn put_kept(&mut self, topic: &str, payload: &str) -> Result<(), String> {
        let mut message = Publish::new(topic, QoS::AtMostOnce, payload);
        message.retain = true;
        self.put(&Packet::Publish(message))
    }

    /// Sends what was put.
    ///
    /// # Errors
    /// The connection ended, or the broker does not accept it in time: a sentence.
    pub async fn flush(&mut self) -> Result<(), String> {
        let write = async {
            self.stream.write_all(&self.write).await?;
            self.stream.flush().await
        };
        let written = timeout(PATIENCE, write).await;
        self.write.clear();
        written.map_err(|_| format!("it accepted nothing for {} s", PATIENCE.as_secs()))?.map_err(|e| e.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(bytes: &[u8]) -> Result<Vec<Packet>, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let stream = tokio::io::join(std::io::Cursor::new(bytes.to_vec()), tokio::io::sink());
        runtime.block_on(async {
            let mut link = Link::new(Box::new(stream));
            let mut all = Vec::new();
            loop {
                match link.next().await {
                    Ok(packet) => all.push(packet),
                    Err(words) if words == "it closed the connection" => return Ok(all),
                    Err(words) => return Err(words),
                }
            }
        })
    }

    #[test]
    fn packets_are_read_one_by_one_and_a_long_one_is_not_waited_for() {
        assert_eq!(all(&[0xd0, 0, 0xd0, 0, 0xd0]).unwrap(), [Packet::PingResp, Packet::PingResp]);
        // A message of 100,000 bytes is announced and never comes.
        assert_eq!(
            all(&[0x30, 0xa0, 0x8d, 0x06]).unwrap_err(),
            "it sends a packet of 100000 bytes, and may send 16384"
        );
        assert!(all(b"HTTP/1.1 400 Bad Request\r\n\r\n").is_ok_and(|all| all.is_empty()), "a length that never comes");
        assert!(all(&[0x00, 0x00]).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_broker_that_reads_nothing_is_not_waited_for() {
        let (stream, _broker) = tokio::io::duplex(16);
        let mut link = Link::new(Box::new(stream));
        link.put_kept("topic", &"x".repeat(100)).unwrap();
        assert_eq!(link.flush().await.unwrap_err(), "it accepted nothing for 10 s");
    }

    proptest! {
        // A panic would end the daemon: the codec is somebody else's, and what it reads comes from the network.
        #[test]
        fn no_bytes_make_the_reader_panic(first in 0u8..=255, rest in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = all(&[&[first], rest.as_slice()].concat());
            let length = u8::try_from(rest.len().min(127)).unwrap();
            let _ = all(&[&[first, length], &rest[..usize::from(length)]].concat());
        }
    }
}
