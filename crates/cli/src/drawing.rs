//! The wiring drawing for a screen or for paper: what `export drawing` takes.

use clap::{Args, ValueEnum};
use cli::Checked;
use outputs::site::{self, Drawings};

/// What `export drawing` takes.
#[derive(Args)]
pub struct Drawing {
    /// Of `drawing`: as what [default: svg]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Of `drawing`: one sheet of wiring that stands on several, 1 and up
    #[arg(long, value_name = "N")]
    sheet: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Lines and letters, for a browser or a drawing program
    Svg,
    /// Dots
    Png,
    /// Pages of A4 or A3, one for each sheet
    Pdf,
}

impl Drawing {
    /// Whether something was said that only a drawing has.
    pub fn is_asked(&self) -> bool {
        self.format.is_some() || self.sheet.is_some()
    }

    /// The bytes of what was asked for: the whole wiring, how its sheets hang together, or one of them; as PDF, all of that.
    pub fn bytes(&self, checked: &Checked) -> Result<Vec<u8>, String> {
        let format = self.format.unwrap_or(Format::Svg);
        let Drawings { whole, mut sheets } = site::drawings(checked.view());
        let mut drawings: Vec<String> = match self.sheet {
            Some(n) if 1 <= n && n <= sheets.len() => vec![sheets.swap_remove(n - 1)],
            Some(_) if sheets.is_empty() => {
                return Err("this wiring stands on no sheets: leave `--sheet` away to draw all of it".to_owned());
            }
            Some(n) => return Err(format!("there is no sheet {n}: they are numbered from 1 to {}", sheets.len())),
            None => whole.into_iter().chain(sheets).collect(),
        };
        if drawings.is_empty() {
            return Err("nothing is wired, so there is nothing to draw".to_owned());
        }
        match format {
            Format::Svg => Ok(drawings.swap_remove(0).into_bytes()),
            Format::Png => {
                drawings.truncate(1);
                printed(checked, format, &drawings)
            }
            Format::Pdf => printed(checked, format, &drawings),
        }
    }
}

#[cfg(feature = "print")]
fn printed(checked: &Checked, format: Format, drawings: &[String]) -> Result<Vec<u8>, String> {
    use std::collections::BTreeSet;
    use std::io::Write as _;

    let drawings: Vec<print::Drawing> =
        drawings.iter().map(|svg| print::Drawing::read(svg)).collect::<Result<_, _>>()?;
    let missing: BTreeSet<char> = drawings.iter().flat_map(print::Drawing::missing).copied().collect();
    if !missing.is_empty() {
        let letters: String = missing.into_iter().collect();
        let _ = writeln!(
            std::io::stderr(),
            "wireloom: the font of prints lacks `{letters}`, perhaps more of their kind; an empty box stands for each, `--format svg` keeps them"
        );
    }
    let meta = &checked.build.meta;
    match format {
        Format::Pdf => print::pdf(&format!("Wiring of {}, version {}", meta.title, meta.version), &drawings),
        Format::Svg | Format::Png => print::png(&drawings[0]),
    }
}

#[cfg(not(feature = "print"))]
fn printed(_: &Checked, _: Format, _: &[String]) -> Result<Vec<u8>, String> {
    Err("this `wireloom` was built without PNG and PDF: `cargo build --release --features print` builds one with them, \
         and `--format svg` always works"
        .to_owned())
}
