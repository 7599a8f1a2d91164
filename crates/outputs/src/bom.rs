//! The bill as `wireloom bom` shows it: what every export shares. An export is a file beside this one.

pub mod csv;
pub mod cyclonedx;
pub mod json;
pub mod markdown;
pub mod okh;
pub mod product;
pub mod shop;
pub mod text;
pub mod xlsx;

use analysis::bill::{self, Basis, Bill, Line, Total};
use analysis::purchase::Need;
use model::part::{Offer, Part};
use model::units::Money;
use rust_decimal::Decimal;

use crate::View;
use crate::summary::counted;

/// A bill and the view that it is of.
pub struct Shown<'a> {
    /// The view.
    pub view: View<'a>,
    /// The bill.
    pub bill: Bill,
    /// Whether it is the whole bill, and not one section.
    pub whole: bool,
    /// What was asked besides, a line each, for heads.
    pub asked: Vec<String>,
}

impl<'a> Shown<'a> {
    /// The bill of so many boxes, of one section if `section` names one.
    ///
    /// # Errors
    /// A sentence that says which sections there are.
    pub fn new(view: View<'a>, units: u32, section: Option<&str>, asked: &[String]) -> Result<Self, String> {
        let mut bill = bill::compute(view.build, &view.facts.purchase, units);
        if let Some(section) = section {
            let lower = section.to_lowercase();
            let Some(found) = bill.sections.iter().find(|(name, ..)| name.to_lowercase() == lower) else {
                let names: Vec<String> = bill.sections.iter().map(|(name, ..)| format!("`{name}`")).collect();
                return Err(format!("no section is named `{section}`; there are {}", names.join(", ")));
            };
            let (name, at, total) = found.clone();
            bill.lines = at.iter().map(|&at| bill.lines[at].clone()).collect();
            let priced = |line: &Line| line.cheapest.as_ref().map(|cover| cover.cost);
            let due = bill.lines.iter().filter(|line| line.pieces + line.kept > 0);
            bill.cheapest = bill::total(view.build, due.map(priced));
            bill.proved = bill.lines.iter().all(|line| line.cheapest.as_ref().is_none_or(|cover| cover.proved));
            bill.sections = vec![(name, (0..at.len()).collect(), total.clone())];
            bill.total = total;
        }
        Ok(Self { view, bill, whole: section.is_none(), asked: asked.to_vec() })
    }

    /// A line's part.
    pub fn part(&self, line: &Line) -> &'a Part {
        self.view.build.part(line.part)
    }

    /// What needs a line's part.
    pub fn need(&self, line: &Line) -> &'a Need {
        &self.view.facts.purchase.needs[line.need]
    }

    /// What is bought of a line, offer by offer.
    pub fn purchases<'s>(&'s self, line: &'s Line) -> impl Iterator<Item = Purchased<'a>> + 's {
        let part = self.part(line);
        line.packs.iter().map(move |&(offer, packs)| {
            let offer = offer.map(|offer| &part.offers[offer]);
            Purchased { packs, pack: offer.map_or(1, |offer| offer.pack), offer, price: price(offer, packs) }
        })
    }

    /// The name of a shop.
    pub fn vendor(&self, offer: &Offer) -> Option<&'a str> {
        let id = &offer.at.as_ref()?.value;
        let vendors = &self.view.build.meta.vendors;
        vendors.get_key_value(id).map(|(id, (name, _))| if name.is_empty() { id.as_str() } else { name.as_str() })
    }

    /// `1 box`, `3 boxes`.
    pub fn boxes(&self) -> String {
        if self.bill.units == 1 { "1 box".to_owned() } else { format!("{} boxes", self.bill.units) }
    }

    /// What the packs go by, in words.
    pub fn basis(&self) -> &'static str {
        match self.bill.basis {
            Basis::Written => "as `[buy]` says",
            Basis::Due => "what is due, packs shared",
        }
    }

    /// What all spare pieces are worth, and how many there are.
    pub fn spare(&self) -> (u64, Money) {
        let pieces = self.bill.lines.iter().map(|line| line.left).sum();
        let worth = self.bill.lines.iter().filter_map(|line| line.worth.as_ref()).map(|worth| worth.amount);
        let currency = self.bill.total.known.currency.clone();
        (pieces, Money { amount: worth.fold(Decimal::ZERO, Decimal::saturating_add), currency })
    }

    /// The oldest price, days, of how many prices that are older than the build allows.
    pub fn old(&self) -> Option<(i64, usize)> {
        let most = self.view.build.meta.price_max_age?;
        let old: Vec<i64> = self.bill.lines.iter().filter_map(|line| line.age).filter(|age| *age > most).collect();
        old.iter().max().map(|oldest| (*oldest, old.len()))
    }
}

/// Packs of one offer.
pub struct Purchased<'a> {
    /// Packs.
    pub packs: u32,
    /// Pieces in each.
    pub pack: u32,
    /// Of what; `None` where nobody offers the part.
    pub offer: Option<&'a Offer>,
    /// What a pack costs when so many are bought, in the currency of the offer.
    pub price: Option<&'a Money>,
}

impl Purchased<'_> {
    /// `piece`, `pack of 6`.
    pub fn unit(&self) -> String {
        if self.pack == 1 { "piece".to_owned() } else { format!("pack of {}", self.pack) }
    }
}

fn price(offer: Option<&Offer>, packs: u32) -> Option<&Money> {
    offer.and_then(|offer| analysis::purchase::price(offer, packs))
}

/// `862.00 USD`, `at least 867.98 USD, 23 lines without a price`.
pub fn total(total: &Total) -> String {
    match total.unknown {
        0 => total.known.to_string(),
        unknown => format!("at least {}, {} without a price", total.known, counted(unknown, "line")),
    }
}

/// `862.00 USD`, `at least 867.98 USD`.
pub fn at_least(total: &Total) -> String {
    if total.unknown == 0 { total.known.to_string() } else { format!("at least {}", total.known) }
}

/// A money amount as exports write it: two places at least, all that there are.
pub fn exact(amount: Decimal) -> String {
    let mut amount = amount.normalize();
    if amount.scale() < 2 {
        amount.rescale(2);
    }
    amount.to_string()
}

/// Metres to the millimetre, without trailing zeros.
pub fn metres(metres: f64) -> String {
    let text = format!("{metres:.3}");
    format!("{} m", text.trim_end_matches('0').trim_end_matches('.'))
}
