//! The bill: what to buy, where, for how much, and what it is for.

use std::collections::BTreeMap;

use analysis::purchase::Cost;
use askama::Template;
use model::PartId;
use model::part::{Offer, Part};
use model::units::Money;
use rust_decimal::Decimal;

use super::Site;
use super::shell::{self, Page, Shell};
use super::text::{embedded, length, markdown, safe_address};
use crate::bom::{Shown, product};

/// A heading with its lines.
pub struct Section {
    /// Heading.
    pub title: String,
    /// Lines.
    pub rows: Vec<Row>,
}

/// A line.
pub struct Row {
    /// Part id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Why this one; HTML.
    pub note: String,
    /// Why the bill may do without.
    pub optional: String,
    /// `5 needed`, `2.4 m needed`.
    pub needed: String,
    /// `1 pack of 10`.
    pub bought: String,
    /// Price of a pack.
    pub price: String,
    /// Price of all packs.
    pub total: String,
    /// Devices and steps.
    pub because: String,
    /// Where it is sold: words, address.
    pub links: Vec<(String, String)>,
    /// When the price was seen.
    pub seen: String,
}

#[derive(Template)]
#[template(path = "parts.html")]
struct Parts<'a> {
    shell: &'a Shell,
    sections: Vec<Section>,
    sum: String,
    unpriced: Vec<String>,
    as_of: String,
    stale: usize,
    /// The bill for machines.
    product: String,
}

/// `parts.html`.
pub fn page(site: &Site<'_>) -> Page {
    let (build, purchase) = (site.view.build, &site.view.facts.purchase);
    let shell = Shell::new(
        site,
        "parts.html",
        "Parts",
        format!("Every part of {}: how many, price, where to buy it and what it is for.", build.meta.title),
    );
    let mut order: Vec<String> = Vec::new();
    let mut sections: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    let mut needs: Vec<_> = purchase.needs.iter().collect();
    needs.sort_by_key(|need| (need.line.unwrap_or(usize::MAX), need.part));
    for need in needs {
        let part = build.part(need.part);
        let title = part
            .section
            .clone()
            .unwrap_or_else(|| if part.kind == "tool" { "Tools".to_owned() } else { "Other".to_owned() });
        if !order.contains(&title) {
            order.push(title.clone());
        }
        let offer = offer(part);
        let pack = offer.map_or(1, |offer| offer.pack);
        let needed = match &need.metres {
            Some((metres, _)) => length(*metres),
            None => need.pieces.to_string(),
        };
        let bought = match (need.packs, pack) {
            (0, _) => "–".to_owned(),
            (packs, 1) => packs.to_string(),
            (packs, pack) => format!("{packs} × {pack}"),
        };
        let price = offer.and_then(|offer| offer.price.as_ref()).map(|(money, _)| money);
        let total = price
            .filter(|_| need.packs > 0)
            .map(|money| Money { amount: money.amount * Decimal::from(need.packs), currency: money.currency.clone() });
        sections.entry(title).or_default().push(Row {
            id: part.id.clone(),
            name: part.name.clone(),
            note: part.note.as_deref().map_or(String::new(), markdown),
            optional: part.optional.clone().unwrap_or_default(),
            needed,
            bought,
            price: price.map_or("not known".to_owned(), ToString::to_string),
            total: match (&total, need.packs) {
                (Some(total), _) => total.to_string(),
                (None, 0) => "–".to_owned(),
                (None, _) => "not known".to_owned(),
            },
            because: need.because.join(", "),
            links: links(site, part),
            seen: offer
                .and_then(|offer| offer.seen)
                .or(build.meta.prices_seen)
                .map_or(String::new(), |date| date.to_string()),
        });
    }
    let sections =
        order.into_iter().map(|title| Section { rows: sections.remove(&title).unwrap_or_default(), title }).collect();
    let name = |id: &PartId| build.part(*id).name.clone();
    let bill = Shown::new(site.view, 1, None, &[]).expect("no section is asked for");
    let parts = Parts {
        shell: &shell,
        sections,
        sum: known(&purchase.cost),
        unpriced: purchase.cost.unpriced.iter().map(name).collect(),
        as_of: build.meta.as_of.map_or(String::new(), |(date, _)| date.to_string()),
        stale: purchase.stale.len(),
        product: embedded(&product::object(&bill)),
    };
    shell::page(&shell, &parts)
}

/// What the known prices come to; where none is known, that is no sum of zero.
pub fn known(cost: &Cost) -> String {
    if cost.known.amount.is_zero() && !cost.unpriced.is_empty() {
        "not known".to_owned()
    } else {
        cost.known.to_string()
    }
}

/// The offer that counts: the first with a price, else the first.
fn offer(part: &Part) -> Option<&Offer> {
    part.offers.iter().find(|offer| offer.price.is_some()).or(part.offers.first())
}

fn links(site: &Site<'_>, part: &Part) -> Vec<(String, String)> {
    let vendors = &site.view.build.meta.vendors;
    let mut links = Vec::new();
    for offer in &part.offers {
        let Some(url) = &offer.url else { continue };
        let vendor = offer
            .at
            .as_ref()
            .map_or("Shop", |at| vendors.get(&at.value).map_or(at.value.as_str(), |vendor| vendor.0.as_str()));
        let sku = offer.sku.as_ref().map_or(String::new(), |sku| format!(" {}", sku.value));
        links.push((format!("{vendor}{sku}"), safe_address(url).to_owned()));
    }
    for link in &part.links {
        links.push((link.title.clone(), safe_address(&link.url.value).to_owned()));
    }
    links
}
