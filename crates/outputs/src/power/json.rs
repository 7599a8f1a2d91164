//! The answer as JSON; `docs/json.md` says what each field is.

use analysis::power::Edge;
use model::units::{Amps, Band};
use serde_json::{Value, json};

use super::question::Question;
use super::report::{Amperes, Load, Report, read};
use crate::View;

/// The version of this format.
const SCHEMA: u32 = 1;

/// One object.
pub fn json(view: View<'_>, question: &Question) -> String {
    let report = read(view, question);
    let mut text = serde_json::to_string_pretty(&object(&report)).expect("plain values");
    text.push('\n');
    text
}

fn object(report: &Report) -> Value {
    let question = &report.question;
    json!({
        "schema": SCHEMA,
        "asked": question.asked,
        "scenario": question.scenario,
        "state": question.state.as_ref().map(|_| if question.stands.is_empty() { "at rest" } else { &question.stands }),
        "rails": report.rails.iter().map(|rail| json!({
            "name": rail.name,
            "volts": rail.volts.map(rounded),
            "amperes": amperes(&rail.amperes),
            "limit": rounded(rail.limit),
        })).collect::<Vec<_>>(),
        "branches": report.branches.iter().map(|branch| json!({
            "name": branch.name,
            "amperes": amperes(&branch.amperes),
            "rating": rounded(branch.rating),
        })).collect::<Vec<_>>(),
        "loads": report.loads.iter().map(load).collect::<Vec<_>>(),
        "feeds": report.feeds.iter().map(|(name, load)| json!({
            "name": name,
            "amperes": [rounded(Some(load.drawn.band.lo.0)), rounded(Some(load.drawn.band.hi.0))],
            "complete": load.drawn.unknown.is_empty(),
            "limit": rounded(load.limit.map(|limit| limit.lo.0)),
            "allowed": rounded(load.allowed.map(|allowed| allowed.0)),
            "measured": load.measured.map(|band: Band<Amps>| [rounded(Some(band.lo.0)), rounded(Some(band.hi.0))]),
        })).collect::<Vec<_>>(),
        "head_room": report.heads.iter().map(|head| json!({
            "what": head.what,
            "carries": rounded(Some(head.carries)),
            "limit": rounded(Some(head.limit)),
            "unit": head.unit,
            "left": rounded(Some(head.left)),
        })).collect::<Vec<_>>(),
        "hottest": report.hot.iter().take(10).map(|hot| json!({
            "what": hot.what,
            "watts": { "typical": rounded(hot.typical), "most": rounded(hot.most) },
        })).collect::<Vec<_>>(),
        "no_operating_point": report.collapses,
        "left_out": report.left_out,
    })
}

fn load(load: &Load) -> Value {
    json!({
        "name": load.name,
        "amperes": amperes(&load.amperes),
        "volts": { "typical": rounded(load.typical), "least": edge(load.ends[0]), "most": edge(load.ends[1]) },
        "warns_below": rounded(load.needs.warns),
        "fails_below": rounded(load.needs.fails),
        "accepts_at_most": rounded(load.needs.most),
        "verdict": load.verdict.word(),
        "missing": load.gaps,
    })
}

fn amperes(amperes: &Amperes) -> Value {
    json!({ "typical": rounded(amperes.typical), "most": edge(amperes.most) })
}

fn edge(edge: Edge) -> Value {
    rounded(edge.get())
}

/// To a millionth; what is not known, or no number, is `null`.
fn rounded(number: Option<f64>) -> Value {
    match number.filter(|number| number.is_finite()) {
        Some(number) => json!((number * 1e6).round() / 1e6 + 0.0),
        None => Value::Null,
    }
}
