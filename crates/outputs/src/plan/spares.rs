//! What one loss takes, and which spares last for so many years.

use std::collections::BTreeMap;

use analysis::failures::{Cause, Group};
use analysis::plan::spares::{Asked, Rate, Row, Spares, compute};
use model::Build;
use model::units::Share;
use serde_json::{Value, json};
use source::nearest::nearest;

use crate::View;
use crate::explain::Sheet;
use crate::faults::cause_names;
use crate::site::text::names;

/// Failures that the page lists.
const MOST: usize = 15;
/// Causes of one consequence that it names.
const CAUSES: usize = 6;

/// Reads what the command line asks.
///
/// # Errors
/// A sentence that says what was not understood.
pub fn asked(build: &Build, rates: &[String], years: u32, confidence: &str) -> Result<Asked, String> {
    let mut known: BTreeMap<_, f64> = BTreeMap::new();
    for asked in rates {
        let (id, share) = asked.split_once('=').ok_or_else(|| format!("`{asked}`: write `part=2%`"))?;
        let part = build.parts.iter().position(|part| part.id == id.trim());
        let part = part.and_then(|at| u32::try_from(at).ok()).ok_or_else(|| {
            let ids = build.parts.iter().map(|part| part.id.as_str());
            nearest(id.trim(), ids).map_or_else(
                || format!("`{id}` is no part of this build"),
                |near| format!("`{id}` is no part of this build; `{near}` is"),
            )
        })?;
        known.insert(model::PartId(part), percent(share, (0.0, 10_000.0))?);
    }
    let confidence = percent(confidence, (50.0, 99.9999))?;
    Ok(Asked { rates: known, years, confidence })
}

/// `2%` as 0.02, within bounds in percent.
fn percent(text: &str, (least, most): (f64, f64)) -> Result<f64, String> {
    let number = text.trim().strip_suffix('%').and_then(|digits| digits.trim().parse::<f64>().ok());
    let number = number.filter(|number| (least..=most).contains(number));
    number.map(|number| number / 100.0).ok_or_else(|| format!("`{text}` is not a share from {least}% to {most}%"))
}

fn share(rate: f64) -> String {
    let text = model::units::shown(rate * 100.0, "");
    debug_assert!(Share::SYMBOL.is_empty());
    format!("{text} %")
}

/// The page for people.
pub fn page(view: View<'_>, asked: &Asked) -> String {
    let spares = compute(view.build, view.facts, asked);
    let mut text = weak(view);
    text.push('\n');
    text.push_str(&drawer(view.build, asked, &spares));
    text
}

/// The `[weak]` entries that a consequence is named by.
fn named<'a>(build: &'a Build, group: &Group) -> Vec<&'a str> {
    let out = |device| group.causes.contains(&Cause::Out(device));
    let weak = build.weak.iter().filter(|weak| weak.what.iter().any(|(device, _)| out(*device)));
    weak.map(|weak| weak.id.value.as_str()).collect()
}

fn weak(view: View<'_>) -> String {
    let (build, failures) = (view.build, &view.facts.failures);
    let mut sheet = Sheet::new(&format!("Weak spots: what one loss takes, of {} computers", failures.computers));
    let heavy: Vec<(usize, &Group)> =
        failures.groups.iter().enumerate().filter(|(_, group)| group.computers > 0).collect();
    for (number, group) in heavy.iter().take(MOST) {
        let causes = cause_names(build, &group.causes);
        let rest = causes.len().saturating_sub(CAUSES);
        let shown = causes.into_iter().take(CAUSES).collect::<Vec<_>>().join(", ");
        let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        let unnamed = failures.unnamed.iter().any(|at| *at as usize == *number);
        let named = match (named(build, group).as_slice(), unnamed) {
            ([], true) => "; in no `[weak]`".to_owned(),
            ([], false) => String::new(),
            (ids, _) => format!("; [weak] {}", ids.join(", ")),
        };
        sheet.say(&format!("takes {}", group.computers), &format!("{shown}{rest}{named}"));
    }
    if heavy.len() > MOST {
        sheet.say("", &format!("and {} more; `wireloom faults` lists all", heavy.len() - MOST));
    }
    if heavy.is_empty() {
        sheet.say("", "no single loss takes a computer");
    }
    let idle = names(failures.idle.iter().map(|(_, device)| build.device(*device).name.as_str()));
    if !idle.is_empty() {
        sheet.say("named", &format!("{idle}: in a `[weak]`, and the loss of one takes nothing"));
    }
    if !failures.open.causes.is_empty() {
        sheet.say("open", &format!("{} failures not decided", failures.open.causes.len()));
    }
    sheet.text()
}

fn drawer(build: &Build, asked: &Asked, spares: &Spares) -> String {
    let years = if asked.years == 1 { "1 year".to_owned() } else { format!("{} years", asked.years) };
    let known: Vec<&Row> = spares.rows.iter().filter(|row| row.rate.known().is_some()).collect();
    let mut text = format!("Spares that last {years} with {} certainty\n", share(asked.confidence));
    if !known.is_empty() {
        text.push_str("\n  part            pieces  a year  expected  keep  have  buy        cost  takes\n");
        for row in &known {
            let dash = || "?".to_owned();
            let cost = row.cost.as_ref().map_or_else(|| "unknown".to_owned(), ToString::to_string);
            let count = |number: Option<u64>| number.map_or_else(dash, |number| number.to_string());
            text.push_str(&format!(
                "  {:<15} {:>6} {:>7} {:>9} {:>5} {:>5} {:>4} {:>11} {:>6}\n",
                build.part(row.part).id,
                row.pieces,
                row.rate.known().map_or_else(dash, share),
                row.expected.map_or_else(dash, |expected| format!("{expected:.2}")),
                count(row.spares.map(u64::from)),
                row.kept + row.left,
                count(row.missing),
                cost,
                row.takes.map_or_else(dash, |takes| takes.to_string()),
            ));
        }
        let least = if spares.total.unknown > 0 {
            format!("at least {}; {} without a price", spares.total.known, spares.total.unknown)
        } else {
            spares.total.known.to_string()
        };
        text.push_str(&format!("\n  To buy: {least}\n"));
    }
    let mut sheet = Sheet::headless();
    let unknown: Vec<&str> = spares
        .rows
        .iter()
        .filter(|row| row.rate.known().is_none())
        .map(|row| build.part(row.part).id.as_str())
        .collect();
    if !unknown.is_empty() {
        sheet.say(
            "no rate",
            &format!("{}: nobody says how often these fail; `--rate {}=2%` asks", unknown.join(", "), unknown[0]),
        );
    }
    let rule = |kind: &String, spares: &model::purchase::Spares| match spares {
        model::purchase::Spares::Pieces(pieces) => format!("{kind} {pieces}"),
        model::purchase::Spares::Percent(percent) => format!("{kind} {percent} %"),
    };
    let rules: Vec<String> = build.spares.iter().map(|(kind, spares)| rule(kind, spares)).collect();
    let rules = if rules.is_empty() {
        "the build keeps none by `[spares]`".to_owned()
    } else {
        format!("`[spares]` keeps {}", rules.join(", "))
    };
    sheet.say("rule", &rules);
    let left: Vec<String> = spares
        .rows
        .iter()
        .filter(|row| row.left > 0)
        .map(|row| format!("{} {}", row.left, build.part(row.part).id))
        .collect();
    let left = if left.is_empty() { "packs leave nothing over".to_owned() } else { left.join(", ") };
    sheet.say("left over", &left);
    text.push_str(&sheet.text());
    text
}

/// The same as JSON: `docs/plan.md`.
pub fn json(view: View<'_>, asked: &Asked) -> String {
    let build = view.build;
    let spares = compute(build, view.facts, asked);
    let failures = &view.facts.failures;
    let weak: Vec<Value> = failures
        .groups
        .iter()
        .enumerate()
        .filter(|(_, group)| group.computers > 0)
        .map(|(number, group)| {
            json!({
                "computers": group.computers, "causes": cause_names(build, &group.causes), "weak": named(build, group),
                "unnamed": failures.unnamed.iter().any(|at| *at as usize == number),
            })
        })
        .collect();
    let money = |money: &Option<model::units::Money>| {
        money.as_ref().map(|money| json!({ "amount": format!("{:.2}", money.amount), "currency": money.currency }))
    };
    let rows: Vec<Value> = spares
        .rows
        .iter()
        .map(|row| {
            let source = match row.rate {
                Rate::Stated(_) => Some("part"),
                Rate::Asked(_) => Some("asked"),
                Rate::Unknown => None,
            };
            json!({
                "part": build.part(row.part).id, "pieces": row.pieces, "yearly": row.rate.known(), "rate-from": source,
                "expected": row.expected, "keep": row.spares, "kept-by-rule": row.kept, "left-over": row.left,
                "buy": row.missing, "cost": money(&row.cost), "computers": row.takes, "computers-a-year": row.loss,
            })
        })
        .collect();
    let whole = json!({
        "schema": 1,
        "years": asked.years,
        "confidence": asked.confidence,
        "weak-spots": weak,
        "spares": rows,
        "total": { "known": money(&Some(spares.total.known.clone())), "unknown": spares.total.unknown },
    });
    let mut text = serde_json::to_string_pretty(&whole).expect("plain values");
    text.push('\n');
    text
}
