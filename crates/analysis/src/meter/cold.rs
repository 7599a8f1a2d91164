//! Tests before power: what must be joined, what must be open, and through how many ohms.

use std::collections::{BTreeMap, BTreeSet};

use model::units::{Band, Ohms};
use model::wire::RunKind;
use model::{Build, RunId, Terminal};

use super::powered::Branch;
use super::rig::{Edits, Rig, Shows};
use super::web::Web;
use super::{Expect, Phase, Test};
use crate::circuit::{Side, Variable};
use crate::nets;
use crate::power::What;

/// Ohms of pieces in a row; an end that one of them does not know is absent.
fn sum(rig: &Rig<'_>, pieces: &[u32]) -> Option<Band<Ohms>> {
    let mut sum = Band::of(0.0, 0.0, 0.0);
    for piece in pieces {
        let value = rig.facts.power.harness.pieces[*piece as usize].numbers.value.1;
        if value.gap.is_some() {
            return None;
        }
        sum = sum.plus(Band::of(value.low?, value.typical, value.high?));
    }
    Some(sum)
}

/// `fu[1].b--k2.nc`.
fn named(build: &Build, [a, b]: [Terminal; 2]) -> String {
    format!("{}--{}", build.path(a), build.path(b))
}

/// Every wire that somebody cuts and lands.
pub fn wires(web: &Web<'_>, tests: &mut Vec<Test>) {
    let rig = web.rig;
    let (build, power) = (rig.build, &rig.facts.power);
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for (run, of) in (0..).map(RunId).zip(&build.runs) {
        let wires = match &of.what {
            RunKind::Wire(wire) => vec![*wire],
            RunKind::Inline(first, _, second) => vec![*first, *second],
            RunKind::Cable(..) | RunKind::Plug(_) => continue,
        };
        for wire in wires {
            let ends = build.wire(wire).ends;
            // Two wires between the same terminals are told apart by their order.
            let id = format!("wire:{}", named(build, ends));
            let nth = times.entry(id.clone()).and_modify(|nth| *nth += 1).or_insert(1);
            let id = if *nth > 1 { format!("{id}~{nth}") } else { id };
            let piece = power.piece(What::Wire(wire));
            let band = piece.and_then(|piece| sum(rig, &[piece]));
            let lifted = web.joined(piece, &rig.rest, ends.map(|end| rig.node(end)));
            let test = Test::new(id, Phase::Cold, Expect::Joined(band));
            tests.push(Test { probes: Some(ends), run: Some(run), on: vec![run], lifted, ..test });
        }
    }
}

/// Fuses in their holders, and resistors.
pub fn parts(web: &Web<'_>, tests: &mut Vec<Test>) {
    let rig = web.rig;
    for (number, piece) in (0..).zip(&rig.facts.power.harness.pieces) {
        let (kind, device, name) = match piece.what {
            What::Fuse(device, index) => ("fuse", device, &rig.build.part_of(device).fuses[index as usize].name),
            What::Resistor(device, index) => {
                ("ohms", device, &rig.build.part_of(device).resistors[index as usize].name)
            }
            _ => continue,
        };
        if !piece.at.iter().all(|end| web.is_wired(*end)) {
            continue;
        }
        let beside = web.shows(Some(number), &rig.rest, piece.ends);
        let band = sum(rig, &[number]);
        let expect = match (kind, beside, band) {
            (_, Shows::Electronics | Shows::Resistor, _) if kind == "ohms" => {
                Expect::NotVerified("other parts lie beside it, and nobody states their ohms")
            }
            (_, Shows::Joined, _) => Expect::NotVerified("it is joined by another way as well"),
            ("fuse", _, band) => Expect::Joined(band),
            (_, _, Some(band)) => Expect::Ohms(band),
            (_, _, None) => Expect::NotVerified("its ohms are not stated"),
        };
        let id = format!("{kind}:{}.{name}", rig.build.device(device).name);
        tests.push(Test { probes: Some(piece.at), ..Test::new(id, Phase::Cold, expect) });
    }
}

/// The contact of every outlet, at rest and with its relay energised.
pub fn contacts(web: &Web<'_>, tests: &mut Vec<Test>) {
    let rig = web.rig;
    let (build, facts) = (rig.build, rig.facts);
    let any = nets::landed(build);
    for (number, outlet) in facts.outlets.iter().enumerate() {
        let (device, index) = outlet.contact;
        let (of, own) = (&build.part_of(device).contacts[index as usize], build.device(device));
        let com = own.terminal(of.com[0]);
        let Some(variable) = facts.circuit.coil(outlet.coil.0, outlet.coil.1) else { continue };
        let moves = facts.circuit.variables[variable as usize];
        for (throw, side) in [(&of.nc, Side::Nc), (&of.no, Side::No)] {
            let Some(to) = throw.as_ref().map(|throw| own.terminal(throw[0])).filter(|to| any.any(*to)) else {
                continue;
            };
            for state in [Vec::new(), vec![moves]] {
                let closed = (side == Side::Nc) == state.is_empty();
                let expect = expected(web, [com, to], &state, closed);
                let name = if side == Side::Nc { "nc" } else { "no" };
                let id = format!("contact:{}.{}:{name}{}", own.name, of.name, suffix(rig, &state));
                let test = Test::new(id, Phase::Cold, expect);
                tests.push(Test {
                    state,
                    probes: Some([com, to]),
                    load: Some(outlet.load),
                    outlet: Some(number),
                    ..test
                });
            }
        }
    }
}

/// `@k8.k[2]`.
fn suffix(rig: &Rig<'_>, state: &[Variable]) -> String {
    let numbers = state.iter().filter_map(|variable| rig.facts.circuit.number(*variable));
    numbers.map(|number| format!("@{}", rig.facts.circuit.name(rig.build, number))).collect()
}

/// What a meter must show between two terminals in a state, as the whole wiring has it.
fn expected(web: &Web<'_>, probes: [Terminal; 2], state: &[Variable], closed: bool) -> Expect {
    let rig = web.rig;
    let values = rig.stand(&rig.rest, state);
    let ends = probes.map(|end| rig.node(end));
    match (web.shows(None, &values, ends), closed) {
        (Shows::Joined, true) => Expect::Joined(web.walk(&values, ends).and_then(|pieces| sum(rig, &pieces))),
        (Shows::Joined, false) => Expect::NotVerified("it is joined by another way as well"),
        (Shows::Open, false) => Expect::Open,
        (Shows::Resistor | Shows::Electronics, false) => {
            Expect::NotVerified("other parts lie beside it, and nobody states their ohms")
        }
        _ => Expect::NotVerified("nothing joins them as the wiring is written"),
    }
}

/// From the supply's side to the load's, out and back: both legs, at rest and with the relay that cuts them energised.
pub fn ways(web: &Web<'_>, branches: &[Branch], tests: &mut Vec<Test>) {
    let rig = web.rig;
    let facts = rig.facts;
    for branch in branches {
        for legs in [&branch.path.out, &branch.path.back] {
            // A plug that is out divides the way.
            let mut parts: Vec<Vec<_>> = vec![Vec::new()];
            for leg in legs {
                if matches!(facts.power.harness.pieces[leg.piece as usize].what, What::Mate(..)) {
                    parts.push(Vec::new());
                } else {
                    parts.last_mut().expect("there is a first part").push(*leg);
                }
            }
            for part in parts.iter().filter(|part| part.len() > 1) {
                let probes = [part[0].from, part[part.len() - 1].to];
                let pieces: Vec<u32> = part.iter().map(|leg| leg.piece).collect();
                let cuts = facts.outlets.iter().position(|outlet| {
                    pieces.iter().any(|piece| match facts.power.harness.pieces[*piece as usize].what {
                        What::Contact(device, index, _) => (device, index) == outlet.contact,
                        _ => false,
                    })
                });
                let coil = cuts
                    .and_then(|number| facts.circuit.coil(facts.outlets[number].coil.0, facts.outlets[number].coil.1));
                let moved = coil.map(|variable| vec![facts.circuit.variables[variable as usize]]);
                for state in std::iter::once(Vec::new()).chain(moved) {
                    let expect = expected(web, probes, &state, state.is_empty());
                    let id = format!("way:{}{}", named(rig.build, probes), suffix(rig, &state));
                    let test = Test::new(id, Phase::Cold, expect);
                    let (load, on) = (Some(branch.device), web.on(pieces.iter().copied()));
                    tests.push(Test { state, probes: Some(probes), load, on, outlet: cuts, ..test });
                }
            }
        }
    }
}

/// What must not be joined: both ends of every load, and terminals that stand beside each other on a board.
pub fn apart(rig: &Rig<'_>, branches: &[Branch], tests: &mut Vec<Test>) {
    let build = rig.build;
    let cold = rig.cold(&Edits::default(), &rig.rest);
    let expect = |[a, b]: [Terminal; 2]| match cold.shows(rig.node(a), rig.node(b)) {
        Shows::Open => Some(Expect::Open),
        Shows::Joined | Shows::Resistor => None,
        _ => Some(Expect::NotVerified("parts lie between them, and nobody states their ohms")),
    };
    let mut done: BTreeSet<[u32; 2]> = BTreeSet::new();
    for branch in branches {
        let [a, b] = branch.probes.map(|end| cold.metal(rig.node(end)));
        done.insert([a.min(b), a.max(b)]);
        if let Some(expect) = expect(branch.probes) {
            let test = Test::new(format!("open:{}", branch.name), Phase::Cold, expect);
            tests.push(Test { probes: Some(branch.probes), load: Some(branch.device), ..test });
        }
    }
    let any = nets::landed(build);
    for probes in neighbours(build) {
        let [a, b] = probes.map(|end| cold.metal(rig.node(end)));
        if probes.iter().all(|end| any.wires(*end) > 0)
            && done.insert([a.min(b), a.max(b)])
            && let Some(expect) = expect(probes)
        {
            let test = Test::new(format!("apart:{}", named(build, probes)), Phase::Cold, expect);
            tests.push(Test { probes: Some(probes), ..test });
        }
    }
}

/// Terminals that a strand or a blob of solder could join: beside each other in a row that a part states, else in its list.
pub fn neighbours(build: &Build) -> Vec<[Terminal; 2]> {
    let mut all = Vec::new();
    for (_, device, part) in build.each_device() {
        let mut stated: BTreeSet<u32> = BTreeSet::new();
        for row in &part.rows {
            for two in row.of.windows(2) {
                if let [Some(a), Some(b)] = two {
                    stated.extend([a.0, b.0]);
                    all.push([device.terminal(*a), device.terminal(*b)]);
                }
            }
        }
        for (local, two) in (0..).zip(part.terminals.windows(2)) {
            let beside = two[0].clamp.is_some() && two[0].clamp == two[1].clamp;
            if beside && !stated.contains(&local) && !stated.contains(&(local + 1)) {
                all.push([Terminal(device.first + local), Terminal(device.first + local + 1)]);
            }
        }
    }
    all
}
