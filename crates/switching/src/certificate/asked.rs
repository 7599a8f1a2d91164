//! What a certificate must answer: the questions of `docs/certificate.md`, in whose islands only *splitters* part the nets.

use crate::{
    contract::{Contracted, Joiner, Lists},
    core::{Branch, Core, FROM, TO},
    standing::{Meeting, NONE, Standing},
};

/// A question.
pub(super) struct Asked {
    /// Rail nets.
    pub stands: [u32; 2],
    /// The class of the island's nets, or nothing where contacts between the two are asked for.
    pub island: Option<u32>,
    /// References that must be joined for it: indices in [`crate::Network::references`].
    pub references: Option<[u32; 2]>,
}

/// All questions of a network, and where they are asked.
pub(super) struct Ground<'a> {
    metal: &'a Contracted<'a>,
    standing: &'a Standing<'a>,
    /// By rail net.
    splits: Vec<bool>,
    /// By net: its island.
    island: Vec<u32>,
    /// By island: edges with an end in it.
    edges: Lists,
    /// Edges between splitters, sorted by these.
    direct: Vec<([u32; 2], u32)>,
    pub asked: Vec<Asked>,
}

/// A question's core, and by point of it the nets that hang on that point alone.
pub(super) struct Scope {
    pub core: Core,
    pub hanging: Vec<Vec<u32>>,
}

impl<'a> Ground<'a> {
    pub fn new(metal: &'a Contracted<'a>, standing: &'a Standing<'a>) -> Self {
        let stands = standing.nets.len() as u32;
        let mut possible = Joiner::new(metal.nets.count);
        for edge in &metal.edges {
            possible.join(edge.ends[0], edge.ends[1]);
        }
        let class = |stand: u32, possible: &mut Joiner| possible.root(standing.nets[stand as usize]);
        let by_class: Vec<(u32, u32)> = (0..stands).map(|stand| (class(stand, &mut possible), stand)).collect();
        let members = Lists::new(metal.nets.count as usize, by_class.iter().copied());
        let splits: Vec<bool> = by_class
            .iter()
            .map(|&(class, stand)| members.of(class).iter().all(|&other| other == stand || standing.hard(stand, other)))
            .collect();
        let splitter = |net: u32| standing.at(net) != NONE && splits[standing.at(net) as usize];
        let mut joiner = Joiner::new(metal.nets.count);
        for edge in metal.edges.iter().filter(|edge| !edge.ends.iter().any(|&net| splitter(net))) {
            joiner.join(edge.ends[0], edge.ends[1]);
        }
        let island = joiner.finish().of;
        let tied = metal.edges.iter().zip(0..).filter_map(|(edge, index)| {
            let inner = edge.ends.into_iter().find(|&net| !splitter(net))?;
            Some((island[inner as usize], index))
        });
        let edges = Lists::new(metal.nets.count as usize, tied);
        let mut direct: Vec<([u32; 2], u32)> = (0..)
            .zip(&metal.edges)
            .filter(|(_, edge)| edge.ends.iter().all(|&net| splitter(net)))
            .map(|(index, edge)| {
                let [p, q] = edge.ends.map(|net| standing.at(net));
                ([p.min(q), p.max(q)], index)
            })
            .collect();
        direct.sort_unstable();
        let mut ground = Self { metal, standing, splits, island, edges, direct, asked: Vec::new() };
        ground.ask();
        ground
    }

    fn ask(&mut self) {
        for stand in 0..self.standing.nets.len() as u32 {
            self.push([stand, stand], None);
        }
        let mut pairs: Vec<[u32; 2]> = self.direct.iter().map(|&(pair, _)| pair).collect();
        pairs.dedup();
        for pair in pairs {
            self.push(pair, None);
        }
        for island in 0..self.edges.keys() {
            let nets = self.edges.of(island).iter().flat_map(|&edge| self.metal.edges[edge as usize].ends);
            let mut stands: Vec<u32> = nets.map(|net| self.standing.at(net)).filter(|&stand| stand != NONE).collect();
            stands.sort_unstable();
            stands.dedup();
            for (at, &p) in stands.iter().enumerate() {
                for &q in &stands[at + 1..] {
                    self.push([p, q], Some(island));
                }
            }
        }
    }

    /// Asks for the pair's hard conflict, or once for each pair of references.
    fn push(&mut self, stands: [u32; 2], island: Option<u32>) {
        let mut references: Vec<[u32; 2]> = Vec::new();
        let one_net = stands[0] == stands[1];
        for rails in self.standing.pairs(stands).filter(|[a, b]| !one_net || a < b) {
            match self.standing.meeting(rails[0], rails[1]) {
                Meeting::Fine => {}
                Meeting::Hard(_) => {
                    self.asked.push(Asked { stands, island, references: None });
                    return;
                }
                Meeting::If(_) => {
                    let [a, b] = rails.map(|rail| self.metal.network.rails[rail as usize].reference);
                    references.push([a.min(b), a.max(b)]);
                }
            }
        }
        references.sort_unstable();
        references.dedup();
        self.asked.extend(references.into_iter().map(|pair| Asked { stands, island, references: Some(pair) }));
    }

    /// A net of a question's island.
    pub fn inside(&self, asked: &Asked) -> Option<u32> {
        let edge = self.edges.of(asked.island?).first()?;
        let ends = self.metal.edges[*edge as usize].ends;
        ends.into_iter().find(|&net| Some(self.island[net as usize]) == asked.island && !self.splitter(net))
    }

    fn splitter(&self, net: u32) -> bool {
        let stand = self.standing.at(net);
        stand != NONE && self.splits[stand as usize]
    }

    /// The contacts of a question's scope. `local` holds [`NONE`] for each net, and again afterwards.
    pub fn scope(&self, asked: &Asked, local: &mut [u32]) -> Scope {
        let Self { metal, standing, .. } = self;
        let nets = asked.stands.map(|stand| standing.nets[stand as usize]);
        let barred = |net: u32| {
            let stand = standing.at(net);
            stand != NONE && asked.stands.iter().any(|&end| standing.hard(stand, end))
        };
        let found: Vec<u32> = match asked.island {
            Some(island) => self.edges.of(island).to_vec(),
            None => {
                let from = self.direct.partition_point(|(pair, _)| *pair < asked.stands);
                self.direct[from..]
                    .iter()
                    .take_while(|(pair, _)| *pair == asked.stands)
                    .map(|&(_, edge)| edge)
                    .collect()
            }
        };
        if nets[0] == nets[1] {
            let here = Branch { ends: [FROM, TO], guard: crate::Guard::ALWAYS, contact: NONE };
            return Scope { core: Core { nets: nets.to_vec(), branches: vec![here] }, hanging: vec![vec![nets[0]]; 2] };
        }
        let inside = |net: u32| nets.contains(&net) || !self.splitter(net) && !barred(net);
        let mut core = Core::between(nets, metal, &found, inside, local);
        let all = std::mem::take(&mut core.branches);
        core.branches.clone_from(&all);
        core.keep_block();
        let mut joiner = Joiner::new(core.nets.len() as u32);
        for branch in
            all.iter().filter(|branch| core.branches.binary_search_by_key(&branch.contact, |b| b.contact).is_err())
        {
            joiner.join(branch.ends[0], branch.ends[1]);
        }
        let mut hanging = vec![Vec::new(); core.nets.len()];
        for point in 0..core.nets.len() as u32 {
            hanging[joiner.root(point) as usize].push(core.nets[point as usize]);
        }
        // Of the points of one class at most one is in the block; the class goes with it.
        let mut ends: Vec<u32> = core.branches.iter().flat_map(|branch| branch.ends).chain([FROM, TO]).collect();
        ends.sort_unstable();
        ends.dedup();
        for point in ends {
            let root = joiner.root(point);
            if root != point {
                hanging[point as usize] = std::mem::take(&mut hanging[root as usize]);
            }
        }
        Scope { core, hanging }
    }
}
