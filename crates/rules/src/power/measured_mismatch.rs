//! What was measured at a feed and what the parts say they draw cannot both be true.
//!
//! Watts that a load takes must come in at the wall. Where the meter shows less than the parts draw, one of the numbers is wrong, and every sum, margin
//! and fuse that was reckoned with it as well.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [feed.wall]
//! limit = "1 A @ 5 V"
//! port = { out = "barrel-55x21" }
//! [scenario.dim]
//! loads = { lamp = "idle" }
//! measured = "0.1 A"
//! [scenario.bright]
//! loads = { lamp = "worst" }
//! measured = "0.3 A"
//! [device]
//! lamp = { part = "lamp" }
//! jack = { part = "toy-jack" }
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "4..5.5 V", profile = { idle = "0.1 A", worst = "0.8 A" } }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! ```
//! ```toml
//! [plug.wall]
//! run = ["wall.out -> jack.in"]
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["jack.plus -> lamp.plus", "lamp.minus -> jack.minus"]
//! ```
//! ```text
//! warning[P024 measured-mismatch]: in scenario `bright` feed `wall` gave 0.3 A, less than the 0.8 A that the parts come to
//!  --> wiring/devices.toml:9:13
//!   |
//! 9 | measured = "0.3 A"
//!   |             ^^^^^ measured
//!
//! warning[P024 measured-mismatch]: from scenario `dim` to `bright` the loads take at least 3.5 W more, and the meter at feed `wall` shows at most 1 VA more
//!  --> wiring/devices.toml:9:13
//!   |
//! 6 | measured = "0.1 A"
//!   |             ----- and before
//! ...
//! 9 | measured = "0.3 A"
//!   |             ^^^^^ measured
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [feed.wall]
//! limit = "1 A @ 5 V"
//! port = { out = "barrel-55x21" }
//! [scenario.dim]
//! loads = { lamp = "idle" }
//! measured = "0.1 A"
//! [scenario.bright]
//! loads = { lamp = "worst" }
//! measured = "0.3 A"
//! [device]
//! lamp = { part = "lamp" }
//! jack = { part = "toy-jack" }
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "4..5.5 V", profile = { idle = "0.1 A", worst = "0.3..1 A" } }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! ```
//! ```toml
//! [plug.wall]
//! run = ["wall.out -> jack.in"]
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["jack.plus -> lamp.plus", "lamp.minus -> jack.minus"]
//! ```
//! ## Cases
//! Two things are asked. From one measured scenario to another, what the loads take more, at least, must show at the wall: at a constant idle current
//! of the supply, volt-amperes rise by at least the power factor times the watts, whatever the supply loses. And in each measured scenario, what
//! was read must lie within what the parts, the efficiency and the power factor come to, with 5 % for the meter. Of several scenarios that are off the same way the worst is told,
//! and of several steps the largest. Scenarios with a draw that is not
//! stated, and builds in which a load has no supply, are only asked whether the meter shows too little.
//!
//! ## Sources
//! The build's own readings, and the profiles of its parts. 5 % for a plug-in meter and its last digit is a choice of this tool.

use std::collections::BTreeMap;

use analysis::budget::{self, FeedLoad};
use analysis::potentials::{Between, SourceRef};
use analysis::power::What;
use analysis::power::harness::Piece;
use model::part::{Draw, Load};
use model::units::{Band, Unit, VoltAmps, Volts, Watts};
use model::{DeviceId, Terminal};
use source::{Finding, Rule, Severity};

use crate::Context;

/// `P024`.
pub static RULE: Rule = Rule {
    code: "P024",
    name: "measured-mismatch",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("measured_mismatch.rs"),
};

/// Share by which a meter may be off.
const METER: f64 = 0.05;

/// Looks at every measured scenario, and at every two of them.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let measured = |at: usize| build.scenarios.get(at).filter(|one| one.judged).and_then(|one| one.measured.known());
    // What is dark in the build as it is written was not dark on the meter.
    let is_lit = facts.power.harness.pieces.iter().all(|piece| is_lit(context, piece));
    // By feed, and whether the meter shows too little.
    let mut off: BTreeMap<(usize, bool), Vec<&FeedLoad>> = BTreeMap::new();
    for load in &facts.budget.feeds {
        let Some(read) = measured(load.scenario) else { continue };
        let drawn = load.drawn.band;
        if read.hi.0 * (1.0 + METER) < drawn.lo.0 {
            off.entry((load.feed, true)).or_default().push(load);
        } else if is_lit && load.drawn.is_whole() && read.lo.0 * (1.0 - METER) > drawn.hi.0 {
            off.entry((load.feed, false)).or_default().push(load);
        }
    }
    for ((feed, is_less), mut loads) in off {
        let told = |load: &FeedLoad| {
            let scenario = &build.scenarios[load.scenario];
            let read = scenario.measured.known().expect("only measured ones are compared");
            (&scenario.id.value, read, scenario.measured.span().unwrap_or(scenario.span))
        };
        let apart = |load: &FeedLoad| {
            let (_, read, _) = told(load);
            if is_less { load.drawn.band.lo.0 / read.hi.0 } else { read.lo.0 / load.drawn.band.hi.0.max(1e-9) }
        };
        loads.sort_by(|a, b| apart(b).total_cmp(&apart(a)));
        let (name, read, span) = told(loads[0]);
        let than = if is_less { "less" } else { "more" };
        let message = format!(
            "in scenario `{name}` feed `{}` gave {read}, {than} than the {} that the parts come to",
            build.feeds[feed].name, loads[0].drawn.band
        );
        let mut finding = Finding::new(&RULE, name, span, message).with_label("measured");
        for load in &loads[1..] {
            let (name, read, span) = told(load);
            let note = format!("likewise in `{name}`: {read}, and the parts come to {}", load.drawn.band);
            finding = finding.with_other(span, "").with_note(note);
        }
        findings.push(finding);
    }
    for feed in &build.feeds {
        let Some(volts) = feed.volts.known() else { continue };
        let Some(factor) = least_factor(context, feed.device) else { continue };
        let loads = loads(context, feed.device);
        let all: Vec<usize> = (0..build.scenarios.len()).filter(|at| measured(*at).is_some()).collect();
        let mut worst: Option<(f64, usize, usize)> = None;
        for (from, to) in all.iter().flat_map(|from| all.iter().map(move |to| (*from, *to))) {
            let (Some(before), Some(after)) = (measured(from), measured(to)) else { continue };
            let Some(watts) = loads.iter().map(|load| more(context, load, from, to)).sum::<Option<f64>>() else {
                continue;
            };
            let shows = (after.hi.0 - before.lo.0) * volts.hi.0 * (1.0 + METER);
            if watts * factor > shows.max(0.0) && worst.is_none_or(|(so_far, ..)| watts > so_far) {
                worst = Some((watts, from, to));
            }
        }
        let Some((watts, from, to)) = worst else { continue };
        let (before, after) = (&build.scenarios[from], &build.scenarios[to]);
        let read =
            |scenario: &model::device::Scenario| scenario.measured.known().expect("only measured ones are compared");
        // A difference of readings carries the noise of its binary digits.
        let micro = |number: f64| (number * 1e6).round() / 1e6;
        let shows = micro((read(after).hi.0 - read(before).lo.0) * volts.hi.0);
        let size = VoltAmps(shows.abs());
        let shows = if shows < 0.0 { format!("at least {size} less") } else { format!("at most {size} more") };
        let message = format!(
            "from scenario `{}` to `{}` the loads take at least {} more, and the meter at feed `{}` shows {shows}",
            before.id.value,
            after.id.value,
            Watts(micro(watts)),
            feed.name
        );
        let mut finding = Finding::new(&RULE, &feed.name, after.measured.span().unwrap_or(after.span), message)
            .with_label("measured");
        if let Some(span) = before.measured.span() {
            finding = finding.with_other(span, "and before");
        }
        findings.push(if factor < 1.0 {
            let least = VoltAmps(micro(watts * factor));
            finding.with_note(format!(
                "at the least power factor that is stated, {factor:.2}, they would show as {least} or more"
            ))
        } else {
            finding
        });
    }
}

/// Whether something is no load, or gets volts at rest that it accepts.
fn is_lit(Context { build, facts }: Context<'_>, piece: &Piece) -> bool {
    let What::Load(device, index) = piece.what else { return true };
    let accepts = build.part_of(device).loads[index as usize].volts.known();
    match facts.potentials.between(&facts.rest, piece.at[0], piece.at[1]) {
        Between::Known(gets) => {
            gets.lo.0 > 0.0 && accepts.is_none_or(|volts| volts.lo.0 <= gets.hi.0 && gets.lo.0 <= volts.hi.0)
        }
        Between::Unknown => true,
        Between::Dead | Between::Apart => false,
    }
}

/// A load that a feed feeds, and the source at its end.
struct Fed<'a> {
    device: DeviceId,
    load: &'a Load,
    volts: Band<Volts>,
}

/// Loads whose supply comes from a feed, however many converters lie between.
fn loads<'a>(Context { build, facts }: Context<'a>, feed: DeviceId) -> Vec<Fed<'a>> {
    let at = |terminal: Terminal| facts.potentials.at(&facts.rest, terminal).filter(|net| net.live)?.by;
    let mut from: BTreeMap<SourceRef, bool> = BTreeMap::new();
    // Feeders come before what they feed.
    for &source in facts.potentials.live() {
        let of = &build.part_of(source.device).sources[source.index as usize];
        let feeder = of.from.as_ref().and_then(|feeder| {
            let ends = [feeder.plus[0], feeder.minus[0]].map(|end| build.device(source.device).terminal(end));
            ends.into_iter().find_map(at)
        });
        let fed = source.device == feed || feeder.is_some_and(|feeder| from.get(&feeder) == Some(&true));
        from.insert(source, fed);
    }
    let mut all = Vec::new();
    for piece in &facts.power.harness.pieces {
        let What::Load(device, index) = piece.what else { continue };
        let [plus, minus] = piece.at;
        let Between::Known(volts) = facts.potentials.between(&facts.rest, plus, minus) else { continue };
        if at(plus).is_some_and(|source| from.get(&source) == Some(&true)) {
            all.push(Fed { device, load: &build.part_of(device).loads[index as usize], volts });
        }
    }
    all
}

/// Watts that a load takes more in one scenario than in another, at least; `None` where a draw is not known.
fn more(Context { build, .. }: Context<'_>, fed: &Fed<'_>, from: usize, to: usize) -> Option<f64> {
    let profile = |at: usize| build.scenarios[at].profiles.get(&fed.device).map(|profile| profile.value.as_str());
    if profile(from) == profile(to) {
        return Some(0.0);
    }
    let watts = |draw: Draw| match draw {
        Draw::Amps(amps, _) => Some(Band::<Watts>::of(
            amps.lo.0 * fed.volts.lo.0,
            amps.typ.0 * fed.volts.typ.0,
            amps.hi.0 * fed.volts.lo.0,
        )),
        Draw::Watts(watts, _) => Some(watts),
        Draw::Unknown(_) | Draw::Absent => None,
    };
    let [before, after] = [from, to].map(|at| watts(budget::draw(fed.load, profile(at))));
    let (before, after) = (before?, after?);
    let most = fed.volts.hi.0 / fed.volts.lo.0.max(1e-9);
    let least = after.lo.base() - before.hi.base();
    // A rise counts at the supply's fewest volts, a fall at its most.
    Some(if least < 0.0 { least * most } else { least })
}

/// The least power factor of what stands on a feed; 1 on direct current, `None` where one is not stated.
fn least_factor(Context { build, facts }: Context<'_>, feed: DeviceId) -> Option<f64> {
    let mut least: f64 = 1.0;
    for &source in facts.potentials.live() {
        let of = &build.part_of(source.device).sources[source.index as usize];
        let Some(feeder) = of.from.as_ref().filter(|feeder| feeder.ac) else { continue };
        let end = build.device(source.device).terminal(feeder.plus[0]);
        let by = facts.potentials.at(&facts.rest, end).and_then(|net| net.by);
        if by.is_some_and(|by| by.device == feed) && !feeder.power_factor.is_absent() {
            least = least.min(feeder.power_factor.known()?.lo.0);
        }
    }
    Some(least)
}
