//! A piece of a file's text that outlives the reading: it shares the text, so that keeping or copying one allocates nothing.

use std::fmt;
use std::ops::{Deref, Range};
use std::rc::Rc;

/// A string of a tree: bytes of its file as they stand there, or text of its own where an escape was resolved.
#[derive(Clone)]
pub struct Piece {
    whole: Rc<String>,
    start: u32,
    end: u32,
}

impl Piece {
    /// The bytes `range` of a text that is no larger than 4 GiB; none if they cut a character.
    pub fn of(whole: &Rc<String>, range: Range<usize>) -> Option<Self> {
        whole.get(range.clone())?;
        let (start, end) = (u32::try_from(range.start).ok()?, u32::try_from(range.end).ok()?);
        Some(Self { whole: Rc::clone(whole), start, end })
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it is the empty string.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Its first byte.
    pub fn first(&self) -> Option<u8> {
        if self.is_empty() { None } else { self.whole.as_bytes().get(self.start as usize).copied() }
    }

    /// Its first and its last byte.
    pub fn ends(&self) -> Option<[u8; 2]> {
        let bytes = &self.whole.as_bytes()[self.start as usize..self.end as usize];
        Some([*bytes.first()?, *bytes.last()?])
    }

    /// The string itself.
    pub fn as_str(&self) -> &str {
        self.whole.get(self.start as usize..self.end as usize).expect("a piece was cut between characters")
    }
}

impl From<String> for Piece {
    fn from(text: String) -> Self {
        let end = u32::try_from(text.len()).expect("a string of a file is no larger than the file");
        Self { whole: Rc::new(text), start: 0, end }
    }
}

impl From<&str> for Piece {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl Deref for Piece {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Piece {
    fn as_ref(&self) -> &str {
        self
    }
}

impl PartialEq for Piece {
    fn eq(&self, other: &Self) -> bool {
        self == other.as_str()
    }
}

impl PartialEq<str> for Piece {
    fn eq(&self, other: &str) -> bool {
        // Most comparisons are with the wrong key, and most wrong keys have another length.
        self.len() == other.len() && self.as_str() == other
    }
}

impl fmt::Debug for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}
