//! Bounds at the corners, tightened round by round: what converters feed is known before what feeds them.

use std::collections::BTreeMap;

use crate::circuit::{Circuit, Law, Options};
use crate::corners::{End, Reach};
use crate::desk::{Context, Desk};
use crate::sign::{Gauge, is_tree};
use crate::solution::{Flow, Outcome, Work};
use crate::solve::{Prepared, solve};
use crate::validate::Fault;

/// Volts and amperes of every element.
type Flows = Vec<Flow>;

/// Everything known so far, by element.
pub(crate) struct Bounds<'a> {
    options: &'a Options,
    /// The circuit at the corner of fewest volts, and the elements whose number there nobody knows.
    low: (Circuit, Vec<u32>),
    /// The same for most volts.
    high: (Circuit, Vec<u32>),
    /// Watts at the inputs of converters: least, and most where it is known.
    inputs: BTreeMap<u32, [Option<f64>; 2]>,
    lowest: Vec<End>,
    highest: Vec<End>,
    amperes: Vec<End>,
    /// Whether the lower corner was solved with coils and clamps as they are, since as constant currents they leave it no point.
    is_native: bool,
}

impl<'a> Bounds<'a> {
    pub(crate) fn new(low: (Circuit, Vec<u32>), high: (Circuit, Vec<u32>), options: &'a Options) -> Self {
        let unknown = vec![End::Unknown; low.0.elements.len()];
        let inputs = (0..).zip(&high.0.elements).filter_map(|(index, element)| match element.law {
            Law::Converter { idle, .. } => Some((index, [Some(idle), None])),
            _ => None,
        });
        let inputs = inputs.collect();
        let (lowest, highest, amperes) = (unknown.clone(), unknown.clone(), unknown);
        Self { options, low, high, inputs, lowest, highest, amperes, is_native: false }
    }

    /// Rounds until nothing changes: one for each converter in a chain, and two for coils.
    pub(crate) fn tighten(mut self) -> Result<Vec<Reach>, Vec<Fault>> {
        for _ in 0..self.inputs.len() + 3 {
            let before = (self.inputs.clone(), self.lowest.clone(), self.highest.clone());
            self.volts()?;
            self.most_amperes()?;
            self.feed()?;
            if before == (self.inputs.clone(), self.lowest.clone(), self.highest.clone()) {
                break;
            }
        }
        let proved = self.proved()?;
        let reach = |index: usize| Reach {
            lowest: self.lowest[index],
            highest: self.highest[index],
            amperes: self.amperes[index],
            proved: proved[index],
        };
        Ok((0..proved.len()).map(reach).collect())
    }

    /// The most amperes that a load takes.
    fn most(&self, load: usize) -> End {
        let over = |watts: f64, volts: End| match volts {
            _ if watts == 0.0 => End::Is(0.0),
            End::Is(volts) => End::Is(if volts > 0.0 { watts / volts } else { 0.0 }),
            End::Floats => End::Is(0.0),
            other => other,
        };
        let through = |ohms: f64| match self.highest[load] {
            End::Is(volts) => End::Is(volts.max(0.0) / ohms),
            End::Floats => End::Is(0.0),
            other => other,
        };
        let index = u32::try_from(load).expect("elements are counted in 32 bits");
        let law = &self.low.0.elements[load].law;
        match *law {
            Law::Converter { .. } => match self.inputs[&index][1] {
                Some(watts) => over(watts, self.lowest[load]),
                None => End::Unknown,
            },
            _ if self.low.1.binary_search(&index).is_ok() => End::Unknown,
            Law::Power { watts, .. } => over(watts, self.lowest[load]),
            Law::Current { amperes, .. } => End::Is(amperes),
            Law::Resistance { ohms, .. } => through(ohms),
            Law::Clamp { ohms, amperes } => match through(ohms) {
                End::Is(open) => End::Is(open.min(amperes)),
                other => other,
            },
            _ => End::Is(0.0),
        }
    }

    /// The least amperes that a load takes: none where that is not known.
    fn least(&self, load: usize) -> f64 {
        let over = |watts: f64| match self.highest[load] {
            End::Is(volts) if volts > 0.0 => watts / volts,
            _ => 0.0,
        };
        let through = |ohms: f64| self.lowest[load].get().map_or(0.0, |volts| volts.max(0.0) / ohms);
        match self.high.0.elements[load].law {
            Law::Power { watts, .. } => over(watts),
            Law::Current { amperes, .. } => amperes,
            Law::Resistance { ohms, .. } => through(ohms),
            Law::Clamp { ohms, amperes } => through(ohms).min(amperes),
            Law::Converter { .. } => {
                let index = u32::try_from(load).expect("elements are counted in 32 bits");
                over(self.inputs[&index][0].unwrap_or(0.0))
            }
            _ => 0.0,
        }
    }

    /// A corner with some loads as constant currents and converters as constant powers.
    fn corner(&self, low: bool, as_current: impl Fn(&Law) -> bool) -> Circuit {
        let mut circuit = if low { self.low.0.clone() } else { self.high.0.clone() };
        for (index, element) in circuit.elements.iter_mut().enumerate() {
            let minimum = element.law.minimum();
            if element.law.is_load() && as_current(&element.law) {
                let amperes = if low { self.most(index).get().unwrap_or(0.0) } else { self.least(index) };
                element.law = Law::Current { amperes, minimum };
            } else if let Law::Converter { .. } = element.law {
                let index = u32::try_from(index).expect("elements are counted in 32 bits");
                let [least, most] = self.inputs[&index];
                let watts = if low { most.or(least) } else { least };
                element.law = Law::Power { watts: watts.unwrap_or(0.0), minimum };
            }
        }
        circuit
    }

    /// Both ends of the volts.
    fn volts(&mut self) -> Result<(), Vec<Fault>> {
        let rises = |law: &Law| matches!(law, Law::Resistance { .. } | Law::Clamp { .. });
        let high = self.corner(false, rises);
        self.highest = self.run(&high)?.iter().map(volts_of).collect();
        let touched = touched(&high, &self.high.1, self.options)?;
        spread(&mut self.highest, &touched);

        let has_rising = self.low.0.elements.iter().any(|element| rises(&element.law));
        let mut low = self.corner(true, rises);
        self.lowest = self.run(&low)?.iter().map(volts_of).collect();
        let fails = |lowest: &[End]| lowest.contains(&End::NoPoint);
        self.is_native = has_rising && fails(&self.lowest);
        if self.is_native {
            low = self.corner(true, |_| false);
            self.lowest = self.run(&low)?.iter().map(volts_of).collect();
        }
        let mut unknown = self.low.1.clone();
        for (index, element) in (0u32..).zip(&self.low.0.elements) {
            let is_open = match element.law {
                Law::Converter { .. } => self.inputs[&index][1].is_none(),
                law => rises(&law) && self.most(index as usize) == End::Unknown,
            };
            if is_open {
                unknown.push(index);
            }
        }
        let touched = self::touched(&low, &unknown, self.options)?;
        spread(&mut self.lowest, &touched);
        Ok(())
    }

    /// The most amperes: every load draws its most at once. Limits are left out, and then cap their sources.
    fn most_amperes(&mut self) -> Result<(), Vec<Fault>> {
        let mut most = vec![End::Is(0.0); self.amperes.len()];
        let ends: Vec<End> = (0..most.len()).map(|load| self.most(load)).collect();
        for low in [false, true] {
            let circuit = self.drawing(low, |index| ends[index].get().unwrap_or(0.0));
            for (most, flow) in most.iter_mut().zip(self.run(&circuit)?) {
                let end = flow.amperes.map_or(End::NoPoint, |amperes| End::Is(amperes.abs()));
                *most = match (*most, end) {
                    (End::Is(one), End::Is(other)) => End::Is(one.max(other)),
                    (End::Is(_), other) => other,
                    (kept, _) => kept,
                };
            }
            for (reason, open) in [(End::NoPoint, End::NoPoint), (End::Unknown, End::Unknown)] {
                let loads = (0u32..).zip(&ends).filter(|(_, end)| **end == reason).map(|(load, _)| load);
                let mut open_ports: Vec<u32> = loads.collect();
                if reason == End::Unknown {
                    open_ports.extend(&self.high.1);
                    open_ports.extend(self.low.1.iter().filter(|_| low));
                }
                for (end, touched) in most.iter_mut().zip(touched(&circuit, &open_ports, self.options)?) {
                    if touched.amperes {
                        *end = open;
                    }
                }
            }
        }
        for (index, element) in self.high.0.elements.iter().enumerate() {
            if let Law::Source { limit: Some(limit), .. } = element.law {
                most[index] = End::Is(most[index].get().map_or(limit, |amperes| amperes.min(limit)));
            }
            if element.law.is_load() {
                most[index] = ends[index];
            }
        }
        self.amperes = most;
        Ok(())
    }

    /// A corner's wires and sources without limits, with diodes as they conduct most, and every load a constant current.
    fn drawing(&self, low: bool, amperes: impl Fn(usize) -> f64) -> Circuit {
        let mut circuit = if low { self.low.0.clone() } else { self.high.0.clone() };
        for (index, element) in circuit.elements.iter_mut().enumerate() {
            match &mut element.law {
                Law::Source { limit, .. } => *limit = None,
                law @ Law::Diode { .. } => *law = self.low.0.elements[index].law,
                law if law.is_load() => *law = Law::Current { amperes: amperes(index), minimum: None },
                _ => {}
            }
        }
        circuit.groups.clear();
        circuit
    }

    /// Watts at the inputs of converters, from the amperes at their outputs.
    fn feed(&mut self) -> Result<(), Vec<Fault>> {
        if self.inputs.is_empty() {
            return Ok(());
        }
        let least = self.run(&self.drawing(false, |index| self.least(index)))?;
        let converters: Vec<u32> = self.inputs.keys().copied().collect();
        for converter in converters {
            let laws = [&self.high, &self.low].map(|end| end.0.elements[converter as usize].law);
            let [
                Law::Converter { feeds, efficiency: best, idle: rest, .. },
                Law::Converter { efficiency: worst, idle, .. },
            ] = laws
            else {
                continue;
            };
            let ends = [&self.high, &self.low].map(|end| end.0.elements[feeds as usize].law);
            let [Law::Source { volts: most_volts, .. }, Law::Source { volts: least_volts, ohms, .. }] = ends else {
                continue;
            };
            let is_open = |unknown: &[u32], element: u32| unknown.binary_search(&element).is_ok();
            let given = self.amperes[feeds as usize].get();
            let most = given.filter(|_| !is_open(&self.low.1, converter) && !is_open(&self.high.1, feeds));
            let most = most.map(|amperes| idle + most_volts * amperes / worst);
            let taken = least[feeds as usize].amperes.map_or(0.0, f64::abs);
            let left = given.map_or(0.0, |amperes| (least_volts - ohms * amperes).max(0.0));
            let has_least = !is_open(&self.low.1, feeds);
            let least = rest + if has_least { left * taken / best } else { 0.0 };
            self.inputs.insert(converter, [Some(least), most]);
        }
        Ok(())
    }

    fn run(&self, circuit: &Circuit) -> Result<Flows, Vec<Fault>> {
        match solve(circuit, self.options) {
            Outcome::Solved(solution) => Ok(solution.flows),
            Outcome::NoSolution(none) => Ok(none.rest.flows),
            Outcome::Bad(faults) => Err(faults),
        }
    }

    /// By element: whether the corners are proved extremal for its islands, and all that converters tie to them.
    fn proved(&self) -> Result<Vec<bool>, Vec<Fault>> {
        let low = self.corner(true, |law| matches!(law, Law::Resistance { .. } | Law::Clamp { .. }));
        let mut work = Work::default();
        let prepared = Prepared::new(&low, self.options, &mut work)?;
        let context = Context { circuit: &low, plan: &prepared.plan, options: self.options };
        let has_native = |element: &u32| {
            let law = &self.low.0.elements[*element as usize].law;
            matches!(law, Law::Diode { .. })
                || self.is_native && matches!(law, Law::Resistance { .. } | Law::Clamp { .. })
        };
        let mut sound = Vec::new();
        for island in &prepared.plan.islands {
            let stands = Desk::new(context, island, &[], &mut work)
                .is_ok_and(|desk| desk.gauge == Gauge::Holds && is_tree(&low, &desk.system));
            sound.push(stands && !island.elements.iter().any(has_native));
        }
        // Converters tie islands in the circuit itself; here their inputs are plain loads.
        let tied = Prepared::new(&self.low.0, self.options, &mut work)?.plan;
        let mut proved = vec![true; self.low.0.elements.len()];
        for cluster in &tied.clusters {
            let elements = || cluster.iter().flat_map(|&island| &tied.islands[island as usize].elements);
            let home = |element: &u32| prepared.plan.home[low.elements[*element as usize].ends[0] as usize];
            let all = elements().all(|element| sound.get(home(element) as usize).copied().unwrap_or(false));
            for &element in elements() {
                proved[element as usize] = all;
            }
        }
        Ok(proved)
    }
}

fn volts_of(flow: &Flow) -> End {
    match (flow.volts, flow.amperes) {
        (Some(volts), _) => End::Is(volts),
        (None, Some(_)) => End::Floats,
        (None, None) => End::NoPoint,
    }
}

/// What an unknown number may move at an element.
#[derive(Clone, Copy, Default)]
struct Touched {
    volts: bool,
    amperes: bool,
}

fn spread(ends: &mut [End], touched: &[Touched]) {
    for (end, touched) in ends.iter_mut().zip(touched) {
        if touched.volts && matches!(end, End::Is(_) | End::NoPoint) {
            *end = End::Unknown;
        }
    }
}

/// Below this share of an ampere, or of the volts across the port itself, a response is rounding.
const NOTHING: f64 = 1e-12;

/// What moves when the current or volts of some elements move, by element: where an ampere through them reaches.
fn touched(circuit: &Circuit, ports: &[u32], options: &Options) -> Result<Vec<Touched>, Vec<Fault>> {
    let mut all = vec![Touched::default(); circuit.elements.len()];
    if ports.is_empty() {
        return Ok(all);
    }
    let mut work = Work::default();
    let prepared = Prepared::new(circuit, options, &mut work)?;
    let context = Context { circuit, plan: &prepared.plan, options };
    for island in &prepared.plan.islands {
        let inside: Vec<u32> =
            ports.iter().copied().filter(|port| island.elements.binary_search(port).is_ok()).collect();
        if inside.is_empty() {
            continue;
        }
        let whole = Touched { volts: true, amperes: true };
        let mut touch_all = || island.elements.iter().for_each(|&element| all[element as usize] = whole);
        let Ok(mut desk) = Desk::new(context, island, &[], &mut work) else {
            touch_all();
            continue;
        };
        let system = &mut desk.system;
        let found: Option<Vec<usize>> =
            inside.iter().map(|port| system.pieces.binary_search_by_key(port, |piece| piece.element).ok()).collect();
        let held = system.hold(|rule, volts| rule.straight(volts).1, &mut work);
        let Some(found) = found.filter(|_| held) else {
            touch_all();
            continue;
        };
        for at in found {
            let port = system.pieces[at];
            let response = system.respond(port.slots);
            let across = |slots: [u32; 2]| response[slots[0] as usize] - response[slots[1] as usize];
            let own = across(port.slots).abs();
            let carried = |slots: [u32; 2], slope: f64| across(slots) * slope;
            for piece in &system.pieces {
                let slope = if piece.rule.draws() { 0.0 } else { piece.rule.straight(system.across(piece)).1 };
                let touched = &mut all[piece.element as usize];
                touched.volts |= across(piece.slots).abs() > own * NOTHING;
                touched.amperes |= carried(piece.slots, slope).abs() > NOTHING;
            }
            all[port.element as usize].amperes = true;
            let sums = system.joint_sums(
                |piece| carried(piece.slots, if piece.rule.draws() { 0.0 } else { piece.rule.straight(0.0).1 }),
                port.nodes,
                1.0,
            );
            for (joint, amperes) in system.joints.iter().zip(sums) {
                all[joint.element as usize].amperes |= amperes.is_none_or(|amperes| amperes.abs() > NOTHING);
            }
        }
    }
    Ok(all)
}
