//! What of a box fits: overlaps, walls, the lid, the wires between what stands in it.

use analysis::layout::{Chain, Lid, Reach, Stand};

use super::{Shown, millimetres};
use crate::explain::Sheet;

/// Overlaps, walls, lid, wires: what is wrong, or that nothing is.
pub(super) fn say_fit(shown: &Shown<'_>, number: usize, sheet: &mut Sheet) {
    let layout = shown.layout;
    let here = |stand: usize| layout.stands[stand].room == number;
    let name = |stand: usize| shown.name(layout.stands[stand].device);
    let overlaps = layout.overlaps.iter().filter(|overlap| here(overlap.of[0])).map(|overlap| {
        let by = overlap.by.map(millimetres).join(" x ");
        let sure = if overlap.sure { "" } else { ", within what positions may be off" };
        format!("{} and {} by {by} mm{sure}", name(overlap.of[0]), name(overlap.of[1]))
    });
    let overlaps: Vec<String> = overlaps.collect();
    match (overlaps.is_empty(), layout.open) {
        (true, false) => sheet.say("overlaps", "none"),
        (true, true) => sheet.say("overlaps", "not verified: the counted work ran out"),
        (false, _) => sheet.list("overlaps", overlaps, 20),
    }
    let outside = layout.outside.iter().filter(|outside| here(outside.stand)).map(|outside| {
        let how = if outside.larger { "larger than the box" } else { "out of the box" };
        format!("{} by {} mm {how}", name(outside.stand), millimetres(outside.by))
    });
    sheet.list("outside", outside, 20);
    let lids = layout.stands.iter().filter(|stand| stand.room == number);
    let mut words: Vec<String> = Vec::new();
    let mut least: Option<(i64, &Stand)> = None;
    for stand in lids {
        match layout.lid(stand) {
            Lid::Open(by) => {
                words.push(format!(
                    "does not close over {}: {} mm too high",
                    shown.name(stand.device),
                    millimetres(by)
                ));
            }
            Lid::Unsure(by) => words.push(format!(
                "may not close over {}: up to {} mm too high",
                shown.name(stand.device),
                millimetres(by)
            )),
            Lid::Unknown => words.push(format!("over {} not known", shown.name(stand.device))),
            Lid::Closes => {}
        }
        let clear = layout.rooms[number].lid.zip(stand.top).map(|(lid, top)| lid.lo.0 - top.hi.0);
        if let Some(clear) = clear.filter(|clear| least.is_none_or(|(known, _)| *clear < known)) {
            least = Some((clear, stand));
        }
    }
    if let (true, Some((clear, stand))) = (words.is_empty(), least) {
        words.push(format!("closes; at worst {} mm are left, over {}", millimetres(clear), shown.name(stand.device)));
    }
    sheet.list("lid", words, 20);
    let path = |reach: &Reach| {
        let long = reach.length.hi.0;
        let [way, how] = if reach.is_short() { [reach.least, reach.least] } else { [reach.straight, reach.around] };
        let run = shown.build.run_path(reach.run);
        match (reach.is_short(), long < how) {
            (true, _) => {
                Some(format!("{run} is {} mm, and its way at least {} mm", millimetres(long), millimetres(way)))
            }
            (false, true) => Some(format!(
                "{run} is {} mm: straight it is {} mm, along the walls {} mm",
                millimetres(long),
                millimetres(way),
                millimetres(how)
            )),
            (false, false) => None,
        }
    };
    let reaches: Vec<_> = layout.reaches.iter().filter(|reach| here(reach.ends[0])).collect();
    let short: Vec<String> = reaches.iter().filter_map(|reach| path(reach)).collect();
    match (reaches.len(), short.is_empty()) {
        (0, _) => {}
        (count, true) => {
            sheet.say("wires", &format!("all {count} between two places are longer than their way along the walls"));
        }
        (_, false) => sheet.list("wires", short, 20),
    }
    say_chains(shown, &here, sheet);
}

/// Wires that meet at things without a place, and those of which nobody can tell.
fn say_chains(shown: &Shown<'_>, here: &dyn Fn(usize) -> bool, sheet: &mut Sheet) {
    let layout = shown.layout;
    let all: Vec<&Chain> = layout.chains.iter().filter(|chain| here(chain.ends[0])).collect();
    let mut words: Vec<String> = Vec::new();
    for chain in all.iter().filter(|chain| chain.is_short() || chain.is_unsure()) {
        let runs: Vec<String> = chain.runs.iter().map(|run| shown.build.run_path(*run)).collect();
        let (long, [a, b]) = (millimetres(chain.length), chain.ends.map(|end| shown.name(layout.stands[end].device)));
        let way = if chain.is_short() {
            format!("at least {}", millimetres(chain.least))
        } else {
            format!("straight {}", millimetres(chain.straight))
        };
        let rest = if chain.whole { "" } else { ", and the size of what is in it is not stated" };
        words.push(format!("{} are {long} mm, and from {a} to {b} it is {way} mm{rest}", runs.join(" + ")));
    }
    match (all.len(), words.is_empty(), layout.untraced) {
        (_, false, _) => sheet.list("chains", words, 20),
        (_, true, true) => sheet.say("chains", "not verified: the counted work ran out"),
        (0, true, false) => {}
        (count, true, false) => {
            let two = if count == 1 { "the one" } else { "all" };
            let count = if count == 1 { String::new() } else { format!(" {count}") };
            sheet.say(
                "chains",
                &format!("{two}{count} through things without a place reach straight from one place to the other"),
            );
        }
    }
    if here(0) {
        let loose = layout.loose.iter().map(|run| shown.build.run_path(*run));
        sheet.list("not judged", loose, 20);
    }
}
