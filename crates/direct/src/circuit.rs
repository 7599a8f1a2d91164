//! The circuit: nodes, two-ended elements with their laws, limits that several sources share, and reference nodes.

/// What an element does between its two ends.
///
/// Each law gives the current that flows *through* the element from `ends[0]` to `ends[1]` as a function of the volts from
/// `ends[0]` to `ends[1]`. A source that delivers therefore carries a negative current through itself.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Law {
    /// A wire, joint, contact, fuse or resistor. Zero ohms make its ends one node.
    Resistor {
        /// Resistance, ohms; zero, or 1 µΩ to 10 GΩ.
        ohms: f64,
    },
    /// A regulated supply, plus at `ends[0]`: it delivers `min(limit, (volts - u) / ohms)`.
    Source {
        /// Volts without load, above zero; tolerance is the caller's choice (see `corners`).
        volts: f64,
        /// Series resistance, ohms; zero for a rail that stands firm.
        ohms: f64,
        /// Most amperes it delivers; beyond it the volts sag.
        limit: Option<f64>,
    },
    /// A diode or LED, anode at `ends[0]`: nothing below the knee `volts - amperes * slope`, a straight line above it.
    Diode {
        /// Forward volts of the datasheet's point.
        volts: f64,
        /// Amperes of the datasheet's point.
        amperes: f64,
        /// Ohms of the straight line through that point.
        slope: f64,
    },
    /// A load that draws the same power at any volts, plus at `ends[0]`.
    Power {
        /// Watts, zero or more.
        watts: f64,
        /// Below this many volts it does not work.
        minimum: Option<f64>,
    },
    /// A load that draws the same current at any volts, plus at `ends[0]`.
    Current {
        /// Amperes, zero or more.
        amperes: f64,
        /// Below this many volts it does not work.
        minimum: Option<f64>,
    },
    /// A load of constant resistance (a coil, a heater), plus at `ends[0]`.
    Resistance {
        /// Ohms, above zero.
        ohms: f64,
        /// Below this many volts it does not work.
        minimum: Option<f64>,
    },
    /// An input whose current is clamped: `min(amperes, u / ohms)`.
    Clamp {
        /// Ohms while the clamp does not act.
        ohms: f64,
        /// Most amperes that flow in.
        amperes: f64,
    },
    /// The input of a DC-DC converter: it draws what the source it feeds delivers, over the efficiency.
    Converter {
        /// The element (a [`Law::Source`]) that is its output.
        feeds: u32,
        /// Watts out over watts in, above zero and at most one.
        efficiency: f64,
        /// Watts it draws with nothing connected.
        idle: f64,
        /// Below this many volts it does not work.
        minimum: Option<f64>,
    },
}

impl Law {
    /// The volts below which a load does not work, where it states any.
    pub fn minimum(&self) -> Option<f64> {
        match *self {
            Self::Power { minimum, .. }
            | Self::Current { minimum, .. }
            | Self::Resistance { minimum, .. }
            | Self::Converter { minimum, .. } => minimum,
            Self::Resistor { .. } | Self::Source { .. } | Self::Diode { .. } | Self::Clamp { .. } => None,
        }
    }

    /// Whether it is a load: something that is there to be fed.
    pub fn is_load(&self) -> bool {
        matches!(
            self,
            Self::Power { .. }
                | Self::Current { .. }
                | Self::Resistance { .. }
                | Self::Clamp { .. }
                | Self::Converter { .. }
        )
    }

    /// Whether a current can be had from it only while volts stand across it: power, current, converter.
    pub(crate) fn draws(&self) -> bool {
        matches!(self, Self::Power { .. } | Self::Current { .. } | Self::Converter { .. })
    }

    /// Whether its ends are one node up to a fixed number of volts (that number), while no limit acts.
    pub(crate) fn firm(&self) -> Option<f64> {
        match *self {
            Self::Resistor { ohms: 0.0 } => Some(0.0),
            Self::Source { volts, ohms: 0.0, .. } => Some(volts),
            _ => None,
        }
    }
}

/// One element between two nodes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Element {
    /// Plus (or anode, or the first end) and minus.
    pub ends: [u32; 2],
    /// What it does.
    pub law: Law,
}

/// What several sources may deliver together before their supply shuts down.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Share {
    /// Watts, summed over their terminals.
    Watts(f64),
    /// Amperes, summed.
    Amperes(f64),
}

/// Sources with a common limit.
#[derive(Clone, PartialEq, Debug)]
pub struct Group {
    /// Elements, each a [`Law::Source`].
    pub sources: Vec<u32>,
    /// Their limit.
    pub share: Share,
}

/// A circuit. Nodes are `0..nodes`; elements and groups are named by their index.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Circuit {
    /// How many nodes.
    pub nodes: u32,
    /// Elements.
    pub elements: Vec<Element>,
    /// Limits that sources share.
    pub groups: Vec<Group>,
    /// Nodes that stand at zero volts, at most one an island; an island without one takes its first source's minus.
    pub references: Vec<u32>,
}

impl Circuit {
    /// One more node.
    ///
    /// # Panics
    /// At 2³² nodes.
    pub fn node(&mut self) -> u32 {
        let node = self.nodes;
        self.nodes = node.checked_add(1).expect("fewer than 2^32 nodes");
        node
    }

    /// One more element; its index.
    ///
    /// # Panics
    /// At 2³² elements.
    pub fn add(&mut self, ends: [u32; 2], law: Law) -> u32 {
        let index = u32::try_from(self.elements.len()).expect("fewer than 2^32 elements");
        self.elements.push(Element { ends, law });
        index
    }

    /// A wire, joint or contact.
    pub fn resistor(&mut self, a: u32, b: u32, ohms: f64) -> u32 {
        self.add([a, b], Law::Resistor { ohms })
    }

    /// A supply.
    pub fn source(&mut self, plus: u32, minus: u32, volts: f64, ohms: f64, limit: Option<f64>) -> u32 {
        self.add([plus, minus], Law::Source { volts, ohms, limit })
    }

    /// A load of constant power.
    pub fn power(&mut self, plus: u32, minus: u32, watts: f64) -> u32 {
        self.add([plus, minus], Law::Power { watts, minimum: None })
    }
}

/// What bounds the work; never a clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// Most Newton steps for one island, one load factor and one set of limited sources.
    pub steps: u32,
    /// Most halvings while a load factor is sought.
    pub halvings: u32,
    /// Most rounds while converters that share a return settle.
    pub rounds: u32,
    /// Whether [`crate::corners()`] says of each bound if it is proved; without, none is.
    pub prove: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { steps: 400, halvings: 34, rounds: 200, prove: true }
    }
}
