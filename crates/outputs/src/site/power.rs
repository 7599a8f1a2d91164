//! What is drawn against what may be drawn, at rails and feeds, in every scenario.

use std::collections::BTreeMap;

use analysis::budget::Total;
use askama::Template;
use model::DeviceId;
use model::device::Origin;
use model::units::{Amps, Band};

use super::Site;
use super::shell::{self, Page, Shell};
use super::text::markdown;
use super::wiring::source;
use crate::summary::span;

/// A bar.
struct Bar {
    what: String,
    drawn: String,
    limit: String,
    allowed: String,
    measured: String,
    /// Widths in percent: least, most.
    share: Option<(u32, u32)>,
    /// Where the permitted share ends, in percent.
    mark: Option<u32>,
    over: bool,
    by: Vec<(String, String)>,
    unknown: Vec<String>,
}

/// A scenario.
struct Scene {
    name: String,
    how: String,
    feeds: Vec<Bar>,
    rails: Vec<Bar>,
}

#[derive(Template)]
#[template(path = "power.html")]
struct Power<'a> {
    shell: &'a Shell,
    scenes: Vec<Scene>,
    room: String,
    binds: Vec<(String, u32)>,
    unknown: Vec<String>,
    fuses: Vec<(String, String)>,
}

/// `power.html`.
pub fn page(site: &Site<'_>) -> Page {
    let (build, facts) = (site.view.build, site.view.facts);
    let shell = Shell::new(
        site,
        "power.html",
        "Power",
        format!("Amperes of {} at each rail and at the feed, against what each may carry.", build.meta.title),
    );
    let mut scenes: BTreeMap<usize, Scene> = BTreeMap::new();
    let scene = |n: usize| {
        let scenario = build.scenarios.get(n);
        let name = scenario.map_or("Worst case".to_owned(), |scenario| words(&scenario.id.value));
        let how = scenario.map_or("Everything draws its most at once.".to_owned(), |scenario| {
            scenario.how.clone().unwrap_or_default()
        });
        Scene { name, how: markdown(&how), feeds: Vec::new(), rails: Vec::new() }
    };
    for load in &facts.budget.feeds {
        let Some(feed) = build.feeds.get(load.feed) else {
            continue;
        };
        let mut bar = bar(site, feed.name.clone(), &load.drawn, load.limit, &[]);
        bar.allowed = load.allowed.map_or(String::new(), |allowed| allowed.to_string());
        bar.mark = load.allowed.zip(load.limit).map(|(allowed, limit)| percent(allowed.0, limit.lo.0));
        bar.over |= load.allowed.is_some_and(|allowed| load.drawn.band.hi.0 > allowed.0 + 1e-9);
        bar.measured = load.measured.map_or(String::new(), span);
        scenes.entry(load.scenario).or_insert_with(|| scene(load.scenario)).feeds.push(bar);
    }
    for load in &facts.budget.rails {
        let outside = matches!(build.device(load.source.device).origin, Origin::Feed(_));
        if outside || (load.drawn.band.hi.0 <= 0.0 && load.drawn.unknown.is_empty()) {
            continue;
        }
        let bar = bar(site, source(site, load.source), &load.drawn, load.limit.known(), &load.by);
        scenes.entry(load.scenario).or_insert_with(|| scene(load.scenario)).rails.push(bar);
    }
    let fuses = build
        .each_device()
        .filter_map(|(id, device, _)| {
            super::drawing::graph::rating(build, id)
                .map(|rating| (device.name.clone(), rating.trim_start_matches("fuse ").to_owned()))
        })
        .collect();
    let power = Power {
        shell: &shell,
        scenes: scenes.into_values().collect(),
        room: facts.capacity.more.map_or("not known".to_owned(), |more| more.to_string()),
        binds: facts.capacity.binds.clone(),
        unknown: facts.capacity.unknown.clone(),
        fuses,
    };
    shell::page(&shell, &power)
}

/// `idle-high-fan` as `Idle high fan`.
fn words(id: &str) -> String {
    let mut words = id.replace('-', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

fn percent(part: f64, whole: f64) -> u32 {
    if whole <= 0.0 {
        return 100;
    }
    (part / whole * 100.0).round().clamp(0.0, 100.0) as u32
}

fn bar(
    site: &Site<'_>,
    what: String,
    drawn: &Total<Amps>,
    limit: Option<Band<Amps>>,
    by: &[(DeviceId, Total<Amps>)],
) -> Bar {
    let build = site.view.build;
    let told = |total: &Total<Amps>| match total.unknown.is_empty() {
        true => span(total.band),
        false => format!("at least {}", total.band.lo),
    };
    let mut parts: Vec<(String, String, f64)> = by
        .iter()
        .filter(|(_, total)| total.band.hi.0 > 0.0 || !total.unknown.is_empty())
        .map(|(device, total)| (build.device(*device).name.clone(), told(total), total.band.hi.0))
        .collect();
    parts.sort_by(|a, b| b.2.total_cmp(&a.2));
    let mut unknown: Vec<String> = drawn.unknown.iter().map(|(device, _)| build.device(*device).name.clone()).collect();
    unknown.dedup();
    Bar {
        what,
        drawn: told(drawn),
        limit: limit.map_or(String::new(), |limit| limit.lo.to_string()),
        allowed: String::new(),
        measured: String::new(),
        share: limit.map(|limit| (percent(drawn.band.lo.0, limit.lo.0), percent(drawn.band.hi.0, limit.lo.0))),
        mark: None,
        over: limit.is_some_and(|limit| drawn.band.hi.0 > limit.lo.0 + 1e-9),
        by: parts.into_iter().map(|(name, amps, _)| (name, amps)).collect(),
        unknown,
    }
}
