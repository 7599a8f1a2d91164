//! The engine's state, copied out as a [`Snapshot`].

use crate::cuts::HOUR_MS;
use crate::engine::Engine;
use crate::event::Now;
use crate::snapshot::{Health, OutletState, Phase, Snapshot, WatchState};

impl Engine {
    /// Everything as it stands.
    pub fn snapshot(&self) -> Snapshot {
        let now = self.now.mono_ms;
        let ahead = |at: u64| Some(at).filter(|&at| at > now);
        Snapshot {
            controller: self.config.controller.clone(),
            started: self.started,
            stopping: self.stopping,
            outlets: (0..self.circuits.len()).map(|at| self.outlet_state(at)).collect(),
            operations: self.operations.values().cloned().collect(),
            watches: (0..self.watches.len())
                .map(|w| {
                    let watch = &self.watches[w];
                    let probe = self.find(&watch.outlet).and_then(|at| self.outlet(at).probe.as_ref());
                    WatchState {
                        outlet: watch.outlet.clone(),
                        streak: watch.streak,
                        fails: probe.map_or(0, |probe| probe.fails),
                        grace_until_mono_ms: ahead(watch.grace_until),
                        backoff_until_mono_ms: ahead(watch.backoff_until),
                        budget_left: self.budget_left(w),
                        gave_up: watch.gave_up,
                        paused_until_mono_ms: ahead(watch.paused_until),
                    }
                })
                .collect(),
            claims: self.controllers(|at| self.circuits[at].claimed_at.is_some()),
            cutting: self.controllers(|at| self.circuits[at].phase != Phase::On),
        }
    }

    /// The time of the last step.
    pub fn now(&self) -> Now {
        self.now
    }

    fn controllers(&self, which: impl Fn(usize) -> bool) -> Vec<String> {
        let those = (0..self.circuits.len()).filter(|&at| which(at));
        let mut names: Vec<String> = those.flat_map(|at| self.outlet(at).feeds_controller.iter().cloned()).collect();
        names.sort();
        names.dedup();
        names
    }

    fn outlet_state(&self, at: usize) -> OutletState {
        let (outlet, circuit) = (self.outlet(at), &self.circuits[at]);
        let watch = self.watches.iter().find(|watch| watch.outlet == outlet.name);
        let lately = self.cuts_since(&outlet.name, HOUR_MS, |_| true).len();
        OutletState {
            name: outlet.name.clone(),
            slug: outlet.slug.clone(),
            commanded: circuit.commanded,
            observed: circuit.observed,
            phase: circuit.phase,
            health: match watch.map_or(0, |watch| watch.streak) {
                0 if circuit.phase == Phase::On && self.is_alive(&outlet.name) => Health::Alive,
                0 => Health::Unknown,
                streak => Health::Silent(streak),
            },
            lease: circuit.lease.clone(),
            on_at_mono_ms: circuit.on_at,
            lock: self.locks.iter().find(|(lock, _)| lock.outlet == outlet.name).map(|(lock, _)| lock.clone()),
            queued: circuit.queued,
            fault: circuit.fault.clone(),
            cuts_last_hour: u32::try_from(lately).unwrap_or(u32::MAX),
        }
    }
}
