//! The network itself: what is joined always, what is joined in some states, and which potentials stand on it.

/// A demand on one variable: that coil 7 is energised, that lever position 2 is not taken.
///
/// Packed as twice the variable's index, plus one where the demand is *false*.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Literal(u32);

impl Literal {
    /// That a variable has this value.
    pub fn new(variable: u32, value: bool) -> Self {
        Self(variable * 2 + u32::from(!value))
    }

    /// Index in [`Network::variables`].
    pub fn variable(self) -> u32 {
        self.0 / 2
    }

    /// The value that is demanded.
    pub fn value(self) -> bool {
        self.0.is_multiple_of(2)
    }

    /// The opposite demand.
    #[must_use]
    pub fn opposite(self) -> Self {
        Self(self.0 ^ 1)
    }

    /// A dense index, below twice the number of variables.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// Whether it holds in a state (one value a variable).
    pub fn holds(self, state: &[bool]) -> bool {
        state[self.variable() as usize] == self.value()
    }
}

/// When a contact is closed: while all of its (none, one or two) literals hold.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Guard([Option<Literal>; 2]);

impl Guard {
    /// Always closed.
    pub const ALWAYS: Self = Self([None, None]);

    /// Closed while one literal holds.
    pub fn one(literal: Literal) -> Self {
        Self([Some(literal), None])
    }

    /// Closed while both hold; equal ones count once.
    pub fn both(a: Literal, b: Literal) -> Self {
        if a == b { Self::one(a) } else { Self([Some(a.min(b)), Some(a.max(b))]) }
    }

    /// Its literals.
    pub fn literals(self) -> impl Iterator<Item = Literal> {
        self.0.into_iter().flatten()
    }

    /// Whether no state closes it.
    pub fn never(self) -> bool {
        matches!(self.0, [Some(a), Some(b)] if a == b.opposite())
    }

    /// Whether it is closed in a state.
    pub fn closed(self, state: &[bool]) -> bool {
        self.literals().all(|literal| literal.holds(state))
    }
}

/// A connection that some states close.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Contact {
    /// Its nodes.
    pub ends: [u32; 2],
    /// When it is closed.
    pub guard: Guard,
}

/// Something that may stand in two ways: a coil (true: energised), a position of a lever (true: taken).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Variable {
    /// Its value with nothing actuated.
    pub rest: bool,
    /// What a state pays for the other value in *actuated*: 1, or 0 for a variable that merely follows others.
    pub weight: u32,
}

/// One end of a source: a node that a potential stands on, also while the source is off (it stays of low impedance).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rail {
    /// Where.
    pub node: u32,
    /// Rails whose volts can be compared without closing a contact: index in [`Network::references`].
    pub reference: u32,
    /// Within a reference, equal levels have equal volts.
    pub level: u32,
    /// It is the plus of a source: two of the same level side by side are paralleled supplies.
    pub gives: bool,
    /// It belongs to mains: whatever is not mains must stay apart from it.
    pub mains: bool,
}

/// What joining two rails would be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Relation {
    /// Nothing: the same potential, and at most one of them gives.
    Compatible,
    /// Two supplies of like volts side by side.
    Parallel,
    /// Different potentials meet.
    Short,
    /// Mains meets low voltage.
    Mains,
    /// A fault only in a state that joins their references as well; none where returns meet (see `docs/certificate.md`, *excused*).
    Referenced,
}

/// At least one of these holds in every admissible state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clause {
    /// Never empty.
    pub literals: Vec<Literal>,
    /// Only software keeps it: hardware can reach states that break it.
    pub soft: bool,
}

/// What a variable's value needs: an energised coil has its two ends joined to a supply in the same state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Supply {
    /// While this holds …
    pub when: Literal,
    /// … all pairs of at least one of these lists are joined.
    pub any_of: Vec<Vec<[u32; 2]>>,
}

/// A contact network with what stands on it. Nodes are `0..nodes`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Network {
    /// How many nodes.
    pub nodes: u32,
    /// Pairs of nodes that are always joined.
    pub conductors: Vec<[u32; 2]>,
    /// Pairs that some states join.
    pub contacts: Vec<Contact>,
    /// Coils and lever positions.
    pub variables: Vec<Variable>,
    /// Ends of sources.
    pub rails: Vec<Rail>,
    /// By reference: the node that its volts are counted from.
    pub references: Vec<u32>,
    /// What limits the states.
    pub clauses: Vec<Clause>,
    /// What values need.
    pub supplies: Vec<Supply>,
}

impl Network {
    /// The state with nothing actuated.
    pub fn rest(&self) -> Vec<bool> {
        self.variables.iter().map(|variable| variable.rest).collect()
    }

    /// What joining two rails (indices in [`Network::rails`]) would be.
    pub fn relation(&self, a: u32, b: u32) -> Relation {
        let (a, b) = (&self.rails[a as usize], &self.rails[b as usize]);
        if a.mains != b.mains {
            Relation::Mains
        } else if a.reference != b.reference {
            Relation::Referenced
        } else if a.level != b.level {
            Relation::Short
        } else if a.gives && b.gives {
            Relation::Parallel
        } else {
            Relation::Compatible
        }
    }
}
