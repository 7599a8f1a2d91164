//! Places on shared things that a slice takes one of: terminals of a supply, channels, ports, GPIOs; and which of them are free.

use std::collections::BTreeSet;

use model::device::Origin;
use model::part::Mover;
use model::units::shown;
use model::wire::{Mate, RunKind};
use model::{Build, DeviceId, RunId, Terminal};

use super::Ground;
use super::slice::{Around, Slice, is_joint};
use super::worked::{self, Worked};
use crate::nets::{Link, throws};
use crate::potentials::SourceRef;

/// Places that are equal for a copy of a slice.
#[derive(Clone, Debug)]
pub struct Pool {
    /// What they are called: `live 5 V terminals`, `switch ports`.
    pub name: String,
    /// How many are in use.
    pub used: u32,
    /// How many one slice takes.
    pub need: u32,
    /// The free ones, in the order in which copies take them.
    pub free: Vec<Spot>,
}

impl Pool {
    /// How many slices the free places are enough for.
    pub fn enough(&self) -> u32 {
        count(self.free.len()) / self.need.max(1)
    }
}

/// A free place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Spot {
    /// A screw, a lever.
    Terminal(Terminal),
    /// A socket of a device: index in its part's ports.
    Port(DeviceId, u32),
    /// A contact of a board: index in its part's contacts.
    Channel(DeviceId, u32),
}

/// One end of a run of the slice, and the pool that it takes a place of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Claim {
    /// The run.
    pub run: RunId,
    /// The place that the slice itself has.
    pub at: Spot,
    /// Index in [`Places::pools`].
    pub pool: usize,
}

/// All pools that a slice takes from.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Pools in the order supply, channels, ports.
    pub pools: Vec<Pool>,
    /// Ends that land on them.
    pub claims: Vec<Claim>,
    /// The pool of each of [`Slice::channels`].
    pub channels: Option<usize>,
    /// How the channel of the slice is worked, if it is.
    pub worked: Option<Worked>,
}

pub(super) fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

/// Metal of one piece with an end of a source, on over the joints that wires lead to.
fn metal_of(ground: &Ground<'_>, around: &Around, source: SourceRef, minus: bool) -> BTreeSet<Terminal> {
    let build = ground.build;
    let device = build.device(source.device);
    let of = &build.part_of(source.device).sources[source.index as usize];
    let roots = if minus { &of.minus } else { &of.plus };
    let made = |link: Link| matches!(link, Link::Join(..) | Link::Mate(_) | Link::Tie(_));
    let forest = ground.metal.search(roots.iter().map(|&local| device.terminal(local)), |_| false, made);
    let mut reached: BTreeSet<Terminal> = forest.order().iter().copied().collect();
    let mut owners: BTreeSet<DeviceId> = reached.iter().map(|at| build.owner(*at)).collect();
    let mut queue: Vec<DeviceId> = owners.iter().copied().collect();
    while let Some(owner) = queue.pop() {
        for &run in around.of(owner) {
            let RunKind::Wire(wire) = build.run(run).what else { continue };
            let ends = build.wire(wire).ends;
            let Some(far) = ends.iter().position(|end| reached.contains(end)).map(|near| ends[1 - near]) else {
                continue;
            };
            let joint = build.owner(far);
            if is_joint(build.part_of(joint)) && owners.insert(joint) {
                let whole = ground.metal.search(std::iter::once(far), |_| false, made);
                reached.extend(whole.order());
                queue.push(joint);
            }
        }
    }
    reached
}

/// What people land a wire on; `clamp` is what the slice's own wire lands on.
fn lands(build: &Build, terminal: Terminal, clamp: Option<&str>) -> bool {
    match build.terminal(terminal).clamp.as_deref() {
        Some("screw" | "lever") => true,
        other => clamp.is_some() && other == clamp,
    }
}

/// Whether a device has contacts that coils move: its terminals serve who hangs on them.
fn switches(build: &Build, id: DeviceId) -> bool {
    build.part_of(id).contacts.iter().any(|contact| matches!(contact.by, Some(Mover::Coil(_))))
}

/// Devices with a free place of a source's metal: what hangs on them does not own them.
pub(super) fn hubs(ground: &Ground<'_>, around: &Around, source: SourceRef) -> BTreeSet<DeviceId> {
    let build = ground.build;
    let both = [false, true].map(|minus| metal_of(ground, around, source, minus));
    let free = both.into_iter().flatten().filter(|at| lands(build, *at, None) && !ground.landed.any(*at));
    free.map(|at| build.owner(at)).collect()
}

/// The pools of a slice, and which ends take from them.
pub(super) fn of(ground: &Ground<'_>, around: &Around, slice: &Slice) -> Places {
    let build = ground.build;
    let mut places = Places::default();
    let own = |id: DeviceId| slice.devices.contains(&id);
    let mut metals: Vec<(BTreeSet<Terminal>, usize)> = Vec::new();
    for &run in &slice.runs {
        let (RunKind::Wire(first) | RunKind::Inline(first, ..)) = build.run(run).what else { continue };
        let last = if let RunKind::Inline(.., last) = build.run(run).what { last } else { first };
        for end in [build.wire(first).ends[0], build.wire(last).ends[1]] {
            let owner = build.owner(end);
            if own(owner) || slice.channels.iter().any(|channel| super::slice::pole(build, *channel, end).is_some()) {
                continue;
            }
            let pool = terminal_pool(ground, around, slice, end, &mut metals, &mut places);
            places.claims.push(Claim { run, at: Spot::Terminal(end), pool });
        }
    }
    if !slice.channels.is_empty() {
        channels(ground, slice, &mut places);
    }
    ports(ground, slice, &mut places);
    for pool in 0..places.pools.len() {
        let need = places.claims.iter().filter(|claim| claim.pool == pool).count();
        let channels = if places.channels == Some(pool) { slice.channels.len() } else { 0 };
        places.pools[pool].need = count(need + channels);
    }
    places
}

/// The pool of a supply's terminals that a wire of the slice lands on.
fn terminal_pool(
    ground: &Ground<'_>,
    around: &Around,
    slice: &Slice,
    end: Terminal,
    metals: &mut Vec<(BTreeSet<Terminal>, usize)>,
    places: &mut Places,
) -> usize {
    let build = ground.build;
    let returns = ground.potentials.at(ground.rest, end).is_some_and(|net| net.returns);
    let named = |pool: &(BTreeSet<Terminal>, usize)| pool.0.contains(&end);
    if let Some(&(_, pool)) = metals.iter().find(|pool| named(pool)) {
        return pool;
    }
    let metal = slice.source.map(|source| metal_of(ground, around, source, returns)).unwrap_or_default();
    let clamp = build.terminal(end).clamp.as_deref();
    let good = |at: &Terminal| lands(build, *at, clamp) && !switches(build, build.owner(*at));
    let good = |at: &Terminal| good(at) && build.part_of(build.owner(*at)).loads.is_empty();
    let all: Vec<Terminal> =
        metal.iter().copied().filter(good).filter(|at| !slice.devices.contains(&build.owner(*at))).collect();
    let (used, mut free): (Vec<Terminal>, Vec<Terminal>) = all.into_iter().partition(|at| ground.landed.any(*at));
    let home = build.owner(end);
    free.sort_by_key(|at| {
        let (owner, name) = (build.owner(*at), &build.terminal(*at).name);
        let (stem, number) = name.trim_end_matches(']').rsplit_once('[').unwrap_or((name.as_str(), ""));
        (owner != home, owner, stem, number.parse::<u32>().unwrap_or(0), *at)
    });
    let volts = slice.source.and_then(|source| crate::budget::source_volts(build, source));
    let name = match (returns, volts) {
        (true, _) => "return terminals".to_owned(),
        (false, Some(volts)) => format!("live {} terminals", shown(volts.typ.0, "V")),
        (false, None) => "live supply terminals".to_owned(),
    };
    if let Some(at) = places.pools.iter().position(|pool| pool.name == name) {
        return at;
    }
    let free: Vec<Spot> = free.into_iter().map(Spot::Terminal).collect();
    places.pools.push(Pool { name, used: count(used.len()), need: 1, free });
    metals.push((metal, places.pools.len() - 1));
    places.pools.len() - 1
}

/// Channels with nothing on their contacts, those of like boards first; and what could work them.
fn channels(ground: &Ground<'_>, slice: &Slice, places: &mut Places) {
    let build = ground.build;
    let (home, contact) = slice.channels[0];
    let shape = &build.part_of(home).contacts[contact as usize];
    let (mut used, mut free) = (0, Vec::new());
    for (id, device, part) in build.each_device() {
        for (at, contact) in (0..).zip(&part.contacts) {
            let alike = contact.nc.is_some() == shape.nc.is_some() && contact.no.is_some() == shape.no.is_some();
            if !matches!(contact.by, Some(Mover::Coil(_))) || !alike {
                continue;
            }
            let mut ends = std::iter::once(&contact.com).chain(throws(contact)).flatten();
            if ends.any(|&local| ground.landed.any(device.terminal(local))) {
                used += 1;
            } else {
                free.push((id, at));
            }
        }
    }
    let part = build.device(home).part;
    free.sort_by_key(|&(id, at)| (build.device(id).part != part, id, at));
    places.channels = Some(places.pools.len());
    places.worked = worked::worked(ground, slice, &free);
    let free = free.into_iter().map(|(id, at)| Spot::Channel(id, at)).collect();
    places.pools.push(Pool { name: "relay channels".to_owned(), used, need: 1, free });
}

/// Ports of shared things that a cable or plug of the slice sits in.
fn ports(ground: &Ground<'_>, slice: &Slice, places: &mut Places) {
    let build = ground.build;
    let own = |id: DeviceId| slice.devices.contains(&id);
    let plugged: BTreeSet<(DeviceId, u32)> =
        build.runs.iter().flat_map(|run| mates(&run.what)).flat_map(|mate| mate.ends).collect();
    for &run in &slice.runs {
        for end in mates(&build.run(run).what).into_iter().flat_map(|mate| mate.ends) {
            if own(end.0) {
                continue;
            }
            let pool = port_pool(build, end, &plugged, places);
            places.claims.push(Claim { run, at: Spot::Port(end.0, end.1), pool });
        }
    }
}

fn port_pool(
    build: &Build,
    (home, port): (DeviceId, u32),
    plugged: &BTreeSet<(DeviceId, u32)>,
    places: &mut Places,
) -> usize {
    let of = &build.part_of(home).ports[port as usize];
    let kind = &build.part_of(home).kind;
    let is_switch = kind == "switch";
    let name = if is_switch {
        "switch ports".to_owned()
    } else {
        format!("`{}` ports of `{}`", of.kind, build.device(home).group)
    };
    if let Some(at) = places.pools.iter().position(|pool| pool.name == name) {
        return at;
    }
    let (mut used, mut free) = (0, Vec::new());
    for (id, device, part) in build.each_device() {
        let alike = if is_switch { part.kind == *kind } else { device.part == build.device(home).part };
        if !alike || matches!(device.origin, Origin::Cable | Origin::Inline) {
            continue;
        }
        for (at, port) in (0..).zip(&part.ports) {
            if port.kind != of.kind || port.plug != of.plug {
                continue;
            }
            if plugged.contains(&(id, at)) {
                used += 1;
            } else {
                free.push((id, at));
            }
        }
    }
    free.sort_by_key(|&(id, at)| (id != home, id, at));
    let free = free.into_iter().map(|(id, at)| Spot::Port(id, at)).collect();
    places.pools.push(Pool { name, used, need: 1, free });
    places.pools.len() - 1
}

/// Every mating of a run.
pub(super) fn mates(kind: &RunKind) -> Vec<&Mate> {
    crate::nets::mates(kind)
}
