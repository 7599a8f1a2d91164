//! What serves one device alone: its riders, cables, socket, fuse, drive, and the channel that it hangs on; and where that meets what is shared.

use std::collections::BTreeSet;

use model::device::Origin;
use model::part::{End, Mover, Part};
use model::wire::RunKind;
use model::{Build, DeviceId, PartId, RunId, Terminal};

use super::{Ground, places};
use crate::nets::{Hop, Link, throws};
use crate::potentials::SourceRef;

/// A device, and what stands in the build for it alone.
#[derive(Clone, Debug)]
pub struct Slice {
    /// The device.
    pub device: DeviceId,
    /// Devices and cables that serve it alone, itself first, then in the build's order.
    pub devices: Vec<DeviceId>,
    /// Wires, cables and plugs of these, in the build's order.
    pub runs: Vec<RunId>,
    /// Contacts of shared boards that it hangs on, from itself towards its supply.
    pub channels: Vec<(DeviceId, u32)>,
    /// The source that feeds it; if it is dead, one that feeds another of its kind.
    pub source: Option<SourceRef>,
    /// Wires from it that serve others: a copy does not get them.
    pub others: Vec<RunId>,
}

/// Which runs touch a device.
pub(super) struct Around {
    runs: Vec<Vec<RunId>>,
}

impl Around {
    pub(super) fn new(build: &Build) -> Self {
        let mut runs = vec![Vec::new(); build.devices.len()];
        for id in (0..build.runs.len()).map(run_id) {
            for device in touched(build, id) {
                let list: &mut Vec<RunId> = &mut runs[device.0 as usize];
                if list.last() != Some(&id) {
                    list.push(id);
                }
            }
        }
        Self { runs }
    }

    pub(super) fn of(&self, device: DeviceId) -> &[RunId] {
        &self.runs[device.0 as usize]
    }
}

fn run_id(at: usize) -> RunId {
    RunId(u32::try_from(at).expect("runs are bounded"))
}

/// The devices that a run joins, with the cable or part in its middle.
pub(super) fn touched(build: &Build, run: RunId) -> Vec<DeviceId> {
    let ends = |wire| build.wire(wire).ends.map(|end| build.owner(end));
    match &build.run(run).what {
        RunKind::Wire(wire) => ends(*wire).to_vec(),
        RunKind::Inline(first, device, last) => vec![ends(*first)[0], *device, ends(*last)[1]],
        RunKind::Cable(device, a, b) => {
            let far =
                [a, b].map(|mate| mate.ends.map(|(end, _)| end)).into_iter().flatten().filter(|end| end != device);
            std::iter::once(*device).chain(far).collect()
        }
        RunKind::Plug(mate) => mate.ends.map(|(device, _)| device).to_vec(),
    }
}

/// Whether a device only joins conductors.
pub(super) fn is_joint(part: &Part) -> bool {
    let idle = part.ports.is_empty() && part.contacts.is_empty() && part.sources.is_empty() && part.loads.is_empty();
    idle && part.fuses.is_empty()
        && part.resistors.is_empty()
        && part.diodes.is_empty()
        && part.coils.is_empty()
        && part.inputs.is_empty()
        && !part.joins.is_empty()
}

/// Whether a contact is moved by a coil, so that its board serves whoever hangs on it.
pub(super) fn is_channel(part: &Part, contact: u32) -> bool {
    matches!(part.contacts[contact as usize].by, Some(Mover::Coil(_)))
}

/// Finds what serves `device` alone.
pub(super) fn of(ground: &Ground<'_>, around: &Around, device: DeviceId) -> Slice {
    let build = ground.build;
    let mut slice = Slice {
        device,
        devices: vec![device],
        runs: Vec::new(),
        channels: Vec::new(),
        source: None,
        others: Vec::new(),
    };
    slice.source = source(ground, device);
    let hubs = slice.source.map(|source| places::hubs(ground, around, source)).unwrap_or_default();
    let mut ways = slice.source.map(|source| ways(ground, device, source)).unwrap_or_default();
    ways.iter_mut().for_each(|way| shorten(build, way, device, &hubs));
    if ways.iter().all(Vec::is_empty) {
        // Nothing leads to it: nobody knows how one more would be fed.
        slice.source = None;
    }
    let on_way: BTreeSet<RunId> = ways.iter().flatten().filter_map(|hop| hop_run(build, hop)).collect();
    let own = alone(ground, around, device, &on_way, &hubs);
    let mut runs: BTreeSet<RunId> = BTreeSet::new();
    for way in &ways {
        walk(build, way, &own, &mut runs, &mut slice.channels);
    }
    for &member in &own {
        for &run in around.of(member) {
            let inside = touched(build, run).iter().all(|end| own.contains(end));
            let plugged = !matches!(build.run(run).what, RunKind::Wire(_) | RunKind::Inline(..));
            if inside || plugged {
                runs.insert(run);
            } else if !runs.contains(&run) && !slice.others.contains(&run) {
                slice.others.push(run);
            }
        }
    }
    slice.others.retain(|run| !runs.contains(run));
    slice.others.sort_unstable();
    slice.devices.extend(own.into_iter().filter(|id| *id != device));
    slice.runs = runs.into_iter().collect();
    slice
}

/// The source that its first load hangs on; else that of the first other device of its part which has one.
fn source(ground: &Ground<'_>, device: DeviceId) -> Option<SourceRef> {
    let build = ground.build;
    let of = |id: DeviceId| {
        let load = build.part_of(id).loads.iter().find(|load| !load.ac)?;
        let plus = build.device(id).terminal(load.plus[0]);
        ground.potentials.at(ground.rest, plus).and_then(|volts| volts.by).filter(|by| by.device != id)
    };
    let like = |id: &DeviceId| build.device(*id).part == build.device(device).part;
    let kind = &build.part_of(device).kind;
    let all = || build.each_device().map(|(id, ..)| id);
    let same = |id: &DeviceId| build.part_of(*id).kind == *kind;
    of(device).or_else(|| all().filter(like).find_map(of)).or_else(|| all().filter(same).find_map(of))
}

/// The ways from its loads' ends to the source's, each from the load on; at rest.
fn ways(ground: &Ground<'_>, device: DeviceId, source: SourceRef) -> Vec<Vec<Hop>> {
    let (build, rest) = (ground.build, ground.rest);
    let own = build.device(device);
    let from = build.device(source.device);
    let of = &build.part_of(source.device).sources[source.index as usize];
    let mut ways = Vec::new();
    for load in build.part_of(device).loads.iter().filter(|load| !load.ac) {
        // A load that is fed through a port is not fed through the pins of its header.
        let plugged = build.terminal(own.terminal(load.plus[0])).pin.map(|(port, _)| port);
        let allow = |link: Link| match (plugged, link) {
            (Some(port), Link::Wire(wire)) => build.wire(wire).ends.iter().all(|&end| {
                build.owner(end) != device || build.terminal(end).pin.is_some_and(|(other, _)| other == port)
            }),
            _ => true,
        };
        for (end, goal) in [(&load.plus, &of.plus), (&load.minus, &of.minus)] {
            let start = own.terminal(end[0]);
            let goals: BTreeSet<Terminal> = goal.iter().map(|&local| from.terminal(local)).collect();
            let way = goals.iter().find(|goal| rest.same(start, **goal)).and_then(|_| {
                let forest = rest.search(std::iter::once(start), |at| goals.contains(&at), allow);
                let goal = forest.order().iter().copied().find(|at| goals.contains(at))?;
                forest.path(goal)
            });
            match way {
                Some(way) => ways.push(way),
                // Dead: as far as its metal leads.
                None => ways.extend(dead(ground, start, device)),
            }
        }
    }
    ways
}

/// From a dead end to the last shared board that its metal reaches: one that a living one of its kind hangs on too.
fn dead(ground: &Ground<'_>, start: Terminal, device: DeviceId) -> Option<Vec<Hop>> {
    let (build, rest) = (ground.build, ground.rest);
    let forest = rest.search(std::iter::once(start), |_| false, |_| true);
    let carriers = carriers(ground, build.device(device).part);
    let shared = |at: &Terminal| {
        let owner = build.owner(*at);
        let part = build.part_of(owner);
        owner != device && part.loads.is_empty() && part.coils.is_empty() && carriers.contains(&owner)
    };
    let end = forest.order().iter().copied().find(shared)?;
    forest.path(end)
}

/// Ends a way where it comes to what surely serves others as well.
fn shorten(build: &Build, way: &mut Vec<Hop>, device: DeviceId, hubs: &BTreeSet<DeviceId>) {
    let end = way.iter().position(|hop| {
        let at = build.owner(hop.to);
        let serves = matches!(build.part_of(at).kind.as_str(), "psu" | "computer" | "switch") || hubs.contains(&at);
        matches!(hop.by, Link::Wire(_) | Link::Mate(_)) && at != device && serves
    });
    way.truncate(end.map_or(way.len(), |end| end + 1));
}

fn hop_run(build: &Build, hop: &Hop) -> Option<RunId> {
    match hop.by {
        Link::Wire(wire) => Some(build.wire(wire).run),
        Link::Mate(run) => Some(run),
        _ => None,
    }
}

/// The device with all that hangs on nothing but it, or stands nowhere but on its way.
fn alone(
    ground: &Ground<'_>,
    around: &Around,
    device: DeviceId,
    on_way: &BTreeSet<RunId>,
    hubs: &BTreeSet<DeviceId>,
) -> BTreeSet<DeviceId> {
    let build = ground.build;
    let is_own = |next: DeviceId, own: &BTreeSet<DeviceId>| {
        !own.contains(&next) && !hubs.contains(&next) && is_own(ground, around, next, own, on_way)
    };
    let mut own = BTreeSet::from([device]);
    loop {
        let mut found = None;
        'search: for &member in &own {
            for &run in around.of(member) {
                for next in touched(build, run) {
                    if is_own(next, &own) {
                        found = Some(next);
                        break 'search;
                    }
                }
            }
        }
        // A branch fuse stands behind a shared channel: look along the way as well.
        if found.is_none() {
            let along = on_way.iter().flat_map(|run| touched(build, *run));
            found = along.into_iter().find(|next| is_own(*next, &own) && near(ground, around, *next, &own));
        }
        match found {
            Some(next) => own.insert(next),
            None => return own,
        };
    }
}

/// Whether a run leads from it to one of `own`, or to a board of channels.
fn near(ground: &Ground<'_>, around: &Around, id: DeviceId, own: &BTreeSet<DeviceId>) -> bool {
    let build = ground.build;
    let switches = |id: DeviceId| build.part_of(id).contacts.iter().any(|at| matches!(at.by, Some(Mover::Coil(_))));
    around.of(id).iter().flat_map(|run| touched(build, *run)).any(|next| own.contains(&next) || switches(next))
}

/// Whether every run of a device is on the way, or leads to what serves the same device alone.
fn is_own(
    ground: &Ground<'_>,
    around: &Around,
    id: DeviceId,
    own: &BTreeSet<DeviceId>,
    on_way: &BTreeSet<RunId>,
) -> bool {
    let build = ground.build;
    let (device, part) = (build.device(id), build.part_of(id));
    let may = match device.origin {
        Origin::Feed(_) => false,
        Origin::Inside(host) => own.contains(&host),
        Origin::Bought | Origin::Cable | Origin::Inline => true,
    };
    let serves = matches!(part.kind.as_str(), "psu" | "computer" | "switch")
        || part.contacts.iter().any(|contact| matches!(contact.by, Some(Mover::Coil(_))));
    let runs = around.of(id);
    let leads = |run: &RunId| {
        let made = matches!(device.origin, Origin::Cable | Origin::Inline);
        on_way.contains(run)
            || touched(build, *run).iter().all(|end| *end == id || own.contains(end))
            || made && touched(build, *run).iter().any(|end| own.contains(end))
    };
    may && !serves && !runs.is_empty() && runs.iter().all(leads)
}

/// Takes the runs of a way up to the first shared thing that is no channel.
fn walk(
    build: &Build,
    way: &[Hop],
    own: &BTreeSet<DeviceId>,
    runs: &mut BTreeSet<RunId>,
    channels: &mut Vec<(DeviceId, u32)>,
) {
    for (at, hop) in way.iter().enumerate() {
        match hop.by {
            Link::Contact(board, contact)
                if !own.contains(&board)
                    && is_channel(build.part_of(board), contact)
                    && !channels.contains(&(board, contact)) =>
            {
                channels.push((board, contact));
            }
            Link::Wire(_) | Link::Mate(_) => {
                runs.extend(hop_run(build, hop));
                let here = build.owner(hop.to);
                if !own.contains(&here) && !is_passed(build, &way[at + 1..], here) {
                    return;
                }
            }
            _ => {}
        }
    }
}

/// Whether the way goes on through a channel of the board that it has come to.
fn is_passed(build: &Build, ahead: &[Hop], board: DeviceId) -> bool {
    let mut inside = ahead.iter().take_while(|hop| build.owner(hop.from) == board);
    inside.any(
        |hop| matches!(hop.by, Link::Contact(at, contact) if at == board && is_channel(build.part_of(board), contact)),
    )
}

/// How a terminal stands to a contact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pole {
    Com,
    /// The throw at this place: of `nc`, `no`, then the positions of a lever.
    Throw(usize),
}

/// The pole of a contact that a terminal belongs to.
pub(super) fn pole(build: &Build, (board, contact): (DeviceId, u32), terminal: Terminal) -> Option<Pole> {
    let device = build.device(board);
    let contact = &build.part_of(board).contacts[contact as usize];
    let is = |end: &End| end.iter().any(|&local| device.terminal(local) == terminal);
    if is(&contact.com) {
        return Some(Pole::Com);
    }
    throws(contact).position(is).map(Pole::Throw)
}

/// The terminal of another contact at the same pole.
pub(super) fn at_pole(build: &Build, (board, contact): (DeviceId, u32), pole: Pole) -> Option<Terminal> {
    let contact = &build.part_of(board).contacts[contact as usize];
    let end = match pole {
        Pole::Com => Some(&contact.com),
        Pole::Throw(at) => throws(contact).nth(at),
    };
    end.map(|end| build.device(board).terminal(end[0]))
}

/// What the ways of the living devices of a part pass.
fn carriers(ground: &Ground<'_>, part: PartId) -> BTreeSet<DeviceId> {
    let build = ground.build;
    let mut carriers = BTreeSet::new();
    for (id, device, of) in build.each_device().filter(|(_, device, _)| device.part == part) {
        let Some(load) = of.loads.iter().find(|load| !load.ac) else { continue };
        let plus = device.terminal(load.plus[0]);
        let Some(by) = ground.potentials.at(ground.rest, plus).and_then(|volts| volts.by) else { continue };
        let source = &build.part_of(by.device).sources[by.index as usize];
        let goal = build.device(by.device).terminal(source.plus[0]);
        let way = ground.rest.path(plus, goal).into_iter().flatten();
        carriers.extend(way.map(|hop| build.owner(hop.from)).filter(|owner| *owner != id));
    }
    carriers
}
