//! What the build costs against clouds and servers, for people.

pub mod chart;
mod json;
mod words;

use std::fmt::Write as _;

use analysis::plan::cost::{Cost, Payoff, Question, Side, Why, compute, sums_in};
use model::units::Money;
use rust_decimal::Decimal;

use super::{WIDE, cents, sentence};
use crate::View;
use crate::terminal::wrapped;

pub use chart::svg;
pub use json::{SCHEMA, text as json};
pub use words::{apart, at_outlet, lives, name, notes, payoff};

/// Months that are summed over where nobody asks for others.
pub const MONTHS: [u32; 3] = [12, 24, 36];
/// Characters of a name in a table.
const NAME: usize = 27;
/// Columns of sums that stand beside each other.
const COLUMNS: usize = 4;

/// The comparison and the view that it is of.
pub struct Shown<'a> {
    /// The view.
    pub view: View<'a>,
    /// The comparison.
    pub cost: Cost,
    /// The currency of all sums.
    pub currency: &'a str,
}

impl<'a> Shown<'a> {
    /// Compares.
    pub fn new(view: View<'a>, question: &Question) -> Self {
        let cost = compute(view.build, &view.facts.purchase, &view.facts.budget, question);
        Self { view, cost, currency: sums_in(view.build) }
    }

    /// What is asked where nobody asks for anything.
    pub fn usual(view: View<'a>) -> Self {
        Self::new(view, &Question { months: MONTHS.to_vec(), ..Question::default() })
    }

    /// The build.
    pub fn own(&self) -> &Side {
        &self.cost.sides[0]
    }

    /// What it is compared with.
    pub fn others(&self) -> &[Side] {
        &self.cost.sides[1..]
    }

    /// What a sum comes to for each core, core-GHz or GB of memory, over the last of the months.
    pub fn per(&self, side: &Side, extent: Option<Decimal>) -> Option<String> {
        let total = side.totals.last()?.as_ref()?;
        let each = total.amount.checked_div(extent?)?;
        Some(format!("{}{}", least(total.whole), cents(each)))
    }

    /// The head: what it costs, where it lives, what is not counted. A sentence each.
    pub fn head(&self) -> Vec<String> {
        let (own, money) = (self.own(), |amount| Money { amount, currency: self.currency.to_owned() });
        let capital = own.capital.as_ref().map_or("at a price that is not known".to_owned(), |capital| {
            let lines = match self.cost.unpriced {
                0 => String::new(),
                count => format!(", {} without a price", crate::summary::counted(count, "line")),
            };
            let least = if capital.whole { "" } else { "at least " };
            format!("{least}{}{lines}", money(capital.amount))
        });
        let resale = match self.cost.resale {
            Some(share) => {
                let percent = (share * Decimal::ONE_HUNDRED).normalize();
                format!("Less what is bought brings when sold: {percent} % of its price.")
            }
            None => "What is bought counts for nothing at the end: resale is not counted.".to_owned(),
        };
        let power = match &self.cost.kwh {
            Some(kwh) => format!("Electricity is in a lease; at one's own outlet it is {kwh} a kWh."),
            None => "Electricity is in a lease; at one's own outlet it is not counted.".to_owned(),
        };
        let mut head = vec![format!("To buy: {capital}. It lives {}.", lives(self.view, own)), resale, power];
        if self.others().iter().any(|side| side.monthly == Err(Why::NoPlace) && side.capital.is_some()) {
            head.push(
                "What fits no provider here counts with its price alone: what a place costs it is not known."
                    .to_owned(),
            );
        }
        head
    }
}

/// `≥ ` before what is at least so much.
pub fn least(whole: bool) -> &'static str {
    if whole { "" } else { "≥ " }
}

/// An amount in a table; a dash where it is not known.
pub fn cell(amount: Option<&analysis::plan::cost::Amount>) -> String {
    amount.map_or("–".to_owned(), |amount| format!("{}{}", least(amount.whole), cents(amount.amount)))
}

/// The page.
pub fn page(shown: &Shown<'_>) -> String {
    let meta = &shown.view.build.meta;
    let mut text = format!("{} {}: what it costs against renting\n", meta.name, meta.version);
    for words in shown.head() {
        text.push_str(&sentence(&words));
    }
    if shown.cost.resale.is_none() || shown.cost.kwh.is_none() {
        text.push_str(&sentence("To count them: `[resale]` and `[electricity]`, or `--resale` and `--kwh`."));
    }
    if shown.others().is_empty() {
        text.push_str("\nNothing is listed to compare with: `[versus.<id>]` of any `bom/*.toml` does.\n");
    }
    text.push('\n');
    text.push_str(&sentence(&format!(
        "Sums in {}; ≥ at least and ≤ at most, because a price or a place is missing. Months to the nearest tenth, half a tenth upwards.",
        shown.currency
    )));
    let _ = writeln!(text, "\n{:NAME$} {:>12} {:>11}  the build costs less", "", "to buy", "a month");
    for side in &shown.cost.sides {
        let pays = side.payoff.as_ref().map_or(String::new(), |pays| payoff(*pays));
        let monthly = cell(side.monthly.as_ref().ok());
        row(&mut text, shown, side, &[(cell(side.capital.as_ref()), 12), (monthly, 11)], &pays);
    }
    for (at, months) in shown.cost.months.chunks(COLUMNS).enumerate() {
        let heads: Vec<(String, usize)> = months.iter().map(|months| (words::months(*months), 12)).collect();
        text.push('\n');
        heading(&mut text, "over", &heads);
        for side in &shown.cost.sides {
            let sums = &side.totals[at * COLUMNS..][..months.len()];
            let cells: Vec<(String, usize)> = sums.iter().map(|sum| (cell(sum.as_ref()), 12)).collect();
            row(&mut text, shown, side, &cells, "");
        }
    }
    if let Some(last) = shown.cost.months.last() {
        text.push('\n');
        let heads = ["a core", "a core-GHz", "a GB of RAM"].map(|head| (head.to_owned(), 12));
        heading(&mut text, &format!("over {}, for", words::months(*last)), &heads);
        for side in &shown.cost.sides {
            let of = &side.extent;
            let cells = [of.cores, of.core_ghz, of.ram];
            let cells = cells.map(|extent| (shown.per(side, extent).unwrap_or_else(|| "–".to_owned()), 12));
            row(&mut text, shown, side, &cells, "");
        }
    }
    text.push_str(&outlet(shown));
    text.push_str(&behind(shown));
    text
}

fn heading(text: &mut String, what: &str, heads: &[(String, usize)]) {
    let _ = write!(text, "{what:NAME$}");
    for (head, width) in heads {
        let _ = write!(text, " {head:>width$}");
    }
    text.push('\n');
}

fn row(text: &mut String, shown: &Shown<'_>, side: &Side, cells: &[(String, usize)], last: &str) {
    let name: String = name(shown.view, side).chars().take(NAME).collect();
    let mut line = format!("{name:NAME$}");
    for (cell, width) in cells {
        let _ = write!(line, " {cell:>width$}");
    }
    let _ = write!(line, "  {last}");
    let _ = writeln!(text, "{}", line.trim_end());
}

/// What stands on one's own outlet: nothing is rented, and electricity is paid.
fn outlet(shown: &Shown<'_>) -> String {
    let mut text = String::from("\n");
    let columns = [("W at most", 9), ("kWh a month", 11), ("a month", 8)];
    heading(&mut text, "at one's own outlet", &columns.map(|(head, width)| (head.to_owned(), width)));
    for side in shown.cost.sides.iter().filter(|side| side.draw.is_some()) {
        let Some((_, watts, hours)) = &side.draw else { continue };
        let cells = [format!("{:.0}", watts.0), hours.to_string(), cell(side.electricity.as_ref())];
        let pays = side.at_home.map_or(String::new(), payoff);
        let mut widths = columns.iter().map(|(_, width)| *width);
        let cells = cells.map(|cell| (cell, widths.next().unwrap_or_default()));
        row(&mut text, shown, side, &cells, &pays);
    }
    text
}

/// Where each lives or why it lives nowhere, and what makes it another thing than the build.
fn behind(shown: &Shown<'_>) -> String {
    let mut text = String::new();
    for side in shown.others() {
        let mut told = lives(shown.view, side);
        for more in notes(shown.view, shown.own(), side).into_iter().chain(at_outlet(shown, side)) {
            told = if told.is_empty() { more } else { format!("{told}; {more}") };
        }
        if !told.is_empty() {
            let _ = writeln!(text, "{}", wrapped(&format!("{}: {told}", name(shown.view, side)), WIDE, 2));
        }
    }
    if text.is_empty() { text } else { format!("\nNot the same thing:\n{text}") }
}

/// Whether the build costs less in the end.
pub fn pays(payoff: &Payoff) -> bool {
    matches!(payoff, Payoff::After { .. } | Payoff::AtOnce)
}
