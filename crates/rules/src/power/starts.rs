//! Inputs that switch supplies on: their pin, their pull-up, and the levels that start and stop.

use std::collections::BTreeSet;

use analysis::potentials::Between;
use analysis::power::Pull;
use model::part::{InputVariant, Threshold};
use model::units::{Band, Volts};
use model::{DeviceId, Terminal};

use crate::Context;

/// Amperes of a pull-up whose part states none: enough to weigh a way by.
const STANDS: f64 = 1e-3;

/// The input that starts a supply.
pub struct Start<'a> {
    /// `psu.ps-on`.
    pub name: String,
    /// Whose.
    pub device: DeviceId,
    /// Index in its part's inputs.
    pub input: u32,
    /// As the part makes it.
    pub shape: &'a InputVariant,
    /// Where current leaves it: the pin.
    pub pin: Terminal,
    /// Where that current has to go: the minus of the rail that pulls the pin up.
    pub ret: Terminal,
    /// Volts of that rail.
    pub rail: Band<Volts>,
}

/// Of every live supply that an input switches, and whose pull-up hangs on a live rail of known volts.
pub fn starts<'a>(Context { build, facts }: Context<'a>) -> Vec<Start<'a>> {
    let (mut starts, mut seen) = (Vec::new(), BTreeSet::new());
    for supply in facts.potentials.live() {
        let (device, part) = (build.device(supply.device), build.part_of(supply.device));
        let on = part.sources[supply.index as usize].on.filter(|&on| seen.insert((supply.device, on)));
        let Some((input, of)) = on.and_then(|on| Some((on, part.inputs.get(on as usize)?))) else { continue };
        let Some(shape) = of.variants.first() else { continue };
        let [plus, pin] = [&shape.from, &shape.to].map(|end| device.terminal(end[0]));
        let Some(by) = facts.potentials.at(&facts.rest, plus).and_then(|net| net.by) else { continue };
        let minus = &build.part_of(by.device).sources[by.index as usize].minus;
        let ret = build.device(by.device).terminal(minus[0]);
        let Between::Known(rail) = facts.potentials.between(&facts.rest, plus, ret) else { continue };
        let name = format!("{}.{}", device.name, of.name);
        starts.push(Start { name, device: supply.device, input, shape, pin, ret, rail });
    }
    starts
}

impl Start<'_> {
    /// Most amperes out of the pin.
    pub fn draws(&self) -> f64 {
        self.shape.draws.known().map_or(STANDS, |draws| draws.hi.0)
    }

    /// Ohms of the pull-up: as stated, or as what it gives into a short makes them.
    pub fn pull_up(&self) -> Option<f64> {
        let by_draws =
            || self.shape.draws.known().filter(|draws| draws.hi.0 > 0.0).map(|draws| self.rail.hi.0 / draws.hi.0);
        self.shape.ohms.known().map(|ohms| ohms.lo.0).or_else(by_draws)
    }

    /// The pin starts its supply up to the first, and surely keeps it off from the second on. The part says volts across the input; they are
    /// taken at the unkind ends of the rail.
    pub fn levels(&self) -> Option<(f64, Option<f64>)> {
        let Threshold::Volts(on, _) = self.shape.energises else { return None };
        let off = match self.shape.releases {
            Threshold::Volts(off, _) if off.hi.0.is_finite() => Some(self.rail.lo.0 - off.hi.0),
            _ => None,
        };
        Some((self.rail.hi.0 - on.lo.0, off))
    }

    /// Volts that a way leaves on the pin: at least for `side` 0, at most for 1.
    pub fn left_by(&self, pull: &Pull, side: usize) -> Option<f64> {
        let rail = if side == 0 { self.rail.lo } else { self.rail.hi };
        Some(pull.leaves(rail.0, self.pull_up()?, side))
    }
}
