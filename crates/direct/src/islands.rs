//! What hangs together: islands of conductors with their reference, loads without a way back, and the order of converters.

use crate::circuit::{Circuit, Law};
use crate::merge::Forest;
use crate::validate::Fault;

/// Nodes that current can pass between, with at least one source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Island {
    /// Its nodes, ascending.
    pub nodes: Vec<u32>,
    /// Its elements, ascending; a load whose ends lie in two islands is in neither.
    pub elements: Vec<u32>,
    /// The node at zero volts.
    pub reference: u32,
}

/// The circuit in parts that can be solved one by one.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Powered islands, by their least node.
    pub islands: Vec<Island>,
    /// Node → its index in its island's nodes.
    pub local: Vec<u32>,
    /// Node → its powered island, or [`NOWHERE`].
    pub home: Vec<u32>,
    /// The least node of each island without a source.
    pub floating: Vec<u32>,
    /// Loads without a way back: their ends lie in different islands, or in one without a source.
    pub stranded: Vec<u32>,
    /// Islands that converters or shared limits tie together, each list with what is fed before what feeds it.
    pub clusters: Vec<Vec<u32>>,
}

/// No island.
pub(crate) const NOWHERE: u32 = u32::MAX;

impl Plan {
    /// Splits a circuit whose names are sound; sources that are `off` are left out.
    pub(crate) fn new(circuit: &Circuit, off: &[bool]) -> Result<Self, Vec<Fault>> {
        let nodes = circuit.nodes as usize;
        let mut forest = Forest::new(nodes);
        for (element, &off) in circuit.elements.iter().zip(off) {
            if !element.law.draws() && !off {
                forest.join(element.ends[0], element.ends[1], 0.0);
            }
        }
        let root: Vec<u32> = (0..circuit.nodes).map(|node| forest.find(node).0).collect();
        let mut source_minus = vec![NOWHERE; nodes];
        for (element, &off) in circuit.elements.iter().zip(off) {
            let minus = &mut source_minus[root[element.ends[0] as usize] as usize];
            if matches!(element.law, Law::Source { .. }) && !off && *minus == NOWHERE {
                *minus = element.ends[1];
            }
        }
        let mut plan = Self {
            islands: Vec::new(),
            local: vec![0; nodes],
            home: vec![NOWHERE; nodes],
            floating: Vec::new(),
            stranded: Vec::new(),
            clusters: Vec::new(),
        };
        let mut index = vec![NOWHERE; nodes];
        let mut met = vec![false; nodes];
        for node in 0..circuit.nodes {
            let root = root[node as usize] as usize;
            if source_minus[root] == NOWHERE {
                if !std::mem::replace(&mut met[root], true) {
                    plan.floating.push(node);
                }
                continue;
            }
            if index[root] == NOWHERE {
                index[root] = count(plan.islands.len());
                let reference = source_minus[root];
                plan.islands.push(Island { nodes: Vec::new(), elements: Vec::new(), reference });
            }
            let island = &mut plan.islands[index[root] as usize];
            plan.home[node as usize] = index[root];
            plan.local[node as usize] = count(island.nodes.len());
            island.nodes.push(node);
        }
        plan.place_elements(circuit, off);
        plan.refer(circuit)?;
        plan.order(circuit, off)?;
        Ok(plan)
    }

    fn place_elements(&mut self, circuit: &Circuit, off: &[bool]) {
        for (index, element) in (0u32..).zip(&circuit.elements) {
            if off[index as usize] {
                continue;
            }
            let [a, b] = element.ends.map(|end| self.home[end as usize]);
            if a != NOWHERE && a == b {
                self.islands[a as usize].elements.push(index);
            } else if element.law.is_load() {
                self.stranded.push(index);
            }
        }
    }

    fn refer(&mut self, circuit: &Circuit) -> Result<(), Vec<Fault>> {
        let mut given = vec![NOWHERE; self.islands.len()];
        let mut faults = Vec::new();
        for &node in &circuit.references {
            let home = self.home[node as usize];
            if home == NOWHERE {
                continue;
            }
            let first = &mut given[home as usize];
            if *first == NOWHERE {
                *first = node;
                self.islands[home as usize].reference = node;
            } else if *first != node {
                faults.push(Fault::TwoReferences { nodes: [*first, node] });
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// Groups islands into clusters and sorts each: an island comes after all islands that its converters feed.
    fn order(&mut self, circuit: &Circuit, off: &[bool]) -> Result<(), Vec<Fault>> {
        cycles(circuit, off)?;
        let islands = self.islands.len();
        let mut forest = Forest::new(islands);
        let mut waits = vec![0u32; islands];
        let mut feeds: Vec<[u32; 2]> = Vec::new();
        for (element, &off) in circuit.elements.iter().zip(off) {
            let Law::Converter { feeds: source, .. } = element.law else { continue };
            let output = circuit.elements[source as usize].ends.map(|end| self.home[end as usize]);
            let input = element.ends.map(|end| self.home[end as usize]);
            if off || input[0] == NOWHERE || input[0] != input[1] || output[0] == NOWHERE {
                continue;
            }
            forest.join(input[0], output[0], 0.0);
            if input[0] != output[0] {
                waits[input[0] as usize] += 1;
                feeds.push([output[0], input[0]]);
            }
        }
        for group in &circuit.groups {
            let homes: Vec<u32> = group
                .sources
                .iter()
                .map(|&source| self.home[circuit.elements[source as usize].ends[0] as usize])
                .filter(|&home| home != NOWHERE)
                .collect();
            for pair in homes.windows(2) {
                forest.join(pair[0], pair[1], 0.0);
            }
        }
        feeds.sort_unstable();
        let mut order: Vec<u32> = (0..count(islands)).filter(|&island| waits[island as usize] == 0).collect();
        let mut at = 0;
        while at < order.len() {
            let island = order[at];
            let from = feeds.partition_point(|feed| feed[0] < island);
            for feed in feeds[from..].iter().take_while(|feed| feed[0] == island) {
                waits[feed[1] as usize] -= 1;
                if waits[feed[1] as usize] == 0 {
                    order.push(feed[1]);
                }
            }
            at += 1;
        }
        order.extend((0..count(islands)).filter(|&island| waits[island as usize] > 0));
        let mut cluster = vec![NOWHERE; islands];
        for island in order {
            let root = forest.find(island).0 as usize;
            if cluster[root] == NOWHERE {
                cluster[root] = count(self.clusters.len());
                self.clusters.push(Vec::new());
            }
            self.clusters[cluster[root] as usize].push(island);
        }
        Ok(())
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).expect("indices have 32 bits")
}

/// Refuses converters that feed themselves.
///
/// A *feed region* is what resistors join without passing a return: the minus end of any source, load or converter, or a
/// reference. Converters of one build share returns freely; sharing a feed region from output to input is a cycle.
fn cycles(circuit: &Circuit, off: &[bool]) -> Result<(), Vec<Fault>> {
    let converters: Vec<u32> = (0u32..)
        .zip(&circuit.elements)
        .filter(|(index, element)| matches!(element.law, Law::Converter { .. }) && !off[*index as usize])
        .map(|(index, _)| index)
        .collect();
    if converters.is_empty() {
        return Ok(());
    }
    let mut returns = vec![false; circuit.nodes as usize];
    for element in circuit.elements.iter().filter(|element| !matches!(element.law, Law::Resistor { .. })) {
        returns[element.ends[1] as usize] = true;
    }
    for &node in &circuit.references {
        returns[node as usize] = true;
    }
    let mut forest = Forest::new(circuit.nodes as usize);
    for element in &circuit.elements {
        let joins = match element.law {
            Law::Resistor { .. } => !returns[element.ends[0] as usize] && !returns[element.ends[1] as usize],
            _ => false,
        };
        if joins {
            forest.join(element.ends[0], element.ends[1], 0.0);
        }
    }
    let mut arrows: Vec<[u32; 3]> = Vec::new();
    for &index in &converters {
        let element = &circuit.elements[index as usize];
        let Law::Converter { feeds, .. } = element.law else { continue };
        let input = forest.find(element.ends[0]).0;
        let output = forest.find(circuit.elements[feeds as usize].ends[0]).0;
        arrows.push([input, output, index]);
    }
    // What is left after taking away, again and again, every converter whose output feeds no converter: the cycles and what
    // feeds them; and from the other side the same.
    loop {
        let before = arrows.len();
        for [from, to] in [[0, 1], [1, 0]] {
            let mut starts: Vec<u32> = arrows.iter().map(|arrow| arrow[from]).collect();
            starts.sort_unstable();
            arrows.retain(|arrow| starts.binary_search(&arrow[to]).is_ok());
        }
        if arrows.len() == before {
            break;
        }
    }
    if arrows.is_empty() {
        return Ok(());
    }
    Err(vec![Fault::ConverterCycle { converters: arrows.iter().map(|arrow| arrow[2]).collect() }])
}
