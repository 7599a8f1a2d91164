//! Where the free devices of a box could stand, and how many more of one fit on its floor: a search, with every plug's room kept.
//!
//! Bodies stand upright and on the floor, turned by quarters. What has no stated facing is turned so that its plugs have room,
//! if there is a way; what stands on something else takes no floor.

mod facing;

use std::collections::BTreeSet;

use model::device::{Facing, Origin};
use model::part::Part;
use model::{Build, DeviceId};

use super::floor::{self, Rect};
use super::packing;
use crate::layout::{Layout, Lid, Stand, measure};
use facing::{Solid, sides};

/// Positions that are tried for all free devices together.
const WORK: u64 = 2_000_000;

/// A body on the floor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spot {
    /// Which device.
    pub device: DeviceId,
    /// Its body.
    pub body: Rect,
    /// Room for its plugs, a rectangle a side.
    pub keeps: Vec<Rect>,
    /// Where its right-hand side looks; `None` where nothing hangs on it, or nobody knows.
    pub faces: Option<Facing>,
    /// From the floor to its top, as written.
    pub top: Option<i64>,
}

/// Why a free device has no spot.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Homeless {
    /// Its length or width is not stated.
    NoSize,
    /// Several boxes have places, and none says that it stands there.
    NoBox,
    /// The box has no stated size.
    NoRoom,
    /// It is higher than the lid.
    TooHigh,
    /// The search found no spot for all of them.
    NotFound,
    /// The counted work ran out before it did.
    NotDecided,
}

/// One box.
#[derive(Clone, Debug)]
pub struct Floor {
    /// Index in [`Layout::rooms`].
    pub room: usize,
    /// Its floor.
    pub inside: Rect,
    /// What has a place on it.
    pub fixed: Vec<Spot>,
    /// What was given one by the search.
    pub planned: Vec<Spot>,
    /// No way to turn what has no stated facing leaves room for every plug: no room is kept for these.
    pub cramped: Vec<DeviceId>,
    /// Devices whose facing the search chose.
    pub turned: Vec<DeviceId>,
    /// Floor that nothing stands on, in square micrometres.
    pub free: i64,
    /// The same less the room for plugs.
    pub clear: i64,
}

/// All boxes, and what has no spot in them.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// In the order of [`Layout::rooms`]; without those whose size is not stated.
    pub floors: Vec<Floor>,
    /// Devices that stand nowhere, in the order of the build.
    pub homeless: Vec<(DeviceId, Homeless)>,
}

/// Why nobody can say how many more of a device fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unknown {
    /// Nothing in the build has a place.
    NoLayout,
    /// The device has no stated size.
    NoSize,
    /// It stands in no box, or the box has no stated size.
    NoRoom,
}

/// How many more of a device the floor takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MoreFit {
    /// Found by search, with the room that their plugs need.
    pub found: u32,
    /// Where these stand.
    pub placed: Vec<Spot>,
    /// No more than this fit beside what stands there, whichever way that faces: equal to `found` where that is proved.
    pub at_most: u32,
    /// Free floor divided by what one takes.
    pub by_area: u32,
    /// What one takes: along its length and across, plugs and all.
    pub size: (i64, i64),
    /// As many as found, and at most, if neither these nor what stands there had a plug in its side.
    pub bare: (u32, u32),
    /// As many as found, and at most, if all others of its group may move as well, each turned as it likes.
    pub moved: (u32, u32),
    /// It, or what stands on it, is higher than the lid.
    pub too_high: bool,
}

impl Spot {
    /// All the floor that it takes.
    pub fn solids(&self) -> impl Iterator<Item = Rect> {
        self.keeps.iter().copied().chain([self.body])
    }
}

/// Places every free device that has a size; the same for the same build.
pub fn compute(build: &Build, layout: &Layout) -> Plan {
    let mut plan = Plan::default();
    for room in 0..layout.rooms.len() {
        plan.floors.extend(floor_of(build, layout, room));
    }
    let mut free: Vec<(DeviceId, (i64, i64))> = Vec::new();
    let held: BTreeSet<DeviceId> =
        layout.rooms.iter().map(|room| room.device).chain(layout.stands.iter().map(|stand| stand.device)).collect();
    for (id, device, part) in build.each_device() {
        let outside = matches!(device.origin, Origin::Feed(_) | Origin::Cable | Origin::Inline);
        if layout.rooms.is_empty() || outside || held.contains(&id) {
            continue;
        }
        match (size(part), layout.rooms.len(), plan.floors.len()) {
            (None, _, _) => plan.homeless.push((id, Homeless::NoSize)),
            (_, 2.., _) => plan.homeless.push((id, Homeless::NoBox)),
            (_, _, 0) => plan.homeless.push((id, Homeless::NoRoom)),
            _ if height(part) > lid(layout, 0) => plan.homeless.push((id, Homeless::TooHigh)),
            (Some(size), _, _) => free.push((id, size)),
        }
    }
    if let (Some(floor), false) = (plan.floors.first_mut(), free.is_empty()) {
        let (spots, left) = settle(build, floor, free);
        floor.planned = spots;
        plan.homeless.extend(left);
        plan.homeless.sort_unstable();
        measure_floor(floor);
    }
    plan
}

/// How many more copies of a device fit beside everything that stands in its box, at most so many.
///
/// # Errors
/// What is not known.
pub fn more(build: &Build, layout: &Layout, device: DeviceId, at_most: u32) -> Result<MoreFit, Unknown> {
    if layout.rooms.is_empty() {
        return Err(Unknown::NoLayout);
    }
    let plan = compute(build, layout);
    more_in(build, layout, &plan, device, at_most)
}

/// The same for a plan that was computed before.
///
/// # Errors
/// What is not known.
pub fn more_in(
    build: &Build,
    layout: &Layout,
    plan: &Plan,
    device: DeviceId,
    at_most: u32,
) -> Result<MoreFit, Unknown> {
    let stand = layout.stand(device);
    let room = match (stand, layout.rooms.len()) {
        (Some(stand), _) => stand.room,
        (None, 1) => 0,
        (None, _) => return Err(Unknown::NoRoom),
    };
    let floor = plan.floors.iter().find(|floor| floor.room == room).ok_or(Unknown::NoRoom)?;
    let part = build.part_of(device);
    let body = stand.and_then(|stand| own_size(build, stand)).or(size(part)).ok_or(Unknown::NoSize)?;
    let sides = sides(part);
    let long = (body.0 + sides[0] + sides[1], body.1 + sides[2] + sides[3]);
    let too_high = is_too_high(build, layout, device, room);
    let all = || floor.fixed.iter().chain(&floor.planned);
    let taken: Vec<Rect> = all().flat_map(Spot::solids).collect();
    let bodies: Vec<Rect> = all().map(|spot| spot.body).collect();
    let wanted = if too_high { 0 } else { at_most };
    let packed = packing::pack(floor.inside, &taken, long, wanted);
    // How what stands there faces is a choice of the search: the bound holds for every other choice too.
    let at_bound = match floor.turned.is_empty() {
        true => packed.at_most,
        false => {
            let turned = |spot: &Spot| floor.turned.contains(&spot.device);
            let stated = |spot: &Spot| if turned(spot) { vec![spot.body] } else { spot.solids().collect() };
            let loose: Vec<Rect> = all().flat_map(stated).collect();
            packing::pack(floor.inside, &loose, long, wanted).at_most.max(packed.at_most)
        }
    };
    let group = &build.device(device).group;
    let fellow = |spot: &&Spot| build.device(spot.device).group == *group;
    let others: Vec<Rect> = all().filter(|spot| !fellow(spot)).flat_map(Spot::solids).collect();
    let fellows = u32::try_from(all().filter(fellow).count()).unwrap_or(u32::MAX);
    let moved = packing::pack(floor.inside, &others, long, wanted.saturating_add(fellows));
    let bare = packing::pack(floor.inside, &bodies, body, wanted);
    let top = stand.and_then(|stand| stand.top).map(|top| top.typ.0).or(height(part));
    let spot = |solid: &Rect| {
        let faces = if solid.x1 - solid.x0 == long.0 { Facing::Front } else { Facing::Right };
        let body = facing::shrunk(*solid, sides, faces);
        Spot { device, body, keeps: facing::strips(body, sides, faces), faces: Some(faces), top }
    };
    let count = |placed: &[Rect]| u32::try_from(placed.len()).unwrap_or(u32::MAX);
    let found = count(&packed.placed);
    // Those that stand there need not be moved, and then as many fit as were found beside them.
    let moved =
        (count(&moved.placed).saturating_sub(fellows).max(found), moved.at_most.saturating_sub(fellows).max(found));
    Ok(MoreFit {
        found,
        moved: if too_high { (0, 0) } else { moved },
        placed: packed.placed.iter().map(spot).collect(),
        at_most: if too_high { 0 } else { at_bound },
        by_area: packed.by_area,
        size: long,
        bare: if too_high { (0, 0) } else { (count(&bare.placed), bare.at_most) },
        too_high,
    })
}

/// Length and width of a part's body.
fn size(part: &Part) -> Option<(i64, i64)> {
    let body = part.body.as_ref()?;
    Some((measure(&body.length)?.typ.0, measure(&body.width)?.typ.0))
}

fn height(part: &Part) -> Option<i64> {
    part.body.as_ref().and_then(|body| measure(&body.height)).map(|height| height.typ.0)
}

fn lid(layout: &Layout, room: usize) -> Option<i64> {
    let room = &layout.rooms[room];
    // Nothing is above a lid of which nobody knows how high it is.
    Some(room.lid.or(room.outer).map_or(i64::MAX, |lid| lid.typ.0))
}

/// The size of what has a place, as it lies with its part's longer side as its length.
fn own_size(build: &Build, stand: &Stand) -> Option<(i64, i64)> {
    let room = &build.places[stand.place].size;
    let (x, y) = (measure(&room.length)?.typ.0, measure(&room.width)?.typ.0);
    let long = size(build.part_of(stand.device)).is_none_or(|(length, width)| length >= width);
    Some(if long { (x.max(y), x.min(y)) } else { (x.min(y), x.max(y)) })
}

/// Whether the stack of a device is higher than the lid for sure.
fn is_too_high(build: &Build, layout: &Layout, device: DeviceId, room: usize) -> bool {
    let Some(base) = layout.stands.iter().position(|stand| stand.device == device) else {
        return height(build.part_of(device)) > lid(layout, room);
    };
    let mut pile = BTreeSet::from([base]);
    for (number, stand) in layout.stands.iter().enumerate() {
        // What stands on something is written behind it.
        if stand.on.is_some_and(|on| pile.contains(&on)) {
            pile.insert(number);
        }
    }
    pile.iter().any(|&number| matches!(layout.lid(&layout.stands[number]), Lid::Open(_)))
}

fn floor_of(build: &Build, layout: &Layout, room: usize) -> Option<Floor> {
    let [(x0, x1), (y0, y1)] = layout.rooms[room].floor?;
    let inside = Rect { x0, y0, x1, y1 };
    let mut solids: Vec<Solid> = Vec::new();
    for stand in layout.stands.iter().filter(|stand| stand.room == room && stand.on.is_none()) {
        let Some([x, y]) = stand.floor else { continue };
        let body = Rect { x0: x.typ.0, y0: y.typ.0, x1: x.typ.1, y1: y.typ.1 };
        let off = (x.typ.0 - x.wide.0).max(y.typ.0 - y.wide.0);
        let place = &build.places[stand.place];
        solids.push(Solid::of(build.part_of(stand.device), stand, (body, off), place.faces));
    }
    let (ways, cramped) = facing::choose(inside, &solids);
    let spots = solids.iter().zip(&ways).map(|(solid, way)| Spot {
        device: solid.device,
        body: solid.body,
        keeps: way.map_or(Vec::new(), |way| facing::strips(solid.body, solid.sides, way)),
        faces: *way,
        top: solid.top,
    });
    let fixed: Vec<Spot> = spots.collect();
    let chosen = |solid: &&Solid| solid.options.len() > 1;
    let devices = || solids.iter().filter(chosen).map(|solid| solid.device).collect::<Vec<_>>();
    let mut floor = Floor {
        room,
        inside,
        fixed,
        planned: Vec::new(),
        cramped: if cramped { devices() } else { Vec::new() },
        turned: if cramped { Vec::new() } else { devices() },
        free: 0,
        clear: 0,
    };
    measure_floor(&mut floor);
    Some(floor)
}

fn measure_floor(floor: &mut Floor) {
    let all = || floor.fixed.iter().chain(&floor.planned);
    let within = |rect: &Rect| rect.within(floor.inside);
    let bodies: Vec<Rect> = all().filter_map(|spot| within(&spot.body)).collect();
    let solids: Vec<Rect> = all().flat_map(Spot::solids).filter_map(|rect| within(&rect)).collect();
    floor.free = floor.inside.area() - floor::covered(&bodies);
    floor.clear = floor.inside.area() - floor::covered(&solids);
}

/// Free devices, the largest first, each at the first corner that is free; back to the one before where there is none.
fn settle(
    build: &Build,
    floor: &Floor,
    mut free: Vec<(DeviceId, (i64, i64))>,
) -> (Vec<Spot>, Vec<(DeviceId, Homeless)>) {
    free.sort_by_key(|&(device, (length, width))| (std::cmp::Reverse(length * width), device));
    let mut spots: Vec<Spot> = Vec::new();
    let mut best: Vec<Spot> = Vec::new();
    let mut from: Vec<usize> = vec![0];
    let mut work = 0;
    while let Some(start) = from.pop() {
        spots.truncate(from.len());
        if spots.len() == free.len() {
            break;
        }
        let (device, size) = free[spots.len()];
        match next(build, floor, &spots, (device, size), start, &mut work) {
            Some((at, spot)) => {
                from.push(at + 1);
                from.push(0);
                spots.push(spot);
                if spots.len() > best.len() {
                    best.clone_from(&spots);
                }
            }
            None if work > WORK => break,
            None => {}
        }
        if best.len() == free.len() {
            break;
        }
    }
    let why = if work > WORK { Homeless::NotDecided } else { Homeless::NotFound };
    let left = free[best.len()..].iter().map(|&(device, _)| (device, why)).collect();
    (best, left)
}

/// The first free corner from number `start` on.
fn next(
    build: &Build,
    floor: &Floor,
    spots: &[Spot],
    (device, size): (DeviceId, (i64, i64)),
    start: usize,
    work: &mut u64,
) -> Option<(usize, Spot)> {
    let part = build.part_of(device);
    let sides = sides(part);
    let taken: Vec<Rect> = floor.fixed.iter().chain(spots).flat_map(Spot::solids).collect();
    let corners = |wall: i64, edges: &mut dyn Iterator<Item = i64>| -> Vec<i64> {
        edges.chain([wall]).collect::<BTreeSet<_>>().into_iter().collect()
    };
    let xs = corners(floor.inside.x0, &mut taken.iter().map(|rect| rect.x1));
    let ys = corners(floor.inside.y0, &mut taken.iter().map(|rect| rect.y1));
    let mut at = start;
    while at < xs.len() * ys.len() * 2 {
        *work += taken.len() as u64;
        if *work > WORK {
            return None;
        }
        let (x, y) = (xs[at / 2 / ys.len()], ys[at / 2 % ys.len()]);
        let faces = if at.is_multiple_of(2) { Facing::Front } else { Facing::Right };
        let long = (size.0 + sides[0] + sides[1], size.1 + sides[2] + sides[3]);
        let long = if faces == Facing::Front { long } else { (long.1, long.0) };
        let solid = Rect { x0: x, y0: y, x1: x + long.0, y1: y + long.1 };
        if solid.is_within(floor.inside) && !taken.iter().any(|other| other.meets(&solid)) {
            let body = facing::shrunk(solid, sides, faces);
            return Some((
                at,
                Spot { device, body, keeps: facing::strips(body, sides, faces), faces: Some(faces), top: height(part) },
            ));
        }
        at += 1;
    }
    None
}
