//! Dead shorts: what one would draw, and what opens before a wire is hurt.

use direct::{Options, Prospective};
use model::DeviceId;
use model::units::Amps;

use super::situation::{Draws, sheet};
use super::stand::Stand;
use super::{Leg, Power, What, World, path};
use crate::protection;

/// A dead short across one load, with everything at rest.
#[derive(Clone, Debug)]
pub struct Prospect {
    /// The load: a piece.
    pub load: u32,
    /// The source that feeds it: a piece.
    pub source: u32,
    /// Where current flows to the short and back.
    pub legs: Vec<Leg>,
    /// Volts without load, ohms of the loop, and what the short draws with typical numbers; the ratings of sources count as limits.
    pub typical: Prospective,
    /// Fewest amperes that it draws: least volts, most ohms. `None` where a number is missing.
    pub least: Option<Amps>,
    /// Most amperes that it draws: most volts over fewest ohms, as a supply's rating is no limiter and nobody states where it trips.
    /// `None` where nothing bounds it or a number is missing.
    pub most: Option<Amps>,
    /// The fuse on the way that opens first, with its rating.
    pub fuse: Option<((DeviceId, u32), Option<Amps>)>,
    /// Most amperes that the source gives, where it states that.
    pub limit: Option<Amps>,
}

/// Every load that has a supply at rest, in the order of pieces.
pub fn compute(power: &Power, world: World<'_>) -> Vec<Prospect> {
    let stand = Stand::new(world);
    let mut all = Vec::new();
    for island in &power.islands {
        let draws = Draws::All(&power.scenarios);
        let sheet = sheet(world, &power.harness, (island, &power.local), (&stand.values, false), draws, false);
        if sheet.fighting {
            continue;
        }
        let is_load = |element: &u32| {
            let piece = sheet.pieces[*element as usize];
            matches!(power.harness.pieces[piece as usize].what, What::Load(..))
        };
        let count = u32::try_from(sheet.pieces.len()).expect("bounded");
        let loads: Vec<u32> = (0..count).filter(is_load).collect();
        let pairs: Vec<[u32; 2]> = loads.iter().map(|&element| sheet.circuit.elements[element as usize].ends).collect();
        let Ok(found) = direct::short_circuits(&sheet.circuit, &pairs, &Options::default()) else { continue };
        for (element, typical) in loads.into_iter().zip(found) {
            let load = sheet.pieces[element as usize];
            if let Some(prospect) = typical.and_then(|typical| of(power, world, &stand.values, load, typical)) {
                all.push(prospect);
            }
        }
    }
    all
}

/// Ends come from the load's own loop: with what runs beside it left out, ohms are no fewer than they are.
fn of(power: &Power, world: World<'_>, values: &[bool], load: u32, typical: Prospective) -> Option<Prospect> {
    let path = path::within(power, world, values, load)?;
    let legs: Vec<Leg> = path.out.iter().chain(&path.back).copied().collect();
    let source = &power.harness.pieces[path.source as usize];
    let number = |quantity| {
        let values = source.numbers.all();
        values.into_iter().find(|(of, _)| *of == quantity).map(|(_, value)| *value)
    };
    let volts = number(direct::validate::Quantity::Volts)?;
    let limit = number(direct::validate::Quantity::Amperes).and_then(|limit| limit.high).map(Amps);
    let mut ohms = number(direct::validate::Quantity::Ohms)?;
    for leg in &legs {
        ohms = ohms.plus(power.harness.pieces[leg.piece as usize].numbers.value.1);
    }
    let bounded = |amperes: f64| Amps(limit.map_or(amperes, |limit| amperes.min(limit.0)));
    let over = |volts: Option<f64>, ohms: Option<f64>| Some((volts?, ohms?)).filter(|(_, ohms)| *ohms > 0.0);
    let fuses = legs.iter().filter_map(|leg| match power.harness.pieces[leg.piece as usize].what {
        What::Fuse(device, index) => Some(((device, index), protection::rating(world.build, device, index))),
        _ => None,
    });
    let size = |fuse: &((DeviceId, u32), Option<Amps>)| fuse.1.map_or(f64::INFINITY, |amps| amps.0);
    Some(Prospect {
        load,
        source: path.source,
        typical,
        least: over(volts.low, ohms.high).map(|(volts, ohms)| bounded(volts / ohms)),
        most: over(volts.high, ohms.low).map(|(volts, ohms)| Amps(volts / ohms)),
        fuse: fuses.min_by(|a, b| size(a).total_cmp(&size(b))),
        limit,
        legs,
    })
}
