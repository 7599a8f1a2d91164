//! What converters take: the islands that they feed come before those that feed them.

use super::Bounds;
use crate::circuit::Law;
use crate::validate::Fault;

/// Watts that another round may still gain, and that are not worth it: every round's bounds are safe.
const WORTH: f64 = 1e-6;

/// Whether watts at an input, least and most, are what they were.
fn is_near(before: &[Option<f64>; 2], now: &[Option<f64>; 2]) -> bool {
    before.iter().zip(now).all(|two| match two {
        (Some(before), Some(now)) => (before - now).abs() <= WORTH,
        (before, now) => before == now,
    })
}

impl Bounds<'_> {
    /// What converters take, from the islands that they feed; those are solved alone.
    pub(super) fn feed_all(&mut self, alive: &[bool]) -> Result<(), Vec<Fault>> {
        if self.inputs.is_empty() {
            return Ok(());
        }
        let only = self.fed()?;
        for _ in 0..self.inputs.len() + 3 {
            let before = self.inputs.clone();
            self.volts(alive, Some(&only))?;
            self.corner_amperes(Some(&only))?;
            self.feed(&only)?;
            if before.values().zip(self.inputs.values()).all(|(before, now)| is_near(before, now)) {
                break;
            }
        }
        Ok(())
    }

    /// Elements of the islands that converters feed.
    fn fed(&mut self) -> Result<Vec<bool>, Vec<Fault>> {
        let plan = self.plan()?;
        let home = |element: u32| plan.home[self.low.0.elements[element as usize].ends[0] as usize];
        let mut is_fed = vec![false; plan.islands.len()];
        for &converter in self.inputs.keys() {
            let Law::Converter { feeds, .. } = self.low.0.elements[converter as usize].law else { continue };
            if let Some(is_fed) = is_fed.get_mut(home(feeds) as usize) {
                *is_fed = true;
            }
        }
        let of = |element: u32| is_fed.get(home(element) as usize).copied().unwrap_or(false);
        Ok((0..).take(self.lowest.len()).map(of).collect())
    }

    /// Watts at the inputs of converters, from the amperes at their outputs.
    fn feed(&mut self, only: &[bool]) -> Result<(), Vec<Fault>> {
        let least = self.run(&self.drawing(false, |index| self.least(index)), Some(only))?;
        let converters: Vec<u32> = self.inputs.keys().copied().collect();
        for converter in converters {
            let laws = [&self.high, &self.low].map(|end| end.0.elements[converter as usize].law);
            let [
                Law::Converter { feeds, efficiency: best, idle: rest, .. },
                Law::Converter { efficiency: worst, idle, .. },
            ] = laws
            else {
                continue;
            };
            let ends = [&self.high, &self.low].map(|end| end.0.elements[feeds as usize].law);
            let [Law::Source { volts: most_volts, .. }, Law::Source { volts: least_volts, ohms, .. }] = ends else {
                continue;
            };
            let is_open = |unknown: &[u32], element: u32| unknown.binary_search(&element).is_ok();
            let given = self.amperes[feeds as usize].get();
            let most = given.filter(|_| !is_open(&self.low.1, converter) && !is_open(&self.high.1, feeds));
            let most = most.map(|amperes| idle + most_volts * amperes / worst);
            let taken = least[feeds as usize].amperes.map_or(0.0, f64::abs);
            let left = given.map_or(0.0, |amperes| (least_volts - ohms * amperes).max(0.0));
            let has_least = !is_open(&self.low.1, feeds);
            let least = rest + if has_least { left * taken / best } else { 0.0 };
            self.inputs.insert(converter, [Some(least), most]);
        }
        Ok(())
    }
}
