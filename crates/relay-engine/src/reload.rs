//! Another config while running: compared outlet by outlet, so that a line that stays what it was is never touched; taken whole or refused whole.

use relay_config::{Outlet, Power, RelayConfig};

use crate::action::{Answer, Record};
use crate::engine::{Circuit, Engine, Waiter};
use crate::event::{Actor, Call};
use crate::refusal::{Refusal, Rule};
use crate::snapshot::Phase;
use crate::watch::Watch;

impl Engine {
    pub(crate) fn reload(&mut self, call: Call, actor: &Actor, config: RelayConfig) {
        let refused = Record::of("refused", actor, "");
        if !self.started || self.stopping {
            return self.refuse(Some(call), refused, Refusal::new(Rule::NotReady, "the daemon is starting or ending"));
        }
        if config.controller != self.config.controller {
            let sentence =
                format!("the config is of `{}`, and this is `{}`", config.controller, self.config.controller);
            return self.refuse(Some(call), refused, Refusal::new(Rule::Reload, sentence));
        }
        let stays = |old: &Outlet| config.outlets.iter().any(|new| new.name == old.name && same_line(old, new));
        for (at, outlet) in self.config.outlets.iter().enumerate().filter(|(_, outlet)| !stays(outlet)) {
            if self.circuits[at].phase != Phase::On || self.circuits[at].queued.is_some() {
                let name = &outlet.name;
                let sentence =
                    format!("`{name}` loses line {} and is off, or about to be: the old config runs on", outlet.line);
                return self.refuse(Some(call), refused, Refusal::new(Rule::Reload, sentence));
            }
        }
        let old = std::mem::replace(&mut self.config, config);
        let mut circuits: Vec<Option<Circuit>> = std::mem::take(&mut self.circuits).into_iter().map(Some).collect();
        let (mut kept, mut added) = (Vec::new(), Vec::new());
        for new in &self.config.outlets {
            let before = old.outlets.iter().position(|old| old.name == new.name && same_line(old, new));
            let circuit = before.and_then(|at| circuits[at].take());
            let names = if circuit.is_some() { &mut kept } else { &mut added };
            names.push(new.name.clone());
            self.circuits.push(circuit.unwrap_or_else(|| Circuit::new(Power::On, self.now.mono_ms)));
        }
        let gone = old.outlets.iter().filter(|outlet| !kept.contains(&outlet.name));
        let removed: Vec<String> = gone.map(|outlet| outlet.name.clone()).collect();
        let mut watches = std::mem::take(&mut self.watches);
        for outlet in self.config.outlets.iter().filter(|outlet| outlet.watch) {
            let before = watches.iter().position(|watch| watch.outlet == outlet.name);
            let grace = self.now.mono_ms + self.config.watchdog.grace_ms;
            let fresh = || Watch { grace_until: grace, ..Watch::new(&outlet.name) };
            self.watches.push(before.map_or_else(fresh, |at| watches.remove(at)));
        }
        let detail = format!("{} lines kept, {} added, {} removed", kept.len(), added.len(), removed.len());
        let answer = Answer::Reloaded { kept, added, removed };
        self.audit(Waiter::Answer(call, answer), Record::of("reloaded", actor, &detail));
    }
}

/// Nothing that the pin or its meaning hangs on differs.
fn same_line(old: &Outlet, new: &Outlet) -> bool {
    old.chip == new.chip
        && old.line == new.line
        && old.offset == new.offset
        && old.active == new.active
        && old.contact == new.contact
}
