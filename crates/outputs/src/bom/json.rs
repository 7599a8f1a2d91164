//! The bill as JSON; the shape is in `docs/bom.md`. Money is a string, exact to the last place.
//!
//! Keys stand in the order of letters, in every object. Lines are written as they are walked: a long bill is never held a second time.

use analysis::bill::{Basis, Line, Total, each, lengths};
use model::units::Money;
use serde::{Serialize, Serializer};

use super::{Purchased, Shown, exact};

/// The version of the shape.
pub const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Whole<'a> {
    asked: &'a [String],
    basis: &'static str,
    build: Identity<'a>,
    cheapest: Cheapest<'a>,
    each: Vec<One<'a>>,
    left: Left<'a>,
    lines: Lines<'a>,
    rates: Vec<Rate<'a>>,
    schema: u32,
    sections: Vec<Section<'a>>,
    total: Sum<'a>,
    units: u32,
    wire: Vec<Wire<'a>>,
}

#[derive(Serialize)]
struct Identity<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct Cheapest<'a> {
    proved: bool,
    total: Sum<'a>,
}

#[derive(Serialize)]
struct One<'a> {
    cost: Amount<'a>,
    count: String,
    what: &'static str,
}

#[derive(Serialize)]
struct Left<'a> {
    pieces: u64,
    worth: Amount<'a>,
}

#[derive(Serialize)]
struct Rate<'a> {
    is: Amount<'a>,
    of: &'a str,
    seen: String,
}

#[derive(Serialize)]
struct Section<'a> {
    lines: &'a [usize],
    name: &'a str,
    total: Sum<'a>,
}

#[derive(Serialize)]
struct Wire<'a> {
    colour: &'a str,
    metres: f64,
    stock: &'a str,
    unknown: u32,
    wires: u32,
}

#[derive(Serialize)]
struct Sum<'a> {
    known: Amount<'a>,
    unknown: usize,
}

#[derive(Serialize)]
struct Amount<'a> {
    amount: String,
    currency: &'a str,
}

#[derive(Serialize)]
struct Row<'a> {
    age: Option<i64>,
    bought: u64,
    buy: Vec<Bought<'a>>,
    cheapest: Option<Cover>,
    cost: Option<Amount<'a>>,
    kept: u64,
    kind: &'a str,
    left: u64,
    lifecycle: Option<&'static str>,
    maker: Option<&'a str>,
    metres: Option<f64>,
    mpn: Option<&'a str>,
    name: &'a str,
    part: &'a str,
    pieces: u64,
    short: u64,
    #[serde(rename = "used-by")]
    used_by: &'a [String],
    worth: Option<Amount<'a>>,
}

#[derive(Serialize)]
struct Bought<'a> {
    at: Option<&'a str>,
    pack: u32,
    packs: u32,
    price: Option<Amount<'a>>,
    seen: Option<String>,
    sku: Option<&'a str>,
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct Cover {
    cost: String,
    proved: bool,
}

/// All lines, each made when it is written.
struct Lines<'a>(&'a Shown<'a>);

impl Serialize for Lines<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.bill.lines.iter().map(|line| row(self.0, line)))
    }
}

/// The object as text.
pub fn text(shown: &Shown<'_>) -> String {
    let (view, bill) = (shown.view, &shown.bill);
    let (pieces, worth) = shown.spare();
    let cut = lengths(view.build, bill.units);
    let each = if shown.whole { each(view.build, &bill.total, bill.units) } else { Vec::new() };
    let whole = Whole {
        asked: &shown.asked,
        basis: match bill.basis {
            Basis::Written => "buy",
            Basis::Due => "due",
        },
        build: Identity { name: &view.build.meta.name, version: &view.build.meta.version },
        cheapest: Cheapest { proved: bill.proved, total: total(&bill.cheapest) },
        each: each
            .iter()
            .map(|one| One { cost: money(&one.cost), count: one.count.to_string(), what: one.what })
            .collect(),
        left: Left { pieces, worth: money(&worth) },
        lines: Lines(shown),
        rates: view
            .build
            .rates
            .iter()
            .map(|(currency, rate)| Rate { is: money(&rate.worth), of: currency, seen: rate.seen.to_string() })
            .collect(),
        schema: SCHEMA,
        sections: bill.sections.iter().map(|(name, lines, sum)| Section { lines, name, total: total(sum) }).collect(),
        total: total(&bill.total),
        units: bill.units,
        wire: cut
            .iter()
            .map(|length| Wire {
                colour: &length.colour,
                metres: round(length.metres),
                stock: &view.build.part(length.stock).id,
                unknown: length.unknown,
                wires: length.wires,
            })
            .collect(),
    };
    serde_json::to_string_pretty(&whole).expect("plain values") + "\n"
}

fn row<'a>(shown: &'a Shown<'a>, line: &'a Line) -> Row<'a> {
    let part = shown.part(line);
    Row {
        age: line.age,
        bought: line.bought,
        buy: shown.purchases(line).map(|bought| self::bought(&bought)).collect(),
        cheapest: line.cheapest.as_ref().map(|cover| Cover { cost: exact(cover.cost), proved: cover.proved }),
        cost: line.cost.as_ref().map(money),
        kept: line.kept,
        kind: &part.kind,
        left: line.left,
        lifecycle: part.lifecycle.map(model::part::Lifecycle::word),
        maker: part.maker.as_deref(),
        metres: line.metres.map(round),
        mpn: part.mpn.as_deref(),
        name: &part.name,
        part: &part.id,
        pieces: line.pieces,
        short: line.short,
        used_by: &shown.need(line).because,
        worth: line.worth.as_ref().map(money),
    }
}

fn bought<'a>(bought: &Purchased<'a>) -> Bought<'a> {
    let offer = bought.offer;
    let seen = bought.price.and(offer).and_then(|offer| offer.seen);
    Bought {
        at: offer.and_then(|offer| offer.at.as_ref()).map(|at| at.value.as_str()),
        pack: bought.pack,
        packs: bought.packs,
        price: bought.price.map(money),
        seen: seen.map(|seen| seen.to_string()),
        sku: offer.and_then(|offer| offer.sku.as_ref()).map(|sku| sku.value.as_str()),
        url: offer.and_then(|offer| offer.url.as_deref()),
    }
}

fn total(total: &Total) -> Sum<'_> {
    Sum { known: money(&total.known), unknown: total.unknown }
}

fn money(money: &Money) -> Amount<'_> {
    Amount { amount: exact(money.amount), currency: &money.currency }
}

/// Metres to the millimetre.
fn round(metres: f64) -> f64 {
    (metres * 1000.0).round() / 1000.0
}
