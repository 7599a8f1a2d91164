//! Where devices stand in another one, to scale; what has no place or no size is listed and not guessed.

pub(crate) mod svg;

use std::collections::BTreeSet;

use askama::Template;
use model::device::{Origin, Place};
use model::{Build, DeviceId};

use super::Site;
use super::shell::{self, Page, Shell};
use crate::Artifact;
use svg::Room;

/// A device in the plan.
struct Row {
    number: usize,
    name: String,
    href: String,
    part: String,
    at: String,
    size: String,
    height: String,
    note: String,
}

/// Where positions come from.
struct Origins {
    names: String,
    title: String,
    link: String,
    reason: String,
}

/// A device that is not in the plan.
struct Missing {
    names: String,
    part: String,
    why: &'static str,
}

/// One device with what stands in it.
struct Plan {
    name: String,
    part: String,
    size: String,
    drawing: Option<String>,
    rows: Vec<Row>,
    origins: Vec<Origins>,
}

#[derive(Template)]
#[template(path = "chassis.html")]
struct Chassis<'a> {
    shell: &'a Shell,
    plans: Vec<Plan>,
    missing: Vec<Missing>,
    file: bool,
}

/// Whether anybody says where something stands.
pub fn is_known(build: &Build) -> bool {
    !build.places.is_empty()
}

/// `chassis.html`, and `chassis.svg`: the drawing of the first box on its own.
pub fn page(site: &Site<'_>) -> (Page, Option<Artifact>) {
    let build = site.view.build;
    let shell = Shell::new(
        site,
        "chassis.html",
        "Chassis plan",
        format!("Where the devices of {} stand, seen from above and to scale.", build.meta.title),
    );
    let mut holders: Vec<DeviceId> = Vec::new();
    let mut held: BTreeSet<DeviceId> = BTreeSet::new();
    for place in &build.places {
        if held.insert(place.inside) {
            holders.push(place.inside);
        }
    }
    let mut drawn: BTreeSet<DeviceId> = BTreeSet::new();
    let plans: Vec<Plan> = holders.iter().map(|&holder| plan(site, holder, &mut drawn)).collect();
    let file = plans.iter().find_map(|plan| plan.drawing.as_deref());
    let file = file.map(|drawing| Artifact::text("site/chassis.svg", drawing));
    let mut missing: Vec<Missing> = Vec::new();
    let mut groups: Vec<(&str, Vec<&str>, DeviceId, &'static str)> = Vec::new();
    for (id, device, part) in build.each_device() {
        let outside = matches!(device.origin, Origin::Feed(_) | Origin::Cable | Origin::Inline);
        if outside || drawn.contains(&id) || held.contains(&id) {
            continue;
        }
        let place = build.places.iter().any(|place| place.device == id);
        let body = part.body.as_ref().is_some_and(|body| body.length.known().is_some() && body.width.known().is_some());
        let why = match (place, body) {
            (true, _) => "no size or no position in numbers",
            (false, true) => "no position stated",
            (false, false) => "no position and no size stated",
        };
        match groups.last_mut() {
            Some((group, names, _, same)) if *group == device.group && *same == why => names.push(&device.name),
            _ => groups.push((&device.group, vec![&device.name], id, why)),
        }
    }
    for (_, names, id, why) in groups {
        missing.push(Missing { names: super::names(names), part: build.part_of(id).name.clone(), why });
    }
    (shell::page(&shell, &Chassis { shell: &shell, plans, missing, file: file.is_some() }), file)
}

/// `40 mm`, or what stands for a number that nobody knows.
fn millimetres(number: &model::Number<model::units::Metres>) -> Option<i32> {
    // Whole millimetres, and no further than a kilometre.
    #[allow(clippy::cast_possible_truncation, reason = "the number is held between bounds that fit")]
    number.known().map(|band| (band.typ.0 * 1000.0).round().clamp(-1e6, 1e6) as i32)
}

fn plan(site: &Site<'_>, holder: DeviceId, drawn: &mut BTreeSet<DeviceId>) -> Plan {
    let build = site.view.build;
    let part = build.part_of(holder);
    let body = part.body.clone().unwrap_or_default();
    let outer = millimetres(&body.length).zip(millimetres(&body.width)).filter(|&(x, y)| x > 0 && y > 0);
    let mut rooms: Vec<Room> = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    for place in build.places.iter().filter(|place| place.inside == holder) {
        if let (Some(on), true, true) = (place.on, place.x.is_absent(), place.y.is_absent()) {
            drawn.insert(place.device);
            rows.push(stacked(site, place, rows.len() + 1, on));
            continue;
        }
        let Some((x, y)) = millimetres(&place.x).zip(millimetres(&place.y)) else { continue };
        let size = millimetres(&place.size.length).zip(millimetres(&place.size.width));
        let Some((length, width)) = size.filter(|&(length, width)| length > 0 && width > 0) else { continue };
        drawn.insert(place.device);
        let row = row(site, place, rows.len() + 1, [x, y, length, width]);
        rooms.push(Room {
            number: row.number,
            name: row.name.clone(),
            height: tops(site, place.device).map_or(String::new(), |top| format!("{top} mm")),
            area: svg::Area { x, y, length, width },
            keeps: Vec::new(),
            planned: false,
        });
        rows.push(row);
    }
    let name = build.device(holder).name.clone();
    let drawing = outer.map(|outer| svg::plan(&name, &part.name, outer, &rooms));
    let three = [&body.length, &body.width, &body.height].map(millimetres);
    let size = match three {
        [Some(length), Some(width), Some(height)] => format!("{length} mm deep, {width} mm wide, {height} mm high"),
        [Some(length), Some(width), None] => format!("{length} mm deep, {width} mm wide, height not stated"),
        _ => "no size stated".to_owned(),
    };
    Plan { name, part: part.name.clone(), size, drawing, rows, origins: origins(site, holder, drawn) }
}

fn row(site: &Site<'_>, place: &Place, number: usize, [x, y, length, width]: [i32; 4]) -> Row {
    let build = site.view.build;
    Row {
        number,
        name: build.device(place.device).name.clone(),
        href: site.boards.href(place.device).unwrap_or_default().to_owned(),
        part: build.part_of(place.device).name.clone(),
        at: format!("{x} mm, {y} mm"),
        size: format!("{length} × {width} mm"),
        height: millimetres(&place.size.height).map_or(String::new(), |height| format!("{height} mm")),
        note: place.note.clone().unwrap_or_default(),
    }
}

/// What stands somewhere on another device.
fn stacked(site: &Site<'_>, place: &Place, number: usize, on: DeviceId) -> Row {
    let size = millimetres(&place.size.length).zip(millimetres(&place.size.width));
    Row {
        at: format!("on {}", site.view.build.device(on).name),
        size: size.map_or("not stated".to_owned(), |(length, width)| format!("{length} × {width} mm")),
        ..row(site, place, number, [0; 4])
    }
}

/// How high the stack on a device reaches, from the floor.
fn tops(site: &Site<'_>, device: DeviceId) -> Option<i64> {
    let stands = &site.view.facts.layout.stands;
    let mut pile: BTreeSet<usize> = stands.iter().position(|stand| stand.device == device).into_iter().collect();
    for (number, stand) in stands.iter().enumerate() {
        if stand.on.is_some_and(|on| pile.contains(&on)) {
            pile.insert(number);
        }
    }
    let top = |number: &usize| stands[*number].top.map(|top| (top.typ.0 + 500) / 1000);
    pile.iter().map(top).collect::<Option<Vec<i64>>>()?.into_iter().max()
}

/// What the positions in a device were taken from, with whose they are.
fn origins(site: &Site<'_>, holder: DeviceId, drawn: &BTreeSet<DeviceId>) -> Vec<Origins> {
    let build = site.view.build;
    let mut cited: Vec<(&str, Vec<&str>)> = Vec::new();
    for place in build.places.iter().filter(|place| place.inside == holder && drawn.contains(&place.device)) {
        let Some(cite) = &place.cite else { continue };
        let name = build.device(place.device).name.as_str();
        match cited.iter_mut().find(|(known, _)| *known == cite.value) {
            Some((_, names)) => names.push(name),
            None => cited.push((&cite.value, vec![name])),
        }
    }
    let origin = |(cite, names): (&str, Vec<&str>)| {
        let reference = build.references.get(cite)?;
        let link = reference.url.as_deref().map_or(String::new(), |url| super::text::safe_address(url).to_owned());
        let reason = reference.reason.as_deref().map_or(String::new(), super::text::markdown);
        Some(Origins { names: super::names(names), title: reference.title.clone(), link, reason })
    };
    cited.into_iter().filter_map(origin).collect()
}
