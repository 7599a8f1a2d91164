//! `wireloom-relayd check`: what would be done to which line, and which other controllers and which broker are spoken with.

use std::path::Path;

use relayd::firmware::PLACES;
use relayd::lines::kernel::Devices;

use crate::{FINE, FOUND, say};

/// What the drivers of Raspberry Pis say happens to lines that are given back.
const PERSIST: [&str; 2] = [
    "/sys/module/pinctrl_bcm2835/parameters/persist_gpio_outputs",
    "/sys/module/pinctrl_rp1/parameters/persist_gpio_outputs",
];

pub fn run(config: &Path, settings: &Path) -> Result<u8, String> {
    let config = crate::config(config)?;
    let settings = super::run::settings(settings)?;
    let read = |path: &&str| std::fs::read_to_string(path).ok().map(|text| ((*path).to_owned(), text));
    let firmware = PLACES.iter().find_map(read);
    let firmware = firmware.as_ref().map(|(path, text)| (path.as_str(), text.as_str()));
    let persist = PERSIST.iter().find_map(read);
    let persist = persist.as_ref().map(|(_, text)| text.trim());
    let report = relayd::check::report(&config, &Devices::default(), firmware, persist);
    say(report.text.trim_end());
    let others = relayd::check::others(&config, &settings);
    if !others.text.is_empty() {
        say(format_args!("\n{}", others.text.trim_end()));
    }
    let broker = relayd::check::broker(&config, &settings);
    if !broker.text.is_empty() {
        say(format_args!("\n{}", broker.text.trim_end()));
    }
    Ok(if report.fine && others.fine && broker.fine { FINE } else { FOUND })
}
