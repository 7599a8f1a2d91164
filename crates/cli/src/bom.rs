//! The bill on standard output or in a file: what `bom` takes.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use cli::disk::Disk;
use cli::with::check_with;
use cli::{Checked, check};
use outputs::bom::cyclonedx::Edition;
use outputs::bom::{self, Shown};
use outputs::diff::{Diff, show};

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
    /// With another part or option in a part's place: samsung-860, or OLD=NEW
    #[arg(long, value_name = "PART")]
    with: Vec<String>,
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
    /// A hardware bill of materials, CycloneDX 1.7
    Cyclonedx,
    /// The same in edition 1.6
    #[value(name = "cyclonedx-1.6")]
    Cyclonedx16,
    /// An Open Know-How manifest
    Okh,
    /// A workbook, a sheet a section
    Xlsx,
    /// A schema.org product as JSON-LD
    Product,
}

impl Bom {
    /// Whether the build is asked for with other parts, which [`Bom::swapped`] answers.
    pub fn is_swapped(&self) -> bool {
        !self.with.is_empty()
    }

    /// The bytes for the build with other parts, whether an error came with them, and what was computed.
    pub fn swapped(&self, disk: &Disk) -> Result<(Vec<u8>, bool, Checked), String> {
        let (after, swaps) = check_with(disk, &self.with)?;
        let before = check(disk);
        let diff = Diff::of(before.view(), after.view());
        let mut asked = Vec::new();
        for swap in &swaps {
            asked.push(format!("`{}` in the place of `{}`, under whose name it stands here", swap.new, swap.old));
            if swap.is_option {
                asked.push(format!("  nothing is known of its terminals: wiring is judged as with `{}`", swap.old));
            }
            asked.extend(swap.con.iter().map(|con| format!("  {con}")));
        }
        let mut bytes = self.bytes(&after, &asked)?;
        if self.format == Format::Text {
            bytes.extend(show::findings(&diff).into_bytes());
        }
        Ok((bytes, diff.is_worse(), after))
    }

    /// The bytes; `asked` is what the head says of what stands in no file.
    pub fn bytes(&self, checked: &Checked, asked: &[String]) -> Result<Vec<u8>, String> {
        let shown = Shown::new(checked.view(), self.units, self.section.as_deref(), asked)?;
        if self.shop {
            return Ok(bom::shop::list(&shown).into_bytes());
        }
        Ok(match self.format {
            Format::Text => bom::text::page(&shown).into_bytes(),
            Format::Csv => bom::csv::commas(&shown).into_bytes(),
            Format::Tsv => bom::csv::tabs(&shown).into_bytes(),
            Format::Json => bom::json::text(&shown).into_bytes(),
            Format::Md => bom::markdown::page(&shown).into_bytes(),
            Format::Cyclonedx => bom::cyclonedx::text(&shown, Edition::V1_7).into_bytes(),
            Format::Cyclonedx16 => bom::cyclonedx::text(&shown, Edition::V1_6).into_bytes(),
            Format::Okh => bom::okh::manifest(&shown)?.into_bytes(),
            Format::Xlsx => bom::xlsx::workbook(&shown),
            Format::Product => bom::product::text(&shown).into_bytes(),
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
