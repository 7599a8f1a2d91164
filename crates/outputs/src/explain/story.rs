//! The facts of a run, a terminal, a device, a part and a step.

use std::collections::BTreeSet;

use analysis::budget::{RailLoad, WORST};
use analysis::nets::told;
use analysis::outlets::Outlet;
use analysis::potentials::SourceRef;
use model::device::Origin;
use model::part::{Draw, End};
use model::units::{Number, Unit};
use model::wire::{RunKind, Wire};
use model::{Build, DeviceId, PartId, RunId, Terminal};
use source::{Finding, Span};

use super::sheet::Sheet;
use crate::{View, bom_csv, summary, wires_csv};

/// Wires of a device and the like that are listed.
const MOST: usize = 12;
/// Members of a net that are listed.
const MOST_OF_A_NET: usize = 8;

/// The wires of a run: none for cables and plugs.
pub fn wires(build: &Build, run: RunId) -> Vec<&Wire> {
    match &build.run(run).what {
        RunKind::Wire(wire) => vec![build.wire(*wire)],
        RunKind::Inline(first, _, second) => vec![build.wire(*first), build.wire(*second)],
        RunKind::Cable(..) | RunKind::Plug(_) => Vec::new(),
    }
}

/// A wire, cable or plug.
pub fn run(view: View<'_>, id: RunId) -> String {
    let build = view.build;
    let run = build.run(id);
    let name = format!("{} {}", build.tag(id), build.run_path(id));
    let mut sheet = match &run.what {
        RunKind::Cable(device, from, to) => {
            let ends = [from, to].map(|mate| {
                let far = usize::from(mate.ends[0].0 == *device);
                wires_csv::end(view, mate, far)
            });
            let mut sheet = Sheet::new(&format!("{name}: cable from {} to {}", ends[0], ends[1]));
            let part = build.device(*device).part;
            sheet.say("part", &format!("{}: {}", build.part(part).id, build.part(part).name));
            sheet.say("price", &price(view, part));
            sheet
        }
        RunKind::Plug(mate) => {
            let mut sheet = Sheet::new(&format!(
                "{name}: {} plugged into {}",
                wires_csv::end(view, mate, 0),
                wires_csv::end(view, mate, 1)
            ));
            let pins = mate.pairs.len();
            sheet.say("meets", &format!("{pins} {}", if pins == 1 { "pin" } else { "pins" }));
            sheet
        }
        RunKind::Wire(_) | RunKind::Inline(..) => {
            let wires = wires(build, id);
            let (from, to) = (wires[0].ends[0], wires[wires.len() - 1].ends[1]);
            let arrow = if run.directed { "from" } else { "between" };
            let and = if run.directed { "to" } else { "and" };
            let mut sheet =
                Sheet::new(&format!("{name}: wire {arrow} {} {and} {}", build.shown(from), build.shown(to)));
            if let RunKind::Inline(_, device, _) = &run.what {
                sheet.say("inline", &format!("{}: {}", build.part_of(*device).id, build.part_of(*device).name));
            }
            sheet.say("made of", &made_of(build, wires[0]));
            carries(view, from, &mut sheet);
            let length = wires
                .iter()
                .filter_map(|wire| build.attributes_of(wire).length.known())
                .map(|band| band.typ.base())
                .sum();
            sheet.say("price", &wire_price(view, wires[0], length));
            sheet
        }
    };
    sheet.say("step", &installed(view, id));
    sheet.say("why", build.bundle(run.bundle).note.as_deref().unwrap_or_default());
    sheet.say("written at", &place(view, run.span));
    findings(view, &build.run_path(id), &mut sheet);
    sheet.text()
}

fn made_of(build: &Build, wire: &Wire) -> String {
    let attributes = build.attributes_of(wire);
    let mut words = Vec::new();
    words.push(match attributes.gauge {
        Number::Is(band, _) => format!("{} AWG", band.typ.base()),
        _ => "gauge not known".to_owned(),
    });
    words.extend(attributes.colour.as_ref().map(|colour| colour.value.clone()));
    words.push(match attributes.length {
        Number::Is(band, _) => format!("{:.0} mm", band.typ.base() * 1000.0),
        _ => "length not known".to_owned(),
    });
    match &attributes.stock {
        Some((part, _)) => words.push(format!("cut from {}", build.part(*part).id)),
        None if attributes.own => words.push("came with its device".to_owned()),
        None => {}
    }
    for (part, end) in attributes.ends.iter().zip(["first", "last"]) {
        words.extend(part.map(|part| format!("{} at its {end} end", build.part(part).id)));
    }
    words.join(", ")
}

fn wire_price(view: View<'_>, wire: &Wire, metres: f64) -> String {
    let Some((part, _)) = view.build.attributes_of(wire).stock else {
        return String::new();
    };
    let whole = price(view, part);
    let stock = view.build.part(part).stock.as_ref();
    let spool = stock.filter(|stock| !stock.lead).and_then(|stock| stock.length.known());
    let offer = bom_csv::offer(view.build.part(part)).and_then(|offer| offer.price.as_ref());
    match (spool, offer) {
        (Some(spool), Some((money, _))) if metres > 0.0 && spool.typ.base() > 0.0 => {
            let amount: f64 = money.amount.try_into().unwrap_or(f64::NAN);
            format!("{:.2} {} of a spool: {whole}", amount * metres / spool.typ.base(), money.currency)
        }
        _ => whole,
    }
}

/// A terminal.
pub fn terminal(view: View<'_>, terminal: Terminal) -> String {
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
    sheet.list("wires", landed(build, |end| end == terminal), MOST);
    let covered =
        build.steps.iter().enumerate().filter(|(_, step)| step.insulates.iter().any(|&(bare, _)| bare == terminal));
    sheet.list("insulated", covered.map(|(nth, _)| step_name(view, nth)), MOST);
    findings(view, &build.path(terminal), &mut sheet);
    sheet.text()
}

/// Potential, supply and net of a terminal, with coils and levers at rest.
fn carries(view: View<'_>, terminal: Terminal, sheet: &mut Sheet) {
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
fn supply(view: View<'_>, source: SourceRef, terminal: Terminal, sheet: &mut Sheet) {
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

fn local(build: &Build, device: DeviceId, end: &End) -> Vec<Terminal> {
    end.iter().map(|&local| build.device(device).terminal(local)).collect()
}

/// A device.
pub fn device(view: View<'_>, id: DeviceId) -> String {
    let build = view.build;
    let device = build.device(id);
    let part = build.part_of(id);
    let mut sheet = Sheet::new(&format!("{}: {}", device.name, part.name));
    sheet.say("part", &part.id);
    let arrives = match device.origin {
        Origin::Bought => String::new(),
        Origin::Inside(other) => format!("arrives inside {}", build.device(other).name),
        Origin::Feed(_) => "stands outside the box".to_owned(),
        Origin::Cable => "a cable".to_owned(),
        Origin::Inline => "sits in the middle of a wire".to_owned(),
    };
    sheet.say("origin", &arrives);
    sheet.say("belongs to", &device.belongs.map(|other| build.device(other).name.clone()).unwrap_or_default());
    let with: Vec<&str> = device.with.iter().map(|(part, _)| build.part(*part).id.as_str()).collect();
    sheet.say("with", &with.join(", "));
    let set = device
        .positions
        .iter()
        .filter_map(|(lever, (position, _))| Some(format!("{} on {position}", part.levers.get(*lever as usize)?.name)));
    sheet.list("levers", set, MOST);
    for load in &part.loads {
        let profile = load.profile.iter().map(|(name, draw)| format!("{} {}", name.value, drawn(draw)));
        sheet.say("draws", &format!("{}: {}", load.name, profile.collect::<Vec<_>>().join(", ")));
        let plus = local(build, id, &load.plus).into_iter().next();
        let by = plus.and_then(|plus| view.facts.potentials.of(view.facts.rest.net(plus))?.by.map(|by| (by, plus)));
        match by {
            Some((source, plus)) => supply(view, source, plus, &mut sheet),
            None => sheet.say("supply", "none, with all coils and levers at rest"),
        }
    }
    gives(view, id, &mut sheet);
    let cut = view.facts.outlets.iter().filter(|outlet| outlet.load == id);
    sheet.list("relay", cut.map(|outlet| switching(view, outlet)), MOST);
    let along = view.facts.outlets.iter().filter(|outlet| outlet.load != id && outlet.takes_down.contains(&id));
    sheet.list("goes with", along.map(|outlet| switching(view, outlet)), MOST);
    let controls = view.facts.outlets.iter().filter(|outlet| outlet.controller == id);
    sheet.list("controls", controls.map(|outlet| switching(view, outlet)), MOST);
    let watch = |device: DeviceId| build.device(device).name.clone();
    let watches = &build.control.watches;
    sheet.list(
        "watched by",
        watches.iter().filter(|entry| entry.watched == id).map(|entry| watch(entry.watcher)),
        MOST,
    );
    sheet.list("watches", watches.iter().filter(|entry| entry.watcher == id).map(|entry| watch(entry.watched)), MOST);
    let range = device.first..device.first + u32::try_from(part.terminals.len()).expect("terminals are bounded");
    sheet.list("wires", landed(build, |end| range.contains(&end.0)), MOST * 2);
    let fits = build.steps.iter().enumerate().filter(|(_, step)| step.fits.iter().any(|&(fitted, _)| fitted == id));
    sheet.list("step", fits.map(|(nth, _)| step_name(view, nth)), MOST);
    if matches!(device.origin, Origin::Bought | Origin::Cable | Origin::Inline) {
        sheet.say("price", &price(view, device.part));
    }
    sheet.say("why", device.note.as_deref().unwrap_or_default());
    sheet.say("written at", &place(view, device.span));
    findings(view, &device.name, &mut sheet);
    sheet.text()
}

/// What a feed or a supply gives: at worst, and each scenario of a feed.
fn gives(view: View<'_>, id: DeviceId, sheet: &mut Sheet) {
    let build = view.build;
    let budget = &view.facts.budget;
    for load in budget.feeds.iter().filter(|load| build.feeds.get(load.feed).is_some_and(|feed| feed.device == id)) {
        let measured = load.measured.map_or_else(String::new, |band| format!(", measured {}", summary::span(band)));
        sheet.say("gives", &format!("{}: {}{measured}", summary::scenario(view, load), summary::drawn(load)));
    }
    let feed = matches!(build.device(id).origin, Origin::Feed(_));
    let worst = |load: &&RailLoad| !feed && load.source.device == id && load.scenario == WORST;
    for load in budget.rails.iter().filter(worst) {
        let Some(source) = build.part_of(id).sources.get(load.source.index as usize) else {
            continue;
        };
        let most = load.limit.known().map_or_else(String::new, |limit| format!(" of {}", limit.typ));
        let least = if load.drawn.unknown.is_empty() { "" } else { "at least " };
        sheet.say("gives", &format!("{} at worst: {least}{}{most}", source.name, summary::span(load.drawn.band)));
    }
}

fn drawn(draw: &Draw) -> String {
    match draw {
        Draw::Amps(band, _) => band.to_string(),
        Draw::Watts(band, _) => band.to_string(),
        Draw::Unknown(_) | Draw::Absent => "not known".to_owned(),
    }
}

/// `pi[2] off by k8.k[2]: pi[5] GPIO4 (pin 7) low; takes down pi[2], ssd[2]`.
fn switching(view: View<'_>, outlet: &Outlet) -> String {
    let build = view.build;
    let (relay, coil) = outlet.coil;
    let coil = build.part_of(relay).coils.get(coil as usize).map_or("?", |coil| coil.name.as_str());
    let line = build.part_of(outlet.line.0).lines.get(outlet.line.1 as usize);
    let pin = line.and_then(|line| local(build, outlet.line.0, line.at.as_ref()?).into_iter().next());
    let pin = pin.map_or_else(|| build.device(outlet.controller).name.clone(), |pin| build.shown(pin));
    let level = if outlet.active_low { "low" } else { "high" };
    let effect = if outlet.throw_nc { "off" } else { "on" };
    let with: Vec<&str> = outlet
        .takes_down
        .iter()
        .filter(|&&other| other != outlet.load)
        .map(|&other| build.device(other).name.as_str())
        .collect();
    let with = if with.is_empty() { String::new() } else { format!("; with it: {}", with.join(", ")) };
    format!(
        "{pin} {level} energises {coil} of {} and switches {} {effect}{with}",
        build.device(relay).name,
        build.device(outlet.load).name
    )
}

/// Runs of which an end lies where `at` says, a line each.
fn landed(build: &Build, at: impl Fn(Terminal) -> bool) -> Vec<String> {
    let wires = build.wires.iter().filter(|wire| wire.ends.iter().any(|&end| at(end)));
    wires
        .map(|wire| {
            let arrow = if wire.directed { "→" } else { "–" };
            let name = format!("{} {}", build.tag(wire.run), build.run_path(wire.run));
            format!("{name}: {} {arrow} {}", build.shown(wire.ends[0]), build.shown(wire.ends[1]))
        })
        .collect()
}

/// A part.
pub fn part(view: View<'_>, id: PartId) -> String {
    let build = view.build;
    let part = build.part(id);
    let mut sheet = Sheet::new(&format!("{}: {}", part.id, part.name));
    sheet.say("kind", &part.kind);
    let devices: Vec<&str> = build
        .each_device()
        .filter(|(_, device, _)| device.part == id)
        .map(|(_, device, _)| device.name.as_str())
        .collect();
    sheet.say("used as", &devices.join(", "));
    if let Some(need) = view.facts.purchase.needs.iter().find(|need| need.part == id) {
        let amount = match need.metres {
            Some((needed, _)) => format!("{needed:.2} m"),
            None => format!("{}", need.pieces),
        };
        let packs = if need.packs == 1 { "1 pack".to_owned() } else { format!("{} packs", need.packs) };
        sheet.say("needed", &format!("{amount}, and {packs} bought"));
    }
    sheet.say("price", &price(view, id));
    for offer in &part.offers {
        sheet.say("offer", offer.url.as_deref().unwrap_or_default());
    }
    sheet.say("why", part.note.as_deref().unwrap_or_default());
    sheet.say("written at", &part.span.map(|span| place(view, span)).unwrap_or_default());
    findings(view, &part.id, &mut sheet);
    sheet.text()
}

fn price(view: View<'_>, id: PartId) -> String {
    let part = view.build.part(id);
    let Some(offer) = bom_csv::offer(part) else {
        return "not known: no offer".to_owned();
    };
    let Some((money, _)) = &offer.price else {
        return "not known".to_owned();
    };
    let pack = if offer.pack == 1 { String::new() } else { format!(" for a pack of {}", offer.pack) };
    let vendor = offer
        .at
        .as_ref()
        .map(|at| view.build.meta.vendors.get(&at.value).map_or(at.as_str(), |(name, _)| name.as_str()));
    let at = vendor.map_or_else(String::new, |vendor| format!(" at {vendor}"));
    let seen = offer.seen.or(view.build.meta.prices_seen).map_or_else(String::new, |date| format!(", seen {date}"));
    format!("{money}{pack}{at}{seen}")
}

/// A step.
pub fn step(view: View<'_>, nth: usize) -> String {
    let build = view.build;
    let step = &build.steps[nth];
    let mut sheet = Sheet::new(&format!("step {}: {} ({})", nth + 1, step.title, step.id.value));
    sheet.say("group", step.group.as_deref().unwrap_or_default());
    for (word, texts) in [("danger", &step.danger), ("warning", &step.warning), ("note", &step.note)] {
        sheet.list(word, texts.iter().map(|text| text.value.clone()), MOST);
    }
    sheet.say("do", step.action.as_ref().map_or("", |action| action.as_str()));
    let names = |devices: &[(DeviceId, Span)]| {
        devices.iter().map(|&(device, _)| build.device(device).name.clone()).collect::<Vec<_>>().join(", ")
    };
    sheet.say("fits", &names(&step.fits));
    sheet.say("live", &names(&step.live));
    let installed = step.wires.iter().map(|&(run, _)| format!("{} {}", build.tag(run), build.run_path(run)));
    sheet.list("wires", installed, MOST * 2);
    sheet.list("check", step.checks.iter().map(|(measure, expect)| format!("{measure}: {expect}")), MOST);
    sheet.say("have", step.have.as_deref().unwrap_or_default());
    sheet.say("written at", &place(view, step.span));
    findings(view, &step.id.value, &mut sheet);
    sheet.text()
}

fn step_name(view: View<'_>, nth: usize) -> String {
    let step = &view.build.steps[nth];
    format!("{} {}: {}", nth + 1, step.id.value, step.title)
}

fn installed(view: View<'_>, run: RunId) -> String {
    let steps = view.facts.assembly.installs.get(run.0 as usize).map_or(&[][..], Vec::as_slice);
    let names: Vec<String> =
        steps.iter().filter(|&&step| step < view.build.steps.len()).map(|&step| step_name(view, step)).collect();
    names.join("; ")
}

fn place(view: View<'_>, span: Span) -> String {
    let place = view.sources.place(span.file, span.start);
    format!("{}:{}:{}", view.sources.path(span.file), place.line, place.column)
}

/// What was found about it.
fn findings(view: View<'_>, subject: &str, sheet: &mut Sheet) {
    let about = |finding: &&Finding| {
        finding.subject == subject
            || finding.subject.strip_prefix(subject).is_some_and(|rest| rest.starts_with(['.', '/', ':']))
    };
    let told = view.findings.iter().filter(about).map(|finding| {
        let word = if finding.waived.is_some() { "waived" } else { finding.level().word() };
        format!("{word}[{} {}]: {}", finding.rule.code, finding.rule.name, finding.message)
    });
    sheet.list("found", told, MOST);
}
