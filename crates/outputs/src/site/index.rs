//! The first page: what it is, its figures, what was found, where to begin.

use askama::Template;
use model::wire::RunKind;

use super::shell::{self, Page, Shell};
use super::steps::{Group, groups};
use super::text::{count, markdown};
use super::{Site, findings};
use crate::summary::Counts;

/// One figure.
pub struct Figure {
    /// What.
    pub what: String,
    /// How much.
    pub value: String,
    /// What else there is to say.
    pub more: String,
    /// Where it is told in full.
    pub href: &'static str,
}

#[derive(Template)]
#[template(path = "index.html")]
struct Index<'a> {
    shell: &'a Shell,
    summary: String,
    figures: Vec<Figure>,
    state: findings::State,
    groups: Vec<Group>,
    first: Option<String>,
    claims: Vec<ClaimRow>,
    controllers: Vec<(String, String)>,
}

struct ClaimRow {
    text: String,
    holds: &'static str,
    sign: &'static str,
}

pub(super) fn page_description(site: &Site<'_>) -> String {
    let meta = &site.view.build.meta;
    if meta.summary.is_empty() {
        format!("How to build {}: parts, wires, steps, and what a check of the wiring found.", meta.title)
    } else {
        meta.summary.clone()
    }
}

/// `index.html`.
pub fn page(site: &Site<'_>) -> Page {
    let build = site.view.build;
    let shell = Shell::new(site, "index.html", "Overview", page_description(site));
    let groups = groups(site);
    let first = groups.first().and_then(|group| group.steps.first()).map(|step| step.href.clone());
    let claims = build.claims.iter().enumerate().map(|(n, claim)| {
        let holds = site.view.facts.claims.iter().find(|reading| reading.claim == n).and_then(|reading| reading.holds);
        let (holds, sign) = match holds {
            Some(true) => ("holds", "yes"),
            Some(false) => ("does not hold", "no"),
            None => ("not known", "open"),
        };
        ClaimRow { text: markdown(&claim.text.value), holds, sign }
    });
    let claims = claims.collect();
    let controllers = site
        .controllers
        .iter()
        .map(|&id| (format!("gpio-{}.html", build.device(id).slug()), build.device(id).name.clone()))
        .collect();
    let index = Index {
        shell: &shell,
        summary: markdown(&build.meta.summary),
        figures: figures(site),
        state: findings::State::of(site),
        groups,
        first,
        claims,
        controllers,
    };
    shell::page(&shell, &index)
}

fn figures(site: &Site<'_>) -> Vec<Figure> {
    let (build, facts) = (site.view.build, site.view.facts);
    let mut figures = Vec::new();
    let cost = &facts.purchase.cost;
    let unpriced = cost.unpriced.len();
    let more = if unpriced == 0 {
        "every part has a price".to_owned()
    } else {
        format!("and {} without a known price", count(unpriced, "part", "parts"))
    };
    if !build.lines.is_empty() {
        figures.push(Figure { what: "Cost".to_owned(), value: super::parts::known(cost), more, href: "parts.html" });
    }
    for (nth, feed) in build.feeds.iter().enumerate() {
        let loads: Vec<_> = facts.budget.feeds.iter().filter(|load| load.feed == nth).collect();
        let Some(worst) = loads.iter().max_by(|a, b| a.drawn.band.hi.0.total_cmp(&b.drawn.band.hi.0)) else {
            continue;
        };
        let open = loads.iter().any(|load| !load.drawn.unknown.is_empty());
        let measured = loads
            .iter()
            .filter_map(|load| load.measured)
            .map(|band| band.hi.0)
            .fold(None, |most: Option<f64>, hi| Some(most.map_or(hi, |most| most.max(hi))));
        let mut more = match feed.limit.known() {
            Some(limit) => format!("of {} at {}", limit.typ, feed.name),
            None => format!("at {}; its limit is not known", feed.name),
        };
        if let Some(most) = measured {
            more.push_str(&format!("; measured up to {}", model::units::Amps(most)));
        }
        let value =
            if open { format!("at least {}", worst.drawn.band.lo) } else { format!("at most {}", worst.drawn.band.hi) };
        figures.push(Figure { what: "Current".to_owned(), value, more, href: "power.html" });
    }
    let cables = build.runs.iter().filter(|run| matches!(run.what, RunKind::Cable(..))).count();
    let wires = build.runs.iter().filter(|run| matches!(run.what, RunKind::Wire(_) | RunKind::Inline(..))).count();
    figures.push(Figure {
        what: "Wires".to_owned(),
        value: wires.to_string(),
        more: format!("and {}", count(cables, "cable", "cables")),
        href: "wires.html",
    });
    figures.push(Figure {
        what: "Steps".to_owned(),
        value: build.steps.len().to_string(),
        more: format!("and {} of software", build.setups.len()),
        href: "steps/index.html",
    });
    let capacity = &facts.capacity;
    let all = capacity.binds();
    let least = all.first().map(|bind| bind.1);
    let binds: Vec<&str> = all.iter().filter(|bind| Some(bind.1) == least).map(|bind| bind.0.as_str()).collect();
    let value = capacity.more.map_or("not known".to_owned(), |more| more.to_string());
    figures.push(Figure {
        what: "Room for more Pis".to_owned(),
        value,
        more: if binds.is_empty() { String::new() } else { format!("bound by {}", binds.join(", ")) },
        href: "power.html",
    });
    let counts = Counts::of(site.view.findings);
    let more = format!("{}, {} waived", count(counts.warnings, "warning", "warnings"), counts.waived);
    figures.push(Figure {
        what: "Errors found".to_owned(),
        value: counts.errors.to_string(),
        more: format!("{} not verified, {more}", counts.not_verified),
        href: "findings.html",
    });
    figures
}
