//! The order of places: those that fit, the cheapest first; those of which that is not known; those that do not fit.

use rust_decimal::Decimal;

use super::Place;

/// Places from best to worst; of two alike, the one written first.
pub fn ranked(mut places: Vec<Place>) -> Vec<Place> {
    let price = |place: &Place| {
        let known = place.monthly.known.as_ref().map(|money| money.amount);
        (known.is_none(), known.unwrap_or(Decimal::MAX), !place.monthly.whole)
    };
    places.sort_by_key(|place| (place.verdict, price(place), place.provider));
    places
}
