//! Loads that stand on one piece of a supply though each has a feed of its own.

use std::collections::{BTreeMap, VecDeque};

use model::part::Mover;
use model::{DeviceId, Terminal};
use petgraph::unionfind::UnionFind;

use super::tree::NONE;
use super::{Ground, Tie};
use crate::nets::Link;

/// What plugs and wires join without a fuse or contact between.
struct Regions {
    /// By piece.
    of: Vec<u32>,
    /// By region: fuses and contacts from the nearest source, or [`NONE`].
    level: Vec<u32>,
}

fn is_wire(link: Link) -> bool {
    matches!(link, Link::Wire(_) | Link::Mate(_))
}

pub(super) fn ties(ground: &Ground<'_>) -> Vec<Tie> {
    let regions = regions(ground);
    // The joints through which regions are fed: region, joint, the piece that it lands on.
    let mut feeds: Vec<(u32, u32, u32)> = Vec::new();
    let mut fed = vec![0_u32; regions.of.len()];
    for (number, joint) in (0_u32..).zip(&ground.pieces.joints) {
        if is_wire(joint.by) {
            continue;
        }
        let [a, b] = joint.pieces;
        let [from, to] = [a, b].map(|piece| regions.of[piece as usize]);
        let [high, low] = [from, to].map(|region| regions.level[region as usize]);
        if from == to || high == NONE || low == NONE {
            continue;
        }
        for (piece, region, lands) in [(b, to, high <= low), (a, from, low <= high)] {
            if lands {
                feeds.push((region, number, piece));
                fed[region as usize] += 1;
            }
        }
    }
    // A region that a source stands on is fed by it, whatever else joins there.
    let matters = |region: u32| fed[region as usize] > 1 && regions.level[region as usize] > 0;
    feeds.retain(|(region, ..)| matters(*region));
    if feeds.is_empty() {
        return Vec::new();
    }
    feeds.sort_unstable();
    let mut loads: BTreeMap<u32, Vec<(Terminal, DeviceId)>> = BTreeMap::new();
    for demand in &ground.flow.demands {
        let region = regions.of[ground.pieces.of(demand.at[0]) as usize];
        if matters(region) {
            loads.entry(region).or_default().push((demand.at[0], demand.device));
        }
    }
    let both = feeds.chunk_by(|a, b| a.0 == b.0).filter_map(|feeds| Some((feeds, loads.get(&feeds[0].0)?)));
    both.filter(|(_, loads)| loads.len() > 1).filter_map(|(feeds, loads)| tie(ground, feeds, loads)).collect()
}

fn regions(ground: &Ground<'_>) -> Regions {
    let mut joined = UnionFind::<u32>::new(ground.pieces.count as usize);
    for joint in ground.pieces.joints.iter().filter(|joint| is_wire(joint.by)) {
        joined.union(joint.pieces[0], joint.pieces[1]);
    }
    let of = joined.into_labeling();
    let across = || {
        let joints = ground.pieces.joints.iter().filter(|joint| !is_wire(joint.by));
        joints.map(|joint| joint.pieces.map(|piece| of[piece as usize]))
    };
    // Neighbours of each region, one list after another.
    let mut starts = vec![0_usize; of.len() + 1];
    for region in across().flatten() {
        starts[region as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let (mut around, mut next) = (vec![0; starts[of.len()]], starts.clone());
    for [a, b] in across() {
        for (from, to) in [(a, b), (b, a)] {
            around[next[from as usize]] = to;
            next[from as usize] += 1;
        }
    }
    let mut level = vec![NONE; of.len()];
    let mut queue = VecDeque::new();
    for root in ground.tree.roots.iter().filter(|root| root.plus) {
        let region = of[ground.pieces.of(root.at) as usize];
        if std::mem::replace(&mut level[region as usize], 0) == NONE {
            queue.push_back(region);
        }
    }
    while let Some(at) = queue.pop_front() {
        for &next in &around[starts[at as usize]..starts[at as usize + 1]] {
            if level[next as usize] == NONE {
                level[next as usize] = level[at as usize] + 1;
                queue.push_back(next);
            }
        }
    }
    Regions { of, level }
}

/// Gives every piece of a region to the feed that is nearest; where two that carry loads meet is the tie.
fn tie(ground: &Ground<'_>, feeds: &[(u32, u32, u32)], loads: &[(Terminal, DeviceId)]) -> Option<Tie> {
    let pieces = ground.pieces;
    let mut owner: BTreeMap<u32, u32> = BTreeMap::new();
    let mut queue = VecDeque::new();
    let mut meets: Vec<(u32, [u32; 2])> = Vec::new();
    for &(_, joint, piece) in feeds {
        owner.entry(piece).or_insert_with(|| {
            queue.push_back(piece);
            joint
        });
    }
    while let Some(at) = queue.pop_front() {
        let own = owner[&at];
        for &joint in pieces.around(at).iter().filter(|&&joint| is_wire(pieces.joints[joint as usize].by)) {
            let far = pieces.across(joint, at);
            match owner.get(&far) {
                None => {
                    owner.insert(far, own);
                    queue.push_back(far);
                }
                Some(&other) if other != own => meets.push((joint, [own, other])),
                Some(_) => {}
            }
        }
    }
    let carries = |feed: u32| loads.iter().find(|(plus, _)| owner.get(&pieces.of(*plus)) == Some(&feed));
    meets.sort_unstable();
    meets.dedup_by_key(|(joint, _)| *joint);
    meets.into_iter().find_map(|(number, owners)| {
        let joint = &pieces.joints[number as usize];
        let owners = if owner.get(&joint.pieces[0]) == Some(&owners[0]) { owners } else { [owners[1], owners[0]] };
        let [first, second] = owners.map(carries);
        let ((plus, device), (other_plus, other)) = (first?, second?);
        let fed_by = owners.map(|feed| pieces.joints[feed as usize].by);
        // Two fuses that a builder's own wire joins feed one bus from both ends.
        let meant = matches!(joint.by, Link::Wire(_)) && coil(ground, fed_by[0]) == coil(ground, fed_by[1]);
        let rest = ground.potentials.fights(ground.rest, *plus);
        (!meant && !rest && device != other).then_some(Tie {
            link: joint.by,
            at: joint.at,
            loads: [*device, *other],
            plus: [*plus, *other_plus],
            fed_by,
        })
    })
}

/// What moves a contact; nothing moves a fuse.
fn coil(ground: &Ground<'_>, link: Link) -> Option<(DeviceId, Mover)> {
    let Link::Contact(device, index) = link else { return None };
    Some((device, ground.build.part_of(device).contacts[index as usize].by?))
}
