//! Showing: bytes from values, no clock, no disk; the same input gives the same bytes.
//!
//! A finding reaches this crate as a value; it does not know the rules.

pub mod summary;
pub mod terminal;

pub mod github;
pub mod json;
pub mod sarif;

pub mod control;
pub mod explain;
pub mod faults;
pub mod power;
pub mod states;

pub mod bom;
pub mod bom_csv;
pub mod diff;
mod lines;
pub mod model_json;
pub mod plan;
pub mod readings;
pub mod relayd;
pub mod sheet;
pub mod site;
pub mod wires_csv;

use analysis::Facts;
use model::Build;
use source::{Finding, Level, Rule, SourceMap};

/// Everything that can be shown of one run.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The texts.
    pub sources: &'a SourceMap,
    /// What they say.
    pub build: &'a Build,
    /// What follows from it.
    pub facts: &'a Facts,
    /// What was found, settled and sorted.
    pub findings: &'a [Finding],
    /// Every rule there is, in the order of their codes.
    pub rules: &'a [&'static Rule],
}

/// A view that a machine may act on: no error but waived ones, and nothing left unproved. Only [`View::sound`] makes one.
#[derive(Clone, Copy)]
pub struct Sound<'a>(View<'a>);

impl<'a> View<'a> {
    /// This view, if a machine may act on it.
    ///
    /// Reading and binding errors (families D and M) bar the way even if something marked them as waived.
    pub fn sound(self) -> Option<Sound<'a>> {
        let bars = |finding: &Finding| match finding.level() {
            Level::Error => finding.waived.is_none() || finding.rule.code.starts_with(['D', 'M']),
            Level::NotVerified => true,
            Level::Warning | Level::Note => false,
        };
        if self.findings.iter().any(bars) { None } else { Some(Sound(self)) }
    }
}

impl<'a> Sound<'a> {
    /// The view itself.
    pub fn view(self) -> View<'a> {
        self.0
    }
}

/// A file to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Artifact {
    /// Where, relative to the output folder, with `/`.
    pub path: String,
    /// What.
    pub bytes: Vec<u8>,
}

impl Artifact {
    /// A text file.
    pub fn text(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), bytes: text.into().into_bytes() }
    }
}

/// How an output comes to be.
#[derive(Clone, Copy)]
pub enum Render {
    /// From any view.
    Always(fn(View<'_>) -> Vec<Artifact>),
    /// From a sound one only: a machine acts on it.
    WhenSound(fn(Sound<'_>) -> Vec<Artifact>),
}

/// One kind of output.
#[derive(Clone, Copy)]
pub struct Output {
    /// `bom`, `wires`, `site`, `relayd`.
    pub name: &'static str,
    /// How it comes to be.
    pub render: Render,
}

impl Output {
    /// Its files; `None` if it needs a sound view and this is none.
    pub fn files(&self, view: View<'_>) -> Option<Vec<Artifact>> {
        match self.render {
            Render::Always(render) => Some(render(view)),
            Render::WhenSound(render) => view.sound().map(render),
        }
    }
}

/// What `wireloom build` writes, in this order.
pub const ALL: &[Output] = &[bom_csv::OUTPUT, wires_csv::OUTPUT, relayd::OUTPUT, site::OUTPUT];
