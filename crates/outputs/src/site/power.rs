//! What is drawn against what may be drawn, at rails and feeds, in every scenario; what every load gets, and where volts are lost.

mod charts;
mod wires;

use std::collections::BTreeMap;

use analysis::budget::Total;
use analysis::power::Edge;
use askama::Template;
use model::DeviceId;
use model::device::Origin;
use model::units::{Amps, Band};

use super::Site;
use super::shell::{self, Page, Shell};
use super::text::markdown;
use super::wiring::source;
use crate::Artifact;
use crate::power::report::{Amperes, Report, read};
use crate::power::{Question, Verdict, binding, drawing, loops, short, volts, volts_edge, weakest};
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

/// A load in the table at the head.
struct LoadRow {
    name: String,
    amperes: String,
    volts: String,
    worst: String,
    needs: String,
    verdict: &'static str,
    /// `yes`, `open` or `no`, as marks are called.
    mark: &'static str,
}

/// A number under a heading that names its unit.
fn bare(volts: String) -> String {
    short(volts).trim_end_matches(" V").to_owned()
}

impl LoadRow {
    fn new(load: &crate::power::report::Load) -> Self {
        let mark = match load.verdict {
            Verdict::Holds | Verdict::Dark => "yes",
            Verdict::NoPoint | Verdict::Fails | Verdict::Over => "no",
            _ => "open",
        };
        Self {
            name: load.name.clone(),
            amperes: loops::amperes(load.amperes.typical),
            volts: bare(volts(load.typical)),
            worst: bare(volts_edge(load.ends[0])),
            needs: load.needs.least().map_or_else(|| "not stated".to_owned(), |least| bare(volts(Some(least)))),
            verdict: load.verdict.word(),
            mark,
        }
    }
}

#[derive(Template)]
#[template(path = "power.html")]
struct Power<'a> {
    shell: &'a Shell,
    loads: Vec<LoadRow>,
    drawing: Option<String>,
    undrawn: Vec<String>,
    caption: String,
    means: Vec<&'static str>,
    binds_first: Vec<String>,
    hottest: Vec<(String, String)>,
    collapses: Vec<String>,
    left_out: Vec<String>,
    rails: Vec<charts::Rail>,
    small: Vec<String>,
    ways: Vec<charts::Way>,
    wires: Vec<wires::Wire>,
    scenes: Vec<Scene>,
    room: String,
    binds: Vec<(String, u32)>,
    unknown: Vec<String>,
    fuses: Vec<(String, String)>,
}

/// `power.html`, and `currents.svg`: the drawing on its own.
pub fn page(site: &Site<'_>) -> (Page, Option<Artifact>) {
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
        let bar = bar(site, source(site.view, load.source), &load.drawn, load.limit.known(), &load.by);
        scenes.entry(load.scenario).or_insert_with(|| scene(load.scenario)).rails.push(bar);
    }
    let fuses = build
        .each_device()
        .filter_map(|(id, device, _)| {
            super::drawing::graph::rating(build, id)
                .map(|rating| (device.name.clone(), rating.trim_start_matches("fuse ").to_owned()))
        })
        .collect();
    let worst = read(site.view, &Question::worst(&[]));
    let mut reports: Vec<(String, Report)> = (0..facts.power.scenarios.len())
        .map(|at| (words(&facts.power.scenarios[at].name), read(site.view, &Question::of(site.view, at))))
        .collect();
    reports.push(("Worst of all".to_owned(), worst.clone()));
    let rails = feeds(site).into_iter().chain(charts::rails(&reports));
    let (small, rails): (Vec<charts::Rail>, Vec<charts::Rail>) = rails.partition(|rail| rail.small().is_some());
    let mut means: Vec<&str> = Vec::new();
    for load in &worst.loads {
        let word = load.verdict.means();
        if !word.is_empty() && !means.contains(&word) {
            means.push(word);
        }
    }
    let hottest = worst.hot.iter().take(3).map(|hot| {
        let watts = hot.most.or(hot.typical);
        (hot.what.clone(), crate::power::number_of(watts, "W"))
    });
    let drawn = site.plan.as_ref().map(|plan| drawing::drawn(site.view, &worst.question, plan));
    let (drawing, undrawn, file) =
        drawn.map_or_else(Default::default, |drawn| (Some(drawn.inside), drawn.undrawn, Some(drawn.file)));
    let file = file.map(|svg| Artifact::text("site/currents.svg", svg));
    let power = Power {
        shell: &shell,
        loads: worst.loads.iter().map(LoadRow::new).collect(),
        drawing,
        undrawn,
        caption: drawing::CAPTION.join(" "),
        means,
        binds_first: binding(&worst.heads).iter().map(|line| line.replace(" %", "\u{a0}%")).collect(),
        hottest: hottest.collect(),
        collapses: worst.collapses.clone(),
        left_out: worst.left_out.clone(),
        rails,
        small: small.iter().filter_map(charts::Rail::small).collect(),
        wires: wires::wires(site.view),
        ways: charts::ways(site.view, &worst, weakest(&worst).map(|load| load.piece)),
        scenes: scenes.into_values().collect(),
        room: facts.capacity.more.map_or("not known".to_owned(), |more| more.to_string()),
        binds: facts.capacity.binds(),
        unknown: facts.capacity.unknown.clone(),
        fuses,
    };
    (shell::page(&shell, &power), file)
}

/// Each feed with a bar for every scenario in which it is summed.
fn feeds(site: &Site<'_>) -> Vec<charts::Rail> {
    let (build, budget) = (site.view.build, &site.view.facts.budget);
    let chart = |(nth, feed): (usize, &model::Feed)| {
        let loads = || budget.feeds.iter().filter(move |load| load.feed == nth);
        let bars = loads().map(|load| {
            let name = build.scenarios.get(load.scenario).map_or("Worst case".to_owned(), |at| words(&at.id.value));
            let whole = load.drawn.unknown.is_empty();
            let most = if whole { Edge::Is(load.drawn.band.hi.0) } else { Edge::Unknown };
            charts::Bar { name, amperes: Amperes { typical: Some(load.drawn.band.typ.0).filter(|_| whole), most } }
        });
        let bars: Vec<charts::Bar> = bars.collect();
        let limit = loads().find_map(|load| load.limit).map(|limit| limit.lo.0);
        let allowed = loads().find_map(|load| load.allowed).map(|allowed| allowed.0);
        let drawn = bars
            .iter()
            .any(|bar| bar.amperes.most == Edge::Unknown || bar.amperes.known().is_some_and(|most| most > 1e-9));
        drawn.then(|| charts::Rail::new(format!("Feed {}", feed.name), bars, limit, allowed))
    };
    build.feeds.iter().enumerate().filter_map(chart).collect()
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
