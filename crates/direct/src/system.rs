//! One island as equations: unknown volts, what each element adds to them, and Newton's steps.

use crate::circuit::{Circuit, Law};
use crate::factor::Factor;
use crate::islands::{Island, Plan};
use crate::merge::{Forest, Joint, through};
use crate::rule::Rule;
use crate::shop::Shop;
use crate::validate::Fault;

/// A node's unknown, and the node's volts above it. The reference's unknown is the one past the last and stays zero.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Place {
    pub slot: u32,
    pub above: f64,
}

/// An element that is not a joint.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub element: u32,
    pub rule: Rule,
    /// Local nodes.
    pub nodes: [u32; 2],
    /// Unknowns of its ends.
    pub slots: [u32; 2],
    /// Fixed volts from its first end to its second, beside the unknowns.
    above: f64,
    /// Entries of the matrix: both diagonals and the one below.
    at: [u32; 3],
}

/// Why Newton stopped without an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stop {
    /// The matrix is no longer positive definite.
    Indefinite,
    /// No volts are left across an element that draws.
    NoVolts,
    /// The steps ran out.
    Steps,
}

/// Moves, over the greatest volts: near enough for corrections with the factor at hand; settled; and what rounding alone may cause
/// where ohms lie far apart.
const NEAR: f64 = 1e-4;
const SETTLED: f64 = 1e-14;
const ROUNDING: f64 = 1e-11;

/// The equations of one island for one set of sources at their limit.
pub(crate) struct System {
    pub places: Vec<Place>,
    pub pieces: Vec<Piece>,
    pub joints: Vec<Joint>,
    pub slots: usize,
    factor: Option<Factor>,
    values: Vec<f64>,
    right: Vec<f64>,
    /// Unknown volts, and what their rounding left over.
    pub high: Vec<f64>,
    pub low: Vec<f64>,
}

impl System {
    /// The equations with all loads off. `released` are sources of zero ohms that stand at their limit.
    pub(crate) fn new(
        circuit: &Circuit,
        plan: &Plan,
        island: &Island,
        released: &[u32],
        shop: &mut Shop,
    ) -> Result<Self, Vec<Fault>> {
        let (mut forest, joints, faults) = joints(circuit, plan, island, released);
        if !faults.is_empty() {
            return Err(faults);
        }
        let (pinned, base) = forest.find(plan.local[island.reference as usize]);
        let mut slot = vec![u32::MAX; island.nodes.len()];
        let mut slots = 0u32;
        let roots: Vec<(u32, f64)> = (0u32..).zip(&island.nodes).map(|(node, _)| forest.find(node)).collect();
        for &(root, _) in &roots {
            if root != pinned && slot[root as usize] == u32::MAX {
                slot[root as usize] = slots;
                slots += 1;
            }
        }
        slot[pinned as usize] = slots;
        let place = |&(root, above): &(u32, f64)| Place {
            slot: slot[root as usize],
            above: if root == pinned { above - base } else { above },
        };
        let places: Vec<Place> = roots.iter().map(place).collect();
        let mut pieces = Vec::with_capacity(island.elements.len() - joints.len());
        for &element in &island.elements {
            let part = &circuit.elements[element as usize];
            let is_released = released.contains(&element);
            if part.law.firm().is_some() && !is_released {
                continue;
            }
            let nodes = part.ends.map(|end| plan.local[end as usize]);
            let [a, b] = nodes.map(|node| places[node as usize]);
            let rule = if is_released { Rule::at_limit(&part.law) } else { Rule::without_draw(&part.law) };
            let above = a.above - b.above;
            pieces.push(Piece { element, rule, nodes, slots: [a.slot, b.slot], above, at: [0; 3] });
        }
        let size = slots as usize;
        let mut numbers = 0;
        let factor = (size > 0).then(|| {
            let (analysis, is_other) = shop.analyses.of(size, pieces.iter().map(|piece| piece.slots).collect());
            for (piece, at) in pieces.iter_mut().zip(&analysis.at) {
                piece.at = *at;
            }
            numbers = analysis.numbers();
            shop.work.analyses += u64::from(is_other);
            Factor::new(analysis)
        });
        if let Some(factor) = &factor {
            shop.work.entries = shop.work.entries.max(factor.entries() as u64);
        }
        let values = vec![0.0; numbers + 1];
        Ok(Self {
            places,
            pieces,
            joints,
            slots: size,
            values,
            factor,
            right: vec![0.0; size + 1],
            high: vec![0.0; size + 1],
            low: vec![0.0; size + 1],
        })
    }

    /// Volts across a piece.
    #[inline]
    pub(crate) fn across(&self, piece: &Piece) -> f64 {
        let (a, b) = (piece.slots[0] as usize, piece.slots[1] as usize);
        (self.high[a] - self.high[b] + piece.above) + (self.low[a] - self.low[b])
    }

    /// Volts of a local node.
    pub(crate) fn volts(&self, node: usize) -> f64 {
        let place = self.places[node];
        (self.high[place.slot as usize] + place.above) + self.low[place.slot as usize]
    }

    /// Takes volts over from the same island with another set of sources at their limit.
    pub(crate) fn start_from(&mut self, other: &Self) {
        for (node, place) in self.places.iter().enumerate() {
            if (place.slot as usize) < self.slots {
                self.high[place.slot as usize] = other.volts(node) - place.above;
                self.low[place.slot as usize] = 0.0;
            }
        }
    }

    /// Sums currents and slopes at the present volts; false where an element that draws has no volts.
    fn assemble(&mut self, straight: bool) -> bool {
        self.values.fill(0.0);
        self.right.fill(0.0);
        for piece in &self.pieces {
            let volts = self.across(piece);
            if volts <= 0.0 && piece.rule.draws() {
                return false;
            }
            let (amperes, slope) = if straight { piece.rule.straight(volts) } else { piece.rule.at(volts) };
            let (a, b) = (piece.slots[0] as usize, piece.slots[1] as usize);
            self.right[a] -= amperes;
            self.right[b] += amperes;
            self.values[piece.at[0] as usize] += slope;
            self.values[piece.at[1] as usize] += slope;
            self.values[piece.at[2] as usize] -= slope;
        }
        true
    }

    /// The currents alone.
    fn sum(&mut self) -> bool {
        self.right.fill(0.0);
        for piece in &self.pieces {
            let volts = self.across(piece);
            if volts <= 0.0 && piece.rule.draws() {
                return false;
            }
            let (amperes, _) = piece.rule.at(volts);
            let (a, b) = (piece.slots[0] as usize, piece.slots[1] as usize);
            self.right[a] -= amperes;
            self.right[b] += amperes;
        }
        true
    }

    /// Moves the unknowns by the solution; the greatest move over the greatest volts, `None` where a number is not finite.
    fn shift(&mut self) -> Option<f64> {
        let (mut most, mut scale) = (0.0f64, 1.0f64);
        for ((high, low), &step) in self.high.iter_mut().zip(&mut self.low).zip(&self.right).take(self.slots) {
            if !step.is_finite() {
                return None;
            }
            let sum = *high + step;
            let part = sum - *high;
            *low += (*high - (sum - part)) + (step - part);
            *high = sum;
            most = most.max(step.abs());
            scale = scale.max(sum.abs());
        }
        Some(most / scale)
    }

    /// Newton's method from the volts at hand. `straight` takes the first step with every limit ignored and every diode on its line.
    pub(crate) fn settle(&mut self, straight: bool, steps: u32, shop: &mut Shop) -> Result<(), Stop> {
        let bent = self.pieces.iter().any(|piece| piece.rule.is_bent());
        let mut straight = straight && bent;
        for _ in 0..steps {
            if !self.assemble(straight) {
                return Err(Stop::NoVolts);
            }
            let Some(factor) = &mut self.factor else { return Ok(()) };
            shop.work.steps += 1;
            shop.work.factorisations += 1;
            let entries = self.values.len() - 1;
            if factor.refactor(&self.values[..entries]).is_err() {
                return Err(Stop::Indefinite);
            }
            factor.solve(&mut self.right[..self.slots]);
            let Some(moved) = self.shift() else { return Err(Stop::Indefinite) };
            let stands = if straight { self.is_straight() } else { !bent || moved <= NEAR };
            if stands && self.polish() {
                return Ok(());
            }
            straight = false;
        }
        Err(Stop::Steps)
    }

    /// Whether every piece is on its straight line at the volts at hand, so that the factor of a straight step is theirs.
    fn is_straight(&self) -> bool {
        let is_on_line = |piece: &Piece| {
            let volts = self.across(piece);
            piece.rule.at(volts).1 == piece.rule.straight(volts).1
        };
        self.pieces.iter().filter(|piece| piece.rule.is_bent()).all(is_on_line)
    }

    /// Corrections with the last factor, as long as they settle: they bring the currents to rounding. False where they do not.
    fn polish(&mut self) -> bool {
        let mut before = f64::INFINITY;
        for _ in 0..6 {
            if !self.sum() {
                return false;
            }
            let Some(factor) = &mut self.factor else { return true };
            factor.solve(&mut self.right[..self.slots]);
            let Some(moved) = self.shift() else { return false };
            if moved <= SETTLED {
                return true;
            }
            if moved > before / 16.0 {
                return moved <= ROUNDING;
            }
            before = moved;
        }
        false
    }

    /// Factors the slopes of everything that draws nothing by itself, for [`Self::respond`]; false where that has no inverse.
    pub(crate) fn hold(&mut self, slope: impl Fn(&Rule, f64) -> f64, shop: &mut Shop) -> bool {
        self.values.fill(0.0);
        for piece in &self.pieces {
            let slope = if piece.rule.draws() { 0.0 } else { slope(&piece.rule, self.across(piece)) };
            self.values[piece.at[0] as usize] += slope;
            self.values[piece.at[1] as usize] += slope;
            self.values[piece.at[2] as usize] -= slope;
        }
        let Some(factor) = &mut self.factor else { return true };
        shop.work.factorisations += 1;
        let entries = self.values.len() - 1;
        factor.refactor(&self.values[..entries]).is_ok()
    }

    /// Volts of all unknowns (and the reference's zero) when one ampere goes in at the first unknown and out at the second.
    pub(crate) fn respond(&mut self, slots: [u32; 2]) -> Vec<f64> {
        let [a, b] = slots.map(|slot| slot as usize);
        let mut volts = vec![0.0; self.slots + 1];
        volts[a] += 1.0;
        volts[b] -= 1.0;
        if let Some(factor) = &mut self.factor {
            factor.solve(&mut volts[..self.slots]);
        }
        volts[self.slots] = 0.0;
        volts
    }

    /// Amperes through every joint, from its first end to its second.
    pub(crate) fn joint_amperes(&self) -> Vec<Option<f64>> {
        self.joint_sums(|piece| piece.rule.at(self.across(piece)).0, [0, 0], 0.0)
    }

    /// The same for any currents through the pieces, and some amperes that enter at one local node and leave at another.
    pub(crate) fn joint_sums(
        &self,
        of: impl Fn(&Piece) -> f64,
        [enter, leave]: [u32; 2],
        amperes: f64,
    ) -> Vec<Option<f64>> {
        if self.joints.is_empty() {
            return Vec::new();
        }
        let mut arrives = vec![0.0; self.places.len()];
        arrives[enter as usize] += amperes;
        arrives[leave as usize] -= amperes;
        for piece in &self.pieces {
            let amperes = of(piece);
            arrives[piece.nodes[0] as usize] -= amperes;
            arrives[piece.nodes[1] as usize] += amperes;
        }
        through(&self.joints, &arrives)
    }
}

/// Joins what stands firm; loops of sources are faults.
fn joints(circuit: &Circuit, plan: &Plan, island: &Island, released: &[u32]) -> (Forest, Vec<Joint>, Vec<Fault>) {
    let mut forest = Forest::new(island.nodes.len());
    let mut joints = Vec::new();
    let mut faults = Vec::new();
    let mut is_looped = false;
    for &element in &island.elements {
        let part = &circuit.elements[element as usize];
        let Some(volts) = part.law.firm().filter(|_| !released.contains(&element)) else { continue };
        let ends = part.ends.map(|end| plan.local[end as usize]);
        let closes = !forest.join(ends[0], ends[1], volts);
        joints.push(Joint { element, ends, closes });
        is_looped |= closes;
    }
    if is_looped {
        let zero = vec![0.0; island.nodes.len()];
        let open = through(&joints, &zero);
        let is_source = |joint: &Joint| matches!(circuit.elements[joint.element as usize].law, Law::Source { .. });
        let on_loop = joints.iter().zip(&open).filter(|(joint, amperes)| is_source(joint) && amperes.is_none());
        let sources: Vec<u32> = on_loop.map(|(joint, _)| joint.element).collect();
        match sources[..] {
            [] => {}
            [element] => faults.push(Fault::ShortedSource { element }),
            _ => faults.push(Fault::ParallelSources { sources }),
        }
    }
    (forest, joints, faults)
}
