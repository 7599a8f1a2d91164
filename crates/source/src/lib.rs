//! Text, places in it, and what is said about those places.
//!
//! Reading never fails: [`documents::read`] returns a tree for every file and a finding for every byte that it could not use.
//! This crate never touches the disk; a [`documents::Reader`] is given to it.

pub mod finding;
pub mod piece;
pub mod span;
pub mod value;
pub mod words;

pub mod documents;
pub mod fields;
pub mod nearest;
pub mod reading;

pub use finding::{Finding, Findings, Label, Level, Rule, Severity, Verdict};
pub use piece::Piece;
pub use span::{FileId, Place, SourceMap, Span, Spanned, Text, Word};
pub use words::{Named, Words};
