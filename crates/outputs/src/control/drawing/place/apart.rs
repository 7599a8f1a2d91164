//! What no arrow leads to, below the rest, in a frame that says why.

use super::super::who::{Group, Role, Who};
use super::{Fence, Layout, MARGIN, Placed, box_size, words_width};

/// From the frame to what stands in it.
const INSIDE: i32 = 10;
/// Room of the heading.
const HEAD: i32 = 26;

/// Adds a frame for each group, boxes in rows as wide as the drawing is.
pub fn draw(who: &Who, layout: &mut Layout) {
    for group in [Group::Nobody, Group::Watchdog, Group::Undecided, Group::Loose] {
        let nodes: Vec<usize> =
            (0..who.nodes.len()).filter(|&node| who.nodes[node].role == Role::Apart(group)).collect();
        if nodes.is_empty() {
            continue;
        }
        let widest = nodes.iter().map(|&node| box_size(who, node).0).max().unwrap_or(0);
        let least = widest.max(words_width(group.heading(), 12)) + 2 * (INSIDE + MARGIN);
        layout.width = layout.width.max(least);
        let top = if layout.boxes.is_empty() { MARGIN } else { layout.height + 18 };
        let right = layout.width - MARGIN - INSIDE;
        let (mut x, mut y, mut tallest) = (MARGIN + INSIDE, top + HEAD, 0);
        for node in nodes {
            let (width, height) = box_size(who, node);
            if x + width > right && x > MARGIN + INSIDE {
                x = MARGIN + INSIDE;
                y += tallest + INSIDE;
                tallest = 0;
            }
            layout.boxes.push(Placed { node, x, y, width, height });
            x += width + INSIDE;
            tallest = tallest.max(height);
        }
        let bottom = y + tallest + INSIDE;
        let (x, width) = (MARGIN, layout.width - 2 * MARGIN);
        layout.fences.push(Fence { heading: group.heading(), x, y: top, width, height: bottom - top });
        layout.height = bottom;
    }
    // A later group may have needed more width.
    for fence in &mut layout.fences {
        fence.width = layout.width - 2 * MARGIN;
    }
}
