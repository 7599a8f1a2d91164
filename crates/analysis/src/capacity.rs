//! How many more computers fit, and what binds: terminals, channels, ports, sockets, amperes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use model::part::{Mover, Part};
use model::units::shown;
use model::wire::{Mate, RunKind};
use model::{Build, DeviceId, Terminal};

use crate::budget::Budget;
use crate::nets::{Landed, Link, Nets, landed};
use crate::potentials::{Potentials, SourceRef};
use crate::purchase::offer;

/// Room for more computers like those in the build.
#[derive(Clone, Debug, Default)]
pub struct Capacity {
    /// How many; `None` if that cannot be told.
    pub more: Option<u32>,
    /// What is left for more of them, least first.
    pub binds: Vec<(String, u32)>,
    /// What is not known.
    pub unknown: Vec<String>,
}

/// Counts what the computers in the build take one of each, and what is free of it.
pub fn compute(build: &Build, metal: &Nets, rest: &Nets, potentials: &Potentials, budget: &Budget) -> Capacity {
    let mut capacity = Capacity::default();
    let computers: Vec<DeviceId> =
        build.each_device().filter(|(_, _, part)| part.kind == "computer").map(|(id, ..)| id).collect();
    if computers.is_empty() {
        capacity.unknown.push("there is no computer in the build".to_owned());
        return capacity;
    }
    let landed = landed(build);
    let sources = supplies(build, rest, potentials, &computers);
    terminals(build, metal, &landed, &sources, &mut capacity);
    channels(build, &landed, &mut capacity);
    ports(build, &computers, &mut capacity);
    sockets(build, &landed, &computers, &mut capacity);
    amperes(build, budget, &sources, &computers, &mut capacity);
    capacity.binds.sort_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
    let least = capacity.binds.first().map(|&(_, left)| left);
    capacity.more = if least == Some(0) || capacity.unknown.is_empty() { least } else { None };
    capacity
}

/// The sources that feed computers.
fn supplies(build: &Build, rest: &Nets, potentials: &Potentials, computers: &[DeviceId]) -> BTreeSet<SourceRef> {
    let mut sources = BTreeSet::new();
    for &id in computers {
        let device = build.device(id);
        for load in build.part(device.part).loads.iter().filter(|load| !load.ac) {
            let plus = device.terminal(load.plus[0]);
            let by = potentials.at(rest, plus).and_then(|volts| volts.by);
            sources.extend(by.filter(|by| by.device != id));
        }
    }
    sources
}

/// Free screws and levers that are one factory-made piece with a supply's end: plugs and boards, no wire of the build.
fn terminals(build: &Build, metal: &Nets, landed: &Landed, sources: &BTreeSet<SourceRef>, capacity: &mut Capacity) {
    if sources.is_empty() {
        return;
    }
    let mut used = [false; 2];
    let mut free = [0u32; 2];
    let mut volts: BTreeSet<String> = BTreeSet::new();
    for source in sources {
        let device = build.device(source.device);
        let source = &build.part(device.part).sources[source.index as usize];
        volts.extend(source.volts.known().map(|band| shown(band.typ.0, "V")));
        for (side, end) in [&source.plus, &source.minus].into_iter().enumerate() {
            for terminal in factory_made(metal, end.iter().map(|&local| device.terminal(local))) {
                let info = build.terminal(terminal);
                if !matches!(info.clamp.as_deref(), Some("screw" | "lever")) {
                    continue;
                }
                if landed.any(terminal) {
                    used[side] = true;
                } else {
                    free[side] += 1;
                }
            }
        }
    }
    let volts: Vec<String> = volts.into_iter().collect();
    let volts = if volts.is_empty() { "supply".to_owned() } else { volts.join(" or ") };
    if used[0] || free[0] > 0 {
        capacity.binds.push((format!("live {volts} terminals"), free[0]));
    }
    if used[1] || free[1] > 0 {
        capacity.binds.push(("return terminals".to_owned(), free[1]));
    }
}

/// Terminals that joins and matings alone connect.
fn factory_made(metal: &Nets, from: impl Iterator<Item = Terminal>) -> BTreeSet<Terminal> {
    let mut seen: BTreeSet<Terminal> = BTreeSet::new();
    let mut queue: VecDeque<Terminal> = VecDeque::new();
    for terminal in from {
        if seen.insert(terminal) {
            queue.push_back(terminal);
        }
    }
    while let Some(terminal) = queue.pop_front() {
        for (next, link) in metal.links(terminal) {
            if matches!(link, Link::Join(..) | Link::Mate(_) | Link::Tie(_)) && seen.insert(next) {
                queue.push_back(next);
            }
        }
    }
    seen
}

/// Relay channels of which nothing is wired, if any channel is in use.
fn channels(build: &Build, landed: &Landed, capacity: &mut Capacity) {
    let (mut used, mut free) = (false, 0);
    for (_, device, part) in build.each_device() {
        for contact in part.contacts.iter().filter(|contact| matches!(contact.by, Some(Mover::Coil(_)))) {
            let ends = std::iter::once(&contact.com).chain(&contact.nc).chain(&contact.no).chain(&contact.to);
            let wired = ends.flatten().any(|&local| landed.any(device.terminal(local)));
            used |= wired;
            free += u32::from(!wired);
        }
    }
    if used {
        capacity.binds.push(("relay channels".to_owned(), free));
    }
}

/// Every port that a plug sits in.
fn plugged(build: &Build) -> BTreeMap<(DeviceId, u32), (DeviceId, u32)> {
    let mut plugged = BTreeMap::new();
    let mut add = |mate: &Mate| {
        plugged.insert(mate.ends[0], mate.ends[1]);
        plugged.insert(mate.ends[1], mate.ends[0]);
    };
    for run in &build.runs {
        match &run.what {
            RunKind::Cable(_, a, b) => {
                add(a);
                add(b);
            }
            RunKind::Plug(mate) => add(mate),
            RunKind::Wire(_) | RunKind::Inline(..) => {}
        }
    }
    plugged
}

fn indexed(part: &Part) -> impl Iterator<Item = (u32, &model::part::Port)> {
    (0..).zip(&part.ports)
}

/// Free network ports of switches, if a computer is plugged into one.
fn ports(build: &Build, computers: &[DeviceId], capacity: &mut Capacity) {
    let plugged = plugged(build);
    let networked = |id: &DeviceId| {
        indexed(build.part_of(*id)).any(|(at, port)| port.kind == "rj45" && plugged.contains_key(&(*id, at)))
    };
    if !computers.iter().any(networked) {
        return;
    }
    let mut free = 0;
    for (id, _, part) in build.each_device().filter(|(_, _, part)| part.kind == "switch") {
        free += indexed(part)
            .map(|(at, port)| u32::from(port.kind == "rj45" && !plugged.contains_key(&(id, at))))
            .sum::<u32>();
    }
    capacity.binds.push(("switch ports".to_owned(), free));
}

/// Spare pieces of the part that the computers' supply cables plug into: bought and not in use.
fn sockets(build: &Build, landed: &Landed, computers: &[DeviceId], capacity: &mut Capacity) {
    let plugged = plugged(build);
    let mut parts = BTreeSet::new();
    for &id in computers {
        let part = build.part_of(id);
        let feeding =
            part.loads.iter().flat_map(|load| &load.plus).filter_map(|&local| part.terminals[local.0 as usize].pin);
        for (port, _) in feeding {
            let Some(&(cable, at)) = plugged.get(&(id, port)) else {
                continue;
            };
            let other = indexed(build.part_of(cable)).map(|(port, _)| port).find(|&port| port != at);
            let Some(&(socket, _)) = other.and_then(|other| plugged.get(&(cable, other))) else {
                continue;
            };
            let device = build.device(socket);
            let part = build.part(device.part);
            if part.sources.is_empty() && part.terminals.iter().any(|terminal| terminal.clamp.is_some()) {
                parts.insert(device.part);
            }
        }
    }
    for id in parts {
        let part = build.part(id);
        let (mut there, mut free) = (0u32, 0u32);
        for device in build.devices.iter().filter(|device| device.part == id) {
            let count = u32::try_from(part.terminals.len()).unwrap_or(u32::MAX);
            let wired =
                (device.first..device.first.saturating_add(count)).any(|terminal| landed.any(Terminal(terminal)));
            there += 1;
            free += u32::from(!wired);
        }
        let bought = build.lines.iter().find(|line| line.part == id);
        let bought = bought.map(|line| line.packs.saturating_mul(offer(part).map_or(1, |offer| offer.pack)));
        match bought {
            Some(bought) => capacity.binds.push((part.name.clone(), free + bought.saturating_sub(there))),
            None if free > 0 => capacity.binds.push((part.name.clone(), free)),
            None => {}
        }
    }
}

/// Whole computers that the rails still carry, each as large as the largest there.
fn amperes(
    build: &Build,
    budget: &Budget,
    sources: &BTreeSet<SourceRef>,
    computers: &[DeviceId],
    capacity: &mut Capacity,
) {
    for load in budget.rails.iter().filter(|load| load.scenario == usize::MAX && sources.contains(&load.source)) {
        let source = build.device(load.source.device);
        let name = format!("{}.{}", source.name, build.part(source.part).sources[load.source.index as usize].name);
        let Some(limit) = load.limit.known() else {
            capacity.unknown.push(format!("the limit of `{name}`"));
            continue;
        };
        for &(device, _) in &load.drawn.unknown {
            capacity.unknown.push(format!("the draw of `{}`", build.device(device).name));
        }
        let own = load.by.iter().filter(|(device, _)| computers.binary_search(device).is_ok());
        let largest = own.map(|(_, drawn)| drawn.band.hi.0).fold(0.0, f64::max);
        if largest <= 0.0 {
            continue;
        }
        let left = (limit.lo.0 - load.drawn.band.hi.0) / largest;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped just before
        let left = left.floor().clamp(0.0, 1e6) as u32;
        capacity.binds.push((format!("amperes of {name}"), left));
    }
}
