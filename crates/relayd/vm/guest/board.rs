//! The outlets of the machine's box: each trigger level, each contact, at a pin that is pulled up and at one that is pulled down.

use std::fmt::Write as _;
use std::fs;

use relay_config::{Contact, Level, Outlet, RelayConfig};

/// Where the daemon's file is, as its unit has it.
pub const CONFIG: &str = "/etc/wireloom/relayd.toml";
/// Lines in use; up to 8 they are pulled up.
const LINES: [u32; 8] = [4, 5, 6, 7, 22, 23, 24, 25];

/// The level that a line's pull gives it.
pub fn pull(line: u32) -> Level {
    if line <= 8 { Level::High } else { Level::Low }
}

/// Writes the daemon's file.
pub fn write_config() {
    fs::create_dir_all("/etc/wireloom").expect("there is room for a folder");
    fs::write(CONFIG, text()).expect("the config can be written");
}

/// The daemon's file as the daemon reads it.
pub fn config() -> RelayConfig {
    RelayConfig::parse(&fs::read_to_string(CONFIG).expect("the config is there")).expect("the config is sound")
}

/// Its outlets.
pub fn outlets() -> Vec<Outlet> {
    config().outlets
}

/// The file as it is written.
pub fn text() -> String {
    let mut text = "schema = 1\ncontroller = \"host\"\nslug = \"host\"\nstagger-ms = 0\nconfig-txt = []\n".to_owned();
    text += "[build]\nname = \"machine\"\nversion = \"1\"\n[limits]\nper-hour = 1000000\n[[chip]]\nlabel = \"pinctrl-bcm2711\"\n";
    let kinds = [Level::Low, Level::High].into_iter().flat_map(|active| [(active, Contact::Nc), (active, Contact::No)]);
    for (line, (active, contact)) in LINES.into_iter().zip(kinds.cycle()) {
        let word = |level| if level == Level::Low { "low" } else { "high" };
        let (throw, rest) = if contact == Contact::Nc { ("nc", "on") } else { ("no", "off") };
        let name = format!("{}-{throw}-{}", word(active), if pull(line) == Level::High { "up" } else { "down" });
        let _ = write!(
            text,
            "[[outlet]]\nname = \"{name}\"\nslug = \"{name}\"\nchip = \"pinctrl-bcm2711\"\nline = \"GPIO{line}\"\noffset = {line}\n\
             active = \"{}\"\ncontact = \"{throw}\"\nat-rest = \"{rest}\"\nsafe = \"{}\"\noff-ms = 400\non-min-ms = 0\noff-min-ms = 0\n\
             takes-down = [\"{name}\"]\nfeeds-host = false\nfeeds-rescuer = false\nwatch = false\n",
            word(active),
            word(active.other()),
        );
    }
    text
}
