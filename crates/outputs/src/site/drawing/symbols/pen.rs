//! How symbols look: paths between the labels of a box.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Symbol;
use crate::site::drawing::graph::Graph;
use crate::site::drawing::place::{Layout, ROW, row_room};

/// A place.
type Point = (i32, i32);

/// Half the length of a body.
const HALF: i32 = 8;

/// What hangs on a straight piece: places along it and beside it, from its middle.
struct Axis {
    middle: Point,
    along: Point,
    beside: Point,
}

impl Axis {
    fn at(&self, (u, v): Point) -> String {
        let ((x, y), (dx, dy), (bx, by)) = (self.middle, self.along, self.beside);
        format!("{} {}", x + u * dx + v * bx, y + u * dy + v * by)
    }

    /// A line through places.
    fn way(&self, out: &mut String, places: &[Point]) {
        for (n, &place) in places.iter().enumerate() {
            let _ = write!(out, "{}{}", if n == 0 { 'M' } else { 'L' }, self.at(place));
        }
    }

    /// The body of a part with two ends; `half` of its length.
    fn body(&self, out: &mut String, symbol: Symbol, half: i32) {
        match symbol {
            Symbol::Fuse | Symbol::Resistor => {
                self.way(out, &[(-half, -4), (half, -4), (half, 4), (-half, 4)]);
                out.push('Z');
                if symbol == Symbol::Fuse {
                    self.way(out, &[(-half, 0), (half, 0)]);
                }
            }
            _ => {
                self.way(out, &[(-half, 0), (-4, 0)]);
                self.way(out, &[(-4, -5), (4, 0), (-4, 5)]);
                out.push('Z');
                self.way(out, &[(4, -5), (4, 5)]);
                self.way(out, &[(4, 0), (half, 0)]);
                if symbol == Symbol::Led {
                    for u in [-1, 3] {
                        self.way(out, &[(u, 6), (u + 3, 10)]);
                        self.way(out, &[(u + 1, 10), (u + 3, 10), (u + 3, 8)]);
                    }
                }
            }
        }
    }
}

/// The path of a symbol between two places: from the end of a label to that of another; `bend`: where they are joined where both
/// stand on one side of the box, and which way from there is away from it.
fn path(symbol: Symbol, from: Point, to: Point, bend: Option<(i32, i32)>) -> String {
    let mut out = format!("M{} {}", from.0, from.1);
    // Where the leads end: left and right of the middle, or above each other.
    let (a, b) = match bend {
        Some((x, _)) => ((x, from.1), (x, to.1)),
        None => {
            let (middle, way) = ((from.0 + to.0) / 2, (to.0 - from.0).signum());
            ((middle - HALF * way, from.1), (middle + HALF * way, to.1))
        }
    };
    let (along, beside) = match bend {
        Some((_, away)) => ((0, (b.1 - a.1).signum()), (away, 0)),
        None => (((b.0 - a.0).signum(), 0), (0, -1)),
    };
    let _ = write!(out, "H{}", a.0);
    if !matches!(symbol, Symbol::Closed | Symbol::Open | Symbol::HandClosed | Symbol::HandOpen | Symbol::Free) {
        let (middle, half) = match bend {
            Some((x, _)) => ((x, i32::midpoint(a.1, b.1)), HALF.min((b.1 - a.1).abs() / 2)),
            None => ((i32::midpoint(a.0, b.0), a.1), HALF),
        };
        let axis = Axis { middle, along, beside };
        if bend.is_some() {
            let _ = write!(out, "V{}", middle.1 - half * along.1);
        }
        axis.body(&mut out, symbol, half);
        let _ = write!(out, "M{}V{}H{}", axis.at((half, 0)), b.1, to.0);
        return out;
    }
    // The end of a throw is a ring; its lead begins beside it.
    let ring = |out: &mut String| {
        let _ = write!(
            out,
            "M{} {}a2 2 0 1 0 4 0a2 2 0 1 0-4 0M{} {}H{}",
            b.0 - 2,
            b.1,
            b.0 + 2 * (to.0 - b.0).signum(),
            b.1,
            to.0
        );
    };
    if symbol == Symbol::Free {
        out.clear();
        ring(&mut out);
        return out;
    }
    let tip = match (symbol.is_closed(), along) {
        (true, _) => b,
        (false, (way, 0)) => (b.0 - 2 * way, b.1 - 7),
        (false, (_, way)) => (b.0 + 7 * beside.0, b.1 - 4 * way),
    };
    let _ = write!(out, "L{} {}", tip.0, tip.1);
    if matches!(symbol, Symbol::HandClosed | Symbol::HandOpen) {
        // A bar on a stem: something that fingers move.
        let (x, y) = (i32::midpoint(a.0, tip.0), i32::midpoint(a.1, tip.1));
        let _ = match bend {
            None => write!(out, "M{x} {y}V{0}M{1} {0}H{2}", y - 6, x - 4, x + 4),
            Some((_, away)) => write!(out, "M{x} {y}H{0}M{0} {1}V{2}", x + 6 * away, y - 4, y + 4),
        };
    }
    ring(&mut out);
    out
}

/// A pole at a place.
fn pole(symbol: Symbol, (x, y): Point) -> String {
    match symbol {
        Symbol::Supply => format!("M{x} {}V{}M{} {}L{x} {}L{} {}", y + 6, y - 5, x - 4, y - 1, y - 6, x + 4, y - 1),
        Symbol::Return => format!("M{x} {}V{1}M{2} {1}H{3}", y - 6, y + 4, x - 6, x + 6),
        _ => format!("M{x} {}V{y}M{} {y}h12M{} {}h8M{} {}h4", y - 6, x - 6, x - 4, y + 3, x - 2, y + 6),
    }
}

/// A bus bar at a place across, with a lead to each row that it joins.
fn bar(x: i32, rows: &[Point]) -> String {
    let leads = rows.iter().fold(String::new(), |leads, (from, y)| format!("{leads}M{from} {y}H{x}"));
    let (top, low) = rows.iter().fold((i32::MAX, i32::MIN), |(top, low), &(_, y)| (top.min(y), low.max(y)));
    format!("<path d=\"{leads}\"/><path d=\"M{x} {}V{}\" stroke-width=\"4\"/>", top - 5, low + 5)
}

/// Pen of all symbols.
const PEN: &str =
    "fill=\"none\" stroke=\"#14181d\" stroke-width=\"1.5\" stroke-linecap=\"round\" stroke-linejoin=\"round\"";

/// Writes the symbols of a drawing.
pub fn write(out: &mut String, graph: &Graph, layout: &Layout) {
    if graph.blades.is_empty() && graph.poles.is_empty() && graph.bars.is_empty() {
        return;
    }
    let mut rows: BTreeMap<(usize, usize), (usize, Point)> = BTreeMap::new();
    let mut poles = String::new();
    // By box and side: the rooms of its rows, top to bottom, so that what joins two of them passes those between.
    for placed in &layout.boxes {
        for (side, own) in placed.rows.iter().enumerate() {
            for (nth, &row) in own.iter().enumerate() {
                let room = row_room(graph, row);
                let x = |room: i32| if side == 0 { placed.x + room } else { placed.x + placed.width - room };
                let y = placed.y + placed.head + ROW / 2 + ROW * i32::try_from(nth).unwrap_or(0);
                rows.insert(row, (side, (x(room + 12), y)));
                if let Some(&symbol) = graph.poles.get(&row) {
                    poles += &pole(symbol, (x(room - 2), y));
                }
            }
        }
    }
    let _ = write!(out, "<g class=\"symbols\" {PEN}>");
    if !poles.is_empty() {
        let _ = write!(out, "<path d=\"{poles}\"/>");
    }
    for blade in &graph.blades {
        let [Some(&(side, from)), Some(&(far, to))] = blade.rows.map(|row| rows.get(&row)) else { continue };
        let class = if blade.class.is_empty() { String::new() } else { format!(" class=\"{}\"", blade.class) };
        let levels = from.1.min(to.1)..=from.1.max(to.1);
        let bend = (side == far).then(|| {
            let passed = layout.boxes.iter().find(|placed| placed.rows[side].contains(&blade.rows[0]));
            let passed = passed.into_iter().flat_map(|placed| &placed.rows[side]).filter_map(|row| rows.get(row));
            let ends = passed.filter(|(_, place)| levels.contains(&place.1)).map(|(_, place)| place.0);
            match side {
                0 => (ends.max().unwrap_or(from.0) + 10, 1),
                _ => (ends.min().unwrap_or(from.0) - 10, -1),
            }
        });
        let _ = write!(out, "<path{class} d=\"{}\"/>", path(blade.symbol, from, to, bend));
    }
    for joined in &graph.bars {
        let ends: Vec<(usize, Point)> = joined.iter().filter_map(|row| rows.get(row)).copied().collect();
        let reach = |side: usize| ends.iter().filter(move |end| end.0 == side).map(|end| end.1.0);
        let at = match (reach(0).max(), reach(1).min()) {
            (Some(left), Some(right)) => i32::midpoint(left, right),
            (Some(left), None) => left + 10,
            (None, Some(right)) => right - 10,
            (None, None) => continue,
        };
        let ends: Vec<Point> = ends.into_iter().map(|end| end.1).collect();
        out.push_str(&bar(at, &ends));
    }
    out.push_str("</g>\n");
}

/// A symbol alone, for the legend.
pub fn sample(symbol: Symbol) -> String {
    let one = |path: String| format!("<path d=\"{path}\"/>");
    let drawn = match symbol {
        Symbol::Supply | Symbol::Return | Symbol::Earth => one(pole(symbol, (18, 12))),
        Symbol::Bar => bar(18, &[(4, 6), (32, 11), (4, 16)]),
        _ => one(path(symbol, (4, 14), (32, 14), None)),
    };
    format!(
        "<svg class=\"symbol\" viewBox=\"0 0 36 22\" width=\"36\" height=\"22\" aria-hidden=\"true\" {}>{drawn}</svg>",
        PEN.replace("#14181d", "currentColor")
    )
}

#[cfg(test)]
mod tests {
    use super::{Point, path};
    use crate::site::drawing::symbols::Symbol;

    const ALL: [Symbol; 9] = [
        Symbol::Fuse,
        Symbol::Resistor,
        Symbol::Diode,
        Symbol::Led,
        Symbol::Closed,
        Symbol::Open,
        Symbol::HandClosed,
        Symbol::HandOpen,
        Symbol::Free,
    ];

    /// How far the pen goes: least and greatest place of a path of M, L, H, V, Z and rings.
    fn reach(path: &str) -> (Point, Point) {
        let (mut least, mut most) = ((i32::MAX, i32::MAX), (i32::MIN, i32::MIN));
        let mut here = (0, 0);
        for piece in path.split_inclusive(|c: char| c.is_ascii_alphabetic()).collect::<Vec<_>>().windows(2) {
            let verb = piece[0].chars().last().expect("a verb");
            let numbers = piece[1].trim_end_matches(|c: char| c.is_ascii_alphabetic());
            let numbers: Vec<i32> = numbers.split_whitespace().filter_map(|number| number.parse().ok()).collect();
            here = match (verb, numbers.as_slice()) {
                ('M' | 'L', [x, y]) => (*x, *y),
                ('H', [x]) => (*x, here.1),
                ('V', [y]) => (here.0, *y),
                _ => here,
            };
            least = (least.0.min(here.0), least.1.min(here.1));
            most = (most.0.max(here.0), most.1.max(here.1));
        }
        (least, most)
    }

    #[test]
    fn a_symbol_stays_between_the_labels_and_near_its_rows() {
        for symbol in ALL {
            for (from, to) in [((100, 50), (140, 50)), ((140, 50), (100, 50)), ((140, 70), (100, 50))] {
                let (least, most) = reach(&path(symbol, from, to, None));
                assert!(least.0 >= 100 && most.0 <= 140, "{symbol:?}: {least:?} {most:?}");
                assert!(least.1 >= 38 && most.1 <= 76, "{symbol:?}: {least:?} {most:?}");
            }
            for (x, away) in [(110, 1), (90, -1)] {
                let (least, most) = reach(&path(symbol, (100, 50), (100, 70), Some((x, away))));
                assert!(
                    least.0 >= 78 && most.0 <= 122 && least.1 >= 46 && most.1 <= 74,
                    "{symbol:?}: {least:?} {most:?}"
                );
                let away_only = if away > 0 { least.0 >= 100 } else { most.0 <= 100 };
                assert!(away_only, "{symbol:?} runs over a label: {least:?} {most:?}");
            }
        }
    }
}
