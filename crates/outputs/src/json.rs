//! Findings for programs: a documented, versioned schema (`docs/json.md`).

use serde::Serialize;
use source::{Finding, Label, Level, SourceMap};

use crate::summary::Counts;
use crate::{View, summary};

/// The version of this format; it grows when a field changes its meaning or goes.
pub const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Report<'a> {
    schema: u32,
    build: Identity<'a>,
    findings: Vec<Item<'a>>,
    summary: Summary<'a>,
}

#[derive(Serialize)]
struct Identity<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct Item<'a> {
    code: &'a str,
    name: &'a str,
    severity: &'a str,
    subject: &'a str,
    message: &'a str,
    spans: Vec<Spot<'a>>,
    notes: &'a [String],
    help: Option<&'a str>,
    waived: Option<&'a str>,
}

#[derive(Serialize)]
struct Spot<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    label: &'a str,
    primary: bool,
}

#[derive(Serialize)]
struct Summary<'a> {
    errors: usize,
    warnings: usize,
    notes: usize,
    waived: usize,
    not_verified: usize,
    feeds: Vec<Feed<'a>>,
    cost: Cost<'a>,
    capacity: Capacity<'a>,
}

#[derive(Serialize)]
struct Feed<'a> {
    name: &'a str,
    scenario: &'a str,
    amps: [f64; 2],
    complete: bool,
    limit: Option<f64>,
    allowed: Option<f64>,
    measured: Option<[f64; 2]>,
}

#[derive(Serialize)]
struct Cost<'a> {
    amount: String,
    currency: &'a str,
    unpriced: Vec<&'a str>,
}

#[derive(Serialize)]
struct Capacity<'a> {
    more_computers: Option<u32>,
    left: Vec<Left>,
    unknown: &'a [String],
}

#[derive(Serialize)]
struct Left {
    what: String,
    left: u32,
}

/// The word that `severity` has in every machine-readable format.
pub fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::NotVerified => "not-verified",
        Level::Note => "note",
    }
}

/// The whole report, one line end behind it.
pub fn render(view: View<'_>) -> String {
    let counts = Counts::of(view.findings);
    let report = Report {
        schema: SCHEMA,
        build: Identity { name: &view.build.meta.name, version: &view.build.meta.version },
        findings: view.findings.iter().map(|finding| item(view.sources, finding)).collect(),
        summary: Summary {
            errors: counts.errors,
            warnings: counts.warnings,
            notes: counts.notes,
            waived: counts.waived,
            not_verified: counts.not_verified,
            feeds: feeds(view),
            cost: Cost {
                amount: format!("{:.2}", view.facts.purchase.cost.known.amount),
                currency: &view.facts.purchase.cost.known.currency,
                unpriced: view
                    .facts
                    .purchase
                    .cost
                    .unpriced
                    .iter()
                    .map(|&part| view.build.part(part).id.as_str())
                    .collect(),
            },
            capacity: Capacity {
                more_computers: view.facts.capacity.more,
                left: view.facts.capacity.binds().into_iter().map(|(what, left)| Left { what, left }).collect(),
                unknown: &view.facts.capacity.unknown,
            },
        },
    };
    let mut text = serde_json::to_string_pretty(&report)
        .expect("the report holds only strings and finite numbers as keys and values");
    text.push('\n');
    text
}

fn feeds(view: View<'_>) -> Vec<Feed<'_>> {
    let rounded = |amps: f64| (amps * 1e6).round() / 1e6;
    let mut feeds = Vec::new();
    for load in &view.facts.budget.feeds {
        let Some(feed) = view.build.feeds.get(load.feed) else {
            continue;
        };
        feeds.push(Feed {
            name: &feed.name,
            scenario: summary::scenario(view, load),
            amps: [rounded(load.drawn.band.lo.0), rounded(load.drawn.band.hi.0)],
            complete: load.drawn.unknown.is_empty(),
            limit: feed.limit.known().map(|limit| rounded(limit.typ.0)),
            allowed: load.allowed.map(|allowed| rounded(allowed.0)),
            measured: load.measured.map(|band| [rounded(band.lo.0), rounded(band.hi.0)]),
        });
    }
    feeds
}

fn item<'a>(sources: &'a SourceMap, finding: &'a Finding) -> Item<'a> {
    let spot = |label: &'a Label, primary: bool| {
        let from = sources.place(label.span.file, label.span.start);
        let to = sources.place(label.span.file, label.span.end);
        Spot {
            file: sources.path(label.span.file),
            line: from.line,
            column: from.column,
            end_line: to.line,
            end_column: to.column,
            label: &label.text,
            primary,
        }
    };
    let first = std::iter::once(spot(&finding.primary, true));
    Item {
        code: finding.rule.code,
        name: finding.rule.name,
        severity: severity(finding.level()),
        subject: &finding.subject,
        message: &finding.message,
        spans: first.chain(finding.secondary.iter().map(|label| spot(label, false))).collect(),
        notes: &finding.notes,
        help: finding.help.as_deref(),
        waived: finding.waived.as_deref(),
    }
}
