//! The first step: what the journal and the lines say, and the writes that bring power back to whatever has no running lease.

use relay_config::{Outlet, Power};

use crate::action::Record;
use crate::circuit::Circuit;
use crate::cuts::Counted;
use crate::engine::{Engine, Waiter};
use crate::event::{Actor, Start};
use crate::journal::{Journal, Lease, Standing};
use crate::snapshot::{Operation, OperationState, Phase};
use crate::truth;

impl Engine {
    pub(crate) fn start(&mut self, start: Start) {
        if self.started {
            return;
        }
        self.started = true;
        self.boot = start.boot;
        let Journal { leases, cuts, locks } = start.journal;
        let newest = leases.iter().map(|lease| lease.operation + 1).max().unwrap_or(1);
        self.next_operation = start.next_operation.max(newest);
        self.note(Record::of("started", &Actor::Daemon, "the daemon has its lines"));
        let (mono, wall) = (self.now.mono_ms, self.now.wall_ms);
        self.cuts = Counted::of(&cuts, self.now);
        for lock in locks {
            let length = lock.until_ms.saturating_sub(lock.from_ms).min(self.config.limits.lock_max_ms);
            let left = lock.until_ms.saturating_sub(wall).min(length);
            if left > 0 && self.find(&lock.outlet).is_some() {
                self.locks.push((lock, mono + left));
            }
        }
        for at in power_order(&self.config.outlets) {
            let name = self.outlet(at).name.clone();
            let lease = leases.iter().find(|lease| lease.outlet == name).cloned();
            let level = start.found.iter().find(|found| found.outlet == name).and_then(|found| found.level);
            let power = truth::power_at(self.outlet(at), level.unwrap_or(self.outlet(at).safe));
            self.circuits[at] = Circuit { observed: level.map(|_| power), ..Circuit::new(power, mono) };
            match power {
                Power::On => self.found_on(at, lease.as_ref()),
                Power::Off => self.found_off(at, lease),
            }
        }
        let grace = mono + self.config.watchdog.grace_ms;
        for watch in &mut self.watches {
            watch.grace_until = grace;
        }
        self.persist(Waiter::Journal);
    }

    fn found_on(&mut self, at: usize, lease: Option<&Lease>) {
        let Some(lease) = lease else { return };
        let name = &self.outlet(at).name;
        let record = Record::on("lease-closed", name, &Actor::Daemon, format!("`{name}` was found with power"));
        self.note(Record { operation: Some(lease.operation), ..record });
    }

    fn found_off(&mut self, at: usize, lease: Option<Lease>) {
        let (mono, name) = (self.now.mono_ms, self.outlet(at).name.clone());
        let longest = self.config.limits.off_max_ms.max(self.outlet(at).off_ms) + 60 * 60 * 1000;
        let standing = lease.as_ref().map(|lease| lease.standing(self.now, &self.boot, longest));
        let operation = lease.as_ref().map(|lease| lease.operation);
        let what = match standing {
            Some(Standing::Runs { left_ms }) => {
                let mut lease = lease.expect("a standing is of a lease");
                let same_boot = lease.boot == self.boot;
                self.circuits[at].off_since = if same_boot { lease.off_at_mono_ms } else { 0 };
                self.resume(at, &lease);
                if !same_boot {
                    lease.off_at_ms = self.now.wall_ms;
                    lease.off_until_ms = self.now.wall_ms + left_ms;
                    lease.off_at_mono_ms = mono;
                    lease.boot.clone_from(&self.boot);
                }
                lease.off_until_mono_ms = mono + left_ms;
                let on_at = self.latest(mono + left_ms, mono, at).unwrap_or_else(|| self.earliest(mono, at));
                self.circuits[at].on_at = Some(on_at);
                self.circuits[at].lease = Some(lease);
                return self.note(Record {
                    operation,
                    ..Record::on("lease-resumed", &name, &Actor::Daemon, self.back_at(at))
                });
            }
            Some(Standing::Overdue) => "its lease had ended",
            Some(Standing::Implausible) => "its lease said what cannot be",
            None => "it had no lease",
        };
        self.circuits[at].on_at = Some(self.earliest(mono, at));
        self.circuits[at].phase = Phase::Off;
        let detail = format!("`{name}` was found without power, and {what}: {}", self.back_at(at));
        self.note(Record { operation, ..Record::on("restored", &name, &Actor::Daemon, detail.clone()) });
        self.notify("restored", Some(&name), false, detail);
    }

    /// The operation of a lease that runs on.
    fn resume(&mut self, at: usize, lease: &Lease) {
        let verb = if lease.cycle { crate::Verb::Cycle { off_ms: None } } else { crate::Verb::Off { for_ms: None } };
        let operation = Operation {
            id: lease.operation,
            outlet: lease.outlet.clone(),
            verb,
            actor: lease.actor.clone(),
            reason: lease.reason.clone(),
            force: false,
            asked_mono_ms: self.now.mono_ms,
            state: OperationState::Running,
        };
        self.operations.insert(lease.operation, operation);
        self.circuits[at].running = Some(lease.operation);
    }
}

/// In which order outlets get power: one that feeds a controller which another outlet needs alive comes before that one; else as in the file.
pub fn power_order(outlets: &[Outlet]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::new();
    let feeds = |outlet: &Outlet, name: &String| outlet.takes_down.contains(name);
    while order.len() < outlets.len() {
        let left: Vec<usize> = (0..outlets.len()).filter(|at| !order.contains(at)).collect();
        let is_free = |at: &usize| {
            let others = left.iter().filter(|other| *other != at);
            !others.clone().any(|&other| outlets[*at].needs_alive.iter().any(|name| feeds(&outlets[other], name)))
        };
        // In a ring somebody has to begin.
        let next = left.iter().copied().find(is_free).unwrap_or(left[0]);
        order.push(next);
    }
    order
}
