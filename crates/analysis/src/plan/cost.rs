//! What the build costs against clouds and servers: to buy, a month, when it has paid off, over so many months, and for what it computes with.
//!
//! Money is exact decimal throughout. A server lives where it fits the cheapest way; the build where somebody says, or likewise.

mod extent;
mod payoff;

use model::Build;
use model::purchase::Yardstick;
use model::units::{Amps, Money, Number, Watts};
use rust_decimal::prelude::FromPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use super::providers::{Found, MONTH_HOURS, Needs, Place, Verdict, needs, place_in, places, ranked};
use crate::budget::{Budget, WORST, is_start};
use crate::purchase::{Purchase, converted, currency};

pub use extent::{Extent, words};
pub use payoff::Payoff;

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// Months to sum over, in the order in which they are shown.
    pub months: Vec<u32>,
    /// Where the build lives (index in [`Build::providers`]); absent: where it fits the cheapest way.
    pub provider: Option<usize>,
    /// Addresses that it takes, instead of what the build says.
    pub addresses: Option<u32>,
    /// Share of its price that hardware brings at the end, instead of what the build says.
    pub resale: Option<Decimal>,
    /// What a kilowatt-hour costs at one's own outlet, instead of what the build says.
    pub kwh: Option<Money>,
}

/// A sum, and whether it is all: else it is the least that it can be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Amount {
    /// Exact, in the currency of the build.
    pub amount: Decimal,
    /// Nothing is missing in it.
    pub whole: bool,
}

impl Amount {
    /// All of it.
    pub fn whole(amount: Decimal) -> Self {
        Self { amount, whole: true }
    }

    fn plus(&self, other: &Self) -> Self {
        Self { amount: self.amount.saturating_add(other.amount), whole: self.whole && other.whole }
    }

    /// So many times it, exact.
    #[must_use]
    pub fn times(&self, factor: Decimal) -> Self {
        Self { amount: self.amount.saturating_mul(factor), whole: self.whole }
    }
}

/// Why something has no monthly cost.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Why {
    /// It fits none of the providers.
    NoPlace,
    /// A price is not stated, or is in a currency without a rate.
    NoPrice,
}

/// What one of those compared costs.
#[derive(Clone, Debug)]
pub struct Side {
    /// Index in [`Build::yardsticks`]; `None`: the build.
    pub yardstick: Option<usize>,
    /// To buy; `None` if nobody states a price.
    pub capital: Option<Amount>,
    /// A month where it lives.
    pub monthly: Result<Amount, Why>,
    /// Where it lives; `None` for what is rented.
    pub place: Option<Place>,
    /// Amperes at the mains of the build's feed, watts that it draws, kilowatt-hours of a month.
    pub draw: Option<(Option<Amps>, Watts, Decimal)>,
    /// What that costs at one's own outlet, where a price is known.
    pub electricity: Option<Amount>,
    /// By month asked for: what it costs up to then, less what it brings when sold; at least its price where a month's cost is not known.
    pub totals: Vec<Option<Amount>>,
    /// When the build has paid off against it; `None` for the build.
    pub payoff: Option<Payoff>,
    /// The same where neither is in a rented place; only for servers, where a price of electricity is known.
    pub at_home: Option<Payoff>,
    /// What it computes with.
    pub extent: Extent,
    /// Words that differ from the build's: key, theirs, ours.
    pub unlike: Vec<(String, String, String)>,
}

/// The build and what it is compared with.
#[derive(Clone, Debug)]
pub struct Cost {
    /// Months asked for.
    pub months: Vec<u32>,
    /// Share that hardware brings when sold; `None`: not counted.
    pub resale: Option<Decimal>,
    /// What a kilowatt-hour costs; `None`: not counted.
    pub kwh: Option<Money>,
    /// Lines of the bill without a price.
    pub unpriced: usize,
    /// The build first, then each yardstick in written order.
    pub sides: Vec<Side>,
}

/// Compares.
pub fn compute(build: &Build, purchase: &Purchase, budget: &Budget, question: &Question) -> Cost {
    let needs = needs(build, budget, question.addresses);
    let resale = question.resale.or(build.upkeep.resale.as_ref().map(|(share, _)| *share));
    let kwh = question.kwh.as_ref().or(build.upkeep.kwh.as_ref().map(|(money, _)| money));
    let kwh = kwh.and_then(|money| converted(build, money));
    let own = own(build, purchase, budget, &needs, question.provider);
    let mut sides = vec![own];
    sides.extend((0..build.yardsticks.len()).map(|at| other(build, &needs, at)));
    for side in &mut sides {
        let draw = side.draw.as_ref();
        side.electricity =
            draw.zip(kwh.as_ref()).map(|((.., hours), kwh)| Amount::whole(hours.saturating_mul(kwh.amount)));
        let total = |months: &u32| {
            let capital = net(side.capital.as_ref()?, resale);
            match &side.monthly {
                Ok(monthly) => Some(capital.plus(&monthly.times(Decimal::from(*months)))),
                // Wherever it lives, that costs no less than nothing.
                Err(_) => (!capital.amount.is_zero()).then_some(Amount { whole: false, ..capital }),
            }
        };
        side.totals = question.months.iter().map(total).collect();
    }
    let (own, others) = sides.split_first_mut().expect("the build stands first");
    for side in others {
        let capital = |side: &Side| side.capital.as_ref().map(|capital| net(capital, resale));
        let (ours, theirs) = (capital(own), capital(side));
        side.payoff = Some(payoff::when(
            ours.as_ref().zip(own.monthly.as_ref().ok()),
            theirs.as_ref().zip(side.monthly.as_ref().ok()),
        ));
        if side.place.is_some() || side.monthly == Err(Why::NoPlace) {
            let home = ours.as_ref().zip(own.electricity.as_ref()).zip(theirs.as_ref().zip(side.electricity.as_ref()));
            side.at_home = home.map(|(ours, theirs)| payoff::when(Some(ours), Some(theirs)));
        }
        let ours = words(&own.extent);
        let differs = words(&side.extent).into_iter().filter_map(|(key, theirs)| {
            let (_, ours) = ours.iter().find(|(other, ours)| *other == key && *ours != theirs)?;
            Some((key.to_owned(), theirs.to_owned(), (*ours).to_owned()))
        });
        side.unlike = differs.collect();
    }
    Cost { months: question.months.clone(), resale, kwh, unpriced: purchase.cost.unpriced.len(), sides }
}

/// A price less what it brings when sold.
fn net(capital: &Amount, resale: Option<Decimal>) -> Amount {
    capital.times(Decimal::ONE - resale.unwrap_or_default())
}

/// The cheapest of those that fit, else of those of which that is not known.
pub fn best(places: Vec<Place>) -> Option<Place> {
    let taken = |place: &Place| place.verdict != Verdict::No && place.monthly.known.is_some();
    ranked(places).into_iter().find(taken)
}

fn own(build: &Build, purchase: &Purchase, budget: &Budget, needs: &Needs, asked: Option<usize>) -> Side {
    let cost = &purchase.cost;
    let place = match asked {
        Some(at) => Some(place_in(build, needs, at)),
        None => best(places(build, needs)),
    };
    let amps = typical(build, budget);
    let volts = needs.volts.map(|volts| volts.typ.0);
    Side {
        yardstick: None,
        capital: Some(Amount { amount: cost.known.amount, whole: cost.unpriced.is_empty() }),
        monthly: monthly(place.as_ref(), build.providers.is_empty()),
        place,
        draw: amps.zip(volts).and_then(|(amps, volts)| drawn(Some(amps), amps.0 * volts)),
        electricity: None,
        totals: Vec::new(),
        payoff: None,
        at_home: None,
        extent: extent::of_build(build),
        unlike: Vec::new(),
    }
}

fn other(build: &Build, needs: &Needs, at: usize) -> Side {
    let yardstick = &build.yardsticks[at];
    let count = Decimal::from(yardstick.count);
    let money = |money: &Money| converted(build, money).map(|money| money.amount.saturating_mul(count));
    let watts = yardstick.draw.as_ref().map(|draw| draw.hi * f64::from(yardstick.count));
    let rented = yardstick.monthly.as_ref();
    let price = yardstick.price.as_ref();
    let place = match (rented, price) {
        (None, Some(_)) => best(server_places(build, needs, yardstick, watts)),
        _ => None,
    };
    let volts = needs.volts.map(|volts| volts.typ.0).filter(|volts| *volts > 0.0);
    Side {
        yardstick: Some(at),
        capital: match (price, rented) {
            (Some((price, _)), _) => money(price).map(Amount::whole),
            (None, Some(_)) => Some(Amount::whole(Decimal::ZERO)),
            (None, None) => None,
        },
        monthly: match (rented, price) {
            (Some((rent, _)), _) => money(rent).map(Amount::whole).ok_or(Why::NoPrice),
            (None, Some(_)) => monthly(place.as_ref(), false),
            (None, None) => Err(Why::NoPrice),
        },
        place,
        draw: watts.and_then(|watts| drawn(volts.map(|volts| Amps(watts / volts)), watts)),
        electricity: None,
        totals: Vec::new(),
        payoff: None,
        at_home: None,
        extent: extent::of_yardstick(yardstick),
        unlike: Vec::new(),
    }
}

fn monthly(place: Option<&Place>, nowhere: bool) -> Result<Amount, Why> {
    let Some(place) = place else {
        return Err(if nowhere { Why::NoPrice } else { Why::NoPlace });
    };
    let known = place.monthly.known.as_ref().ok_or(Why::NoPrice)?;
    Ok(Amount { amount: known.amount, whole: place.monthly.whole })
}

/// A server with one address, one network cable and one power cord, held to the same derating.
fn server_places(build: &Build, needs: &Needs, yardstick: &Yardstick, watts: Option<f64>) -> Vec<Place> {
    let height = match yardstick.height {
        Number::Is(height, _) => Some(height.hi.0 * f64::from(yardstick.count)),
        _ => None,
    };
    let at = |provider: usize| {
        let there = build.providers[provider].feed_volts.known().filter(|volts| volts.lo.0 > 0.0);
        let volts = there.or(needs.volts);
        let amps = watts.zip(volts).map(|(watts, volts)| Amps(watts / volts.lo.0));
        let of_it = Needs {
            addresses: yardstick.count,
            addresses_stated: false,
            ports: yardstick.count,
            plugs: yardstick.count,
            height,
            volts,
            derate: needs.derate,
            draws: amps.map(|amps| (WORST, Found::Computed, amps, false)).into_iter().collect(),
        };
        place_in(build, &of_it, provider)
    };
    (0..build.providers.len()).map(at).collect()
}

/// Most amperes at the feed for good: as measured where anybody did, else as computed.
fn typical(build: &Build, budget: &Budget) -> Option<Amps> {
    let lasts = |at: &usize| build.scenarios[*at].judged && !is_start(build, *at);
    let measured = (0..build.scenarios.len()).filter(lasts).filter_map(|at| build.scenarios[at].measured.known());
    let most = measured.map(|band| band.hi.0).reduce(f64::max);
    let computed = || {
        let worst = budget.feeds.iter().filter(|load| load.scenario == WORST);
        let mut sum = 0.0;
        for load in worst {
            if !load.drawn.is_whole() {
                return None;
            }
            sum += load.drawn.band.hi.0;
        }
        (sum > 0.0).then_some(sum)
    };
    most.or_else(computed).map(Amps)
}

fn drawn(amps: Option<Amps>, watts: f64) -> Option<(Option<Amps>, Watts, Decimal)> {
    let hours = Decimal::from_f64(watts * MONTH_HOURS / 1000.0)?;
    Some((amps, Watts(watts), hours.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero)))
}

/// The currency of all sums.
pub fn sums_in(build: &Build) -> &str {
    currency(build)
}
