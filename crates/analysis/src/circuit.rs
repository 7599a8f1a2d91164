//! The build as a contact network: nets of metal as nodes, contacts guarded by what moves them, sources as rails, loads to be powered.
//!
//! Jumpers are metal (they stand as set). A coil, a hand's or the world's lever, a latch and a make-first overlap are variables.
//! Nothing here judges; every analysis of states asks this one network.

mod build;
mod limits;
mod settled;
mod spelled;

use std::collections::BTreeMap;

use model::{DeviceId, Terminal};
use switching::Network;

use crate::potentials::SourceRef;

pub use build::compute;
pub use settled::{Settled, Switch};

/// What a variable of the network is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Variable {
    /// A coil (index in its part's coils): true while energised. Coils in parallel share the first one's.
    Coil(DeviceId, u32),
    /// The contacts of a latching relay (by the coil that sets it): true after that coil was pulsed.
    Latch(DeviceId, u32),
    /// A make-first contact (index in its part's contacts) while it moves: both throws are closed.
    Overlap(DeviceId, u32),
    /// A lever of two positions: true while it does not stand at its part's rest.
    Lever(DeviceId, u32),
    /// One position of a lever of several.
    Position(DeviceId, u32, u32),
}

/// A contact of the network in the words of the build.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Throw {
    /// Device and index of the contact in its part.
    pub contact: (DeviceId, u32),
    /// Which throw.
    pub side: Side,
    /// The common and the throw's terminal.
    pub ends: [Terminal; 2],
}

/// A throw of a contact.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Side {
    /// Normally closed.
    Nc,
    /// Normally open.
    No,
    /// Of a lever of several positions: its index.
    To(u32),
}

/// Both ends of something, as nodes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub struct Ends {
    pub plus: u32,
    pub minus: u32,
}

/// A source in the network.
#[derive(Clone, Copy, Debug)]
pub struct Supply {
    /// Which.
    pub of: SourceRef,
    /// Where its potential stands.
    pub at: Ends,
    /// Where it is fed, if it is.
    pub from: Option<Ends>,
    /// The input that switches it on (`plus` is the end where current enters), if one does.
    pub on: Option<Ends>,
}

/// A load in the network.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Whose, and its index in the part's loads.
    pub of: (DeviceId, u32),
    /// Where it takes its power.
    pub at: Ends,
}

/// The network, and what its indices mean.
#[derive(Default)]
pub struct Circuit {
    /// Nodes are nets of `metal` by [`crate::nets::NetId`].
    pub network: Network,
    /// By contact of the network.
    pub throws: Vec<Throw>,
    /// By variable of the network.
    pub variables: Vec<Variable>,
    /// By rail of the network: the source, and whether it is its plus.
    pub rails: Vec<(SourceRef, bool)>,
    /// Sources in the order of devices.
    pub supplies: Vec<Supply>,
    /// Loads in the order of devices.
    pub loads: Vec<Load>,
    /// By clause of the network: the rule of `[control]` that software keeps it by (index in its rules), or a guard of metal.
    pub kept_by: Vec<Option<u32>>,
    numbers: BTreeMap<Variable, u32>,
}

impl Circuit {
    /// The number of a variable, if any contact hangs on it.
    pub fn number(&self, variable: Variable) -> Option<u32> {
        self.numbers.get(&variable).copied()
    }

    /// The variable that a coil moves: its own, or that of the coil that it lies in parallel with.
    pub fn coil(&self, device: DeviceId, coil: u32) -> Option<u32> {
        self.number(Variable::Coil(device, coil)).or_else(|| self.number(Variable::Latch(device, coil)))
    }
}
