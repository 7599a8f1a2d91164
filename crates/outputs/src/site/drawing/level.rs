//! How high everything stands: level with what it is joined to, as far as the order of its column allows.

use std::collections::BTreeMap;

use super::layers::{Item, Layers};
use super::place::{EDGE, GAP, GRID, Shapes, port};

/// Tops of all items: each column in turn is set as near as its order allows to where its lines would be straight.
pub fn tops(layers: &Layers, shapes: &Shapes, heights: &[i32]) -> Vec<i32> {
    let height = |item: usize| {
        if let Item::Box(node) = layers.items[item] { heights[node] } else { 0 }
    };
    let apart = |upper: usize, lower: usize| match (layers.items[upper], layers.items[lower]) {
        (Item::Pass(_), Item::Pass(_)) => GRID,
        (_, Item::Box(_)) | (Item::Box(_), _) => height(upper) + GAP,
    };
    let mut tops = vec![0; layers.items.len()];
    for column in &layers.columns {
        let mut y = EDGE;
        for pair in 0..column.len() {
            tops[column[pair]] = y;
            if let Some(&next) = column.get(pair + 1) {
                y += apart(column[pair], next);
            }
        }
    }
    let count = layers.columns.len();
    let sides: [&[usize]; 5] = [&[0], &[1], &[0, 1], &[0, 1], &[0, 1]];
    for round in 0..20 {
        let look = sides[if round < 12 { round % 2 } else { 2 + round % 3 }];
        for step in 0..count {
            let n = if round % 2 == 0 { step } else { count - 1 - step };
            let column = &layers.columns[n];
            let mut wishes: Vec<Vec<(i32, i32)>> = vec![Vec::new(); column.len()];
            let mut slot = vec![usize::MAX; layers.items.len()];
            for (at, &item) in column.iter().enumerate() {
                slot[item] = at;
            }
            for &side in look {
                let Some(pieces) =
                    (if side == 0 { n.checked_sub(1) } else { Some(n) }).and_then(|at| layers.pieces.get(at))
                else {
                    continue;
                };
                for piece in pieces {
                    let (own, far) =
                        if side == 0 { (piece.items[1], piece.items[0]) } else { (piece.items[0], piece.items[1]) };
                    let weight = match (layers.items[own], layers.items[far]) {
                        (Item::Pass(_), Item::Pass(_)) => 6,
                        (Item::Box(_), Item::Box(_)) => 3,
                        _ => 2,
                    };
                    let level = tops[far] + port(layers, shapes, far, piece.edge, 1 - side)
                        - port(layers, shapes, own, piece.edge, side);
                    wishes[slot[own]].push((level, weight));
                }
            }
            for (at, &item) in column.iter().enumerate() {
                if wishes[at].is_empty() {
                    wishes[at].push((tops[item], 1));
                }
            }
            let steps: Vec<i32> = column.windows(2).map(|pair| apart(pair[0], pair[1])).collect();
            for (&item, top) in column.iter().zip(settle(&wishes, &steps)) {
                tops[item] = top;
            }
        }
    }
    straighten(layers, shapes, &apart, &mut tops);
    close_up(layers, &height, &mut tops);
    let least = (0..layers.items.len()).map(|item| tops[item]).min().unwrap_or(0);
    tops.iter_mut().for_each(|top| *top += EDGE - least);
    tops
}

/// Takes out the empty bands between parts of the drawing that no line joins.
fn close_up(layers: &Layers, height: &dyn Fn(usize) -> i32, tops: &mut [i32]) {
    let mut around: Vec<Vec<usize>> = vec![Vec::new(); layers.items.len()];
    for piece in layers.pieces.iter().flatten() {
        let [left, right] = piece.items;
        around[left].push(right);
        around[right].push(left);
    }
    let mut group = vec![usize::MAX; layers.items.len()];
    for first in 0..group.len() {
        let mut stack = vec![first];
        while let Some(item) = stack.pop() {
            if group[item] == usize::MAX {
                group[item] = first;
                stack.extend(&around[item]);
            }
        }
    }
    let mut order: Vec<usize> = (0..layers.items.len()).collect();
    let mut extent: BTreeMap<usize, (i32, i32)> = BTreeMap::new();
    for item in 0..layers.items.len() {
        let (top, bottom) = (tops[item], tops[item] + height(item));
        let known = extent.entry(group[item]).or_insert((top, bottom));
        *known = (known.0.min(top), known.1.max(bottom));
    }
    order.sort_by_key(|&item| (extent[&group[item]], group[item]));
    let (mut shift, mut bottom) = (0, None);
    let mut last = usize::MAX;
    for item in order {
        let (from, to) = extent[&group[item]];
        if group[item] != last {
            last = group[item];
            if let Some(reached) = bottom.filter(|&reached| from > reached + GAP) {
                shift += from - reached - GAP;
            }
            bottom = Some(bottom.map_or(to, |reached: i32| reached.max(to)));
        }
        tops[item] -= shift;
    }
}

/// Moves single items to a level of one of their lines, where there is room and fewer lines then have a corner.
fn straighten(layers: &Layers, shapes: &Shapes, apart: &dyn Fn(usize, usize) -> i32, tops: &mut [i32]) {
    let mut around: Vec<Vec<(usize, i32)>> = vec![Vec::new(); layers.items.len()];
    for piece in layers.pieces.iter().flatten() {
        let [left, right] = piece.items;
        let drop = port(layers, shapes, left, piece.edge, 1) - port(layers, shapes, right, piece.edge, 0);
        around[right].push((left, drop));
        around[left].push((right, -drop));
    }
    for _ in 0..8 {
        let mut better = false;
        for column in &layers.columns {
            for (at, &item) in column.iter().enumerate() {
                let above = at.checked_sub(1).map_or(i32::MIN, |up| tops[column[up]] + apart(column[up], item));
                let below = column.get(at + 1).map_or(i32::MAX, |&down| tops[down] - apart(item, down));
                let cost = |top: i32, tops: &[i32]| -> i32 {
                    around[item]
                        .iter()
                        .map(|&(far, drop)| (tops[far] + drop - top).abs())
                        .map(|jog| if jog == 0 { 0 } else { 60 + jog / 4 })
                        .sum()
                };
                let levels = around[item]
                    .iter()
                    .map(|&(far, drop)| tops[far] + drop)
                    .filter(|level| (above..=below).contains(level));
                let Some(best) = levels.min_by_key(|&level| (cost(level, tops), level)) else {
                    continue;
                };
                if cost(best, tops) < cost(tops[item], tops) {
                    tops[item] = best;
                    better = true;
                }
            }
        }
        if !better {
            break;
        }
    }
}

/// The places nearest to the wishes (by weighted distance) that keep the order and the least steps.
fn settle(wishes: &[Vec<(i32, i32)>], steps: &[i32]) -> Vec<i32> {
    struct Block {
        wishes: Vec<(i32, i32)>,
        at: i32,
        count: usize,
    }
    let mut shift = 0;
    let mut shifts = Vec::with_capacity(wishes.len());
    let mut blocks: Vec<Block> = Vec::new();
    for (n, own) in wishes.iter().enumerate() {
        if n > 0 {
            shift += steps[n - 1];
        }
        shifts.push(shift);
        let wishes: Vec<(i32, i32)> = own.iter().map(|&(level, weight)| (level - shift, weight)).collect();
        let at = middle(&wishes);
        blocks.push(Block { wishes, at, count: 1 });
        while let [.., upper, lower] = blocks.as_mut_slice()
            && upper.at > lower.at
        {
            upper.wishes.append(&mut lower.wishes);
            upper.count += lower.count;
            upper.at = middle(&upper.wishes);
            blocks.pop();
        }
    }
    let places = blocks.iter().flat_map(|block| std::iter::repeat_n(block.at, block.count));
    places.zip(shifts).map(|(at, shift)| at + shift).collect()
}

/// Weighted median, the lower one of two.
fn middle(wishes: &[(i32, i32)]) -> i32 {
    let mut sorted = wishes.to_vec();
    sorted.sort_unstable();
    let half: i32 = sorted.iter().map(|wish| wish.1).sum::<i32>();
    let mut sum = 0;
    for (level, weight) in sorted {
        sum += weight;
        if 2 * sum >= half {
            return level;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::settle;

    #[test]
    fn wishes_that_fit_are_kept_and_others_give_way_together() {
        assert_eq!(settle(&[vec![(0, 1)], vec![(100, 1)]], &[20]), [0, 100]);
        assert_eq!(settle(&[vec![(50, 3)], vec![(50, 1)]], &[20]), [50, 70]);
        assert_eq!(settle(&[vec![(50, 1)], vec![(50, 3)]], &[20]), [30, 50]);
    }
}
