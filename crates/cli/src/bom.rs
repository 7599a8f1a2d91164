//! The bill on standard output or in a file: what `bom` takes.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use cli::Checked;
use outputs::bom::{self, Shown};

/// What `bom` takes.
#[derive(Args)]
pub struct Bom {
    /// Boxes; they share packs
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    units: u32,
    /// One section alone
    #[arg(long, value_name = "NAME")]
    section: Option<String>,
    /// What to buy, shop by shop
    #[arg(long, conflicts_with = "format")]
    shop: bool,
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
    /// A row a purchase, with commas
    Csv,
    /// The same with tabs
    Tsv,
    /// `docs/bom.md`
    Json,
    /// A table a section, as Markdown
    Md,
}

impl Bom {
    /// The bytes.
    pub fn bytes(&self, checked: &Checked) -> Result<Vec<u8>, String> {
        let asked: Vec<String> = Vec::new();
        let shown = Shown::new(checked.view(), self.units, self.section.as_deref(), &asked)?;
        if self.shop {
            return Ok(bom::shop::list(&shown).into_bytes());
        }
        Ok(match self.format {
            Format::Text => bom::text::page(&shown).into_bytes(),
            Format::Csv => bom::csv::commas(&shown).into_bytes(),
            Format::Tsv => bom::csv::tabs(&shown).into_bytes(),
            Format::Json => bom::json::text(&shown).into_bytes(),
            Format::Md => bom::markdown::page(&shown).into_bytes(),
        })
    }

    /// Writes them where they were asked for.
    pub fn write(&self, bytes: &[u8]) -> Result<(), String> {
        match &self.out {
            Some(file) => replace(file, bytes),
            None => crate::print_bytes(bytes),
        }
    }
}

/// Writes a file beside its place and renames it, so that a failed run leaves an old one as it is.
pub fn replace(file: &Path, bytes: &[u8]) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("`{}`: {error}", file.display());
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut fresh = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    fresh.write_all(bytes).map_err(failed)?;
    fresh.persist(file).map_err(|error| failed(error.error))?;
    Ok(())
}
