//! Who plays: controllers, their lines, the coils that these move, and the loads that hang on the coils.

mod coils;

use std::collections::{BTreeMap, BTreeSet};

use model::{Build, DeviceId};
use switching::truth::Truth;

use super::supply::{Condition, Supply};
use super::{CoilRef, Controller};
use crate::circuit::{Circuit, Variable};
use crate::drives::Drives;
use crate::nets::Nets;
use crate::potentials::Potentials;

const NONE: u32 = u32::MAX;

/// A controller, and when it has power.
pub struct Player {
    pub controller: Controller,
    /// `None`: it hangs on more coils than can be tabled.
    pub fed: Option<Truth>,
    /// Somebody counts on it.
    pub counts: bool,
    /// Indices of the lines that it owns.
    pub lines: Vec<u32>,
}

/// A line that moves coils; without an index in its part if `[watch]` alone says so.
pub struct Line {
    pub owner: u32,
    pub line: Option<u32>,
    /// Indices of coils that it energises.
    pub coils: Vec<u32>,
}

/// A coil that somebody can move.
pub struct Coil {
    pub of: CoilRef,
    pub variable: u32,
    pub lines: Vec<u32>,
    /// For a latching relay: lines that return it, and when the coil that does so has its supply.
    pub back: Option<(Vec<u32>, Truth)>,
    pub fed: Truth,
    pub loose: bool,
    pub wired: bool,
}

/// A device with loads.
pub struct Need {
    pub device: DeviceId,
    pub condition: Condition,
    /// Somebody counts on it: essential, watched, a computer or a switch.
    pub counts: bool,
    /// Of these, all but what is merely watched.
    pub lasting: bool,
    /// The lamp of a relay board, which goes with its coils.
    pub indicator: bool,
}

impl Need {
    /// Nothing feeds it as wired, and no contact stands next to it: that is another rule's finding.
    pub fn unfed(&self) -> bool {
        self.condition.assumed && self.condition.truth.variables().is_empty()
    }
}

/// Everybody, numbered.
pub struct Players<'a> {
    pub build: &'a Build,
    pub controllers: Vec<Player>,
    /// Computers that move nothing and hang on some coil; numbered after the controllers.
    bystanders: Vec<Player>,
    pub lines: Vec<Line>,
    pub coils: Vec<Coil>,
    /// In the order of devices.
    pub needs: Vec<Need>,
    pub watchdogs: BTreeSet<DeviceId>,
    pub undecided: Vec<DeviceId>,
    /// Loads at a contact that is bridged: the relay is there, and cuts nothing.
    pub bridged: BTreeSet<DeviceId>,
    /// By what they watch.
    watchers: BTreeMap<DeviceId, Vec<DeviceId>>,
    /// By variable of the circuit: its coil; [`NONE`]: nobody moves it.
    movers: Vec<u32>,
    /// By coil: how it stands while no line is asserted.
    rests: Vec<bool>,
    /// Variable → needs that hang on it, ascending pairs.
    users: Vec<(u32, u32)>,
}

impl<'a> Players<'a> {
    pub fn new(
        build: &'a Build,
        metal: &Nets,
        rest: &Nets,
        potentials: &Potentials,
        drives: &Drives,
        circuit: &Circuit,
    ) -> Self {
        let mut supply = Supply::new(circuit, metal);
        let mut players = Self {
            build,
            controllers: Vec::new(),
            bystanders: Vec::new(),
            lines: Vec::new(),
            coils: Vec::new(),
            needs: Vec::new(),
            watchdogs: watchdogs(build),
            undecided: Vec::new(),
            bridged: BTreeSet::new(),
            watchers: BTreeMap::new(),
            movers: vec![NONE; circuit.variables.len()],
            rests: Vec::new(),
            users: Vec::new(),
        };
        for watch in &build.control.watches {
            players.watchers.entry(watch.watched).or_default().push(watch.watcher);
        }
        players.needs(circuit, &mut supply);
        let mut owners: BTreeMap<(DeviceId, Option<u32>, CoilRef), u32> = BTreeMap::new();
        for (number, &variable) in (0_u32..).zip(&circuit.variables) {
            let (Variable::Coil(device, index) | Variable::Latch(device, index)) = variable else { continue };
            players.coil(metal, &mut supply, drives, (device, index), number, &mut owners, &|drive| {
                coils::loose(build, rest, potentials, drive)
            });
        }
        players.undecided.sort_unstable();
        players.undecided.dedup();
        players.settle();
        players.own();
        players.bystanders();
        players.bridged = players.bridged(circuit, &supply);
        players
    }

    /// Loads at a contact that somebody moves and that switches nothing, because its ends are one piece of metal or both are rails.
    fn bridged(&self, circuit: &Circuit, supply: &Supply<'_>) -> BTreeSet<DeviceId> {
        let mut at: BTreeSet<u32> = BTreeSet::new();
        for contact in &circuit.network.contacts {
            let [a, b] = contact.ends;
            let moved = || contact.guard.literals().any(|literal| self.mover(literal.variable()).is_some());
            if (a == b || supply.is_rail(a) && supply.is_rail(b)) && moved() {
                at.extend([a, b]);
            }
        }
        let loads = circuit.loads.iter().filter(|load| at.contains(&load.at.plus) || at.contains(&load.at.minus));
        loads.map(|load| load.of.0).collect()
    }

    fn needs(&mut self, circuit: &Circuit, supply: &mut Supply<'_>) {
        let build = self.build;
        let essential: BTreeSet<DeviceId> = build.control.essential.iter().map(|(device, _)| *device).collect();
        for of in circuit.loads.chunk_by(|a, b| a.of.0 == b.of.0) {
            let device = of[0].of.0;
            let mut all = Some(Condition { truth: Truth::always(true), assumed: false });
            for load in of {
                all = all.zip(supply.between(load.at)).and_then(|(a, b)| {
                    Some(Condition { truth: a.truth.and(&b.truth)?, assumed: a.assumed || b.assumed })
                });
            }
            let kind = build.part_of(device).kind.as_str();
            let lasting = matches!(kind, "computer" | "switch") || essential.contains(&device);
            let counts = lasting || self.watchers.contains_key(&device);
            let Some(condition) = all else {
                if counts || !build.part_of(device).lines.is_empty() {
                    self.undecided.push(device);
                }
                continue;
            };
            let need = u32::try_from(self.needs.len()).expect("devices are bounded");
            self.users.extend(condition.truth.variables().iter().map(|&variable| (variable, need)));
            self.needs.push(Need { device, condition, counts, lasting, indicator: kind == "relay-board" });
        }
        self.users.sort_unstable();
    }

    /// Numbers the owners of lines.
    fn own(&mut self) {
        let devices: BTreeSet<u32> = self.lines.iter().map(|line| line.owner).collect();
        let undecided: BTreeSet<DeviceId> = self.undecided.iter().copied().collect();
        for device in devices.into_iter().map(DeviceId) {
            let need = self.need(device);
            let fed = match need {
                Some(need) => Some(need.condition.truth),
                None => (!undecided.contains(&device)).then(|| Truth::always(true)),
            };
            let counts = need.is_some_and(|need| need.counts);
            let controller = Controller { device, watchdog: self.watchdogs.contains(&device) };
            self.controllers.push(Player { controller, fed, counts, lines: Vec::new() });
        }
        for (number, line) in (0..).zip(&mut self.lines) {
            let owner = self.controllers.binary_search_by_key(&line.owner, |one| one.controller.device.0);
            let owner = owner.expect("every owner was numbered");
            line.owner = u32::try_from(owner).expect("devices are bounded");
            self.controllers[owner].lines.push(number);
        }
    }

    /// Computers that could drive a relay, and drive none.
    fn bystanders(&mut self) {
        for need in &self.needs {
            let part = self.build.part_of(need.device);
            let moved = need.condition.truth.variables().iter().any(|&of| self.mover(of).is_some());
            if moved && !part.lines.is_empty() && self.number(need.device).is_none() {
                let controller = Controller { device: need.device, watchdog: self.watchdogs.contains(&need.device) };
                let fed = Some(need.condition.truth);
                self.bystanders.push(Player { controller, fed, counts: need.counts, lines: Vec::new() });
            }
        }
    }

    /// A controller or bystander by its number.
    pub fn player(&self, number: u32) -> &Player {
        let number = number as usize;
        self.controllers.get(number).unwrap_or_else(|| &self.bystanders[number - self.controllers.len()])
    }

    /// The number of a bystander.
    pub fn bystander(&self, device: DeviceId) -> Option<u32> {
        let at = self.bystanders.binary_search_by_key(&device, |one| one.controller.device).ok()?;
        u32::try_from(self.controllers.len() + at).ok()
    }

    /// The need of a device.
    pub fn need(&self, device: DeviceId) -> Option<&Need> {
        self.needs.binary_search_by_key(&device, |need| need.device).ok().map(|at| &self.needs[at])
    }

    /// The number of a controller.
    pub fn number(&self, device: DeviceId) -> Option<u32> {
        let at = self.controllers.binary_search_by_key(&device, |one| one.controller.device).ok()?;
        u32::try_from(at).ok()
    }

    /// The device of a controller or bystander.
    pub fn device(&self, number: u32) -> DeviceId {
        self.player(number).controller.device
    }

    /// The coil that moves a variable.
    pub fn mover(&self, variable: u32) -> Option<u32> {
        self.movers.get(variable as usize).copied().filter(|&coil| coil != NONE)
    }

    /// The loads that hang on a variable.
    pub fn users_of(&self, variable: u32) -> impl Iterator<Item = &Need> {
        let from = self.users.partition_point(|(of, _)| *of < variable);
        let these = self.users[from..].iter().take_while(move |(of, _)| *of == variable);
        these.map(|(_, need)| &self.needs[*need as usize])
    }

    /// How a variable stands with no line asserted.
    pub fn rest(&self, variable: u32) -> bool {
        self.mover(variable).is_some_and(|at| self.rests.get(at as usize).copied().unwrap_or(false))
    }

    /// Controllers that move a coil, directly or through the supply of a coil without an input (up to four in a row).
    pub fn movers_of(&self, coil: u32) -> BTreeSet<u32> {
        let mut found = BTreeSet::new();
        let mut coils = vec![coil];
        for _ in 0..4 {
            let mut next = Vec::new();
            for coil in coils {
                let coil = &self.coils[coil as usize];
                found.extend(coil.lines.iter().map(|&line| self.lines[line as usize].owner));
                if coil.lines.is_empty() {
                    next.extend(coil.fed.variables().iter().filter_map(|&of| self.mover(of)));
                }
            }
            coils = next;
        }
        found
    }
}

/// Computers whose `config.txt` starts the chip's own watchdog.
fn watchdogs(build: &Build) -> BTreeSet<DeviceId> {
    let starts = |line: &str| -> Option<bool> {
        let rest = line.split('#').next().unwrap_or("").trim().strip_prefix("dtparam=")?;
        let mut of = rest.split(',').rev().map(|piece| piece.split_once('=').unwrap_or((piece, "on")));
        let last = of.find(|(name, _)| name.trim() == "watchdog")?;
        Some(!matches!(last.1.trim(), "off" | "false" | "no" | "0"))
    };
    let mut found = BTreeSet::new();
    for gpio in &build.gpio {
        if gpio.firmware.iter().rev().find_map(|line| starts(&line.value)) == Some(true) {
            found.insert(gpio.device);
        }
    }
    found
}
