//! The built-in library: text of parts, connectors, chips and firmware claims, found by id. It reads nothing from disk and parses nothing.

/// One file of the library.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct File {
    /// The file's stem, which is the id of what it holds.
    pub id: &'static str,
    /// Where findings say it is: `library/parts/pi-4b.toml`.
    pub path: &'static str,
    /// What it says.
    pub text: &'static str,
}

/// A table of files of one folder; ids must be written in ascending order.
macro_rules! files {
    ($folder:literal: $($id:literal,)*) => {
        &[$(File {
            id: $id,
            path: concat!("library/", $folder, "/", $id, ".toml"),
            text: include_str!(concat!("../", $folder, "/", $id, ".toml")),
        }),*]
    };
}

/// Every part, ascending by id.
pub const PARTS: &[File] = files! { "parts":
    "ac-cord-c13",
    "atx-breakout-24",
    "atx-psu-20",
    "atx-psu-24",
    "barrel-lead",
    "blade-ato-10a",
    "blade-ato-1a",
    "blade-ato-2a",
    "blade-ato-3a",
    "blade-ato-5a",
    "blade-ato-7a5",
    "blade-holder",
    "blower-12v-4pin",
    "eth-extension",
    "eth-patch-05ft",
    "eth-patch-1ft",
    "fan-12v-2pin",
    "fan-12v-4pin",
    "fan-controller-sata",
    "ferrule-034",
    "ferrule-075",
    "ferrule-1",
    "front-panel-led",
    "gs308",
    "jumper-lead",
    "lever-splice-2",
    "lever-splice-3",
    "lever-splice-5",
    "m2-enclosure",
    "molex-pigtail",
    "pi-3b",
    "pi-3b-plus",
    "pi-4b",
    "pi-5",
    "pi-zero-2w",
    "relay-16ch-opto-low",
    "relay-1ch-hl",
    "relay-1ch-opto-low",
    "relay-2ch-opto-low",
    "relay-4ch-opto-low",
    "relay-8ch-opto-low",
    "resistor-290",
    "resistor-300",
    "resistor-470",
    "switch-5port",
    "toggle-spst",
    "twin-ferrule-05",
    "usb-a-c-1ft",
    "usb-a-c-angle",
    "usb-a-micro-1ft",
    "usb-a-screw",
    "usb-c-data",
    "wire-18-silicone",
    "wire-22-silicone",
};

/// Every chip that drives a 40-pin header, ascending by id.
pub const SOCS: &[File] = files! { "socs":
    "bcm2711",
    "bcm2837",
    "rp1",
};

/// The connectors: `[connector.<id>]` tables.
pub const CONNECTORS: &str = include_str!("../connectors.toml");
/// Where findings say [`CONNECTORS`] is.
pub const CONNECTORS_PATH: &str = "library/connectors.toml";

/// Which firmware lines claim which GPIOs: `[claim.<name>]` tables.
pub const OVERLAYS: &str = include_str!("../overlays.toml");
/// Where findings say [`OVERLAYS`] is.
pub const OVERLAYS_PATH: &str = "library/overlays.toml";

/// The part of an id.
pub fn part(id: &str) -> Option<&'static File> {
    find(PARTS, id)
}

/// The chip of an id.
pub fn soc(id: &str) -> Option<&'static File> {
    find(SOCS, id)
}

fn find(files: &'static [File], id: &str) -> Option<&'static File> {
    let at = files.binary_search_by_key(&id, |file| file.id).ok()?;
    Some(&files[at])
}
