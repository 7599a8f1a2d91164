//! The bill for people: sections, what is due and what is left of each line, sums, and what stands behind them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use analysis::bill::{Basis, Line, each, lengths};
use model::part::Offer;

use super::{Shown, at_least, metres, total};
use crate::summary::counted;

/// Characters of a part's name that are shown.
const NAME: usize = 44;
/// Parts that one line lists.
const LISTED: usize = 8;

/// The whole page.
pub fn page(shown: &Shown<'_>) -> String {
    let (bill, meta) = (&shown.bill, &shown.view.build.meta);
    let mut text: String = shown.asked.iter().map(|asked| format!("asked: {asked}\n")).collect();
    let _ = writeln!(text, "{} {}: the bill of {}, {}", meta.name, meta.version, shown.boxes(), shown.basis());
    for (name, lines, sum) in &bill.sections {
        let _ = writeln!(text, "\n{name}: {}", total(sum));
        for &line in lines {
            text.push_str(&row(shown, &bill.lines[line]));
        }
    }
    text.push('\n');
    text.push_str(&sums(shown));
    text.push_str(&behind(shown));
    text
}

/// `  3 × pack of 2   usb-a-screw   need 5, 1 left (1.66 USD)   29.97 USD`.
fn row(shown: &Shown<'_>, line: &Line) -> String {
    let part = shown.part(line);
    let packs: Vec<String> =
        shown
            .purchases(line)
            .map(|bought| {
                if bought.pack == 1 { bought.packs.to_string() } else { format!("{} × {}", bought.packs, bought.pack) }
            })
            .collect();
    let name: String = part.name.chars().take(NAME).collect();
    let cost = line.cost.as_ref().map_or_else(|| "unknown".to_owned(), ToString::to_string);
    let mut facts = Vec::new();
    match (line.metres, line.pieces) {
        (Some(long), _) => facts.push(format!("need {}", metres(long))),
        (None, 0) => facts.push("nothing needs it".to_owned()),
        (None, _) if part.consumable => facts.push("used up".to_owned()),
        (None, pieces) => facts.push(format!("need {pieces}")),
    }
    if line.kept > 0 {
        facts.push(format!("keep {}", line.kept));
    }
    if line.left > 0 {
        let worth = line.worth.as_ref().map_or_else(String::new, |worth| format!(" ({worth})"));
        facts.push(format!("{} left{worth}", line.left));
    }
    if line.short > 0 {
        facts.push(format!("{} short", line.short));
    }
    if let Some(life) = part.lifecycle {
        facts.push(life.word().replace('-', " "));
    }
    format!("  {:>8}  {name:<NAME$}  {:>12}  {}\n", packs.join(" + "), cost, facts.join(", "))
}

fn sums(shown: &Shown<'_>) -> String {
    let (build, bill) = (shown.view.build, &shown.bill);
    let mut text = format!("Total: {}, {}\n", total(&bill.total), counted(bill.lines.len(), "line"));
    if bill.total.unknown > 0 {
        let unknown = bill.lines.iter().filter(|line| line.cost.is_none()).map(|line| shown.part(line).id.as_str());
        let _ = writeln!(text, "  without a price: {}", listed(unknown));
    }
    if bill.units > 1 && shown.whole {
        let share = bill.total.known.amount.checked_div(bill.units.into()).unwrap_or_default().round_dp(2);
        let least = if bill.total.unknown > 0 { "at least " } else { "" };
        let _ = writeln!(text, "  a box: {least}{share:.2} {}", bill.total.known.currency);
    }
    let (pieces, worth) = shown.spare();
    if pieces > 0 {
        let count = usize::try_from(pieces).unwrap_or(usize::MAX);
        let _ = writeln!(text, "Left over: {}, worth {worth}", counted(count, "piece"));
    }
    let least = if bill.total.unknown > 0 { "at least " } else { "" };
    for one in each(build, &bill.total, bill.units).iter().filter(|_| shown.whole) {
        let _ = writeln!(text, "A {}: {least}{} ({} of them)", one.what, one.cost, one.count);
    }
    if bill.basis == Basis::Written {
        let _ = writeln!(text, "What is needed, bought the cheapest way: {}", at_least(&bill.cheapest));
    }
    if !bill.proved {
        let of = bill.lines.iter().filter(|line| line.cheapest.as_ref().is_some_and(|cover| !cover.proved));
        let _ = writeln!(text, "  not proved cheapest: {}", listed(of.map(|line| shown.part(line).id.as_str())));
    }
    text
}

/// Rates, ages, lengths, other roads.
fn behind(shown: &Shown<'_>) -> String {
    let (build, bill) = (shown.view.build, &shown.bill);
    let mut text = String::new();
    for (currency, rate) in &build.rates {
        let _ = writeln!(text, "Rate: 1 {currency} is {} on {}", super::exact(rate.worth.amount), rate.seen);
    }
    if let (Some((oldest, count)), Some(most)) = (shown.old(), build.meta.price_max_age) {
        let prices = if count == 1 { "1 price is".to_owned() } else { format!("{count} prices are") };
        let _ = writeln!(text, "{prices} older than {most} days, the oldest {oldest}");
    }
    let cut = lengths(build, bill.units);
    let mut wires = String::new();
    let bought: BTreeSet<_> = bill.lines.iter().map(|line| line.part).collect();
    for length in cut.iter().filter(|length| bought.contains(&length.stock)) {
        let unknown =
            if length.unknown > 0 { format!(", {} of unknown length", length.unknown) } else { String::new() };
        let colour = if length.colour.is_empty() { "no colour stated" } else { length.colour.as_str() };
        let count = counted(length.wires as usize, "wire");
        let stock = &build.part(length.stock).id;
        let least = if length.unknown > 0 { "at least " } else { "" };
        let _ = writeln!(wires, "  {stock} {colour}: {least}{} in {count}{unknown}", metres(length.metres));
    }
    if !wires.is_empty() {
        let _ = writeln!(text, "Wire to cut:\n{}", wires.trim_end_matches('\n'));
    }
    text.push_str(&others(shown));
    text
}

/// Id, name and offers of what could stand in a part's place.
type Road<'a> = (&'a str, &'a str, &'a [Offer]);

/// What could stand in the place of a part: what has a price by name, the rest by count.
fn others(shown: &Shown<'_>) -> String {
    let build = shown.view.build;
    let mut roads: BTreeMap<&str, Vec<Road<'_>>> = BTreeMap::new();
    for other in &build.alternatives {
        if let Some(old) = other.instead_of {
            let road = (other.id.value.as_str(), other.name.value.as_str(), other.offers.as_slice());
            roads.entry(build.part(old).id.as_str()).or_default().push(road);
        }
    }
    for other in &build.parts {
        if let Some(old) = &other.instead_of {
            let road = (other.id.as_str(), other.name.as_str(), other.offers.as_slice());
            roads.entry(old.value.as_str()).or_default().push(road);
        }
    }
    let (mut rows, mut unpriced) = (String::new(), 0);
    for line in &shown.bill.lines {
        let part = shown.part(line);
        for (id, name, offers) in roads.get(part.id.as_str()).into_iter().flatten() {
            match offers.iter().find_map(|offer| offer.price.as_ref()) {
                Some((price, _)) => {
                    let _ = writeln!(rows, "  --with {id}: {name} instead of `{}`, {price}", part.id);
                }
                None => unpriced += 1,
            }
        }
    }
    if unpriced > 0 {
        let _ = writeln!(rows, "  {} without a price", counted(unpriced, "other"));
    }
    if rows.is_empty() { rows } else { format!("Other roads:\n{rows}") }
}

fn listed<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    let mut all: Vec<&str> = ids.collect();
    let more = all.len().saturating_sub(LISTED);
    all.truncate(LISTED);
    if more > 0 { format!("{} and {more} more", all.join(", ")) } else { all.join(", ") }
}
