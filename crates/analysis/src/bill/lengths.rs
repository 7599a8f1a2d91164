//! Wire to cut: metres by stock and colour.

use std::collections::BTreeMap;

use model::part::PartId;
use model::units::Number;
use model::wire::{BundleKind, RunKind};
use model::{Build, WireId};

use crate::purchase::cut;

/// Wire of one stock and one colour.
#[derive(Clone, PartialEq, Debug)]
pub struct Length {
    /// The stock that it is cut from.
    pub stock: PartId,
    /// IEC 60757 letters; empty where nobody says.
    pub colour: String,
    /// Lengths cut.
    pub wires: u32,
    /// Metres together, with slack and what is bared, for all boxes.
    pub metres: f64,
    /// Lengths that nobody states, which are in no sum.
    pub unknown: u32,
}

/// In the order of parts, then of colours; leads of a fixed length are pieces and not cut.
pub fn lengths(build: &Build, units: u32) -> Vec<Length> {
    let mut all: BTreeMap<(PartId, String), Length> = BTreeMap::new();
    for bundle in build.bundles.iter().filter(|bundle| bundle.kind == BundleKind::Wire) {
        for run in &build.runs[bundle.runs.0 as usize..bundle.runs.1 as usize] {
            let wires: [Option<WireId>; 2] = match run.what {
                RunKind::Wire(wire) => [Some(wire), None],
                RunKind::Inline(first, _, last) => [Some(first), Some(last)],
                RunKind::Cable(..) | RunKind::Plug(_) => [None, None],
            };
            for wire in wires.into_iter().flatten() {
                let attributes = build.attributes_of(build.wire(wire));
                let Some((stock, _)) = attributes.stock.filter(|_| !attributes.own) else { continue };
                if build.part(stock).stock.as_ref().is_some_and(|stock| stock.lead) {
                    continue;
                }
                let colour = attributes.colour.as_ref().map(|colour| colour.value.clone()).unwrap_or_default();
                let sum = all.entry((stock, colour.clone())).or_insert(Length {
                    stock,
                    colour,
                    wires: 0,
                    metres: 0.0,
                    unknown: 0,
                });
                sum.wires = sum.wires.saturating_add(units);
                match &attributes.length {
                    Number::Is(band, _) => sum.metres += cut(build, band.hi.0) * f64::from(units),
                    _ => sum.unknown = sum.unknown.saturating_add(units),
                }
            }
        }
    }
    all.into_values().collect()
}
