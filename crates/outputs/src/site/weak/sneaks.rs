//! Sneak paths in words: where current goes when its own way is open, and what is fed while it should be dark.

use analysis::nets::Link;
use analysis::sneaks::{Most, Sneaks, Step, Through, Way};
use model::part::Mover;
use model::{Build, DeviceId, Terminal};

use crate::site::text::names;

/// Of each kind, what the page lists.
const MOST: usize = 20;
/// Loads that a line names.
const LOADS: usize = 6;

/// One kind of sneak path.
pub struct Kind {
    /// What it is, in a line.
    pub heading: &'static str,
    /// What was found, a sentence each.
    pub found: Vec<String>,
    /// How many more there are.
    pub more: usize,
    /// What stands there if nothing was found.
    pub none: &'static str,
}

/// All kinds, in the order in which they hurt.
pub fn kinds(build: &Build, sneaks: &Sneaks) -> Vec<Kind> {
    let kind = |heading, none, all: usize, found: Vec<String>| Kind { heading, none, more: all - found.len(), found };
    let whole = sneaks.open.is_empty();
    let detours = sneaks.detours.iter().take(MOST).map(|detour| {
        let may = match detour.may {
            Some(may) => format!("may carry {may}"),
            None => "what it may carry is not stated".to_owned(),
        };
        let side = if detour.plus { "supply" } else { "return" };
        let of = names(detour.of.iter().take(LOADS).map(|device| build.device(*device).name.as_str()));
        let more = detour.of.len().saturating_sub(LOADS);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let (thin, carries) = (link(build, detour.thin), detour.carries);
        format!("while {}, {thin} carries the {side} of {of}{more}: {carries}, and {may}", open(build, detour.opened))
    });
    let escapes = sneaks.escapes.iter().take(MOST).map(|escape| {
        let device = &build.device(escape.device).name;
        format!("while {}, {device} returns {}", open(build, escape.opened), ways(build, &escape.ways))
    });
    let phantoms = sneaks.phantoms.iter().take(MOST).map(|phantom| {
        let device = &build.device(phantom.device).name;
        format!("cut off by {}, {device} is fed {}", link(build, phantom.cut), ways(build, &phantom.ways))
    });
    let ties = sneaks.ties.iter().take(MOST).map(|tie| {
        let [one, other] = tie.loads.map(|device| build.device(device).name.as_str());
        let [a, b] = tie.fed_by.map(|fed| link(build, fed));
        format!(
            "{one} and {other} feed each other through {}: neither {a} nor {b} cuts its own alone",
            link(build, tie.link)
        )
    });
    let searched = |proved, stopped| if whole { proved } else { stopped };
    vec![
        kind(
            "Two feeds tied behind their relays or fuses",
            "None: no wire or plug joins what two relays or fuses feed.",
            sneaks.ties.len(),
            ties.collect(),
        ),
        kind(
            "Current through a joint too thin for it when another opens",
            "None: on no loop of a supply or return is a joint too thin for what it would carry.",
            sneaks.detours.len(),
            detours.collect(),
        ),
        kind(
            "A board that loses its return and goes on through a signal",
            searched(
                "None, and proved: every way from a board without its return was searched.",
                "None found; not proved, because the search stopped before its end.",
            ),
            sneaks.escapes.len(),
            escapes.collect(),
        ),
        kind(
            "A board that is cut off and fed through a signal",
            searched(
                "None, and proved: every way into a board that a relay or fuse cuts was searched.",
                "None found; not proved, because the search stopped before its end.",
            ),
            sneaks.phantoms.len(),
            phantoms.collect(),
        ),
    ]
}

fn ways(build: &Build, ways: &[Way]) -> String {
    let Some(worst) = ways.first() else { return "by a way that is not spelled out".to_owned() };
    let most = match worst.most {
        Most::Amps(amps) => format!("up to {amps}"),
        Most::Nothing => "nothing limits it".to_owned(),
        Most::Unknown => "what limits it is not stated".to_owned(),
    };
    let more = match ways.len() {
        1 => String::new(),
        more => format!(", and {} more ways", more - 1),
    };
    format!("by {} ({most}){more}", told(build, &worst.steps))
}

/// `board.gnd[1] → clamp diode → board.gpio[17] → input → k1.minus`.
fn told(build: &Build, steps: &[Step]) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut last: Option<Terminal> = None;
    for step in steps {
        if last != Some(step.from) {
            words.push(build.path(step.from));
        }
        words.push(
            match step.by {
                Through::Load(..) => "load",
                Through::Input(..) => "input",
                Through::Resistor(..) => "resistor",
                Through::Diode(..) => "diode",
                Through::Clamp(..) => "clamp diode",
                Through::Pin(..) => "driver of the pin",
            }
            .to_owned(),
        );
        words.push(build.path(step.to));
        last = Some(step.to);
    }
    words.join(" → ")
}

/// `wire feed/2`, `fuse fu[1].f`, `relay k1.k`.
fn link(build: &Build, link: Link) -> String {
    let of = |device: DeviceId, name: &str| format!("{}.{name}", build.device(device).name);
    match link {
        Link::Wire(wire) => format!("wire {}", build.run_path(build.wire(wire).run)),
        Link::Mate(run) => format!("a contact of plug {}", build.run_path(run)),
        Link::Fuse(device, index) => {
            format!("fuse {}", of(device, &build.part_of(device).fuses[index as usize].name))
        }
        Link::Contact(device, index) => {
            let part = build.part_of(device);
            let contact = &part.contacts[index as usize];
            match contact.by {
                Some(Mover::Coil(coil)) => format!("relay {}", of(device, &part.coils[coil as usize].name)),
                Some(Mover::Lever(lever)) => format!("switch {}", of(device, &part.levers[lever as usize].name)),
                None => format!("contact {}", of(device, &contact.name)),
            }
        }
        Link::Join(device, _) | Link::Tie(device) => format!("the metal inside {}", build.device(device).name),
    }
}

fn open(build: &Build, opened: Link) -> String {
    let name = link(build, opened);
    match opened {
        Link::Fuse(..) => format!("{name} is blown"),
        _ => format!("{name} is open"),
    }
}
