//! The relay daemon's file: parse, check, write. It knows nothing of the model, of GPIO, of sockets or the clock.
//!
//! What the daemon must know of the circuit was worked out beforehand and stands here; `docs/relayd.md` explains every key.

mod firmware;
mod limits;
mod others;
mod slug;

use std::collections::BTreeSet;
use std::fmt;

pub use firmware::held;
pub use limits::{Limits, Watchdog};
use serde::{Deserialize, Serialize};
use slug::slug;

/// The version of this format. A daemon refuses a file of another one.
pub const SCHEMA: u32 = 1;
/// Longest time in the file, milliseconds: a day.
pub const LONGEST_MS: u64 = 24 * 60 * 60 * 1000;

/// One controller's file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RelayConfig {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The device that runs the daemon: `pi[5]`.
    pub controller: String,
    /// Its name in addresses and file names: `pi-5`.
    pub slug: String,
    /// The build that this was made from.
    pub build: Origin,
    /// Least time between two outlets being switched, milliseconds: what a start draws must not add up.
    pub stagger_ms: u64,
    /// Controllers that may restart this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub watched_by: Vec<String>,
    /// Lines of `config.txt` that hold the outputs safe from power-on until the daemon requests its lines.
    pub config_txt: Vec<String>,
    /// Bounds on what may be asked.
    #[serde(default, skip_serializing_if = "Limits::is_default")]
    pub limits: Limits,
    /// How the watch over nodes behaves.
    #[serde(default, skip_serializing_if = "Watchdog::is_default")]
    pub watchdog: Watchdog,
    /// GPIO chips in use.
    #[serde(default, rename = "chip", skip_serializing_if = "Vec::is_empty")]
    pub chips: Vec<Chip>,
    /// What this controller switches.
    #[serde(default, rename = "outlet", skip_serializing_if = "Vec::is_empty")]
    pub outlets: Vec<Outlet>,
    /// Rules over several outlets.
    #[serde(default, rename = "interlock", skip_serializing_if = "Vec::is_empty")]
    pub interlocks: Vec<Interlock>,
    /// Errors of the build that somebody accepted.
    #[serde(default, rename = "waived", skip_serializing_if = "Vec::is_empty")]
    pub waived: Vec<Waived>,
}

/// The build that a file was made from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Origin {
    /// Its slug.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A GPIO chip, found by its label: numbers of chips change from kernel to kernel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Chip {
    /// `pinctrl-bcm2711`.
    pub label: String,
}

/// One relay and what hangs on it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Outlet {
    /// What it switches: `pi[2]`.
    pub name: String,
    /// Its name in addresses: `pi-2`.
    pub slug: String,
    /// Label of its chip.
    pub chip: String,
    /// The line's name at the kernel: `GPIO4`.
    pub line: String,
    /// The line's offset: a cross-check of the name.
    pub offset: u32,
    /// The level that energises the coil.
    pub active: Level,
    /// The throw that the load hangs on.
    pub contact: Contact,
    /// Whether the load has power with the coil at rest; a cross-check of `contact`.
    pub at_rest: Power,
    /// The level with the coil at rest, requested first and left last; a cross-check of `active`.
    pub safe: Level,
    /// How long a power cycle keeps the load off, milliseconds.
    pub off_ms: u64,
    /// How long a load must have been on before it may be switched off, milliseconds.
    pub on_min_ms: u64,
    /// How long a load stays off at least, milliseconds.
    pub off_min_ms: u64,
    /// Everything that loses its supply with this outlet, the load itself first.
    pub takes_down: Vec<String>,
    /// Most that they draw together, milliamperes; absent where the build does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draws_ma: Option<u32>,
    /// Whether this controller is among them: it must never be switched off from here.
    pub feeds_host: bool,
    /// Whether the one that may restart this controller is among them.
    pub feeds_rescuer: bool,
    /// Controllers (this one or others) that lose their power with this outlet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub feeds_controller: Vec<String>,
    /// Controllers that must answer before this outlet is cut as a matter of routine: with one of them hung, a hang of this controller in mid-cycle
    /// would leave nobody to restart either.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs_alive: Vec<String>,
    /// Whether it may only be cut for a cycle and never be left off: a hang of this controller while it is off would lock everybody out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub never_hold: bool,
    /// Whether this controller watches the load and may restart it by itself.
    pub watch: bool,
    /// How to see that the load lives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<Probe>,
}

/// A logic level.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Near 0 V.
    Low,
    /// Near 3.3 V.
    High,
}

impl Level {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Low => Self::High,
            Self::High => Self::Low,
        }
    }
}

/// A throw of a relay.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Contact {
    /// Closed at rest: energised means the load is off.
    Nc,
    /// Closed when energised: energised means the load is on.
    No,
}

impl Contact {
    /// Whether a load on this throw has power with the coil at rest.
    pub fn at_rest(self) -> Power {
        match self {
            Self::Nc => Power::On,
            Self::No => Power::Off,
        }
    }
}

/// Whether a load has power.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Power {
    On,
    Off,
}

/// How to see that a load lives; exactly one of `ping`, `tcp`, `http`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Probe {
    /// It answers an echo request.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ping: bool,
    /// It accepts a connection at this port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tcp: Option<u16>,
    /// It answers a request for this path with a success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<String>,
    /// Time between two looks, milliseconds.
    pub every_ms: u64,
    /// Looks in a row that must fail before the load counts as hung.
    pub fails: u32,
}

/// A rule over several outlets, all of this file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Interlock {
    /// Its id in the build.
    pub name: String,
    /// At most so many of `of` may be off at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
    /// The outlets that `at-most` counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<String>,
    /// Outlets of which no two may be off at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub never_both: Vec<String>,
    /// What has to happen before one of them goes off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_off: Option<String>,
    /// Nobody may override it.
    pub hard: bool,
    /// Members that another controller switches: this daemon cannot see them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<String>,
}

/// An error of the build that somebody accepted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Waived {
    /// `N012`.
    pub rule: String,
    /// What it is about.
    pub subject: String,
    /// Why it is accepted.
    pub reason: String,
}

/// Why a file cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConfigError {
    /// It is no TOML, or a key is unknown, missing or of the wrong shape: the reader's words, with line and column.
    Shape(String),
    /// It is of another version of the format.
    Schema(i64),
    /// It contradicts itself: every contradiction, a sentence each.
    Contradictions(Vec<String>),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(words) => f.write_str(words.trim_end()),
            Self::Schema(found) => write!(f, "the file has schema {found}, and this program reads schema {SCHEMA}"),
            Self::Contradictions(all) => f.write_str(&all.join("\n")),
        }
    }
}

impl std::error::Error for ConfigError {}

impl RelayConfig {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// See [`ConfigError`]; a key that nobody knows is an error.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        // The version comes first, so that a file of another one is told as that and not as a heap of unknown keys.
        let table: toml::Table = toml::from_str(text).map_err(|error| ConfigError::Shape(error.to_string()))?;
        match table.get("schema").and_then(toml::Value::as_integer) {
            Some(schema) if schema != i64::from(SCHEMA) => return Err(ConfigError::Schema(schema)),
            _ => {}
        }
        let config: Self = toml::from_str(text).map_err(|error| ConfigError::Shape(error.to_string()))?;
        config.check()?;
        Ok(config)
    }

    /// Whether the file agrees with itself.
    ///
    /// # Errors
    /// [`ConfigError::Schema`] or [`ConfigError::Contradictions`].
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.schema != SCHEMA {
            return Err(ConfigError::Schema(i64::from(self.schema)));
        }
        let mut wrong = Vec::new();
        slug(&self.slug, &mut wrong);
        if self.stagger_ms > LONGEST_MS {
            wrong.push("`stagger-ms` is longer than a day".to_owned());
        }
        self.limits.check(&mut wrong);
        self.watchdog.check(&mut wrong);
        let chips: BTreeSet<&str> = self.chips.iter().map(|chip| chip.label.as_str()).collect();
        if chips.len() != self.chips.len() {
            wrong.push("a chip is listed twice".to_owned());
        }
        let (mut names, mut slugs, mut lines) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for outlet in &self.outlets {
            outlet.check(&chips, &mut wrong);
            let name = &outlet.name;
            if !names.insert(name.as_str()) {
                wrong.push(format!("outlet `{name}` is listed twice"));
            }
            if !slugs.insert(outlet.slug.as_str()) {
                wrong.push(format!("outlet `{name}` shares its slug `{}` with another", outlet.slug));
            }
            if !lines.insert((outlet.chip.as_str(), outlet.offset)) {
                wrong.push(format!("outlet `{name}` shares line {} of `{}` with another", outlet.offset, outlet.chip));
            }
            if outlet.off_ms > self.limits.off_max_ms {
                wrong.push(format!("outlet `{name}`: `off-ms` is longer than `off-max-ms` of `[limits]`"));
            }
            if outlet.feeds_host != outlet.takes_down.contains(&self.controller) {
                wrong.push(format!("outlet `{name}`: `feeds-host` and `takes-down` disagree"));
            }
            if let Some(other) = outlet.feeds_controller.iter().find(|other| !outlet.takes_down.contains(other)) {
                wrong.push(format!("outlet `{name}`: `feeds-controller` names `{other}`, and `takes-down` does not"));
            }
            if outlet.needs_alive.contains(&self.controller) {
                wrong.push(format!("outlet `{name}`: `needs-alive` names the controller itself"));
            }
            if outlet.feeds_rescuer != outlet.takes_down.iter().any(|down| self.watched_by.contains(down)) {
                wrong.push(format!("outlet `{name}`: `feeds-rescuer` and `takes-down` disagree"));
            }
        }
        for interlock in &self.interlocks {
            interlock.check(&names, &mut wrong);
        }
        if wrong.is_empty() { Ok(()) } else { Err(ConfigError::Contradictions(wrong)) }
    }

    /// The file as text; [`RelayConfig::parse`] gives the same value back.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("every value of this type has a TOML form")
    }
}

impl Outlet {
    fn check(&self, chips: &BTreeSet<&str>, wrong: &mut Vec<String>) {
        let name = &self.name;
        slug(&self.slug, wrong);
        if !chips.contains(self.chip.as_str()) {
            wrong.push(format!("outlet `{name}`: no `[[chip]]` has the label `{}`", self.chip));
        }
        if self.line != format!("GPIO{}", self.offset) && self.line.starts_with("GPIO") {
            wrong.push(format!("outlet `{name}`: line `{}` and offset {} disagree", self.line, self.offset));
        }
        if self.at_rest != self.contact.at_rest() {
            wrong.push(format!("outlet `{name}`: `contact` and `at-rest` disagree"));
        }
        if self.safe != self.active.other() {
            wrong.push(format!("outlet `{name}`: `safe` is the level that energises the coil"));
        }
        if self.off_ms == 0 {
            wrong.push(format!("outlet `{name}`: `off-ms` is 0"));
        }
        for (key, value) in [("off-ms", self.off_ms), ("on-min-ms", self.on_min_ms), ("off-min-ms", self.off_min_ms)] {
            if value > LONGEST_MS {
                wrong.push(format!("outlet `{name}`: `{key}` is longer than a day"));
            }
        }
        if self.off_ms < self.off_min_ms {
            wrong.push(format!("outlet `{name}`: `off-ms` is shorter than `off-min-ms`"));
        }
        if self.takes_down.first() != Some(name) {
            wrong.push(format!("outlet `{name}`: `takes-down` does not begin with it"));
        }
        if let Some(probe) = &self.probe {
            let ways = usize::from(probe.ping) + usize::from(probe.tcp.is_some()) + usize::from(probe.http.is_some());
            if ways != 1 {
                wrong.push(format!("outlet `{name}`: its probe has {ways} of `ping`, `tcp` and `http`, and takes one"));
            }
            if probe.every_ms == 0 || probe.every_ms > LONGEST_MS || probe.fails == 0 {
                wrong
                    .push(format!("outlet `{name}`: its probe needs `every-ms` up to a day and `fails` of at least 1"));
            }
        }
    }
}

impl Interlock {
    fn check(&self, outlets: &BTreeSet<&str>, wrong: &mut Vec<String>) {
        let name = &self.name;
        for member in self.of.iter().chain(&self.never_both) {
            if !outlets.contains(member.as_str()) {
                wrong.push(format!("interlock `{name}`: no outlet is named `{member}`"));
            }
        }
        if self.at_most.is_some() && self.of.is_empty() {
            wrong.push(format!("interlock `{name}`: `at-most` counts nothing, `of` is empty"));
        }
        if self.at_most.is_none() && self.never_both.is_empty() && self.before_off.is_none() {
            wrong.push(format!("interlock `{name}` says nothing"));
        }
    }
}
