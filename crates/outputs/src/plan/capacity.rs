//! How many more of a device fit: the ladder of everything that stops them, least first.

use analysis::capacity::{Capacity, Mark, Rung};
use model::Build;
use model::units::shown;
use serde_json::{Value, json};

use super::paragraph;
use crate::View;

/// A ladder, and what became of trying it.
#[derive(Clone, Debug)]
pub struct Ladder {
    /// The rungs.
    pub capacity: Capacity,
    /// How many more were really added and checked without an error of their own; `None` where nothing was tried.
    pub tried: Option<u32>,
}

impl Ladder {
    /// Whether something is exceeded already.
    pub fn is_broken(&self) -> bool {
        self.capacity.broken().next().is_some() || !self.capacity.stranded.is_empty()
    }
}

/// The page.
pub fn page(view: View<'_>, ladder: &Ladder) -> String {
    let (build, capacity) = (view.build, &ladder.capacity);
    let Some(of) = capacity.of else {
        return paragraph("Room for more computers: not known, for there is none in the build", 0);
    };
    let device = build.device(of);
    let mut text = paragraph(&format!("Room for more like `{}`: {}", device.name, answer(capacity)), 0);
    for rung in capacity.broken() {
        text.push_str(&paragraph(&format!("exceeded already: {}", said(build, rung)), 2));
    }
    if !capacity.stranded.is_empty() {
        let names: Vec<String> = capacity.stranded.iter().map(|id| format!("`{}`", build.device(*id).name)).collect();
        text.push_str(&paragraph(&format!("too many already: {} has no live supply", names.join(", ")), 2));
    }
    let binds = binding(capacity);
    if !binds.is_empty() {
        let verb = if binds.len() == 1 { "binds" } else { "bind" };
        text.push_str(&paragraph(&format!("{} {verb}", binds.join(", ")), 2));
    }
    if let Some(stock) = capacity.in_stock() {
        let words = match stock {
            0 => "none of them from what is in stock: something has to be bought for the first".to_owned(),
            stock => format!("{stock} of them from what is in stock"),
        };
        text.push_str(&paragraph(&words, 2));
    }
    match ladder.tried {
        Some(tried) => {
            let words = format!(
                "tried: with {tried} more in the build, no rule of wiring and currents finds an error of theirs"
            );
            text.push_str(&paragraph(&words, 2));
        }
        None => text.push_str(&paragraph("nothing tried: there is room for none", 2)),
    }
    text.push_str("\n  more  removed by\n");
    for rung in &capacity.rungs {
        let star = if rung.mark != Mark::Buy && is_binding(capacity, rung) { '*' } else { ' ' };
        let head = format!("{star}{:>5}  {:<6}  ", rung.more, rung.mark.word());
        let body = crate::terminal::wrapped(&said(build, rung), super::WIDE - 15, 2);
        for (nth, row) in body.lines().enumerate() {
            text.push_str(&if nth == 0 { format!("{head}{row}\n") } else { format!("{:15}{row}\n", "") });
        }
    }
    if capacity.rungs.is_empty() {
        text.push_str(&paragraph("nothing of it is limited by anything that the build states", 2));
    }
    if !capacity.unknown.is_empty() {
        text.push_str("\n  not known\n");
        for unknown in &capacity.unknown {
            text.push_str(&paragraph(unknown, 8));
        }
    }
    text
}

/// `3`, `at most 3`, `not known`.
pub fn answer(capacity: &Capacity) -> String {
    match (capacity.more, capacity.at_most) {
        (Some(more), _) => more.to_string(),
        (None, Some(most)) => format!("at most {most}, and not everything is known"),
        (None, None) => "not known".to_owned(),
    }
}

fn is_binding(capacity: &Capacity, rung: &Rung) -> bool {
    capacity.at_most.is_some_and(|most| rung.more.max(0) == i64::from(most))
}

fn binding(capacity: &Capacity) -> Vec<&str> {
    let binding = capacity.rungs.iter().filter(|rung| rung.mark != Mark::Buy && is_binding(capacity, rung));
    binding.map(|rung| rung.what.as_str()).collect()
}

/// `switch ports: 6 of 8 taken, one more takes 1`.
fn said(build: &Build, rung: &Rung) -> String {
    let sum = &rung.sum;
    let amount = |base: f64| if sum.unit.is_empty() { format!("{base:.0}") } else { shown(base, sum.unit) };
    let when = match sum.scenario {
        None => String::new(),
        Some(at) => build.scenarios.get(at).map_or(" at worst".to_owned(), |at| format!(" in `{}`", at.id.value)),
    };
    format!(
        "{}: {} of {} taken{when}, one more takes {}",
        rung.what,
        amount(sum.used),
        amount(sum.limit),
        amount(sum.need)
    )
}

/// The object as text; the shape is in `docs/plan.md`.
pub fn json(view: View<'_>, ladder: &Ladder) -> String {
    let mut text = serde_json::to_string_pretty(&value(view, ladder)).expect("plain values");
    text.push('\n');
    text
}

fn value(view: View<'_>, ladder: &Ladder) -> Value {
    let (build, capacity) = (view.build, &ladder.capacity);
    let rung = |rung: &Rung| {
        let scenario = rung.sum.scenario.map(|at| build.scenarios.get(at).map_or("worst", |at| at.id.as_str()));
        json!({
            "what": rung.what,
            "more": rung.more,
            "mark": rung.mark.word(),
            "binds": rung.mark != Mark::Buy && is_binding(capacity, rung),
            "used": rung.sum.used,
            "limit": rung.sum.limit,
            "need": rung.sum.need,
            "unit": rung.sum.unit,
            "scenario": scenario,
        })
    };
    json!({
        "schema": 1,
        "device": capacity.of.map(|of| build.device(of).name.as_str()),
        "more": capacity.more,
        "at-most": capacity.at_most,
        "in-stock": capacity.in_stock(),
        "tried": ladder.tried,
        "rungs": capacity.rungs.iter().map(rung).collect::<Vec<_>>(),
        "unknown": capacity.unknown,
        "without-supply": capacity.stranded.iter().map(|id| &build.device(*id).name).collect::<Vec<_>>(),
    })
}
