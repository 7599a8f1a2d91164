//! A claim whose expression cannot be computed.
//!
//! A claim is only as good as the sum behind it. If the sum cannot be read, nobody checks the sentence that people see.
//!
//! ## Example
//! ```toml bom/claims.toml
//! [claim.lamps]
//! text = "One lamp"
//! says = "1"
//! is = "number(lamp)"
//! ```
//! ```text
//! error[M031 bad-expression]: `number(lamp)` has an unknown function `number`
//!  --> bom/claims.toml:4:7
//!   |
//! 4 | is = "number(lamp)"
//!   |       ^^^^^^^^^^^^
//!   |
//!   = note: terms, with + - * / between blanks: cost.total, cost.priced,
//!           cost.month, cost.without(a, b), sum(kind.spec), min(kind.spec),
//!           max(scenario.amps), max(scenario.watts), scenario.<id>,
//!           count(kind), capacity.computers, payoff.<versus>, fits.<provider>
//! ```
//! ## Instead
//! ```toml bom/claims.toml
//! [claim.lamps]
//! text = "One lamp"
//! says = "1"
//! is = "count(lamp)"
//! ```
//! ## Cases
//! The readings under `also` are checked alike. A part that `cost.without(…)` names has to exist.
//!
//! ## Sources
//! The expressions: `docs/language.md`, "The bill, claims, places to live, roads not taken".

use source::{Finding, Rule, Severity, Text};

/// `M031`.
pub static RULE: Rule = Rule {
    code: "M031",
    name: "bad-expression",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("bad_expression.rs"),
};

/// Every form that there is.
const FORMS: &str = "cost.total, cost.priced, cost.month, cost.without(a, b), sum(kind.spec), min(kind.spec), max(scenario.amps), max(scenario.watts), scenario.<id>, count(kind), capacity.computers, payoff.<versus>, fits.<provider>";

/// `why`: a few words on what is wrong, fit to stand behind the expression.
pub fn finding(subject: &str, expression: &Text, why: &str) -> Finding {
    Finding::new(
        &RULE,
        format!("{subject}:{}", expression.value),
        expression.span,
        format!("`{}` {why}", expression.value),
    )
    .with_note(format!("terms, with + - * / between blanks: {FORMS}"))
}
