//! Where the box could live: whether each provider takes it, and what that costs a month.
//!
//! What a provider does not state is not known; only a lease that says nothing of power cords and network ports gives one of each.

mod ranked;

use std::collections::BTreeSet;

use model::device::Origin;
use model::purchase::Provider;
use model::units::{Amps, Band, Bytes, Money, Volts, Watts};
use model::wire::RunKind;
use model::{Build, DeviceId};
use rust_decimal::prelude::FromPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::budget::{Budget, is_start};
use crate::purchase::converted;

pub use ranked::ranked;

/// Hours of a month: a twelfth of 365 days.
pub const MONTH_HOURS: f64 = 730.0;
/// Height of a rack unit, metres (EIA-310).
const RACK_UNIT: f64 = 0.044_45;
/// Volts of one mains that differ by no more than this share are the same mains.
const SAME_MAINS: f64 = 0.1;
/// Two numbers this near each other, relatively, are the same.
const SAME: f64 = 1e-9;

/// Whether something fits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Verdict {
    /// It does.
    Fits,
    /// A number is missing.
    NotKnown,
    /// It does not.
    No,
}

/// What is needed of a countable thing, and what there is; `None`: not known.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Share<T> {
    /// Needed.
    pub need: Option<T>,
    /// Given.
    pub may: Option<T>,
}

impl<T: PartialOrd> Share<T> {
    /// Whether it is enough.
    pub fn verdict(&self) -> Verdict {
        match (&self.need, &self.may) {
            (Some(need), Some(may)) if need <= may => Verdict::Fits,
            (Some(_), Some(_)) => Verdict::No,
            _ => Verdict::NotKnown,
        }
    }
}

impl Share<f64> {
    /// In whole ones: what is needed upwards, what is there downwards.
    pub fn whole(&self) -> Share<u32> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped just before
        let count = |number: f64| number.clamp(0.0, 1e9) as u32;
        Share { need: self.need.map(|need| count(need.ceil())), may: self.may.map(|may| count(may.floor())) }
    }
}

/// How a number at the feed was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// Computed, at most so much.
    Computed,
    /// Computed, and something is missing: at least so much.
    AtLeast,
    /// By a meter.
    Measured,
}

/// What the box draws in one scenario, against what a provider allows then.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Draw {
    /// Index in [`Build::scenarios`], or [`crate::budget::WORST`].
    pub scenario: usize,
    /// How it was found.
    pub found: Found,
    /// Amperes at the feed, all feeds together.
    pub amps: Amps,
    /// What may flow: derated, but for a start, which lasts minutes.
    pub allowed: Amps,
}

impl Draw {
    /// Whether it fits.
    pub fn verdict(&self) -> Verdict {
        match self.found {
            _ if self.amps.0 > self.allowed.0 * (1.0 + SAME) => Verdict::No,
            Found::AtLeast => Verdict::NotKnown,
            Found::Computed | Found::Measured => Verdict::Fits,
        }
    }
}

/// How fast a month's transfer is used up at the full speed of the port.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Transfer {
    /// Gone after so many hours.
    Hours(f64),
    /// More than the port carries in a month: so much it carries.
    Beyond(Bytes),
    /// Not counted at this rate; so much a month.
    Free(Bytes),
    /// Transfer or port is not stated.
    NotKnown,
}

/// What a place costs a month.
#[derive(Clone, PartialEq, Debug)]
pub struct Monthly {
    /// The lease, in the currency of the build.
    pub lease: Option<Money>,
    /// What the addresses cost that are not in it; `None` if nobody states a price.
    pub addresses: Option<Money>,
    /// What of both is known; `None` if nothing is.
    pub known: Option<Money>,
    /// Whether that is all.
    pub whole: bool,
    /// A currency that nothing says the worth of.
    pub no_rate: Option<String>,
}

/// One place, and what the box is to it.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Place {
    /// Index in [`Build::providers`].
    pub provider: usize,
    pub verdict: Verdict,
    /// Nobody can move in any more.
    pub closed: bool,
    /// Amperes for ever.
    pub allowed: Option<Amps>,
    /// The share of the feed that may be used for ever.
    pub derate: f64,
    /// What flows, scenario by scenario.
    pub draws: Vec<Draw>,
    /// Volts of provider and box, where they are not one mains.
    pub other_mains: Option<(Volts, Volts)>,
    pub height: Share<f64>,
    pub addresses: Share<u32>,
    pub ports: Share<u32>,
    pub plugs: Share<u32>,
    pub monthly: Monthly,
    pub transfer: Transfer,
    /// Monthly cost over derated amperes, to the cent.
    pub per_amp: Option<Money>,
    pub watts: Option<Watts>,
}

/// What the box takes of a place.
#[derive(Clone, PartialEq, Debug)]
#[allow(missing_docs)]
pub struct Needs {
    /// Addresses, and whether the build says so (`[needs]`); else one, the least on a network.
    pub addresses: u32,
    pub addresses_stated: bool,
    pub ports: u32,
    pub plugs: u32,
    /// Rack units; `None` if no chassis states its height.
    pub height: Option<f64>,
    /// Volts of the box's feeds, if they are of one mains.
    pub volts: Option<Band<Volts>>,
    pub derate: f64,
    /// By scenario: amperes of all feeds, how they were found, and whether it is a start.
    pub draws: Vec<(usize, Found, Amps, bool)>,
}

/// What the box takes of any place; `addresses` is asked for instead of what the build says.
pub fn needs(build: &Build, budget: &Budget, addresses: Option<u32>) -> Needs {
    let stated = addresses.or(build.upkeep.addresses.map(|(count, _)| count));
    let (ports, plugs) = outside(build);
    let volts: Vec<Band<Volts>> = build.feeds.iter().filter_map(|feed| feed.volts.known()).collect();
    let one = volts.first().filter(|first| {
        volts.len() == build.feeds.len() && volts.iter().all(|other| same_mains(first.typ.0, other.typ.0))
    });
    let derates = build.feeds.iter().filter_map(|feed| feed.derate.known());
    Needs {
        addresses: stated.unwrap_or(u32::from(ports > 0)),
        addresses_stated: stated.is_some(),
        ports,
        plugs,
        height: height(build),
        volts: one.copied(),
        derate: derates.map(|share| share.lo.0).fold(1.0, f64::min),
        draws: draws(build, budget),
    }
}

/// Every provider, in written order.
pub fn places(build: &Build, needs: &Needs) -> Vec<Place> {
    (0..build.providers.len()).map(|provider| place_in(build, needs, provider)).collect()
}

/// One provider.
pub fn place_in(build: &Build, needs: &Needs, at: usize) -> Place {
    let provider = &build.providers[at];
    let feed = provider.feed.known().map(|feed| feed.lo);
    let allowed = feed.map(|feed| Amps(feed.0 * needs.derate));
    let volts = provider.feed_volts.known();
    let other_mains = volts.zip(needs.volts).map(|(there, here)| (there.typ, here.typ));
    let other_mains = other_mains.filter(|(there, here)| !same_mains(there.0, here.0));
    let draw = |&(scenario, found, amps, starts): &(usize, Found, Amps, bool)| {
        let allowed = if starts { feed } else { allowed };
        allowed.map(|allowed| Draw { scenario, found, amps, allowed })
    };
    let today = build.meta.as_of.map(|(today, _)| today.days());
    let monthly = monthly(build, provider, needs.addresses);
    let mut place = Place {
        provider: at,
        verdict: Verdict::Fits,
        closed: provider.closed.is_some_and(|day| today.is_none_or(|today| day.days() <= today)),
        allowed,
        derate: needs.derate,
        draws: needs.draws.iter().filter_map(draw).collect(),
        other_mains,
        height: Share { need: needs.height, may: provider.height.known().map(|height| height.lo.0) },
        addresses: Share { need: Some(needs.addresses), may: most_addresses(provider, needs.addresses) },
        ports: Share { need: Some(needs.ports), may: Some(provider.ports.unwrap_or(1)) },
        plugs: Share { need: Some(needs.plugs), may: Some(provider.plugs.unwrap_or(1)) },
        transfer: transfer(provider),
        per_amp: allowed.and_then(|allowed| per_amp(&monthly, allowed)),
        watts: allowed.zip(volts).map(|(allowed, volts)| Watts(allowed.0 * volts.lo.0)),
        monthly,
    };
    place.verdict = verdict(&place);
    place
}

/// The worst of all that was compared.
fn verdict(place: &Place) -> Verdict {
    let feed = match place.other_mains {
        // What it draws at other volts was neither computed nor measured.
        Some(_) => Verdict::NotKnown,
        None if place.draws.is_empty() => Verdict::NotKnown,
        None => place.draws.iter().map(Draw::verdict).max().unwrap_or(Verdict::NotKnown),
    };
    let counted = [place.addresses.verdict(), place.ports.verdict(), place.plugs.verdict()];
    let closed = if place.closed { Verdict::No } else { Verdict::Fits };
    let worst = counted.into_iter().chain([feed, place.height.verdict(), closed]).max();
    worst.unwrap_or(Verdict::NotKnown)
}

fn same_mains(a: f64, b: f64) -> bool {
    (a - b).abs() <= SAME_MAINS * a.abs().max(b.abs())
}

/// What flows from all feeds in every scenario that counts and at worst: computed, and measured where somebody did.
fn draws(build: &Build, budget: &Budget) -> Vec<(usize, Found, Amps, bool)> {
    let mut draws = Vec::new();
    let mut scenarios: Vec<usize> = Vec::new();
    for load in &budget.feeds {
        if !scenarios.contains(&load.scenario) {
            scenarios.push(load.scenario);
        }
    }
    for scenario in scenarios {
        let loads = || budget.feeds.iter().filter(move |load| load.scenario == scenario);
        let amps = Amps(loads().map(|load| load.drawn.band.hi.0).sum());
        let found = if loads().all(|load| load.drawn.is_whole()) { Found::Computed } else { Found::AtLeast };
        let starts = is_start(build, scenario);
        draws.push((scenario, found, amps, starts));
        if let Some(measured) = build.scenarios.get(scenario).and_then(|scenario| scenario.measured.known()) {
            draws.push((scenario, Found::Measured, measured.hi, starts));
        }
    }
    draws
}

/// Network ports and power outlets of feeds that something is plugged into.
fn outside(build: &Build) -> (u32, u32) {
    let mut used: BTreeSet<(DeviceId, u32)> = BTreeSet::new();
    for run in &build.runs {
        let mates: &[&model::wire::Mate] = match &run.what {
            RunKind::Cable(_, a, b) => &[a, b],
            RunKind::Plug(mate) => &[mate],
            RunKind::Wire(_) | RunKind::Inline(..) => &[],
        };
        let ends = mates.iter().flat_map(|mate| mate.ends);
        used.extend(ends.filter(|(device, _)| matches!(build.device(*device).origin, Origin::Feed(_))));
    }
    let network = |&&(device, port): &&(DeviceId, u32)| {
        build.part_of(device).ports.get(port as usize).is_some_and(|port| port.kind.starts_with("rj45"))
    };
    let ports = used.iter().filter(network).count();
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    (count(ports), count(used.len() - ports))
}

/// Rack units of the tallest chassis, in whole ones.
fn height(build: &Build) -> Option<f64> {
    let chassis = build.each_device().filter(|(_, _, part)| matches!(part.kind.as_str(), "chassis" | "enclosure"));
    let heights = chassis.map(|(_, _, part)| part.body.as_ref().and_then(|body| body.height.known()));
    let heights: Option<Vec<f64>> = heights.map(|height| height.map(|height| height.hi.0)).collect();
    let tallest = heights?.into_iter().reduce(f64::max)?;
    Some((tallest / RACK_UNIT - SAME).ceil().max(1.0))
}

/// Addresses that can be had; `None` if they would not do and nobody says whether there are more.
fn most_addresses(provider: &Provider, need: u32) -> Option<u32> {
    match (&provider.more_addresses, provider.addresses) {
        (_, Some(included)) if need <= included => Some(included),
        (Some((_, total)), _) => Some(*total),
        _ => None,
    }
}

fn monthly(build: &Build, provider: &Provider, need: u32) -> Monthly {
    let mut no_rate = None;
    let mut own = |money: &Money| {
        let here = converted(build, money);
        if here.is_none() {
            no_rate = Some(money.currency.clone());
        }
        here
    };
    let lease = provider.monthly.as_ref().and_then(|(money, _)| own(money));
    let nothing = || Money { amount: Decimal::ZERO, currency: crate::purchase::currency(build).to_owned() };
    let addresses = match (&provider.more_addresses, provider.addresses) {
        (_, Some(included)) if need <= included => Some(nothing()),
        (_, None) if need == 0 => Some(nothing()),
        (Some((price, total)), _) if need <= *total => own(price),
        _ => None,
    };
    let known: Vec<&Money> = lease.iter().chain(&addresses).collect();
    let sum = known.iter().map(|money| money.amount).fold(Decimal::ZERO, Decimal::saturating_add);
    let known = lease.as_ref().map(|lease| Money { amount: sum, currency: lease.currency.clone() });
    Monthly { whole: lease.is_some() && addresses.is_some(), lease, addresses, known, no_rate }
}

fn transfer(provider: &Provider) -> Transfer {
    let month = |rate: f64| Bytes(rate / 8.0 * MONTH_HOURS * 3600.0);
    let port = provider.port.known().map(|port| port.lo.0).filter(|port| *port > 0.0);
    match (provider.transfer.known(), port, provider.rate.known()) {
        (Some(bytes), Some(port), _) => {
            let hours = bytes.lo.0 * 8.0 / port / 3600.0;
            if hours > MONTH_HOURS { Transfer::Beyond(month(port)) } else { Transfer::Hours(hours) }
        }
        (None, _, Some(rate)) => Transfer::Free(month(rate.lo.0)),
        _ => Transfer::NotKnown,
    }
}

fn per_amp(monthly: &Monthly, allowed: Amps) -> Option<Money> {
    let known = monthly.known.as_ref()?;
    let amount = known.amount.checked_div(Decimal::from_f64(allowed.0)?.round_dp(9))?;
    let amount = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    Some(Money { amount, currency: known.currency.clone() })
}
