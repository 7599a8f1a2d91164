//! One output on standard output or in a file.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use cli::Checked;
use outputs::{json, power};

use crate::ask::{Asked, Where};
use crate::drawing::Drawing;

/// What `export` takes.
#[derive(Args)]
pub struct Export {
    /// Which
    #[arg(value_enum)]
    kind: Kind,
    /// Of `spice`: the scenario [default: the greatest draw of every load]
    #[arg(long)]
    scenario: Option<String>,
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    drawing: Drawing,
    /// Write to a file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// The bill as CSV
    Bom,
    /// The cut list as CSV
    Wires,
    /// The whole build as JSON
    Model,
    /// The test sheet as CSV, to be filled in
    Sheet,
    /// The relay daemons' files, if the build is sound
    Relayd,
    /// Findings and sums as JSON
    Json,
    /// The circuit of a scenario and a state as a deck for ngspice
    Spice,
    /// The wiring, drawn
    Drawing,
}

impl Export {
    /// The bytes; `None` where a machine would act on them and the build is not sound.
    pub fn bytes(&self, checked: &Checked) -> Result<Option<Vec<u8>>, String> {
        let view = checked.view();
        if self.kind != Kind::Spice && (self.scenario.is_some() || !self.place.is_empty()) {
            return Err("`--scenario` and `--state` go with `export spice`".to_owned());
        }
        if self.kind != Kind::Drawing && self.drawing.is_asked() {
            return Err("`--format` and `--sheet` go with `export drawing`".to_owned());
        }
        let text = match self.kind {
            Kind::Bom => outputs::bom_csv::table(view),
            Kind::Wires => outputs::wires_csv::table(view),
            Kind::Model => outputs::model_json::text(view),
            Kind::Sheet => outputs::sheet::table(view),
            Kind::Json => json::render(view),
            Kind::Spice => {
                let question = self.place.question(checked, self.scenario.as_deref(), &Asked::default())?;
                power::deck(view, &question)?
            }
            Kind::Relayd => {
                let Some(files) = outputs::relayd::OUTPUT.files(view) else { return Ok(None) };
                let shown =
                    |file: &outputs::Artifact| format!("# {}\n{}\n", file.path, String::from_utf8_lossy(&file.bytes));
                files.iter().map(shown).collect()
            }
            Kind::Drawing => return self.drawing.bytes(checked).map(Some),
        };
        Ok(Some(text.into_bytes()))
    }

    /// Writes them where they were asked for.
    pub fn write(&self, bytes: &[u8]) -> Result<(), String> {
        match &self.out {
            Some(file) => crate::bom::replace(file, bytes),
            None => crate::print_bytes(bytes),
        }
    }
}
