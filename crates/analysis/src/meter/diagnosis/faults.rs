//! What is tried for a wrong row: everything that conducts, wires with their like neighbours, terminals beside each other.

use std::collections::BTreeSet;

use model::{Build, Terminal, WireId};

use super::view::Bench;
use super::{Cause, WORK};
use crate::circuit::Variable;
use crate::meter::cold::neighbours;
use crate::meter::rig::{Edits, Rig, Shows};
use crate::meter::{DARK, Expect, OPEN, Phase};
use crate::power::What;

/// A cause as it stands in the network.
pub struct Fault {
    /// What may be wrong.
    pub cause: Cause,
    /// The same as edits.
    pub edits: Edits,
}

impl Fault {
    /// What is likelier where readings say the same of both: what hands have made before what a factory has, one slip before two.
    pub fn rank(&self, rig: &Rig<'_>) -> u32 {
        let piece = |piece: u32| match rig.facts.power.harness.pieces[piece as usize].what {
            What::Wire(_) => 0,
            What::Fuse(..) => 1,
            What::Contact(..) => 2,
            What::Mate(..) => 3,
            What::Source(_) => 5,
            _ => 4,
        };
        match self.cause {
            Cause::Open(number) | Cause::High(number, _) => piece(number),
            Cause::Swapped(_) => 6,
            Cause::Landed(..) => 7,
            Cause::Bridged(_) => 8,
            Cause::Welded(_) => 9,
            Cause::Still(_) => 10,
            Cause::Weak(..) => 11,
        }
    }
}

fn gone(piece: u32) -> Fault {
    Fault { cause: Cause::Open(piece), edits: Edits { gone: Some(piece), ..Edits::default() } }
}

/// All that is tried for a row.
pub fn of(bench: &Bench<'_>, row: usize, wrong: &[usize], work: &mut usize) -> Vec<Fault> {
    let (rig, test) = (bench.rig, &bench.tests[row]);
    let harness = &rig.facts.power.harness;
    let Some(reading) = bench.reading(row) else { return Vec::new() };
    let mut faults = Vec::new();
    let pieces = || (0..).zip(&harness.pieces);
    let holds = |(_, piece): &(u32, &crate::power::harness::Piece)| {
        piece.what.conducts() || matches!(piece.what, What::Source(_) | What::Resistor(..))
    };
    faults.extend(pieces().filter(holds).map(|(number, _)| gone(number)));
    // More ohms than there may be.
    let between =
        test.limits().is_some_and(|limits| limits.high.is_some_and(|high| high < reading) && reading < OPEN.0);
    if test.phase == Phase::Cold
        && between
        && let Expect::Joined(Some(band)) | Expect::Ohms(band) = &test.expect
    {
        let more = reading - band.typ.0;
        faults.extend(pieces().filter(|(_, piece)| piece.what.conducts()).map(|(number, _)| high(number, more)));
    }
    let low = test.limits().is_some_and(|limits| limits.low.is_some_and(|low| reading < low)) && reading > DARK.0;
    if test.phase == Phase::Loaded
        && low
        && let Some(load) = bench.load(row)
    {
        let path = rig.facts.power.path(rig.facts.world(rig.build), load, 0);
        for leg in path.iter().flat_map(|path| path.out.iter().chain(&path.back)) {
            *work += bench.cost() * 24;
            faults.extend(bench.due(leg.piece, row, reading).map(|more| high(leg.piece, more)));
        }
    }
    if matches!(test.phase, Phase::NoLoad | Phase::Loaded) && reading.abs() > DARK.0 {
        let sources = pieces().filter(|(_, piece)| matches!(piece.what, What::Source(_)));
        let weak = |(number, _)| Fault { cause: Cause::Weak(number, reading), edits: Edits::default() };
        faults.extend(sources.filter(|_| test.phase == Phase::NoLoad).map(weak));
    }
    // Contacts and coils that do not move.
    for (number, piece) in pieces() {
        if matches!(piece.what, What::Contact(..)) {
            let edits = Edits { welded: Some(number), ..Edits::default() };
            faults.push(Fault { cause: Cause::Welded(number), edits });
        }
    }
    for (number, variable) in (0..).zip(&rig.facts.circuit.variables) {
        if matches!(variable, Variable::Coil(..) | Variable::Latch(..)) {
            let edits = Edits { still: Some(number), ..Edits::default() };
            faults.push(Fault { cause: Cause::Still(number), edits });
        }
    }
    slips(bench, row, wrong, work, &mut faults);
    faults
}

fn high(piece: u32, ohms: f64) -> Fault {
    // What hangs on the piece is seen by taking it away.
    Fault { cause: Cause::High(piece, ohms), edits: Edits { gone: Some(piece), ..Edits::default() } }
}

/// Ends of wires that lie elsewhere, and terminals that touch.
fn slips(bench: &Bench<'_>, row: usize, wrong: &[usize], work: &mut usize, faults: &mut Vec<Fault>) {
    let (rig, build) = (bench.rig, bench.rig.build);
    let wires: Vec<(WireId, u32)> = (0..)
        .map(WireId)
        .zip(&build.wires)
        .filter_map(|(id, _)| Some((id, rig.facts.power.piece(What::Wire(id))?)))
        .collect();
    let near = suspects(bench, row, wrong, &wires, work);
    let moved = |wire: u32, end: usize, to: Terminal| Some((wire, end, rig.node(to)));
    for &(a, own) in wires.iter().filter(|(wire, _)| near.contains(wire)) {
        for &(b, other) in wires.iter().filter(|(wire, _)| *wire != a && (*wire > a || !near.contains(wire))) {
            for (i, j) in [(0, 0), (1, 1), (0, 1), (1, 0)] {
                let (here, there) = (build.wire(a).ends[i], build.wire(b).ends[j]);
                if alike(build, here, there) {
                    let edits = Edits { moved: [moved(own, i, there), moved(other, j, here)], ..Edits::default() };
                    faults.push(Fault { cause: Cause::Swapped([(a, i), (b, j)]), edits });
                }
            }
        }
    }
    for [a, b] in neighbours(build) {
        let nodes = [a, b].map(|end| rig.node(end));
        let edits = Edits { bridge: Some(nodes), ..Edits::default() };
        faults.push(Fault { cause: Cause::Bridged([a, b]), edits });
        for (wire, own) in wires.iter().filter(|(wire, _)| near.contains(wire)) {
            for (end, at) in build.wire(*wire).ends.into_iter().enumerate() {
                let to = if at == a { b } else { a };
                if at == a || at == b {
                    let edits = Edits { moved: [moved(*own, end, to), None], ..Edits::default() };
                    faults.push(Fault { cause: Cause::Landed(*wire, end, to), edits });
                }
            }
        }
    }
}

/// Wires that could have a part in a wrong row: those without which some wrong row would show something else, and those that land on
/// what a probe of it touches.
fn suspects(
    bench: &Bench<'_>,
    row: usize,
    wrong: &[usize],
    wires: &[(WireId, u32)],
    work: &mut usize,
) -> BTreeSet<WireId> {
    let rig = bench.rig;
    let touched: BTreeSet<u32> = bench.tests[row].probes.into_iter().flatten().map(|end| rig.node(end)).collect();
    let lands = |wire: WireId| rig.build.wire(wire).ends.iter().any(|end| touched.contains(&rig.node(*end)));
    let mut near: BTreeSet<WireId> = wires.iter().map(|(wire, _)| *wire).filter(|wire| lands(*wire)).collect();
    let rows: Vec<usize> = std::iter::once(row).chain(wrong.iter().copied()).take(12).collect();
    for (wire, piece) in wires {
        if *work > WORK {
            break;
        }
        *work += bench.cost() * rows.len();
        if rows.iter().any(|row| bench.changes(*piece, *row)) {
            near.insert(*wire);
        }
    }
    near
}

/// Whether hands could take one for the other: terminals of one device, or of two of one part.
fn alike(build: &Build, a: Terminal, b: Terminal) -> bool {
    let owners = [a, b].map(|end| build.owner(end));
    owners[0] == owners[1] || build.device(owners[0]).part == build.device(owners[1]).part
}

impl Bench<'_> {
    /// Whether a row would show something else without a piece.
    fn changes(&self, piece: u32, row: usize) -> bool {
        let fault = gone(piece);
        let now = self.shown(&fault.edits, row);
        now != self.shown(&Edits::default(), row) && now != Shows::Unknown
    }
}
