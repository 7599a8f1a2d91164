//! The simulated chip from outside: the level of every pin, and everything the kernel ever drove it to, without a gap.

use std::fs;
use std::path::{Path, PathBuf};

use relay_config::Level;

const TRACE: &str = "/sys/kernel/tracing";

/// A line was driven.
pub struct Edge {
    /// Its number.
    pub line: u32,
    /// The level.
    pub level: Level,
    /// When, milliseconds since the boot.
    pub at_ms: u64,
}

/// The chip that `init.sh` made.
pub struct Chip {
    folder: PathBuf,
    base: u32,
}

impl Chip {
    /// Finds it, and has the kernel write down every level that a line is driven to.
    pub fn open() -> Self {
        let folder = PathBuf::from(fs::read_to_string("/run/chip").expect("init.sh says where the chip is").trim());
        // `gpiochip0: GPIOs 512-539, parent: ...`: the kernel's log of events counts lines from there.
        let table = fs::read_to_string("/sys/kernel/debug/gpio").expect("debugfs is mounted");
        let base = table.split_once("GPIOs ").and_then(|(_, rest)| rest.split('-').next()?.parse().ok());
        fs::write(Path::new(TRACE).join("trace_clock"), "boot").expect("the kernel tells time as the daemon does");
        fs::write(Path::new(TRACE).join("events/gpio/gpio_value/enable"), "1").expect("the kernel tells of GPIO");
        Self { folder, base: base.expect("the table of chips has a base") }
    }

    /// The level of a pin, driven or pulled.
    pub fn level(&self, line: u32) -> Level {
        let path = self.folder.join(format!("sim_gpio{line}/value"));
        match fs::read_to_string(path).expect("a simulated pin has a level").trim() {
            "1" => Level::High,
            _ => Level::Low,
        }
    }

    /// Forgets what was driven so far.
    pub fn forget(&self) {
        fs::write(Path::new(TRACE).join("trace"), "").expect("the log of events can be cleared");
    }

    /// [`Chip::edges`] without their times.
    pub fn driven(&self) -> Vec<(u32, Level)> {
        self.edges().into_iter().map(|edge| (edge.line, edge.level)).collect()
    }

    /// Every level that a line was driven to since [`Chip::forget`], in order, the same level again as well.
    pub fn edges(&self) -> Vec<Edge> {
        let text = fs::read_to_string(Path::new(TRACE).join("trace")).expect("the log of events can be read");
        // `guest-71 [000] ..... 3.141592: gpio_value: 530 set 1`
        let read = |line: &str| {
            let (number, what) = line.split_once("gpio_value: ")?.1.split_once(' ')?;
            let level = match what.trim() {
                "set 0" => Level::Low,
                "set 1" => Level::High,
                _ => return None,
            };
            let (seconds, micros) = line.split_once(": gpio_value")?.0.rsplit(' ').next()?.split_once('.')?;
            let at_ms = seconds.parse::<u64>().ok()? * 1000 + micros.parse::<u64>().ok()? / 1000;
            Some(Edge { line: number.parse::<u32>().ok()? - self.base, level, at_ms })
        };
        text.lines().filter(|line| !line.starts_with('#')).filter_map(read).collect()
    }
}
