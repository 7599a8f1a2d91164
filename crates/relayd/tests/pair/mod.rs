//! Two controllers, `pi[1]` and `pi[2]`, that feed and watch each other.
#![allow(dead_code, missing_docs, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::time::Duration;

use pin::Fingerprint;
use relayd::audit::files;
use relayd::edge::exchange::Place;
use relayd::edge::tell;
use relayd::http::dispatch::router;
use relayd::http::serve;
use relayd::peers::{Known, Neighbour};
use relayd::signed::Secret;
use relayd::tls::{self, Identity};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::r#box::runtime;
use crate::door::{House, open_for};

pub const NAMES: [&str; 2] = ["pi[1]", "pi[2]"];
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// What differs from test to test.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    pub alive_ms: u64,
    /// Each looks after the other's machine by itself.
    pub watch: bool,
}

/// Nobody falls silent while a test runs.
pub fn patient() -> Times {
    Times { alive_ms: 60_000, watch: true }
}

/// What ends a test that would hang; nothing waits for it otherwise.
pub async fn guard<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), future).await.expect("it comes to pass")
}

pub struct Pair {
    pub houses: [House; 2],
    /// Certificates, which outlive a daemon.
    folder: TempDir,
    places: [Place; 2],
    fingerprints: [Fingerprint; 2],
    serving: [Option<Serving>; 2],
    times: Times,
}

/// A server on a thread of its own: with it end all its connections.
struct Serving {
    stop: oneshot::Sender<()>,
    thread: std::thread::JoinHandle<()>,
}

impl Serving {
    fn start(listener: TcpListener, identity: Identity, house: &House) -> Self {
        let (router, server) = (router(&house.api), tls::server(identity, None).unwrap());
        let (stop, stopped) = oneshot::channel();
        let serve = async move {
            listener.set_nonblocking(true).unwrap();
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            tokio::select! {
                _ = serve::tls(listener, server, router) => {}
                _ = stopped => {}
            }
        };
        Self { stop, thread: std::thread::spawn(move || runtime().block_on(serve)) }
    }

    fn end(self) {
        let _ = self.stop.send(());
        self.thread.join().unwrap();
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        self.serving.iter_mut().filter_map(Option::take).for_each(Serving::end);
    }
}

/// The file of one: the other's machine, which it watches, and a switch that is cut as a matter of routine only while the other one answers.
pub fn file(own: usize, Times { alive_ms, watch }: Times) -> String {
    let (name, other) = (NAMES[own], NAMES[1 - own]);
    let (slug, far) = (format!("pi-{}", own + 1), format!("pi-{}", 2 - own));
    let outlet = |name: &str, slug: &str, line: u32, more: &str| {
        format!(
            "[[outlet]]\nname = \"{name}\"\nslug = \"{slug}\"\nchip = \"pinctrl\"\nline = \"GPIO{line}\"\noffset = {line}\nactive = \"low\"\n\
             contact = \"nc\"\nat-rest = \"on\"\nsafe = \"high\"\noff-ms = 300\non-min-ms = 0\noff-min-ms = 50\ntakes-down = [\"{name}\"]\n\
             feeds-host = false\n{more}"
        )
    };
    let far = outlet(
        other,
        &far,
        1,
        &format!(
            "feeds-rescuer = true\nfeeds-controller = [\"{other}\"]\nnever-hold = true\nwatch = {watch}\n[outlet.probe]\nping = true\nevery-ms = 100\nfails = 2\n"
        ),
    );
    let switch =
        outlet("switch", "switch", 2, &format!("feeds-rescuer = false\nneeds-alive = [\"{other}\"]\nwatch = false\n"));
    format!(
        "schema = 1\ncontroller = \"{name}\"\nslug = \"{slug}\"\nstagger-ms = 0\nwatched-by = [\"{other}\"]\nconfig-txt = []\n\
         [build]\nname = \"pair\"\nversion = \"1\"\n[limits]\nalive-ms = {alive_ms}\nqueue-ms = 60000\n\
         [watchdog]\ngrace-ms = 0\nbackoff-ms = 600000\npeer-wait-ms = 600000\n[[chip]]\nlabel = \"pinctrl\"\n{far}{switch}"
    )
}

/// Both, each served over TLS; nobody speaks yet.
pub async fn open(times: Times) -> Pair {
    let folder = tempfile::tempdir().unwrap();
    let listeners = [0, 1].map(|_| TcpListener::bind("127.0.0.1:0").unwrap());
    let place = |listener: &TcpListener| Place::read(&format!("https://{}", listener.local_addr().unwrap())).unwrap();
    let places = [place(&listeners[0]), place(&listeners[1])];
    let fingerprints = [0, 1].map(|own| Fingerprint::read(&identity(&folder, own).fingerprint()).unwrap());
    let houses = [
        open_for(&file(0, times), known(0, &places, fingerprints)).await,
        open_for(&file(1, times), known(1, &places, fingerprints)).await,
    ];
    let [one, other] = listeners;
    let serving = [
        Some(Serving::start(one, identity(&folder, 0), &houses[0])),
        Some(Serving::start(other, identity(&folder, 1), &houses[1])),
    ];
    Pair { houses, folder, places, fingerprints, serving, times }
}

fn identity(folder: &TempDir, own: usize) -> Identity {
    Identity::load_or_make(&folder.path().join(format!("{own}.pem")), &["localhost".to_owned()]).unwrap().0
}

fn known(own: usize, places: &[Place; 2], fingerprints: [Fingerprint; 2]) -> Known {
    let other = 1 - own;
    let secret = || Secret::new(SECRET).unwrap();
    let neighbour = Neighbour { place: places[other].clone(), fingerprint: fingerprints[other], secret: secret() };
    // The switch is a node that signs its heartbeats.
    let nodes = BTreeMap::from([("switch".to_owned(), secret())]);
    Known::new(NAMES[own], BTreeMap::from([(NAMES[other].to_owned(), neighbour)]), nodes)
}

impl Pair {
    pub fn place(&self, own: usize) -> Place {
        self.places[own].clone()
    }

    pub fn fingerprint(&self, own: usize) -> Fingerprint {
        self.fingerprints[own]
    }

    /// One begins to tell the other.
    pub fn speaks(&self, own: usize) -> JoinHandle<()> {
        let house = &self.houses[own];
        let name = NAMES[1 - own].to_owned();
        let known = house.api.settings.known.clone();
        let neighbour = known.peers()[&name].clone();
        tokio::spawn(tell::tell(name, neighbour, known, house.handle.clone()))
    }

    /// Both do.
    pub fn speak(&self) -> [JoinHandle<()>; 2] {
        [self.speaks(0), self.speaks(1)]
    }

    /// One daemon ends, and another comes in its place, at the same address and with the same certificate, that remembers nothing of what it heard.
    pub async fn restarts(&mut self, own: usize) {
        self.serving[own].take().unwrap().end();
        let address = self.places[own].to_string();
        let listener = TcpListener::bind(address.strip_prefix("https://").unwrap()).unwrap();
        let house = open_for(&file(own, self.times), known(own, &self.places, self.fingerprints)).await;
        self.serving[own] = Some(Serving::start(listener, identity(&self.folder, own), &house));
        self.houses[own] = house;
    }
}

/// When an outlet was first cut and had its power again, as the audit log of its controller tells, milliseconds.
pub async fn cut_and_back(house: &House, outlet: &str) -> (String, String) {
    let mut changes = house.handle.subscribe();
    loop {
        let mut found = BTreeMap::new();
        for path in files(house.folder.path()).unwrap() {
            for line in std::fs::read_to_string(path).unwrap().lines() {
                let record: Value = serde_json::from_str(line).unwrap();
                let action = record["action"].as_str().unwrap().to_owned();
                if record["subject"] == outlet && (action == "cut" || action == "powered") {
                    found.entry(action).or_insert(record["at"].as_str().unwrap().to_owned());
                }
            }
        }
        if let (Some(cut), Some(back)) = (found.get("cut"), found.get("powered")) {
            return (cut.clone(), back.clone());
        }
        changes.recv().await.unwrap();
    }
}
