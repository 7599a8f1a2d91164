//! Lines, relays and machines that exist only here. Time is an input: the same calls give the same story.

use std::os::fd::BorrowedFd;

use relay_config::{Contact, Level, Outlet, Power, RelayConfig};

use super::{Found, LineError, Lines};

/// How the simulated hardware behaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Habits {
    /// From the level at the pin to the contact, milliseconds.
    pub relay_ms: u64,
    /// From power to the first sign of life, milliseconds.
    pub boot_ms: u64,
    /// Between two heartbeats of a machine that lives, milliseconds.
    pub heartbeat_ms: u64,
}

impl Default for Habits {
    /// A small relay, and a Pi that boots in 25 s and tells every 10 s that it lives.
    fn default() -> Self {
        Self { relay_ms: 8, boot_ms: 25_000, heartbeat_ms: 10_000 }
    }
}

/// What may be wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The contact stays where it is, whatever the coil does.
    StuckContact,
    /// The contact that the load hangs on is welded: the load has power, whatever the coil does.
    Welded,
    /// The machine hangs as soon as it has booted, once: with power cut and given again it lives.
    Hang,
    /// The machine hangs after every boot.
    HangsAlways,
    /// Booting takes so many times as long.
    SlowBoot(u32),
    /// Driving the line fails.
    LineError,
}

/// What a machine does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Machine {
    /// No power.
    Dark,
    /// Power, and no sign of life yet; alive at this time.
    Boots(u64),
    /// It answers.
    Lives,
    /// Power, and no answer.
    Hangs,
}

/// An outlet with all that hangs on it.
#[derive(Clone, Debug)]
struct Node {
    name: String,
    active: Level,
    contact: Contact,
    level: Level,
    /// What the coil will have moved the contact to, and when.
    moves: Option<(u64, Power)>,
    powered: Power,
    machine: Machine,
    next_heartbeat_ms: u64,
    faults: Vec<Fault>,
}

/// Simulated lines, in the order of a config's outlets.
#[derive(Clone, Debug)]
pub struct Sim {
    habits: Habits,
    now_ms: u64,
    found: Vec<Found>,
    nodes: Vec<Node>,
}

impl Sim {
    /// A box that has been running for a while: every coil at rest, and what has power then lives.
    pub fn new(config: &RelayConfig, habits: Habits, now_ms: u64) -> Self {
        let nodes: Vec<Node> = config.outlets.iter().map(|outlet| Node::new(outlet, habits, now_ms)).collect();
        Self { habits, now_ms, found: vec![Found::Input; nodes.len()], nodes }
    }

    /// One outlet more, as it is in a box that has been running for a while; its line.
    pub fn add(&mut self, outlet: &Outlet) -> usize {
        self.nodes.push(Node::new(outlet, self.habits, self.now_ms));
        self.found.push(Found::Input);
        self.nodes.len() - 1
    }

    /// The line of an outlet.
    pub fn find(&self, outlet: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.name == outlet)
    }

    /// The line was held at this level all the while, and its machine has what power that gives.
    pub fn keep(&mut self, line: usize, level: Level) {
        self.found[line] = Found::Kept(level);
        let node = &mut self.nodes[line];
        node.level = level;
        node.powered = node.wanted();
        node.machine = if node.powered == Power::On { Machine::Lives } else { Machine::Dark };
    }

    /// Lets time pass up to `now_ms`; time that is not later changes nothing. Gives the machines that told that they live, with the time of each, in order.
    pub fn advance(&mut self, now_ms: u64) -> Vec<(u64, String)> {
        let (habits, mut beats) = (self.habits, Vec::new());
        self.now_ms = self.now_ms.max(now_ms);
        for node in &mut self.nodes {
            node.advance(self.now_ms, habits, &mut beats);
        }
        beats.sort();
        beats
    }

    /// Spoils an outlet, or mends it.
    pub fn spoil(&mut self, line: usize, fault: Fault) {
        let node = &mut self.nodes[line];
        node.faults.push(fault);
        match fault {
            Fault::Hang | Fault::HangsAlways if node.machine == Machine::Lives => node.hang(),
            Fault::Welded => node.give(Power::On, self.now_ms, self.habits),
            _ => {}
        }
    }

    /// Takes all faults of an outlet away; its contact goes where its coil wants it.
    pub fn mend(&mut self, line: usize) {
        let node = &mut self.nodes[line];
        node.faults.clear();
        node.moves = Some((self.now_ms + self.habits.relay_ms, node.wanted()));
    }

    /// What the machine of an outlet does.
    pub fn machine(&self, line: usize) -> Machine {
        self.nodes[line].machine
    }

    /// Whether the load of an outlet has power.
    pub fn power(&self, line: usize) -> Power {
        self.nodes[line].powered
    }

    /// Whether the machine of an outlet answers.
    pub fn answers(&self, line: usize) -> bool {
        self.nodes[line].machine == Machine::Lives
    }
}

impl Node {
    fn new(outlet: &Outlet, habits: Habits, now_ms: u64) -> Self {
        Self {
            name: outlet.name.clone(),
            active: outlet.active,
            contact: outlet.contact,
            level: outlet.safe,
            moves: None,
            powered: outlet.contact.at_rest(),
            machine: if outlet.contact.at_rest() == Power::On { Machine::Lives } else { Machine::Dark },
            next_heartbeat_ms: now_ms + habits.heartbeat_ms,
            faults: Vec::new(),
        }
    }

    fn has(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    /// Where the coil wants the contact.
    fn wanted(&self) -> Power {
        let rest = self.contact.at_rest();
        match (self.level == self.active, rest) {
            (false, _) => rest,
            (true, Power::On) => Power::Off,
            (true, Power::Off) => Power::On,
        }
    }

    fn hang(&mut self) {
        self.machine = Machine::Hangs;
        self.faults.retain(|fault| *fault != Fault::Hang);
    }

    /// Gives or takes power at a time.
    fn give(&mut self, power: Power, at_ms: u64, habits: Habits) {
        if self.powered == power {
            return;
        }
        self.powered = power;
        let slow =
            self.faults.iter().filter_map(|fault| if let Fault::SlowBoot(times) = fault { Some(*times) } else { None });
        let boot_ms = slow.fold(habits.boot_ms, |ms, times| ms.saturating_mul(u64::from(times)));
        self.machine = match power {
            Power::On => Machine::Boots(at_ms.saturating_add(boot_ms)),
            Power::Off => Machine::Dark,
        };
    }

    fn advance(&mut self, now_ms: u64, habits: Habits, beats: &mut Vec<(u64, String)>) {
        // A heartbeat that was due before the power went was still sent.
        if let Some((at_ms, power)) = self.moves.filter(|(at_ms, _)| *at_ms <= now_ms) {
            self.live(at_ms, habits, beats);
            self.moves = None;
            if !self.has(Fault::StuckContact) && !self.has(Fault::Welded) {
                self.give(power, at_ms, habits);
            }
        }
        self.live(now_ms, habits, beats);
    }

    /// What the machine does up to a time with the power that it has.
    fn live(&mut self, until_ms: u64, habits: Habits, beats: &mut Vec<(u64, String)>) {
        if let Machine::Boots(at_ms) = self.machine
            && at_ms <= until_ms
        {
            if self.has(Fault::Hang) || self.has(Fault::HangsAlways) {
                self.hang();
            } else {
                self.machine = Machine::Lives;
                self.next_heartbeat_ms = at_ms;
            }
        }
        while self.machine == Machine::Lives && self.next_heartbeat_ms <= until_ms {
            beats.push((self.next_heartbeat_ms, self.name.clone()));
            self.next_heartbeat_ms += habits.heartbeat_ms.max(1);
        }
    }
}

impl Lines for Sim {
    fn found(&self) -> &[Found] {
        &self.found
    }

    fn set(&mut self, line: usize, level: Level) -> Result<(), LineError> {
        let (now_ms, relay_ms) = (self.now_ms, self.habits.relay_ms);
        let node = &mut self.nodes[line];
        if node.has(Fault::LineError) {
            let what = format!("driving the simulated line of `{}`", node.name);
            return Err(LineError::Io { what, why: "a fault was injected".to_owned() });
        }
        if node.level != level {
            node.level = level;
            node.moves = Some((now_ms + relay_ms, node.wanted()));
        }
        Ok(())
    }

    fn levels(&self) -> Result<Vec<Level>, LineError> {
        Ok(self.nodes.iter().map(|node| node.level).collect())
    }

    fn store(&self) -> Vec<(String, BorrowedFd<'_>)> {
        Vec::new()
    }
}

#[cfg(test)]
#[path = "sim_tests.rs"]
mod tests;
