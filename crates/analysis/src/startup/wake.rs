//! Loads that are dark with all coils at rest, and the contacts that would have to close before they have power.

use std::collections::{BTreeSet, VecDeque};

use model::{Build, DeviceId};

use crate::circuit::{Circuit, Ends, Settled, Switch, Throw};

/// Loads that are searched for, at most; more of them hang on the same cause.
const MOST: usize = 1_000;

/// A load that is dark at rest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wake {
    /// Whose, and index in the part's loads.
    pub load: (DeviceId, u32),
    /// The contacts that are open at rest and would have to close; empty where no position of any contact feeds it.
    pub through: Vec<Throw>,
    /// The contacts of the network that these are.
    pub contacts: Vec<u32>,
    /// Its own net holds no source at all: what is dark is its wire, and not a supply that stands on it.
    pub bare: bool,
}

/// Essential loads that are dark at rest.
pub fn asleep(build: &Build, circuit: &Circuit, state: &[bool], settled: &Settled) -> Vec<Wake> {
    let essential: BTreeSet<DeviceId> = build.control.essential.iter().map(|(device, _)| *device).collect();
    let dark = circuit.loads.iter().zip(&settled.powered).filter(|(load, on)| !**on && essential.contains(&load.of.0));
    let dark: Vec<_> = dark.map(|(load, _)| load).take(MOST).collect();
    if dark.is_empty() {
        return Vec::new();
    }
    let any = circuit.settle(state, Switch::Service, |_| Some(true));
    let search = Search::of(circuit, state, settled, &any);
    let number = |load: &(DeviceId, u32)| circuit.loads.partition_point(|of| of.of < *load);
    dark.into_iter()
        .map(|load| {
            let contacts = if any.powered[number(&load.of)] { search.from(load.at) } else { Vec::new() };
            let component = |node: u32| settled.component[node as usize];
            let stands = |end: u32| {
                let on = circuit.supplies.iter().flat_map(|supply| [supply.at.plus, supply.at.minus]);
                on.into_iter().any(|node| component(node) == component(end))
            };
            Wake {
                load: load.of,
                through: contacts.iter().map(|contact| circuit.throws[*contact as usize]).collect(),
                contacts,
                bare: !stands(load.at.plus) || !stands(load.at.minus),
            }
        })
        .collect()
}

/// Components at rest, and what could join them.
struct Search<'a> {
    circuit: &'a Circuit,
    component: &'a [u32],
    /// By component: a live source stands on it.
    on: Vec<bool>,
    /// Component and supply: dead ones that some position of contacts brings to life.
    sleeping: Vec<(u32, u32)>,
    /// Component, the other one, the open contact between.
    around: Vec<(u32, u32, u32)>,
}

impl<'a> Search<'a> {
    fn of(circuit: &'a Circuit, state: &[bool], settled: &'a Settled, any: &Settled) -> Self {
        let component = settled.component.as_slice();
        let mut on = vec![false; component.len()];
        let mut sleeping = Vec::new();
        for (number, supply) in (0..).zip(&circuit.supplies) {
            for node in [supply.at.plus, supply.at.minus] {
                let at = component[node as usize];
                if settled.live[number as usize] {
                    on[at as usize] = true;
                } else if any.live[number as usize] {
                    sleeping.push((at, number));
                }
            }
        }
        sleeping.sort_unstable();
        let mut around = Vec::new();
        for (number, contact) in (0..).zip(&circuit.network.contacts) {
            let [a, b] = contact.ends.map(|node| component[node as usize]);
            if a != b && !contact.guard.closed(state) && !contact.guard.never() {
                around.extend([(a, b, number), (b, a, number)]);
            }
        }
        around.sort_unstable();
        Self { circuit, component, on, sleeping, around }
    }

    /// Contacts that bring both ends to a live source, through supplies that sleep as well.
    fn from(&self, ends: Ends) -> Vec<u32> {
        let mut contacts = BTreeSet::new();
        let mut asked = BTreeSet::new();
        let mut wanted = VecDeque::from([ends.plus, ends.minus]);
        while let Some(node) = wanted.pop_front() {
            let start = self.component[node as usize];
            if !asked.insert(start) {
                continue;
            }
            let Some((found, way)) = self.way(start) else { continue };
            contacts.extend(way);
            if !self.on[found as usize] {
                let at = self.sleeping.partition_point(|(of, _)| *of < found);
                if let Some(from) = self.sleeping.get(at).and_then(|(_, by)| self.circuit.supplies[*by as usize].from) {
                    wanted.extend([from.plus, from.minus]);
                }
            }
        }
        contacts.into_iter().collect()
    }

    /// The fewest open contacts to a component that has a source, live or asleep.
    fn way(&self, start: u32) -> Option<(u32, Vec<u32>)> {
        let mut before = std::collections::BTreeMap::from([(start, (start, u32::MAX))]);
        let mut queue = VecDeque::from([start]);
        while let Some(at) = queue.pop_front() {
            let sleeps = self.sleeping.binary_search_by_key(&at, |(of, _)| *of).is_ok();
            if self.on[at as usize] || sleeps {
                let mut way = Vec::new();
                let mut here = at;
                while here != start {
                    let (from, contact) = before[&here];
                    way.push(contact);
                    here = from;
                }
                return Some((at, way));
            }
            let from = self.around.partition_point(|(of, ..)| *of < at);
            for &(_, next, contact) in self.around[from..].iter().take_while(|(of, ..)| *of == at) {
                before.entry(next).or_insert_with(|| {
                    queue.push_back(next);
                    (at, contact)
                });
            }
        }
        None
    }
}
