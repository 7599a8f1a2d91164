//! Plugging one port into another: which pins meet, and whether it fits at all.

use std::collections::BTreeMap;

use source::Span;

use super::connectors::Connector;
use crate::build::Build;
use crate::device::{DeviceId, Terminal};
use crate::part::Port;
use crate::wire::Mate;

/// Mates two ports. Pins that do not meet stay without a partner; ports that do not fit have no pairs.
pub fn mate(build: &Build, connectors: &BTreeMap<String, Connector>, ends: [(DeviceId, u32); 2], span: Span) -> Mate {
    let [a, b] = ends.map(|(device, port)| &build.part_of(device).ports[port as usize]);
    let positions = positions(connectors, a, b)
        .or_else(|| positions(connectors, b, a).map(|pairs| pairs.into_iter().map(|(b, a)| (a, b)).collect()));
    let fits = positions.is_some();
    let pin = |end: usize, position: usize| -> Option<Terminal> {
        let (device, port) = ends[end];
        let local = build.part_of(device).ports[port as usize].pins.get(position)?;
        Some(build.device(device).terminal(*local))
    };
    let pairs = positions.unwrap_or_default().into_iter().filter_map(|(a, b)| Some((pin(0, a)?, pin(1, b)?))).collect();
    Mate { ends, pairs, fits, span }
}

/// Positions that meet when `plug` goes into `socket`, or `None`.
fn positions(connectors: &BTreeMap<String, Connector>, plug: &Port, socket: &Port) -> Option<Vec<(usize, usize)>> {
    if plug.plug == Some(false) && socket.plug != Some(false) {
        return None;
    }
    if plug.plug.is_some() && plug.plug == socket.plug {
        return None;
    }
    if plug.kind == socket.kind {
        return Some((0..plug.pins.len().min(socket.pins.len())).map(|n| (n, n)).collect());
    }
    let into = connectors.get(&plug.kind).and_then(|connector| connector.mates.get(&socket.kind));
    match into {
        Some(map) => Some(map.iter().copied().enumerate().collect()),
        None if socket.accepts.contains(&plug.kind) => {
            Some((0..plug.pins.len().min(socket.pins.len())).map(|n| (n, n)).collect())
        }
        None => None,
    }
}
