//! One island on the desk: solved without load once, then for as many draws as are asked.

use std::collections::BTreeMap;

use crate::chains::Chains;
use crate::circuit::{Circuit, Law, Options};
use crate::islands::{Island, Plan};
use crate::rule::{LEAK, Rule};
use crate::shop::Shop;
use crate::sign::{Gauge, falls_together, gauge};
use crate::solution::Flow;
use crate::system::{Stop, System};
use crate::validate::Fault;

/// The circuit and what bounds the work.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub circuit: &'a Circuit,
    pub plan: &'a Plan,
    pub options: &'a Options,
    /// What the circuit is a reduction of, where it is one.
    pub whole: Option<Whole<'a>>,
}

/// The circuit before series reduction, and how the two belong together.
#[derive(Clone, Copy)]
pub(crate) struct Whole<'a> {
    pub circuit: &'a Circuit,
    pub chains: &'a Chains,
}

impl Context<'_> {
    /// The part of an element that takes most of its volts, as an element of the circuit before reduction, and its share of them.
    pub(crate) fn dearest(&self, element: u32) -> (u32, f64) {
        self.whole.map_or((element, 1.0), |whole| whole.chains.dearest(whole.circuit, element))
    }
}

/// What is drawn.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Demand {
    /// Times every power and current load.
    pub factor: f64,
    /// Watts at the inputs of converters, by element.
    pub inputs: BTreeMap<u32, f64>,
}

/// What is known of an island without load; a desk for the same island of the same circuit goes on from there.
pub(crate) struct Rest {
    system: System,
    released: Vec<u32>,
    base: Vec<u32>,
    idle: (Vec<f64>, Vec<f64>),
    open: Vec<(u32, f64)>,
    /// Loads that take nothing for want of volts, ascending.
    pub dead: Vec<u32>,
}

/// An island being solved.
pub(crate) struct Desk<'a> {
    pub context: Context<'a>,
    pub island: &'a Island,
    pub system: System,
    /// Elements that are left out, ascending.
    without: Vec<u32>,
    /// Sources of zero ohms at their limit, ascending.
    released: Vec<u32>,
    /// Those at their limit also without load.
    base: Vec<u32>,
    /// Unknowns without load, for the sources in `base` released.
    idle: (Vec<f64>, Vec<f64>),
    /// Volts without load, by element, for elements that are not joints.
    open: Vec<(u32, f64)>,
    /// Loads that take nothing for want of volts, ascending.
    pub dead: Vec<u32>,
    /// What the sign condition says about the island without load; `None` while the system is still that one.
    gauge: Option<Gauge>,
}

/// Below this many volts without load, a load is dead.
const DEAD: f64 = 1e-9;

/// Why an island could not even be solved without load.
pub(crate) enum Refusal {
    /// Its joints make no sense.
    Faults(Vec<Fault>),
    /// Its passive part has no point, or is beyond the arithmetic.
    Stopped,
}

impl<'a> Desk<'a> {
    /// Solves without load, and without some elements that only draw.
    pub(crate) fn new(
        context: Context<'a>,
        island: &'a Island,
        without: &[u32],
        shop: &mut Shop,
    ) -> Result<Self, Refusal> {
        let system = System::new(context.circuit, context.plan, island, &[], shop).map_err(Refusal::Faults)?;
        let mut desk = Self {
            context,
            island,
            system,
            gauge: None,
            without: without.to_vec(),
            released: Vec::new(),
            base: Vec::new(),
            idle: (Vec::new(), Vec::new()),
            open: Vec::new(),
            dead: Vec::new(),
        };
        desk.settle(None, true, shop).map_err(|_| Refusal::Stopped)?;
        desk.base.clone_from(&desk.released);
        desk.idle = (desk.system.high.clone(), desk.system.low.clone());
        desk.open = desk.system.pieces.iter().map(|piece| (piece.element, desk.system.across(piece))).collect();
        let is_dead = |&&(element, volts): &&(u32, f64)| volts <= DEAD && desk.law(element).draws();
        desk.dead = desk.open.iter().filter(is_dead).map(|&(element, _)| element).collect();
        desk.gauge = None;
        Ok(desk)
    }

    /// What a desk with nothing left out knows before it is asked for loads.
    pub(crate) fn into_rest(self) -> Rest {
        let Self { system, released, base, idle, open, dead, .. } = self;
        Rest { system, released, base, idle, open, dead }
    }

    /// Takes up what another desk for this island of this circuit came to without load.
    pub(crate) fn at_rest(context: Context<'a>, island: &'a Island, rest: Rest) -> Self {
        let Rest { system, released, base, idle, open, dead } = rest;
        Self { context, island, system, gauge: None, without: Vec::new(), released, base, idle, open, dead }
    }

    /// Solves with loads, from the point without.
    pub(crate) fn run(&mut self, demand: &Demand, shop: &mut Shop) -> Result<(), Stop> {
        if self.released != self.base {
            self.released.clone_from(&self.base);
            self.rebuild(shop);
        }
        self.system.high.clone_from(&self.idle.0);
        self.system.low.clone_from(&self.idle.1);
        self.settle(Some(demand), false, shop)
    }

    /// Solves with loads, from the volts at hand.
    pub(crate) fn resume(&mut self, demand: &Demand, shop: &mut Shop) -> Result<(), Stop> {
        self.settle(Some(demand), false, shop)
    }

    /// Whether a failed run shows that no operating point exists.
    pub(crate) fn proves(&self, stop: Stop, demand: &Demand, shop: &mut Shop) -> bool {
        if stop == Stop::Steps || self.holds() {
            return stop != Stop::Steps;
        }
        let one_way = |&&element: &&u32| matches!(self.law(element), Law::Diode { .. } | Law::Clamp { .. });
        let one_way: Vec<u32> = self.island.elements.iter().filter(one_way).copied().collect();
        if let Ok(mut rest) = Self::new(self.context, self.island, &one_way, shop)
            && rest.released.is_empty()
            && falls_together(self.context.circuit, &mut rest.system, [&one_way, &self.dead], shop)
        {
            return rest.fails(&self.dead, demand, shop) && rest.released.is_empty();
        }
        let mut spoil = Vec::new();
        for gauge in [&self.idle_gauge(), &self.present_gauge()] {
            match gauge {
                Gauge::Holds => {}
                Gauge::HoldsWithout(more) => spoil.extend(more),
                Gauge::Fails => return false,
            }
        }
        spoil.sort_unstable();
        spoil.dedup();
        let Ok(mut rest) = Self::new(self.context, self.island, &spoil, shop) else { return false };
        rest.fails(&self.dead, demand, shop)
            && match rest.present_gauge() {
                Gauge::Holds => true,
                Gauge::HoldsWithout(left) => left.iter().all(|element| spoil.binary_search(element).is_ok()),
                Gauge::Fails => false,
            }
    }

    /// Whether the sign condition holds, also with the sources that have come to their limit.
    pub(crate) fn holds(&self) -> bool {
        self.idle_gauge() == Gauge::Holds && (self.released == self.base || self.present_gauge() == Gauge::Holds)
    }

    /// What the sign condition says about the island without load.
    pub(crate) fn idle_gauge(&self) -> Gauge {
        self.gauge.clone().unwrap_or_else(|| self.present_gauge())
    }

    fn present_gauge(&self) -> Gauge {
        gauge(self.context.circuit, &self.system, &self.dead)
    }

    fn fails(&mut self, dead: &[u32], demand: &Demand, shop: &mut Shop) -> bool {
        self.dead = dead.to_vec();
        self.run(demand, shop).is_err_and(|stop| stop != Stop::Steps)
    }

    fn law(&self, element: u32) -> &'a Law {
        &self.context.circuit.elements[element as usize].law
    }

    fn rule(&self, element: u32, demand: Option<&Demand>) -> Rule {
        let law = self.law(element);
        if self.released.binary_search(&element).is_ok() {
            return Rule::at_limit(law);
        }
        if self.without.binary_search(&element).is_ok() {
            return if matches!(law, Law::Diode { .. }) { Rule::Linear { siemens: LEAK } } else { Rule::Nothing };
        }
        let Some(demand) = demand.filter(|_| law.draws() && self.dead.binary_search(&element).is_err()) else {
            return Rule::without_draw(law);
        };
        let positive = |value: f64, rule: Rule| if value > 0.0 { rule } else { Rule::Nothing };
        match *law {
            Law::Power { watts, .. } => positive(watts, Rule::Power { watts: watts * demand.factor }),
            Law::Current { amperes, .. } => positive(amperes, Rule::Current { amperes: amperes * demand.factor }),
            _ => {
                let watts = demand.inputs.get(&element).copied().unwrap_or(0.0);
                positive(watts, Rule::Power { watts })
            }
        }
    }

    /// Newton's method, again for every further source that comes to its limit.
    fn settle(&mut self, demand: Option<&Demand>, straight: bool, shop: &mut Shop) -> Result<(), Stop> {
        let mut straight = straight;
        loop {
            for index in 0..self.system.pieces.len() {
                let element = self.system.pieces[index].element;
                if self.law(element).draws() || !self.without.is_empty() {
                    self.system.pieces[index].rule = self.rule(element, demand);
                }
            }
            self.system.settle(straight, self.context.options.steps, shop)?;
            straight = false;
            let more = self.beyond_limit();
            if more.is_empty() {
                return Ok(());
            }
            if self.gauge.is_none() {
                self.gauge = Some(self.present_gauge());
            }
            self.released.extend(more);
            self.released.sort_unstable();
            self.rebuild(shop);
        }
    }

    fn rebuild(&mut self, shop: &mut Shop) {
        let Context { circuit, plan, .. } = self.context;
        let mut system = System::new(circuit, plan, self.island, &self.released, shop)
            .unwrap_or_else(|_| unreachable!("fewer joints make no loop"));
        system.start_from(&self.system);
        self.system = system;
    }

    /// Sources of zero ohms that would have to deliver more than they can.
    fn beyond_limit(&self) -> Vec<u32> {
        let has_limit = |element: u32| matches!(self.law(element), Law::Source { limit: Some(_), .. });
        if !self.system.joints.iter().any(|joint| has_limit(joint.element)) {
            return Vec::new();
        }
        let mut beyond = Vec::new();
        for (joint, amperes) in self.system.joints.iter().zip(self.system.joint_amperes()) {
            let Law::Source { limit: Some(limit), .. } = *self.law(joint.element) else { continue };
            if amperes.is_some_and(|amperes| -amperes > limit * (1.0 + 1e-12)) {
                beyond.push(joint.element);
            }
        }
        beyond
    }

    /// Volts across an element without load; `None` for joints.
    pub(crate) fn open(&self, element: u32) -> Option<f64> {
        let at = self.open.binary_search_by_key(&element, |&(element, _)| element).ok()?;
        Some(self.open[at].1)
    }

    /// Volts of each node and flow of each element at the volts at hand, into vectors by node and by element.
    pub(crate) fn write(&self, volts: &mut [Option<f64>], flows: &mut [Flow]) {
        for (local, &node) in self.island.nodes.iter().enumerate() {
            volts[node as usize] = Some(self.system.volts(local));
        }
        for piece in &self.system.pieces {
            let across = self.system.across(piece);
            let amperes = if piece.rule == Rule::Nothing { 0.0 } else { piece.rule.at(across).0 };
            flows[piece.element as usize] = Flow { volts: Some(across), amperes: Some(amperes) };
        }
        for (joint, amperes) in self.system.joints.iter().zip(self.system.joint_amperes()) {
            let volts = self.law(joint.element).firm();
            flows[joint.element as usize] = Flow { volts, amperes };
        }
    }

    /// Watts that some sources of this island deliver at the volts at hand, in their order.
    pub(crate) fn delivered(&self, sources: &[u32]) -> Vec<f64> {
        let joints = if sources.is_empty() { Vec::new() } else { self.system.joint_amperes() };
        let of = |source: &u32| {
            if let Ok(at) = self.system.pieces.binary_search_by_key(source, |piece| piece.element) {
                let piece = &self.system.pieces[at];
                let across = self.system.across(piece);
                return -piece.rule.at(across).0 * across;
            }
            let at = self.system.joints.binary_search_by_key(source, |joint| joint.element);
            let at = at.expect("a source of the island is a piece or a joint");
            -joints[at].unwrap_or(0.0) * self.law(*source).firm().unwrap_or(0.0)
        };
        sources.iter().map(of).collect()
    }

    /// Amperes that an element delivers at the volts at hand where it is a source, else zero.
    pub(crate) fn delivered_amperes(&self, element: u32) -> f64 {
        let Law::Source { .. } = self.law(element) else { return 0.0 };
        if let Ok(at) = self.system.pieces.binary_search_by_key(&element, |piece| piece.element) {
            let piece = &self.system.pieces[at];
            return -piece.rule.at(self.system.across(piece)).0;
        }
        let mut joints = self.system.joints.iter().zip(self.system.joint_amperes());
        joints
            .find(|(joint, _)| joint.element == element)
            .and_then(|(_, amperes)| amperes)
            .map_or(0.0, |amperes| -amperes)
    }

    /// Whether some source stands at its limit.
    pub(crate) fn at_limit(&self, source: u32) -> bool {
        if self.released.binary_search(&source).is_ok() {
            return true;
        }
        let Ok(at) = self.system.pieces.binary_search_by_key(&source, |piece| piece.element) else { return false };
        let piece = &self.system.pieces[at];
        matches!(piece.rule, Rule::Source { volts, siemens, limit } if (volts - self.system.across(piece)) * siemens > limit)
    }
}
