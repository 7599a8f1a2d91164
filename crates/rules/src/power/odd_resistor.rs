//! A resistor has a value that nobody makes.
//!
//! Resistors come in series of values. One that is in none of them is a misread colour code or a computed number that was never rounded, and cannot be bought.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! r = { part = "toy-resistor" }
//! ```
//! ```toml bom/parts/toy-resistor.toml
//! name = "Resistor"
//! kind = "resistor"
//! cite = "toy"
//! resistor.r = { across = ["a", "b"], ohms = "290 ohm", watts = "0.25 W" }
//! terminal.a = { clamp = "screw" }
//! terminal.b = { clamp = "screw" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus -> r.a", "r.b -> psu.minus"]
//! ```
//! ```text
//! note[P019 odd-resistor]: `r` has 290 ohm, and no series of resistors has that value
//!  --> bom/parts/toy-resistor.toml:4:45
//!   |
//! 4 | resistor.r = { across = ["a", "b"], ohms = "290 ohm", watts = "0.25 W" }
//!   |                                             ^^^^^^^
//!   |
//!  ::: wiring/devices.toml:3:1
//!   |
//! 3 | r = { part = "toy-resistor" }
//!   | - this device
//!   |
//!   = note: the nearest of E24 is 300 ohm
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "supply" }
//! r = { part = "toy-resistor" }
//! ```
//! ```toml bom/parts/toy-resistor.toml
//! name = "Resistor"
//! kind = "resistor"
//! cite = "toy"
//! resistor.r = { across = ["a", "b"], ohms = "300 ohm", watts = "0.25 W" }
//! terminal.a = { clamp = "screw" }
//! terminal.b = { clamp = "screw" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus -> r.a", "r.b -> psu.minus"]
//! ```
//! ## Cases
//! Only parts of kind `resistor`, of 1 ohm and more: below that shunts have values of their own, and a resistor inside another part is a model of it.
//! One finding a part. A value that is a range of more than a fifth either way is adjustable, and not judged.
//!
//! ## Sources
//! IEC 60063: series E3 to E24 and E48 to E192, as <https://www.qsl.net/g4usp/Components/Component%20preferred%20values.htm> gives them.

use std::collections::BTreeSet;

use model::units::Ohms;
use source::{Finding, Rule, Severity};

use crate::Context;

/// `P019`.
pub static RULE: Rule = Rule {
    code: "P019",
    name: "odd-resistor",
    severity: Severity::Note,
    file: file!(),
    text: include_str!("odd_resistor.rs"),
};

/// E24, of which E3, E6 and E12 are a part.
const E24: [u16; 24] = [
    100, 110, 120, 130, 150, 160, 180, 200, 220, 240, 270, 300, 330, 360, 390, 430, 470, 510, 560, 620, 680, 750, 820,
    910,
];

/// E192, of which E48 and E96 are a part.
const E192: [u16; 192] = [
    100, 101, 102, 104, 105, 106, 107, 109, 110, 111, 113, 114, 115, 117, 118, 120, 121, 123, 124, 126, 127, 129, 130,
    132, 133, 135, 137, 138, 140, 142, 143, 145, 147, 149, 150, 152, 154, 156, 158, 160, 162, 164, 165, 167, 169, 172,
    174, 176, 178, 180, 182, 184, 187, 189, 191, 193, 196, 198, 200, 203, 205, 208, 210, 213, 215, 218, 221, 223, 226,
    229, 232, 234, 237, 240, 243, 246, 249, 252, 255, 258, 261, 264, 267, 271, 274, 277, 280, 284, 287, 291, 294, 298,
    301, 305, 309, 312, 316, 320, 324, 328, 332, 336, 340, 344, 348, 352, 357, 361, 365, 370, 374, 379, 383, 388, 392,
    397, 402, 407, 412, 417, 422, 427, 432, 437, 442, 448, 453, 459, 464, 470, 475, 481, 487, 493, 499, 505, 511, 517,
    523, 530, 536, 542, 549, 556, 562, 569, 576, 583, 590, 597, 604, 612, 619, 626, 634, 642, 649, 657, 665, 673, 681,
    690, 698, 706, 715, 723, 732, 741, 750, 759, 768, 777, 787, 796, 806, 816, 825, 835, 845, 856, 866, 876, 887, 898,
    909, 920, 931, 942, 953, 965, 976, 988,
];

/// Looks at every resistor that is a part of its own, once a part.
pub fn run(Context { build, .. }: Context<'_>, findings: &mut Vec<Finding>) {
    let mut told = BTreeSet::new();
    for (_, device, part) in build.each_device() {
        if part.kind != "resistor" || !told.insert(device.part) {
            continue;
        }
        for resistor in &part.resistors {
            let Some(ohms) = resistor.ohms.known() else { continue };
            let is_fixed = ohms.lo.0 >= ohms.typ.0 * 0.8 && ohms.hi.0 <= ohms.typ.0 * 1.2;
            if ohms.typ.0 < 1.0 || ohms.typ.0 > 1e9 || !is_fixed || is_made(ohms.typ.0) {
                continue;
            }
            let message = format!("`{}` has {}, and no series of resistors has that value", device.name, ohms.typ);
            let span = resistor.ohms.span().unwrap_or(resistor.span);
            findings.push(
                Finding::new(&RULE, &device.name, span, message)
                    .with_other(device.span, "this device")
                    .with_note(format!("the nearest of E24 is {}", Ohms(nearest(ohms.typ.0)))),
            );
        }
    }
}

/// A value as a number from 100 up to 1000, and its decade.
fn decade(ohms: f64) -> (f64, f64) {
    let mut decade = 1e-2;
    while ohms / decade >= 999.5 {
        decade *= 10.0;
    }
    (ohms / decade, decade)
}

fn is_made(ohms: f64) -> bool {
    let (number, _) = decade(ohms);
    E24.iter().chain(&E192).any(|value| (number - f64::from(*value)).abs() < 1e-6 * number)
}

fn nearest(ohms: f64) -> f64 {
    let (number, decade) = decade(ohms);
    let off = |value: &f64| if *value > number { value / number } else { number / value };
    let values = E24.iter().map(|value| f64::from(*value)).chain([1000.0]);
    values.min_by(|a, b| off(a).total_cmp(&off(b))).expect("the series has values") * decade
}

#[cfg(test)]
mod tests {
    use super::{E24, E192, is_made, nearest};

    #[test]
    fn values_of_the_series_are_made_in_every_decade_and_others_are_not() {
        for ohms in [1.0, 4.7, 10.0, 33.0, 220.0, 300.0, 332.0, 4_990.0, 10_000.0, 1e6, 9_200.0] {
            assert!(is_made(ohms), "{ohms}");
        }
        for ohms in [290.0, 35.0, 600.0, 1_234.0, 50_000.0, 2.5] {
            assert!(!is_made(ohms), "{ohms}");
        }
        assert!((nearest(290.0) - 300.0).abs() < 1e-9 && (nearest(980.0) - 1000.0).abs() < 1e-9);
    }

    /// IEC 60063: E48 and up are powers of ten, rounded, but for 919, which is 920.
    #[test]
    fn the_series_rises_by_equal_ratios() {
        assert!(E24.windows(2).all(|two| two[0] < two[1]) && E192.windows(2).all(|two| two[0] < two[1]));
        // The 192nd root of ten.
        let step = 1.012_064_830_621_f64;
        let mut exact = 100.0;
        for value in E192 {
            assert!((exact - f64::from(value)).abs() < 0.51 || value == 920, "{value} and {exact}");
            exact *= step;
        }
        assert!((exact - 1000.0).abs() < 1e-3, "{exact}");
    }
}
