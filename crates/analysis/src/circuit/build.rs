//! Writes the build down as a contact network.

use std::collections::BTreeMap;

use model::part::{Contact, Lever, Mover};
use model::{Build, Device, DeviceId, Part, Terminal};
use switching::{Contact as Closing, Guard, Literal, Rail, Variable as Stands};

use super::{Circuit, Ends, Load, Side, Supply, Throw, Variable, limits};
use crate::drives::Drives;
use crate::nets::{self, Nets};
use crate::outlets::Outlet;
use crate::potentials::{Potentials, SourceRef};

/// The network of a build whose metal is `metal`; `potentials` are those of `metal`.
pub fn compute(build: &Build, metal: &Nets, potentials: &Potentials, drives: &Drives, outlets: &[Outlet]) -> Circuit {
    let mut circuit = Circuit::default();
    circuit.network.nodes = u32::try_from(metal.len()).expect("nets are no more than terminals");
    let parallel = parallel(build, metal);
    for (id, device, part) in build.each_device() {
        let node = |terminal: Terminal| metal.net(terminal).0;
        for (index, contact) in (0..).zip(&part.contacts) {
            if is_jumper(part, contact) {
                continue;
            }
            for (side, end, guards) in closings(&mut circuit, &parallel, id, device, part, (index, contact)) {
                let ends = [device.terminal(contact.com[0]), device.terminal(end)];
                for guard in guards {
                    circuit.network.contacts.push(Closing { ends: ends.map(node), guard });
                    circuit.throws.push(Throw { contact: (id, index), side, ends });
                }
            }
        }
        sources(&mut circuit, id, device, part, &node);
        for (index, load) in (0..).zip(&part.loads) {
            let at = Ends { plus: node(device.terminal(load.plus[0])), minus: node(device.terminal(load.minus[0])) };
            circuit.loads.push(Load { of: (id, index), at });
        }
    }
    rails(&mut circuit, build, metal, potentials);
    limits::interlocks(&mut circuit, build, outlets);
    limits::supplies(&mut circuit, build, metal, drives);
    circuit
}

/// A jumper stands as it was set, and is metal.
fn is_jumper(part: &Part, contact: &Contact) -> bool {
    match contact.by {
        Some(Mover::Lever(index)) => part.levers.get(index as usize).is_some_and(|lever| lever.by == "build"),
        Some(Mover::Coil(_)) => false,
        None => true,
    }
}

/// Coils without an input of their own that lie between the same two nets, by those: they pull in together.
fn parallel(build: &Build, metal: &Nets) -> BTreeMap<(DeviceId, u32), (DeviceId, u32)> {
    let mut first: BTreeMap<(u32, u32), (DeviceId, u32)> = BTreeMap::new();
    let mut same = BTreeMap::new();
    for (id, device, part) in build.each_device() {
        for (index, coil) in (0..).zip(&part.coils) {
            let (Some(plus), Some(minus), None) = (&coil.plus, &coil.minus, coil.input) else { continue };
            let net = |end: &model::part::End| metal.net(device.terminal(end[0])).0;
            let leader = *first.entry((net(plus), net(minus))).or_insert((id, index));
            // An unwired coil lies alone between its two terminals.
            if leader != (id, index) {
                same.insert((id, index), leader);
            }
        }
    }
    same
}

/// Each throw with the guards that close it (two make a contact that either closes).
fn closings(
    circuit: &mut Circuit,
    parallel: &BTreeMap<(DeviceId, u32), (DeviceId, u32)>,
    id: DeviceId,
    device: &Device,
    part: &Part,
    (index, contact): (u32, &Contact),
) -> Vec<(Side, model::Local, Vec<Guard>)> {
    let by = contact.by.expect("a contact without a mover counts as a jumper");
    // All contacts of one lever speak of it in the same variables.
    let several = |lever: u32| {
        part.levers.get(lever as usize).is_some_and(|lever| lever.positions.len() > 2)
            || part.contacts.iter().any(|other| other.by == Some(Mover::Lever(lever)) && !other.to.is_empty())
    };
    if let Mover::Lever(lever) = by
        && several(lever)
        && let Some(of) = part.levers.get(lever as usize)
    {
        return positions(circuit, id, device, lever, of, contact);
    }
    let moved = match (by, contact.back) {
        (Mover::Coil(coil), Some(_)) => variable(circuit, Variable::Latch(id, coil), false, 0),
        (Mover::Coil(coil), None) => {
            let leader = parallel.get(&(id, coil)).copied().unwrap_or((id, coil));
            let number = variable(circuit, Variable::Coil(leader.0, leader.1), false, 1);
            circuit.numbers.insert(Variable::Coil(id, coil), number);
            number
        }
        (Mover::Lever(lever), _) => {
            let stands = part.levers.get(lever as usize).is_some_and(|of| {
                let rest = of.rest.as_deref().or(of.positions.first().map(String::as_str)).unwrap_or("off");
                nets::position(device, of, lever).is_some_and(|stands| stands != rest)
            });
            variable(circuit, Variable::Lever(id, lever), stands, 1)
        }
    };
    let overlap = contact
        .make_first
        .then(|| Guard::one(Literal::new(variable(circuit, Variable::Overlap(id, index), false, 1), true)));
    let throw = |side, end: &Option<model::part::End>, value| {
        let guards = std::iter::once(Guard::one(Literal::new(moved, value))).chain(overlap).collect();
        end.as_ref().map(|end| (side, end[0], guards))
    };
    [throw(Side::Nc, &contact.nc, false), throw(Side::No, &contact.no, true)].into_iter().flatten().collect()
}

/// The throws of a lever of several positions: one variable a position, of which at most one is taken.
fn positions(
    circuit: &mut Circuit,
    id: DeviceId,
    device: &Device,
    index: u32,
    lever: &Lever,
    contact: &Contact,
) -> Vec<(Side, model::Local, Vec<Guard>)> {
    let stands = nets::position(device, lever, index);
    let known = circuit.number(Variable::Position(id, index, 0)).is_some();
    let names: Vec<&str> = lever.positions.iter().map(String::as_str).collect();
    let names = if names.is_empty() { vec!["off", "on"] } else { names };
    let numbers: Vec<u32> = (0..)
        .zip(&names)
        .map(|(at, &name)| {
            let rest = Some(name) == stands;
            variable(circuit, Variable::Position(id, index, at), rest, u32::from(!rest))
        })
        .collect();
    if !known {
        limits::at_most_one(circuit, &numbers, None);
    }
    let taken = |at: usize| numbers.get(at).map(|&number| vec![Guard::one(Literal::new(number, true))]);
    let mut closings = Vec::new();
    for (at, end) in contact.to.iter().enumerate() {
        let Some(guards) = taken(at) else { continue };
        closings.push((Side::To(u32::try_from(at).expect("positions of a lever are few")), end[0], guards));
    }
    let part_rest = lever.rest.as_deref().or(lever.positions.first().map(String::as_str));
    let rest = lever.positions.iter().position(|position| Some(position.as_str()) == part_rest).unwrap_or(0);
    if let (Some(nc), Some(guards)) = (&contact.nc, taken(rest)) {
        closings.push((Side::Nc, nc[0], guards));
    }
    if let Some(no) = &contact.no {
        let others = (0..numbers.len()).filter(|&at| at != rest).filter_map(taken).flatten().collect();
        closings.push((Side::No, no[0], others));
    }
    closings
}

fn variable(circuit: &mut Circuit, variable: Variable, rest: bool, weight: u32) -> u32 {
    let next = u32::try_from(circuit.variables.len()).expect("elements are bounded");
    let number = *circuit.numbers.entry(variable).or_insert(next);
    if number == next {
        circuit.variables.push(variable);
        circuit.network.variables.push(Stands { rest, weight });
    }
    number
}

fn sources(circuit: &mut Circuit, id: DeviceId, device: &Device, part: &Part, node: &impl Fn(Terminal) -> u32) {
    let at = |end: &model::part::End| node(device.terminal(end[0]));
    for (index, source) in (0..).zip(&part.sources) {
        let from = source.from.as_ref().map(|from| Ends { plus: at(&from.plus), minus: at(&from.minus) });
        let input = source.on.and_then(|on| part.inputs.get(on as usize)).and_then(|input| input.variants.first());
        circuit.supplies.push(Supply {
            of: SourceRef { device: id, index },
            at: Ends { plus: at(&source.plus), minus: at(&source.minus) },
            from,
            on: input.map(|input| Ends { plus: at(&input.from), minus: at(&input.to) }),
        });
    }
}

/// Every end of every source, with the volts of its net as its level.
fn rails(circuit: &mut Circuit, build: &Build, metal: &Nets, potentials: &Potentials) {
    let mut islands: BTreeMap<u32, u32> = BTreeMap::new();
    let mut references: Vec<Option<u32>> = Vec::new();
    let mut levels = Levels::of(potentials);
    for supply in circuit.supplies.clone() {
        let source = &build.part_of(supply.of.device).sources[supply.of.index as usize];
        for (node, gives) in [(supply.at.plus, true), (supply.at.minus, false)] {
            let volts = potentials.of(nets::NetId(node));
            // All mains count from earth: lines and neutrals of different feeds must not meet either.
            let island = volts.filter(|_| !source.ac).map_or(u32::MAX, |volts| volts.island);
            let fresh = u32::try_from(references.len()).expect("sources are bounded");
            let reference = *islands.entry(island).or_insert(fresh);
            if reference == fresh {
                references.push(None);
            }
            let zero = volts.and_then(|volts| volts.volts).is_some_and(|volts| volts.typ.0.abs() < 1e-9);
            if zero || references[reference as usize].is_none() && !gives {
                references[reference as usize] = Some(node);
            }
            let level = if source.ac { levels.own(node) } else { levels.level(node) };
            circuit.network.rails.push(Rail { node, reference, level, gives, mains: source.ac });
            circuit.rails.push((supply.of, gives));
        }
    }
    circuit.network.references = references.into_iter().map(|node| node.unwrap_or(0)).collect();
    debug_assert_eq!(metal.len(), circuit.network.nodes as usize);
}

/// Equal levels for nets of one island whose volts overlap.
struct Levels {
    of: BTreeMap<u32, u32>,
    next: u32,
}

impl Levels {
    fn of(potentials: &Potentials) -> Self {
        let mut known: Vec<(u32, f64, f64, u32)> = Vec::new();
        for net in potentials.nets() {
            if let Some((island, volts)) =
                potentials.of(*net).filter(|at| !at.ac).and_then(|at| Some((at.island, at.volts?)))
            {
                known.push((island, volts.lo.0, volts.hi.0, net.0));
            }
        }
        known.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.3.cmp(&b.3)));
        let mut levels = Self { of: BTreeMap::new(), next: 0 };
        let mut last: Option<(u32, f64)> = None;
        for (island, lo, hi, net) in known {
            match last {
                // A cluster is what overlaps its lowest member, so that bands do not chain upwards.
                Some((before, top)) if before == island && lo <= top + 1e-9 => {}
                _ => {
                    levels.next += 1;
                    last = Some((island, hi));
                }
            }
            levels.of.insert(net, levels.next);
        }
        levels
    }

    fn level(&mut self, node: u32) -> u32 {
        match self.of.get(&node) {
            Some(&level) => level,
            None => self.own(node),
        }
    }

    /// A level that no other net has: volts that nobody states, or mains.
    fn own(&mut self, node: u32) -> u32 {
        match self.of.get(&(node | 1 << 31)) {
            Some(&level) => level,
            None => {
                self.next += 1;
                self.of.insert(node | 1 << 31, self.next);
                self.next
            }
        }
    }
}
