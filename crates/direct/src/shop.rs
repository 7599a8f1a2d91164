//! What every computation takes along: the count of its work, and the plans and analyses that it may use again.

use crate::factor::Analyses;
use crate::plans::Plans;
use crate::solution::Work;

/// The work done, and what was learnt of the shapes met.
#[derive(Debug, Default)]
pub(crate) struct Shop {
    pub work: Work,
    pub plans: Plans,
    pub analyses: Analyses,
}
