//! The facts of a terminal: its potential, the way to its supply, its net, the wires on it.

use std::collections::BTreeSet;

use analysis::nets::told;
use analysis::potentials::SourceRef;
use model::part::End;
use model::units::Unit;
use model::{Build, DeviceId, Terminal};

use super::device::switching;
use super::part::{MOST, findings, price, step_name};
use super::sheet::Sheet;
use crate::View;

/// Members of a net that are listed.
const MOST_OF_A_NET: usize = 8;

/// A terminal.
pub(super) fn terminal(view: View<'_>, terminal: Terminal) -> String {
    let build = view.build;
    let info = build.terminal(terminal);
    let owner = build.owner(terminal);
    let mut sheet = Sheet::new(&format!(
        "{}: terminal of {}, {}",
        build.shown(terminal),
        build.device(owner).name,
        build.part_of(owner).name
    ));
    if let Some(silk) = &info.silk {
        sheet.say("printed", silk);
    }
    let clamp = info.clamp.as_deref().map_or_else(String::new, |clamp| format!("{clamp}, "));
    let wires = if info.wires == 1 { "one conductor".to_owned() } else { format!("{} conductors", info.wires) };
    let gauge =
        info.wire.known().map_or_else(String::new, |band| format!(" of {} to {} AWG", band.hi.base(), band.lo.base()));
    sheet.say("takes", &format!("{clamp}{wires}{gauge}{}", if info.bare { ", bare metal" } else { "" }));
    carries(view, terminal, &mut sheet);
    let part = build.part_of(owner);
    if let Some(line) = part
        .lines
        .iter()
        .position(|line| line.at.as_ref().is_some_and(|at| local(build, owner, at).contains(&terminal)))
    {
        let line = u32::try_from(line).expect("lines are bounded");
        for outlet in view.facts.outlets.iter().filter(|outlet| outlet.line == (owner, line)) {
            sheet.say("switches", &switching(view, outlet));
        }
    }
    let cut = view
        .facts
        .outlets
        .iter()
        .filter(|outlet| outlet.path.iter().any(|hop| hop.from == terminal || hop.to == terminal));
    sheet.list("relay", cut.map(|outlet| switching(view, outlet)), MOST);
    sheet.list("wires", landed(build, |end| end == terminal), MOST);
    let covered =
        build.steps.iter().enumerate().filter(|(_, step)| step.insulates.iter().any(|&(bare, _)| bare == terminal));
    sheet.list("insulated", covered.map(|(nth, _)| step_name(view, nth)), MOST);
    sheet.say("price", &format!("of {}: {}", build.device(owner).name, price(view, build.device(owner).part)));
    findings(view, &build.path(terminal), &mut sheet);
    sheet.text()
}

/// Potential, supply and net of a terminal, with coils and levers at rest.
pub(super) fn carries(view: View<'_>, terminal: Terminal, sheet: &mut Sheet) {
    let build = view.build;
    let nets = &view.facts.rest;
    let net = nets.net(terminal);
    let volts = view.facts.potentials.of(net);
    sheet.say(
        "carries",
        &match volts {
            Some(volts) => {
                let number = volts.volts.map_or_else(|| "volts not known".to_owned(), |band| band.to_string());
                let kind = match (volts.ac, volts.returns) {
                    (true, _) => "mains, ",
                    (false, true) => "a return, ",
                    (false, false) => "",
                };
                format!("{kind}{number}{}", if volts.live { "" } else { ", its source is not fed" })
            }
            None => "nothing, with all coils and levers at rest".to_owned(),
        },
    );
    if let Some(source) = volts.and_then(|volts| volts.by) {
        supply(view, source, terminal, sheet);
    }
    let members = nets.members(net);
    // Terminals with a wire say more of a large net than pins of plugs do.
    let wired: BTreeSet<Terminal> =
        build.wires.iter().flat_map(|wire| wire.ends).filter(|&end| nets.same(end, terminal)).collect();
    let pins = members.iter().copied().filter(|member| !wired.contains(member));
    let others = wired.iter().copied().chain(pins).filter(|&other| other != terminal).map(|other| build.shown(other));
    let others: Vec<String> = others.take(MOST_OF_A_NET).collect();
    if !others.is_empty() {
        let more = members.len() - 1 - others.len();
        let tail = if more == 0 { String::new() } else { format!(" and {more} more") };
        sheet.say("net", &format!("{} terminals: also {}{tail}", members.len(), others.join(", ")));
    }
}

/// The chain from a terminal's source to it, then from that source's own feeder, down to the outside.
pub(super) fn supply(view: View<'_>, source: SourceRef, terminal: Terminal, sheet: &mut Sheet) {
    let build = view.build;
    let mut at = (source, terminal);
    let mut seen = BTreeSet::new();
    let mut word = "supply";
    while seen.insert((at.0.device, at.0.index)) {
        let part = build.part_of(at.0.device);
        let Some(source) = part.sources.get(at.0.index as usize) else {
            return;
        };
        let nets = &view.facts.rest;
        let ends = local(build, at.0.device, &source.plus).into_iter().filter(|&plus| nets.same(plus, at.1));
        let shortest = ends.filter_map(|plus| nets.path(plus, at.1)).min_by_key(Vec::len);
        let path = shortest.map(|hops| if hops.is_empty() { build.path(at.1) } else { told(build, &hops) });
        let name = format!("{} of {}", source.name, build.device(at.0.device).name);
        sheet.say(word, &path.map_or_else(|| name.clone(), |path| format!("{name}: {path}")));
        word = "fed by";
        let Some(feeder) = &source.from else { return };
        let Some(input) = local(build, at.0.device, &feeder.plus).into_iter().next() else {
            return;
        };
        let Some(next) = view.facts.potentials.of(nets.net(input)).and_then(|volts| volts.by) else {
            return;
        };
        at = (next, input);
    }
}

pub(super) fn local(build: &Build, device: DeviceId, end: &End) -> Vec<Terminal> {
    end.iter().map(|&local| build.device(device).terminal(local)).collect()
}

/// Runs of which an end lies where `at` says, a line each.
pub(super) fn landed(build: &Build, at: impl Fn(Terminal) -> bool) -> Vec<String> {
    let wires = build.wires.iter().filter(|wire| wire.ends.iter().any(|&end| at(end)));
    wires
        .map(|wire| {
            let arrow = if wire.directed { "→" } else { "–" };
            let name = format!("{} {}", build.tag(wire.run), build.run_path(wire.run));
            format!("{name}: {} {arrow} {}", build.shown(wire.ends[0]), build.shown(wire.ends[1]))
        })
        .collect()
}
