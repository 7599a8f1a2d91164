//! Which states hardware can reach: interlocks of metal and of software, and what a coil needs to pull in.

use std::collections::BTreeSet;

use model::{Build, DeviceId};
use switching::{Clause, Literal, Supply as Need};

use super::{Circuit, Supply, Variable};
use crate::drives::{self, Drives};
use crate::nets::Nets;
use crate::outlets::Outlet;

/// Largest number of clauses that one counting rule may turn into.
const MOST: usize = 1_000;

/// Of these at most one is true; `rule` keeps it, or metal.
pub(super) fn at_most_one(circuit: &mut Circuit, numbers: &[u32], rule: Option<u32>) {
    for (at, &a) in numbers.iter().enumerate() {
        for &b in &numbers[at + 1..] {
            push(circuit, vec![Literal::new(a, false), Literal::new(b, false)], rule);
        }
    }
}

fn push(circuit: &mut Circuit, literals: Vec<Literal>, rule: Option<u32>) {
    circuit.network.clauses.push(Clause { literals, soft: rule.is_some() });
    circuit.kept_by.push(rule);
}

/// Guards of parts, and the rules of `[rule]` as far as they speak of coils or of loads that coils switch.
pub(super) fn interlocks(circuit: &mut Circuit, build: &Build, outlets: &[Outlet]) {
    for (id, _, part) in build.each_device() {
        for guard in &part.guards {
            let coils: BTreeSet<u32> = guard.coils.iter().copied().collect();
            let numbers: Vec<u32> = coils.into_iter().filter_map(|coil| circuit.coil(id, coil)).collect();
            at_most_one(circuit, &numbers, None);
        }
    }
    for (index, rule) in (0..).zip(&build.control.rules) {
        // Named twice counts once; two coils in parallel are one variable, which then is never true.
        let coils: BTreeSet<(DeviceId, u32)> = rule.never_together.iter().copied().collect();
        let numbers: Vec<u32> = coils.into_iter().filter_map(|(device, coil)| circuit.coil(device, coil)).collect();
        at_most_one(circuit, &numbers, Some(index));
        let off = |circuit: &Circuit, devices: &[DeviceId]| -> Vec<Literal> {
            outlets
                .iter()
                .filter(|outlet| devices.contains(&outlet.load))
                .filter_map(|outlet| Some(Literal::new(circuit.coil(outlet.coil.0, outlet.coil.1)?, outlet.throw_nc)))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect()
        };
        at_most(circuit, &off(circuit, &rule.never_both), 1, index);
        if let Some(most) = rule.at_most {
            at_most(circuit, &off(circuit, &rule.of), most as usize, index);
        }
    }
}

/// Of these literals at most `most` hold: one clause for each set of one more.
fn at_most(circuit: &mut Circuit, literals: &[Literal], most: usize, rule: u32) {
    let size = most + 1;
    if literals.len() < size {
        return;
    }
    let mut chosen: Vec<usize> = (0..size).collect();
    for _ in 0..MOST {
        push(circuit, chosen.iter().map(|&at| literals[at].opposite()).collect(), Some(rule));
        let Some(at) = (0..size).rev().find(|&at| chosen[at] < literals.len() - size + at) else { return };
        chosen[at] += 1;
        for next in at + 1..size {
            chosen[next] = chosen[next - 1] + 1;
        }
    }
}

/// An energised coil has its ends on a supply; an input that lets current out is fed, and one that takes it in has a living driver.
pub(super) fn supplies(circuit: &mut Circuit, build: &Build, metal: &Nets, drives: &Drives) {
    let reach = Reach::of(circuit);
    let coils: Vec<(Variable, u32)> = circuit.numbers.iter().map(|(&variable, &number)| (variable, number)).collect();
    for (variable, number) in coils {
        let Variable::Coil(id, index) = variable else { continue };
        let (device, part) = (build.device(id), build.part_of(id));
        let coil = &part.coils[index as usize];
        let node = |end: &model::part::End| metal.net(device.terminal(end[0])).0;
        let when = Literal::new(number, true);
        if let (Some(plus), Some(minus)) = (&coil.plus, &coil.minus) {
            need(circuit, when, reach.pairs(circuit, node(plus), node(minus)));
        }
        let Some(drive) = coil.input.and_then(|input| drives.of_input(id, input)) else { continue };
        let Some(shape) = drives::variant(build, drive) else { continue };
        match drives::active_low(build, drive) {
            Some(true) => {
                let from = node(&shape.from);
                need(circuit, when, reach.gives(circuit, from).map(|rail| vec![[from, rail]]).collect());
            }
            Some(false) => {
                let powered = |(controller, _): &(DeviceId, u32)| {
                    let at = circuit.loads.partition_point(|load| load.of.0 < *controller);
                    let load = circuit.loads.get(at).filter(|load| load.of.0 == *controller)?;
                    Some(reach.pairs(circuit, load.at.plus, load.at.minus))
                };
                let all: Option<Vec<_>> = drive.lines.iter().map(powered).collect();
                need(circuit, when, all.unwrap_or_default().into_iter().flatten().collect());
            }
            None => {}
        }
    }
}

/// Nothing at all that could fulfil it is another rule's finding: the coil then counts as free.
fn need(circuit: &mut Circuit, when: Literal, any_of: Vec<Vec<[u32; 2]>>) {
    let met = any_of.iter().any(|pairs| pairs.iter().all(|[a, b]| a == b));
    if !met && !any_of.is_empty() {
        circuit.network.supplies.push(Need { when, any_of });
    }
}

/// What can be joined at all, all contacts closed.
struct Reach {
    group: Vec<u32>,
    /// Supplies by the group of their plus, ascending: group, index.
    supplies: Vec<(u32, u32)>,
}

impl Reach {
    fn of(circuit: &Circuit) -> Self {
        let mut joined = petgraph::unionfind::UnionFind::<u32>::new(circuit.network.nodes as usize);
        for contact in &circuit.network.contacts {
            joined.union(contact.ends[0], contact.ends[1]);
        }
        let group = joined.into_labeling();
        let mut supplies: Vec<(u32, u32)> =
            (0..).zip(&circuit.supplies).map(|(number, supply)| (group[supply.at.plus as usize], number)).collect();
        supplies.sort_unstable();
        Self { group, supplies }
    }

    /// Supplies whose plus may meet a node.
    fn reaching<'a>(&'a self, circuit: &'a Circuit, node: u32) -> impl Iterator<Item = &'a Supply> + 'a {
        let group = self.group[node as usize];
        let from = self.supplies.partition_point(|(of, _)| *of < group);
        let these = self.supplies[from..].iter().take_while(move |(of, _)| *of == group);
        these.map(|&(_, number)| &circuit.supplies[number as usize])
    }

    /// Nodes of rails that give and may meet a node, each once.
    fn gives(&self, circuit: &Circuit, node: u32) -> impl Iterator<Item = u32> {
        let mut rails: Vec<u32> = self.reaching(circuit, node).map(|supply| supply.at.plus).collect();
        rails.sort_unstable();
        rails.dedup();
        rails.into_iter()
    }

    /// Ways to supply what lies between two nodes: each source whose ends may meet both.
    fn pairs(&self, circuit: &Circuit, plus: u32, minus: u32) -> Vec<Vec<[u32; 2]>> {
        let mut ways: Vec<Vec<[u32; 2]>> = self
            .reaching(circuit, plus)
            .filter(|supply| self.group[supply.at.minus as usize] == self.group[minus as usize])
            .map(|supply| vec![[plus, supply.at.plus], [minus, supply.at.minus]])
            .collect();
        ways.sort_unstable();
        ways.dedup();
        ways
    }
}
