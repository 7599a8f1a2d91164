//! What something computes with: cores, their clock, memory, and words that say of which kind.

use std::collections::BTreeMap;

use model::Build;
use model::device::Origin;
use model::part::{Part, Spec};
use model::purchase::Yardstick;
use model::units::Dimension;
use rust_decimal::Decimal;
use source::Text;

/// A unit of data or of frequency that people count in.
const GIGA: u64 = 1_000_000_000;

/// What one part adds to a sum; `None`: not known.
type Each = fn(&[(Text, Spec)]) -> Option<Decimal>;

/// What it computes with; what nobody states is `None`.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Extent {
    /// Processor cores.
    pub cores: Option<Decimal>,
    /// Cores times their clock, GHz.
    pub core_ghz: Option<Decimal>,
    /// Memory, GB.
    pub ram: Option<Decimal>,
    /// Storage, GB.
    pub storage: Option<Decimal>,
    /// Words by key: `architecture`, `disks`; several with commas.
    pub words: BTreeMap<String, String>,
}

/// The words that may differ, key and words.
pub fn words(extent: &Extent) -> Vec<(&str, &str)> {
    extent.words.iter().map(|(key, words)| (key.as_str(), words.as_str())).collect()
}

/// Of all computers and drives in the box.
pub(super) fn of_build(build: &Build) -> Extent {
    let mut parts: Vec<&Part> = Vec::new();
    for (_, device, part) in build.each_device() {
        if !matches!(device.origin, Origin::Feed(_)) {
            parts.push(part);
            parts.extend(device.with.iter().map(|&(rider, _)| build.part(rider)));
        }
    }
    let of = |kind: &'static str| parts.iter().copied().filter(move |part| part.kind == kind);
    let sum = |kind: &'static str, each: Each| {
        let all = of(kind).map(|part| each(&part.spec)).sum::<Option<Decimal>>();
        all.filter(|sum| !sum.is_zero())
    };
    let mut extent = Extent {
        cores: sum("computer", |spec| number(spec, "cores")),
        core_ghz: sum("computer", |spec| Some(number(spec, "cores")? * giga(spec, "clock")?)),
        ram: sum("computer", |spec| giga(spec, "ram")),
        storage: sum("ssd", |spec| giga(spec, "capacity")),
        words: BTreeMap::new(),
    };
    for (kind, key) in [("computer", "architecture"), ("ssd", "disks")] {
        let mut found: Vec<&str> = of(kind).filter_map(|part| word(&part.spec, key)).collect();
        found.sort_unstable();
        found.dedup();
        if !found.is_empty() {
            extent.words.insert(key.to_owned(), found.join(", "));
        }
    }
    extent
}

/// Of so many as are compared.
pub(super) fn of_yardstick(yardstick: &Yardstick) -> Extent {
    let spec = &yardstick.spec;
    let times = |number: Option<Decimal>| number.map(|number| number * Decimal::from(yardstick.count));
    let found =
        ["architecture", "disks"].iter().filter_map(|key| Some(((*key).to_owned(), word(spec, key)?.to_owned())));
    Extent {
        cores: times(number(spec, "cores")),
        core_ghz: times(number(spec, "cores").zip(giga(spec, "clock")).map(|(cores, clock)| cores * clock)),
        ram: times(giga(spec, "ram")),
        storage: times(giga(spec, "storage")),
        words: found.collect(),
    }
}

fn found<'s>(spec: &'s [(Text, Spec)], key: &str) -> Option<&'s Spec> {
    spec.iter().find(|(name, _)| name.value == key).map(|(_, spec)| spec)
}

fn number(spec: &[(Text, Spec)], key: &str) -> Option<Decimal> {
    match found(spec, key)? {
        Spec::Count(count, _) if (0..=1_000_000_000).contains(count) => Some(Decimal::from(*count)),
        _ => None,
    }
}

/// Bytes or hertz, in thousands of millions; to the byte and the hertz.
fn giga(spec: &[(Text, Spec)], key: &str) -> Option<Decimal> {
    match found(spec, key)? {
        Spec::Quantity(quantity) if matches!(quantity.dimension, Dimension::Data | Dimension::Frequency) => {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped just before
            let whole = quantity.typ.clamp(0.0, 1e18).round() as u64;
            Some((Decimal::from(whole) / Decimal::from(GIGA)).normalize())
        }
        _ => None,
    }
}

fn word<'s>(spec: &'s [(Text, Spec)], key: &str) -> Option<&'s str> {
    match found(spec, key)? {
        Spec::Words(words) => Some(&words.value),
        _ => None,
    }
}
