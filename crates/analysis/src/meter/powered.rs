//! Tests with power: volts that each load will get, volts under load, relays one at a time, amperes at the socket.

use std::collections::BTreeSet;

use model::{Build, DeviceId, Terminal};

use super::rig::{Edits, Shows};
use super::web::Web;
use super::{Expect, Phase, Test};
use crate::Facts;
use crate::circuit::Switch;
use crate::power::{Edge, Harness, Leg, Path, What};

/// A load that hangs on the supply and not on another load: what is measured while loads are out.
pub struct Branch {
    /// `pi[1].board`.
    pub name: String,
    /// Whose load it is.
    pub device: DeviceId,
    /// Where probes reach both ends of what it will get: the last terminals with a clamp before the load, or its own.
    pub probes: [Terminal; 2],
    /// From the supply to the load and back.
    pub path: Path,
    /// Volts of its source: least, typical, most.
    source: [Option<f64>; 3],
}

/// All of them, in the order of the devices.
pub fn branches(build: &Build, facts: &Facts) -> Vec<Branch> {
    let power = &facts.power;
    let loads = power.harness.pieces.iter().filter(|piece| matches!(piece.what, What::Load(..)));
    let taken: BTreeSet<u32> = loads.map(|piece| piece.ends[0]).collect();
    let mut branches = Vec::new();
    for (number, piece) in (0..).zip(&power.harness.pieces) {
        let What::Load(device, index) = piece.what else { continue };
        let Some(path) = power.path(facts.world(build), number, 0) else { continue };
        // What hangs on another load's terminals is out while that load is.
        let node = |terminal: Terminal| power.harness.node[terminal.0 as usize];
        let own = node(piece.at[0]);
        if path.out.iter().map(|leg| node(leg.to)).any(|node| node != own && taken.contains(&node)) {
            continue;
        }
        let value = power.harness.pieces[path.source as usize].numbers.value.1;
        branches.push(Branch {
            name: format!("{}.{}", build.device(device).name, build.part_of(device).loads[index as usize].name),
            device,
            probes: reached(&power.harness, build, &path, piece.at),
            path,
            source: [value.low, Some(value.typical).filter(|_| value.is_known()), value.high],
        });
    }
    branches
}

/// Where the last wire to a load ends and the first wire back begins: at the clamp, or at the plug behind it.
fn reached(rig: &Harness, build: &Build, path: &Path, own: [Terminal; 2]) -> [Terminal; 2] {
    let is_wire = |leg: &Leg| matches!(rig.pieces[leg.piece as usize].what, What::Wire(_));
    let end = |terminal: Terminal, behind: Option<Terminal>| match build.terminal(terminal).clamp {
        Some(_) => terminal,
        None => behind.unwrap_or(terminal),
    };
    let out =
        path.out.iter().rposition(is_wire).map(|at| end(path.out[at].to, path.out.get(at + 1).map(|leg| leg.from)));
    let back = path
        .back
        .iter()
        .position(is_wire)
        .map(|at| end(path.back[at].from, at.checked_sub(1).map(|before| path.back[before].to)));
    match (out, back) {
        (Some(plus), Some(minus)) => [plus, minus],
        _ => own,
    }
}

/// Every branch has the volts of its supply where it begins and where its load will hang, before it gives any current.
pub fn unloaded(web: &Web<'_>, branches: &[Branch], tests: &mut Vec<Test>) {
    let rig = web.rig;
    let joined = |path: &Path| web.on(path.out.iter().chain(&path.back).map(|leg| leg.piece));
    let live = rig.live(&Edits::default(), &rig.started);
    let row = |id: String, probes: [Terminal; 2], branch: &Branch| {
        let expect = Expect::Volts { limits: branch.source, floor: None };
        let test = Test::new(format!("no-load:{id}"), Phase::NoLoad, expect);
        Test { probes: Some(probes), load: Some(branch.device), on: joined(&branch.path), ..test }
    };
    for branch in branches {
        let clamped = |terminal: &Terminal| rig.build.terminal(*terminal).clamp.is_some();
        let first = branch.path.out.iter().flat_map(|leg| [leg.from, leg.to]).find(clamped);
        let last = branch.path.back.iter().rev().flat_map(|leg| [leg.to, leg.from]).find(clamped);
        if let (Some(plus), Some(minus)) = (first, last)
            && [plus, minus] != branch.probes
        {
            let id = format!("{}--{}", rig.build.path(plus), rig.build.path(minus));
            tests.push(Test { load: None, on: Vec::new(), ..row(id, [plus, minus], branch) });
        }
        tests.push(row(branch.name.clone(), branch.probes, branch));
    }
    let loads = rig.facts.circuit.loads.iter().map(|load| load.of.0).collect::<BTreeSet<_>>();
    // A coil that has its volts before any load is in.
    for outlet in &rig.facts.outlets {
        let (own, part) = (rig.build.device(outlet.coil.0), rig.build.part_of(outlet.coil.0));
        let coil = &part.coils[outlet.coil.1 as usize];
        let Some((plus, minus)) = coil.plus.as_ref().zip(coil.minus.as_ref()) else { continue };
        let probes = [own.terminal(plus[0]), own.terminal(minus[0])];
        let Shows::Volts(volts) = live.shows(rig.node(probes[0]), rig.node(probes[1])) else { continue };
        let of = branches.iter().find(|branch| branch.source[1].is_some_and(|typical| (typical - volts).abs() < 1e-9));
        // What a load's own terminals feed is out while that load is.
        let fed = rig
            .facts
            .power
            .piece(What::Coil(outlet.coil.0, outlet.coil.1))
            .and_then(|piece| rig.facts.power.path(rig.facts.world(rig.build), piece, 0));
        let behind = fed.as_ref().is_none_or(|path| {
            path.out.iter().any(|leg| {
                [leg.from, leg.to]
                    .iter()
                    .any(|end| loads.contains(&rig.build.owner(*end)) && rig.build.owner(*end) != outlet.coil.0)
            })
        });
        if let (Some(of), false, Some(path)) = (of, behind, fed) {
            let id = format!("{}--{}", rig.build.path(probes[0]), rig.build.path(probes[1]));
            let test = row(id, probes, of);
            tests.push(Test { load: None, on: joined(&path), ..test });
        }
    }
}

/// Volts at every load while it draws.
pub fn loaded(build: &Build, facts: &Facts, tests: &mut Vec<Test>) {
    let power = &facts.power;
    let world = facts.world(build);
    let Some(scenario) = power.scenario("load").or_else(|| power.scenario("worst")) else { return };
    let (typical, corners) = (power.point(world, scenario, 0), power.corners(world, scenario, 0));
    for (number, piece) in power.harness.pieces.iter().enumerate() {
        let What::Load(device, index) = piece.what else { continue };
        let (own, of) = (build.device(device), &build.part_of(device).loads[index as usize]);
        let bound = corners[number];
        if bound.fighting || matches!((bound.lowest, bound.highest), (Edge::Never, Edge::Never)) {
            continue;
        }
        let typical = typical.volts[number].filter(|_| !typical.failed[number] && bound.lowest != Edge::Unknown);
        let floor = of.warns_below.known().or(of.fails_below.known()).map(|volts| volts.hi);
        let floor = floor.or(of.volts.known().map(|volts| volts.lo));
        let expect = Expect::Volts { limits: [bound.lowest.get(), typical, bound.highest.get()], floor };
        let test = Test::new(format!("loaded:{}.{}", own.name, of.name), Phase::Loaded, expect);
        tests.push(Test { probes: Some(piece.at), load: Some(device), ..test });
    }
}

/// Each relay cycles its own load, and nothing else than what hangs on it.
pub fn cycles(build: &Build, facts: &Facts, tests: &mut Vec<Test>) {
    let circuit = &facts.circuit;
    let mut state: Vec<bool> = circuit.network.variables.iter().map(|variable| variable.rest).collect();
    let rest = circuit.settle(&state, Switch::Service, |_| None);
    for (number, outlet) in facts.outlets.iter().enumerate() {
        let Some(variable) = circuit.coil(outlet.coil.0, outlet.coil.1) else { continue };
        state[variable as usize] = !state[variable as usize];
        let moved = circuit.settle(&state, Switch::Service, |_| None);
        state[variable as usize] = !state[variable as usize];
        let changed = |before: &[bool], after: &[bool]| -> Vec<DeviceId> {
            let lost = circuit.loads.iter().enumerate().filter(|(at, _)| before[*at] && !after[*at]);
            let mut devices: Vec<DeviceId> = lost.map(|(_, load)| load.of.0).collect();
            devices.dedup();
            devices
        };
        let dark = if outlet.throw_nc {
            changed(&rest.powered, &moved.powered)
        } else {
            changed(&moved.powered, &rest.powered)
        };
        let load = circuit.loads.iter().find(|load| load.of.0 == outlet.load);
        let probes = load.map(|load| {
            let (own, of) = (build.device(load.of.0), &build.part_of(load.of.0).loads[load.of.1 as usize]);
            [own.terminal(of.plus[0]), own.terminal(of.minus[0])]
        });
        let own = build.device(outlet.coil.0);
        let coil = &build.part_of(outlet.coil.0).coils[outlet.coil.1 as usize];
        let id = format!("cycle:{}.{}", own.name, coil.name);
        let others = dark.into_iter().filter(|device| *device != outlet.load).collect();
        let state = if outlet.throw_nc { vec![circuit.variables[variable as usize]] } else { Vec::new() };
        let test = Test::new(id, Phase::Cycle, Expect::Dark(others));
        tests.push(Test { state, probes, load: Some(outlet.load), outlet: Some(number), ..test });
    }
}

/// Amperes at the socket, scenario by scenario.
pub fn feeds(build: &Build, facts: &Facts, tests: &mut Vec<Test>) {
    for load in &facts.budget.feeds {
        let Some(scenario) = build.scenarios.get(load.scenario) else { continue };
        let name = scenario.id.value.clone();
        let feed = &build.feeds[load.feed];
        let expect = Expect::Amperes {
            drawn: load.drawn.band,
            allowed: load.allowed,
            measured: load.measured,
            partial: !load.drawn.is_whole(),
        };
        let test = Test::new(format!("feed:{}:{name}", feed.name), Phase::Feed, expect);
        tests.push(Test { feed: Some((load.feed, name)), ..test });
    }
}
