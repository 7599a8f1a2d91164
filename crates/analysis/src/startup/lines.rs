//! How each pin stands after `config.txt`, and at its start level.

use std::collections::BTreeMap;

use model::{Build, DeviceId, Gpio};

use crate::drives::PinState;
use crate::pins::{Firmware, firmware};

/// What the `gpio=` lines of a `config.txt` leave of a pin.
#[derive(Clone, Copy, Default)]
struct Set {
    /// An output: whether it is high. `gpio=18=op` alone drives low.
    output: Option<bool>,
    pull: Option<PinState>,
}

/// Pins as their controllers' `config.txt` sets them.
pub struct Configured<'a> {
    of: BTreeMap<DeviceId, (&'a Gpio, BTreeMap<u32, Set>)>,
}

impl<'a> Configured<'a> {
    /// Reads the `gpio=` lines of every controller, in their order.
    pub fn of(build: &'a Build) -> Self {
        let mut of = BTreeMap::new();
        for gpio in &build.gpio {
            let mut pins: BTreeMap<u32, Set> = BTreeMap::new();
            for line in gpio.firmware.iter().filter(|line| line.value.trim_start().starts_with("gpio")) {
                let Firmware::Sets { gpios, words } = firmware(&build.overlays, &line.value) else { continue };
                for pin in gpios {
                    let set = pins.entry(pin).or_default();
                    for word in &words {
                        match word.as_str() {
                            "op" => set.output = set.output.or(Some(false)),
                            "ip" => set.output = None,
                            "dh" => set.output = set.output.map(|_| true),
                            "dl" => set.output = set.output.map(|_| false),
                            "pu" => set.pull = Some(PinState::PullUp),
                            "pd" => set.pull = Some(PinState::PullDown),
                            "pn" => set.pull = Some(PinState::Float),
                            _ => {}
                        }
                    }
                }
            }
            of.insert(gpio.device, (gpio, pins));
        }
        Self { of }
    }

    /// A line's pin at reset, after `config.txt`, and at its start.
    pub fn pins(&self, build: &Build, (device, line): (DeviceId, u32), reset: PinState) -> [PinState; 3] {
        let offset = build.part_of(device).lines[line as usize].offset;
        let (Some((gpio, pins)), Some(offset)) = (self.of.get(&device), offset) else {
            return [reset; 3];
        };
        let set = pins.get(&offset).copied().unwrap_or_default();
        let configured = match set.output {
            Some(true) => PinState::High,
            Some(false) => PinState::Low,
            None => set.pull.unwrap_or(reset),
        };
        let start = gpio.uses.get(&offset).and_then(|of| of.start.as_ref());
        let started = match start.map(|start| start.value.as_str()) {
            Some("high") => PinState::High,
            Some("low") => PinState::Low,
            Some(_) => set.pull.unwrap_or(reset),
            None => configured,
        };
        [reset, configured, started]
    }
}
