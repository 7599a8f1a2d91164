//! Another gauge, length or stock for wires.

use crate::resolve::quantity;
use crate::units::{Dimension, Number, Unit};
use crate::wire::{BundleKind, RunKind, WireId};
use crate::{Build, PartId, RunId};

use super::near;

/// Sets `gauge`, `length` or `stock` of a bundle or one of its runs.
pub(super) fn swap(build: &mut Build, name: &str, key: &str, value: &str) -> Result<(), String> {
    if key == "part" {
        return Err(format!("`{name} part={value}`: another part has other terminals; edit the files for that"));
    }
    let wires = wires(build, name)?;
    match key {
        "gauge" => {
            let gauge = number(value, key, Dimension::Gauge, build)?;
            for wire in wires {
                // Its stock had another gauge: resistance and amperes follow from the gauge alone, and nothing more is bought of it.
                amend(build, wire, |attributes| {
                    attributes.gauge = gauge;
                    (attributes.stock, attributes.own) = (None, true);
                });
            }
        }
        "length" => {
            let length = number(value, key, Dimension::Length, build)?;
            wires.into_iter().for_each(|wire| amend(build, wire, |attributes| attributes.length = length));
        }
        "stock" => {
            let stock = stock(build, value)?;
            let gauge = build.part(stock).stock.as_ref().map_or(Number::Absent, |stock| stock.gauge);
            for wire in wires {
                let span = build.wire(wire).span;
                amend(build, wire, |attributes| {
                    attributes.gauge = gauge;
                    (attributes.stock, attributes.own) = (Some((stock, span)), false);
                });
            }
        }
        _ => return Err(format!("`{key}` of wires cannot be swapped, but `gauge`, `length` and `stock` can")),
    }
    Ok(())
}

fn number<T: Unit>(value: &str, key: &str, dimension: Dimension, build: &Build) -> Result<Number<T>, String> {
    let read = super::read(value, build.meta.span)?;
    let band = quantity::band::<T>(&read, dimension).ok_or_else(|| {
        format!("`{value}` is no {key}; one is `{}`", if key == "gauge" { "18 AWG" } else { "300 mm" })
    })?;
    Ok(Number::Is(band, read.span))
}

/// Attributes are shared between wires: each changed wire gets its own.
fn amend(build: &mut Build, wire: WireId, change: impl FnOnce(&mut crate::wire::Attributes)) {
    let mut attributes = build.attributes_of(build.wire(wire)).clone();
    change(&mut attributes);
    build.wires[wire.0 as usize].attributes = u32::try_from(build.attributes.len()).expect("wires are bounded");
    build.attributes.push(attributes);
}

fn stock(build: &Build, id: &str) -> Result<PartId, String> {
    let stocks = || (0..).map(PartId).zip(&build.parts).filter(|(_, part)| part.stock.is_some());
    let found = stocks().find(|(_, part)| part.id == id).map(|(at, _)| at);
    found.ok_or_else(|| {
        let names: Vec<&str> = stocks().map(|(_, part)| part.id.as_str()).collect();
        format!("no wire of this build is called `{id}`{}; there are: {}", near(id, names.clone()), names.join(", "))
    })
}

/// `feeds`, `feeds/3`, `feeds/3a`, `#07`.
fn wires(build: &Build, name: &str) -> Result<Vec<WireId>, String> {
    let whole = |name: &str| build.bundles.iter().find(|bundle| bundle.name.value == name);
    let runs: Vec<RunId> = if let Some(tag) = name.strip_prefix('#') {
        let run = tag.parse::<u32>().ok().and_then(|tag| tag.checked_sub(1));
        run.filter(|&run| (run as usize) < build.runs.len()).map(RunId).into_iter().collect()
    } else if let Some(bundle) = whole(name) {
        (bundle.runs.0..bundle.runs.1).map(RunId).collect()
    } else {
        let (stem, nth) = name.rsplit_once('/').unwrap_or((name, ""));
        let nth = nth.trim_end_matches(['a', 'b']).parse::<u32>().ok();
        let runs = whole(stem).into_iter().flat_map(|bundle| (bundle.runs.0..bundle.runs.1).map(RunId));
        runs.filter(|&run| Some(build.run(run).nth) == nth).collect()
    };
    let half = name.contains('/').then(|| name.chars().last()).flatten();
    let of = |run: RunId| match (&build.run(run).what, half) {
        (RunKind::Wire(wire), _) | (RunKind::Inline(wire, ..), Some('a')) => vec![*wire],
        (RunKind::Inline(.., wire), Some('b')) => vec![*wire],
        (RunKind::Inline(first, _, second), _) => vec![*first, *second],
        (RunKind::Cable(..) | RunKind::Plug(_), _) => Vec::new(),
    };
    let wires: Vec<WireId> = runs.iter().flat_map(|&run| of(run)).collect();
    if wires.is_empty() {
        let bundles = || build.bundles.iter().filter(|bundle| bundle.kind == BundleKind::Wire);
        let names: Vec<&str> = bundles().map(|bundle| bundle.name.value.as_str()).collect();
        let stem = name.split_once('/').map_or(name, |(stem, _)| stem);
        let what = if runs.is_empty() { "names no wires" } else { "is a cable or plug: its resistance is its part's" };
        return Err(format!("`{name}` {what}{}; there are: {}", near(stem, names.clone()), names.join(", ")));
    }
    Ok(wires)
}
