//! Single points of failure beside the weak spots that the build itself lists.

use std::collections::BTreeMap;

use model::{Build, DeviceId};

use super::effects::Effects;
use super::{Cause, Consequence, Failures, Group};

/// Finds what no `[weak]` names, and what a `[weak]` names for nothing.
pub fn judge(build: &Build, failures: &mut Failures, effects: &Effects<'_>) {
    let out: BTreeMap<DeviceId, &Consequence> = failures
        .groups
        .iter()
        .flat_map(|group| group.causes.iter().map(move |cause| (cause, &group.takes)))
        .filter_map(|(cause, takes)| if let Cause::Out(device) = cause { Some((*device, takes)) } else { None })
        .collect();
    let mut listed: Vec<&Consequence> = Vec::new();
    let mut idle = Vec::new();
    for (number, weak) in (0..).zip(&build.weak) {
        for (device, _) in &weak.what {
            match out.get(device) {
                Some(takes) => listed.push(takes),
                None if failures.open.causes.contains(&Cause::Out(*device)) => {}
                None => idle.push((number, *device)),
            }
        }
    }
    listed.sort_unstable();
    listed.dedup();
    let gripped: Vec<DeviceId> = effects.gripped().collect();
    let mut unnamed: Vec<u32> = Vec::new();
    for (number, group) in (0..).zip(&failures.groups) {
        let weighs = weighs(build, group, &gripped);
        let told = unnamed.iter().map(|other: &u32| &failures.groups[*other as usize].takes);
        if weighs != Weighs::Little
            && !listed.iter().copied().chain(told).any(|known| holds(known, &group.takes, weighs))
        {
            unnamed.push(number);
        }
    }
    failures.unnamed = unnamed;
    failures.idle = idle;
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
