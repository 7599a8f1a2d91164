//! How much work one question may take. It is counted, never timed.

/// Limits for each question: two rails in one island.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effort {
    /// Paths that the label search may keep.
    pub labels: u64,
    /// Conflicts that the SAT solver may meet.
    pub conflicts: u64,
    /// States that may be guessed and answered with cuts.
    pub rounds: u64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { labels: 100_000, conflicts: 40_000, rounds: 3_000 }
    }
}

impl Effort {
    /// As much again, `n` times over.
    #[must_use]
    pub fn times(self, n: u64) -> Self {
        Self {
            labels: self.labels.saturating_mul(n),
            conflicts: self.conflicts.saturating_mul(n),
            rounds: self.rounds.saturating_mul(n),
        }
    }

    /// A part of it, but something of each.
    pub(crate) fn part(self, of: u64) -> Self {
        Self { labels: self.labels / of + 1, conflicts: self.conflicts / of + 1, rounds: self.rounds / of + 1 }
    }
}
