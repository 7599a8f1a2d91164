//! Checks a certificate that no admissible state joins two conflicting rails; the format and the theorem are in `docs/certificate.md`.
//!
//! It shares no code with the search that writes certificates, depends on nothing, and believes nothing in the file
//! but the network: nets, islands, questions, cuts and propagation are its own.

mod asked;
mod proof;
mod text;
mod units;

use std::fmt;

pub use text::{Contact, Network, Rail, Supply};

/// Most steps (contacts looked at, pairs compared, literals visited) before the checker gives up.
const STEPS: u64 = 2_000_000_000;

/// What a file has proved: its network has no admissible state with a fault.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Verified {
    /// Questions asked by the network, all of them proved.
    pub questions: u64,
    /// Clauses from sets of contacts (`cut`, `need`, `apart`), each of them recomputed.
    pub cuts: u64,
    /// Clauses derived by unit propagation.
    pub derived: u64,
    /// Whether the state with nothing actuated is admissible; if it is not, the limits on states may be at odds with
    /// each other and the claim hollow.
    pub rest: bool,
    /// Steps taken.
    pub steps: u64,
}

/// Why a file proves nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// Counted from 1; 0 when no line can be blamed.
    pub line: usize,
    /// One sentence without a full stop.
    pub why: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(to, "line {}: ", self.line)?;
        }
        to.write_str(&self.why)
    }
}

impl std::error::Error for Refusal {}

/// What is left of the checker's patience.
struct Steps(u64);

impl Steps {
    fn take(&mut self, count: usize) -> Result<(), String> {
        self.0 = self.0.checked_sub(count as u64).ok_or("more steps than the checker takes")?;
        Ok(())
    }
}

/// The network of a certificate, without looking at its proofs.
///
/// # Errors
/// A line of the network that the format does not know, or that names what does not stand above it.
pub fn network(text: &str) -> Result<Network, Refusal> {
    text::read(&mut text::lines(text)).map(|(network, _)| network)
}

/// Checks a certificate from end to end, in at most two thousand million steps.
///
/// # Errors
/// The first line that is not as `docs/certificate.md` demands, or a question that no proof answers.
pub fn verify(text: &str) -> Result<Verified, Refusal> {
    verify_within(text, STEPS)
}

/// [`verify`] with another limit on the steps.
///
/// # Errors
/// As [`verify`].
pub fn verify_within(text: &str, most: u64) -> Result<Verified, Refusal> {
    let mut lines = text::lines(text);
    let (network, mut next) = text::read(&mut lines)?;
    let blame = |line: usize| move |why: String| Refusal { line, why };
    let mut steps = Steps(most);
    let proofs = text.lines().filter(|line| line.starts_with("prove ")).count();
    let ground = asked::Ground::of(&network, proofs, &mut steps).map_err(blame(0))?;
    let rest = ground.rest_is_admissible(&network);
    let mut checker = proof::Checker::new(&network, &ground, steps).map_err(blame(0))?;
    let mut last = 0;
    while let Some((number, line)) = next {
        checker.line(line).map_err(blame(number))?;
        (last, next) = (number, lines.next());
    }
    checker.close().map_err(blame(last))?;
    if let Some(question) = ground.asked.iter().zip(&checker.proved).find_map(|(asked, &done)| (!done).then_some(asked))
    {
        return Err(blame(0)(format!("nothing proves {}", ground.told(&network, question))));
    }
    let (cuts, derived, left) = (checker.cuts, checker.derived, checker.steps.0);
    Ok(Verified { questions: ground.asked.len() as u64, cuts, derived, rest, steps: most - left })
}
