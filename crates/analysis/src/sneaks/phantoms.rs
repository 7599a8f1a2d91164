//! Boards that are cut off from their supply, and fed through their pins.

use std::collections::{BTreeMap, VecDeque};

use model::part::{Mover, Source};
use model::{Device, DeviceId, Terminal};

use super::elements::{self, Element, Elements};
use super::tree::NONE;
use super::{Ground, Most, Phantom, Sneaks, Through, WORK, Way, bound};
use crate::nets::Link;
use crate::potentials::SourceRef;

/// How many ways to one pin are kept.
const MOST_WAYS: usize = 16;
/// How many converters in a row are followed to see whether a supply lives.
const MOST_CONVERTERS: usize = 16;

/// What it takes to look at one board.
struct Board<'a> {
    id: DeviceId,
    device: &'a Device,
    /// Its 3.3 V.
    rail: &'a Source,
    /// The piece below what cuts it.
    cut: u32,
}

pub(super) fn phantoms(ground: &Ground<'_>, elements: &Elements, sneaks: &mut Sneaks) {
    let cuts = cuts(ground);
    for (id, device, part) in ground.build.each_device() {
        let rail = part.soc.as_ref().and_then(|soc| part.sources.get(soc.rail? as usize));
        let (Some(rail), Some(load)) = (rail, part.loads.iter().find(|load| !load.ac)) else { continue };
        let cut = cuts[ground.pieces.of(device.terminal(load.plus[0])) as usize];
        if cut == NONE {
            continue;
        }
        let board = Board { id, device, rail, cut };
        let mut ways: Vec<Vec<&Element>> = Vec::new();
        for line in &part.lines {
            let Some(pin) = line.at.as_ref().map(|end| device.terminal(end[0])) else { continue };
            match feeds(ground, elements, &board, pin, sneaks) {
                Some(found) => ways.extend(found),
                None => {
                    sneaks.open.push(id);
                    break;
                }
            }
        }
        if ways.is_empty() {
            continue;
        }
        let ways = ways.into_iter().map(|way| Way {
            steps: way.iter().map(|element| element.step).collect(),
            most: amps(ground, &board, &way),
            asserts: None,
        });
        let ways = ways.collect();
        let cut = ground.pieces.joints[ground.tree.up[cut as usize] as usize].by;
        sneaks.phantoms.push(Phantom { device: id, cut, ways });
    }
}

/// By piece of the trees: the piece below the nearest relay contact or fuse that alone cuts it off.
fn cuts(ground: &Ground<'_>) -> Vec<u32> {
    let mut cuts = vec![NONE; ground.pieces.count as usize];
    for &piece in &ground.tree.order {
        let joint = ground.tree.up[piece as usize];
        if joint == NONE {
            continue;
        }
        let cuts_here = ground.tree.only_way(piece)
            && match ground.pieces.joints[joint as usize].by {
                Link::Contact(device, index) => {
                    matches!(ground.build.part_of(device).contacts[index as usize].by, Some(Mover::Coil(_)))
                }
                Link::Fuse(..) => true,
                _ => false,
            };
        cuts[piece as usize] = if cuts_here { piece } else { cuts[ground.pieces.across(joint, piece) as usize] };
    }
    cuts
}

/// Ways from nets that stay live to one pin of a board, nearest first; `None` where [`WORK`] ended the search.
fn feeds<'a>(
    ground: &Ground<'_>,
    elements: &'a Elements,
    board: &Board<'_>,
    pin: Terminal,
    sneaks: &mut Sneaks,
) -> Option<Vec<Vec<&'a Element>>> {
    let (pieces, tree) = (ground.pieces, ground.tree);
    let start = pieces.of(pin);
    if pieces.around(start).is_empty() {
        return Some(Vec::new());
    }
    let high = board.device.terminal(board.rail.plus[0]);
    let clamp = elements.out_of(start).find(|element| {
        matches!(element.step.by, Through::Clamp(id, _) if id == board.id)
            && element.step.from == pin
            && element.step.to == high
    });
    let Some(clamp) = clamp else { return Some(Vec::new()) };
    let mut found = Vec::new();
    // By piece: the piece behind it, and the element between unless it is a joint.
    let mut behind: BTreeMap<u32, (u32, Option<&Element>)> = BTreeMap::new();
    let spelled = |behind: &BTreeMap<u32, (u32, Option<&'a Element>)>, first: &'a Element, from: u32| {
        let mut way = vec![first];
        let mut at = from;
        while let Some(&(next, element)) = behind.get(&at) {
            way.extend(element);
            at = next;
        }
        way.push(clamp);
        way
    };
    if tree.rooted(start) {
        return Some(if lives(ground, board, start) { vec![vec![clamp]] } else { Vec::new() });
    }
    let mut queue = VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        sneaks.work += 1;
        if sneaks.work > WORK {
            return None;
        }
        for &joint in pieces.around(at) {
            let far = pieces.across(joint, at);
            if far != start && !behind.contains_key(&far) {
                behind.insert(far, (at, None));
                queue.push_back(far);
            }
        }
        for element in elements.into(at) {
            let far = element.pieces[0];
            if tree.rooted(far) {
                if found.len() < MOST_WAYS && lives(ground, board, far) {
                    found.push(spelled(&behind, element, at));
                }
            } else if far != start && !behind.contains_key(&far) {
                behind.insert(far, (at, Some(element)));
                queue.push_back(far);
            }
        }
    }
    Some(found)
}

/// Whether a net holds volts above a board's ground while that board is cut off.
fn lives(ground: &Ground<'_>, board: &Board<'_>, piece: u32) -> bool {
    let Some(root) = ground.tree.root_of(piece) else { return false };
    if !root.plus {
        return false;
    }
    let low = ground.pieces.of(board.device.terminal(board.rail.minus[0]));
    match (ground.volts(piece), ground.volts(low)) {
        (Some((island, volts)), Some((other, low))) => {
            island == other && volts.hi.0 - low.lo.0 > super::CLAMP[0] && fed(ground, board.cut, piece, root.source)
        }
        _ => fed(ground, board.cut, piece, root.source),
    }
}

/// Whether a piece keeps its supply while another is cut off: neither it nor what feeds its source hangs there.
fn fed(ground: &Ground<'_>, cut: u32, piece: u32, source: SourceRef) -> bool {
    let (mut piece, mut source) = (piece, source);
    for _ in 0..MOST_CONVERTERS {
        if ground.tree.hangs(piece, cut) {
            return false;
        }
        let of = &ground.build.part_of(source.device).sources[source.index as usize];
        let Some(from) = of.from.as_ref().filter(|from| !from.ac) else { return true };
        piece = ground.pieces.of(ground.build.device(source.device).terminal(from.plus[0]));
        let Some(root) = ground.tree.root_of(piece) else { return false };
        source = root.source;
    }
    true
}

fn amps(ground: &Ground<'_>, board: &Board<'_>, way: &[&Element]) -> Most {
    let sum = elements::sum(way.iter().copied());
    let low = ground.pieces.of(board.device.terminal(board.rail.minus[0]));
    let volts = match (ground.volts(sum.pieces[0]), ground.volts(low)) {
        (Some((_, high)), Some((_, low))) => Some(high.hi.0 - low.lo.0),
        _ => None,
    };
    bound(volts, sum.forward[0], sum.ohms, sum.draws, sum.unknown)
}
