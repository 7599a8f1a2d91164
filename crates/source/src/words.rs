//! Names that are put together only when a finding needs them: most tables are read without one.

use std::cell::OnceCell;
use std::fmt;
use std::ops::Deref;

/// Most pieces of a name.
const PIECES: usize = 5;

/// A name in pieces.
#[derive(Clone)]
pub struct Words<'a> {
    pieces: [&'a str; PIECES],
    whole: OnceCell<String>,
}

/// What has a name that a finding can bear.
pub trait Named {
    /// The name.
    fn name(&self) -> &str;
}

impl Words<'_> {
    /// The pieces as one string.
    pub fn as_str(&self) -> &str {
        match (self.whole.get(), self.pieces) {
            (Some(whole), _) => whole,
            (None, [one, "", "", "", ""]) => one,
            (None, pieces) => self.whole.get_or_init(|| pieces.concat()),
        }
    }
}

impl<'a> From<&'a str> for Words<'a> {
    fn from(one: &'a str) -> Self {
        Self { pieces: [one, "", "", "", ""], whole: OnceCell::new() }
    }
}

impl<'a> From<&'a String> for Words<'a> {
    fn from(one: &'a String) -> Self {
        Self::from(one.as_str())
    }
}

impl From<String> for Words<'_> {
    fn from(whole: String) -> Self {
        Self { pieces: [""; PIECES], whole: OnceCell::from(whole) }
    }
}

impl<'a, const N: usize> From<[&'a str; N]> for Words<'a> {
    fn from(some: [&'a str; N]) -> Self {
        const { assert!(N <= PIECES, "names have few pieces") };
        let mut pieces = [""; PIECES];
        pieces[..N].copy_from_slice(&some);
        Self { pieces, whole: OnceCell::new() }
    }
}

impl Deref for Words<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl Named for Words<'_> {
    fn name(&self) -> &str {
        self
    }
}

impl Named for str {
    fn name(&self) -> &str {
        self
    }
}

impl Named for String {
    fn name(&self) -> &str {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn pieces_are_one_string_when_asked_for() {
        assert_eq!(Words::from("k1").as_str(), "k1");
        assert_eq!(Words::from(["relay-8", ":", "coil", ".k"]).as_str(), "relay-8:coil.k");
        assert_eq!(Words::from(["part `", "pi-4b", "`"]).to_string(), "part `pi-4b`");
        assert_eq!(Words::from(["", "a", ""]).as_str(), "a");
        assert_eq!(Words::from(String::from("wire.x")).as_str(), "wire.x");
    }
}
