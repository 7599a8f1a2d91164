//! One drawing for several states: each line and contact bears the states in which it stands so, and a style sheet shows one of them.

use std::collections::BTreeSet;

use analysis::what_if::{self, Change, World};
use model::WireId;

use super::drawing::graph::Blade;
use super::drawing::symbols::{Poles, Symbol};
use super::drawing::{self, Graph};
use super::wiring::{NetNames, net_of};
use crate::View;

/// A state with what it comes to.
pub struct Stand {
    /// What it is called.
    pub name: String,
    /// The circuit in it.
    pub world: World,
    /// How many wires stand under volts.
    pub live: usize,
    /// By wire: it stands under volts or is joined to a return.
    pub on: Vec<bool>,
}

impl Stand {
    /// The state of the build under a change.
    pub fn new(view: View<'_>, name: String, change: &Change) -> Self {
        let world = what_if::world(view.build, view.facts, change);
        let (circuit, component) = (&world.circuit, &world.settled.component);
        let mut ends = [BTreeSet::new(), BTreeSet::new()];
        for (rail, &(of, plus)) in circuit.network.rails.iter().zip(&circuit.rails) {
            let gives = circuit.supplies.iter().zip(&world.settled.live).any(|(supply, live)| *live && supply.of == of);
            if gives {
                ends[usize::from(plus)].insert(component[rail.node as usize]);
            }
        }
        let on = |side: usize| -> Vec<bool> {
            let wires = view.build.wires.iter();
            wires.map(|wire| ends[side].contains(&component[world.metal.net(wire.ends[0]).0 as usize])).collect()
        };
        let (returns, live) = (on(0), on(1));
        let count = live.iter().filter(|live| **live).count();
        Self {
            name,
            live: count,
            on: live.iter().zip(returns).map(|(live, returns)| *live || returns).collect(),
            world,
        }
    }
}

/// The whole wiring. A wire that is on in some state has the class `vs`, a contact's symbol `vb`, and both `v<n>` for each state `n` in which
/// they stand so.
pub fn graph(view: View<'_>, nets: &NetNames, poles: &Poles, stands: &[Stand]) -> Graph {
    let build = view.build;
    let net_of = net_of(view, nets);
    let mut graph = drawing::graph(build, &net_of);
    for edge in &mut graph.edges {
        if let Some(WireId(wire)) = edge.wire {
            let wire = wire as usize;
            edge.class = format!("vs{}", classes(stands, &|stand| stand.on[wire]));
        }
    }
    let throws = &stands[0].world.circuit.throws;
    graph.add_blades(build, throws.iter().map(|throw| (throw, false)));
    // A contact that no line leads to has no blade, so blades are told apart by what they join.
    let ends =
        |blade: &Blade| blade.rows.map(|(edge, end)| graph.edges[edge].wire.map(|wire| build.wire(wire).ends[end]));
    let contacts: Vec<(&Blade, usize)> = graph
        .blades
        .iter()
        .filter_map(|blade| Some((blade, throws.iter().position(|throw| throw.ends.map(Some) == ends(blade))?)))
        .collect();
    let closed = |stand: &Stand, number: usize| stand.world.closed.get(number).copied().unwrap_or(false);
    let mut blades = Vec::new();
    for &(blade, number) in &contacts {
        let taken = |stand: &Stand| {
            contacts.iter().any(|(other, number)| other.rows[0] == blade.rows[0] && closed(stand, *number))
        };
        for symbol in blade.symbol.ways() {
            let on = classes(stands, &|stand| match symbol {
                Symbol::Free => !closed(stand, number) && taken(stand),
                _ if symbol.is_closed() => closed(stand, number),
                _ => !closed(stand, number) && !taken(stand),
            });
            if !on.is_empty() {
                blades.push(Blade { symbol, class: format!("vb{on}"), ..blade.clone() });
            }
        }
    }
    graph.blades = blades;
    graph.add_symbols(build, poles);
    graph
}

/// ` v0 v2` for the states in which something holds.
pub fn classes(stands: &[Stand], holds: &dyn Fn(&Stand) -> bool) -> String {
    let of = stands.iter().enumerate().filter(|(_, stand)| holds(stand));
    of.map(|(n, _)| format!(" v{n}")).collect()
}
