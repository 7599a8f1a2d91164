//! Single points of failure beside the weak spots that the build itself lists.

use std::collections::{BTreeMap, BTreeSet};

use model::{Build, DeviceId};

use super::effects::Effects;
use super::{Cause, Consequence, Failures, Group};

/// Finds what no `[weak]` names, and what a `[weak]` names for nothing.
pub fn judge(build: &Build, failures: &mut Failures, effects: &Effects<'_>) {
    let named: BTreeSet<DeviceId> = build.weak.iter().flat_map(|weak| &weak.what).map(|(device, _)| *device).collect();
    let groups = &failures.groups;
    let mut takes: BTreeMap<DeviceId, &Consequence> = BTreeMap::new();
    for (group, cause) in groups.iter().flat_map(|group| group.causes.iter().map(move |cause| (group, cause))) {
        if let Cause::Out(device) = cause
            && named.contains(device)
        {
            takes.insert(*device, &group.takes);
        }
    }
    let mut known = Known::default();
    for consequence in takes.values() {
        known.add(consequence);
    }
    for (number, weak) in (0..).zip(&build.weak) {
        for (device, _) in &weak.what {
            if !takes.contains_key(device) && !failures.open.causes.contains(&Cause::Out(*device)) {
                failures.idle.push((number, *device));
            }
        }
    }
    let gripped: Vec<DeviceId> = effects.gripped().collect();
    for (number, group) in (0..).zip(groups) {
        let weighs = weighs(build, group, &gripped);
        if weighs != Weighs::Little && !known.holds(&group.takes, weighs) {
            failures.unnamed.push(number);
            known.add(&group.takes);
        }
    }
}

/// Consequences that somebody knows of, by each device in them.
#[derive(Default)]
struct Known<'a> {
    by: BTreeMap<DeviceId, Vec<&'a Consequence>>,
}

impl<'a> Known<'a> {
    fn add(&mut self, takes: &'a Consequence) {
        for device in takes.dark.iter().chain(&takes.unreachable).chain(&takes.uncontrollable) {
            self.by.entry(*device).or_default().push(takes);
        }
    }

    fn holds(&self, other: &Consequence, weighs: Weighs) -> bool {
        let first = match weighs {
            Weighs::Little => None,
            Weighs::Power => other.dark.first(),
            Weighs::Network => other.unreachable.first(),
            Weighs::Control => other.uncontrollable.first(),
        };
        let known = first.and_then(|device| self.by.get(device));
        known.into_iter().flatten().any(|known| holds(known, other, weighs))
    }
}

/// Why a group matters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weighs {
    /// It does not.
    Little,
    /// More than one computer goes dark, or dark and out of reach.
    Power,
    /// More than one computer is out of reach.
    Network,
    /// Nobody can switch anything any more.
    Control,
}

fn weighs(build: &Build, group: &Group, gripped: &[DeviceId]) -> Weighs {
    let takes = &group.takes;
    let dark = takes.dark.iter().any(|device| build.part_of(*device).kind == "computer");
    if group.computers > 1 {
        return if dark { Weighs::Power } else { Weighs::Network };
    }
    let left =
        |load: &DeviceId| takes.dark.binary_search(load).is_err() && takes.uncontrollable.binary_search(load).is_err();
    if takes.uncontrollable.len() > 1 && !gripped.iter().any(left) {
        return Weighs::Control;
    }
    Weighs::Little
}

/// Whether who knows of one consequence knows of the other.
fn holds(known: &Consequence, other: &Consequence, weighs: Weighs) -> bool {
    let within = |few: &[DeviceId], many: [&[DeviceId]; 2]| {
        few.iter().all(|device| many.iter().any(|many| many.binary_search(device).is_ok()))
    };
    let dark = within(&other.dark, [&known.dark, &[]]);
    match weighs {
        Weighs::Little => true,
        Weighs::Power => dark && within(&other.unreachable, [&known.dark, &known.unreachable]),
        // A network that is gone is not what a dark supply means.
        Weighs::Network => within(&other.unreachable, [&known.unreachable, &[]]),
        Weighs::Control => within(&other.uncontrollable, [&known.uncontrollable, &[]]),
    }
}
