//! What clamps, pins and plugs may carry, and what is left of a wire's ampacity among others.

use analysis::power::What;
use analysis::protection;
use model::part::Port;
use model::units::{Amps, Number};
use model::{Build, Terminal, WireId};
use source::Span;

use crate::Context;

/// A wire that carries a tenth of its ampacity or more counts as loaded: below that it gives less than a hundredth of its heat.
const LOADED: f64 = 0.1;

/// What a clamp may carry, else what its connector's contacts may.
pub fn terminal_rating(build: &Build, at: Terminal) -> Option<(Amps, Option<Span>)> {
    let own = &build.terminal(at).max;
    let pin = || port(build, at).map(|port| &port.contact_max);
    let number = if own.known().is_some() { own } else { pin()? };
    Some((number.known()?.lo, number.span()))
}

/// What a mated contact may carry: the lesser of both sides.
pub fn plug_rating(build: &Build, ends: [Terminal; 2]) -> Option<(Amps, Option<Span>)> {
    let sides = ends.into_iter().filter_map(|end| port(build, end));
    let known = sides.filter_map(|port| Some((port.contact_max.known()?.lo, port.contact_max.span())));
    known.min_by(|(a, _), (b, _)| a.0.total_cmp(&b.0))
}

/// Where it says `unstated` what a clamp may carry, if nothing else states it.
pub fn unstated(build: &Build, at: Terminal) -> Option<Span> {
    let own = &build.terminal(at).max;
    let pin = port(build, at).map(|port| &port.contact_max);
    let silent = terminal_rating(build, at).is_none();
    [Some(own), pin].into_iter().flatten().find(|number| silent && number.is_unknown()).and_then(Number::span)
}

/// The same of a mated contact.
pub fn unstated_plug(build: &Build, ends: [Terminal; 2]) -> Option<Span> {
    let silent = plug_rating(build, ends).is_none();
    let sides = ends.into_iter().filter_map(|end| port(build, end));
    sides.map(|port| &port.contact_max).find(|number| silent && number.is_unknown()).and_then(Number::span)
}

/// The port that a terminal is a pin of.
fn port(build: &Build, at: Terminal) -> Option<&Port> {
    let (port, _) = build.terminal(at).pin?;
    build.part_of(build.owner(at)).ports.get(port as usize)
}

/// By bundle (index): how many of its wires are loaded.
pub fn loaded(Context { build, facts }: Context<'_>) -> Vec<usize> {
    let mut loaded = vec![0; build.bundles.len()];
    for (index, wire) in (0..).zip(&build.wires) {
        let amperes = facts.power.bound(What::Wire(WireId(index))).and_then(|bound| bound.typical_amperes);
        let bears = protection::ampacity(build, WireId(index));
        if amperes.zip(bears).is_some_and(|(amperes, bears)| amperes >= bears.0 * LOADED) {
            loaded[build.run(wire.run).bundle.0 as usize] += 1;
        }
    }
    loaded
}

/// What is left of a wire's ampacity beside other loaded ones: NEC 310.15(C)(1).
pub fn factor(loaded: usize) -> f64 {
    match loaded {
        0..=3 => 1.0,
        4..=6 => 0.8,
        7..=9 => 0.7,
        10..=20 => 0.5,
        21..=30 => 0.45,
        31..=40 => 0.4,
        _ => 0.35,
    }
}
