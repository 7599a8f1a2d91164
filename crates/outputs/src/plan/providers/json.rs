//! Where the box could live, as JSON; the shape is in `docs/plan.md`.

use analysis::budget::WORST;
use analysis::plan::providers::{Found, Place, Share, Transfer, Verdict};
use serde_json::{Value, json};

use super::{Shown, reasons};
use crate::View;
use crate::plan::{money, round};

/// The version of the shape.
pub const SCHEMA: u32 = 1;

/// The object as text.
pub fn text(shown: &Shown<'_>) -> String {
    let (build, needs) = (shown.view.build, &shown.needs);
    let whole = json!({
        "schema": SCHEMA,
        "build": { "name": build.meta.name, "version": build.meta.version },
        "needs": {
            "addresses": needs.addresses, "addresses-stated": needs.addresses_stated, "ports": needs.ports,
            "plugs": needs.plugs, "units": needs.height, "derate": round(needs.derate),
        },
        "providers": shown.places.iter().map(|place| self::place(shown.view, place)).collect::<Vec<_>>(),
    });
    serde_json::to_string_pretty(&whole).expect("plain values") + "\n"
}

/// A verdict as a word.
pub fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fits => "fits",
        Verdict::NotKnown => "not-known",
        Verdict::No => "no",
    }
}

fn place(view: View<'_>, place: &Place) -> Value {
    let provider = &view.build.providers[place.provider];
    let (monthly, transfer) = (&place.monthly, &place.transfer);
    let (kind, number) = match transfer {
        Transfer::Hours(hours) => ("hours", Some(*hours)),
        Transfer::Beyond(bytes) => ("beyond", Some(bytes.0)),
        Transfer::Free(bytes) => ("free", Some(bytes.0)),
        Transfer::NotKnown => ("not-known", None),
    };
    json!({
        "provider": provider.id.value, "name": provider.name.value, "verdict": word(place.verdict),
        "closed": place.closed,
        "reasons": reasons(view, place).iter().map(|(verdict, why)| {
            json!({ "verdict": word(*verdict), "why": why })
        }).collect::<Vec<_>>(),
        "allowed": place.allowed.map(|amps| round(amps.0)), "watts": place.watts.map(|watts| round(watts.0)),
        "draws": place.draws.iter().map(|draw| json!({
            "scenario": match draw.scenario {
                WORST => None,
                at => Some(&view.build.scenarios[at].id.value),
            },
            "found": match draw.found {
                Found::Computed => "computed",
                Found::AtLeast => "at-least",
                Found::Measured => "measured",
            },
            "amps": round(draw.amps.0), "allowed": round(draw.allowed.0), "verdict": word(draw.verdict()),
        })).collect::<Vec<_>>(),
        "units": share(&place.height), "addresses": share(&place.addresses), "ports": share(&place.ports),
        "plugs": share(&place.plugs),
        "monthly": {
            "lease": monthly.lease.as_ref().map(money), "addresses": monthly.addresses.as_ref().map(money),
            "known": monthly.known.as_ref().map(money), "whole": monthly.whole,
        },
        "per-ampere": place.per_amp.as_ref().map(money),
        "transfer": { "is": kind, "number": number.map(round) },
    })
}

fn share<T: Copy + PartialOrd + serde::Serialize>(share: &Share<T>) -> Value {
    json!({ "need": share.need, "may": share.may, "verdict": word(share.verdict()) })
}
