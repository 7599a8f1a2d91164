//! The bill of one box or of several: what is due, what is bought, what is left over, what it all costs.
//!
//! Money is exact decimal from the file to the sum; only lengths and the bytes of drives are read as floats, and none of them is a price.

pub mod cover;
mod lengths;
mod worth;

use std::collections::BTreeMap;

use model::Build;
use model::part::{Offer, PartId};
use model::purchase::Spares;
use model::units::Money;
use rust_decimal::Decimal;

use crate::purchase::{self, Need, Purchase, converted};
use cover::{Cover, Way, cheapest};
pub use lengths::{Length, lengths};
pub use worth::{Each, each};

/// Steps that the search for cheapest covers may take for a whole bill.
pub const WORK: u64 = 40_000_000;
/// Most boxes of one order.
pub const MOST_UNITS: u32 = 1_000_000;

/// What the packs of a bill go by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Basis {
    /// What `[buy]` says.
    Written,
    /// What covers the need, the cheapest way.
    Due,
}

/// One part of the bill.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// The part.
    pub part: PartId,
    /// Its entry in [`Purchase::needs`].
    pub need: usize,
    /// Pieces that all boxes need (spools or leads for wire); 0 where only metres are known.
    pub pieces: u64,
    /// Wire by the metre, for all boxes.
    pub metres: Option<f64>,
    /// Pieces kept by the rule for its kind, beyond the need.
    pub kept: u64,
    /// Packs bought of each offer of the part (index in its list); one entry with `None` for a part that nobody offers.
    pub packs: Vec<(Option<usize>, u32)>,
    /// Pieces in these packs.
    pub bought: u64,
    /// What they cost, in the build's currency; `None` is unknown.
    pub cost: Option<Money>,
    /// Pieces beyond need and keeping, and what they are worth, to the cent; wire by the metre leaves none that are counted.
    pub left: u64,
    /// See [`Line::left`].
    pub worth: Option<Money>,
    /// Pieces that the packs fall short of need and keeping.
    pub short: u64,
    /// The cheapest cover of need and keeping, over the offers that have a price; by [`Line::ways`].
    pub cheapest: Option<Cover>,
    /// The offers that [`Line::cheapest`] chooses from.
    pub ways: Vec<usize>,
    /// Days since the price was seen.
    pub age: Option<i64>,
}

/// A sum, and how many lines it does not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Total {
    /// Of what has a price.
    pub known: Money,
    /// Lines without one: where there are any, the sum is *at least* this.
    pub unknown: usize,
}

/// The whole bill.
#[derive(Clone, PartialEq, Debug)]
pub struct Bill {
    /// Boxes.
    pub units: u32,
    /// What its packs go by.
    pub basis: Basis,
    /// In the order of the bill, then what is not on it.
    pub lines: Vec<Line>,
    /// Over all lines.
    pub total: Total,
    /// Sections in the order of their first line: name, lines (indices), sum.
    pub sections: Vec<(String, Vec<usize>, Total)>,
    /// The cheapest cover of everything that is needed, and whether each of its lines is proved.
    pub cheapest: Total,
    /// See [`Bill::cheapest`].
    pub proved: bool,
}

/// What `[buy]` says for one box; what is due where there is no bill, or for several boxes, which share packs.
pub fn compute(build: &Build, purchase: &Purchase, units: u32) -> Bill {
    let basis = if units == 1 && !build.lines.is_empty() { Basis::Written } else { Basis::Due };
    with_basis(build, purchase, units, basis)
}

/// The same on a stated basis.
pub fn with_basis(build: &Build, purchase: &Purchase, units: u32, basis: Basis) -> Bill {
    let mut work = WORK;
    let shown = |need: &Need| build.lines.is_empty() || basis == Basis::Due || need.line.is_some();
    let needs = purchase.needs.iter().enumerate().filter(|(_, need)| shown(need));
    let lines: Vec<Line> = needs.map(|(at, need)| line(build, (at, need), units, basis, &mut work)).collect();
    let mut sections: Vec<(String, Vec<usize>)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, line) in lines.iter().enumerate() {
        let name = build.part(line.part).section.as_deref().unwrap_or("Other");
        let place = *places.entry(name).or_insert(sections.len());
        if place == sections.len() {
            sections.push((name.to_owned(), Vec::new()));
        }
        sections[place].1.push(at);
    }
    let priced = |line: &Line| line.cheapest.as_ref().map(|cover| cover.cost);
    let due = |line: &&Line| line.pieces + line.kept > 0;
    Bill {
        units,
        basis,
        total: total(build, lines.iter().map(|line| line.cost.as_ref().map(|cost| cost.amount))),
        cheapest: total(build, lines.iter().filter(due).map(priced)),
        proved: lines.iter().all(|line| line.cheapest.as_ref().is_none_or(|cover| cover.proved)),
        sections: sections
            .into_iter()
            .map(|(name, all)| {
                let costs = all.iter().map(|&at| lines[at].cost.as_ref().map(|cost| cost.amount));
                let sum = total(build, costs);
                (name, all, sum)
            })
            .collect(),
        lines,
    }
}

/// A sum of what is known, and a count of what is not.
pub fn total(build: &Build, costs: impl Iterator<Item = Option<Decimal>>) -> Total {
    let (mut amount, mut unknown) = (Decimal::ZERO, 0);
    for cost in costs {
        match cost {
            Some(cost) => amount = amount.saturating_add(cost),
            None => unknown += 1,
        }
    }
    Total { known: Money { amount, currency: purchase::currency(build).to_owned() }, unknown }
}

fn line(build: &Build, (at, need): (usize, &Need), units: u32, basis: Basis, work: &mut u64) -> Line {
    let part = build.part(need.part);
    let boxes = u64::from(units);
    let packed = purchase::offer(part).map_or(1, |offer| offer.pack);
    // Nobody says how far a pack of tape goes, so each box has its own; a tool serves all of them.
    let shared = part.kind == "tool";
    let times = if shared { 1 } else { boxes };
    let metres = need.metres.map(|(metres, _)| metres * f64::from(units));
    let pieces = match metres {
        Some(metres) => spools(build, need, metres),
        None if part.consumable => u64::from(need.pieces.min(1)) * u64::from(packed) * times,
        None => u64::from(need.pieces) * times,
    };
    let kept = kept(build, need, pieces);
    let count = u32::try_from(pieces + kept).unwrap_or(u32::MAX);
    let (ways, offers): (Vec<usize>, Vec<Way>) = ways(build, &part.offers).into_iter().unzip();
    let cheapest = if count > 0 { cheapest(&offers, count, work) } else { None };
    let first = part.offers.iter().position(|offer| offer.price.is_some()).or((!part.offers.is_empty()).then_some(0));
    let packs = match (basis, &cheapest) {
        (Basis::Written, _) if need.line.is_some() => vec![(first, need.packs)],
        (_, Some(cover)) => {
            let used = cover.packs.iter().zip(&ways).filter(|(packs, _)| **packs > 0);
            used.map(|(packs, way)| (Some(*way), *packs)).collect()
        }
        (_, None) if count == 0 => vec![(first, need.packs.saturating_mul(if shared { 1 } else { units }))],
        (_, None) => {
            let least = first.map_or(1, |first| part.offers[first].minimum);
            vec![(first, count.div_ceil(packed).max(least))]
        }
    };
    let of = |&(offer, packs): &(Option<usize>, u32)| {
        u64::from(packs) * u64::from(offer.map_or(1, |offer| part.offers[offer].pack))
    };
    let bought: u64 = packs.iter().map(of).sum();
    let cost = cost(build, &part.offers, &packs);
    let due = pieces + kept;
    let left = if need.metres.is_some() || part.consumable || pieces == 0 { 0 } else { bought.saturating_sub(due) };
    let worth = cost.as_ref().filter(|_| left > 0).map(|cost| worth::share(cost, left, bought));
    let seen = packs.first().and_then(|(offer, _)| *offer).and_then(|offer| part.offers[offer].seen);
    let seen = seen.filter(|_| cost.is_some());
    Line {
        part: need.part,
        need: at,
        pieces,
        metres,
        kept,
        bought,
        left,
        worth,
        short: due.saturating_sub(bought),
        cheapest,
        ways,
        age: build.meta.as_of.zip(seen).map(|((today, _), seen)| today.days() - seen.days()),
        packs,
        cost,
    }
}

/// Spools that hold so many metres; one where nobody says how long a spool is.
fn spools(build: &Build, need: &Need, metres: f64) -> u64 {
    let spool = build.part(need.part).stock.as_ref().and_then(|stock| stock.length.known());
    match spool {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped just before
        Some(spool) if spool.lo.0 > 0.0 => (metres / spool.lo.0).ceil().clamp(1.0, 1e9) as u64,
        _ => 1,
    }
}

/// What the rule for its kind keeps of a part that is needed.
fn kept(build: &Build, need: &Need, pieces: u64) -> u64 {
    if pieces == 0 || need.metres.is_some() {
        return 0;
    }
    match build.spares.get(&build.part(need.part).kind) {
        Some(Spares::Pieces(kept)) => u64::from(*kept),
        Some(Spares::Percent(percent)) => (pieces * u64::from(*percent)).div_ceil(100),
        None => 0,
    }
}

/// The offers that have a price in the build's currency, as ways to buy.
fn ways(build: &Build, offers: &[Offer]) -> Vec<(usize, Way)> {
    let way = |offer: &Offer| {
        let (price, _) = offer.price.as_ref()?;
        let all = std::iter::once((1, price)).chain(offer.breaks.iter().map(|(from, price)| (*from, price)));
        let prices: Option<Vec<(u32, Decimal)>> =
            all.map(|(from, price)| Some((from, converted(build, price)?.amount))).collect();
        Some(Way { pack: offer.pack.max(1), minimum: offer.minimum.max(1), prices: prices? })
    };
    offers.iter().enumerate().filter_map(|(at, offer)| Some((at, way(offer)?))).collect()
}

fn cost(build: &Build, offers: &[Offer], packs: &[(Option<usize>, u32)]) -> Option<Money> {
    let mut sum = Money { amount: Decimal::ZERO, currency: purchase::currency(build).to_owned() };
    for &(offer, packs) in packs {
        let price = converted(build, purchase::price(&offers[offer?], packs)?)?;
        sum.amount = sum.amount.saturating_add(price.amount.saturating_mul(Decimal::from(packs)));
    }
    Some(sum)
}
