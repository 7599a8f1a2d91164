//! Which potentials stand on which nets, and what it would be if two of these nets met.

use crate::{
    contract::{Contracted, Lists},
    network::{Rail, Relation},
};

/// No net, no rail net.
pub(crate) const NONE: u32 = u32::MAX;

/// What joining two rails would be, once it is known which reference nodes are one net.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Meeting {
    /// Nothing.
    Fine,
    /// A fault in every state that joins them.
    Hard(Relation),
    /// A fault where these two nets, of their references' nodes, are joined as well.
    If([u32; 2]),
}

/// A fault to be asked for: two rails, and the nets of their references where these must be joined for it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Fault {
    pub rails: [u32; 2],
    pub relation: Relation,
    pub references: Option<[u32; 2]>,
}

/// The nets that rails stand on.
pub(crate) struct Standing<'a> {
    rails: &'a [Rail],
    /// By reference: the net of its node, and whether one of its own rails stands there.
    references: Vec<(u32, bool)>,
    /// By rail: its net.
    net: Vec<u32>,
    /// By net: its rail net, or [`NONE`].
    at: Vec<u32>,
    /// By rail net: the net.
    pub nets: Vec<u32>,
    /// By rail net: its rails, ascending.
    pub all: Lists,
    /// By rail net: one rail of each kind.
    pub kinds: Lists,
}

impl<'a> Standing<'a> {
    pub fn new(metal: &Contracted<'a>) -> Self {
        let network = metal.network;
        let rails = network.rails.as_slice();
        let net: Vec<u32> = rails.iter().map(|rail| metal.net(rail.node)).collect();
        let mut references: Vec<(u32, bool)> =
            network.references.iter().map(|&node| (metal.net(node), false)).collect();
        let mut at = vec![NONE; metal.nets.count as usize];
        let mut nets = Vec::new();
        for (rail, &net) in rails.iter().zip(&net) {
            let (reference, stands) = &mut references[rail.reference as usize];
            *stands |= *reference == net;
            if at[net as usize] == NONE {
                at[net as usize] = nets.len() as u32;
                nets.push(net);
            }
        }
        let indexed = net.iter().zip(0..).map(|(&net, rail)| (at[net as usize], rail));
        let all = Lists::new(nets.len(), indexed.clone());
        let mut sorted: Vec<(u32, u32)> = indexed.collect();
        let key = |rail: u32| {
            let Rail { reference, level, gives, mains, .. } = rails[rail as usize];
            (reference, level, gives, mains)
        };
        sorted.sort_by_key(|&(stand, rail)| (stand, key(rail), rail));
        sorted.dedup_by_key(|&mut (stand, rail)| (stand, key(rail)));
        let kinds = Lists::new(nets.len(), sorted.iter().copied());
        Self { rails, references, net, at, nets, all, kinds }
    }

    /// The rail net of a net, or [`NONE`].
    pub fn at(&self, net: u32) -> u32 {
        self.at[net as usize]
    }

    /// What joining two rails would be.
    ///
    /// Rails of two references are excused where one stands on its own reference's node and the other's reference node bears a
    /// rail of its own: either returns meet, which is no fault, or the other rail meets its own return, which is asked for.
    pub fn meeting(&self, a: u32, b: u32) -> Meeting {
        let (x, y) = (&self.rails[a as usize], &self.rails[b as usize]);
        if x.mains != y.mains {
            Meeting::Hard(Relation::Mains)
        } else if x.reference != y.reference {
            let (of_x, of_y) = (self.references[x.reference as usize], self.references[y.reference as usize]);
            let home = |rail: u32, reference: (u32, bool)| self.net[rail as usize] == reference.0;
            if home(a, of_x) && of_y.1 || home(b, of_y) && of_x.1 {
                Meeting::Fine
            } else if of_x.0 == of_y.0 {
                Meeting::Hard(Relation::Short)
            } else {
                Meeting::If([of_x.0, of_y.0])
            }
        } else if x.level != y.level {
            Meeting::Hard(Relation::Short)
        } else if x.gives && y.gives {
            Meeting::Hard(Relation::Parallel)
        } else {
            Meeting::Fine
        }
    }

    /// Whether two rail nets have rails that must never meet.
    pub fn hard(&self, p: u32, q: u32) -> bool {
        self.pairs([p, q]).any(|[a, b]| matches!(self.meeting(a, b), Meeting::Hard(_)))
    }

    /// The faults of joining two rail nets: the worst one that needs nothing else, or one for each pair of references.
    /// Of one rail net with itself, only those that need their references joined; the others are there without any contact.
    pub fn faults(&self, p: u32, q: u32) -> Vec<Fault> {
        let mut hard: Option<Fault> = None;
        let mut others = Vec::new();
        for [a, b] in self.pairs([p, q]) {
            match self.meeting(a, b) {
                Meeting::Fine => {}
                Meeting::Hard(relation) if hard.is_none_or(|known| known.relation < relation) => {
                    hard = Some(Fault { rails: [a, b], relation, references: None });
                }
                Meeting::Hard(_) => {}
                Meeting::If(references) => {
                    others.push(Fault { rails: [a, b], relation: Relation::Referenced, references: Some(references) });
                }
            }
        }
        if p == q {
            hard = None;
            others.retain(|fault| fault.rails[0] < fault.rails[1]);
        }
        if let Some(fault) = hard {
            return vec![fault];
        }
        let unordered = |fault: &Fault| {
            let [a, b] = fault.references.expect("only referenced faults are here");
            (a.min(b), a.max(b))
        };
        others.sort_by_key(|fault| (unordered(fault), fault.rails));
        others.dedup_by_key(|fault| unordered(fault));
        others
    }

    /// A pair of rails for each two kinds on two rail nets.
    pub fn pairs(&self, [p, q]: [u32; 2]) -> impl Iterator<Item = [u32; 2]> {
        self.kinds.of(p).iter().flat_map(move |&a| self.kinds.of(q).iter().map(move |&b| [a, b]))
    }
}
