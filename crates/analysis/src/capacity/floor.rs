//! What the floor of the box takes more: one rung for what stands where it does, one for when the others of the group may move.

use model::{Build, DeviceId};

use super::{Capacity, Mark, Rung, Sum};
use crate::layout::Layout;
use crate::plan::layout::{Unknown, more};

/// Adds what a search for places on the floor finds, at most so many.
pub fn rungs(build: &Build, layout: &Layout, device: DeviceId, at_most: u32, capacity: &mut Capacity) {
    let fit = match more(build, layout, device, at_most) {
        Ok(fit) => fit,
        Err(unknown) => {
            let why = match unknown {
                Unknown::NoLayout => "nothing says where things stand",
                Unknown::NoSize => "its size is not stated",
                Unknown::NoRoom => "the size of its box is not stated",
            };
            return capacity.doubt(format!("how many more the floor takes: {why}"));
        }
    };
    let there = build.named(&build.device(device).group).len();
    let mut rung = |what: &str, (found, proved): (u32, u32)| {
        // So many as were asked for are no limit.
        if found >= at_most {
            return;
        }
        if found < proved {
            capacity.doubt(format!("whether the {what} takes {proved} more: the search found {found}"));
        }
        #[allow(clippy::cast_precision_loss)] // devices of a build
        let used = there as f64;
        let sum = Sum { used, limit: used + f64::from(proved), need: 1.0, unit: "", scenario: None };
        capacity.add(Rung::new(what.to_owned(), Mark::Change, sum));
    };
    rung("floor beside what stands there", (fit.found, fit.at_most));
    rung("floor where the others of the group may move", fit.moved);
}
