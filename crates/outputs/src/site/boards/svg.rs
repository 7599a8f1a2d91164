//! A board as SVG text: terminals on their edges, in their order; wires outwards. Not to scale.

use std::fmt::Write as _;

use model::part::Side;

use super::lands::Land;
use crate::site::drawing::text_width;
use crate::site::text::escape;

/// Height of a terminal, and of a wire beyond the first on it.
const ROW: i32 = 28;
/// Length of a wire that leaves to the left or to the right, with its tag.
const LEAD: i32 = 76;
/// Height of a wire that leaves upwards or downwards, with its tag and far end.
const DROP: i32 = 54;
/// Room around the drawing.
const EDGE: i32 = 12;
/// Height of the name on the board.
const HEAD: i32 = 44;

/// A terminal.
pub struct Cell {
    /// As printed on the board.
    pub label: String,
    /// Wires on it.
    pub lands: Vec<Land>,
    /// What stands where a wire would leave; empty where one does.
    pub words: String,
    /// Live and bare.
    pub bare: bool,
    /// A place without a terminal.
    pub gap: bool,
}

impl Cell {
    /// A place without a terminal of its own.
    pub fn gap() -> Self {
        Self { label: String::new(), lands: Vec::new(), words: String::new(), bare: false, gap: true }
    }

    /// Rows that it takes on an edge at the side.
    fn rows(&self) -> i32 {
        size(self.lands.len()).max(1)
    }

    /// Widest text outside.
    fn outside(&self) -> i32 {
        let lands = self.lands.iter().map(|land| text_width(&land.far, 12));
        lands.max().unwrap_or(0).max(text_width(&self.words, 12))
    }
}

/// Terminals beside each other.
pub struct Strip {
    /// Heading.
    pub title: String,
    /// Edge, if it is known.
    pub side: Option<Side>,
    /// Whether the order is the board's.
    pub known: bool,
    /// Terminals.
    pub cells: Vec<Cell>,
}

fn size(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 64)
}

/// An edge in a word.
pub fn word(side: Side) -> &'static str {
    match side {
        Side::Left => "left",
        Side::Right => "right",
        Side::Top => "far",
        Side::Bottom => "near",
    }
}

/// How an edge is read.
pub fn reading(side: Side) -> &'static str {
    match side {
        Side::Left | Side::Right => "from the far end to the near end",
        Side::Top | Side::Bottom => "left to right, seen from the side of the components",
    }
}

/// The drawings of a device: rows whose edge is known share one, each other row has its own. Flipped, a board is turned
/// over about its vertical axis.
pub fn boards(name: &str, part: &str, strips: &[Strip], flipped: bool) -> Vec<String> {
    let seen = if flipped { "seen from the other side" } else { "seen from the side of the components" };
    let mut drawings = Vec::new();
    let sided: Vec<&Strip> = strips.iter().filter(|strip| strip.side.is_some()).collect();
    if !sided.is_empty() {
        drawings.push(draw(name, part, &sided, flipped, &format!("{name}, {seen}")));
    }
    for strip in strips.iter().filter(|strip| strip.side.is_none()) {
        // What has no order has no other side.
        let turned = flipped && strip.known;
        let label = match strip.known {
            true => format!("{name}, {}, {seen}", strip.title),
            false => format!("{name}, {}", strip.title),
        };
        drawings.push(draw(name, &strip.title, &[strip], turned, &label));
    }
    drawings
}

/// Where the edges of a board lie.
struct Frame {
    left: i32,
    top: i32,
    width: i32,
    height: i32,
}

fn draw(name: &str, sub: &str, strips: &[&Strip], flipped: bool, label: &str) -> String {
    let on = |side: Side| -> Vec<&Cell> {
        let (side, turned) = match (flipped, side) {
            (true, Side::Left) => (Side::Right, false),
            (true, Side::Right) => (Side::Left, false),
            (true, other) => (other, true),
            (false, other) => (other, false),
        };
        // An edge that nobody knows is drawn as the right one.
        let here = strips.iter().filter(|strip| strip.side.unwrap_or(Side::Right) == side);
        let mut cells: Vec<&Cell> = here.flat_map(|strip| &strip.cells).collect();
        if turned {
            cells.reverse();
        }
        cells
    };
    let (left, right, top, bottom) = (on(Side::Left), on(Side::Right), on(Side::Top), on(Side::Bottom));
    let labels = |cells: &[&Cell]| cells.iter().map(|cell| text_width(&cell.label, 13)).max().unwrap_or(0);
    let outside = |cells: &[&Cell]| match cells.iter().map(|cell| cell.outside()).max() {
        Some(most) if cells.iter().all(|cell| cell.lands.is_empty()) => most + 18,
        Some(most) => LEAD + most + 8,
        None => 0,
    };
    let rows = |cells: &[&Cell]| cells.iter().map(|cell| ROW * cell.rows()).sum::<i32>();
    let column = |cells: &[&Cell]| {
        cells.iter().map(|cell| cell.outside().max(text_width(&cell.label, 13)) + 14).max().unwrap_or(0).max(56)
    };
    let drop = |cells: &[&Cell]| match cells.iter().map(|cell| cell.rows()).max() {
        Some(most) => DROP + ROW * (most - 1),
        None => 0,
    };
    let across = [&top, &bottom].map(|cells| column(cells) * size(cells.len()) + 16);
    let words = text_width(name, 15).max(text_width(sub, 12)) + 32;
    let beside = labels(&left) + labels(&right) + 80;
    let width = words.max(beside).max(across[0]).max(across[1]);
    let inside = |cells: &[&Cell]| if cells.is_empty() { 0 } else { ROW };
    let height = HEAD + inside(&top) + inside(&bottom) + rows(&left).max(rows(&right)) + 10;
    let frame = Frame { left: EDGE + outside(&left), top: EDGE + drop(&top), width, height };
    let (all_width, all_height) =
        (frame.left + width + outside(&right) + EDGE, frame.top + height + drop(&bottom) + EDGE);
    let dash = if strips.iter().all(|strip| strip.known) { "" } else { " stroke-dasharray=\"6 4\"" };
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"drawing\" viewBox=\"0 0 {all_width} {all_height}\" width=\"{all_width}\" \
         height=\"{all_height}\" role=\"img\" aria-label=\"{}\" font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"#14181d\">\
         <rect width=\"{all_width}\" height=\"{all_height}\" rx=\"8\" fill=\"#fbfaf7\"/>\
         <rect x=\"{}\" y=\"{}\" width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#ffffff\" stroke=\"#59636e\" stroke-width=\"1.5\"{dash}/>\n",
        escape(label),
        frame.left,
        frame.top,
    );
    let middle = frame.left + width / 2;
    let head = frame.top + inside(&top);
    let _ = writeln!(
        out,
        "<text x=\"{middle}\" y=\"{}\" font-size=\"15\" font-weight=\"600\" text-anchor=\"middle\">{}</text>\
         <text x=\"{middle}\" y=\"{}\" font-size=\"12\" text-anchor=\"middle\" fill=\"#4a535c\">{}</text>",
        head + 20,
        escape(name),
        head + 36,
        escape(sub)
    );
    for (cells, is_right) in [(&left, false), (&right, true)] {
        let mut y = head + HEAD;
        for cell in cells {
            beside_it(&mut out, cell, &frame, is_right, y + ROW / 2);
            y += ROW * cell.rows();
        }
    }
    for (cells, is_bottom) in [(&top, false), (&bottom, true)] {
        let pitch = column(cells);
        let mut x = frame.left + (width - pitch * size(cells.len())) / 2 + pitch / 2;
        for cell in cells {
            above_it(&mut out, cell, &frame, is_bottom, x);
            x += pitch;
        }
    }
    out.push_str("</svg>");
    out
}

/// The screw of a terminal and what is printed by it.
fn screw(out: &mut String, cell: &Cell, (x, y): (i32, i32), (at_x, at_y, anchor): (i32, i32, &str)) {
    if cell.gap {
        let _ = writeln!(out, "<circle cx=\"{x}\" cy=\"{y}\" r=\"2\" fill=\"#59636e\"/>");
        return;
    }
    let dash = if cell.lands.is_empty() && cell.words == "free" { " stroke-dasharray=\"2 2\"" } else { "" };
    let (stroke, wide) = if cell.bare { ("#a3200d", "2.5") } else { ("#59636e", "1.5") };
    let _ = writeln!(
        out,
        "<circle cx=\"{x}\" cy=\"{y}\" r=\"6\" fill=\"#ffffff\" stroke=\"{stroke}\" stroke-width=\"{wide}\"{dash}/>\
         <text x=\"{at_x}\" y=\"{at_y}\" text-anchor=\"{anchor}\">{}{}</text>",
        escape(&cell.label),
        if cell.bare { "<tspan fill=\"#a3200d\" font-weight=\"700\"> !</tspan>" } else { "" }
    );
}

fn open(out: &mut String, land: &Land) {
    let name = land.tag.trim_start_matches('#');
    let net = if land.net.is_empty() { String::new() } else { format!(" data-net=\"{}\"", escape(&land.net)) };
    let _ = write!(out, "<g class=\"line\" data-wire=\"{name}\"{net}>");
}

/// A straight piece of wire in its colour.
fn wire(out: &mut String, land: &Land, path: &str) {
    let _ = write!(
        out,
        "<path class=\"casing\" d=\"{path}\" stroke=\"#2b3036\" stroke-width=\"5\" fill=\"none\"/><path d=\"{path}\" stroke=\"{}\" stroke-width=\"3\" fill=\"none\"/>",
        land.paint.ground
    );
    if let Some(stripe) = land.paint.stripe {
        let _ = write!(
            out,
            "<path d=\"{path}\" stroke=\"{stripe}\" stroke-width=\"3\" stroke-dasharray=\"8 8\" fill=\"none\"/>"
        );
    }
}

fn plate(out: &mut String, tag: &str, (x, y): (i32, i32)) {
    let width = text_width(tag, 11) + 10;
    let _ = write!(
        out,
        "<rect x=\"{}\" y=\"{}\" width=\"{width}\" height=\"16\" rx=\"3\" fill=\"#fbfaf7\" stroke=\"#59636e\" stroke-width=\"0.75\"/>\
         <text x=\"{x}\" y=\"{}\" font-size=\"11\" font-weight=\"600\" text-anchor=\"middle\">{}</text>",
        x - width / 2,
        y - 8,
        y + 4,
        escape(tag)
    );
}

/// A terminal on the left or the right edge.
fn beside_it(out: &mut String, cell: &Cell, frame: &Frame, is_right: bool, y: i32) {
    let (edge, out_by, start, end) = match is_right {
        true => (frame.left + frame.width, 1, "start", "end"),
        false => (frame.left, -1, "end", "start"),
    };
    screw(out, cell, (edge - 12 * out_by, y), (edge - 24 * out_by, y + 4, end));
    let far = edge + (LEAD - 4) * out_by;
    if !cell.words.is_empty() {
        let x = edge + 10 * out_by;
        let _ = writeln!(
            out,
            "<text x=\"{x}\" y=\"{}\" font-size=\"12\" text-anchor=\"{start}\" fill=\"#4a535c\">{}</text>",
            y + 4,
            escape(&cell.words)
        );
    }
    for (n, land) in cell.lands.iter().enumerate() {
        let level = y + ROW * size(n);
        let from = edge - 6 * out_by;
        open(out, land);
        let path = match n {
            0 => format!("M{from} {y}H{}", edge + 66 * out_by),
            _ => format!("M{from} {y}L{} {level}H{}", edge + 10 * out_by, edge + 66 * out_by),
        };
        wire(out, land, &path);
        plate(out, &land.tag, (edge + 36 * out_by, level));
        let _ = writeln!(
            out,
            "<text x=\"{far}\" y=\"{}\" font-size=\"12\" text-anchor=\"{start}\">{}</text></g>",
            level + 4,
            escape(&land.far)
        );
    }
}

/// A terminal on the upper or the lower edge.
fn above_it(out: &mut String, cell: &Cell, frame: &Frame, is_bottom: bool, x: i32) {
    let (edge, out_by) = if is_bottom { (frame.top + frame.height, 1) } else { (frame.top, -1) };
    let text = |y: i32| if out_by > 0 { y } else { y + 8 };
    screw(out, cell, (x, edge - 12 * out_by), (x, text(edge - 26 * out_by), "middle"));
    if !cell.words.is_empty() {
        let _ = writeln!(
            out,
            "<text x=\"{x}\" y=\"{}\" font-size=\"12\" text-anchor=\"middle\" fill=\"#4a535c\">{}</text>",
            edge + 14 * out_by + 4,
            escape(&cell.words)
        );
    }
    let first = edge + 22 * out_by;
    for (n, land) in cell.lands.iter().enumerate() {
        let level = first + ROW * size(n) * out_by;
        open(out, land);
        let side = 8 * size(n);
        wire(out, land, &format!("M{} {}V{level}", x + side, edge - 6 * out_by));
        plate(out, &land.tag, (x, level));
        let _ = writeln!(
            out,
            "<text x=\"{x}\" y=\"{}\" font-size=\"12\" text-anchor=\"middle\">{}</text></g>",
            level + 18 * out_by + 4,
            escape(&land.far)
        );
    }
}
