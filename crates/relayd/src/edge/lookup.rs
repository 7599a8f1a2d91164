//! Addresses of a host. The system's look-ups block a thread each and those are few, so that one that outlasts a caller's patience goes on, and the next caller
//! waits for that one.

use std::io;
use std::net::SocketAddr;

use tokio::net::lookup_host;
use tokio::task::JoinHandle;

/// A look-up of one host, which may be under way.
#[derive(Default, Debug)]
pub struct Lookup {
    asked: Option<JoinHandle<io::Result<Vec<SocketAddr>>>>,
}

impl Lookup {
    /// The addresses of a host and a port. May be dropped at any moment.
    ///
    /// # Errors
    /// It has none that could be found: a sentence.
    pub async fn addresses(&mut self, host: &str, port: u16) -> Result<Vec<SocketAddr>, String> {
        let place = (host.to_owned(), port);
        let asked = self
            .asked
            .get_or_insert_with(|| tokio::spawn(async move { lookup_host(place).await.map(Iterator::collect) }));
        let found = asked.await;
        self.asked = None;
        found.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
    }
}
