//! Protective earth: how each earth terminal is joined to the earth of a feed, and the wires that join it.

use std::collections::{BTreeMap, BTreeSet};

use model::device::Origin;
use model::{Build, DeviceId, Role, Terminal, WireId};

use crate::nets::{self, Link, Nets};
use crate::potentials::{Between, Potentials, SourceRef};

/// How an earth terminal is joined to the earth of a feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Joined {
    /// By wires, plugs and metal alone.
    Solidly,
    /// Only by way of this contact, jumper or fuse.
    Through(Link),
    /// Not at all.
    Apart,
}

/// What there is to say of earth.
#[derive(Clone, Debug, Default)]
pub struct Earth {
    /// Earth terminals of devices in a build with live mains, but of cables and of what mains does not reach, in the order of devices.
    pub terminals: Vec<(Terminal, Joined)>,
    /// Wires between such a terminal and the earth of a feed, or on it, each with the thickest wire that carries line or neutral to a device at one of its ends.
    pub wires: Vec<(WireId, Option<WireId>)>,
    /// Whether some feed brings an earth.
    pub is_brought: bool,
}

/// Terminals of devices that are for protective earth, and whether a feed brings them.
pub fn terminals(build: &Build) -> impl Iterator<Item = (DeviceId, Terminal, bool)> {
    build.each_device().flat_map(|(id, device, part)| {
        let is_feed = matches!(device.origin, Origin::Feed(_));
        // A feed's pins have no roles: the names of its outlet's contacts say what they are.
        let is_earth = move |at: &model::part::PartTerminal| {
            at.role == Role::Earth || (is_feed && at.name.rsplit('.').next() == Some("pe"))
        };
        (device.first..)
            .zip(&part.terminals)
            .filter(move |(_, at)| is_earth(at))
            .map(move |(at, _)| (id, Terminal(at), is_feed))
    })
}

/// Looks at every earth terminal; `rest` are the nets of these potentials.
pub fn of(build: &Build, rest: &Nets, potentials: &Potentials) -> Earth {
    let mains = potentials.live().iter().any(|source| build.part_of(source.device).sources[source.index as usize].ac);
    let (mut brought, mut asked): (Vec<Terminal>, Vec<Terminal>) = (Vec::new(), Vec::new());
    for (id, at, is_feed) in terminals(build) {
        if is_feed {
            brought.push(at);
        } else if mains && build.device(id).origin != Origin::Cable && is_reached(build, rest, potentials, id) {
            asked.push(at);
        }
    }
    let mut earth = Earth { is_brought: !brought.is_empty(), ..Earth::default() };
    if asked.is_empty() {
        return earth;
    }
    let solid = nets::metal_where(build, |link| !matches!(link, Link::Fuse(..) | Link::Contact(..)));
    let held: BTreeSet<_> = brought.iter().map(|at| solid.net(*at)).collect();
    let mut ways = None;
    for &at in &asked {
        let joined = if held.contains(&solid.net(at)) {
            Joined::Solidly
        } else {
            let forest = ways.get_or_insert_with(|| {
                let possible = nets::possible(build, |_| true);
                possible.forest(brought.iter().copied())
            });
            let path = forest.path(at).unwrap_or_default();
            let weak = path.iter().map(|hop| hop.by).find(|by| matches!(by, Link::Fuse(..) | Link::Contact(..)));
            weak.map_or(Joined::Apart, Joined::Through)
        };
        earth.terminals.push((at, joined));
    }
    let nets: BTreeSet<_> = asked.iter().map(|at| solid.net(*at)).collect();
    let thickest = lines(build, rest, potentials);
    for (index, wire) in (0..).zip(&build.wires).filter(|(_, wire)| nets.contains(&solid.net(wire.ends[0]))) {
        let beside = wire.ends.iter().filter_map(|end| thickest.get(&build.owner(*end)));
        let line = beside.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, wire)| *wire);
        earth.wires.push((WireId(index), line));
    }
    earth
}

/// Whether a device has nothing to do with mains itself (a chassis), or mains reaches it.
fn is_reached(build: &Build, rest: &Nets, potentials: &Potentials, id: DeviceId) -> bool {
    let (device, part) = (build.device(id), build.part_of(id));
    let fed = (0..).zip(&part.sources).filter(|(_, source)| source.from.as_ref().is_some_and(|from| from.ac));
    let fed: Vec<bool> = fed.map(|(index, _)| potentials.live_source(SourceRef { device: id, index })).collect();
    let loads = part.loads.iter().filter(|load| load.ac).map(|load| {
        let ends = [&load.plus, &load.minus].map(|end| device.terminal(end[0]));
        matches!(potentials.between(rest, ends[0], ends[1]), Between::Known(_) | Between::Unknown)
    });
    let all: Vec<bool> = fed.into_iter().chain(loads).collect();
    all.is_empty() || all.contains(&true)
}

/// By device: the thickest wire on it that carries line or neutral, with its gauge; one of unknown gauge only where there is no other.
fn lines(build: &Build, rest: &Nets, potentials: &Potentials) -> BTreeMap<DeviceId, (f64, WireId)> {
    let mut thickest: BTreeMap<DeviceId, (f64, WireId)> = BTreeMap::new();
    for (index, wire) in (0..).zip(&build.wires) {
        if !wire.ends.iter().any(|end| potentials.at(rest, *end).is_some_and(|net| net.ac && net.live)) {
            continue;
        }
        let gauge = build.attributes_of(wire).gauge.known().map_or(f64::INFINITY, |gauge| gauge.typ.0);
        for end in wire.ends {
            let slot = thickest.entry(build.owner(end)).or_insert((gauge, WireId(index)));
            if gauge < slot.0 {
                *slot = (gauge, WireId(index));
            }
        }
    }
    thickest
}
