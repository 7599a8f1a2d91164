//! The bill as JSON; the shape is in `docs/bom.md`. Money is a string, exact to the last place.

use analysis::bill::{Basis, Line, Total, each, lengths};
use model::units::Money;
use serde_json::{Value, json};

use super::{Shown, exact};

/// The version of the shape.
pub const SCHEMA: u32 = 1;

/// The object as text.
pub fn text(shown: &Shown<'_>) -> String {
    let (view, bill) = (shown.view, &shown.bill);
    let (pieces, worth) = shown.spare();
    let cut = lengths(view.build, bill.units);
    let whole = json!({
        "schema": SCHEMA,
        "build": { "name": view.build.meta.name, "version": view.build.meta.version },
        "units": bill.units,
        "basis": match bill.basis { Basis::Written => "buy", Basis::Due => "due" },
        "asked": shown.asked,
        "total": total(&bill.total),
        "cheapest": { "total": total(&bill.cheapest), "proved": bill.proved },
        "left": { "pieces": pieces, "worth": money(&worth) },
        "each": each(view.build, &bill.total, bill.units).iter().filter(|_| shown.whole).map(|one| {
            json!({ "what": one.what, "count": one.count.to_string(), "cost": money(&one.cost) })
        }).collect::<Vec<_>>(),
        "rates": view.build.rates.iter().map(|(currency, rate)| {
            json!({ "of": currency, "is": money(&rate.worth), "seen": rate.seen.to_string() })
        }).collect::<Vec<_>>(),
        "sections": bill.sections.iter().map(|(name, lines, sum)| {
            json!({ "name": name, "lines": lines, "total": total(sum) })
        }).collect::<Vec<_>>(),
        "lines": bill.lines.iter().map(|line| self::line(shown, line)).collect::<Vec<_>>(),
        "wire": cut.iter().map(|length| json!({
            "stock": view.build.part(length.stock).id, "colour": length.colour, "wires": length.wires,
            "metres": round(length.metres), "unknown": length.unknown,
        })).collect::<Vec<_>>(),
    });
    serde_json::to_string_pretty(&whole).expect("plain values") + "\n"
}

fn line(shown: &Shown<'_>, line: &Line) -> Value {
    let part = shown.part(line);
    let buy: Vec<Value> = shown
        .purchases(line)
        .map(|bought| {
            let offer = bought.offer;
            json!({
                "packs": bought.packs, "pack": bought.pack, "price": bought.price.map(money),
                "at": offer.and_then(|offer| offer.at.as_ref()).map(|at| &at.value),
                "sku": offer.and_then(|offer| offer.sku.as_ref()).map(|sku| &sku.value),
                "url": offer.and_then(|offer| offer.url.as_ref()),
                "seen": bought.price.and(offer).and_then(|offer| offer.seen).map(|seen| seen.to_string()),
            })
        })
        .collect();
    json!({
        "part": part.id, "name": part.name, "kind": part.kind, "maker": part.maker, "mpn": part.mpn,
        "lifecycle": part.lifecycle.map(model::part::Lifecycle::word),
        "pieces": line.pieces, "metres": line.metres.map(round), "kept": line.kept, "bought": line.bought, "left": line.left,
        "short": line.short, "worth": line.worth.as_ref().map(money), "cost": line.cost.as_ref().map(money), "age": line.age,
        "buy": buy, "used-by": shown.need(line).because,
        "cheapest": line.cheapest.as_ref().map(|cover| json!({ "cost": exact(cover.cost), "proved": cover.proved })),
    })
}

fn total(total: &Total) -> Value {
    json!({ "known": money(&total.known), "unknown": total.unknown })
}

fn money(money: &Money) -> Value {
    json!({ "amount": exact(money.amount), "currency": money.currency })
}

/// Metres to the millimetre.
fn round(metres: f64) -> f64 {
    (metres * 1000.0).round() / 1000.0
}
