//! Where everything stands: controllers in a column; what they cut of each other in the gaps or left of it, what else they cut to the right.

mod apart;
mod left;
mod right;

use super::order;
use super::who::{Does, Role, Who};
use crate::site::drawing::text_width;

/// Around everything.
pub const MARGIN: i32 = 10;
/// Between parallel lines.
const TRACK: i32 = 12;
/// From a line's end at a box to the nearest that may run past it.
const STUB: i32 = 20;
/// Least width of a drawing: its key stands in it.
const LEAST: i32 = 320;
/// Widest row of arrows between two boxes.
const WIDEST: i32 = 230;

/// A box with its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub struct Placed {
    pub node: usize,
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

/// An arrow with its way; the last point is its tip.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Index in the arrows.
    pub arrow: usize,
    /// From its start to its tip; each piece is upright or level.
    pub points: Vec<(i32, i32)>,
    /// Where its words begin, and where those below them do; `true`: they end there.
    pub words: [(i32, i32); 2],
    /// Words end where they are placed.
    pub ends: bool,
}

/// A frame around boxes that stand apart.
#[derive(Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub struct Fence {
    pub heading: &'static str,
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

/// A layout in pixels.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[allow(missing_docs)]
pub struct Layout {
    pub width: i32,
    pub height: i32,
    pub boxes: Vec<Placed>,
    pub lines: Vec<Line>,
    pub fences: Vec<Fence>,
}

/// Width of words with room to spare for a wider font.
pub fn words_width(text: &str, size: i32) -> i32 {
    let wide: i32 =
        text.chars().filter(|c| !c.is_ascii() || matches!(c, 'm' | 'w' | 'M' | 'W')).map(|_| size / 2).sum();
    let plain = text_width(text, size);
    plain + plain / 8 + wide
}

/// The words of an arrow: the channel, and what else must be known.
pub fn said(does: &Does) -> (&str, &str) {
    match does {
        Does::Cuts { coil, words, .. } => (coil, words),
        Does::Watches => ("", ""),
    }
}

/// Room of an arrow's words along it.
fn label_width(does: &Does) -> i32 {
    let (coil, words) = said(does);
    words_width(coil, 12).max(words_width(words, 11))
}

/// Room above and below a level line.
fn row(does: &Does) -> (i32, i32) {
    match said(does) {
        ("", _) => (7, 7),
        (_, "") => (17, 6),
        _ => (17, 16),
    }
}

/// Size of a box by its words.
pub fn box_size(who: &Who, node: usize) -> (i32, i32) {
    let node = &who.nodes[node];
    let words = node.words.iter().map(|words| words_width(words, 12)).max().unwrap_or(0);
    let lines = i32::try_from(node.words.len()).expect("a box has a few lines");
    (words_width(&node.name, 14).max(words) + 20, 28 + 15 * lines)
}

/// A controller's place in the column, and how much room its sides take.
#[derive(Clone, Copy, Default)]
struct Band {
    y: i32,
    height: i32,
}

/// What the passes share.
struct Plan<'a> {
    who: &'a Who,
    column: Vec<usize>,
    /// By node: place in the column.
    place: Vec<Option<usize>>,
    bands: Vec<Band>,
    /// Left and right edge of the column's boxes.
    edges: (i32, i32),
}

/// Lays the graph out. Linear in the boxes; the arrows are bounded (`MOST_ARROWS`).
pub fn lay_out(who: &Who) -> Layout {
    let column = order::column(who);
    let mut place = vec![None; who.nodes.len()];
    for (at, &node) in column.iter().enumerate() {
        place[node] = Some(at);
    }
    let mut plan = Plan { who, bands: vec![Band::default(); column.len()], column, place, edges: (0, 0) };
    let (gaps, around) = plan.between();
    let left = left::Left::of(&plan, &around);
    let right = right::Right::of(&plan);

    let boxes = plan.column.iter().map(|&node| box_size(who, node).0).max().unwrap_or(0);
    let across =
        gaps.iter().map(|gap| gap.iter().map(|&arrow| spread(who, arrow)).sum::<i32>() + 12).max().unwrap_or(0);
    let start = MARGIN + left.width;
    plan.edges = (start, start + boxes.max(across).max(72));
    let mut y = MARGIN;
    for at in 0..plan.column.len() {
        let own = box_size(who, plan.column[at]).1;
        let height = own.max(left.heights[at]).max(right.heights[at]);
        plan.bands[at] = Band { y, height };
        y += height + gaps.get(at).map_or(0, |gap| gap_height(who, gap));
    }

    let mut layout = Layout::default();
    for (band, &node) in plan.bands.iter().zip(&plan.column) {
        let width = plan.edges.1 - plan.edges.0;
        layout.boxes.push(Placed { node, x: plan.edges.0, y: band.y, width, height: band.height });
    }
    plan.draw_gaps(&gaps, &mut layout);
    left.draw(&plan, &mut layout);
    let far = right.draw(&plan, &mut layout);
    layout.lines.sort_by_key(|line| line.arrow);
    layout.width = far.max(if plan.column.is_empty() { 0 } else { plan.edges.1 }).max(LEAST) + MARGIN;
    layout.height = y;
    apart::draw(who, &mut layout);
    layout.height += MARGIN;
    layout
}

/// Room of an arrow in a gap.
fn spread(who: &Who, arrow: usize) -> i32 {
    let words = label_width(&who.arrows[arrow].does);
    if words == 0 { 16 } else { words + 22 }
}

fn gap_height(who: &Who, gap: &[usize]) -> i32 {
    let worded = |arrow: &&usize| said(&who.arrows[**arrow].does) != ("", "");
    match (gap.is_empty(), gap.iter().any(|arrow| worded(&arrow))) {
        (true, _) => 16,
        (false, false) => 32,
        (false, true) => 46,
    }
}

impl Plan<'_> {
    /// Arrows between neighbours, by gap, and those that must go round.
    fn between(&self) -> (Vec<Vec<usize>>, Vec<usize>) {
        let mut gaps: Vec<Vec<usize>> = vec![Vec::new(); self.column.len().saturating_sub(1)];
        let mut room = vec![WIDEST; gaps.len()];
        let mut around = Vec::new();
        for (n, arrow) in self.who.arrows.iter().enumerate() {
            let Some((from, to)) = self.place[arrow.from].zip(self.place[arrow.to]) else { continue };
            let gap = from.min(to);
            let wide = spread(self.who, n);
            if from.abs_diff(to) == 1 && room[gap] >= wide {
                room[gap] -= wide;
                gaps[gap].push(n);
            } else {
                around.push(n);
            }
        }
        (gaps, around)
    }

    fn draw_gaps(&self, gaps: &[Vec<usize>], layout: &mut Layout) {
        for (gap, arrows) in gaps.iter().enumerate() {
            let (above, below) = (self.bands[gap].y + self.bands[gap].height, self.bands[gap + 1].y);
            let mut x = self.edges.0 + 14;
            for &arrow in arrows {
                let down = self.place[self.who.arrows[arrow].from] == Some(gap);
                let points = if down { vec![(x, above), (x, below)] } else { vec![(x, below), (x, above)] };
                let middle = (above + below) / 2;
                let first = if said(&self.who.arrows[arrow].does).1.is_empty() { middle + 4 } else { middle - 3 };
                layout.lines.push(Line { arrow, points, words: [(x + 7, first), (x + 7, middle + 11)], ends: false });
                x += spread(self.who, arrow);
            }
        }
    }
}

/// Boxes whose arrows go to the right: what somebody cuts and is no controller itself.
fn is_load(who: &Who, node: usize) -> bool {
    who.nodes[node].role == Role::Load
}

/// A track for each upright piece, the nearest first: beyond all shorter ones that it would lie on or cut off.
fn tracks(mut spans: Vec<(i32, i32, usize)>) -> Vec<(usize, i32)> {
    spans.sort_by_key(|&(from, to, arrow)| ((to - from).abs(), arrow));
    let mut given: Vec<(i32, i32, i32)> = Vec::new();
    let mut tracks = Vec::new();
    for (from, to, arrow) in spans {
        let (from, to) = (from.min(to), from.max(to));
        let over = given.iter().filter(|(a, b, _)| *a <= to + 4 && from <= *b + 4);
        let track = over.map(|(_, _, track)| track + 1).max().unwrap_or(0);
        given.push((from, to, track));
        tracks.push((arrow, track));
    }
    tracks
}
