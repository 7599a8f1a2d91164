//! How many more of a device fit: what `plan capacity` takes.

use clap::Args;
use cli::Checked;
use cli::disk::Disk;
use cli::more::ladder;
use outputs::plan::capacity;

/// What `plan capacity` takes.
#[derive(Args, Default)]
pub struct Capacity {
    /// The device that more are like: pi[5], or the last of a group [default: the last computer of the largest group]
    #[arg(value_name = "DEVICE")]
    device: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Capacity {
    /// The page or object, and whether something is exceeded already.
    pub fn text(&self, disk: &Disk, checked: &Checked) -> Result<(String, bool), String> {
        let ladder = ladder(disk, checked, self.device.as_deref())?;
        let text =
            if self.json { capacity::json(checked.view(), &ladder) } else { capacity::page(checked.view(), &ladder) };
        Ok((text, ladder.is_broken()))
    }
}
