//! What flows, and what every load gets: for one scenario and state or for the worst of all, as text, JSON and CSV.
//!
//! ```text
//! words ── ask ──▶ Question ── read ──▶ Report ── table · json · csv
//! ```

pub mod report;

mod question;
mod csv;
mod heads;
mod json;
mod spice;
mod table;
mod told;
mod verdict;

pub use question::{Question, ask};
pub use report::{Report, read};

pub use csv::csv;
pub use heads::{Head, Hot};
pub use json::json;
pub use spice::deck;
pub use table::{all, table};
pub use verdict::Verdict;

pub(crate) use table::{Columns, short};
pub(crate) use told::{edge, name};
