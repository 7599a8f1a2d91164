//! Amperes and watts: what is left of each limit, and what one more takes of it.

use std::collections::BTreeMap;

use model::DeviceId;
use model::part::Mover;
use model::units::{Amps, Number};

use super::places::Places;
use super::{Capacity, Ground, Mark, Rung, Slice, Spot, Sum};
use crate::budget::{LimitLoad, Total, extra, is_start, source_volts};
use crate::potentials::SourceRef;

type Extra = BTreeMap<SourceRef, Total<Amps>>;

/// Rails, limits that they share, and feeds, each in the scenario that leaves least.
pub(super) fn rungs(ground: &Ground<'_>, slice: &Slice, places: &Places, at: SourceRef, capacity: &mut Capacity) {
    let build = ground.build;
    let coils = coils(ground, slice, places);
    let world = (build, ground.rest, ground.potentials);
    let mut extras: BTreeMap<usize, Extra> = BTreeMap::new();
    let mut found: Vec<Rung> = Vec::new();
    let mut keep = |rung: Rung| match found.iter_mut().find(|other| other.what == rung.what) {
        Some(other) if (rung.more, other.sum.limit - other.sum.used) < (other.more, rung.sum.limit - rung.sum.used) => {
            *other = rung;
        }
        Some(_) => {}
        None => found.push(rung),
    };
    let mut unknown = Vec::new();
    let scenarios: Vec<usize> = ground.budget.rails.iter().map(|rail| rail.scenario).collect();
    for scenario in scenarios {
        extras.entry(scenario).or_insert_with(|| extra(world, &slice.devices, &coils, at, scenario));
    }
    let name_of = |source: SourceRef| {
        format!(
            "{}.{}",
            build.device(source.device).name,
            build.part_of(source.device).sources[source.index as usize].name
        )
    };
    let is_feed = |device: DeviceId| build.feeds.iter().any(|feed| feed.device == device);
    for rail in &ground.budget.rails {
        let need = extras[&rail.scenario].get(&rail.source).filter(|need| need.band.hi.0 > 0.0 || !need.is_whole());
        let Some(need) = need.filter(|_| !slice.devices.contains(&rail.source.device)) else { continue };
        unknown.extend(rail.drawn.unknown.iter().chain(&need.unknown).map(|(device, _)| *device));
        if is_feed(rail.source.device) {
            continue;
        }
        let name = name_of(rail.source);
        match rail.limit {
            Number::Is(limit, _) if need.band.hi.0 > 0.0 => keep(Rung::new(
                format!("amperes of {name}"),
                Mark::Change,
                sum(rail.drawn.band.hi.0, limit.lo.0, need.band.hi.0, "A", rail.scenario),
            )),
            Number::Is(..) => {}
            _ => capacity.unknown.push(format!("the limit of `{name}`")),
        }
    }
    for load in &ground.budget.limits {
        limit(ground, load, &extras[&load.scenario], slice, &mut keep);
    }
    for load in &ground.budget.feeds {
        let feed = &build.feeds[load.feed];
        let need = extras[&load.scenario].iter().find(|(source, _)| source.device == feed.device);
        let Some((_, need)) = need.filter(|(_, need)| need.band.hi.0 > 0.0) else { continue };
        // A start lasts minutes; the derating is for hours.
        let allowed = if is_start(build, load.scenario) { load.limit.map(|limit| limit.lo) } else { load.allowed };
        match allowed {
            Some(allowed) => keep(Rung::new(
                format!("amperes of feed {}", feed.name),
                Mark::Hard,
                sum(load.drawn.band.hi.0, allowed.0, need.band.hi.0, "A", load.scenario),
            )),
            None => capacity.unknown.push(format!("the limit of feed `{}`", feed.name)),
        }
    }
    for device in unknown {
        capacity.unknown.push(format!("the draw of `{}`", build.device(device).name));
    }
    capacity.rungs.append(&mut found);
}

fn sum(used: f64, limit: f64, need: f64, unit: &'static str, scenario: usize) -> Sum {
    Sum { used, limit, need, unit, scenario: Some(scenario) }
}

/// What several sources give together.
fn limit(ground: &Ground<'_>, load: &LimitLoad, extra: &Extra, slice: &Slice, keep: &mut impl FnMut(Rung)) {
    let build = ground.build;
    if slice.devices.contains(&load.device) {
        return;
    }
    let of = &build.part_of(load.device).limits[load.index as usize];
    let (mut amps, mut watts) = (0.0, 0.0);
    for &index in &of.sources {
        let source = SourceRef { device: load.device, index };
        let need = extra.get(&source).map_or(0.0, |need| need.band.hi.0);
        let volts = source_volts(build, source).map_or(0.0, |volts| volts.lo.0.abs().max(volts.hi.0.abs()));
        amps += need;
        watts += need * volts;
    }
    let name = format!("{} of {}", of.name, build.device(load.device).name);
    if let Some(most) = load.most_watts.known().filter(|_| watts > 0.0) {
        let sum = sum(load.watts.band.hi.0, most.lo.0, watts, "W", load.scenario);
        keep(Rung::new(format!("watts of limit {name}"), Mark::Change, sum));
    }
    if let Some(most) = load.most_amps.known().filter(|_| amps > 0.0) {
        let sum = sum(load.amps.band.hi.0, most.lo.0, amps, "A", load.scenario);
        keep(Rung::new(format!("amperes of limit {name}"), Mark::Change, sum));
    }
}

/// The coils of the channels that one more takes: of the first free ones, or of its own where none is.
fn coils(ground: &Ground<'_>, slice: &Slice, places: &Places) -> Vec<(DeviceId, u32)> {
    let free = places.channels.map(|pool| places.pools[pool].free.as_slice()).unwrap_or_default();
    let channel = |spot: &Spot| if let Spot::Channel(board, contact) = *spot { Some((board, contact)) } else { None };
    let mut channels: Vec<(DeviceId, u32)> = free.iter().filter_map(channel).take(slice.channels.len()).collect();
    if channels.is_empty() {
        channels.clone_from(&slice.channels);
    }
    let coil = |(board, contact): (DeviceId, u32)| match ground.build.part_of(board).contacts[contact as usize].by {
        Some(Mover::Coil(coil)) => Some((board, coil)),
        _ => None,
    };
    channels.into_iter().filter_map(coil).collect()
}
