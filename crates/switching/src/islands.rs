//! Where to look: nets without rails fall into small islands once the rail nets are taken out; a short runs inside one.
//!
//! Among all faults of a state and all closed ways between their rails take the one with fewest contacts. A rail net inside it
//! has no hard conflict with either end, else a shorter fault would be there. So rail nets that conflict hard with all that
//! they can meet never lie inside; the others hang together in *clusters*, by islands that they share, and a pair of a cluster
//! is looked for with those rail nets of the cluster as inner nets that conflict hard with neither of the pair.

use std::collections::BTreeSet;

use crate::{
    contract::{Contracted, Joiner, Lists},
    core::{Branch, Core},
    standing::{Fault, NONE, Standing},
};

/// Where a question's contacts are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Place {
    /// The rails are on one net.
    Net,
    /// One contact between the two: index of its edge; others of one guard stand for it.
    Direct(u32),
    /// An island.
    Island(u32),
    /// All islands of a cluster.
    Cluster(u32),
}

/// Two rail nets and the fault that their meeting would be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Problem {
    pub place: Place,
    /// Rail nets, in the order of the fault's rails.
    pub stands: [u32; 2],
    pub fault: Fault,
}

struct Cluster {
    /// Rail nets, ascending.
    stands: Vec<u32>,
    edges: Vec<u32>,
}

/// The islands of a network.
pub(crate) struct Islands {
    /// By island: its edges.
    edges: Lists,
    clusters: Vec<Cluster>,
    /// How many islands have contacts.
    pub count: u32,
    pub problems: Vec<Problem>,
}

impl Islands {
    pub fn new(metal: &Contracted<'_>, standing: &Standing<'_>) -> Self {
        let bare = |net: u32| standing.at(net) == NONE;
        let mut joiner = Joiner::new(metal.nets.count);
        for edge in metal.edges.iter().filter(|edge| edge.ends.iter().all(|&net| bare(net))) {
            joiner.join(edge.ends[0], edge.ends[1]);
        }
        let classes = joiner.finish();
        let inner = metal.edges.iter().zip(0..).filter_map(|(edge, index)| {
            edge.ends.iter().find(|&&net| bare(net)).map(|&net| (classes.of[net as usize], index))
        });
        let edges = Lists::new(classes.count as usize, inner);
        let mut direct: Vec<([u32; 2], u32)> = (0..)
            .zip(&metal.edges)
            .map(|(index, edge)| (edge.ends.map(|net| standing.at(net)), index))
            .filter(|([p, q], _)| *p != NONE && *q != NONE)
            .map(|([p, q], index)| ([p.min(q), p.max(q)], index))
            .collect();
        direct.sort_unstable_by_key(|&(pair, index)| (pair, metal.guard(metal.edges[index as usize]), index));
        direct.dedup_by_key(|&mut (pair, index)| (pair, metal.guard(metal.edges[index as usize])));
        // By island with rails around: these rail nets, ascending.
        let mut shores: Vec<(u32, Vec<u32>)> = Vec::new();
        let mut count = 0;
        let mut stands = Vec::new();
        for island in 0..edges.keys() {
            count += u32::from(!edges.of(island).is_empty());
            stands.clear();
            for &edge in edges.of(island) {
                stands
                    .extend(metal.edges[edge as usize].ends.iter().map(|&net| standing.at(net)).filter(|&p| p != NONE));
            }
            stands.sort_unstable();
            stands.dedup();
            if stands.len() > 1 {
                shores.push((island, stands.clone()));
            }
        }
        let clusters = clusters(standing, &shores, &direct, &edges);
        let mut islands = Self { edges, clusters, count, problems: Vec::new() };
        islands.ask(standing, &shores, &direct);
        islands
    }

    fn ask(&mut self, standing: &Standing<'_>, shores: &[(u32, Vec<u32>)], direct: &[([u32; 2], u32)]) {
        let problems = &mut self.problems;
        let mut push = |place: Place, p: u32, q: u32| {
            let faults = standing.faults(p, q).into_iter();
            problems.extend(faults.map(|fault| Problem { place, stands: [p, q], fault }));
        };
        for stand in 0..standing.nets.len() as u32 {
            if standing.kinds.of(stand).len() > 1 {
                push(Place::Net, stand, stand);
            }
        }
        let mut merged = BTreeSet::new();
        for (cluster, index) in self.clusters.iter().zip(0..) {
            for (at, &p) in cluster.stands.iter().enumerate() {
                for &q in &cluster.stands[at + 1..] {
                    if cluster.stands.iter().any(|&r| between(standing, r, [p, q])) {
                        merged.insert([p, q]);
                        push(Place::Cluster(index), p, q);
                    }
                }
            }
        }
        for &(pair, edge) in direct.iter().filter(|(pair, _)| !merged.contains(pair)) {
            push(Place::Direct(edge), pair[0], pair[1]);
        }
        for (island, stands) in shores {
            for (at, &p) in stands.iter().enumerate() {
                for &q in stands[at + 1..].iter().filter(|&&q| !merged.contains(&[p, q])) {
                    push(Place::Island(*island), p, q);
                }
            }
        }
    }

    /// The contacts of a problem between its ends. `local` holds [`NONE`] for each net, and again afterwards.
    pub fn core(&self, problem: &Problem, metal: &Contracted<'_>, standing: &Standing<'_>, local: &mut [u32]) -> Core {
        let [from, to] = problem.stands.map(|stand| standing.nets[stand as usize]);
        if problem.place == Place::Net {
            let here = Branch { ends: [0, 1], guard: crate::Guard::ALWAYS, contact: NONE };
            return Core { nets: vec![from, to], branches: vec![here] };
        }
        let single;
        let edges = match problem.place {
            Place::Net => &[],
            Place::Direct(edge) => {
                single = [edge];
                &single[..]
            }
            Place::Island(island) => self.edges.of(island),
            Place::Cluster(cluster) => &self.clusters[cluster as usize].edges,
        };
        let inside = |net: u32| {
            let stand = standing.at(net);
            stand == NONE
                || problem.stands.contains(&stand)
                || matches!(problem.place, Place::Cluster(_)) && between(standing, stand, problem.stands)
        };
        Core::between([from, to], metal, edges, inside, local)
    }
}

/// Whether a rail net may lie inside the shortest fault between two others.
fn between(standing: &Standing<'_>, stand: u32, ends: [u32; 2]) -> bool {
    !ends.contains(&stand) && ends.iter().all(|&end| !standing.hard(stand, end))
}

/// Rail nets without hard conflict that share an island or a contact, in classes of three and more.
fn clusters(
    standing: &Standing<'_>,
    shores: &[(u32, Vec<u32>)],
    direct: &[([u32; 2], u32)],
    edges: &Lists,
) -> Vec<Cluster> {
    let mut joiner = Joiner::new(standing.nets.len() as u32);
    let mut known = BTreeSet::new();
    let mut meet = |p: u32, q: u32, joiner: &mut Joiner| {
        if known.insert((p, q)) && !standing.hard(p, q) {
            joiner.join(p, q);
        }
    };
    for ([p, q], _) in direct {
        meet(*p, *q, &mut joiner);
    }
    for (_, stands) in shores {
        for (at, &p) in stands.iter().enumerate() {
            for &q in &stands[at + 1..] {
                meet(p, q, &mut joiner);
            }
        }
    }
    let classes = joiner.finish();
    let mut members = vec![Vec::new(); classes.count as usize];
    for (&class, stand) in classes.of.iter().zip(0..) {
        members[class as usize].push(stand);
    }
    let mut cluster_of = vec![NONE; classes.count as usize];
    let mut clusters: Vec<Cluster> = Vec::new();
    for (stands, class) in members.into_iter().zip(0usize..).filter(|(stands, _)| stands.len() > 2) {
        cluster_of[class] = clusters.len() as u32;
        clusters.push(Cluster { stands, edges: Vec::new() });
    }
    for &([p, q], edge) in direct {
        let (a, b) = (classes.of[p as usize], classes.of[q as usize]);
        if a == b && cluster_of[a as usize] != NONE {
            clusters[cluster_of[a as usize] as usize].edges.push(edge);
        }
    }
    for (island, stands) in shores {
        let mut here: Vec<u32> = stands.iter().map(|&stand| cluster_of[classes.of[stand as usize] as usize]).collect();
        here.sort_unstable();
        for same in here.chunk_by(|a, b| a == b).filter(|same| same.len() > 1 && same[0] != NONE) {
            clusters[same[0] as usize].edges.extend(edges.of(*island));
        }
    }
    clusters
}
