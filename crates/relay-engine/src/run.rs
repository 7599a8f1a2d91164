//! An outlet's way from on to off and back: intent, audit, line, read-back; then line, read-back, and the lease is closed.

use relay_config::{Level, Power};

use crate::action::{Action, Answer, Record};
use crate::circuit::Circuit;
use crate::engine::{Engine, RETRY_MS, SLACK_MS, Waiter};
use crate::event::{Actor, Call, Failure};
use crate::journal::Lease;
use crate::judge::Hold;
use crate::refusal::{Refusal, Rule};
use crate::snapshot::{OperationState, Phase};
use crate::truth;

impl Engine {
    /// Begins an operation that was admitted: its lease goes to the disk.
    pub(crate) fn begin(&mut self, at: usize, id: u64, until: u64) {
        let (mono, wall) = (self.now.mono_ms, self.now.wall_ms);
        let name = self.outlet(at).name.clone();
        let Some(operation) = self.operations.get_mut(&id) else { return };
        operation.state = OperationState::Running;
        let lease = Lease {
            outlet: name.clone(),
            operation: id,
            boot: self.boot.clone(),
            off_at_ms: wall,
            off_until_ms: wall.saturating_add(until - mono),
            off_at_mono_ms: mono,
            off_until_mono_ms: until,
            actor: operation.actor.clone(),
            reason: operation.reason.clone(),
            cycle: matches!(operation.verb, crate::Verb::Cycle { .. }),
        };
        let watchdog = operation.actor == Actor::Watchdog;
        self.cuts.add(&name, watchdog, self.now);
        let circuit = &mut self.circuits[at];
        circuit.lease = Some(lease);
        circuit.on_at = Some(until);
        circuit.phase = Phase::Intent;
        circuit.queued = None;
        circuit.running = Some(id);
        circuit.wanted_on = false;
        let ticket = self.persist(Waiter::Phase(name));
        self.circuits[at].ticket = Some(ticket);
    }

    /// The report that an outlet's phase waited for.
    pub(crate) fn reported(&mut self, at: usize, result: Result<Option<Level>, Failure>) {
        self.circuits[at].ticket = None;
        let phase = self.circuits[at].phase;
        if matches!(phase, Phase::Intent | Phase::Audit) {
            self.disk(result.as_ref().err());
        }
        match (phase, result) {
            (Phase::Intent | Phase::Audit, Err(Failure(why))) => {
                self.abandon(at, Rule::Disk, format!("the disk does not take the record: {why}"));
            }
            (Phase::Intent | Phase::Audit, Ok(_)) if self.circuits[at].wanted_on || self.stopping => {
                let why = if self.stopping { "the daemon is ending" } else { "somebody asked for power meanwhile" };
                self.abandon(at, Rule::NotReady, why.to_owned());
            }
            (Phase::Intent, Ok(_)) => self.audit_cut(at),
            (Phase::Audit, Ok(_)) => self.cut(at),
            (Phase::Cutting, Ok(None)) | (Phase::Powering, Ok(None)) => {
                let outlet = self.outlet(at).name.clone();
                let ticket = self.ticket(Waiter::Phase(outlet.clone()));
                self.circuits[at].ticket = Some(ticket);
                self.actions.push(Action::ReadBack { ticket, outlet });
            }
            (Phase::Cutting, Ok(Some(level))) => {
                let observed = truth::power_at(self.outlet(at), level);
                self.circuits[at].observed = Some(observed);
                if observed == Power::Off {
                    self.is_off(at);
                } else {
                    self.line_failed(at, "reads back as on after it was switched off");
                }
            }
            (Phase::Powering, Ok(Some(level))) => {
                let observed = truth::power_at(self.outlet(at), level);
                self.circuits[at].observed = Some(observed);
                if observed == Power::On {
                    self.is_on(at);
                } else {
                    self.line_failed(at, "reads back as off after it was switched on");
                }
            }
            (Phase::Cutting | Phase::Powering, Err(Failure(why))) => self.line_failed(at, &why),
            (Phase::On | Phase::Off, _) => {}
        }
    }

    fn audit_cut(&mut self, at: usize) {
        let name = self.outlet(at).name.clone();
        let detail = self.back_at(at);
        let record = self.circuits[at].running.and_then(|id| self.operations.get(&id)).map(|operation| Record {
            before: Some(Power::On),
            after: Some(Power::Off),
            ..Record::about("accepted", operation, detail)
        });
        let Some(record) = record else { return };
        let ticket = self.audit(Waiter::Phase(name), record);
        self.circuits[at].phase = Phase::Audit;
        self.circuits[at].ticket = Some(ticket);
    }

    /// `off for 10 s`: the lease as it stands.
    pub(crate) fn back_at(&self, at: usize) -> String {
        let name = &self.outlet(at).name;
        match self.circuits[at].on_at {
            Some(on_at) => format!("`{name}` has power again in {}", seconds(on_at.saturating_sub(self.now.mono_ms))),
            None => format!("`{name}` has power"),
        }
    }

    /// Lease and audit are durable: the line.
    fn cut(&mut self, at: usize) {
        let now = self.now.mono_ms;
        let begun = self.circuits[at].lease.as_ref().map_or(0, |lease| lease.off_at_mono_ms);
        if now > begun + SLACK_MS {
            return self.abandon(at, Rule::Disk, "the disk took too long to take the record".to_owned());
        }
        if let Err(hold) = self.judge_again(at) {
            let (rule, sentence) = match hold {
                Hold::Refuse(refusal) => (refusal.rule, refusal.sentence),
                Hold::Wait { rule, sentence, .. } => (rule, sentence),
            };
            return self.abandon(at, rule, sentence);
        }
        // A cycle asked for so long without power, and its lease holds the slack; a hold ends when its lease does.
        let until = self.circuits[at].lease.as_ref().map_or(now, |lease| lease.off_until_mono_ms);
        let running = self.circuits[at].running;
        let cycle = running.and_then(|id| self.operations.get(&id)).and_then(|operation| match operation.verb {
            crate::Verb::Cycle { off_ms } => Some(off_ms.unwrap_or(self.outlet(at).off_ms)),
            _ => None,
        });
        if let Some(off_ms) = cycle {
            self.circuits[at].on_at = Some(self.earliest(now + off_ms, at).min(until));
        }
        if let Some((id, call)) = running.and_then(|id| self.calls.remove(&id).map(|call| (id, call))) {
            let sentence = self.back_at(at);
            self.answer(call, Answer::Accepted { operation: id, sentence });
        }
        self.circuits[at].phase = Phase::Cutting;
        self.circuits[at].off_since = now;
        self.drive(at, Power::Off);
    }

    fn drive(&mut self, at: usize, power: Power) {
        let outlet = self.outlet(at);
        let (name, level) = (outlet.name.clone(), truth::level_for(outlet, power));
        let ticket = self.ticket(Waiter::Phase(name.clone()));
        self.circuits[at].ticket = Some(ticket);
        self.circuits[at].commanded = power;
        self.actions.push(Action::SetLine { ticket, outlet: name, level });
    }

    fn is_off(&mut self, at: usize) {
        self.circuits[at].phase = Phase::Off;
        if self.circuits[at].wanted_on {
            self.bring_forward(at);
        }
        let detail = self.back_at(at);
        if let Some(operation) = self.circuits[at].running.and_then(|id| self.operations.get(&id)) {
            let record = Record { after: Some(Power::Off), ..Record::about("cut", operation, detail) };
            self.note(record);
        }
    }

    /// From when on an outlet that is off has been off for long enough, monotonic; not before now.
    pub(crate) fn may_be_on(&self, at: usize) -> u64 {
        self.now.mono_ms.max(self.circuits[at].off_since + self.outlet(at).off_min_ms)
    }

    /// Power as soon as minimum off time and stagger allow; never later than it would come anyway. Returns when.
    pub(crate) fn bring_forward(&mut self, at: usize) -> u64 {
        let soonest = self.earliest(self.may_be_on(at), at);
        let on_at = self.circuits[at].on_at.map_or(soonest, |on_at| on_at.min(soonest));
        self.circuits[at].on_at = Some(on_at);
        on_at
    }

    /// What was begun comes to nothing, before the line was touched.
    fn abandon(&mut self, at: usize, rule: Rule, sentence: String) {
        let name = self.outlet(at).name.clone();
        let circuit = &mut self.circuits[at];
        circuit.phase = Phase::On;
        circuit.lease = None;
        circuit.on_at = None;
        circuit.wanted_on = false;
        circuit.claimed_at = None;
        let (running, returning) = (circuit.running.take(), circuit.returning.take());
        self.cuts.take_back(&name);
        self.persist(Waiter::Journal);
        if let Some(id) = returning {
            self.end(id, OperationState::Done);
        }
        let Some(id) = running else { return };
        let call = self.calls.remove(&id);
        if let Some(operation) = self.operations.get(&id) {
            let record = Record::about("dropped", operation, "");
            self.refuse(call, record, Refusal::new(rule, sentence.clone()));
        }
        self.end(id, OperationState::Failed { rule, sentence });
    }

    /// Powers every outlet whose time has come, the most overdue first, one a stagger.
    pub(crate) fn power_due(&mut self) {
        let now = self.now.mono_ms;
        // A line that does not obey comes after those that do.
        let mut due: Vec<(bool, u64, usize)> = (0..self.circuits.len())
            .filter(|&at| self.circuits[at].is_dark())
            .filter_map(|at| {
                self.circuits[at]
                    .on_at
                    .filter(|&on_at| on_at <= now)
                    .map(|on_at| (self.circuits[at].fault.is_some(), on_at, at))
            })
            .collect();
        due.sort_unstable();
        for (.., at) in due {
            if !self.is_close(at) {
                self.power(at);
            }
        }
    }

    /// Whether another outlet got power less than a stagger ago, or may just have: its line was told, and nobody has reported.
    fn is_close(&self, at: usize) -> bool {
        let (now, stagger) = (self.now.mono_ms, self.config.stagger_ms);
        let name = &self.outlet(at).name;
        let told =
            |other: &Circuit| other.phase == Phase::Powering && other.ticket.is_some() && now < other.told_on + stagger;
        self.last_on.as_ref().is_some_and(|(last, who)| who != name && now < last + stagger)
            || self.circuits.iter().enumerate().any(|(other, circuit)| other != at && told(circuit))
    }

    fn power(&mut self, at: usize) {
        // A line that does not obey is tried again and again, and must not keep the others waiting.
        if self.circuits[at].fault.is_none() {
            self.last_on = Some((self.now.mono_ms, self.outlet(at).name.clone()));
        }
        self.circuits[at].phase = Phase::Powering;
        self.circuits[at].on_at = None;
        self.circuits[at].told_on = self.now.mono_ms;
        self.drive(at, Power::On);
    }

    fn is_on(&mut self, at: usize) {
        let now = self.now.mono_ms;
        let name = self.outlet(at).name.clone();
        let circuit = &mut self.circuits[at];
        circuit.phase = Phase::On;
        circuit.on_since = now;
        circuit.on_at = None;
        circuit.wanted_on = false;
        circuit.claimed_at = None;
        circuit.renewal = None;
        let lease = circuit.lease.take();
        let was_faulty = circuit.fault.take().is_some();
        if was_faulty && self.last_on.as_ref().is_none_or(|(last, _)| *last < circuit.told_on) {
            self.last_on = Some((circuit.told_on, name.clone()));
        }
        let operations: Vec<u64> = [circuit.running.take(), circuit.returning.take()].into_iter().flatten().collect();
        self.persist(Waiter::Journal);
        let (operation, reason) = lease.map_or((None, String::new()), |lease| (Some(lease.operation), lease.reason));
        let detail = if was_faulty { "has power, and its line obeys again" } else { "has power" };
        let record = Record::on("powered", &name, &Actor::Daemon, format!("`{name}` {detail}"));
        self.note(Record { operation, reason, before: Some(Power::Off), after: Some(Power::On), ..record });
        for id in operations {
            if matches!(
                self.operations.get(&id).map(|one| &one.state),
                Some(OperationState::Running | OperationState::Queued { .. })
            ) {
                self.end(id, OperationState::Done);
            }
        }
        self.powered_again(&name);
    }

    /// The line does not obey: whatever was asked, the aim is power.
    fn line_failed(&mut self, at: usize, why: &str) {
        let name = self.outlet(at).name.clone();
        let sentence = format!("line {} of `{name}`: {why}", self.outlet(at).line);
        let first = self.circuits[at].fault.is_none();
        self.circuits[at].fault = Some(sentence.clone());
        let was_cutting = self.circuits[at].phase == Phase::Cutting;
        self.circuits[at].phase = Phase::Powering;
        // A cut that failed is taken back at once; power that did not come is tried again after a while.
        let wait = if was_cutting { 0 } else { RETRY_MS };
        self.circuits[at].on_at = Some(self.earliest(self.now.mono_ms + wait, at));
        if first {
            self.note(Record {
                rule: Some(Rule::Line),
                ..Record::on("fault", &name, &Actor::Daemon, sentence.clone())
            });
            self.notify("fault", Some(&name), true, sentence.clone());
        }
        if let Some(id) = self.circuits[at].running.take() {
            self.end(id, OperationState::Failed { rule: Rule::Line, sentence });
        }
    }

    /// A longer lease for an outlet that is off is durable, or not.
    pub(crate) fn renewed(&mut self, name: &str, call: Call, failed: Option<&Failure>) {
        self.disk(failed);
        let Some(at) = self.find(name) else { return };
        let renewal = self.circuits[at].renewal.take();
        let actor = renewal.as_ref().map_or(Actor::Daemon, |lease| lease.actor.clone());
        let record = Record::on("renewed", name, &actor, "");
        match (renewal, failed) {
            (Some(lease), None) if self.circuits[at].phase == Phase::Off && self.latest_for(&lease, at).is_some() => {
                let on_at = self.latest_for(&lease, at);
                let record = Record { operation: Some(lease.operation), reason: lease.reason.clone(), ..record };
                let operation = lease.operation;
                self.circuits[at].on_at = on_at;
                self.circuits[at].lease = Some(lease);
                let sentence = self.back_at(at);
                let record = Record { detail: sentence.clone(), ..record };
                self.audit(Waiter::Answer(call, Answer::Accepted { operation, sentence }), record);
            }
            (_, failed) => {
                self.journal_at = Some(self.now.mono_ms);
                let refusal = match failed {
                    Some(Failure(why)) => Refusal::new(Rule::Disk, format!("the disk does not take the record: {why}")),
                    None => Refusal::new(Rule::Busy, format!("`{name}` is being powered")),
                };
                self.refuse(Some(call), record, refusal);
            }
        }
    }

    fn latest_for(&self, lease: &Lease, at: usize) -> Option<u64> {
        self.latest(lease.off_until_mono_ms, self.may_be_on(at), at)
    }
}

/// `10 s`, `1 h 30 min`: for sentences.
pub(crate) fn seconds(ms: u64) -> String {
    let seconds = ms.div_ceil(1000);
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, m, 0) => format!("{m} min"),
        (0, m, s) => format!("{m} min {s} s"),
        (h, 0, _) => format!("{h} h"),
        (h, m, _) => format!("{h} h {m} min"),
    }
}
