//! Currents: what flows through every piece between the supplies and the loads, and what every load gets.
//!
//! The build becomes a direct-current network (see [`harness`]): wires with their copper and their two joints, plugs, contacts, fuses,
//! wiring inside parts, supplies with their limits, converters, coils and loads. [`direct`] solves it. Mains stay sums (see
//! [`crate::budget`]).
//!
//! ```text
//! Build ── harness ──▶ Piece: ends, law, least · typical · most
//!       ── bounds ───▶ Bound by piece: over all scenarios, tolerances and states
//!       ── point ────▶ Point: typical volts and amperes of one scenario in one state, when somebody asks
//!       ── path ─────▶ the pieces from a supply to a load and back
//!       ── short ────▶ Prospect: what a dead short would draw, and what opens
//!       ── pull ─────▶ Pull: ways between a signal's pin and what can pull it
//! ```

pub mod harness;

mod answers;
mod bounds;
mod deck;
mod draws;
mod loops;
mod memo;
mod path;
mod pull;
mod short;
mod situation;
pub(crate) mod stand;
mod sweep;
mod value;

use std::collections::BTreeMap;

use direct::NoSolution;
use model::units::Awg;
use model::{Build, DeviceId, Terminal, WireId};

use crate::circuit::{Circuit, Side, Variable};
use crate::potentials::SourceRef;

pub use deck::Deck;
pub use direct::{Cause, Defect, Fault, Proof, Quantity, Share};
pub(crate) use draws::draw_of;
pub use harness::Harness;
pub use path::{Leg, Path};
pub use pull::{Pull, Pulls};
pub use short::Prospect;
pub use sweep::Sweep;
pub use value::{COPPER_AT, Gap, Value, copper};

/// What a piece of the network is; a number is an index in the list of the device's part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum What {
    /// A wire from end to end, with the joints at both.
    Wire(WireId),
    /// A mated contact of a plug, between these two terminals.
    Mate(Terminal, Terminal),
    /// Wiring of a stated resistance inside a part, between its n-th and its next terminal.
    Join(DeviceId, u32, u32),
    /// A contact that closes.
    Contact(DeviceId, u32, Side),
    /// A fuse.
    Fuse(DeviceId, u32),
    /// A resistor.
    Resistor(DeviceId, u32),
    /// A diode or LED.
    Diode(DeviceId, u32),
    /// A coil while it is energised.
    Coil(DeviceId, u32),
    /// A control input while it is asserted.
    Input(DeviceId, u32),
    /// A load.
    Load(DeviceId, u32),
    /// A source.
    Source(SourceRef),
    /// The input of a source that is fed by another: a converter.
    Converter(SourceRef),
}

impl What {
    /// The device that it belongs to; a wire and a mating belong to none.
    pub fn device(self) -> Option<DeviceId> {
        match self {
            Self::Wire(_) | Self::Mate(..) => None,
            Self::Join(device, ..)
            | Self::Contact(device, ..)
            | Self::Fuse(device, _)
            | Self::Resistor(device, _)
            | Self::Diode(device, _)
            | Self::Coil(device, _)
            | Self::Input(device, _)
            | Self::Load(device, _) => Some(device),
            Self::Source(source) | Self::Converter(source) => Some(source.device),
        }
    }

    /// Whether it only conducts: part of the way between a supply and a load.
    pub fn conducts(self) -> bool {
        matches!(self, Self::Wire(_) | Self::Mate(..) | Self::Join(..) | Self::Contact(..) | Self::Fuse(..))
    }
}

/// A scenario: one that the build declares, or one that every load has a profile for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scenario {
    /// `idle`, `load`, `boot`, `worst`, or the build's own name.
    pub name: String,
    /// Index in [`Build::scenarios`]; `None`: every load runs the profile of that name, or its worst.
    pub declared: Option<usize>,
}

/// A state of coils and levers that was solved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct State {
    /// What does not stand at rest; empty: everything does.
    pub moved: Vec<Variable>,
}

/// What loads draw in a question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Draw {
    /// Each its most over all scenarios that are judged.
    Greatest,
    /// What it draws in one: index in [`Power::scenarios`].
    In(usize),
}

/// One end of what a number can be.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum Edge {
    /// Never beyond this.
    Is(f64),
    /// It depends on a number nobody knows (see [`Power::gaps_of`]).
    Unknown,
    /// Somewhere in the corners there is no operating point.
    NoPoint,
    /// It never has a supply, in any state that was solved.
    #[default]
    Never,
}

impl Edge {
    /// The number, where there is one.
    pub fn get(self) -> Option<f64> {
        match self {
            Self::Is(number) => Some(number),
            Self::Unknown | Self::NoPoint | Self::Never => None,
        }
    }
}

/// What one piece can see, over all scenarios, tolerances, temperatures and solved states.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Bound {
    /// Fewest volts across it while it has a supply; meant for loads and coils.
    pub lowest: Edge,
    /// Most volts across it.
    pub highest: Edge,
    /// Most amperes through it.
    pub amperes: Edge,
    /// With typical numbers and every load at worst: fewest volts over the states in which it has a supply.
    pub typical_volts: Option<f64>,
    /// With typical numbers and every load at worst: most amperes.
    pub typical_amperes: Option<f64>,
    /// The state (index in [`Power::states`]) of `typical_amperes`.
    pub state: u32,
    /// It hangs on a network in which sources fight: no number of it means anything until that is mended.
    pub fighting: bool,
    /// The ends are near and not proved: its network is meshed, or currents of several loads oppose each other in it.
    pub estimated: bool,
}

/// No operating point with typical numbers and every load at worst.
#[derive(Clone, Debug)]
pub struct Collapse {
    /// Index in [`Power::states`].
    pub state: u32,
    /// Who fails, when, and why; elements are pieces by index.
    pub why: NoSolution,
}

/// Numbers that no part can have.
#[derive(Clone, PartialEq, Debug)]
pub struct Absurd {
    /// The piece, where one is to blame.
    pub piece: Option<u32>,
    /// What is wrong.
    pub fault: Fault,
}

/// Everything about currents.
#[derive(Default)]
pub struct Power {
    /// The network.
    pub harness: Harness,
    /// In declared order, then those of `idle load boot worst` that the build does not declare.
    pub scenarios: Vec<Scenario>,
    /// `[0]` is everything at rest, then each coil or lever moved alone, and in the end all coils energised, if there are several.
    pub states: Vec<State>,
    /// By piece.
    pub bounds: Vec<Bound>,
    /// States without an operating point.
    pub collapses: Vec<Collapse>,
    /// Numbers that make a part of the network unsolvable.
    pub absurd: Vec<Absurd>,
    /// States of coils and levers that were not solved, because the work for them has a bound.
    pub left_out: usize,
    /// Islands of the network: pieces of each.
    islands: Vec<bounds::Island>,
    /// By node: its number within its island.
    local: Vec<u32>,
    ways: path::Lazy,
    memo: memo::Memo,
}

/// A typical operating point. Vectors are by piece.
#[derive(Clone, Debug, Default)]
pub struct Point {
    /// Volts across, from the first to the second end; `None`: not in this state's circuit, or without a supply.
    pub volts: Vec<Option<f64>>,
    /// Amperes through.
    pub amperes: Vec<Option<f64>>,
    /// Pieces that belong to an island without an operating point.
    pub failed: Vec<bool>,
}

/// All that [`Power`] looks at: the build, its contact network, and what the other analyses found.
#[derive(Clone, Copy)]
#[allow(missing_docs)]
pub struct World<'a> {
    pub build: &'a Build,
    pub circuit: &'a Circuit,
    pub drives: &'a crate::drives::Drives,
    pub rest: &'a crate::nets::Nets,
    pub metal: &'a crate::nets::Nets,
    pub potentials: &'a crate::potentials::Potentials,
}

impl<'a> World<'a> {
    /// Of the analyses before it.
    pub fn new(
        build: &'a Build,
        (drives, circuit): (&'a crate::drives::Drives, &'a Circuit),
        (rest, metal, potentials): (&'a crate::nets::Nets, &'a crate::nets::Nets, &'a crate::potentials::Potentials),
    ) -> Self {
        Self { build, circuit, drives, rest, metal, potentials }
    }
}

/// The network of a build and the bounds of everything in it.
pub fn compute(world: World<'_>) -> Power {
    let harness = harness::compute(world);
    let scenarios = draws::scenarios(world.build);
    bounds::compute(world, harness, scenarios)
}

impl Power {
    /// The piece of a thing, if it is in the network.
    pub fn piece(&self, what: What) -> Option<u32> {
        self.harness.piece(what)
    }

    /// The bound of a thing.
    pub fn bound(&self, what: What) -> Option<&Bound> {
        self.piece(what).map(|piece| &self.bounds[piece as usize])
    }

    /// The scenario of a name.
    pub fn scenario(&self, name: &str) -> Option<usize> {
        self.scenarios.iter().position(|scenario| scenario.name == name)
    }

    /// For one who asks many states, one after another.
    pub fn sweep<'a>(&'a self, world: World<'a>) -> Sweep<'a> {
        Sweep::new(self, world)
    }

    /// The typical operating point of a scenario (index) in a state (index).
    pub fn point(&self, world: World<'_>, scenario: usize, state: usize) -> Point {
        self.point_in(world, Draw::In(scenario), &self.states[state])
    }

    /// The typical operating point in any state of coils and levers. Those asked for before are at hand.
    pub fn point_in(&self, world: World<'_>, draw: Draw, state: &State) -> Point {
        memo::point(self, world, draw, state)
    }

    /// The same with other ohms in some conductors (piece → ohms): what a change of theirs would do.
    pub fn point_with(&self, world: World<'_>, (draw, state): (Draw, &State), ohms: &BTreeMap<u32, f64>) -> Point {
        self.sweep(world).point_with(draw, state, ohms)
    }

    /// Typical ohms of a wire with its joints if it were of another gauge; `None` where its length is not known.
    pub fn rewired(&self, world: World<'_>, wire: WireId, gauge: Awg) -> Option<f64> {
        value::rewired(world.build, wire, gauge)
    }

    /// Volts and amperes of every piece over all tolerances in one scenario and one state.
    pub fn corners(&self, world: World<'_>, scenario: usize, state: usize) -> Vec<Bound> {
        self.corners_in(world, Draw::In(scenario), &self.states[state])
    }

    /// The same in any state of coils and levers.
    pub fn corners_in(&self, world: World<'_>, draw: Draw, state: &State) -> Vec<Bound> {
        self.sweep(world).corners(draw, state)
    }

    /// The whole typical circuit of a scenario in a state, and the piece of each of its elements: for another simulator.
    pub fn circuit(&self, world: World<'_>, scenario: usize, state: usize) -> (direct::Circuit, Vec<u32>) {
        self.circuit_in(world, Draw::In(scenario), &self.states[state])
    }

    /// The same in any state of coils and levers. Islands in which sources fight are left out.
    pub fn circuit_in(&self, world: World<'_>, draw: Draw, state: &State) -> (direct::Circuit, Vec<u32>) {
        self.sweep(world).whole(draw, state)
    }

    /// The intervals of that circuit's numbers, for whoever draws samples from them; the elements are those of [`Power::circuit_in`].
    pub fn spans_in(&self, world: World<'_>, draw: Draw, state: &State) -> Vec<direct::Span> {
        self.sweep(world).spans(draw, state)
    }

    /// A deck of that circuit for another simulator.
    ///
    /// # Errors
    /// Numbers that no part can have, as [`direct::solve()`] says them.
    pub fn deck_in(&self, world: World<'_>, draw: Draw, state: &State) -> Result<Deck, Vec<Fault>> {
        deck::of(self, world, draw, state)
    }

    /// From the supply to a load (or coil) and back, in a state (index).
    pub fn path(&self, world: World<'_>, piece: u32, state: usize) -> Option<Path> {
        path::of(self, world, piece, state)
    }

    /// The same of many, by their order.
    pub fn paths(&self, world: World<'_>, pieces: &[u32], state: usize) -> Vec<Option<Path>> {
        path::all(self, world, pieces, state)
    }

    /// Numbers nobody wrote on which the volts of a load depend: those on its path first, then those of what shares its supply.
    pub fn gaps_of(&self, world: World<'_>, piece: u32) -> Vec<(u32, Gap)> {
        path::gaps(self, world, piece)
    }

    /// What a dead short across each load would draw in a state of rest, and what opens.
    pub fn shorts(&self, world: World<'_>) -> Vec<Prospect> {
        short::compute(self, world)
    }
}
