//! Which way bodies face, so that the plugs at their sides have room.

use model::device::{DeviceId, Facing};
use model::part::Part;

use super::super::floor::Rect;
use crate::layout::{Stand, measure};

/// Pairs that are compared to turn everything.
const WORK: u64 = 200_000;

/// A body with a place, and the ways it may face.
pub struct Solid {
    pub device: DeviceId,
    pub body: Rect,
    /// How far its position may be off.
    off: i64,
    /// Room at its left, right, top and bottom.
    pub sides: [i64; 4],
    /// None where no plug needs room.
    pub options: Vec<Facing>,
    pub top: Option<i64>,
}

/// What a part's keep-outs take: left, right, top, bottom.
pub fn sides(part: &Part) -> [i64; 4] {
    part.keep_out.map(|side| measure(&side).map_or(0, |side| side.typ.0))
}

/// A body with the room at its sides, as it faces.
pub fn grown(body: Rect, sides: [i64; 4], faces: Facing) -> Rect {
    let [x0, x1, y0, y1] = turned(sides, faces);
    Rect { x0: body.x0 - x0, x1: body.x1 + x1, y0: body.y0 - y0, y1: body.y1 + y1 }
}

/// The room at each side of a body, as it faces; without the corners, where nothing is plugged.
pub fn strips(body: Rect, sides: [i64; 4], faces: Facing) -> Vec<Rect> {
    let all = grown(body, sides, faces);
    let beside = [
        Rect { x1: body.x0, x0: all.x0, ..body },
        Rect { x0: body.x1, x1: all.x1, ..body },
        Rect { y1: body.y0, y0: all.y0, ..body },
        Rect { y0: body.y1, y1: all.y1, ..body },
    ];
    beside.into_iter().filter(|rect| !rect.is_empty()).collect()
}

/// Back from [`grown`].
pub fn shrunk(solid: Rect, sides: [i64; 4], faces: Facing) -> Rect {
    grown(solid, sides.map(|side| -side), faces)
}

/// Room towards the rear, the front, the left and the right of the box.
fn turned([left, right, top, bottom]: [i64; 4], faces: Facing) -> [i64; 4] {
    match faces {
        Facing::Front => [left, right, bottom, top],
        Facing::Rear => [right, left, top, bottom],
        Facing::Right => [top, bottom, left, right],
        Facing::Left => [bottom, top, right, left],
    }
}

impl Solid {
    pub fn of(part: &Part, stand: &Stand, (body, off): (Rect, i64), faces: Option<Facing>) -> Self {
        let sides = sides(part);
        let options = match (faces, sides == [0; 4]) {
            (_, true) => Vec::new(),
            (Some(faces), false) => vec![faces],
            (None, false) => ways(part, body),
        };
        Self { device: stand.device, body, off, sides, options, top: stand.top.map(|top| top.typ.0) }
    }
}

/// The ways that a body can face whose rectangle is known.
fn ways(part: &Part, body: Rect) -> Vec<Facing> {
    let (x, y) = (body.x1 - body.x0, body.y1 - body.y0);
    let own = part.body.as_ref().and_then(|body| Some((measure(&body.length)?.typ.0, measure(&body.width)?.typ.0)));
    match own {
        Some((length, width)) if length != width && x != y => {
            if (length > width) == (x > y) {
                vec![Facing::Front, Facing::Rear]
            } else {
                vec![Facing::Right, Facing::Left]
            }
        }
        _ => vec![Facing::Front, Facing::Rear, Facing::Right, Facing::Left],
    }
}

/// A way for each, so that no room for plugs is taken by another body, its plugs or a wall, further than positions may be off;
/// `true`, and only what is stated, where there is none or the counted work runs out.
pub fn choose(inside: Rect, solids: &[Solid]) -> (Vec<Option<Facing>>, bool) {
    let free: Vec<usize> = (0..solids.len()).filter(|&at| solids[at].options.len() > 1).collect();
    let stated = |solid: &Solid| if solid.options.len() == 1 { solid.options.first().copied() } else { None };
    let mut ways: Vec<Option<Facing>> = solids.iter().map(stated).collect();
    let mut tried: Vec<usize> = vec![0];
    let mut work = 0;
    while let Some(option) = tried.pop() {
        let Some(&at) = free.get(tried.len()) else { return (ways, false) };
        for &later in &free[tried.len()..] {
            ways[later] = None;
        }
        let Some(&way) = solids[at].options.get(option) else { continue };
        work += solids.len() as u64;
        if work > WORK {
            break;
        }
        tried.push(option + 1);
        if fits(inside, solids, &ways, at, way) {
            ways[at] = Some(way);
            tried.push(0);
        }
    }
    (solids.iter().map(stated).collect(), true)
}

fn fits(inside: Rect, solids: &[Solid], ways: &[Option<Facing>], at: usize, way: Facing) -> bool {
    let one = &solids[at];
    let solid = grown(one.body, one.sides, way);
    let off = one.off;
    let room = Rect { x0: inside.x0 - off, y0: inside.y0 - off, x1: inside.x1 + off, y1: inside.y1 + off };
    if !solid.is_within(room) {
        return false;
    }
    let own = strips(one.body, one.sides, way);
    solids.iter().zip(ways).enumerate().filter(|(at_other, _)| *at_other != at).all(|(_, (other, way))| {
        let theirs = way.map_or(Vec::new(), |way| strips(other.body, other.sides, way));
        let slack = off + other.off;
        let clear =
            |a: &Rect, b: &Rect| a.within(*b).is_none_or(|both| (both.x1 - both.x0).min(both.y1 - both.y0) <= slack);
        own.iter().all(|strip| clear(strip, &other.body) && theirs.iter().all(|theirs| clear(strip, theirs)))
            && theirs.iter().all(|strip| clear(strip, &one.body))
    })
}
