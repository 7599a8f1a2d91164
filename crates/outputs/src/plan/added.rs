//! The build with more of a device in it, against the build as it stands: what came, what it costs, what it draws, whether it fits.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use analysis::bill;
use analysis::budget::WORST;
use analysis::capacity::expand::Expansion;
use model::units::{Money, shown};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::paragraph;
use crate::View;
use crate::diff::{Diff, Told};
use crate::summary::counted;

/// One `--add`.
#[derive(Clone, Debug)]
pub struct Added {
    /// The device that the copies are like.
    pub like: String,
    /// How many were asked for.
    pub asked: u32,
    /// What became of it.
    pub expansion: Expansion,
}

/// All that was added, and what it comes to.
pub struct Growth<'a> {
    /// As it stands.
    pub before: View<'a>,
    /// With the copies.
    pub after: View<'a>,
    /// One entry an `--add`.
    pub added: &'a [Added],
    /// Errors of the copies that their originals do not have.
    pub errors: Vec<Told>,
}

impl Growth<'_> {
    /// Whether every copy has its places and brings no error of its own.
    pub fn fits(&self) -> bool {
        self.errors.is_empty() && self.added.iter().all(|added| added.expansion.missing.is_empty())
    }

    /// What it costs more, and how many of the lines that grew have no price.
    pub fn cost(&self) -> (Money, usize) {
        let bill = |view: View<'_>| bill::compute(view.build, &view.facts.purchase, 1);
        let (before, after) = (bill(self.before), bill(self.after));
        let old: BTreeMap<_, _> = before.lines.iter().map(|line| (line.part, line)).collect();
        let grew = |line: &&bill::Line| old.get(&line.part).is_none_or(|old| old.bought < line.bought);
        let unknown = after.lines.iter().filter(grew).filter(|line| line.cost.is_none()).count();
        let amount: Decimal = after.total.known.amount - before.total.known.amount;
        (Money { amount, currency: after.total.known.currency }, unknown)
    }

    /// What each feed, rail and shared limit gives before and after: its name, amount, unit, limit.
    fn draws(&self) -> Vec<(String, f64, f64, Option<f64>, &'static str)> {
        let old: BTreeMap<String, f64> = draws(self.before).into_iter().map(|(name, used, ..)| (name, used)).collect();
        let changed = draws(self.after).into_iter().filter_map(|(name, used, limit, unit)| {
            let before = *old.get(&name)?;
            (used > before).then_some((name, before, used, limit, unit))
        });
        changed.collect()
    }
}

fn draws(view: View<'_>) -> Vec<(String, f64, Option<f64>, &'static str)> {
    let (build, budget) = (view.build, &view.facts.budget);
    let mut all = Vec::new();
    for load in &budget.feeds {
        let when =
            build.scenarios.get(load.scenario).map_or("at worst".to_owned(), |at| format!("in `{}`", at.id.value));
        let allowed = load.allowed.map(|allowed| allowed.0);
        all.push((format!("feed {}, {when}", build.feeds[load.feed].name), load.drawn.band.hi.0, allowed, "A"));
    }
    for rail in budget.rails.iter().filter(|rail| rail.scenario == WORST) {
        let device = build.device(rail.source.device);
        let name = &build.part(device.part).sources[rail.source.index as usize].name;
        let limit = rail.limit.known().map(|limit| limit.lo.0);
        if build.feeds.iter().all(|feed| feed.device != rail.source.device) {
            all.push((format!("{}.{name}, at worst", device.name), rail.drawn.band.hi.0, limit, "A"));
        }
    }
    for load in budget.limits.iter().filter(|load| load.scenario == WORST) {
        let device = build.device(load.device);
        let name = &build.part(device.part).limits[load.index as usize].name;
        if let Some(most) = load.most_watts.known() {
            let name = format!("limit {name} of {}, at worst", device.name);
            all.push((name, load.watts.band.hi.0, Some(most.lo.0), "W"));
        }
    }
    all
}

/// The page.
pub fn page(growth: &Growth<'_>) -> String {
    let mut text = String::new();
    let build = growth.after.build;
    for added in growth.added {
        let names: Vec<&str> = added.expansion.devices.iter().map(|id| build.device(*id).name.as_str()).collect();
        let head = format!("{} more like `{}`: {}", added.asked, added.like, few(&names));
        text.push_str(&paragraph(&head, 0));
        for missing in &added.expansion.missing {
            let whose = names.get(missing.copy as usize).copied().unwrap_or_default();
            let run = missing.run.map(|run| format!(" for what is `{}` of `{}`", build.run_path(run), added.like));
            let words = format!("no place for `{whose}`: {}{}", missing.what, run.unwrap_or_default());
            text.push_str(&paragraph(&words, 2));
        }
        if !added.expansion.others.is_empty() {
            let runs: Vec<String> = added.expansion.others.iter().map(|run| build.run_path(*run)).collect();
            let runs: Vec<&str> = runs.iter().map(String::as_str).collect();
            text.push_str(&paragraph(&format!("not copied, for it serves others: {}", few(&runs)), 2));
        }
    }
    let diff = Diff::of(growth.before, growth.after);
    for (name, changes) in diff.aspects.iter().filter(|(name, _)| matches!(*name, "devices" | "wires" | "gpio")) {
        let came: Vec<_> = changes.iter().filter(|change| change.before.is_none()).collect();
        if !came.is_empty() {
            let _ = writeln!(text, "\n  {name}");
        }
        for change in came {
            let words = format!("{}: {}", change.key, change.after.as_deref().unwrap_or_default());
            text.push_str(&paragraph(&words, 4));
        }
    }
    let bought = growth.added.iter().flat_map(|added| &added.expansion.bought);
    let bought: Vec<String> = bought
        .map(|&(part, packs)| format!("{} of {}", counted(packs as usize, "pack"), build.part(part).name))
        .collect();
    text.push_str("\n  to buy\n");
    bought.iter().for_each(|bought| text.push_str(&paragraph(bought, 4)));
    let (cost, unknown) = growth.cost();
    let cost = match unknown {
        0 => format!("{cost} more"),
        unknown => format!("at least {cost} more: {} without a price", counted(unknown, "line")),
    };
    text.push_str(&paragraph(&cost, 4));
    let draws = growth.draws();
    if !draws.is_empty() {
        text.push_str("\n  draws\n");
    }
    for (name, before, after, limit, unit) in draws {
        let limit = limit.map_or(", limit not known".to_owned(), |limit| format!(" of {}", shown(limit, unit)));
        text.push_str(&paragraph(&format!("{name}: {}, then {}{limit}", shown(before, unit), shown(after, unit)), 4));
    }
    for (head, all) in [("findings gained", &diff.gained), ("findings lost", &diff.lost)] {
        if !all.is_empty() {
            let _ = writeln!(text, "\n  {head}");
        }
        for told in all {
            let words = format!("{}[{}] {}: {}", told.level, told.code, told.subject, told.message);
            text.push_str(&paragraph(&words, 4));
        }
    }
    text.push('\n');
    text.push_str(&paragraph(verdict(growth), 0));
    text
}

fn verdict(growth: &Growth<'_>) -> &'static str {
    let placed = growth.added.iter().all(|added| added.expansion.missing.is_empty());
    match (placed, growth.errors.is_empty()) {
        (true, true) => "It fits: everything has a place, and nothing of it is an error that its original has not.",
        (true, false) => "It does not fit: everything has a place, but what came has errors.",
        (false, _) => "It does not fit: not everything has a place.",
    }
}

/// The first names, and how many more.
fn few(names: &[&str]) -> String {
    const MOST: usize = 12;
    let shown: Vec<String> = names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(MOST);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

/// The object as text; the shape is in `docs/plan.md`.
pub fn json(growth: &Growth<'_>) -> String {
    let mut text = serde_json::to_string_pretty(&value(growth)).expect("plain values");
    text.push('\n');
    text
}

fn value(growth: &Growth<'_>) -> Value {
    let build = growth.after.build;
    let added = |added: &Added| {
        let missing = added.expansion.missing.iter().map(|missing| {
            let device = added.expansion.devices.get(missing.copy as usize).map(|id| &build.device(*id).name);
            json!({ "device": device, "what": missing.what, "like": missing.run.map(|run| build.run_path(run)) })
        });
        let bought =
            added.expansion.bought.iter().map(|&(part, packs)| json!({ "part": build.part(part).id, "packs": packs }));
        json!({
            "like": added.like,
            "asked": added.asked,
            "whole": added.expansion.whole,
            "devices": added.expansion.devices.iter().map(|id| &build.device(*id).name).collect::<Vec<_>>(),
            "missing": missing.collect::<Vec<_>>(),
            "bought": bought.collect::<Vec<_>>(),
        })
    };
    let (cost, unknown) = growth.cost();
    let draws = growth.draws().into_iter().map(|(name, before, after, limit, unit)| {
        json!({ "what": name, "before": before, "after": after, "limit": limit, "unit": unit })
    });
    let diff = Diff::of(growth.before, growth.after);
    let diff: Value = serde_json::from_str(&crate::diff::show::json(&diff)).expect("it was just written");
    json!({
        "schema": 1,
        "added": growth.added.iter().map(added).collect::<Vec<_>>(),
        "fits": growth.fits(),
        "cost": { "more": crate::bom::exact(cost.amount), "currency": cost.currency, "without-price": unknown },
        "draws": draws.collect::<Vec<_>>(),
        "errors": growth.errors.iter().map(|told| json!({ "code": told.code, "subject": told.subject, "message": told.message })).collect::<Vec<_>>(),
        "diff": diff,
    })
}
