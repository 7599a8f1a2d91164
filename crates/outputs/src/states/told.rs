//! Names in a row, potentials that meet, and grips that are lost, in words.

use std::collections::BTreeMap;

use analysis::circuit::Variable;
use analysis::nets;
use analysis::what_if::{self, Change, World};
use model::{Build, DeviceId};
use switching::Relation;

use crate::View;

/// `pi[1..3]`, `sw`: names of devices, those in a row together.
pub fn names(build: &Build, devices: &[DeviceId]) -> Vec<String> {
    let names: Vec<&str> = devices.iter().map(|&device| build.device(device).name.as_str()).collect();
    ranges(&names)
}

/// `k[1..3]` for `k[1]`, `k[2]`, `k[3]`, where they follow each other.
pub(super) fn ranges<T: AsRef<str>>(names: &[T]) -> Vec<String> {
    let joined = crate::site::names(names.iter().map(AsRef::as_ref));
    if joined.is_empty() { Vec::new() } else { joined.split(", ").map(str::to_owned).collect() }
}

fn rail(view: View<'_>, world: &World, rail: u32) -> String {
    let (of, plus) = world.circuit.rails[rail as usize];
    let device = view.build.device(of.device);
    let source = &view.build.part_of(of.device).sources[of.index as usize];
    if plus { format!("{} of {}", source.name, device.name) } else { format!("the return of {}", device.name) }
}

/// `5v of psu and the return of psu`.
pub(super) fn meeting(view: View<'_>, world: &World, ([a, b], relation): ([u32; 2], Relation)) -> String {
    let how = match relation {
        Relation::Parallel => " side by side",
        Relation::Mains => ", mains and low voltage",
        _ => "",
    };
    format!("{} and {}{how}", rail(view, world, a), rail(view, world, b))
}

/// The same, with the way from one to the other.
pub(super) fn meeting_at_length(view: View<'_>, world: &World, met: ([u32; 2], Relation)) -> String {
    let [a, b] = met.0;
    let network = &world.circuit.network;
    let ends = [a, b].map(|rail| network.rails[rail as usize].node);
    let way = world.way(ends[0], ends[1]).unwrap_or_default();
    let [from, to] = [a, b].map(|rail| world.circuit.rail_terminal(view.build, rail));
    let hops = world.circuit.spelled(&world.metal, from, &way, to);
    format!("{}: {}", meeting(view, world, met), nets::told(view.build, &hops))
}

/// What a controller that hangs may hold, and who can restart it.
pub(super) fn hang(view: View<'_>, change: &Change, device: DeviceId) -> Vec<String> {
    let (build, control) = (view.build, &view.facts.control);
    let name = |device: DeviceId| build.device(device).name.as_str();
    let coil = |(device, index): (DeviceId, u32)| {
        format!("{}.{}", name(device), build.part_of(device).coils[index as usize].name)
    };
    let mut told: Vec<String> = Vec::new();
    for grip in control.grips.iter().filter(|grip| grip.controller == device) {
        let how = if grip.throw_nc { "energised" } else { "at rest" };
        told.push(format!("{} may hold {} {how}, and {} dark", name(device), coil(grip.coil), name(grip.load)));
    }
    let out = |other: DeviceId| change.hung.contains(&other) || change.dead.contains(&other);
    let (mut able, mut unable): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for grip in control.grips.iter().filter(|grip| grip.load == device && grip.controller != device) {
        let words = format!("{} with {}", name(grip.controller), coil(grip.coil));
        if out(grip.controller) { unable.push(words) } else { able.push(words) }
    }
    let dog = control.controllers.iter().any(|one| one.device == device && one.watchdog);
    if dog {
        told.push(format!("its hardware watchdog restarts {}", name(device)));
    }
    let name = name(device);
    told.push(match (able.is_empty(), unable.is_empty()) {
        (false, _) => format!("{name} can be restarted by {}, while that has power", able.join(", ")),
        (true, false) => format!("{name} could be restarted by {} alone, which is out as well", unable.join(", ")),
        (true, true) => format!("nobody can restart {name}"),
    });
    for lock in control.lock_outs.iter().chain(&control.beyond) {
        if lock.hung.iter().all(|hung| change.hung.contains(hung)) && lock.hung.contains(&device) {
            told.push(format!("a lock-out: {}", crate::control::story(build, lock)));
        }
    }
    told
}

/// Loads whose relay changes nothing any more under a change, and that are not dark.
pub(super) fn lost_grips(view: View<'_>, change: &Change, dark: &[DeviceId]) -> Vec<String> {
    let mut lost: BTreeMap<DeviceId, String> = BTreeMap::new();
    for outlet in &view.facts.outlets {
        if dark.contains(&outlet.load) {
            continue;
        }
        let name = |device: DeviceId| view.build.device(device).name.as_str();
        let controller = outlet.controller;
        let why = [
            ("dead", change.dead.contains(&controller)),
            ("hung", change.hung.contains(&controller)),
            ("dark", dark.contains(&controller)),
        ];
        if let Some((why, _)) = why.into_iter().find(|(_, is)| *is) {
            lost.insert(outlet.load, format!("{0} can cut {1}, as {0} is {why}", name(controller), name(outlet.load)));
            continue;
        }
        let coil = Variable::Coil(outlet.coil.0, outlet.coil.1);
        let mut with = change.clone();
        with.set.insert(coil, outlet.throw_nc);
        let world = what_if::world(view.build, view.facts, &with);
        if world.powered().contains(&outlet.load) {
            lost.insert(outlet.load, format!("{} can cut {}", name(controller), name(outlet.load)));
        }
    }
    lost.into_values().collect()
}
