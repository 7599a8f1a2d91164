//! A public statement that the data contradicts.
//!
//! People buy by the sentence on the first page. Whoever reads "about 800" and pays 868 was misled, even if nobody meant to.
//!
//! ## Example
//! ```toml bom/claims.toml
//! [claim.lamps]
//! text = "Two lamps"
//! says = "2"
//! is = "count(lamp)"
//! ```
//! ```text
//! error[B006 claim-differs]: `claim.lamps` says 2, and `count(lamp)` comes to 1
//!  --> bom/claims.toml:3:9
//!   |
//! 1 | [claim.lamps]
//!   |        ----- Two lamps
//! 2 | text = "Two lamps"
//! 3 | says = "2"
//!   |         ^ what it says
//! 4 | is = "count(lamp)"
//!   |       ----------- 1
//!   |
//!   = note: 1 (50.0 %) less than it says
//! ```
//! ## Instead
//! ```toml bom/claims.toml
//! [claim.lamps]
//! text = "One lamp"
//! says = "1"
//! is = "count(lamp)"
//! ```
//! ## Cases
//! A claim lists under `also` in what other sense it might be meant; the finding names the reading under which it holds, or the
//! nearest one. Where a number is not known, the claim is *not verified*. `~` or "about" allows 5 %, `within = "3%"` another share; `5.4` is meant to half
//! its last place. What divides by nothing can never hold.
//!
//! ## Sources
//! A choice of ours: claims are computed, never edited to fit.

use analysis::claims::{difference, promised};
use model::purchase::Promise;
use source::{Finding, Rule, Severity, Span};

use crate::Context;

/// `B006`.
pub static RULE: Rule = Rule {
    code: "B006",
    name: "claim-differs",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("claim_differs.rs"),
};

/// Unknown things that one finding names.
const MOST: usize = 6;

/// Where the number stands.
fn said_at(says: &Promise) -> Span {
    match says {
        Promise::Count(_, span) | Promise::AtLeast(_, span) | Promise::Number { span, .. } | Promise::Flag(_, span) => {
            *span
        }
        Promise::Quantity(quantity) => quantity.span,
    }
}

pub(super) fn run(Context { build, facts }: Context<'_>, findings: &mut Vec<Finding>) {
    for reading in &facts.claims {
        let claim = &build.claims[reading.claim];
        let subject = format!("claim.{}", claim.id.value);
        let says = promised(&claim.says);
        if let (Some(false), Some(value)) = (reading.holds, &reading.value) {
            let message = format!("`{subject}` says {says}, and `{}` comes to {value}", claim.is.value);
            let mut finding = Finding::new(&RULE, subject, said_at(&claim.says), message)
                .with_label("what it says")
                .with_other(claim.is.span, value.to_string())
                .with_other(claim.span, claim.text.value.as_str());
            if let Some((by, is_more)) = difference(&claim.says, value) {
                let than = if is_more { "more" } else { "less" };
                finding = finding.with_note(format!("{by} {than} than it says"));
            }
            if let Some((text, value)) = &reading.nearest {
                let how = if reading.nearest_holds { "it holds as" } else { "the nearest reading is" };
                finding = finding.with_note(format!("{how} `{text}`: {value}"));
            }
            findings.push(finding);
        } else if let Some(by) = &reading.zero {
            let message = format!("`{subject}` says {says}, and `{}` divides by {by}", claim.is.value);
            let finding = Finding::new(&RULE, subject, claim.is.span, message).with_label("this divides by nothing");
            findings.push(finding.with_other(said_at(&claim.says), "what it says"));
        } else if reading.holds.is_none() {
            let message = format!("`{subject}` says {says}, and `{}` cannot be computed", claim.is.value);
            let mut unknown: Vec<&str> = reading.unknown.iter().map(String::as_str).take(MOST).collect();
            let more = reading.unknown.len().saturating_sub(MOST);
            let rest = format!("{more} more");
            if more > 0 {
                unknown.push(&rest);
            }
            let finding = Finding::not_verified(&RULE, subject, claim.is.span, message);
            findings.push(finding.with_note(format!("not known: {}", unknown.join(", "))));
        }
    }
}
