//! Judgement: a folder is a family, a file is a rule.

pub mod settle;
pub mod story;

mod assembly;
mod bill;
mod control;
mod fit;
mod gpio;
mod nets;
mod power;
mod states;

use analysis::Facts;
use model::Build;
use source::{Finding, Rule};

/// What a rule may look at.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The build.
    pub build: &'a Build,
    /// What was computed of it.
    pub facts: &'a Facts,
}

/// A rule and the function that looks for its fault.
pub struct Check {
    /// The rule.
    pub rule: &'static Rule,
    /// Looks, and says what it finds.
    pub run: fn(Context<'_>, &mut Vec<Finding>),
}

/// Every check, in the order in which the guide lists them.
pub fn all() -> impl Iterator<Item = &'static Check> {
    [
        nets::CHECKS,
        gpio::CHECKS,
        states::CHECKS,
        power::CHECKS,
        control::CHECKS,
        bill::CHECKS,
        fit::CHECKS,
        assembly::CHECKS,
    ]
    .into_iter()
    .flatten()
}
