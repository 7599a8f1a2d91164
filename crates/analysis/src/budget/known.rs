//! Whose draw stands in another's, how many volts a source has, and which scenario is a start.

use std::collections::BTreeSet;

use model::units::{Band, Volts};
use model::{Build, DeviceId};

use crate::potentials::SourceRef;

/// Devices whose draw stands in that of the device which they belong to or are plugged into.
pub fn covered(build: &Build) -> BTreeSet<DeviceId> {
    let mut covered = BTreeSet::new();
    let covers = |who: DeviceId, whom: DeviceId| {
        let id = &build.part_of(whom).id;
        let mut base = vec![id.as_str()];
        base.extend(build.device(whom).with.iter().map(|(part, _)| build.part(*part).id.as_str()));
        build.part_of(who).loads.iter().flat_map(|load| &load.covers).any(|part| base.contains(&part.value.as_str()))
    };
    for (id, device, _) in build.each_device() {
        if device.belongs.is_some_and(|owner| covers(owner, id)) {
            covered.insert(id);
        }
    }
    covered
}

/// Volts of a source: as its device chose them, as its part states them, or as its feed does.
pub fn source_volts(build: &Build, source: SourceRef) -> Option<Band<Volts>> {
    let of = &build.part_of(source.device).sources[source.index as usize];
    let own = build.device(source.device).chosen(&of.name).or(of.volts.known());
    own.or_else(|| build.feeds.iter().find(|feed| feed.device == source.device).and_then(|feed| feed.volts.known()))
}

/// Whether something boots in a scenario: it lasts minutes.
pub fn is_start(build: &Build, scenario: usize) -> bool {
    let boots = |scenario: &model::device::Scenario| {
        scenario.id.value == "boot" || scenario.profiles.values().any(|profile| profile.value == "boot")
    };
    build.scenarios.get(scenario).is_some_and(boots)
}
