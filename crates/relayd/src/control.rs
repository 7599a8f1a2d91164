//! The one way from the outer world to the engine: a [`Handle`] that asks, looks and listens, and behind it one thread that decides, writes and drives.
//!
//! Whoever holds a handle can be slow, hang or be many: the control thread never waits for one of them.

mod convert;
mod guard;
pub mod panel;
mod publish;
pub mod simulated;
pub mod start;
pub mod store;
pub(crate) mod thread;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::time::Duration;

use relay_config::RelayConfig;
use relay_engine::{
    Actor, Answer, Call, Event, Heard, Notice, Now, Operation, OutletState, Plan, Record, Refusal, Request, Rule,
    Snapshot, Verb, WatchState,
};
use tokio::sync::{Semaphore, broadcast, oneshot, watch};

use crate::audit::Place;
use crate::lines::sim::Fault;

/// Questions that may be on their way to the control thread at once; whoever comes later waits.
pub const MOST_ASKING: usize = 512;
/// Places in its queue: the questions, and room for what nobody waits for (probes, heartbeats).
const QUEUE: usize = 2 * MOST_ASKING;
/// What happened lately and was not yet heard; who is slower misses some, and is told so by [`broadcast`].
const UNHEARD: usize = 1024;
/// How long a caller waits until told that nobody knows.
const PATIENCE: Duration = Duration::from_secs(10);

/// Everything that can be known without asking.
#[derive(Clone, Debug)]
pub struct State {
    /// The engine's.
    pub snapshot: Arc<Snapshot>,
    /// The config in force.
    pub config: Arc<RelayConfig>,
    /// When this was so.
    pub now: Now,
    /// The last write to journal or audit log, in words if it failed.
    pub disk: Result<(), String>,
    /// The last look at the lines, in words if it failed.
    pub lines: Result<(), String>,
    /// Lines and machines are simulated.
    pub simulated: bool,
}

/// A record of the audit log that is on the disk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recorded {
    /// Its place in the chain.
    pub place: Place,
    /// When, wall time, milliseconds.
    pub at_ms: u64,
    /// What the engine said; `None` for records of the edge (a log-in, an account).
    pub record: Option<Record>,
}

/// One thing that changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// An outlet, as it is from here on.
    Outlet(OutletState),
    /// An operation, as it is from here on.
    Operation(Operation),
    /// The watch over a node, as it is from here on.
    Watch(WatchState),
    /// A record was written.
    Audit(Recorded),
    /// A person should hear of it.
    Notice(Notice),
    /// Another config is in force.
    Reloaded,
}

/// A change, with its number: they count up by one from the daemon's start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Its number, from 1.
    pub id: u64,
    /// When, wall time, milliseconds.
    pub at_ms: u64,
    /// What.
    pub what: What,
}

/// A record that the edge itself wants written: a log-in, an account, a token. Fields as [`crate::audit::Record`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[allow(missing_docs)]
pub struct OwnRecord {
    pub actor: String,
    pub from: String,
    pub action: String,
    pub subject: String,
    pub reason: String,
    pub outcome: String,
    pub request: String,
}

/// What is on its way to the control thread.
pub(crate) enum Order {
    /// For the engine; where somebody waits, the call says who.
    Event(Event, Option<(Call, oneshot::Sender<Answer>)>),
    /// What would happen.
    Plan(Vec<String>, Verb, Actor, bool, oneshot::Sender<Plan>),
    /// For the audit log.
    Record(Box<OwnRecord>, oneshot::Sender<Result<Place, String>>),
    /// Spoil a simulated outlet, or mend it.
    Spoil(String, Option<Fault>, oneshot::Sender<Result<(), String>>),
}

/// Asks the engine, looks at what it says, listens to what changes. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Handle {
    orders: SyncSender<Order>,
    asking: Arc<Semaphore>,
    calls: Arc<AtomicU64>,
    state: watch::Receiver<State>,
    changes: broadcast::Sender<Change>,
}

impl Handle {
    /// Power on, off or a cycle of one outlet. The [`Call`] in the request is chosen here.
    ///
    /// Answered when intent and audit record are on the disk, or refused. [`Rule::NotReady`] where the control thread says nothing for ten seconds: then nobody
    /// knows whether it will be done, and the sentence says so.
    pub async fn request(&self, request: Request) -> Answer {
        self.ask(|call| Event::Request(Request { call, ..request })).await
    }

    /// Keeps everybody but `owner` from an outlet, for maintenance.
    pub async fn lock(&self, outlet: String, owner: Actor, reason: String, for_ms: u64) -> Answer {
        self.ask(|call| Event::Lock { call, outlet, owner, reason, for_ms }).await
    }

    /// Takes a lock away; `force` for administrators who do not own it.
    pub async fn unlock(&self, outlet: String, actor: Actor, force: bool) -> Answer {
        self.ask(|call| Event::Unlock { call, outlet, actor, force }).await
    }

    /// Holds the watchdog of a node still (`Some`), or lets it go on and forget that it gave up (`None`).
    pub async fn pause(&self, outlet: String, actor: Actor, for_ms: Option<u64>) -> Answer {
        self.ask(|call| Event::Pause { call, outlet, actor, for_ms }).await
    }

    /// Drops an operation that waits.
    pub async fn cancel(&self, operation: u64, actor: Actor) -> Answer {
        self.ask(|call| Event::Cancel { call, operation, actor }).await
    }

    /// Another config that was read and checked: taken whole or refused whole. Lines that stay what they were are not touched.
    pub async fn reload(&self, config: RelayConfig, actor: Actor) -> Answer {
        self.ask(|call| Event::Reload { call, actor, config: Box::new(config) }).await
    }

    /// A node said by itself that it lives. Dropped where the queue is full: the next one comes.
    pub async fn heartbeat(&self, node: String) {
        self.tell(Event::Heartbeat { node });
    }

    /// Another controller told its state; the edge knows that it was that one.
    pub async fn heard(&self, heard: Heard) {
        self.tell(Event::Heard(heard));
    }

    /// A probe of a node came back.
    pub fn probed(&self, node: String, alive: bool) {
        self.tell(Event::Probe { node, alive });
    }

    /// Asks the daemon to end.
    pub fn stop(&self) -> bool {
        self.orders.try_send(Order::Event(Event::Stop, None)).is_ok()
    }

    /// What the same verb for several outlets would do, step by step; changes nothing. `None` where the control thread says nothing.
    pub async fn plan(&self, outlets: Vec<String>, verb: Verb, actor: Actor, force: bool) -> Option<Plan> {
        self.order(|sender| Order::Plan(outlets, verb, actor, force, sender)).await
    }

    /// Writes a record of the edge's own, and waits until it is on the disk.
    ///
    /// # Errors
    /// Why it is not, in words: then what it is about must not be done.
    pub async fn record(&self, record: OwnRecord) -> Result<Place, String> {
        let place = self.order(|sender| Order::Record(Box::new(record), sender)).await;
        place.unwrap_or_else(|| Err("the control thread says nothing".to_owned()))
    }

    /// Spoils a simulated outlet, or mends it.
    ///
    /// # Errors
    /// Nothing is simulated here, or no outlet has this name.
    pub async fn spoil(&self, outlet: String, fault: Option<Fault>) -> Result<(), String> {
        let done = self.order(|sender| Order::Spoil(outlet, fault, sender)).await;
        done.unwrap_or_else(|| Err("the control thread says nothing".to_owned()))
    }

    /// Everything as it stands.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.state.borrow().snapshot.clone()
    }

    /// Everything as it stands, with the config and how disk and lines are.
    pub fn state(&self) -> State {
        self.state.borrow().clone()
    }

    /// For whoever waits until something is so.
    pub fn watch(&self) -> watch::Receiver<State> {
        self.state.clone()
    }

    /// What changes from here on, in order. Who falls 1,024 behind is told how many were missed, and looks at [`Handle::state`].
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    async fn ask(&self, event: impl FnOnce(Call) -> Event) -> Answer {
        let call = Call(self.calls.fetch_add(1, Ordering::Relaxed));
        let event = event(call);
        let answer = self.order(|sender| Order::Event(event, Some((call, sender)))).await;
        answer.unwrap_or_else(|| {
            let words = "the control thread says nothing: whether this will be done is not known; the audit log tells";
            Answer::Refused(Refusal::new(Rule::NotReady, words))
        })
    }

    async fn order<T>(&self, order: impl FnOnce(oneshot::Sender<T>) -> Order) -> Option<T> {
        let (sender, receiver) = oneshot::channel();
        let asked = async {
            // The permit is kept until the answer is there: the queue has room for all that have one.
            let _permit = self.asking.acquire().await.ok()?;
            self.orders.try_send(order(sender)).ok()?;
            receiver.await.ok()
        };
        tokio::time::timeout(PATIENCE, asked).await.ok().flatten()
    }

    fn tell(&self, event: Event) {
        match self.orders.try_send(Order::Event(event, None)) {
            // The next one comes, or the daemon is ending.
            Ok(()) | Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {}
        }
    }
}

/// `on` or `off`; nothing where nobody knows.
pub fn power_word(power: Option<relay_config::Power>) -> &'static str {
    convert::power(power)
}
