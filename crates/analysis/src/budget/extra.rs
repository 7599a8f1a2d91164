//! What copies of devices would add to each source that feeds them, and to what feeds these.

use std::collections::BTreeMap;

use model::units::Amps;
use model::{Build, DeviceId};

use super::{Taker, Total, What, amps, covered, passed_on};
use crate::nets::Nets;
use crate::potentials::{Potentials, SourceRef};

/// What one more of each of `devices` and `coils` (device, index in its part's coils) draws in a scenario; a device that is dead counts at `at`.
pub fn extra(
    (build, rest, potentials): (&Build, &Nets, &Potentials),
    devices: &[DeviceId],
    coils: &[(DeviceId, u32)],
    at: SourceRef,
    scenario: usize,
) -> BTreeMap<SourceRef, Total<Amps>> {
    let covered = covered(build);
    let by = |end: &model::part::End, device: &model::Device| {
        potentials.at(rest, device.terminal(end[0])).and_then(|net| net.by)
    };
    let mut drawn: BTreeMap<SourceRef, Total<Amps>> = BTreeMap::new();
    let mut add = |source: SourceRef, taker: Taker| {
        drawn.entry(source).or_insert_with(Total::zero).add(&amps(build, &taker, scenario));
    };
    for &id in devices.iter().filter(|id| !covered.contains(id)) {
        for (index, load) in (0..).zip(&build.part_of(id).loads).filter(|(_, load)| !load.ac) {
            let source = by(&load.plus, build.device(id)).filter(|by| by.device != id).unwrap_or(at);
            add(source, Taker { source, device: id, what: What::Load(index) });
        }
    }
    for &(id, index) in coils {
        let plus = build.part_of(id).coils[index as usize].plus.as_ref();
        if let Some(source) = plus.and_then(|plus| by(plus, build.device(id))) {
            add(source, Taker { source, device: id, what: What::Coil(index) });
        }
    }
    for source in potentials.live().iter().rev() {
        let Some(total) = drawn.get(source).cloned() else { continue };
        if let Some((feeder, passed)) = passed_on(build, rest, potentials, *source, &total) {
            drawn.entry(feeder).or_insert_with(Total::zero).add(&passed);
        }
    }
    drawn
}
