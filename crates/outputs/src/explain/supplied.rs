//! A load's loop at 80 columns: every hop from the supply to the load and back, and what a dead short would draw.

use analysis::power::{Prospect, What};
use model::DeviceId;

use super::sheet::Sheet;
use crate::View;
use crate::power::loops::{self, Loop, amperes, milliohms, millivolts};
use crate::power::{Columns, name, short, volts, volts_edge};

/// Missing numbers that are listed.
const MOST: usize = 6;

/// The loops of all loads of a device, a page each; empty where it has none.
pub(super) fn loops(view: View<'_>, id: DeviceId) -> String {
    let power = &view.facts.power;
    let mine = |what: What| matches!(what, What::Load(device, _) if device == id);
    let loads: Vec<u32> = (0..).zip(&power.harness.pieces).filter(|(_, of)| mine(of.what)).map(|(at, _)| at).collect();
    if loads.is_empty() {
        return String::new();
    }
    let shorts = power.shorts(view.facts.world(view.build));
    let page = |load: u32| {
        if power.bounds[load as usize].fighting {
            let name = name(view.build, power.harness.pieces[load as usize].what);
            return format!("\nLoop of {name}: sources fight on its network, which `wireloom check` tells\n");
        }
        let prospect = shorts.iter().find(|prospect| prospect.load == load);
        loops::of(view, load).map_or_else(String::new, |of| one(view, &of, prospect))
    };
    loads.into_iter().map(page).collect()
}

fn one(view: View<'_>, of: &Loop, prospect: Option<&Prospect>) -> String {
    let draws = if of.amperes.is_some() { amperes(of.amperes) } else { "a draw nobody states".to_owned() };
    let heading = format!(
        "Loop of {}: {draws} from {} at {}, with every load at its greatest draw",
        of.name,
        of.source,
        volts(of.supply[1])
    );
    let mut text = format!("\n{}\n", crate::terminal::wrapped(&heading, 80, 2));
    let mut columns = Columns::new(&["hop", "amperes", "mohm", "typical", "worst"], &[]);
    for (nth, hop) in of.hops.iter().enumerate() {
        if nth == of.out {
            columns.row(vec![
                format!("  {} itself", of.name),
                amperes(of.amperes),
                String::new(),
                String::new(),
                String::new(),
            ]);
        }
        let cells = [amperes(hop.amperes), milliohms(hop.ohms), millivolts(hop.typical), millivolts(hop.worst)];
        columns.row(std::iter::once(hop.what.clone()).chain(cells).collect());
    }
    let total = [String::new(), milliohms(of.ohms()), millivolts(of.lost()), String::new()];
    columns.row(std::iter::once("lost on the way".to_owned()).chain(total).collect());
    text.push_str(&columns.text(2));
    let mut sheet = Sheet::headless();
    sheet.say("gets", &format!("{} typically, {} at worst", known(volts(of.typical)), known(volts_edge(of.lowest))));
    if let Some(least) = of.needs.least() {
        sheet.say("needs", &volts(Some(least)));
    }
    sheet.list("not written", of.gaps.iter().cloned(), MOST);
    if let Some(prospect) = prospect {
        sheet.say("dead short", &loops::short_words(view, prospect));
    }
    text.push_str(&sheet.text());
    text
}

fn known(text: String) -> String {
    if short(text.clone()) == "?" { "not verified".to_owned() } else { text }
}
