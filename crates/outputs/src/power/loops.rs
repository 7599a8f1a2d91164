//! A load's loop: from its supply through every conductor to the load and back, with what each costs.

use analysis::power::{Edge, Leg, Path, Prospect, Quantity, What};
use model::units::{Amps, Ohms};

use super::report::number;
use super::told::{self, name};
use super::verdict::Needs;
use crate::View;
use crate::explain::place;

/// One conductor on the way, in the direction of current.
#[derive(Clone, Debug)]
pub struct Hop {
    /// `fuse fu[3]: fu[3].a → fu[3].b`.
    pub what: String,
    /// Typical amperes through it: what else hangs on it flows there too.
    pub amperes: Option<f64>,
    /// Typical ohms.
    pub ohms: Option<f64>,
    /// Volts lost in it, typically.
    pub typical: Option<f64>,
    /// Volts lost in it with its most ohms and amperes.
    pub worst: Option<f64>,
}

/// A loop, with every load at its greatest draw.
#[derive(Clone, Debug)]
pub struct Loop {
    /// The load: a piece.
    pub load: u32,
    /// `pi[3]`.
    pub name: String,
    /// `5v of psu`.
    pub source: String,
    /// Least, typical and most volts of the source.
    pub supply: [Option<f64>; 3],
    /// What the load draws, typically.
    pub amperes: Option<f64>,
    /// Every conductor.
    pub hops: Vec<Hop>,
    /// How many of them lie before the load.
    pub out: usize,
    /// Typical volts at the load.
    pub typical: Option<f64>,
    /// Fewest volts.
    pub lowest: Edge,
    /// What the load needs.
    pub needs: Needs,
    /// Missing numbers, each with its place.
    pub gaps: Vec<String>,
}

impl Loop {
    /// Typical ohms of the whole way.
    pub fn ohms(&self) -> Option<f64> {
        self.hops.iter().map(|hop| hop.ohms).sum()
    }

    /// Volts lost on the way, typically.
    pub fn lost(&self) -> Option<f64> {
        Some(self.supply[1]? - self.typical?)
    }
}

/// The loop of a load (a piece) at rest, or where it has no supply then in the state in which it draws most.
pub fn of(view: View<'_>, load: u32) -> Option<Loop> {
    let power = &view.facts.power;
    let (piece, bound) = (&power.harness.pieces[load as usize], &power.bounds[load as usize]);
    let What::Load(device, index) = piece.what else { return None };
    if bound.fighting {
        return None;
    }
    let world = view.facts.world(view.build);
    let path: Path = [0, bound.state as usize].into_iter().find_map(|state| power.path(world, load, state))?;
    let source = &power.harness.pieces[path.source as usize];
    let volts = number(source, Quantity::Volts);
    let unknown = bound.lowest == Edge::Unknown;
    let mut gaps: Vec<String> = Vec::new();
    if unknown {
        for (of, gap) in power.gaps_of(world, load) {
            let what = name(view.build, power.harness.pieces[of as usize].what);
            let words = format!("{} of {what} ({})", gap.what, place(view, gap.at));
            if !gaps.contains(&words) {
                gaps.push(words);
            }
        }
    }
    Some(Loop {
        load,
        name: name(view.build, piece.what),
        source: name(view.build, source.what),
        supply: volts.map_or([None; 3], |volts| [volts.low, Some(volts.typical), volts.high]),
        amperes: bound.typical_amperes.filter(|_| bound.amperes != Edge::Unknown),
        hops: path.out.iter().chain(&path.back).map(|leg| hop(view, leg)).collect(),
        out: path.out.len(),
        typical: bound.typical_volts.filter(|_| !unknown),
        lowest: bound.lowest,
        needs: Needs::of(&view.build.part_of(device).loads[index as usize]),
        gaps,
    })
}

fn hop(view: View<'_>, leg: &Leg) -> Hop {
    let power = &view.facts.power;
    let (piece, bound) = (&power.harness.pieces[leg.piece as usize], &power.bounds[leg.piece as usize]);
    let value = piece.numbers.value.1;
    let way = format!("{} → {}", view.build.shown(leg.from), view.build.shown(leg.to));
    let what = match piece.what {
        What::Mate(..) => format!("plug: {way}"),
        What::Join(..) => format!("inside: {way}"),
        what => format!("{}: {way}", name(view.build, what)),
    };
    let amperes = bound.typical_amperes.filter(|_| bound.amperes != Edge::Unknown);
    let ohms = Some(value.typical).filter(|_| value.is_known());
    let volts = |ohms: Option<f64>, amperes: Option<f64>| Some(ohms? * amperes?);
    Hop { what, amperes, ohms, typical: volts(ohms, amperes), worst: volts(value.high, bound.amperes.get()) }
}

/// `11.2 to 24 A through 258 mohm; fuse fu[1] (2 A) opens; the supply is rated 16 A`.
pub fn short_words(view: View<'_>, prospect: &Prospect) -> String {
    let amperes = match (prospect.least, prospect.most) {
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("{least} and more"),
        (None, Some(most)) => format!("at most {most}"),
        (None, None) => "not known, as numbers of its loop are missing".to_owned(),
    };
    let opens = match prospect.fuse {
        Some(((device, index), rating)) => {
            let rated = rating.map_or_else(|| "rating not stated".to_owned(), |rating: Amps| rating.to_string());
            format!("; {} ({rated}) opens", name(view.build, What::Fuse(device, index)))
        }
        None => "; no fuse is on the way".to_owned(),
    };
    let limit = match prospect.limit {
        Some(limit) => format!("; the supply is rated {limit}"),
        None => "; nobody states what the supply gives at most".to_owned(),
    };
    let ohms = prospect.legs.iter().map(|leg| {
        let value = view.facts.power.harness.pieces[leg.piece as usize].numbers.value.1;
        value.is_known().then_some(value.typical)
    });
    let ohms = ohms.sum::<Option<f64>>().map_or_else(String::new, |ohms| format!(" through {}", Ohms(ohms)));
    format!("{amperes}{ohms}{opens}{limit}")
}

/// `4.1`, `30`: milliohms; a wire of 8 cm has few of them.
pub fn milliohms(ohms: Option<f64>) -> String {
    ohms.map_or_else(|| "?".to_owned(), |ohms| milli(ohms * 1e3))
}

/// `6.9 mV`, `50 mV`.
pub fn millivolts(volts: Option<f64>) -> String {
    volts.map_or_else(|| "?".to_owned(), |volts| format!("{} mV", milli(volts * 1e3)))
}

/// `1.66 A`.
pub fn amperes(amperes: Option<f64>) -> String {
    super::short(told::number_of(amperes, "A"))
}

fn milli(number: f64) -> String {
    if number < 9.95 { format!("{number:.1}") } else { format!("{number:.0}") }
}
