//! The floor plan as plain values.

use analysis::layout::Lid;
use analysis::plan::floor::Rect;
use analysis::plan::layout::{Homeless, Spot};
use serde_json::{Value, json};

use super::Shown;
use crate::View;

/// The same as JSON: `docs/plan.md`.
pub fn json(view: View<'_>) -> String {
    let shown = Shown::of(view);
    let layout = shown.layout;
    let mm = |um: i64| Value::from(um_to_mm(um));
    let rect = |rect: &Rect| json!({ "x": mm(rect.x0), "y": mm(rect.y0), "length": mm(rect.x1 - rect.x0), "width": mm(rect.y1 - rect.y0) });
    let spot = |spot: &Spot| {
        json!({
            "device": shown.name(spot.device), "body": rect(&spot.body), "plugs": spot.keeps.iter().map(rect).collect::<Vec<_>>(),
            "faces": spot.faces.map(model::device::Facing::word), "top": spot.top.map(mm),
        })
    };
    let boxes: Vec<Value> = (0..layout.rooms.len())
        .map(|number| {
            let room = &layout.rooms[number];
            let floor = shown.floor(number);
            let here = |stand: usize| layout.stands[stand].room == number;
            let name = |stand: usize| shown.name(layout.stands[stand].device);
            let devices: Vec<Value> = layout
                .stands
                .iter()
                .filter(|stand| stand.room == number)
                .map(|stand| {
                    let lid = layout.lid(stand);
                    json!({
                        "device": shown.name(stand.device),
                        "on": stand.on.map(name),
                        "at": stand.floor.map(|[x, y]| rect(&Rect { x0: x.typ.0, y0: y.typ.0, x1: x.typ.1, y1: y.typ.1 })),
                        "top": stand.top.map(|top| json!([mm(top.lo.0), mm(top.typ.0), mm(top.hi.0)])),
                        "lid": match lid { Lid::Closes => "closes", Lid::Open(_) => "open", Lid::Unsure(_) | Lid::Unknown => "not-verified" },
                    })
                })
                .collect();
            let more: Vec<Value> = shown.more_of(number).map(|(device, more)| {
                json!({
                    "group": shown.build.device(*device).group, "found": more.found, "at-most": more.at_most, "by-area": more.by_area,
                    "each": [mm(more.size.0), mm(more.size.1)], "without-plugs": [more.bare.0, more.bare.1], "others-moved": [more.moved.0, more.moved.1], "too-high": more.too_high,
                    "spots": more.placed.iter().map(spot).collect::<Vec<_>>(),
                })
            }).collect();
            json!({
                "box": shown.name(room.device),
                "floor": floor.map(|floor| rect(&floor.inside)),
                "inside-stated": room.is_inside,
                "lid": room.lid.map(|lid| mm(lid.typ.0)),
                "devices": devices,
                "planned": floor.map(|floor| floor.planned.iter().map(spot).collect::<Vec<_>>()),
                "fixed": floor.map(|floor| floor.fixed.iter().map(spot).collect::<Vec<_>>()),
                "cramped": floor.map(|floor| floor.cramped.iter().map(|device| shown.name(*device)).collect::<Vec<_>>()),
                "overlaps": layout.overlaps.iter().filter(|overlap| here(overlap.of[0])).map(|overlap| json!({
                    "of": overlap.of.map(name), "by": overlap.by.map(mm), "sure": overlap.sure,
                })).collect::<Vec<_>>(),
                "outside": layout.outside.iter().filter(|outside| here(outside.stand)).map(|outside| json!({
                    "device": name(outside.stand), "by": mm(outside.by), "sure": outside.sure, "larger": outside.larger,
                })).collect::<Vec<_>>(),
                "wires": layout.reaches.iter().filter(|reach| here(reach.ends[0])).map(|reach| json!({
                    "run": shown.build.run_path(reach.run), "length": mm(reach.length.hi.0), "straight": mm(reach.straight),
                    "around": mm(reach.around), "short": reach.is_short(),
                })).collect::<Vec<_>>(),
                "chains": layout.chains.iter().filter(|chain| here(chain.ends[0])).map(|chain| json!({
                    "runs": chain.runs.iter().map(|run| shown.build.run_path(*run)).collect::<Vec<_>>(),
                    "of": chain.ends.map(name), "through": chain.through.iter().map(|device| shown.name(*device)).collect::<Vec<_>>(),
                    "length": mm(chain.length), "straight": mm(chain.straight), "short": chain.is_short(), "whole": chain.whole,
                })).collect::<Vec<_>>(),
                "more": more,
            })
        })
        .collect();
    let homeless: Vec<Value> = shown
        .plan
        .homeless
        .iter()
        .map(|(device, why)| {
            let why = match why {
                Homeless::NoSize => "no-size",
                Homeless::NoBox => "no-box",
                Homeless::NoRoom => "no-room",
                Homeless::TooHigh => "too-high",
                Homeless::NotFound => "not-found",
                Homeless::NotDecided => "not-verified",
            };
            json!({ "device": shown.name(*device), "why": why })
        })
        .collect();
    let whole = json!({ "schema": 1, "boxes": boxes, "not-in-the-plan": homeless, "overlaps-open": layout.open,
        "wires-not-judged": layout.loose.iter().map(|run| shown.build.run_path(*run)).collect::<Vec<_>>(), "chains-open": layout.untraced });
    let mut text = serde_json::to_string_pretty(&whole).expect("plain values");
    text.push('\n');
    text
}

/// Millimetres, exact to a micrometre.
fn um_to_mm(um: i64) -> f64 {
    #[allow(clippy::cast_precision_loss)] // a kilometre in micrometres is exact in a double
    let mm = um as f64 / 1000.0;
    mm
}
