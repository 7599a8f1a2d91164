//! Marks of texts: short words that differ where the texts differ, for noticing an edit and not for keeping out a forger.

/// A mark in the making: the 64-bit hash of Fowler, Noll and Vo (FNV-1a).
pub struct Mark(u64);

impl Mark {
    /// Of nothing.
    pub fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }

    /// Adds bytes and how many they are.
    pub fn bytes(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.byte(*byte));
        self.text(&bytes.len().to_string());
    }

    /// Adds a text and its end: `ab`, `c` is not `a`, `bc`.
    pub fn text(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.byte(byte));
        // No UTF-8 holds this byte.
        self.byte(0xff);
    }

    /// Adds a list of texts and its end: two lists do not run into each other.
    pub fn texts<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        texts.for_each(|text| self.text(text));
        self.byte(0xfe);
    }

    /// Sixteen hexadecimal digits.
    pub fn finish(self) -> String {
        format!("{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(lists: &[&[&str]]) -> String {
        let mut mark = Mark::new();
        lists.iter().for_each(|list| mark.texts(list.iter().copied()));
        mark.finish()
    }

    #[test]
    fn a_text_that_moves_to_its_neighbour_changes_the_mark() {
        assert_ne!(mark(&[&["ab", "c"]]), mark(&[&["a", "bc"]]));
        assert_ne!(mark(&[&["a"], &[]]), mark(&[&[], &["a"]]));
        assert_eq!(mark(&[&["a"], &["b"]]), mark(&[&["a"], &["b"]]));
    }

    #[test]
    fn marks_are_those_of_the_published_function() {
        let mut mark = Mark::new();
        "foobar".bytes().for_each(|byte| mark.byte(byte));
        assert_eq!(mark.finish(), "85944171f73967e8");
    }
}
