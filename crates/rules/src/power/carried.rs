//! What wires, clamps, plugs and contacts carry, and what each may carry.

use std::collections::{BTreeMap, BTreeSet};

use analysis::power::harness::Piece;
use analysis::power::{Edge, Point, Scenario, What};
use analysis::protection;
use model::Terminal;
use model::units::Amps;
use source::Span;

use super::SLACK;
use super::pieces::{self, Rated};
use super::ratings::{factor, loaded, plug_rating, terminal_rating};
use super::supplied::Typical;
use crate::{Context, story};

/// What a fuse of a vehicle type surely holds for 100 hours and more, as a share of its rating (ISO 8820-3).
const HOLDS: f64 = 1.1;

/// What kind of thing carries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// A wire.
    Wire,
    /// A clamp, or a header pin.
    Terminal,
    /// A mated contact.
    Plug,
    /// A contact of a relay or switch.
    Contact,
}

/// Something with a rating.
#[derive(Clone, Debug)]
pub struct Carrier {
    /// What it is.
    pub kind: Kind,
    /// Its pieces: one, or all wires that land on a clamp.
    pieces: Vec<u32>,
    /// A clamp, or the first end of its piece: there the fuse before it is looked for.
    at: Terminal,
    /// What it may carry.
    pub rated: Amps,
    /// Loaded wires of its bundle, itself among them; none for what is no wire.
    beside: usize,
    /// Most amperes with typical numbers and every load at its most; of a clamp those of all its wires together.
    pub typical: f64,
    /// Most amperes of all.
    pub worst: Edge,
}

impl Carrier {
    /// Whether so many amperes are not too many.
    pub fn bears(&self, amperes: f64) -> bool {
        amperes <= self.rated.0 * (1.0 + SLACK)
    }

    /// `wire`, `terminal`, …
    pub fn noun(&self) -> &'static str {
        match self.kind {
            Kind::Wire => "wire",
            Kind::Terminal => "terminal",
            Kind::Plug => "plug contact",
            Kind::Contact => "contact",
        }
    }

    fn piece<'a>(&self, Context { facts, .. }: Context<'a>) -> &'a Piece {
        &facts.power.harness.pieces[self.pieces[0] as usize]
    }

    /// `feed/3`, `term[1].plus`.
    pub fn name(&self, context: Context<'_>) -> String {
        match self.kind {
            Kind::Terminal => context.build.path(self.at),
            _ => pieces::name(context.build, self.piece(context).what, self.piece(context).at),
        }
    }

    /// Those that are told as one: a bundle, or devices of one group.
    fn group<'a>(&self, context: Context<'a>) -> &'a str {
        let build = context.build;
        match self.piece(context).what {
            What::Wire(wire) if self.kind == Kind::Wire => {
                &build.bundle(build.run(build.wire(wire).run).bundle).name.value
            }
            _ => &build.device(build.owner(self.at)).group,
        }
    }

    /// The line of the build that brought it in; of a clamp the wire that lands there.
    pub fn span(&self, context: Context<'_>) -> Span {
        match (self.kind, self.piece(context).what) {
            (Kind::Terminal, What::Wire(wire)) => story::end_span(context.build, wire, self.at),
            (_, what) => pieces::span(context.build, what),
        }
    }

    /// Where its rating is written, if it is.
    pub fn rating(&self, context: Context<'_>) -> Option<Span> {
        let build = context.build;
        match (self.kind, self.piece(context).what) {
            (Kind::Terminal, _) => terminal_rating(build, self.at).map(|(_, span)| span)?,
            (Kind::Plug, What::Mate(a, b)) => plug_rating(build, [a, b]).map(|(_, span)| span)?,
            (Kind::Wire, What::Wire(wire)) => build.attributes_of(build.wire(wire)).stock.map(|(_, span)| span),
            (_, What::Contact(device, index, _)) => Some(build.part_of(device).contacts[index as usize].span),
            _ => None,
        }
    }

    /// How its rating came down, or what comes together on it.
    pub fn why(&self, context: Context<'_>) -> Option<String> {
        let Context { build, facts } = context;
        let share = factor(self.beside);
        if share < 1.0 {
            let (alone, beside, bundle) = (Amps(self.rated.0 / share), self.beside, self.group(context));
            return Some(format!(
                "{alone} on its own, {:.0} % of it as one of {beside} loaded wires of `{bundle}`",
                share * 100.0
            ));
        }
        let told = |piece: &u32| match facts.power.harness.pieces[*piece as usize].what {
            What::Wire(wire) => {
                let amperes = facts.power.bounds[*piece as usize].typical_amperes?;
                Some(format!("{} {}", story::run_path(build, wire), Amps(amperes)))
            }
            _ => None,
        };
        let shares: Vec<String> = self.pieces.iter().filter_map(told).collect();
        (shares.len() > 1).then(|| format!("on it: {}", shares.join(", ")))
    }
}

/// Everything that may carry more than its rating, clamps last.
pub fn full(context: Context<'_>) -> Vec<Carrier> {
    let Context { build, facts } = context;
    let (mut full, mut landed): (Vec<Carrier>, Vec<(Terminal, u32)>) = (Vec::new(), Vec::new());
    let loaded = loaded(context);
    for (number, (of, bound)) in (0..).zip(facts.power.harness.pieces.iter().zip(&facts.power.bounds)) {
        if bound.fighting || bound.amperes == Edge::Never {
            continue;
        }
        let (kind, rated, beside) = match of.what {
            What::Wire(id) => {
                landed.extend(
                    of.at.iter().filter(|end| terminal_rating(build, **end).is_some()).map(|end| (*end, number)),
                );
                let Some(alone) = protection::ampacity(build, id) else { continue };
                let beside = loaded[build.run(build.wire(id).run).bundle.0 as usize];
                (Kind::Wire, Amps(alone.0 * factor(beside)), beside)
            }
            What::Mate(a, b) => match plug_rating(build, [a, b]) {
                Some((rated, _)) => (Kind::Plug, rated, 0),
                None => continue,
            },
            What::Contact(device, index, _) => {
                let contact = &build.part_of(device).contacts[index as usize];
                match pieces::rated(&contact.rated, pieces::volts_at(context, of.at)) {
                    Rated::At(rated, _) => (Kind::Contact, rated, 0),
                    _ => continue,
                }
            }
            _ => continue,
        };
        let typical = bound.typical_amperes.unwrap_or(0.0);
        if bound.amperes.get().unwrap_or(0.0).max(typical) > rated.0 {
            full.push(Carrier {
                kind,
                pieces: vec![number],
                at: of.at[0],
                rated,
                beside,
                typical,
                worst: bound.amperes,
            });
        }
    }
    landed.sort_unstable();
    full.extend(landed.chunk_by(|a, b| a.0 == b.0).filter_map(|wires| terminal(context, wires)));
    full
}

/// A clamp or pin with all that lands on it, if that may be more than its rating.
fn terminal(Context { build, facts }: Context<'_>, wires: &[(Terminal, u32)]) -> Option<Carrier> {
    let at = wires[0].0;
    let (rated, _) = terminal_rating(build, at)?;
    let bounds = || wires.iter().map(|(_, piece)| &facts.power.bounds[*piece as usize]);
    let worst = bounds().try_fold(0.0, |sum, bound| match bound.amperes {
        Edge::Is(amperes) => Ok(sum + amperes),
        edge => Err(edge),
    });
    let typical: f64 = bounds().filter_map(|bound| bound.typical_amperes).sum();
    let worst = worst.map_or_else(|edge| edge, Edge::Is);
    (worst.get().unwrap_or(0.0).max(typical) > rated.0).then(|| {
        let pieces = wires.iter().map(|(_, piece)| *piece).collect();
        Carrier { kind: Kind::Terminal, at, rated, beside: 0, typical, worst, pieces }
    })
}

/// What a carrier carries at a point: of a clamp what flows in or what flows out, whichever is more.
pub fn through(Context { facts, .. }: Context<'_>, carrier: &Carrier, point: &Point) -> f64 {
    let amperes = |piece: &u32| point.amperes[*piece as usize].unwrap_or(0.0);
    if carrier.kind != Kind::Terminal {
        return carrier.pieces.iter().map(|piece| amperes(piece).abs()).sum();
    }
    let toward = |piece: &u32| {
        let forward = facts.power.harness.pieces[*piece as usize].at[1] == carrier.at;
        if forward { amperes(piece) } else { -amperes(piece) }
    };
    let sum = |sign: f64| carrier.pieces.iter().map(|piece| (toward(piece) * sign).max(0.0)).sum::<f64>();
    sum(1.0).max(sum(-1.0))
}

/// What several wires on one clamp carry together, reckoned with the way each flows; what one carries is as it is.
pub fn settled(context: Context<'_>, carrier: &Carrier, typical: &mut Typical<'_>) -> (f64, Edge) {
    if carrier.pieces.len() < 2 {
        return (carrier.typical, carrier.worst);
    }
    let Some(point) = typical
        .points()
        .iter()
        .map(|(_, point)| point)
        .max_by(|a, b| through(context, carrier, a).total_cmp(&through(context, carrier, b)))
    else {
        return (carrier.typical, carrier.worst);
    };
    let is = through(context, carrier, point);
    let worst = match carrier.worst {
        // As many times more as all its wires together.
        Edge::Is(worst) if carrier.typical > 0.0 => Edge::Is(worst * is / carrier.typical),
        edge => edge,
    };
    (is, worst)
}

/// What the fuse before it lets through for ever, where that is more than it may carry.
pub fn fuse(context: Context<'_>, carrier: &Carrier) -> Option<String> {
    let Context { build, facts } = context;
    let wire = match (carrier.kind, carrier.piece(context).what) {
        (Kind::Wire, What::Wire(wire)) => wire,
        _ => story::WiresAt::new(build).near(&facts.rest, carrier.at)?.0,
    };
    let (device, index) = facts.protection.of(wire)?.fuse?;
    let rating = protection::rating(build, device, index)?;
    let holds = Amps(rating.0 * HOLDS);
    (!carrier.bears(holds.0)).then(|| {
        let name = &build.device(device).name;
        format!(
            "fuse `{name}` of {rating} holds {holds} for ever: it does not keep this {} within {}",
            carrier.noun(),
            carrier.rated
        )
    })
}

/// Groups of one kind, the fullest of each first.
pub fn grouped(context: Context<'_>, carriers: Vec<(Carrier, f64)>) -> Vec<Vec<(Carrier, f64)>> {
    let mut groups: BTreeMap<(Kind, &str), Vec<(Carrier, f64)>> = BTreeMap::new();
    for one in carriers {
        groups.entry((one.0.kind, one.0.group(context))).or_default().push(one);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    // To nine digits: rounding is no difference.
    let share = |(carrier, amperes): &(Carrier, f64)| (amperes / carrier.rated.0 * 1e9).round();
    for group in &mut groups {
        // Stable: of equals the first written stays first.
        group.sort_by(|a, b| share(b).total_cmp(&share(a)));
    }
    groups
}

/// The subject of a group: its first in written order, which stays when another becomes the fullest.
pub fn subject(context: Context<'_>, group: &[(Carrier, f64)]) -> String {
    let first = group.iter().min_by_key(|(carrier, _)| (carrier.pieces[0], carrier.at));
    first.map_or_else(String::new, |(carrier, _)| carrier.name(context))
}

/// `also term[2].plus 1.6 A, … and 3 more`; nothing for a group of one.
pub fn others(context: Context<'_>, group: &[(Carrier, f64)]) -> Option<String> {
    // Both contacts of a plug, and both clamps of a load, are in one loop: the first stands for the other.
    let place = |carrier: &Carrier| match carrier.kind {
        Kind::Plug | Kind::Terminal => context.build.owner(carrier.at).0,
        Kind::Wire | Kind::Contact => carrier.pieces[0],
    };
    let mut seen = BTreeSet::new();
    let apart: Vec<&(Carrier, f64)> = group.iter().filter(|(carrier, _)| seen.insert(place(carrier))).collect();
    let told = |one: &&(Carrier, f64)| format!("{} {}", one.0.name(context), Amps(one.1));
    let rest: Vec<String> = apart.iter().skip(1).take(5).map(told).collect();
    let more = apart.len().saturating_sub(6);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!rest.is_empty()).then(|| format!("also {}{more}", rest.join(", ")))
}

/// Amperes that last: the most over all scenarios that are judged, but a start and everything at once, which pass before anything is hot.
pub struct Lasting<'a> {
    context: Context<'a>,
    points: Option<Vec<Point>>,
}

impl<'a> Lasting<'a> {
    /// Nothing solved yet.
    pub fn new(context: Context<'a>) -> Self {
        Self { context, points: None }
    }

    /// Of a carrier.
    pub fn of(&mut self, carrier: &Carrier) -> f64 {
        let context = self.context;
        let points = self.points.get_or_insert_with(|| points(context));
        points.iter().map(|point| through(context, carrier, point)).fold(0.0, f64::max)
    }
}

fn points(Context { build, facts }: Context<'_>) -> Vec<Point> {
    let power = &facts.power;
    let mut states = vec![0, power.states.len().saturating_sub(1)];
    states.dedup();
    let judged = |declared: Option<usize>| declared.is_none_or(|at| build.scenarios[at].judged);
    // A load without a profile of that name draws its worst in it: nobody said what it draws idle, and it is no more than under load.
    let lasts = |scenario: &Scenario| scenario.declared.is_some() || scenario.name != "idle";
    let scenarios = power.scenarios.iter().enumerate().filter(|(_, scenario)| {
        judged(scenario.declared) && !matches!(scenario.name.as_str(), "boot" | "worst") && lasts(scenario)
    });
    let world = facts.world(build);
    scenarios.flat_map(|(at, _)| states.iter().map(move |&state| power.point(world, at, state))).collect()
}
