//! The 40 pins of a controller: which are used, what they move, how they start.

use std::collections::BTreeMap;

use askama::Template;
use model::wire::RunKind;
use model::{DeviceId, Terminal};

use super::Site;
use super::shell::{self, Page, Shell};
use super::text::markdown;
use crate::View;

/// A pin.
struct Pin {
    number: u32,
    name: String,
    kind: &'static str,
    used: bool,
    tag: String,
    net: String,
    to: String,
    drives: String,
    start: String,
}

#[derive(Template)]
#[template(path = "header.html")]
struct Header<'a> {
    shell: &'a Shell,
    name: String,
    part: String,
    pairs: Vec<(Pin, Pin)>,
    used: Vec<usize>,
    firmware: Vec<String>,
    notes: Vec<(String, String)>,
}

/// Devices with a header on which a wire lands or a pin is set.
pub fn controllers(view: View<'_>) -> Vec<DeviceId> {
    let build = view.build;
    let mut wired: Vec<bool> = vec![false; build.devices.len()];
    for wire in &build.wires {
        for end in wire.ends {
            if build.terminal(end).alias.is_some() {
                wired[build.owner(end).0 as usize] = true;
            }
        }
    }
    build.each_device().filter(|(id, _, part)| part.soc.is_some() && wired[id.0 as usize]).map(|(id, ..)| id).collect()
}

/// `gpio-pi-5.html` and so on.
pub fn pages(site: &Site<'_>) -> Vec<Page> {
    let lands = lands(site);
    site.controllers.iter().filter_map(|&device| header(site, device, &lands)).collect()
}

type Lands = BTreeMap<Terminal, Vec<(String, String)>>;

/// Wires by terminal: tag, far end.
fn lands(site: &Site<'_>) -> Lands {
    let build = site.view.build;
    let mut lands: Lands = BTreeMap::new();
    for run in 0..build.runs.len() {
        let id = model::RunId(u32::try_from(run).expect("runs are bounded"));
        let ends = match build.run(id).what {
            RunKind::Wire(wire) => build.wire(wire).ends,
            RunKind::Inline(first, _, last) => [build.wire(first).ends[0], build.wire(last).ends[1]],
            RunKind::Cable(..) | RunKind::Plug(_) => continue,
        };
        for (here, there) in [(ends[0], ends[1]), (ends[1], ends[0])] {
            lands.entry(here).or_default().push((build.tag(id), build.shown(there)));
        }
    }
    lands
}

fn header(site: &Site<'_>, device: DeviceId, lands: &Lands) -> Option<Page> {
    let build = site.view.build;
    let (own, part) = (build.device(device), build.part_of(device));
    let mut pins: BTreeMap<u32, Pin> = BTreeMap::new();
    for (local, info) in part.terminals.iter().enumerate() {
        let Some(number) = info
            .alias
            .as_deref()
            .and_then(|alias| alias.strip_prefix("pin["))
            .and_then(|rest| rest.trim_end_matches(']').parse().ok())
        else {
            continue;
        };
        let terminal = own.terminal(model::part::Local(u32::try_from(local).expect("terminals are bounded")));
        pins.insert(number, pin(site, device, terminal, number, lands));
    }
    if pins.is_empty() {
        return None;
    }
    let name = own.name.clone();
    let shell = Shell::new(
        site,
        format!("gpio-{}.html", own.slug()),
        format!("Header of {name}"),
        format!("The 40 pins of {name}: which are used, what each moves and how it starts."),
    );
    let used = pins.values().filter(|pin| pin.used).map(|pin| pin.number as usize).collect();
    let gpio = build.gpio.iter().find(|gpio| gpio.device == device);
    let firmware = gpio.map_or(Vec::new(), |gpio| gpio.firmware.iter().map(|line| line.value.clone()).collect());
    let notes = gpio.map_or(Vec::new(), |gpio| {
        gpio.uses
            .iter()
            .filter_map(|(number, uses)| Some((format!("GPIO{number}"), markdown(uses.note.as_deref()?))))
            .collect()
    });
    let mut pairs = Vec::new();
    let mut left = pins.into_values();
    while let (Some(odd), Some(even)) = (left.next(), left.next()) {
        pairs.push((odd, even));
    }
    Some(shell::page(&shell, &Header { shell: &shell, name, part: part.name.clone(), pairs, used, firmware, notes }))
}

fn pin(site: &Site<'_>, device: DeviceId, terminal: Terminal, number: u32, lands: &Lands) -> Pin {
    let View { build, facts, .. } = site.view;
    let info = build.terminal(terminal);
    let bcm: Option<u32> = info.name.strip_prefix("gpio[").and_then(|rest| rest.trim_end_matches(']').parse().ok());
    let (name, kind) = match (bcm, info.name.split('[').next().unwrap_or_default()) {
        (Some(bcm), _) => (format!("GPIO{bcm}"), "io"),
        (None, "5v") => ("5V".to_owned(), "supply"),
        (None, "3v3") => ("3V3".to_owned(), "supply3"),
        (None, "gnd") => ("GND".to_owned(), "ground"),
        (None, other) => (other.to_owned(), "io"),
    };
    let wires = lands.get(&terminal).map_or(&[][..], Vec::as_slice);
    let line = own_line(site, device, terminal);
    let mut drives = Vec::new();
    if let Some(line) = line {
        for outlet in facts.outlets.iter().filter(|outlet| outlet.line == (device, line)) {
            let relay = build
                .part_of(outlet.contact.0)
                .contacts
                .get(outlet.contact.1 as usize)
                .map_or("", |contact| &contact.name);
            drives.push(format!(
                "switches {} through {relay} of {}; {} energises it",
                build.device(outlet.load).name,
                build.device(outlet.contact.0).name,
                if outlet.active_low { "low" } else { "high" }
            ));
        }
        if drives.is_empty() {
            for drive in facts.drives.of_line(device, line) {
                drives.push(format!("an input of {}", build.device(drive.input.0).name));
            }
        }
    }
    let uses =
        bcm.and_then(|bcm| build.gpio.iter().find(|gpio| gpio.device == device).and_then(|gpio| gpio.uses.get(&bcm)));
    let start = match uses {
        Some(uses) => match (&uses.start, &uses.function) {
            (Some(start), _) => {
                let low = line.and_then(|line| facts.outlets.iter().find(|outlet| outlet.line == (device, line)));
                let coil = match (low.map(|outlet| outlet.active_low), start.value.as_str()) {
                    (Some(true), "high") | (Some(false), "low") => ", relay at rest",
                    (Some(true), "low") | (Some(false), "high") => ", relay energised",
                    _ => "",
                };
                format!("starts {}{coil}", start.value)
            }
            (None, Some(function)) => function.value.clone(),
            (None, None) => String::new(),
        },
        None => String::new(),
    };
    Pin {
        number,
        name,
        kind,
        used: !wires.is_empty() || uses.is_some(),
        tag: wires.iter().map(|wire| wire.0.as_str()).collect::<Vec<_>>().join(", "),
        net: if wires.is_empty() {
            String::new()
        } else {
            site.nets.of_terminal(site.view, terminal).unwrap_or_default()
        },
        to: wires.iter().map(|wire| wire.1.as_str()).collect::<Vec<_>>().join(", "),
        drives: drives.join("; "),
        start,
    }
}

/// The line of a part that stands at a terminal.
fn own_line(site: &Site<'_>, device: DeviceId, terminal: Terminal) -> Option<u32> {
    let build = site.view.build;
    let own = build.device(device);
    let at = |line: &model::part::Line| {
        line.at.as_ref().is_some_and(|end| end.iter().any(|&local| own.terminal(local) == terminal))
    };
    build.part_of(device).lines.iter().position(at).and_then(|index| u32::try_from(index).ok())
}
