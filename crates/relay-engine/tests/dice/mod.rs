//! Numbers that look thrown and are the same in every run.

/// Xorshift; the seed is not zero.
pub struct Dice(pub u64);

impl Dice {
    /// From zero to one below.
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}
