//! Who plays: controllers, their lines, the coils that these move, and the loads that hang on the coils.

use std::collections::{BTreeMap, BTreeSet};

use model::part::Mover;
use model::{Build, DeviceId, Part};
use switching::truth::Truth;

use super::supply::{Condition, Supply};
use super::{CoilRef, Controller};
use crate::circuit::{Circuit, Ends, Variable};
use crate::drives::{self, Drive, Drives, PinState, Verdict3};
use crate::nets::Nets;
use crate::potentials::{Between, Potentials};

const NONE: u32 = u32::MAX;

/// A controller, and when it has power.
pub struct Player {
    pub controller: Controller,
    /// `None`: it hangs on more coils than can be tabled.
    pub fed: Option<Truth>,
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
    pub back: Option<Vec<u32>>,
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
                loose(build, rest, potentials, drive)
            });
        }
        players.undecided.sort_unstable();
        players.undecided.dedup();
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

    /// Adds a coil that some line, or its own supply, can move.
    #[allow(clippy::too_many_arguments, reason = "the places that a coil is read from")]
    fn coil(
        &mut self,
        metal: &Nets,
        supply: &mut Supply<'_>,
        drives: &Drives,
        of: CoilRef,
        variable: u32,
        owners: &mut BTreeMap<(DeviceId, Option<u32>, CoilRef), u32>,
        loose: &dyn Fn(&Drive) -> bool,
    ) {
        let (device, part) = (self.build.device(of.0), self.build.part_of(of.0));
        let coil = &part.coils[of.1 as usize];
        let node = |end: &model::part::End| metal.net(device.terminal(end[0])).0;
        let ends = coil.plus.as_ref().zip(coil.minus.as_ref());
        let ends = ends.map(|(plus, minus)| Ends { plus: node(plus), minus: node(minus) });
        let drive = coil.input.and_then(|input| drives.of_input(of.0, input));
        let from = drive.and_then(|drive| {
            let shape = drives::variant(self.build, drive)?;
            drives::active_low(self.build, drive)?.then(|| node(&shape.from))
        });
        let wired = drive.is_some_and(|drive| !drive.lines.is_empty());
        let declared = if wired || self.watchers.is_empty() { Vec::new() } else { self.declared(variable) };
        if coil.input.is_some() && !wired && declared.is_empty() {
            return;
        }
        let mut fed = match ends {
            Some(ends) => supply.between(ends).map(|fed| fed.truth),
            None => Some(Truth::always(true)),
        };
        if let Some(from) = from {
            fed = fed.zip(supply.end(from)).and_then(|(fed, input)| fed.and(&input.truth));
        }
        let Some(fed) = fed else {
            self.undecided.push(of.0);
            return;
        };
        if coil.input.is_none() && fed.variables().is_empty() {
            return;
        }
        let mut lines = Vec::new();
        match drive {
            Some(drive) if wired => lines.extend(drive.lines.iter().map(|&(id, line)| (id, Some(line)))),
            _ => lines.extend(declared.into_iter().map(|id| (id, None))),
        }
        let back = back(part, of.1).map(|back| {
            let input = part.coils.get(back as usize).and_then(|coil| coil.input);
            let drive = input.and_then(|input| drives.of_input(of.0, input));
            drive.map_or(Vec::new(), |drive| drive.lines.iter().map(|&(id, line)| (id, Some(line))).collect())
        });
        let number = u32::try_from(self.coils.len()).expect("elements are bounded");
        let mut line = |(id, line): (DeviceId, Option<u32>), moves: bool| {
            let key = (id, line, if line.is_some() { (id, 0) } else { of });
            let next = u32::try_from(self.lines.len()).expect("elements are bounded");
            let at = *owners.entry(key).or_insert(next);
            if at == next {
                self.lines.push(Line { owner: id.0, line, coils: Vec::new() });
            }
            if moves {
                self.lines[at as usize].coils.push(number);
            }
            at
        };
        let lines = lines.into_iter().map(|one| line(one, true)).collect();
        let back = back.map(|back| back.into_iter().map(|one| line(one, false)).collect());
        let loose = wired && drive.is_some_and(loose);
        self.movers[variable as usize] = number;
        self.coils.push(Coil { of, variable, lines, back, fed, loose, wired });
    }

    /// Watchers of the loads that hang on a coil.
    fn declared(&self, variable: u32) -> Vec<DeviceId> {
        let watchers = self.users_of(variable).filter_map(|need| self.watchers.get(&need.device)).flatten();
        watchers.copied().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Numbers the owners of lines.
    fn own(&mut self) {
        let devices: BTreeSet<u32> = self.lines.iter().map(|line| line.owner).collect();
        let undecided: BTreeSet<DeviceId> = self.undecided.iter().copied().collect();
        for device in devices.into_iter().map(DeviceId) {
            let fed = match self.need(device) {
                Some(need) => Some(need.condition.truth),
                None => (!undecided.contains(&device)).then(|| Truth::always(true)),
            };
            let controller = Controller { device, watchdog: self.watchdogs.contains(&device) };
            self.controllers.push(Player { controller, fed, lines: Vec::new() });
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
                self.bystanders.push(Player { controller, fed, lines: Vec::new() });
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
        let Some(coil) = self.mover(variable).map(|at| &self.coils[at as usize]) else { return false };
        coil.lines.is_empty() && coil.back.is_none() && coil.fed.holds(|_| false)
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

/// The coil that returns the contacts of a latching relay.
fn back(part: &Part, coil: u32) -> Option<u32> {
    let of = part.contacts.iter().find(|contact| contact.by == Some(Mover::Coil(coil)) && contact.back.is_some())?;
    match of.back {
        Some(Mover::Coil(back)) => Some(back),
        // A lever returns it, and levers stand: nobody does.
        Some(Mover::Lever(_)) => Some(u32::MAX),
        None => None,
    }
}

/// Whether an input may be asserted while its driver has no power: only one that lets current out can, into the dead pin's clamp;
/// and only from a feed that is there (one that is not is another rule's finding).
fn loose(build: &Build, rest: &Nets, potentials: &Potentials, drive: &Drive) -> bool {
    if drives::active_low(build, drive) != Some(true) || matches!(drive.feed, Between::Dead | Between::Apart) {
        return false;
    }
    drives::asserted_at(build, rest, potentials, drive, PinState::PullDown) != Verdict3::No
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
