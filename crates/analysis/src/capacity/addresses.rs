//! Addresses where the box could live: a rung for a device that takes one of its own.

use model::DeviceId;

use super::{Capacity, Ground, Mark, Rung, Sum};
use crate::plan::providers::{Verdict, needs, places};

/// Adds what is left at the place, of those that the box fits as it is, that has most addresses. Where it fits none, the places themselves
/// say why, and nothing is left to count.
pub(super) fn rung(ground: &Ground<'_>, device: DeviceId, capacity: &mut Capacity) {
    let build = ground.build;
    if !build.upkeep.addressed.contains(&device) {
        return;
    }
    let needs = needs(build, ground.budget, None);
    let open = places(build, &needs).into_iter().filter(|place| !place.closed && place.verdict == Verdict::Fits);
    // A place that states no number is no limit that anybody knows.
    let Some(best) = open.max_by_key(|place| place.addresses.may.unwrap_or(u32::MAX)) else { return };
    let name = &build.providers[best.provider].name.value;
    let Some(may) = best.addresses.may else {
        return capacity.doubt(format!("how many addresses {name} has"));
    };
    let sum = Sum { used: f64::from(needs.addresses), limit: f64::from(may), need: 1.0, unit: "", scenario: None };
    capacity.add(Rung::new(format!("addresses at {name}"), Mark::Hard, sum));
}
