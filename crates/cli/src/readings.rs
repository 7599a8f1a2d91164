//! A filled test sheet held against the model.

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use cli::Checked;
use outputs::readings::{self, Verdict};

use crate::{CLEAN, FAILED, FOUND, NOT_PROVED, print};

/// What `readings` takes.
#[derive(Args)]
pub struct Readings {
    /// The filled `sheet.csv`, or the file that the guide writes builds to
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Of several builds in the file: this one
    #[arg(long, value_name = "NAME")]
    build: Option<String>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Shape::Text)]
    format: Shape,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// For people
    Text,
    /// `docs/readings.md`
    Json,
}

impl Readings {
    /// Reads the file, says what is wrong and why, and gives the status.
    pub fn run(&self, checked: &Checked) -> Result<u8, String> {
        let name = self.file.display();
        let bytes = std::fs::read(&self.file).map_err(|error| format!("`{name}`: {error}"))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let line =
                error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
            format!("`{name}`: line {line}: it is not UTF-8")
        })?;
        let report = match readings::read(checked.view(), &text, self.build.as_deref()) {
            Ok(report) => report,
            Err(errors) => {
                for error in errors {
                    let _ = writeln!(std::io::stderr(), "wireloom: `{name}`: {error}");
                }
                return Ok(FAILED);
            }
        };
        print(&match self.format {
            Shape::Text => report.text(),
            Shape::Json => report.json(),
        })?;
        Ok(match (report.count(Verdict::Wrong), report.count(Verdict::NotMeasured)) {
            (0, 0) => CLEAN,
            (0, _) => NOT_PROVED,
            _ => FOUND,
        })
    }
}
