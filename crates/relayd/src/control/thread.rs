//! The control thread: takes orders one at a time, steps the engine, carries out what it says in its order, and reports.

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use relay_engine::{
    Action, Actor, Answer, Call, Engine, Event, Failure, Journal, Now, Record, Refusal, Rule, Start, Ticket, truth,
};
use tokio::sync::oneshot;
use tracing::{error, info, warn};

use super::guard::{Guard, Open};
use super::panel::{Panel, Prepared};
use super::publish::Publisher;
use super::simulated::Simulated;
use super::store::Store;
use super::{Order, OwnRecord, Recorded, What, convert};
use crate::audit::{self, Place};
use crate::{clock, systemd};

/// Orders that are stepped before their records are written together.
const BATCH: usize = 64;
/// Longest sleep: how long the published state may be behind the clock.
const BEAT_MS: u64 = 1_000;
/// The same where time has to pass for simulated machines.
const SIM_BEAT_MS: u64 = 100;
/// Between two looks at the lines.
const LOOK_MS: u64 = 1_000;
/// Between two writes of the journal that nothing but the watchdog asks for.
const TOUCH_MS: u64 = 60_000;

/// The thread's own.
pub(crate) struct Control {
    pub engine: Engine,
    pub panel: Panel,
    pub store: Box<dyn Store>,
    pub orders: Receiver<Order>,
    pub publisher: Publisher,
    pub guard: Guard,
    pub sim: Option<Simulated>,
    pub boot: String,
    pub actions: VecDeque<Action>,
    pub callers: BTreeMap<Call, oneshot::Sender<Answer>>,
    /// Told once the state is shown.
    pub answers: Vec<(oneshot::Sender<Answer>, Answer)>,
    pub prepared: Option<(Call, Prepared)>,
    pub wake: Option<u64>,
    pub looked_at: u64,
    pub touched_at: u64,
    pub pinged_at: u64,
    pub probed_at: BTreeMap<String, u64>,
    pub exit: bool,
}

pub(crate) fn now() -> Now {
    Now { mono_ms: clock::boot_ms(), wall_ms: clock::now_ms() }
}

impl Control {
    /// The first event and all that follows from it.
    pub fn begin(&mut self, start: Start) {
        self.step(Event::Start(start));
        self.perform();
        self.round();
    }

    /// Until the engine says that the process shall end, or nobody holds a handle.
    pub fn run(mut self) {
        while !self.exit {
            let first = self.orders.recv_timeout(self.patience());
            match first {
                Ok(order) => {
                    self.take(order);
                    for _ in 1..BATCH {
                        let Ok(order) = self.orders.try_recv() else { break };
                        self.take(order);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => self.step(Event::Stop),
            }
            self.round();
        }
        info!("the control thread ends");
    }

    pub fn round(&mut self) {
        self.pass_time();
        self.perform();
        self.look();
        self.publisher.publish(&self.engine, now());
        // Who has an answer sees what it did.
        for (sender, answer) in self.answers.drain(..) {
            // Who has gone meanwhile reads it in the audit log.
            let _ = sender.send(answer);
        }
        self.ping();
    }

    pub fn patience(&self) -> Duration {
        let beat = if self.sim.is_some() { SIM_BEAT_MS } else { BEAT_MS };
        let ahead = |at: u64| at.saturating_sub(clock::boot_ms());
        Duration::from_millis(self.wake.map_or(beat, |wake| ahead(wake).min(beat)))
    }

    fn step(&mut self, event: Event) {
        let actions = self.engine.step(event, now());
        self.actions.extend(actions);
    }

    pub fn take(&mut self, order: Order) {
        match order {
            Order::Event(event, caller) => {
                let call = caller.map(|(call, sender)| {
                    self.callers.insert(call, sender);
                    call
                });
                match event {
                    Event::Reload { config, actor, .. } => self.reload(call, *config, actor),
                    event => self.step(event),
                }
            }
            Order::Plan(outlets, verb, actor, force, sender) => {
                self.perform();
                let _ = sender.send(self.engine.plan(&outlets, verb, &actor, force));
            }
            Order::Record(record, sender) => {
                let _ = sender.send(self.record(&record));
            }
            Order::Spoil(outlet, fault, sender) => {
                let _ = sender.send(match &self.sim {
                    None => Err("these lines are real: nothing can be spoiled here".to_owned()),
                    Some(sim) if sim.spoil(&outlet, fault) => Ok(()),
                    Some(_) => Err(format!("no outlet is called `{outlet}`")),
                });
            }
        }
    }

    /// Lines first: a config whose lines cannot be had is never taken.
    fn reload(&mut self, call: Option<Call>, config: relay_config::RelayConfig, actor: Actor) {
        self.perform();
        let call = call.unwrap_or(Call(u64::MAX));
        match self.panel.prepare(self.engine.config(), &config) {
            Ok(prepared) => {
                self.prepared = Some((call, prepared));
                self.step(Event::Reload { call, actor, config: Box::new(config) });
                self.perform();
                self.prepared = None;
            }
            Err(why) => {
                let sentence = format!("{why}: the old config runs on");
                let actor = actor.to_string();
                let record = OwnRecord {
                    actor,
                    action: "refused".to_owned(),
                    reason: sentence.clone(),
                    outcome: Rule::Line.id().to_owned(),
                    ..OwnRecord::default()
                };
                let _ = self.record(&record);
                self.answer(call, Answer::Refused(Refusal::new(Rule::Line, sentence)));
            }
        }
    }

    /// What is due without anybody asking.
    fn pass_time(&mut self) {
        let at = clock::boot_ms();
        if let Some(sim) = self.sim.clone() {
            for (_, node) in sim.advance(at) {
                self.step(Event::Heartbeat { node });
            }
            self.probe(&sim, at);
        }
        for outlet in self.guard.ended() {
            let record = OwnRecord {
                actor: "guard".to_owned(),
                action: "powered".to_owned(),
                subject: outlet,
                reason: "its lease was over and the control thread hung".to_owned(),
                outcome: "done".to_owned(),
                ..OwnRecord::default()
            };
            let _ = self.record(&record);
        }
        // A wake that was reached is over: without another one the engine has nothing to do, and the thread sleeps.
        if self.wake.take_if(|wake| *wake <= clock::boot_ms()).is_some() {
            self.step(Event::Tick);
        }
    }

    /// Looks at simulated machines as probes look at real ones.
    fn probe(&mut self, sim: &Simulated, at: u64) {
        let outlets = &self.engine.config().outlets;
        let every = |outlet: &relay_config::Outlet| {
            let probe = outlet.probe.as_ref()?;
            let due = self.probed_at.get(&outlet.name).is_none_or(|last| last + probe.every_ms <= at);
            (due && outlet.watch).then(|| outlet.name.clone())
        };
        let due: Vec<String> = outlets.iter().filter_map(every).collect();
        for node in due {
            self.probed_at.insert(node.clone(), at);
            let alive = sim.answers(&node).unwrap_or(false);
            self.step(Event::Probe { node, alive });
        }
    }

    /// Everything that the engine said, in its order; what is reported may bring more.
    fn perform(&mut self) {
        while let Some(action) = self.actions.pop_front() {
            match action {
                Action::Audit { ticket, record } => self.append(ticket, record),
                Action::Persist { ticket, journal } => self.persist(ticket, journal),
                Action::SetLine { ticket, outlet, level } => {
                    let set = self.panel.set(&outlet, level);
                    let outlets = &self.engine.config().outlets;
                    let powers = outlets.iter().find(|one| one.name == outlet).map(|one| truth::power_at(one, level));
                    if set.is_ok() && powers == Some(relay_config::Power::On) {
                        self.guard.close(&outlet);
                    }
                    self.report(ticket, set.map(|()| None));
                }
                Action::ReadBack { ticket, outlet } => {
                    let level = self.panel.level(&outlet);
                    self.report(ticket, level.map(Some));
                }
                Action::Notify(notice) => {
                    if notice.urgent {
                        error!(what = notice.what, outlet = notice.outlet, "{}", notice.sentence.escape_debug());
                    } else {
                        warn!(what = notice.what, outlet = notice.outlet, "{}", notice.sentence.escape_debug());
                    }
                    self.publisher.tell(What::Notice(notice));
                }
                Action::WakeAt { mono_ms } => self.wake = Some(mono_ms),
                Action::Answer { call, answer } => self.answer(call, answer),
                Action::Exit => self.exit = true,
            }
        }
    }

    /// Writes the journal. Of several that follow each other only the last is written: each is the whole of it, and what an earlier one has and the last has
    /// not was ended meanwhile.
    fn persist(&mut self, ticket: Ticket, journal: Journal) {
        let (mut tickets, mut journal) = (vec![ticket], journal);
        while let Some(Action::Persist { .. } | Action::WakeAt { .. }) = self.actions.front() {
            match self.actions.pop_front() {
                Some(Action::Persist { ticket, journal: later }) => {
                    tickets.push(ticket);
                    journal = later;
                }
                Some(Action::WakeAt { mono_ms }) => self.wake = Some(mono_ms),
                _ => {}
            }
        }
        let open = journal.leases.iter().filter_map(|lease| self.open(lease)).collect();
        let written = self.store.persist(journal).map_err(|error| error.to_string());
        if written.is_ok() || !self.publisher.began() {
            self.guard.open(open);
        }
        self.publisher.disk(written.clone());
        for ticket in tickets {
            self.report(ticket, written.clone().map(|()| None));
        }
    }

    fn open(&self, lease: &relay_engine::Lease) -> Option<Open> {
        let outlet = self.engine.config().outlets.iter().find(|outlet| outlet.name == lease.outlet)?;
        let (twin, line) = self.panel.twin(&outlet.name)?;
        let until_mono_ms = if lease.boot == self.boot { lease.off_until_mono_ms } else { 0 };
        let level = truth::level_for(outlet, relay_config::Power::On);
        Some(Open { outlet: outlet.name.clone(), until_mono_ms, level, twin, line })
    }

    fn report(&mut self, ticket: Ticket, result: Result<Option<relay_config::Level>, String>) {
        self.step(Event::Done { ticket, result: result.map_err(Failure) });
    }

    /// Writes a record, and with it those that follow it: the disk is waited for once.
    fn append(&mut self, ticket: Ticket, record: Record) {
        let mut all = vec![(ticket, record)];
        while let Some(Action::Audit { .. } | Action::WakeAt { .. }) = self.actions.front() {
            match self.actions.pop_front() {
                Some(Action::Audit { ticket, record }) => all.push((ticket, record)),
                Some(Action::WakeAt { mono_ms }) => self.wake = Some(mono_ms),
                _ => {}
            }
        }
        let at_ms = clock::now_ms();
        let records: Vec<audit::Record<'_>> = all.iter().map(|(_, record)| convert::record(record)).collect();
        let written = self.store.append(&records, at_ms);
        self.publisher.disk(written.as_ref().map(drop).map_err(ToString::to_string));
        match written {
            Ok(places) => {
                for ((ticket, record), place) in all.into_iter().zip(places) {
                    let outlet = record.outlet.as_deref();
                    info!(seq = place.seq, what = record.what, outlet, "{}", record.detail.escape_debug());
                    self.publisher.tell(What::Audit(Recorded { place, at_ms, record: Some(record) }));
                    self.report(ticket, Ok(None));
                }
            }
            Err(error) => {
                error!("not in the audit log: {error}");
                for (ticket, _) in all {
                    self.report(ticket, Err(error.to_string()));
                }
            }
        }
    }

    /// A record of the edge's own.
    fn record(&mut self, record: &OwnRecord) -> Result<Place, String> {
        let at_ms = clock::now_ms();
        let line = audit::Record {
            actor: &record.actor,
            from: &record.from,
            action: &record.action,
            subject: &record.subject,
            reason: &record.reason,
            outcome: &record.outcome,
            request: &record.request,
            ..audit::Record::default()
        };
        let written = self.store.append(&[line], at_ms).map_err(|error| error.to_string());
        self.publisher.disk(written.as_ref().map(drop).map_err(Clone::clone));
        let place = written?.remove(0);
        self.publisher.tell(What::Audit(Recorded { place: place.clone(), at_ms, record: None }));
        Ok(place)
    }

    fn answer(&mut self, call: Call, answer: Answer) {
        if let Answer::Reloaded { removed, .. } = &answer
            && let Some((_, prepared)) = self.prepared.take_if(|(of, _)| *of == call)
        {
            if let Err(why) = self.panel.commit(prepared, removed) {
                error!("after the reload: {why}");
            }
            self.publisher.tell(What::Reloaded);
        }
        self.answers.extend(self.callers.remove(&call).map(|sender| (sender, answer)));
    }

    /// Reads all lines back now and then.
    fn look(&mut self) {
        let at = clock::boot_ms();
        if self.looked_at + LOOK_MS <= at {
            self.looked_at = at;
            let looked = self.panel.look();
            if let Err(why) = &looked
                && self.publisher.lines_were_fine()
            {
                error!("{why}");
            }
            self.publisher.lines(looked);
        }
        if self.touched_at + TOUCH_MS <= at {
            self.touched_at = at;
            let touched = self.store.touch().map_err(|error| error.to_string());
            self.publisher.disk(touched.as_ref().map(drop).map_err(Clone::clone));
        }
    }

    /// Tells systemd that the loop comes round and the lines read back. A disk that is full is told elsewhere: another start does not empty it, and power comes
    /// back without it; a disk that hangs holds the ping up.
    fn ping(&mut self) {
        let Some(patience) = systemd::patience() else { return };
        let at = clock::boot_ms();
        let every = u64::try_from(patience.as_millis() / 3).unwrap_or(BEAT_MS);
        if self.pinged_at + every <= at && self.publisher.lines_were_fine() {
            self.pinged_at = at;
            let _ = systemd::alive();
        }
    }
}
