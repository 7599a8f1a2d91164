//! Two builds against each other: what `diff` takes.

use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use cli::disk::Disk;
use cli::revision::Revision;
use cli::{Checked, check};
use outputs::diff::{Diff as Changes, show};

/// What `diff` takes.
#[derive(Args)]
pub struct Diff {
    /// Before: a folder with `bom/build.toml`, or a git revision of this workspace
    #[arg(value_name = "A")]
    before: String,
    /// After [default: this workspace as it stands]
    #[arg(value_name = "B")]
    after: Option<String>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write to a file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A page for people
    Text,
    /// `docs/diff.md`
    Json,
    /// A comment for a review
    Md,
}

impl Diff {
    /// Compares, prints; whether an error came.
    pub fn run(&self, here: impl Fn() -> Result<Disk, String>) -> Result<bool, String> {
        let before = side(&self.before, &here)?;
        let after = match &self.after {
            Some(name) => side(name, &here)?,
            None => ManuallyDrop::new(check(&here()?)),
        };
        let diff = Changes::of(before.view(), after.view());
        let text = match self.format {
            Format::Text => show::text(&diff),
            Format::Json => show::json(&diff),
            Format::Md => show::markdown(&diff),
        };
        match &self.out {
            Some(file) => crate::bom::replace(file, text.as_bytes())?,
            None => crate::print(&text)?,
        }
        Ok(diff.is_worse())
    }
}

fn side(name: &str, here: &impl Fn() -> Result<Disk, String>) -> Result<ManuallyDrop<Checked>, String> {
    let folder = Path::new(name);
    if folder.join("bom/build.toml").is_file() {
        let disk = Disk::open(folder).map_err(|error| format!("`{name}`: {error}"))?;
        return Ok(ManuallyDrop::new(check(&disk)));
    }
    Ok(ManuallyDrop::new(check(&Revision::open(here()?.root(), name)?)))
}
