//! Which spares to keep for a stated failure rate, and what each loss takes.
//!
//! Pieces of a part fail independently at a constant rate and are replaced, so that failures within a time are Poisson-distributed
//! about pieces × rate × years; the spares are the least number that these stay within at the wanted confidence. Money is exact
//! decimal; only rates and probabilities are floats, and none of them is a price.

use std::collections::BTreeMap;

use model::device::{Choice, Origin};
use model::part::PartId;
use model::units::Money;
use model::wire::RunKind;
use model::{Build, DeviceId};
use rust_decimal::Decimal;

use crate::Facts;
use crate::bill::{self, Total};
use crate::failures::Cause;
use crate::purchase::{converted, offer, price};

/// Most failures that may be expected of a part: beyond, nobody keeps them in a drawer.
const MOST_EXPECTED: f64 = 100_000.0;
/// A term this much smaller than the greatest adds nothing to a sum of doubles.
const NOTHING: f64 = 1e-30;

/// What is asked.
#[derive(Clone, PartialEq, Debug)]
pub struct Asked {
    /// Failures of a piece in a year, by part; before what the part's file says.
    pub rates: BTreeMap<PartId, f64>,
    /// Years of service.
    pub years: u32,
    /// Chance that the spares last, between 0 and 1.
    pub confidence: f64,
}

/// Where a rate comes from.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Rate {
    /// The part's file; of a range, the most.
    Stated(f64),
    /// The question.
    Asked(f64),
    /// Nobody says.
    Unknown,
}

impl Rate {
    /// The number.
    pub fn known(self) -> Option<f64> {
        match self {
            Self::Stated(rate) | Self::Asked(rate) => Some(rate),
            Self::Unknown => None,
        }
    }
}

/// One part in service.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// Which.
    pub part: PartId,
    /// Pieces in the box.
    pub pieces: u32,
    /// Failures of a piece in a year.
    pub rate: Rate,
    /// Failures of all pieces in all years, on average.
    pub expected: Option<f64>,
    /// Spares that last at the wanted confidence; `None` without a rate, or with one beyond all drawers.
    pub spares: Option<u32>,
    /// Computers that the worst single piece takes down or off the network; `None` where the model does not say.
    pub takes: Option<u32>,
    /// Computers lost in a year on average: rate by what each piece takes.
    pub loss: Option<f64>,
    /// Pieces that the `[spares]` rule keeps.
    pub kept: u64,
    /// Pieces that packs leave over.
    pub left: u64,
    /// Pieces that are missing beyond both.
    pub missing: Option<u64>,
    /// What these cost, by whole packs; `None` is unknown.
    pub cost: Option<Money>,
}

/// All parts in service, worst first.
#[derive(Clone, PartialEq, Debug)]
pub struct Spares {
    /// By expected loss, then by what one piece takes; those without a rate last.
    pub rows: Vec<Row>,
    /// What is missing costs, of the parts with a rate.
    pub total: Total,
}

/// One part as its pieces are found.
#[derive(Default)]
struct Found {
    pieces: u32,
    /// Computers that each piece takes, as far as the model says.
    takes: Vec<Option<u32>>,
}

/// What to keep.
pub fn compute(build: &Build, facts: &Facts, asked: &Asked) -> Spares {
    let bill = bill::compute(build, &facts.purchase, 1);
    let lines: BTreeMap<PartId, (u64, u64)> =
        bill.lines.iter().map(|line| (line.part, (line.kept, line.left))).collect();
    let row = |(part, found): (PartId, Found)| {
        let stated = build.part(part).fails.as_ref().and_then(|fails| fails.yearly.known());
        let rate = match (asked.rates.get(&part), stated) {
            (Some(rate), _) => Rate::Asked(*rate),
            (None, Some(band)) => Rate::Stated(band.hi.0),
            (None, None) => Rate::Unknown,
        };
        let expected = rate.known().map(|rate| rate * f64::from(found.pieces) * f64::from(asked.years));
        let spares = expected.and_then(|expected| pieces_for(expected, asked.confidence));
        let (kept, left) = lines.get(&part).copied().unwrap_or_default();
        let missing = spares.map(|spares| u64::from(spares).saturating_sub(kept + left));
        let takes = found.takes.iter().copied().collect::<Option<Vec<u32>>>();
        let sum = takes.as_ref().map(|takes| takes.iter().map(|takes| f64::from(*takes)).sum::<f64>());
        Row {
            part,
            pieces: found.pieces,
            rate,
            expected,
            spares,
            takes: takes.and_then(|takes| takes.into_iter().max()),
            loss: rate.known().zip(sum).map(|(rate, sum)| rate * sum),
            kept,
            left,
            missing,
            cost: missing.and_then(|missing| cost(build, part, missing)),
        }
    };
    let mut rows: Vec<Row> = pieces(build, facts).into_iter().map(row).collect();
    rows.sort_by(|a, b| {
        let key = |row: &Row| (row.rate.known().is_some(), row.loss.unwrap_or(0.0), row.takes.unwrap_or(0));
        let ((a_known, a_loss, a_takes), (b_known, b_loss, b_takes)) = (key(a), key(b));
        b_known.cmp(&a_known).then(b_loss.total_cmp(&a_loss)).then(b_takes.cmp(&a_takes)).then(a.part.cmp(&b.part))
    });
    let due = rows.iter().filter(|row| row.rate.known().is_some()).map(|row| row.cost.as_ref().map(|cost| cost.amount));
    let total = bill::total(build, due);
    Spares { rows, total }
}

/// Every part that serves: devices, cables, what rides along, inserts of fuse holders.
fn pieces(build: &Build, facts: &Facts) -> BTreeMap<PartId, Found> {
    let mut out: BTreeMap<DeviceId, u32> = BTreeMap::new();
    let mut blown: BTreeMap<(DeviceId, u32), u32> = BTreeMap::new();
    for group in &facts.failures.groups {
        for cause in &group.causes {
            match *cause {
                Cause::Out(device) => {
                    let most = out.entry(device).or_default();
                    *most = (*most).max(group.computers);
                }
                Cause::Plug(run) => {
                    if let RunKind::Cable(device, ..) = build.run(run).what {
                        let most = out.entry(device).or_default();
                        *most = (*most).max(group.computers);
                    }
                }
                Cause::Fuse(device, fuse) => {
                    blown.insert((device, fuse), group.computers);
                }
                _ => {}
            }
        }
    }
    let open = |cause: Cause| facts.failures.open.causes.contains(&cause);
    let mut all: BTreeMap<PartId, Found> = BTreeMap::new();
    let mut add = |part: PartId, takes: Option<u32>| {
        let found = all.entry(part).or_default();
        found.pieces += 1;
        found.takes.push(takes);
    };
    for (id, device, part) in build.each_device() {
        if matches!(device.origin, Origin::Feed(_)) || part.consumable {
            continue;
        }
        let takes = (!open(Cause::Out(id))).then(|| out.get(&id).copied().unwrap_or(0));
        add(device.part, takes);
        for &(rider, _) in &device.with {
            // What rides along is in no circuit, so the model does not say what its loss takes.
            add(rider, None);
        }
        for (name, choice) in &device.choices {
            if let Choice::Part(insert, _) = choice {
                let fuse = part.fuses.iter().position(|fuse| fuse.name == *name).and_then(|at| u32::try_from(at).ok());
                let known = fuse.filter(|&fuse| !open(Cause::Fuse(id, fuse)));
                add(*insert, known.map(|fuse| blown.get(&(id, fuse)).copied().unwrap_or(0)));
            }
        }
    }
    all
}

/// Whole packs of the offer that the bill goes by.
fn cost(build: &Build, part: PartId, missing: u64) -> Option<Money> {
    let currency = crate::purchase::currency(build).to_owned();
    if missing == 0 {
        return Some(Money { amount: Decimal::ZERO, currency });
    }
    let offer = offer(build.part(part))?;
    let packs = missing.div_ceil(u64::from(offer.pack.max(1))).max(u64::from(offer.minimum));
    let packs = u32::try_from(packs).ok()?;
    let each = converted(build, price(offer, packs)?)?;
    Some(Money { amount: each.amount.checked_mul(Decimal::from(packs))?, currency })
}

/// The least number that a Poisson variable of this mean stays within at this chance; `None` beyond a mean of 100,000.
///
/// Terms are summed relative to the greatest, so that neither e^-mean nor a factorial is ever formed.
pub fn pieces_for(mean: f64, chance: f64) -> Option<u32> {
    if !(0.0..=MOST_EXPECTED).contains(&mean) {
        return None;
    }
    if mean == 0.0 {
        return Some(0);
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // held between 0 and MOST_EXPECTED
    let mode = mean as u32;
    let mut below: Vec<f64> = Vec::new();
    let (mut term, mut at) = (1.0, mode);
    while at > 0 && term > NOTHING {
        term *= f64::from(at) / mean;
        at -= 1;
        below.push(term);
    }
    let first = at;
    let mut above: Vec<f64> = Vec::new();
    let (mut term, mut at) = (1.0, mode);
    while term > NOTHING {
        at += 1;
        term *= mean / f64::from(at);
        above.push(term);
    }
    let whole: f64 = below.iter().rev().sum::<f64>() + above.iter().rev().sum::<f64>() + 1.0;
    let mut so_far = 0.0;
    for (count, term) in (first..).zip(below.iter().rev().chain([&1.0]).chain(&above)) {
        so_far += term;
        if so_far >= whole * chance {
            return Some(count);
        }
    }
    Some(at)
}
