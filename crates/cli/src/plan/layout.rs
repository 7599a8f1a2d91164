//! What `plan layout` takes.

use clap::Args;
use cli::Checked;
use outputs::plan::layout;

/// What to print.
#[derive(Args, Default)]
pub struct Layout {
    /// Print JSON
    #[arg(long, conflicts_with = "svg")]
    json: bool,
    /// Print the floor plan as a picture, to scale
    #[arg(long)]
    svg: bool,
}

impl Layout {
    /// An `Err` says why there is no picture.
    pub fn text(&self, checked: &Checked) -> Result<String, String> {
        match (self.json, self.svg) {
            (true, _) => Ok(layout::json(checked.view())),
            (_, true) => layout::svg(checked.view()).ok_or_else(|| "no box with a stated size has places".to_owned()),
            _ => Ok(layout::page(checked.view())),
        }
    }
}
