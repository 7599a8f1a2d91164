//! What a network asks: its nets, splitters, islands, and a question for each pair of rail nets that must stay apart there.

use crate::Steps;
use crate::text::{Network, Rail};

/// Where a fault would lie: in the contacts between two splitters, or in an island (named by its root net).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Place {
    Direct,
    Island(u32),
}

/// Whether two rail nets are ever joined there, and two references by anything in the same state.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Question {
    pub(crate) place: Place,
    /// Ascending.
    pub(crate) nets: [u32; 2],
    /// Ascending.
    pub(crate) references: Option<[u32; 2]>,
}

/// A contact that some state closes, between two nets.
pub(crate) struct Edge {
    pub(crate) ends: [u32; 2],
    /// Index in the network's contacts.
    pub(crate) contact: u32,
}

/// Lists by a dense key.
pub(crate) struct Lists {
    first: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    fn of(keys: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut first = vec![0; keys + 2];
        for (key, _) in pairs.clone() {
            first[key as usize + 2] += 1;
        }
        for key in 2..first.len() {
            first[key] += first[key - 1];
        }
        let mut items = vec![0; first[keys + 1] as usize];
        for (key, item) in pairs {
            let at = &mut first[key as usize + 1];
            items[*at as usize] = item;
            *at += 1;
        }
        Self { first, items }
    }

    pub(crate) fn at(&self, key: u32) -> &[u32] {
        &self.items[self.first[key as usize] as usize..self.first[key as usize + 1] as usize]
    }
}

/// Disjoint sets, by halving paths and hanging the larger number below the smaller.
struct Sets(Vec<u32>);

impl Sets {
    fn find(&mut self, mut node: u32) -> u32 {
        while self.0[node as usize] != node {
            self.0[node as usize] = self.0[self.0[node as usize] as usize];
            node = self.0[node as usize];
        }
        node
    }

    fn join(&mut self, [a, b]: [u32; 2]) {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a.max(b) as usize] = a.min(b);
    }

    fn joined(nodes: u32, pairs: impl Iterator<Item = [u32; 2]>) -> Vec<u32> {
        let mut sets = Self((0..nodes).collect());
        pairs.for_each(|pair| sets.join(pair));
        (0..nodes).map(|node| sets.find(node)).collect()
    }
}

/// The network seen by the checker. A net is named by the least of its nodes.
pub(crate) struct Ground {
    /// By node.
    pub(crate) net: Vec<u32>,
    pub(crate) edges: Vec<Edge>,
    /// By net: indices in `edges`.
    pub(crate) at_net: Lists,
    /// By net: indices in `edges` of those with an end in the island of that root.
    pub(crate) in_island: Lists,
    /// By net.
    pub(crate) splits: Vec<bool>,
    /// By net: the root of its island.
    pub(crate) island: Vec<u32>,
    /// By island: rail nets in it.
    pub(crate) inside: Lists,
    /// By net: indices in `rails`.
    at_rail: Lists,
    /// Without doubles, at nets.
    rails: Vec<Rail>,
    /// By reference: its node's net, and whether a rail of its own stands there.
    home: Vec<(u32, bool)>,
    /// Most questions, doubles included, before it is plain that proofs are missing.
    most: usize,
    /// Ascending.
    pub(crate) asked: Vec<Question>,
}

impl Ground {
    pub(crate) fn of(network: &Network, proofs: usize, steps: &mut Steps) -> Result<Self, String> {
        let nodes = network.nodes;
        let fixed = network.contacts.iter().filter(|contact| contact.literals == [0, 0]).map(|contact| contact.ends);
        let net = Sets::joined(nodes, network.conductors.iter().copied().chain(fixed));
        let live = |contact: u32| {
            let [a, b] = network.contacts[contact as usize].literals;
            a + b != 0
        };
        let edge = |contact: u32| {
            let ends = network.contacts[contact as usize].ends.map(|node| net[node as usize]);
            (ends[0] != ends[1] && live(contact)).then_some(Edge { ends, contact })
        };
        let edges: Vec<Edge> = (0..network.contacts.len() as u32).filter_map(edge).collect();
        let ends = |index: usize| edges[index].ends.map(|net| (net, index as u32));
        let at_net = Lists::of(nodes as usize, (0..edges.len()).flat_map(ends));

        let mut rails: Vec<Rail> =
            network.rails.iter().map(|&rail| Rail { node: net[rail.node as usize], ..rail }).collect();
        rails.sort_unstable();
        if let Some(pair) = rails.windows(2).find(|pair| pair[0] == pair[1] && pair[0].gives) {
            return Err(format!("two supplies stand on the net of {}", called(network, pair[0].node)));
        }
        rails.dedup();
        let at_rail =
            Lists::of(nodes as usize, rails.iter().enumerate().map(|(index, rail)| (rail.node, index as u32)));
        let mut home: Vec<(u32, bool)> = network.references.iter().map(|&node| (net[node as usize], false)).collect();
        for rail in &rails {
            let (at, own) = &mut home[rail.reference as usize];
            *own |= *at == rail.node;
        }
        let empty = || Lists::of(nodes as usize, std::iter::empty());
        let (splits, island) = (vec![false; nodes as usize], Vec::new());
        let (in_island, inside) = (empty(), empty());
        let (most, asked) = (proofs * 2 + 1000 + edges.len(), Vec::new());
        let mut ground =
            Self { net, edges, at_net, in_island, splits, island, inside, at_rail, rails, home, most, asked };
        ground.find_islands(nodes, steps)?;
        ground.ask(network, steps)?;
        Ok(ground)
    }

    /// Every net with a rail, ascending.
    fn rail_nets(&self) -> Vec<u32> {
        let mut nets: Vec<u32> = self.rails.iter().map(|rail| rail.node).collect();
        nets.dedup();
        nets
    }

    fn find_islands(&mut self, nodes: u32, steps: &mut Steps) -> Result<(), String> {
        let possible = Sets::joined(nodes, self.edges.iter().map(|edge| edge.ends));
        let nets = self.rail_nets();
        let members = Lists::of(nodes as usize, nets.iter().map(|&net| (possible[net as usize], net)));
        for &net in &nets {
            let mut splits = true;
            for &other in members.at(possible[net as usize]) {
                splits = splits && (other == net || self.hard(net, other, steps)?);
            }
            self.splits[net as usize] = splits;
        }
        let splits = &self.splits;
        let within =
            self.edges.iter().map(|edge| edge.ends).filter(|ends| !ends.iter().any(|&net| splits[net as usize]));
        self.island = Sets::joined(nodes, within);
        let island = &self.island;
        let tied = |index: usize| {
            let end = self.edges[index].ends.into_iter().find(|&net| !splits[net as usize])?;
            Some((island[end as usize], index as u32))
        };
        self.in_island = Lists::of(nodes as usize, (0..self.edges.len()).filter_map(tied));
        let interior = nets.iter().filter(|&&net| !splits[net as usize]).map(|&net| (island[net as usize], net));
        self.inside = Lists::of(nodes as usize, interior);
        Ok(())
    }

    fn ask(&mut self, network: &Network, steps: &mut Steps) -> Result<(), String> {
        let mut asked = Vec::new();
        for net in self.rail_nets() {
            if self.clashes(net, net, Place::Direct, Some(&mut asked), steps)? {
                return Err(format!("conflicting rails stand on the net of {}", called(network, net)));
            }
        }
        let mut met: Vec<(u32, u32)> = Vec::new();
        for edge in &self.edges {
            match edge.ends.map(|net| self.splits[net as usize]) {
                [true, true] => {
                    self.clashes(edge.ends[0], edge.ends[1], Place::Direct, Some(&mut asked), steps)?;
                }
                [true, false] => met.push((self.island[edge.ends[1] as usize], edge.ends[0])),
                [false, true] => met.push((self.island[edge.ends[0] as usize], edge.ends[1])),
                [false, false] => {}
            }
        }
        met.extend(
            self.rail_nets()
                .iter()
                .filter(|&&net| !self.splits[net as usize])
                .map(|&net| (self.island[net as usize], net)),
        );
        met.sort_unstable();
        met.dedup();
        for rails in met.chunk_by(|a, b| a.0 == b.0) {
            for (index, &(island, a)) in rails.iter().enumerate() {
                for &(_, b) in &rails[index + 1..] {
                    self.clashes(a, b, Place::Island(island), Some(&mut asked), steps)?;
                }
            }
        }
        asked.sort_unstable();
        asked.dedup();
        self.asked = asked;
        Ok(())
    }

    /// Whether two rail nets conflict hard.
    pub(crate) fn hard(&self, a: u32, b: u32, steps: &mut Steps) -> Result<bool, String> {
        self.clashes(a, b, Place::Direct, None, steps)
    }

    /// Adds what two rail nets ask there; true where they conflict hard.
    fn clashes(
        &self,
        a: u32,
        b: u32,
        place: Place,
        mut asked: Option<&mut Vec<Question>>,
        steps: &mut Steps,
    ) -> Result<bool, String> {
        let nets = [a.min(b), a.max(b)];
        let first = asked.as_ref().map_or(0, |asked| asked.len());
        let mut ask = |keep: Option<usize>, references: Option<[u32; 2]>| {
            let Some(asked) = &mut asked else { return Ok(()) };
            asked.truncate(keep.unwrap_or(usize::MAX));
            asked.push(Question { place, nets, references });
            if asked.len() > self.most { Err("there are far more questions than proofs".to_owned()) } else { Ok(()) }
        };
        for &a in self.at_rail.at(a) {
            for &b in self.at_rail.at(b) {
                steps.take(1)?;
                let (a, b) = (&self.rails[a as usize], &self.rails[b as usize]);
                let at_home = |rail: &Rail| self.home[rail.reference as usize].0 == rail.node;
                let owned = |rail: &Rail| self.home[rail.reference as usize].1;
                let references = [a.reference.min(b.reference), a.reference.max(b.reference)];
                let hard = if a.mains != b.mains {
                    true
                } else if a.reference == b.reference {
                    a.level != b.level || a != b && a.gives && b.gives
                } else if at_home(a) && owned(b) || at_home(b) && owned(a) {
                    continue;
                } else {
                    self.home[a.reference as usize].0 == self.home[b.reference as usize].0
                };
                if hard {
                    ask(Some(first), None)?;
                    return Ok(true);
                }
                if a.reference != b.reference {
                    ask(None, Some(references))?;
                }
            }
        }
        Ok(false)
    }

    /// Whether all clauses and supplies hold with nothing actuated.
    pub(crate) fn rest_is_admissible(&self, network: &Network) -> bool {
        let holds = |literal: i32| network.variables[literal.unsigned_abs() as usize - 1].0 == (literal > 0);
        let closed = |edge: &&Edge| {
            network.contacts[edge.contact as usize].literals.iter().all(|&literal| literal == 0 || holds(literal))
        };
        let joined = Sets::joined(network.nodes, self.edges.iter().filter(closed).map(|edge| edge.ends));
        let at = |node: u32| joined[self.net[node as usize] as usize];
        network.clauses.iter().all(|clause| clause.iter().any(|&literal| holds(literal)))
            && network.supplies.iter().all(|supply| {
                !holds(supply.when) || supply.any_of.iter().any(|list| list.iter().all(|&[a, b]| at(a) == at(b)))
            })
    }

    pub(crate) fn told(&self, network: &Network, question: &Question) -> String {
        let [a, b] = question.nets.map(|net| called(network, net));
        let place = match question.place {
            Place::Direct => "directly".to_owned(),
            Place::Island(net) => format!("in the island of {}", called(network, net)),
        };
        let references = question.references.map(|[a, b]| format!(" while references {a} and {b} are joined"));
        format!("that {a} and {b} stay apart {place}{}", references.unwrap_or_default())
    }
}

fn called(network: &Network, node: u32) -> String {
    let name = network.names.iter().find(|(named, _)| *named == node);
    name.map_or_else(|| format!("node {node}"), |(_, name)| format!("node {node} ({name})"))
}
