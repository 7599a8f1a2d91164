//! Many dead shorts at once, bounded by Thevenin's volts and ohms.

use crate::chains::Chains;
use crate::circuit::{Circuit, Law, Options};
use crate::desk::{Context, Desk, Refusal};
use crate::islands::{Island, NOWHERE};
use crate::shop::Shop;
use crate::short::{short_circuit, sound, without_draws};
use crate::solve::Prepared;
use crate::system::System;
use crate::validate::Fault;

/// What stands behind two nodes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Prospective {
    /// Volts without load.
    pub volts: f64,
    /// Ohms as seen from the two nodes.
    pub ohms: f64,
    /// No dead short between them draws more amperes than this; `None` where nothing bounds it.
    pub amperes: Option<f64>,
    /// Whether it draws exactly this much; else less.
    pub exact: bool,
}

/// Bounds dead shorts between many pairs of nodes. `None` for a pair that no powered island joins.
///
/// Where resistors and the only source form a tree and nothing bends, the whole costs one pass; elsewhere one solve with the factor a
/// pair. The few pairs between which a diode or a limit may lift the volts are solved as [`short_circuit`] does.
///
/// # Errors
/// As [`crate::solve()`] for a circuit that makes no sense; pairs that name no node are `None`.
pub fn short_circuits(
    circuit: &Circuit,
    pairs: &[[u32; 2]],
    options: &Options,
) -> Result<Vec<Option<Prospective>>, Vec<Fault>> {
    let mut shop = Shop::default();
    sound(circuit, options, &mut shop)?;
    let circuit = &without_draws(circuit);
    let named = |node: &u32| *node < circuit.nodes;
    let keep: Vec<u32> = pairs.iter().filter(|pair| pair.iter().all(named)).flatten().copied().collect();
    let Some(chains) = Chains::new(circuit, &keep) else { return look(circuit, pairs, options, &mut shop) };
    let small = |pair: &[u32; 2]| pair.map(|node| if named(&node) { chains.small_node(node) } else { NOWHERE });
    let pairs: Vec<[u32; 2]> = pairs.iter().map(small).collect();
    look(&chains.shrink(circuit), &pairs, options, &mut shop).map_err(|faults| chains.faults(faults))
}

/// The same for a circuit whose numbers are sound and which draws nothing.
fn look(
    circuit: &Circuit,
    pairs: &[[u32; 2]],
    options: &Options,
    shop: &mut Shop,
) -> Result<Vec<Option<Prospective>>, Vec<Fault>> {
    let prepared = Prepared::new(circuit, options, shop)?;
    let plan = &prepared.plan;
    let mut answers = vec![None; pairs.len()];
    let mut asked: Vec<(u32, usize)> = Vec::new();
    for (index, pair) in pairs.iter().enumerate() {
        let [a, b] = pair.map(|node| plan.home.get(node as usize).copied().unwrap_or(NOWHERE));
        if a != NOWHERE && a == b {
            asked.push((a, index));
        }
    }
    asked.sort_unstable();
    for batch in asked.chunk_by(|a, b| a.0 == b.0) {
        let island = &plan.islands[batch[0].0 as usize];
        let context = Context { circuit, plan, options, whole: None };
        let mut view = match View::new(context, island, shop) {
            Ok(view) => view,
            Err(Refusal::Faults(faults)) => return Err(faults),
            Err(Refusal::Stopped) => continue,
        };
        for &(_, index) in batch {
            let nodes = pairs[index].map(|node| plan.local[node as usize]);
            answers[index] = match view.look(nodes) {
                Look::Open => None,
                Look::Bound(bound) => Some(bound),
                Look::Lifted(bound) => {
                    let amperes = short_circuit(circuit, pairs[index], &[], options)?.amperes;
                    Some(Prospective { amperes, exact: true, ..bound })
                }
            };
        }
    }
    Ok(answers)
}

/// An island as a short sees it: linear, with what only takes current left out.
struct View<'a> {
    desk: Desk<'a>,
    thevenin: Thevenin,
    /// Ports of what only takes current: diodes, clamps, and what limits withhold where several sources feed.
    takes: Vec<[u32; 2]>,
    /// The sum of all limits, where every source has one.
    most: Option<f64>,
    /// The only source's limit less what it delivers without load.
    spare: Option<f64>,
    is_linear: bool,
}

/// What is seen between two nodes.
enum Look {
    Open,
    Bound(Prospective),
    /// Something left out may lift the volts between the two: no bound is known without solving.
    Lifted(Prospective),
}

impl<'a> View<'a> {
    fn new(context: Context<'a>, island: &'a Island, shop: &mut Shop) -> Result<Self, Refusal> {
        let law = |element: u32| &context.circuit.elements[element as usize].law;
        let one_way = |element: &&u32| matches!(law(**element), Law::Diode { .. } | Law::Clamp { .. });
        let one_way: Vec<u32> = island.elements.iter().filter(one_way).copied().collect();
        let mut desk = Desk::new(context, island, &one_way, shop)?;
        let sources = || island.elements.iter().filter(|element| matches!(law(**element), Law::Source { .. }));
        let limit = |element: &u32| match law(*element) {
            Law::Source { limit, .. } => *limit,
            _ => None,
        };
        let is_single = sources().count() == 1;
        let idle = sources().next().map_or(0.0, |&source| desk.delivered_amperes(source));
        let takes: Vec<[u32; 2]> = desk
            .system
            .pieces
            .iter()
            .filter(|piece| {
                one_way.binary_search(&piece.element).is_ok() || !is_single && limit(&piece.element).is_some()
            })
            .map(|piece| piece.slots)
            .collect();
        Ok(Self {
            thevenin: Thevenin::new(&mut desk.system, takes.is_empty(), shop),
            desk,
            takes,
            most: sources().map(limit).sum(),
            spare: sources()
                .next()
                .filter(|_| is_single)
                .map(|source| limit(source).map_or(f64::INFINITY, |most| most - idle)),
            is_linear: one_way.is_empty(),
        })
    }

    /// With `I` through the short and `i` what is left out takes, `0 = u0 - Z I - z i`: no more than `u0 / Z` where no `z` is negative.
    fn look(&mut self, nodes: [u32; 2]) -> Look {
        let system = &mut self.desk.system;
        let volts = system.volts(nodes[0] as usize) - system.volts(nodes[1] as usize);
        let nodes = if volts < 0.0 { [nodes[1], nodes[0]] } else { nodes };
        let volts = volts.abs();
        let Some((ohms, response)) = self.thevenin.between(system, nodes) else { return Look::Open };
        let lowers = |[a, b]: &[u32; 2]| response[*a as usize] - response[*b as usize] >= -1e-12 * ohms;
        let is_bound = self.takes.is_empty() || self.takes.iter().all(lowers);
        let linear = (ohms > 0.0).then(|| volts / ohms).or((volts == 0.0).then_some(0.0));
        let amperes = match (linear, self.most) {
            (Some(linear), Some(most)) => Some(linear.min(most)),
            (linear, most) => linear.or(most),
        };
        let acts = |linear: f64| self.spare.is_none_or(|spare| spare < linear);
        let exact = self.is_linear && linear.is_some_and(|linear| !acts(linear));
        let bound = Prospective { volts, ohms, amperes, exact };
        if is_bound { Look::Bound(bound) } else { Look::Lifted(bound) }
    }
}

/// Resistance between nodes of an island without load.
enum Thevenin {
    /// Conductors form a tree from the reference: each unknown's parent, depth, and ohms to the reference.
    Tree { parent: Vec<u32>, depth: Vec<u32>, ohms: Vec<f64> },
    /// They do not; the factor stands in the system.
    Mesh,
    /// They have no inverse.
    Nothing,
}

impl Thevenin {
    fn new(system: &mut System, may_be_tree: bool, shop: &mut Shop) -> Self {
        if let Some(tree) = Self::tree(system).filter(|_| may_be_tree) {
            return tree;
        }
        if system.hold(|rule, volts| rule.at(volts).1, shop) { Self::Mesh } else { Self::Nothing }
    }

    fn tree(system: &System) -> Option<Self> {
        let root = system.slots;
        let mut edges: Vec<(usize, usize, f64)> = Vec::with_capacity(2 * root);
        for piece in &system.pieces {
            let [a, b] = piece.slots.map(|slot| slot as usize);
            let slope = piece.rule.at(system.across(piece)).1;
            if a != b && slope > 0.0 {
                edges.extend([(a, b, slope), (b, a, slope)]);
            }
        }
        edges.sort_unstable_by_key(|edge| (edge.0, edge.1));
        edges.dedup_by(|next, kept| {
            let same = (next.0, next.1) == (kept.0, kept.1);
            if same {
                kept.2 += next.2;
            }
            same
        });
        if edges.len() != 2 * root {
            return None;
        }
        let (mut parent, mut depth, mut ohms) = (vec![u32::MAX; root + 1], vec![0; root + 1], vec![0.0; root + 1]);
        let mut order = vec![root];
        parent[root] = u32::try_from(root).expect("unknowns are counted in 32 bits");
        let mut at = 0;
        while at < order.len() {
            let node = order[at];
            let from = edges.partition_point(|edge| edge.0 < node);
            for &(_, other, siemens) in edges[from..].iter().take_while(|edge| edge.0 == node) {
                if parent[other] == u32::MAX {
                    parent[other] = u32::try_from(node).expect("unknowns are counted in 32 bits");
                    depth[other] = depth[node] + 1;
                    ohms[other] = ohms[node] + 1.0 / siemens;
                    order.push(other);
                }
            }
            at += 1;
        }
        (order.len() == root + 1).then_some(Self::Tree { parent, depth, ohms })
    }

    /// Ohms between two local nodes, and the volts of all unknowns for an ampere between them (empty for a tree).
    fn between(&self, system: &mut System, nodes: [u32; 2]) -> Option<(f64, Vec<f64>)> {
        let slots = nodes.map(|node| system.places[node as usize].slot);
        match self {
            Self::Tree { parent, depth, ohms } => {
                let [mut a, mut b] = slots.map(|slot| slot as usize);
                let sum = ohms[a] + ohms[b];
                while a != b && depth[a] + depth[b] > 0 {
                    let lower = if depth[a] >= depth[b] { &mut a } else { &mut b };
                    *lower = parent[*lower] as usize;
                }
                Some((sum - 2.0 * ohms[a], Vec::new()))
            }
            Self::Mesh => {
                let volts = system.respond(slots);
                Some((volts[slots[0] as usize] - volts[slots[1] as usize], volts))
            }
            Self::Nothing => None,
        }
    }
}
