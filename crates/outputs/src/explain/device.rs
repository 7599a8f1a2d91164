//! The facts of a device: what feeds it, what switches it, what it controls.

use analysis::budget::{RailLoad, WORST};
use analysis::outlets::Outlet;
use model::DeviceId;
use model::device::Origin;
use model::part::Draw;

use super::net::{landed, local, supply};
use super::part::{MOST, findings, place, price, step_name};
use super::sheet::Sheet;
use crate::{View, summary};

/// A device.
pub(super) fn device(view: View<'_>, id: DeviceId) -> String {
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
pub(super) fn switching(view: View<'_>, outlet: &Outlet) -> String {
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
