//! What lands where: wires by terminal, plugs by port.

use std::collections::BTreeMap;

use model::wire::{Mate, RunKind};
use model::{DeviceId, RunId, Terminal, WireId};

use crate::site::Site;
use crate::site::colour::{Paint, paint};

/// One end of a wire.
#[derive(Clone, Debug)]
pub struct Land {
    /// `#07`.
    pub tag: String,
    /// Its colour.
    pub paint: Paint,
    /// Its far end, as people read it.
    pub far: String,
    /// Its far end.
    pub far_end: Terminal,
    /// What is crimped on it here.
    pub crimp: String,
    /// Its net on the wiring page.
    pub net: String,
}

/// Ends of wires by terminal, in the order of tags.
pub type Lands = BTreeMap<Terminal, Vec<Land>>;

/// Every end of every wire; a wire with a part in it has its two outer ends.
pub fn lands(
    build: &model::Build,
    shown: &dyn Fn(Terminal) -> String,
    net: &dyn Fn(Terminal) -> Option<String>,
) -> Lands {
    let mut lands = Lands::new();
    for run in 0..build.runs.len() {
        let id = RunId(u32::try_from(run).expect("runs are bounded"));
        let (first, last): (WireId, WireId) = match build.run(id).what {
            RunKind::Wire(wire) => (wire, wire),
            RunKind::Inline(first, _, last) => (first, last),
            RunKind::Cable(..) | RunKind::Plug(_) => continue,
        };
        let ends = [build.wire(first).ends[0], build.wire(last).ends[1]];
        for (n, wire) in [first, last].into_iter().enumerate() {
            let attributes = build.attributes_of(build.wire(wire));
            let far_end = ends[1 - n];
            lands.entry(ends[n]).or_default().push(Land {
                tag: build.tag(id),
                paint: paint(attributes.colour.as_ref().map(|text| text.value.as_str())),
                far: shown(far_end),
                far_end,
                crimp: attributes.ends[n].map_or(String::new(), |part| build.part(part).name.clone()),
                net: net(ends[n]).unwrap_or_default(),
            });
        }
    }
    lands
}

/// The matings of a run: none, one, or one at each end of a cable.
fn mates(what: &RunKind) -> Vec<&Mate> {
    match what {
        RunKind::Plug(mate) => vec![mate],
        RunKind::Cable(_, one, two) => vec![one, two],
        RunKind::Wire(_) | RunKind::Inline(..) => Vec::new(),
    }
}

/// Plugs of a device: port, tag, what is at the other end; ports with nothing in them have no tag.
pub fn plugs(site: &Site<'_>, device: DeviceId) -> Vec<(String, String, String)> {
    let build = site.view.build;
    let name = |(device, port): (DeviceId, u32)| {
        let port = build.part_of(device).ports.get(port as usize).map_or("?", |port| port.name.as_str());
        format!("{}.{port}", build.device(device).name)
    };
    let mut found: Vec<Vec<(String, String)>> = vec![Vec::new(); build.part_of(device).ports.len()];
    for (n, run) in build.runs.iter().enumerate() {
        let tag = || build.tag(RunId(u32::try_from(n).expect("runs are bounded")));
        for mate in mates(&run.what) {
            for (here, there) in [(mate.ends[0], mate.ends[1]), (mate.ends[1], mate.ends[0])] {
                if here.0 != device {
                    continue;
                }
                // Of a cable the far end counts, not the cable.
                let far = match &run.what {
                    RunKind::Cable(cable, one, two) if there.0 == *cable => {
                        let ends = [one, two].into_iter().flat_map(|mate| mate.ends);
                        ends.into_iter().find(|end| end.0 != *cable && *end != here).unwrap_or(there)
                    }
                    _ => there,
                };
                if let Some(port) = found.get_mut(here.1 as usize) {
                    port.push((tag(), name(far)));
                }
            }
        }
    }
    let ports = build.part_of(device).ports.iter().zip(found);
    // The header of a controller is no plug: it has a page of its own.
    let ports = ports.filter(|(port, _)| {
        let first = port.pins.first().map(|&pin| &build.part_of(device).terminals[pin.0 as usize]);
        first.is_none_or(|pin| pin.alias.is_none())
    });
    ports
        .flat_map(|(port, found)| {
            let none = found.is_empty().then(|| (port.name.clone(), String::new(), "nothing plugged in".to_owned()));
            let name = port.name.clone();
            found.into_iter().map(move |(tag, far)| (name.clone(), tag, far)).chain(none)
        })
        .collect()
}

/// A contact of a plug: position from 1, terminal, what it meets.
pub type Contact = (u32, Terminal, Option<Terminal>);

/// Contacts of the plugs of a device that something with at least as many as four contacts is plugged to, by port.
pub fn pins(site: &Site<'_>, device: DeviceId) -> Vec<(String, Vec<Contact>)> {
    let build = site.view.build;
    let own = build.device(device);
    let mut met: BTreeMap<Terminal, Terminal> = BTreeMap::new();
    let mut used: Vec<bool> = vec![false; build.part_of(device).ports.len()];
    for mate in build.runs.iter().flat_map(|run| mates(&run.what)) {
        for end in mate.ends.iter().filter(|end| end.0 == device) {
            if let Some(used) = used.get_mut(end.1 as usize) {
                *used = true;
            }
        }
        for &(a, b) in &mate.pairs {
            met.insert(a, b);
            met.insert(b, a);
        }
    }
    let ports = build.part_of(device).ports.iter().zip(used);
    ports
        .filter(|(port, used)| *used && port.pins.len() >= 4)
        .map(|(port, _)| {
            let pins = (1..).zip(&port.pins).map(|(position, &local)| {
                let terminal = own.terminal(local);
                (position, terminal, met.get(&terminal).copied())
            });
            (port.name.clone(), pins.collect())
        })
        .collect()
}
