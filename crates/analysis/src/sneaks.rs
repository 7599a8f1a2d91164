//! Sneak paths: what current does when its own way is open, what feeds a board that is cut, and which supplies are tied through a plug.
//!
//! Judged with every outlet on (a load on NO counts as switched on), one thing open or one outlet cut at a time. Metal is walked joint
//! by joint; beyond it go the elements that lead current: loads, inputs, resistors, diodes, and the pins of a chip with their clamps.

mod demand;
mod detours;
mod elements;
mod escapes;
mod phantoms;
mod pieces;
mod ties;
mod tree;

use model::units::{Amps, Band, Volts};
use model::{Build, DeviceId, Terminal};

use crate::budget::Budget;
use crate::drives::Drives;
use crate::nets::{Link, Nets};
use crate::outlets::Outlet;
use crate::potentials::Potentials;

/// Volts across the clamp diode of a pin while it conducts. A choice: a silicon junction takes 0.3 V with next to no current and stays below
/// 1 V at what a pin survives; no chip's table gives it.
pub const CLAMP: [f64; 2] = [0.3, 1.0];

/// Pieces of metal that all searches of one build may enter. A choice: a second's work, thousands of times what a rack needs.
pub const WORK: u64 = 20_000_000;

/// What current passes through on its way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Through {
    /// A load, from plus to minus: index in the part's loads.
    Load(DeviceId, u32),
    /// An input, from `from` to `to`: index in the part's inputs.
    Input(DeviceId, u32),
    /// A resistor: index in the part's resistors.
    Resistor(DeviceId, u32),
    /// A diode or LED: index in the part's diodes.
    Diode(DeviceId, u32),
    /// The clamp diode of a chip's pin, from ground or to its 3.3 V: index in the part's lines.
    Clamp(DeviceId, u32),
    /// A pin that its chip drives, from 3.3 V or to ground: index in the part's lines.
    Pin(DeviceId, u32),
}

/// One element on the way; metal joins each step's end to the next one's start.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub struct Step {
    pub by: Through,
    pub from: Terminal,
    pub to: Terminal,
}

/// Amperes of a way that the numbers of the build bound.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Most {
    /// At most so much.
    Amps(Amps),
    /// No resistor, and no input that states its draw, lies on the way.
    Nothing,
    /// What would bound it is not stated.
    Unknown,
}

/// Current that takes another way through metal while one joint is open.
#[derive(Clone, Debug)]
pub struct Detour {
    /// What is open; of a plug, one pin.
    pub opened: Link,
    /// The terminals that it joins.
    pub at: [Terminal; 2],
    /// Where the current goes instead: the weakest joint for it.
    pub thin: Link,
    /// The terminals that that one joins.
    pub over: [Terminal; 2],
    /// What it then carries at most.
    pub carries: Amps,
    /// Whose current that is, largest first.
    pub of: Vec<DeviceId>,
    /// On the plus side of the supply.
    pub plus: bool,
    /// What `thin` may carry; `None`: not stated, and it is a wire.
    pub may: Option<Amps>,
    /// Everything on that loop that may open.
    pub ring: Vec<Link>,
}

/// A board that loses its return, and goes on through a signal.
#[derive(Clone, Debug)]
pub struct Escape {
    /// What loses its return: of several devices the one that draws most.
    pub device: DeviceId,
    /// What may open nearest to it, a wire or contact before a plug; of a plug, one pin.
    pub opened: Link,
    /// The terminals that it joins.
    pub at: [Terminal; 2],
    /// What its current finds, the worst first.
    pub ways: Vec<Way>,
}

/// A way of current from one net to another.
#[derive(Clone, Debug)]
pub struct Way {
    /// Its elements in their order.
    pub steps: Vec<Step>,
    /// What bounds the current.
    pub most: Most,
    /// An input on the way that may be asserted by it, and whose relay is used: device, index in its part's inputs.
    pub asserts: Option<(DeviceId, u32)>,
}

/// A dark board that a signal feeds.
#[derive(Clone, Debug)]
pub struct Phantom {
    /// The board.
    pub device: DeviceId,
    /// What cuts its supply: a relay's contact, or a fuse.
    pub cut: Link,
    /// From a net that stays live over a pin to the board's 3.3 V, pins in their order.
    pub ways: Vec<Way>,
}

/// Two loads on one piece of a supply, each with a feed of its own.
#[derive(Clone, Debug)]
pub struct Tie {
    /// Where the two meet.
    pub link: Link,
    /// The terminals that it joins.
    pub at: [Terminal; 2],
    /// A device with a load at either side.
    pub loads: [DeviceId; 2],
    /// Their plus terminals.
    pub plus: [Terminal; 2],
    /// The contact or fuse through which either is fed.
    pub fed_by: [Link; 2],
}

/// All sneak paths.
#[derive(Clone, Debug, Default)]
pub struct Sneaks {
    /// By what opens, in the order of the nets.
    pub detours: Vec<Detour>,
    /// By board.
    pub escapes: Vec<Escape>,
    /// By board.
    pub phantoms: Vec<Phantom>,
    /// By net.
    pub ties: Vec<Tie>,
    /// Boards whose ways were not all searched: [`WORK`] was spent before.
    pub open: Vec<DeviceId>,
    /// Pieces of metal that searches entered.
    pub work: u64,
}

/// All sneak paths of a build.
pub fn compute(
    build: &Build,
    rest: &Nets,
    potentials: &Potentials,
    drives: &Drives,
    outlets: &[Outlet],
    budget: &Budget,
) -> Sneaks {
    let pieces = pieces::pieces(build, outlets);
    let tree = tree::grow(build, &pieces, potentials);
    let flow = demand::flow(build, rest, potentials, budget, &pieces, &tree);
    let ground = Ground { build, rest, potentials, drives, pieces: &pieces, tree: &tree, flow: &flow };
    let mut sneaks = Sneaks { detours: detours::detours(&ground), ties: ties::ties(&ground), ..Sneaks::default() };
    let elements = elements::elements(&ground);
    escapes::escapes(&ground, &elements, &mut sneaks);
    phantoms::phantoms(&ground, &elements, &mut sneaks);
    sneaks.open.sort_unstable();
    sneaks.open.dedup();
    sneaks
}

/// What every search looks at.
struct Ground<'a> {
    build: &'a Build,
    rest: &'a Nets,
    potentials: &'a Potentials,
    drives: &'a Drives,
    pieces: &'a pieces::Pieces,
    tree: &'a tree::Tree,
    flow: &'a demand::Flow,
}

impl Most {
    /// Both side by side.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, _) | (_, Self::Nothing) => Self::Nothing,
            (Self::Amps(a), Self::Amps(b)) => Self::Amps(a + b),
            _ => Self::Unknown,
        }
    }
}

impl Ground<'_> {
    /// Volts of a piece above its island's reference, by the source that its net hangs on.
    fn volts(&self, piece: u32) -> Option<(u32, Band<Volts>)> {
        let at = self.potentials.at(self.rest, self.tree.root_of(piece)?.at)?;
        Some((at.island, at.volts?))
    }
}

/// A bound of a way: volts that drive it less what its elements surely take, over its resistance.
fn bound(volts: Option<f64>, forward: f64, ohms: Option<f64>, draws: Option<f64>, unknown: bool) -> Most {
    let least = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    let by_ohms = volts.zip(ohms.filter(|ohms| *ohms > 0.0)).map(|(volts, ohms)| (volts - forward).max(0.0) / ohms);
    match least(by_ohms, draws) {
        Some(amps) => Most::Amps(Amps(amps)),
        None if unknown || (ohms.is_some() && volts.is_none()) => Most::Unknown,
        None => Most::Nothing,
    }
}
