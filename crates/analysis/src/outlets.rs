//! What software can switch: contacts between a supply and loads, moved by a coil whose input a line drives.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use model::part::Mover;
use model::{Build, DeviceId, Terminal};

use crate::drives::{self, Drives, active_low};
use crate::nets::{self, Hop, Nets};
use crate::potentials::{self, Potentials};

/// A load that software can switch.
#[derive(Clone, Debug)]
pub struct Outlet {
    /// The computer, the switch, or the first device that it cuts.
    pub load: DeviceId,
    /// The contact that it hangs on.
    pub contact: (DeviceId, u32),
    /// On `nc`: energised means off.
    pub throw_nc: bool,
    /// What moves it.
    pub coil: (DeviceId, u32),
    /// What energises that.
    pub input: (DeviceId, u32),
    /// Whose line drives the input.
    pub controller: DeviceId,
    /// The line, of the controller's part.
    pub line: (DeviceId, u32),
    /// The line's level that energises is low.
    pub active_low: bool,
    /// Every device with a load that has no supply while the contact is open, `load` first.
    pub takes_down: Vec<DeviceId>,
    /// Supply to load through the contact; empty if the contact is open at rest.
    pub path: Vec<Hop>,
}

/// Nets of metal as nodes, contacts that are closed at rest as edges.
struct Circuit {
    around: Vec<Vec<(u32, (DeviceId, u32))>>,
    /// Live DC plus ends by net.
    plus: Vec<Vec<u32>>,
    minus: Vec<Vec<u32>>,
    /// Devices with a load, sources with a feeder, by net of one of their ends.
    loads: Vec<Vec<DeviceId>>,
    fed: Vec<Vec<u32>>,
    /// Plus net of each live source.
    sources: Vec<u32>,
}

/// All outlets of a build of which nothing else is asked; the same as among its facts.
pub fn of(build: &Build) -> Vec<Outlet> {
    let (metal, rest) = (nets::metal(build), nets::rest(build));
    let potentials = potentials::compute(build, &rest);
    let drives = drives::compute(build, &metal, &rest, &potentials);
    compute(build, &metal, &rest, &potentials, &drives)
}

/// All outlets, in the order of devices and contacts.
pub fn compute(build: &Build, metal: &Nets, rest: &Nets, potentials: &Potentials, drives: &Drives) -> Vec<Outlet> {
    let candidates: Vec<(DeviceId, u32)> = build
        .each_device()
        .flat_map(|(id, _, part)| {
            (0..)
                .zip(&part.contacts)
                .filter(|(_, at)| matches!(at.by, Some(Mover::Coil(_))))
                .map(move |(at, _)| (id, at))
        })
        .collect();
    if candidates.is_empty() {
        return Vec::new();
    }
    let circuit = circuit(build, metal, potentials);
    let roots = potentials.live().iter().filter_map(|source| {
        let part = build.part_of(source.device);
        let source_of = &part.sources[source.index as usize];
        (!source_of.ac).then(|| build.device(source.device).terminal(source_of.plus[0]))
    });
    let forest = rest.forest(roots.collect::<Vec<_>>().into_iter());
    let mut outlets: Vec<Outlet> = Vec::new();
    for (id, index) in candidates {
        let (device, part) = (build.device(id), build.part_of(id));
        let contact = &part.contacts[index as usize];
        let Some(Mover::Coil(coil)) = contact.by else { continue };
        let Some(input) = part.coils.get(coil as usize).and_then(|coil| coil.input) else {
            continue;
        };
        let Some(drive) = drives.of_input(id, input) else {
            continue;
        };
        let (Some(&line), Some(active_low)) = (drive.lines.first(), active_low(build, drive)) else {
            continue;
        };
        let com = metal.net(device.terminal(contact.com[0])).0;
        let throw = |end: &Option<model::part::End>| end.as_ref().map(|end| metal.net(device.terminal(end[0])).0);
        let side = match (throw(&contact.nc), throw(&contact.no)) {
            (Some(nc), _) if nc != com && circuit.dark(com, nc, (id, index)).is_some() => Some((nc, true)),
            (_, Some(no)) if no != com => Some((no, false)),
            _ => None,
        };
        let Some((throw, throw_nc)) = side else { continue };
        let Some(dark) = circuit.dark(com, throw, (id, index)) else {
            continue;
        };
        let down = circuit.down(dark);
        let Some(load) = principal(build, &down) else { continue };
        let mut takes_down = vec![load];
        takes_down.extend(down.into_iter().filter(|other| *other != load));
        let path = if throw_nc { way(build, &forest, load) } else { Vec::new() };
        if outlets
            .iter()
            .rev()
            .take_while(|other| other.coil.0 == id)
            .any(|other| other.coil == (id, coil) && other.load == load)
        {
            continue;
        }
        outlets.push(Outlet {
            load,
            contact: (id, index),
            throw_nc,
            coil: (id, coil),
            input: (id, input),
            controller: line.0,
            line,
            active_low,
            takes_down,
            path,
        });
    }
    outlets
}

fn way(build: &Build, forest: &nets::Forest, load: DeviceId) -> Vec<Hop> {
    let device = build.device(load);
    let plus = build.part_of(load).loads.first().map(|load| device.terminal(load.plus[0]));
    plus.and_then(|plus| forest.path(plus)).unwrap_or_default()
}

/// A computer before a switch before anything else.
fn principal(build: &Build, down: &[DeviceId]) -> Option<DeviceId> {
    let rank = |id: &DeviceId| match build.part_of(*id).kind.as_str() {
        "computer" => 0,
        "switch" => 1,
        _ => 2,
    };
    down.iter().copied().min_by_key(rank)
}

fn circuit(build: &Build, metal: &Nets, potentials: &Potentials) -> Circuit {
    let empty = || vec![Vec::new(); metal.len()];
    let mut circuit = Circuit {
        around: vec![Vec::new(); metal.len()],
        plus: empty(),
        minus: empty(),
        loads: vec![Vec::new(); metal.len()],
        fed: empty(),
        sources: Vec::new(),
    };
    for (id, device, part) in build.each_device() {
        let net = |end: &model::part::End| metal.net(device.terminal(end[0])).0;
        for (index, contact) in (0..).zip(&part.contacts) {
            if let Some(throw) = nets::throw(part, device, contact) {
                let (a, b) = (net(&contact.com), net(throw));
                if a != b {
                    circuit.around[a as usize].push((b, (id, index)));
                    circuit.around[b as usize].push((a, (id, index)));
                }
            }
        }
        for load in part.loads.iter().filter(|load| !load.ac) {
            for end in [&load.plus, &load.minus] {
                circuit.loads[net(end) as usize].push(id);
            }
        }
    }
    for source in potentials.live() {
        let (device, part) = (build.device(source.device), build.part_of(source.device));
        let of = &part.sources[source.index as usize];
        if of.ac {
            continue;
        }
        let net = |end: &model::part::End| metal.net(device.terminal(end[0])).0;
        let number = u32::try_from(circuit.sources.len()).expect("sources are bounded");
        let from = of.from.as_ref().filter(|from| !from.ac).map(|from| (net(&from.plus), net(&from.minus)));
        circuit.sources.push(net(&of.plus));
        circuit.plus[net(&of.plus) as usize].push(number);
        circuit.minus[net(&of.minus) as usize].push(number);
        if let Some((plus, minus)) = from {
            circuit.fed[plus as usize].push(number);
            circuit.fed[minus as usize].push(number);
        }
    }
    circuit
}

impl Circuit {
    /// The nets that lose every live source end when a contact between `a` and `b` opens; `None` if neither side does, or none has a source.
    /// Both sides are searched in step, so that the cost is that of the smaller one.
    fn dark(&self, a: u32, b: u32, without: (DeviceId, u32)) -> Option<BTreeSet<u32>> {
        let mut seen = [BTreeSet::from([a]), BTreeSet::from([b])];
        let mut queue = [VecDeque::from([a]), VecDeque::from([b])];
        let mut powered = [self.stands(a), self.stands(b)];
        loop {
            let mut moved = false;
            for side in 0..2 {
                if powered[side] {
                    continue;
                }
                let Some(at) = queue[side].pop_front() else {
                    if !seen[side].is_disjoint(&seen[1 - side]) {
                        return None;
                    }
                    return Some(std::mem::take(&mut seen[side]));
                };
                moved = true;
                for &(next, by) in &self.around[at as usize] {
                    if by != without && seen[side].insert(next) {
                        powered[side] |= self.stands(next);
                        queue[side].push_back(next);
                    }
                }
            }
            if !moved {
                return None;
            }
        }
    }

    fn stands(&self, net: u32) -> bool {
        !self.plus[net as usize].is_empty() || !self.minus[net as usize].is_empty()
    }

    /// Devices with a load on dark nets, and on the nets of sources that die with them.
    fn down(&self, dark: BTreeSet<u32>) -> Vec<DeviceId> {
        let mut down = Vec::new();
        let mut known = BTreeSet::new();
        let mut gone: BTreeSet<u32> = BTreeSet::new();
        let mut queue: VecDeque<u32> = dark.iter().copied().collect();
        let mut seen = dark;
        while let Some(net) = queue.pop_front() {
            for &id in &self.loads[net as usize] {
                if known.insert(id) {
                    down.push(id);
                }
            }
            for &source in &self.fed[net as usize] {
                let plus = self.sources[source as usize];
                if gone.insert(source)
                    && self.plus[plus as usize].iter().all(|other| gone.contains(other))
                    && seen.insert(plus)
                {
                    queue.push_back(plus);
                    for &(next, _) in &self.around[plus as usize] {
                        if !self.stands(next) && seen.insert(next) {
                            queue.push_back(next);
                        }
                    }
                }
            }
        }
        down
    }
}

/// Outlets by the device that they switch.
pub fn by_load(outlets: &[Outlet]) -> BTreeMap<DeviceId, Vec<&Outlet>> {
    let mut by: BTreeMap<DeviceId, Vec<&Outlet>> = BTreeMap::new();
    for outlet in outlets {
        by.entry(outlet.load).or_default().push(outlet);
    }
    by
}

/// Whether a terminal is an end of the outlet's contact.
pub fn touches(build: &Build, outlet: &Outlet, terminal: Terminal) -> bool {
    let (id, index) = outlet.contact;
    let (device, contact) = (build.device(id), &build.part_of(id).contacts[index as usize]);
    std::iter::once(&contact.com)
        .chain(nets::throws(contact))
        .flatten()
        .any(|&local| device.terminal(local) == terminal)
}
