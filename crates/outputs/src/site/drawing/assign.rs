//! Which of several like terminals each wire takes, so that the lines of a drawing stand in the order of the board.
//!
//! A drawing shows like terminals in the order of their lines. On the board they stand in the order of their numbers: where the two differ, wires
//! cross in front of the board.

use std::collections::BTreeMap;

use analysis::nets::{NetId, Nets, solid};
use model::{Build, Terminal, WireId};

use super::graph::Graph;
use super::place::Layout;
use super::sheets;
use crate::View;
use crate::site::{NetNames, net_of};

/// Another terminal for the end of a wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Choice {
    /// The wire.
    pub wire: WireId,
    /// Which of its ends: 0 or 1.
    pub end: usize,
    /// Where it lands.
    pub from: Terminal,
    /// Where it may land as well.
    pub to: Terminal,
}

/// What choosing brings.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Assigned {
    /// Pairs of wires that cross in front of a board, as written.
    pub before: usize,
    /// The same with the choices made.
    pub after: usize,
    /// The choices, in the order of the wires.
    pub choices: Vec<Choice>,
}

/// Chooses; `may` says of which ends the text names one terminal that can be written otherwise.
///
/// Terminals are alike where a board has them under one name, with one silk print and clamp, and they are one piece of metal without any wire. The
/// terminals that wires land on stay the same; only which wire lands on which changes.
pub fn assign(view: View<'_>, may: &dyn Fn(WireId, usize) -> bool) -> Assigned {
    let nets = NetNames::of(view);
    let graph = super::graph(view.build, &net_of(view, &nets));
    let metal = solid(view.build);
    let mut assigned = Assigned::default();
    let mut drawn = |graph: &Graph| {
        if let Some(layout) = super::lay_out(graph) {
            on(view.build, &metal, (graph, &layout), may, &mut assigned);
        }
    };
    if graph.edges.len() <= super::WHOLE_LINES {
        drawn(&graph);
    } else {
        let all = sheets::sheets(view.build, &graph);
        (0..all.len()).for_each(|n| drawn(&sheets::on_sheet(&graph, &all, n)));
    }
    assigned.choices.sort_by_key(|choice| (choice.wire, choice.end));
    assigned
}

/// The same on one drawing.
fn on(
    build: &Build,
    metal: &Nets,
    (graph, layout): (&Graph, &Layout),
    may: &dyn Fn(WireId, usize) -> bool,
    assigned: &mut Assigned,
) {
    for placed in &layout.boxes {
        for rows in &placed.rows {
            // By kind of terminal: the ends that land on it, top to bottom.
            let mut kinds: BTreeMap<Kind<'_>, Vec<(WireId, usize)>> = BTreeMap::new();
            for &(edge, end) in rows {
                if let Some(wire) = graph.edges[edge].wire {
                    kinds.entry(kind(build, metal, build.wire(wire).ends[end])).or_default().push((wire, end));
                }
            }
            for ends in kinds.into_values() {
                let lands: Vec<Terminal> = ends.iter().map(|&(wire, end)| build.wire(wire).ends[end]).collect();
                let free = |n: &usize| may(ends[*n].0, ends[*n].1);
                let mut sorted: Vec<Terminal> = (0..ends.len()).filter(free).map(|n| lands[n]).collect();
                sorted.sort_unstable();
                let mut sorted = sorted.into_iter();
                let mut chosen = lands.clone();
                for n in (0..ends.len()).filter(free) {
                    chosen[n] = sorted.next().expect("as many as are free");
                }
                let (before, after) = (turned(&lands), turned(&chosen));
                assigned.before += before;
                if after >= before {
                    assigned.after += before;
                    continue;
                }
                assigned.after += after;
                let moved = (0..ends.len()).filter(|&n| lands[n] != chosen[n]);
                let choice = |n: usize| Choice { wire: ends[n].0, end: ends[n].1, from: lands[n], to: chosen[n] };
                assigned.choices.extend(moved.map(choice));
            }
        }
    }
}

/// What makes terminals alike: the device, the name without its number, the print, the clamp, the metal.
type Kind<'a> = (u32, &'a str, Option<&'a str>, Option<&'a str>, NetId);

fn kind<'a>(build: &'a Build, metal: &Nets, terminal: Terminal) -> Kind<'a> {
    let info = build.terminal(terminal);
    let name = info.name.rsplit_once('[').map_or(info.name.as_str(), |(name, _)| name);
    (build.owner(terminal).0, name, info.silk.as_deref(), info.clamp.as_deref(), metal.net(terminal))
}

/// Pairs that stand in the other order.
fn turned(terminals: &[Terminal]) -> usize {
    let later = |n: usize| terminals[n + 1..].iter().filter(move |later| **later < terminals[n]).count();
    (0..terminals.len()).map(later).sum()
}
