//! Lines that drive relays: real ones at a GPIO chip, simulated ones where there is none. Levels only; what a level means for a load stands elsewhere.

pub mod gpio;
pub mod kernel;
pub mod names;
pub mod sim;

#[cfg(test)]
pub(crate) mod fake;

use std::fmt;
use std::os::fd::BorrowedFd;

use relay_config::{Level, RelayConfig};

/// Who the kernel says holds a line: what others see when they ask for it.
pub const CONSUMER: &str = "wireloom-relayd";

/// A line that is wanted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// The outlet that it drives: `pi[2]`.
    pub outlet: String,
    /// Its chip's label.
    pub chip: String,
    /// Its name at the kernel: `GPIO4`.
    pub line: String,
    /// Its number at the chip.
    pub offset: u32,
    /// The level with the coil at rest; the line is requested at it unless it is an output already.
    pub safe: Level,
}

/// The lines of a config, in its order.
pub fn wanted(config: &RelayConfig) -> Vec<Wanted> {
    let one = |outlet: &relay_config::Outlet| Wanted {
        outlet: outlet.name.clone(),
        chip: outlet.chip.clone(),
        line: outlet.line.clone(),
        offset: outlet.offset,
        safe: outlet.safe,
    };
    config.outlets.iter().map(one).collect()
}

/// How a line was before it was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// It was no output: it was requested at its safe level.
    Input,
    /// It was an output at this level, and was taken over at it.
    Output(Level),
    /// It came from systemd's store, held at this level all the while.
    Kept(Level),
}

/// Lines that are held. Dropping them gives them back to the kernel.
pub trait Lines {
    /// How each line was before it was taken, in the order they were asked for.
    fn found(&self) -> &[Found];

    /// Drives a line, by its place in that order.
    ///
    /// # Errors
    /// [`LineError::Io`]; the line may stand at either level then.
    fn set(&mut self, line: usize, level: Level) -> Result<(), LineError>;

    /// The levels that the lines drive, in that order: what the pin has, not what the contact does.
    ///
    /// # Errors
    /// [`LineError::Io`].
    fn levels(&self) -> Result<Vec<Level>, LineError>;

    /// Descriptors for systemd's store and the names they are kept under; nothing where lines cannot outlive the process.
    fn store(&self) -> Vec<(String, BorrowedFd<'_>)>;
}

/// Why lines cannot be had or driven.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LineError {
    /// No chip has this label. It may come: its driver may not be loaded yet.
    NoChip {
        /// The label.
        label: String,
        /// Labels that exist, with their devices.
        exist: Vec<String>,
    },
    /// More than one chip has this label.
    TwoChips {
        /// The label.
        label: String,
        /// Their devices.
        devices: Vec<String>,
    },
    /// The chip ends before the line.
    NoLine {
        /// Whose line.
        outlet: String,
        /// The chip's label.
        chip: String,
        /// The line's number.
        offset: u32,
        /// How many the chip has.
        lines: u32,
    },
    /// The line at this number has another name.
    OtherLine {
        /// Whose line.
        outlet: String,
        /// Its name in the config.
        line: String,
        /// Its number.
        offset: u32,
        /// Its name at the kernel.
        found: String,
        /// The number at which the kernel has the config's name.
        named: Option<u32>,
    },
    /// Somebody else holds the line.
    Busy {
        /// Whose line.
        outlet: String,
        /// Its name.
        line: String,
        /// Who: what the holder calls itself.
        holder: String,
    },
    /// The kernel refuses.
    Io {
        /// What was tried.
        what: String,
        /// Its words.
        why: String,
    },
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoChip { label, exist } if exist.is_empty() => {
                write!(f, "no GPIO chip has the label `{label}`: there is no chip at all that this account may open")
            }
            Self::NoChip { label, exist } => {
                write!(f, "no GPIO chip has the label `{label}`; there are {}", exist.join(", "))
            }
            Self::TwoChips { label, devices } => write!(f, "{} all have the label `{label}`", devices.join(", ")),
            Self::NoLine { outlet, chip, offset, lines } => {
                write!(f, "outlet `{outlet}`: `{chip}` has {lines} lines, and none with the number {offset}")
            }
            Self::OtherLine { outlet, line, offset, found, named } => {
                write!(f, "outlet `{outlet}`: line {offset} is `{found}`, and the config calls it `{line}`")?;
                match named {
                    Some(number) => write!(f, ", which is line {number}"),
                    None => Ok(()),
                }
            }
            Self::Busy { outlet, line, holder } if holder.is_empty() => {
                write!(f, "outlet `{outlet}`: line `{line}` is held by somebody without a name")
            }
            Self::Busy { outlet, line, holder } => write!(f, "outlet `{outlet}`: line `{line}` is held by `{holder}`"),
            Self::Io { what, why } => write!(f, "{what}: {why}"),
        }
    }
}

impl std::error::Error for LineError {}
