//! Boards whose return opens, and which then return through a signal.

use std::collections::{BTreeMap, VecDeque};

use model::part::Threshold;
use model::units::{Band, Volts};
use model::{DeviceId, Terminal};

use super::elements::{self, Element, Elements};
use super::tree::NONE;
use super::{Escape, Ground, Most, Sneaks, Through, WORK, Way, bound};
use crate::drives;
use crate::nets::Link;

/// How many joints above a board are looked at.
const MOST_JOINTS: usize = 64;
/// How many ways one board's search keeps.
const MOST_WAYS: usize = 64;

pub(super) fn escapes(ground: &Ground<'_>, elements: &Elements, sneaks: &mut Sneaks) {
    let tree = ground.tree;
    for start in elements.sources() {
        let returns = tree.root_of(start).is_some_and(|root| !root.plus);
        if !returns || tree.up[start as usize] == NONE {
            continue;
        }
        let Some(hits) = ways(ground, elements, start, sneaks) else {
            sneaks.open.extend(pieces_device(ground, elements, start));
            continue;
        };
        if hits.is_empty() {
            continue;
        }
        sneaks.escapes.extend(above(ground, start, &hits));
    }
    sneaks.escapes.sort_by_key(|escape| (escape.device, escape.at));
    sneaks.escapes.dedup_by_key(|escape| (escape.device, escape.at));
}

/// Climbs from a piece to the nearest thing that may open and leaves its current one of these ways.
fn above(ground: &Ground<'_>, start: u32, hits: &[Vec<&Element>]) -> Option<Escape> {
    let (pieces, tree) = (ground.pieces, ground.tree);
    let mut found: Option<(Escape, u32)> = None;
    let mut top = start;
    for _ in 0..MOST_JOINTS {
        let joint = tree.up[top as usize];
        if joint == NONE {
            break;
        }
        let opened = &pieces.joints[joint as usize];
        match &mut found {
            None if tree.only_way(top) => found = opening(ground, top, hits).map(|escape| (escape, top)),
            None => {}
            Some((escape, first)) => {
                // The same current, further from the board: a screw or a relay is what people think of before a plug's pin.
                let drawn = ground.flow.below[top as usize] - ground.flow.below[*first as usize];
                if !tree.only_way(top) || drawn.abs() > 1e-6 || opening(ground, top, hits).is_none() {
                    break;
                }
                if matches!(escape.opened, Link::Mate(_)) && !matches!(opened.by, Link::Mate(_)) {
                    (escape.opened, escape.at) = (opened.by, opened.at);
                }
            }
        }
        top = pieces.across(joint, top);
    }
    found.map(|(escape, _)| escape)
}

/// What the board that loses most does while the joint above a piece is open.
fn opening(ground: &Ground<'_>, top: u32, hits: &[Vec<&Element>]) -> Option<Escape> {
    let (device, plus) = loser(ground, top)?;
    let mut ways: Vec<Way> = hits.iter().filter_map(|hit| judge(ground, top, plus, hit)).collect();
    ways.sort_by_key(|way| (way.most != Most::Nothing, way.asserts.is_none()));
    let opened = &ground.pieces.joints[ground.tree.up[top as usize] as usize];
    (!ways.is_empty()).then_some(Escape { device, opened: opened.by, at: opened.at, ways })
}

fn pieces_device(ground: &Ground<'_>, elements: &Elements, start: u32) -> Option<DeviceId> {
    elements.out_of(start).next().map(|element| ground.build.owner(element.step.from))
}

/// The device that loses most when a piece is cut off with what hangs on it, and its plus.
fn loser(ground: &Ground<'_>, top: u32) -> Option<(DeviceId, Terminal)> {
    let tree = ground.tree;
    let lost = ground.flow.landed(tree, top).take(MOST_WAYS).map(|(_, demand)| demand).filter(|demand| {
        let plus = ground.pieces.of(demand.at[0]);
        demand.amps > 0.0 && tree.hangs(ground.pieces.of(demand.at[1]), top) && !tree.hangs(plus, top)
    });
    let most = lost.fold(None::<&super::demand::Demand>, |most, demand| match most {
        Some(most) if most.amps >= demand.amps => Some(most),
        _ => Some(demand),
    });
    most.map(|demand| (demand.device, demand.at[0]))
}

/// Every way over elements from a piece to another net that a source stands on; `None` where [`WORK`] ended the search.
fn ways<'a>(
    ground: &Ground<'_>,
    elements: &'a Elements,
    start: u32,
    sneaks: &mut Sneaks,
) -> Option<Vec<Vec<&'a Element>>> {
    let (pieces, tree) = (ground.pieces, ground.tree);
    // By piece: the piece before it, and the element between unless it is a joint.
    let mut before: BTreeMap<u32, (u32, Option<&Element>)> = BTreeMap::new();
    let mut hits: Vec<u32> = Vec::new();
    let mut queue = VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        sneaks.work += 1;
        if sneaks.work > WORK {
            return None;
        }
        // The start's own joints are what opens; a net that a source stands on is where a way ends.
        if at != start {
            for &joint in pieces.around(at) {
                let far = pieces.across(joint, at);
                if far == start || before.contains_key(&far) {
                    continue;
                }
                before.insert(far, (at, None));
                queue.push_back(far);
            }
        }
        let own = |element: &&Element| at == start && matches!(element.step.by, Through::Load(..));
        for element in elements.out_of(at).filter(|element| !own(element)) {
            let far = element.pieces[1];
            if far == start || before.contains_key(&far) {
                continue;
            }
            before.insert(far, (at, Some(element)));
            if tree.rooted(far) { hits.push(far) } else { queue.push_back(far) }
        }
        if hits.len() >= MOST_WAYS {
            break;
        }
    }
    let spelled = |hit: &u32| {
        let mut way = Vec::new();
        let mut at = *hit;
        while let Some(&(previous, element)) = before.get(&at) {
            way.extend(element);
            at = previous;
        }
        way.reverse();
        way
    };
    Some(hits.iter().map(spelled).filter(|way| !way.is_empty()).collect())
}

/// What a way carries while a piece is cut off with what hangs on it; `None` if it carries nothing.
fn judge(ground: &Ground<'_>, top: u32, plus: Terminal, way: &[&Element]) -> Option<Way> {
    let tree = ground.tree;
    let landed = way.last()?.pieces[1];
    let sum = elements::sum(way.iter().copied());
    let plus = ground.pieces.of(plus);
    let same_net = tree.root[landed as usize] == tree.root[plus as usize];
    if !tree.rooted(landed) || tree.hangs(landed, top) || same_net || floats_with(ground, landed, top) {
        return None;
    }
    let volts = match (ground.volts(plus), ground.volts(landed)) {
        (Some((from, _)), Some((to, _))) if from != to => return None,
        (Some((_, from)), Some((_, to))) => Some([from.lo.0 - to.hi.0, from.hi.0 - to.lo.0]),
        _ => None,
    };
    if volts.is_some_and(|[_, most]| most <= sum.forward[0]) {
        return None;
    }
    let most = bound(volts.map(|[_, most]| most), sum.forward[0], sum.ohms, sum.draws, sum.unknown);
    let asserts = way.iter().find_map(|element| match element.step.by {
        Through::Input(device, index) => {
            let others = [sum.forward[0] - element.forward[0], sum.forward[1] - element.forward[1]];
            let across = volts.map(|[least, most]| Band::of(least - others[1], least - others[1], most - others[0]));
            may_assert(ground, device, index, across?).then_some((device, index))
        }
        _ => None,
    });
    Some(Way { steps: way.iter().map(|element| element.step).collect(), most, asserts })
}

/// Whether the net of a piece is held up by a source whose own return is cut off.
fn floats_with(ground: &Ground<'_>, piece: u32, top: u32) -> bool {
    ground.tree.root_of(piece).is_some_and(|root| {
        let source = &ground.build.part_of(root.source.device).sources[root.source.index as usize];
        let minus = ground.build.device(root.source.device).terminal(source.minus[0]);
        ground.tree.hangs(ground.pieces.of(minus), top)
    })
}

/// Whether an input whose relay is used may pull in with these volts across it.
fn may_assert(ground: &Ground<'_>, device: DeviceId, index: u32, across: Band<Volts>) -> bool {
    let Some(drive) = ground.drives.of_input(device, index).filter(|drive| drive.used) else { return false };
    let Some(shape) = drives::variant(ground.build, drive) else { return false };
    match shape.energises {
        Threshold::Volts(on, _) => across.hi.0 >= on.lo.0,
        Threshold::Amps(on, _) => shape.ohms.known().is_some_and(|ohms| {
            let forward = shape.forward.known().map_or(0.0, |forward| forward.lo.0);
            across.hi.0 - forward >= on.lo.0 * ohms.lo.0
        }),
        Threshold::Unknown(_) | Threshold::Absent => false,
    }
}
