//! Coordinates, in pixels on a grid of ten: boxes level with what they are joined to, so that most lines are straight.

use super::graph::Graph;
use super::layers::{Item, Layers};
use super::tracks;

/// Grid, also the distance of parallel lines.
pub const GRID: i32 = 10;
/// Height of a box above its first row.
pub const HEAD: i32 = 40;
/// Height of a row.
pub const ROW: i32 = 20;
/// Between two boxes of a column.
const GAP: i32 = 20;
/// Between a box and the first track: room for a tag.
pub const STUB: i32 = 40;
/// Around everything.
const EDGE: i32 = 20;

/// A box with its place and its rows.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Index of the box in the graph.
    pub node: usize,
    /// Left.
    pub x: i32,
    /// Top.
    pub y: i32,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
    /// Rows on the left and on the right: line, its end there.
    pub rows: [Vec<(usize, usize)>; 2],
}

/// Everything in its place.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Width of the whole.
    pub width: i32,
    /// Height of the whole.
    pub height: i32,
    /// Boxes.
    pub boxes: Vec<Placed>,
    /// Corners of each line, left to right.
    pub lines: Vec<Vec<(i32, i32)>>,
}

impl Layout {
    /// How often lines cross, and how often one lies on another.
    pub fn faults(&self) -> (usize, usize) {
        let pieces = |line: &[(i32, i32)]| {
            line.windows(2).map(|pair| (pair[0], pair[1])).filter(|(a, b)| a != b).collect::<Vec<_>>()
        };
        let lines: Vec<Vec<((i32, i32), (i32, i32))>> = self.lines.iter().map(|line| pieces(line)).collect();
        let (mut crossings, mut overlaps) = (0, 0);
        for (n, one) in lines.iter().enumerate() {
            for other in &lines[n + 1..] {
                for &(a, b) in one {
                    for &(c, d) in other {
                        match (a.1 == b.1, c.1 == d.1) {
                            (true, true) => overlaps += usize::from(a.1 == c.1 && a.0.max(c.0) < b.0.min(d.0)),
                            (false, false) => {
                                overlaps += usize::from(
                                    a.0 == c.0 && a.1.min(b.1).max(c.1.min(d.1)) < a.1.max(b.1).min(c.1.max(d.1)),
                                )
                            }
                            (true, false) => {
                                crossings +=
                                    usize::from(a.0 < c.0 && c.0 < b.0 && c.1.min(d.1) < a.1 && a.1 < c.1.max(d.1))
                            }
                            (false, true) => {
                                crossings +=
                                    usize::from(c.0 < a.0 && a.0 < d.0 && a.1.min(b.1) < c.1 && c.1 < a.1.max(b.1))
                            }
                        }
                    }
                }
            }
        }
        (crossings, overlaps)
    }
}

/// Room that a text takes, twelve pixels high.
pub fn text_width(text: &str, size: i32) -> i32 {
    let tenths: i32 = text.chars().map(|c| if c.is_ascii_uppercase() || c == '·' { 70 } else { 60 }).sum();
    tenths * size / 120 + 1
}

/// Places boxes and lines.
pub fn place(graph: &Graph, layers: &Layers) -> Layout {
    let mut rank = vec![0; layers.items.len()];
    for column in &layers.columns {
        for (n, &item) in column.iter().enumerate() {
            rank[item] = n;
        }
    }
    let rows = rows(graph, layers, &rank);
    let heights: Vec<i32> = rows
        .iter()
        .map(|rows| HEAD + ROW * i32::try_from(rows[0].len().max(rows[1].len()).max(1)).unwrap_or(1))
        .collect();
    let tops = tops(layers, &rows, &heights);
    let port = |item: usize, edge: usize, side: usize| port(layers, &rows, item, edge, side);

    let mut layout = Layout { lines: vec![Vec::new(); graph.edges.len()], ..Layout::default() };
    let mut x = EDGE;
    for (n, column) in layers.columns.iter().enumerate() {
        let width = column
            .iter()
            .map(|&item| if let Item::Box(node) = layers.items[item] { box_width(graph, &rows, node) } else { 0 })
            .max()
            .unwrap_or(0);
        for &item in column {
            match layers.items[item] {
                Item::Box(node) => layout.boxes.push(Placed {
                    node,
                    x,
                    y: tops[item],
                    width,
                    height: heights[node],
                    rows: rows[node].clone(),
                }),
                Item::Pass(edge) => {
                    let y = tops[item];
                    layout.lines[edge].push((x, y));
                    layout.lines[edge].push((x + width, y));
                }
            }
        }
        x += width;
        let Some(pieces) = layers.pieces.get(n) else { break };
        let spans: Vec<(i32, i32)> = pieces
            .iter()
            .map(|piece| {
                let [left, right] = piece.items;
                (tops[left] + port(left, piece.edge, 1), tops[right] + port(right, piece.edge, 0))
            })
            .collect();
        let (assigned, count) = tracks::tracks(&spans);
        let room = 2 * STUB + GRID * (count - 1).max(0);
        for ((piece, &(from, to)), track) in pieces.iter().zip(&spans).zip(assigned) {
            let line = &mut layout.lines[piece.edge];
            if line.is_empty() {
                line.push((x, from));
            }
            if from != to {
                let at = x + STUB + GRID * track;
                line.push((at, from));
                line.push((at, to));
            }
            if let Item::Box(_) = layers.items[piece.items[1]] {
                line.push((x + room, to));
            }
        }
        x += room;
    }
    layout.width = x + EDGE;
    let lowest = layout.boxes.iter().map(|one| one.y + one.height);
    layout.height = lowest.chain(layout.lines.iter().flatten().map(|point| point.1)).max().unwrap_or(0) + EDGE;
    layout
}

fn box_width(graph: &Graph, rows: &[[Vec<(usize, usize)>; 2]], node: usize) -> i32 {
    let widest = |side: usize| {
        rows[node][side].iter().map(|&(edge, end)| text_width(&graph.edges[edge].labels[end], 12)).max().unwrap_or(0)
    };
    let words = graph.nodes[node].title.as_str();
    let inner = (widest(0) + widest(1) + 12).max(text_width(words, 14)).max(text_width(&graph.nodes[node].sub, 12));
    (inner + 20).div_euclid(GRID) * GRID + GRID
}

/// Rows of each box, each side in the order of what lies across.
fn rows(graph: &Graph, layers: &Layers, rank: &[usize]) -> Vec<[Vec<(usize, usize)>; 2]> {
    let mut keyed: Vec<[Vec<(usize, usize, usize)>; 2]> = vec![[Vec::new(), Vec::new()]; graph.nodes.len()];
    for pieces in &layers.pieces {
        for piece in pieces {
            for (side, item) in [(1, piece.items[0]), (0, piece.items[1])] {
                if let Item::Box(node) = layers.items[item] {
                    let far = piece.items[side];
                    let end = usize::from((side == 1) == layers.turned[piece.edge]);
                    keyed[node][side].push((rank[far], piece.edge, end));
                }
            }
        }
    }
    let sorted = |mut rows: Vec<(usize, usize, usize)>| {
        rows.sort_unstable();
        rows.into_iter().map(|(_, edge, end)| (edge, end)).collect()
    };
    keyed.into_iter().map(|[left, right]| [sorted(left), sorted(right)]).collect()
}

/// Where a line leaves an item, below its top.
fn port(layers: &Layers, rows: &[[Vec<(usize, usize)>; 2]], item: usize, edge: usize, side: usize) -> i32 {
    match layers.items[item] {
        Item::Pass(_) => 0,
        Item::Box(node) => {
            let row = rows[node][side].iter().position(|&(other, _)| other == edge).unwrap_or(0);
            HEAD + ROW / 2 + ROW * i32::try_from(row).unwrap_or(0)
        }
    }
}

/// Tops of all items: each column in turn is set as near as its order allows to where its lines would be straight.
fn tops(layers: &Layers, rows: &[[Vec<(usize, usize)>; 2]], heights: &[i32]) -> Vec<i32> {
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
                    let level = tops[far] + port(layers, rows, far, piece.edge, 1 - side)
                        - port(layers, rows, own, piece.edge, side);
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
    straighten(layers, rows, &apart, &mut tops);
    let least = (0..layers.items.len()).map(|item| tops[item]).min().unwrap_or(0);
    tops.iter_mut().for_each(|top| *top += EDGE - least);
    tops
}

/// Moves single items to a level of one of their lines, where there is room and fewer lines then have a corner.
fn straighten(
    layers: &Layers,
    rows: &[[Vec<(usize, usize)>; 2]],
    apart: &dyn Fn(usize, usize) -> i32,
    tops: &mut [i32],
) {
    let mut around: Vec<Vec<(usize, i32)>> = vec![Vec::new(); layers.items.len()];
    for piece in layers.pieces.iter().flatten() {
        let [left, right] = piece.items;
        let drop = port(layers, rows, left, piece.edge, 1) - port(layers, rows, right, piece.edge, 0);
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
