//! What a piece of the way of a current is called, where it is written, and what it may carry.

use analysis::nets;
use analysis::power::What;
use analysis::protection;
use model::units::{Amps, Dimension, Quantity};
use model::{Build, DeviceId, Terminal};
use source::Span;

use crate::{Context, story};

/// Its path in the model: `feed/3` of a wire, `k1.nc` of a contact, `fu[2]` of a fuse, `term[1].usb.vbus` of a mated contact.
pub fn name(build: &Build, what: What, at: [Terminal; 2]) -> String {
    let of = |device: DeviceId| build.device(device).name.clone();
    match what {
        What::Wire(wire) => story::run_path(build, wire),
        What::Mate(a, _) => build.path(a),
        What::Contact(..) => build.path(at[1]),
        What::Join(device, ..) | What::Fuse(device, _) | What::Resistor(device, _) => of(device),
        What::Diode(device, index) => format!("{}.{}", of(device), build.part_of(device).diodes[index as usize].name),
        What::Coil(device, index) => format!("{}.{}", of(device), build.part_of(device).coils[index as usize].name),
        What::Input(device, index) => format!("{}.{}", of(device), build.part_of(device).inputs[index as usize].name),
        What::Load(device, index) => format!("{}.{}", of(device), build.part_of(device).loads[index as usize].name),
        What::Source(source) | What::Converter(source) => {
            let part = build.part_of(source.device);
            format!("{}.{}", of(source.device), part.sources[source.index as usize].name)
        }
    }
}

/// One word for what it is.
pub fn noun(what: What) -> &'static str {
    match what {
        What::Wire(_) => "wire",
        What::Mate(..) => "plug contact",
        What::Contact(..) => "contact",
        What::Fuse(..) => "fuse",
        What::Resistor(..) => "resistor",
        What::Diode(..) => "diode",
        What::Coil(..) => "coil",
        What::Input(..) => "input",
        What::Load(..) => "load",
        What::Join(..) => "wiring of",
        What::Source(_) | What::Converter(_) => "source",
    }
}

/// The line of the build that brought it in.
pub fn span(build: &Build, what: What) -> Span {
    match what {
        What::Wire(wire) => build.wire(wire).span,
        What::Mate(a, b) => {
            let mut mates = build.runs.iter().flat_map(|run| nets::mates(&run.what));
            let mated = mates.find(|mate| mate.pairs.contains(&(a, b))).map(|mate| mate.span);
            mated.unwrap_or(build.device(build.owner(a)).span)
        }
        _ => what.device().map(|device| build.device(device).span).expect("all but wires and matings have a device"),
    }
}

/// What a contact's ratings say of direct current at some volts.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Rated {
    /// So many amperes.
    At(Amps, Span),
    /// Only at fewer volts: amperes, volts.
    Below(Amps, f64, Span),
    /// Only of alternating current: amperes.
    Alternating(Amps, Span),
    /// Nothing.
    Silent,
}

/// Reads them; of several that hold at these volts the greatest counts.
pub fn rated(ratings: &[Quantity], volts: f64) -> Rated {
    let amps = |rating: &Quantity| Amps(if rating.lo.is_finite() { rating.lo } else { rating.hi });
    let limit = |rating: &Quantity| rating.at.as_ref().map_or(f64::INFINITY, |at| at.hi.max(at.typ));
    let is_ac = |rating: &Quantity| rating.ac || rating.at.as_ref().is_some_and(|at| at.ac);
    let currents = || ratings.iter().filter(|rating| rating.dimension == Dimension::Current);
    let direct = || currents().filter(|rating| !is_ac(rating));
    let greatest = |a: &&Quantity, b: &&Quantity| amps(a).0.total_cmp(&amps(b).0);
    if let Some(rating) = direct().filter(|rating| limit(rating) >= volts).max_by(greatest) {
        return Rated::At(amps(rating), rating.span);
    }
    if let Some(rating) = direct().max_by(|a, b| limit(a).total_cmp(&limit(b))) {
        return Rated::Below(amps(rating), limit(rating), rating.span);
    }
    match currents().max_by(greatest) {
        Some(rating) => Rated::Alternating(amps(rating), rating.span),
        None => Rated::Silent,
    }
}

/// Most volts that stand on either side of a contact.
pub fn volts_at(Context { build: _, facts }: Context<'_>, at: [Terminal; 2]) -> f64 {
    let volts = at.iter().filter_map(|end| facts.potentials.at(&facts.rest, *end)?.volts);
    volts.map(|volts| volts.lo.0.abs().max(volts.hi.0.abs())).fold(0.0, f64::max)
}

/// Pieces whose missing numbers are looked for; of more the finding does without their names.
const ASKED: usize = 64;

/// Names the number on which what flows through a piece depends, and where it would stand; `None` where none is missing, and another rule tells why
/// nothing can be said.
pub struct Missing<'a> {
    context: Context<'a>,
    left: usize,
}

impl<'a> Missing<'a> {
    /// For one run of a rule.
    pub fn new(context: Context<'a>) -> Self {
        Self { context, left: ASKED }
    }

    /// The first gap of a piece.
    pub fn of(&mut self, piece: usize) -> Option<(String, Span)> {
        let Context { build, facts } = self.context;
        let own = &facts.power.harness.pieces[piece];
        if self.left == 0 {
            return Some(("a number that is not stated".to_owned(), span(build, own.what)));
        }
        self.left -= 1;
        let piece = u32::try_from(piece).expect("pieces are bounded");
        let (of, gap) = facts.power.gaps_of(facts.world(build), piece).into_iter().next()?;
        let of = &facts.power.harness.pieces[of as usize];
        Some((format!("the {} of {} `{}`", gap.what, noun(of.what), name(build, of.what, of.at)), gap.at))
    }
}

/// What it may carry for ever: a wire's ampacity and that of the clamps at its ends, a plug's contacts side by side, a contact's rating.
/// `None` where nothing is stated, and for fuses and wiring inside parts, which state none.
pub fn bears(context: Context<'_>, what: What, at: [Terminal; 2]) -> Option<Amps> {
    let Context { build, facts } = context;
    let least = |a: Option<Amps>, b: Option<Amps>| match (a, b) {
        (Some(a), Some(b)) => Some(Amps(a.0.min(b.0))),
        (a, b) => a.or(b),
    };
    match what {
        What::Wire(wire) => {
            let clamps = at.iter().map(|end| build.terminal(*end).max.known().map(|max| max.lo));
            clamps.fold(protection::ampacity(build, wire), least)
        }
        What::Mate(..) => at.iter().fold(None, |so_far, &end| {
            let owner = build.device(build.owner(end));
            let port = build.terminal(end).pin.and_then(|(port, _)| build.part(owner.part).ports.get(port as usize));
            let own = port.and_then(|port| {
                let beside = port.pins.iter().filter(|pin| facts.rest.same(owner.terminal(**pin), end)).count();
                let beside = f64::from(u32::try_from(beside).unwrap_or(u32::MAX));
                port.contact_max.known().map(|max| Amps(max.lo.0 * beside))
            });
            least(so_far, own)
        }),
        What::Contact(device, index, _) => {
            let contact = &build.part_of(device).contacts[index as usize];
            match rated(&contact.rated, volts_at(context, at)) {
                Rated::At(amps, _) => Some(amps),
                Rated::Below(..) | Rated::Alternating(..) | Rated::Silent => None,
            }
        }
        _ => None,
    }
}

/// The device that something belongs to, without its number: `pi` of `pi[3].board`.
pub fn group(build: &Build, what: What) -> &str {
    what.device().map_or("", |device| build.device(device).group.as_str())
}
