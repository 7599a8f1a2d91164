//! What a meter must show: the tests of a build from cold to running, with the limits that the wiring itself gives.
//!
//! Nothing here is typed in by hand. A wire's resistance is its copper and its two joints, a load's volts are the corners of the
//! operating point, and a relay's test is the state that it makes.

use std::collections::BTreeSet;

use model::units::{Amps, Band, Ohms, Volts};
use model::wire::RunKind;
use model::{Build, DeviceId, RunId, Terminal};

use crate::circuit::{Switch, Variable};
use crate::power::{Edge, What};
use crate::{Facts, nets};

/// Ohms above which a cold circuit without its loads counts as open. A choice: far above any wire, far below what moist fingers add.
pub const OPEN: Ohms = Ohms(10_000.0);
/// Ohms below which a meter without Kelvin leads tells *joined*: its own leads and their contact. An estimate for hand-held meters.
pub const LEADS: Ohms = Ohms(0.5);
/// Volts below which a load that was cut counts as dark. A choice: what a meter shows on a floating, unloaded rail settles below it.
pub const DARK: Volts = Volts(0.5);

/// When a test is made. In this order: each is safe only once those before it have passed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Phase {
    /// Cord out, loads and plugs of loads off.
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

/// One line of the sheet.
#[derive(Clone, Debug)]
pub struct Test {
    /// Stable while the thing that it tests keeps its name: `wire:#07`, `loaded:pi[1].board`.
    pub id: String,
    /// When.
    pub phase: Phase,
    /// What does not stand at rest.
    pub state: Vec<Variable>,
    /// Where the probes go: red, black.
    pub probes: Option<[Terminal; 2]>,
    /// The wire that is tested.
    pub run: Option<RunId>,
    /// The feed that is tested: index in [`Build::feeds`], and the scenario by name.
    pub feed: Option<(usize, String)>,
    /// The load that is tested.
    pub load: Option<DeviceId>,
    /// What must be seen.
    pub expect: Expect,
}

/// All tests, in the order in which they are made.
pub fn compute(build: &Build, facts: &Facts) -> Vec<Test> {
    let mut tests = Vec::new();
    unloaded(&branches(build, facts), &mut tests);
    wires(build, facts, &mut tests);
    contacts(build, facts, &mut tests);
    loaded(build, facts, &mut tests);
    cycles(build, facts, &mut tests);
    feeds(build, facts, &mut tests);
    tests.sort_by_key(|test| test.phase);
    tests
}

impl Test {
    fn new(id: String, phase: Phase, expect: Expect) -> Self {
        Self { id, phase, state: Vec::new(), probes: None, run: None, feed: None, load: None, expect }
    }
}

/// A load that hangs on the supply and not on another load: what is measured while loads are out.
struct Branch {
    name: String,
    device: DeviceId,
    probes: [Terminal; 2],
    /// Volts of its source: least, typical, most.
    source: [Option<f64>; 3],
}

fn branches(build: &Build, facts: &Facts) -> Vec<Branch> {
    let power = &facts.power;
    let loads = power.harness.pieces.iter().filter(|piece| matches!(piece.what, What::Load(..)));
    let taken: BTreeSet<u32> = loads.map(|piece| piece.ends[0]).collect();
    let mut branches = Vec::new();
    for (number, piece) in (0..).zip(&power.harness.pieces) {
        let What::Load(device, index) = piece.what else { continue };
        let Some(path) = power.path(facts.world(build), number, 0) else { continue };
        // What hangs on another load's terminals is out while that load is.
        let node = |terminal: Terminal| power.harness.node[terminal.0 as usize];
        let own = node(piece.at[0]);
        if path.out.iter().map(|leg| node(leg.to)).any(|node| node != own && taken.contains(&node)) {
            continue;
        }
        let value = power.harness.pieces[path.source as usize].value.1;
        branches.push(Branch {
            name: format!("{}.{}", build.device(device).name, build.part_of(device).loads[index as usize].name),
            device,
            probes: piece.at,
            source: [value.low, Some(value.typical).filter(|_| value.is_known()), value.high],
        });
    }
    branches
}

/// No branch may be shorted before it is switched on; and each has the volts of its supply before it gives any current.
fn unloaded(branches: &[Branch], tests: &mut Vec<Test>) {
    for branch in branches {
        let own = |test: Test| Test { probes: Some(branch.probes), load: Some(branch.device), ..test };
        tests.push(own(Test::new(format!("open:{}", branch.name), Phase::Cold, Expect::Open)));
        let expect = Expect::Volts { limits: branch.source, floor: None };
        tests.push(own(Test::new(format!("no-load:{}", branch.name), Phase::NoLoad, expect)));
    }
}

/// Every wire that somebody cuts and lands.
fn wires(build: &Build, facts: &Facts, tests: &mut Vec<Test>) {
    for (run, of) in (0..).map(RunId).zip(&build.runs) {
        let wires = match &of.what {
            RunKind::Wire(wire) => vec![*wire],
            RunKind::Inline(first, _, second) => vec![*first, *second],
            RunKind::Cable(..) | RunKind::Plug(_) => continue,
        };
        for (nth, wire) in wires.iter().enumerate() {
            let tag = build.tag(run);
            let half = if wires.len() > 1 { ["a", "b"][nth.min(1)] } else { "" };
            let piece = facts.power.piece(What::Wire(*wire)).map(|piece| &facts.power.harness.pieces[piece as usize]);
            let band = piece.and_then(|piece| {
                let value = piece.value.1;
                Some(Band::of(value.low?, value.typical, value.high?))
            });
            let test = Test::new(format!("wire:{tag}{half}"), Phase::Cold, Expect::Joined(band));
            tests.push(Test { probes: Some(build.wire(*wire).ends), run: Some(run), ..test });
        }
    }
}

/// The contact of every outlet while nothing is energised.
fn contacts(build: &Build, facts: &Facts, tests: &mut Vec<Test>) {
    for outlet in &facts.outlets {
        let (device, index) = outlet.contact;
        let (of, own) = (&build.part_of(device).contacts[index as usize], build.device(device));
        let com = own.terminal(of.com[0]);
        let throws = [(&of.nc, true), (&of.no, false)];
        for (throw, closed) in throws.into_iter().filter_map(|(throw, closed)| Some((throw.as_ref()?, closed))) {
            let to = own.terminal(throw[0]);
            if !nets::landed(build).any(to) {
                continue;
            }
            let band = of.closed.known();
            let expect = if closed { Expect::Joined(band) } else { Expect::Open };
            let id = format!("contact:{}.{}:{}", own.name, of.name, if closed { "nc" } else { "no" });
            tests.push(Test { probes: Some([com, to]), load: Some(outlet.load), ..Test::new(id, Phase::Cold, expect) });
        }
    }
}

/// Volts at every load while it draws.
fn loaded(build: &Build, facts: &Facts, tests: &mut Vec<Test>) {
    let power = &facts.power;
    let world = facts.world(build);
    let Some(scenario) = power.scenario("load").or_else(|| power.scenario("worst")) else { return };
    let (typical, corners) = (power.point(world, scenario, 0), power.corners(world, scenario, 0));
    for (number, piece) in power.harness.pieces.iter().enumerate() {
        let What::Load(device, index) = piece.what else { continue };
        let (own, of) = (build.device(device), &build.part_of(device).loads[index as usize]);
        let bound = corners[number];
        if bound.fighting || matches!((bound.lowest, bound.highest), (Edge::Never, Edge::Never)) {
            continue;
        }
        let typical = typical.volts[number].filter(|_| !typical.failed[number] && bound.lowest != Edge::Unknown);
        let floor = of.warns_below.known().or(of.fails_below.known()).map(|volts| volts.hi);
        let floor = floor.or(of.volts.known().map(|volts| volts.lo));
        let expect = Expect::Volts { limits: [bound.lowest.get(), typical, bound.highest.get()], floor };
        let test = Test::new(format!("loaded:{}.{}", own.name, of.name), Phase::Loaded, expect);
        tests.push(Test { probes: Some(piece.at), load: Some(device), ..test });
    }
}

/// Each relay cycles its own load, and nothing else than what hangs on it.
fn cycles(build: &Build, facts: &Facts, tests: &mut Vec<Test>) {
    let circuit = &facts.circuit;
    let mut state: Vec<bool> = circuit.network.variables.iter().map(|variable| variable.rest).collect();
    let rest = circuit.settle(&state, Switch::Service, |_| None);
    for outlet in &facts.outlets {
        let Some(variable) = circuit.coil(outlet.coil.0, outlet.coil.1) else { continue };
        state[variable as usize] = !state[variable as usize];
        let moved = circuit.settle(&state, Switch::Service, |_| None);
        state[variable as usize] = !state[variable as usize];
        let changed = |before: &[bool], after: &[bool]| -> Vec<DeviceId> {
            let lost = circuit.loads.iter().enumerate().filter(|(at, _)| before[*at] && !after[*at]);
            let mut devices: Vec<DeviceId> = lost.map(|(_, load)| load.of.0).collect();
            devices.dedup();
            devices
        };
        let dark = if outlet.throw_nc {
            changed(&rest.powered, &moved.powered)
        } else {
            changed(&moved.powered, &rest.powered)
        };
        let load = circuit.loads.iter().find(|load| load.of.0 == outlet.load);
        let probes = load.map(|load| {
            let (own, of) = (build.device(load.of.0), &build.part_of(load.of.0).loads[load.of.1 as usize]);
            [own.terminal(of.plus[0]), own.terminal(of.minus[0])]
        });
        let own = build.device(outlet.coil.0);
        let coil = &build.part_of(outlet.coil.0).coils[outlet.coil.1 as usize];
        let id = format!("cycle:{}.{}", own.name, coil.name);
        let others = dark.into_iter().filter(|device| *device != outlet.load).collect();
        let state = if outlet.throw_nc { vec![circuit.variables[variable as usize]] } else { Vec::new() };
        let test = Test::new(id, Phase::Cycle, Expect::Dark(others));
        tests.push(Test { state, probes, load: Some(outlet.load), ..test });
    }
}

/// Amperes at the socket, scenario by scenario.
fn feeds(build: &Build, facts: &Facts, tests: &mut Vec<Test>) {
    for load in &facts.budget.feeds {
        let Some(scenario) = build.scenarios.get(load.scenario) else { continue };
        let name = scenario.id.value.clone();
        let feed = &build.feeds[load.feed];
        let expect = Expect::Amperes {
            drawn: load.drawn.band,
            allowed: load.allowed,
            measured: load.measured,
            partial: !load.drawn.is_whole(),
        };
        let test = Test::new(format!("feed:{}:{name}", feed.name), Phase::Feed, expect);
        tests.push(Test { feed: Some((load.feed, name)), ..test });
    }
}
