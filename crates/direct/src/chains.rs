//! Series reduction: resistors in a row through nodes that nothing else touches count as one, and dead ends as none.
//!
//! A harness is mostly leads, contacts, joints and fuses in a row. What is in a row follows from how elements are joined, never from
//! their numbers, so one reduction serves every circuit of the same shape. All answers are brought back to the whole circuit.

use crate::circuit::{Circuit, Element, Group, Law};
use crate::solution::{Collapse, Flow, Limit, Solution};
use crate::validate::Fault;

/// No node, or no element.
const NONE: u32 = u32::MAX;

/// More ends at a node than a row or a dead end may have.
const BUSY: u32 = u32::MAX / 2;

/// A part of a row: the element, and at which of its ends (0 or 1) the row enters it.
#[derive(Clone, Copy, Debug)]
struct Part {
    element: u32,
    enters: usize,
}

/// How a circuit and its reduction belong together. *Small* nodes and elements are those of the reduction.
#[derive(Debug)]
pub(crate) struct Chains {
    /// Small node → the node that it is.
    nodes: Vec<u32>,
    /// Small node → the least node that stands on it or on rows and dead ends that begin there.
    least: Vec<u32>,
    /// Node → its small node, or that of the end at which its row or dead end begins.
    small: Vec<u32>,
    /// Element → its small element.
    elements: Vec<u32>,
    /// Ends of the small elements, in small nodes.
    ends: Vec<[u32; 2]>,
    /// Small element → where its parts begin in `parts`.
    start: Vec<u32>,
    parts: Vec<Part>,
    /// The first small element that stands for dead ends: they go from a node to itself.
    idle: usize,
    /// Nodes of dead ends, each with the node whose volts it has, that one first.
    dead: Vec<[u32; 2]>,
}

/// Ends that meet at each node, and the exclusive or of the resistors among them: with one left it is that one.
struct Meeting {
    count: Vec<u32>,
    met: Vec<u32>,
}

impl Meeting {
    fn new(circuit: &Circuit, keep: &[u32]) -> Self {
        let nodes = circuit.nodes as usize;
        let mut meeting = Self { count: vec![0; nodes], met: vec![0; nodes] };
        for (index, element) in (0u32..).zip(&circuit.elements) {
            let [a, b] = element.ends.map(|end| end as usize);
            if a != b && matches!(element.law, Law::Resistor { .. }) {
                for end in [a, b] {
                    meeting.count[end] += 1;
                    meeting.met[end] ^= index;
                }
            } else {
                (meeting.count[a], meeting.count[b]) = (BUSY, BUSY);
            }
        }
        for &node in circuit.references.iter().chain(keep) {
            if let Some(count) = meeting.count.get_mut(node as usize) {
                *count = BUSY;
            }
        }
        meeting
    }

    /// Whether a row passes through.
    fn passes(&self, node: u32) -> bool {
        self.count[node as usize] == 2
    }

    /// Takes dead ends away, tip first; each with its element, its tip and its root.
    fn prune(&mut self, circuit: &Circuit) -> Vec<(u32, [u32; 2])> {
        let mut pruned = Vec::new();
        for node in 0..circuit.nodes {
            let mut tip = node;
            while self.count[tip as usize] == 1 {
                let element = self.met[tip as usize];
                let root = other(&circuit.elements[element as usize], tip);
                pruned.push((element, [tip, root]));
                self.count[tip as usize] = 0;
                self.met[root as usize] ^= element;
                if self.count[root as usize] < BUSY {
                    self.count[root as usize] -= 1;
                } else {
                    break;
                }
                tip = root;
            }
        }
        pruned
    }
}

fn other(element: &Element, node: u32) -> u32 {
    if element.ends[0] == node { element.ends[1] } else { element.ends[0] }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).expect("indices have 32 bits")
}

impl Chains {
    /// Finds rows and dead ends of a circuit whose names are sound; nodes in `keep` stay nodes. `None` where hardly any are found.
    pub(crate) fn new(circuit: &Circuit, keep: &[u32]) -> Option<Self> {
        let mut meeting = Meeting::new(circuit, keep);
        let inner = meeting.count.iter().filter(|&&count| count == 1 || count == 2).count();
        if inner * 8 < circuit.nodes as usize || inner == 0 {
            return None;
        }
        let pruned = meeting.prune(circuit);
        let mut chains = Self {
            nodes: Vec::with_capacity(circuit.nodes as usize - inner),
            least: Vec::with_capacity(circuit.nodes as usize - inner),
            small: Vec::new(),
            elements: vec![NONE; circuit.elements.len()],
            ends: Vec::with_capacity(circuit.elements.len().saturating_sub(inner)),
            start: Vec::with_capacity(circuit.elements.len().saturating_sub(inner) + 1),
            parts: Vec::with_capacity(circuit.elements.len()),
            idle: 0,
            dead: pruned.iter().rev().map(|&(_, ends)| ends).collect(),
        };
        // Node → the kept node it is counted to.
        let mut stem: Vec<u32> = (0..circuit.nodes).collect();
        for &(element, _) in &pruned {
            chains.elements[element as usize] = 0;
        }
        for index in 0..count(circuit.elements.len()) {
            if chains.elements[index as usize] == NONE {
                chains.follow(circuit, &mut meeting, index, &mut stem);
            }
        }
        for &[tip, root] in &chains.dead {
            stem[tip as usize] = stem[root as usize];
        }
        chains.hang(&pruned, &stem);
        chains.number(&stem);
        Some(chains)
    }

    /// One small element: the row that an element is part of, or the element alone. Its ends are still nodes of the circuit.
    fn follow(&mut self, circuit: &Circuit, meeting: &mut Meeting, index: u32, stem: &mut [u32]) {
        let element = &circuit.elements[index as usize];
        let whole = count(self.ends.len());
        self.start.push(count(self.parts.len()));
        let is_row = matches!(element.law, Law::Resistor { .. }) && element.ends[0] != element.ends[1];
        let (mut at, mut node) = (index, element.ends[0]);
        while is_row && meeting.passes(node) {
            at ^= meeting.met[node as usize];
            node = other(&circuit.elements[at as usize], node);
            if at == index {
                // A ring that nothing holds: it is cut here.
                meeting.count[node as usize] = BUSY;
            }
        }
        let first = node;
        loop {
            let part = &circuit.elements[at as usize];
            self.elements[at as usize] = whole;
            self.parts.push(Part { element: at, enters: usize::from(part.ends[0] != node) });
            node = if is_row { other(part, node) } else { part.ends[1] };
            if !is_row || !meeting.passes(node) {
                break;
            }
            stem[node as usize] = first;
            at ^= meeting.met[node as usize];
        }
        self.ends.push([first, node]);
    }

    /// Dead ends: one small element at each node where any begin.
    fn hang(&mut self, pruned: &[(u32, [u32; 2])], stem: &[u32]) {
        self.idle = self.ends.len();
        let mut hung: Vec<(u32, u32)> =
            pruned.iter().map(|&(element, [tip, _])| (stem[tip as usize], element)).collect();
        hung.sort_unstable();
        for batch in hung.chunk_by(|a, b| a.0 == b.0) {
            self.start.push(count(self.parts.len()));
            for &(_, element) in batch {
                self.elements[element as usize] = count(self.ends.len());
                self.parts.push(Part { element, enters: 0 });
            }
            self.ends.push([batch[0].0; 2]);
        }
        self.start.push(count(self.parts.len()));
    }

    /// Numbers small nodes by the least node that is counted to them, so that islands keep their order.
    fn number(&mut self, stem: &[u32]) {
        let mut number = vec![NONE; stem.len()];
        for (node, &kept) in (0u32..).zip(stem) {
            if number[kept as usize] == NONE {
                number[kept as usize] = count(self.nodes.len());
                self.nodes.push(kept);
                self.least.push(node);
            }
        }
        self.small = stem.iter().map(|&kept| number[kept as usize]).collect();
        for ends in &mut self.ends {
            *ends = ends.map(|end| number[end as usize]);
        }
    }

    fn parts(&self, whole: usize) -> &[Part] {
        &self.parts[self.start[whole] as usize..self.start[whole + 1] as usize]
    }

    /// The small node of a node that was kept.
    pub(crate) fn small_node(&self, node: u32) -> u32 {
        self.small[node as usize]
    }

    /// The small elements of some elements, ascending; dead ends, whose numbers bear on nothing, are left out.
    pub(crate) fn small_elements(&self, elements: &[u32]) -> Vec<u32> {
        let mut small: Vec<u32> = elements.iter().map(|&element| self.elements[element as usize]).collect();
        small.retain(|&whole| (whole as usize) < self.idle);
        small.sort_unstable();
        small.dedup();
        small
    }

    /// The reduction of a circuit of the shape that this was made from: ohms in a row add.
    pub(crate) fn shrink(&self, circuit: &Circuit) -> Circuit {
        let law = |whole: usize| match *self.parts(whole) {
            _ if whole >= self.idle => Law::Resistor { ohms: 1.0 },
            [part] => match circuit.elements[part.element as usize].law {
                Law::Converter { feeds, efficiency, idle, minimum } => {
                    Law::Converter { feeds: self.elements[feeds as usize], efficiency, idle, minimum }
                }
                law => law,
            },
            ref parts => Law::Resistor { ohms: parts.iter().map(|part| ohms(circuit, part)).sum() },
        };
        let elements = self.ends.iter().enumerate().map(|(whole, &ends)| Element { ends, law: law(whole) }).collect();
        let group = |group: &Group| Group {
            sources: group.sources.iter().map(|&source| self.elements[source as usize]).collect(),
            share: group.share,
        };
        Circuit {
            nodes: count(self.nodes.len()),
            elements,
            groups: circuit.groups.iter().map(group).collect(),
            references: circuit.references.iter().map(|&node| self.small[node as usize]).collect(),
        }
    }

    /// The part of a small element that has most ohms, the first of equals, and its share of the volts.
    pub(crate) fn dearest(&self, circuit: &Circuit, whole: u32) -> (u32, f64) {
        let parts = self.parts(whole as usize);
        let [first, others @ ..] = parts else { unreachable!("a small element has parts") };
        if others.is_empty() {
            return (first.element, 1.0);
        }
        let (mut dearest, mut most, mut sum) = (first.element, 0.0, 0.0);
        for part in parts {
            let ohms = ohms(circuit, part);
            sum += ohms;
            if ohms > most {
                (dearest, most) = (part.element, ohms);
            }
        }
        (dearest, if sum > 0.0 { most / sum } else { 0.0 })
    }

    /// An answer for the reduction as one for the circuit; what follows from volts and flows is left as it was.
    pub(crate) fn expand(&self, circuit: &Circuit, small: Solution) -> Solution {
        let mut volts = vec![None; circuit.nodes as usize];
        for (&node, &at) in self.nodes.iter().zip(&small.volts) {
            volts[node as usize] = at;
        }
        let mut flows = vec![Flow::default(); circuit.elements.len()];
        for (whole, flow) in small.flows.iter().enumerate() {
            let parts = self.parts(whole);
            if let [part] = parts {
                flows[part.element as usize] = *flow;
                continue;
            }
            let mut at = small.volts[self.ends[whole][0] as usize];
            for part in parts {
                // Amperes are open where a loop of zero ohms leaves them so, and then no part has volts.
                let drop = flow.amperes.unwrap_or(0.0) * ohms(circuit, part);
                let way = if part.enters == 0 { 1.0 } else { -1.0 };
                flows[part.element as usize] =
                    Flow { volts: flow.volts.map(|_| drop * way), amperes: flow.amperes.map(|amperes| amperes * way) };
                if whole < self.idle {
                    at = at.map(|at| at - drop);
                    let leaves = circuit.elements[part.element as usize].ends[1 - part.enters] as usize;
                    if self.nodes[self.small[leaves] as usize] as usize != leaves {
                        volts[leaves] = at;
                    }
                }
            }
        }
        for &[tip, root] in &self.dead {
            volts[tip as usize] = volts[root as usize];
        }
        let elements = |list: &[u32]| list.iter().map(|&whole| self.element(whole)).collect();
        Solution {
            volts,
            flows,
            limited: elements(&small.limited),
            dead: elements(&small.dead),
            off: elements(&small.off),
            stranded: elements(&small.stranded),
            floating: small.floating.iter().map(|&node| self.least[node as usize]).collect(),
            ..small
        }
    }

    /// The first element that a small one stands for; the only one, unless it is a row.
    fn element(&self, whole: u32) -> u32 {
        self.parts[self.start[whole as usize] as usize].element
    }

    /// The element that a small one stands for, and the part of its `volts` across that one, from end to end of it.
    pub(crate) fn shares<'a>(&'a self, circuit: &'a Circuit) -> impl Iterator<Item = (u32, usize, f64)> + 'a {
        (0..self.ends.len()).flat_map(move |whole| {
            let parts = self.parts(whole);
            let sum: f64 = if parts.len() > 1 { parts.iter().map(|part| ohms(circuit, part)).sum() } else { 1.0 };
            parts.iter().map(move |part| {
                let share = match parts.len() {
                    1 => 1.0,
                    _ if sum > 0.0 => ohms(circuit, part) / sum,
                    _ => 0.0,
                };
                (part.element, whole, if part.enters == 0 { share } else { -share })
            })
        })
    }

    pub(crate) fn references(&self, references: &[u32]) -> Vec<u32> {
        references.iter().map(|&node| self.nodes[node as usize]).collect()
    }

    /// A limit; its costliest element already is one of the circuit.
    pub(crate) fn limit(&self, mut limit: Limit) -> Limit {
        limit.first_to_fail = limit.first_to_fail.map(|load| self.element(load));
        limit
    }

    pub(crate) fn collapse(&self, collapse: Collapse) -> Collapse {
        Collapse { references: self.references(&collapse.references), limit: self.limit(collapse.limit), ..collapse }
    }

    /// Faults in how the reduction hangs together, in the circuit's names.
    pub(crate) fn faults(&self, faults: Vec<Fault>) -> Vec<Fault> {
        let elements = |list: Vec<u32>| list.into_iter().map(|whole| self.element(whole)).collect();
        let name = |fault: Fault| match fault {
            Fault::ConverterCycle { converters } => Fault::ConverterCycle { converters: elements(converters) },
            Fault::ShortedSource { element } => Fault::ShortedSource { element: self.element(element) },
            Fault::ParallelSources { sources } => Fault::ParallelSources { sources: elements(sources) },
            Fault::TwoReferences { nodes } => {
                Fault::TwoReferences { nodes: nodes.map(|node| self.nodes[node as usize]) }
            }
            other => other,
        };
        faults.into_iter().map(name).collect()
    }
}

fn ohms(circuit: &Circuit, part: &Part) -> f64 {
    match circuit.elements[part.element as usize].law {
        Law::Resistor { ohms } => ohms,
        _ => 0.0,
    }
}
