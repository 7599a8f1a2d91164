//! The bill as a hardware bill of materials in CycloneDX 1.6 or 1.7: a component a part, dependencies from the wiring.
//!
//! Reproducible: nothing in it comes from a clock or from chance, and its serial number is made from its own content.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use model::device::Origin;
use model::part::{Part, PartId};
use model::wire::RunKind;
use model::{Build, DeviceId};
use serde::{Serialize, Serializer};
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

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "$schema")]
    schema: String,
    #[serde(rename = "bomFormat")]
    format: &'static str,
    components: Components<'a>,
    dependencies: Dependencies<'a>,
    metadata: Metadata<'a>,
    #[serde(rename = "serialNumber", skip_serializing_if = "Option::is_none")]
    serial: Option<String>,
    #[serde(rename = "specVersion")]
    edition: &'static str,
    version: u32,
}

#[derive(Serialize)]
struct Metadata<'a> {
    component: Whole<'a>,
    properties: [Property<'a>; 1],
}

#[derive(Serialize)]
struct Whole<'a> {
    #[serde(rename = "bom-ref")]
    reference: &'static str,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    licenses: Option<[Value; 1]>,
    name: &'a str,
    properties: [Property<'a>; 1],
    r#type: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct Component<'a> {
    #[serde(rename = "bom-ref")]
    reference: Reference<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(rename = "externalReferences", skip_serializing_if = "Vec::is_empty")]
    links: Vec<Link<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    manufacturer: Option<Maker<'a>>,
    name: &'a str,
    properties: Vec<Property<'a>>,
    r#type: &'static str,
}

#[derive(Serialize)]
struct Link<'a> {
    r#type: &'static str,
    url: &'a str,
}

#[derive(Serialize)]
struct Maker<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Property<'a> {
    name: &'static str,
    value: Cow<'a, str>,
}

#[derive(Serialize)]
struct Dependency<'a> {
    #[serde(rename = "dependsOn")]
    on: Vec<Reference<'a>>,
    r#ref: Reference<'a>,
}

/// What another place of the document names something by: the box, or a part of it.
enum Reference<'a> {
    Build,
    Part(&'a str),
}

impl Serialize for Reference<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Build => serializer.serialize_str("build"),
            Self::Part(id) => serializer.collect_str(&format_args!("part/{id}")),
        }
    }
}

/// A part, how many of it, and where they are.
type Counted<'a> = (PartId, u64, Cow<'a, [String]>);

/// All components, each made when it is written.
struct Components<'a>(&'a Build, &'a [Counted<'a>]);

impl Serialize for Components<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(build, parts) = self;
        serializer.collect_seq(parts.iter().map(|(id, count, places)| component(build.part(*id), *count, places)))
    }
}

/// The box depends on all; a part on what leads to it.
struct Dependencies<'a> {
    build: &'a Build,
    parts: &'a [Counted<'a>],
    on: BTreeMap<PartId, BTreeSet<PartId>>,
}

impl Serialize for Dependencies<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let reference = |id: &PartId| reference(self.build.part(*id));
        let all = self.parts.iter().map(|(id, ..)| reference(id)).collect();
        let whole = Dependency { on: all, r#ref: Reference::Build };
        let parts = self.parts.iter().map(|(id, ..)| {
            let on = self.on.get(id).map(|on| on.iter().map(reference).collect()).unwrap_or_default();
            Dependency { on, r#ref: reference(id) }
        });
        serializer.collect_seq(std::iter::once(whole).chain(parts))
    }
}

/// The document. Keys stand in the order of letters, in every object.
pub fn text(shown: &Shown<'_>, edition: Edition) -> String {
    let (build, meta) = (shown.view.build, &shown.view.build.meta);
    let mut parts: Vec<Counted<'_>> = Vec::new();
    for line in &shown.bill.lines {
        parts.push((line.part, line.pieces, Cow::Borrowed(&shown.need(line).because)));
    }
    if shown.whole {
        inside(build, shown.bill.units, &mut parts);
    }
    let number = edition.number();
    let mut whole = Document {
        schema: format!("http://cyclonedx.org/schema/bom-{number}.schema.json"),
        format: "CycloneDX",
        components: Components(build, &parts),
        dependencies: Dependencies { build, parts: &parts, on: dependencies(build, &parts) },
        metadata: Metadata {
            component: Whole {
                reference: "build",
                description: &meta.title,
                licenses: (!meta.license.is_empty()).then(|| [json!({ "license": { "id": meta.license } })]),
                name: &meta.name,
                properties: [quantity(u64::from(shown.bill.units))],
                r#type: "device",
                version: &meta.version,
            },
            properties: [Property { name: "cdx:reproducible", value: "true".into() }],
        },
        serial: None,
        edition: number,
        version: 1,
    };
    let mut serial = Serial::default();
    serde_json::to_writer(&mut serial, &whole).expect("plain values, and counting bytes does not fail");
    whole.serial = Some(serial.text());
    serde_json::to_string_pretty(&whole).expect("plain values") + "\n"
}

/// Parts that arrive inside others, which no line of a bill buys.
fn inside(build: &Build, units: u32, parts: &mut Vec<Counted<'_>>) {
    let mut at: BTreeMap<PartId, usize> = parts.iter().enumerate().map(|(at, (id, ..))| (*id, at)).collect();
    let bought = parts.len();
    for device in build.devices.iter().filter(|device| matches!(device.origin, Origin::Inside(_))) {
        let place = *at.entry(device.part).or_insert(parts.len());
        if place == parts.len() {
            parts.push((device.part, 0, Cow::Owned(Vec::new())));
        }
        parts[place].1 += u64::from(units);
        if place >= bought {
            parts[place].2.to_mut().push(device.name.clone());
        }
    }
}

fn reference(part: &Part) -> Reference<'_> {
    Reference::Part(&part.id)
}

fn quantity(count: u64) -> Property<'static> {
    Property { name: "cdx:device:quantity", value: count.to_string().into() }
}

fn component<'a>(part: &'a Part, count: u64, places: &[String]) -> Component<'a> {
    let stated: [(&'static str, Cow<'a, str>); 5] = [
        ("cdx:device:function", part.kind.as_str().into()),
        ("cdx:device:location", places.join("; ").into()),
        ("cdx:device:sku", part.id.as_str().into()),
        ("wireloom:mpn", part.mpn.as_deref().unwrap_or_default().into()),
        ("wireloom:lifecycle", part.lifecycle.map_or("", model::part::Lifecycle::word).into()),
    ];
    let stated = stated.into_iter().filter(|(_, value)| !value.is_empty());
    let urls: BTreeSet<&str> = part
        .offers
        .iter()
        .filter_map(|offer| offer.url.as_deref())
        .filter(|url| url.starts_with("https://") && !url.contains([' ', '<', '>', '"', '\\', '^', '`', '{', '|', '}']))
        .collect();
    Component {
        reference: reference(part),
        description: part.note.as_deref(),
        links: urls.into_iter().map(|url| Link { r#type: "website", url }).collect(),
        manufacturer: part.maker.as_deref().map(|name| Maker { name }),
        name: &part.name,
        properties: std::iter::once(quantity(count))
            .chain(stated.map(|(name, value)| Property { name, value }))
            .collect(),
        r#type: "device",
    }
}

/// What a part depends on: what its wires, cables and plugs lead to it from, and what arrives inside it.
fn dependencies(build: &Build, parts: &[Counted<'_>]) -> BTreeMap<PartId, BTreeSet<PartId>> {
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
    on
}

/// A UUID of version 8 (RFC 9562) out of the 128-bit FNV-1a of what is written to it.
struct Serial(u128);

impl Default for Serial {
    fn default() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }
}

impl std::io::Write for Serial {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        for byte in bytes {
            self.0 ^= u128::from(*byte);
            self.0 = self.0.wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Serial {
    fn text(&self) -> String {
        let hash = (self.0 & !(0xf << 76) & !(0x3 << 62)) | (0x8 << 76) | (0x2 << 62);
        let text = format!("{hash:032x}");
        format!("urn:uuid:{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..])
    }
}
