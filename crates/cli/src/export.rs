//! One output on standard output.

use clap::{Args, ValueEnum};
use cli::Checked;
use outputs::{json, power};

use crate::ask::{Asked, Where};

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
}

impl Export {
    /// The text; `None` where a machine would act on it and the build is not sound.
    pub fn text(&self, checked: &Checked) -> Result<Option<String>, String> {
        let view = checked.view();
        if self.kind != Kind::Spice && (self.scenario.is_some() || !self.place.is_empty()) {
            return Err("`--scenario` and `--state` go with `export spice`".to_owned());
        }
        Ok(Some(match self.kind {
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
        }))
    }
}
