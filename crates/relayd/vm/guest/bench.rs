//! The whole box under test: chip, outlets, systemd; and what can be asked of them.

use std::collections::BTreeMap;

use relay_config::{Outlet, Power};
use relay_engine::truth;
use relayd::journal::Journal;

use crate::board;
use crate::chip::{Chip, Edge};
use crate::systemd::Systemd;

/// The box.
pub struct Bench {
    pub chip: Chip,
    pub outlets: Vec<Outlet>,
    pub systemd: Systemd,
}

impl Bench {
    /// With nothing kept.
    pub fn new(chip: Chip) -> Self {
        Self { chip, outlets: board::outlets(), systemd: Systemd::new("unit") }
    }

    /// Whether an outlet's load has power, by the level at its pin.
    pub fn power(&self, outlet: &Outlet) -> Power {
        truth::power_at(outlet, self.chip.level(outlet.offset))
    }

    /// Names of outlets without power.
    pub fn dark(&self) -> Vec<String> {
        let dark = self.outlets.iter().filter(|outlet| self.power(outlet) == Power::Off);
        dark.map(|outlet| outlet.name.clone()).collect()
    }

    /// What was driven, by outlet: power and when, milliseconds since the boot.
    pub fn moves(&self) -> BTreeMap<String, Vec<(Power, u64)>> {
        let mut moves = BTreeMap::<String, Vec<(Power, u64)>>::new();
        for Edge { line, level, at_ms } in self.chip.edges() {
            if let Some(outlet) = self.outlets.iter().find(|outlet| outlet.offset == line) {
                moves.entry(outlet.name.clone()).or_default().push((truth::power_at(outlet, level), at_ms));
            }
        }
        moves
    }
}

/// Leases in the journal of a folder: outlet and end, milliseconds since the boot.
pub fn leases(folder: &str) -> Result<BTreeMap<String, u64>, String> {
    let (journal, damage) = Journal::read(format!("{folder}/journal").as_ref()).map_err(|error| error.to_string())?;
    match damage {
        Some(damage) => Err(damage.0),
        None => Ok(journal.contents().leases.iter().map(|one| (one.outlet.clone(), one.off_until_mono_ms)).collect()),
    }
}
