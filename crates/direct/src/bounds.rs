//! Bounds at the corners, tightened round by round: what converters feed is known before what feeds them.

mod feed;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::circuit::{Circuit, Law, Options};
use crate::corners::{End, Reach};
use crate::desk::{Context, Desk};
use crate::diodes;
use crate::islands::{NOWHERE, Plan};
use crate::mesh;
use crate::shop::Shop;
use crate::sign::{Gauge, is_tree, runs_one_way};
use crate::solution::Flow;
use crate::solve::{Prepared, flows};
use crate::touch::{Touched, touched};
use crate::validate::Fault;

/// Volts and amperes of every element.
type Flows = Vec<Flow>;

/// Everything known so far, by element.
pub(crate) struct Bounds<'a> {
    options: &'a Options,
    shop: &'a mut Shop,
    /// The circuit at the corner of fewest volts, and the elements whose number there nobody knows.
    low: (Circuit, Vec<u32>),
    /// The same for most volts.
    high: (Circuit, Vec<u32>),
    /// Watts at the inputs of converters: least, and most where it is known.
    inputs: BTreeMap<u32, [Option<f64>; 2]>,
    lowest: Vec<End>,
    highest: Vec<End>,
    amperes: Vec<End>,
    /// The most amperes of each diode, where that can be told.
    diodes: Option<Vec<f64>>,
    /// By element: whether this coil, clamp or diode stands in the corners as it is, since as a constant current it leaves no point.
    native: Vec<bool>,
    /// Resistors that serve diodes alone, at the corner of fewest volts.
    ballast: Vec<bool>,
    /// The plan of the circuit at the corner of fewest volts, once it was asked for.
    plan: Option<Arc<Plan>>,
}

/// Whether it draws more at more volts, so that corners are proved only with it as a constant current.
fn rises(law: &Law) -> bool {
    matches!(law, Law::Resistance { .. } | Law::Clamp { .. } | Law::Diode { .. })
}

impl<'a> Bounds<'a> {
    pub(crate) fn new(
        low: (Circuit, Vec<u32>),
        high: (Circuit, Vec<u32>),
        options: &'a Options,
        shop: &'a mut Shop,
    ) -> Self {
        let unknown = vec![End::Unknown; low.0.elements.len()];
        let inputs = (0..).zip(&high.0.elements).filter_map(|(index, element)| match element.law {
            Law::Converter { idle, .. } => Some((index, [Some(idle), None])),
            _ => None,
        });
        let inputs = inputs.collect();
        let (lowest, highest, amperes) = (unknown.clone(), unknown.clone(), unknown);
        let ballast = diodes::ballast(&low.0);
        let native = vec![false; lowest.len()];
        Self { options, shop, low, high, inputs, lowest, highest, amperes, diodes: None, native, ballast, plan: None }
    }

    /// What converters feed first, then everything, until nothing changes: one round for each converter in a chain, and two for coils.
    ///
    /// Beside what each element can see: the resistors that had their least ohms at the corner of fewest volts.
    pub(crate) fn tighten(mut self) -> Result<(Vec<Reach>, Vec<bool>), Vec<Fault>> {
        self.diodes = Some(vec![0.0; self.lowest.len()]);
        let idle = self.corner(false);
        self.diodes = diodes::most([&self.low.0, &self.high.0], &idle, self.options, self.shop)?;
        let alive = self.alive()?;
        self.feed_all(&alive)?;
        // Every round's bounds are safe; where nothing draws more at more volts, the first is as tight as any.
        let is_rising = self.low.0.elements.iter().any(|element| rises(&element.law));
        for _ in 0..self.inputs.len() + 3 {
            let before = (self.lowest.clone(), self.highest.clone());
            self.volts(&alive, None)?;
            if !is_rising || near(&before.0, &self.lowest) && near(&before.1, &self.highest) {
                break;
            }
        }
        self.corner_amperes(None)?;
        self.meshed()?;
        let proved = if self.options.prove { self.proved()? } else { vec![false; self.lowest.len()] };
        let reach = |index: usize| Reach {
            lowest: self.lowest[index],
            highest: self.highest[index],
            amperes: self.amperes[index],
            proved: proved[index],
        };
        Ok(((0..proved.len()).map(reach).collect(), self.ballast))
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
            Law::Diode { .. } => self.diodes.as_ref().map_or(End::Unknown, |most| End::Is(most[load])),
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

    /// Whether an element stands in the corners as a constant current in place of what it is.
    fn is_replaced(&self, index: usize, law: &Law) -> bool {
        let is_told = self.diodes.is_some() || !matches!(law, Law::Diode { .. });
        !self.native[index] && rises(law) && is_told
    }

    /// A corner with converters as constant powers, and what rises as a constant current.
    fn corner(&self, low: bool) -> Circuit {
        let mut circuit = if low { self.low.0.clone() } else { self.high.0.clone() };
        for (index, element) in circuit.elements.iter_mut().enumerate() {
            let minimum = element.law.minimum();
            if self.is_replaced(index, &element.law) {
                let amperes = if low { self.most(index).get().unwrap_or(0.0) } else { self.least(index) };
                element.law = Law::Current { amperes, minimum };
            } else if let Law::Converter { .. } = element.law {
                let index = u32::try_from(index).expect("elements are counted in 32 bits");
                let [least, most] = self.inputs[&index];
                let watts = if low { most.or(least) } else { least };
                element.law = Law::Power { watts: watts.unwrap_or(0.0), minimum };
            } else if low && self.ballast[index] {
                // Its current is its diode's, and that is fixed: its ohms move nothing else.
                element.law = self.high.0.elements[index].law;
            }
        }
        circuit
    }

    /// What draws more at more volts and has a way back to a source. What has none without the others of its kind stays as it is.
    fn alive(&mut self) -> Result<Vec<bool>, Vec<Fault>> {
        let mut alive: Vec<bool> = self.low.0.elements.iter().map(|element| rises(&element.law)).collect();
        if alive.contains(&true) {
            let replaced = self.corner(true);
            let own = self.plan()?;
            let alone = Prepared::new(&replaced, self.options, self.shop)?.plan;
            for (index, (alive, element)) in alive.iter_mut().zip(&self.low.0.elements).enumerate() {
                let joins = |plan: &Plan| {
                    let [a, b] = element.ends.map(|end| plan.home[end as usize]);
                    a != NOWHERE && a == b
                };
                *alive &= joins(&own);
                self.native[index] = *alive && !joins(&alone);
            }
        }
        Ok(alive)
    }

    /// How the circuit at the corner of fewest volts hangs together, converters and all.
    fn plan(&mut self) -> Result<Arc<Plan>, Vec<Fault>> {
        if self.plan.is_none() {
            self.plan = Some(Prepared::new(&self.low.0, self.options, self.shop)?.plan);
        }
        Ok(Arc::clone(self.plan.as_ref().expect("it was made just before")))
    }

    /// Both ends of the volts, of all elements or only of some islands'; `alive` as [`Self::alive`] has it.
    fn volts(&mut self, alive: &[bool], only: Option<&[bool]>) -> Result<(), Vec<Fault>> {
        let (low, high) = loop {
            let corners = (self.corner(true), self.corner(false));
            self.highest = ends_of(&self.run(&corners.1, only)?, only);
            self.lowest = ends_of(&self.run(&corners.0, only)?, only);
            let lost = |ends: &[End]| ends.iter().zip(alive).any(|(end, alive)| *alive && *end == End::Floats);
            let fails = self.lowest.contains(&End::NoPoint) && alive.contains(&true);
            if self.native.iter().all(|native| *native) || !(fails || lost(&self.lowest) || lost(&self.highest)) {
                break corners;
            }
            self.native.fill(true);
        };
        let touched = touched(&high, &self.high.1, self.options, self.shop)?;
        spread(&mut self.highest, &touched);
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
        let touched = self::touched(&low, &unknown, self.options, self.shop)?;
        spread(&mut self.lowest, &touched);
        Ok(())
    }

    /// The most amperes at the corners: every load draws its most at once. Limits are left out, and then cap their sources.
    fn corner_amperes(&mut self, only: Option<&[bool]>) -> Result<(), Vec<Fault>> {
        let mut most = vec![End::Is(0.0); self.amperes.len()];
        let ends: Vec<End> = (0..most.len()).map(|load| self.most(load)).collect();
        for low in [false, true] {
            let circuit = self.drawing(low, |index| ends[index].get().unwrap_or(0.0));
            for (most, flow) in most.iter_mut().zip(self.run(&circuit, only)?) {
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
                for (end, touched) in most.iter_mut().zip(touched(&circuit, &open_ports, self.options, self.shop)?) {
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
            if element.law.is_load() || matches!(element.law, Law::Diode { .. }) && self.diodes.is_some() {
                most[index] = ends[index];
            }
        }
        self.amperes = most;
        Ok(())
    }

    /// More amperes yet in wires that lie in a mesh, and fewer volts at its loads: no corner is the worst for them.
    fn meshed(&mut self) -> Result<(), Vec<Fault>> {
        let draws = |load: usize| [self.least(load), self.most(load).get().unwrap_or(0.0)];
        let draws: Vec<[f64; 2]> = (0..self.amperes.len()).map(draws).collect();
        let idle = self.drawing(true, |_| 0.0);
        let worst = mesh::worst(&idle, &self.high.0, self.options, &draws, self.shop)?;
        for (wire, amperes) in worst.amperes {
            if let End::Is(corner) = self.amperes[wire as usize] {
                self.amperes[wire as usize] = End::Is(corner.max(amperes));
            }
        }
        for (load, volts) in worst.volts {
            if let End::Is(corner) = self.lowest[load as usize] {
                self.lowest[load as usize] = End::Is(corner.min(volts));
            }
        }
        Ok(())
    }

    /// A corner's wires and sources without limits, and every load a constant current.
    fn drawing(&self, low: bool, amperes: impl Fn(usize) -> f64) -> Circuit {
        let mut circuit = if low { self.low.0.clone() } else { self.high.0.clone() };
        for (index, element) in circuit.elements.iter_mut().enumerate() {
            match &mut element.law {
                Law::Source { limit, .. } => *limit = None,
                law @ Law::Diode { .. } if self.diodes.is_none() => *law = self.low.0.elements[index].law,
                law @ Law::Diode { .. } => *law = Law::Current { amperes: amperes(index), minimum: None },
                law if law.is_load() => *law = Law::Current { amperes: amperes(index), minimum: None },
                _ => {}
            }
        }
        circuit.groups.clear();
        circuit
    }

    fn run(&mut self, circuit: &Circuit, only: Option<&[bool]>) -> Result<Flows, Vec<Fault>> {
        flows(circuit, only, self.options, self.shop)
    }

    /// By element: whether the corners are proved extremal for its islands, and all that converters tie to them.
    fn proved(&mut self) -> Result<Vec<bool>, Vec<Fault>> {
        let low = self.corner(true);
        let prepared = Prepared::new(&low, self.options, self.shop)?;
        let context = Context { circuit: &low, plan: &prepared.plan, options: self.options, whole: None };
        let mut sound = Vec::new();
        for island in &prepared.plan.islands {
            let stands = Desk::new(context, island, &[], self.shop).is_ok_and(|desk| {
                let is_sided = desk.idle_gauge() == Gauge::Holds && is_tree(&low, &desk.system);
                is_sided || desk.dead.is_empty() && runs_one_way(&low, &desk.system)
            });
            let has_native = island.elements.iter().any(|element| {
                let law = &self.low.0.elements[*element as usize].law;
                rises(law) && !self.is_replaced(*element as usize, law)
            });
            sound.push(stands && !has_native);
        }
        // Converters tie islands in the circuit itself; here their inputs are plain loads.
        let tied = self.plan()?;
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

/// The volts of each element; unknown of those that were not asked for.
fn ends_of(flows: &[Flow], only: Option<&[bool]>) -> Vec<End> {
    let is_asked = |index: usize| only.is_none_or(|only| only[index]);
    flows.iter().enumerate().map(|(index, flow)| if is_asked(index) { volts_of(flow) } else { End::Unknown }).collect()
}

fn volts_of(flow: &Flow) -> End {
    match (flow.volts, flow.amperes) {
        (Some(volts), _) => End::Is(volts),
        (None, Some(_)) => End::Floats,
        (None, None) => End::NoPoint,
    }
}

/// Volts that another round may still gain, and that are not worth it: every round's bounds are safe.
const WORTH: f64 = 1e-6;

fn near(before: &[End], now: &[End]) -> bool {
    let same = |(before, now): (&End, &End)| match (before, now) {
        (End::Is(before), End::Is(now)) => (before - now).abs() <= WORTH,
        (before, now) => before == now,
    };
    before.iter().zip(now).all(same)
}

fn spread(ends: &mut [End], touched: &[Touched]) {
    for (end, touched) in ends.iter_mut().zip(touched) {
        if touched.volts && matches!(end, End::Is(_) | End::NoPoint) {
            *end = End::Unknown;
        }
    }
}
