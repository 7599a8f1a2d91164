//! The verb that edits a workspace: it shows what it would do, and does it only when told to.

use clap::Args;
use cli::disk::Disk;
use cli::{Checked, fix};
use outputs::summary::counted;

use crate::bom::replace;
use crate::{CLEAN, print};

/// What `fix` takes.
#[derive(Args)]
#[group(required = true, multiple = true)]
pub struct Fix {
    /// Let wires take like terminals in the order in which they come to the board
    #[arg(long, required = true)]
    assign: bool,
    /// Write the edit into the files
    #[arg(long)]
    write: bool,
}

impl Fix {
    /// Shows the edit, and makes it where that was asked.
    pub fn run(&self, disk: &Disk, checked: &Checked) -> Result<u8, String> {
        let fixed = fix::assign(disk, checked)?;
        let [before, after] = fixed.crossings;
        if fixed.ends == 0 {
            print(&format!("nothing to choose: {} in front of boards\n", counted(before, "crossing")))?;
            return Ok(CLEAN);
        }
        for (path, text) in fixed.files.iter().filter(|_| self.write) {
            replace(&disk.root().join(path), text.as_bytes())?;
        }
        let done = if self.write { "written" } else { "`--write` makes this edit" };
        print(&format!(
            "{}{} of wires changed: {} in front of boards, then {after}; every finding stays as it is; {done}\n\
             words of notes and steps that name a terminal are not read: look whether one does\n",
            fixed.diff,
            counted(fixed.ends, "end"),
            counted(before, "crossing"),
        ))?;
        Ok(CLEAN)
    }
}
