//! Covers against every other one of small needs, and what holds of covers of any size.

use rust_decimal::Decimal;

use super::{Way, cheapest};

/// A small generator of numbers that are the same everywhere (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((mixed ^ (mixed >> 31)) % u64::from(most)).expect("below a u32")
    }

    fn ways(&mut self) -> Vec<Way> {
        (0..=self.below(3))
            .map(|_| {
                let mut price = 100 + self.below(900);
                let mut prices = vec![(1, Decimal::new(i64::from(price), 2))];
                let mut from = 1;
                for _ in 0..self.below(3) {
                    from += 1 + self.below(4);
                    price = price * 9 / 10;
                    prices.push((from, Decimal::new(i64::from(price), 2)));
                }
                Way { pack: 1 + self.below(6), minimum: 1 + self.below(3), prices }
            })
            .collect()
    }
}

/// The least that any choice of packs costs, by trying all of them.
fn by_trial(ways: &[Way], pieces: i64) -> Decimal {
    let Some((way, rest)) = ways.split_first() else {
        return if pieces <= 0 { Decimal::ZERO } else { Decimal::MAX };
    };
    let none = by_trial(rest, pieces);
    let most = u32::try_from(pieces.max(0)).expect("a need") + 16;
    (way.minimum..=most)
        .map(|packs| by_trial(rest, pieces - i64::from(packs * way.pack)).saturating_add(way.cost(packs)))
        .fold(none, Decimal::min)
}

#[test]
fn no_choice_of_packs_is_cheaper() {
    let mut dice = Dice(7);
    for round in 0..400 {
        let (ways, pieces) = (dice.ways(), 1 + dice.below(12));
        let cover = cheapest(&ways, pieces, &mut 1_000_000).expect("there are ways");
        assert!(cover.proved);
        assert_eq!(cover.cost, by_trial(&ways, i64::from(pieces)), "round {round}: {pieces} of {ways:?}");
    }
}

#[test]
fn a_cover_covers_and_costs_what_its_packs_cost() {
    let mut dice = Dice(11);
    for _ in 0..2_000 {
        let (ways, pieces, mut work) = (dice.ways(), 1 + dice.below(300), u64::from(dice.below(200_000)));
        let cover = cheapest(&ways, pieces, &mut work).expect("there are ways");
        let got: u32 = cover.packs.iter().zip(&ways).map(|(packs, way)| packs * way.pack).sum();
        assert!(got >= pieces, "{pieces} of {ways:?}: {cover:?}");
        assert!(cover.packs.iter().zip(&ways).all(|(packs, way)| *packs == 0 || *packs >= way.minimum), "{cover:?}");
        let cost: Decimal = cover.packs.iter().zip(&ways).map(|(packs, way)| way.cost(*packs)).sum();
        assert_eq!(cost, cover.cost);
    }
}

#[test]
fn many_boxes_never_cost_more_than_so_many_single_ones() {
    let mut dice = Dice(13);
    for _ in 0..500 {
        let (ways, pieces, boxes) = (dice.ways(), 1 + dice.below(20), 2 + dice.below(9));
        let cost = |pieces| cheapest(&ways, pieces, &mut u64::MAX.clone()).expect("there are ways").cost;
        assert!(cost(pieces * boxes) <= cost(pieces) * Decimal::from(boxes), "{boxes} × {pieces} of {ways:?}");
    }
}

#[test]
fn what_the_work_does_not_reach_is_not_called_proved() {
    let way = |pack, cents| Way { pack, minimum: 1, prices: vec![(1, Decimal::new(cents, 2))] };
    let ways = [way(3, 500), way(2, 340)];
    let found = cheapest(&ways, 7, &mut 1).expect("there are ways");
    assert!(!found.proved);
    assert_eq!(found.cost, Decimal::new(1360, 2));
    let found = cheapest(&ways, 7, &mut 1_000).expect("there are ways");
    assert_eq!((found.proved, found.cost, found.packs), (true, Decimal::new(1180, 2), vec![1, 2]));
}
