//! Rules of fit (family F): bodies in their box, the lid above them, the wires between them.

mod bodies_overlap;
mod body_outside;
mod lid_open;
mod wire_too_short;

use analysis::layout::Stand;
use model::units::{Metres, Number};
use source::Span;

use crate::{Check, Context};

/// Every rule of the family, in the order of their codes.
pub const CHECKS: &[Check] = &[
    Check { rule: &bodies_overlap::RULE, run: bodies_overlap::run },
    Check { rule: &body_outside::RULE, run: body_outside::run },
    Check { rule: &lid_open::RULE, run: lid_open::run },
    Check { rule: &wire_too_short::RULE, run: wire_too_short::run },
];

fn name<'a>(context: Context<'a>, stand: &Stand) -> &'a str {
    &context.build.device(stand.device).name
}

fn span(context: Context<'_>, stand: &Stand) -> Span {
    context.build.places[stand.place].span
}

/// `36 mm`, `0.5 mm`: to a tenth, as no body is measured better.
fn millimetres(um: i64) -> String {
    let tenths = (um + if um < 0 { -50 } else { 50 }) / 100;
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} mm"),
        (whole, rest) => format!("{}{}.{} mm", if tenths < 0 { "-" } else { "" }, whole.abs(), rest.abs()),
    }
}

/// Keys without a number, as a list.
fn missing<'a>(keys: impl Iterator<Item = (&'static str, &'a Number<Metres>)>) -> String {
    let keys: Vec<&str> = keys.filter(|(_, number)| number.known().is_none()).map(|(key, _)| key).collect();
    crate::story::list(&keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>(), 4)
}
