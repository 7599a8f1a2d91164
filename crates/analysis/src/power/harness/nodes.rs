//! Nodes of the network, and the throws that lie between them.

use model::part::{Mover, Part};
use model::{Build, DeviceId, Terminal};
use petgraph::unionfind::UnionFind;

use crate::nets;
use crate::power::World;

/// By terminal: its node, and how many there are.
pub(super) fn nodes(build: &Build) -> (Vec<u32>, u32) {
    let mut joined = UnionFind::<u32>::new(build.terminals as usize);
    for (_, device, part) in build.each_device() {
        let mut all = |of: &[model::Local]| {
            for two in of.windows(2) {
                joined.union(device.first + two[0].0, device.first + two[1].0);
            }
        };
        for join in part.joins.iter().filter(|join| join.ohms.is_absent()) {
            all(&join.of);
        }
        nets::each_end(part, |end| all(end));
        for contact in &part.contacts {
            if is_jumper(part, contact)
                && let Some(throw) = nets::throw(part, device, contact)
            {
                all(&[contact.com[0], throw[0]]);
            }
        }
    }
    let mut label = joined.into_labeling();
    let mut number = vec![u32::MAX; label.len()];
    let mut count = 0;
    for slot in &mut label {
        let at = &mut number[*slot as usize];
        if *at == u32::MAX {
            *at = count;
            count += 1;
        }
        *slot = *at;
    }
    (label, count)
}

fn is_jumper(part: &Part, contact: &model::part::Contact) -> bool {
    match contact.by {
        Some(Mover::Lever(index)) => part.levers.get(index as usize).is_some_and(|lever| lever.by == "build"),
        Some(Mover::Coil(_)) => false,
        None => true,
    }
}

/// A contact and its throw, both ends, and the contacts of the network (first, count) that close it.
pub(super) type Thrown = ((DeviceId, u32), crate::circuit::Side, [Terminal; 2], u32, u32);

/// Throws of moved contacts with the contacts of the network that close them (several where contacts make first).
pub(super) fn throws(world: World<'_>) -> Vec<Thrown> {
    let mut all: Vec<Thrown> = Vec::new();
    for (number, throw) in (0..).zip(&world.circuit.throws) {
        match all.last_mut() {
            Some(last) if (last.0, last.1) == (throw.contact, throw.side) && last.3 + last.4 == number => last.4 += 1,
            _ => all.push((throw.contact, throw.side, throw.ends, number, 1)),
        }
    }
    all
}
