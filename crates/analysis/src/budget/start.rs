//! What each feed gives in the first moments after it returns: everything that has power at rest starts at once.

use std::collections::BTreeMap;

use model::part::Draw;
use model::units::{Amps, Number};
use model::{Build, DeviceId};

use super::{Taker, Total, WORST, What, amps, over, passed_on, source_volts, sum, takers};
use crate::nets::Nets;
use crate::potentials::{Potentials, SourceRef};

/// The start of all that hangs on one feed.
#[derive(Clone, Debug)]
pub struct Start {
    /// Index in [`Build::feeds`].
    pub feed: usize,
    /// What it gives, amperes at its own volts.
    pub drawn: Total<Amps>,
    /// Loads behind it, those that take most first.
    pub loads: Vec<Starter>,
}

/// One load as it starts.
#[derive(Clone, Copy, Debug)]
pub struct Starter {
    /// Device, and index in its part's loads.
    pub load: (DeviceId, u32),
    /// Most that it draws, at the volts of its own supply.
    pub amperes: Amps,
    /// Whether that is its inrush.
    pub is_inrush: bool,
}

/// Of every feed that is live. Each load draws what it states for a boot (else its worst), or its inrush if that is more; coils are at rest.
pub fn starts(build: &Build, rest: &Nets, potentials: &Potentials) -> Vec<Start> {
    let mut drawn: BTreeMap<SourceRef, BTreeMap<DeviceId, Total<Amps>>> = BTreeMap::new();
    let mut loads: BTreeMap<SourceRef, Vec<Starter>> = BTreeMap::new();
    for taker in takers(build, rest, potentials) {
        let (amps, is_inrush) = starting(build, &taker);
        if let What::Load(index) = taker.what {
            let starter = Starter { load: (taker.device, index), amperes: amps.band.hi, is_inrush };
            loads.entry(taker.source).or_default().push(starter);
        }
        drawn.entry(taker.source).or_default().entry(taker.device).or_insert_with(Total::zero).add(&amps);
    }
    let mut starts = Vec::new();
    for source in potentials.live().iter().rev() {
        let total = sum(drawn.get(source));
        let behind = loads.remove(source).unwrap_or_default();
        if let Some((feeder, amps)) = passed_on(build, rest, potentials, *source, &total) {
            drawn.entry(feeder).or_default().entry(source.device).or_insert_with(Total::zero).add(&amps);
            loads.entry(feeder).or_default().extend(behind);
        } else if let Some(feed) = build.feeds.iter().position(|feed| feed.device == source.device) {
            let mut loads = behind;
            loads.sort_by(|a, b| b.amperes.0.total_cmp(&a.amperes.0).then(a.load.cmp(&b.load)));
            starts.push(Start { feed, drawn: total, loads });
        }
    }
    starts.sort_by_key(|start| start.feed);
    starts
}

/// What one taker draws as it starts, and whether that is its inrush.
fn starting(build: &Build, taker: &Taker) -> (Total<Amps>, bool) {
    let index = match taker.what {
        What::Load(index) => index,
        What::Coil(_) => return (Total::zero(), false),
        What::Resistor(_) => return (amps(build, taker, WORST), false),
    };
    let load = &build.part_of(taker.device).loads[index as usize];
    let unknown = |span| Total { unknown: vec![(taker.device, span)], ..Total::zero() };
    let mut total = match crate::power::draw_of(build, taker.device, load, Some("boot")) {
        Draw::Amps(amps, _) => Total { band: amps, unknown: Vec::new() },
        Draw::Watts(watts, span) => {
            source_volts(build, taker.source).map_or_else(|| unknown(span), |volts| over(watts, volts, 1.0))
        }
        Draw::Unknown(span) => unknown(span),
        Draw::Absent => unknown(load.span),
    };
    match load.inrush {
        Number::Is(inrush, _) if inrush.hi.0 > total.band.hi.0 => {
            total.band.hi = inrush.hi;
            total.band.typ = Amps(total.band.typ.0.max(inrush.typ.0));
            (total, true)
        }
        Number::Unstated(span) | Number::Choice(span) => {
            total.unknown.push((taker.device, span));
            (total, false)
        }
        _ => (total, false),
    }
}
