//! The order of boxes in a column: as few crossings as sweeps, swaps, threading and shifting find in bounded work.

use super::graph::Graph;
use super::layers::Layers;
use super::shift;
use super::thread::{Purse, Threads};

/// Orders from which the search begins.
const STARTS: u32 = 20;
/// Work of that search: pairs of lines that are looked at.
const SEARCH: u64 = 3_000_000;
/// Work that threading and shifting may do: some twenty milliseconds.
const WORK: u64 = 4_000_000;

/// Sorts every column.
pub fn order(graph: &Graph, layers: &mut Layers) {
    let around = neighbours(layers);
    spread(graph, layers, &around);
    let mut best = layers.columns.clone();
    let mut fewest = crossings(layers);
    let mut purse = Purse::new(SEARCH);
    for start in 0..STARTS {
        if purse.is_empty() {
            break;
        }
        if start > 0 {
            layers.columns.clone_from(&best);
            stir(layers, start);
        }
        for round in 0..6 {
            sweep(layers, &around, round % 2 == 0);
            sift(layers, &around, &mut purse);
            let now = crossings(layers);
            if now < fewest {
                fewest = now;
                best.clone_from(&layers.columns);
            }
            if fewest == 0 || purse.is_empty() {
                break;
            }
        }
    }
    layers.columns = best;
    let mut purse = Purse::new(WORK);
    Threads::of(layers).settle(layers, &mut purse);
    shift::shift(graph, layers, &mut purse);
    shift::tidy(graph, layers, &mut Purse::new(WORK / 4));
}

/// Items to the left and to the right of each item.
type Around = Vec<[Vec<usize>; 2]>;

fn neighbours(layers: &Layers) -> Around {
    let mut around: Around = vec![[Vec::new(), Vec::new()]; layers.items.len()];
    for piece in layers.pieces.iter().flatten() {
        let [left, right] = piece.items;
        around[left][1].push(right);
        around[right][0].push(left);
    }
    around
}

/// First order: what hangs together stands together, found from the left by depth.
fn spread(graph: &Graph, layers: &mut Layers, around: &Around) {
    let mut rank = vec![usize::MAX; layers.items.len()];
    let mut next = 0;
    for start in 0..graph.nodes.len() {
        let mut stack = vec![start];
        while let Some(item) = stack.pop() {
            if rank[item] != usize::MAX {
                continue;
            }
            rank[item] = next;
            next += 1;
            let mut onwards: Vec<usize> =
                around[item].iter().flatten().copied().filter(|&other| rank[other] == usize::MAX).collect();
            onwards.sort_unstable_by(|a, b| b.cmp(a));
            stack.extend(onwards);
        }
    }
    for column in &mut layers.columns {
        column.sort_by_key(|&item| rank[item]);
    }
}

/// Another start near the best one: every third start anew, else one column in three; the same every time.
fn stir(layers: &mut Layers, seed: u32) {
    let mut state = seed.wrapping_mul(2_654_435_761);
    for (place, column) in layers.columns.iter_mut().enumerate() {
        if !seed.is_multiple_of(3) && !(place + seed as usize / 3).is_multiple_of(3) {
            continue;
        }
        for n in (1..column.len()).rev() {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            column.swap(n, (state >> 8) as usize % (n + 1));
        }
    }
}

fn ranks(layers: &Layers) -> Vec<usize> {
    let mut rank = vec![0; layers.items.len()];
    for column in &layers.columns {
        for (n, &item) in column.iter().enumerate() {
            rank[item] = n;
        }
    }
    rank
}

fn sweep(layers: &mut Layers, around: &Around, forth: bool) {
    let mut rank = ranks(layers);
    let count = layers.columns.len();
    let side = usize::from(!forth);
    for step in 0..count {
        let n = if forth { step } else { count - 1 - step };
        let column = &mut layers.columns[n];
        let mut keyed: Vec<(f64, usize)> = column
            .iter()
            .map(|&item| {
                let near = &around[item][side];
                let sum: usize = near.iter().map(|&other| rank[other]).sum();
                (if near.is_empty() { rank[item] as f64 } else { sum as f64 / near.len() as f64 }, item)
            })
            .collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        *column = keyed.into_iter().map(|(_, item)| item).collect();
        for (n, &item) in column.iter().enumerate() {
            rank[item] = n;
        }
    }
}

/// Moves each item to the place in its column that costs fewest crossings, for as long as that helps.
fn sift(layers: &mut Layers, around: &Around, purse: &mut Purse) {
    let mut rank = ranks(layers);
    for _ in 0..12 {
        if purse.is_empty() {
            break;
        }
        let mut better = false;
        for column in &mut layers.columns {
            let lines = [0, 1].map(|side| column.iter().map(|&item| around[item][side].len()).sum::<usize>());
            for start in 0..column.len() {
                let item = column[start];
                purse.pay((0..2).map(|side| around[item][side].len() * lines[side]).sum());
                let cost = |a: usize, b: usize| -> i64 {
                    (0..2).map(|side| between(&around[a][side], &around[b][side], &rank)).sum()
                };
                let gain = |upper: usize, lower: usize| cost(lower, upper) - cost(upper, lower);
                let mut best = (0, start);
                let mut change = 0;
                for at in (0..start).rev() {
                    change += gain(column[at], item);
                    best = best.min((change, at));
                }
                change = 0;
                for (at, &other) in column.iter().enumerate().skip(start + 1) {
                    change += gain(item, other);
                    if change < best.0 {
                        best = (change, at);
                    }
                }
                if best.0 < 0 {
                    column.remove(start);
                    column.insert(best.1, item);
                    for (n, &item) in column.iter().enumerate() {
                        rank[item] = n;
                    }
                    better = true;
                }
            }
        }
        if !better {
            break;
        }
    }
}

/// Crossings of the lines of two items of which the first stands above.
fn between(upper: &[usize], lower: &[usize], rank: &[usize]) -> i64 {
    let crossed = upper.iter().map(|&up| lower.iter().filter(|&&low| rank[low] < rank[up]).count()).sum::<usize>();
    i64::try_from(crossed).unwrap_or(i64::MAX)
}

/// Crossings of all pieces, ends at one item counting as none.
pub fn crossings(layers: &Layers) -> usize {
    let mut sum = 0;
    meeting(layers, &|_| true, &mut |_| sum += 1);
    sum
}

/// The same without some lines.
pub fn crossings_without(layers: &Layers, out: &[usize]) -> usize {
    let mut sum = 0;
    meeting(layers, &|edge| !out.contains(&edge), &mut |_| sum += 1);
    sum
}

/// Both lines of every crossing.
pub fn crossed(layers: &Layers) -> Vec<[usize; 2]> {
    let mut all = Vec::new();
    meeting(layers, &|_| true, &mut |edges| all.push(edges));
    all
}

fn meeting(layers: &Layers, is_in: &dyn Fn(usize) -> bool, meet: &mut dyn FnMut([usize; 2])) {
    let rank = ranks(layers);
    for pieces in &layers.pieces {
        let ends = pieces.iter().filter(|piece| is_in(piece.edge)).map(|piece| {
            let [left, right] = piece.items;
            (rank[left], rank[right], piece.edge)
        });
        let ends: Vec<(usize, usize, usize)> = ends.collect();
        for (n, a) in ends.iter().enumerate() {
            for b in ends[n + 1..].iter().filter(|b| (a.0 < b.0 && b.1 < a.1) || (b.0 < a.0 && a.1 < b.1)) {
                meet([a.2, b.2]);
            }
        }
    }
}
