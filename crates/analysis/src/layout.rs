//! Where bodies stand in their boxes: what overlaps, what leaves the box, how high stacks reach, which wires cannot reach.
//!
//! All measures are whole micrometres, so that two bodies that touch do not overlap by a rounding. Nothing is computed for a
//! build in which nothing has a place, and no position is guessed: what stands on something without one of its own is
//! somewhere on it. Positions are as good as their stated tolerance; `sure` is what holds wherever within it a body stands.

mod chains;
mod reach;

use std::collections::BTreeMap;

use model::part::Body;
use model::units::{Band, Metres, Number};
use model::{Build, DeviceId, RunId};

pub use chains::Chain;
pub use reach::Reach;

/// Pairs of bodies that are compared.
const WORK: u64 = 20_000_000;

/// Least, as written, and most, in micrometres.
pub type Measure = Band<Length>;

/// Micrometres, whole; see [`um`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Length(pub i64);

/// A stretch of one axis: what is surely in it, as written, and what may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stretch {
    /// Occupied wherever within its tolerance the body is; empty if the second is not above the first.
    pub core: (i64, i64),
    /// As written.
    pub typ: (i64, i64),
    /// All that it may occupy.
    pub wide: (i64, i64),
}

/// A device in a box.
#[derive(Clone, Debug)]
pub struct Stand {
    /// Index in [`Build::places`].
    pub place: usize,
    /// Which device.
    pub device: DeviceId,
    /// Index in [`Layout::rooms`].
    pub room: usize,
    /// From the rear and from the left; `None` where position or size is not known.
    pub floor: Option<[Stretch; 2]>,
    /// From the floor: underside and top.
    pub bottom: Option<Measure>,
    /// See [`Stand::bottom`].
    pub top: Option<Measure>,
    /// What it stands on: index in [`Layout::stands`].
    pub on: Option<usize>,
}

/// A box with devices in it.
#[derive(Clone, Debug)]
pub struct Room {
    /// The box.
    pub device: DeviceId,
    /// Its room from the rear and from the left, in the coordinates of places: inside its walls, or its outer measures.
    pub floor: Option<[(i64, i64); 2]>,
    /// Whether [`Room::floor`] is what is stated of its inside.
    pub is_inside: bool,
    /// Height inside, lid closed.
    pub lid: Option<Measure>,
    /// Outer height: nothing higher fits for sure.
    pub outer: Option<Measure>,
}

/// Two bodies in one place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Overlap {
    /// Indices in [`Layout::stands`], the one written first in front.
    pub of: [usize; 2],
    /// Along x and y, as written.
    pub by: [i64; 2],
    /// Whether it is so wherever within its tolerance each stands.
    pub sure: bool,
}

/// A body that is not inside its box.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outside {
    /// Index in [`Layout::stands`].
    pub stand: usize,
    /// How far it reaches out as written, at its worst side; of a body larger than the room, by how much it is larger.
    pub by: i64,
    /// Whether it is so wherever within its tolerance it stands.
    pub sure: bool,
    /// Whether it has no room however it is turned.
    pub larger: bool,
}

/// Everything that follows from places.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Boxes, in the order of their first line.
    pub rooms: Vec<Room>,
    /// In the order of [`Build::places`].
    pub stands: Vec<Stand>,
    /// Pairs, by their first.
    pub overlaps: Vec<Overlap>,
    /// In the order of [`Layout::stands`].
    pub outside: Vec<Outside>,
    /// Wires and cables between two bodies whose places are known.
    pub reaches: Vec<Reach>,
    /// Wires and cables that meet at something without a place, from one such body to another: the shortest chain of each two.
    pub chains: Vec<Chain>,
    /// Runs between such bodies, or in a chain between them, whose length is `unstated`.
    pub unmeasured: Vec<RunId>,
    /// Runs whose way nobody can tell: they have no length, or lead to something without a place that leads to no second body.
    pub loose: Vec<RunId>,
    /// The counted work ran out: there may be more chains.
    pub untraced: bool,
    /// The counted work ran out: there may be more overlaps.
    pub open: bool,
}

/// Metres in whole micrometres.
pub fn um(metres: Metres) -> i64 {
    #[allow(clippy::cast_possible_truncation)] // lengths of places and bodies are at most a kilometre
    let whole = (metres.0 * 1e6).round().clamp(-1e13, 1e13) as i64;
    whole
}

/// A band of metres likewise.
pub fn measure(number: &Number<Metres>) -> Option<Measure> {
    let band = number.known()?;
    Some(Band { lo: Length(um(band.lo)), typ: Length(um(band.typ)), hi: Length(um(band.hi)) })
}

/// End by end.
fn plus(a: Measure, b: Measure) -> Measure {
    Band { lo: Length(a.lo.0 + b.lo.0), typ: Length(a.typ.0 + b.typ.0), hi: Length(a.hi.0 + b.hi.0) }
}

/// What of a stack surely does not fit under a lid, or may not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lid {
    /// It closes.
    Closes,
    /// It does not, by so much as written.
    Open(i64),
    /// It may not: heights as stated reach this much too high at worst.
    Unsure(i64),
    /// A height is not known.
    Unknown,
}

impl Layout {
    /// Whether the lid closes over a body.
    pub fn lid(&self, stand: &Stand) -> Lid {
        let room = &self.rooms[stand.room];
        let Some(top) = stand.top else { return Lid::Unknown };
        if let Some(outer) = room.outer.filter(|outer| top.lo > outer.hi) {
            return Lid::Open(top.typ.0 - room.lid.unwrap_or(outer).typ.0);
        }
        match room.lid {
            None => Lid::Unknown,
            Some(lid) if top.lo > lid.hi => Lid::Open(top.typ.0 - lid.typ.0),
            Some(lid) if top.hi > lid.lo => Lid::Unsure(top.hi.0 - lid.lo.0),
            Some(_) => Lid::Closes,
        }
    }

    /// The stand of a device.
    pub fn stand(&self, device: DeviceId) -> Option<&Stand> {
        self.stands.iter().find(|stand| stand.device == device)
    }
}

/// Where everything stands and what follows; nothing where nothing has a place.
pub fn compute(build: &Build) -> Layout {
    let mut layout = Layout::default();
    if build.places.is_empty() {
        return layout;
    }
    let mut rooms: BTreeMap<DeviceId, usize> = BTreeMap::new();
    let mut at: BTreeMap<DeviceId, usize> = BTreeMap::new();
    for (number, place) in build.places.iter().enumerate() {
        let room = *rooms.entry(place.inside).or_insert_with(|| {
            layout.rooms.push(room(build, place.inside));
            layout.rooms.len() - 1
        });
        let stretch = |from: &Number<Metres>, long: &Number<Metres>| Some(stretch(measure(from)?, measure(long)?));
        let floor = stretch(&place.x, &place.size.length).zip(stretch(&place.y, &place.size.width));
        let on = place.on.and_then(|on| at.get(&on).copied());
        let zero = Band { lo: Length(0), typ: Length(0), hi: Length(0) };
        let gap = if place.gap.is_absent() { Some(zero) } else { measure(&place.gap) };
        let below = if place.on.is_some() { on.and_then(|on| layout.stands[on].top) } else { Some(zero) };
        let bottom = below.zip(gap).map(|(below, gap)| plus(below, gap));
        let top = bottom.zip(measure(&place.size.height)).map(|(bottom, height)| plus(bottom, height));
        at.insert(place.device, number);
        let floor = floor.map(|(x, y)| [x, y]);
        layout.stands.push(Stand { place: number, device: place.device, room, floor, bottom, top, on });
    }
    overlaps(&mut layout);
    for (number, stand) in layout.stands.iter().enumerate() {
        layout.outside.extend(outside(build, &layout.rooms[stand.room], number, stand));
    }
    reach::compute(build, &at, &mut layout);
    chains::compute(build, &at, &mut layout);
    layout.unmeasured.sort_unstable();
    layout.loose.sort_unstable();
    layout
}

fn room(build: &Build, device: DeviceId) -> Room {
    let part = build.part_of(device);
    let outer = part.body.clone().unwrap_or_default();
    let inside = part.inside.clone().unwrap_or_default();
    // Walls are alike on both sides: nobody says otherwise.
    let axis = |pick: fn(&Body) -> &Number<Metres>| match (measure(pick(&inside)), measure(pick(&outer))) {
        (Some(inside), Some(outer)) => {
            let wall = (outer.typ.0 - inside.typ.0).max(0) / 2;
            Some((wall, wall + inside.typ.0))
        }
        (Some(only), None) | (None, Some(only)) => Some((0, only.typ.0)),
        (None, None) => None,
    };
    let floor = axis(|body| &body.length).zip(axis(|body| &body.width));
    Room {
        device,
        floor: floor.map(|(x, y)| [x, y]),
        is_inside: inside.length.known().is_some() && inside.width.known().is_some(),
        lid: measure(&inside.height),
        outer: measure(&outer.height),
    }
}

fn stretch(from: Measure, long: Measure) -> Stretch {
    Stretch {
        core: (from.hi.0, from.lo.0 + long.lo.0),
        typ: (from.typ.0, from.typ.0 + long.typ.0),
        wide: (from.lo.0, from.hi.0 + long.hi.0),
    }
}

/// What two stretches have in common; negative where they are apart.
pub fn common(a: (i64, i64), b: (i64, i64)) -> i64 {
    a.1.min(b.1) - a.0.max(b.0)
}

/// All pairs that overlap: a sweep along x, so that only what stands beside each other is compared.
fn overlaps(layout: &mut Layout) {
    let stands = &layout.stands;
    let key = |number: &usize| stands[*number].floor.map(|[x, _]| (stands[*number].room, x.typ.0, *number));
    let mut order: Vec<usize> = (0..stands.len()).filter(|number| stands[*number].floor.is_some()).collect();
    order.sort_unstable_by_key(key);
    let mut work = 0;
    let mut found = Vec::new();
    'sweep: for (nth, &one) in order.iter().enumerate() {
        let Some([x, _]) = stands[one].floor else { continue };
        for &other in &order[nth + 1..] {
            let Some([next, _]) = stands[other].floor else { continue };
            if stands[other].room != stands[one].room || next.typ.0 >= x.typ.1 {
                break;
            }
            work += 1;
            if work > WORK {
                layout.open = true;
                break 'sweep;
            }
            found.extend(overlap(stands, [one.min(other), one.max(other)]));
        }
    }
    found.sort_unstable_by_key(|overlap| overlap.of);
    layout.overlaps = found;
}

fn overlap(stands: &[Stand], of: [usize; 2]) -> Option<Overlap> {
    let [a, b] = of.map(|number| &stands[number]);
    let ([ax, ay], [bx, by]) = (a.floor?, b.floor?);
    let by_typ = [common(ax.typ, bx.typ), common(ay.typ, by.typ)];
    if by_typ.iter().any(|by| *by <= 0) {
        return None;
    }
    let sure = common(ax.core, bx.core) > 0 && common(ay.core, by.core) > 0;
    // One above the other is no overlap; of two that stand on the floor, both are just above it.
    let upright = |stand: &Stand| {
        let (bottom, top) = (stand.bottom?, stand.top?);
        Some(((bottom.typ.0, top.typ.0), (bottom.hi.0, top.lo.0)))
    };
    let sure_above = match (upright(a), upright(b)) {
        (Some((a_typ, a_core)), Some((b_typ, b_core))) => {
            if common(a_typ, b_typ) <= 0 {
                return None;
            }
            common(a_core, b_core) > 0
        }
        _ if a.on.is_none() && b.on.is_none() => true,
        _ => false,
    };
    Some(Overlap { of, by: by_typ, sure: sure && sure_above })
}

fn outside(build: &Build, room: &Room, number: usize, stand: &Stand) -> Option<Outside> {
    let inside = room.floor?;
    let size = &build.places[stand.place].size;
    let long = |(from, to): (i64, i64)| to - from;
    if let (Some(length), Some(width)) = (measure(&size.length), measure(&size.width)) {
        let (most, least) = (length.max(&width), length.min(&width));
        let (deep, narrow) = (long(inside[0]).max(long(inside[1])), long(inside[0]).min(long(inside[1])));
        let by = (most.lo.0 - deep).max(least.lo.0 - narrow);
        if by > 0 {
            return Some(Outside { stand: number, by, sure: true, larger: true });
        }
    }
    let floor = stand.floor?;
    let beyond = |pick: fn(&Stretch) -> (i64, i64)| {
        floor.iter().zip(inside).map(|(stretch, (from, to))| (from - pick(stretch).0).max(pick(stretch).1 - to)).max()
    };
    let by = beyond(|stretch| stretch.typ).filter(|by| *by > 0)?;
    // Its core may be empty; what counts is that no position within the tolerance is inside.
    let sure = floor.iter().zip(inside).any(|(stretch, (from, to))| stretch.core.0 < from || stretch.core.1 > to);
    Some(Outside { stand: number, by, sure, larger: false })
}

/// The larger and the smaller of two measures as written.
trait Larger {
    fn max(&self, other: &Self) -> Self;
    fn min(&self, other: &Self) -> Self;
}

impl Larger for Measure {
    fn max(&self, other: &Self) -> Self {
        if self.typ >= other.typ { *self } else { *other }
    }

    fn min(&self, other: &Self) -> Self {
        if self.typ >= other.typ { *other } else { *self }
    }
}
