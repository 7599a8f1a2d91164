//! Loops of metal: which joint, once open, sends its current over one that is too thin for it.

use model::DeviceId;
use model::units::{Amps, Dimension};

use super::tree::NONE;
use super::{Detour, Ground};
use crate::nets::Link;
use crate::protection;

/// How many draws inside one loop are looked at to name the largest.
const MOST_LANDED: usize = 64;

/// A joint on a loop, by the piece below it where it belongs to the tree.
#[derive(Clone, Copy)]
struct OnLoop {
    label: u64,
    joint: u32,
    below: u32,
}

/// One a loop and joint that is too thin.
pub(super) fn detours(ground: &Ground<'_>) -> Vec<Detour> {
    let mut found = Vec::new();
    let mut all = members(ground);
    // Along a loop from its upper end downwards, and the joint outside the tree last.
    all.sort_by_key(|on| (on.label, if on.below == NONE { NONE } else { ground.tree.place(on.below) }));
    for of in all.chunk_by(|a, b| a.label == b.label) {
        if of.len() > 1 {
            along(ground, of, &mut found);
        }
    }
    found.sort_by_key(|detour| (detour.over, detour.at));
    found
}

fn members(ground: &Ground<'_>) -> Vec<OnLoop> {
    let tree = ground.tree;
    let mut all: Vec<OnLoop> = Vec::new();
    for (number, joint) in (0_u32..).zip(&ground.pieces.joints) {
        let label = tree.label[number as usize];
        if label != 0 {
            let below = joint.pieces.into_iter().find(|&piece| tree.up[piece as usize] == number).unwrap_or(NONE);
            all.push(OnLoop { label, joint: number, below });
        }
    }
    all
}

/// What a joint may carry and, of a fuse, lets through.
struct Bears {
    may: Option<f64>,
    fuse: Option<f64>,
    wire: bool,
}

fn along(ground: &Ground<'_>, of: &[OnLoop], found: &mut Vec<Detour>) {
    let below = |on: &OnLoop| if on.below == NONE { 0.0 } else { ground.flow.below[on.below as usize] };
    // What the pieces between each joint and the next draw.
    let between: Vec<f64> = of.windows(2).map(|pair| below(&pair[0]) - below(&pair[1])).collect();
    if between.iter().all(|amps| amps.abs() < 1e-6) {
        return;
    }
    let bears: Vec<Bears> = of.iter().map(|on| bears(ground, on.joint)).collect();
    let spare = spare(&bears);
    // Whether, past `at`, a fuse opens before `limit` is passed.
    let fused = |range: std::ops::Range<usize>, limit: f64| {
        bears[range].iter().filter_map(|bears| bears.fuse).any(|rating| rating <= limit * (1.0 + 1e-9))
    };
    let mut worst: Option<(Detour, f64)> = None;
    for (at, on) in of.iter().enumerate() {
        if bears[at].fuse.is_some() {
            continue;
        }
        let from_top: f64 = between[..at].iter().sum();
        let from_end: f64 = between[at..].iter().sum();
        let top = from_top.abs() >= from_end.abs() && at > 0;
        let (carries, beyond) = if top { (from_top.abs(), at + 1..of.len()) } else { (from_end.abs(), 0..at) };
        let may = bears[at].may;
        // What is too thin without the loop is not the loop's fault.
        let alone: f64 = if at < spare { between[at..spare].iter().sum() } else { between[spare..at].iter().sum() };
        if at != spare && may.is_some_and(|may| alone.abs() > may) {
            continue;
        }
        let too_thin = match may {
            Some(may) => carries > may * (1.0 + 1e-6) && !fused(beyond, may),
            None => bears[at].wire && carries > 1e-6,
        };
        if !too_thin {
            continue;
        }
        let over = may.map_or(0.0, |may| carries / may);
        if worst.as_ref().is_some_and(|(_, most)| *most >= over) {
            continue;
        }
        let joints = &ground.pieces.joints;
        let (opened, thin) = (&joints[opened(ground, of, &between, at, top) as usize], &joints[on.joint as usize]);
        let detour = Detour {
            opened: opened.by,
            at: opened.at,
            thin: thin.by,
            over: thin.at,
            carries: Amps(carries),
            of: if top { whose(ground, of[0], *on) } else { whose(ground, *on, of[of.len() - 1]) },
            plus: ground.tree.root_of(thin.pieces[0]).is_some_and(|root| root.plus),
            may: may.map(Amps),
            ring: of.iter().map(|on| joints[on.joint as usize].by).collect(),
        };
        worst = Some((detour, over));
    }
    found.extend(worst.map(|(detour, _)| detour));
}

/// The joint that a loop is closed by, as far as thickness tells: the thinnest wire, else the last joint.
fn spare(bears: &[Bears]) -> usize {
    let wires = bears.iter().enumerate().filter(|(_, bears)| bears.wire);
    let thinnest = wires.min_by(|(_, a), (_, b)| a.may.unwrap_or(0.0).total_cmp(&b.may.unwrap_or(0.0)));
    thinnest.map_or(bears.len() - 1, |(at, _)| at)
}

/// Of the joints at that end between which nothing is drawn, the one that a builder thinks of first: a wire, a fuse, a contact, then a plug.
fn opened(ground: &Ground<'_>, of: &[OnLoop], between: &[f64], thin: usize, from_top: bool) -> u32 {
    let side: Vec<usize> = if from_top { (0..thin).collect() } else { (thin + 1..of.len()).rev().collect() };
    let drawn = |pair: &[usize]| between[pair[0].min(pair[1])].abs();
    let alike = 1 + side.windows(2).take_while(|pair| drawn(pair) < 1e-6).count();
    let rank = |at: usize| match ground.pieces.joints[of[at].joint as usize].by {
        Link::Wire(_) => 0,
        Link::Fuse(..) => 1,
        Link::Contact(..) => 2,
        _ => 3,
    };
    let best = side[..alike].iter().copied().min_by_key(|&at| rank(at));
    of[best.expect("a loop has a joint besides the thin one")].joint
}

/// Devices between two joints of a loop, largest draw first.
fn whose(ground: &Ground<'_>, upper: OnLoop, lower: OnLoop) -> Vec<DeviceId> {
    let (top, foot) = (upper.below, lower.below);
    let mut demands: Vec<(f64, DeviceId)> = Vec::new();
    for (piece, demand) in ground.flow.landed(ground.tree, top).take(MOST_LANDED) {
        if foot == NONE || !ground.tree.hangs(piece, foot) {
            demands.push((demand.amps, demand.device));
        }
    }
    demands.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut devices: Vec<DeviceId> = Vec::new();
    for (_, device) in demands {
        if !devices.contains(&device) && devices.len() < 8 {
            devices.push(device);
        }
    }
    devices
}

fn bears(ground: &Ground<'_>, joint: u32) -> Bears {
    let build = ground.build;
    let joint = &ground.pieces.joints[joint as usize];
    let mut may: Option<f64> = None;
    let mut least = |amps: f64| may = Some(may.map_or(amps, |may| may.min(amps)));
    for end in joint.at {
        let terminal = build.terminal(end);
        if let Some(max) = terminal.max.known() {
            least(max.lo.0);
        }
        if let Some((port, _)) = terminal.pin {
            let port = &build.part_of(build.owner(end)).ports[port as usize];
            if let Some(max) = port.contact_max.known() {
                least(max.lo.0);
            }
        }
    }
    match joint.by {
        Link::Wire(wire) => match protection::ampacity(build, wire) {
            Some(amps) => {
                least(amps.0);
                Bears { may, fuse: None, wire: true }
            }
            None => Bears { may: None, fuse: None, wire: true },
        },
        Link::Fuse(device, index) => {
            let rating = protection::rating(build, device, index).map_or(f64::INFINITY, |amps| amps.0);
            Bears { may, fuse: Some(rating), wire: false }
        }
        Link::Contact(device, index) => {
            let rated = build.part_of(device).contacts[index as usize].rated.iter();
            let amps = rated.filter(|rated| rated.dimension == Dimension::Current).map(|rated| rated.lo);
            if let Some(amps) = amps.reduce(f64::max) {
                least(amps);
            }
            Bears { may, fuse: None, wire: false }
        }
        _ => Bears { may, fuse: None, wire: false },
    }
}
