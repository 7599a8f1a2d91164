//! The way of a current: from a supply through every conductor to a load, and back.

use std::collections::VecDeque;
use std::collections::hash_map::Entry;
use std::sync::OnceLock;

use foldhash::HashMap;
use model::Terminal;

use super::harness::Harness;
use super::stand::Stand;
use super::{Gap, Power, What, World, draws};

/// One conductor of a path, in the direction in which current flows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Leg {
    /// The piece.
    pub piece: u32,
    /// Where current enters.
    pub from: Terminal,
    /// Where it leaves.
    pub to: Terminal,
    /// Whether it runs from the piece's first to its second end.
    pub forward: bool,
}

/// A load's loop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Path {
    /// The source: a piece.
    pub source: u32,
    /// The load, coil or whatever it feeds: a piece.
    pub load: u32,
    /// From the source's plus to the load.
    pub out: Vec<Leg>,
    /// From the load to the source's minus.
    pub back: Vec<Leg>,
}

/// By node: its conductors and sources.
#[derive(Clone, Debug, Default)]
pub(super) struct Ways {
    starts: Vec<u32>,
    pieces: Vec<u32>,
}

impl Ways {
    fn new(harness: &Harness) -> Self {
        let shown = |what: What| what.conducts() || matches!(what, What::Source(_));
        let mut starts = vec![0_u32; harness.nodes as usize + 1];
        for piece in harness.pieces.iter().filter(|piece| shown(piece.what)) {
            piece.ends.iter().for_each(|&node| starts[node as usize + 1] += 1);
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut fill = starts.clone();
        let mut pieces = vec![0; starts.last().copied().unwrap_or(0) as usize];
        for (number, piece) in (0..).zip(&harness.pieces).filter(|(_, piece)| shown(piece.what)) {
            for &node in &piece.ends {
                pieces[fill[node as usize] as usize] = number;
                fill[node as usize] += 1;
            }
        }
        Self { starts, pieces }
    }

    fn at(&self, node: u32) -> &[u32] {
        &self.pieces[self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize]
    }
}

/// Made when first asked for.
pub(super) type Lazy = OnceLock<Ways>;

/// The fewest conductors from a node to one that `ends`, in the order walked.
fn walk(
    power: &Power,
    world: World<'_>,
    values: &[bool],
    from: u32,
    ends: impl Fn(u32) -> bool,
) -> Option<(u32, Vec<u32>)> {
    let ways = power.ways.get_or_init(|| Ways::new(&power.harness));
    let mut came: HashMap<u32, u32> = HashMap::from_iter([(from, u32::MAX)]);
    let mut queue = VecDeque::from([from]);
    while let Some(node) = queue.pop_front() {
        if ends(node) {
            let (mut at, mut pieces) = (node, Vec::new());
            while let Some(&piece) = came.get(&at).filter(|&&piece| piece != u32::MAX) {
                pieces.push(piece);
                let [a, b] = power.harness.pieces[piece as usize].ends;
                at = if a == at { b } else { a };
            }
            pieces.reverse();
            return Some((node, pieces));
        }
        for &number in ways.at(node) {
            let piece = &power.harness.pieces[number as usize];
            if !piece.what.conducts() || !power.harness.is_present(world.circuit, number, values) {
                continue;
            }
            let next = if piece.ends[0] == node { piece.ends[1] } else { piece.ends[0] };
            if let Entry::Vacant(slot) = came.entry(next) {
                slot.insert(number);
                queue.push_back(next);
            }
        }
    }
    None
}

fn legs(harness: &Harness, from: u32, pieces: &[u32]) -> Vec<Leg> {
    let mut node = from;
    let mut legs = Vec::with_capacity(pieces.len());
    for &number in pieces {
        let piece = &harness.pieces[number as usize];
        let forward = piece.ends[0] == node;
        let [a, b] = if forward { piece.at } else { [piece.at[1], piece.at[0]] };
        node = piece.ends[usize::from(forward)];
        legs.push(Leg { piece: number, from: a, to: b, forward });
    }
    legs
}

/// The loop of a piece in a state.
pub fn of(power: &Power, world: World<'_>, piece: u32, state: usize) -> Option<Path> {
    let mut stand = Stand::new(world);
    stand.take(world, power.states.get(state)?);
    within(power, world, &stand.values, piece)
}

/// The loops of many pieces in a state.
pub fn all(power: &Power, world: World<'_>, pieces: &[u32], state: usize) -> Vec<Option<Path>> {
    let mut stand = Stand::new(world);
    let Some(state) = power.states.get(state) else { return vec![None; pieces.len()] };
    stand.take(world, state);
    pieces.iter().map(|&piece| within(power, world, &stand.values, piece)).collect()
}

/// The loop of a piece where variables stand so.
pub(super) fn within(power: &Power, world: World<'_>, values: &[bool], piece: u32) -> Option<Path> {
    let harness = &power.harness;
    let [plus, minus] = harness.pieces.get(piece as usize)?.ends;
    let ways = power.ways.get_or_init(|| Ways::new(harness));
    let sources = |node: u32, end: usize| {
        let is_source = move |number: &&u32| {
            let piece = &harness.pieces[**number as usize];
            matches!(piece.what, What::Source(_)) && piece.ends[end] == node
        };
        ways.at(node).iter().filter(is_source).copied()
    };
    let (supply, mut out) = walk(power, world, values, plus, |node| sources(node, 0).next().is_some())?;
    let feeds: Vec<u32> = sources(supply, 0).collect();
    let (returns, back) = walk(power, world, values, minus, |node| {
        feeds.iter().any(|&source| harness.pieces[source as usize].ends[1] == node)
    })?;
    let source = feeds.into_iter().find(|&source| harness.pieces[source as usize].ends[1] == returns)?;
    out.reverse();
    Some(Path { source, load: piece, out: legs(harness, supply, &out), back: legs(harness, minus, &back) })
}

/// Missing numbers that a piece's volts depend on: on its path, in its draw, then elsewhere in its island.
pub fn gaps(power: &Power, world: World<'_>, piece: u32) -> Vec<(u32, Gap)> {
    let mut gaps: Vec<(u32, Gap)> = Vec::new();
    let of = |number: u32| -> Vec<(u32, Gap)> {
        let piece = &power.harness.pieces[number as usize];
        let values = piece.numbers.all();
        let mut found: Vec<(u32, Gap)> = values.filter_map(|(_, value)| Some((number, value.gap?))).collect();
        if let What::Load(device, index) = piece.what {
            let load = &world.build.part_of(device).loads[index as usize];
            let drawn = draws::over_all(world.build, &power.scenarios, device, load);
            found.extend(drawn.value.gap.map(|gap| (number, gap)));
        }
        found
    };
    let states = power.bounds[piece as usize].state as usize;
    let path = self::of(power, world, piece, 0).or_else(|| self::of(power, world, piece, states));
    let on_path = path
        .iter()
        .flat_map(|path| std::iter::once(path.source).chain(path.out.iter().chain(&path.back).map(|leg| leg.piece)));
    gaps.extend(on_path.flat_map(&of));
    gaps.extend(of(piece));
    if gaps.is_empty()
        && let Some(island) = power.islands.iter().find(|island| island.pieces.binary_search(&piece).is_ok())
    {
        gaps.extend(island.pieces.iter().flat_map(|&piece| of(piece)).take(20));
    }
    gaps
}
