//! Bundles of wires, cables and factory plugs, and the runs in them.

use source::{Span, Text};

use crate::device::{DeviceId, Terminal};
use crate::part::PartId;
use crate::units::{Awg, Metres, Number};

/// Index of a [`Bundle`] in [`crate::Build::bundles`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BundleId(pub u32);

/// Index of a [`Run`] in [`crate::Build::runs`]; its tag is this plus one, `#07`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RunId(pub u32);

/// Index of a [`Wire`] in [`crate::Build::wires`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct WireId(pub u32);

/// A `[wire.x]`, `[cable.x]` or `[plug.x]`.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// `feeds`.
    pub name: Text,
    /// What its runs are.
    pub kind: BundleKind,
    /// Lengths that the guide says to cut.
    pub cut: Option<(u32, Span)>,
    /// Why.
    pub note: Option<String>,
    /// The runs, by [`RunId`]: first and one past the last.
    pub runs: (u32, u32),
    /// Where.
    pub span: Span,
}

/// What a bundle's runs are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BundleKind {
    /// Wires.
    Wire,
    /// Cables of this part.
    Cable(PartId),
    /// Port straight into port.
    Plug,
}

/// One run: what a tag names and a step installs.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its bundle.
    pub bundle: BundleId,
    /// Its number in the bundle, from 1.
    pub nth: u32,
    /// Where its arrow stands.
    pub span: Span,
    /// Written with `->`.
    pub directed: bool,
    /// What it is made of.
    pub what: RunKind,
}

/// What a run is made of.
#[derive(Clone, Debug)]
pub enum RunKind {
    /// One wire.
    Wire(WireId),
    /// Two wires with a part between.
    Inline(WireId, DeviceId, WireId),
    /// A cable and its two matings, apart: most runs are wires, and a list of them takes as much for each as for the largest.
    Cable(DeviceId, Box<Mate>, Box<Mate>),
    /// A mating.
    Plug(Box<Mate>),
}

/// Two ports plugged together.
#[derive(Clone, Debug)]
pub struct Mate {
    /// Device and index of its port in the part's list.
    pub ends: [(DeviceId, u32); 2],
    /// Pins that meet.
    pub pairs: Vec<(Terminal, Terminal)>,
    /// Whether the two can be plugged at all.
    pub fits: bool,
    /// Where it is written.
    pub span: Span,
}

/// A wire between two terminals.
#[derive(Clone, Copy, Debug)]
pub struct Wire {
    /// Its ends, in the order written.
    pub ends: [Terminal; 2],
    /// Its run.
    pub run: RunId,
    /// `->`: current flows from the first to the second end.
    pub directed: bool,
    /// Its attributes: index in [`crate::Build::attributes`].
    pub attributes: u32,
    /// Where its ends stand in the text.
    pub end_spans: [Span; 2],
    /// Where its arrow string stands.
    pub span: Span,
}

/// What wires of a run share.
#[derive(Clone, Debug, Default)]
pub struct Attributes {
    /// The stock it is cut from.
    pub stock: Option<(PartId, Span)>,
    /// Came with a device: nothing to buy.
    pub own: bool,
    /// IEC 60757 letters, upper case: `RD`, `BKWH`.
    pub colour: Option<Text>,
    /// Gauge: written, or the stock's.
    pub gauge: Number<Awg>,
    /// Length of one.
    pub length: Number<Metres>,
    /// Parts crimped on: from, to.
    pub ends: [Option<PartId>; 2],
}
