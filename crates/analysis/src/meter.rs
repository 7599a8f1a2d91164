//! What a meter must show: the tests of a build from cold to running, with the limits that the wiring itself gives.
//!
//! Nothing here is typed in by hand. A wire's resistance is its copper and its two joints, a load's volts are the corners of the
//! operating point, and a relay's test is the state that it makes.

pub mod diagnosis;
pub mod rig;

mod cold;
mod powered;
mod web;

use std::collections::BTreeSet;

use model::units::{Amps, Band, Ohms, Volts};
use model::{Build, DeviceId, RunId, Terminal};

use crate::Facts;
use crate::circuit::Variable;
use rig::Rig;
use web::Web;

/// Ohms above which a cold circuit without its loads counts as open. A choice: far above any wire, far below what moist fingers add.
pub const OPEN: Ohms = Ohms(10_000.0);
/// Ohms below which a meter without Kelvin leads tells *joined*: its own leads and their contact. An estimate for hand-held meters.
pub const LEADS: Ohms = Ohms(0.5);
/// Volts below which a load that was cut counts as dark. A choice: what a meter shows on a floating, unloaded rail settles below it.
pub const DARK: Volts = Volts(0.5);

/// When a test is made. In this order: each is safe only once those before it have passed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Phase {
    /// Cord and every plug out, fuses in.
    Cold,
    /// First power, nothing drawn.
    NoLoad,
    /// Loads on.
    Loaded,
    /// Each relay in turn.
    Cycle,
    /// At the socket.
    Feed,
}

/// What must be seen.
#[derive(Clone, Debug, PartialEq)]
pub enum Expect {
    /// More than [`OPEN`].
    Open,
    /// Joined: the band is what the wiring has without the meter's leads; absent where a number is missing.
    Joined(Option<Band<Ohms>>),
    /// Ohms of a part between them, without the meter's leads.
    Ohms(Band<Ohms>),
    /// Nothing can be said, and why.
    NotVerified(&'static str),
    /// Volts.
    Volts {
        /// Least, typical, most that the wiring and its supply allow; an end that nobody knows is absent.
        limits: [Option<f64>; 3],
        /// What the load wants at least.
        floor: Option<Volts>,
    },
    /// Amperes computed, what is allowed for ever, and what was measured before.
    Amperes {
        /// Least, typical, most.
        drawn: Band<Amps>,
        /// A limit with its derating.
        allowed: Option<Amps>,
        /// In an earlier run.
        measured: Option<Band<Amps>>,
        /// Whether some draw is unknown, so that `drawn` is only a lower bound.
        partial: bool,
    },
    /// This load is dark (below [`DARK`]) and these others have gone dark with it; everything else keeps its power.
    Dark(Vec<DeviceId>),
}

/// What a reading is a number of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Unit {
    Ohms,
    Volts,
    Amperes,
}

/// Between what a reading is good; an end that is absent binds nothing. To three decimals, as the sheet prints them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Limits {
    /// Least.
    pub low: Option<f64>,
    /// Most.
    pub high: Option<f64>,
}

impl Limits {
    /// Whether a reading lies between them; what a meter shows as *OL* is infinite.
    pub fn hold(&self, reading: f64) -> bool {
        self.low.is_none_or(|low| low <= reading) && self.high.is_none_or(|high| reading <= high)
    }
}

/// One line of the sheet.
#[derive(Clone, Debug)]
pub struct Test {
    /// Made of the names of what it tests, so that it stays while they do: `wire:fu[1].b--k2.nc`, `loaded:pi[1].board`.
    pub id: String,
    /// When.
    pub phase: Phase,
    /// What does not stand at rest.
    pub state: Vec<Variable>,
    /// One end of the wire is taken off: it is joined by another way as well.
    pub lifted: bool,
    /// Where the probes go: red, black.
    pub probes: Option<[Terminal; 2]>,
    /// The wire that is tested.
    pub run: Option<RunId>,
    /// Wires that lie on its way, in the order walked.
    pub on: Vec<RunId>,
    /// The feed that is tested: index in [`Build::feeds`], and the scenario by name.
    pub feed: Option<(usize, String)>,
    /// The load that is tested.
    pub load: Option<DeviceId>,
    /// The relay's outlet that is tested: index in [`Facts::outlets`].
    pub outlet: Option<usize>,
    /// What must be seen.
    pub expect: Expect,
}

/// All tests, in the order in which they are made.
pub fn compute(build: &Build, facts: &Facts) -> Vec<Test> {
    let rig = Rig::new(build, facts);
    let web = Web::new(&rig);
    let mut tests = Vec::new();
    let branches = powered::branches(build, facts);
    cold::wires(&web, &mut tests);
    cold::parts(&web, &mut tests);
    cold::contacts(&web, &mut tests);
    cold::ways(&web, &branches, &mut tests);
    cold::apart(&rig, &branches, &mut tests);
    powered::unloaded(&web, &branches, &mut tests);
    powered::loaded(build, facts, &mut tests);
    powered::cycles(build, facts, &mut tests);
    powered::feeds(build, facts, &mut tests);
    let mut seen = BTreeSet::new();
    tests.retain(|test| seen.insert(test.id.clone()));
    tests.sort_by_key(|test| test.phase);
    tests
}

impl Test {
    fn new(id: String, phase: Phase, expect: Expect) -> Self {
        Self {
            id,
            phase,
            state: Vec::new(),
            lifted: false,
            probes: None,
            run: None,
            on: Vec::new(),
            feed: None,
            load: None,
            outlet: None,
            expect,
        }
    }

    /// What its reading is a number of.
    pub fn unit(&self) -> Unit {
        match self.phase {
            Phase::Cold => Unit::Ohms,
            Phase::NoLoad | Phase::Loaded | Phase::Cycle => Unit::Volts,
            Phase::Feed => Unit::Amperes,
        }
    }

    /// Between what a reading is good; `None`: not verified, because a number is missing.
    pub fn limits(&self) -> Option<Limits> {
        let rounded = |number: f64| (number * 1e3).round() / 1e3;
        let limits =
            |low: Option<f64>, high: Option<f64>| Some(Limits { low: low.map(rounded), high: high.map(rounded) });
        match &self.expect {
            Expect::Open => limits(Some(OPEN.0), None),
            Expect::Joined(band) => band.and_then(|band| limits(Some(0.0), Some(LEADS.0 + band.hi.0))),
            Expect::Ohms(band) => limits(Some(band.lo.0), Some(band.hi.0 + LEADS.0)),
            Expect::NotVerified(_) => None,
            Expect::Volts { limits: [Some(low), _, Some(high)], floor } => {
                limits(Some(floor.map_or(*low, |floor| floor.0.max(*low))), Some(*high))
            }
            Expect::Volts { .. } => None,
            Expect::Amperes { allowed, .. } => allowed.and_then(|most| limits(Some(0.0), Some(most.0))),
            Expect::Dark(_) => limits(Some(-DARK.0), Some(DARK.0)),
        }
    }
}
