//! A wire has the colour of another potential than the one that it carries.
//!
//! Whoever opens the box in two years goes by colour. A black wire on plus is a trap.
//!
//! ## Example
//! ```toml bom/build.toml
//! name = "bench"
//! title = "A lamp on a supply"
//! version = "1"
//! currency = "USD"
//! as-of = 2026-11-23
//! [colours]
//! out = ["RD"]
//! return = ["BK"]
//! [reference.toy]
//! title = "Toy parts of the bench"
//! evidence = "choice"
//! reason = "Round numbers, so that a page can be checked in the head."
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   { run = "psu.plus -> lamp.plus", colour = "BK" },
//!   { run = "lamp.minus -> psu.minus", colour = "BK" },
//! ]
//! ```
//! ```text
//! warning[N010 wrong-colour]: `feed/1` is BK, and out carries `RD` here
//!  --> wiring/wires.toml:4:12
//!   |
//! 4 |   { run = "psu.plus -> lamp.plus", colour = "BK" },
//!   |            ^^^^^^^^^^^^^^^^^^^^^
//!   |
//!  ::: bom/build.toml:7:1
//!   |
//! 7 | out = ["RD"]
//!   | --- the scheme of this build
//! ```
//! ## Instead
//! ```toml bom/build.toml
//! name = "bench"
//! title = "A lamp on a supply"
//! version = "1"
//! currency = "USD"
//! as-of = 2026-11-23
//! [colours]
//! out = ["RD"]
//! return = ["BK"]
//! [reference.toy]
//! title = "Toy parts of the bench"
//! evidence = "choice"
//! reason = "Round numbers, so that a page can be checked in the head."
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = [
//!   { run = "psu.plus -> lamp.plus", colour = "RD" },
//!   { run = "lamp.minus -> psu.minus", colour = "BK" },
//! ]
//! ```
//! ## Cases
//! The potential is followed through fuses and through contacts that are closed at rest. Wires of one colour on one net are one finding. A
//! wire without a colour, and a potential that the scheme does not name, are not judged. Protective earth is green-and-yellow or green also where the scheme
//! does not name it (as `pe`, or as its terminals are called), and green-and-yellow is nothing else.
//!
//! ## Sources
//! The build's own scheme: `[colours]` in `bom/build.toml`. For earth IEC 60445, 6.3.2, and NEC 250.119.

use std::collections::{BTreeMap, BTreeSet};

use analysis::earth;
use analysis::nets::NetId;
use model::{Build, Terminal, WireId};
use source::{Finding, Rule, Severity, Span};

use crate::{Context, story};

/// `N010`.
pub static RULE: Rule = Rule {
    code: "N010",
    name: "wrong-colour",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("wrong_colour.rs"),
};

pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, .. } = context;
    earth_colours(context, findings);
    if build.meta.colours.is_empty() {
        return;
    }
    let named = named(context);
    let mut wrong: BTreeMap<(NetId, usize, &str), Vec<WireId>> = BTreeMap::new();
    for (index, wire) in (0..).zip(&build.wires) {
        let Some(colour) = &build.attributes_of(wire).colour else {
            continue;
        };
        let Some(scheme) = scheme(context, &named, wire.ends[0]) else {
            continue;
        };
        let allowed = &build.meta.colours[scheme].1;
        if !allowed.iter().any(|one| one.value.eq_ignore_ascii_case(&colour.value)) {
            let net = context.facts.rest.net(wire.ends[0]);
            wrong.entry((net, scheme, &colour.value)).or_default().push(WireId(index));
        }
    }
    for ((_, scheme, _), wires) in wrong {
        let (potential, allowed) = &build.meta.colours[scheme];
        let wire = build.wire(wires[0]);
        let Some(colour) = &build.attributes_of(wire).colour else {
            continue;
        };
        let names: Vec<&str> = allowed.iter().map(|one| one.value.as_str()).collect();
        let runs: Vec<String> = wires.iter().map(|wire| story::run_path(build, *wire)).collect();
        let subject = runs[0].clone();
        let who = if runs.len() == 1 { format!("`{subject}` is") } else { format!("{} are", story::list(&runs, 3)) };
        let message =
            format!("{who} {}, and {} carries {} here", colour.value, potential.value, story::list(&names, 4));
        let finding = match shared(build, &wires) {
            Some(span) => Finding::new(&RULE, subject, span, message).with_other(wire.span, "the first of them"),
            None => Finding::new(&RULE, subject, wire.span, message),
        };
        findings.push(finding.with_other(potential.span, "the scheme of this build"));
    }
}

/// Wires on protective earth in another colour, and others in its own, where the scheme does not speak of their potential.
fn earth_colours(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let earth: BTreeSet<NetId> = earth::terminals(build).map(|(_, at, _)| facts.metal.net(at)).collect();
    let named = named(context);
    for (index, wire) in (0..).zip(&build.wires) {
        let Some(colour) = &build.attributes_of(wire).colour else { continue };
        let is_earth = earth.contains(&facts.metal.net(wire.ends[0]));
        let is_striped = ["GNYE", "YEGN"].iter().any(|one| colour.value.eq_ignore_ascii_case(one));
        let is_told = is_striped || colour.value.eq_ignore_ascii_case("GN");
        if (if is_earth { is_told } else { !is_striped }) || scheme(context, &named, wire.ends[0]).is_some() {
            continue;
        }
        let subject = story::run_path(build, WireId(index));
        let message = if is_earth {
            format!("`{subject}` is {}, and protective earth carries `GNYE` or `GN`", colour.value)
        } else {
            format!("`{subject}` is {}, which is for protective earth alone", colour.value)
        };
        findings.push(Finding::new(&RULE, subject, wire.span, message));
    }
}

/// Where the bundle says the colour, if it is written once for several runs and wrong on every one of them.
fn shared(build: &Build, wires: &[WireId]) -> Option<Span> {
    let run = |wire: &WireId| build.run(build.wire(*wire).run);
    let bundle = run(&wires[0]).bundle;
    let (first, end) = build.bundle(bundle).runs;
    let said = |wire: &WireId| Some(build.attributes_of(build.wire(*wire)).colour.as_ref()?.span);
    let span = said(&wires[0])?;
    let all = wires.len() > 1 && wires.len() == (end - first) as usize;
    let same = wires.iter().all(|wire| run(wire).bundle == bundle && said(wire) == Some(span));
    let by_stock = build.attributes_of(build.wire(wires[0])).stock.is_some_and(|(_, stock)| stock == span);
    (all && same && !by_stock).then_some(span)
}

/// Nets of metal that a terminal's name puts into the scheme, where no source stands on them: signals keep their colour behind a closed switch.
fn named(Context { build, facts }: Context<'_>) -> BTreeMap<NetId, usize> {
    let mut named = BTreeMap::new();
    let mut sources = BTreeSet::new();
    for (_, device, part) in build.each_device() {
        let ends = part.sources.iter().flat_map(|source| [&source.plus, &source.minus]);
        sources.extend(ends.map(|end| facts.metal.net(device.terminal(end[0]))));
    }
    let of_part: Vec<Vec<(u32, usize)>> = build
        .parts
        .iter()
        .map(|part| {
            let scheme = |name: &str| {
                let last = name.rsplit('.').next().unwrap_or(name);
                let stem = last.split('[').next().unwrap_or(last);
                build.meta.colours.iter().position(|(potential, _)| potential.value == last || potential.value == stem)
            };
            (0..).zip(&part.terminals).filter_map(|(local, terminal)| Some((local, scheme(&terminal.name)?))).collect()
        })
        .collect();
    for device in &build.devices {
        for &(local, scheme) in &of_part[device.part.0 as usize] {
            let net = facts.metal.net(Terminal(device.first + local));
            if !sources.contains(&net) {
                named.entry(net).or_insert(scheme);
            }
        }
    }
    named
}

/// Which line of the scheme the net of a terminal falls under.
fn scheme(Context { build, facts }: Context<'_>, named: &BTreeMap<NetId, usize>, at: Terminal) -> Option<usize> {
    if facts.potentials.fights(&facts.rest, at) {
        return None;
    }
    if let Some(scheme) = named.get(&facts.metal.net(at)) {
        return Some(*scheme);
    }
    let volts = facts.potentials.at(&facts.rest, at)?;
    let name = match volts.by {
        Some(source) => source_name(build, source),
        None if volts.returns => "return",
        None => return None,
    };
    build.meta.colours.iter().position(|(potential, _)| potential.value == name)
}

fn source_name(build: &Build, source: analysis::potentials::SourceRef) -> &str {
    &build.part_of(source.device).sources[source.index as usize].name
}
