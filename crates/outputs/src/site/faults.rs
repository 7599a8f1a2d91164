//! With a dead machine at hand: what one sees, which wire or part may be behind it, how to tell, and where the volts end.

use std::collections::BTreeMap;

use analysis::circuit::Side;
use analysis::failures::{Cause, Group};
use analysis::power::What;
use askama::Template;
use model::wire::RunKind;
use model::{DeviceId, RunId, Terminal, WireId};

use super::Site;
use super::shell::{self, Page, Shell};
use super::text::names;
use crate::power::loops;

/// Sights that the page lists; `wireloom faults` lists all.
const MOST: usize = 60;
/// Causes of one sight.
const CAUSES: usize = 30;
/// Ways that are walked back.
const WALKS: usize = 40;

/// What may be behind it, and how to tell.
struct Suspect {
    what: String,
    test: String,
}

/// What one sees.
struct Sight {
    id: String,
    words: String,
    suspects: Vec<Suspect>,
    more: usize,
}

/// A place to put the lead.
struct Point {
    at: String,
    before: String,
}

/// The way back from a load that is dark.
struct Walk {
    id: String,
    name: String,
    source: String,
    expect: String,
    out: Vec<Point>,
    back: Vec<Point>,
}

#[derive(Template)]
#[template(path = "faults.html")]
struct Faults<'a> {
    shell: &'a Shell,
    sights: Vec<Sight>,
    more: usize,
    open: usize,
    walks: Vec<Walk>,
}

/// `faults.html`.
pub fn page(site: &Site<'_>) -> Page {
    let (build, facts) = (site.view.build, site.view.facts);
    let about = format!(
        "Something in {} is dark or does not answer: which wire or part it is, and how to tell.",
        build.meta.title
    );
    let shell = Shell::new(site, "faults.html", "Faults", about);
    let groups = &facts.failures.groups;
    let sights = groups.iter().take(MOST).enumerate().map(|(n, group)| sight(site, n, group)).collect();
    let more = groups.len().saturating_sub(MOST);
    shell::page(
        &shell,
        &Faults { shell: &shell, sights, more, open: facts.failures.open.causes.len(), walks: walks(site) },
    )
}

fn sight(site: &Site<'_>, n: usize, group: &Group) -> Sight {
    let row = |devices: &[DeviceId]| names(devices.iter().map(|id| site.view.build.device(*id).name.as_str()));
    let takes = &group.takes;
    let mut words = Vec::new();
    if !takes.dark.is_empty() {
        words.push(format!("{} dark", row(&takes.dark)));
    }
    if !takes.unreachable.is_empty() {
        words.push(format!("{} lit and out of reach", row(&takes.unreachable)));
    }
    if !takes.uncontrollable.is_empty() {
        words.push(format!("{} cannot be switched", row(&takes.uncontrollable)));
    }
    // What is looked at first costs nothing: a fuse, a plug, a screw; then the meter; then a spare.
    let mut causes = group.causes.clone();
    causes.sort_by_key(|cause| {
        let rank = match cause {
            Cause::Fuse(..) => 0,
            Cause::Plug(_) => 1,
            Cause::Loose(_) => 2,
            Cause::Wire(_) => 3,
            Cause::Open(..) | Cause::Welded(..) => 4,
            Cause::Silent(_) => 5,
            Cause::Out(_) => 6,
        };
        (rank, *cause)
    });
    Sight {
        id: format!("f-{}", n + 1),
        words: words.join("; "),
        more: causes.len().saturating_sub(CAUSES),
        suspects: causes.into_iter().take(CAUSES).map(|cause| suspect(site, cause)).collect(),
    }
}

fn suspect(site: &Site<'_>, cause: Cause) -> Suspect {
    let build = site.view.build;
    let name = |device: DeviceId| build.device(device).name.as_str();
    let shown = |terminals: &[Terminal]| terminals.first().map_or("?".to_owned(), |terminal| site.shown(*terminal));
    let what = crate::faults::cause_name(build, cause);
    let tagged = |run: RunId| format!("{} {what}", build.tag(run));
    match cause {
        Cause::Fuse(device, index) => {
            let rating = analysis::protection::rating(build, device, index);
            let rating = rating.map_or(String::new(), |rating| {
                format!(" Only {rating} goes back in, and only once you know why it blew.")
            });
            Suspect { what, test: format!("Pull it and look, or ohms across it: joined.{rating}") }
        }
        Cause::Plug(run) => Suspect {
            what: tagged(run),
            test: match build.run(run).what {
                RunKind::Cable(..) => "Push both ends home; then another cable of its kind.".to_owned(),
                _ => "Pull it, look for a bent or empty pin, push it home.".to_owned(),
            },
        },
        Cause::Loose(terminal) => {
            Suspect { what, test: format!("Tug at each conductor in {}; tighten.", site.shown(terminal)) }
        }
        Cause::Wire(wire) => {
            let of = build.wire(wire);
            let [from, to] = of.ends.map(|end| site.shown(end));
            Suspect {
                what: tagged(of.run),
                test: format!("Cord out. Tug at both ends; ohms from {from} to {to}: {}.", joined(site, wire)),
            }
        }
        Cause::Open(device, index) => {
            let contact = &build.part_of(device).contacts[index as usize];
            Suspect {
                what,
                test: format!(
                    "Cord out, relay released: ohms across the closed contact of {}.{}: joined.",
                    name(device),
                    contact.name
                ),
            }
        }
        Cause::Welded(device, index, side) => {
            let contact = &build.part_of(device).contacts[index as usize];
            let stuck = match side {
                Side::Nc => "energised, COM to NC",
                Side::No => "released, COM to NO",
                Side::To(_) => "thrown to the other position, across the first",
            };
            Suspect {
                what,
                test: format!(
                    "Load out, {}.{} {stuck}: must be open. A welded board is replaced, not freed.",
                    name(device),
                    contact.name
                ),
            }
        }
        Cause::Silent(device) => Suspect {
            what,
            test: format!(
                "{} has power and does nothing: look at its LEDs and its console, then cut it and let it start again.",
                name(device)
            ),
        },
        Cause::Out(device) => {
            let load = build.part_of(device).loads.first();
            let first = build.device(device).first;
            let ends = load.map(|load| {
                let end =
                    |end: &[model::part::Local]| end.iter().map(|local| Terminal(first + local.0)).collect::<Vec<_>>();
                format!(
                    " Volts from {} to {} and it is dark: it is this one.",
                    shown(&end(&load.plus)),
                    shown(&end(&load.minus))
                )
            });
            Suspect {
                what,
                test: format!("When all above is right: another one in its place.{}", ends.unwrap_or_default()),
            }
        }
    }
}

/// What a meter shows across a good wire.
fn joined(site: &Site<'_>, wire: WireId) -> String {
    let pieces = &site.view.facts.power.harness.pieces;
    let value = pieces
        .iter()
        .find(|piece| matches!(piece.what, What::Wire(id) if id == wire))
        .map(|piece| piece.numbers.value.1);
    match value.filter(analysis::power::Value::is_known).and_then(|value| value.high) {
        Some(most) => format!("joined, at most {:.0} mohm more than the leads alone", (most * 1e3).ceil()),
        None => "joined".to_owned(),
    }
}

fn walks(site: &Site<'_>) -> Vec<Walk> {
    let pieces = (0..).zip(&site.view.facts.power.harness.pieces);
    let loads = pieces.filter(|(_, piece)| matches!(piece.what, What::Load(..)));
    let build = site.view.build;
    let runs = (0..build.runs.len()).map(|n| RunId(u32::try_from(n).expect("runs are bounded")));
    let tags: BTreeMap<String, String> = runs.map(|run| (build.run_path(run), build.tag(run))).collect();
    let ways = loads.filter_map(|(n, _)| loops::of(site.view, n)).filter(|way| !way.hops.is_empty());
    ways.take(WALKS).enumerate().map(|(n, way)| walk(&tags, n, &way)).collect()
}

fn walk(tags: &BTreeMap<String, String>, n: usize, way: &loops::Loop) -> Walk {
    // `fuse fu[3]: fu[3].a → fu[3].b`: the piece, and its ends.
    let point = |hop: &loops::Hop, end: usize| {
        let (piece, ends) = hop.what.split_once(": ").unwrap_or(("", &hop.what));
        let ends: Vec<&str> = ends.split(" → ").collect();
        let wire = piece.strip_prefix("wire ");
        // A wire with a part in its midst is two: `led/1a`, `led/1b`.
        let tag = wire.and_then(|name| tags.get(name).or_else(|| tags.get(name.trim_end_matches(['a', 'b']))));
        let before = match (piece, tag) {
            ("plug", _) => "the plug".to_owned(),
            ("inside", _) => "what is inside".to_owned(),
            (piece, Some(tag)) => format!("{tag} {piece}"),
            (piece, None) => piece.to_owned(),
        };
        Point { at: (*ends.get(end).unwrap_or(&"?")).to_owned(), before }
    };
    let (out, back) = way.hops.split_at(way.out);
    let volts = |volts: f64| format!("{volts:.2}");
    let expect = match way.supply {
        [Some(least), _, Some(most)] => format!("{} to {} V", volts(least), volts(most)),
        [_, Some(typical), _] => format!("about {} V", volts(typical)),
        _ => "the supply's volts, which nobody states".to_owned(),
    };
    Walk {
        id: format!("w-{}", n + 1),
        name: way.name.clone(),
        source: way.source.clone(),
        expect,
        out: out.iter().rev().map(|hop| point(hop, 1)).collect(),
        back: back.iter().map(|hop| point(hop, 0)).collect(),
    }
}
