//! Every wire of the repository's own build is broken and swapped in turn; what an honest meter would then show is read from the broken
//! build by other analyses than the diagnosis uses, and the diagnosis has to name that wire.
//!
//! `UPDATE=1` rewrites `tests/golden/readings.txt`: reasons that stand there stay, a wire not named first without one gets `?`, and the
//! test fails until somebody has written it.

mod memory;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use analysis::circuit::{Settled, Switch, Variable};
use analysis::meter::diagnosis::{Cause, diagnose};
use analysis::meter::rig::Rig;
use analysis::meter::{Expect, Phase, Test, compute};
use analysis::nets::{Link, metal_where};
use analysis::potentials::Between;
use analysis::power::What;
use analysis::{Facts, analyse};
use cli::Checked;
use memory::{Workspace, root};
use model::{Build, Terminal, WireId};

/// Wires that the diagnosis names first, and among the first three, of a hundred: what the golden file may not fall below.
const FIRST: usize = 92;
const THIRD: usize = 92;

/// Joined labels of terminals.
struct Joined(Vec<usize>);

impl Joined {
    fn find(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: Terminal, b: Terminal) {
        let (a, b) = (self.find(a.0 as usize), self.find(b.0 as usize));
        self.0[a] = b;
    }

    fn same(&mut self, [a, b]: [Terminal; 2]) -> bool {
        self.find(a.0 as usize) == self.find(b.0 as usize)
    }
}

/// A meter on the build as it is broken.
struct Meter<'a> {
    build: &'a Build,
    facts: Facts,
    whole: &'a Facts,
    /// The wire that is cut, if one is.
    cut: Option<WireId>,
    /// Everything at rest, and the toggle on.
    started: Vec<bool>,
}

impl Meter<'_> {
    fn values(&self, base: &[bool], moved: &[Variable]) -> Vec<bool> {
        let mut values = base.to_vec();
        for number in moved.iter().filter_map(|variable| self.facts.circuit.number(*variable)) {
            values[number as usize] = !values[number as usize];
        }
        values
    }

    fn rest(&self) -> Vec<bool> {
        self.facts.circuit.network.variables.iter().map(|variable| variable.rest).collect()
    }

    /// Ohms with every plug out.
    fn ohms(&self, test: &Test, probes: [Terminal; 2]) -> f64 {
        let circuit = &self.facts.circuit;
        let metal = metal_where(self.build, |link| !matches!(link, Link::Mate(_)));
        let mut joined = Joined((0..self.build.terminals as usize).collect());
        let mut first: BTreeMap<u32, Terminal> = BTreeMap::new();
        for terminal in (0..self.build.terminals).map(Terminal) {
            joined.join(terminal, *first.entry(metal.net(terminal).0).or_insert(terminal));
        }
        let values = self.values(&self.rest(), &test.state);
        for (throw, contact) in circuit.throws.iter().zip(&circuit.network.contacts) {
            if contact.guard.closed(&values) {
                joined.join(throw.ends[0], throw.ends[1]);
            }
        }
        if test.lifted {
            let is_cut = self.cut.is_some_and(|wire| test.run == Some(model::RunId(run_of(self.build, wire))));
            return if is_cut { f64::INFINITY } else { 0.2 };
        }
        if joined.same(probes) {
            return 0.2;
        }
        for (_, device, part) in self.build.each_device() {
            for resistor in &part.resistors {
                joined.join(device.terminal(resistor.ends[0][0]), device.terminal(resistor.ends[1][0]));
            }
        }
        if joined.same(probes) {
            return 300.0;
        }
        for (_, device, part) in self.build.each_device() {
            let mut ends: Vec<Terminal> = Vec::new();
            ends.extend(
                part.loads.iter().flat_map(|load| [&load.plus, &load.minus]).map(|end| device.terminal(end[0])),
            );
            ends.extend(
                part.inputs
                    .iter()
                    .flat_map(|input| &input.variants)
                    .flat_map(|variant| [&variant.from, &variant.to])
                    .map(|end| device.terminal(end[0])),
            );
            ends.extend(part.lines.iter().filter_map(|line| line.at.as_ref()).map(|end| device.terminal(end[0])));
            ends.windows(2).for_each(|two| joined.join(two[0], two[1]));
        }
        if joined.same(probes) { 4700.0 } else { f64::INFINITY }
    }

    /// Volts in a settled state: of the supply, or the difference of two, that stands on the probes.
    fn volts(&self, settled: &Settled, probes: [Terminal; 2], like: Option<f64>) -> f64 {
        let circuit = &self.facts.circuit;
        let component = |node: u32| settled.component[node as usize];
        let [plus, minus] = probes.map(|end| component(self.facts.metal.net(end).0));
        let live = || circuit.supplies.iter().zip(&settled.live).filter(|(_, live)| **live).map(|(supply, _)| supply);
        let volts = |of: analysis::potentials::SourceRef| {
            self.build.part_of(of.device).sources[of.index as usize].volts.known().map_or(0.0, |band| band.typ.0)
        };
        // A supply whose output is shorted, or meets another's, shuts down.
        let tripped = live().any(|supply| {
            component(supply.at.plus) == component(supply.at.minus)
                || live().any(|other| {
                    component(supply.at.plus) == component(other.at.plus)
                        && component(supply.at.minus) == component(other.at.minus)
                        && (volts(supply.of) - volts(other.of)).abs() > 0.5
                })
        });
        if tripped {
            return 0.0;
        }
        for supply in live() {
            let (high, low) = (component(supply.at.plus), component(supply.at.minus));
            let own = volts(supply.of);
            match () {
                () if (high, low) == (plus, minus) => {
                    return like.filter(|like| (like - own).abs() < 0.2 * own.abs()).unwrap_or(own);
                }
                () if (high, low) == (minus, plus) => return -own,
                () => {}
            }
            for other in live().filter(|other| component(other.at.minus) == low) {
                if (high, component(other.at.plus)) == (plus, minus) {
                    return own - volts(other.of);
                }
            }
        }
        0.0
    }

    fn reading(&self, test: &Test) -> Option<f64> {
        test.limits()?;
        let circuit = &self.facts.circuit;
        let settle = |values: &[bool]| circuit.settle(values, Switch::AsWired, |_| None);
        match &test.expect {
            Expect::Amperes { drawn, .. } => return Some(drawn.typ.0),
            _ if test.phase == Phase::Cold => return Some(self.ohms(test, test.probes?)),
            _ => {}
        }
        // The supply of this bench gives a little more than its middle.
        let like = match test.expect {
            Expect::Volts { limits: [_, typical, _], .. } => typical.map(|typical| typical + 0.05),
            _ => None,
        };
        let rest = settle(&self.started);
        if test.phase != Phase::Cycle {
            return Some(self.volts(&rest, test.probes?, like));
        }
        let outlet = &self.whole.outlets[test.outlet?];
        let on = circuit.loads.iter().zip(&rest.powered).any(|(load, on)| load.of.0 == outlet.controller && *on);
        let mut moved = Vec::new();
        for drive in self.facts.drives.of_line(outlet.line.0, outlet.line.1).filter(|_| on) {
            let (device, part) = (self.build.device(drive.input.0), self.build.part_of(drive.input.0));
            let Between::Known(_) = drive.feed else { continue };
            for (index, coil) in (0..).zip(&part.coils).filter(|(_, coil)| coil.input == Some(drive.input.1)) {
                let fed = coil.plus.as_ref().zip(coil.minus.as_ref()).is_none_or(|(plus, minus)| {
                    self.volts(&rest, [device.terminal(plus[0]), device.terminal(minus[0])], None).abs() > 3.0
                });
                moved.extend(fed.then_some(Variable::Coil(drive.input.0, index)));
            }
        }
        Some(self.volts(&settle(&self.values(&self.started, &moved)), test.probes?, like))
    }
}

fn run_of(build: &Build, wire: WireId) -> u32 {
    let is = |run: &model::wire::Run| match run.what {
        model::wire::RunKind::Wire(own) => own == wire,
        model::wire::RunKind::Inline(first, _, second) => first == wire || second == wire,
        _ => false,
    };
    u32::try_from(build.runs.iter().position(is).expect("a wire belongs to a run")).expect("runs are bounded")
}

/// The build with some ends of wires elsewhere.
fn broken(whole: &Checked, ends: &[(WireId, [Terminal; 2])]) -> Checked {
    let mut checked = Workspace::real().check();
    for (wire, at) in ends {
        checked.build.wires[wire.0 as usize].ends = *at;
    }
    assert_eq!(checked.build.terminals, whole.build.terminals);
    checked.facts = analyse(&checked.build);
    checked
}

fn started(facts: &Facts, build: &Build) -> Vec<bool> {
    let mut values: Vec<bool> = facts.circuit.network.variables.iter().map(|variable| variable.rest).collect();
    for (number, variable) in facts.circuit.variables.iter().enumerate() {
        if let Variable::Lever(device, _) = variable {
            values[number] ^= build.device(*device).name == "toggle";
        }
    }
    values
}

/// What the meter shows on every row.
fn read(whole: &Checked, tests: &[Test], ends: &[(WireId, [Terminal; 2])], cut: Option<WireId>) -> Vec<Option<f64>> {
    let Checked { build, facts, .. } = broken(whole, ends);
    let started = started(&facts, &build);
    let meter = Meter { build: &build, facts, whole: &whole.facts, cut, started };
    tests.iter().map(|test| meter.reading(test)).collect()
}

/// The next wire that hands could take for this one, and the ends that they would change.
fn neighbour(build: &Build, wire: WireId) -> Option<(WireId, usize)> {
    let count = u32::try_from(build.wires.len()).expect("wires are bounded");
    let others = || (1..count).map(|step| WireId((wire.0 + step) % count));
    let owner = |wire: WireId, end: usize| build.owner(build.wire(wire).ends[end]);
    let alike = |other: WireId, end: usize| {
        owner(wire, end) == owner(other, end)
            || build.device(owner(wire, end)).part == build.device(owner(other, end)).part
    };
    [1, 0].into_iter().find_map(|end| others().find(|other| alike(*other, end)).map(|other| (other, end)))
}

/// Where a wire stands among the causes of the first wrong reading, from 1.
fn place(causes: &[analysis::meter::diagnosis::Blamed], facts: &Facts, wires: &[WireId]) -> Option<usize> {
    let is = |cause: &Cause| match cause {
        Cause::Open(piece) => {
            wires.len() == 1 && facts.power.harness.pieces[*piece as usize].what == What::Wire(wires[0])
        }
        Cause::Swapped([(a, _), (b, _)]) => wires.len() == 2 && wires.contains(a) && wires.contains(b),
        _ => false,
    };
    causes.iter().position(|blamed| is(&blamed.cause)).map(|at| at + 1)
}

#[test]
fn a_healthy_build_reads_good_on_every_row() {
    let whole = Workspace::real().check();
    let tests = compute(&whole.build, &whole.facts);
    let readings = read(&whole, &tests, &[], None);
    for (test, reading) in tests.iter().zip(&readings) {
        let Some(limits) = test.limits() else { continue };
        let reading = reading.expect("what has limits can be read");
        assert!(limits.hold(reading), "{}: {reading} and {limits:?}", test.id);
    }
    assert!(diagnose(&Rig::new(&whole.build, &whole.facts), &tests, &readings).is_empty());
}

#[test]
fn a_broken_or_swapped_wire_is_named() {
    let whole = Workspace::real().check();
    let build = &whole.build;
    let tests = compute(build, &whole.facts);
    let rig = Rig::new(build, &whole.facts);
    let golden = root().join("tests/golden/readings.txt");
    let before = std::fs::read_to_string(&golden).unwrap_or_default();
    let kept: BTreeMap<&str, &str> =
        before.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" | ")).collect();
    let (mut text, mut first, mut third, mut all) = (String::new(), 0, 0, 0);
    for wire in (0..u32::try_from(build.wires.len()).expect("wires are bounded")).map(WireId) {
        let ends = build.wire(wire).ends;
        let mut tried = vec![("open", vec![wire], vec![(wire, [ends[0], ends[0]])])];
        if let Some((other, end)) = neighbour(build, wire) {
            let (mut own, mut others) = (ends, build.wire(other).ends);
            std::mem::swap(&mut own[end], &mut others[end]);
            tried.push(("swap", vec![wire, other], vec![(wire, own), (other, others)]));
        }
        for (way, wires, edits) in tried {
            let readings = read(&whole, &tests, &edits, (way == "open").then_some(wire));
            let found = diagnose(&rig, &tests, &readings);
            let at = found.iter().filter_map(|one| place(&one.causes, &whole.facts, &wires)).min();
            let tags: Vec<String> = wires.iter().map(|wire| build.tag(model::RunId(run_of(build, *wire)))).collect();
            all += 1;
            first += usize::from(at == Some(1));
            third += usize::from(at.is_some_and(|at| at <= 3));
            let place = match at {
                _ if found.is_empty() => "no reading wrong".to_owned(),
                Some(at) => format!("named {at}"),
                None => "not named".to_owned(),
            };
            let line = format!("{way} {}: {place}", tags.join(" "));
            let reason = if at == Some(1) { "" } else { kept.get(line.as_str()).copied().unwrap_or("?") };
            let _ = writeln!(text, "{line}{}{reason}", if reason.is_empty() { "" } else { " | " });
        }
    }
    let head = format!("# {all} faults: the wire named first for {first}, among the first three for {third}\n");
    let text = head + &text;
    if std::env::var_os("UPDATE").is_some() {
        assert!(std::env::var_os("CI").is_none(), "UPDATE is refused in CI");
        std::fs::write(&golden, &text).expect("the golden file can be written");
    } else {
        assert_eq!(before, text, "`UPDATE=1` rewrites it");
    }
    assert!(!text.contains("| ?"), "a wire that is not named first has no reason yet:\n{text}");
    assert!(100 * first >= FIRST * all && 100 * third >= THIRD * all, "{first} and {third} of {all}");
}
