//! The operating point of a whole circuit: island by island, what a converter feeds before the converter.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::circuit::{Circuit, Law, Options, Share};
use crate::collapse;
use crate::desk::{Context, Demand, Desk, Refusal, Rest, Whole};
use crate::islands::{NOWHERE, Plan};
use crate::shop::Shop;
use crate::solution::{Cause, Collapse, Flow, Outcome, Proof, Solution, Undervoltage};
use crate::solver::Solver;
use crate::system::Stop;
use crate::validate::Fault;

/// Why a cluster of islands has no operating point at some load factor.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub cause: Cause,
    pub proof: Proof,
}

/// Islands that converters or shared limits tie together, each on its desk.
pub(crate) struct Cluster<'a> {
    pub context: Context<'a>,
    /// What is fed stands before what feeds it.
    pub desks: Vec<Desk<'a>>,
    /// Each converter: element, the source it feeds, and the desks of its input and its output.
    converters: Vec<(u32, u32, usize, usize)>,
    groups: Vec<u32>,
}

impl<'a> Cluster<'a> {
    /// `rests` are islands of this circuit that were already solved without load.
    pub(crate) fn new(
        context: Context<'a>,
        islands: &[u32],
        rests: &mut BTreeMap<u32, Rest>,
        shop: &mut Shop,
    ) -> Result<Self, Refusal> {
        let Context { circuit, plan, .. } = context;
        let mut desk_of = BTreeMap::new();
        let mut desks = Vec::new();
        for (at, &island) in islands.iter().enumerate() {
            desk_of.insert(island, at);
            let own = &plan.islands[island as usize];
            desks.push(match rests.remove(&island) {
                Some(rest) => Desk::at_rest(context, own, rest),
                None => Desk::new(context, own, &[], shop)?,
            });
        }
        let home = |element: u32| plan.home[circuit.elements[element as usize].ends[0] as usize];
        let mut converters = Vec::new();
        for (at, desk) in desks.iter().enumerate() {
            for &element in &desk.island.elements {
                let Law::Converter { feeds, .. } = circuit.elements[element as usize].law else { continue };
                let output = desk_of.get(&home(feeds)).copied();
                let is_on = |output: &usize| desks[*output].island.elements.binary_search(&feeds).is_ok();
                if let Some(output) = output.filter(is_on) {
                    converters.push((element, feeds, at, output));
                }
            }
        }
        let mut groups = Vec::new();
        for (index, group) in (0u32..).zip(&circuit.groups) {
            if group.sources.iter().any(|&source| desk_of.contains_key(&home(source))) {
                groups.push(index);
            }
        }
        Ok(Self { context, desks, converters, groups })
    }

    /// Solves for a load factor: from the points without load, or from those at hand.
    pub(crate) fn attempt(&mut self, factor: f64, warm: bool, shop: &mut Shop) -> Result<(), Failure> {
        let circuit = self.context.circuit;
        let mut demand = Demand { factor, inputs: BTreeMap::new() };
        for &(converter, ..) in &self.converters {
            let Law::Converter { idle, .. } = circuit.elements[converter as usize].law else { continue };
            demand.inputs.insert(converter, idle);
        }
        let mut is_coupled = false;
        for round in 0..self.context.options.rounds {
            let mut is_settled = true;
            for at in 0..self.desks.len() {
                let outcome = if warm || round > 0 {
                    self.desks[at].resume(&demand, shop)
                } else {
                    self.desks[at].run(&demand, shop)
                };
                if let Err(stop) = outcome {
                    let is_proved = !is_coupled && self.desks[at].proves(stop, &demand, shop)
                        || is_coupled && self.desks[at].holds() && stop != Stop::Steps && self.is_firm();
                    let proof = if is_proved { Proof::Proved } else { Proof::NoneFound };
                    return Err(Failure { cause: Cause::Collapse, proof });
                }
                let fed: Vec<usize> = (0..self.converters.len()).filter(|&c| self.converters[c].3 == at).collect();
                let sources: Vec<u32> = fed.iter().map(|&c| self.converters[c].1).collect();
                for (&c, delivered) in fed.iter().zip(self.desks[at].delivered(&sources)) {
                    let (converter, _, input, _) = self.converters[c];
                    let Law::Converter { efficiency, idle, .. } = circuit.elements[converter as usize].law else {
                        continue;
                    };
                    let watts = idle + delivered.max(0.0) / efficiency;
                    let old = demand.inputs.insert(converter, watts).unwrap_or(idle);
                    let has_moved = (watts - old).abs() > 1e-11 * watts.max(1e-2);
                    if input <= at && has_moved {
                        (is_settled, is_coupled) = (false, true);
                    }
                }
            }
            if is_settled {
                return self.within_groups();
            }
        }
        Err(Failure { cause: Cause::Collapse, proof: Proof::NoneFound })
    }

    /// Whether every converter's output stands firm: zero ohms and below its limit, so that what it takes grows with its load.
    fn is_firm(&self) -> bool {
        self.converters.iter().all(|&(_, source, _, output)| {
            let law = &self.context.circuit.elements[source as usize].law;
            law.firm().is_some() && !self.desks[output].at_limit(source)
        })
    }

    /// Whether the shared limits hold at the points at hand.
    fn within_groups(&self) -> Result<(), Failure> {
        if self.groups.is_empty() {
            return Ok(());
        }
        let circuit = self.context.circuit;
        let (mut volts, mut flows) =
            (vec![None; circuit.nodes as usize], vec![Flow::default(); circuit.elements.len()]);
        for desk in &self.desks {
            desk.write(&mut volts, &mut flows);
        }
        for &index in &self.groups {
            let group = &circuit.groups[index as usize];
            let flow = |&source: &u32| flows[source as usize];
            let sum = |of: fn(Flow) -> Option<f64>| {
                -group.sources.iter().map(|source| of(flow(source)).unwrap_or(0.0)).sum::<f64>()
            };
            let (drawn, limit) = match group.share {
                Share::Watts(limit) => (sum(|flow| flow.watts()), limit),
                Share::Amperes(limit) => (sum(|flow| flow.amperes), limit),
            };
            if drawn > limit * (1.0 + 1e-12) {
                let certain = self.desks.iter().all(Desk::holds);
                let proof = if certain { Proof::Proved } else { Proof::NoneFound };
                return Err(Failure { cause: Cause::Group(index), proof });
            }
        }
        Ok(())
    }

    /// Solves at full load; where the sign condition does not hold and a straight run fails, also along growing load.
    pub(crate) fn settle(&mut self, factor: f64, shop: &mut Shop) -> Result<(), Failure> {
        let failure = match self.attempt(factor, false, shop) {
            Err(failure) if failure.proof == Proof::NoneFound && failure.cause == Cause::Collapse => failure,
            settled => return settled,
        };
        let (mut reached, mut step) = (0.0, 0.25);
        while step > 1.0 / 512.0 && self.attempt(reached * factor, false, shop).is_ok() {
            while self.attempt((reached + step) * factor, true, shop).is_ok() {
                reached += step;
                if reached >= 1.0 {
                    return Ok(());
                }
            }
            step /= 4.0;
        }
        Err(failure)
    }
}

/// Solves a circuit.
///
/// Nothing is timed; `options` bounds the work. A failed island does not keep the others from being solved.
pub fn solve(circuit: &Circuit, options: &Options) -> Outcome {
    Solver::new(*options).solve(circuit)
}

/// A circuit's answer before it is looked at as a whole, and the groups of islands that have none.
pub(crate) fn points(
    circuit: &Circuit,
    whole: Option<Whole<'_>>,
    options: &Options,
    shop: &mut Shop,
) -> Result<(Solution, Vec<Collapse>), Vec<Fault>> {
    let (mut collapses, mut highest) = (Vec::new(), true);
    let take = |cluster: &Cluster<'_>| highest &= cluster.desks.iter().all(Desk::holds);
    let solution = settle_all((circuit, None), whole, options, shop, take, |references, failed, shop| {
        let (proof, limit) = match failed {
            None => (Proof::NoneFound, collapse::without_load()),
            Some((mut cluster, failure)) => (failure.proof, collapse::diagnose(&mut cluster, failure, shop)),
        };
        collapses.push(Collapse { references, proof, limit });
    })?;
    Ok((Solution { highest, ..solution }, collapses))
}

/// The flows alone, of all islands that have a point; or only of those with one of some elements, and what is tied to them.
pub(crate) fn flows(
    circuit: &Circuit,
    only: Option<&[bool]>,
    options: &Options,
    shop: &mut Shop,
) -> Result<Vec<Flow>, Vec<Fault>> {
    Ok(settle_all((circuit, only), None, options, shop, |_| (), |_, _, _| ())?.flows)
}

/// Solves all islands of a circuit whose numbers are sound. Tells of each cluster with a point, and of each without: its references,
/// and how it failed.
fn settle_all(
    (circuit, only): (&Circuit, Option<&[bool]>),
    whole: Option<Whole<'_>>,
    options: &Options,
    shop: &mut Shop,
    mut settled: impl FnMut(&Cluster<'_>),
    mut failed: impl FnMut(Vec<u32>, Option<(Cluster<'_>, Failure)>, &mut Shop),
) -> Result<Solution, Vec<Fault>> {
    let mut prepared = Prepared::new(circuit, options, shop)?;
    let mut rests = std::mem::take(&mut prepared.rests);
    let context = Context { circuit, plan: &prepared.plan, options, whole };
    let mut solution = Solution {
        volts: vec![None; circuit.nodes as usize],
        flows: vec![Flow::default(); circuit.elements.len()],
        off: (0u32..).zip(&prepared.off).filter(|(_, off)| **off).map(|(element, _)| element).collect(),
        stranded: prepared.plan.stranded.clone(),
        floating: prepared.plan.floating.clone(),
        ..Solution::default()
    };
    idle_flows(circuit, &prepared, &mut solution.flows);
    let is_asked = |islands: &&Vec<u32>| {
        let mut elements = islands.iter().flat_map(|&island| &prepared.plan.islands[island as usize].elements);
        only.is_none_or(|only| elements.any(|&element| only[element as usize]))
    };
    for islands in prepared.plan.clusters.iter().filter(is_asked) {
        let references = || islands.iter().map(|&island| prepared.plan.islands[island as usize].reference).collect();
        match Cluster::new(context, islands, &mut rests, shop) {
            Err(Refusal::Faults(faults)) => return Err(faults),
            Err(Refusal::Stopped) => failed(references(), None, shop),
            Ok(mut cluster) => match cluster.settle(1.0, shop) {
                Ok(()) => {
                    take(&cluster, &mut solution);
                    settled(&cluster);
                }
                Err(failure) => failed(references(), Some((cluster, failure)), shop),
            },
        }
    }
    Ok(solution)
}

/// A circuit split, with the sources behind dead converters off.
pub(crate) struct Prepared {
    pub plan: Arc<Plan>,
    pub off: Vec<bool>,
    /// Islands with converters, as they stand without load.
    pub rests: BTreeMap<u32, Rest>,
}

impl Prepared {
    /// Splits a circuit whose numbers and names are sound.
    pub(crate) fn new(circuit: &Circuit, options: &Options, shop: &mut Shop) -> Result<Self, Vec<Fault>> {
        let mut off = vec![false; circuit.elements.len()];
        let has_converters = circuit.elements.iter().any(|element| matches!(element.law, Law::Converter { .. }));
        loop {
            let plan = shop.plans.of(circuit, &off)?;
            let mut rests = BTreeMap::new();
            let context = Context { circuit, plan: &plan, options, whole: None };
            if !has_converters || !switch_off(context, &mut off, &mut rests, shop)? {
                return Ok(Self { plan, off, rests });
            }
        }
    }
}

/// Turns off the sources of converters that get no volts even without load; whether there were any. Keeps how their islands stand.
fn switch_off(
    context: Context<'_>,
    off: &mut [bool],
    rests: &mut BTreeMap<u32, Rest>,
    shop: &mut Shop,
) -> Result<bool, Vec<Fault>> {
    let Context { circuit, plan, .. } = context;
    let mut dead: Vec<u32> = plan.stranded.clone();
    for (number, island) in (0..).zip(&plan.islands) {
        let is_converter = |&element: &u32| matches!(circuit.elements[element as usize].law, Law::Converter { .. });
        if !island.elements.iter().any(is_converter) {
            continue;
        }
        match Desk::new(context, island, &[], shop) {
            Ok(desk) => {
                let rest = desk.into_rest();
                dead.extend(&rest.dead);
                rests.insert(number, rest);
            }
            Err(Refusal::Faults(faults)) => return Err(faults),
            Err(Refusal::Stopped) => {}
        }
    }
    let mut found = false;
    for element in dead {
        let Law::Converter { feeds, .. } = circuit.elements[element as usize].law else { continue };
        found |= !std::mem::replace(&mut off[feeds as usize], true);
    }
    Ok(found)
}

/// Elements outside every powered island carry nothing.
fn idle_flows(circuit: &Circuit, prepared: &Prepared, flows: &mut [Flow]) {
    for ((element, flow), &off) in circuit.elements.iter().zip(flows).zip(&prepared.off) {
        let [a, b] = element.ends.map(|end| prepared.plan.home[end as usize]);
        if off || a == NOWHERE || a != b {
            flow.amperes = Some(0.0);
        }
    }
}

fn take(cluster: &Cluster<'_>, solution: &mut Solution) {
    let circuit = cluster.context.circuit;
    for desk in &cluster.desks {
        desk.write(&mut solution.volts, &mut solution.flows);
        solution.dead.extend(&desk.dead);
        let is_source = |&&element: &&u32| matches!(circuit.elements[element as usize].law, Law::Source { .. });
        let limited = desk.island.elements.iter().filter(is_source).filter(|&&source| desk.at_limit(source));
        solution.limited.extend(limited);
    }
}

/// What follows from volts and flows: undervoltage, residual, imbalance.
pub(crate) fn finish(circuit: &Circuit, solution: &mut Solution) {
    solution.dead.sort_unstable();
    solution.limited.sort_unstable();
    let mut sums = vec![0.0f64; circuit.nodes as usize];
    let mut open = vec![false; circuit.nodes as usize];
    for (index, (element, flow)) in (0u32..).zip(circuit.elements.iter().zip(&solution.flows)) {
        match flow.amperes {
            Some(amperes) => {
                sums[element.ends[0] as usize] -= amperes;
                sums[element.ends[1] as usize] += amperes;
            }
            None => element.ends.iter().for_each(|&end| open[end as usize] = true),
        }
        solution.imbalance += flow.watts().unwrap_or(0.0);
        if let (Some(minimum), Some(volts)) = (element.law.minimum(), flow.volts)
            && volts < minimum
        {
            solution.under.push(Undervoltage { element: index, volts, minimum });
        }
    }
    let closed = sums.iter().zip(&open).filter(|(_, open)| !**open);
    solution.residual = closed.map(|(sum, _)| sum.abs()).fold(0.0, f64::max);
}
