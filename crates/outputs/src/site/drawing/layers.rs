//! Columns: every line runs from a column to one further right, and long lines get a stand-in in each column between.

use std::collections::{BTreeMap, VecDeque};

use super::graph::{Graph, Spot};

/// A box or a stand-in for a line that passes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Item {
    /// Index of a box.
    Box(usize),
    /// Index of the line that passes.
    Pass(usize),
}

/// A piece of a line between neighbouring columns.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    /// Its line.
    pub edge: usize,
    /// Items that it joins: left, right.
    pub items: [usize; 2],
}

/// The columns.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    /// Boxes and stand-ins.
    pub items: Vec<Item>,
    /// Column of each item.
    pub column: Vec<usize>,
    /// Items of each column, top to bottom.
    pub columns: Vec<Vec<usize>>,
    /// Pieces between column `n` and `n + 1`.
    pub pieces: Vec<Vec<Piece>>,
    /// Whether a line is drawn from its second end to its first.
    pub turned: Vec<bool>,
}

/// Columns of a graph, items in each in the order of their boxes.
pub fn layers(graph: &Graph) -> Layers {
    let turned = directions(graph);
    let column = columns(graph.nodes.len(), &arcs(graph, &turned));
    stand(graph, turned, &column)
}

/// The same with every box in a stated column, to the right of those that its lines come from.
pub fn stand(graph: &Graph, turned: Vec<bool>, column: &[usize]) -> Layers {
    let arcs = arcs(graph, &turned);
    let count = column.iter().max().map_or(0, |most| most + 1);
    let mut layers = Layers {
        columns: vec![Vec::new(); count],
        pieces: vec![Vec::new(); count.saturating_sub(1)],
        turned,
        ..Layers::default()
    };
    for (node, &column) in column.iter().enumerate() {
        layers.add(Item::Box(node), column);
    }
    for (edge, &(from, to)) in arcs.iter().enumerate() {
        let mut left = from;
        for between in column[from] + 1..column[to] {
            let pass = layers.add(Item::Pass(edge), between);
            layers.pieces[between - 1].push(Piece { edge, items: [left, pass] });
            left = pass;
        }
        if column[from] < column[to] {
            layers.pieces[column[to] - 1].push(Piece { edge, items: [left, to] });
        }
    }
    layers
}

/// Left and right box of each line.
pub fn arcs(graph: &Graph, turned: &[bool]) -> Vec<(usize, usize)> {
    graph.edges.iter().zip(turned).map(|(edge, &turned)| ends(edge.nodes, turned)).collect()
}

impl Layers {
    fn add(&mut self, item: Item, column: usize) -> usize {
        let id = self.items.len();
        self.items.push(item);
        self.column.push(column);
        self.columns[column].push(id);
        id
    }
}

fn ends([a, b]: [usize; 2], turned: bool) -> (usize, usize) {
    if turned { (b, a) } else { (a, b) }
}

/// Whether each line is drawn against the way it is written, so that no circle is left.
fn directions(graph: &Graph) -> Vec<bool> {
    let far = distances(graph);
    let mut firm: BTreeMap<(usize, usize), ()> = BTreeMap::new();
    for edge in graph.edges.iter().filter(|edge| edge.directed && !edge.returns) {
        firm.insert((edge.nodes[0], edge.nodes[1]), ());
    }
    let mut turned: Vec<bool> = graph
        .edges
        .iter()
        .map(|edge| {
            let [a, b] = edge.nodes;
            let header = |n: usize| matches!(graph.nodes[n].spot, Spot::Header(_));
            match (firm.contains_key(&(a, b)), firm.contains_key(&(b, a))) {
                (true, false) => return false,
                (false, true) => return true,
                _ => {}
            }
            if !edge.returns {
                return false;
            }
            match (header(a), header(b)) {
                (true, false) => false,
                (false, true) => true,
                _ => (far[b], b) < (far[a], a),
            }
        })
        .collect();
    break_circles(graph, &mut turned);
    turned
}

/// Lines from where current enters, over lines that carry it onwards first, over returns for the rest.
fn distances(graph: &Graph) -> Vec<usize> {
    let count = graph.nodes.len();
    let mut far = vec![usize::MAX; count];
    let mut around: [Vec<Vec<usize>>; 2] = [vec![Vec::new(); count], vec![Vec::new(); count]];
    let mut fed = vec![false; count];
    for edge in &graph.edges {
        let [a, b] = edge.nodes;
        for over in if edge.returns { &mut around[1..] } else { &mut around[..] } {
            over[a].push(b);
            over[b].push(a);
        }
        fed[if edge.returns { a } else { b }] = true;
    }
    let outside = |n: &usize| matches!(graph.nodes[*n].spot, Spot::Outside(..));
    let mut roots: Vec<usize> = (0..count).filter(outside).take(1).collect();
    if roots.is_empty() {
        roots = (0..count).filter(|&n| !fed[n] && !matches!(graph.nodes[n].spot, Spot::Header(_))).collect();
    }
    for over in &around {
        let mut queue: VecDeque<usize> = if far.iter().all(|&far| far == usize::MAX) {
            roots.iter().for_each(|&root| far[root] = 0);
            roots.iter().copied().collect()
        } else {
            let mut reached: Vec<usize> = (0..count).filter(|&n| far[n] != usize::MAX).collect();
            reached.sort_by_key(|&n| far[n]);
            reached.into()
        };
        while let Some(node) = queue.pop_front() {
            for &next in &over[node] {
                if far[next] == usize::MAX {
                    far[next] = far[node] + 1;
                    queue.push_back(next);
                }
            }
        }
    }
    far
}

/// Turns the line that closes a circle, walking depth first without recursion.
fn break_circles(graph: &Graph, turned: &mut [bool]) {
    let count = graph.nodes.len();
    let mut out: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (n, edge) in graph.edges.iter().enumerate() {
        out[ends(edge.nodes, turned[n]).0].push(n);
    }
    let mut state = vec![0u8; count];
    for root in 0..count {
        if state[root] != 0 {
            continue;
        }
        let mut walk = vec![(root, 0usize)];
        state[root] = 1;
        while let Some(&mut (node, ref mut next)) = walk.last_mut() {
            let Some(&edge) = out[node].get(*next) else {
                state[node] = 2;
                walk.pop();
                continue;
            };
            *next += 1;
            let to = ends(graph.edges[edge].nodes, turned[edge]).1;
            match state[to] {
                0 => {
                    state[to] = 1;
                    walk.push((to, 0));
                }
                1 if to != node => turned[edge] = !turned[edge],
                _ => {}
            }
        }
    }
}

/// Longest path from the left; then boxes that feed more than they are fed move right as far as they can.
fn columns(count: usize, arcs: &[(usize, usize)]) -> Vec<usize> {
    let mut feeds: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut fed = vec![0usize; count];
    for &(from, to) in arcs.iter().filter(|(from, to)| from != to) {
        feeds[from].push(to);
        fed[to] += 1;
    }
    // From left to right: a box stands once all that feed it do.
    let mut column = vec![0usize; count];
    let mut open = fed.clone();
    let mut order: Vec<usize> = (0..count).filter(|&node| open[node] == 0).collect();
    let mut next = 0;
    while let Some(&node) = order.get(next) {
        next += 1;
        for &to in &feeds[node] {
            column[to] = column[to].max(column[node] + 1);
            open[to] -= 1;
            if open[to] == 0 {
                order.push(to);
            }
        }
    }
    // From right to left, so that what a box feeds stands already.
    for &node in order.iter().rev() {
        let room = feeds[node].iter().map(|&to| column[to] - 1).min();
        if let Some(room) = room.filter(|&room| fed[node] < feeds[node].len() && column[node] < room) {
            column[node] = room;
        }
    }
    let least = column.iter().copied().min().unwrap_or(0);
    column.iter_mut().for_each(|column| *column -= least);
    column
}
