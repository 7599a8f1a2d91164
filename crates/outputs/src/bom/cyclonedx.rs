//! The bill as a hardware bill of materials in CycloneDX 1.6 or 1.7: a component a part, dependencies from the wiring.
//!
//! Reproducible: nothing in it comes from a clock or from chance, and its serial number is made from its own content.

use std::collections::{BTreeMap, BTreeSet};

use model::device::Origin;
use model::part::{Part, PartId};
use model::wire::RunKind;
use model::{Build, DeviceId};
use serde_json::{Value, json};

use super::Shown;

/// Which edition of the format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Edition {
    /// 1.6.
    V1_6,
    /// 1.7.
    V1_7,
}

impl Edition {
    fn number(self) -> &'static str {
        match self {
            Self::V1_6 => "1.6",
            Self::V1_7 => "1.7",
        }
    }
}

/// The document.
pub fn text(shown: &Shown<'_>, edition: Edition) -> String {
    let (build, meta) = (shown.view.build, &shown.view.build.meta);
    let mut parts: Vec<(PartId, u64, Vec<String>)> = Vec::new();
    for line in &shown.bill.lines {
        parts.push((line.part, line.pieces, shown.need(line).because.clone()));
    }
    if shown.whole {
        inside(build, shown.bill.units, &mut parts);
    }
    let number = edition.number();
    let license = if meta.license.is_empty() { Value::Null } else { json!([{ "license": { "id": meta.license } }]) };
    let mut whole = json!({
        "$schema": format!("http://cyclonedx.org/schema/bom-{number}.schema.json"),
        "bomFormat": "CycloneDX",
        "specVersion": number,
        "version": 1,
        "metadata": {
            "component": {
                "type": "device", "bom-ref": "build", "name": meta.name, "version": meta.version,
                "description": meta.title, "licenses": license,
                "properties": [{ "name": "cdx:device:quantity", "value": shown.bill.units.to_string() }],
            },
            "properties": [{ "name": "cdx:reproducible", "value": "true" }],
        },
        "components": parts.iter().map(|(id, count, places)| component(build.part(*id), *count, places)).collect::<Vec<_>>(),
        "dependencies": dependencies(build, &parts),
    });
    stated(&mut whole["metadata"]["component"]);
    let serial = serial(whole.to_string().as_bytes());
    whole["serialNumber"] = json!(serial);
    serde_json::to_string_pretty(&whole).expect("plain values") + "\n"
}

/// Parts that arrive inside others, which no line of a bill buys.
fn inside(build: &Build, units: u32, parts: &mut Vec<(PartId, u64, Vec<String>)>) {
    let mut at: BTreeMap<PartId, usize> = parts.iter().enumerate().map(|(at, (id, ..))| (*id, at)).collect();
    let bought = parts.len();
    for device in build.devices.iter().filter(|device| matches!(device.origin, Origin::Inside(_))) {
        let place = *at.entry(device.part).or_insert(parts.len());
        if place == parts.len() {
            parts.push((device.part, 0, Vec::new()));
        }
        parts[place].1 += u64::from(units);
        if place >= bought {
            parts[place].2.push(device.name.clone());
        }
    }
}

fn reference(part: &Part) -> String {
    format!("part/{}", part.id)
}

fn component(part: &Part, count: u64, places: &[String]) -> Value {
    let mut properties = vec![json!({ "name": "cdx:device:quantity", "value": count.to_string() })];
    let mut add = |name: &str, value: &str| {
        if !value.is_empty() {
            properties.push(json!({ "name": name, "value": value }));
        }
    };
    add("cdx:device:function", &part.kind);
    add("cdx:device:location", &places.join("; "));
    add("cdx:device:sku", &part.id);
    add("wireloom:mpn", part.mpn.as_deref().unwrap_or_default());
    add("wireloom:lifecycle", part.lifecycle.map_or("", model::part::Lifecycle::word));
    let urls: BTreeSet<&str> = part
        .offers
        .iter()
        .filter_map(|offer| offer.url.as_deref())
        .filter(|url| url.starts_with("https://") && !url.contains([' ', '<', '>', '"', '\\', '^', '`', '{', '|', '}']))
        .collect();
    let links: Vec<Value> = urls.iter().map(|url| json!({ "type": "website", "url": url })).collect();
    let mut component = json!({
        "type": "device", "bom-ref": reference(part), "name": part.name,
        "manufacturer": part.maker.as_ref().map(|maker| json!({ "name": maker })),
        "description": part.note,
        "externalReferences": if links.is_empty() { Value::Null } else { Value::Array(links) },
        "properties": properties,
    });
    stated(&mut component);
    component
}

/// Takes away what nobody states.
fn stated(object: &mut Value) {
    if let Some(entries) = object.as_object_mut() {
        entries.retain(|_, value| !value.is_null());
    }
}

/// The box depends on all; a part on what its wires, cables and plugs lead to it from, and on what arrives inside it.
fn dependencies(build: &Build, parts: &[(PartId, u64, Vec<String>)]) -> Vec<Value> {
    let known: BTreeSet<PartId> = parts.iter().map(|(id, ..)| *id).collect();
    let mut on: BTreeMap<PartId, BTreeSet<PartId>> = BTreeMap::new();
    let mut leads = |from: DeviceId, to: DeviceId| {
        let (from, to) = (build.device(from).part, build.device(to).part);
        if from != to && known.contains(&from) && known.contains(&to) {
            on.entry(to).or_default().insert(from);
        }
    };
    for wire in build.wires.iter().filter(|wire| wire.directed) {
        leads(build.owner(wire.ends[0]), build.owner(wire.ends[1]));
    }
    for run in &build.runs {
        match &run.what {
            RunKind::Cable(_, first, second) => {
                for mate in [first, second] {
                    leads(mate.ends[0].0, mate.ends[1].0);
                }
            }
            RunKind::Plug(mate) => leads(mate.ends[0].0, mate.ends[1].0),
            RunKind::Wire(_) | RunKind::Inline(..) => {}
        }
    }
    for (id, device, _) in build.each_device() {
        if let Origin::Inside(outer) = device.origin {
            leads(id, outer);
        }
    }
    let refs = |ids: &mut dyn Iterator<Item = PartId>| ids.map(|id| reference(build.part(id))).collect::<Vec<_>>();
    let mut all = vec![json!({ "ref": "build", "dependsOn": refs(&mut parts.iter().map(|(id, ..)| *id)) })];
    for (id, ..) in parts {
        let on = on.get(id).map(|on| refs(&mut on.iter().copied())).unwrap_or_default();
        all.push(json!({ "ref": reference(build.part(*id)), "dependsOn": on }));
    }
    all
}

/// A UUID of version 8 (RFC 9562) out of the 128-bit FNV-1a of the content.
fn serial(bytes: &[u8]) -> String {
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in bytes {
        hash ^= u128::from(*byte);
        hash = hash.wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    let hash = (hash & !(0xf << 76) & !(0x3 << 62)) | (0x8 << 76) | (0x2 << 62);
    let text = format!("{hash:032x}");
    format!("urn:uuid:{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..])
}
