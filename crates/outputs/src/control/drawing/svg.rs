//! The layout as SVG text: colours by variables that follow the reader's choice of light or dark, inside a page and on their own.

use std::fmt::Write as _;

use super::place::{Layout, Line, MARGIN, Placed, said, words_width};
use super::who::{Does, Harm, Role, Who};
use crate::lines::rounded;
use crate::site::escape;

/// Room of a line of the key.
const KEY: i32 = 20;
/// Length of an arrow's head.
const HEAD: i32 = 9;
/// Radius of a corner.
const ROUND: i32 = 6;

/// Colours; a page and a file on its own take the same.
const STYLE: &str = "<style>\
.who{--who-ground:#fff;--who-box:#f5f6f7;--who-first:#eaf2fb;--who-ink:#171b20;--who-soft:#4d565f;--who-line:#3d4852;--who-edge:#6b7680;--who-take:#8a4b00;--who-own:#b3151b}\
@media (prefers-color-scheme:dark){.who{--who-ground:#12161b;--who-box:#1b2127;--who-first:#16273a;--who-ink:#e9edf1;--who-soft:#aeb8c2;--who-line:#c3ccd5;--who-edge:#8b96a1;--who-take:#ffc66b;--who-own:#ff9b9b}}\
.who text{fill:var(--who-ink)}.who .soft{fill:var(--who-soft)}.who .plate{fill:var(--who-ground)}\
.who .box{fill:var(--who-box);stroke:var(--who-edge);stroke-width:1.5}.who .first{fill:var(--who-first);stroke-width:2}.who .alone{stroke-dasharray:5 3}\
.who .fence{fill:none;stroke:var(--who-edge);stroke-dasharray:5 3}\
.who .under{fill:none;stroke:var(--who-ground);stroke-width:6}\
.who .way{fill:none;stroke:var(--who-line);stroke-width:1.75}.who .tip{fill:var(--who-line)}\
.who .take .way{stroke:var(--who-take);stroke-width:3}.who .take .tip,.who .take text{fill:var(--who-take)}\
.who .own .way{stroke:var(--who-own);stroke-width:3}.who .own .tip,.who .own text{fill:var(--who-own)}\
.who .unwired .way{stroke-dasharray:2 4}.who .watch .way{stroke:var(--who-edge);stroke-width:1.5;stroke-dasharray:6 4}.who .watch .tip{fill:var(--who-edge)}\
</style>";

/// Writes it.
pub fn write(who: &Who, layout: &Layout, prefix: &str, title: &str) -> String {
    let key = key(who);
    let words = key.iter().map(|(_, words)| words_width(words, 12) + 54);
    let lines = who.left_out.iter().map(|words| words_width(words, 12) + 2 * MARGIN);
    let width = words.chain(lines).max().unwrap_or(0).max(layout.width);
    let rows = i32::try_from(key.len() + who.left_out.len()).expect("a key has a few lines");
    let top = if layout.boxes.is_empty() { 0 } else { layout.height };
    let height = top + rows * KEY + MARGIN;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"drawing who\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-labelledby=\"{prefix}title {prefix}desc\" font-family=\"system-ui, sans-serif\" font-size=\"12\">\
         <title id=\"{prefix}title\">{}</title><desc id=\"{prefix}desc\">{}</desc>\n{STYLE}\n\
         <rect class=\"plate\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>\n",
        escape(title),
        escape(&description(who))
    );
    for fence in &layout.fences {
        let _ = writeln!(
            out,
            "<rect class=\"fence\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"8\"/><text class=\"soft\" x=\"{}\" y=\"{}\" font-weight=\"600\">{}</text>",
            fence.x,
            fence.y,
            fence.width,
            fence.height,
            fence.x + 10,
            fence.y + 18,
            fence.heading
        );
    }
    for line in &layout.lines {
        arrow(&mut out, who, line);
    }
    for placed in &layout.boxes {
        device(&mut out, who, placed);
    }
    let mut y = top + 14;
    for (class, words) in key {
        let _ = writeln!(out, "{}<text class=\"soft\" x=\"46\" y=\"{}\">{words}</text>", sample(class, y - 4), y);
        y += KEY;
    }
    for words in &who.left_out {
        let _ = writeln!(out, "<text x=\"{MARGIN}\" y=\"{y}\">{}</text>", escape(words));
        y += KEY;
    }
    out.push_str("</svg>\n");
    out
}

fn description(who: &Who) -> String {
    let count = |role: fn(Role) -> bool| who.nodes.iter().filter(|node| role(node.role)).count();
    let cuts = who.arrows.iter().filter(|arrow| arrow.does != Does::Watches).count();
    format!(
        "Controllers stand in a column, what else they cut to the right. An arrow leads from a controller to what it can cut and restore, with the relay channel. \
         Controllers: {}; loads beside them: {}; apart: {}; arrows of a relay: {cuts}; of a watch: {}.",
        count(|role| role == Role::Controller),
        count(|role| role == Role::Load),
        count(|role| matches!(role, Role::Apart(_))),
        who.arrows.len() - cuts
    )
}

/// How an arrow is drawn.
fn class(does: &Does) -> &'static str {
    match does {
        Does::Watches => "watch",
        Does::Cuts { harm: Harm::Own, wired: true, .. } => "own",
        Does::Cuts { harm: Harm::Own, .. } => "own unwired",
        Does::Cuts { harm: Harm::Controller, wired: true, .. } => "take",
        Does::Cuts { harm: Harm::Controller, .. } => "take unwired",
        Does::Cuts { wired: true, .. } => "cut",
        Does::Cuts { .. } => "cut unwired",
    }
}

/// What the drawing holds, each kind once: how it is drawn, and what that means.
fn key(who: &Who) -> Vec<(&'static str, &'static str)> {
    let any = |is: &dyn Fn(&Does) -> bool| who.arrows.iter().any(|arrow| is(&arrow.does));
    let harm = |wanted: Harm| any(&|does| matches!(does, Does::Cuts { harm, .. } if *harm == wanted));
    let mut key = Vec::new();
    if harm(Harm::None) {
        key.push(("cut", "can cut and restore, by this relay"));
    }
    if harm(Harm::Controller) {
        key.push(("take", "can cut a controller, or what feeds one"));
    }
    if harm(Harm::Own) {
        key.push(("own", "cuts its own supply"));
    }
    if any(&|does| matches!(does, Does::Cuts { wired: false, .. })) {
        key.push(("cut unwired", "by [watch] alone: no wire to the relay"));
    }
    if any(&|does| *does == Does::Watches) {
        key.push(("watch", "watches it ([watch])"));
    }
    if who.nodes.iter().any(|node| node.nobody && !matches!(node.role, Role::Apart(_))) {
        key.push(("alone", "dashed box: nobody can power-cycle it"));
    }
    key
}

fn sample(class: &str, y: i32) -> String {
    if class == "alone" {
        return format!(
            "<rect class=\"box first alone\" x=\"{MARGIN}\" y=\"{}\" width=\"28\" height=\"12\" rx=\"3\"/>",
            y - 6
        );
    }
    let mut text = format!("<g class=\"{class}\">");
    strokes(&mut text, &[(MARGIN, y), (MARGIN + 30, y)]);
    text.push_str("</g>");
    text
}

fn arrow(out: &mut String, who: &Who, line: &Line) {
    let arrow = &who.arrows[line.arrow];
    let (from, to) = (escape(&who.nodes[arrow.from].name), escape(&who.nodes[arrow.to].name));
    let _ = write!(out, "<g class=\"{}\" data-from=\"{from}\" data-to=\"{to}\">", class(&arrow.does));
    strokes(out, &line.points);
    let anchor = if line.ends { " text-anchor=\"end\"" } else { "" };
    let (coil, words) = said(&arrow.does);
    for ((text, size), (x, y)) in [(coil, ""), (words, " font-size=\"11\"")].into_iter().zip(line.words) {
        if !text.is_empty() {
            let _ = write!(out, "<text x=\"{x}\" y=\"{y}\"{anchor}{size}>{}</text>", escape(text));
        }
    }
    out.push_str("</g>\n");
}

/// The line, its clearance, and its head.
fn strokes(out: &mut String, points: &[(i32, i32)]) {
    let (Some(&tip), Some(&before)) = (points.last(), points.iter().rev().nth(1)) else { return };
    let (dx, dy) = ((tip.0 - before.0).signum(), (tip.1 - before.1).signum());
    let base = (tip.0 - dx * HEAD, tip.1 - dy * HEAD);
    let mut way = points[..points.len() - 1].to_vec();
    way.push(base);
    let path = rounded(&way, ROUND);
    let (a, b) = ((base.0 + dy * 4, base.1 + dx * 4), (base.0 - dy * 4, base.1 - dx * 4));
    let _ = write!(
        out,
        "<path class=\"under\" d=\"{path}\"/><path class=\"way\" d=\"{path}\"/><path class=\"tip\" d=\"M{} {}L{} {}L{} {}Z\"/>",
        tip.0, tip.1, a.0, a.1, b.0, b.1
    );
}

fn device(out: &mut String, who: &Who, placed: &Placed) {
    let node = &who.nodes[placed.node];
    let Placed { x, y, width, height, .. } = *placed;
    let first = if node.role == Role::Controller { " first" } else { "" };
    let alone = if node.nobody { " alone" } else { "" };
    let (middle, name) = (x + width / 2, escape(&node.name));
    let lines = i32::try_from(node.words.len()).expect("a box has a few lines");
    let top = y + (height - 15 * lines - 16) / 2;
    let _ = write!(
        out,
        "<g data-box=\"{name}\"><rect class=\"box{first}{alone}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>\
         <text x=\"{middle}\" y=\"{}\" font-size=\"14\" font-weight=\"600\" text-anchor=\"middle\">{name}</text>",
        top + 13
    );
    for (nth, words) in (1..).zip(&node.words) {
        let _ = write!(
            out,
            "<text class=\"soft\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            top + 13 + 15 * nth,
            escape(words)
        );
    }
    out.push_str("</g>\n");
}
