//! What people and programs ask: on, off, cycle, cancel, locks; and the queue of what has to wait.

use crate::action::{Answer, Record};
use crate::engine::{Engine, Waiter};
use crate::event::{Actor, Call, Request, Verb};
use crate::journal::Lock;
use crate::judge::{Ask, Hold};
use crate::refusal::{Refusal, Rule};
use crate::run::seconds;
use crate::snapshot::{Operation, OperationState, Phase};

impl Engine {
    pub(crate) fn request(&mut self, request: Request) {
        let Request { call, outlet, verb, actor, reason, force, dry_run } = request;
        let Some(at) = self.find(&outlet) else {
            let sentence = format!("no outlet is called `{outlet}`");
            let record = Record { reason, dry_run, ..Record::of("refused", &actor, "") };
            return self.refuse(Some(call), record, Refusal::new(Rule::NoSuchOutlet, sentence));
        };
        self.ask(Some(call), at, verb, actor, reason, force, dry_run);
    }

    /// Admits, queues or refuses. Returns whether it was taken.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn ask(
        &mut self,
        call: Option<Call>,
        at: usize,
        verb: Verb,
        actor: Actor,
        reason: String,
        force: bool,
        dry_run: bool,
    ) -> bool {
        let name = self.outlet(at).name.clone();
        let base = Record { reason: reason.clone(), dry_run, ..Record::on("refused", &name, &actor, "") };
        if !self.started || self.stopping {
            self.refuse(call, base, Refusal::new(Rule::NotReady, "the daemon is starting or ending"));
            return false;
        }
        let ask = Ask { at, verb, actor: &actor, force };
        let judged = match (verb, self.circuits[at].phase) {
            (Verb::On, _) => self.judge_lock(ask).map(|()| self.now.mono_ms),
            (Verb::Off { .. }, Phase::Off) => self.judge_for_renewal(ask),
            (_, Phase::On) if self.circuits[at].queued.is_none() => self.judge(ask),
            _ => Err(Hold::Refuse(Refusal::new(Rule::Busy, self.what_is_under_way(at)))),
        };
        if dry_run {
            self.would(call, at, verb, base, judged);
            return true;
        }
        match judged {
            Err(Hold::Refuse(refusal)) => {
                self.refuse(call, base, refusal);
                false
            }
            Err(Hold::Wait { rule, sentence, at: when }) => {
                let id = self.open(at, verb, actor, reason, force);
                self.circuits[at].queued = Some(id);
                if rule == Rule::PeerLock {
                    self.circuits[at].claimed_at.get_or_insert(self.now.mono_ms);
                }
                self.wait(id, rule, sentence.clone(), when);
                let record =
                    Record { what: "queued", operation: Some(id), rule: Some(rule), detail: sentence.clone(), ..base };
                self.audit(answered(call, Answer::Queued { operation: id, rule, sentence, at_mono_ms: when }), record);
                true
            }
            Ok(_) if verb == Verb::On => {
                self.ask_on(call, at, actor, reason, base);
                true
            }
            Ok(until) if self.circuits[at].phase == Phase::Off => {
                self.renew(call, at, until, actor, reason);
                true
            }
            Ok(until) => {
                let id = self.open(at, verb, actor, reason, force);
                if let Some(call) = call {
                    self.calls.insert(id, call);
                }
                self.begin(at, id, until);
                true
            }
        }
    }

    fn what_is_under_way(&self, at: usize) -> String {
        let name = &self.outlet(at).name;
        match (self.circuits[at].phase, self.circuits[at].queued) {
            (Phase::On, Some(id)) => format!("operation {id} waits for `{name}`"),
            (Phase::Off, _) => format!("`{name}` is off already"),
            _ => format!("`{name}` is being switched"),
        }
    }

    /// A fresh lease for what is off: the same bounds, no second cut.
    fn judge_for_renewal(&self, ask: Ask<'_>) -> Result<u64, Hold> {
        let circuit = &self.circuits[ask.at];
        if circuit.renewal.is_some() {
            return Err(Hold::Refuse(Refusal::new(Rule::Busy, self.what_is_under_way(ask.at))));
        }
        let length = match self.judge_for_ever(ask) {
            // No cut, so no budget of cuts.
            Err(Hold::Refuse(Refusal { rule: Rule::PerHour, .. })) => match ask.verb {
                Verb::Off { for_ms } => for_ms.unwrap_or(self.config.limits.off_default_ms),
                _ => 0,
            },
            other => other?,
        };
        let now = self.now.mono_ms;
        self.latest(now + length, self.may_be_on(ask.at), ask.at).ok_or_else(|| {
            Hold::Refuse(Refusal::new(Rule::Stagger, "power would come back too close to another outlet's"))
        })
    }

    fn renew(&mut self, call: Option<Call>, at: usize, until: u64, actor: Actor, reason: String) {
        let (mono, wall) = (self.now.mono_ms, self.now.wall_ms);
        let name = self.outlet(at).name.clone();
        let operation = self.circuits[at].running.unwrap_or_else(|| {
            let id = self.open(at, Verb::Off { for_ms: None }, actor.clone(), reason.clone(), false);
            self.circuits[at].running = Some(id);
            id
        });
        self.circuits[at].renewal = Some(crate::Lease {
            outlet: name.clone(),
            operation,
            boot: self.boot.clone(),
            off_at_ms: wall,
            off_until_ms: wall.saturating_add(until - mono),
            off_at_mono_ms: mono,
            off_until_mono_ms: until,
            actor,
            reason,
            cycle: false,
        });
        let waiter = call.map_or(Waiter::Journal, |call| Waiter::Renewal(name, call));
        self.persist(waiter);
    }

    fn ask_on(&mut self, call: Option<Call>, at: usize, actor: Actor, reason: String, base: Record) {
        let name = self.outlet(at).name.clone();
        if let Some(id) = self.circuits[at].queued.take() {
            self.circuits[at].claimed_at = None;
            self.end(id, OperationState::Cancelled);
        }
        let base = Record { what: "accepted", ..base };
        let (sentence, after) = match self.circuits[at].phase {
            Phase::On => (format!("`{name}` has power"), None),
            Phase::Powering => (format!("`{name}` is being powered"), None),
            Phase::Intent | Phase::Audit => {
                self.circuits[at].wanted_on = true;
                (format!("`{name}` keeps its power: what was under way is dropped"), None)
            }
            Phase::Cutting | Phase::Off => {
                self.circuits[at].wanted_on = true;
                let on_at = self.bring_forward(at);
                (self.back_at(at), Some(on_at))
            }
        };
        let Some(on_at) = after else {
            let record = Record { detail: sentence.clone(), ..base };
            self.audit(answered(call, Answer::Done { sentence }), record);
            return;
        };
        let id = self.open(at, Verb::On, actor, reason, false);
        if let Some(before) = self.circuits[at].returning.replace(id) {
            self.end(before, OperationState::Done);
        }
        let record = Record { operation: Some(id), detail: sentence.clone(), ..base };
        let answer = if on_at <= self.now.mono_ms {
            self.set(id, OperationState::Running);
            Answer::Accepted { operation: id, sentence }
        } else {
            let off_min = self.circuits[at].off_since + self.outlet(at).off_min_ms;
            let rule = if on_at <= off_min { Rule::OffMin } else { Rule::Stagger };
            self.wait(id, rule, sentence.clone(), Some(on_at));
            Answer::Queued { operation: id, rule, sentence, at_mono_ms: Some(on_at) }
        };
        self.audit(answered(call, answer), record);
    }

    fn would(&mut self, call: Option<Call>, at: usize, verb: Verb, base: Record, judged: Result<u64, Hold>) {
        let name = &self.outlet(at).name;
        let sentence = match judged {
            Err(Hold::Refuse(refusal)) => return self.refuse(call, base, refusal),
            Err(Hold::Wait { sentence, .. }) => format!("would wait: {sentence}"),
            Ok(_) if verb == Verb::On => format!("would power `{name}`"),
            Ok(until) => {
                let left = seconds(until.saturating_sub(self.now.mono_ms));
                format!(
                    "would take the power of `{name}` for at most {left}: {}",
                    self.outlet(at).takes_down.join(", ")
                )
            }
        };
        let record = Record { what: "would", detail: sentence.clone(), ..base };
        self.audit(answered(call, Answer::Would { sentence }), record);
    }

    fn open(&mut self, at: usize, verb: Verb, actor: Actor, reason: String, force: bool) -> u64 {
        let id = self.next_operation;
        self.next_operation += 1;
        let outlet = self.outlet(at).name.clone();
        let (asked_mono_ms, state) = (self.now.mono_ms, OperationState::Running);
        self.operations.insert(id, Operation { id, outlet, verb, actor, reason, force, asked_mono_ms, state });
        id
    }

    fn set(&mut self, id: u64, state: OperationState) {
        if let Some(operation) = self.operations.get_mut(&id) {
            operation.state = state;
        }
    }

    fn wait(&mut self, id: u64, rule: Rule, sentence: String, at_mono_ms: Option<u64>) {
        self.set(id, OperationState::Queued { rule, sentence, at_mono_ms });
    }

    /// Looks at everything that waits, oldest first.
    pub(crate) fn run_queue(&mut self) {
        let mut waiting: Vec<(u64, usize)> =
            self.circuits.iter().enumerate().filter_map(|(at, circuit)| Some((circuit.queued?, at))).collect();
        waiting.sort_unstable();
        for (id, at) in waiting {
            let Some(operation) = self.operations.get(&id) else { continue };
            let (verb, force, actor) = (operation.verb, operation.force, operation.actor.clone());
            if self.now.mono_ms >= operation.asked_mono_ms + self.config.limits.queue_ms {
                let waited = seconds(self.config.limits.queue_ms);
                self.drop_queued(at, id, Rule::QueueMax, format!("it waited for {waited}"));
                continue;
            }
            match self.judge(Ask { at, verb, actor: &actor, force }) {
                Ok(until) => self.begin(at, id, until),
                Err(Hold::Refuse(refusal)) => self.drop_queued(at, id, refusal.rule, refusal.sentence),
                Err(Hold::Wait { rule, sentence, at: when }) => {
                    let claims = rule == Rule::PeerLock;
                    if !claims {
                        self.circuits[at].claimed_at = None;
                    } else {
                        self.circuits[at].claimed_at.get_or_insert(self.now.mono_ms);
                    }
                    self.wait(id, rule, sentence, when);
                }
            }
        }
    }

    /// What waited comes to nothing; people hear of it, since whoever asked went away with a promise.
    pub(crate) fn drop_queued(&mut self, at: usize, id: u64, rule: Rule, sentence: String) {
        self.circuits[at].queued = None;
        self.circuits[at].claimed_at = None;
        if let Some(operation) = self.operations.get(&id) {
            let name = operation.outlet.clone();
            let record = Record { rule: Some(rule), ..Record::about("dropped", operation, sentence.clone()) };
            self.note(record);
            self.notify(
                "dropped",
                Some(&name),
                false,
                format!("operation {id} on `{name}` came to nothing: {sentence}"),
            );
        }
        self.end(id, OperationState::Failed { rule, sentence });
    }

    pub(crate) fn cancel(&mut self, call: Call, id: u64, actor: &Actor) {
        let at = self.circuits.iter().position(|circuit| circuit.queued == Some(id));
        let Some(at) = at else {
            let sentence = format!("operation {id} does not wait");
            let record = Record { operation: Some(id), ..Record::of("refused", actor, "") };
            return self.refuse(Some(call), record, Refusal::new(Rule::NoSuchOperation, sentence));
        };
        self.circuits[at].queued = None;
        self.circuits[at].claimed_at = None;
        self.end(id, OperationState::Cancelled);
        let sentence = format!("operation {id} is cancelled");
        let record = Record::on("cancelled", &self.outlet(at).name, actor, sentence.clone());
        self.audit(Waiter::Answer(call, Answer::Done { sentence }), Record { operation: Some(id), ..record });
    }

    pub(crate) fn lock(&mut self, call: Call, outlet: &str, owner: Actor, reason: String, for_ms: u64) {
        let Some(at) = self.find(outlet) else { return self.no_such_outlet(call, outlet, &owner) };
        let name = self.outlet(at).name.clone();
        let record = Record { reason: reason.clone(), ..Record::on("locked", &name, &owner, "") };
        let ask = Ask { at, verb: Verb::On, actor: &owner, force: false };
        if let Err(Hold::Refuse(refusal)) = self.judge_lock(ask) {
            return self.refuse(Some(call), record, refusal);
        }
        let for_ms = for_ms.min(self.config.limits.lock_max_ms);
        let (from_ms, until) = (self.now.wall_ms, self.now.mono_ms + for_ms);
        self.locks.retain(|(lock, _)| lock.outlet != name);
        self.locks.push((Lock { outlet: name.clone(), owner, reason, from_ms, until_ms: from_ms + for_ms }, until));
        self.persist(Waiter::Journal);
        let sentence = format!("`{name}` is locked for {}", seconds(for_ms));
        self.audit(
            Waiter::Answer(call, Answer::Done { sentence: sentence.clone() }),
            Record { detail: sentence, ..record },
        );
    }

    pub(crate) fn unlock(&mut self, call: Call, outlet: &str, actor: &Actor, force: bool) {
        let Some(at) = self.find(outlet) else { return self.no_such_outlet(call, outlet, actor) };
        let name = self.outlet(at).name.clone();
        let record = Record::on("unlocked", &name, actor, "");
        let ask = Ask { at, verb: Verb::On, actor, force };
        if let (false, Err(Hold::Refuse(refusal))) = (force, self.judge_lock(ask)) {
            return self.refuse(Some(call), record, refusal);
        }
        self.locks.retain(|(lock, _)| lock.outlet != name);
        self.persist(Waiter::Journal);
        let sentence = format!("`{name}` is not locked");
        self.audit(
            Waiter::Answer(call, Answer::Done { sentence: sentence.clone() }),
            Record { detail: sentence, ..record },
        );
    }

    pub(crate) fn expire_locks(&mut self) {
        let now = self.now.mono_ms;
        let (over, held) = std::mem::take(&mut self.locks).into_iter().partition(|(_, until)| *until <= now);
        self.locks = held;
        let over: Vec<(Lock, u64)> = over;
        for (lock, _) in &over {
            self.note(Record::on("unlocked", &lock.outlet, &Actor::Daemon, "the lock has ended"));
        }
        if !over.is_empty() {
            self.persist(Waiter::Journal);
        }
    }

    pub(crate) fn no_such_outlet(&mut self, call: Call, outlet: &str, actor: &Actor) {
        let refusal = Refusal::new(Rule::NoSuchOutlet, format!("no outlet is called `{outlet}`"));
        self.refuse(Some(call), Record::of("refused", actor, ""), refusal);
    }
}

fn answered(call: Option<Call>, answer: Answer) -> Waiter {
    call.map_or(Waiter::Nobody, |call| Waiter::Answer(call, answer))
}
