//! Who claims which GPIO of each controller: wires, firmware lines, the console, the HAT EEPROM.

use std::collections::BTreeMap;

use model::build::Overlay;
use model::part::Written;
use model::{Build, DeviceId, RunId};

use crate::drives::Drives;

/// What claims a pin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Claimant {
    /// A wire of this run.
    Wire(RunId),
    /// A firmware line that loads an overlay or switches a peripheral on: its name.
    Firmware(String),
    /// `gpio=18=op,dh`: plain use, as an output or an input.
    Plain {
        /// `op`.
        output: bool,
    },
    /// The serial console.
    Console,
    /// The board itself, for this reason.
    Board(String),
}

/// One claim.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Who.
    pub by: Claimant,
    /// Every pin that it takes together with this one.
    pub group: Vec<u32>,
    /// Where.
    pub span: Written,
}

/// A pin of a controller.
#[derive(Clone, Debug, Default)]
pub struct Pin {
    /// Claims in the order: board, firmware lines as written, wires.
    pub claims: Vec<Claim>,
    /// Whether it is used as a plain line: it drives an input, or `[gpio]` says how it starts.
    pub plain: bool,
    /// Runs of the wires on it.
    pub runs: Vec<RunId>,
}

/// Pins by controller and BCM number; only those that something claims or is wired to.
pub struct Pins {
    /// In order.
    pub all: BTreeMap<(DeviceId, u32), Pin>,
    /// Firmware lines that the table of overlays does not know: device, line's index.
    pub unknown: Vec<(DeviceId, usize)>,
}

/// What one line of config.txt does to header pins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Firmware {
    /// Takes these pins for something; the name of it, and its parameters.
    Takes {
        /// Overlay or parameter.
        name: String,
        /// BCM numbers.
        gpios: Vec<u32>,
    },
    /// Sets pins plainly: `op`, `ip`, `dh`, `dl`, `pu`, `pd`, `pn`, `a0`–`a5`.
    Sets {
        /// BCM numbers.
        gpios: Vec<u32>,
        /// The words behind the equals sign.
        words: Vec<String>,
    },
    /// Nothing that touches the header.
    Nothing,
    /// An overlay or parameter that the table does not list.
    Unknown,
}

/// Reads one line of config.txt.
pub fn firmware(overlays: &[Overlay], line: &str) -> Firmware {
    let line = line.split('#').next().unwrap_or("").trim();
    let Some((key, rest)) = line.split_once('=') else {
        return Firmware::Nothing;
    };
    match key.trim() {
        "dtoverlay" => {
            let mut words = rest.split(',').map(str::trim);
            let name = words.next().unwrap_or_default();
            let params: Vec<(&str, &str)> = words.map(|word| word.split_once('=').unwrap_or((word, ""))).collect();
            takes(overlays, name, &params, false)
        }
        "dtparam" => {
            let mut taken: Vec<(String, Vec<u32>)> = Vec::new();
            for piece in rest.split(',') {
                let (name, value) = piece.split_once('=').unwrap_or((piece, "on"));
                if matches!(value.trim(), "off" | "false" | "no" | "0") {
                    continue;
                }
                if let Firmware::Takes { name, gpios } = takes(overlays, name.trim(), &[], true) {
                    taken.push((name, gpios));
                }
            }
            let name = taken.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(",");
            let gpios: Vec<u32> = taken.into_iter().flat_map(|(_, gpios)| gpios).collect();
            if gpios.is_empty() { Firmware::Nothing } else { Firmware::Takes { name, gpios } }
        }
        "enable_uart" if rest.trim() == "1" => Firmware::Takes { name: "enable_uart".to_owned(), gpios: vec![14, 15] },
        "gpio" => {
            let (pins, words) = rest.split_once('=').unwrap_or((rest, ""));
            let mut gpios = Vec::new();
            for piece in pins.split(',') {
                let (first, last) = piece.split_once('-').unwrap_or((piece, piece));
                if let (Ok(first), Ok(last)) = (first.trim().parse::<u32>(), last.trim().parse::<u32>()) {
                    gpios.extend((first..=last.min(63)).take(64));
                }
            }
            Firmware::Sets { gpios, words: words.split(',').map(|word| word.trim().to_owned()).collect() }
        }
        _ => Firmware::Nothing,
    }
}

fn takes(overlays: &[Overlay], name: &str, params: &[(&str, &str)], dtparam: bool) -> Firmware {
    let Some(overlay) = overlays.iter().find(|overlay| overlay.name == name && (overlay.kind == "dtparam") == dtparam)
    else {
        // Switches of the board's own (`dtparam=act_led_trigger=…`) are not in the table, and most take no pin; overlays may.
        return if dtparam { Firmware::Nothing } else { Firmware::Unknown };
    };
    let mut gpios = overlay.gpios.clone();
    for &(key, value) in params {
        if let Some(at) = overlay.moves.iter().position(|moves| moves == key) {
            match (gpios.get_mut(at), value.parse()) {
                (Some(slot), Ok(pin)) => *slot = pin,
                // Some overlays take no pin until a parameter names one.
                (None, Ok(pin)) => gpios.push(pin),
                _ => {}
            }
        }
        if let Some(param) = overlay.params.iter().find(|param| param.name == key) {
            if !param.instead.is_empty() {
                gpios.clone_from(&param.instead);
            }
            gpios.retain(|pin| !param.frees.contains(pin));
            gpios.extend(&param.adds);
        }
    }
    if gpios.is_empty() { Firmware::Nothing } else { Firmware::Takes { name: name.to_owned(), gpios } }
}

/// All claims of a build.
pub fn compute(build: &Build, drives: &Drives) -> Pins {
    let mut all: BTreeMap<(DeviceId, u32), Pin> = BTreeMap::new();
    let mut unknown = Vec::new();
    for gpio in &build.gpio {
        for (index, line) in gpio.firmware.iter().enumerate() {
            let span = line.span;
            match firmware(&build.overlays, &line.value) {
                Firmware::Takes { name, gpios } => {
                    for &pin in &gpios {
                        let claim = Claim { by: Claimant::Firmware(name.clone()), group: gpios.clone(), span };
                        all.entry((gpio.device, pin)).or_default().claims.push(claim);
                    }
                }
                Firmware::Sets { gpios, words } => {
                    let output = words.iter().any(|word| word == "op");
                    let input = words.iter().any(|word| word == "ip");
                    for &pin in gpios.iter().filter(|_| output || input) {
                        let claim = Claim { by: Claimant::Plain { output }, group: vec![pin], span };
                        all.entry((gpio.device, pin)).or_default().claims.push(claim);
                    }
                }
                Firmware::Unknown => unknown.push((gpio.device, index)),
                Firmware::Nothing => {}
            }
        }
        if let Some((true, span)) = gpio.console {
            for pin in [14, 15] {
                let claim = Claim { by: Claimant::Console, group: vec![14, 15], span };
                all.entry((gpio.device, pin)).or_default().claims.push(claim);
            }
        }
        for (&pin, use_) in &gpio.uses {
            if use_.start.is_some() {
                all.entry((gpio.device, pin)).or_default().plain = true;
            }
        }
    }
    let mut at = BTreeMap::new();
    for (id, device, part) in build.each_device() {
        for (index, line) in (0..).zip(&part.lines) {
            let (Some(end), Some(offset), true) = (&line.at, line.offset, part.soc.is_some()) else {
                continue;
            };
            at.insert(device.terminal(end[0]), (id, offset));
            if drives.of_line(id, index).next().is_some() {
                all.entry((id, offset)).or_default().plain = true;
            }
        }
    }
    for wire in &build.wires {
        for end in wire.ends {
            if let Some(&key) = at.get(&end) {
                all.entry(key).or_default().runs.push(wire.run);
            }
        }
    }
    for (id, _, part) in build.each_device() {
        for line in &part.lines {
            let (Some(offset), Some(why)) = (line.offset, &line.reserved) else {
                continue;
            };
            if let Some(pin) = all.get_mut(&(id, offset)).filter(|pin| !pin.runs.is_empty() || !pin.claims.is_empty()) {
                pin.claims.insert(0, Claim { by: Claimant::Board(why.clone()), group: vec![offset], span: line.span });
            }
        }
    }
    Pins { all, unknown }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlay(name: &str, kind: &str, gpios: &[u32], moves: &[&str]) -> Overlay {
        Overlay {
            name: name.to_owned(),
            kind: kind.to_owned(),
            gpios: gpios.to_vec(),
            moves: moves.iter().map(|&word| word.to_owned()).collect(),
            params: Vec::new(),
            alias_of: None,
            note: None,
        }
    }

    #[test]
    fn a_firmware_line_takes_the_pins_that_its_parameters_say() {
        let all =
            [overlay("gpio-ir", "overlay", &[18], &["gpio_pin"]), overlay("spi", "dtparam", &[7, 8, 9, 10, 11], &[])];
        let takes = |gpios: &[u32], name: &str| Firmware::Takes { name: name.to_owned(), gpios: gpios.to_vec() };
        assert_eq!(firmware(&all, "dtoverlay=gpio-ir"), takes(&[18], "gpio-ir"));
        assert_eq!(firmware(&all, "dtoverlay=gpio-ir,gpio_pin=23"), takes(&[23], "gpio-ir"));
        assert_eq!(firmware(&all, "dtparam=spi=on"), takes(&[7, 8, 9, 10, 11], "spi"));
        assert_eq!(firmware(&all, "dtparam=spi=off"), Firmware::Nothing);
        assert_eq!(firmware(&all, "dtparam=audio=off,spi=on"), takes(&[7, 8, 9, 10, 11], "spi"));
        assert_eq!(
            firmware(&[overlay("act-led", "overlay", &[], &["gpio"])], "dtoverlay=act-led,gpio=18"),
            takes(&[18], "act-led")
        );
        assert_eq!(firmware(&all, "dtoverlay=nobody-knows"), Firmware::Unknown);
        let sets = Firmware::Sets { gpios: vec![4, 5, 6], words: vec!["op".to_owned(), "dh".to_owned()] };
        assert_eq!(firmware(&all, "gpio=4-6=op,dh # relays"), sets);
    }
}
