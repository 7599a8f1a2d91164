//! Who draws what at worst, where it lands, and what each joint of the trees carries of it.

use std::collections::{BTreeMap, BTreeSet};

use model::part::{Draw, End};
use model::{Build, DeviceId, Terminal};

use super::pieces::Pieces;
use super::tree::{NONE, Tree};
use crate::budget::{self, Budget, WORST};
use crate::nets::Nets;
use crate::potentials::{Potentials, SourceRef};

/// What one device draws from one source.
pub(super) struct Demand {
    pub device: DeviceId,
    /// Its plus and its minus.
    pub at: [Terminal; 2],
    /// Amperes at worst, as far as they are stated.
    pub amps: f64,
}

/// Currents at worst.
pub(super) struct Flow {
    /// In the order of sources; what hangs on an outlet that is off at rest comes last.
    pub demands: Vec<Demand>,
    /// Place of a piece in the trees, index in `demands`; ascending.
    landed: Vec<(u32, u32)>,
    /// By piece: net current that it and what hangs on it draw over the joint above it, amperes.
    pub below: Vec<f64>,
}

pub(super) fn flow(
    build: &Build,
    rest: &Nets,
    potentials: &Potentials,
    budget: &Budget,
    pieces: &Pieces,
    tree: &Tree,
) -> Flow {
    let mut flow = Flow { demands: Vec::new(), landed: Vec::new(), below: vec![0.0; pieces.count as usize] };
    let mut known: BTreeSet<DeviceId> = BTreeSet::new();
    for rail in budget.rails.iter().filter(|rail| rail.scenario == WORST) {
        let source = &build.part_of(rail.source.device).sources[rail.source.index as usize];
        if source.ac {
            continue;
        }
        let supply = [&source.plus, &source.minus].map(|end| build.device(rail.source.device).terminal(end[0]));
        for (device, total) in &rail.by {
            if let Some(at) = landing(build, rest, potentials, *device, rail.source) {
                let amps = total.band.hi.0;
                known.insert(*device);
                flow.add(pieces, Demand { device: *device, at, amps }, supply);
            }
        }
    }
    let supplies: BTreeMap<u32, [Terminal; 2]> = (0..)
        .zip(&tree.roots)
        .filter(|(_, root)| root.plus)
        .map(|(number, root)| {
            let source = &build.part_of(root.source.device).sources[root.source.index as usize];
            (number, [&source.plus, &source.minus].map(|end| build.device(root.source.device).terminal(end[0])))
        })
        .collect();
    for (id, device, part) in build.each_device() {
        for load in part.loads.iter().filter(|load| !load.ac) {
            let at = [&load.plus, &load.minus].map(|end| device.terminal(end[0]));
            let lives = at.iter().all(|&end| tree.rooted(pieces.of(end)));
            let supply = supplies.get(&tree.root[pieces.of(at[0]) as usize]);
            // What hangs on a device may be in that device's own draw.
            if let (true, Some(&supply), false, None) = (lives, supply, known.contains(&id), device.belongs)
                && let Draw::Amps(amps, _) = budget::draw(load, None)
            {
                flow.add(pieces, Demand { device: id, at, amps: amps.hi.0 }, supply);
            }
        }
    }
    for (number, demand) in (0..).zip(&flow.demands) {
        let pieces = demand.at.map(|end| pieces.of(end));
        flow.landed.extend(pieces.into_iter().filter(|&piece| tree.rooted(piece)).map(|at| (tree.place(at), number)));
    }
    flow.landed.sort_unstable();
    for &piece in tree.order.iter().rev() {
        let joint = tree.up[piece as usize];
        if joint != NONE {
            let parent = pieces.across(joint, piece);
            flow.below[parent as usize] += flow.below[piece as usize];
        }
    }
    flow
}

impl Flow {
    /// What lands on a piece and on what hangs on it, and where.
    pub fn landed<'a>(&'a self, tree: &'a Tree, piece: u32) -> impl Iterator<Item = (u32, &'a Demand)> {
        let [from, to] = tree.span(piece);
        let first = self.landed.partition_point(|(place, _)| *place < from);
        let these = self.landed[first..].iter().take_while(move |(place, _)| *place < to);
        these.map(|&(place, number)| (tree.order[place as usize], &self.demands[number as usize]))
    }

    fn add(&mut self, pieces: &Pieces, demand: Demand, supply: [Terminal; 2]) {
        for (takes, gives) in demand.at.into_iter().zip(supply) {
            self.below[pieces.of(takes) as usize] += demand.amps;
            self.below[pieces.of(gives) as usize] -= demand.amps;
        }
        self.demands.push(demand);
    }
}

/// Where a device takes what it draws from a source: the first load, coil or converter on that source's plus.
fn landing(
    build: &Build,
    rest: &Nets,
    potentials: &Potentials,
    id: DeviceId,
    source: SourceRef,
) -> Option<[Terminal; 2]> {
    let (device, part) = (build.device(id), build.part_of(id));
    let loads = part.loads.iter().filter(|load| !load.ac).map(|load| (&load.plus, &load.minus));
    let coils = part.coils.iter().filter_map(|coil| Some((coil.plus.as_ref()?, coil.minus.as_ref()?)));
    let converters = part.sources.iter().filter_map(|source| source.from.as_ref()).filter(|from| !from.ac);
    let converters = converters.map(|from| (&from.plus, &from.minus));
    let at = |(plus, minus): (&End, &End)| [device.terminal(plus[0]), device.terminal(minus[0])];
    loads
        .chain(coils)
        .chain(converters)
        .map(at)
        .find(|at| potentials.at(rest, at[0]).is_some_and(|net| net.by == Some(source)))
}
