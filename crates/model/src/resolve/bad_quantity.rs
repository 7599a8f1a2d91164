//! A text where a quantity is due that cannot be read as one.
//!
//! A quantity that is not understood is worth as little as none, and everything computed from it would rest on nothing. It
//! counts as unstated until it can be read.
//!
//! ## Example
//! ```toml wiring/power.toml
//! [power]
//! wires-at = "60..20 degC"
//! ```
//! ```text
//! error[M004 bad-quantity]: `wires-at = "60..20 degC"` runs from the larger number to the smaller
//!  --> wiring/power.toml:2:13
//!   |
//! 2 | wires-at = "60..20 degC"
//!   |             ^^^^^^
//! ```
//! ## Instead
//! ```toml wiring/power.toml
//! [power]
//! wires-at = "20..60 degC"
//! ```
//! ## Cases
//! A gauge may run either way (`24..12 AWG`). Numbers below zero stand for volts and degrees only. A price is one exact
//! amount, without range or tolerance.
//!
//! ## Sources
//! The form of a quantity: `docs/language.md`, "Quantities, unknowns, cites".

use source::{Finding, Rule, Severity, Span};

use super::quantity::{Trouble, TroubleKind};

/// `M004`.
pub static RULE: Rule = Rule {
    code: "M004",
    name: "bad-quantity",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("bad_quantity.rs"),
};

/// `text`: what stands under `key`.
pub fn finding(subject: &str, key: &str, text: &str, trouble: &Trouble) -> Finding {
    let why = match &trouble.what {
        TroubleKind::NoNumber => "has no number where one is due".to_owned(),
        TroubleKind::NoUnit => "has no unit".to_owned(),
        TroubleKind::UnknownUnit(symbol, _) => format!("has the unit `{symbol}`, which is none"),
        TroubleKind::Downwards => "runs from the larger number to the smaller".to_owned(),
        TroubleKind::TooLarge => "is larger than anything counted here".to_owned(),
        TroubleKind::Negative => "is below zero".to_owned(),
        TroubleKind::BadTolerance => "has a tolerance that is no number with a unit".to_owned(),
        TroubleKind::MixedUnits => "has a tolerance in another unit".to_owned(),
        TroubleKind::NotExact => "is no exact amount".to_owned(),
        TroubleKind::Free => "is no price: what nobody knows is written \"unstated\"".to_owned(),
        TroubleKind::NoFall => {
            "is no price break: each costs less than what stands before it, in the same currency, from more packs on"
                .to_owned()
        }
        TroubleKind::Trailing(rest) => format!("goes on with `{rest}`, which belongs to no quantity"),
    };
    let shown: String = text.chars().take(60).collect();
    let finding = Finding::new(&RULE, format!("{subject}:{key}"), trouble.at, format!("`{key} = \"{shown}\"` {why}"));
    match &trouble.what {
        TroubleKind::UnknownUnit(_, Some(near)) => finding.with_help(format!("write `{near}`")),
        TroubleKind::NoNumber => finding.with_note("a number that nobody knows is written \"unstated\""),
        _ => finding,
    }
}

/// `key` holds `unstated` where everything hangs on the number: nothing can be judged.
pub fn unstated(subject: &str, key: &str, span: Span) -> Finding {
    Finding::not_verified(&RULE, format!("{subject}:{key}"), span, format!("`{key}` of `{subject}` is not stated"))
}
