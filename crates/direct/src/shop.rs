//! What every computation takes along: the count of its work, and the analyses that it may use again.

use crate::factor::Analyses;
use crate::solution::Work;

/// The work done, and what was learnt of the shapes met.
#[derive(Debug, Default)]
pub(crate) struct Shop {
    pub work: Work,
    pub analyses: Analyses,
}
