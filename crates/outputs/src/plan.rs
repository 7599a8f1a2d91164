//! What `wireloom plan` prints, a file a section.

pub mod added;
pub mod capacity;
pub mod cost;
pub mod layout;
pub mod providers;
pub mod spares;

use model::units::Money;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};

use crate::terminal::wrapped;

/// Characters of a line.
const WIDE: usize = 80;
/// Blanks before what belongs to a row.
const INDENT: usize = 3;
/// Characters of the word that begins such a line.
const WORD: usize = 8;

/// `   feed     1 A at 120 V: …`, broken below its text.
fn line(word: &str, text: &str) -> String {
    let left = INDENT + word.chars().count().max(WORD) + 1;
    let text = wrapped(text, WIDE - INDENT - WORD - 1, 0).replace('\n', &format!("\n{:left$}", ""));
    format!("{:INDENT$}{word:WORD$} {text}\n", "")
}

/// A paragraph with its first line at `indent`, and two more columns before those that follow.
fn paragraph(text: &str, indent: usize) -> String {
    let body = wrapped(text, WIDE - indent - 2, 2);
    let pad = " ".repeat(indent);
    body.lines().map(|line| format!("{pad}{line}\n")).collect()
}

/// A sentence at the left edge.
fn sentence(text: &str) -> String {
    wrapped(text, WIDE, 0) + "\n"
}

/// `1 port`, `2 ports`, `2 addresses`.
fn many(count: u32, one: &str) -> String {
    match (count, one.ends_with('s')) {
        (1, _) => format!("1 {one}"),
        (_, true) => format!("{count} {one}es"),
        (_, false) => format!("{count} {one}s"),
    }
}

/// To the cent, half a cent upwards.
fn cents(amount: Decimal) -> String {
    let mut amount = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    amount.rescale(2);
    amount.to_string()
}

/// `{ "amount": "862.00", "currency": "USD" }`.
fn money(money: &Money) -> Value {
    json!({ "amount": crate::bom::exact(money.amount), "currency": money.currency })
}

/// To six places: what follows is noise of the arithmetic.
fn round(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}
