//! Files, byte ranges in them, and lines and columns for people.

use std::rc::Rc;
use std::sync::OnceLock;

use crate::piece::Piece;

/// A file of a [`SourceMap`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(pub u32);

/// Bytes `start..end` of a file, half-open.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    /// The file that the bytes stand in.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end` *within* this span's text, clamped to it.
    pub fn part(self, start: usize, end: usize) -> Self {
        let clamp = |n: usize| (self.start.saturating_add(u32::try_from(n).unwrap_or(u32::MAX))).min(self.end);
        Self { file: self.file, start: clamp(start), end: clamp(end) }
    }
}

/// A value and where it was written.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// A string and where it was written; the span is that of its *contents* where the quotes allow it.
pub type Text = Spanned<String>;

/// The same as a tree has it: it shares the file's text.
pub type Word = Spanned<Piece>;

impl<T> Spanned<T> {
    /// A value at a place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

impl Text {
    /// The string itself.
    pub fn as_str(&self) -> &str {
        &self.value
    }
}

impl Word {
    /// The string itself.
    pub fn as_str(&self) -> &str {
        &self.value
    }

    /// A copy that holds no file's text.
    pub fn text(&self) -> Text {
        Spanned::new(self.value.as_str().to_owned(), self.span)
    }
}

/// A line and column for people, both from 1; columns count characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

struct File {
    path: String,
    text: Rc<String>,
    lines: OnceLock<Vec<u32>>,
}

/// Every text that was read, by [`FileId`].
#[derive(Default)]
pub struct SourceMap {
    files: Vec<File>,
}

impl SourceMap {
    /// Adds a file; its path is as people should see it (relative to the workspace).
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).expect("files are counted before they are read"));
        self.files.push(File { path: path.into(), text: Rc::new(text.into()), lines: OnceLock::new() });
        id
    }

    /// The path as people see it.
    pub fn path(&self, file: FileId) -> &str {
        &self.files[file.0 as usize].path
    }

    /// The whole text of a file.
    pub fn text(&self, file: FileId) -> &str {
        &self.files[file.0 as usize].text
    }

    /// The same, to be shared by the pieces that a tree is made of.
    pub(crate) fn shared(&self, file: FileId) -> &Rc<String> {
        &self.files[file.0 as usize].text
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether nothing was read.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The text under a span (empty if the span is out of bounds or cuts a character).
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).get(span.start as usize..span.end as usize).unwrap_or("")
    }

    fn lines(&self, file: FileId) -> &[u32] {
        let file = &self.files[file.0 as usize];
        file.lines.get_or_init(|| {
            let ends = file.text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
            std::iter::once(0).chain(ends.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX))).collect()
        })
    }

    /// Line and column of a byte.
    pub fn place(&self, file: FileId, byte: u32) -> Place {
        let lines = self.lines(file);
        let line = lines.partition_point(|&start| start <= byte).max(1);
        let start = lines[line - 1] as usize;
        let text = self.text(file);
        let end = (byte as usize).min(text.len());
        let column = text.get(start..end).map_or(1, |before| before.chars().count() + 1);
        Place { line, column }
    }

    /// The bytes of line `line` (from 1), without its line end.
    pub fn line_range(&self, file: FileId, line: usize) -> (usize, usize) {
        let lines = self.lines(file);
        let text = self.text(file);
        let start = lines.get(line - 1).map_or(text.len(), |&start| start as usize);
        let end = lines.get(line).map_or(text.len(), |&next| next as usize - 1);
        (start, end.max(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let mut map = SourceMap::default();
        let file = map.add("a", "é = 1\nb = 2\n");
        assert_eq!(map.place(file, 0), Place { line: 1, column: 1 });
        assert_eq!(map.place(file, 3), Place { line: 1, column: 3 });
        assert_eq!(map.place(file, 7), Place { line: 2, column: 1 });
        assert_eq!(map.line_range(file, 2), (7, 12));
    }
}
