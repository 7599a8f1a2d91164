//! Boxes tried one column further right or left, where their lines allow it and fewer lines then cross.

use std::collections::BTreeMap;

use super::graph::Graph;
use super::layers::{Item, Layers, arcs, stand};
use super::order::{crossed, crossings};
use super::thread::{Purse, Threads};

/// Shifts boxes for as long as fewer lines then cross or, where that is all the same, the drawing is narrower or its lines shorter.
pub fn shift(graph: &Graph, layers: &mut Layers, purse: &mut Purse) {
    let mut best = score(layers);
    loop {
        let before = best;
        for node in most_crossed(graph, layers) {
            for tried in [right(graph, layers, node), left(graph, layers, node)].into_iter().flatten() {
                if purse.is_empty() {
                    return;
                }
                let mut other = moved(graph, layers, &tried, purse);
                let mut now = score(&other);
                if now >= best && now.0 <= best.0 + 1 && best.0 > 0 {
                    Threads::of(&other).settle(&mut other, purse);
                    now = score(&other);
                }
                if now < best {
                    best = now;
                    *layers = other;
                }
            }
        }
        if best == before {
            return;
        }
    }
}

/// Shifts boxes where the drawing is then narrower or its lines shorter, and no more of them cross.
pub fn tidy(graph: &Graph, layers: &mut Layers, purse: &mut Purse) {
    let mut best = score(layers);
    let mut moved_any = true;
    while moved_any {
        moved_any = false;
        for node in 0..graph.nodes.len() {
            for tried in [right(graph, layers, node), left(graph, layers, node)].into_iter().flatten() {
                if purse.is_empty() {
                    return;
                }
                let other = moved(graph, layers, &tried, purse);
                let now = score(&other);
                if now < best {
                    (best, moved_any) = (now, true);
                    *layers = other;
                }
            }
        }
    }
}

/// What is to be little: crossings, then columns, then pieces that lines consist of.
fn score(layers: &Layers) -> (usize, usize, usize) {
    (crossings(layers), layers.columns.len(), layers.pieces.iter().map(Vec::len).sum())
}

/// Boxes by how many crossings are on their lines, most first.
fn most_crossed(graph: &Graph, layers: &Layers) -> Vec<usize> {
    let mut count = vec![0usize; graph.nodes.len()];
    for (edge, crossings) in graph.edges.iter().zip(crossed(layers)) {
        edge.nodes.iter().for_each(|&node| count[node] += crossings);
    }
    let mut nodes: Vec<usize> = (0..count.len()).collect();
    nodes.sort_by_key(|&node| std::cmp::Reverse(count[node]));
    nodes
}

/// The column of each box with one of them a column further right, and before it whatever must give way.
fn right(graph: &Graph, layers: &Layers, node: usize) -> Option<Vec<usize>> {
    let mut column = layers.column[..graph.nodes.len()].to_vec();
    column[node] += 1;
    let arcs = arcs(graph, &layers.turned);
    loop {
        let mut settled = true;
        for &(from, to) in arcs.iter().filter(|(from, to)| from != to) {
            if column[to] <= column[from] {
                column[to] = column[from] + 1;
                settled = false;
            }
        }
        if settled {
            break;
        }
    }
    let widest = layers.columns.len() + 1;
    column.iter().all(|&column| column <= widest).then_some(column)
}

/// The same a column further left, if nothing stands in its way.
fn left(graph: &Graph, layers: &Layers, node: usize) -> Option<Vec<usize>> {
    let mut column = layers.column[..graph.nodes.len()].to_vec();
    column[node] = column[node].checked_sub(1)?;
    let arcs = arcs(graph, &layers.turned);
    arcs.iter().all(|&(from, to)| from == to || column[from] < column[to]).then_some(column)
}

/// Other columns with everything that stays in the order it has; what moves is put where it crosses least.
fn moved(graph: &Graph, layers: &Layers, column: &[usize], purse: &mut Purse) -> Layers {
    let mut other = stand(graph, layers.turned.clone(), column);
    let mut place: BTreeMap<(Item, usize), usize> = BTreeMap::new();
    for (at, items) in layers.columns.iter().enumerate() {
        for (rank, &item) in items.iter().enumerate() {
            place.insert((layers.items[item], at), rank * 1024 / items.len());
        }
    }
    // A box that moves stands at first as high as it stood in its own column.
    let stood = |item: Item, at: usize| {
        let old = match item {
            Item::Box(node) => layers.column[node],
            Item::Pass(_) => at,
        };
        place.get(&(item, old)).copied()
    };
    for at in 0..other.columns.len() {
        let items = std::mem::take(&mut other.columns[at]);
        let mut known: Vec<(usize, usize)> =
            items.iter().filter_map(|&item| Some((stood(other.items[item], at)?, item))).collect();
        known.sort_unstable();
        other.columns[at] = known.into_iter().map(|(_, item)| item).collect();
    }
    let threads = Threads::of(&other);
    threads.rethread_torn(&mut other, purse);
    let away: Vec<usize> = (0..column.len()).filter(|&node| column[node] != layers.column[node]).collect();
    let mut now = crossings(&other);
    for node in away {
        now = threads.move_box(&mut other, node, now, purse);
    }
    other
}
