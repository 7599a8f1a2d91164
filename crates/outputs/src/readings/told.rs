//! Causes in words: which wire, joint, contact, fuse or part.

use analysis::circuit::Side;
use analysis::meter::diagnosis::Cause;
use analysis::power::What;
use model::units::{Ohms, Volts};
use model::wire::RunKind;
use model::{RunId, WireId};

use crate::View;

/// One word for machines.
pub fn kind(cause: &Cause) -> &'static str {
    match cause {
        Cause::Open(_) => "open",
        Cause::High(..) => "high-resistance",
        Cause::Welded(_) => "does-not-open",
        Cause::Still(_) => "does-not-move",
        Cause::Weak(..) => "weak-source",
        Cause::Swapped(_) => "swapped",
        Cause::Landed(..) => "wrong-terminal",
        Cause::Bridged(_) => "bridged",
    }
}

fn run(view: View<'_>, wire: WireId) -> Option<RunId> {
    let is = |kind: &RunKind| match kind {
        RunKind::Wire(own) => *own == wire,
        RunKind::Inline(first, _, second) => *first == wire || *second == wire,
        RunKind::Cable(..) | RunKind::Plug(_) => false,
    };
    (0..).map(RunId).zip(&view.build.runs).find(|(_, run)| is(&run.what)).map(|(id, _)| id)
}

fn tag(view: View<'_>, wire: WireId) -> String {
    run(view, wire).map_or_else(String::new, |run| view.build.tag(run))
}

/// Wires, devices and terminals that it names, as the model does.
pub fn subjects(view: View<'_>, cause: &Cause) -> Vec<String> {
    let path = |wire: WireId| run(view, wire).map_or_else(String::new, |run| view.build.run_path(run));
    match cause {
        Cause::Open(piece) | Cause::High(piece, _) | Cause::Welded(piece) | Cause::Weak(piece, _) => {
            let piece = &view.facts.power.harness.pieces[*piece as usize];
            match piece.what {
                What::Wire(wire) => vec![path(wire)],
                _ => piece.at.iter().map(|end| view.build.path(*end)).collect(),
            }
        }
        Cause::Still(variable) => vec![view.facts.circuit.name(view.build, *variable)],
        Cause::Swapped(ends) => ends.iter().map(|(wire, _)| path(*wire)).collect(),
        Cause::Landed(wire, _, to) => vec![path(*wire), view.build.path(*to)],
        Cause::Bridged(ends) => ends.iter().map(|end| view.build.path(*end)).collect(),
    }
}

/// The thing that a piece is, as people call it.
fn named(view: View<'_>, piece: u32) -> String {
    let build = view.build;
    let piece = &view.facts.power.harness.pieces[piece as usize];
    let [a, b] = piece.at.map(|end| build.path(end));
    let device = |id| &build.device(id).name;
    match piece.what {
        What::Wire(wire) => format!("wire {} `{a}` to `{b}`", tag(view, wire)),
        What::Mate(..) => format!("plug contact `{a}` in `{b}`"),
        What::Join(id, ..) => format!("lead inside `{}` from `{a}` to `{b}`", device(id)),
        What::Contact(id, index, side) => {
            let of = &build.part_of(id).contacts[index as usize].name;
            let side = match side {
                Side::Nc => ", NC",
                Side::No => ", NO",
                Side::To(_) => "",
            };
            format!("contact `{}.{of}`{side}", device(id))
        }
        What::Fuse(id, index) => format!("fuse `{}.{}`", device(id), build.part_of(id).fuses[index as usize].name),
        What::Resistor(id, index) => {
            format!("resistor `{}.{}`", device(id), build.part_of(id).resistors[index as usize].name)
        }
        What::Source(of) => {
            format!("source `{}.{}`", device(of.device), build.part_of(of.device).sources[of.index as usize].name)
        }
        _ => format!("what lies between `{a}` and `{b}`"),
    }
}

/// What may be wrong, in a sentence without its full stop.
pub fn words(view: View<'_>, cause: &Cause) -> String {
    let build = view.build;
    match *cause {
        Cause::Open(piece) => {
            let what = named(view, piece);
            match view.facts.power.harness.pieces[piece as usize].what {
                What::Wire(_) => format!("{what} is open: broken, or loose at one of its two joints"),
                What::Fuse(..) => format!("{what} is blown or not in"),
                What::Contact(..) => format!("{what} does not close"),
                What::Mate(..) => format!("{what} does not meet"),
                What::Source(_) => format!("{what} gives nothing"),
                _ => format!("{what} is open"),
            }
        }
        Cause::High(piece, ohms) => {
            format!("{} has {} too many: a loose joint, a few strands, or wear", named(view, piece), Ohms(ohms))
        }
        Cause::Welded(piece) => format!("{} does not open", named(view, piece)),
        Cause::Still(variable) => format!(
            "relay `{}` does not move: its coil, its driver, its input or its line",
            view.facts.circuit.name(build, variable)
        ),
        Cause::Weak(piece, volts) => format!("{} gives {}", named(view, piece), Volts(volts)),
        Cause::Swapped([(a, i), (b, j)]) => {
            let at = |wire: WireId, end: usize| build.path(build.wire(wire).ends[end]);
            format!(
                "wires {} and {} changed places: `{}` and `{}`, or at their other ends",
                tag(view, a),
                tag(view, b),
                at(a, i),
                at(b, j)
            )
        }
        Cause::Landed(wire, end, to) => format!(
            "wire {} lies on `{}` instead of `{}`",
            tag(view, wire),
            build.path(to),
            build.path(build.wire(wire).ends[end])
        ),
        Cause::Bridged([a, b]) => format!("`{}` and `{}` touch", build.path(a), build.path(b)),
    }
}
