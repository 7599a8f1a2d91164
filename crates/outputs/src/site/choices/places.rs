//! Places to live, the best first.

use analysis::plan::providers::Verdict;

use crate::plan::providers::{Shown, costs, draws, network, reasons, watts};
use crate::site::Site;
use crate::site::text::{markdown, safe_address};

/// A place to live.
pub struct Place {
    pub name: String,
    pub url: String,
    /// Class of the mark.
    pub mark: &'static str,
    pub fits: &'static str,
    /// What does not fit or is not known.
    pub why: Vec<String>,
    pub monthly: String,
    pub made_of: String,
    pub feed: String,
    pub network: String,
    pub note: String,
}

/// What the box takes of a place.
pub fn takes(site: &Site<'_>) -> String {
    Shown::new(site.view, None).takes()
}

/// As `plan providers` ranks them.
pub fn ranked(site: &Site<'_>) -> Vec<Place> {
    let view = site.view;
    let places = Shown::new(view, None).places;
    let shown = places.iter().map(|place| {
        let one = &view.build.providers[place.provider];
        let (mark, fits) = match place.verdict {
            Verdict::Fits => ("yes", "yes"),
            Verdict::NotKnown => ("open", "not known"),
            Verdict::No => ("no", "no"),
        };
        let (monthly, made_of) = costs(place);
        let mut network = vec![network(view, place)];
        network.extend(one.protection.as_ref().map(|protection| format!("protection {protection}")));
        network.extend(one.ports.map(|ports| format!("ports: {ports}")));
        network.extend(one.plugs.map(|plugs| format!("power cords: {plugs}")));
        Place {
            name: match &one.place {
                Some(place) => format!("{}, {place}", one.name.value),
                None => one.name.value.clone(),
            },
            url: one.url.as_ref().map_or(String::new(), |url| safe_address(&url.value).to_owned()),
            mark,
            fits,
            why: reasons(view, place).into_iter().map(|(_, why)| why).collect(),
            monthly,
            made_of,
            feed: format!("{}; {}", watts(view, place), draws(view, place)),
            network: network.join(", "),
            note: one.note.as_deref().map_or(String::new(), markdown),
        }
    });
    shown.collect()
}
