//! The cheapest packs that cover a need, over several offers: exact, with counted work.

use rust_decimal::Decimal;

/// One way to buy a part, in the currency that is summed in.
#[derive(Clone, Debug)]
pub struct Way {
    /// Pieces in a pack, from 1.
    pub pack: u32,
    /// Fewest packs, if any are bought, from 1.
    pub minimum: u32,
    /// What a pack costs from so many packs on; the first from 1, then upwards and ever cheaper.
    pub prices: Vec<(u32, Decimal)>,
}

impl Way {
    /// What so many packs cost.
    pub fn cost(&self, packs: u32) -> Decimal {
        let price = self.prices.iter().rev().find(|(from, _)| *from <= packs).or(self.prices.first());
        price.map_or(Decimal::ZERO, |(_, price)| price.saturating_mul(Decimal::from(packs)))
    }

    /// Counts of packs worth a look: all that leave a need, the first that leaves none, and the feet of price breaks beyond.
    fn counts(&self, pieces: u32) -> impl Iterator<Item = u32> + '_ {
        let enough = pieces.div_ceil(self.pack).max(self.minimum);
        let feet = self.prices.iter().map(|(from, _)| *from).filter(move |from| *from > enough);
        (self.minimum..=enough).chain(feet)
    }

    /// The cheapest count of packs that covers the need alone: at a price break more packs may cost less.
    fn alone(&self, pieces: u32) -> (u32, Decimal) {
        let enough = pieces.div_ceil(self.pack).max(self.minimum);
        let feet = self.prices.iter().map(|(from, _)| *from).filter(|from| *from > enough);
        std::iter::once(enough)
            .chain(feet)
            .map(|packs| (packs, self.cost(packs)))
            .min_by(|a, b| a.1.cmp(&b.1).then(a.0.cmp(&b.0)))
            .expect("one count is enough")
    }
}

/// What to buy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cover {
    /// Packs of each way, in the order given.
    pub packs: Vec<u32>,
    /// What they cost together.
    pub cost: Decimal,
    /// Whether nothing cheaper covers the need; else the counted work ran out.
    pub proved: bool,
}

/// The cheapest cover of a need of at least one piece; `None` without a way. `work` is what may be spent, and is counted down.
///
/// Among covers of one price that with the fewest pieces counts, then that with more of the ways named first. Where the work does not
/// reach, the cheapest way on its own is given: never dearer than any other single way.
pub fn cheapest(ways: &[Way], pieces: u32, work: &mut u64) -> Option<Cover> {
    let single = ways.iter().enumerate().map(|(at, way)| (at, way.alone(pieces)));
    let (at, (packs, cost)) = single.min_by(|a, b| a.1.1.cmp(&b.1.1).then(a.0.cmp(&b.0)))?;
    let mut alone = vec![0; ways.len()];
    alone[at] = packs;
    if ways.len() == 1 || pieces == 0 {
        return Some(Cover { packs: alone, cost, proved: true });
    }
    let steps: u64 = ways
        .iter()
        .map(|way| {
            u64::from(pieces) * (u64::from(pieces.div_ceil(way.pack).max(way.minimum)) + way.prices.len() as u64)
        })
        .sum();
    if steps > *work {
        return Some(Cover { packs: alone, cost, proved: false });
    }
    *work -= steps;
    Some(table(ways, pieces as usize))
}

/// Way by way, the cheapest that gives so many pieces at least.
fn table(ways: &[Way], pieces: usize) -> Cover {
    // By pieces covered, capped at the need: cost and pieces bought; what each way adds on the way there.
    let mut best: Vec<Option<(Decimal, u64)>> = vec![None; pieces + 1];
    best[0] = Some((Decimal::ZERO, 0));
    let mut chosen: Vec<Vec<(u32, usize)>> = Vec::with_capacity(ways.len());
    for way in ways {
        let mut next = best.clone();
        let mut choice: Vec<(u32, usize)> = (0..=pieces).map(|at| (0, at)).collect();
        for (at, reached) in best.iter().enumerate() {
            let Some((cost, bought)) = reached else { continue };
            if at == pieces {
                continue;
            }
            let left = u32::try_from(pieces - at).expect("a need is a count");
            for packs in way.counts(left) {
                let gives = u64::from(packs) * u64::from(way.pack);
                let to = usize::try_from(gives).unwrap_or(usize::MAX).saturating_add(at).min(pieces);
                let sum = (cost.saturating_add(way.cost(packs)), bought + gives);
                if next[to].is_none_or(|found| sum < found) {
                    next[to] = Some(sum);
                    choice[to] = (packs, at);
                }
            }
        }
        best = next;
        chosen.push(choice);
    }
    let mut packs = vec![0; ways.len()];
    let mut at = pieces;
    for (way, choice) in chosen.iter().enumerate().rev() {
        let (count, from) = choice[at];
        packs[way] = count;
        at = from;
    }
    let cost = best[pieces].expect("every way covers any need").0;
    Cover { packs, cost, proved: true }
}

#[cfg(test)]
mod tests;
