//! What fails, tried out: the build wired up again without it, settled, and compared with what it had before.

use std::collections::BTreeSet;

use analysis::drives;
use analysis::failures::{Cause, Consequence};
use analysis::nets::{self, Link};
use analysis::what_if::{self, Change, World};
use cli::Checked;
use model::device::Origin;
use model::{Build, DeviceId, RunId, Terminal, WireId};

/// The build without what fails.
fn change(build: &Build, causes: &[Cause]) -> Change {
    let mut change = Change::default();
    for cause in causes {
        match *cause {
            Cause::Out(device) => {
                change.dead.insert(device);
            }
            Cause::Silent(_) => {}
            Cause::Plug(run) => {
                change.open.insert(Link::Mate(run));
            }
            Cause::Wire(wire) => {
                change.open.insert(Link::Wire(wire));
            }
            Cause::Fuse(device, index) => {
                change.open.insert(Link::Fuse(device, index));
            }
            Cause::Open(device, index) => {
                change.open.insert(Link::Contact(device, index));
                change.stuck_open.insert((device, index));
            }
            Cause::Welded(device, index, side) => {
                change.welded.insert((device, index), side);
            }
            Cause::Loose(terminal) => {
                let wires = (0..).zip(&build.wires).filter(|(_, wire)| wire.ends.contains(&terminal));
                change.open.extend(wires.map(|(number, _)| Link::Wire(WireId(number))));
            }
        }
    }
    change
}

/// Devices with a load that has power.
fn lit(world: &World) -> BTreeSet<(DeviceId, u32)> {
    let loads = world.circuit.loads.iter().zip(&world.settled.powered);
    loads.filter(|(_, on)| **on).map(|(load, _)| load.of).collect()
}

/// Computers that no path of plugs, cables and living switches joins to a feed's socket.
fn cut_off(build: &Build, causes: &[Cause], dark: &BTreeSet<DeviceId>) -> BTreeSet<DeviceId> {
    let out = |device: DeviceId| causes.contains(&Cause::Out(device));
    let is = |device: DeviceId, port: u32| build.part_of(device).ports[port as usize].kind == "rj45";
    let mut joined: Vec<[(DeviceId, u32); 2]> = Vec::new();
    for (number, run) in (0..).zip(&build.runs) {
        if causes.contains(&Cause::Plug(RunId(number))) {
            continue;
        }
        for mate in nets::mates(&run.what).into_iter().filter(|mate| mate.fits) {
            if mate.ends.iter().all(|end| is(end.0, end.1)) {
                joined.push(mate.ends);
            }
        }
    }
    let mut reached: BTreeSet<(DeviceId, u32)> = BTreeSet::new();
    for (id, device, part) in build.each_device() {
        if matches!(device.origin, Origin::Feed(_)) && !out(id) {
            reached.extend((0..).zip(&part.ports).filter(|(_, port)| port.kind == "rj45").map(|(at, _)| (id, at)));
        }
    }
    loop {
        let before = reached.len();
        for [a, b] in &joined {
            if reached.contains(a) || reached.contains(b) {
                reached.extend([*a, *b]);
            }
        }
        for (id, _, part) in build.each_device() {
            let passes = part.kind != "computer" && !out(id) && (part.loads.is_empty() || !dark.contains(&id));
            if passes && reached.iter().any(|(device, _)| *device == id) {
                let own = (0..).zip(&part.ports).filter(|(_, port)| port.kind == "rj45");
                reached.extend(own.map(|(at, _)| (id, at)));
            }
        }
        if reached.len() == before {
            break;
        }
    }
    let computers = build.each_device().filter(|(_, _, part)| part.kind == "computer");
    computers.map(|(id, ..)| id).filter(|id| !reached.iter().any(|(device, _)| device == id)).collect()
}

/// Loads that some living controller can still switch.
fn gripped(
    build: &Build,
    checked: &Checked,
    world: &World,
    causes: &[Cause],
    dark: &BTreeSet<DeviceId>,
) -> BTreeSet<DeviceId> {
    let facts = &checked.facts;
    let node = |at: Terminal| world.settled.component[world.metal.net(at).0 as usize];
    let mut live: BTreeSet<u32> = BTreeSet::new();
    for (supply, on) in world.circuit.supplies.iter().zip(&world.settled.live) {
        if *on {
            live.extend([supply.at.plus, supply.at.minus].map(|at| world.settled.component[at as usize]));
        }
    }
    let dead = |device: DeviceId| causes.contains(&Cause::Out(device)) || dark.contains(&device);
    let works = |outlet: &analysis::outlets::Outlet| {
        let stuck = causes.iter().any(|cause| match cause {
            Cause::Open(device, index) | Cause::Welded(device, index, _) => (*device, *index) == outlet.contact,
            _ => false,
        });
        let silent = causes.contains(&Cause::Silent(outlet.controller));
        if stuck || silent || dead(outlet.controller) || causes.contains(&Cause::Out(outlet.coil.0)) {
            return false;
        }
        let (device, part) = (build.device(outlet.coil.0), build.part_of(outlet.coil.0));
        let coil = &part.coils[outlet.coil.1 as usize];
        let mut ends = coil.plus.iter().chain(&coil.minus).map(|end| device.terminal(end[0]));
        let drive = facts.drives.of_input(outlet.input.0, outlet.input.1).expect("an outlet's input has a drive");
        let shape = drives::variant(build, drive).expect("an outlet's input has a known variant");
        let line = &build.part_of(outlet.line.0).lines[outlet.line.1 as usize];
        let line = line.at.as_ref().map(|end| node(build.device(outlet.line.0).terminal(end[0])));
        let mut input = [&shape.from, &shape.to].into_iter().map(|end| device.terminal(end[0]));
        ends.all(|end| live.contains(&node(end)))
            && input.all(|end| live.contains(&node(end)) || Some(node(end)) == line)
    };
    facts.outlets.iter().filter(|outlet| works(outlet)).map(|outlet| outlet.load).collect()
}

/// What brute force says that these causes take.
pub fn brute(checked: &Checked, before: &Before, causes: &[Cause]) -> Consequence {
    let build = &checked.build;
    let world = what_if::world(build, &checked.facts, &change(build, causes));
    let now = lit(&world);
    let lost = before.lit.difference(&now).map(|(device, _)| *device);
    let dark: BTreeSet<DeviceId> = lost.collect();
    let every: BTreeSet<DeviceId> = dark.union(&before.dark).copied().collect();
    let out = |id: &DeviceId| causes.contains(&Cause::Out(*id));
    let mut unreachable = cut_off(build, causes, &every);
    unreachable.retain(|id| !before.cut_off.contains(id) && !dark.contains(id) && !out(id));
    for cause in causes {
        if let Cause::Silent(id) = cause
            && !before.cut_off.contains(id)
        {
            unreachable.insert(*id);
        }
    }
    let left = gripped(build, checked, &world, causes, &every);
    let mut uncontrollable: BTreeSet<DeviceId> = before.gripped.difference(&left).copied().collect();
    uncontrollable.retain(|id| !dark.contains(id) && !out(id));
    Consequence {
        dark: dark.into_iter().collect(),
        unreachable: unreachable.into_iter().collect(),
        uncontrollable: uncontrollable.into_iter().collect(),
    }
}

/// What the build has while nothing has failed.
pub struct Before {
    lit: BTreeSet<(DeviceId, u32)>,
    pub dark: BTreeSet<DeviceId>,
    cut_off: BTreeSet<DeviceId>,
    gripped: BTreeSet<DeviceId>,
}

impl Before {
    pub fn of(checked: &Checked) -> Self {
        let build = &checked.build;
        let world = what_if::world(build, &checked.facts, &Change::default());
        let dark: BTreeSet<DeviceId> = world.dark().into_iter().collect();
        let gripped = gripped(build, checked, &world, &[], &dark);
        Self { lit: lit(&world), cut_off: cut_off(build, &[], &dark), gripped, dark }
    }
}
