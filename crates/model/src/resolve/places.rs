//! `[place.chassis]`: where devices stand in another one, and how much room they take.

use foldhash::{HashMap, HashMapExt};

use source::documents::Documents;
use source::fields::Fields;
use source::reading::wrong_shape;
use source::value::{Datum, Entry};
use source::{Findings, Span, Text};

use super::bodies::{self, Least};
use super::entries::words;
use super::names::Names;
use super::{duplicate_name, roots, unknown_reference, unknown_word};
use crate::build::Build;
use crate::device::{DeviceId, Facing, Place};
use crate::part::Body;
use crate::units::{Band, Metres, Number};

/// Devices with a place: where that is written, and in which box.
type Seen = HashMap<DeviceId, (Span, DeviceId)>;

/// Reads every `[place.<device>]`.
pub fn read(documents: &Documents, build: &mut Build, find: &Names, log: &Findings) {
    let mut seen: Seen = HashMap::new();
    for holder in roots::tables(documents, "place", roots::wiring) {
        let subject = format!("place.{}", holder.key.value);
        let table = match &holder.value.value {
            Datum::Table(table) => table,
            Datum::Broken => continue,
            _ => {
                log.push(wrong_shape::finding("place", &holder.key.value, &holder.value, "a table"));
                continue;
            }
        };
        // What stands in the first of several boxes alike stands so in each of them.
        let Some(&inside) = find.devices(build, &holder.key.text(), &subject, log).first() else { continue };
        let mut fields = Fields::new(table, subject.as_str(), format!("`[{subject}]`"), log);
        let holder = Holder {
            inside,
            cite: cited(&mut fields, &subject, build, log),
            tolerance: bodies::length(&mut fields, "tolerance", Least::Zero).known().map_or(0.0, |most| most.hi.0),
        };
        for entry in fields.rest() {
            place(entry, &holder, build, &mut seen, find, log);
        }
    }
}

fn cited(fields: &mut Fields<'_>, subject: &str, build: &Build, log: &Findings) -> Option<Text> {
    let cite = fields.text("cite")?;
    if !build.references.contains_key(&cite.value) {
        log.push(unknown_reference::finding(subject, &cite, build.references.keys().map(String::as_str)));
    }
    Some(cite)
}

/// What holds for every line of a table.
struct Holder {
    inside: DeviceId,
    cite: Option<Text>,
    /// How far a position may be off, either way, in metres.
    tolerance: f64,
}

fn place(entry: &Entry, holder: &Holder, build: &mut Build, seen: &mut Seen, find: &Names, log: &Findings) {
    let subject = format!("place.{}", entry.key.value);
    let table = match &entry.value.value {
        Datum::Table(table) => table,
        Datum::Broken => return,
        _ => {
            log.push(wrong_shape::finding(&subject, &entry.key.value, &entry.value, "a table"));
            return;
        }
    };
    let found = find.devices(build, &entry.key.text(), &subject, log);
    let mut fields = Fields::new(table, subject.as_str(), format!("`{subject}`"), log);
    let cite = cited(&mut fields, &subject, build, log).or_else(|| holder.cite.clone());
    let tolerance = bodies::length(&mut fields, "tolerance", Least::Zero).known();
    let tolerance = tolerance.map_or(holder.tolerance, |most| most.hi.0);
    let x = wide(bodies::length(&mut fields, "x", Least::Any), tolerance);
    let y = wide(bodies::length(&mut fields, "y", Least::Any), tolerance);
    let size = bodies::measures(&mut fields);
    let gap = bodies::length(&mut fields, "gap", Least::Zero);
    let faces = facing(&mut fields, &subject, log);
    let on = fields.text("on");
    let note = words(&mut fields, "note");
    fields.finish();
    let bases = match &on {
        Some(on) => bases(on, (holder.inside, &*seen), &found, &subject, (build, find), log),
        None => Some(Vec::new()),
    };
    let Some(bases) = bases else { return };
    // Two things are never in one place: a group of several needs a line each, or as many things to stand on.
    let alone = found.len() == 1 || (bases.len() == found.len() && x.is_absent() && y.is_absent());
    if found.is_empty() {
        return;
    }
    if found.contains(&holder.inside) || !alone {
        let inside = found.contains(&holder.inside);
        let what = if inside { "a device that can stand in it" } else { "one device alone" };
        log.push(unknown_word::finding(&subject, &entry.key.text(), what, &[]));
        return;
    }
    for (at, &device) in found.iter().enumerate() {
        if let Some(&(first, _)) = seen.get(&device) {
            log.push(duplicate_name::finding("place of the device", &entry.key, first));
            return;
        }
        let on = bases.get(at).copied();
        if on.is_some_and(|on| seen.get(&on).is_none_or(|(_, place)| *place != holder.inside)) {
            continue;
        }
        seen.insert(device, (entry.key.span, holder.inside));
        let size = measured(build, device, &size);
        let (cite, note) = (cite.clone(), note.clone());
        let span = entry.key.span;
        build.places.push(Place { inside: holder.inside, device, x, y, size, on, gap, faces, note, cite, span });
    }
}

/// What `found` stand on, one each; only what has a place before this one counts, so that nothing stands on itself.
fn bases(
    on: &Text,
    (inside, seen): (DeviceId, &Seen),
    found: &[DeviceId],
    subject: &str,
    (build, find): (&Build, &Names),
    log: &Findings,
) -> Option<Vec<DeviceId>> {
    let bases = find.devices(build, on, subject, log);
    if bases.is_empty() {
        return None;
    }
    let placed = |base: &DeviceId| seen.get(base).is_some_and(|(_, place)| *place == inside);
    // One of several that has no place yet leaves what stands on it without one, too.
    let what = match (bases.iter().any(placed), bases.len() == found.len()) {
        (true, true) => return Some(bases),
        (false, _) => "a device with a place in the same box, written before this one",
        (true, false) => "as many devices as are to stand on it",
    };
    log.push(unknown_word::finding(subject, on, what, &[]));
    None
}

fn facing(fields: &mut Fields<'_>, subject: &str, log: &Findings) -> Option<Facing> {
    let word = fields.text("faces")?;
    let known = Facing::ALL.iter().find(|(_, known)| *known == word.value);
    if known.is_none() {
        let words = Facing::ALL.map(|(_, word)| word);
        log.push(unknown_word::finding(subject, &word, "a side of the box", &words));
    }
    known.map(|&(way, _)| way)
}

/// A position that may be off by so much.
fn wide(number: Number<Metres>, tolerance: f64) -> Number<Metres> {
    match number {
        Number::Is(band, span) => Number::Is(Band::of(band.lo.0 - tolerance, band.typ.0, band.hi.0 + tolerance), span),
        number => number,
    }
}

/// The measures written for a place; where there are none, those of the part or of a case that rides along.
fn measured(build: &Build, device: DeviceId, written: &Body) -> Body {
    let own = build.part_of(device).body.clone().unwrap_or_default();
    let riders = build.device(device).with.iter().filter_map(|(part, _)| build.part(*part).body.as_ref());
    let riders: Vec<&Body> = riders.collect();
    let of = |written: Number<Metres>, pick: fn(&Body) -> Number<Metres>| {
        if !written.is_absent() {
            return written;
        }
        riders.iter().fold(pick(&own), |most, rider| match (most.known(), pick(rider).known()) {
            (Some(known), Some(more)) if more.typ.0 > known.typ.0 => pick(rider),
            _ if pick(rider).is_unknown() => pick(rider),
            _ => most,
        })
    };
    Body {
        length: of(written.length, |body| body.length),
        width: of(written.width, |body| body.width),
        height: of(written.height, |body| body.height),
    }
}
