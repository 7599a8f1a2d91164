//! The engine: its state, one step of it, and the bookkeeping that every part shares.

use std::collections::BTreeMap;

use relay_config::{Level, Outlet, Power, RelayConfig};

use crate::action::{Action, Answer, Notice, Record, Ticket};
use crate::circuit::Circuit;
use crate::cuts::Counted;
use crate::event::{Actor, Call, Event, Failure, Heard, Now};
use crate::journal::{Journal, Lock};
use crate::refusal::{Refusal, Rule};
use crate::snapshot::{Operation, OperationState};
use crate::watch::Watch;

/// How long intent and audit may take until the load is cut; beyond it the cut is dropped.
pub const SLACK_MS: u64 = 2_000;
/// Time between two tries to power an outlet whose line does not obey, or to write a journal that could not be written.
pub(crate) const RETRY_MS: u64 = 1_000;
/// Operations that ended and are still shown.
const REMEMBERED: usize = 256;

/// Whom a report concerns.
#[derive(Clone, Debug)]
pub(crate) enum Waiter {
    Phase(String),
    Renewal(String, Call),
    Answer(Call, Answer),
    Reload(Call, Box<RelayConfig>),
    Journal,
    Nobody,
}

/// The daemon's decisions. Same events, same actions.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(crate) config: RelayConfig,
    pub(crate) now: Now,
    pub(crate) boot: String,
    pub(crate) started: bool,
    pub(crate) stopping: bool,
    pub(crate) exited: bool,
    pub(crate) circuits: Vec<Circuit>,
    pub(crate) waiters: BTreeMap<Ticket, Waiter>,
    pub(crate) next_ticket: u64,
    pub(crate) next_operation: u64,
    pub(crate) operations: BTreeMap<u64, Operation>,
    pub(crate) calls: BTreeMap<u64, Call>,
    pub(crate) cuts: Counted,
    /// Each with its end, monotonic.
    pub(crate) locks: Vec<(Lock, u64)>,
    /// When which outlet was last switched on, monotonic.
    pub(crate) last_on: Option<(u64, String)>,
    pub(crate) alive: BTreeMap<String, u64>,
    pub(crate) heard: BTreeMap<String, (Heard, u64)>,
    pub(crate) watches: Vec<Watch>,
    /// The journal on disk is not what it should be; try again then.
    pub(crate) journal_at: Option<u64>,
    pub(crate) disk_failed: bool,
    pub(crate) actions: Vec<Action>,
    pub(crate) wake: Option<u64>,
}

impl Engine {
    /// An engine that waits for [`Event::Start`]. The config was checked.
    pub fn new(config: RelayConfig) -> Self {
        let circuits = config.outlets.iter().map(|_| Circuit::new(Power::On, 0)).collect();
        let watches =
            config.outlets.iter().filter(|outlet| outlet.watch).map(|outlet| Watch::new(&outlet.name)).collect();
        Self {
            config,
            now: Now::default(),
            boot: String::new(),
            started: false,
            stopping: false,
            exited: false,
            circuits,
            waiters: BTreeMap::new(),
            next_ticket: 1,
            next_operation: 1,
            operations: BTreeMap::new(),
            calls: BTreeMap::new(),
            cuts: Counted::default(),
            locks: Vec::new(),
            last_on: None,
            alive: BTreeMap::new(),
            heard: BTreeMap::new(),
            watches,
            journal_at: None,
            disk_failed: false,
            actions: Vec::new(),
            wake: None,
        }
    }

    /// The config in force.
    pub fn config(&self) -> &RelayConfig {
        &self.config
    }

    /// Takes one event and says what to do. A monotonic time before the last one counts as the last one.
    pub fn step(&mut self, event: Event, now: Now) -> Vec<Action> {
        self.now = Now { mono_ms: now.mono_ms.max(self.now.mono_ms), wall_ms: now.wall_ms };
        match event {
            Event::Start(start) => self.start(start),
            Event::Request(request) => self.request(request),
            Event::Probe { node, alive } => self.looked(&node, alive),
            Event::Heartbeat { node } => self.looked(&node, true),
            Event::Heard(heard) => {
                self.alive.insert(heard.controller.clone(), self.now.mono_ms);
                self.heard.insert(heard.controller.clone(), (heard, self.now.mono_ms));
            }
            Event::Done { ticket, result } => self.done(ticket, result),
            Event::Tick => {}
            Event::Lock { call, outlet, owner, reason, for_ms } => self.lock(call, &outlet, owner, reason, for_ms),
            Event::Unlock { call, outlet, actor, force } => self.unlock(call, &outlet, &actor, force),
            Event::Pause { call, outlet, actor, for_ms } => self.pause(call, &outlet, &actor, for_ms),
            Event::Cancel { call, operation, actor } => self.cancel(call, operation, &actor),
            Event::Reload { call, actor, config } => self.reload(call, &actor, *config),
            Event::Stop => self.stop(),
        }
        if self.started && !self.exited {
            self.expire_locks();
            self.power_due();
            self.run_queue();
            self.write_journal_again();
            self.end_if_stopped();
        }
        let wake = self.next_wake();
        if let Some(mono_ms) = wake.filter(|_| wake != self.wake) {
            self.actions.push(Action::WakeAt { mono_ms });
        }
        self.wake = wake;
        std::mem::take(&mut self.actions)
    }

    /// When something is due next.
    fn next_wake(&self) -> Option<u64> {
        if !self.started || self.exited {
            return None;
        }
        let circuits = self.circuits.iter().flat_map(|circuit| {
            let held = circuit.queued.and_then(|id| self.operations.get(&id)).map(|operation| {
                let end = operation.asked_mono_ms + self.config.limits.queue_ms;
                match &operation.state {
                    OperationState::Queued { at_mono_ms: Some(at), .. } => end.min(*at),
                    _ => end,
                }
            });
            [circuit.on_at.filter(|_| circuit.is_dark()), held]
        });
        let now = self.now.mono_ms;
        let told = self.circuits.iter().map(|circuit| circuit.told_on).chain(self.last_on.iter().map(|(at, _)| *at));
        let stagger = told.map(|at| at + self.config.stagger_ms).filter(|&at| at > now).min();
        let locks = self.locks.iter().map(|(_, until)| Some(*until));
        let at = circuits.chain(locks).chain([self.journal_at]).flatten().min()?;
        // What is due and waits only for the stagger is looked at when that is over.
        Some(if at > now { at } else { stagger.unwrap_or(now + 1) })
    }

    pub(crate) fn outlet(&self, at: usize) -> &Outlet {
        &self.config.outlets[at]
    }

    /// Index of an outlet by name or slug.
    pub(crate) fn find(&self, words: &str) -> Option<usize> {
        let outlets = &self.config.outlets;
        outlets.iter().position(|one| one.name == words).or_else(|| outlets.iter().position(|one| one.slug == words))
    }

    pub(crate) fn ticket(&mut self, waiter: Waiter) -> Ticket {
        let ticket = Ticket(self.next_ticket);
        self.next_ticket += 1;
        self.waiters.insert(ticket, waiter);
        ticket
    }

    /// What shall be on disk.
    pub(crate) fn journal(&self) -> Journal {
        let leases = self.circuits.iter().filter_map(|circuit| circuit.renewal.as_ref().or(circuit.lease.as_ref()));
        Journal {
            leases: leases.cloned().collect(),
            cuts: self.cuts.kept(),
            locks: self.locks.iter().map(|(lock, _)| lock.clone()).collect(),
        }
    }

    pub(crate) fn persist(&mut self, waiter: Waiter) -> Ticket {
        let ticket = self.ticket(waiter);
        let journal = self.journal();
        self.journal_at = None;
        self.actions.push(Action::Persist { ticket, journal });
        ticket
    }

    pub(crate) fn audit(&mut self, waiter: Waiter, record: Record) -> Ticket {
        let ticket = self.ticket(waiter);
        self.actions.push(Action::Audit { ticket, record });
        ticket
    }

    /// A record that nobody waits for.
    pub(crate) fn note(&mut self, record: Record) {
        self.audit(Waiter::Nobody, record);
    }

    pub(crate) fn notify(&mut self, what: &'static str, outlet: Option<&str>, urgent: bool, sentence: String) {
        let outlet = outlet.map(str::to_owned);
        self.actions.push(Action::Notify(Notice { what, outlet, sentence, urgent }));
    }

    pub(crate) fn answer(&mut self, call: Call, answer: Answer) {
        self.actions.push(Action::Answer { call, answer });
    }

    /// A report. Late ones, of tickets that nobody waits for any more, are dropped.
    fn done(&mut self, ticket: Ticket, result: Result<Option<Level>, Failure>) {
        let Some(waiter) = self.waiters.remove(&ticket) else { return };
        let failed = result.as_ref().err().cloned();
        match waiter {
            Waiter::Phase(name) => {
                if let Some(at) = self.find(&name).filter(|&at| self.circuits[at].ticket == Some(ticket)) {
                    self.reported(at, result);
                }
            }
            Waiter::Renewal(name, call) => self.renewed(&name, call, failed.as_ref()),
            Waiter::Answer(call, answer) => {
                self.disk(failed.as_ref());
                self.answer(call, answer);
            }
            Waiter::Reload(call, config) => self.take_config(call, *config, failed.as_ref()),
            Waiter::Journal => {
                self.disk(failed.as_ref());
                if failed.is_some() {
                    self.journal_at = Some(self.now.mono_ms + RETRY_MS);
                }
            }
            Waiter::Nobody => self.disk(failed.as_ref()),
        }
    }

    /// Journal or audit could be written, or not; people hear of the first failure.
    pub(crate) fn disk(&mut self, failed: Option<&Failure>) {
        match failed {
            Some(Failure(why)) if !self.disk_failed => {
                self.disk_failed = true;
                let sentence =
                    format!("journal or audit cannot be written ({why}): nothing is switched off until it can");
                self.notify("disk", None, true, sentence);
            }
            Some(_) => {}
            None => self.disk_failed = false,
        }
    }

    fn write_journal_again(&mut self) {
        if self.journal_at.is_some_and(|at| at <= self.now.mono_ms) {
            self.persist(Waiter::Journal);
        }
    }

    /// Records the refusal, then answers.
    pub(crate) fn refuse(&mut self, call: Option<Call>, record: Record, refusal: Refusal) {
        let what = if record.what == "dropped" { "dropped" } else { "refused" };
        let record = Record { what, rule: Some(refusal.rule), detail: refusal.sentence.clone(), ..record };
        match call {
            Some(call) => self.audit(Waiter::Answer(call, Answer::Refused(refusal)), record),
            None => self.audit(Waiter::Nobody, record),
        };
    }

    /// Ends an operation.
    pub(crate) fn end(&mut self, id: u64, state: OperationState) {
        self.calls.remove(&id);
        if let Some(operation) = self.operations.get_mut(&id) {
            operation.state = state;
        }
        let is_open = |one: &Operation| matches!(one.state, OperationState::Queued { .. } | OperationState::Running);
        let ended: Vec<u64> = self.operations.values().filter(|one| !is_open(one)).map(|one| one.id).collect();
        for id in ended.iter().take(ended.len().saturating_sub(REMEMBERED)) {
            self.operations.remove(id);
        }
    }

    fn stop(&mut self) {
        if self.stopping {
            return;
        }
        self.stopping = true;
        self.note(Record::of("stopping", &Actor::Daemon, "the daemon is asked to end"));
        for at in 0..self.circuits.len() {
            if let Some(id) = self.circuits[at].queued {
                self.drop_queued(at, id, Rule::NotReady, "the daemon is ending".to_owned());
            }
        }
    }

    fn end_if_stopped(&mut self) {
        if self.stopping && self.waiters.is_empty() {
            self.exited = true;
            self.actions.push(Action::Exit);
        }
    }
}

impl Record {
    /// A record of the daemon as a whole.
    pub(crate) fn of(what: &'static str, actor: &Actor, detail: &str) -> Self {
        Self {
            what,
            outlet: None,
            operation: None,
            actor: actor.to_string(),
            reason: String::new(),
            rule: None,
            before: None,
            after: None,
            detail: detail.to_owned(),
            dry_run: false,
        }
    }

    /// A record of one outlet.
    pub(crate) fn on(what: &'static str, outlet: &str, actor: &Actor, detail: impl Into<String>) -> Self {
        Self { outlet: Some(outlet.to_owned()), detail: detail.into(), ..Self::of(what, actor, "") }
    }

    /// A record of one operation.
    pub(crate) fn about(what: &'static str, operation: &Operation, detail: impl Into<String>) -> Self {
        Self {
            operation: Some(operation.id),
            reason: operation.reason.clone(),
            ..Self::on(what, &operation.outlet, &operation.actor, detail)
        }
    }
}
