//! The bar that a guide shows while it is being written: what was found, above the page that it was found in.

use askama::Template;
use source::{Finding, Level};

use super::findings::ticks;
use crate::View;
use crate::summary::Counts;

/// Most findings in the bar.
const MOST: usize = 50;
/// Id of the bar, for the script that puts a fresh one in its place.
pub const ID: &str = "wireloom-live";
/// Style of the bar.
pub const STYLE: &str = include_str!("../../../../site/templates/live.css");
/// Script of the bar: waits for events, reloads the page.
pub const SCRIPT: &str = include_str!("../../../../site/templates/live.js");

/// Which build the pages show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pages {
    /// The one that the findings are about.
    Fresh,
    /// The last one in which every name bound.
    Kept,
    /// The one that the findings are about; what did not bind is left out, and there is none before it.
    Partial,
}

/// A finding in a line.
struct Line {
    kind: &'static str,
    head: String,
    message: String,
    place: String,
}

#[derive(Template)]
#[template(path = "live.html")]
struct Bar {
    id: &'static str,
    kind: &'static str,
    counts: String,
    pages: &'static str,
    lines: Vec<Line>,
    left: usize,
}

/// The bar as an element: counts, and of each finding its first line and its place.
pub fn bar(view: View<'_>, pages: Pages) -> String {
    let counts = Counts::of(view.findings);
    let open: Vec<&Finding> = view.findings.iter().filter(|finding| finding.waived.is_none()).collect();
    let bar = Bar {
        id: ID,
        kind: match (counts.errors, counts.not_verified + counts.warnings) {
            (0, 0) => "good",
            (0, _) => "open",
            _ => "bad",
        },
        counts: crate::summary::found(counts),
        pages: match pages {
            Pages::Fresh => "",
            Pages::Kept => "The pages are the last in which every name bound.",
            Pages::Partial => "What did not bind is left out of the pages.",
        },
        left: open.len().saturating_sub(MOST),
        lines: open.into_iter().take(MOST).map(|finding| line(view, finding)).collect(),
    };
    bar.render().expect("a template that only writes to memory does not fail")
}

fn line(view: View<'_>, finding: &Finding) -> Line {
    let (kind, word) = match finding.level() {
        Level::Error => ("error", "error"),
        Level::Warning => ("warning", "warning"),
        Level::NotVerified => ("unverified", "not verified"),
        Level::Note => ("note", "note"),
    };
    let span = finding.primary.span;
    Line {
        kind,
        head: format!("{word}[{} {}]", finding.rule.code, finding.rule.name),
        message: ticks(&finding.message),
        place: format!("{}:{}", view.sources.path(span.file), view.sources.place(span.file, span.start).line),
    }
}

/// A page with the bar at its top, and with what keeps the bar true: style and script from below `/{own}/`.
///
/// `told` is the number of the event that the page shows; the script waits for a later one.
pub fn with_bar(page: &str, bar: &str, own: &str, told: u64) -> String {
    let head = format!(
        "<link rel=\"stylesheet\" href=\"/{own}/live.css\">\n<script src=\"/{own}/live.js\" data-told=\"{told}\" defer></script>\n"
    );
    let (before, after) = page.split_once("</head>").unwrap_or(("", page));
    let body = after.find("<body").and_then(|start| Some(start + after[start..].find('>')? + 1)).unwrap_or(0);
    format!("{before}{head}</head>{}\n{bar}{}", &after[..body], &after[body..])
}
