//! A coil pulls in as a rule, but need not when its supply is low, its way worn and its winding warm.
//!
//! A relay pulls in at a current, and a warm winding lets less of it through at the same volts: at 60 °C it takes 16 % more volts than at 20 °C, where
//! makers state them. A relay that clicks on the bench may stay still in August.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! lamp = { part = "lamp" }
//! board = { part = "toy-board" }
//! relay = { part = "toy-relay" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1] -> relay.nc", "relay.com -> lamp.plus", "lamp.minus -> psu.minus[1]"]
//! [wire.board]
//! stock = "lead"
//! run = ["psu.plus[2] -> board.plus", "board.minus -> psu.minus[2]"]
//! [wire.control]
//! stock = "lead"
//! run = ["board.pin4 -> relay.plus", "relay.minus -> board.pin14", "board.gpio18 -> relay.in"]
//! ```
//! ```toml bom/parts/toy-relay.toml
//! name = "Toy relay board"
//! kind = "relay-board"
//! cite = "toy"
//! lever.trigger = { by = "build", positions = ["H", "L"], shipped = "H" }
//! input.k = [
//!     { when = { trigger = "H" }, from = "in", to = "minus", ohms = "1 kohm", forward = "1.2 V", energises = ">= 2.5 V", releases = "<= 1.5 V", draws = "2 mA" },
//!     { when = { trigger = "L" }, from = "plus", to = "in", ohms = "1 kohm", forward = "2.2..3.2 V", energises = ">= 3.4 V", releases = "<= 2.8 V", draws = "2 mA" },
//! ]
//! coil.k = { plus = "plus", minus = "minus", input = "k", ohms = "70 ohm", rated = "5 V", pull-in = "3.75 V", drop = "0.7 V" }
//! contact.k = { by = "k", com = "com", nc = "nc", no = "no", rated = "10 A @ 30 V", closed = "10..30..100 mohm" }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! terminal.in = { clamp = "screw" }
//! terminal.com = { clamp = "screw" }
//! terminal.nc = { clamp = "screw" }
//! terminal.no = { clamp = "screw" }
//! ```
//! ```text
//! warning[P011 coil-out-of-range]: coil `relay.k` may get 4.28 V, and may need 4.34 V to pull in
//!  --> wiring/wires.toml:9:23
//!   |
//! 9 | run = ["board.pin4 -> relay.plus", "relay.minus -> board.pin14", "board.g...
//!   |                       ^^^^^^^^^^
//!   |
//!  ::: bom/parts/toy-relay.toml:9:100
//!   |
//! 9 | ... rated = "5 V", pull-in = "3.75 V", drop = "0.7 V" }
//!   |                               ------ at 20 °C
//!   |
//!   = note: 4.98 V reach it in the worst corner, less 0.7 V in its transistor
//!   = note: at 60 °C its winding resists 16 % more: 3.75 V become 4.34 V
//!   = note: with every load at its most 18.1 mV are lost in 70.1 mohm out and
//!           back, most in wire `board/2` 7.45 mV, wire `board/1` 7.45 mV, wire
//!           `control/2` 1.61 mV
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "bus-supply" }
//! lamp = { part = "lamp" }
//! board = { part = "toy-board" }
//! relay = { part = "toy-relay" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus[1] -> relay.nc", "relay.com -> lamp.plus", "lamp.minus -> psu.minus[1]"]
//! [wire.board]
//! stock = "lead"
//! run = ["psu.plus[2] -> board.plus", "board.minus -> psu.minus[2]"]
//! [wire.control]
//! stock = "lead"
//! run = ["board.pin4 -> relay.plus", "relay.minus -> board.pin14", "board.gpio18 -> relay.in"]
//! ```
//! ```toml bom/parts/toy-relay.toml
//! name = "Toy relay board"
//! kind = "relay-board"
//! cite = "toy"
//! lever.trigger = { by = "build", positions = ["H", "L"], shipped = "H" }
//! input.k = [
//!     { when = { trigger = "H" }, from = "in", to = "minus", ohms = "1 kohm", forward = "1.2 V", energises = ">= 2.5 V", releases = "<= 1.5 V", draws = "2 mA" },
//!     { when = { trigger = "L" }, from = "plus", to = "in", ohms = "1 kohm", forward = "2.2..3.2 V", energises = ">= 3.4 V", releases = "<= 2.8 V", draws = "2 mA" },
//! ]
//! coil.k = { plus = "plus", minus = "minus", input = "k", ohms = "70 ohm", rated = "5 V", pull-in = "3.75 V", drop = "0.2 V" }
//! contact.k = { by = "k", com = "com", nc = "nc", no = "no", rated = "10 A @ 30 V", closed = "10..30..100 mohm" }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! terminal.in = { clamp = "screw" }
//! terminal.com = { clamp = "screw" }
//! terminal.nc = { clamp = "screw" }
//! terminal.no = { clamp = "screw" }
//! ```
//! ## Cases
//! The worst corner: the supply at its least, every way at its most ohms, the winding warm. Its transistor
//! takes its most. A coil that is fed too few volts by its very supply is `weak-coil`. The heat of the coil itself is not counted: what was energised
//! for long, let go and has to pull in again within minutes needs some more. Where a number is missing on which its volts hang, it is not verified.
//! Coils of one part that fall short are one finding. Too many volts are `overvoltage`.
//!
//! ## Sources
//! Songle SRD series: must operate at 75 % of the rated volts, at 20 °C. Copper: +0.393 % a kelvin (IEC 60028), up to the hottest degree of `[power]
//! wires-at`, else 60 °C.

use std::collections::BTreeMap;

use analysis::power::{COPPER_AT, Edge, Leg, What, copper};
use model::Build;
use model::part::{Coil, PartId};
use model::units::Volts;
use source::{Finding, Rule, Severity, Span};

use super::supplied::{self, Typical};
use super::{pieces, weak_coil};
use crate::Context;
use crate::gpio::subject;

/// `P011`.
pub static RULE: Rule = Rule {
    code: "P011",
    name: "coil-out-of-range",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("coil_out_of_range.rs"),
};

/// A coil that may fall short.
struct Short<'a> {
    piece: u32,
    name: String,
    coil: &'a Coil,
    at_supply: f64,
    drop: f64,
    due: f64,
    span: Span,
}

impl Short<'_> {
    fn gets(&self) -> f64 {
        self.at_supply - self.drop
    }
}

/// Looks at every coil of the network.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let mut typical = Typical::new(context);
    let mut short: BTreeMap<PartId, Vec<Short<'_>>> = BTreeMap::new();
    let mut waiting: BTreeMap<PartId, Vec<u32>> = BTreeMap::new();
    for (piece, (of, bound)) in (0..).zip(facts.power.harness.pieces.iter().zip(&facts.power.bounds)) {
        let What::Coil(device, index) = of.what else { continue };
        let coil = &build.part_of(device).coils[index as usize];
        let is_weak = coil.input.is_some_and(|input| weak_coil::is_weak(context, device, input));
        // Without a pull-in it is P001 that cannot tell.
        let Some(pull_in) = coil.pull_in.known().filter(|_| !bound.fighting && !is_weak) else { continue };
        match bound.lowest {
            // Below a twentieth of it the coil is off in that state, and not weak.
            Edge::Is(volts) if volts > pull_in.lo.0 / 20.0 => {
                let one = Short {
                    piece,
                    name: pieces::name(build, of.what, of.at),
                    coil,
                    at_supply: volts,
                    drop: coil.drop.known().map_or(0.0, |drop| drop.hi.0),
                    due: pull_in.hi.0 * warmth(build, coil),
                    span: subject::wire_on(build, &facts.metal, of.at[0]).unwrap_or(build.device(device).span),
                };
                if one.gets() < one.due && one.gets() + warm(context, &one, &mut typical) < one.due {
                    short.entry(build.device(device).part).or_default().push(one);
                }
            }
            Edge::Unknown => waiting.entry(build.device(device).part).or_default().push(piece),
            _ => {}
        }
    }
    // To nine digits: rounding is no difference, and of equals the first written stays first.
    let few = |one: &Short<'_>| ((one.gets() - one.due) * 1e9).round();
    for mut group in short.into_values() {
        group.sort_by(|a, b| few(a).total_cmp(&few(b)));
        findings.push(fault(context, &group, &mut typical));
    }
    for coils in waiting.into_values() {
        let Some((_, gap)) = facts.power.gaps_of(facts.world(build), coils[0]).first().copied() else { continue };
        let of = &facts.power.harness.pieces[coils[0] as usize];
        let name = pieces::name(build, of.what, of.at);
        let message =
            format!("whether coil `{name}` always pulls in could not be computed: the {} is not stated", gap.what);
        let mut finding = Finding::not_verified(&RULE, name, gap.at, message);
        if coils.len() > 1 {
            finding = finding.with_note(format!("the same holds for {} more", coils.len() - 1));
        }
        findings.push(finding);
    }
}

/// How many times more volts a warm winding needs than at 20 °C.
fn warmth(build: &Build, coil: &Coil) -> f64 {
    let is_winding = coil.kind.is_empty() || coil.kind == "winding";
    if is_winding { copper(build).2.max(1.0) } else { 1.0 }
}

/// Volts that the worst corner takes too much: it has coils draw cold and pull hot at once. What they alone lose on their way is less by as
/// much as warm copper lets through less.
fn warm(context: Context<'_>, one: &Short<'_>, typical: &mut Typical<'_>) -> f64 {
    let Context { build, facts } = context;
    let (power, warmth) = (&facts.power, warmth(build, one.coil));
    let of = &power.harness.pieces[one.piece as usize];
    let source = facts.potentials.at(&facts.rest, of.at[0]).and_then(|net| net.by);
    let least = source.and_then(|source| analysis::budget::source_volts(build, source)).map_or(0.0, |band| band.lo.0);
    let less = (least - one.at_supply).max(0.0) * (1.0 - 1.0 / warmth);
    // Not enough even if nothing else drew anything.
    if one.gets() + less < one.due {
        return 0.0;
    }
    let Some((state, point)) = typical.lowest(one.piece) else { return 0.0 };
    let Some(path) = power.path(facts.world(build), one.piece, *state) else { return 0.0 };
    let What::Coil(board, _) = of.what else { return 0.0 };
    let coils = (0..).take(build.part_of(board).coils.len()).filter_map(|index| power.piece(What::Coil(board, index)));
    let own: f64 = coils.filter_map(|coil| point.amperes[coil as usize]).sum();
    let of = |leg: &Leg, all: &[Option<f64>]| all[leg.piece as usize].map_or(0.0, f64::abs);
    let (mut lost, mut alone) = (0.0, 0.0);
    for leg in path.out.iter().chain(&path.back) {
        lost += of(leg, &point.volts);
        if of(leg, &point.amperes) <= own * 1.01 {
            alone += of(leg, &point.volts);
        }
    }
    if lost > 0.0 { less * alone / lost } else { 0.0 }
}

fn fault(context: Context<'_>, group: &[Short<'_>], typical: &mut Typical<'_>) -> Finding {
    let build = context.build;
    let worst = &group[0];
    let (gets, due) = supplied::apart(worst.gets(), worst.due);
    let message = format!("coil `{}` may get {gets}, and may need {due} to pull in", worst.name);
    // The first in written order stays the subject when another becomes the worst.
    let subject = group.iter().min_by_key(|one| one.piece).map_or(&worst.name, |one| &one.name);
    let mut finding = Finding::new(&RULE, subject.clone(), worst.span, message);
    if let Some(span) = worst.coil.pull_in.span() {
        finding = finding.with_other(span, "at 20 °C");
    }
    if worst.drop > 0.0 {
        let (supply, drop) = (Volts(worst.at_supply), Volts(worst.drop));
        finding = finding.with_note(format!("{supply} reach it in the worst corner, less {drop} in its transistor"));
    }
    let warmth = warmth(build, worst.coil);
    if warmth > 1.0 {
        let hottest = build.power.wires_at.known().map_or(COPPER_AT.1, |band| band.hi.0);
        let stated = worst.coil.pull_in.known().map_or(Volts(worst.due / warmth), |volts| volts.hi);
        let more = (warmth - 1.0) * 100.0;
        finding = finding
            .with_note(format!("at {hottest:.0} °C its winding resists {more:.0} % more: {stated} become {due}"));
    }
    if let Some((_, _, told)) = typical.way(worst.piece) {
        finding = finding.with_note(format!("with every load at its most {told}"));
    }
    let others: Vec<String> =
        group.iter().skip(1).take(5).map(|other| format!("{} {}", other.name, Volts(other.gets()))).collect();
    if !others.is_empty() {
        let more = group.len().saturating_sub(6);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        finding = finding.with_note(format!("also {}{more}", others.join(", ")));
    }
    finding
}
