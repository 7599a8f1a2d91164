//! What comes out: an operating point, or what is known about there being none.

use crate::validate::Fault;

/// What was done, by count. The same circuit costs the same on every machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Work {
    /// Newton steps.
    pub steps: u64,
    /// Numeric factorisations.
    pub factorisations: u64,
    /// Orderings and symbolic analyses.
    pub analyses: u64,
    /// Entries of the largest factor.
    pub entries: u64,
}

/// What one element does at the operating point.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Flow {
    /// Volts from its first end to its second; `None` where it was not solved or an end floats.
    pub volts: Option<f64>,
    /// Amperes through it from its first end to its second (a source that delivers: negative); `None` where it was not
    /// solved, or where a loop of zero ohms leaves the split open.
    pub amperes: Option<f64>,
}

impl Flow {
    /// Watts it takes up; negative where it delivers.
    pub fn watts(&self) -> Option<f64> {
        Some(self.volts? * self.amperes?)
    }
}

/// A load that has volts, but fewer than it needs.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Undervoltage {
    /// The load.
    pub element: u32,
    /// Volts across it.
    pub volts: f64,
    /// Volts it needs.
    pub minimum: f64,
}

/// An operating point. Vectors are by node or by element.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Solution {
    /// Volts of each node above its island's reference; `None` where the node floats or its island has no operating point.
    pub volts: Vec<Option<f64>>,
    /// Volts and amperes of each element.
    pub flows: Vec<Flow>,
    /// Loads below their minimum.
    pub under: Vec<Undervoltage>,
    /// Sources at their limit.
    pub limited: Vec<u32>,
    /// Loads that take nothing because no volts, or reversed volts, stand across them even when nothing is drawn.
    pub dead: Vec<u32>,
    /// Sources that are off because the converter behind them is dead or stranded.
    pub off: Vec<u32>,
    /// Loads without a way back to a source; they take nothing.
    pub stranded: Vec<u32>,
    /// The least node of each island without a source; its volts are undefined.
    pub floating: Vec<u32>,
    /// Greatest sum of currents at a node, amperes; nodes next to an open split are left out.
    pub residual: f64,
    /// Watts that the elements take up, all signs summed: zero but for rounding.
    pub imbalance: f64,
    /// Whether no other operating point of any solved island has higher volts at any load. Proved, not sampled.
    pub highest: bool,
    /// What it took.
    pub work: Work,
}

/// How sure it is that no operating point exists.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Proof {
    /// None exists.
    Proved,
    /// None was found.
    NoneFound,
}

/// What fails first as the loads grow.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Cause {
    /// Volts fall and draw grows without end.
    Collapse,
    /// A limit that sources share is passed: the supply shuts down.
    Group(u32),
}

/// The load factor at which the operating point disappears, and what is to blame.
#[derive(Clone, PartialEq, Debug)]
pub struct Limit {
    /// Times all power and current draws for which an operating point was found.
    pub load_factor: f64,
    /// The least factor tried for which there is none, or `None` where draws may grow at will.
    pub fails_at: Option<f64>,
    /// What ends it.
    pub cause: Cause,
    /// The least factor tried at which it is proved that there is none.
    pub proved_at: Option<f64>,
    /// The load whose volts are nearest to half its volts without load at [`Self::load_factor`].
    pub first_to_fail: Option<u32>,
    /// The element that takes the largest share of that load's drop, and its volts of it.
    pub costliest: Option<(u32, f64)>,
}

/// Islands without an operating point.
#[derive(Clone, PartialEq, Debug)]
pub struct Collapse {
    /// The reference nodes of the islands that fail, or that cannot be told because an island they feed fails.
    pub references: Vec<u32>,
    /// Whether it is proved that none exists at full load.
    pub proof: Proof,
    /// How much of the load it would bear, and what is to blame.
    pub limit: Limit,
}

/// No operating point for the whole circuit.
#[derive(Clone, PartialEq, Debug)]
pub struct NoSolution {
    /// One for each group of islands that fails.
    pub collapses: Vec<Collapse>,
    /// The islands that have one.
    pub rest: Solution,
}

/// The answer for a circuit.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// Every powered island has an operating point.
    Solved(Solution),
    /// Some have none.
    NoSolution(NoSolution),
    /// The circuit makes no sense.
    Bad(Vec<Fault>),
}

impl Outcome {
    /// The operating point, where every powered island has one.
    pub fn solved(self) -> Option<Solution> {
        match self {
            Self::Solved(solution) => Some(solution),
            Self::NoSolution(_) | Self::Bad(_) => None,
        }
    }
}
