//! The task that speaks with the broker for as long as the daemon runs. The control thread never waits for it: it looks at the state, and asks like everybody else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use relay_config::RelayConfig;
use rumqttc::{Packet, Publish, QoS, Subscribe, SubscribeReasonCode};
use tokio::time::{Instant, sleep, sleep_until};
use tracing::{info, warn};

use super::Seen;
use super::broker::{Broker, KEEP_ALIVE};
use super::command::{self, Listener, No};
use super::link::Link;
use super::words::{Names, ONLINE};
use crate::control::{Handle, State};
use crate::http::door::Door;
use crate::settings::Mqtt;

/// Between two looks whether the broker is there; each has to be answered before the next.
const PING: Duration = Duration::from_millis(KEEP_ALIVE as u64 * 1000 / 2);
/// Packets that may come at once, and how long it takes until one more may: with more the connection ends, so that nobody keeps the daemon busy.
const AT_ONCE: u32 = 64;
const ONE_MORE: Duration = Duration::from_secs(1);

/// How soon things are done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pace {
    /// Before another try after a connection ended; doubles with each.
    pub first: Duration,
    /// The longest such pause. A connection that lasted for so long was a good one.
    pub most: Duration,
    /// Between two tellings of what changed.
    pub gap: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        let (first, most, gap) = (Duration::from_secs(1), Duration::from_secs(60), Duration::from_millis(100));
        Self { first, most, gap }
    }
}

/// The daemon at a broker.
pub struct Bridge {
    broker: Broker,
    names: Names,
    listener: Option<Listener>,
    seen: Arc<Seen>,
    pace: Pace,
    /// Topics that hold something, of this connection and earlier ones.
    kept: BTreeSet<String>,
}

/// What was told over one connection.
#[derive(Default)]
struct Told {
    messages: BTreeMap<String, String>,
    /// For which config and which grants the documents were made.
    documents: Option<(Arc<RelayConfig>, Vec<bool>)>,
}

/// So many packets, and one more from time to time.
struct Patience {
    left: u32,
    since: Instant,
}

impl Bridge {
    /// Reads everything that is asked for once the daemon is shut off from files. Nobody is spoken with.
    ///
    /// # Errors
    /// What cannot be used: a sentence.
    pub fn open(settings: &Mqtt, config: &RelayConfig, accounts: &Path, pace: Pace) -> Result<Self, String> {
        let door = |_: &String| Door::open(accounts).map_err(|error| format!("`{}`: {error}", accounts.display()));
        let door = settings.switch_as.as_ref().map(door).transpose()?;
        let listener = door.zip(settings.switch_as.clone()).map(|(door, account)| Listener { door, account });
        Ok(Self {
            broker: Broker::open(settings)?,
            names: Names::new(settings, config),
            listener,
            seen: Arc::default(),
            pace,
            kept: BTreeSet::new(),
        })
    }

    /// For the numbers.
    pub fn seen(&self) -> Arc<Seen> {
        self.seen.clone()
    }

    /// Until the control thread has ended. The connection is then closed without a word, so that the last will speaks.
    pub async fn run(mut self, handle: Handle) {
        if let Some(Err(No { words, .. })) = self.listener.as_ref().map(Listener::who) {
            warn!("no message switches anything: {words}");
        }
        let (mut pause, mut said) = (self.pace.first, String::new());
        loop {
            let began = Instant::now();
            let ended = self.session(&handle).await;
            let was_connected = self.seen.is_connected();
            self.seen.set_connected(false);
            let Err(words) = ended else { return };
            if was_connected || words != said {
                warn!("the broker at {} is not told how outlets stand: {}", self.broker, words.escape_debug());
            }
            said = words;
            if was_connected && self.pace.most <= began.elapsed() {
                pause = self.pace.first;
            }
            sleep(pause).await;
            pause = (pause * 2).min(self.pace.most);
        }
    }

    /// One connection. Fine only where the control thread has ended.
    async fn session(&mut self, handle: &Handle) -> Result<(), String> {
        let mut states = handle.watch();
        if states.has_changed().is_err() {
            return Ok(());
        }
        let mut link = self.broker.connect(&self.names).await?;
        if self.listener.is_some() {
            let mut ask = Subscribe::new(self.names.every_set(), QoS::AtMostOnce);
            ask.pkid = 1;
            link.put(&Packet::Subscribe(ask))?;
        }
        let mut told = Told::default();
        let state = states.borrow_and_update().clone();
        self.put_changes(&mut link, &state, &mut told)?;
        link.put_kept(&self.names.status(), ONLINE)?;
        link.flush().await?;
        self.seen.set_connected(true);
        info!("the broker at {} is told how outlets stand", self.broker);
        let mut patience = Patience { left: AT_ONCE, since: Instant::now() };
        let (mut changed, mut tell_at) = (false, Instant::now());
        let (mut asked_whether_there, mut ping_at) = (false, Instant::now() + PING);
        loop {
            tokio::select! {
                packet = link.next() => match packet? {
                    _ if !patience.allows() => return Err(format!("it sends more than {AT_ONCE} packets at once")),
                    Packet::Publish(message) => self.heard(handle, &mut link, &message).await?,
                    Packet::PingResp => asked_whether_there = false,
                    Packet::SubAck(answer) => {
                        if answer.return_codes.contains(&SubscribeReasonCode::Failure) {
                            warn!("the broker at {} lets nobody switch: it refuses `{}`", self.broker, self.names.every_set());
                        }
                    }
                    _ => return Err("it sends what no broker sends here".to_owned()),
                },
                alive = states.changed(), if !changed => {
                    if alive.is_err() {
                        return Ok(());
                    }
                    changed = true;
                }
                () = sleep_until(tell_at), if changed => {
                    changed = false;
                    let state = states.borrow_and_update().clone();
                    if self.put_changes(&mut link, &state, &mut told)? {
                        link.flush().await?;
                    }
                    tell_at = Instant::now() + self.pace.gap;
                }
                () = sleep_until(ping_at) => {
                    if asked_whether_there {
                        return Err(format!("it says nothing for {} s", PING.as_secs()));
                    }
                    (asked_whether_there, ping_at) = (true, Instant::now() + PING);
                    link.put(&Packet::PingReq)?;
                    link.flush().await?;
                }
            }
        }
    }

    /// A message: done before the next packet is read, so that none waits here.
    async fn heard(&self, handle: &Handle, link: &mut Link, message: &Publish) -> Result<(), String> {
        let Some(listener) = &self.listener else { return Err("it sends messages that nobody asked for".to_owned()) };
        match command::read(&self.names, &handle.state(), message) {
            Ok(asked) => {
                let answer = listener.carry_out(handle, &self.seen, &asked).await;
                let topic = self.names.answer(&asked.slug);
                link.put(&Packet::Publish(Publish::new(topic, QoS::AtMostOnce, answer.to_string())))?;
                link.flush().await
            }
            Err(No { why, words }) => {
                self.seen.count(why);
                warn!("a message to `{}` is not done: {words}", command::shown(&message.topic));
                Ok(())
            }
        }
    }

    /// Puts what is otherwise than it was told. Whether anything is.
    fn put_changes(&mut self, link: &mut Link, state: &State, told: &mut Told) -> Result<bool, String> {
        let mut is = self.names.states(&state.snapshot);
        let who = self.listener.as_ref().and_then(|listener| listener.who().ok());
        let may = |name: &str| who.as_ref().is_some_and(|who| who.may_switch(name));
        let grants: Vec<bool> = state.config.outlets.iter().map(|own| may(&own.name)).collect();
        let known = told.documents.as_ref();
        let is_new = known.is_none_or(|(config, had)| !Arc::ptr_eq(config, &state.config) || *had != grants);
        if is_new {
            is.extend(self.names.documents(&state.config, may));
            // What an outlet left behind that is not there any longer.
            let gone = self.kept.iter().filter(|topic| !is.contains_key(*topic)).cloned().collect::<Vec<String>>();
            is.extend(gone.into_iter().map(|topic| (topic, String::new())));
            told.documents = Some((state.config.clone(), grants));
        }
        let mut any = false;
        for (topic, message) in is {
            if told.messages.get(&topic) == Some(&message) {
                continue;
            }
            any = true;
            link.put_kept(&topic, &message)?;
            if message.is_empty() {
                self.kept.remove(&topic)
            } else {
                self.kept.insert(topic.clone())
            };
            told.messages.insert(topic, message);
        }
        Ok(any)
    }
}

impl Patience {
    /// Whether one more packet may come.
    fn allows(&mut self) -> bool {
        let more = self.since.elapsed().as_millis() / ONE_MORE.as_millis();
        if 0 < more {
            self.left = AT_ONCE.min(self.left.saturating_add(u32::try_from(more).unwrap_or(AT_ONCE)));
            self.since = Instant::now();
        }
        let allowed = 0 < self.left;
        self.left = self.left.saturating_sub(1);
        allowed
    }
}
