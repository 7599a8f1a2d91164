//! What fits, what it costs, what it beats: what `plan` takes.

mod capacity;
mod cost;
mod providers;

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
    /// Where the box could live, the best place first
    Providers(providers::Providers),
    /// What it costs against clouds and servers, and when it has paid off
    Cost(cost::Cost),
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
        let mut is_broken = false;
        match &self.section {
            Some(Section::Capacity(section)) => {
                let text;
                (text, is_broken) = section.text(disk, &checked)?;
                crate::print(&text)?;
            }
            Some(Section::Providers(section)) => crate::print(&section.text(&checked))?,
            Some(Section::Cost(section)) => crate::print(&section.text(&checked)?)?,
            None => {
                let (room, broken) = capacity::Capacity::default().text(disk, &checked)?;
                is_broken = broken;
                let others = [providers::Providers::default().text(&checked), cost::Cost::default().text(&checked)?];
                crate::print(&format!("{room}\n{}", others.join("\n")))?;
            }
        }
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
