//! What the build costs against clouds and servers, as JSON; the shape is in `docs/plan.md`. Money is a string, exact.

use analysis::plan::cost::{Amount, Payoff, Side, Why};
use serde_json::{Value, json};

use super::{Shown, name, notes};
use crate::bom::exact;
use crate::plan::{money, round};

/// The version of the shape.
pub const SCHEMA: u32 = 1;

/// The object as text.
pub fn text(shown: &Shown<'_>) -> String {
    let (build, cost) = (shown.view.build, &shown.cost);
    let whole = json!({
        "schema": SCHEMA,
        "build": { "name": build.meta.name, "version": build.meta.version },
        "currency": shown.currency,
        "months": cost.months,
        "resale": cost.resale.map(|share| share.normalize().to_string()),
        "kwh": cost.kwh.as_ref().map(money),
        "unpriced": cost.unpriced,
        "sides": cost.sides.iter().map(|side| self::side(shown, side)).collect::<Vec<_>>(),
    });
    serde_json::to_string_pretty(&whole).expect("plain values") + "\n"
}

fn side(shown: &Shown<'_>, side: &Side) -> Value {
    let build = shown.view.build;
    let extent = &side.extent;
    let number = |number: Option<rust_decimal::Decimal>| number.map(|number| number.normalize().to_string());
    json!({
        "versus": side.yardstick.map(|at| &build.yardsticks[at].id.value),
        "name": name(shown.view, side),
        "kind": side.yardstick.and_then(|at| build.yardsticks[at].kind.as_ref()),
        "capital": side.capital.as_ref().map(amount),
        "monthly": side.monthly.as_ref().ok().map(amount),
        "why-no-monthly": match &side.monthly {
            Ok(_) => None,
            Err(Why::NoPlace) => Some("fits no provider"),
            Err(Why::NoPrice) => Some("no price"),
        },
        "provider": side.place.as_ref().map(|place| &build.providers[place.provider].id.value),
        "watts": side.draw.as_ref().map(|(_, watts, _)| round(watts.0)),
        "kwh-a-month": side.draw.as_ref().map(|(.., hours)| hours.to_string()),
        "electricity": side.electricity.as_ref().map(amount),
        "totals": side.totals.iter().map(|total| total.as_ref().map(amount)).collect::<Vec<_>>(),
        "pays-off": side.payoff.map(payoff), "pays-off-at-own-outlet": side.at_home.map(payoff),
        "cores": number(extent.cores), "core-ghz": number(extent.core_ghz), "ram-gb": number(extent.ram),
        "storage-gb": number(extent.storage),
        "notes": if side.yardstick.is_some() { notes(shown.view, shown.own(), side) } else { Vec::new() },
    })
}

fn amount(amount: &Amount) -> Value {
    json!({ "amount": exact(amount.amount), "whole": amount.whole })
}

fn payoff(payoff: Payoff) -> Value {
    match payoff {
        Payoff::After { months, exact } => json!({ "is": "after", "months": months.to_string(), "exact": exact }),
        Payoff::AtOnce => json!({ "is": "at-once" }),
        Payoff::Until { months, exact } => json!({ "is": "until", "months": months.to_string(), "exact": exact }),
        Payoff::Never => json!({ "is": "never" }),
        Payoff::NotKnown => json!({ "is": "not-known" }),
    }
}
