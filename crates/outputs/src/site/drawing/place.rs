//! Coordinates, in pixels on a grid of ten: boxes level with what they are joined to, so that most lines are straight.

use super::graph::{Edge, Figure, Graph, Node};
use super::layers::{Item, Layers, Piece};
use super::level::tops;
use super::tracks;

/// Grid, also the distance of parallel lines.
pub const GRID: i32 = 10;
/// Height of a box without figures above its first row.
pub const HEAD: i32 = 40;
/// Height of a figure in a box.
pub const LINE: i32 = 16;
/// Height of a row.
pub const ROW: i32 = 20;
/// Between two boxes of a column.
pub const GAP: i32 = 20;
/// Between a box and the first track: room for a tag.
pub const STUB: i32 = 40;
/// Around everything.
pub const EDGE: i32 = 20;

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
    /// Height above its first row.
    pub head: i32,
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

/// The ground of a label: left, top, width, height.
pub type Plate = [i32; 4];

impl Layout {
    /// Where the labels of a line stand: its tag at both ends, and its figure behind the first; none where it is not drawn.
    pub fn plates(&self, edge: usize, of: &Edge) -> Option<([Plate; 2], Option<Plate>)> {
        const TALL: i32 = 14;
        let line = &self.lines[edge];
        let ((left, from), (right, to)) = (*line.first()?, *line.last()?);
        let width = tag_width(&of.tag);
        let last = end_width(of);
        let tags = [[left + 5, from - TALL / 2, width, TALL], [right - 5 - last, to - TALL / 2, last, TALL]];
        let figure = of.figure.as_ref().map(|figure| [left + 5 + width, from - TALL / 2, figure_width(figure), TALL]);
        Some((tags, figure))
    }
}

/// Room that a text takes, twelve pixels high.
pub fn text_width(text: &str, size: i32) -> i32 {
    let tenths: i32 = text.chars().map(|c| if c.is_ascii_uppercase() || c == '·' { 70 } else { 60 }).sum();
    tenths * size / 120 + 1
}

/// Room that a figure takes, eleven pixels high: as wide as the widest fonts set digits.
pub fn figure_width(figure: &Figure) -> i32 {
    i32::try_from(figure.text.chars().count()).unwrap_or(i32::MAX / 8) * 7 + 8
}

/// What a box holds.
pub struct Shape {
    /// Height above its first row.
    pub head: i32,
    /// Its rows, left and right: line, its end there.
    pub rows: [Vec<(usize, usize)>; 2],
}

/// The boxes, by their index.
pub type Shapes = [Shape];

/// Places boxes and lines.
pub fn place(graph: &Graph, layers: &Layers) -> Layout {
    let mut rank = vec![0; layers.items.len()];
    for column in &layers.columns {
        for (n, &item) in column.iter().enumerate() {
            rank[item] = n;
        }
    }
    let shapes = shapes(graph, layers, &rank);
    let height = |shape: &Shape| {
        shape.head + ROW * i32::try_from(shape.rows.iter().map(Vec::len).max().unwrap_or(0).max(1)).unwrap_or(1)
    };
    let heights: Vec<i32> = shapes.iter().map(height).collect();
    let tops = tops(layers, &shapes, &heights);
    let port = |item: usize, edge: usize, side: usize| port(layers, &shapes, item, edge, side);
    let mut tops = tops;

    let mut layout = Layout { lines: vec![Vec::new(); graph.edges.len()], ..Layout::default() };
    let mut x = EDGE;
    for (n, column) in layers.columns.iter().enumerate() {
        let width = column
            .iter()
            .map(
                |&item| {
                    if let Item::Box(node) = layers.items[item] { box_width(graph, &shapes[node], node) } else { 0 }
                },
            )
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
                    head: shapes[node].head,
                    rows: shapes[node].rows.clone(),
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
        let mut spans: Vec<(i32, i32)> = pieces
            .iter()
            .map(|piece| {
                let [left, right] = piece.items;
                (tops[left] + port(left, piece.edge, 1), tops[right] + port(right, piece.edge, 0))
            })
            .collect();
        let (mut assigned, mut count) = tracks::tracks(&spans);
        // No order of tracks keeps two lines apart that take each other's level: all that follows stands half a grid lower.
        if tracks::lie_on_each_other(&spans, &assigned) {
            for &item in layers.columns[n + 1..].iter().flatten() {
                tops[item] += GRID / 2;
            }
            spans.iter_mut().for_each(|span| span.1 += GRID / 2);
            (assigned, count) = tracks::tracks(&spans);
        }
        let stub = stub(graph, layers, pieces);
        let room = stub + GRID * (count - 1).max(0) + tag_stub(graph, pieces.iter());
        for ((piece, &(from, to)), track) in pieces.iter().zip(&spans).zip(assigned) {
            let line = &mut layout.lines[piece.edge];
            if line.is_empty() {
                line.push((x, from));
            }
            if from != to {
                let at = x + stub + GRID * track;
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

/// Between a column and the first track: room for the tags of the lines that leave its boxes, and for their figures.
fn stub(graph: &Graph, layers: &Layers, pieces: &[Piece]) -> i32 {
    let leaves = |piece: &&Piece| matches!(layers.items[piece.items[0]], Item::Box(_));
    let room = |piece: &Piece| {
        let edge = &graph.edges[piece.edge];
        let figure = edge.figure.as_ref()?;
        Some(5 + tag_width(&edge.tag) + figure_width(figure) + GRID)
    };
    let widest = pieces.iter().filter(leaves).filter_map(room).max().unwrap_or(0);
    tag_stub(graph, pieces.iter().filter(leaves)).max((widest + GRID - 1).div_euclid(GRID) * GRID)
}

/// Room for the widest tag of some pieces, none less than [`STUB`].
fn tag_stub<'a>(graph: &Graph, pieces: impl Iterator<Item = &'a Piece>) -> i32 {
    let widest = pieces.map(|piece| end_width(&graph.edges[piece.edge]) + GRID).max().unwrap_or(0);
    STUB.max((widest + GRID - 1).div_euclid(GRID) * GRID)
}

/// Room that a tag takes.
pub fn tag_width(tag: &str) -> i32 {
    text_width(tag, 11) + 4
}

/// Room that the tag at the right end of a line takes, where the letters of its colour may stand in its place.
fn end_width(edge: &Edge) -> i32 {
    tag_width(&edge.tag).max(tag_width(&edge.paint.letters))
}

/// Room that a row takes in its box: its label, and the pole that it may be.
pub fn row_room(graph: &Graph, row: (usize, usize)) -> i32 {
    let pole = if graph.poles.contains_key(&row) { 20 } else { 0 };
    8 + text_width(&graph.edges[row.0].labels[row.1], 12) + pole
}

fn box_width(graph: &Graph, shape: &Shape, node: usize) -> i32 {
    let widest = |side: usize| shape.rows[side].iter().map(|&row| row_room(graph, row) - 8).max().unwrap_or(0);
    let lands = |(edge, end): (usize, usize)| graph.edges[edge].nodes[end] == node;
    let inside =
        graph.blades.iter().map(|blade| blade.rows[0]).chain(graph.bars.iter().filter_map(|bar| bar.first().copied()));
    let between = if inside.into_iter().any(lands) { 44 } else { 12 };
    let node = &graph.nodes[node];
    let figures = node.figures.iter().map(figure_width).max().unwrap_or(0);
    let words = text_width(&node.title, 14).max(text_width(&node.sub, 12)).max(figures);
    let inner = (widest(0) + widest(1) + between).max(words);
    (inner + 20).div_euclid(GRID) * GRID + GRID
}

/// Each box, the rows of each side in the order of what lies across.
fn shapes(graph: &Graph, layers: &Layers, rank: &[usize]) -> Vec<Shape> {
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
    let head = |node: &Node| HEAD + LINE * i32::try_from(node.figures.len()).unwrap_or(0);
    let boxes = keyed.into_iter().zip(&graph.nodes);
    boxes.map(|([left, right], node)| Shape { head: head(node), rows: [sorted(left), sorted(right)] }).collect()
}

/// Where a line leaves an item, below its top.
pub fn port(layers: &Layers, shapes: &Shapes, item: usize, edge: usize, side: usize) -> i32 {
    match layers.items[item] {
        Item::Pass(_) => 0,
        Item::Box(node) => {
            let row = shapes[node].rows[side].iter().position(|&(other, _)| other == edge).unwrap_or(0);
            shapes[node].head + ROW / 2 + ROW * i32::try_from(row).unwrap_or(0)
        }
    }
}
