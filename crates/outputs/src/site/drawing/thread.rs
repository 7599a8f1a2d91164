//! Lines that pass columns, drawn through them anew: each takes the way that crosses fewest others, and boxes are tried at every place with their
//! lines threaded behind them.

use super::layers::{Item, Layers};
use super::order::{crossed, crossings, crossings_without};

/// A crossing is worse than any climb.
const CROSSING: usize = 1 << 20;

/// A line from box to box through the columns between.
struct Chain {
    /// Item of its left box.
    left: usize,
    /// Its stand-ins, left to right.
    passes: Vec<usize>,
    /// Item of its right box.
    right: usize,
}

/// Work that one drawing is worth: cells of tables and pairs of pieces that are looked at.
pub struct Purse {
    left: u64,
}

impl Purse {
    /// With so much in it.
    pub fn new(left: u64) -> Self {
        Self { left }
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// Takes out what some work costs.
    pub fn pay(&mut self, work: usize) {
        self.left = self.left.saturating_sub(work as u64);
    }
}

/// The lines of a drawing, ready to be threaded.
pub struct Threads {
    chains: Vec<Option<Chain>>,
    /// Lines at each item, by edge.
    at: Vec<Vec<usize>>,
}

impl Threads {
    /// Of these columns.
    pub fn of(layers: &Layers) -> Self {
        let edges = layers.turned.len();
        let mut chains: Vec<Option<Chain>> = (0..edges).map(|_| None).collect();
        for piece in layers.pieces.iter().flatten() {
            let [left, right] = piece.items;
            let chain = chains[piece.edge].get_or_insert(Chain { left, passes: Vec::new(), right });
            if let Item::Pass(_) = layers.items[left] {
                chain.passes.push(left);
            }
            chain.right = right;
        }
        let mut at = vec![Vec::new(); layers.items.len()];
        for (edge, chain) in chains.iter().enumerate() {
            if let Some(chain) = chain {
                at[chain.left].push(edge);
                at[chain.right].push(edge);
            }
        }
        Self { chains, at }
    }

    /// Threads lines and moves boxes for as long as that takes away crossings; gives how many are left.
    pub fn settle(&self, layers: &mut Layers, purse: &mut Purse) -> usize {
        let mut fewest = crossings(layers);
        while !purse.is_empty() && fewest > 0 {
            let before = fewest;
            self.rethread_all(layers, purse);
            fewest = crossings(layers);
            let mut ends: Vec<usize> = Vec::new();
            let is_crossed = crossed(layers).into_iter().enumerate().filter(|(_, crossings)| *crossings > 0);
            for chain in is_crossed.filter_map(|(edge, _)| self.chains[edge].as_ref()) {
                ends.extend([chain.left, chain.right]);
            }
            ends.sort_unstable();
            ends.dedup();
            for item in ends {
                if fewest == 0 || purse.is_empty() {
                    break;
                }
                fewest = self.move_box(layers, item, fewest, purse);
            }
            if fewest >= before {
                break;
            }
        }
        fewest
    }

    /// Draws every line through its columns anew, one after the other.
    fn rethread_all(&self, layers: &mut Layers, purse: &mut Purse) {
        for edge in 0..self.chains.len() {
            if purse.is_empty() {
                break;
            }
            self.rethread(layers, edge, purse);
        }
    }

    /// Draws those lines anew that lack a stand-in.
    pub fn rethread_torn(&self, layers: &mut Layers, purse: &mut Purse) {
        let mut stands = vec![false; layers.items.len()];
        layers.columns.iter().flatten().for_each(|&item| stands[item] = true);
        for edge in 0..self.chains.len() {
            if self.chains[edge].as_ref().is_some_and(|chain| chain.passes.iter().any(|&pass| !stands[pass])) {
                self.rethread(layers, edge, purse);
            }
        }
    }

    fn rethread(&self, layers: &mut Layers, edge: usize, purse: &mut Purse) {
        let Some(chain) = self.chains[edge].as_ref().filter(|chain| !chain.passes.is_empty()) else { return };
        take_out(layers, &chain.passes);
        self.thread(layers, chain, edge, purse);
    }

    /// Puts the stand-ins of a line, which are in no column, where it crosses fewest of the lines that are in theirs.
    fn thread(&self, layers: &mut Layers, chain: &Chain, edge: usize, purse: &mut Purse) -> usize {
        const OUT: usize = usize::MAX;
        if purse.is_empty() {
            return straight(layers, chain);
        }
        let mut rank = vec![OUT; layers.items.len()];
        let first = layers.column[chain.left];
        let last = layers.column[chain.right];
        for column in &layers.columns[first..=last] {
            for (n, &item) in column.iter().enumerate() {
                rank[item] = n;
            }
        }
        // By column: least cost of each slot, and the slot before it.
        let mut costs: Vec<(usize, usize)> = vec![(0, rank[chain.left])];
        let mut ways: Vec<Vec<(usize, usize)>> = Vec::new();
        for gap in first..last {
            let (rows, columns) = (layers.columns[gap].len(), layers.columns[gap + 1].len());
            let mut table = Table::new(rows, columns);
            for piece in layers.pieces[gap].iter().filter(|piece| piece.edge != edge) {
                let [left, right] = piece.items.map(|item| rank[item]);
                if left != OUT && right != OUT {
                    table.add(left, right);
                }
            }
            table.sum();
            let ends_here = gap + 1 == last;
            let slots: Vec<usize> = if ends_here { vec![rank[chain.right]] } else { (0..=columns).collect() };
            purse.pay((rows + 1) * (columns + 1) + costs.len() * slots.len());
            let from_box = gap == first;
            let way: Vec<(usize, usize)> = slots
                .iter()
                .map(|&to| {
                    let onwards = costs.iter().map(|&(cost, from)| {
                        let crossed = table.crossed((from, from_box), (to, ends_here));
                        // Of equal ways the one that climbs least.
                        (cost + crossed * CROSSING + from.abs_diff(to), from)
                    });
                    onwards.min().expect("a column has a slot")
                })
                .collect();
            costs = way.iter().zip(&slots).map(|(&(cost, _), &slot)| (cost, slot)).collect();
            ways.push(way);
        }
        let mut slot = ways.last().map_or(0, |way| way[0].1);
        for (nth, &pass) in chain.passes.iter().enumerate().rev() {
            layers.columns[first + 1 + nth].insert(slot, pass);
            slot = ways[nth][slot].1;
        }
        ways.last().map_or(0, |way| way[0].0 / CROSSING)
    }

    /// Tries a box at every place of its column, its lines threaded behind it; gives the crossings that are left.
    pub fn move_box(&self, layers: &mut Layers, item: usize, fewest: usize, purse: &mut Purse) -> usize {
        let column = layers.column[item];
        let before = layers.columns.clone();
        let chains = || self.at[item].iter().filter_map(|&edge| Some((edge, self.chains[edge].as_ref()?)));
        for (_, chain) in chains() {
            take_out(layers, &chain.passes);
        }
        layers.columns[column].retain(|&other| other != item);
        let bare = layers.columns.clone();
        let mut best = (fewest, before);
        let others = crossings_without(layers, &self.at[item]);
        purse.pay(layers.pieces.iter().map(|pieces| pieces.len() * pieces.len() / 2).sum());
        for slot in 0..=bare[column].len() {
            if purse.is_empty() {
                break;
            }
            layers.columns.clone_from(&bare);
            layers.columns[column].insert(slot, item);
            // Lines of one box meet in it: of those that pass no column none crosses another.
            let own = chains().map(|(edge, chain)| self.thread(layers, chain, edge, purse)).sum::<usize>();
            if others + own < best.0 {
                best = (others + own, layers.columns.clone());
            }
        }
        layers.columns = best.1;
        best.0
    }
}

/// Puts the stand-ins of a line on the straight way between its boxes, for want of work to find a better one.
fn straight(layers: &mut Layers, chain: &Chain) -> usize {
    let share = |item: usize| {
        let column = &layers.columns[layers.column[item]];
        (column.iter().position(|&other| other == item).unwrap_or(0), column.len().max(1))
    };
    let (from, to) = (share(chain.left), share(chain.right));
    let steps = chain.passes.len() + 1;
    for (nth, &pass) in chain.passes.iter().enumerate() {
        let column = &mut layers.columns[layers.column[pass]];
        let place = |(rank, count): (usize, usize), weight: usize| rank * column.len() * weight / (count * steps);
        let slot = place(from, steps - 1 - nth) + place(to, nth + 1);
        column.insert(slot.min(column.len()), pass);
    }
    0
}

fn take_out(layers: &mut Layers, items: &[usize]) {
    for &item in items {
        let column = layers.column[item];
        layers.columns[column].retain(|&other| other != item);
    }
}

/// How many pieces between two columns lie above two slots: sums over all slots at once.
struct Table {
    columns: usize,
    rows: usize,
    sums: Vec<usize>,
}

impl Table {
    fn new(rows: usize, columns: usize) -> Self {
        Self { columns, rows, sums: vec![0; (rows + 2) * (columns + 2)] }
    }

    fn add(&mut self, left: usize, right: usize) {
        self.sums[(left + 1) * (self.columns + 2) + right + 1] += 1;
    }

    fn sum(&mut self) {
        let wide = self.columns + 2;
        for row in 1..self.rows + 2 {
            for column in 1..wide {
                let around = self.sums[(row - 1) * wide + column] + self.sums[row * wide + column - 1];
                self.sums[row * wide + column] += around - self.sums[(row - 1) * wide + column - 1];
            }
        }
    }

    /// Pieces that begin above `left` and end above `right`.
    fn above(&self, left: usize, right: usize) -> usize {
        self.sums[left.min(self.rows + 1) * (self.columns + 2) + right.min(self.columns + 1)]
    }

    /// Pieces that a line from a slot to a slot crosses; one that is a box shares it with its other lines without a crossing.
    fn crossed(&self, (left, from_box): (usize, bool), (right, to_box): (usize, bool)) -> usize {
        let (rows, columns) = (self.rows, self.columns);
        let rising = self.above(rows, right) - self.above(left + usize::from(from_box), right);
        let falling = self.above(left, columns) - self.above(left, right + usize::from(to_box));
        rising + falling
    }
}
