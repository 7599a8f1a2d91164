//! A simulated box that several can reach: the control thread drives its lines, the guard too, and somebody spoils it.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::BorrowedFd;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use relay_config::{Level, RelayConfig};

use super::panel::{Bank, unpoisoned};
use crate::lines::sim::{Fault, Habits, Sim};
use crate::lines::{Found, LineError, Lines, Wanted};

/// A box that exists only here. With a file it keeps its levels when the process dies, as systemd keeps descriptors of real lines.
#[derive(Clone, Debug)]
pub struct Simulated {
    sim: Arc<Mutex<Sim>>,
    levels: Option<Arc<Mutex<Levels>>>,
}

/// The levels on the disk.
#[derive(Debug)]
struct Levels {
    path: PathBuf,
    levels: BTreeMap<String, Level>,
}

impl Levels {
    fn write(&self) -> io::Result<()> {
        let line = |(outlet, level): (&String, &Level)| {
            format!("{} {outlet}\n", if *level == Level::High { "high" } else { "low" })
        };
        let text: String = self.levels.iter().map(line).collect();
        let beside = self.path.with_extension("new");
        std::fs::write(&beside, text)?;
        std::fs::rename(&beside, &self.path)
    }
}

/// The levels that a file has; none where it is not there or says something else.
fn read(path: &std::path::Path) -> BTreeMap<String, Level> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let line = |line: &str| {
        let (level, outlet) = line.split_once(' ')?;
        let level = match level {
            "high" => Level::High,
            "low" => Level::Low,
            _ => return None,
        };
        Some((outlet.to_owned(), level))
    };
    text.lines().filter_map(line).collect()
}

impl Simulated {
    /// A box as a config describes it. `kept` is the file in which its levels outlive the process.
    pub fn new(config: &RelayConfig, habits: Habits, now_ms: u64, kept: Option<PathBuf>) -> Self {
        let mut sim = Sim::new(config, habits, now_ms);
        let levels = kept.map(|path| Levels { levels: read(&path), path });
        if let Some(levels) = &levels {
            for (at, outlet) in config.outlets.iter().enumerate() {
                if let Some(&level) = levels.levels.get(&outlet.name) {
                    sim.keep(at, level);
                }
            }
        }
        Self { sim: Arc::new(Mutex::new(sim)), levels: levels.map(|levels| Arc::new(Mutex::new(levels))) }
    }

    /// Lets time pass; gives the machines that told that they live.
    pub fn advance(&self, now_ms: u64) -> Vec<(u64, String)> {
        unpoisoned(&self.sim).advance(now_ms)
    }

    /// Whether the machine of an outlet answers; `None` where there is no such outlet.
    pub fn answers(&self, outlet: &str) -> Option<bool> {
        let sim = unpoisoned(&self.sim);
        sim.find(outlet).map(|at| sim.answers(at))
    }

    /// Spoils an outlet, or mends it; false where there is none of this name.
    pub fn spoil(&self, outlet: &str, fault: Option<Fault>) -> bool {
        let mut sim = unpoisoned(&self.sim);
        let Some(at) = sim.find(outlet) else { return false };
        match fault {
            Some(fault) => sim.spoil(at, fault),
            None => sim.mend(at),
        }
        true
    }

    /// Takes lines; outlets that the box does not have yet are added to it.
    pub(crate) fn take(&self, wanted: &[Wanted], config: &RelayConfig) -> Held {
        let mut sim = unpoisoned(&self.sim);
        let mut lines = Vec::new();
        for wanted in wanted {
            let at = sim.find(&wanted.outlet).or_else(|| {
                let outlet = config.outlets.iter().find(|outlet| outlet.name == wanted.outlet)?;
                Some(sim.add(outlet))
            });
            lines.push(at.expect("lines are wanted for outlets of the config"));
        }
        let found = lines.iter().map(|&at| sim.found()[at]).collect();
        Held { source: self.clone(), names: wanted.iter().map(|one| one.outlet.clone()).collect(), lines, found }
    }
}

/// Simulated lines that are held.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    source: Simulated,
    names: Vec<String>,
    lines: Vec<usize>,
    found: Vec<Found>,
}

impl Lines for Held {
    fn found(&self) -> &[Found] {
        &self.found
    }

    fn set(&mut self, line: usize, level: Level) -> Result<(), LineError> {
        unpoisoned(&self.source.sim).set(self.lines[line], level)?;
        if let Some(levels) = &self.source.levels {
            let mut levels = unpoisoned(levels);
            if levels.levels.insert(self.names[line].clone(), level) != Some(level) {
                let wrote = levels.write();
                let failed = |error: io::Error| LineError::Io {
                    what: "keeping simulated levels".to_owned(),
                    why: error.to_string(),
                };
                wrote.map_err(failed)?;
            }
        }
        Ok(())
    }

    fn levels(&self) -> Result<Vec<Level>, LineError> {
        let all = unpoisoned(&self.source.sim).levels()?;
        Ok(self.lines.iter().map(|&at| all[at]).collect())
    }

    fn store(&self) -> Vec<(String, BorrowedFd<'_>)> {
        Vec::new()
    }
}

impl Bank for Held {
    fn twin(&self) -> io::Result<Box<dyn Bank>> {
        Ok(Box::new(self.clone()))
    }
}
