//! Random numbers for tests: xorshift, the same for a seed on any machine.

use crate::Literal;

pub(crate) struct Random(u64);

impl Random {
    /// Any seed, also 0.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, bound: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from((self.0 >> 16) % u64::from(bound)).expect("a remainder of a u32")
    }

    pub fn one_in(&mut self, many: u32) -> bool {
        self.below(many) == 0
    }

    pub fn some(&mut self, most: u32, nodes: u32) -> Vec<u32> {
        (0..self.below(most + 1)).map(|_| self.below(nodes)).collect()
    }

    pub fn pair(&mut self, nodes: u32) -> [u32; 2] {
        [self.below(nodes), self.below(nodes)]
    }

    pub fn literal(&mut self, variables: u32) -> Literal {
        Literal::new(self.below(variables), self.one_in(2))
    }
}
