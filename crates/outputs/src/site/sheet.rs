//! The test sheet: what a meter must show, from cold to running, with room for what it showed.

use analysis::meter::{self, Expect, Phase, Test};
use askama::Template;
use model::units::Amps;

use super::Site;
use super::shell::{self, Page, Shell};
use super::text::names;
use crate::summary::span;

/// A line of the sheet.
struct Row {
    id: String,
    what: String,
    probes: Option<(String, String)>,
    state: String,
    expect: String,
    /// What a typed reading must lie between, and its unit.
    limits: Option<(String, String, &'static str)>,
}

/// A part of the sheet.
struct Section {
    title: &'static str,
    how: &'static str,
    stop: &'static str,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "sheet.html")]
struct Sheet<'a> {
    shell: &'a Shell,
    sections: Vec<Section>,
    open: String,
    leads: String,
    dark: String,
}

/// What each phase is about: its title, how to go about it, and what a wrong reading means.
const PHASES: [(Phase, &str, &str, &str); 5] = [
    (
        Phase::Cold,
        "Cold: cord out, nothing plugged in",
        "Fuses in, every load and every plug of a load out. Wires and contacts must be joined, supplies must be open.",
        "One wrong reading here and the cord stays out.",
    ),
    (
        Phase::NoLoad,
        "First power, nothing drawn",
        "Cord in, supply on, loads still out. Measure at the end that the load will get.",
        "Wrong polarity or wrong volts: cord out, look for two wires that changed places.",
    ),
    (
        Phase::Loaded,
        "Under load",
        "All loads on and busy. The limits come from the wires, contacts and supplies as they are written down.",
        "Too few volts: measure along the way; the piece with the largest drop is loose, worn or too thin.",
    ),
    (
        Phase::Cycle,
        "Each relay cuts its own load",
        "One at a time: energise, look, release. Nothing else may go dark than what stands here.",
        "If another load goes dark, two wires changed places at the relay board.",
    ),
    (
        Phase::Feed,
        "At the socket",
        "A plug-in meter between outlet and cord, each scenario for a quarter of an hour.",
        "Above what is allowed: take a load away, or find what draws more than it says.",
    ),
];

/// `tests.html`.
pub fn page(site: &Site<'_>) -> Page {
    let (build, facts) = (site.view.build, site.view.facts);
    let shell = Shell::new(
        site,
        "tests.html",
        "Test sheet",
        format!("What a meter must show on {}, from the first cold wire to the loaded feed.", build.meta.title),
    )
    .wide();
    let tests = meter::compute(build, facts);
    let sections = PHASES
        .iter()
        .map(|&(phase, title, how, stop)| {
            let rows = tests.iter().filter(|test| test.phase == phase).map(|test| row(site, test)).collect();
            Section { title, how, stop, rows }
        })
        .filter(|section: &Section| !section.rows.is_empty())
        .collect();
    let (open, leads, dark) = (meter::OPEN.to_string(), meter::LEADS.to_string(), meter::DARK.to_string());
    shell::page(&shell, &Sheet { shell: &shell, sections, open, leads, dark })
}

fn row(site: &Site<'_>, test: &Test) -> Row {
    let (build, facts) = (site.view.build, site.view.facts);
    let device = |id: model::DeviceId| build.device(id).name.clone();
    let what = match (&test.run, &test.feed, test.load) {
        (Some(run), _, _) => build.tag(*run),
        (_, Some((feed, scenario)), _) => format!("{}, {scenario}", build.feeds[*feed].name),
        (_, _, Some(load)) => device(load),
        _ => test.id.split_once(':').map_or("", |(_, name)| name).to_owned(),
    };
    let state = match &test.state[..] {
        [] => "at rest".to_owned(),
        moved => {
            let numbers = moved.iter().filter_map(|variable| facts.circuit.number(*variable));
            let told =
                |number| format!("{} {}", facts.circuit.name(build, number), facts.circuit.stands(build, number, true));
            numbers.map(told).collect::<Vec<_>>().join(", ")
        }
    };
    let (expect, limits) = expected(site, &test.expect);
    let probes = test.probes.map(|[red, black]| (site.shown(red), site.shown(black)));
    Row { id: test.id.clone(), what, probes, state, expect, limits }
}

/// In words, and as limits of a typed number.
fn expected(site: &Site<'_>, expect: &Expect) -> (String, Option<(String, String, &'static str)>) {
    let number = |value: f64| format!("{value:.3}");
    match expect {
        Expect::Open => (format!("open: above {}", meter::OPEN), Some((number(meter::OPEN.0), String::new(), "ohm"))),
        Expect::Joined(band) => {
            let own = band.map_or("how well is not known".to_owned(), |band| {
                format!("{:.1} to {:.1} mohm of its own", band.lo.0 * 1e3, band.hi.0 * 1e3)
            });
            let most = meter::LEADS.0 + band.map_or(0.0, |band| band.hi.0);
            (format!("joined: {own}"), band.map(|_| ("0".to_owned(), number(most), "ohm")))
        }
        Expect::Volts { limits: [low, typical, high], floor } => match (low, high) {
            (Some(low), Some(high)) => {
                let about = typical.map_or(String::new(), |typical| format!("about {typical:.2} V, "));
                let least = floor.map_or(*low, |floor| floor.0.max(*low));
                let words = match floor.filter(|floor| floor.0 > *low) {
                    Some(floor) => {
                        format!("{about}and at least {floor}; {low:.2} to {high:.2} V can come of the wiring")
                    }
                    None => format!("{about}{low:.2} to {high:.2} V"),
                };
                (words, Some((number(least), number(*high), "V")))
            }
            _ => ("not verified: a number on its way is missing".to_owned(), None),
        },
        Expect::Amperes { drawn, allowed, measured, partial } => {
            let computed = if *partial { format!("at least {}", drawn.lo) } else { span(*drawn) };
            let earlier = measured.map_or(String::new(), |band| format!("; measured before: {}", span(band)));
            let most = allowed.map_or(String::new(), |most: Amps| format!("; at most {most}"));
            let limits = allowed.map(|most| ("0".to_owned(), number(most.0), "A"));
            (format!("computed {computed}{earlier}{most}"), limits)
        }
        Expect::Dark(others) => {
            let build = site.view.build;
            let also = names(others.iter().map(|device| build.device(*device).name.as_str()));
            let also = if also.is_empty() { "nothing else".to_owned() } else { also };
            let words = format!("dark: below {}, and with it goes {also}", meter::DARK);
            (words, Some(("-0.5".to_owned(), number(meter::DARK.0), "V")))
        }
    }
}
