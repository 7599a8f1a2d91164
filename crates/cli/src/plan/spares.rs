//! What `plan spares` takes.

use clap::Args;
use cli::Checked;
use outputs::plan::spares;

/// For how long, how surely, at which rates.
#[derive(Args)]
pub struct Spares {
    /// Failures of a piece in a year, before what its file says: pi-4b=2%
    #[arg(long = "rate", value_name = "PART=SHARE")]
    rates: Vec<String>,
    /// Years of service
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    years: u32,
    /// How surely the spares last
    #[arg(long, value_name = "SHARE", default_value = "95%")]
    confidence: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Default for Spares {
    fn default() -> Self {
        Self { rates: Vec::new(), years: 3, confidence: "95%".to_owned(), json: false }
    }
}

impl Spares {
    /// An `Err` says what was not understood.
    pub fn text(&self, checked: &Checked) -> Result<String, String> {
        let asked = spares::asked(&checked.build, &self.rates, self.years, &self.confidence)?;
        let view = checked.view();
        Ok(if self.json { spares::json(view, &asked) } else { spares::page(view, &asked) })
    }
}
