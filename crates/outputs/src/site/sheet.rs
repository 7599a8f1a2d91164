//! The test sheet: what a meter must show, from cold to running, with room for what it showed.

use analysis::meter::{self, Phase};
use askama::Template;

use super::Site;
use super::shell::{self, Page, Shell};
use crate::sheet::{Row, rows, table_of};

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
        "Fuses in, every plug out, that of the supply as well. Where a relay is to be energised, move it from a desk supply at its own coil; what cannot be made so stays empty.",
        "One wrong reading here and the cord stays out.",
    ),
    (
        Phase::NoLoad,
        "First power, nothing drawn",
        "Plugs of the supply in, loads still out, cord in, supply on. Measure where the supply comes in, then at the end that the load will get.",
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
        "One at a time: energise, look, release. Nothing else may go dark than what stands here. Write down the volts at that load, or the name of what went dark.",
        "If another load goes dark, two wires changed places at the relay board.",
    ),
    (
        Phase::Feed,
        "At the socket",
        "A plug-in meter between outlet and cord, each scenario for a quarter of an hour.",
        "Above what is allowed: take a load away, or find what draws more than it says.",
    ),
];

/// `tests.html`, and its list as a table.
pub fn page(site: &Site<'_>) -> (Page, String) {
    let build = site.view.build;
    let shell = Shell::new(
        site,
        "tests.html",
        "Test sheet",
        format!("What a meter must show on {}, from the first cold wire to the loaded feed.", build.meta.title),
    )
    .wide();
    let mut all = rows(site.view);
    let table = table_of(site.view, &all);
    let mut sections = Vec::new();
    for (phase, title, how, stop) in PHASES {
        let (rows, others): (Vec<Row>, Vec<Row>) = all.into_iter().partition(|row| row.test.phase == phase);
        all = others;
        if !rows.is_empty() {
            sections.push(Section { title, how, stop, rows });
        }
    }
    let (open, leads, dark) = (meter::OPEN.to_string(), meter::LEADS.to_string(), meter::DARK.to_string());
    (shell::page(&shell, &Sheet { shell: &shell, sections, open, leads, dark }), table)
}
