//! Two ports are plugged together that do not fit.
//!
//! Either it cannot be done, or it can with force, and then contacts meet that were never meant to.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! cam = { part = "camera", count = 2 }
//! ```
//! ```toml
//! [cable.link]
//! part = "eth-patch-1ft"
//! run = ["cam[1].eth -- cam[2].usb"]
//! ```
//! ```text
//! error[N009 wrong-mate]: `link/1.b` (rj45 plug) does not fit `cam[2].usb` (usb-a socket)
//!  --> wiring/wires.toml:3:9
//!   |
//! 3 | run = ["cam[1].eth -- cam[2].usb"]
//!   |         ^^^^^^^^^^^^^^^^^^^^^^^^
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! cam = { part = "camera", count = 2 }
//! ```
//! ```toml
//! [cable.link]
//! part = "eth-patch-1ft"
//! run = ["cam[1].eth -- cam[2].eth"]
//! ```
//! ## Cases
//! A plug fits a socket of its own kind, one that `accepts` it, or one of its `mates`. What has no supply because of it is not told again.
//!
//! ## Sources
//! `docs/language.md`, Connectors.

use analysis::nets;
use source::{Finding, Rule, Severity};

use crate::Context;

/// `N009`.
pub static RULE: Rule = Rule {
    code: "N009",
    name: "wrong-mate",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("wrong_mate.rs"),
};

pub fn run(Context { build, .. }: Context<'_>, findings: &mut Vec<Finding>) {
    for (index, run) in (0..).zip(&build.runs) {
        for mate in nets::mates(&run.what).into_iter().filter(|mate| !mate.fits) {
            let [a, b] = mate.ends.map(|(id, port)| {
                let port = &build.part_of(id).ports[port as usize];
                let gender = match port.plug {
                    Some(true) => " plug",
                    Some(false) => " socket",
                    None => "",
                };
                format!("`{}.{}` ({}{gender})", build.device(id).name, port.name, port.kind)
            });
            let subject = build.run_path(model::RunId(index));
            findings.push(Finding::new(&RULE, subject, mate.span, format!("{a} does not fit {b}")));
        }
    }
}
