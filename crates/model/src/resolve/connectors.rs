//! Connector kinds, and the chips behind 40-pin headers.

use std::collections::BTreeMap;

use source::documents::{Documents, Home};
use source::fields::Fields;
use source::value::Datum;
use source::{Findings, Span, Text};

use super::{quantity, roots};
use crate::part::{Pull, Soc};
use crate::units::{Amps, Dimension, Number, Ohms};

/// A kind of connector.
#[derive(Clone, Debug, Default)]
pub struct Connector {
    /// Names of its pins by position.
    pub pins: Vec<String>,
    /// Its pins stand on the device itself, and `gpio[18]` answers to `pin[12]`.
    pub bare: bool,
    /// Connector → for each position of this one, the position (from 0) in that one.
    pub mates: BTreeMap<String, Vec<usize>>,
    /// Ampacity of a contact.
    pub contact_max: Number<Amps>,
    /// Resistance of one mated contact.
    pub contact_ohms: Number<Ohms>,
}

/// A chip and its GPIOs.
#[derive(Clone, Debug)]
pub struct Chip {
    /// Levels and limits.
    pub soc: Soc,
    /// By BCM number.
    pub gpios: BTreeMap<u32, GpioFacts>,
}

/// What is known of one GPIO.
#[derive(Clone, Debug, Default)]
pub struct GpioFacts {
    /// At reset.
    pub pull: Pull,
    /// By ALT number.
    pub functions: Vec<String>,
    /// Why it is not free.
    pub reserved: Option<String>,
}

/// Reads every `[connector.<id>]`; nearer files win.
pub fn connectors(documents: &Documents, log: &Findings) -> BTreeMap<String, Connector> {
    let mut all = BTreeMap::new();
    let mut homes: Vec<_> = documents.all.iter().filter(|document| roots::any_bom(&document.home)).collect();
    homes.sort_by(|a, b| a.home.cmp(&b.home));
    for document in homes {
        let Some(Datum::Table(table)) = document.root.get("connector").map(|value| &value.value) else {
            continue;
        };
        for entry in &table.entries {
            let Datum::Table(table) = &entry.value.value else {
                continue;
            };
            let id = &entry.key.value;
            let mut fields = Fields::new(table, ["connector.", id], ["connector `", id, "`"], log);
            let _ = fields.take("title");
            let pins = fields.texts("pins").into_iter().take(1000).map(|text| text.value).collect();
            let bare = fields.flag("bare").is_some_and(|flag| flag.value);
            let mut mates = BTreeMap::new();
            if let Some(table) = fields.table("mates") {
                for entry in &table.entries {
                    let Datum::List(list) = &entry.value.value else {
                        continue;
                    };
                    let position = |value: &source::value::Value| match value.value {
                        Datum::Integer(n) => usize::try_from(n).ok().and_then(|n| n.checked_sub(1)),
                        _ => None,
                    };
                    mates.insert(entry.key.value.as_str().to_owned(), list.iter().filter_map(position).collect());
                }
            }
            let contact_max = quantity::number(&mut fields, "contact-max", Dimension::Current);
            let contact_ohms = quantity::number(&mut fields, "contact-ohms", Dimension::Resistance);
            let _ = (fields.take("note"), fields.take("cite"), fields.take("gender"), fields.take("colours"));
            fields.finish();
            all.insert(id.as_str().to_owned(), Connector { pins, bare, mates, contact_max, contact_ohms });
        }
    }
    all
}

/// Reads every `[clamp.<kind>]`: the resistance of one joint of that kind; nearer files win.
pub fn clamps(documents: &Documents, log: &Findings) -> BTreeMap<String, Number<Ohms>> {
    let mut all = BTreeMap::new();
    let mut homes: Vec<_> = documents.all.iter().filter(|document| roots::any_bom(&document.home)).collect();
    homes.sort_by(|a, b| a.home.cmp(&b.home));
    for document in homes {
        let Some(Datum::Table(table)) = document.root.get("clamp").map(|value| &value.value) else {
            continue;
        };
        for entry in &table.entries {
            let Datum::Table(table) = &entry.value.value else {
                continue;
            };
            let id = &entry.key.value;
            let mut fields = Fields::new(table, ["clamp.", id], ["clamp `", id, "`"], log);
            let ohms = quantity::number(&mut fields, "ohms", Dimension::Resistance);
            let _ = (fields.take("title"), fields.take("note"), fields.take("cite"));
            fields.finish();
            all.insert(id.as_str().to_owned(), ohms);
        }
    }
    all
}

/// Reads the library's chip tables that the build mentions.
pub fn chips(documents: &Documents, log: &Findings) -> BTreeMap<String, Chip> {
    let mut all = BTreeMap::new();
    for document in &documents.all {
        let Home::Facts { name } = &document.home else { continue };
        let Some(id) = name.strip_prefix("socs/") else { continue };
        let mut fields = Fields::new(&document.root, ["soc.", id], ["chip `", id, "`"], log);
        let span = Span { file: document.file, start: 0, end: 0 };
        let chip = fields.text("chip").map(|text| text.value).unwrap_or_default();
        let (mut low_max, mut high_min, mut in_low, mut in_high, mut max) = Default::default();
        if let Some(table) = fields.table("levels") {
            let mut levels = Fields::new(table, ["soc.", id], "levels", log);
            low_max = quantity::number(&mut levels, "low-max", Dimension::Voltage);
            high_min = quantity::number(&mut levels, "high-min", Dimension::Voltage);
            in_low = quantity::number(&mut levels, "in-low", Dimension::Voltage);
            in_high = quantity::number(&mut levels, "in-high", Dimension::Voltage);
            max = quantity::number(&mut levels, "max", Dimension::Voltage);
            let _ = (levels.take("cite"), levels.take("note"), levels.take("at"));
            levels.finish();
        }
        let pull = quantity::number(&mut fields, "pull", Dimension::Resistance);
        let per_pin = quantity::number(&mut fields, "per-pin", Dimension::Current);
        let total = quantity::number(&mut fields, "total", Dimension::Current);
        let mut gpios = BTreeMap::new();
        if let Some(table) = fields.table("gpio") {
            for entry in &table.entries {
                let (Ok(number), Datum::Table(table)) = (entry.key.value.parse(), &entry.value.value) else {
                    continue;
                };
                let mut pin = Fields::new(table, ["soc.", id], ["GPIO", &entry.key.value], log);
                let pull = match pin.text("pull").as_ref().map(Text::as_str) {
                    Some("up") => Pull::Up,
                    Some("down") => Pull::Down,
                    _ => Pull::Float,
                };
                let functions = pin.texts("functions").into_iter().map(|text| text.value).collect();
                let reserved = pin.text("reserved").map(|text| text.value);
                let _: Number<Ohms> = quantity::number(&mut pin, "fixed-pull", Dimension::Resistance);
                let _ = (pin.take("note"), pin.take("cite"), pin.take("name"));
                pin.finish();
                gpios.insert(number, GpioFacts { pull, functions, reserved });
            }
        }
        for key in ["title", "name", "note", "cite", "reference", "leak", "drive"] {
            let _ = fields.take(key);
        }
        fields.finish();
        let soc = Soc {
            id: id.to_owned(),
            chip,
            low_max,
            high_min,
            in_low,
            in_high,
            max,
            pull,
            per_pin,
            total,
            rail: None,
            span,
        };
        all.insert(id.to_owned(), Chip { soc, gpios });
    }
    all
}
