//! Another config while running: compared outlet by outlet, so that a line that stays what it was is never touched; taken whole or refused whole.

use relay_config::{Outlet, Power, RelayConfig};

use crate::action::{Answer, Record};
use crate::circuit::Circuit;
use crate::engine::{Engine, Waiter};
use crate::event::{Actor, Call, Failure};
use crate::refusal::{Refusal, Rule};
use crate::snapshot::Phase;
use crate::watch::Watch;

impl Engine {
    pub(crate) fn reload(&mut self, call: Call, actor: &Actor, config: RelayConfig) {
        if let Err(refusal) = self.may_reload(&config) {
            return self.refuse(Some(call), Record::of("refused", actor, ""), refusal);
        }
        let detail = format!("config of build `{}`, version {}", config.build.name, config.build.version);
        self.audit(Waiter::Reload(call, Box::new(config)), Record::of("reload", actor, &detail));
    }

    fn may_reload(&self, config: &RelayConfig) -> Result<(), Refusal> {
        if !self.started || self.stopping {
            return Err(Refusal::new(Rule::NotReady, "the daemon is starting or ending"));
        }
        if config.controller != self.config.controller {
            let sentence =
                format!("the config is of `{}`, and this is `{}`", config.controller, self.config.controller);
            return Err(Refusal::new(Rule::Reload, sentence));
        }
        let stays = |old: &Outlet| config.outlets.iter().any(|new| new.name == old.name && same_line(old, new));
        let mut gone = self.config.outlets.iter().enumerate().filter(|(_, outlet)| !stays(outlet));
        match gone.find(|(at, _)| self.circuits[*at].phase != Phase::On || self.circuits[*at].queued.is_some()) {
            Some((_, Outlet { name, line, .. })) => {
                let sentence = format!("`{name}` loses line {line} and is off, or about to be: the old config runs on");
                Err(Refusal::new(Rule::Reload, sentence))
            }
            None => Ok(()),
        }
    }

    /// The record is durable: the config is taken, if what happened meanwhile still lets it.
    pub(crate) fn take_config(&mut self, call: Call, config: RelayConfig, failed: Option<&Failure>) {
        self.disk(failed);
        let judged = match failed {
            Some(Failure(why)) => Err(Refusal::new(Rule::Disk, format!("the disk does not take the record: {why}"))),
            None => self.may_reload(&config),
        };
        if let Err(refusal) = judged {
            return self.refuse(Some(call), Record::of("refused", &Actor::Daemon, ""), refusal);
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
        self.note(Record::of("reloaded", &Actor::Daemon, &detail));
        self.answer(call, Answer::Reloaded { kept, added, removed });
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
