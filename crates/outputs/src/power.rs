//! What flows, and what every load gets: for one scenario and state or for the worst of all, as text, JSON, CSV and drawing.
//!
//! ```text
//! words ── ask ──▶ Question ── read ──▶ Report ── table · json · csv · drawing
//! ```

pub mod drawing;
pub mod loops;
pub mod report;

mod csv;
mod heads;
mod json;
mod question;
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
pub use verdict::{Needs, Verdict};

pub(crate) use table::{Columns, binding, short, weakest};
pub(crate) use told::{edge, name, number_of, volts, volts_edge};
