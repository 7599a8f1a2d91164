//! The last line of a run: what was found, what the box draws, what it costs, how many more machines fit.

use analysis::budget::FeedLoad;
use model::units::{Amps, Band};
use source::{Finding, Level};

use crate::View;
use crate::terminal::plain;

/// How many findings of each kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Errors that no waiver accepts.
    pub errors: usize,
    /// Warnings that no waiver accepts.
    pub warnings: usize,
    /// Notes that no waiver accepts.
    pub notes: usize,
    /// Accepted by a waiver.
    pub waived: usize,
    /// Judgements that could not be made.
    pub not_verified: usize,
}

impl Counts {
    /// Counts findings.
    pub fn of(findings: &[Finding]) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            let count = match finding.level() {
                _ if finding.waived.is_some() => &mut counts.waived,
                Level::Error => &mut counts.errors,
                Level::Warning => &mut counts.warnings,
                Level::NotVerified => &mut counts.not_verified,
                Level::Note => &mut counts.notes,
            };
            *count += 1;
        }
        counts
    }
}

/// `1 error`, `2 errors`.
pub fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// `2 errors, 1 warning, 0 waived, 0 not verified`; notes only where there are some.
pub fn found(counts: Counts) -> String {
    let mut parts = vec![
        counted(counts.errors, "error"),
        counted(counts.warnings, "warning"),
        format!("{} waived", counts.waived),
        format!("{} not verified", counts.not_verified),
    ];
    if counts.notes > 0 {
        parts.insert(2, counted(counts.notes, "note"));
    }
    parts.join(", ")
}

/// The last line, without its line end.
pub fn line(view: View<'_>) -> String {
    let facts = [feed(view), Some(cost(view)), Some(room(view))];
    let mut line = found(Counts::of(view.findings));
    for fact in facts.into_iter().flatten() {
        line.push_str(" | ");
        line.push_str(&fact);
    }
    plain(&line)
}

/// `colo 0.29 to 0.62 A of 1 A (0.8 A allowed), measured 0.3 to 0.4 A`; `None` without a feed.
pub fn feed(view: View<'_>) -> Option<String> {
    let mut told = Vec::new();
    for (nth, feed) in view.build.feeds.iter().enumerate() {
        let loads = || view.facts.budget.feeds.iter().filter(move |load| load.feed == nth);
        let Some(drawn) = loads().map(|load| load.drawn.band).reduce(wider) else {
            continue;
        };
        let unknown = loads().any(|load| !load.drawn.unknown.is_empty());
        let mut text = format!("{} {}", feed.name, amperes(drawn, unknown));
        let limit = feed.limit.known().map(|limit| limit.typ);
        if let Some(limit) = limit {
            text.push_str(&format!(" of {limit}"));
        }
        if let Some(allowed) = loads().find_map(|load| load.allowed).filter(|&allowed| Some(allowed) != limit) {
            text.push_str(&format!(" ({allowed} allowed)"));
        }
        match loads().filter_map(|load| load.measured).reduce(wider) {
            Some(measured) => text.push_str(&format!(", measured {}", span(measured))),
            None => text.push_str(", not measured"),
        }
        told.push(text);
    }
    if told.is_empty() { None } else { Some(told.join("; ")) }
}

/// What a feed gives in a scenario.
pub fn drawn(load: &FeedLoad) -> String {
    amperes(load.drawn.band, !load.drawn.unknown.is_empty())
}

fn amperes(band: Band<Amps>, unknown: bool) -> String {
    if unknown { format!("at least {}", band.lo) } else { span(band) }
}

/// The least and the most of two bands.
fn wider(one: Band<Amps>, other: Band<Amps>) -> Band<Amps> {
    Band::of(one.lo.0.min(other.lo.0), one.typ.0.max(other.typ.0), one.hi.0.max(other.hi.0))
}

/// `0.29 to 0.62 A`.
pub fn span(band: Band<Amps>) -> String {
    let (lo, hi) = (band.lo.to_string(), band.hi.to_string());
    if lo == hi {
        return hi;
    }
    match (lo.split_once(' '), hi.split_once(' ')) {
        (Some((number, unit)), Some((_, same))) if unit == same => format!("{number} to {hi}"),
        _ => format!("{lo} to {hi}"),
    }
}

/// The words of a feed's scenario: `idle`, `worst case`.
pub fn scenario<'a>(view: View<'a>, load: &FeedLoad) -> &'a str {
    view.build.scenarios.get(load.scenario).map_or("worst case", |scenario| scenario.id.as_str())
}

/// `790.57 USD, 24 prices unknown`.
pub fn cost(view: View<'_>) -> String {
    let cost = &view.facts.purchase.cost;
    match cost.unpriced.len() {
        n if n > 0 && cost.known.amount.is_zero() => format!("cost unknown, {} without a price", counted(n, "part")),
        0 => cost.known.to_string(),
        1 => format!("{}, 1 price unknown", cost.known),
        n => format!("{}, {n} prices unknown", cost.known),
    }
}

/// `room for 0 more Pis: live 5 V terminals bind`.
pub fn room(view: View<'_>) -> String {
    let capacity = &view.facts.capacity;
    let computers = |count: u32| {
        if count == 1 { "1 more Pi".to_owned() } else { format!("{count} more Pis") }
    };
    let mut text = match capacity.more {
        Some(count) => format!("room for {}", computers(count)),
        None => "room for more Pis unknown".to_owned(),
    };
    let binds = capacity.binds();
    let least = binds.first().map(|&(_, left)| left);
    let binding: Vec<&str> =
        binds.iter().filter(|(_, left)| Some(*left) == least).map(|(what, _)| what.as_str()).collect();
    if !binding.is_empty() {
        text.push_str(&format!(": {}", binding.join(", ")));
    }
    text
}
