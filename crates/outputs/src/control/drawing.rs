//! Who controls whom as a drawing: controllers in one column, what they cut beside them, an arrow for every hold and every watch.

mod order;
mod place;
mod svg;
mod who;

pub use place::{Layout, lay_out};
pub use who::{Arrow, Does, Group, Harm, Node, Role, Who, who};

use crate::View;

/// What stands in front of every id in it.
const PREFIX: &str = "control-";

/// The drawing as SVG text that needs nothing beside it. A build in which nothing controls anything, or more than can be drawn, gives a
/// drawing that says so.
pub fn svg(view: View<'_>) -> String {
    let meta = &view.build.meta;
    let build = if meta.title.is_empty() { &meta.name } else { &meta.title };
    drawn(&who(view.build, &view.facts.control), &format!("Who controls whom in {build}, version {}", meta.version))
}

/// Any such graph as SVG text under a title.
pub fn drawn(who: &Who, title: &str) -> String {
    svg::write(who, &lay_out(who), PREFIX, title)
}

#[cfg(test)]
mod tests;
