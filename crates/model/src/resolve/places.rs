//! `[place.chassis]`: where devices stand in another one, and how much room they take.

use foldhash::{HashMap, HashMapExt};

use source::documents::Documents;
use source::fields::Fields;
use source::reading::wrong_shape;
use source::value::{Datum, Entry};
use source::{Findings, Span, Text};

use super::entries::words;
use super::names::Names;
use super::{duplicate_name, quantity, roots, unknown_reference, unknown_word};
use crate::build::Build;
use crate::device::{DeviceId, Place};
use crate::part::Body;
use crate::units::Dimension;

/// Reads every `[place.<device>]`.
pub fn read(documents: &Documents, build: &mut Build, find: &Names, log: &Findings) {
    let mut seen: HashMap<DeviceId, Span> = HashMap::new();
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
        let cite = cited(&mut fields, &subject, build, log);
        for entry in fields.rest() {
            place(entry, inside, cite.as_ref(), build, &mut seen, find, log);
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

fn place(
    entry: &Entry,
    inside: DeviceId,
    cite: Option<&Text>,
    build: &mut Build,
    seen: &mut HashMap<DeviceId, Span>,
    find: &Names,
    log: &Findings,
) {
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
    let own = cited(&mut fields, &subject, build, log);
    let x = quantity::number(&mut fields, "x", Dimension::Length);
    let y = quantity::number(&mut fields, "y", Dimension::Length);
    let length = quantity::number(&mut fields, "length", Dimension::Length);
    let width = quantity::number(&mut fields, "width", Dimension::Length);
    let height = quantity::number(&mut fields, "height", Dimension::Length);
    let note = words(&mut fields, "note");
    fields.finish();
    // Two things are never in one place: a group of several needs a line each.
    let Some(&device) = found.first() else { return };
    if device == inside || found.len() > 1 {
        let what = if device == inside { "a device that can stand in it" } else { "one device alone" };
        log.push(unknown_word::finding(&subject, &entry.key.text(), what, &[]));
        return;
    }
    if let Some(&first) = seen.get(&device) {
        log.push(duplicate_name::finding("place of the device", &entry.key, first));
        return;
    }
    seen.insert(device, entry.key.span);
    let body = build.part_of(device).body.clone().unwrap_or_default();
    let size = Body {
        length: if length.is_absent() { body.length } else { length },
        width: if width.is_absent() { body.width } else { width },
        height: if height.is_absent() { body.height } else { height },
    };
    let cite = own.or_else(|| cite.cloned());
    build.places.push(Place { inside, device, x, y, size, note, cite, span: entry.key.span });
}
