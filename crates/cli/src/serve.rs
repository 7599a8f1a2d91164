//! The guide from memory on a port of this machine, made again whenever a file that it was made from changes.

mod http;
mod live;
mod watch;

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::disk::Disk;
use crate::{Checked, check};
use http::Places;
use live::Live;
use watch::Watched;

/// The port that is taken if none is named. What a browser keeps (ticks, readings) it keeps by address and port.
pub const PORT: u16 = 4747;
/// Most connections that are answered at once; each has a thread.
const MOST_CONNECTIONS: usize = 128;
/// How often the files are looked at.
const LOOK: Duration = Duration::from_millis(250);
/// How long to wait after the system gave no connection: it may be out of files for a while.
const BREATH: Duration = Duration::from_millis(50);

/// A port that is held, with nothing on it yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
}

impl Server {
    /// Takes a port; 0 takes a free one.
    ///
    /// # Errors
    /// If it cannot be had.
    pub fn bind(host: IpAddr, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((host, port))?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves the guide of a workspace until the process ends; `said` is told of every build.
    ///
    /// # Errors
    /// If no thread can be had to answer from.
    pub fn run(self, disk: &Disk, mut said: impl FnMut(&Checked)) -> io::Result<std::convert::Infallible> {
        let live = Arc::new(Live::new(self.address.ip().is_loopback()));
        let mut watched = Watched::new(disk);
        said(&shown(&live, &watched));
        let answering = Arc::clone(&live);
        thread::Builder::new().name("accept".to_owned()).spawn(move || accept(&self.listener, &answering))?;
        loop {
            thread::sleep(LOOK);
            if watched.changed() {
                watched = Watched::new(disk);
                said(&shown(&live, &watched));
            }
        }
    }
}

fn shown(live: &Live, watched: &Watched<'_>) -> Checked {
    let checked = check(watched);
    live.show(&checked);
    checked
}

/// Hands every connection to a thread of its own, as long as there are not too many.
fn accept(listener: &TcpListener, live: &Arc<Live>) {
    let places = Places::new(MOST_CONNECTIONS);
    loop {
        let Ok((stream, _)) = listener.accept() else {
            thread::sleep(BREATH);
            continue;
        };
        let Some(place) = places.take() else {
            http::refuse(&stream);
            continue;
        };
        let live = Arc::clone(live);
        // A thread that cannot be had closes the connection; the browser says so.
        let _ = thread::Builder::new().spawn(move || {
            live.answer(&stream);
            drop(place);
        });
    }
}
