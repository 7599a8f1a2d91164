//! Levers, throws, and the ends of elements.

use model::Device;
use model::part::{Contact, End, Lever, Mover, Part};

/// Where a lever stands: a jumper as set or shipped, any other lever as set or at rest.
pub fn position<'a>(device: &'a Device, lever: &'a Lever, index: u32) -> Option<&'a str> {
    let set = device.positions.get(&index);
    let first = if lever.positions.is_empty() { Some("off") } else { lever.positions.first().map(String::as_str) };
    match set {
        Some((position, span)) if lever.by == "build" || span.is_some() => Some(position),
        _ if lever.by == "build" => lever.shipped.as_deref(),
        _ => lever.rest.as_deref().or(first),
    }
}

/// The throw that `com` meets while coils are at rest and levers stand as [`position`] says.
pub fn throw<'p>(part: &'p Part, device: &Device, contact: &'p Contact) -> Option<&'p End> {
    let Some(Mover::Lever(index)) = contact.by else {
        return contact.nc.as_ref();
    };
    let lever = part.levers.get(index as usize)?;
    let stands = position(device, lever, index)?;
    let names: Vec<&str> = if lever.positions.is_empty() {
        vec!["off", "on"]
    } else {
        lever.positions.iter().map(String::as_str).collect()
    };
    let at = names.iter().position(|name| *name == stands)?;
    if !contact.to.is_empty() {
        return contact.to.get(at);
    }
    let rest = lever.rest.as_deref().unwrap_or(names[0]);
    if stands == rest { contact.nc.as_ref() } else { contact.no.as_ref() }
}

/// Every throw of a contact.
pub fn throws(contact: &Contact) -> impl Iterator<Item = &End> {
    contact.nc.iter().chain(&contact.no).chain(&contact.to)
}

/// Calls with every end of every element of a part (joins are metal, not elements).
pub fn each_end<'p>(part: &'p Part, mut see: impl FnMut(&'p End)) {
    for contact in &part.contacts {
        see(&contact.com);
        throws(contact).for_each(&mut see);
    }
    for coil in &part.coils {
        coil.plus.iter().chain(&coil.minus).for_each(&mut see);
    }
    for variant in part.inputs.iter().flat_map(|input| &input.variants) {
        see(&variant.from);
        see(&variant.to);
    }
    for source in &part.sources {
        see(&source.plus);
        see(&source.minus);
        if let Some(from) = &source.from {
            see(&from.plus);
            see(&from.minus);
        }
    }
    for load in &part.loads {
        see(&load.plus);
        see(&load.minus);
    }
    for resistor in &part.resistors {
        resistor.ends.iter().for_each(&mut see);
    }
    for diode in &part.diodes {
        see(&diode.anode);
        see(&diode.cathode);
    }
    for fuse in &part.fuses {
        fuse.ends.iter().flatten().for_each(&mut see);
    }
    for line in &part.lines {
        line.at.iter().for_each(&mut see);
    }
}
