//! Every piece of the network in a row: its numbers, its volts and amperes.

use analysis::power::{Edge, What};

use super::question::{Question, figures};
use super::report::Amperes;
use super::told;
use crate::View;
use crate::bom_csv::written;

/// The columns, in their order.
pub const COLUMNS: [&str; 15] = [
    "kind",
    "name",
    "from",
    "to",
    "quantity",
    "least",
    "typical",
    "most",
    "volts-typical",
    "volts-least",
    "volts-most",
    "amperes-typical",
    "amperes-most",
    "watts-typical",
    "asked",
];

/// The table, in the order of pieces. An empty cell is a number that nobody knows.
pub fn csv(view: View<'_>, question: &Question) -> String {
    let figures = figures(view, question);
    let power = &view.facts.power;
    let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
    for (piece, of) in (0..).zip(&power.harness.pieces) {
        let bound = &figures.bounds[piece as usize];
        if bound.fighting || matches!(of.what, What::Join(..) if of.ends[0] == of.ends[1]) {
            continue;
        }
        let amperes = Amperes::of(&figures, piece);
        let (quantity, value) = of.numbers.value;
        let volts = figures.volts[piece as usize].filter(|_| bound.lowest != Edge::Unknown);
        let watts = if of.what.conducts() && value.is_known() {
            amperes.typical.map(|amperes| amperes * amperes * value.typical)
        } else {
            volts.zip(amperes.typical).map(|(volts, amperes)| volts * amperes)
        };
        rows.push(vec![
            kind(of.what).to_owned(),
            told::name(view.build, of.what),
            view.build.path(of.at[0]),
            view.build.path(of.at[1]),
            if matches!(of.what, What::Load(..)) { String::new() } else { format!("{quantity:?}").to_lowercase() },
            cell(value.low.filter(|_| !matches!(of.what, What::Load(..)))),
            cell(value.is_known().then_some(value.typical).filter(|_| !matches!(of.what, What::Load(..)))),
            cell(value.high.filter(|_| !matches!(of.what, What::Load(..)))),
            cell(volts),
            cell(bound.lowest.get()),
            cell(bound.highest.get()),
            cell(amperes.typical),
            cell(amperes.most.get()),
            cell(watts.filter(|watts| watts.abs() > 1e-12)),
            question.asked.join("; "),
        ]);
    }
    written(rows)
}

/// One word for what a piece is.
pub(super) fn kind(what: What) -> &'static str {
    match what {
        What::Wire(_) => "wire",
        What::Mate(..) => "plug",
        What::Join(..) => "join",
        What::Contact(..) => "contact",
        What::Fuse(..) => "fuse",
        What::Resistor(..) => "resistor",
        What::Diode(..) => "diode",
        What::Coil(..) => "coil",
        What::Input(..) => "input",
        What::Load(..) => "load",
        What::Source(_) => "source",
        What::Converter(_) => "converter",
    }
}

/// Six decimals: a microvolt, a microampere.
fn cell(number: Option<f64>) -> String {
    number.filter(|number| number.is_finite()).map_or_else(String::new, |number| {
        let text = format!("{number:.6}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        if text == "-0" { "0".to_owned() } else { text.to_owned() }
    })
}
