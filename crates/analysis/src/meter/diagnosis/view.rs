//! What each row would show with a fault in the network, held against what it did show.

use std::collections::{BTreeMap, BTreeSet};

use model::units::Ohms;

use super::Cause;
use super::faults::Fault;
use crate::circuit::Variable;
use crate::meter::rig::{Cold, Edits, Live, Rig, Shows};
use crate::meter::{DARK, Expect, LEADS, OPEN, Phase, Test};
use crate::power::{Draw, Point, What};

/// Ohms below which no resistor and no board's electronics read. A choice: far above joints that are loose, far below what a relay
/// board or a computer without power shows.
const PART: Ohms = Ohms(20.0);

/// How things stand while a row is read.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Setup {
    /// Without power, these moved.
    Cold(Vec<Variable>),
    /// With power, everything at rest.
    Live,
    /// With power, the line of this outlet asserted.
    Cycle(usize),
    /// At the socket.
    Feed,
}

enum View {
    Cold(Cold),
    Live(Live),
}

/// Tests with their readings, and the network that they are made on.
pub struct Bench<'a> {
    /// The network.
    pub rig: &'a Rig<'a>,
    /// The rows.
    pub tests: &'a [Test],
    readings: &'a [Option<f64>],
    /// By setup: rows that were read.
    by: BTreeMap<Setup, Vec<usize>>,
    healthy: Vec<Shows>,
    /// Typical volts of everything at load, as the wiring is written.
    scenario: Option<usize>,
}

impl<'a> Bench<'a> {
    /// Of a sheet that was filled in.
    pub fn new(rig: &'a Rig<'a>, tests: &'a [Test], readings: &'a [Option<f64>]) -> Self {
        let power = &rig.facts.power;
        let scenario = power.scenario("load").or_else(|| power.scenario("worst"));
        let healthy = vec![Shows::Unknown; tests.len()];
        let mut bench = Self { rig, tests, readings, by: BTreeMap::new(), healthy, scenario };
        for row in (0..tests.len()).filter(|row| readings.get(*row).copied().flatten().is_some()) {
            bench.by.entry(bench.setup(row)).or_default().push(row);
        }
        for (setup, rows) in bench.by.clone() {
            let view = bench.view(&Edits::default(), &setup);
            rows.into_iter().for_each(|row| bench.healthy[row] = bench.seen(&view, &Edits::default(), row));
        }
        bench
    }

    /// All setups in which something was read.
    pub fn setups(&self) -> &BTreeMap<Setup, Vec<usize>> {
        &self.by
    }

    /// Pieces looked at for one setup.
    pub fn cost(&self) -> usize {
        self.rig.facts.power.harness.pieces.len() + self.rig.facts.power.harness.nodes as usize
    }

    /// What was read.
    pub fn reading(&self, row: usize) -> Option<f64> {
        self.readings.get(row).copied().flatten()
    }

    /// Whether a row was read and lies within its limits.
    pub fn is_good(&self, row: usize) -> bool {
        self.tests[row].limits().zip(self.reading(row)).is_some_and(|(limits, reading)| limits.hold(reading))
    }

    /// How things stand while it is read.
    pub fn setup(&self, row: usize) -> Setup {
        let test = &self.tests[row];
        match (test.phase, test.outlet) {
            (Phase::Cold, _) => Setup::Cold(test.state.clone()),
            (Phase::Cycle, Some(outlet)) if !test.state.is_empty() => Setup::Cycle(outlet),
            (Phase::Feed, _) => Setup::Feed,
            _ => Setup::Live,
        }
    }

    fn view(&self, edits: &Edits, setup: &Setup) -> Option<View> {
        let rig = self.rig;
        match setup {
            Setup::Feed => None,
            Setup::Live => Some(View::Live(rig.live(edits, &rig.started))),
            Setup::Cold(state) => {
                let still =
                    |variable: &&Variable| edits.still.is_none() || rig.facts.circuit.number(**variable) != edits.still;
                let state: Vec<Variable> = state.iter().filter(still).copied().collect();
                Some(View::Cold(rig.cold(edits, &rig.stand(&rig.rest, &state))))
            }
            Setup::Cycle(number) => {
                let outlet = &rig.facts.outlets[*number];
                let rest = rig.live(edits, &rig.started);
                let line = &rig.build.part_of(outlet.line.0).lines[outlet.line.1 as usize];
                let mut values = rig.started.clone();
                let on = |live: &Live| {
                    rig.facts.power.harness.pieces.iter().any(|piece| {
                        matches!(piece.what, What::Load(device, _) if device == outlet.controller)
                            && matches!(live.shows(piece.ends[0], piece.ends[1]), Shows::Volts(_))
                    })
                };
                if let Some(at) = &line.at
                    && (on(&rest) || !on(&rig.live(&Edits::default(), &rig.started)))
                {
                    let at = rig.build.device(outlet.line.0).terminal(at[0]);
                    for variable in rig.moved_by(edits, &rest, at) {
                        values[variable as usize] = !rig.facts.circuit.network.variables[variable as usize].rest;
                    }
                }
                Some(View::Live(rig.live(edits, &values)))
            }
        }
    }

    fn seen(&self, view: &Option<View>, edits: &Edits, row: usize) -> Shows {
        let test = &self.tests[row];
        let (Some(probes), Some(view)) = (test.probes, view) else { return Shows::Unknown };
        let [a, b] = probes.map(|end| self.rig.node(end));
        match view {
            // Of a wire that is taken off at one end only the wire itself is seen.
            View::Cold(_) if test.lifted => {
                let own = edits.gone.map(|piece| &self.rig.facts.power.harness.pieces[piece as usize]);
                let cut = own.is_some_and(|piece| matches!(piece.what, What::Wire(_)) && piece.at == probes);
                if cut { Shows::Open } else { Shows::Joined }
            }
            View::Cold(cold) => cold.shows(a, b),
            View::Live(live) => live.shows(a, b),
        }
    }

    /// What a row would show.
    pub fn shown(&self, edits: &Edits, row: usize) -> Shows {
        self.seen(&self.view(edits, &self.setup(row)), edits, row)
    }

    /// By row: whether a fault agrees with what was read; `None` where it says nothing, or nothing was read.
    pub fn held(&self, fault: &Fault) -> Vec<Option<bool>> {
        let all = self.by.keys().cloned().collect();
        self.hold(fault, &all)
    }

    /// Whether a fault explains one row, looking at these setups alone.
    pub fn agrees(&self, fault: &Fault, setups: &BTreeSet<Setup>, row: usize) -> bool {
        self.hold(fault, setups)[row] == Some(true)
    }

    fn hold(&self, fault: &Fault, setups: &BTreeSet<Setup>) -> Vec<Option<bool>> {
        let mut held = vec![None; self.tests.len()];
        let point = match fault.cause {
            Cause::High(piece, ohms) => self.loaded(piece, ohms),
            _ => None,
        };
        for setup in setups {
            let view = self.view(&fault.edits, setup);
            for &row in self.by.get(setup).into_iter().flatten() {
                let shows = self.seen(&view, &fault.edits, row);
                held[row] = self.reading(row).and_then(|reading| match fault.cause {
                    Cause::High(_, ohms) => self.high(row, reading, shows, ohms, point.as_ref()),
                    Cause::Weak(piece, volts) => self.weak(row, reading, piece, volts),
                    _ => self.holds(row, reading, shows),
                });
            }
        }
        held
    }

    /// A fault that changes what is joined to what.
    fn holds(&self, row: usize, reading: f64, shows: Shows) -> Option<bool> {
        let limits = self.tests[row].limits()?;
        let same = match (shows, self.healthy[row]) {
            (Shows::Volts(now), Shows::Volts(was)) => (now - was).abs() < 1e-9,
            (now, was) => now == was,
        };
        match shows {
            Shows::Unknown => None,
            _ if same => Some(limits.hold(reading)),
            Shows::Joined => Some(reading <= 2.0 * LEADS.0),
            Shows::Resistor | Shows::Electronics => Some(PART.0 <= reading),
            Shows::Open => Some(OPEN.0 <= reading),
            Shows::Dark => Some(reading.abs() < 2.0 * DARK.0),
            Shows::Volts(volts) => Some((reading - volts).abs() <= 0.1 * volts.abs() + 0.1),
        }
    }

    /// More ohms in a piece; `shows` is what the row would show without that piece.
    fn high(&self, row: usize, reading: f64, shows: Shows, ohms: f64, point: Option<&Point>) -> Option<bool> {
        let test = &self.tests[row];
        let limits = test.limits()?;
        match (test.phase, &test.expect) {
            (Phase::Cold, Expect::Joined(Some(band)) | Expect::Ohms(band)) if shows != self.healthy[row] => {
                let due = band.typ.0 + ohms;
                Some((reading - due).abs() <= LEADS.0 + 0.3 * ohms)
            }
            (Phase::Cold, _) => Some(limits.hold(reading)),
            (Phase::Loaded, _) => {
                let (point, volts) = (point?, self.volts(point?, row));
                let volts = volts.filter(|_| !point.volts.is_empty());
                match volts {
                    Some(volts) if limits.hold(volts) => Some(limits.hold(reading)),
                    Some(volts) => Some(!limits.hold(reading) && (reading - volts).abs() <= 0.2 + 0.1 * volts.abs()),
                    None => Some(!limits.hold(reading)),
                }
            }
            _ if shows == self.healthy[row] => Some(limits.hold(reading)),
            _ => None,
        }
    }

    /// The whole network with more ohms in a piece.
    fn loaded(&self, piece: u32, ohms: f64) -> Option<Point> {
        let power = &self.rig.facts.power;
        let own = power.harness.pieces[piece as usize].numbers.value.1.typical;
        let ask = (Draw::In(self.scenario?), &power.states[0]);
        Some(power.point_with(self.rig.facts.world(self.rig.build), ask, &BTreeMap::from([(piece, own + ohms)])))
    }

    /// Volts at the load of a row.
    fn volts(&self, point: &Point, row: usize) -> Option<f64> {
        let load = self.load(row)?;
        point.volts[load as usize].filter(|_| !point.failed[load as usize])
    }

    /// The piece of the load that a row measures at.
    pub fn load(&self, row: usize) -> Option<u32> {
        let test = &self.tests[row];
        let (device, probes) = (test.load?, test.probes?);
        let loads = (0..).zip(&self.rig.facts.power.harness.pieces);
        let mut own = loads.filter(|(_, piece)| matches!(piece.what, What::Load(of, _) if of == device));
        own.find(|(_, piece)| piece.at == probes).map(|(number, _)| number)
    }

    /// Ohms more in a piece that make a load's volts what was read; nothing up to 100 ohm does where it is `None`.
    pub fn due(&self, piece: u32, row: usize, volts: f64) -> Option<f64> {
        let below = |ohms: f64| {
            let point = self.loaded(piece, ohms)?;
            Some(self.volts(&point, row).is_none_or(|now| now < volts))
        };
        if !below(100.0)? || below(0.0)? {
            return None;
        }
        let (mut low, mut high) = (0.0, 100.0);
        for _ in 0..24 {
            let middle = f64::midpoint(low, high);
            if below(middle)? { high = middle } else { low = middle }
        }
        Some(high)
    }

    fn weak(&self, row: usize, reading: f64, piece: u32, volts: f64) -> Option<bool> {
        let typical = self.rig.facts.power.harness.pieces[piece as usize].numbers.value.1.typical;
        match self.healthy[row] {
            Shows::Volts(was) if (was - typical).abs() < 1e-9 => {
                let due = match self.tests[row].expect {
                    Expect::Volts { limits: [_, Some(typical), _], .. } if self.tests[row].phase == Phase::Loaded => {
                        typical + volts - was
                    }
                    _ => volts,
                };
                Some((reading - due).abs() <= 0.03 * due.abs() + 0.05)
            }
            _ => self.tests[row].limits().map(|limits| limits.hold(reading)),
        }
    }
}
