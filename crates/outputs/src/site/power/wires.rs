//! Every wire that carries something: volts of its net, amperes, what it may carry, what of that is left.

use analysis::power::{Edge, What};
use analysis::protection;

use crate::View;
use crate::power::loops;
use crate::power::{edge, name, number_of};

/// A wire.
pub struct Wire {
    /// `#07`.
    pub tag: String,
    /// `fuse-out/3: fu[3].b → k8.nc[3]`.
    pub name: String,
    /// Volts of its net at rest; empty where nothing stands on it.
    pub volts: String,
    /// Typical amperes.
    pub typical: String,
    /// Most amperes.
    pub worst: String,
    /// What it may carry; empty where neither stock nor gauge says.
    pub rating: String,
    /// `48 %`.
    pub left: String,
}

/// In the order of their tags.
pub fn wires(view: View<'_>) -> Vec<Wire> {
    let (build, facts) = (view.build, view.facts);
    let pieces = facts.power.harness.pieces.iter().zip(&facts.power.bounds);
    let wires = pieces.filter_map(|(piece, bound)| {
        let What::Wire(id) = piece.what else { return None };
        let known = bound.amperes.get().or(bound.typical_amperes);
        let flows = known.is_some_and(|amperes| amperes > 1e-9) || bound.amperes == Edge::Unknown;
        if !flows || bound.fighting {
            return None;
        }
        let net = facts.rest.net(piece.at[0]);
        let volts = facts.potentials.of(net).and_then(|volts| volts.volts);
        let rating = protection::ampacity(build, id).map(|rating| rating.0);
        let left =
            bound.amperes.get().zip(rating).map(|(most, rating)| format!("{:.0} %", (1.0 - most / rating) * 100.0));
        let [from, to] = piece.at.map(|at| build.shown(at));
        Some(Wire {
            tag: build.tag(build.wire(id).run),
            name: format!("{}: {from} → {to}", name(build, piece.what).trim_start_matches("wire ")),
            volts: volts.map_or_else(String::new, |band| band.typ.to_string()),
            typical: loops::amperes(bound.typical_amperes.filter(|_| bound.amperes != Edge::Unknown)),
            worst: edge(bound.amperes, "A"),
            rating: rating.map_or_else(String::new, |rating| number_of(Some(rating), "A")),
            left: left.unwrap_or_default(),
        })
    });
    wires.collect()
}
