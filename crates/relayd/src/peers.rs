//! Whom this daemon knows by a shared secret: other controllers and nodes; what was heard of them, told to them, and refused.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use relay_config::{Power, RelayConfig};
use relay_engine::{Phase, Snapshot};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::edge::exchange::Place;
use crate::settings::Settings;
use crate::signed::{Desk, Envelope, Kind, Next, Refused, Secret};
use pin::Fingerprint;

/// Another controller.
#[derive(Clone, Debug)]
pub struct Neighbour {
    /// Where it serves.
    pub place: Place,
    /// Of its certificate.
    pub fingerprint: Fingerprint,
    /// What both share.
    pub secret: Secret,
}

/// What one controller tells another: all that the engine there asks for.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Words {
    /// Controllers whose power it is about to take.
    pub claims: Vec<String>,
    /// Controllers whose power it has taken, or is taking.
    pub cutting: Vec<String>,
    /// Its outlets, and whether each is on: on is only what nobody is about to cut.
    pub on: BTreeMap<String, bool>,
}

impl Words {
    /// Those of an engine.
    pub fn of(snapshot: &Snapshot) -> Self {
        let on = snapshot.outlets.iter().map(|own| (own.name.clone(), own.phase == Phase::On));
        Self { claims: snapshot.claims.clone(), cutting: snapshot.cutting.clone(), on: on.collect() }
    }

    /// As the engine hears them.
    pub fn heard(self, controller: &str) -> relay_engine::Heard {
        let power = |on| if on { Power::On } else { Power::Off };
        let outlets = self.on.into_iter().map(|(name, on)| (name, power(on))).collect();
        relay_engine::Heard { controller: controller.to_owned(), claims: self.claims, cutting: self.cutting, outlets }
    }
}

/// What is known of a controller while the daemon runs. Times count from the boot, milliseconds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Seen {
    /// When it was heard last.
    pub heard_at: Option<u64>,
    /// What it said.
    pub said: Words,
    /// When it last took what it was told.
    pub told_at: Option<u64>,
    /// Why it could not be told the last time.
    pub trouble: Option<String>,
    /// It was heard, and for less than `alive-ms` ago.
    pub alive: bool,
}

/// How many messages were refused, by who they say sent them and why.
pub type Refusals = BTreeMap<(String, &'static str), u64>;

/// Everybody who is known by a secret.
#[derive(Debug)]
pub struct Known {
    own: String,
    peers: BTreeMap<String, Neighbour>,
    nodes: BTreeMap<String, Secret>,
    desk: Mutex<Desk>,
    seen: watch::Sender<BTreeMap<String, Seen>>,
    refused: Mutex<Refusals>,
}

/// In the place of a sender's name that nobody knows.
pub const NOBODY: &str = "nobody";

impl Known {
    /// Those of the settings whose secret can be read and whom the config knows; the second value says in sentences who is left out, and why. Nothing of it
    /// keeps a daemon from giving power.
    pub fn open(settings: &Settings, config: &RelayConfig) -> (Self, Vec<String>) {
        let (mut peers, mut nodes, mut wrong) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        let controllers = config.other_controllers();
        for (name, own) in &settings.peer {
            if !controllers.contains(name.as_str()) {
                let known = list(&controllers);
                wrong.push(format!("peer `{name}`: the config knows no other controller of this name, but {known}"));
                continue;
            }
            let (Some(url), Some(fingerprint), Some(file)) = (&own.url, &own.fingerprint, &own.secret_file) else {
                continue;
            };
            match (Place::read(url), Fingerprint::read(fingerprint), Secret::read(file)) {
                (Ok(place), Ok(fingerprint), Ok(secret)) => {
                    peers.insert(name.clone(), Neighbour { place, fingerprint, secret });
                }
                (Err(words), _, _) | (_, Err(words), _) | (_, _, Err(words)) => {
                    wrong.push(format!("peer `{name}`: {words}"));
                }
            }
        }
        for (name, own) in &settings.node {
            let Some(file) = &own.secret_file else { continue };
            if !config.outlets.iter().any(|outlet| outlet.name == *name) {
                wrong.push(format!("node `{name}`: no outlet has this name"));
                continue;
            }
            match Secret::read(file) {
                Ok(secret) => drop(nodes.insert(name.clone(), secret)),
                Err(words) => wrong.push(format!("node `{name}`: {words}")),
            }
        }
        (Self::new(&config.controller, peers, nodes), wrong)
    }

    /// These, for a controller of this name.
    pub fn new(own: &str, peers: BTreeMap<String, Neighbour>, nodes: BTreeMap<String, Secret>) -> Self {
        let seen = peers.keys().map(|name| (name.clone(), Seen::default())).collect();
        let desk = Mutex::new(Desk::new(own));
        Self { own: own.to_owned(), peers, nodes, desk, seen: watch::Sender::new(seen), refused: Mutex::default() }
    }

    /// This controller.
    pub fn own(&self) -> &str {
        &self.own
    }

    /// Other controllers.
    pub fn peers(&self) -> &BTreeMap<String, Neighbour> {
        &self.peers
    }

    /// What the sender of a message would have signed it with.
    pub fn secret(&self, kind: Kind, from: &str) -> Option<&Secret> {
        match kind {
            Kind::Peer => self.peers.get(from).map(|own| &own.secret),
            Kind::Heartbeat => self.nodes.get(from),
        }
    }

    /// Takes a message whose signature fits, once; gives what the sender's next one has to bear.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn take(&self, kind: Kind, message: Envelope<'_>, now_ms: u64) -> Result<Next, Refused> {
        let mut desk = lock(&self.desk);
        desk.take(kind, message, now_ms)?;
        Ok(desk.next(kind, message.from, now_ms))
    }

    /// What a sender's next message has to bear.
    pub fn next(&self, kind: Kind, from: &str, now_ms: u64) -> Next {
        lock(&self.desk).next(kind, from, now_ms)
    }

    /// A message was refused.
    pub fn refuse(&self, kind: Kind, from: &str, why: &'static str) {
        let from = if self.secret(kind, from).is_some() { from } else { NOBODY };
        *lock(&self.refused).entry((from.to_owned(), why)).or_default() += 1;
    }

    /// What was refused so far.
    pub fn refusals(&self) -> Refusals {
        lock(&self.refused).clone()
    }

    /// A controller was heard.
    pub fn heard(&self, name: &str, said: Words, now_ms: u64) {
        self.change(name, |seen| *seen = Seen { heard_at: Some(now_ms), said, alive: true, ..seen.clone() });
    }

    /// A controller was told, or could not be; gives whether that is another outcome than before.
    pub fn told(&self, name: &str, result: Result<(), String>, now_ms: u64) -> bool {
        let mut differs = false;
        self.change(name, |seen| {
            differs = (seen.told_at.is_none() && seen.trouble.is_none()) || seen.trouble.is_some() != result.is_err();
            match result {
                Ok(()) => *seen = Seen { told_at: Some(now_ms), trouble: None, ..seen.clone() },
                Err(why) => seen.trouble = Some(why),
            }
        });
        differs
    }

    /// Looks whether a controller was heard within `alive_ms`; gives whether it fell silent just now.
    pub fn look(&self, name: &str, alive_ms: u64, now_ms: u64) -> bool {
        let mut fell = false;
        self.seen.send_if_modified(|all| {
            let Some(seen) = all.get_mut(name) else { return false };
            let alive = seen.heard_at.is_some_and(|at| now_ms <= at + alive_ms);
            fell = seen.alive && !alive;
            std::mem::replace(&mut seen.alive, alive) != alive
        });
        fell
    }

    fn change(&self, name: &str, change: impl FnOnce(&mut Seen)) {
        self.seen.send_modify(|all| {
            if let Some(seen) = all.get_mut(name) {
                change(seen);
            }
        });
    }

    /// What is known of each controller.
    pub fn seen(&self) -> BTreeMap<String, Seen> {
        self.seen.borrow().clone()
    }

    /// For whoever waits until something of it is so.
    pub fn watch(&self) -> watch::Receiver<BTreeMap<String, Seen>> {
        self.seen.subscribe()
    }
}

fn list(names: &BTreeSet<&str>) -> String {
    if names.is_empty() {
        "none at all".to_owned()
    } else {
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::config::tests::file;

    #[test]
    fn whoever_the_config_does_not_know_or_whose_secret_is_open_to_all_is_left_out() {
        let text = file(&[1, 2]).replace("config-txt", "watched-by = [\"pi[7]\", \"pi[8]\"]\nconfig-txt");
        let config = RelayConfig::parse(&text).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (good, open) = (folder.path().join("good"), folder.path().join("open"));
        for (path, mode) in [(&good, 0o600), (&open, 0o644)] {
            std::fs::write(path, "0123456789abcdef0123456789abcdef\n").unwrap();
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        let peer = |name: &str, secret: &std::path::Path| {
            let print = "ab".repeat(32);
            let secret = secret.display();
            format!(
                "[peer.\"{name}\"]\nurl = \"https://10.0.0.2\"\nfingerprint = \"{print}\"\nsecret-file = \"{secret}\"\n"
            )
        };
        let node = |name: &str| format!("[node.\"{name}\"]\nsecret-file = \"{}\"\n", good.display());
        let text = [peer("pi[7]", &good), peer("pi[8]", &open), peer("pi[9]", &good), node("pi[1]"), node("pi[3]")];
        let (known, wrong) = Known::open(&Settings::read(&text.concat()).unwrap(), &config);
        assert_eq!(known.peers().keys().collect::<Vec<_>>(), ["pi[7]"]);
        assert!(known.secret(Kind::Heartbeat, "pi[1]").is_some() && known.secret(Kind::Peer, "pi[1]").is_none());
        assert_eq!(wrong.len(), 3, "{wrong:#?}");
        assert!(wrong[0].starts_with("peer `pi[8]`: ") && wrong[0].contains("mode 644"), "{wrong:#?}");
        assert_eq!(wrong[1], "peer `pi[9]`: the config knows no other controller of this name, but `pi[7]`, `pi[8]`");
        assert_eq!(wrong[2], "node `pi[3]`: no outlet has this name");
    }

    #[test]
    fn a_controller_falls_silent_once() {
        let config = RelayConfig::parse(&file(&[1])).unwrap();
        let neighbour = Neighbour {
            place: Place::read("https://10.0.0.2").unwrap(),
            fingerprint: Fingerprint::read(&"ab".repeat(32)).unwrap(),
            secret: Secret::new("0123456789abcdef0123456789abcdef").unwrap(),
        };
        let known = Known::new(&config.controller, [("pi[7]".to_owned(), neighbour)].into(), BTreeMap::new());
        assert!(!known.look("pi[7]", 100, 0), "it was never heard");
        known.heard("pi[7]", Words::default(), 1_000);
        assert!(!known.look("pi[7]", 100, 1_100) && known.seen()["pi[7]"].alive);
        assert!(known.look("pi[7]", 100, 1_101) && !known.look("pi[7]", 100, 1_102));
        assert!(known.told("pi[7]", Err("x".to_owned()), 0) && !known.told("pi[7]", Err("y".to_owned()), 0));
        assert!(known.told("pi[7]", Ok(()), 0) && !known.told("pi[7]", Ok(()), 1));
        known.heard("pi[9]", Words::default(), 1_000);
        assert_eq!(known.seen().len(), 1, "nobody is added by what is said");
    }
}
