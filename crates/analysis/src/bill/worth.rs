//! What a share of a price is worth, and what a core, a gigabyte of memory and one of storage cost.

use model::Build;
use model::device::Origin;
use model::part::{Part, Spec};
use model::units::{Dimension, Money};
use rust_decimal::{Decimal, RoundingStrategy};

use super::Total;

/// Bytes of a gigabyte.
const GIGABYTE: u64 = 1_000_000_000;

/// So many pieces' share of what all of them cost, to the cent.
pub(super) fn share(cost: &Money, pieces: u64, of: u64) -> Money {
    let share = cost.amount.checked_mul(Decimal::from(pieces)).and_then(|sum| sum.checked_div(Decimal::from(of)));
    Money { amount: cents(share.unwrap_or(cost.amount)), currency: cost.currency.clone() }
}

fn cents(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

/// What one of something costs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Each {
    /// `core`, `GB of RAM`, `GB of storage`.
    pub what: &'static str,
    /// How many of them there are in all boxes.
    pub count: Decimal,
    /// The whole sum over it, to the cent; at least this, if the sum is.
    pub cost: Money,
}

/// What a core, a gigabyte of memory and one of storage cost; what no part tells of is left out.
pub fn each(build: &Build, total: &Total, units: u32) -> Vec<Each> {
    let asked: [(&'static str, &str, &str, u64); 3] = [
        ("core", "computer", "cores", 1),
        ("GB of RAM", "computer", "ram", GIGABYTE),
        ("GB of storage", "ssd", "capacity", GIGABYTE),
    ];
    let mut all = Vec::new();
    for (what, kind, spec, one) in asked {
        let sum = parts(build).filter(|part| part.kind == kind).map(|part| amount(part, spec)).sum::<Option<Decimal>>();
        let count = sum.map(|sum| sum * Decimal::from(units) / Decimal::from(one)).filter(|count| !count.is_zero());
        if let Some(cost) = count.and_then(|count| total.known.amount.checked_div(count)) {
            let cost = Money { amount: cents(cost), currency: total.known.currency.clone() };
            all.push(Each { what, count: count.unwrap_or_default().normalize(), cost });
        }
    }
    all
}

/// Every part in the box: devices, and what rides along with them.
fn parts(build: &Build) -> impl Iterator<Item = &Part> {
    build.each_device().filter(|(_, device, _)| !matches!(device.origin, Origin::Feed(_))).flat_map(
        |(_, device, part)| std::iter::once(part).chain(device.with.iter().map(|&(rider, _)| build.part(rider))),
    )
}

/// A count, or bytes: whole numbers both.
fn amount(part: &Part, spec: &str) -> Option<Decimal> {
    match part.spec.iter().find(|(name, _)| name.value == spec).map(|(_, spec)| spec)? {
        Spec::Count(count, _) => Some(Decimal::from(*count)),
        Spec::Quantity(quantity) if quantity.dimension == Dimension::Data => {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped just before
            let bytes = quantity.typ.clamp(0.0, 1e18).round() as u64;
            Some(Decimal::from(bytes))
        }
        _ => None,
    }
}
