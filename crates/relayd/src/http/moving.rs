//! A stream whose other end has to take what it is sent: whoever asks and then reads nothing is hung up on, and holds no place.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// How long the other end may take nothing of what waits for it.
pub const TAKES_NOTHING: Duration = Duration::from_secs(30);

/// Reads and writes as the stream in it does; a write that waited [`TAKES_NOTHING`] fails with `TimedOut`. Each byte that is taken begins the time anew.
pub struct Moving<S> {
    stream: S,
    /// Made when something waits for the first time, and wound again for each wait.
    clock: Option<Pin<Box<Sleep>>>,
    waits: bool,
}

impl<S> Moving<S> {
    /// A stream on which nothing waits yet.
    pub fn new(stream: S) -> Self {
        Self { stream, clock: None, waits: false }
    }

    /// Looks at what a write came to.
    fn judge<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.waits = false;
            return written;
        }
        let clock = self.clock.get_or_insert_with(|| Box::pin(tokio::time::sleep(TAKES_NOTHING)));
        if !std::mem::replace(&mut self.waits, true) {
            clock.as_mut().reset(Instant::now() + TAKES_NOTHING);
        }
        ready!(clock.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the other end takes nothing")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Moving<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, to)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Moving<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let own = self.get_mut();
        let written = Pin::new(&mut own.stream).poll_write(context, bytes);
        own.judge(context, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        all: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let own = self.get_mut();
        let written = Pin::new(&mut own.stream).poll_write_vectored(context, all);
        own.judge(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let own = self.get_mut();
        let flushed = Pin::new(&mut own.stream).poll_flush(context);
        own.judge(context, flushed)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let own = self.get_mut();
        let shut = Pin::new(&mut own.stream).poll_shutdown(context);
        own.judge(context, shut)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_is_given_up_and_who_takes_little_is_not() {
        let (mut far, near) = duplex(4);
        let mut near = Moving::new(near);
        let begun = Instant::now();
        let writer = tokio::spawn(async move {
            near.write_all(b"taken byte by byte").await?;
            let slow = begun.elapsed();
            let silent = near.write_all(b"never taken").await.unwrap_err();
            io::Result::Ok((slow, silent.kind(), begun.elapsed()))
        });
        let mut taken = Vec::new();
        for _ in 0.."taken byte by byte".len() {
            tokio::time::sleep(TAKES_NOTHING - Duration::from_secs(1)).await;
            taken.push(far.read_u8().await.unwrap());
        }
        assert_eq!(taken, b"taken byte by byte");
        let last = begun.elapsed();
        let (slow, kind, gone) = writer.await.unwrap().unwrap();
        assert!(10 * TAKES_NOTHING < slow, "{slow:?}");
        assert_eq!(kind, io::ErrorKind::TimedOut);
        assert!(gone <= last + TAKES_NOTHING + Duration::from_secs(1), "{gone:?} after {last:?}");
    }
}
