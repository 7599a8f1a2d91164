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
    crossings_without(layers, &[])
}

/// The same without some lines.
pub fn crossings_without(layers: &Layers, out: &[usize]) -> usize {
    let rank = ranks(layers);
    let mut left = vec![false; layers.turned.len()];
    out.iter().for_each(|&edge| left[edge] = true);
    let mut sum = 0;
    for gap in 0..layers.pieces.len() {
        let ends = ends(layers, &rank, gap, &|edge| !left[edge]);
        sum += above(&ends, layers.columns[gap + 1].len()).into_iter().sum::<usize>();
    }
    sum
}

/// By line: how many crossings are on it.
pub fn crossed(layers: &Layers) -> Vec<usize> {
    let rank = ranks(layers);
    let mut count = vec![0; layers.turned.len()];
    for gap in 0..layers.pieces.len() {
        let ends = ends(layers, &rank, gap, &|_| true);
        let sizes = [gap, gap + 1].map(|column| layers.columns[column].len());
        for (&(.., edge), crossings) in ends.iter().zip(above(&ends, sizes[1])) {
            count[edge] += crossings;
        }
        // Upside down, what begins below a piece and ends above it begins above it and ends below.
        let over: Vec<(usize, usize, usize)> =
            ends.iter().rev().map(|&(left, right, edge)| (sizes[0] - 1 - left, sizes[1] - 1 - right, edge)).collect();
        for (&(.., edge), crossings) in over.iter().zip(above(&over, sizes[1])) {
            count[edge] += crossings;
        }
    }
    count
}

/// Pieces after a column by where they begin and end, sorted, with their line.
fn ends(layers: &Layers, rank: &[usize], gap: usize, is_in: &dyn Fn(usize) -> bool) -> Vec<(usize, usize, usize)> {
    let pieces = layers.pieces[gap].iter().filter(|piece| is_in(piece.edge));
    let mut ends: Vec<(usize, usize, usize)> =
        pieces.map(|piece| (rank[piece.items[0]], rank[piece.items[1]], piece.edge)).collect();
    ends.sort_unstable();
    ends
}

/// For each of these sorted pieces: how many begin above it and end below it.
fn above(ends: &[(usize, usize, usize)], size: usize) -> Vec<usize> {
    // Sums over places in the column: how many that began earlier end at or above each.
    let mut sums = vec![0usize; size + 1];
    let mut counts = Vec::with_capacity(ends.len());
    let mut added = 0;
    for (n, &(left, right, _)) in ends.iter().enumerate() {
        while ends[added].0 < left {
            let mut place = ends[added].1 + 1;
            while place <= size {
                sums[place] += 1;
                place += place & place.wrapping_neg();
            }
            added += 1;
        }
        debug_assert!(added <= n, "only earlier ones are added");
        let (mut place, mut upto) = (right + 1, 0);
        while place > 0 {
            upto += sums[place];
            place -= place & place.wrapping_neg();
        }
        counts.push(added - upto);
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::above;

    #[test]
    fn crossings_are_those_that_every_pair_counts() {
        let mut state = 5u32;
        let mut throw = |most: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize % most
        };
        for round in 0..200 {
            let size = 1 + round % 9;
            let mut ends: Vec<(usize, usize, usize)> = (0..round % 23).map(|n| (throw(7), throw(size), n)).collect();
            ends.sort_unstable();
            let slow: Vec<usize> =
                ends.iter().map(|one| ends.iter().filter(|other| other.0 < one.0 && one.1 < other.1).count()).collect();
            assert_eq!(above(&ends, size), slow, "{ends:?}");
        }
    }
}
