//! Questions without editing files: a draw, a limit, volts, a fuse, a gauge or a length changed on the bound build.
//!
//! Analyses are pure, so a changed build answers what changed files would say. Nothing may be written from it.

mod wires;

use source::nearest::nearest;
use source::{FileId, Span};

use crate::Build;
use crate::device::{Choice, DeviceId, Origin};
use crate::resolve::{bad_quantity, quantity};
use crate::units::{Amps, Band, Dimension, Number, Quantity, Unit};

/// What can be said, for the sentence that says so.
const FORMS: &str = "`pi=20 W`, `pi[3].board=3 A`, `feed=2 A`, `psu.5v=4.9 V`, `fu[1]=3 A` with --set, `feeds/3 gauge=18 AWG`, `feeds length=300 mm`, `feeds stock=wire-18` with --swap";

/// Changes one thing of a build.
///
/// A name with a number means one device (`pi[3]`), without it all of its group (`pi`); `feed` means the only feed. Of wires `feeds`
/// means the whole bundle, `feeds/3` or `#07` one run.
///
/// # Errors
/// A sentence that says which name or quantity means nothing, and what there is instead.
pub fn amend(build: &mut Build, what: &str) -> Result<(), String> {
    let Some((name, value)) = what.split_once('=') else {
        return Err(format!("`{what}` changes nothing; what can be said: {FORMS}"));
    };
    let (name, value) = (name.trim(), value.trim());
    match name.split_once(char::is_whitespace) {
        Some((bundle, key)) => wires::swap(build, bundle, key.trim(), value),
        None => set(build, name, &read(value, build.meta.span)?),
    }
}

/// A quantity; `span` is any place, since nothing of it is shown.
fn read(text: &str, span: Option<Span>) -> Result<Quantity, String> {
    let span = span.unwrap_or(Span { file: FileId(0), start: 0, end: 0 });
    quantity::parse(text, span).map_err(|trouble| {
        let finding = bad_quantity::finding("", "asked", text, &trouble);
        let why = finding.message.split_once("\"` ").map_or("is no quantity", |(_, why)| why);
        let help = finding.help.map_or_else(String::new, |help| format!("; {help}"));
        format!("`{text}` {why}{help}")
    })
}

fn band<T: Unit>(quantity: &Quantity) -> Number<T> {
    Number::Is(Band::of(quantity.lo, quantity.typ, quantity.hi), quantity.span)
}

fn near<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    nearest(wrong, names).map_or_else(String::new, |near| format!("; the nearest is `{near}`"))
}

/// What a name of a device, a feed or an element of a device is set to.
fn set(build: &mut Build, name: &str, to: &Quantity) -> Result<(), String> {
    let (devices, element) = find(build, name)?;
    let feeds = |id: &DeviceId| matches!(build.device(*id).origin, Origin::Feed(_));
    if element.is_empty() && devices.iter().all(feeds) {
        for feed in build.feeds.iter_mut().filter(|feed| devices.contains(&feed.device)) {
            match to.dimension {
                Dimension::Current => feed.limit = band(to),
                Dimension::Voltage => feed.volts = band(to),
                _ => return Err(format!("`{name}` is a feed: it takes amperes (its limit) or volts")),
            }
        }
        return Ok(());
    }
    for device in devices {
        one(build, device, element, to)?;
    }
    Ok(())
}

/// The devices of a name, and the element that stands behind it.
fn find<'a>(build: &Build, name: &'a str) -> Result<(Vec<DeviceId>, &'a str), String> {
    let named = |name: &str| build.named(name).to_vec();
    let devices = named(name);
    if !devices.is_empty() {
        return Ok((devices, ""));
    }
    if let ("feed", [feed]) = (name, build.feeds.as_slice()) {
        return Ok((vec![feed.device], ""));
    }
    let (stem, element) = name.split_once('.').unwrap_or((name, ""));
    let devices = named(stem);
    if !devices.is_empty() {
        return Ok((devices, element));
    }
    let names = build.devices.iter().map(|device| device.name.as_str()).chain(build.groups());
    Err(format!("nothing is named `{stem}`{}; what can be said: {FORMS}", near(stem, names)))
}

/// One device's load, source or fuse.
fn one(build: &mut Build, id: DeviceId, element: &str, to: &Quantity) -> Result<(), String> {
    let (device, part) = (build.device(id), build.part_of(id));
    let is = |name: &str| element.is_empty() || name == element;
    let loads: Vec<&str> = part.loads.iter().map(|load| load.name.as_str()).filter(|name| is(name)).collect();
    let sources: Vec<&str> = part.sources.iter().map(|source| source.name.as_str()).filter(|name| is(name)).collect();
    let fuses: Vec<&str> = part.fuses.iter().map(|fuse| fuse.name.as_str()).filter(|name| is(name)).collect();
    let choice = match (to.dimension, loads.as_slice(), sources.as_slice(), fuses.as_slice()) {
        (Dimension::Power | Dimension::Current, [load], _, _) => {
            covered(build, id)?;
            ((*load).to_owned(), Choice::Quantity(to.clone()))
        }
        (Dimension::Current, [], [], [fuse]) => ((*fuse).to_owned(), insert(build, to)),
        (Dimension::Voltage, _, [source], _) => ((*source).to_owned(), Choice::Quantity(to.clone())),
        (Dimension::Current, [], [source], _) => {
            let at = part.sources.iter().position(|other| other.name == *source);
            return limit(build, id, at.expect("it was found by its name"), to);
        }
        _ => {
            let name = &device.name;
            let own =
                |kind: &str, names: Vec<&str>| (!names.is_empty()).then(|| format!("{kind} {}", names.join(", ")));
            let all = [
                own("loads (A or W)", part.loads.iter().map(|load| load.name.as_str()).collect()),
                own("sources (V, or A for their limit)", part.sources.iter().map(|it| it.name.as_str()).collect()),
                own("fuses (A)", part.fuses.iter().map(|fuse| fuse.name.as_str()).collect()),
            ];
            let all: Vec<String> = all.into_iter().flatten().collect();
            let has = if all.is_empty() { "nothing that can be set".to_owned() } else { all.join("; ") };
            let what = if element.is_empty() { name.clone() } else { format!("{name}.{element}") };
            return Err(format!(
                "`{what}` takes no such number, or more than one thing of `{name}` does: it has {has}"
            ));
        }
    };
    build.devices[id.0 as usize].choices.insert(choice.0, choice.1);
    Ok(())
}

/// A draw that stands in the draw of another device changes nothing.
fn covered(build: &Build, id: DeviceId) -> Result<(), String> {
    let (device, part) = (build.device(id), build.part_of(id));
    let covers = |owner: &DeviceId| {
        let loads = &build.part_of(*owner).loads;
        let riders = device.with.iter().map(|(part, _)| &build.part(*part).id);
        let mut ids = riders.chain([&part.id]);
        ids.any(|id| loads.iter().flat_map(|load| &load.covers).any(|covered| covered.value == *id))
    };
    match device.belongs.filter(covers) {
        Some(owner) => Err(format!(
            "what `{}` draws stands in the draw of `{1}`: set `{1}`",
            device.name,
            build.device(owner).name
        )),
        None => Ok(()),
    }
}

/// A fuse of that rating, with its own resistance, if the build has one; else a rating of which nothing more is known.
fn insert(build: &Build, to: &Quantity) -> Choice {
    let rated = |part: &crate::Part| {
        let fuse = part.fuses.first().filter(|fuse| fuse.ends.is_none())?;
        fuse.rated.known().filter(|rated| (rated.typ.0 - to.typ).abs() < 1e-9)
    };
    let part = (0..).zip(&build.parts).find(|(_, part)| rated(part).is_some());
    part.map_or_else(|| Choice::Quantity(to.clone()), |(at, _)| Choice::Part(crate::PartId(at), to.span))
}

/// The limit of a source is its part's: all devices of that part have it.
fn limit(build: &mut Build, id: DeviceId, source: usize, to: &Quantity) -> Result<(), String> {
    let part = build.device(id).part;
    let others: Vec<&str> =
        build.devices.iter().filter(|other| other.part == part).map(|other| other.group.as_str()).collect();
    if others.iter().any(|group| *group != build.device(id).group) {
        return Err(format!("that limit belongs to a part, which {} share", others.join(", ")));
    }
    build.parts[part.0 as usize].sources[source].limit = band::<Amps>(to);
    Ok(())
}
