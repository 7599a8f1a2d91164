//! Where the box could live: what `plan providers` takes.

use clap::Args;
use cli::Checked;
use outputs::plan::providers::{Shown, json, page};

/// What `plan providers` takes.
#[derive(Args, Default)]
pub struct Providers {
    /// Public addresses that the box takes, instead of what `[needs]` says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    addresses: Option<u32>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Providers {
    /// The page or the object.
    pub fn text(&self, checked: &Checked) -> String {
        let shown = Shown::new(checked.view(), self.addresses);
        if self.json { json(&shown) } else { page(&shown) }
    }
}
