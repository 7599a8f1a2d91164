//! The guide's one script: the pieces of `site/templates/script/` behind the list of steps.

use super::{Site, steps};

/// The pieces in the order in which they need each other.
const PIECES: [&str; 6] = [
    include_str!("../../../../site/templates/script/store.js"),
    include_str!("../../../../site/templates/script/steps.js"),
    include_str!("../../../../site/templates/script/builds.js"),
    include_str!("../../../../site/templates/script/bench.js"),
    include_str!("../../../../site/templates/script/wires.js"),
    include_str!("../../../../site/templates/script/find.js"),
];

/// The whole text: without comments and indentation, and with id, mark and page of each step.
pub fn text(site: &Site<'_>) -> String {
    let build = site.view.build;
    let list: Vec<[String; 3]> = (0..build.steps.len())
        .map(|n| [build.steps[n].id.value.clone(), site.marks[n].clone(), steps::href(site, n)])
        .collect();
    let list = serde_json::to_string(&list).expect("texts are always JSON");
    let mut text = format!("(function () {{\n\"use strict\";\nvar STEPS = {list};\n");
    for line in PIECES.iter().flat_map(|piece| piece.lines()).map(str::trim) {
        if !line.is_empty() && !line.starts_with("//") {
            text.push_str(line);
            text.push('\n');
        }
    }
    text.push_str("}());\n");
    text
}
