//! Devices and feeds: names, counts, settings, and where their terminals begin.

mod feed;

use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt};

use source::documents::Documents;
use source::fields::Fields;
use source::reading::{too_large, wrong_shape};
use source::value::{Datum, Entry};
use source::{Findings, Span, Spanned, Text};

use super::connectors::Connector;
use super::names::Names;
use super::{bad_setting, quantity, roots, unknown_device, unknown_element, unknown_part};
use crate::build::{Build, Named};
use crate::device::{Choice, Device, DeviceId, Origin};
use crate::part::{Part, PartId};

/// Most terminals of a build.
pub const MOST_TERMINALS: u64 = 5_000_000;
/// Most devices of a build.
const MOST_DEVICES: u64 = 500_000;

/// Binds `[device]` and `[feed.<id>]`.
pub fn bind(
    documents: &Documents,
    build: &mut Build,
    names: &mut Names,
    connectors: &BTreeMap<String, Connector>,
    log: &Findings,
) {
    let mut first: HashMap<&str, Span> = HashMap::new();
    let mut later = Vec::new();
    for entry in roots::tables(documents, "feed", roots::wiring) {
        if fresh(&mut first, entry, names, log) {
            feed::bind(build, names, connectors, entry, log);
        }
    }
    let mut waiting: Vec<&Entry> = Vec::new();
    for entry in roots::tables(documents, "device", roots::wiring) {
        if fresh(&mut first, entry, names, log) {
            waiting.push(entry);
        }
    }
    build.devices.reserve(waiting.len());
    build.names.reserve(waiting.len());
    // A device that arrives inside another comes after it, wherever the two are written.
    loop {
        let before = waiting.len();
        let mut unready = Vec::new();
        for entry in waiting {
            let is_ready = holder(entry).is_none_or(|id| !first.contains_key(id) || build.names.contains_key(id));
            if is_ready {
                later.extend(device(build, names, entry, log));
            } else {
                unready.push(entry);
            }
        }
        waiting = unready;
        if waiting.is_empty() || waiting.len() == before {
            break;
        }
    }
    for entry in waiting {
        later.extend(device(build, names, entry, log));
    }
    for pending in later {
        pending.finish(build, names, log);
    }
}

/// The device that an entry says it is `in`.
fn holder(entry: &Entry) -> Option<&str> {
    let Datum::Table(table) = &entry.value.value else { return None };
    let Datum::Text(inside) = &table.get("in")?.value else { return None };
    inside.split(['.', '[']).next()
}

fn fresh<'a>(first: &mut HashMap<&'a str, Span>, entry: &'a Entry, names: &Names, log: &Findings) -> bool {
    let id = &entry.key;
    if id.value.is_empty() || id.value.contains(['.', '/', ' ', '[', ']', '@', ',']) {
        log.push(super::bad_path::finding(&id.value, &id.value, id.span, "an id has no dot, slash, bracket or space"));
        return false;
    }
    match first.get(id.as_str()) {
        Some(&span) => {
            names.duplicate(log, span, id, "device");
            false
        }
        None => {
            first.insert(id.as_str(), id.span);
            true
        }
    }
}

/// Puts a device into the build and gives it its terminals.
pub fn add(build: &mut Build, mut device: Device) -> DeviceId {
    let id = DeviceId(u32::try_from(build.devices.len()).expect("devices are bounded"));
    device.first = build.terminals;
    let count = build.part(device.part).terminals.len();
    build.terminals += u32::try_from(count).expect("terminals of a part are bounded");
    build.owners.resize(build.terminals as usize, id);
    if device.number.is_some() {
        name(build, &device.name, id);
    }
    name(build, &device.group, id);
    build.devices.push(device);
    id
}

fn name(build: &mut Build, name: &str, id: DeviceId) {
    match build.names.get_mut(name) {
        Some(named) => named.add(id),
        None => _ = build.names.insert(name.to_owned(), Named::One([id])),
    }
}

/// A device without settings.
pub fn plain(name: String, group: String, number: Option<u32>, part: PartId, origin: Origin, span: Span) -> Device {
    Device {
        name,
        group,
        number,
        part,
        first: 0,
        origin,
        positions: BTreeMap::new(),
        choices: BTreeMap::new(),
        with: Vec::new(),
        belongs: None,
        note: None,
        span,
    }
}

/// What needs all devices to be there: `in`, `for`.
struct Pending {
    ids: Vec<DeviceId>,
    inside: Option<Text>,
    belongs: Option<Text>,
}

impl Pending {
    fn finish(self, build: &mut Build, names: &Names, log: &Findings) {
        let subject = self.ids.first().map(|id| build.device(*id).group.clone()).unwrap_or_default();
        if let Some(belongs) = &self.belongs {
            let owners = names.devices(build, belongs, &subject, log);
            for (n, id) in self.ids.iter().enumerate() {
                let owner = if owners.len() == 1 { owners.first() } else { owners.get(n) };
                build.devices[id.0 as usize].belongs = owner.copied();
            }
        }
        let Some(inside) = &self.inside else { return };
        let Some((holder, _)) = inside.value.split_once('.') else {
            return;
        };
        let holder = Text { value: holder.to_owned(), span: inside.span };
        let holders = names.devices(build, &holder, &subject, log);
        for (n, id) in self.ids.iter().enumerate() {
            if let Some(&holder) = holders.get(n).or(holders.first()) {
                build.devices[id.0 as usize].origin = Origin::Inside(holder);
            }
        }
    }
}

fn device(build: &mut Build, names: &Names, entry: &Entry, log: &Findings) -> Option<Pending> {
    let name = entry.key.as_str();
    let Datum::Table(table) = &entry.value.value else {
        if entry.value.value != Datum::Broken {
            log.push(wrong_shape::finding(name, name, &entry.value, "a table such as `{ part = \"…\" }`"));
        }
        return None;
    };
    let mut fields = Fields::new(table, name, ["device `", name, "`"], log);
    let inside = fields.text("in");
    if fields.key_span("part").is_none() && fields.key_span("feed").is_some() {
        let _ = (fields.take("feed"), fields.take("note"));
        fields.finish();
        return None;
    }
    let part = match &inside {
        None => fields.required_text("part").and_then(|id| names.part(&id, name, log)),
        Some(inside) => part_inside(build, names, inside, name, log),
    };
    let many = fields.key_span("count").is_some();
    let count = fields.count("count", 1, u32::MAX).map_or(1, |count| count.value);
    let mut with = Vec::new();
    for id in fields.texts("with") {
        if let Some(part) = names.part(&id, name, log) {
            with.push((part, id.span));
        }
    }
    let note = fields.text("note").map(|text| text.value);
    let belongs = fields.text("for");
    let settings = fields.table("set");
    fields.finish();
    let part_id = part?;
    let each = build.part(part_id).terminals.len() as u64;
    let total = u64::from(build.terminals) + each.max(1) * u64::from(count);
    if total > MOST_TERMINALS {
        let is = usize::try_from(total).unwrap_or(usize::MAX);
        log.push(too_large::finding("the number of terminals", is, 5_000_000, entry.key.span));
        return None;
    }
    let devices = build.devices.len() as u64 + u64::from(count);
    if devices > MOST_DEVICES {
        let is = usize::try_from(devices).unwrap_or(usize::MAX);
        log.push(too_large::finding("the number of devices", is, 500_000, entry.key.span));
        return None;
    }
    let mut ids = Vec::new();
    for n in 1..=count {
        let (path, number) = if many { (format!("{name}[{n}]"), Some(n)) } else { (name.to_owned(), None) };
        let mut device = plain(path, name.to_owned(), number, part_id, Origin::Bought, entry.key.span);
        device.with.clone_from(&with);
        device.note.clone_from(&note);
        for (at, lever) in build.part(part_id).levers.iter().enumerate() {
            if let Some(shipped) = &lever.shipped {
                device.positions.insert(u32::try_from(at).expect("levers are bounded"), (shipped.clone(), None));
            }
        }
        ids.push(add(build, device));
    }
    if let Some(settings) = settings {
        set(build, names, name, &ids, &settings.entries, log);
    }
    Some(Pending { ids, inside, belongs })
}

/// The part that `chassis.psu` names.
fn part_inside(build: &Build, names: &Names, inside: &Text, subject: &str, log: &Findings) -> Option<PartId> {
    let (holder, what) = inside.value.split_once('.').unwrap_or((&inside.value, ""));
    let bare = holder.split('[').next().unwrap_or(holder);
    let Some(&device) = build.named(holder).first().or_else(|| build.named(bare).first()) else {
        let near = source::nearest::nearest(bare, build.groups());
        let help = near.map(str::to_owned);
        log.push(unknown_device::finding(subject, holder, inside.span.part(0, holder.len()), help.as_deref()));
        let _ = names;
        return None;
    };
    let part = build.part_of(device);
    let found = part.includes.iter().find(|(name, ..)| name.value == what).map(|(_, part, _)| *part);
    if found.is_none() {
        let known = part.includes.iter().map(|(name, ..)| name.value.as_str());
        let text = Text { value: what.to_owned(), span: inside.span };
        log.push(unknown_part::not_inside(subject, &part.id, &text, known));
    }
    found
}

/// Applies `set = { trigger = "L", "2.f" = "blade-1a" }`.
fn set(build: &mut Build, names: &Names, name: &str, ids: &[DeviceId], settings: &[Entry], log: &Findings) {
    for setting in settings {
        let key = setting.key.value.as_str();
        let (targets, elements) = match key.split_once('.') {
            Some((number, element)) => match number.parse::<usize>() {
                Ok(n) if (1..=ids.len()).contains(&n) => (&ids[n - 1..n], element),
                _ => {
                    log.push(unknown_device::out_of_range(
                        name,
                        &format!("{name}[{number}]"),
                        name,
                        ids.len(),
                        setting.key.span,
                    ));
                    continue;
                }
            },
            None => (ids, key),
        };
        let Some(&first) = targets.first() else { continue };
        for element in names_in(elements) {
            let part = build.part_of(first);
            if let Some(at) = part.levers.iter().position(|lever| lever.name == element) {
                lever(build, name, targets, at, setting, log);
            } else if let Some(choice) = choice(part, names, name, &element, setting, log) {
                for id in targets {
                    build.devices[id.0 as usize].choices.insert(element.clone(), choice.clone());
                }
            }
        }
    }
}

fn names_in(text: &str) -> Vec<String> {
    use super::paths::{Index, segments};
    match segments(text) {
        Ok(parts) if parts.len() == 1 && parts[0].index != Index::None && parts[0].index.count() <= 10_000 => {
            parts[0].index.numbers().map(|n| format!("{}[{n}]", parts[0].name)).collect()
        }
        _ => vec![text.to_owned()],
    }
}

fn lever(build: &mut Build, name: &str, targets: &[DeviceId], at: usize, setting: &Entry, log: &Findings) {
    let part = build.part_of(targets[0]);
    let lever = &part.levers[at];
    let Datum::Text(position) = &setting.value.value else {
        log.push(wrong_shape::finding(name, &setting.key.value, &setting.value, "a position, as a string"));
        return;
    };
    if !lever.positions.is_empty() && !lever.positions.iter().any(|known| *position == **known) {
        log.push(bad_setting::finding(name, &lever.name, position, &lever.positions, setting.value.span));
        return;
    }
    let at = u32::try_from(at).expect("levers are bounded");
    for id in targets {
        build.devices[id.0 as usize].positions.insert(at, (position.as_str().to_owned(), Some(setting.value.span)));
    }
}

fn choice(part: &Part, names: &Names, name: &str, element: &str, setting: &Entry, log: &Findings) -> Option<Choice> {
    let text = match &setting.value.value {
        Datum::Text(text) => Spanned::new(text.as_str().to_owned(), setting.value.span),
        _ => {
            let _ = quantity::value_quantity(name, element, &setting.value, None, log);
            return None;
        }
    };
    if part.fuses.iter().any(|fuse| fuse.name == element) {
        return names.part(&text, name, log).map(|part| Choice::Part(part, text.span));
    }
    let known: Vec<&str> = part
        .levers
        .iter()
        .map(|lever| lever.name.as_str())
        .chain(part.fuses.iter().map(|fuse| fuse.name.as_str()))
        .chain(part.sources.iter().map(|source| source.name.as_str()))
        .chain(part.loads.iter().map(|load| load.name.as_str()))
        .chain(part.resistors.iter().map(|resistor| resistor.name.as_str()))
        .collect();
    if !known.contains(&element) {
        let key = Spanned::new(element.to_owned(), setting.key.span);
        log.push(unknown_element::finding(name, "lever or choice", &key, known.iter().copied()));
        return None;
    }
    quantity::value_quantity(name, element, &setting.value, None, log).map(Choice::Quantity)
}
