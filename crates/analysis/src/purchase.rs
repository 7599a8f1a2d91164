//! What the build needs of each part, what is bought of it, and what that costs.

use std::collections::BTreeMap;

use model::Build;
use model::device::{Choice, Device, Origin, slug};
use model::part::{Offer, Part, PartId};
use model::units::{Money, Number};
use model::wire::{Attributes, BundleKind, RunKind, Wire};
use rust_decimal::Decimal;

/// One part: needed against bought.
#[derive(Clone, Debug)]
pub struct Need {
    /// The part.
    pub part: PartId,
    /// Pieces needed (none for wire by the metre).
    pub pieces: u32,
    /// Pieces bought: packs times pieces in a pack.
    pub bought: u32,
    /// Packs bought.
    pub packs: u32,
    /// Wire by the metre: needed, and bought if the stock's length is known.
    pub metres: Option<(f64, Option<f64>)>,
    /// What needs it: devices, bundles, steps.
    pub because: Vec<String>,
    /// Its line of the bill: index in [`Build::lines`].
    pub line: Option<usize>,
    /// Bundles whose wires have no length, so that the metres are a lower bound.
    pub unknown: Vec<String>,
}

impl Need {
    /// Whether anything in the build or the guide needs it.
    pub fn is_needed(&self) -> bool {
        self.pieces > 0 || self.metres.is_some()
    }
}

/// What the bill costs: its lines, or what is needed where there is no bill.
#[derive(Clone, Debug)]
pub struct Cost {
    /// The sum of what has a price.
    pub known: Money,
    /// Lines without a price in the build's currency.
    pub unpriced: Vec<PartId>,
    /// Line by line.
    pub lines: Vec<(PartId, Option<Money>)>,
}

/// Needs in the order of the bill, then what is not on it; the cost; prices older than the build allows.
#[derive(Clone, Debug)]
pub struct Purchase {
    /// One entry a part that is needed or bought.
    pub needs: Vec<Need>,
    /// What it costs.
    pub cost: Cost,
    /// Priced lines whose price is too old: days since it was seen.
    pub stale: Vec<(PartId, i64)>,
}

/// The offer that the bill goes by: the first with a price, else the first.
pub fn offer(part: &Part) -> Option<&Offer> {
    part.offers.iter().find(|offer| offer.price.is_some()).or(part.offers.first())
}

/// Sums up what is gathered for one part.
#[derive(Default)]
struct Sum {
    pieces: u64,
    metres: Option<f64>,
    because: Vec<String>,
    unknown: Vec<String>,
}

impl Sum {
    fn because(&mut self, reason: &str) {
        if self.because.last().is_none_or(|last| last != reason) {
            self.because.push(reason.to_owned());
        }
    }
}

type Sums = BTreeMap<PartId, Sum>;

/// Counts devices, riders, wires, what is crimped on them, inserts of fuse holders, and what steps use.
pub fn compute(build: &Build) -> Purchase {
    let mut sums = Sums::new();
    devices(build, &mut sums);
    wires(build, &mut sums);
    steps(build, &mut sums);
    let mut needs: Vec<Need> = Vec::new();
    for (index, line) in build.lines.iter().enumerate() {
        needs.push(need(build, line.part, sums.remove(&line.part).unwrap_or_default(), Some(index)));
    }
    needs.extend(sums.into_iter().map(|(part, sum)| need(build, part, sum, None)));
    let cost = cost(build, &needs);
    let stale = stale(build);
    Purchase { needs, cost, stale }
}

fn need(build: &Build, id: PartId, sum: Sum, line: Option<usize>) -> Need {
    let part = build.part(id);
    let packs = line.map_or(0, |line| build.lines[line].packs);
    let pack = offer(part).map_or(1, |offer| offer.pack);
    let bought = packs.saturating_mul(pack);
    let spool = part.stock.as_ref().and_then(|stock| stock.length.known()).map(|length| length.lo.0);
    let count = |pieces: u64| u32::try_from(pieces).unwrap_or(u32::MAX);
    Need {
        part: id,
        pieces: count(sum.pieces),
        bought,
        packs,
        metres: sum.metres.map(|needed| (needed, spool.map(|spool| spool * f64::from(bought)))),
        because: sum.because,
        line,
        unknown: sum.unknown,
    }
}

fn devices(build: &Build, sums: &mut Sums) {
    for group in groups(build) {
        let name = shown(&group);
        for device in group {
            let part = build.part(device.part);
            if matches!(device.origin, Origin::Bought | Origin::Cable | Origin::Inline) && !part.consumable {
                add(sums, device.part, &name);
            }
            for &(rider, _) in &device.with {
                add(sums, rider, &format!("with {name}"));
            }
            for choice in device.choices.values() {
                if let Choice::Part(insert, _) = choice {
                    add(sums, *insert, &format!("in {name}"));
                }
            }
        }
    }
}

fn add(sums: &mut Sums, part: PartId, reason: &str) {
    let sum = sums.entry(part).or_default();
    sum.pieces += 1;
    sum.because(reason);
}

/// Neighbouring devices of one group, part by part.
fn groups(build: &Build) -> Vec<Vec<&Device>> {
    let mut groups: Vec<Vec<&Device>> = Vec::new();
    for device in &build.devices {
        match groups.last_mut() {
            Some(group) if group[0].group == device.group && device.number.is_some() => group.push(device),
            _ => groups.push(vec![device]),
        }
    }
    groups
}

/// `pi[1..5]`, `k1`; what a bundle made goes by the bundle's name.
fn shown(group: &[&Device]) -> String {
    let device = group[0];
    let made = matches!(device.origin, Origin::Cable | Origin::Inline);
    match (device.number, group.last().and_then(|last| last.number)) {
        _ if made => device.name.split('/').next().unwrap_or(&device.name).to_owned(),
        (Some(first), Some(last)) if first != last => format!("{}[{first}..{last}]", device.group),
        _ => device.name.clone(),
    }
}

fn wires(build: &Build, sums: &mut Sums) {
    for bundle in build.bundles.iter().filter(|bundle| bundle.kind == BundleKind::Wire) {
        let name = &bundle.name.value;
        for run in &build.runs[bundle.runs.0 as usize..bundle.runs.1 as usize] {
            let (first, last) = match run.what {
                RunKind::Wire(wire) => (wire, wire),
                RunKind::Inline(first, _, last) => (first, last),
                RunKind::Cable(..) | RunKind::Plug(_) => continue,
            };
            let (first, last) = (build.wire(first), build.wire(last));
            let ends = [build.attributes_of(first).ends[0], build.attributes_of(last).ends[1]];
            for end in ends.into_iter().flatten() {
                add(sums, end, name);
            }
            length(build, first, true, name, sums);
            if first.ends != last.ends {
                length(build, last, false, name, sums);
            }
        }
    }
}

/// One wire's share of its stock: a lead, or metres of a spool. A lead with a part in its middle is one lead.
fn length(build: &Build, wire: &Wire, first: bool, name: &str, sums: &mut Sums) {
    let attributes: &Attributes = build.attributes_of(wire);
    let Some((stock, _)) = attributes.stock.filter(|_| !attributes.own) else {
        return;
    };
    let sum = sums.entry(stock).or_default();
    sum.because(name);
    if build.part(stock).stock.as_ref().is_some_and(|stock| stock.lead) {
        sum.pieces += u64::from(first);
        return;
    }
    let metres = sum.metres.get_or_insert(0.0);
    match &attributes.length {
        Number::Is(band, _) => *metres += cut(build, band.hi.0),
        _ if sum.unknown.last().is_none_or(|last| last != name) => sum.unknown.push(name.to_owned()),
        _ => {}
    }
}

/// What a wire of this length takes off a spool, metres: with its slack, and bared at both ends.
pub fn cut(build: &Build, metres: f64) -> f64 {
    metres * (1.0 + build.cutting.slack) + 2.0 * build.cutting.strip.0
}

/// An amount in the currency that the build sums in: as it is, or by the rate that the build gives; `None` without one.
pub fn converted(build: &Build, money: &Money) -> Option<Money> {
    let currency = currency(build);
    if money.currency == currency {
        return Some(money.clone());
    }
    let rate = build.rates.get(&money.currency).filter(|rate| rate.worth.currency == currency)?;
    Some(Money { amount: money.amount.checked_mul(rate.worth.amount)?, currency: currency.to_owned() })
}

/// The currency that the build sums in.
pub fn currency(build: &Build) -> &str {
    if build.meta.currency.is_empty() { "USD" } else { &build.meta.currency }
}

/// What a pack costs when so many are bought: the price, or that of the last break they reach.
pub fn price(offer: &Offer, packs: u32) -> Option<&Money> {
    let reached = offer.breaks.iter().rev().find(|(from, _)| *from <= packs).map(|(_, money)| money);
    offer.price.as_ref().map(|(money, _)| reached.unwrap_or(money))
}

/// Consumables: one pack at least. Tools, where a step names a part of the bill or the library.
fn steps(build: &Build, sums: &mut Sums) {
    let tools: BTreeMap<&str, PartId> = (0..)
        .zip(&build.parts)
        .filter(|(_, part)| part.kind == "tool")
        .map(|(n, part)| (part.id.as_str(), PartId(n)))
        .collect();
    for step in &build.steps {
        let reason = format!("step {}", step.id.value);
        let named = step.tools.iter().filter_map(|tool| tools.get(slug(&tool.value).as_str()));
        for &part in step.uses.iter().map(|(part, _)| part).chain(named) {
            let sum = sums.entry(part).or_default();
            sum.pieces = sum.pieces.max(1);
            sum.because(&reason);
        }
    }
}

fn cost(build: &Build, needs: &[Need]) -> Cost {
    let currency = currency(build);
    let mut cost = Cost {
        known: Money { amount: Decimal::ZERO, currency: currency.to_owned() },
        unpriced: Vec::new(),
        lines: Vec::new(),
    };
    for need in needs.iter().filter(|need| build.lines.is_empty() || need.line.is_some()) {
        let packs = if need.line.is_some() { need.packs } else { packs_due(build, need) };
        let price = offer(build.part(need.part)).and_then(|offer| price(offer, packs));
        let price = price.and_then(|money| converted(build, money)).map(|money| Money {
            amount: money.amount.saturating_mul(Decimal::from(packs)),
            currency: money.currency.clone(),
        });
        match &price {
            Some(price) => cost.known.amount = cost.known.amount.saturating_add(price.amount),
            None => cost.unpriced.push(need.part),
        }
        cost.lines.push((need.part, price));
    }
    cost
}

/// Packs that would do.
pub fn packs_due(build: &Build, need: &Need) -> u32 {
    let part = build.part(need.part);
    let pack = offer(part).map_or(1, |offer| offer.pack).max(1);
    let spool = part.stock.as_ref().and_then(|stock| stock.length.known()).map(|length| length.lo.0 * f64::from(pack));
    match (need.metres, spool) {
        (Some((metres, _)), Some(spool)) if spool > 0.0 => {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped just before
            let packs = (metres / spool).ceil().clamp(1.0, 1e6) as u32;
            packs
        }
        (Some(_), _) => 1,
        (None, _) => need.pieces.div_ceil(pack),
    }
}

fn stale(build: &Build) -> Vec<(PartId, i64)> {
    let (Some((today, _)), Some(most)) = (build.meta.as_of, build.meta.price_max_age) else {
        return Vec::new();
    };
    let mut stale = Vec::new();
    for line in &build.lines {
        let Some(offer) = offer(build.part(line.part)).filter(|offer| offer.price.is_some()) else {
            continue;
        };
        let Some(seen) = offer.seen.or(build.meta.prices_seen) else {
            continue;
        };
        let days = today.days() - seen.days();
        if days > most {
            stale.push((line.part, days));
        }
    }
    stale
}
