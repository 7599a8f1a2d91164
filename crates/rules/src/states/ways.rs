//! Words for sneak paths: what is open, and the way that current takes instead.

use analysis::Facts;
use analysis::nets::Link;
use analysis::sneaks::{Most, Phantom, Step, Through, Way};
use model::part::Mover;
use model::{Build, DeviceId, Terminal, WireId};
use source::Span;

use crate::gpio::subject;
use crate::story;

/// `feed/2` for a wire or plug, `fu[1].f` for a fuse, `k1.k` for the coil or lever of a contact.
pub fn name(build: &Build, link: Link) -> String {
    let of = |device: DeviceId, name: &str| format!("{}.{name}", build.device(device).name);
    match link {
        Link::Wire(wire) => story::run_path(build, wire),
        Link::Mate(run) => build.run_path(run),
        Link::Fuse(device, index) => of(device, &build.part_of(device).fuses[index as usize].name),
        Link::Contact(device, index) => {
            let part = build.part_of(device);
            let contact = &part.contacts[index as usize];
            match contact.by {
                Some(Mover::Coil(coil)) => of(device, &part.coils[coil as usize].name),
                Some(Mover::Lever(lever)) => of(device, &part.levers[lever as usize].name),
                None => of(device, &contact.name),
            }
        }
        Link::Join(device, _) | Link::Tie(device) => build.device(device).name.clone(),
    }
}

/// `` `feed/2` is open ``.
pub fn open(build: &Build, link: Link) -> String {
    let name = name(build, link);
    match link {
        Link::Wire(_) => format!("wire `{name}` is open"),
        Link::Mate(_) => format!("a contact of `{name}` is open"),
        Link::Fuse(..) => format!("`{name}` is blown"),
        Link::Contact(..) => format!("the contact of `{name}` is open"),
        Link::Join(..) | Link::Tie(_) => format!("`{name}` is open inside"),
    }
}

/// A way in words: `board.gnd[1] → clamp → board.gpio[17] → k1.in → input → k1.minus`.
pub fn told(build: &Build, steps: &[Step]) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut last: Option<Terminal> = None;
    for step in steps {
        if last != Some(step.from) {
            words.push(build.path(step.from));
        }
        words.push(through(build, step.by).to_owned());
        words.push(build.path(step.to));
        last = Some(step.to);
    }
    words.join(" → ")
}

fn through(build: &Build, by: Through) -> &'static str {
    match by {
        Through::Load(..) => "the load",
        Through::Input(..) => "the input",
        Through::Resistor(..) => "the resistor",
        Through::Diode(device, index) => match build.part_of(device).diodes[index as usize].name.as_str() {
            "led" => "the LED",
            _ => "the diode",
        },
        Through::Clamp(..) => "the clamp diode",
        Through::Pin(..) => "the driver of the pin",
    }
}

/// `board.3v3[1] → `: the metal from the supply to where a way starts; empty where that is the supply's own terminal.
pub fn supply(build: &Build, facts: &Facts, way: &Way) -> String {
    let start = way.steps[0].from;
    let by = facts.potentials.at(&facts.rest, start).and_then(|at| at.by);
    let Some(by) = by else { return String::new() };
    let plus = build.device(by.device).terminal(build.part_of(by.device).sources[by.index as usize].plus[0]);
    let Some(hops) = facts.rest.path(plus, start).filter(|hops| !hops.is_empty()) else { return String::new() };
    let shown = story::shown(build, &hops);
    shown.strip_suffix(&build.path(start)).unwrap_or_default().to_owned()
}

/// `up to 9.1 mA`, or what stands in its place.
pub fn amps(most: Most) -> String {
    match most {
        Most::Amps(amps) => format!("up to {amps}"),
        Most::Nothing => "nothing limits it".to_owned(),
        Most::Unknown => "what limits it is not stated".to_owned(),
    }
}

/// The line of a way that a board's pin belongs to.
pub fn pin(way: &Way, board: DeviceId) -> Option<u32> {
    way.steps.iter().find_map(|step| match step.by {
        Through::Clamp(device, index) | Through::Pin(device, index) if device == board => Some(index),
        _ => None,
    })
}

/// `board GPIO17 (pin 11)`.
pub fn shown(build: &Build, board: DeviceId, line: u32) -> String {
    subject::line(build, (board, line))
}

/// The terminal of a line.
pub fn terminal(build: &Build, board: DeviceId, line: u32) -> Option<Terminal> {
    let end = build.part_of(board).lines[line as usize].at.as_ref()?;
    Some(build.device(board).terminal(end[0]))
}

/// Whether a wire joins two pins of chips directly, which is `phantom-power`'s to tell.
pub fn chip_to_chip(build: &Build, wires: &story::WiresAt, way: &Way) -> bool {
    let mut pins = way.steps.iter().filter_map(|step| match step.by {
        Through::Clamp(device, index) | Through::Pin(device, index) => terminal(build, device, index),
        _ => None,
    });
    let (Some(a), Some(b)) = (pins.next(), pins.next()) else { return false };
    let only_pins = way.steps.iter().all(|step| matches!(step.by, Through::Clamp(..) | Through::Pin(..)));
    only_pins && wires.on(a).iter().any(|wire| build.wire(*wire).ends.contains(&b))
}

/// Amperes below which a dark board stays dark.
const LEAST: f64 = 1e-3;

/// The ways by which `phantom-supply` tells that a dark board is fed, and what bounds their sum.
pub fn feeding<'a>(build: &Build, facts: &Facts, wires: &story::WiresAt, phantom: &'a Phantom) -> (Vec<&'a Way>, Most) {
    let elsewhere = |way: &&Way| told_elsewhere(build, facts, wires, phantom.device, way);
    let own: Vec<&Way> = phantom.ways.iter().filter(|way| !elsewhere(way)).collect();
    let most = own.iter().fold(Most::Amps(model::units::Amps(0.0)), |sum, way| sum.plus(way.most));
    match most {
        Most::Amps(amps) if !matches!(phantom.cut, Link::Contact(..)) || amps.0 < LEAST => (Vec::new(), most),
        _ => (own, most),
    }
}

/// Whether `phantom-power` tells it: the first line of an active-low input, or a wire from pin to pin.
fn told_elsewhere(build: &Build, facts: &Facts, wires: &story::WiresAt, board: DeviceId, way: &Way) -> bool {
    match way.steps.first().map(|step| step.by) {
        Some(Through::Input(device, index)) if way.steps.len() == 2 => facts
            .drives
            .of_input(device, index)
            .is_some_and(|drive| drive.lines.first().is_some_and(|(driver, _)| *driver == board)),
        _ => chip_to_chip(build, wires, way),
    }
}

/// Where the first wire on a line's pin is written, and that wire.
pub fn wire_on(build: &Build, wires: &story::WiresAt, terminal: Terminal) -> Option<(WireId, Span)> {
    let wire = *wires.on(terminal).first()?;
    Some((wire, story::end_span(build, wire, terminal)))
}
