//! The page of the wiring: the build's drawing with the outlets as they are, and the same in words.

use std::fmt::Write as _;

use askama::Template;
use axum::response::Response;
use relay_config::{Contact, Outlet, Power, RelayConfig};
use relay_engine::OutletState;

use super::dispatch::Asked;
use super::pages::{Head, file, head, show};
use super::problem::Problem;
use super::shapes::power;
use crate::drawing;

/// An outlet in words.
struct Row {
    node: String,
    power: &'static str,
    relay: &'static str,
    contact: &'static str,
    line: String,
    takes_down: Vec<String>,
    fault: Option<String>,
}

#[derive(Template)]
#[template(path = "wiring.html")]
struct WiringPage {
    head: Head,
    /// SVG that was looked through.
    drawing: Result<String, String>,
    /// How its outlets are, for the style sheet.
    classes: String,
    rows: Vec<Row>,
}

/// Whether the load has power; `None` where the line reads back otherwise than it was told, or cannot be trusted.
fn known(state: &OutletState) -> Option<Power> {
    let agrees = state.observed.is_none_or(|seen| seen == state.commanded);
    (agrees && state.fault.is_none()).then_some(state.commanded)
}

fn row(state: &OutletState, own: &Outlet) -> Row {
    let known = known(state);
    Row {
        node: state.name.clone(),
        power: known.map_or("unknown", power),
        relay: match known {
            None => "unknown",
            Some(power) if power == own.at_rest => "at rest",
            Some(_) => "energised",
        },
        contact: match own.contact {
            Contact::Nc => "NC",
            Contact::No => "NO",
        },
        line: own.line.clone(),
        takes_down: own.takes_down.clone(),
        fault: state.fault.clone(),
    }
}

/// `off-2 unknown-3`, and `several` or `none` where more than one, or every one, is off.
fn classes(config: &RelayConfig, outlets: &[OutletState]) -> String {
    let (mut words, mut off) = (String::new(), 0);
    for (n, own) in (1..).zip(&config.outlets) {
        let state = outlets.iter().find(|state| state.name == own.name).map(known);
        match state {
            Some(Some(Power::On)) => {}
            Some(Some(Power::Off)) => {
                off += 1;
                let _ = write!(words, " off-{n}");
            }
            Some(None) | None => {
                let _ = write!(words, " unknown-{n}");
            }
        }
    }
    if 0 < off && off == config.outlets.len() {
        words.push_str(" none");
    } else if 1 < off {
        words.push_str(" several");
    }
    words
}

/// `GET /wiring`; `?fresh` leaves the drawing out, which does not change.
pub async fn show_wiring(asked: Asked) -> Result<Response, Problem> {
    let state = asked.api.handle.state();
    let config = state.config.clone();
    let drawing = if asked.query.contains_key("fresh") {
        Ok(String::new())
    } else {
        let (path, config) = (asked.api.settings.config.clone(), config.clone());
        let read = tokio::task::spawn_blocking(move || drawing::read(&path, &config)).await;
        read.map_err(|_| Problem::new(500, "drawing", "the drawing cannot be read"))?
    };
    let outlets = &state.snapshot.outlets;
    let of = |own: &Outlet| outlets.iter().find(|state| state.name == own.name).map(|state| row(state, own));
    let rows = config.outlets.iter().filter_map(of).collect();
    let head = Head { live: true, fresh: "/wiring?fresh=", ..head(&asked, "Wiring", "/wiring") };
    show(200, &WiringPage { head, drawing, classes: classes(&config, outlets), rows })
}

/// `GET /wiring.css`: what an outlet that is off or unknown does to the drawing.
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn style(asked: Asked) -> Result<Response, Problem> {
    let outlets = asked.api.handle.state().config.outlets.len();
    Ok(file("text/css; charset=utf-8", sheet(outlets)))
}

/// In the drawing `v0` is the state with power everywhere, `v1` that with the first outlet off, and the last that with all of them off.
fn sheet(outlets: usize) -> String {
    let mut out = String::new();
    let last = outlets + 1;
    // What only an outlet that is off joins.
    let gone = |out: &mut String, when: &str, lines: &str| {
        let _ = writeln!(
            out,
            "{when} .vs{lines} path {{ opacity: .15 }} {when} .vd{lines} rect {{ fill: #dcdad3; stroke-dasharray: 5 4 }} {when} .vb{lines} {{ display: none }}"
        );
    };
    let come = |out: &mut String, when: &str, lines: &str| {
        let _ = writeln!(
            out,
            "{when} .vs{lines} path {{ opacity: 1 }} {when} .vd{lines} rect {{ fill: #fff; stroke-dasharray: none }} {when} .vb{lines} {{ display: inline }}"
        );
    };
    let doubt = |out: &mut String, when: &str, lines: &str| {
        let _ = writeln!(
            out,
            "{when} .vs{lines} path {{ stroke-dasharray: 2 6 }} {when} .vd{lines} rect {{ fill: #f6e7c4; stroke-dasharray: 2 4 }}"
        );
    };
    for n in 1..=last {
        gone(&mut out, ".picture", &format!(".v{n}:not(.v0)"));
    }
    for n in 1..=outlets {
        gone(&mut out, &format!(".picture.off-{n}"), &format!(".v0:not(.v{n})"));
        come(&mut out, &format!(".picture.off-{n}"), &format!(".v{n}:not(.v0)"));
        doubt(&mut out, &format!(".picture.unknown-{n}"), &format!(".v0:not(.v{n})"));
    }
    gone(&mut out, ".picture.none", &format!(".v0:not(.v{last})"));
    // Two ways of which either is enough: which outlets belong together is not told.
    let each: String = (0..=outlets).map(|n| format!(".v{n}")).collect();
    doubt(&mut out, ".picture.several", &format!("{each}:not(.v{last})"));
    out
}
