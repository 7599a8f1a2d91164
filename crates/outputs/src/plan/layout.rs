//! Where things stand in their boxes, what is clear above them, which floor is free and how many more it takes.

mod fit;
mod json;

use analysis::layout::{Layout, Room, Stand};
use analysis::plan::floor::Rect;
use analysis::plan::layout::{Floor, Homeless, MoreFit, Plan, Spot, compute, more_in};
use model::{Build, DeviceId};

use crate::View;
use crate::explain::Sheet;
use crate::site::chassis::svg::{self, Area};
use crate::site::text::names;

pub use json::json;

/// Copies of one device that are looked for.
const MOST_MORE: u32 = 50;
/// Devices that a line names.
const LISTED: usize = 60;

/// Everything that the page shows.
struct Shown<'a> {
    build: &'a Build,
    layout: &'a Layout,
    plan: Plan,
    /// The last of each group of computers with a place, and how many more of it fit.
    more: Vec<(DeviceId, MoreFit)>,
}

impl<'a> Shown<'a> {
    fn of(view: View<'a>) -> Self {
        let (build, layout) = (view.build, &view.facts.layout);
        let plan = compute(build, layout);
        let mut last: Vec<DeviceId> = Vec::new();
        for stand in &layout.stands {
            let device = build.device(stand.device);
            if build.part_of(stand.device).kind != "computer" {
                continue;
            }
            match last.iter_mut().find(|id| build.device(**id).group == device.group) {
                Some(known) => *known = stand.device,
                None => last.push(stand.device),
            }
        }
        let fit = |device: DeviceId| Some((device, more_in(build, layout, &plan, device, MOST_MORE).ok()?));
        let more = last.into_iter().filter_map(fit).collect();
        Self { build, layout, plan, more }
    }

    fn name(&self, device: DeviceId) -> &'a str {
        &self.build.device(device).name
    }

    fn names(&self, devices: impl IntoIterator<Item = DeviceId>) -> String {
        names(devices.into_iter().map(|device| self.name(device)))
    }

    fn floor(&self, room: usize) -> Option<&Floor> {
        self.plan.floors.iter().find(|floor| floor.room == room)
    }

    fn more_of(&self, room: usize) -> impl Iterator<Item = &(DeviceId, MoreFit)> {
        let in_room = move |device: DeviceId| self.layout.stand(device).is_some_and(|stand| stand.room == room);
        self.more.iter().filter(move |(device, _)| in_room(*device))
    }
}

/// A length to a tenth of a millimetre.
fn millimetres(um: i64) -> String {
    let tenths = (um + if um < 0 { -50 } else { 50 }) / 100;
    let sign = if tenths < 0 { "-" } else { "" };
    match (tenths.abs() / 10, tenths.abs() % 10) {
        (whole, 0) => format!("{sign}{whole}"),
        (whole, rest) => format!("{sign}{whole}.{rest}"),
    }
}

/// An area in whole square centimetres.
fn area(um2: i64) -> String {
    format!("{} cm²", (um2 + 50_000_000) / 100_000_000)
}

/// The page for people.
pub fn page(view: View<'_>) -> String {
    let shown = Shown::of(view);
    if shown.layout.rooms.is_empty() {
        return "Layout\n  Nothing in this build has a place (`[place.<box>]`), so nobody can say where\n  \
                anything stands, what overlaps, whether the lid closes or how many more fit.\n"
            .to_owned();
    }
    let mut pages: Vec<String> = Vec::new();
    for (number, room) in shown.layout.rooms.iter().enumerate() {
        pages.push(one(&shown, number, room));
    }
    let mut text = pages.join("\n");
    let mut sheet = Sheet::headless();
    for (why, words) in [
        (Homeless::NoSize, "no size"),
        (Homeless::NoBox, "which box?"),
        (Homeless::NoRoom, "no room"),
        (Homeless::TooHigh, "too high"),
        (Homeless::NotFound, "no spot"),
        (Homeless::NotDecided, "not decided"),
    ] {
        let all: Vec<DeviceId> =
            shown.plan.homeless.iter().filter(|(_, reason)| *reason == why).map(|(device, _)| *device).collect();
        if !all.is_empty() {
            let said = match why {
                Homeless::NoSize => "neither place nor size is stated",
                Homeless::NoBox => "several boxes have places, and none says that these stand there",
                Homeless::NoRoom => "the box has no stated size",
                Homeless::TooHigh => "higher than the lid",
                Homeless::NotFound => "the search found none for all of them",
                Homeless::NotDecided => "not verified: the counted work ran out",
            };
            let rest = all.len().saturating_sub(LISTED);
            let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
            sheet.say(words, &format!("{}{rest}: {said}", shown.names(all.into_iter().take(LISTED))));
        }
    }
    let last = sheet.text();
    if !last.is_empty() {
        text.push_str("\nNot in the plan\n");
        text.push_str(&last);
    }
    text
}

fn one(shown: &Shown<'_>, number: usize, room: &Room) -> String {
    let build = shown.build;
    let mut text = format!("Layout of {}: {}\n", shown.name(room.device), build.part_of(room.device).name);
    text.push_str(&size(room));
    text.push_str("\n  device       from rear, left   depth x width   top mm  clear mm\n");
    let lid = room.lid.map(|lid| lid.typ.0);
    let line = |name: &str, at: &str, size: &str, top: Option<i64>| {
        let clear = top.zip(lid).map_or_else(|| "not known".to_owned(), |(top, lid)| millimetres(lid - top));
        let top = top.map_or_else(|| "?".to_owned(), millimetres);
        format!("  {name:<12} {at:<16}  {size:<14} {top:>7}  {clear:>8}\n")
    };
    for stand in shown.layout.stands.iter().filter(|stand| stand.room == number) {
        let (at, size) = told(shown, stand);
        text.push_str(&line(shown.name(stand.device), &at, &size, stand.top.map(|top| top.typ.0)));
    }
    let Some(floor) = shown.floor(number) else { return text };
    for spot in &floor.planned {
        let (at, size) = (corner(&spot.body), sides(&spot.body));
        text.push_str(&line(&format!("{}*", shown.name(spot.device)), &at, &size, spot.top));
    }
    if !floor.planned.is_empty() {
        text.push_str("  * planned: no place is stated, and the search gave it this one\n");
    }
    let mut sheet = Sheet::headless();
    fit::say_fit(shown, number, &mut sheet);
    let whole = floor.inside.area();
    sheet.say(
        "floor",
        &format!("{} of {} free; {} with the room for plugs", area(floor.free), area(whole), area(floor.clear)),
    );
    if !floor.turned.is_empty() {
        let ways: Vec<String> = floor
            .fixed
            .iter()
            .filter(|spot| floor.turned.contains(&spot.device))
            .filter_map(|spot| Some(format!("{} {}", shown.name(spot.device), spot.faces?.word())))
            .collect();
        sheet.say("faces", &format!("taken as {}: not stated, and so their plugs have room", ways.join(", ")));
    }
    if !floor.cramped.is_empty() {
        let devices = shown.names(floor.cramped.iter().copied());
        sheet.say(
            "faces",
            &format!("{devices}: not stated, and no way leaves room for every plug; none is kept for them"),
        );
    }
    for (device, more) in shown.more_of(number) {
        sheet.say("more", &more_words(shown, *device, more));
    }
    text.push('\n');
    text.push_str(&sheet.text());
    text
}

fn size(room: &Room) -> String {
    let Some([(x0, x1), (y0, y1)]) = room.floor else { return "  Its size is not stated.\n".to_owned() };
    let what = if room.is_inside { "inside" } else { "outside; its inside is not stated" };
    let lid = match (room.lid, room.outer) {
        (Some(lid), _) => format!("{} mm below the lid", millimetres(lid.typ.0)),
        (None, Some(outer)) => format!("{} mm high outside; below the lid not stated", millimetres(outer.typ.0)),
        (None, None) => "height not stated".to_owned(),
    };
    format!("  {} mm deep and {} mm wide {what}, {lid}\n", millimetres(x1 - x0), millimetres(y1 - y0))
}

fn corner(rect: &Rect) -> String {
    format!("{}, {}", millimetres(rect.x0), millimetres(rect.y0))
}

fn sides(rect: &Rect) -> String {
    format!("{} x {}", millimetres(rect.x1 - rect.x0), millimetres(rect.y1 - rect.y0))
}

/// Where a device is and how large, in words.
fn told(shown: &Shown<'_>, stand: &Stand) -> (String, String) {
    let place = &shown.build.places[stand.place];
    let rect = stand.floor.map(|[x, y]| Rect { x0: x.typ.0, y0: y.typ.0, x1: x.typ.1, y1: y.typ.1 });
    let at = match (rect, place.on) {
        (Some(rect), None) => corner(&rect),
        (Some(rect), Some(on)) => format!("{} on {}", corner(&rect), shown.name(on)),
        (None, Some(on)) => format!("on {}", shown.name(on)),
        (None, None) => "not known".to_owned(),
    };
    let long = |number| analysis::layout::measure(number).map_or("?".to_owned(), |long| millimetres(long.typ.0));
    (at, format!("{} x {}", long(&place.size.length), long(&place.size.width)))
}

fn more_words(shown: &Shown<'_>, device: DeviceId, more: &MoreFit) -> String {
    let group = &shown.build.device(device).group;
    if more.too_high {
        return format!("no more {group}: its stack is higher than the lid");
    }
    let count = |found: u32, at_most: u32| match found == at_most {
        true => format!("{found} more"),
        false => format!("at least {found} more, at most {at_most}"),
    };
    let each = format!("{} x {} mm each with its plugs", millimetres(more.size.0), millimetres(more.size.1));
    let spots: Vec<String> = more.placed.iter().map(|spot| format!("({})", corner(&spot.body))).collect();
    let spots = if spots.is_empty() { String::new() } else { format!(", for instance at {}", spots.join(" ")) };
    let by =
        if more.found == more.at_most { "no arrangement holds more" } else { "found by search, bounded by the gaps" };
    format!(
        "{group}: {}{spots} ({each}; {by}; {} by area alone); {} if the others may move, {} if no plug needed room",
        count(more.found, more.at_most),
        more.by_area,
        count(more.moved.0, more.moved.1),
        count(more.bare.0, more.bare.1)
    )
}

/// The picture of the first box with a stated size, with what is planned and what more would fit, dashed.
pub fn svg(view: View<'_>) -> Option<String> {
    let shown = Shown::of(view);
    let floor = shown.plan.floors.first()?;
    let room = &shown.layout.rooms[floor.room];
    let part = shown.build.part_of(room.device);
    let outer = part.body.as_ref().and_then(|body| {
        let long = |number| analysis::layout::measure(number).map(|long| whole(long.typ.0));
        Some((long(&body.length)?, long(&body.width)?))
    });
    let outer = outer.unwrap_or((whole(floor.inside.x1), whole(floor.inside.y1)));
    let mut rooms: Vec<svg::Room> = Vec::new();
    let mut add = |name: String, spot: &Spot, planned: bool| {
        rooms.push(svg::Room {
            number: rooms.len() + 1,
            name,
            height: top(&shown, spot).map_or(String::new(), |top| format!("{} mm", millimetres(top))),
            area: drawn(&spot.body),
            keeps: spot.keeps.iter().map(drawn).collect(),
            planned,
        });
    };
    for spot in &floor.fixed {
        add(shown.name(spot.device).to_owned(), spot, false);
    }
    for spot in &floor.planned {
        add(shown.name(spot.device).to_owned(), spot, true);
    }
    for (device, more) in shown.more_of(floor.room).take(1) {
        for spot in &more.placed {
            add(format!("+ {}", shown.build.device(*device).group), spot, true);
        }
    }
    let mut text = svg::plan(shown.name(room.device), &part.name, outer, &rooms);
    text.push('\n');
    Some(text)
}

/// The top of the stack that stands on a spot.
fn top(shown: &Shown<'_>, spot: &Spot) -> Option<i64> {
    let stands = &shown.layout.stands;
    let on = |stand: &&Stand| stand.on.is_some_and(|on| stands[on].device == spot.device);
    stands.iter().filter(on).filter_map(|stand| stand.top).map(|top| top.typ.0).max().or(spot.top)
}

fn whole(um: i64) -> i32 {
    i32::try_from((um + 500).div_euclid(1000)).unwrap_or(i32::MAX)
}

fn drawn(rect: &Rect) -> Area {
    let (x, y) = (whole(rect.x0), whole(rect.y0));
    Area { x, y, length: whole(rect.x1) - x, width: whole(rect.y1) - y }
}
