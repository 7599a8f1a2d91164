//! Two openings at once: what no single one takes.

use std::collections::BTreeMap;

use model::DeviceId;
use switching::opens;

use super::effects::{Effects, Fault, Lost};
use super::graph::Graph;
use super::network::Cut;
use super::{Cause, Consequence};
use crate::nets::Link;

/// Pairs that are listed, at most.
const LISTED: usize = 1_000;

/// One of these and one of those together.
#[derive(Clone, Debug)]
pub struct Pair {
    /// Any one of these.
    pub one: Vec<Cause>,
    /// And any one of these.
    pub other: Vec<Cause>,
    /// What both take together, and neither alone.
    pub takes: Consequence,
    /// How many computers are dark or out of reach.
    pub computers: u32,
}

/// Pairs of openings in power and in the network, worst first, and how many are not among them.
pub fn of(graph: &Graph, feed: &opens::Feed, effects: &mut Effects<'_>) -> (Vec<Pair>, u64) {
    let mut found: BTreeMap<(Vec<Cause>, Vec<Cause>), Consequence> = BTreeMap::new();
    let mut left = 0;
    let cuts = opens::pairs(feed);
    let cause = |edge: u32| cause(graph.edge(edge));
    for_each(&cuts, cause, &mut left, |one, other, lost| {
        let takes = effects.take(&Lost::Ranges(lost), Fault::default());
        found.insert((one, other), takes);
        found.len() < LISTED
    });
    let (lines, net_left) = network(effects);
    left += net_left;
    let power = found.into_iter().map(|((one, other), takes)| (one, other, takes));
    let mut pairs: Vec<Pair> = power
        .chain(lines)
        .filter(|(.., takes)| *takes != Consequence::default())
        .map(|(one, other, takes)| {
            let computers = effects.computers(&takes.dark) + effects.computers(&takes.unreachable);
            Pair { one, other, takes, computers }
        })
        .collect();
    pairs.sort_by(|a, b| {
        let worse = a.takes.worse(a.computers, &b.takes, b.computers);
        worse.then_with(|| (&a.one, &a.other).cmp(&(&b.one, &b.other)))
    });
    (pairs, left)
}

/// What fails where a link opens; what only opens with its device counts as that.
fn cause(link: Link) -> Cause {
    match link {
        Link::Wire(wire) => Cause::Wire(wire),
        Link::Mate(run) => Cause::Plug(run),
        Link::Fuse(device, index) => Cause::Fuse(device, index),
        Link::Contact(device, index) => Cause::Open(device, index),
        Link::Join(device, _) | Link::Tie(device) => Cause::Out(device),
    }
}

/// Edges of a class that have the same behind them, as causes; then every pair of such sets that takes something.
fn for_each(
    cuts: &opens::Pairs,
    cause: impl Fn(u32) -> Cause,
    left: &mut u64,
    mut see: impl FnMut(Vec<Cause>, Vec<Cause>, &[std::ops::Range<u32>]) -> bool,
) {
    let mut more = true;
    for class in &cuts.classes {
        if !more {
            *left += class.pairs;
            continue;
        }
        let edges = cuts.edges(class);
        let sets: Vec<&[opens::Cut]> = edges.chunk_by(|a, b| a.far == b.far).collect();
        let causes = |set: &[opens::Cut]| {
            let mut causes: Vec<Cause> = set.iter().map(|cut| cause(cut.edge)).collect();
            causes.sort_unstable();
            causes.dedup();
            causes
        };
        for (at, one) in sets.iter().enumerate() {
            for other in &sets[at + 1..] {
                if !more {
                    *left += u64::try_from(one.len() * other.len()).unwrap_or(u64::MAX);
                    continue;
                }
                let (mut here, mut there) = (causes(one), causes(other));
                // A device or a plug on both sides takes it alone: that is a single failure.
                here.retain(|cause| !there.contains(cause));
                there.retain(|cause| !causes(one).contains(cause));
                if !here.is_empty() && !there.is_empty() {
                    more = see(here, there, &one[0].lost(&other[0]));
                }
            }
        }
    }
}

type Found = (Vec<Cause>, Vec<Cause>, Consequence);

fn network(effects: &Effects<'_>) -> (Vec<Found>, u64) {
    let (graph, roots, needs) = effects.network.graph();
    let mut found = Vec::new();
    let mut left = 0;
    if roots.is_empty() || needs.is_empty() {
        return (found, left);
    }
    let owners = effects.network.owners();
    let at: Vec<u32> = needs.iter().map(|(_, node)| *node).collect();
    let edges = graph.edges;
    let feed = opens::feed(&mut opens::Index::new(graph), roots, &at);
    let cause = |edge: u32| match edges[edge as usize].iter().find_map(|node| owners.get(node)) {
        Some(Cut::Run(run)) => Cause::Plug(*run),
        Some(Cut::Device(device)) => Cause::Out(*device),
        None => unreachable!("every edge of the network ends at a plug or a device"),
    };
    for_each(&opens::pairs(&feed), cause, &mut left, |one, other, lost| {
        let gone = lost.iter().flat_map(|range| &feed.order[range.start as usize..range.end as usize]);
        let mut sockets: Vec<DeviceId> = gone.map(|need| needs[*need as usize].0).collect();
        sockets.sort_unstable();
        let whole = |own: &[DeviceId]| effects.network.ways(own[0]) == own.len();
        let unreachable: Vec<DeviceId> =
            sockets.chunk_by(|a, b| a == b).filter(|own| whole(own)).map(|own| own[0]).collect();
        found.push((one, other, Consequence { unreachable, ..Consequence::default() }));
        found.len() < LISTED
    });
    (found, left)
}
