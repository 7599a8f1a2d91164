//! What fits, what it costs, what it beats: what `plan` takes.

mod capacity;
mod cost;
mod layout;
mod providers;
mod spares;

use std::mem::ManuallyDrop;

use clap::{Args, Subcommand};
use cli::disk::Disk;
use cli::more::{check_with_more, errors};
use cli::{Checked, check};
use outputs::plan::added::{self, Growth};

/// What `plan` takes.
#[derive(Args)]
pub struct Plan {
    /// So many more of a device, wired like the last of its kind: pi=2
    #[arg(long, global = true, value_name = "DEVICE=N")]
    add: Vec<String>,
    /// Print JSON of what is added
    #[arg(long, requires = "add")]
    json: bool,
    #[command(subcommand)]
    section: Option<Section>,
}

#[derive(Subcommand)]
enum Section {
    /// How many more of a device fit, and what stops them
    Capacity(capacity::Capacity),
    /// Where things stand in the chassis, and how many more fit on its floor
    Layout(layout::Layout),
    /// Where the box could live, the best place first
    Providers(providers::Providers),
    /// What it costs against clouds and servers, and when it has paid off
    Cost(cost::Cost),
    /// What one loss takes, and which spares to keep
    Spares(spares::Spares),
}

impl Plan {
    /// Checks the build and prints; without a section, the pages of all.
    pub fn run(&self, disk: &Disk) -> Result<u8, String> {
        // The process ends soon: giving back every string one by one only costs time.
        let checked: ManuallyDrop<Checked> = ManuallyDrop::new(check(disk));
        if !self.add.is_empty() {
            if self.section.is_some() {
                return Err("`--add` prints a page of its own: ask for it without a section".to_owned());
            }
            return self.added(disk, &checked);
        }
        let (text, is_broken) = match &self.section {
            Some(Section::Capacity(section)) => section.text(disk, &checked)?,
            Some(Section::Layout(section)) => (section.text(&checked)?, false),
            Some(Section::Providers(section)) => (section.text(&checked), false),
            Some(Section::Cost(section)) => (section.text(&checked)?, false),
            Some(Section::Spares(section)) => (section.text(&checked)?, false),
            None => every(disk, &checked)?,
        };
        crate::print(&text)?;
        Ok(if is_broken { crate::FOUND } else { crate::bound(&checked) })
    }

    /// The build with more in it, against the build as it stands.
    fn added(&self, disk: &Disk, checked: &Checked) -> Result<u8, String> {
        let (after, added) = check_with_more(disk, checked, &self.add)?;
        let after = ManuallyDrop::new(after);
        let errors = errors(checked, &after, &added);
        let growth = Growth { before: checked.view(), after: after.view(), added: &added, errors };
        crate::print(&if self.json { added::json(&growth) } else { added::page(&growth) })?;
        Ok(if growth.fits() { crate::bound(checked) } else { crate::FOUND })
    }
}

/// The pages of all sections, and whether something is exceeded already.
fn every(disk: &Disk, checked: &Checked) -> Result<(String, bool), String> {
    let (room, is_broken) = capacity::Capacity::default().text(disk, checked)?;
    let pages = [
        room,
        layout::Layout::default().text(checked)?,
        providers::Providers::default().text(checked),
        cost::Cost::default().text(checked)?,
        spares::Spares::default().text(checked)?,
    ];
    Ok((pages.join("\n"), is_broken))
}
