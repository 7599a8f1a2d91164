//! What fits, what it costs, what it beats: what `plan` takes.

mod cost;
mod providers;

use std::mem::ManuallyDrop;

use clap::{Args, Subcommand};
use cli::disk::Disk;
use cli::{Checked, check};

/// What `plan` takes.
#[derive(Args)]
pub struct Plan {
    #[command(subcommand)]
    section: Option<Section>,
}

#[derive(Subcommand)]
enum Section {
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
        match &self.section {
            Some(Section::Providers(section)) => crate::print(&section.text(&checked))?,
            Some(Section::Cost(section)) => crate::print(&section.text(&checked)?)?,
            None => {
                let pages = [providers::Providers::default().text(&checked), cost::Cost::default().text(&checked)?];
                crate::print(&pages.join("\n"))?;
            }
        }
        Ok(crate::bound(&checked))
    }
}
