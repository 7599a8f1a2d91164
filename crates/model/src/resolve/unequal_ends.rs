//! The two sides of an arrow name different numbers of ends.
//!
//! Four wires need four ends on each side. Where one end is meant to meet many, `each` says so.
//!
//! ## Example
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus -> lamp.plus", "lamp.minus, lamp.minus -> psu.minus"]
//! ```
//! ```text
//! error[M009 unequal-ends]: 2 against 1 ends
//!  --> wiring/wires.toml:3:34
//!   |
//! 3 | run = ["psu.plus -> lamp.plus", "lamp.minus, lamp.minus -> psu.minus"]
//!   |                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
//!   |
//!   = note: left: lamp.minus, lamp.minus
//!   = note: right: psu.minus
//!   = note: one end may meet many with `each` in front of the many
//! ```
//! ## Instead
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ## Sources
//! `docs/language.md`, Names, paths, arrows.

use source::{Finding, Rule, Severity, Span};

use crate::build::Build;
use crate::device::Terminal;

/// `M009`.
pub static RULE: Rule = Rule {
    code: "M009",
    name: "unequal-ends",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("unequal_ends.rs"),
};

/// Both sides bound, and their lengths do not fit together.
pub fn finding(build: &Build, subject: &str, sides: [&[(Terminal, Span)]; 2], each: [bool; 2], span: Span) -> Finding {
    let [left, right] = sides.map(<[_]>::len);
    let finding = Finding::new(&RULE, subject, span, format!("{left} against {right} ends"))
        .with_note(format!("left: {}", list(build, sides[0])))
        .with_note(format!("right: {}", list(build, sides[1])));
    match each {
        [false, false] if left == 1 || right == 1 => {
            finding.with_note("one end may meet many with `each` in front of the many")
        }
        [true, true] => finding.with_note("`each` may stand on one side only"),
        _ => finding,
    }
}

/// A cable or plug between unequal numbers of ports.
pub fn ports(subject: &str, left: usize, right: usize, span: Span) -> Finding {
    Finding::new(&RULE, subject, span, format!("{left} against {right} ports"))
}

/// A join in a part between unequal numbers of terminals.
pub fn of_part(subject: &str, left: usize, right: usize, span: Span) -> Finding {
    Finding::new(&RULE, subject, span, format!("{left} against {right} terminals"))
}

fn list(build: &Build, ends: &[(Terminal, Span)]) -> String {
    let mut names: Vec<String> = ends.iter().take(8).map(|&(terminal, _)| build.path(terminal)).collect();
    if ends.len() > 8 {
        names.push(format!("and {} more", ends.len() - 8));
    }
    names.join(", ")
}
