//! Cost over months as SVG, to scale: a line each for the build, clouds and servers; colours follow the reader's choice of light or
//! dark, and letters and dashes tell the lines apart without them. Where a line stands is computed of exact decimals.

use std::fmt::Write as _;

use analysis::plan::cost::{Payoff, Side};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{Shown, cell, name};
use crate::site::drawing::text_width;
use crate::site::escape;

/// As wide as a telephone, so that its words keep their size there.
const WIDE: i32 = 360;
/// Left, right and upper edge of the plot, and its height.
const LEFT: i32 = 52;
const RIGHT: i32 = 326;
const TOP: i32 = 30;
const HIGH: i32 = 230;
/// A row of the key.
const KEY: i32 = 20;
/// Between two letters at the lines' ends.
const APART: i32 = 13;
/// Lines that are drawn; more are only in the table.
const MOST: usize = 12;
/// Dashes of the lines, in turn.
const DASHES: [&str; 4] = ["", "7 3", "2 3", "9 3 2 3"];

const STYLE: &str = "<style>\
.costs{--c-ground:#fff;--c-ink:#171b20;--c-soft:#4d565f;--c-line:#d3d8dd;--c-own:#0b5cad;--c-cloud:#8a4b00;--c-server:#12682f}\
@media (prefers-color-scheme:dark){.costs{--c-ground:#12161b;--c-ink:#e9edf1;--c-soft:#aeb8c2;--c-line:#38414a;--c-own:#82bdff;--c-cloud:#ffc66b;--c-server:#86dc9e}}\
.costs .plate{fill:var(--c-ground)}.costs text{fill:var(--c-ink)}.costs .soft{fill:var(--c-soft)}.costs .grid{stroke:var(--c-line)}.costs .axis{stroke:var(--c-soft)}\
.costs .way{fill:none;stroke-width:2}.costs .own .way{stroke:var(--c-own);stroke-width:3.5}.costs .own text{fill:var(--c-own)}\
.costs .cloud .way{stroke:var(--c-cloud)}.costs .cloud text{fill:var(--c-cloud)}.costs .server .way{stroke:var(--c-server)}.costs .server text{fill:var(--c-server)}\
.costs .even{fill:var(--c-ground);stroke:var(--c-own);stroke-width:2}\
</style>";

struct Line<'a> {
    side: &'a Side,
    letter: char,
    class: &'static str,
    dash: &'static str,
    /// What it costs at first and at the end.
    ends: (Decimal, Decimal),
}

/// Draws it; `None` where there is nothing to draw: no months, or nothing whose cost is known.
pub fn svg(shown: &Shown<'_>) -> Option<String> {
    let last = shown.cost.months.iter().copied().max().filter(|last| *last > 0)?;
    let at = shown.cost.months.iter().position(|months| *months == last)?;
    let lines = lines(shown, at, last);
    let most = lines.iter().map(|line| line.ends.1.max(line.ends.0)).max().filter(|most| *most > Decimal::ZERO)?;
    let step = round_step(most, 5);
    let top = (most / step).ceil() * step;
    let pixel = |share: Decimal, of: i32| (share * Decimal::from(of)).round().to_i32().unwrap_or(0);
    let y = |amount: Decimal| TOP + HIGH - pixel(amount.max(Decimal::ZERO) / top, HIGH);
    let x = |months: Decimal| LEFT + pixel(months / Decimal::from(last), RIGHT - LEFT);
    let key = TOP + HIGH + 58;
    let height = key + KEY * i32::try_from(lines.len()).expect("few lines") - 8;
    let title = format!("What it costs over {last} months against renting");
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"costs\" viewBox=\"0 0 {WIDE} {height}\" width=\"{WIDE}\" height=\"{height}\" role=\"img\" \
         aria-labelledby=\"costs-title costs-desc\" font-family=\"system-ui, sans-serif\" font-size=\"12\"><title id=\"costs-title\">{}</title>\
         <desc id=\"costs-desc\">{}</desc>{STYLE}<rect class=\"plate\" width=\"{WIDE}\" height=\"{height}\"/>\n",
        escape(&title),
        escape(&told(shown, &lines, last))
    );
    let _ = writeln!(out, "<text class=\"soft\" x=\"4\" y=\"14\">{} paid in all</text>", escape(shown.currency));
    let mut tick = Decimal::ZERO;
    while tick <= top {
        let level = y(tick);
        let words = thousands(tick);
        let _ = write!(
            out,
            "<path class=\"{}\" d=\"M{LEFT} {level}H{RIGHT}\"/><text class=\"soft\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{words}</text>",
            if tick.is_zero() { "axis" } else { "grid" },
            LEFT - 6,
            level + 4
        );
        tick += step;
    }
    let step = month_step(last);
    for months in (0..=last).step_by(step as usize) {
        let across = x(Decimal::from(months));
        let _ = write!(
            out,
            "<path class=\"axis\" d=\"M{across} {}v5\"/><text class=\"soft\" x=\"{across}\" y=\"{}\" text-anchor=\"middle\">{months}</text>",
            TOP + HIGH,
            TOP + HIGH + 18
        );
    }
    let _ =
        writeln!(out, "<text class=\"soft\" x=\"{RIGHT}\" y=\"{}\" text-anchor=\"end\">months</text>", TOP + HIGH + 34);
    let levels = spread(lines.iter().map(|line| y(line.ends.1)).collect());
    // The build last: its line lies on the others.
    for (line, level) in lines.iter().zip(&levels).rev() {
        let (from, to) = (y(line.ends.0), y(line.ends.1));
        let dash = dashed(line.dash);
        let _ = writeln!(
            out,
            "<g class=\"{}\"><path class=\"way\" d=\"M{LEFT} {from}L{RIGHT} {to}\"{dash}/><text x=\"{}\" y=\"{}\" font-weight=\"600\">{}</text></g>",
            line.class,
            RIGHT + 8,
            level + 4,
            line.letter
        );
    }
    even(&mut out, shown, last, &x, &y);
    for (row, line) in (0..).zip(&lines) {
        row_of_key(&mut out, shown, line, at, key + KEY * row);
    }
    out.push_str("</svg>");
    Some(out)
}

/// What is drawn: the build first, then what has a price or a monthly cost; without the latter it stays at its price.
fn lines<'a>(shown: &'a Shown<'_>, at: usize, last: u32) -> Vec<Line<'a>> {
    let known = shown.cost.sides.iter().filter_map(|side| {
        let end = side.totals[at].as_ref()?;
        let monthly = side.monthly.as_ref().map_or(Decimal::ZERO, |monthly| monthly.amount);
        Some((side, end.amount.saturating_sub(monthly.saturating_mul(Decimal::from(last))), end.amount))
    });
    let class = |side: &Side| match (side.yardstick, side.place.is_some() || side.monthly.is_err()) {
        (None, _) => "own",
        (_, true) => "server",
        _ => "cloud",
    };
    ('A'..='Z')
        .zip(known.take(MOST))
        .enumerate()
        .map(|(n, (letter, (side, from, to)))| Line {
            side,
            letter,
            class: class(side),
            dash: DASHES[n % DASHES.len()],
            ends: (from, to),
        })
        .collect()
}

fn dashed(dash: &str) -> String {
    if dash.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dash}\"") }
}

/// A ring where the build has paid off.
fn even(out: &mut String, shown: &Shown<'_>, last: u32, x: &impl Fn(Decimal) -> i32, y: &impl Fn(Decimal) -> i32) {
    let own = shown.own();
    let (Some(Some(end)), Ok(monthly)) = (own.totals.first(), &own.monthly) else { return };
    let from = end.amount - monthly.amount * Decimal::from(shown.cost.months[0]);
    for side in shown.others() {
        if let Some(Payoff::After { months, .. }) = side.payoff
            && months <= Decimal::from(last)
        {
            let level = y(from + monthly.amount * months);
            let _ = write!(out, "<circle class=\"even\" cx=\"{}\" cy=\"{level}\" r=\"4\"/>", x(months));
        }
    }
    out.push('\n');
}

fn row_of_key(out: &mut String, shown: &Shown<'_>, line: &Line<'_>, at: usize, y: i32) {
    let sum = cell(line.side.totals[at].as_ref());
    let room = WIDE - 66 - text_width(&sum, 12) - 12;
    let mut words = name(shown.view, line.side);
    while text_width(&words, 12) > room && words.chars().count() > 2 {
        words.truncate(words.trim_end_matches('…').char_indices().last().map_or(0, |(last, _)| last));
        words.push('…');
    }
    let _ = writeln!(
        out,
        "<g class=\"{}\"><path class=\"way\" d=\"M4 {}h28\"{}/><text x=\"40\" y=\"{y}\" font-weight=\"600\">{}</text></g>\
         <text x=\"58\" y=\"{y}\">{}</text><text x=\"{}\" y=\"{y}\" text-anchor=\"end\">{sum}</text>",
        line.class,
        y - 4,
        dashed(line.dash),
        line.letter,
        escape(&words),
        WIDE - 4
    );
}

/// The same in words, for who does not see it.
fn told(shown: &Shown<'_>, lines: &[Line<'_>], last: u32) -> String {
    let of = |line: &Line<'_>| {
        let from = Decimal::max(line.ends.0, Decimal::ZERO);
        let names = name(shown.view, line.side);
        if line.side.monthly.is_err() {
            return format!("{names} at least {}, its price alone", super::super::cents(from));
        }
        format!("{names} from {} to {}", super::super::cents(from), super::super::cents(line.ends.1))
    };
    let all: Vec<String> = lines.iter().map(of).collect();
    format!("Lines over {last} months, in {}: {}. Rings: where the build has paid off.", shown.currency, all.join("; "))
}

/// Levels that keep their order and stand apart, as near to where they belong as their neighbours let them.
fn spread(levels: Vec<i32>) -> Vec<i32> {
    let mut order: Vec<usize> = (0..levels.len()).collect();
    order.sort_by_key(|&at| (levels[at], at));
    let mut free = levels;
    for pair in 1..order.len() {
        let least = free[order[pair - 1]] + APART;
        free[order[pair]] = free[order[pair]].max(least);
    }
    // What was pushed below the plot goes up again, and takes along what stands above it.
    let mut most = TOP + HIGH;
    for &at in order.iter().rev() {
        free[at] = free[at].min(most);
        most = free[at] - APART;
    }
    free
}

/// 1, 2 or 5 times a power of ten, so that there are at most so many steps.
fn round_step(most: Decimal, steps: u32) -> Decimal {
    let mut power = Decimal::new(1, 2);
    loop {
        for factor in [1u32, 2, 5] {
            let step = power * Decimal::from(factor);
            if most.checked_div(step).is_some_and(|count| count <= Decimal::from(steps)) {
                return step;
            }
        }
        power *= Decimal::TEN;
    }
}

fn month_step(last: u32) -> u32 {
    [1, 2, 3, 6, 12, 24, 60, 120, 240, 600].into_iter().find(|step| last / step <= 6).unwrap_or(last.max(1))
}

/// `12 000`; parts of a unit where there are any.
fn thousands(amount: Decimal) -> String {
    let text = amount.normalize().to_string();
    let (whole, rest) =
        text.split_once('.').map_or((text.as_str(), String::new()), |(whole, rest)| (whole, format!(".{rest}")));
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push('\u{2009}');
        }
        out.push(digit);
    }
    out + &rest
}
