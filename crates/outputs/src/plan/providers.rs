//! Where the box could live, for people: a paragraph a provider, those that fit first.

mod json;
mod words;

use std::fmt::Write as _;

use analysis::plan::providers::{Needs, Place, Verdict, needs, places, ranked};

use super::{line, many, sentence};
use crate::View;

pub use json::{SCHEMA, text as json};
pub use words::{costs, draws, network, reasons, watts};

/// Providers from best to worst, and what the box takes.
pub struct Shown<'a> {
    /// The view.
    pub view: View<'a>,
    /// What the box takes.
    pub needs: Needs,
    /// From best to worst.
    pub places: Vec<Place>,
    /// Whether the addresses were asked for.
    asked: bool,
}

impl<'a> Shown<'a> {
    /// All providers; `addresses` is asked for instead of what the build says.
    pub fn new(view: View<'a>, addresses: Option<u32>) -> Self {
        let needs = needs(view.build, &view.facts.budget, addresses);
        let places = ranked(places(view.build, &needs));
        Self { view, needs, places, asked: addresses.is_some() }
    }

    /// `5 addresses, 1 network port, 1 power cord and 1 U`.
    pub fn takes(&self) -> String {
        let needs = &self.needs;
        let height = needs.height.map_or("a height that is not known".to_owned(), |height| format!("{height} U"));
        format!(
            "{}, {}, {} and {height}",
            many(needs.addresses, "address"),
            many(needs.ports, "network port"),
            many(needs.plugs, "power cord"),
        )
    }

    /// Who says how many addresses.
    fn whence(&self) -> &'static str {
        match (self.asked, self.needs.addresses_stated) {
            (true, _) => "the addresses as asked",
            (_, true) => "the addresses as `[needs]` says",
            _ => "one address at least, for no `[needs]` says how many",
        }
    }
}

/// The page.
pub fn page(shown: &Shown<'_>) -> String {
    let meta = &shown.view.build.meta;
    let mut text = format!("{} {}: where it could live\n", meta.name, meta.version);
    text.push_str(&sentence(&format!(
        "It takes {}: {}. {:.0} % of a feed may be used for ever.",
        shown.takes(),
        shown.whence(),
        shown.needs.derate * 100.0
    )));
    if shown.places.is_empty() {
        text.push_str("\nNo provider is listed: `[provider.<id>]` of any `bom/*.toml` makes one.\n");
    }
    for (rank, place) in shown.places.iter().enumerate() {
        text.push('\n');
        text.push_str(&paragraph(shown.view, rank + 1, place));
    }
    text
}

fn paragraph(view: View<'_>, rank: usize, place: &Place) -> String {
    let provider = &view.build.providers[place.provider];
    let verdict = match place.verdict {
        Verdict::Fits => "fits",
        Verdict::NotKnown => "not known whether it fits",
        Verdict::No => "does not fit",
    };
    let mut text = String::new();
    let head = format!("{rank}. {} (`{}`): {verdict}, {}", provider.name.value, provider.id.value, costs(place).0);
    let _ = writeln!(text, "{}", crate::terminal::wrapped(&head, super::WIDE, super::INDENT));
    for (verdict, why) in reasons(view, place) {
        text.push_str(&line(if verdict == Verdict::No { "because" } else { "unknown" }, &why));
    }
    text.push_str(&line("feed", &format!("{}; {}", watts(view, place), draws(view, place))));
    text.push_str(&line("price", &costs(place).1));
    text.push_str(&line("network", &network(view, place)));
    if let Some(note) = &provider.note {
        text.push_str(&line("note", note));
    }
    text
}
