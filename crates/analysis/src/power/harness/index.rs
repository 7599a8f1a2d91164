//! Pieces by what they are: those of a device lie together, and so do all wires.

use std::collections::BTreeMap;

use model::{Build, Terminal};

use super::{Piece, What};

/// Where the piece of a thing is found.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// Pieces by what they are, device by device.
    of_devices: Vec<u32>,
    /// By device, and one more: where its pieces begin in `of_devices`.
    starts: Vec<u32>,
    /// Number of the first wire's piece; every wire has one.
    wires: u32,
    /// How many wires there are.
    count: u32,
    mates: BTreeMap<(Terminal, Terminal), u32>,
}

impl Index {
    /// Of pieces in the order of [`super::Harness::pieces`].
    pub(super) fn of(build: &Build, pieces: &[Piece]) -> Self {
        let wires = pieces.iter().position(|piece| piece.what.device().is_none()).unwrap_or(pieces.len());
        let mut starts = vec![0_u32; build.devices.len() + 1];
        for device in pieces[..wires].iter().filter_map(|piece| piece.what.device()) {
            starts[device.0 as usize + 1] += 1;
        }
        let mut of_devices: Vec<u32> = (0..).take(wires).collect();
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
            let own = &mut of_devices[starts[at - 1] as usize..starts[at] as usize];
            own.sort_by_key(|&number| pieces[number as usize].what);
        }
        let mut mates = BTreeMap::new();
        for (number, piece) in (0..).zip(pieces).skip(wires + build.wires.len()) {
            if let What::Mate(a, b) = piece.what {
                mates.insert((a, b), number);
            }
        }
        let number = |count: usize| u32::try_from(count).expect("elements and wires are bounded");
        Self { of_devices, starts, wires: number(wires), count: number(build.wires.len()), mates }
    }

    /// The piece of a thing; of several mates between the same two terminals the last.
    pub(super) fn find(&self, pieces: &[Piece], what: What) -> Option<u32> {
        match (what, what.device()) {
            (What::Wire(wire), _) => (wire.0 < self.count).then(|| self.wires + wire.0),
            (What::Mate(a, b), _) => self.mates.get(&(a, b)).copied(),
            (_, Some(device)) => {
                let from = *self.starts.get(device.0 as usize)? as usize;
                let own = &self.of_devices[from..*self.starts.get(device.0 as usize + 1)? as usize];
                let at = own.partition_point(|&number| pieces[number as usize].what <= what).checked_sub(1)?;
                (pieces[own[at] as usize].what == what).then(|| own[at])
            }
            (_, None) => None,
        }
    }
}
