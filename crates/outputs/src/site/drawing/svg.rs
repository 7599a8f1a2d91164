//! A layout as SVG text: casing, colour, stripe; tags at both ends; boxes on top.

use std::fmt::Write as _;

use super::Frame;
use super::graph::{Figure, Graph, LineKind, Spot};
use super::place::{HEAD, LINE, Layout, ROW, text_width};
use super::symbols;
use crate::lines::rounded;
use crate::site::text::escape;

/// Radius of a corner.
const ROUND: i32 = 5;
/// Height of a line above the drawing.
const CAPTION: i32 = 18;
/// Ink of what is as it may be, and of what is beyond it; both are read on the plate and on a box.
const INK: [&str; 2] = ["#14181d", "#a3200d"];

/// Writes it.
pub fn write(graph: &Graph, layout: &Layout, frame: &Frame<'_>) -> String {
    let rows = |lines: usize| i32::try_from(lines).unwrap_or(0);
    let above = if frame.caption.is_empty() { 0 } else { 12 + CAPTION * rows(frame.caption.len()) };
    let words = frame.caption.iter().map(|line| text_width(line, 14) + 40).max().unwrap_or(0);
    let (width, height) = (layout.width.max(words), layout.height + above);
    let (prefix, title, description) = (escape(frame.prefix), escape(frame.title), escape(frame.description));
    let top = -above;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"drawing\" viewBox=\"0 {top} {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-labelledby=\"{prefix}title {prefix}desc\" font-family=\"system-ui, sans-serif\" font-size=\"12\" fill=\"#14181d\">\
         <title id=\"{prefix}title\">{title}</title><desc id=\"{prefix}desc\">{description}</desc>\
         <rect y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#fbfaf7\"/>\n"
    );
    for (n, words) in frame.caption.iter().enumerate() {
        let _ = writeln!(
            out,
            "<text x=\"20\" y=\"{}\" font-size=\"12\">{}</text>",
            top + CAPTION * rows(n + 1) + 4,
            escape(words)
        );
    }
    // What all lines have in common stands once; a drawing of a large build is mostly its lines.
    out.push_str("<g stroke-width=\"3\" stroke-linejoin=\"round\" font-size=\"11\" text-anchor=\"middle\">\n");
    for n in 0..graph.edges.len() {
        line(&mut out, graph, layout, n, (&prefix, frame.letters));
    }
    out.push_str("</g>\n");
    for placed in &layout.boxes {
        device(&mut out, graph, placed, &prefix);
    }
    symbols::write(&mut out, graph, layout);
    out.push_str("</svg>");
    out
}

fn line(out: &mut String, graph: &Graph, layout: &Layout, n: usize, (prefix, letters): (&str, bool)) {
    let edge = &graph.edges[n];
    let points = &layout.lines[n];
    if points.is_empty() {
        return;
    }
    let path = rounded(points, ROUND);
    let name = edge.tag.trim_start_matches('#');
    let net = edge.net.as_ref().map_or(String::new(), |net| format!(" data-net=\"{}\"", escape(net)));
    let class = if edge.class.is_empty() { String::new() } else { format!(" {}", edge.class) };
    match edge.kind {
        LineKind::Bunch => out.push_str("<g>"),
        _ => drop(write!(out, "<g id=\"{prefix}w-{name}\" class=\"line{class}\" data-wire=\"{name}\"{net}>")),
    }
    let bad = edge.figure.as_ref().is_some_and(|figure| figure.bad);
    match edge.kind {
        LineKind::Wire => {
            let _ = write!(
                out,
                "<path class=\"casing\" d=\"{path}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"/><path d=\"{path}\" fill=\"none\" stroke=\"{}\"/>",
                if bad { INK[1] } else { "#2b3036" },
                if bad { 9 } else { 5 },
                edge.paint.ground
            );
            if let Some(stripe) = edge.paint.stripe {
                let _ = write!(out, "<path d=\"{path}\" fill=\"none\" stroke=\"{stripe}\" stroke-dasharray=\"8 8\"/>");
            }
        }
        LineKind::Cable | LineKind::Plug | LineKind::Bunch => {
            let ground = if edge.kind != LineKind::Plug { "#dfe5ea" } else { "#6b7680" };
            let _ = write!(
                out,
                "<path class=\"casing\" d=\"{path}\" fill=\"none\" stroke=\"#6b7680\" stroke-width=\"6\"/><path d=\"{path}\" fill=\"none\" stroke=\"{ground}\"/>"
            );
        }
    }
    let Some((tags, plate)) = layout.plates(n, edge) else { return };
    for (end, [x, y, width, height]) in tags.into_iter().enumerate() {
        let (middle, base) = (x + width / 2, y + 11);
        let _ = write!(
            out,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"3\" fill=\"#fbfaf7\"/><text x=\"{middle}\" y=\"{base}\">{}</text>",
            edge.tag
        );
        // The letters of its colour take the place of the tag at the right end for whoever asks for them.
        if end == 1 && letters && !edge.paint.letters.is_empty() {
            let _ = write!(
                out,
                "<text class=\"code\" x=\"{middle}\" y=\"{base}\" display=\"none\">{}</text>",
                edge.paint.letters
            );
        }
    }
    if let (Some(figure), Some([x, y, width, height])) = (&edge.figure, plate) {
        let _ =
            write!(out, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"3\" fill=\"#fbfaf7\"/>");
        written(out, figure, "start", (x + 4, y + 11));
    }
    out.push_str("</g>\n");
}

/// A figure, its start or its middle at a place.
fn written(out: &mut String, figure: &Figure, anchor: &str, (x, y): (i32, i32)) {
    let (class, weight) = if figure.bad { ("figure bad", " font-weight=\"700\"") } else { ("figure", "") };
    let _ = write!(
        out,
        "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" font-size=\"11\"{weight} text-anchor=\"{anchor}\" fill=\"{}\">{}</text>",
        INK[usize::from(figure.bad)],
        escape(&figure.text)
    );
}

fn device(out: &mut String, graph: &Graph, placed: &super::place::Placed, prefix: &str) {
    let node = &graph.nodes[placed.node];
    let (x, y, width, height) = (placed.x, placed.y, placed.width, placed.height);
    let (fill, dash) = match node.spot {
        Spot::Device(_) | Spot::Sheet(_) => ("#ffffff", ""),
        Spot::Header(_) => ("#eef3fb", ""),
        Spot::Outside(..) | Spot::Loose(..) => ("#f1efe9", " stroke-dasharray=\"5 3\""),
    };
    let class = if node.class.is_empty() { String::new() } else { format!(" class=\"{}\"", node.class) };
    let _ = write!(
        out,
        "<g id=\"{prefix}b-{}\"{class}><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\" fill=\"{fill}\" stroke=\"#59636e\" stroke-width=\"1.5\"{dash}/>\
         <text x=\"{}\" y=\"{}\" font-size=\"14\" font-weight=\"600\" text-anchor=\"middle\">{}</text>\
         <text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"#4a535c\">{}</text>",
        placed.node,
        x + width / 2,
        y + 17,
        escape(&node.title),
        x + width / 2,
        y + 32,
        escape(&node.sub)
    );
    for (n, figure) in node.figures.iter().enumerate() {
        written(out, figure, "middle", (x + width / 2, y + HEAD + 6 + LINE * i32::try_from(n).unwrap_or(0)));
    }
    for (side, rows) in placed.rows.iter().enumerate() {
        for (row, &(edge, end)) in rows.iter().enumerate() {
            let level = y + placed.head + ROW / 2 + ROW * i32::try_from(row).unwrap_or(0);
            let (at, dot, anchor) = if side == 0 { (x + 8, x, "start") } else { (x + width - 8, x + width, "end") };
            let label = &graph.edges[edge].labels[end];
            let _ = write!(
                out,
                "<circle cx=\"{dot}\" cy=\"{level}\" r=\"3.5\" fill=\"#ffffff\" stroke=\"#59636e\" stroke-width=\"1.5\"/><text x=\"{at}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>",
                level + 4,
                escape(label)
            );
        }
    }
    out.push_str("</g>\n");
}
