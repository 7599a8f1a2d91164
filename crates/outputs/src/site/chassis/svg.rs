//! A box seen from above, rear on top, to scale.

use std::fmt::Write as _;

use crate::site::drawing::text_width;
use crate::site::text::{count, escape};

/// Width of the widest box, in pixels.
const WIDE: i32 = 724;
/// Room around the box.
const EDGE: i32 = 16;
/// Height of the words above and below.
const WORDS: i32 = 30;
/// Height of the scale.
const SCALE: i32 = 16;

/// A rectangle in millimetres: x from the rear, y from the left.
#[derive(Clone, Copy)]
pub struct Area {
    /// From the rear.
    pub x: i32,
    /// From the left.
    pub y: i32,
    /// Along x.
    pub length: i32,
    /// Along y.
    pub width: i32,
}

/// What stands in it.
pub struct Room {
    /// Its row in the table.
    pub number: usize,
    /// Name.
    pub name: String,
    /// `36 mm`, or empty.
    pub height: String,
    /// Where it is.
    pub area: Area,
    /// Room for its plugs.
    pub keeps: Vec<Area>,
    /// Whether it stands there only in somebody's mind.
    pub planned: bool,
}

/// Draws it; `outer` is depth and width.
pub fn plan(name: &str, part: &str, (depth, wide): (i32, i32), rooms: &[Room]) -> String {
    // What reaches beyond the box is drawn where it is.
    let all = || rooms.iter().map(|room| room.area).chain(rooms.iter().flat_map(|room| room.keeps.iter().copied()));
    let right = all().map(|area| area.y + area.width).chain([wide]).max().unwrap_or(wide);
    let left = all().map(|area| area.y).chain([0]).min().unwrap_or(0);
    let front = all().map(|area| area.x + area.length).chain([depth]).max().unwrap_or(depth);
    let rear = all().map(|area| area.x).chain([0]).min().unwrap_or(0);
    let most = i64::from(right - left).max(i64::from(front - rear)).max(1);
    let px = |mm: i32| i32::try_from(i64::from(mm) * i64::from(WIDE) / most).unwrap_or(0);
    let (zero_x, zero_y) = (EDGE - px(left), EDGE + WORDS - px(rear));
    let width = EDGE * 2 + px(right - left).max(text_width(part, 14) + 80);
    let height = EDGE * 2 + WORDS * 2 + px(front - rear) + SCALE;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"drawing\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-label=\"{}\" font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"#14181d\">\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#fbfaf7\"/>\
         <rect class=\"outer\" x=\"{zero_x}\" y=\"{zero_y}\" width=\"{}\" height=\"{}\" rx=\"4\" fill=\"#f1efe9\" stroke=\"#2b3036\" stroke-width=\"2\"/>\n",
        escape(&format!(
            "{name} from above, to scale, with {}; the table below says the same",
            count(rooms.len(), "device", "devices")
        )),
        px(wide),
        px(depth)
    );
    let below = EDGE + WORDS + px(front - rear);
    let _ = writeln!(
        out,
        "<text x=\"{EDGE}\" y=\"{}\" font-size=\"14\" font-weight=\"600\">Rear</text>\
         <text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"#4a535c\">{}</text>\
         <text x=\"{EDGE}\" y=\"{}\" font-size=\"14\" font-weight=\"600\">Front</text>",
        EDGE + 16,
        width - EDGE,
        EDGE + 16,
        escape(part),
        below + 22
    );
    let at = |area: Area| ((zero_x + px(area.y), zero_y + px(area.x)), (px(area.width), px(area.length)));
    for ((x, y), (wide, high)) in rooms.iter().flat_map(|room| &room.keeps).map(|area| at(*area)) {
        let _ = writeln!(
            out,
            "<rect class=\"keep\" x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" fill=\"#59636e\" fill-opacity=\"0.1\" stroke=\"#59636e\" stroke-opacity=\"0.4\"/>"
        );
    }
    for room in rooms {
        let (corner, size) = at(room.area);
        device(&mut out, room, corner, size);
    }
    scale(&mut out, below + WORDS + 20, &px, most);
    out.push_str("</svg>");
    out
}

fn device(out: &mut String, room: &Room, (x, y): (i32, i32), (wide, high): (i32, i32)) {
    let _ = write!(
        out,
        "<g class=\"{}\" data-room=\"{}\"><rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" rx=\"3\" fill=\"#ffffff\" fill-opacity=\"0.9\" stroke=\"#59636e\" stroke-width=\"1.5\"{}/>",
        if room.planned { "planned" } else { "room" },
        escape(&room.name),
        if room.planned { " stroke-dasharray=\"6 4\"" } else { "" }
    );
    let (middle, centre) = (x + wide / 2, y + high / 2);
    let mut lines: Vec<(String, i32, u32)> = Vec::new();
    // A name that does not fit is in the table, under the number.
    match text_width(&room.name, 14) + 6 <= wide && high >= 18 {
        true => lines.push((room.name.clone(), 14, 600)),
        false => lines.push((room.number.to_string(), 12, 600)),
    }
    if !room.height.is_empty() {
        let words = format!("{} high", room.height);
        if text_width(&words, 12) + 6 <= wide && high >= 38 {
            lines.push((words, 12, 400));
        }
    }
    let count = i32::try_from(lines.len()).unwrap_or(1);
    for (n, (words, size, weight)) in (0..).zip(lines) {
        let level = centre + 5 + 17 * n - 17 * (count - 1) / 2;
        let _ = write!(
            out,
            "<text x=\"{middle}\" y=\"{level}\" font-size=\"{size}\" font-weight=\"{weight}\" text-anchor=\"middle\">{}</text>",
            escape(&words)
        );
    }
    out.push_str("</g>\n");
}

/// A bar of a round length.
fn scale(out: &mut String, y: i32, px: &impl Fn(i32) -> i32, most: i64) {
    let mut length = 10;
    for round in [20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000] {
        if i64::from(round) * 3 <= most {
            length = round;
        }
    }
    let (half, end) = (EDGE + px(length / 2), EDGE + px(length));
    let _ = write!(
        out,
        "<path class=\"scale\" d=\"M{EDGE} {}v-8h{}v8M{half} {y}v-6\" fill=\"none\" stroke=\"#2b3036\" stroke-width=\"2\"/>\
         <text x=\"{}\" y=\"{y}\" font-size=\"12\">{length} mm</text>",
        y,
        px(length),
        end + 8
    );
}
